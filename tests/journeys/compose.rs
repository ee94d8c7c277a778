//! Writing: left while a message is on its way, kept while there is no server, and shared with a
//! colleague. What somebody typed is never lost, and what nobody looked at is never sent.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use sea_orm::{
    ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, DbBackend, Statement,
};
use zegel_client::{SignedIn, unwatched, view::DraftContent};
use zegel_protocol::{AccountId, DraftId};
use zegel_tests::{
    browser::{Browser, Role},
    wait,
};

use crate::{
    office::{self, INFO, Office},
    steps::{self, FATIMA, JORIS, Letter, PIETER},
    world::World,
};

const LETTER: Letter = Letter {
    subject: "Concept dagvaarding",
    text: "De eerste versie van het petitum.",
};
/// What is typed once the server is away.
const MORE: &str = "De eerste versie van het petitum, en wat er zonder server bij kwam.";
const UNSENT: Letter = Letter {
    subject: "Zonder server begonnen",
    text: "Dit heeft de server nog nooit gezien.",
};
const THEIRS: &str = "Fatima schreef dit erbij.";
const THEIRS_AGAIN: &str = "Fatima schreef het daarna nog eens anders.";
const MINE: &str = "Joris schreef intussen dit.";
const MINE_AGAIN: &str = "Joris schreef daarna weer iets anders.";
const SENT_MEANWHILE: &str = "Fatima verstuurt dit zelf.";

