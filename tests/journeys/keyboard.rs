//! Sign in, read a message, accept an adoption and write with the keyboard alone.

use anyhow::{Result, bail, ensure};
use fantoccini::key::Key;
use zegel_client::unwatched;
use zegel_protocol::Domain;
use zegel_tests::{browser::Browser, wait};

use crate::{
    office,
    steps::{self, DOMAIN, FATIMA, JORIS, Letter, SANNE, VAN_DIJK},
    world::World,
};

const LETTER: Letter = Letter {
    subject: "Pleitnota versie 3",
    text: "Met jouw opmerkingen erin, en zonder de bijlage.",
};

const ANSWER: Letter = Letter {
    subject: "Pleitnota versie 4",
    text: "Zonder de bijlage, en met een slot.",
};

/// No page has as many stops.
const MOST_STOPS: usize = 60;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_needs_a_mouse() -> Result<()> {
    let world = World::start().await?;
    world.sign_up(JORIS, 0).await?;
    let fatima = world.sign_up(FATIMA, 0).await?;
    office::write(&world, &fatima, JORIS.address, LETTER).await?;
    let sanne = world.sign_up(SANNE, 0).await?;
    sanne.create_organisation(VAN_DIJK, &unwatched).await?;
    let number = sanne.organisation().await?.safety_number;

    let joris = world.open("joris").await?;
    joris.goto("/").await?;
    joris.wait_for_path("/sign-in").await?;
    sign_in(&joris).await?;
    steps::in_mail(&joris, JORIS).await?;
    joris.see(LETTER.subject).await?;

    // The skip link is the first stop of a page, and leads past the navigation.
    joris.reload().await?;
    joris.see(LETTER.subject).await?;
    tab_to(&joris, "Skip to content").await?;
    joris.press(Key::Enter).await?;
    ensure!(
        focused(&joris).await?.starts_with("main"),
        "the skip link skips nothing"
    );
    tab_to(&joris, LETTER.subject).await?;
    joris.press(Key::Enter).await?;
    joris.see(LETTER.text).await?;
    tab_to(&joris, "Key details").await?;
    joris.press(Key::Enter).await?;
    joris.see("Compare safety numbers").await?;

    world.claim(&sanne, DOMAIN).await?;
    sanne.adopt(&Domain::parse(DOMAIN)?).await?;
    joris.reload().await?;
    joris.wait_for_path("/sign-in").await?;
    sign_in(&joris).await?;
    joris.wait_for_path("/adoption").await?;
    joris.see("Accept is not available yet").await?;
    tab_to(&joris, "Type the number").await?;
    joris.press(Key::Enter).await?;
    type_into(&joris, "Safety number", &number).await?;
    joris.press(Key::Enter).await?;
    joris.see("You typed it in, and it is right.").await?;
    tab_to(
        &joris,
        "I understand that administrators of vandijk.example",
    )
    .await?;
    joris.press(Key::Space).await?;
    tab_to(&joris, "Accept and join").await?;
    joris.press(Key::Enter).await?;
    joris
        .see("Your account now belongs to Advocatenkantoor Van Dijk")
        .await?;
    steps::in_mail(&joris, JORIS).await?;
    compose(&world, &joris).await?;

    steps::quiet(&[&joris]).await?;
    world.end().await
}

/// The focus is in the first field, without a Tab.
async fn sign_in(browser: &Browser) -> Result<()> {
    type_into(browser, "E-mail address", JORIS.address).await?;
    tab_to(browser, "Password").await?;
    type_into(browser, "Password", JORIS.password).await?;
    browser.press(Key::Enter).await
}

