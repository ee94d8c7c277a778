//! A folder of many messages: every place of it is one movement of the scroll bar away, with few rows
//! in the page, and what one looks at stays where it is while mail comes and goes.

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;
use zegel_client::{SignedIn, unwatched, view::DraftContent};
use zegel_tests::{
    browser::{Browser, Role},
    wait,
};

use crate::{
    steps::{self, FATIMA, JORIS},
    world::World,
};

/// So many letters are in the folder: several pages.
const LETTERS: u32 = 130;

/// Most rows that are in the page at once.
const MOST_ROWS: u64 = 60;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_place_of_a_folder_is_near() -> Result<()> {
    let world = World::start().await?;
    world.sign_up(JORIS, 0).await?;
    let fatima = world.sign_up(FATIMA, 0).await?;
    for number in 1..=LETTERS {
        write(&world, &fatima, &subject(number)).await?;
    }
    let joris = world.open("joris").await?;
    steps::sign_in(&joris, JORIS).await?;
    joris.see(&subject(LETTERS)).await?;

    // To the end, without the pages between; back to the middle; and to the beginning.
    scroll_to(&joris, 1.0).await?;
    joris.see(&subject(1)).await?;
    few_rows(&joris).await?;
    scroll_to(&joris, 0.5).await?;
    loaded(&joris).await?;
    let seen = first_in_sight(&joris).await?;
    ensure!((40..90).contains(&seen.0), "{seen:?} is in the middle");

    // New mail waits above; what is looked at does not move, and goes on from there.
    write(&world, &fatima, "Nieuw bericht van vandaag").await?;
    joris.find(Role::Button, "1 new message").await?;
    ensure!(first_in_sight(&joris).await? == seen, "the list moved");
    open(&joris, seen.0).await?;
    for number in (seen.0 - 30..seen.0).rev() {
        joris.type_text("j").await?;
        reads(&joris, number).await?;
    }
    few_rows(&joris).await?;
    joris.click(Role::Button, "1 new message").await?;
    joris.see("Nieuw bericht van vandaag").await?;
    joris.see(&subject(LETTERS)).await?;

    // What is taken out above closes up, and comes back to its place.
    open(&joris, LETTERS).await?;
    joris.click(Role::Button, "Archive").await?;
    // The offer stays while it has the focus.
    undo(&joris, "focus").await?;
    reads(&joris, LETTERS - 1).await?;
    scroll_to(&joris, 1.0).await?;
    undo(&joris, "click").await?;
    joris.see(&subject(1)).await?;
    scroll_to(&joris, 0.0).await?;
    joris.see(&subject(LETTERS)).await?;

    // Several at once, by keyboard: the focus goes on in the list, and all come back.
    archive_by_keyboard(&joris, &[LETTERS - 1, LETTERS - 2]).await?;
    undo(&joris, "click").await?;
    for number in [LETTERS - 1, LETTERS - 2] {
        joris.see(&subject(number)).await?;
    }

    // A star shows on a message whose row is nowhere in the page, and goes again.
    scroll_to(&joris, 1.0).await?;
    open(&joris, 5).await?;
    reads(&joris, 5).await?;
    joris.reload().await?;
    joris.see("De tekst van: Brief nummer 5.").await?;
    for pressed in ["true", "false"] {
        joris
            .eval("document.querySelector('.mail-star-inline').click()")
            .await?;
        wait::until(&format!("the star to be {pressed}"), async || {
            let star =
                "return document.querySelector('.mail-star-inline').getAttribute('aria-pressed')";
            Ok((joris.eval(star).await? == pressed).then_some(()))
        })
        .await?;
    }
    joris.press(Key::Escape).await?;

    // Only what is unread, read one by one from the far end.
    joris
        .find_beginning(Role::Button, "Unread")
        .await?
        .click()
        .await?;
    joris.see("Nieuw bericht van vandaag").await?;
    scroll_to(&joris, 1.0).await?;
    open(&joris, 1).await?;
    reads(&joris, 1).await?;
    joris.type_text("k").await?;
    reads(&joris, 2).await?;
    joris.see(&subject(3)).await?;
    joris.press(Key::Escape).await?;
    few_rows(&joris).await?;
    steps::quiet(&[&joris]).await?;
    world.end().await
}

fn subject(number: u32) -> String {
    format!("Brief nummer {number}.")
}

async fn write(world: &World, from: &SignedIn, subject: &str) -> Result<()> {
    world.secret("subject", subject);
    let content = DraftContent {
        to: vec![JORIS.address.to_owned()],
        subject: subject.to_owned(),
        text: format!("De tekst van: {subject}"),
        ..DraftContent::default()
    };
    from.send_message(from.view().account, from.new_draft(), &content, &unwatched)
        .await?;
    Ok(())
}

