//! A shared mailbox from its creation to the end of somebody's access, in three open browsers.

use anyhow::{Result, ensure};
use fantoccini::key::Key;
use zegel_api::AccountStatus;
use zegel_protocol::AccountId;
use zegel_tests::{
    browser::{Browser, Role},
    wait,
};

use crate::{
    keyboard,
    office::{self, INFO, INFO_NAME, Office},
    steps::{self, FATIMA, JORIS, Letter, SANNE},
    world::World,
};

const QUESTION: Letter = Letter {
    subject: "Vraag over mijn huurcontract",
    text: "De verhuurder wil de borg niet terugbetalen. Kunt u mij helpen?",
};

const SECOND: Letter = Letter {
    subject: "Nog een vraag over de borg",
    text: "Hij schrijft nu dat er schade is aan de vloer van de keuken.",
};

/// What the shared mailbox is called later.
const RENAMED: &str = "Voorlichting";

const ANSWER: &str = "Stuur ons de foto’s van de oplevering, dan schrijven wij hem aan.";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shared_mailbox_is_made_used_and_left() -> Result<()> {
    let world = World::start().await?;
    let office = Office::open(&world).await?;
    let sanne = world.open("sanne").await?;
    let joris = world.open("joris").await?;
    let fatima = world.open("fatima").await?;
    for (browser, person) in [(&sanne, SANNE), (&joris, JORIS), (&fatima, FATIMA)] {
        steps::sign_in(browser, person).await?;
    }

    create(&sanne).await?;
    office::write(&world, &office.pieter, INFO, QUESTION).await?;
    grant(&world, &sanne, JORIS).await?;
    granted_by_mail(&world, JORIS.address).await?;

    // In the page that was open before, without signing in again.
    steps::switch_to(&joris, JORIS.name, INFO_NAME).await?;
    joris.see("You are acting as Informatie").await?;
    joris.see("Your name is not visible to recipients.").await?;
    steps::read(&joris, QUESTION).await?;
    answer(&world, &joris).await?;
    let received = office::receive(&office.pieter, &format!("Re: {}", QUESTION.subject)).await?;
    ensure!(received.sender.address.as_str() == INFO, "{received:?}");
    ensure!(received.sent_by.is_none(), "{received:?}");
    ensure!(received.text.contains(ANSWER), "{received:?}");

    grant_by_keyboard(&world, &sanne, FATIMA).await?;
    steps::switch_to(&fatima, FATIMA.name, INFO_NAME).await?;
    fatima.see(QUESTION.subject).await?;
    fatima
        .see(&format!("Answered by {}", JORIS.address))
        .await?;

    show_senders(&sanne, &joris).await?;

    revoke(&sanne).await?;
    joris.see("Your access to Informatie has ended.").await?;
    joris.wait_for_path("/").await?;
    joris.see_no_longer(QUESTION.subject).await?;

    // Who remains goes on, and sees what the other no longer can.
    office::write(&world, &office.pieter, INFO, SECOND).await?;
    fatima.see(SECOND.subject).await?;
    steps::read(&fatima, SECOND).await?;
    ensure!(
        office::acts_as(&office.joris, office::mailbox(&office.fatima, INFO).await?)
            .await?
            .is_none()
    );

    let info = office::mailbox(&office.fatima, INFO).await?;
    rename(&sanne, &fatima).await?;
    suspend_and_reactivate(&office, info, &fatima).await?;
    step_down(&fatima).await?;
    ensure!(office::acts_as(&office.fatima, info).await?.is_none());
    let colleague = office.joris.view();
    office
        .sanne
        .grant_access(info, colleague.account, &colleague.address, false)
        .await?;
    delete(&sanne, &joris).await?;
    ensure!(office::acts_as(&office.joris, info).await?.is_none());

    audited(&sanne).await?;
    steps::quiet(&[&sanne, &joris, &fatima]).await?;
    world.end().await
}

/// Creates the account on the Accounts page.
async fn create(sanne: &Browser) -> Result<()> {
    steps::administer(sanne, SANNE, "Accounts").await?;
    sanne
        .click(Role::Button, "Create functional account")
        .await?;
    sanne.fill("Name", INFO_NAME).await?;
    sanne.fill("Address, before the “@”", "info").await?;
    sanne.click(Role::Button, "Create account").await?;
    sanne.see("Informatie is created. Grant access next.").await
}

