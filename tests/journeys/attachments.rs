//! Files: attached and fetched, while the server is killed and the page is loaded anew; and passed on.

use std::fmt::Write as _;

use anyhow::{Result, ensure};
use zegel_tests::{
    browser::{Browser, Role},
    wait,
};

use crate::{
    steps::{self, FATIMA, JORIS, Letter, PIETER},
    world::World,
};

const LETTER: Letter = Letter {
    subject: "Opname van de zitting",
    text: "Bijgevoegd de opname en het verslag.",
};
const ASK: &str = "Ask recipients to tell that they read it";
const ASKED: &str = "Joris Bakker would like to know that you have read this";
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

/// Opens the options of the message that is written.
async fn open_options(browser: &Browser) -> Result<()> {
    let script = "document.querySelector('.compose-aside details').open = true";
    browser.eval(script).await.map(drop)
}

/// The files that downloads left in the site's own file system.
async fn left_by_downloads(browser: &Browser) -> Result<String> {
    let script = "const names = async () => { \
        const root = await navigator.storage.getDirectory(); \
        const folder = await root.getDirectoryHandle('downloads', { create: true }); \
        const names = []; \
        for await (const name of folder.keys()) names.push(name); \
        return names.join(' '); }; \
        names().then(arguments[0], (error) => arguments[0](String(error)))";
    let names = browser.eval_async(script).await?;
    Ok(names.as_str().unwrap_or_default().to_owned())
}

/// The recipient lets the sender know.
async fn told(joris: &Browser, pieter: &Browser) -> Result<()> {
    steps::folder(pieter, "Inbox").await?;
    steps::read(pieter, LETTER).await?;
    pieter.see(ASKED).await?;
    pieter.click(Role::Button, "Tell them").await?;
    pieter.see("The sender is told that you read it").await?;
    pieter.see_no_longer(ASKED).await?;
    steps::folder(joris, "Sent").await?;
    steps::read(joris, LETTER).await?;
    joris.see("Read by").await?;
    joris.see(&format!("{} on", PIETER.address)).await
}

