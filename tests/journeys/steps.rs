//! What people do, as they do it: by what is on the screen and what it is called.

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;
use zegel_tests::{
    browser::{Browser, Role},
    wait,
};

use crate::world::World;

/// Somebody with an account, or about to have one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person {
    pub(crate) name: &'static str,
    pub(crate) address: &'static str,
    pub(crate) password: &'static str,
}

pub(crate) const SANNE: Person = Person {
    name: "Sanne de Wit",
    address: "sanne@vandijk.example",
    password: "regen op de Vecht 7 keer",
};

pub(crate) const JORIS: Person = Person {
    name: "Joris Bakker",
    address: "joris@vandijk.example",
    password: "zeven tulpen en een fiets",
};

pub(crate) const FATIMA: Person = Person {
    name: "Fatima El Amrani",
    address: "fatima@vandijk.example",
    password: "muntthee-op-het-dakterras",
};

/// Of another organisation.
pub(crate) const PIETER: Person = Person {
    name: "Pieter Jansen",
    address: "pieter@praktijk.example",
    password: "een stethoscoop van drop",
};

pub(crate) const VAN_DIJK: &str = "Advocatenkantoor Van Dijk";
pub(crate) const DOMAIN: &str = "vandijk.example";

/// Signs up, and keeps the recovery code to herself. Answers it.
pub(crate) async fn sign_up(world: &World, browser: &Browser, person: Person) -> Result<String> {
    browser.goto("/sign-up").await?;
    browser.fill("E-mail address", person.address).await?;
    browser.click(Role::Button, "Send code").await?;
    let code = world.mailed_code(person.address).await?;
    browser.fill("Code from the e-mail", &code).await?;
    browser.click(Role::Button, "Continue").await?;
    browser.fill("Your name", person.name).await?;
    browser.fill("Password", person.password).await?;
    world.secret(&format!("password of {}", person.name), person.password);
    browser.click(Role::Button, "Create account").await?;
    let code = recovery_code(world, browser, person).await?;
    let last = code.rsplit('-').next().unwrap_or_default();
    browser
        .fill("Show that you have it: type the last group", last)
        .await?;
    browser.click(Role::Button, "Confirm code").await?;
    Ok(code)
}

/// Reads the recovery code off the screen.
pub(crate) async fn recovery_code(
    world: &World,
    browser: &Browser,
    person: Person,
) -> Result<String> {
    browser
        .find(Role::Heading, "Keep your recovery code")
        .await?;
    let code = browser
        .eval(
            "return [...document.querySelectorAll('.recovery-code li > span')]\
             .map((group) => group.textContent.trim()).join('-')",
        )
        .await?;
    let code = code.as_str().unwrap_or_default().to_owned();
    ensure!(code.len() > 20, "{code:?} is no recovery code");
    world.secret(&format!("recovery code of {}", person.name), &code);
    world.secret(
        &format!("recovery code of {}, plain", person.name),
        &code.replace('-', ""),
    );
    Ok(code)
}

/// Types address and password, without waiting for what comes of it.
pub(crate) async fn type_sign_in(browser: &Browser, address: &str, password: &str) -> Result<()> {
    browser.fill("E-mail address", address).await?;
    browser.fill("Password", password).await?;
    browser.click(Role::Button, "Sign in").await
}

/// Signs in.
pub(crate) async fn sign_in(browser: &Browser, person: Person) -> Result<()> {
    browser.goto("/sign-in").await?;
    type_sign_in(browser, person.address, person.password).await?;
    in_mail(browser, person).await
}

/// Waits until the person is in the app.
pub(crate) async fn in_mail(browser: &Browser, person: Person) -> Result<()> {
    browser.find_beginning(Role::Button, person.name).await?;
    Ok(())
}

/// Opens the account menu.
pub(crate) async fn open_menu(browser: &Browser, person: Person) -> Result<()> {
    let button = browser.find_beginning(Role::Button, person.name).await?;
    button.click().await.context("the account menu")?;
    Ok(())
}

