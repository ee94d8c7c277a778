//! Claim a domain by a mailed code: public, taken, wrong code, expired code, right code.

use anyhow::Result;
use zegel_tests::browser::Role;

use crate::{
    steps::{self, DOMAIN, PIETER, Proof, SANNE, VAN_DIJK},
    world::World,
};

/// Longer than a code can be used.
const LATER_MS: u64 = 31 * 60 * 1000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_right_code_in_time_claims_a_domain() -> Result<()> {
    let world = World::start().await?;
    let pieter = world.open("pieter").await?;
    let sanne = world.open("sanne").await?;

    // Somebody else holds a domain already.
    steps::sign_up(&world, &pieter, PIETER).await?;
    steps::in_mail(&pieter, PIETER).await?;
    steps::create_organisation(&pieter, PIETER, "Huisartsenpraktijk Jansen").await?;
    steps::administer(&pieter, PIETER, "Domains").await?;
    steps::claim_by_code(&world, &pieter, "praktijk.example").await?;

    steps::sign_up(&world, &sanne, SANNE).await?;
    steps::in_mail(&sanne, SANNE).await?;
    steps::create_organisation(&sanne, SANNE, VAN_DIJK).await?;
    steps::administer(&sanne, SANNE, "Domains").await?;

    let mail = Proof::Mail("hostmaster");
    sanne.see("No domain claimed yet").await?;
    steps::begin_claim(&sanne, "gmail.com", mail).await?;
    sanne.see("no organisation can claim it").await?;
    steps::choose_claim(&sanne, "praktijk.example", mail).await?;
    sanne.see("Another organisation holds this domain.").await?;
    sanne.fill("Domain", "@vandijk.example").await?;
    sanne.click(Role::Button, "Send code").await?;
    sanne
        .see("A domain has no “@”. Type only vandijk.example.")
        .await?;
    steps::choose_claim(&sanne, DOMAIN, mail).await?;

    let hostmaster = "hostmaster@vandijk.example";
    let code = world.mailed_code(hostmaster).await?;
    let wrong = if code == "123456" { "654321" } else { "123456" };
    sanne.fill("Code from the e-mail", "12345").await?;
    sanne.click(Role::Button, "Check code").await?;
    sanne.see("The code has 6 digits. You typed 5.").await?;
    sanne.fill("Code from the e-mail", wrong).await?;
    sanne.click(Role::Button, "Check code").await?;
    sanne
        .see("This code is different from the one in the e-mail.")
        .await?;

    // The right one, too late. The session is as old, and asks for the password.
    world.server.clock().advance_ms(LATER_MS);
    sanne.fill("Code from the e-mail", &code).await?;
    sanne.click(Role::Button, "Check code").await?;
    sanne
        .see("This code no longer works: too old, or tried too often.")
        .await?;
    sanne.click(Role::Button, "Send again").await?;
    let fresh = world.mailed_code(hostmaster).await?;
    sanne.fill("Code from the e-mail", &fresh).await?;
    sanne.click(Role::Button, "Check code").await?;
    steps::prove_password(&sanne, SANNE).await?;
    sanne.see("vandijk.example is yours").await?;
    sanne.see("Claimed").await?;

    steps::begin_claim(&sanne, DOMAIN, mail).await?;
    sanne
        .see("Your organisation has claimed this domain already.")
        .await?;
    sanne.click(Role::Button, "Cancel").await?;

    steps::quiet(&[&pieter, &sanne]).await?;
    world.end().await
}
