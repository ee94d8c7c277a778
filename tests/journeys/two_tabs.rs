//! One person, two tabs, two accounts at once.

use anyhow::{Result, ensure};
use zegel_tests::browser::{Browser, Role};

use crate::{
    office::{self, INFO, Office},
    steps::{self, JORIS, Letter},
    world::World,
};

const OWN: Letter = Letter {
    subject: "Lunch vrijdag",
    text: "Half een in de kantine, ik reserveer een tafel.",
};

const SHARED: Letter = Letter {
    subject: "Terugbelverzoek huurgeschil",
    text: "Ik ben bereikbaar tussen negen en twaalf uur.",
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_tabs_act_as_two_accounts() -> Result<()> {
    let world = World::start().await?;
    let office = Office::open(&world).await?;
    let info = office.info(&[&office.joris]).await?;
    office::write(&world, &office.pieter, JORIS.address, OWN).await?;
    office::write(&world, &office.pieter, INFO, SHARED).await?;

    let joris = world.open("joris").await?;
    steps::sign_in(&joris, JORIS).await?;
    joris.see(OWN.subject).await?;
    let own = joris.tab().await?;
    let shared = joris.open_tab(&format!("/as/{info}")).await?;
    joris.see(SHARED.subject).await?;
    joris.see("You are acting as Informatie").await?;
    only(&joris, SHARED, OWN).await?;
    steps::read(&joris, SHARED).await?;

    joris.use_tab(&own).await?;
    only(&joris, OWN, SHARED).await?;
    steps::read(&joris, OWN).await?;
    joris.reload().await?;
    joris.see(OWN.text).await?;

    joris.use_tab(&shared).await?;
    joris.see("You are acting as Informatie").await?;
    joris.reload().await?;
    joris.see(SHARED.text).await?;

    // Signed out in one is signed out in both.
    joris.use_tab(&own).await?;
    steps::sign_out(&joris, JORIS).await?;
    joris.use_tab(&shared).await?;
    joris.find(Role::Heading, "Sign in").await?;
    ensure!(!joris.text().await?.contains(SHARED.text));
    steps::quiet(&[&joris]).await?;
    world.end().await
}

async fn only(browser: &Browser, there: Letter, elsewhere: Letter) -> Result<()> {
    let text = browser.text().await?;
    ensure!(text.contains(there.subject), "{text}");
    ensure!(!text.contains(elsewhere.subject), "{text}");
    Ok(())
}
