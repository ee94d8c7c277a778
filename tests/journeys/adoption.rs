//! The main job: claim a domain, adopt two accounts, check their escrows; then search for traces.

use anyhow::{Context as _, Result, ensure};
use zegel_protocol::{
    AccountState, Canonical as _, CertificateMethod, JoinMethod, KeyCertificate, Signed,
};
use zegel_tests::{
    browser::{Browser, Role},
    wait,
};

use crate::{
    steps::{self, DOMAIN, FATIMA, JORIS, Letter, Person, Proof, SANNE, VAN_DIJK},
    world::World,
};

const TO_FATIMA: Letter = Letter {
    subject: "Zitting van donderdag",
    text: "Neem jij de stukken van de getuige mee? Ik ben er om kwart voor negen.",
};

const TO_JORIS: Letter = Letter {
    subject: "Getuige Verhoeven",
    text: "Zij heeft gisteren haar verklaring ingetrokken. Bel me voor tienen.",
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_organisation_adopts_two_accounts() -> Result<()> {
    let mut world = World::start().await?;
    let sanne = world.open("sanne").await?;
    let joris = world.open("joris").await?;
    let fatima = world.open("fatima").await?;

    for (browser, person) in [(&joris, JORIS), (&fatima, FATIMA), (&sanne, SANNE)] {
        steps::sign_up(&world, browser, person).await?;
        steps::in_mail(browser, person).await?;
    }
    steps::send(&world, &joris, FATIMA.address, TO_FATIMA).await?;
    steps::send(&world, &fatima, JORIS.address, TO_JORIS).await?;
    steps::folder(&joris, "Inbox").await?;

    steps::create_organisation(&sanne, SANNE, VAN_DIJK).await?;
    let number = steps::organisation_number(&sanne, SANNE).await?;
    let record = claim_by_txt(&mut world, &sanne).await?;
    ensure!(
        world.count("escrows").await? == 1,
        "only the founder's escrow is there"
    );

    steps::see_in_row(&sanne, DOMAIN, "2 account(s) not yet adopted.").await?;
    steps::adopt(&sanne, DOMAIN, 2).await?;
    steps::see_in_row(&sanne, DOMAIN, "Adopting: 1 of 3 adopted").await?;
    // Open pages are told.
    for browser in [&joris, &fatima] {
        browser.wait_for_path("/sign-in").await?;
        browser.see("Your session has ended").await?;
    }

    let link = steps::adoption_link(&sanne, DOMAIN, JORIS.address).await?;
    world.secret(
        "adoption link",
        link.split('#').next_back().context("no fragment")?,
    );
    join_by_link(&joris, &link).await?;
    steps::administer(&sanne, SANNE, "Domains").await?;
    steps::see_in_row(&sanne, DOMAIN, "Adopting: 2 of 3 adopted").await?;
    steps::see_in_row(&sanne, DOMAIN, "1 account(s) not yet adopted.").await?;

    // Without the record only the number is left to authenticate the organisation.
    world.dns.set_txt(&record, &[]).await?;
    not_now(&fatima).await?;
    steps::see_in_row(&sanne, DOMAIN, "1 account(s) not yet adopted.").await?;
    join_by_number(&fatima, &number).await?;
    steps::see_in_row(&sanne, DOMAIN, "All adopted").await?;

    certified(&world, &sanne, &fatima).await?;
    audited(&sanne).await?;
    steps::quiet(&[&sanne, &joris, &fatima]).await?;
    world.end().await
}

/// Claims the domain, with the record missing, then another one, then the right one there. Answers
/// the record's name.
async fn claim_by_txt(world: &mut World, sanne: &Browser) -> Result<String> {
    steps::administer(sanne, SANNE, "Domains").await?;
    steps::begin_claim(sanne, DOMAIN, Proof::Txt).await?;
    let (name, value) = steps::asked_record(sanne).await?;
    ensure!(name == "_zegel.vandijk.example", "{name}");

    let missing = "The record is not visible yet";
    sanne.click(Role::Button, "Check record").await?;
    sanne.see(missing).await?;
    world.dns.set_txt(&name, &["v=spf1 -all"]).await?;
    sanne.click(Role::Button, "Save for later").await?;
    steps::see_in_row(sanne, DOMAIN, "Waiting for DNS").await?;
    sanne.click(Role::Button, "Check vandijk.example").await?;
    sanne.see(missing).await?;

    world.dns.set_txt(&name, &["v=spf1 -all", &value]).await?;
    sanne.click(Role::Button, "Check record").await?;
    sanne.see("vandijk.example is yours").await?;
    Ok(name)
}

/// Opens the personal link, signs in, accepts, and reads an earlier message.
async fn join_by_link(joris: &Browser, link: &str) -> Result<()> {
    joris.goto(link).await?;
    joris
        .see("You opened an invitation of an organisation")
        .await?;
    let path = joris.path().await?;
    ensure!(
        !path.contains("join"),
        "the link's secret is still in the address: {path}"
    );
    steps::type_sign_in(joris, JORIS.address, JORIS.password).await?;
    joris.wait_for_path("/adoption").await?;
    joris
        .see("“Advocatenkantoor Van Dijk” asks you to join the organisation")
        .await?;
    joris
        .see("Opened in this browser; it names this organisation.")
        .await?;
    joris
        .see("Asked by this browser; two resolvers agree.")
        .await?;
    joris
        .see("Did you get this link from your organisation in an ordinary e-mail?")
        .await?;

    joris.click(Role::Button, "Accept and join").await?;
    joris.see("This is not ticked.").await?;
    steps::accept(joris, DOMAIN).await?;
    joris
        .see("Your account now belongs to Advocatenkantoor Van Dijk")
        .await?;
    steps::in_mail(joris, JORIS).await?;
    steps::read(joris, TO_JORIS).await
}

/// Says Not now, and goes on as before.
async fn not_now(fatima: &Browser) -> Result<()> {
    steps::type_sign_in(fatima, FATIMA.address, FATIMA.password).await?;
    fatima.wait_for_path("/adoption").await?;
    fatima.see("Accept is not available yet").await?;
    fatima
        .see("Asked by this browser; there is none. That proves nothing.")
        .await?;
    fatima.click(Role::Button, "Not now").await?;
    fatima.see("Your account stays your own.").await?;
    steps::in_mail(fatima, FATIMA).await?;
    steps::folder(fatima, "Inbox").await?;
    steps::read(fatima, TO_FATIMA).await?;
    steps::folder(fatima, "Inbox").await?;
    steps::sign_out(fatima, FATIMA).await
}

/// Is asked again, types the organisation's number, and accepts.
async fn join_by_number(fatima: &Browser, number: &str) -> Result<()> {
    steps::type_sign_in(fatima, FATIMA.address, FATIMA.password).await?;
    fatima.wait_for_path("/adoption").await?;
    let field = "Safety number";
    let other: String = number
        .chars()
        .map(|digit| if digit == '1' { '2' } else { digit })
        .rev()
        .collect();
    fatima.fill(field, &other).await?;
    fatima.click(Role::Button, "Compare").await?;
    fatima
        .see("This is not the number of “Advocatenkantoor Van Dijk”")
        .await?;
    fatima.fill(field, number).await?;
    fatima.click(Role::Button, "Compare").await?;
    fatima.see("You typed it in, and it is right.").await?;
    steps::accept(fatima, DOMAIN).await?;
    fatima
        .see("Your account now belongs to Advocatenkantoor Van Dijk")
        .await?;
    steps::in_mail(fatima, FATIMA).await?;
    steps::folder(fatima, "Inbox").await?;
    steps::read(fatima, TO_FATIMA).await
}

/// The administrator's open browser has opened both escrows and certified both keys.
async fn certified(world: &World, sanne: &Browser, fatima: &Browser) -> Result<()> {
    steps::administer(sanne, SANNE, "Accounts").await?;
    sanne.see("3 accounts in your organisation").await?;
    steps::see_in_row(sanne, JORIS.address, "Escrow checked").await?;
    steps::see_in_row(sanne, JORIS.address, "Certified by link").await?;
    steps::see_in_row(sanne, FATIMA.address, "Escrow checked").await?;
    steps::see_in_row(sanne, FATIMA.address, "Not verified").await?;
    expect(world, JORIS, JoinMethod::Link, CertificateMethod::Link).await?;
    expect(world, FATIMA, JoinMethod::Number, CertificateMethod::Server).await?;

    fatima.click(Role::Link, "Settings").await?;
    let number = steps::shown_number(fatima).await?;
    sanne
        .click(Role::Button, "Compare number of Fatima El Amrani")
        .await?;
    sanne
        .fill("Safety number that they read out", &number)
        .await?;
    sanne.click(Role::Button, "Compare and certify").await?;
    steps::see_in_row(sanne, FATIMA.address, "Number compared").await?;
    expect(
        world,
        FATIMA,
        JoinMethod::Number,
        CertificateMethod::Compared,
    )
    .await
}

/// What the server stores of a member: a checked escrow, and a certificate of that method for the
/// identity in the newest state, signed by an administrator.
async fn expect(
    world: &World,
    person: Person,
    joined: JoinMethod,
    method: CertificateMethod,
) -> Result<()> {
    let certificate = wait::until("the certificate", async || {
        let rows = world
            .rows(&format!("{MEMBER} WHERE a.address = '{}'", person.address))
            .await?;
        let row = rows.first().context("no such member")?;
        let checked: Option<i64> = row.try_get("", "checked_at")?;
        let failed: Option<i64> = row.try_get("", "failed_at")?;
        ensure!(
            failed.is_none(),
            "the escrow of {} did not hold",
            person.name
        );
        let state: Vec<u8> = row.try_get("", "state")?;
        let state = Signed::<AccountState>::from_bytes(&state)?.statement;
        ensure!(
            state.joined.as_ref().map(|it| it.method) == Some(joined),
            "{:?}",
            state.joined
        );
        let certificate: Option<Vec<u8>> = row.try_get("", "certificate")?;
        let Some(certificate) = certificate.filter(|_| checked.is_some()) else {
            return Ok(None);
        };
        let certificate = Signed::<KeyCertificate>::from_bytes(&certificate)?;
        ensure!(
            certificate.statement.identity == state.identity,
            "a certificate of another key"
        );
        certificate.verify(&certificate.statement.issuer)?;
        Ok((certificate.statement.method == method).then_some(certificate))
    })
    .await?;
    ensure!(
        certificate
            .statement
            .addresses
            .iter()
            .any(|it| it.as_str() == person.address)
    );
    Ok(())
}

const MEMBER: &str = "SELECT e.checked_at, e.failed_at, c.statement AS certificate, a.state \
    FROM accounts a JOIN escrows e ON e.account = a.id LEFT JOIN certificates c ON c.account = a.id";

async fn audited(sanne: &Browser) -> Result<()> {
    steps::administer(sanne, SANNE, "Audit log").await?;
    steps::see_in_row(sanne, "Join accounts to organization", SANNE.address).await?;
    for person in [JORIS, FATIMA] {
        steps::see_in_row(sanne, person.address, "Account").await?;
    }
    sanne
        .choose("Category", "Account joined organization")
        .await?;
    sanne.see("2 events shown").await?;
    for person in [JORIS, FATIMA] {
        steps::see_in_row(sanne, person.address, "Account joined organization").await?;
    }
    Ok(())
}
