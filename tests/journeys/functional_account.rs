//! A shared mailbox from its creation to the end of somebody's access, in three open browsers.

use anyhow::{Result, ensure};
use zegel_tests::browser::{Browser, Role};

use crate::{
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

    grant(&world, &sanne, FATIMA).await?;
    steps::switch_to(&fatima, FATIMA.name, INFO_NAME).await?;
    fatima.see(QUESTION.subject).await?;
    fatima
        .see(&format!("Answered by {}", JORIS.address))
        .await?;

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

async fn audited(sanne: &Browser) -> Result<()> {
    steps::administer(sanne, SANNE, "Audit log").await?;
    for (category, actor) in [
        ("Functional account created", SANNE.address),
        ("Access granted", SANNE.address),
        ("Access revoked", SANNE.address),
        ("Mailbox key rotated", SANNE.address),
        ("Message sent as another account", JORIS.address),
    ] {
        steps::see_in_row(sanne, category, actor).await?;
    }
    Ok(())
}
