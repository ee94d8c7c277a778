//! Somebody lets a colleague act for them, and ends it; the colleague can do that much and no more.

use anyhow::{Context as _, Result, ensure};
use zegel_tests::browser::{Browser, Role};

use crate::{
    office::{self, INFO, Office},
    steps::{self, FATIMA, JORIS, Letter, PIETER},
    world::World,
};

const RULING: Letter = Letter {
    subject: "Uitspraak kort geding",
    text: "De voorzieningenrechter wijst de vordering toe, op de dwangsom na.",
};

const ON_BEHALF: Letter = Letter {
    subject: "Stukken voor de rechtbank",
    text: "Namens mr. Bakker zend ik u de conclusie met twaalf producties.",
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_colleague_acts_for_somebody_until_it_ends() -> Result<()> {
    let world = World::start().await?;
    let office = Office::open(&world).await?;
    office.info(&[]).await?;
    office::write(&world, &office.pieter, JORIS.address, RULING).await?;
    let joris = world.open("joris").await?;
    let fatima = world.open("fatima").await?;
    for (browser, person) in [(&joris, JORIS), (&fatima, FATIMA)] {
        steps::sign_in(browser, person).await?;
    }

    refused(&joris).await?;
    add(&joris, FATIMA.address).await?;
    let mail = world.smtp.next(FATIMA.address).await?;
    ensure!(mail.text.contains(JORIS.name), "{}", mail.text);

    steps::switch_to(&fatima, FATIMA.name, JORIS.name).await?;
    fatima.see("You are acting as Joris Bakker").await?;
    fatima
        .see("Sent messages show Joris Bakker, sent by Fatima El Amrani.")
        .await?;
    steps::read(&fatima, RULING).await?;
    cannot_overreach(&fatima).await?;
    write_for_joris(&world, &fatima).await?;
    let received = office::receive(&office.pieter, ON_BEHALF.subject).await?;
    ensure!(received.sender.address.as_str() == JORIS.address);
    ensure!(
        received.sent_by.as_deref() == Some(FATIMA.name),
        "{received:?}"
    );

    hide(&joris, &fatima).await?;
    remove(&joris).await?;
    fatima.see("Your access to Joris Bakker has ended.").await?;
    fatima.wait_for_path("/").await?;
    let account = office.joris.view().account;
    ensure!(office::acts_as(&office.fatima, account).await?.is_none());

    let colleague = office.fatima.view();
    office
        .joris
        .grant_access(account, colleague.account, &colleague.address, false)
        .await?;
    step_down(&fatima).await?;
    ensure!(office::acts_as(&office.fatima, account).await?.is_none());
    ensure!(office.joris.access(account).await?.members.is_empty());
    steps::quiet(&[&joris, &fatima]).await?;
    world.end().await
}

/// Who cannot be added is not, and it says why.
async fn refused(joris: &Browser) -> Result<()> {
    joris.click(Role::Link, "Settings").await?;
    joris.click(Role::Link, "Grant access").await?;
    joris.see("Only you can open this mailbox").await?;
    joris.click(Role::Button, "Add").await?;
    joris.find(Role::Dialog, "Add a colleague").await?;
    for (address, problem) in [
        ("niemand@vandijk.example", "has no Zegel account"),
        (JORIS.address, "This is your own address."),
        (INFO, "is a functional account"),
        (
            PIETER.address,
            "Only the server says that this key belongs to",
        ),
    ] {
        submit(joris, address).await?;
        joris.see(problem).await?;
        let invalid = "return document.activeElement.getAttribute('aria-invalid')";
        ensure!(joris.eval(invalid).await?.as_str() == Some("true"));
    }
    Ok(())
}

async fn submit(joris: &Browser, address: &str) -> Result<()> {
    joris
        .fill("E-mail address of the colleague’s Zegel account", address)
        .await?;
    press_in_dialog(joris, "Add").await
}

/// The button of that name in the open dialog: the page behind has one of the same name.
async fn press_in_dialog(browser: &Browser, name: &str) -> Result<()> {
    let pressed = browser
        .eval(&format!(
            "const button = [...document.querySelectorAll('dialog[open] button')]\
               .find((button) => button.innerText.trim() === {name:?});\
             button?.click(); return !!button"
        ))
        .await?;
    ensure!(pressed == true, "the dialog has no button {name:?}");
    Ok(())
}

async fn add(joris: &Browser, address: &str) -> Result<()> {
    let radio = joris
        .find_beginning(Role::Radio, "My name and who sent it")
        .await?;
    radio.click().await.context("the choice")?;
    submit(joris, address).await?;
    joris
        .see(&format!("{} has access now", FATIMA.name))
        .await?;
    joris
        .find(Role::Button, &format!("Remove access for {}", FATIMA.name))
        .await?;
    Ok(())
}

/// Settings and administration are not there, nor behind their address.
async fn cannot_overreach(fatima: &Browser) -> Result<()> {
    for link in ["Settings", "Administration", "Grant access"] {
        ensure!(!fatima.has(Role::Link, link).await?, "{link} is there");
    }
    let here = fatima.path().await?;
    fatima
        .goto(&format!("{}/settings", inbox_of(&here)?))
        .await?;
    fatima.see("Settings belong to the account owner").await?;
    fatima.goto(&inbox_of(&here)?).await?;
    fatima.see(RULING.subject).await
}

/// The inbox of the account that a path acts as.
fn inbox_of(path: &str) -> Result<String> {
    let account = path
        .strip_prefix("/as/")
        .and_then(|rest| rest.split('/').next())
        .context("not acting")?;
    Ok(format!("/as/{account}"))
}

async fn write_for_joris(world: &World, fatima: &Browser) -> Result<()> {
    world.secret("subject", ON_BEHALF.subject);
    world.secret("text", ON_BEHALF.text);
    fatima.click(Role::Link, "New message").await?;
    fatima
        .see("Recipients see “Joris Bakker, sent by Fatima El Amrani”.")
        .await?;
    steps::write(fatima, PIETER.address, ON_BEHALF).await?;
    fatima
        .click(Role::Button, &format!("Send as {}", JORIS.name))
        .await?;
    fatima.see("Message sent").await
}

/// Recipients see only the owner from now on; the open page of the colleague says so at once.
async fn hide(joris: &Browser, fatima: &Browser) -> Result<()> {
    joris
        .choose(
            "Who do recipients see when Fatima El Amrani sends?",
            "Only my name",
        )
        .await?;
    joris
        .see("Saved. Applies to messages sent from now on.")
        .await?;
    fatima.see("Sent messages show Joris Bakker only.").await
}

/// The colleague gives the access up, on the page that says what recipients see.
async fn step_down(fatima: &Browser) -> Result<()> {
    steps::switch_to(fatima, FATIMA.name, JORIS.name).await?;
    fatima.see("Sent messages show Joris Bakker only.").await?;
    fatima.click(Role::Link, "New message").await?;
    fatima.see("Recipients see “Joris Bakker”.").await?;
    fatima.click(Role::Button, "Leave this account").await?;
    fatima.find(Role::Dialog, "Leave Joris Bakker?").await?;
    fatima
        .see("You can no longer read or send as Joris Bakker")
        .await?;
    fatima.click(Role::Button, "Leave account").await?;
    fatima.see("You left Joris Bakker.").await?;
    fatima.wait_for_path("/").await?;
    steps::not_in_switcher(fatima, FATIMA, JORIS.name).await
}

async fn remove(joris: &Browser) -> Result<()> {
    joris
        .click(Role::Button, &format!("Remove access for {}", FATIMA.name))
        .await?;
    joris
        .find(Role::Dialog, &format!("Remove access for {}?", FATIMA.name))
        .await?;
    press_in_dialog(joris, "Remove access").await?;
    joris.see("Only you can open this mailbox").await
}
