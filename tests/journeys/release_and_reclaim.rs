//! Release a domain half-way through an adoption, and claim it again.

use anyhow::{Context as _, Result, ensure};
use zegel_protocol::{Canonical as _, Manifest, Signed};
use zegel_tests::browser::{Browser, Role};

use crate::{
    steps::{self, DOMAIN, FATIMA, JORIS, SANNE, VAN_DIJK},
    world::World,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_adopted_stay_and_the_others_are_not_asked() -> Result<()> {
    let world = World::start().await?;
    let sanne = world.open("sanne").await?;
    let joris = world.open("joris").await?;
    let fatima = world.open("fatima").await?;
    for (browser, person) in [(&joris, JORIS), (&fatima, FATIMA), (&sanne, SANNE)] {
        steps::sign_up(&world, browser, person).await?;
        steps::in_mail(browser, person).await?;
    }

    steps::create_organisation(&sanne, SANNE, VAN_DIJK).await?;
    steps::administer(&sanne, SANNE, "Domains").await?;
    steps::claim_by_code(&world, &sanne, DOMAIN).await?;
    steps::adopt(&sanne, DOMAIN, 2).await?;
    let joris_link = steps::adoption_link(&sanne, DOMAIN, JORIS.address).await?;
    sanne
        .click(Role::Button, &format!("Copy link of {}", FATIMA.address))
        .await?;
    let fatima_link = sanne.clipboard().await?;

    joris.goto(&joris_link).await?;
    steps::type_sign_in(&joris, JORIS.address, JORIS.password).await?;
    steps::accept(&joris, DOMAIN).await?;
    steps::in_mail(&joris, JORIS).await?;
    belongs(&joris, VAN_DIJK).await?;

    steps::administer(&sanne, SANNE, "Domains").await?;
    steps::see_in_row(&sanne, DOMAIN, "Adopting: 2 of 3 adopted").await?;
    release(&sanne).await?;

    // Joris stays; Fatima is outside and nobody asks.
    joris.reload().await?;
    belongs(&joris, VAN_DIJK).await?;
    steps::sign_in(&fatima, FATIMA).await?;
    belongs(&fatima, "None").await?;
    steps::sign_out(&fatima, FATIMA).await?;

    // Claimed again, the earlier order is void: Adopt is there anew, and until then nobody is asked.
    steps::claim_by_code(&world, &sanne, DOMAIN).await?;
    steps::see_in_row(&sanne, DOMAIN, "1 account(s) not yet adopted.").await?;
    sanne
        .find(Role::Button, "Adopt the accounts of vandijk.example")
        .await?;
    fatima.goto(&fatima_link).await?;
    steps::type_sign_in(&fatima, FATIMA.address, FATIMA.password).await?;
    steps::in_mail(&fatima, FATIMA).await?;
    ensure!(
        world.count("escrows").await? == 2,
        "the founder's and Joris's"
    );

    // The new order holds, and so does the link of before: it names the organisation.
    steps::adopt(&sanne, DOMAIN, 1).await?;
    fatima.wait_for_path("/sign-in").await?;
    steps::type_sign_in(&fatima, FATIMA.address, FATIMA.password).await?;
    fatima.wait_for_path("/adoption").await?;
    steps::accept(&fatima, DOMAIN).await?;
    fatima
        .see("Your account now belongs to Advocatenkantoor Van Dijk")
        .await?;
    steps::see_in_row(&sanne, DOMAIN, "All adopted").await?;
    epochs(&world).await?;

    steps::quiet(&[&sanne, &joris, &fatima]).await?;
    world.end().await
}

/// RELEASE: only YES does it.
async fn release(sanne: &Browser) -> Result<()> {
    sanne
        .click(Role::Button, &format!("Release {DOMAIN}"))
        .await?;
    sanne
        .see("Adopted accounts stay in your organisation: 2.")
        .await?;
    sanne
        .see("Accounts not yet adopted go back outside: 1.")
        .await?;
    let prompt = format!("Type YES to release {DOMAIN}");
    let button = sanne.find(Role::Button, "Release domain").await?;
    ensure!(
        !button.is_enabled().await?,
        "the button can be pressed before YES"
    );
    sanne.fill(&prompt, "NO").await?;
    ensure!(!button.is_enabled().await?, "NO is enough");
    sanne.fill(&prompt, "YES").await?;
    sanne.click(Role::Button, "Release domain").await?;
    sanne.see("vandijk.example is released").await
}

/// The organisation that the settings show.
async fn belongs(browser: &Browser, organisation: &str) -> Result<()> {
    browser.click(Role::Link, "Settings").await?;
    browser.find(Role::Heading, "Settings").await?;
    browser.see(&format!("Organisation {organisation}")).await
}

/// The second claim counts as another epoch of the domain.
async fn epochs(world: &World) -> Result<()> {
    let rows = world
        .rows("SELECT statement FROM manifests ORDER BY version")
        .await?;
    let mut epochs = Vec::new();
    for row in rows {
        let statement: Vec<u8> = row.try_get("", "statement")?;
        let manifest = Signed::<Manifest>::from_bytes(&statement)?.statement;
        epochs.extend(
            manifest
                .domains
                .iter()
                .map(|domain| (domain.epoch, domain.adopting)),
        );
    }
    let (first, _) = *epochs.first().context("no domain")?;
    ensure!(
        epochs
            == [
                (first, false),
                (first, true),
                (first + 1, false),
                (first + 1, true)
            ],
        "{epochs:?}"
    );
    Ok(())
}