const KEPT_HERE: &str = "Draft kept on this device";
const CHOOSE_FIRST: &str = "What you wrote was not sent: choose first.";
const KEEP_MINE: &str = "Keep mine as a new draft";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn leaving_while_a_message_is_on_its_way() -> Result<()> {
    let mut world = World::start_program().await?;
    let joris = world.open("joris").await?;
    steps::sign_up(&world, &joris, JORIS).await?;
    world.sign_up(PIETER, 0).await?;
    name_secrets(&world, &[LETTER.subject, LETTER.text, MORE]);

    joris.click(Role::Link, "New message").await?;
    steps::write(&joris, PIETER.address, LETTER).await?;
    joris.see("Draft saved").await?;
    let busy = keep_busy(&world).await?;
    leave_while_sending(&joris).await?;
    ensure!(world.count("messages").await? == 0, "it was sent already");
    busy.execute_unprepared("ROLLBACK").await?;
    busy.close().await?;
    joris.see("Message sent").await?;
    joris.see("No drafts").await?;

    // Whatever was still on its way by then stored nothing either, nor does the device keep it.
    joris.reload().await?;
    joris.see("No drafts").await?;
    joris.click(Role::Link, "New message").await?;
    holds(&joris, "Message", "").await?;
    ensure!(world.count("messages").await? == 1);
    ensure!(world.count("drafts").await? == 0);

    // What does not get there is said to be where it is: on this device, while there is no server.
    steps::write(&joris, PIETER.address, LETTER).await?;
    joris.see("Draft saved").await?;
    let busy = keep_busy(&world).await?;
    joris.fill("Message", MORE).await?;
    leave_while_sending(&joris).await?;
    world.server.kill()?;
    joris
        .see("Not sent. The message is kept on this device only")
        .await?;
    busy.execute_unprepared("ROLLBACK").await?;
    busy.close().await?;
    world.server.resume().await?;
    joris.reload().await?;
    steps::open_message(&joris, LETTER.subject).await?;
    holds(&joris, "Message", MORE).await?;
    joris.see("Draft saved").await?;
    ensure!(world.count("messages").await? == 1);
    ensure!(world.count("drafts").await? == 1);
    steps::quiet(&[&joris]).await?;
    world.end().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_this_device_keeps_comes_back() -> Result<()> {
    let mut world = World::start_program().await?;
    let joris = world.open("joris").await?;
    steps::sign_up(&world, &joris, JORIS).await?;
    world.sign_up(PIETER, 0).await?;
    name_secrets(
        &world,
        &[
            LETTER.subject,
            LETTER.text,
            MORE,
            UNSENT.subject,
            UNSENT.text,
        ],
    );

    // A draft that the server has, and one that it never had.
    joris.click(Role::Link, "New message").await?;
    steps::write(&joris, PIETER.address, LETTER).await?;
    joris.see("Draft saved").await?;
    joris.wait_for_path("/compose").await?;
    let draft = wait::until("the draft's address", async || {
        let path = joris.path().await?;
        Ok(path.contains("draft=").then_some(path))
    })
    .await?;
    world.server.kill()?;
    joris.fill("Message", MORE).await?;
    joris.see(KEPT_HERE).await?;
    joris.check_screen("compose-kept-here").await?;
    // Left without a farewell, as by a closed tab.
    joris.goto("about:blank").await?;
    world.server.resume().await?;
    joris.goto(&draft).await?;
    holds(&joris, "Message", MORE).await?;
    joris.see("Draft saved").await?;
    joris.reload().await?;
    holds(&joris, "Message", MORE).await?;

    // Deleted, the draft comes back as it was seen: with what only this device had of it.
    world.server.kill()?;
    joris.fill("Message", LETTER.text).await?;
    joris.see(KEPT_HERE).await?;
    joris.goto("about:blank").await?;
    world.server.resume().await?;
    joris.goto("/drafts").await?;
    joris
        .click(Role::Button, &format!("Delete draft: {}", LETTER.subject))
        .await?;
    joris.click(Role::Button, "Undo").await?;
    steps::open_message(&joris, LETTER.subject).await?;
    holds(&joris, "Message", LETTER.text).await?;
    joris.see("Draft saved").await?;

    joris.click(Role::Link, "New message").await?;
    holds(&joris, "Message", "").await?;
    world.server.kill()?;
    joris.fill("Subject", UNSENT.subject).await?;
    joris.fill("Message", UNSENT.text).await?;
    joris.see(KEPT_HERE).await?;
    joris.goto("about:blank").await?;
    world.server.resume().await?;
    joris.goto("/compose").await?;
    holds(&joris, "Message", UNSENT.text).await?;
    holds(&joris, "Subject", UNSENT.subject).await?;
    joris.see("Draft saved").await?;
    steps::folder(&joris, "Drafts").await?;
    joris.see(UNSENT.subject).await?;
    joris.see(LETTER.subject).await?;
    ensure!(world.count("drafts").await? == 2);
    steps::quiet(&[&joris]).await?;
    world.end().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_colleagues_write_one_draft() -> Result<()> {
    let world = World::start().await?;
    let office = Office::open(&world).await?;
    let info = office.info(&[&office.joris, &office.fatima]).await?;
    name_secrets(
        &world,
        &[LETTER.subject, LETTER.text, THEIRS, THEIRS_AGAIN, MINE],
    );
    name_secrets(&world, &[MINE_AGAIN, SENT_MEANWHILE]);
    let joris = world.open("joris").await?;
    let fatima = world.open("fatima").await?;
    for (browser, person) in [(&joris, JORIS), (&fatima, FATIMA)] {
        steps::sign_in(browser, person).await?;
    }

    // One sees that the other wrote, and cannot send over it.
    let draft = save(&office.joris, info, None, LETTER.text).await?;
    let path = format!("/as/{info}/compose?draft={draft}");
    for browser in [&joris, &fatima] {
        browser.goto(&path).await?;
        holds(browser, "Message", LETTER.text).await?;
    }
    type_and_store(&fatima, THEIRS).await?;
    elsewhere(&joris).await?;
    joris.click(Role::Button, "Send as Informatie").await?;
    joris.see(CHOOSE_FIRST).await?;
    joris.check_screen("compose-newer-version").await?;
    ensure!(world.count("messages").await? == 0);
    joris.click(Role::Button, "Show their version").await?;
    holds(&joris, "Message", THEIRS).await?;
    joris.see_no_longer(CHOOSE_FIRST).await?;
    texts(&office, info, &[THEIRS]).await?;

    // Both wrote: both texts are there, whichever one goes on with.
    type_and_store(&fatima, THEIRS_AGAIN).await?;
    elsewhere(&joris).await?;
    joris.fill("Message", MINE).await?;
    clashes(&joris).await?;
    joris.check_screen("compose-both-versions").await?;
    joris.click(Role::Button, "Open theirs").await?;
    holds(&joris, "Message", THEIRS_AGAIN).await?;
    texts(&office, info, &[MINE, THEIRS_AGAIN]).await?;
    type_and_store(&fatima, THEIRS).await?;
    elsewhere(&joris).await?;
    joris.fill("Message", MINE_AGAIN).await?;
    clashes(&joris).await?;
    joris.click(Role::Button, KEEP_MINE).await?;
    joris.see_no_longer("edited this draft too").await?;
    holds(&joris, "Message", MINE_AGAIN).await?;
    texts(&office, info, &[MINE, THEIRS, MINE_AGAIN]).await?;

    // Sent by one, it does not go out a second time before the other knows.
    joris.goto(&path).await?;
    holds(&joris, "Message", THEIRS).await?;
    let opened = office.fatima.open_draft(info, draft).await?;
    let content = written(SENT_MEANWHILE);
    office
        .fatima
        .send_draft(info, draft, opened.version, &content, &unwatched)
        .await?;
    joris.see("This draft was sent already").await?;
    joris.click(Role::Button, "Send as Informatie").await?;
    joris.see(CHOOSE_FIRST).await?;
    ensure!(world.count("messages").await? == 1);
    joris.click(Role::Button, KEEP_MINE).await?;
    joris.see_no_longer("This draft was sent already").await?;
    holds(&joris, "Message", THEIRS).await?;
    texts(&office, info, &[MINE, MINE_AGAIN, THEIRS]).await?;
    steps::quiet(&[&joris, &fatima]).await?;
    world.end().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_version_that_nobody_saw_is_not_sent_over() -> Result<()> {
    let world = World::start().await?;
    let office = Office::open(&world).await?;
    let info = office.info(&[&office.joris, &office.fatima]).await?;
    name_secrets(&world, &[LETTER.subject, LETTER.text, THEIRS]);
    let joris = world.open("joris").await?;
    steps::sign_in(&joris, JORIS).await?;

    // Fatima's version is put away, and comes back once the page is open, without the page being told.
    let draft = save(&office.joris, info, None, LETTER.text).await?;
    let before = row(&world, draft).await?;
    save(&office.fatima, info, Some((draft, 1)), THEIRS).await?;
    let newer = row(&world, draft).await?;
    put_row(&world, draft, &before).await?;
    joris
        .goto(&format!("/as/{info}/compose?draft={draft}"))
        .await?;
    holds(&joris, "Message", LETTER.text).await?;
    joris.see(PIETER.name).await?;
    put_row(&world, draft, &newer).await?;
    joris.click(Role::Button, "Send as Informatie").await?;
    clashes(&joris).await?;
    joris.see(CHOOSE_FIRST).await?;
    joris.check_screen("compose-not-sent").await?;
    ensure!(world.count("messages").await? == 0, "it was sent");
    texts(&office, info, &[THEIRS]).await?;
    holds(&joris, "Message", LETTER.text).await?;

    joris.click(Role::Button, KEEP_MINE).await?;
    joris.see_no_longer(CHOOSE_FIRST).await?;
    texts(&office, info, &[LETTER.text, THEIRS]).await?;
    joris.click(Role::Button, "Send as Informatie").await?;
    joris.see("Message sent").await?;
    texts(&office, info, &[THEIRS]).await?;
    let received = office::receive(&office.pieter, LETTER.subject).await?;
    ensure!(received.text == LETTER.text, "{received:?}");
    ensure!(received.sender.address.as_str() == INFO, "{received:?}");

    // Once Fatima is shut out, what was there is there. What she could have put in its place since is to be looked at.
    office
        .sanne
        .revoke_access(info, office.fatima.view().account)
        .await?;
    joris.goto(&format!("/as/{info}/drafts")).await?;
    joris.see(LETTER.subject).await?;
    let page = joris.text().await?;
    ensure!(!page.contains("Check before sending"), "{page}");
    put_row(&world, draft, &before).await?;
    joris.goto(&format!("/as/{info}/drafts")).await?;
    joris.see("Check before sending").await?;
    let page = joris.text().await?;
    ensure!(!page.contains(FATIMA.address), "{page}");
    joris.check_screen("drafts-earlier-key").await?;
    steps::open_message(&joris, LETTER.subject).await?;
    holds(&joris, "Message", LETTER.text).await?;
    joris.see("Check this draft before you send it").await?;
    joris.check_screen("compose-earlier-key").await?;
    joris.fill("Message", THEIRS).await?;
    joris.see("Draft saved").await?;
    steps::folder(&joris, "Drafts").await?;
    joris.see_no_longer("Check before sending").await?;
    joris.see(LETTER.subject).await?;
    steps::quiet(&[&joris]).await?;
    world.end().await
}

/// Sends, and leaves for the drafts while the server is asked.
async fn leave_while_sending(browser: &Browser) -> Result<()> {
    browser.click(Role::Button, "Send").await?;
    wait::until("the message on its way", async || {
        let busy = browser
            .eval("return !!document.querySelector('form[aria-busy=true]')")
            .await?;
        Ok((busy == true).then_some(()))
    })
    .await?;
    // The server was asked by then, and waits for its database.
    tokio::time::sleep(Duration::from_secs(1)).await;
    steps::folder(browser, "Drafts").await?;
    browser.wait_for_path("/drafts").await?;
    browser.find(Role::Heading, "Drafts").await?;
    Ok(())
}

fn name_secrets(world: &World, texts: &[&str]) {
    for text in texts {
        world.secret("what was written", text);
    }
}

fn written(text: &str) -> DraftContent {
    DraftContent {
        to: vec![PIETER.address.to_owned()],
        subject: LETTER.subject.to_owned(),
        text: text.to_owned(),
        ..DraftContent::default()
    }
}

/// Stores a draft, new or over the version of another one.
async fn save(
    session: &SignedIn,
    mailbox: AccountId,
    over: Option<(DraftId, u32)>,
    text: &str,
) -> Result<DraftId> {
    let (draft, replaces) = over.unwrap_or_else(|| (session.new_draft(), 0));
    session
        .save_draft(mailbox, draft, replaces, &written(text))
        .await?;
    Ok(draft)
}

/// Waits until a field holds that.
async fn holds(browser: &Browser, field: &str, text: &str) -> Result<()> {
    wait::until(&format!("{field} to hold {text:?}"), async || {
        // The page may be drawn anew at this very moment.
        let element = browser.find(Role::Field, field).await?;
        let held = element.prop("value").await.ok().flatten();
        let held = held.unwrap_or_default().replace("\r\n", "\n");
        Ok((held == text).then_some(()))
    })
    .await
    .context(browser.text().await?)
}

/// Types a text, and waits until the server has it.
async fn type_and_store(browser: &Browser, text: &str) -> Result<()> {
    browser.fill("Message", text).await?;
    browser.see("Draft saved").await
}

/// Waits until the page says that Fatima has a newer version.
async fn elsewhere(browser: &Browser) -> Result<()> {
    browser
        .see(&format!("{} is editing this draft too", FATIMA.address))
        .await
}

/// Waits until the page says that Fatima wrote too.
async fn clashes(browser: &Browser) -> Result<()> {
    browser
        .see(&format!("{} edited this draft too", FATIMA.address))
        .await
}

/// Waits until the mailbox has drafts of these texts and no others.
async fn texts(office: &Office, mailbox: AccountId, expected: &[&str]) -> Result<()> {
    let mut expected: Vec<String> = expected.iter().map(|it| (*it).to_owned()).collect();
    expected.sort();
    wait::until(&format!("the drafts {expected:?}"), async || {
        let page = office.fatima.list_drafts(mailbox, None).await?;
        let drafts = page.drafts.into_iter();
        let mut texts: Vec<String> = drafts.map(|it| it.content.text).collect();
        texts.sort();
        Ok((texts == expected).then_some(()))
    })
    .await
}

/// What the server's database has of a draft.
struct Row {
    version: i32,
    sealed: Vec<u8>,
    edited_by: Vec<u8>,
}

async fn row(world: &World, draft: DraftId) -> Result<Row> {
    let sql = format!(
        "SELECT version, sealed, edited_by FROM drafts WHERE id = x'{}'",
        hex::encode(draft.0)
    );
    let rows = world.rows(&sql).await?;
    let row = rows.first().context("no such draft")?;
    Ok(Row {
        version: row.try_get("", "version")?,
        sealed: row.try_get("", "sealed")?,
        edited_by: row.try_get("", "edited_by")?,
    })
}

/// Puts a version back without anybody being told.
async fn put_row(world: &World, draft: DraftId, row: &Row) -> Result<()> {
    let db = writing(world).await?;
    let update = Statement::from_sql_and_values(
        DbBackend::Sqlite,
        "UPDATE drafts SET version = ?, sealed = ?, edited_by = ? WHERE id = ?",
        [
            row.version.into(),
            row.sealed.clone().into(),
            row.edited_by.clone().into(),
            draft.0.to_vec().into(),
        ],
    );
    let outcome = db.execute_raw(update).await?;
    db.close().await?;
    ensure!(outcome.rows_affected() == 1, "no such draft");
    Ok(())
}

/// Keeps everybody else from writing to the server's database until it is rolled back: within the ten seconds that the
/// server waits for it.
async fn keep_busy(world: &World) -> Result<DatabaseConnection> {
    let db = writing(world).await?;
    db.execute_unprepared("BEGIN IMMEDIATE").await?;
    Ok(db)
}

async fn writing(world: &World) -> Result<DatabaseConnection> {
    let file = world.server.data().join("zegel.db");
    let mut options = ConnectOptions::new(format!("sqlite://{}?mode=rw", file.display()));
    options.max_connections(1);
    Ok(Database::connect(options).await?)
}
