//! Every screen, in both languages, light and dark, wide and narrow: axe finds nothing serious.

use std::cell::RefCell;

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;
use zegel_api::AccountKind;
use zegel_client::view::SendOptions;
use zegel_protocol::Domain;
use zegel_tests::{
    browser::{Browser, Role},
    wait,
};

use crate::{
    office::{self, INFO, Office},
    steps::{self, DOMAIN, FATIMA, JORIS, Letter, PIETER, Proof, SANNE, VAN_DIJK},
    world::{DAY_MS, World},
};

const LETTER: Letter = Letter {
    subject: "Stukken voor donderdag",
    text: "De stukken zitten in de blauwe map.\n\nGroet,\nFatima",
};

/// Widths and heights that the screens are looked at with.
const SIZES: [(u32, u32); 2] = [(390, 844), (1440, 900)];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_screen_can_be_used_by_everybody() -> Result<()> {
    let tour = Tour::default();
    let mut world = World::start().await?;
    let visitor = world.open("visitor").await?;
    let whole = round(&tour, &mut world, &visitor).await;
    tour.end().with_context(|| format!("the tour: {whole:?}"))?;
    whole?;
    steps::quiet(&[&visitor]).await?;
    world.end().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_screen_of_shared_work_can_be_used_by_everybody() -> Result<()> {
    let tour = Tour::default();
    let world = World::start().await?;
    let office = Office::open(&world).await?;
    let joris = world.open("joris").await?;
    let sanne = world.open("sanne").await?;
    let whole = shared(&tour, &world, &office, &joris, &sanne).await;
    tour.end().with_context(|| format!("the tour: {whole:?}"))?;
    whole?;
    steps::quiet(&[&joris, &sanne]).await?;
    world.end().await
}

/// Acting as others, drafts, access, functional accounts.
async fn shared(
    tour: &Tour,
    world: &World,
    office: &Office,
    joris: &Browser,
    sanne: &Browser,
) -> Result<()> {
    let info = office.info(&[&office.joris, &office.fatima]).await?;
    let fatima = office.fatima.view().account;
    let own = office.joris.view().account;
    office
        .fatima
        .grant_access(fatima, own, &office.joris.view().address, true)
        .await?;
    office
        .joris
        .grant_access(own, fatima, &office.fatima.view().address, false)
        .await?;
    let options = SendOptions {
        expires_after_ms: Some(30 * DAY_MS),
        receipt: true,
    };
    let pieter = office.pieter.view().account;
    office::send_with(world, &office.pieter, pieter, INFO, LETTER, options).await?;
    office::send(world, &office.fatima, info, PIETER.address, LETTER).await?;

    steps::sign_in(joris, JORIS).await?;
    joris.see("No messages yet").await?;
    steps::open_menu(joris, JORIS).await?;
    joris.find(Role::Heading, "Delegated to me").await?;
    tour.screen(joris, "switcher").await?;
    joris.goto(&format!("/as/{info}")).await?;
    joris.see(LETTER.subject).await?;
    tour.screen(joris, "acting-inbox").await?;
    select(tour, joris).await?;
    steps::open_message(joris, LETTER.subject).await?;
    joris.see("De stukken zitten in de blauwe map.").await?;
    joris
        .see("would like to know that you have read this")
        .await?;
    tour.screen(joris, "acting-message").await?;
    joris.click(Role::Button, "More actions").await?;
    joris.find(Role::Button, "Mark as unread").await?;
    tour.screen(joris, "acting-message-more").await?;
    joris.press(Key::Escape).await?;
    joris
        .find_beginning(Role::Link, "Reply")
        .await?
        .click()
        .await?;
    joris
        .find(Role::Field, "Message")
        .await?
        .send_keys("Dank u.")
        .await?;
    joris.see("Draft saved").await?;
    tour.screen(joris, "acting-compose").await?;
    steps::folder(joris, "Drafts").await?;
    joris.see("Dank u.").await?;
    tour.screen(joris, "acting-drafts").await?;
    steps::folder(joris, "Archive").await?;
    joris.see("Nothing archived yet").await?;
    tour.screen(joris, "acting-archive-empty").await?;
    joris.click(Role::Button, "Leave this account").await?;
    joris.find(Role::Dialog, "Leave Informatie?").await?;
    tour.screen(joris, "leave").await?;
    joris.click(Role::Button, "Cancel").await?;
    joris.goto(&format!("/as/{info}/settings")).await?;
    joris.see("Settings belong to the account owner").await?;
    tour.screen(joris, "acting-settings").await?;
    joris.goto("/as/AAAAAAAAAAAAAAAAAAAAAA").await?;
    joris.see("You have no access to this account.").await?;
    tour.screen(joris, "lost").await?;
    joris.goto("/settings/access").await?;
    joris.see(FATIMA.name).await?;
    tour.screen(joris, "settings-access").await?;
    joris.click(Role::Button, "Add").await?;
    joris.find(Role::Dialog, "Add a colleague").await?;
    tour.screen(joris, "settings-access-add").await?;

    steps::sign_in(sanne, SANNE).await?;
    steps::administer(sanne, SANNE, "Accounts").await?;
    steps::see_in_row(sanne, INFO, "Functional").await?;
    settings_and_filter(office, sanne).await?;
    tour.screen(sanne, "accounts-functional").await?;
    sanne
        .click(Role::Button, "Create functional account")
        .await?;
    sanne
        .find(Role::Dialog, "Create functional account")
        .await?;
    tour.screen(sanne, "functional-create").await?;
    sanne.click(Role::Button, "Cancel").await?;
    sanne.click(Role::Link, "Edit Informatie").await?;
    sanne.see("2 people have access").await?;
    tour.screen(sanne, "functional-edit").await?;
    grant_list(tour, sanne).await?;
    sanne.click(Role::Button, "Delete").await?;
    sanne.find(Role::Dialog, "Delete Informatie?").await?;
    sanne.see("People with access lose it at once: 2.").await?;
    tour.screen(sanne, "functional-delete").await?;
    sanne.click(Role::Button, "Cancel").await?;
    sanne.click(Role::Button, "Suspend").await?;
    sanne.find(Role::Dialog, "Suspend Informatie?").await?;
    tour.screen(sanne, "functional-suspend").await?;
    sanne.click(Role::Button, "Cancel").await?;
    steps::administer(sanne, SANNE, "Accounts").await?;
    sanne
        .click(Role::Link, &format!("Edit {}", JORIS.name))
        .await?;
    sanne.see("Convert into a functional account").await?;
    tour.screen(sanne, "account-edit").await?;
    convert(tour, office, joris, sanne).await
}

/// A message is ticked, and what can be done with it stands above the list.
async fn select(tour: &Tour, joris: &Browser) -> Result<()> {
    joris.click(Role::Button, "Select messages").await?;
    let tick = joris
        .find_beginning(Role::Checkbox, &format!("Select “{}”", LETTER.subject))
        .await?;
    tick.click().await.context("the tick")?;
    joris.see("1 selected").await?;
    joris.find(Role::Button, "Move to bin").await?;
    tour.screen(joris, "acting-selection").await?;
    joris.click(Role::Button, "Stop selecting").await
}

/// What functional accounts start with is stored; only those are listed.
async fn settings_and_filter(office: &Office, sanne: &Browser) -> Result<()> {
    sanne
        .eval("document.querySelector('.disclosure > summary').click()")
        .await?;
    sanne
        .see("Accounts created from now on start with this.")
        .await?;
    ensure!(!office.sanne.policy().await?.functional_senders_visible);
    steps::press_radio(sanne, "The functional account and who sent it").await?;
    sanne.see("Saved and signed into the record").await?;
    ensure!(office.sanne.policy().await?.functional_senders_visible);
    sanne.choose("Type", "Functional").await?;
    sanne.see("1 account shown").await?;
    sanne.see_no_longer(JORIS.address).await
}

/// Who has access already is found, and cannot be chosen.
async fn grant_list(tour: &Tour, sanne: &Browser) -> Result<()> {
    let field = sanne.find(Role::Field, "Name or e-mail address").await?;
    field.send_keys(JORIS.name).await?;
    let option = sanne.find_beginning(Role::Item, JORIS.name).await?;
    let disabled = option.attr("aria-disabled").await?;
    ensure!(disabled.as_deref() == Some("true"), "Joris can be chosen");
    sanne.see("Has access already").await?;
    tour.screen(sanne, "functional-grant-list").await?;
    option.click().await.context("the option")?;
    sanne.press(Key::Escape).await?;
    sanne.see_no_longer("Has access already").await?;
    sanne.see("2 people have access").await
}

/// A person's account becomes a functional one; where it was open, it is signed out.
async fn convert(tour: &Tour, office: &Office, joris: &Browser, sanne: &Browser) -> Result<()> {
    sanne.click(Role::Button, "Convert").await?;
    let question = format!("Convert {} into a functional account?", JORIS.name);
    sanne.find(Role::Dialog, &question).await?;
    for consequence in [
        "is signed out everywhere and can never sign in to this account again.",
        "Their own access to other accounts ends",
        "Its earlier messages, private ones too, open for everybody",
        "It cannot be converted back.",
    ] {
        sanne.see(consequence).await?;
    }
    tour.screen(sanne, "convert").await?;
    let field = format!("Type {} to confirm", JORIS.name);
    sanne.fill(&field, JORIS.name).await?;
    sanne.click(Role::Button, "Convert account").await?;
    sanne
        .see(&format!("{} is a functional account now.", JORIS.name))
        .await?;
    sanne
        .see("Functional accounts cannot be promoted to administrator accounts.")
        .await?;
    joris.wait_for_path("/sign-in").await?;
    let member = office.sanne.member(office.joris.view().account).await?;
    ensure!(member.kind == AccountKind::Functional, "{member:?}");
    Ok(())
}

async fn round(tour: &Tour, world: &mut World, visitor: &Browser) -> Result<()> {
    entrance(tour, world, visitor).await?;

    let fatima = world.sign_up(FATIMA, 0).await?;
    office::write(world, &fatima, PIETER.address, LETTER).await?;
    mail(tour, visitor).await?;
    settings(tour, visitor).await?;
    steps::sign_out(visitor, PIETER).await?;

    let joris = world.sign_up(JORIS, 0).await?;
    ensure!(joris.view().organisation.is_none());
    world.sign_up(SANNE, 0).await?;
    administration(tour, world, visitor).await?;
    consent(tour, world).await
}

/// Signing up and in.
async fn entrance(tour: &Tour, world: &World, browser: &Browser) -> Result<()> {
    browser.goto("/sign-in").await?;
    browser.find(Role::Heading, "Sign in").await?;
    tour.screen(browser, "sign-in").await?;
    steps::type_sign_in(browser, PIETER.address, "wie weet welk wachtwoord").await?;
    browser.see("do not belong together").await?;
    tour.screen(browser, "sign-in-wrong").await?;

    browser.click(Role::Link, "Create an account").await?;
    browser.fill("E-mail address", PIETER.address).await?;
    tour.screen(browser, "sign-up-address").await?;
    browser.click(Role::Button, "Send code").await?;
    let code = world.mailed_code(PIETER.address).await?;
    browser.fill("Code from the e-mail", &code).await?;
    tour.screen(browser, "sign-up-code").await?;
    browser.click(Role::Button, "Continue").await?;
    browser.fill("Your name", PIETER.name).await?;
    browser.fill("Password", "kort").await?;
    browser.click(Role::Button, "Create account").await?;
    browser.see("Use at least 12 characters.").await?;
    tour.screen(browser, "sign-up-account").await?;
    browser.fill("Password", PIETER.password).await?;
    world.secret("password", PIETER.password);
    browser.click(Role::Button, "Create account").await?;
    let code = steps::recovery_code(world, browser, PIETER).await?;
    tour.screen(browser, "sign-up-recovery").await?;
    let last = code.rsplit('-').next().context("no group")?;
    browser
        .fill("Show that you have it: type the last group", last)
        .await?;
    browser.click(Role::Button, "Confirm code").await?;
    steps::in_mail(browser, PIETER).await?;
    browser.see("No messages yet").await?;
    tour.screen(browser, "inbox-empty").await
}

/// Reading, writing, safety numbers.
async fn mail(tour: &Tour, browser: &Browser) -> Result<()> {
    browser.click(Role::Button, "Check for new mail").await?;
    browser.see(LETTER.subject).await?;
    tour.screen(browser, "inbox").await?;
    search(tour, browser).await?;
    steps::open_message(browser, LETTER.subject).await?;
    browser.see("De stukken zitten in de blauwe map.").await?;
    steps::open_key_details(browser).await?;
    browser.see("Compare safety numbers").await?;
    tour.screen(browser, "message").await?;
    browser.click(Role::Link, "Compare safety numbers").await?;
    steps::shown_number(browser).await?;
    browser
        .fill(
            "Number that Fatima El Amrani reads to you",
            &"12345 ".repeat(6),
        )
        .await?;
    browser.click(Role::Button, "Compare numbers").await?;
    browser.see("The numbers differ").await?;
    tour.screen(browser, "safety").await?;

    browser.click(Role::Link, "New message").await?;
    steps::write(browser, FATIMA.address, LETTER).await?;
    let field = browser.find(Role::Field, "To").await?;
    field.send_keys("nobody@vandijk.example,").await?;
    browser.see("No Zegel account has this address.").await?;
    tour.screen(browser, "compose").await?;
    browser.click(Role::Button, "Delete draft").await?;
    browser.click(Role::Link, "Sent").await?;
    browser.see("Nothing sent yet").await?;
    tour.screen(browser, "sent-empty").await
}

/// Results, and none.
async fn search(tour: &Tour, browser: &Browser) -> Result<()> {
    let field = "Search sealed mail on this device";
    browser.fill(field, "blauwe").await?;
    browser.see("1 message found").await?;
    tour.screen(browser, "search").await?;
    browser.fill(field, "zwemdiploma").await?;
    browser.see("Nothing matches").await?;
    tour.screen(browser, "search-nothing").await?;
    browser.press(Key::Escape).await?;
    browser.find(Role::Heading, "Inbox").await?;
    browser.see(LETTER.subject).await
}

async fn settings(tour: &Tour, browser: &Browser) -> Result<()> {
    steps::open_menu(browser, PIETER).await?;
    tour.screen(browser, "account-menu").await?;
    browser.click(Role::Link, "Settings").await?;
    steps::shown_number(browser).await?;
    tour.screen(browser, "settings").await?;
    browser.click(Role::Button, "Sign out everywhere").await?;
    browser.find(Role::Dialog, "Sign out everywhere?").await?;
    tour.screen(browser, "settings-sign-out").await?;
    browser.click(Role::Button, "Cancel").await?;
    browser.goto("/nowhere").await?;
    browser.see("This page does not exist").await?;
    tour.screen(browser, "not-found").await?;
    browser.click(Role::Link, "Go to inbox").await
}

/// An organisation, from its creation to the adoption.
async fn administration(tour: &Tour, world: &mut World, browser: &Browser) -> Result<()> {
    steps::sign_in(browser, SANNE).await?;
    steps::from_menu(browser, SANNE, Role::Link, "Create an organisation").await?;
    browser.fill("Name of the organisation", VAN_DIJK).await?;
    tour.screen(browser, "organisation-new").await?;
    browser.click(Role::Button, "Create organisation").await?;
    steps::shown_number(browser).await?;
    tour.screen(browser, "organisation").await?;

    steps::administer(browser, SANNE, "Domains").await?;
    browser.see("No domain claimed yet").await?;
    tour.screen(browser, "domains-empty").await?;
    browser.click(Role::Button, "Claim a domain").await?;
    browser.find(Role::Dialog, "Claim a domain").await?;
    tour.screen(browser, "claim").await?;
    steps::choose_claim(browser, "gmail.com", Proof::Txt).await?;
    browser.see("no organisation can claim it").await?;
    steps::choose_claim(browser, "elders.example", Proof::Mail("postmaster")).await?;
    browser.find(Role::Field, "Code from the e-mail").await?;
    tour.screen(browser, "claim-code").await?;
    browser.click(Role::Button, "Save for later").await?;
    steps::begin_claim(browser, DOMAIN, Proof::Txt).await?;
    let (name, value) = steps::asked_record(browser).await?;
    browser.click(Role::Button, "Check record").await?;
    browser.see("The record is not visible yet").await?;
    tour.screen(browser, "claim-record").await?;
    world.dns.set_txt(&name, &[&value]).await?;
    browser.click(Role::Button, "Check record").await?;
    browser.see("vandijk.example is yours").await?;
    tour.screen(browser, "domains").await?;

    browser
        .click(Role::Button, "Adopt the accounts of vandijk.example")
        .await?;
    browser.find(Role::Dialog, "Adopt 2 accounts?").await?;
    tour.screen(browser, "adopt").await?;
    browser.click(Role::Button, "Adopt 2 accounts").await?;
    steps::adoption_link(browser, DOMAIN, JORIS.address).await?;
    tour.screen(browser, "candidates").await?;
    steps::administer(browser, SANNE, "Domains").await?;
    tour.screen(browser, "domains-adopting").await?;
    browser
        .click(Role::Button, "Release vandijk.example")
        .await?;
    browser
        .find(Role::Dialog, "Release vandijk.example?")
        .await?;
    tour.screen(browser, "release").await?;
    browser.click(Role::Button, "Cancel").await?;

    steps::administer(browser, SANNE, "Accounts").await?;
    steps::see_in_row(browser, SANNE.address, "Number compared").await?;
    tour.screen(browser, "accounts").await?;
    steps::administer(browser, SANNE, "Audit log").await?;
    steps::see_in_row(browser, "Join accounts to organization", SANNE.address).await?;
    tour.screen(browser, "audit-log").await?;

    // After a reload the account key is not at hand, and what needs it asks for the password.
    browser.reload().await?;
    steps::administer(browser, SANNE, "Domains").await?;
    browser
        .click(Role::Link, "Remind the accounts of vandijk.example")
        .await?;
    browser.click(Role::Button, "Make adoption links").await?;
    browser
        .find(Role::Dialog, "Enter your password to continue")
        .await?;
    tour.screen(browser, "password").await?;
    browser.click(Role::Button, "Cancel").await?;
    steps::sign_out(browser, SANNE).await
}

/// The page that asks whether to join: with DNS, without any proof, and where it stops.
async fn consent(tour: &Tour, world: &mut World) -> Result<()> {
    let browser = world.open("joris").await?;
    browser.goto("/").await?;
    steps::type_sign_in(&browser, JORIS.address, JORIS.password).await?;
    browser.see("two resolvers agree").await?;
    tour.screen(&browser, "adoption").await?;

    let record = format!("_zegel.{DOMAIN}");
    world.dns.set_txt(&record, &[]).await?;
    browser.reload().await?;
    browser.see("Accept is not available yet").await?;
    tour.screen(&browser, "adoption-unproved").await?;

    let domain = Domain::parse(DOMAIN)?;
    let other = zegel_protocol::DomainRecord {
        org_id: zegel_protocol::OrgId([7; 32]),
        nonce: zegel_protocol::ClaimNonce([7; 16]),
    };
    ensure!(domain.as_str() == DOMAIN);
    world.dns.set_txt(&record, &[&other.to_string()]).await?;
    browser.reload().await?;
    browser.see("DNS names another organisation").await?;
    tour.screen(&browser, "adoption-stopped").await?;
    browser.click(Role::Button, "Not now").await?;
    steps::in_mail(&browser, JORIS).await?;
    steps::quiet(&[&browser]).await
}

/// Looks at screens, and collects what is wrong with them.
#[derive(Default)]
struct Tour(RefCell<Vec<String>>);

impl Tour {
    /// Looks at the screen as it is in every size, scheme and language, and leaves it as it was.
    async fn screen(&self, browser: &Browser, name: &str) -> Result<()> {
        for language in ["nl", "en"] {
            // A page without a frame has no switch.
            if !change_language(browser).await? && language == "nl" {
                continue;
            }
            for (width, height) in SIZES {
                browser.size(width, height).await?;
                let name = format!("{name}-{language}-{width}");
                let looked = browser.check_screen(&name).await;
                let fitted = fits(browser, &name, width).await;
                let wrong = [looked, fitted].into_iter().filter_map(Result::err);
                self.0
                    .borrow_mut()
                    .extend(wrong.map(|error| format!("{name}: {error:#}")));
            }
        }
        Ok(())
    }

    fn end(self) -> Result<()> {
        let findings = self.0.into_inner();
        ensure!(findings.is_empty(), "{}", findings.join("\n"));
        Ok(())
    }
}

/// The other language, as its switch does it, in whatever the screen is just now.
async fn change_language(browser: &Browser) -> Result<bool> {
    let before = browser.eval("return document.documentElement.lang").await?;
    let after = browser
        .eval(
            "const switches = [...document.querySelectorAll('button.link-button[lang]')];\
             switches.at(-1)?.click(); return !!switches.length",
        )
        .await?;
    if after != true {
        return Ok(false);
    }
    wait::until("the other language", async || {
        let now = browser.eval("return document.documentElement.lang").await?;
        Ok((now != before).then_some(true))
    })
    .await
}

/// Nothing sticks out sideways.
async fn fits(browser: &Browser, name: &str, width: u32) -> Result<()> {
    let wide = browser
        .eval("return document.documentElement.scrollWidth")
        .await?;
    ensure!(
        wide.as_u64().is_some_and(|wide| wide <= u64::from(width)),
        "{name} is {wide} px wide in a window of {width} px"
    );
    Ok(())
}
