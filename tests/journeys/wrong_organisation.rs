//! Somebody else asks to adopt: by link, by DNS, by an old record, after a release. Nothing is sealed.

use anyhow::{Context as _, Result, ensure};
use zegel_client::{SignedIn, unwatched};
use zegel_protocol::{Domain, DomainRecord};
use zegel_tests::browser::{Browser, Role};

use crate::{
    steps::{self, DOMAIN, JORIS, PIETER, SANNE, VAN_DIJK},
    world::{DAY_MS, World},
};

const NOTHING: &str = "Nothing was sealed or shared. Your account and messages are as they were.";
const NOT_NOW: &str = "Not now";
const RECORD: &str = "_zegel.vandijk.example";

/// An organisation that adopts in Joris's domain, and Joris with an account there.
struct Scene {
    world: World,
    sanne: SignedIn,
    joris: Browser,
}

impl Scene {
    /// So many milliseconds after its record was signed.
    async fn start(age_ms: u64) -> Result<Self> {
        let world = World::start_late(age_ms).await?;
        world.sign_up(JORIS, age_ms).await?;
        let sanne = world.sign_up(SANNE, age_ms).await?;
        sanne.create_organisation(VAN_DIJK, &unwatched).await?;
        world.claim(&sanne, DOMAIN).await?;
        let signed_out = sanne.adopt(&Domain::parse(DOMAIN)?).await?;
        ensure!(signed_out == 1, "{signed_out} accounts signed out");
        world.server.clock().advance_ms(age_ms);
        let joris = world.open("joris").await?;
        Ok(Self {
            world,
            sanne,
            joris,
        })
    }

    /// The personal link that the organisation made for Joris.
    async fn link(&self) -> Result<String> {
        let links = self
            .sanne
            .adoption_links(&Domain::parse(DOMAIN)?, &unwatched)
            .await?;
        let link = links
            .iter()
            .find(|link| link.address.as_str() == JORIS.address);
        Ok(format!(
            "{}/#{}",
            self.world.server.url(),
            link.context("no link")?.fragment
        ))
    }

    async fn joris_signs_in(&self) -> Result<()> {
        steps::type_sign_in(&self.joris, JORIS.address, JORIS.password).await?;
        self.joris.wait_for_path("/adoption").await
    }

    /// The page stops; the account is usable, and nobody has its key.
    async fn stopped(self, why: &str, way_out: &str) -> Result<()> {
        self.joris.see(why).await?;
        self.joris.see(NOTHING).await?;
        ensure!(
            !self.joris.has(Role::Button, "Accept and join").await?,
            "Accept is there all the same"
        );
        nothing_sealed(&self.world).await?;
        self.joris.click(Role::Button, way_out).await?;
        steps::in_mail(&self.joris, JORIS).await?;
        steps::quiet(&[&self.joris]).await?;
        self.world.end().await
    }
}

/// No escrow but those that founders made of their own keys.
async fn nothing_sealed(world: &World) -> Result<()> {
    let others = world
        .rows(
            "SELECT e.account FROM escrows e JOIN accounts a ON a.id = e.account \
             WHERE a.role <> 'administrator'",
        )
        .await?;
    ensure!(others.is_empty(), "an account key was sealed");
    ensure!(
        world.count("escrows").await? > 0,
        "the founder's escrow is not where it was looked for"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_of_another_organisation_stops() -> Result<()> {
    let scene = Scene::start(0).await?;
    let pieter = scene.world.sign_up(PIETER, 0).await?;
    pieter.create_organisation(VAN_DIJK, &unwatched).await?;
    let other = pieter.organisation().await?.organisation;
    let link = scene.link().await?;
    let own = scene.sanne.organisation().await?.organisation;
    let forged = link.replace(&own.to_string(), &other.to_string());
    ensure!(forged != link, "the link does not name the organisation");

    scene.joris.goto(&forged).await?;
    scene.joris_signs_in().await?;
    scene
        .stopped("This is not the organisation that your link names", NOT_NOW)
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_of_another_organisation_stops_even_with_the_right_link() -> Result<()> {
    let mut scene = Scene::start(0).await?;
    let pieter = scene.world.sign_up(PIETER, 0).await?;
    pieter.create_organisation(VAN_DIJK, &unwatched).await?;
    let domain = Domain::parse(DOMAIN)?;
    let record = DomainRecord {
        org_id: pieter.organisation().await?.organisation,
        nonce: zegel_protocol::ClaimNonce([7; 16]),
    };
    ensure!(RECORD == format!("{}.{domain}", DomainRecord::LABEL));
    scene
        .world
        .dns
        .set_txt(RECORD, &[&record.to_string()])
        .await?;

    let link = scene.link().await?;
    scene.joris.goto(&link).await?;
    scene.joris_signs_in().await?;
    scene
        .stopped("DNS names another organisation", NOT_NOW)
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_records_stop() -> Result<()> {
    let mut scene = Scene::start(0).await?;
    let records = [
        scene.sanne.organisation().await?.organisation,
        zegel_protocol::OrgId([9; 32]),
    ]
    .map(|org_id| {
        DomainRecord {
            org_id,
            nonce: zegel_protocol::ClaimNonce([7; 16]),
        }
        .to_string()
    });
    scene
        .world
        .dns
        .set_txt(RECORD, &[&records[0], &records[1]])
        .await?;

    scene.joris.goto("/").await?;
    scene.joris_signs_in().await?;
    scene
        .stopped("DNS gives two different answers", NOT_NOW)
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_older_than_90_days_stops_until_it_is_renewed() -> Result<()> {
    let scene = Scene::start(91 * DAY_MS).await?;
    let too_old = "The organisation’s record is older than 90 days";
    scene.joris.goto("/").await?;
    scene.joris_signs_in().await?;
    scene.joris.see(too_old).await?;
    scene.joris.see(NOTHING).await?;
    nothing_sealed(&scene.world).await?;

    // An administrator's browser renews it by itself.
    let versions = scene.world.count("manifests").await?;
    let sanne = scene.world.open("sanne").await?;
    steps::sign_in(&sanne, SANNE).await?;
    scene.world.wait_for_more("manifests", versions).await?;
    scene.joris.click(Role::Button, "Check again").await?;
    scene
        .joris
        .see("“Advocatenkantoor Van Dijk” asks you to join the organisation")
        .await?;
    steps::quiet(&[&scene.joris, &sanne]).await?;
    scene.world.end().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_domain_released_between_sign_in_and_acceptance_stops() -> Result<()> {
    let scene = Scene::start(0).await?;
    let link = scene.link().await?;
    scene.joris.goto(&link).await?;
    scene.joris_signs_in().await?;
    scene
        .joris
        .see("Opened in this browser; it names this organisation.")
        .await?;
    scene.sanne.release(&Domain::parse(DOMAIN)?).await?;
    steps::accept(&scene.joris, DOMAIN).await?;
    scene
        .stopped(
            "The organisation no longer asks for your account",
            "Go to your messages",
        )
        .await
}
