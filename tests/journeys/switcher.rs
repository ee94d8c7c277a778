//! Switching between accounts: by mouse, by keyboard, by address; and nothing of the one before is
//! left for a single frame.

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;
use zegel_api::Folder;
use zegel_protocol::AccountId;
use zegel_tests::browser::{Browser, Role};

use crate::{
    office::{self, INFO, INFO_NAME, Office},
    steps::{self, FATIMA, JORIS, Letter},
    world::World,
};

const OWN: Letter = Letter {
    subject: "Persoonlijk: uitslag onderzoek",
    text: "De uitslag is goed. Je hoeft pas over een jaar terug te komen.",
};

const SHARED: Letter = Letter {
    subject: "Aanvraag dossier 88214",
    text: "Graag ontvang ik een afschrift van het dossier.",
};

const DELEGATED: Letter = Letter {
    subject: "Roosterwijziging volgende week",
    text: "Dinsdag en woensdag zijn omgewisseld.",
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn switching_leaves_no_trace() -> Result<()> {
    let world = World::start().await?;
    let office = Office::open(&world).await?;
    let info = office.info(&[&office.joris]).await?;
    office::write(&world, &office.pieter, JORIS.address, OWN).await?;
    office::write(&world, &office.pieter, INFO, SHARED).await?;
    let fatima = office.fatima.view().account;
    office
        .fatima
        .grant_access(
            fatima,
            office.joris.view().account,
            &office.joris.view().address,
            false,
        )
        .await?;

    office::write(&world, &office.pieter, FATIMA.address, DELEGATED).await?;

    let joris = world.open("joris").await?;
    by_deep_link(&office, &joris, info).await?;
    from_open_message(&joris).await?;
    joris.click(Role::Link, "Back to my account").await?;
    joris.see(OWN.subject).await?;
    ensure!(joris.eval("return document.title").await?.as_str() == Some("Inbox · Zegel"));

    record(&joris).await?;
    steps::switch_to(&joris, JORIS.name, INFO_NAME).await?;
    joris.wait_for_path(&format!("/as/{info}")).await?;
    joris.see(SHARED.subject).await?;
    let seen = recorded(&joris).await?;
    ensure!(
        seen.iter().all(|text| !text.contains(OWN.subject)),
        "the inbox of before showed after the switch"
    );
    ensure!(
        seen.iter().any(|text| text.contains(SHARED.subject)),
        "the record does not even see what is there"
    );
    ensure!(acting(&joris).await?.as_deref() == Some("functional"));

    by_address(&joris, &info.to_string()).await?;
    by_keyboard(&joris).await?;
    steps::quiet(&[&joris]).await?;
    world.end().await
}

/// Signed out, the address of a message leads there by way of signing in.
async fn by_deep_link(office: &Office, joris: &Browser, info: AccountId) -> Result<()> {
    let message = office::find(&office.joris, info, Folder::Inbox, SHARED.subject).await?;
    let link = format!("/as/{info}/message/{message}");
    joris.goto(&link).await?;
    joris.wait_for_path("/sign-in").await?;
    steps::type_sign_in(joris, JORIS.address, JORIS.password).await?;
    joris.wait_for_path(&link).await?;
    joris.find(Role::Heading, SHARED.subject).await?;
    joris.see(SHARED.text).await?;
    joris.see("You are acting as Informatie").await
}

/// From a message that is open in one account to another person's: nothing of it stays.
async fn from_open_message(joris: &Browser) -> Result<()> {
    record(joris).await?;
    steps::switch_to(joris, INFO_NAME, FATIMA.name).await?;
    joris.see(DELEGATED.subject).await?;
    let seen = recorded(joris).await?;
    for left in [SHARED.subject, SHARED.text, "You are acting as Informatie"] {
        ensure!(
            seen.iter().all(|text| !text.contains(left)),
            "{left:?} showed after the switch"
        );
    }
    ensure!(
        seen.iter().any(|text| text.contains(DELEGATED.subject)),
        "the record does not even see what is there"
    );
    ensure!(acting(joris).await?.as_deref() == Some("delegated"));
    Ok(())
}

/// What the page says that it acts as.
async fn acting(browser: &Browser) -> Result<Option<String>> {
    let acting = browser
        .eval("return document.documentElement.dataset.acting")
        .await?;
    Ok(acting.as_str().map(str::to_owned))
}

/// Reload, back and forward keep the account of the address.
async fn by_address(joris: &Browser, info: &str) -> Result<()> {
    joris.reload().await?;
    joris.see(SHARED.subject).await?;
    joris.see("You are acting as Informatie").await?;
    joris.eval("history.back()").await?;
    joris.wait_for_path("/").await?;
    joris.see(OWN.subject).await?;
    ensure!(!joris.text().await?.contains("You are acting as"));
    joris.eval("history.forward()").await?;
    joris.wait_for_path(&format!("/as/{info}")).await?;
    joris.see(SHARED.subject).await?;
    joris.click(Role::Link, "Back to my account").await?;
    joris.see(OWN.subject).await?;

    joris.goto("/as/AAAAAAAAAAAAAAAAAAAAAA").await?;
    joris.see("You have no access to this account.").await?;
    joris.wait_for_path("/").await?;
    joris.see(OWN.subject).await
}

/// Opens with a key, finds by first letters, goes there with Enter; Escape goes back.
async fn by_keyboard(joris: &Browser) -> Result<()> {
    joris.find_beginning(Role::Button, JORIS.name).await?;
    joris
        .eval("document.querySelector('.switcher').focus()")
        .await?;
    joris.press(Key::Down).await?;
    joris.find(Role::Dialog, "Switch account").await?;
    joris.press(Key::Escape).await?;
    let focused = "return document.activeElement.classList.contains('switcher')";
    ensure!(joris.eval(focused).await? == true, "the focus is lost");

    joris.press(Key::Enter).await?;
    joris.find(Role::Dialog, "Switch account").await?;
    joris.find(Role::Heading, "Functional accounts").await?;
    joris.find(Role::Heading, "Delegated to me").await?;
    joris.type_text("f").await?;
    let at = joris
        .eval("return document.activeElement.innerText")
        .await?;
    ensure!(
        at.as_str().context("no focus")?.contains(FATIMA.name),
        "{at} has the focus"
    );
    joris.press(Key::Enter).await?;
    joris.see("You are acting as Fatima El Amrani").await?;
    joris.see_no_longer(OWN.subject).await
}

/// From the next change of the address on, keeps the visible text of every state of the document.
pub(crate) async fn record(browser: &Browser) -> Result<()> {
    browser
        .eval(
            "const seen = window.seen = [];\
             const before = location.pathname;\
             const look = () => {\
               if (location.pathname !== before) seen.push(document.title + document.body.innerText);\
             };\
             new MutationObserver(look).observe(document, \
               { subtree: true, childList: true, characterData: true, attributes: true });\
             const frame = () => { look(); requestAnimationFrame(frame) };\
             requestAnimationFrame(frame);",
        )
        .await?;
    Ok(())
}

/// The texts that were kept.
pub(crate) async fn recorded(browser: &Browser) -> Result<Vec<String>> {
    let seen = browser.eval("return window.seen").await?;
    let seen: Vec<String> = seen
        .as_array()
        .context("no record")?
        .iter()
        .filter_map(|text| text.as_str().map(str::to_owned))
        .collect();
    ensure!(!seen.is_empty(), "nothing was recorded");
    Ok(seen)
}