/// Grants access on the account's page.
async fn grant(world: &World, sanne: &Browser, person: steps::Person) -> Result<()> {
    let before = world.count("audit_events").await?;
    let field = sanne.find(Role::Field, "Name or e-mail address").await?;
    field.send_keys(person.name).await?;
    let option = sanne.find_beginning(Role::Item, person.name).await?;
    option.click().await?;
    sanne
        .see(&format!("{} has access now", person.name))
        .await?;
    world.wait_for_more("audit_events", before).await
}

/// The same without a mouse: the focus is where the first grant left it.
async fn grant_by_keyboard(world: &World, sanne: &Browser, person: steps::Person) -> Result<()> {
    let before = world.count("audit_events").await?;
    keyboard::type_into(sanne, "combobox Name or e-mail address", person.name).await?;
    sanne.find_beginning(Role::Item, person.name).await?;
    sanne.press(Key::Down).await?;
    let chosen = sanne
        .eval(
            "const id = document.activeElement.getAttribute('aria-activedescendant');\
             const row = document.getElementById(id);\
             return row?.ariaSelected === 'true' ? row.innerText : ''",
        )
        .await?;
    ensure!(
        chosen.as_str().is_some_and(|it| it.contains(person.name)),
        "{chosen} is chosen"
    );
    sanne.press(Key::Enter).await?;
    sanne
        .see(&format!("{} has access now", person.name))
        .await?;
    world.wait_for_more("audit_events", before).await
}

async fn granted_by_mail(world: &World, address: &str) -> Result<()> {
    let mail = world.smtp.next(address).await?;
    ensure!(mail.text.contains(INFO_NAME), "{}", mail.text);
    ensure!(!mail.text.contains(QUESTION.subject), "{}", mail.text);
    Ok(())
}

/// Replies as the account.
async fn answer(world: &World, joris: &Browser) -> Result<()> {
    world.secret("answer", ANSWER);
    joris
        .find_beginning(Role::Link, "Reply")
        .await?
        .click()
        .await?;
    let field = joris.find(Role::Field, "Message").await?;
    field.send_keys(ANSWER).await?;
    joris
        .click(Role::Button, &format!("Send as {INFO_NAME}"))
        .await?;
    joris.see("Message sent").await
}

/// Takes Joris's access away.
async fn revoke(sanne: &Browser) -> Result<()> {
    sanne
        .click(Role::Button, &format!("Remove access for {}", JORIS.name))
        .await?;
    sanne
        .find(
            Role::Dialog,
            &format!("Remove {} from {INFO_NAME}?", JORIS.name),
        )
        .await?;
    sanne.see("may have been copied").await?;
    sanne.click(Role::Button, "Remove access").await?;
    sanne.see("1 person has access").await
}

/// Recipients see who sends from now on; the page of somebody who acts says so at once.
async fn show_senders(sanne: &Browser, joris: &Browser) -> Result<()> {
    joris.see("Your name is not visible to recipients.").await?;
    steps::press_radio(sanne, "The functional account and who sent it").await?;
    sanne
        .see("Saved. Applies to messages sent from now on.")
        .await?;
    joris
        .see(&format!(
            "Sent messages show {INFO_NAME}, sent by {}.",
            JORIS.name
        ))
        .await
}

/// The open page of somebody who acts follows the name.
async fn rename(sanne: &Browser, fatima: &Browser) -> Result<()> {
    sanne.fill("Name", RENAMED).await?;
    sanne.click(Role::Button, "Save name").await?;
    sanne
        .see(&format!("The account is called {RENAMED} now"))
        .await?;
    fatima
        .see(&format!("You are acting as {RENAMED} ({INFO})"))
        .await?;
    fatima.find_beginning(Role::Button, RENAMED).await?;
    ensure!(
        steps::switcher_rows(fatima)
            .await?
            .iter()
            .any(|row| row == RENAMED),
        "the switcher has the old name"
    );
    Ok(())
}