/// Opens the account menu and chooses from it.
pub(crate) async fn from_menu(
    browser: &Browser,
    person: Person,
    role: Role,
    choice: &str,
) -> Result<()> {
    open_menu(browser, person).await?;
    browser.click(role, choice).await
}

/// Switches to another of one's accounts, from the one whose name the app bar shows.
pub(crate) async fn switch_to(browser: &Browser, shown: &str, account: &str) -> Result<()> {
    let button = browser.find_beginning(Role::Button, shown).await?;
    button.click().await.context("the account menu")?;
    wait::until(
        &format!("the account {account:?} in the menu"),
        async || {
            let pressed = browser
                .eval(&format!(
                    "const row = [...document.querySelectorAll('#switcher-panel a[data-row][href]')]\
                   .find((row) => row.innerText.includes({account:?}));\
                 row?.click(); return !!row"
                ))
                .await?;
            Ok((pressed == true).then_some(()))
        },
    )
    .await
}

/// The accounts that the switcher leads to, by their names.
pub(crate) async fn switcher_rows(browser: &Browser) -> Result<Vec<String>> {
    let rows = browser
        .eval(
            "return [...document.querySelectorAll('#switcher-panel a[data-row][href]')]\
             .map((row) => row.dataset.row)",
        )
        .await?;
    let rows = rows.as_array().context("no rows")?;
    Ok(rows
        .iter()
        .filter_map(|row| row.as_str().map(str::to_owned))
        .collect())
}

/// Opens the switcher, and looks until an account is gone from it; closes it again.
pub(crate) async fn not_in_switcher(browser: &Browser, shown: Person, account: &str) -> Result<()> {
    open_menu(browser, shown).await?;
    wait::until(
        &format!("the account {account:?} to go from the menu"),
        async || {
            let rows = switcher_rows(browser).await?;
            Ok((!rows.iter().any(|row| row == account)).then_some(()))
        },
    )
    .await?;
    ensure!(
        switcher_rows(browser)
            .await?
            .iter()
            .any(|row| row == shown.name),
        "the menu does not even have the own account"
    );
    browser.press(Key::Escape).await
}

/// Goes to a folder; its link also says how much is in it.
pub(crate) async fn folder(browser: &Browser, name: &str) -> Result<()> {
    let link = browser.find_beginning(Role::Link, name).await?;
    link.click().await.context("the folder")?;
    Ok(())
}

/// Signs out.
pub(crate) async fn sign_out(browser: &Browser, person: Person) -> Result<()> {
    from_menu(browser, person, Role::Button, "Sign out").await?;
    browser.wait_for_path("/sign-in").await
}

/// A message that somebody writes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Letter {
    pub(crate) subject: &'static str,
    pub(crate) text: &'static str,
}

/// Writes and sends a message.
pub(crate) async fn send(world: &World, browser: &Browser, to: &str, letter: Letter) -> Result<()> {
    world.secret("subject", letter.subject);
    world.secret("text", letter.text);
    browser.click(Role::Link, "New message").await?;
    write(browser, to, letter).await?;
    browser.click(Role::Button, "Send").await?;
    browser.see("Message sent").await
}

/// Fills the compose page in.
pub(crate) async fn write(browser: &Browser, to: &str, letter: Letter) -> Result<()> {
    let field = browser.find(Role::Field, "To").await?;
    field.send_keys(&format!("{to},")).await?;
    wait::until("the recipient's key", async || {
        let known = browser
            .eval("return !!document.querySelector('.chip:not([aria-busy], [data-tone=danger])')")
            .await?;
        Ok((known == true).then_some(()))
    })
    .await?;
    browser.fill("Subject", letter.subject).await?;
    browser.fill("Message", letter.text).await
}

/// Opens a message from the list by its subject, and reads it.
pub(crate) async fn read(browser: &Browser, letter: Letter) -> Result<()> {
    open_message(browser, letter.subject).await?;
    browser.find(Role::Heading, letter.subject).await?;
    browser.see(letter.text).await
}

