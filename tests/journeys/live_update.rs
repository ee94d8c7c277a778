//! Two people in one shared mailbox: what one does, the other sees without asking.

use anyhow::{Context as _, Result, ensure};
use zegel_api::Folder;
use zegel_client::{unwatched, view::SendOptions};
use zegel_tests::browser::{Browser, Role};

use crate::{
    office::{self, INFO, INFO_NAME, Office},
    steps::{self, FATIMA, JORIS, Letter, PIETER},
    world::{DAY_MS, World},
};

const FIRST: Letter = Letter {
    subject: "Afspraak verzetten",
    text: "Kan de afspraak van donderdag naar volgende week?",
};

const SECOND: Letter = Letter {
    subject: "Ontvangstbevestiging gevraagd",
    text: "Wilt u bevestigen dat mijn brief is aangekomen?",
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_people_see_what_the_other_does() -> Result<()> {
    let world = World::start().await?;
    let office = Office::open(&world).await?;
    let info = office.info(&[&office.joris, &office.fatima]).await?;
    let joris = world.open("joris").await?;
    let fatima = world.open("fatima").await?;
    for (browser, person) in [(&joris, JORIS), (&fatima, FATIMA)] {
        steps::sign_in(browser, person).await?;
        steps::switch_to(browser, person.name, INFO_NAME).await?;
        browser.see("No messages yet").await?;
    }

    // New mail arrives in both, and in the counts.
    let options = SendOptions {
        expires_after_ms: Some(30 * DAY_MS),
        receipt: true,
    };
    let pieter = office.pieter.view().account;
    office::send_with(&world, &office.pieter, pieter, INFO, FIRST, options).await?;
    for browser in [&joris, &fatima] {
        browser.see(FIRST.subject).await?;
        unread(browser, 1).await?;
    }

    // Read by one is read for both.
    steps::read(&joris, FIRST).await?;
    unread(&fatima, 0).await?;

    // The sender asked to be told, and is when one of them agrees; who read it both know.
    steps::read(&fatima, FIRST).await?;
    fatima.see("Read in this account by").await?;
    fatima.see(&format!("{} on", JORIS.address)).await?;
    let asks = format!("{} would like to know that you have read this", PIETER.name);
    joris.see(&asks).await?;
    joris.see("Disappears on").await?;
    let first = office::find(&office.pieter, pieter, Folder::Sent, FIRST.subject).await?;
    let sent = office
        .pieter
        .open_message(pieter, first, &unwatched)
        .await?;
    ensure!(sent.receipts.is_empty(), "told without being asked to");
    joris.click(Role::Button, "Tell them").await?;
    joris.see("The sender is told that you read it").await?;
    joris.see_no_longer(&asks).await?;
    let sent = office
        .pieter
        .open_message(pieter, first, &unwatched)
        .await?;
    let told = sent.receipts.first().context("nobody told")?;
    ensure!(told.address == INFO, "{told:?}");

    // Who writes an answer is seen doing so, and having done so.
    joris
        .find_beginning(Role::Link, "Reply")
        .await?
        .click()
        .await?;
    let answer = "Dat kan, woensdag om tien uur.";
    world.secret("answer", answer);
    let field = joris.find(Role::Field, "Message").await?;
    field.send_keys(answer).await?;
    fatima.see(&format!("{} is writing", JORIS.address)).await?;
    joris
        .click(Role::Button, &format!("Send as {INFO_NAME}"))
        .await?;
    fatima
        .see(&format!("Answered by {}", JORIS.address))
        .await?;

    // Archived by one is gone for both.
    office::write(&world, &office.pieter, INFO, SECOND).await?;
    fatima.see(SECOND.subject).await?;
    joris.goto(&format!("/as/{info}")).await?;
    steps::read(&joris, SECOND).await?;
    joris.click(Role::Button, "Archive").await?;
    fatima.see_no_longer(SECOND.subject).await?;
    fatima.click(Role::Link, "Archive").await?;
    steps::read(&fatima, SECOND).await?;

    // Taken back by its sender it goes from the page where it is read.
    let second = office::find(&office.pieter, pieter, Folder::Sent, SECOND.subject).await?;
    office.pieter.revoke_message(pieter, second).await?;
    fatima.see("Taken back by its sender, or expired").await?;
    fatima.see_no_longer(SECOND.text).await?;
    steps::quiet(&[&joris, &fatima]).await?;
    world.end().await
}

/// Waits for the number beside Inbox.
async fn unread(browser: &Browser, count: u32) -> Result<()> {
    zegel_tests::wait::until(&format!("{count} unread"), async || {
        let shown = browser
            .eval(
                "const inbox = document.querySelector('.side .side-link');\
                 return inbox?.querySelector('.count > [aria-hidden]')?.innerText.trim() ?? '0'",
            )
            .await?;
        Ok((shown.as_str() == Some(count.to_string().as_str())).then_some(()))
    })
    .await
}