/// What is open closes and says why; the account is there again the moment that it can be used.
async fn suspend_and_reactivate(office: &Office, info: AccountId, fatima: &Browser) -> Result<()> {
    let set = async |status| office.sanne.set_account_status(info, status).await;
    set(AccountStatus::Suspended).await?;
    fatima.see(&format!("{RENAMED} is suspended.")).await?;
    fatima
        .see("Nobody can open it until that is lifted; its messages are kept.")
        .await?;
    fatima.wait_for_path("/").await?;
    fatima.see_no_longer(SECOND.subject).await?;
    steps::open_menu(fatima, FATIMA).await?;
    fatima.see("Suspended").await?;
    ensure!(
        !steps::switcher_rows(fatima)
            .await?
            .iter()
            .any(|row| row == RENAMED),
        "a suspended account can be switched to"
    );
    // Its row can be gone to and read, and leads nowhere.
    fatima.press(Key::Down).await?;
    let row = keyboard::focused(fatima).await?;
    ensure!(row.starts_with(&format!("link {RENAMED}")), "{row}");
    fatima.press(Key::Enter).await?;
    fatima
        .find(Role::Button, &format!("Leave {RENAMED}"))
        .await?;
    fatima.check_screen("switcher-suspended").await?;
    ensure!(fatima.path().await? == "/", "the row leads somewhere");

    // In the list that is open.
    set(AccountStatus::Active).await?;
    wait::until("the account to be there again", async || {
        let rows = steps::switcher_rows(fatima).await?;
        Ok(rows.iter().any(|row| row == RENAMED).then_some(()))
    })
    .await?;
    fatima.press(Key::Escape).await?;
    steps::switch_to(fatima, FATIMA.name, RENAMED).await?;
    fatima.see(SECOND.subject).await
}

/// Gives the access up, by the keyboard.
async fn step_down(fatima: &Browser) -> Result<()> {
    keyboard::tab_to(fatima, "Leave this account").await?;
    fatima.press(Key::Enter).await?;
    fatima
        .find(Role::Dialog, &format!("Leave {RENAMED}?"))
        .await?;
    fatima
        .see(&format!("You can no longer read or send as {RENAMED}"))
        .await?;
    keyboard::tab_to(fatima, "Leave account").await?;
    fatima.press(Key::Enter).await?;
    fatima.see(&format!("You left {RENAMED}.")).await?;
    fatima.see("You cannot give yourself access again").await?;
    fatima.wait_for_path("/").await?;
    fatima.see_no_longer(SECOND.subject).await?;
    steps::not_in_switcher(fatima, FATIMA, RENAMED).await
}

/// Deletes it, with somebody in it.
async fn delete(sanne: &Browser, joris: &Browser) -> Result<()> {
    steps::switch_to(joris, JORIS.name, RENAMED).await?;
    joris.see(SECOND.subject).await?;
    sanne.click(Role::Button, "Delete").await?;
    sanne
        .find(Role::Dialog, &format!("Delete {RENAMED}?"))
        .await?;
    for consequence in [
        "are deleted, for everybody. Administrators cannot restore them.",
        "People with access lose it at once",
        "Nobody can write to info@vandijk.example any more.",
        "What it sent stays with its recipients",
    ] {
        sanne.see(consequence).await?;
    }
    let field = format!("Type {RENAMED} to confirm");
    sanne.fill(&field, INFO_NAME).await?;
    sanne.click(Role::Button, "Delete account").await?;
    sanne.see(&format!("This is not {RENAMED}.")).await?;
    sanne.fill(&field, RENAMED).await?;
    sanne.click(Role::Button, "Delete account").await?;
    sanne.see("This account is deleted").await?;

    joris
        .see(&format!("Your access to {RENAMED} has ended."))
        .await?;
    joris.wait_for_path("/").await?;
    joris.see_no_longer(SECOND.subject).await?;
    steps::not_in_switcher(joris, JORIS, RENAMED).await
}

async fn audited(sanne: &Browser) -> Result<()> {
    steps::administer(sanne, SANNE, "Audit log").await?;
    for (category, actor) in [
        ("Functional account created", SANNE.address),
        ("Access granted", SANNE.address),
        ("Access revoked", SANNE.address),
        ("Mailbox key rotated", SANNE.address),
        ("Message sent as another account", JORIS.address),
        ("Sender visibility changed", SANNE.address),
        ("Account renamed", SANNE.address),
        ("Account suspended", SANNE.address),
        ("Account reactivated", SANNE.address),
        ("Access given up", FATIMA.address),
        ("Account deleted", SANNE.address),
    ] {
        steps::see_in_row(sanne, category, actor).await?;
    }
    Ok(())
}
