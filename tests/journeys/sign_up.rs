//! Sign up with all that can go wrong, sign in, change the password, write to each other.

use anyhow::{Context as _, Result, ensure};
use zegel_tests::browser::{Browser, Role};

use crate::{
    steps::{self, JORIS, Letter, Person, SANNE},
    world::World,
};

const NEW_PASSWORD: &str = "een ander hek van wilgentenen";

const LETTER: Letter = Letter {
    subject: "Dagvaarding Molenaar",
    text: "De dagvaarding gaat maandag de deur uit. Lees je hem nog na?",
};

const DRAFT: Letter = Letter {
    subject: "Nog niet af",
    text: "Dit concept overleeft het herladen.",
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_the_first_visit_to_a_verified_correspondent() -> Result<()> {
    let world = World::start().await?;
    let sanne = world.open("sanne").await?;
    let joris = world.open("joris").await?;

    step_by_step(&world, &sanne).await?;
    session(&world, &sanne).await?;
    let sanne_now = Person {
        password: NEW_PASSWORD,
        ..SANNE
    };

    steps::sign_up(&world, &joris, JORIS).await?;
    steps::in_mail(&joris, JORIS).await?;
    verify(&world, &sanne, &joris).await?;
    draft(&world, &sanne, sanne_now).await?;

    steps::quiet(&[&sanne, &joris]).await?;
    world.end().await
}

/// Signs up, stumbling at each step; what was typed stays.
async fn step_by_step(world: &World, browser: &Browser) -> Result<()> {
    browser.goto("/").await?;
    browser.wait_for_path("/sign-in").await?;
    browser.click(Role::Link, "Create an account").await?;

    browser.fill("E-mail address", "sanne@vandijk").await?;
    browser.click(Role::Button, "Send code").await?;
    browser.see("This is no complete e-mail address.").await?;
    browser.fill("E-mail address", SANNE.address).await?;
    browser.click(Role::Button, "Send code").await?;
    let code = world.mailed_code(SANNE.address).await?;

    let wrong: String = code
        .chars()
        .map(|digit| if digit == '9' { '0' } else { '9' })
        .collect();
    browser.fill("Code from the e-mail", &wrong).await?;
    browser.click(Role::Button, "Continue").await?;
    browser
        .see("This code is different from the one in the e-mail.")
        .await?;
    ensure!(
        typed(browser, "Code from the e-mail").await? == wrong,
        "the code is lost"
    );
    browser.fill("Code from the e-mail", &code).await?;
    browser.click(Role::Button, "Continue").await?;

    browser.fill("Your name", SANNE.name).await?;
    for (password, refusal) in [
        ("kort", "Use at least 12 characters."),
        ("Welkom123456", "This password is easy to guess."),
        (SANNE.name, "This password is easy to guess."),
    ] {
        browser.fill("Password", password).await?;
        browser.click(Role::Button, "Create account").await?;
        browser.see(refusal).await?;
        ensure!(
            typed(browser, "Your name").await? == SANNE.name,
            "the name is lost"
        );
    }
    browser.fill("Password", SANNE.password).await?;
    world.secret("first password", SANNE.password);
    browser.click(Role::Button, "Create account").await?;
    keep_recovery_code(world, browser).await
}

async fn keep_recovery_code(world: &World, browser: &Browser) -> Result<()> {
    let code = steps::recovery_code(world, browser, SANNE).await?;
    browser.click(Role::Button, "Copy").await?;
    browser.see("Copied").await?;
    ensure!(
        browser.clipboard().await? == code,
        "another code was copied"
    );
    browser.click(Role::Button, "Download").await?;
    let file = browser.download("zegel-recovery-code.txt").await?;
    ensure!(
        file.contains(&code) && file.contains(SANNE.address),
        "{file}"
    );

    let confirm = "Show that you have it: type the last group";
    let groups: Vec<_> = code.split('-').collect();
    let (first, last) = (
        groups.first().context("no group")?,
        groups.last().context("no group")?,
    );
    browser.fill(confirm, first).await?;
    browser.click(Role::Button, "Confirm code").await?;
    browser
        .see("The last group is different on your copy.")
        .await?;
    browser.fill(confirm, last).await?;
    browser.click(Role::Button, "Confirm code").await?;
    steps::in_mail(browser, SANNE).await?;
    browser.see("No messages yet").await
}

/// Signs out and in, reloads, and changes the password.
async fn session(world: &World, browser: &Browser) -> Result<()> {
    let wrong = "This e-mail address and password do not belong together.";
    steps::sign_out(browser, SANNE).await?;
    steps::type_sign_in(browser, SANNE.address, NEW_PASSWORD).await?;
    browser.see(wrong).await?;
    ensure!(
        typed(browser, "E-mail address").await? == SANNE.address,
        "the address is lost"
    );
    // The same for an address without an account.
    steps::type_sign_in(browser, "nobody@vandijk.example", SANNE.password).await?;
    browser.see(wrong).await?;
    steps::type_sign_in(browser, SANNE.address, SANNE.password).await?;
    steps::in_mail(browser, SANNE).await?;
    browser.reload().await?;
    steps::in_mail(browser, SANNE).await?;

    let other = world.open("sanne-elsewhere").await?;
    steps::sign_in(&other, SANNE).await?;

    world.secret("second password", NEW_PASSWORD);
    browser.click(Role::Link, "Settings").await?;
    browser
        .fill("Current password", "dit is het vorige niet")
        .await?;
    browser.fill("New password", NEW_PASSWORD).await?;
    browser.click(Role::Button, "Change password").await?;
    browser
        .see("This is not the password of this account.")
        .await?;
    browser.fill("Current password", SANNE.password).await?;
    browser.click(Role::Button, "Change password").await?;
    browser.see("Password changed").await?;

    other.reload().await?;
    other.wait_for_path("/sign-in").await?;
    steps::quiet(&[&other]).await?;

    steps::sign_out(browser, SANNE).await?;
    steps::type_sign_in(browser, SANNE.address, SANNE.password).await?;
    browser.see(wrong).await?;
    // The inbox, and not the settings that she left.
    steps::type_sign_in(browser, SANNE.address, NEW_PASSWORD).await?;
    browser.wait_for_path("/").await?;
    steps::in_mail(browser, SANNE).await
}

/// Writes to somebody met for the first time, and compares safety numbers.
async fn verify(world: &World, sanne: &Browser, joris: &Browser) -> Result<()> {
    steps::send(world, sanne, JORIS.address, LETTER).await?;
    joris.click(Role::Button, "Check for new mail").await?;
    steps::read(joris, LETTER).await?;
    joris.see("Not verified: met for the first time").await?;

    sanne.click(Role::Link, "Settings").await?;
    let number = steps::shown_number(sanne).await?;
    steps::open_key_details(joris).await?;
    joris.click(Role::Link, "Compare safety numbers").await?;
    let wrong: String = number
        .chars()
        .map(|digit| if digit == '3' { '4' } else { digit })
        .collect();
    ensure!(wrong != number, "a number without a 3");
    joris
        .fill("Number that Sanne de Wit reads to you", &wrong)
        .await?;
    joris.click(Role::Button, "Compare numbers").await?;
    joris.see("The numbers differ").await?;
    joris
        .fill("Number that Sanne de Wit reads to you", &number)
        .await?;
    joris.click(Role::Button, "Compare numbers").await?;
    joris.see("The numbers match").await?;

    steps::folder(joris, "Inbox").await?;
    steps::read(joris, LETTER).await?;
    joris.see("Verified by you").await
}

/// What was being written survives a reload.
async fn draft(world: &World, browser: &Browser, person: Person) -> Result<()> {
    world.secret("draft's subject", DRAFT.subject);
    world.secret("draft's text", DRAFT.text);
    browser.click(Role::Link, "New message").await?;
    steps::write(browser, JORIS.address, DRAFT).await?;
    browser.see("Draft saved").await?;
    browser.reload().await?;
    browser.find(Role::Field, "Subject").await?;
    browser.see(JORIS.name).await?;
    ensure!(
        typed(browser, "Subject").await? == DRAFT.subject,
        "the subject is lost"
    );
    ensure!(
        typed(browser, "Message").await? == DRAFT.text,
        "the text is lost"
    );
    steps::sign_out(browser, person).await
}

async fn typed(browser: &Browser, field: &str) -> Result<String> {
    let field = browser.find(Role::Field, field).await?;
    Ok(field.prop("value").await?.unwrap_or_default())
}
