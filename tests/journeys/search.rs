//! Searching sealed mail: by words, their beginnings and correspondents, by keyboard alone, in one's
//! own account and in another one; and nothing of what was looked for is left anywhere.

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;
use zegel_tests::{
    browser::{Browser, Role},
    wait,
};

use crate::{
    office::{self, INFO, INFO_NAME, Office},
    steps::{self, JORIS, Letter},
    switcher::{record, recorded},
    world::World,
};

const PHOTO: Letter = Letter {
    subject: "Uitslag van het onderzoek",
    text: "De röntgenfoto laat niets bijzonders zien.",
};

const EXPENSES: Letter = Letter {
    subject: "Kilometervergoeding van mei",
    text: "De declaratie van mijn reiskosten is ingediend.",
};

const LUNCH: Letter = Letter {
    subject: "Lunch op donderdag",
    text: "Om half een in de Zwaan?",
};

const FILE: Letter = Letter {
    subject: "Aanvraag dossier 88214",
    text: "Graag ontvang ik een afschrift van het vonnis.",
};

const OTHER_FILE: Letter = Letter {
    subject: "Nog een vraag over 88214",
    text: "Wanneer dient het hoger beroep?",
};

/// In no message.
const IN_NONE: &str = "zwemdiploma";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sealed_mail_is_searched_where_it_is_read() -> Result<()> {
    let world = World::start().await?;
    let office = Office::open(&world).await?;
    let info = office.info(&[&office.joris]).await?;
    for (from, to, letter) in [
        (&office.pieter, JORIS.address, PHOTO),
        (&office.fatima, JORIS.address, EXPENSES),
        (&office.fatima, JORIS.address, LUNCH),
        (&office.pieter, INFO, FILE),
        (&office.pieter, INFO, OTHER_FILE),
    ] {
        office::write(&world, from, to, letter).await?;
    }
    world.secret("query", IN_NONE);

    let joris = world.open("joris").await?;
    steps::sign_in(&joris, JORIS).await?;
    joris.see(LUNCH.subject).await?;

    by_words(&joris).await?;
    by_keyboard(&joris).await?;
    not_after_deletion(&joris).await?;
    in_another_account(&joris, &info.to_string()).await?;
    steps::quiet(&[&joris]).await?;
    world.end().await
}

/// A word of the text, the beginning of one, one without its accents, a correspondent, two words at
/// once, and one that is nowhere.
async fn by_words(joris: &Browser) -> Result<()> {
    for (query, found) in [
        ("declaratie", &[EXPENSES][..]),
        ("kilom", &[EXPENSES]),
        ("rontgenfoto", &[PHOTO]),
        ("fatima", &[EXPENSES, LUNCH]),
        ("amrani zwaan", &[LUNCH]),
    ] {
        look_for(joris, query).await?;
        finds(joris, found).await?;
        joris.see("3 of 3 messages searched").await?;
        leaves_no_trace(joris, query).await?;
    }
    look_for(joris, IN_NONE).await?;
    joris.see("Nothing matches").await?;
    joris.see("No message has all of these words").await?;
    joris.click(Role::Button, "Close search").await?;
    joris.find(Role::Heading, "Inbox").await?;
    finds(joris, &[PHOTO, EXPENSES, LUNCH]).await
}

/// From the folder to a result, through the results, and back; with no mouse.
async fn by_keyboard(joris: &Browser) -> Result<()> {
    joris.eval("document.activeElement.blur()").await?;
    joris.type_text("/").await?;
    focus_is_on(joris, "Search sealed mail on this device").await?;
    joris.type_text("fatima").await?;
    joris.press(Key::Enter).await?;
    joris.see("2 messages found").await?;
    focus_is_on(joris, LUNCH.subject).await?;
    joris.press(Key::Down).await?;
    focus_is_on(joris, EXPENSES.subject).await?;
    joris.press(Key::Enter).await?;
    joris.see(EXPENSES.text).await?;
    joris.see("2 messages found").await?;
    joris.type_text("k").await?;
    joris.see(LUNCH.text).await?;
    joris.press(Key::Escape).await?;
    joris.find(Role::Heading, "Inbox").await?;
    finds(joris, &[PHOTO, EXPENSES, LUNCH]).await?;
    // Where a search stands in the place of the folder, its link leads back, too.
    look_for(joris, "fatima").await?;
    finds(joris, &[EXPENSES, LUNCH]).await?;
    steps::folder(joris, "Inbox").await?;
    finds(joris, &[PHOTO, EXPENSES, LUNCH]).await
}

