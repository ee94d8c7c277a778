//! Somebody who reads two hundred shared mailboxes finds one of them without a mouse.

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;
use zegel_client::{SignedIn, unwatched};
use zegel_protocol::Address;
use zegel_tests::{
    browser::{Browser, Role},
    wait,
};

use crate::{
    steps::{self, DOMAIN, SANNE, VAN_DIJK},
    world::World,
};

/// Shared mailboxes that somebody reads.
const ACCOUNTS: usize = 200;
const FILTER: &str = "Find an account";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_accounts_in_the_switcher() -> Result<()> {
    let world = World::start().await?;
    let session = world.sign_up(SANNE, 0).await?;
    session.create_organisation(VAN_DIJK, &unwatched).await?;
    world.claim(&session, DOMAIN).await?;
    for number in 0..ACCOUNTS {
        make(&session, number).await?;
    }

    let sanne = world.open("sanne").await?;
    steps::sign_in(&sanne, SANNE).await?;
    wait::until("all accounts", async || {
        Ok((steps::switcher_rows(&sanne).await?.len() == ACCOUNTS + 1).then_some(()))
    })
    .await?;
    open(&sanne, SANNE.name).await?;
    by_filter(&sanne).await?;
    by_arrows(&sanne).await?;
    by_first_letters(&sanne).await?;
    steps::quiet(&[&sanne]).await?;
    world.end().await
}

/// The name of one of them: half of them begin with another letter.
fn name(number: usize) -> String {
    let kind = if number < ACCOUNTS / 2 {
        "Dossier"
    } else {
        "Zaak"
    };
    format!("{kind} {number:03}")
}

async fn make(session: &SignedIn, number: usize) -> Result<()> {
    let address = Address::parse(&format!("d{number:03}@{DOMAIN}"))?;
    let made = session.create_functional(&address, &name(number)).await?;
    let own = session.view();
    session
        .grant_access(made.account, own.account, &own.address, false)
        .await?;
    Ok(())
}

/// What is typed leaves what it is found in; Enter goes there, Escape first clears and then closes.
async fn by_filter(sanne: &Browser) -> Result<()> {
    sanne.find(Role::Dialog, "Switch account").await?;
    sanne.type_text("zaak 1").await?;
    sanne.see("100 accounts found").await?;
    sanne.check_screen("switcher-filter").await?;
    sanne.type_text("37").await?;
    sanne.see("1 account found").await?;
    ensure!(steps::switcher_rows(sanne).await? == [SANNE.name.to_owned(), name(137)]);
    sanne.press(Key::Escape).await?;
    wait::until("all accounts again", async || {
        Ok((steps::switcher_rows(sanne).await?.len() == ACCOUNTS + 1).then_some(()))
    })
    .await?;
    sanne.press(Key::Escape).await?;
    focus_is(sanne, SANNE.name).await?;
    ensure!(!sanne.has(Role::Dialog, "Switch account").await?);

    sanne.press(Key::Down).await?;
    focus_is(sanne, FILTER).await?;
    sanne.type_text("zaak 137").await?;
    sanne.see("1 account found").await?;
    sanne.press(Key::Enter).await?;
    sanne.see("You are acting as Zaak 137").await?;
    sanne.see("No messages yet").await
}

/// The arrows go over all rows and back into the field.
async fn by_arrows(sanne: &Browser) -> Result<()> {
    open(sanne, &name(137)).await?;
    sanne.press(Key::Down).await?;
    focus_is(sanne, SANNE.name).await?;
    sanne.press(Key::Down).await?;
    focus_is(sanne, &name(0)).await?;
    sanne.press(Key::End).await?;
    focus_is(sanne, &name(ACCOUNTS - 1)).await?;
    let seen = "const at = document.activeElement.getBoundingClientRect();\
                const panel = document.getElementById('switcher-panel').getBoundingClientRect();\
                return at.top >= panel.top && at.bottom <= panel.bottom";
    ensure!(
        sanne.eval(seen).await? == true,
        "the last row is not in sight"
    );
    sanne.press(Key::Up).await?;
    focus_is(sanne, &name(ACCOUNTS - 2)).await?;
    sanne.press(Key::Home).await?;
    focus_is(sanne, SANNE.name).await?;
    sanne.press(Key::Up).await?;
    focus_is(sanne, FILTER).await
}

/// Letters on a row lead to the next name that begins with them.
async fn by_first_letters(sanne: &Browser) -> Result<()> {
    sanne.press(Key::Down).await?;
    focus_is(sanne, SANNE.name).await?;
    sanne.type_text("z").await?;
    focus_is(sanne, &name(ACCOUNTS / 2)).await?;
    // Later, so that it is not the second letter of a word.
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    sanne.type_text("d").await?;
    focus_is(sanne, &name(0)).await?;
    sanne.press(Key::Enter).await?;
    sanne.see("You are acting as Dossier 000").await
}

/// Opens the panel with the arrow; the focus is in the field.
async fn open(sanne: &Browser, shown: &str) -> Result<()> {
    sanne.find_beginning(Role::Button, shown).await?;
    sanne
        .eval("document.querySelector('.switcher').focus()")
        .await?;
    sanne.press(Key::Down).await?;
    focus_is(sanne, FILTER).await
}

/// Waits until the focus is on something of that name.
async fn focus_is(sanne: &Browser, name: &str) -> Result<()> {
    let mut at = String::new();
    let came = wait::until(&format!("the focus on {name:?}"), async || {
        at = crate::keyboard::focused(sanne).await?;
        Ok(at.contains(name).then_some(()))
    })
    .await;
    came.with_context(|| format!("it is on {at:?}"))
}