/// The sender takes the message back while the recipient reads it.
async fn taken_back(joris: &Browser, pieter: &Browser) -> Result<()> {
    joris.click(Role::Button, "More actions").await?;
    joris.click(Role::Button, "Take back").await?;
    let question = format!("Take back “{}”?", LETTER.subject);
    joris.find(Role::Dialog, &question).await?;
    joris
        .see("Recipients see that there was a message, and that you took it back.")
        .await?;
    joris.click(Role::Button, "Take back").await?;
    joris.see("Message taken back").await?;
    for browser in [joris, pieter] {
        browser.see("Taken back by its sender, or expired").await?;
        browser.see_no_longer(LETTER.text).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_survive_a_killed_server() -> Result<()> {
    let mut world = World::start_program().await?;
    let joris = world.open("joris").await?;
    let pieter = world.open("pieter").await?;
    steps::sign_up(&world, &joris, JORIS).await?;
    steps::sign_up(&world, &pieter, PIETER).await?;
    world.sign_up(FATIMA, 0).await?;
    world.secret("file", MARK);

    let folder = tempfile::tempdir()?;
    let [recording, report, plan, list] =
        ["opname.txt", "verslag.txt", "plan.txt", "lijst.txt"].map(|name| folder.path().join(name));
    let (large, other) = (text(LARGE_BYTES, 1), text(SMALL_BYTES, 2));
    std::fs::write(&recording, &large)?;
    std::fs::write(&report, &other)?;
    std::fs::write(&plan, text(SMALL_BYTES, 3))?;
    std::fs::write(&list, text(1000, 4))?;

    // The page is loaded anew while the first parts are on their way, and before a word was written: also what waits
    // for its turn is known.
    joris.click(Role::Link, "New message").await?;
    joris
        .choose_files("Attach", &[&report, &plan, &list])
        .await?;
    in_list(&joris, "verslag.txt", "sending").await?;
    joris.reload().await?;
    for name in ["verslag.txt", "plan.txt", "lijst.txt"] {
        in_list(&joris, name, "Stopped at").await?;
    }
    joris.check_screen("compose-uploads-left").await?;
    joris.click(Role::Button, "Remove plan.txt").await?;
    // As any other file that is chosen: it is known by its name and size.
    joris.choose_files("Attach", &[&list]).await?;
    in_list(&joris, "lijst.txt", "sealed").await?;
    joris
        .choose_files("Choose verslag.txt again", &[&report])
        .await?;
    in_list(&joris, "verslag.txt", "sealed").await?;
    ensure!(!joris.has(Role::Button, "Remove plan.txt").await?);
    joris.click(Role::Button, "Remove lijst.txt").await?;

    steps::write(&joris, PIETER.address, LETTER).await?;
    open_options(&joris).await?;
    joris.choose("Disappears", "After 30 days").await?;
    joris.click(Role::Checkbox, ASK).await?;
    joris.choose_files("Attach", &[&recording]).await?;
    in_list(&joris, "opname.txt", "sending").await?;
    world.server.kill()?;
    joris.see("Connection lost at").await?;
    joris.check_screen("compose-connection-lost").await?;
    world.server.resume().await?;
    in_list(&joris, "opname.txt", "sealed").await?;

    // And once more the moment that the upload ended: nothing needs to be chosen again.
    joris.reload().await?;
    for name in ["opname.txt", "verslag.txt"] {
        in_list(&joris, name, "sealed").await?;
    }
    joris.see("Disappears: After 30 days").await?;
    open_options(&joris).await?;
    let asks = "return document.querySelector('.compose-aside [type=checkbox]').checked";
    ensure!(joris.eval(asks).await? == true, "the receipt was forgotten");
    joris.check_screen("compose-attached").await?;
    joris.click(Role::Button, "Send").await?;
    joris.see("Message sent").await?;

    steps::read(&pieter, LETTER).await?;
    pieter.see(ASKED).await?;
    pieter.see("Disappears on").await?;
    pieter.check_screen("message-attachments").await?;
    pieter.click(Role::Button, "Download opname.txt").await?;
    pieter.see("fetching").await?;
    world.server.kill()?;
    pieter.see("Connection lost at").await?;
    world.server.resume().await?;
    pieter.see("was verified as a whole").await?;
    ensure!(left_by_downloads(&pieter).await?.is_empty());
    ensure!(pieter.download("opname.txt").await? == large);

    // Where no helper can be started the crypto worker does it by itself.
    world
        .without_file("crypto_worker_bg.wasm", async || {
            pieter.click(Role::Button, "Download verslag.txt").await?;
            pieter.see("verslag.txt was verified as a whole").await
        })
        .await?;
    ensure!(pieter.download("verslag.txt").await? == other);

    // What was opened shows again also while there is no server.
    pieter
        .eval("document.querySelector('nav a[href=\"/\"]').click()")
        .await?;
    pieter.see("No message chosen").await?;
    world.server.kill()?;
    steps::open_message(&pieter, LETTER.subject).await?;
    wait::until("the remembered message", async || {
        let body = "return document.querySelector('.message-body')?.innerText ?? ''";
        let body = pieter.eval(body).await?;
        let shown = body.as_str().is_some_and(|body| body.contains(LETTER.text));
        Ok(shown.then_some(()))
    })
    .await?;
    world.server.resume().await?;

    // One of the files is passed on, and nothing is sent again.
    pieter.click(Role::Link, "Forward").await?;
    in_list(&pieter, "verslag.txt", "sealed").await?;
    pieter.click(Role::Button, "Remove opname.txt").await?;
    let to = pieter.find(Role::Field, "To").await?;
    to.send_keys(&format!("{},", FATIMA.address)).await?;
    pieter.check_screen("compose-forwarded").await?;
    pieter.click(Role::Button, "Send").await?;
    pieter.see("Message sent").await?;
    let fatima = world.open("fatima").await?;
    steps::sign_in(&fatima, FATIMA).await?;
    steps::open_message(&fatima, LETTER.subject).await?;
    fatima.click(Role::Button, "Download verslag.txt").await?;
    ensure!(fatima.download("verslag.txt").await? == other);
    ensure!(!fatima.has(Role::Button, "Download opname.txt").await?);
    told(&joris, &pieter).await?;
    taken_back(&joris, &pieter).await?;
    steps::quiet(&[&joris, &pieter, &fatima]).await?;
    world.end().await
}