/// Opens a message from the list by its subject; looks for new mail until it is there.
pub(crate) async fn open_message(browser: &Browser, subject: &str) -> Result<()> {
    browser.see(subject).await?;
    let opened = browser
        .eval(&format!(
            "const link = [...document.querySelectorAll('main a')]\
               .find((link) => link.innerText.includes({subject:?}));\
             link?.click(); return !!link"
        ))
        .await?;
    ensure!(opened == true, "the message {subject:?} has no link");
    Ok(())
}

/// Opens the details of the sender's key.
pub(crate) async fn open_key_details(browser: &Browser) -> Result<()> {
    browser.see("Key details").await?;
    browser
        .eval("document.querySelector('.flap > summary').click()")
        .await?;
    Ok(())
}

/// Creates the organisation.
pub(crate) async fn create_organisation(
    browser: &Browser,
    founder: Person,
    name: &str,
) -> Result<()> {
    from_menu(browser, founder, Role::Link, "Create an organisation").await?;
    browser.fill("Name of the organisation", name).await?;
    browser.click(Role::Button, "Create organisation").await?;
    browser.see(&format!("{name} is created")).await
}

/// Opens a page of the administration.
pub(crate) async fn administer(browser: &Browser, founder: Person, page: &str) -> Result<()> {
    if !browser.path().await?.starts_with("/admin/") {
        from_menu(browser, founder, Role::Link, "Administration").await?;
    }
    browser.click(Role::Link, page).await?;
    let path = page.to_lowercase().replace(' ', "-");
    browser.wait_for_path(&format!("/admin/{path}")).await
}

/// How a domain is claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    /// By a TXT record.
    Txt,
    /// By a code mailed to this mailbox.
    Mail(&'static str),
}

/// Opens the claim dialog of the Domains page and begins a claim.
pub(crate) async fn begin_claim(browser: &Browser, domain: &str, proof: Proof) -> Result<()> {
    if !browser.has(Role::Dialog, "Claim a domain").await? {
        browser.click(Role::Button, "Claim a domain").await?;
    }
    choose_claim(browser, domain, proof).await
}

/// Fills the open claim dialog in and goes on.
pub(crate) async fn choose_claim(browser: &Browser, domain: &str, proof: Proof) -> Result<()> {
    browser.fill("Domain", domain).await?;
    match proof {
        Proof::Txt => {
            press_radio(browser, "DNS TXT record").await?;
            browser.click(Role::Button, "Continue to the record").await
        }
        Proof::Mail(mailbox) => {
            press_radio(browser, "E-mail code").await?;
            browser
                .choose("Send the code to", &format!("{mailbox}@{domain}"))
                .await?;
            browser.click(Role::Button, "Send code").await
        }
    }
}

/// Chooses one of several radio buttons, by how its name begins.
pub(crate) async fn press_radio(browser: &Browser, name: &str) -> Result<()> {
    let radio = browser.find_beginning(Role::Radio, name).await?;
    radio.click().await.context("the choice")?;
    Ok(())
}

/// Name and value of the TXT record that the open dialog asks for.
pub(crate) async fn asked_record(browser: &Browser) -> Result<(String, String)> {
    browser.find(Role::Button, "Copy value").await?;
    let values = browser
        .eval(
            "return [...document.querySelectorAll('dialog .record dd > span')]\
             .map((value) => value.textContent)",
        )
        .await?;
    let value = |index: usize| Some(values.get(index)?.as_str()?.to_owned());
    Ok((value(0).context("no name")?, value(1).context("no value")?))
}

/// Claims a domain by a code mailed to its administrators.
pub(crate) async fn claim_by_code(world: &World, browser: &Browser, domain: &str) -> Result<()> {
    begin_claim(browser, domain, Proof::Mail("postmaster")).await?;
    let code = world.mailed_code(&format!("postmaster@{domain}")).await?;
    browser.fill("Code from the e-mail", &code).await?;
    browser.click(Role::Button, "Check code").await?;
    browser.see(&format!("{domain} is yours")).await
}