/// Scrolls the list: nought is its head, one its end.
async fn scroll_to(browser: &Browser, part: f64) -> Result<()> {
    browser
        .eval(&format!(
            "const pane = document.querySelector('#list-pane > .pane-scroll');\
             pane.scrollTop = (pane.scrollHeight - pane.clientHeight) * {part}"
        ))
        .await?;
    Ok(())
}

/// Waits until all that is in sight is loaded.
async fn loaded(browser: &Browser) -> Result<()> {
    wait::until("the rows in sight", async || {
        let blank = browser
            .eval(
                "const pane = document.querySelector('#list-pane > .pane-scroll');\
                 const { top, bottom } = pane.getBoundingClientRect();\
                 const seen = [...pane.querySelectorAll('.mail-item')].filter((row) => {\
                   const box = row.getBoundingClientRect();\
                   return box.bottom > top && box.top < bottom;\
                 });\
                 return !seen.length || seen.some((row) => 'blank' in row.dataset)",
            )
            .await?;
        Ok((blank == false).then_some(()))
    })
    .await
}

/// Number of the first letter in sight, and how far below the upper edge it begins.
async fn first_in_sight(browser: &Browser) -> Result<(u32, i64)> {
    let first = browser
        .eval(
            "const pane = document.querySelector('#list-pane > .pane-scroll');\
             const { top } = pane.getBoundingClientRect();\
             const row = [...pane.querySelectorAll('.mail-row')]\
               .find((row) => row.getBoundingClientRect().bottom > top);\
             const number = row.querySelector('.mail-subject').innerText.match(/[0-9]+/)[0];\
             return [Number(number), Math.round(row.getBoundingClientRect().top - top)]",
        )
        .await?;
    let number = first.get(0).and_then(serde_json::Value::as_u64);
    let below = first.get(1).and_then(serde_json::Value::as_i64);
    Ok((
        u32::try_from(number.context("no row in sight")?)?,
        below.context("no row in sight")?,
    ))
}

async fn few_rows(browser: &Browser) -> Result<()> {
    let rows = browser
        .eval("return document.querySelectorAll('.mail-item').length")
        .await?;
    ensure!(
        rows.as_u64().is_some_and(|rows| rows <= MOST_ROWS),
        "{rows} rows are in the page"
    );
    Ok(())
}

/// Ticks letters in sight, and archives them from the bar above the list.
async fn archive_by_keyboard(browser: &Browser, numbers: &[u32]) -> Result<()> {
    loaded(browser).await?;
    for number in numbers {
        let subject = subject(*number);
        let ticked = browser
            .eval(&format!(
                "const row = [...document.querySelectorAll('.mail-item')]\
                   .find((row) => row.querySelector('.mail-subject')?.innerText.includes({subject:?}));\
                 row?.querySelector('.mail-tick input').click(); return !!row"
            ))
            .await?;
        ensure!(ticked == true, "{subject:?} is not in sight");
    }
    browser.see(&format!("{} selected", numbers.len())).await?;
    browser
        .eval("document.querySelector('#selection-bar button[aria-label=Archive]').focus()")
        .await?;
    browser.press(Key::Enter).await?;
    wait::until("the focus in the list, and the bar to go", async || {
        let there = browser
            .eval(
                "return !document.querySelector('#selection-bar')\
                   && !!document.activeElement.closest('.mail-item')",
            )
            .await?;
        Ok((there == true).then_some(()))
    })
    .await
}

/// Waits for the offer to undo, and does that with its button.
async fn undo(browser: &Browser, does: &str) -> Result<()> {
    wait::until("the offer to undo", async || {
        let there = browser
            .eval(&format!(
                "const undo = [...document.querySelectorAll('.toast button')]\
                   .find((button) => button.innerText.trim() === 'Undo');\
                 undo?.{does}(); return !!undo"
            ))
            .await?;
        Ok((there == true).then_some(()))
    })
    .await
}

/// Waits until a letter is open.
async fn reads(browser: &Browser, number: u32) -> Result<()> {
    let text = format!("De tekst van: {}", subject(number));
    wait::until(&format!("letter {number} to be open"), async || {
        let open = browser
            .eval(&format!(
                "return document.querySelector('#message').innerText.includes({text:?})"
            ))
            .await?;
        Ok((open == true).then_some(()))
    })
    .await
}

/// Opens a letter that is in sight.
async fn open(browser: &Browser, number: u32) -> Result<()> {
    // The list may still load around it.
    loaded(browser).await?;
    steps::open_message(browser, &subject(number)).await?;
    reads(browser, number).await
}