/// Writes to one person, after a second one was taken off again.
async fn compose(world: &World, browser: &Browser) -> Result<()> {
    world.secret("subject", ANSWER.subject);
    world.secret("text", ANSWER.text);
    tab_to(browser, "New message").await?;
    browser.press(Key::Enter).await?;
    type_into(browser, "textbox To", &format!("{},", FATIMA.address)).await?;
    chips(browser, &[FATIMA.name]).await?;
    browser.type_text(SANNE.address).await?;
    browser.press(Key::Enter).await?;
    chips(browser, &[FATIMA.name, SANNE.name]).await?;
    browser.press(Key::Backspace).await?;
    chips(browser, &[FATIMA.name]).await?;
    tab_to(browser, "textbox Subject").await?;
    browser.type_text(ANSWER.subject).await?;
    tab_to(browser, "textbox Message").await?;
    browser.type_text(ANSWER.text).await?;
    tab_to(browser, "button Send").await?;
    browser.press(Key::Enter).await?;
    browser.see("Message sent").await
}

/// Waits until the recipients are these, each with a key that is known.
async fn chips(browser: &Browser, names: &[&str]) -> Result<()> {
    wait::until(&format!("the recipients {names:?}"), async || {
        let known = browser
            .eval(
                "return [...document.querySelectorAll('.chip')]\
                   .map((chip) => chip.matches('[aria-busy], [data-tone=danger]')\
                     ? '' : chip.querySelector('bdi').innerText)",
            )
            .await?;
        let known: Vec<_> = known.as_array().into_iter().flatten().collect();
        let same = known.len() == names.len()
            && known
                .iter()
                .zip(names)
                .all(|(known, name)| known.as_str() == Some(*name));
        Ok(same.then_some(()))
    })
    .await
}

/// Types where the focus is, which has to be there.
pub(crate) async fn type_into(browser: &Browser, field: &str, text: &str) -> Result<()> {
    wait::until(&format!("the focus on {field}"), async || {
        Ok(focused(browser).await?.contains(field).then_some(()))
    })
    .await?;
    browser.type_text(text).await
}

/// Goes on with Tab until the focus is on something of that name, and sees that it shows.
pub(crate) async fn tab_to(browser: &Browser, name: &str) -> Result<()> {
    let mut stops = Vec::new();
    for _ in 0..MOST_STOPS {
        browser.press(Key::Tab).await?;
        let stop = focused(browser).await?;
        if stop.contains(name) {
            return shows(browser, name).await;
        }
        stops.push(stop);
    }
    bail!("Tab never comes to {name:?}: {stops:#?}")
}

/// Role and name of what has the focus.
pub(crate) async fn focused(browser: &Browser) -> Result<String> {
    let focused = browser
        .eval(
            "const element = document.activeElement;\
             const whole = element.matches('body, main, [role=region]');\
             return `${element.computedRole} ${element.computedName || (whole ? '' : element.innerText)}`\
               .replace(/\\s+/g, ' ')",
        )
        .await?;
    Ok(focused.as_str().unwrap_or_default().to_owned())
}

/// Waits until the focus can be seen: inside the window, with an outline or a mark on its line, and
/// under nothing else.
async fn shows(browser: &Browser, name: &str) -> Result<()> {
    wait::until(&format!("the focus on {name:?} to show"), async || {
        Ok((browser.eval(SHOWS).await? == true).then_some(()))
    })
    .await
}

const SHOWS: &str = "\
    const element = document.activeElement;\
    const around = element.closest('.choice, .tick, .chip-field, label') ?? element;\
    const ringed = [element, around].some((it) => {\
      const style = getComputedStyle(it);\
      return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;\
    });\
    const line = element.closest('.compose-line');\
    const marked = line && getComputedStyle(line).boxShadow !== 'none';\
    const { left, top, right, bottom } = element.getBoundingClientRect();\
    const y = Math.max(1, Math.min((top + bottom) / 2, innerHeight - 1));\
    const seen = document.elementFromPoint((left + right) / 2, y);\
    const uncovered = element.contains(seen) || seen?.contains(element)\
      || element.labels?.[0]?.contains(seen);\
    return (ringed || marked) && bottom > 0 && top < innerHeight && !!uncovered;";