/// ADOPT, and ADOPT in the confirmation, of so many accounts.
pub(crate) async fn adopt(browser: &Browser, domain: &str, accounts: u32) -> Result<()> {
    browser
        .click(Role::Button, &format!("Adopt the accounts of {domain}"))
        .await?;
    let confirm = match accounts {
        0 => "Adopt new accounts".to_owned(),
        1 => "Adopt 1 account".to_owned(),
        accounts => format!("Adopt {accounts} accounts"),
    };
    browser.click(Role::Button, &confirm).await?;
    browser
        .find(Role::Link, &format!("Remind the accounts of {domain}"))
        .await?;
    Ok(())
}

/// Makes the personal adoption links and copies one person's.
pub(crate) async fn adoption_link(
    browser: &Browser,
    domain: &str,
    address: &str,
) -> Result<String> {
    browser
        .click(Role::Link, &format!("Remind the accounts of {domain}"))
        .await?;
    browser.click(Role::Button, "Make adoption links").await?;
    browser
        .click(Role::Button, &format!("Copy link of {address}"))
        .await?;
    browser.see("Copied").await?;
    let link = browser.clipboard().await?;
    ensure!(link.contains("/#join="), "{link:?} is no adoption link");
    Ok(link)
}

/// The safety number that a page shows.
pub(crate) async fn shown_number(browser: &Browser) -> Result<String> {
    let number = wait::until("a safety number", async || {
        let number = browser
            .eval(
                "return [...document.querySelectorAll('.safety-number > span')]\
                 .map((group) => group.textContent.trim()).join(' ')",
            )
            .await?;
        let number = number.as_str().unwrap_or_default().to_owned();
        Ok((number.len() == 35).then_some(number))
    })
    .await?;
    Ok(number)
}

/// The safety number of the organisation, as an administrator reads it out.
pub(crate) async fn organisation_number(browser: &Browser, founder: Person) -> Result<String> {
    administer(browser, founder, "Organisation").await?;
    shown_number(browser).await
}

/// Ticks the sentence and accepts.
pub(crate) async fn accept(browser: &Browser, domain: &str) -> Result<()> {
    browser
        .click(
            Role::Checkbox,
            &format!(
                "I understand that administrators of {domain} will be able to read all messages of this account"
            ),
        )
        .await?;
    browser.click(Role::Button, "Accept and join").await
}

/// Gives the password where the page asks for it again.
pub(crate) async fn prove_password(browser: &Browser, person: Person) -> Result<()> {
    let question = "Enter your password to continue";
    browser.find(Role::Dialog, question).await?;
    browser.fill("Password", person.password).await?;
    browser.click(Role::Button, "Continue").await
}

/// Waits until the table row with one text also has the other.
pub(crate) async fn see_in_row(browser: &Browser, row: &str, text: &str) -> Result<()> {
    let shown = wait::until(&format!("{text:?} in the row {row:?}"), async || {
        let cells = browser
            .eval(&format!(
                "return [...document.querySelectorAll('tbody tr')].map((row) => row.innerText)\
                 .find((text) => text.includes({row:?})) ?? ''"
            ))
            .await?;
        let cells: Vec<_> = cells
            .as_str()
            .unwrap_or_default()
            .split_whitespace()
            .collect();
        Ok(cells.join(" ").contains(text).then_some(()))
    })
    .await;
    match shown {
        Ok(()) => Ok(()),
        Err(error) => Err(error.context(browser.text().await?)),
    }
}

/// Checks the console; the browser itself reports each request that the server refused.
pub(crate) async fn quiet(browsers: &[&Browser]) -> Result<()> {
    for browser in browsers {
        browser
            .check_quiet(&[
                "Failed to load resource",
                "attribute is currently ignored for preload",
            ])
            .await?;
    }
    Ok(())
}