/// What is in the bin is found, and says so; what was deleted for good is not.
async fn not_after_deletion(joris: &Browser) -> Result<()> {
    look_for(joris, "zwaan").await?;
    finds(joris, &[LUNCH]).await?;
    steps::read(joris, LUNCH).await?;
    joris.click(Role::Button, "Move to bin").await?;
    wait::until("the row to say where the message is", async || {
        let badge = joris
            .eval("return document.querySelector('.mail-row .badge')?.innerText.trim()")
            .await?;
        Ok((badge.as_str() == Some("Bin")).then_some(()))
    })
    .await?;
    // Its actions are those of the bin by now.
    joris.find(Role::Button, "Move back").await?;
    steps::folder(joris, "Bin").await?;
    steps::read(joris, LUNCH).await?;
    joris.click(Role::Button, "More actions").await?;
    joris.click(Role::Button, "Delete for good").await?;
    joris
        .find(Role::Dialog, "Delete this message for good?")
        .await?;
    joris
        .eval(
            "[...document.querySelectorAll('dialog button')]\
             .find((button) => button.innerText.includes('Delete for good')).click()",
        )
        .await?;
    joris.see("The bin is empty").await?;
    look_for(joris, "zwaan").await?;
    joris.see("Nothing matches").await?;
    look_for(joris, "fatima").await?;
    finds(joris, &[EXPENSES]).await
}

/// Another account has a search of its own, and nothing of the one before shows for a single frame.
async fn in_another_account(joris: &Browser, info: &str) -> Result<()> {
    record(joris).await?;
    steps::switch_to(joris, JORIS.name, INFO_NAME).await?;
    joris.wait_for_path(&format!("/as/{info}")).await?;
    joris.see(FILE.subject).await?;
    let seen = recorded(joris).await?;
    for trace in ["fatima", "Results for", EXPENSES.subject] {
        ensure!(
            seen.iter().all(|text| !text.contains(trace)),
            "{trace:?} showed after the switch"
        );
    }
    leaves_no_trace(joris, "fatima").await?;
    let field = joris.find(Role::Field, "Search in Informatie").await?;
    let held = field.prop("value").await?.unwrap_or_default();
    ensure!(held.is_empty(), "the field holds {held:?}");

    look_for(joris, "88214").await?;
    finds(joris, &[FILE, OTHER_FILE]).await?;
    joris.see("2 of 2 messages searched").await?;
    look_for(joris, "dossier vonnis").await?;
    finds(joris, &[FILE]).await?;
    steps::read(joris, FILE).await?;
    joris
        .find(Role::Heading, "Results for “dossier vonnis”")
        .await?;
    look_for(joris, "declaratie").await?;
    joris.see("Nothing matches").await
}

/// Types what to look for in the field of the account, and asks for it.
async fn look_for(browser: &Browser, query: &str) -> Result<()> {
    browser
        .eval("document.querySelector('#search').select()")
        .await?;
    wait::until("the search field", async || {
        let focused = "document.querySelector('#search').focus();\
             document.querySelector('#search').select();\
             return document.activeElement.id === 'search'";
        Ok((browser.eval(focused).await? == true).then_some(()))
    })
    .await?;
    browser.type_text(query).await?;
    browser.press(Key::Enter).await?;
    browser
        .find(Role::Heading, &format!("Results for “{query}”"))
        .await?;
    // The focus goes to what was found, or to the heading over nothing: keys pressed before belong to the field still.
    wait::until("the focus to leave the field", async || {
        let field = browser
            .eval("return document.activeElement.id === 'search'")
            .await?;
        Ok((field == false).then_some(()))
    })
    .await
}

/// Waits until the list has those messages and no others.
async fn finds(browser: &Browser, letters: &[Letter]) -> Result<()> {
    let mut expected: Vec<&str> = letters.iter().map(|letter| letter.subject).collect();
    expected.sort_unstable();
    let listed = async || {
        let subjects = browser
            .eval(
                "return [...document.querySelectorAll('.mail-subject')]\
                 .map((subject) => subject.innerText.trim()).sort()",
            )
            .await?;
        let subjects = subjects.as_array().context("no list")?;
        anyhow::Ok(
            subjects
                .iter()
                .filter_map(|subject| subject.as_str().map(str::to_owned))
                .collect::<Vec<_>>(),
        )
    };
    let found = wait::until(&format!("{expected:?} in the list"), async || {
        let mut listed = listed().await?;
        listed.sort_unstable();
        Ok((listed == expected).then_some(()))
    })
    .await;
    match found {
        Ok(()) => Ok(()),
        Err(error) => Err(error.context(browser.text().await?)),
    }
}

async fn focus_is_on(browser: &Browser, name: &str) -> Result<()> {
    wait::until(&format!("the focus on {name:?}"), async || {
        let focused = browser
            .eval(
                "const element = document.activeElement;\
                 return `${element.ariaLabel ?? ''} ${element.innerText}`",
            )
            .await?;
        let focused = focused.as_str().unwrap_or_default();
        Ok(focused.contains(name).then_some(()))
    })
    .await
}

/// The query is in no address, title or storage of the browser.
async fn leaves_no_trace(browser: &Browser, query: &str) -> Result<()> {
    let kept = browser
        .eval(
            "return [location.href, document.title, JSON.stringify(history.state), \
             JSON.stringify(localStorage), JSON.stringify(sessionStorage)].join(' ')",
        )
        .await?;
    let kept = kept.as_str().context("nothing to look at")?;
    ensure!(!kept.contains(query), "{query:?} is kept in {kept}");
    Ok(())
}
