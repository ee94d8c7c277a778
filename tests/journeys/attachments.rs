//! Files: attached, while the server is stopped and the page is loaded anew; fetched, while the server is stopped.

use std::fmt::Write as _;

use anyhow::{Result, ensure};
use zegel_tests::{
    browser::{Browser, Role},
    wait,
};

use crate::{
    steps::{self, JORIS, Letter, PIETER},
    world::World,
};

const LETTER: Letter = Letter {
    subject: "Opname van de zitting",
    text: "Bijgevoegd de opname en het verslag.",
};
/// At the beginning of each file; nowhere on the server.
const MARK: &str = "Vertrouwelijk dossier 2026-0417";
/// Large enough to be killed in the middle of it.
const LARGE_BYTES: usize = 40_000_000;
/// Several parts, so that a reload comes in the middle.
const SMALL_BYTES: usize = 16_000_000;

/// Text that is nowhere the same.
fn text(bytes: usize, seed: u32) -> String {
    let mut text = format!("{MARK} {seed}\n");
    let mut n = seed;
    while text.len() < bytes {
        n = n.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        // Writing to a string does not fail.
        let _ = writeln!(text, "{n:08x}");
    }
    text
}

/// Waits until the list of attachments says that of a file.
async fn in_list(browser: &Browser, file: &str, says: &str) -> Result<()> {
    wait::until(&format!("{file} {says}"), async || {
        let said = browser
            .eval(&format!(
                "return [...document.querySelectorAll('.upload')].map((row) => row.innerText)\
                 .some((row) => row.includes({file:?}) && row.includes({says:?}))"
            ))
            .await?;
        Ok((said == true).then_some(()))
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_survive_a_killed_server() -> Result<()> {
    let mut world = World::start().await?;
    let joris = world.open("joris").await?;
    let pieter = world.open("pieter").await?;
    steps::sign_up(&world, &joris, JORIS).await?;
    steps::sign_up(&world, &pieter, PIETER).await?;
    world.secret("file", MARK);

    let folder = tempfile::tempdir()?;
    let (recording, report) = (
        folder.path().join("opname.txt"),
        folder.path().join("verslag.txt"),
    );
    let (large, other) = (text(LARGE_BYTES, 1), text(SMALL_BYTES, 2));
    std::fs::write(&recording, &large)?;
    std::fs::write(&report, &other)?;

    joris.click(Role::Link, "New message").await?;
    steps::write(&joris, PIETER.address, LETTER).await?;
    joris.choose_file("Attach", &recording).await?;
    joris.see("sending").await?;
    world.server.stop().await;
    joris.see("Connection lost at").await?;
    joris.check_screen("compose-connection-lost").await?;
    world.server.resume().await?;
    in_list(&joris, "opname.txt", "sealed").await?;

    // The page is loaded anew before the draft names the first, and in the middle of the second: both
    // are still there, and what was sent need not be sent again.
    joris.choose_file("Attach", &report).await?;
    in_list(&joris, "verslag.txt", "sending").await?;
    joris.reload().await?;
    for (name, file) in [("opname.txt", &recording), ("verslag.txt", &report)] {
        in_list(&joris, name, "").await?;
        let field = format!("Choose {name} again");
        if joris.text().await?.contains(&format!("{name} Stopped at")) {
            joris.choose_file(&field, file).await?;
        }
        in_list(&joris, name, "sealed").await?;
    }
    joris.see("Draft saved").await?;
    joris.check_screen("compose-attached").await?;
    joris.click(Role::Button, "Send").await?;
    joris.see("Message sent").await?;

    steps::read(&pieter, LETTER).await?;
    pieter.check_screen("message-attachments").await?;
    pieter.click(Role::Button, "Download opname.txt").await?;
    pieter.see("fetching").await?;
    world.server.stop().await;
    pieter.see("Connection lost at").await?;
    world.server.resume().await?;
    pieter.see("was verified as a whole").await?;
    ensure!(pieter.download("opname.txt").await? == large);
    pieter.click(Role::Button, "Download verslag.txt").await?;
    ensure!(pieter.download("verslag.txt").await? == other);
    steps::quiet(&[&joris, &pieter]).await?;
    world.end().await
}
