//! Somebody writes what another mail program would run, load, or show as something else.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use anyhow::{Context as _, Result, ensure};
use zegel_tests::{
    browser::{Browser, Role},
    wait,
};

use crate::{
    steps::{self, Letter, Person, SANNE},
    world::World,
};

const MALLORY: Person = Person {
    name: "<img src=x onerror=window.pwned=1> Mallory",
    address: "mallory@elders.example",
    password: "vijf bananen in een trommel",
};

const SUBJECT: &str = "<script>window.pwned=2</script> Nota \u{202e}fdp.exe";
/// What stays of it on one line of a page.
const SUBJECT_SHOWN: &str = "<script>window.pwned=2</script> Nota fdp.exe";

const FILE: &str = "<svg onload=window.pwned=3> nota\u{202e}fdp.exe";
const FILE_SHOWN: &str = "_svg onload=window.pwned=3_ notafdp.exe";

/// Elements that load something or run something.
const ACTIVE: &str = "img, picture, video, audio, source, iframe, frame, object, embed, script, style, \
    link, base, meta, form[action], [onerror], [onload], [srcset], [style], a[href^='javascript' i], \
    a[href^='data' i]";

/// Counts who connects to it: nobody should.
struct Tracker {
    address: SocketAddr,
    visits: Arc<AtomicUsize>,
}

impl Tracker {
    fn start() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let visits = Arc::new(AtomicUsize::new(0));
        let counted = visits.clone();
        thread::spawn(move || {
            for _visit in listener.incoming() {
                counted.fetch_add(1, Ordering::SeqCst);
            }
        });
        Ok(Self { address, visits })
    }

    fn visits(&self) -> usize {
        self.visits.load(Ordering::SeqCst)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_content_is_only_text() -> Result<()> {
    let world = World::start().await?;
    world.sign_up(MALLORY, 0).await?;
    world.sign_up(SANNE, 0).await?;
    let tracker = Tracker::start()?;
    let text = format!(
        "<script>window.pwned = 4</script>\n\
         <img src=\"http://{0}/open.png\" onerror=\"window.pwned = 5\">\n\
         ![beacon](http://{0}/beacon.png)\n\
         <style>@import url(http://{0}/style.css)</style><base href=\"http://{0}/\">\n\
         <iframe srcdoc=\"<script>parent.pwned = 6</script>\"></iframe>\n\n\
         javascript:window.pwned=7 data:text/html,<script>window.pwned=8</script>\n\n\
         https://www.аррӏе.example/inloggen\n\n\
         https://www.bank.example@{0}/ \u{202e}https://bank.example\u{202c}\n\n\
         {{{{constructor.constructor('window.pwned=9')()}}}} Einde van het bericht",
        tracker.address
    );
    let letter = Letter {
        subject: SUBJECT,
        text: text.leak(),
    };

    let browser = world.open("mallory").await?;
    steps::sign_in(&browser, MALLORY).await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join(FILE);
    fs::write(&file, "<script>window.pwned=10</script>")?;
    browser.click(Role::Link, "New message").await?;
    steps::write(&browser, SANNE.address, letter).await?;
    browser.choose_files("Attach", &[&file]).await?;
    wait::until("the end of the upload", async || {
        let said = browser
            .eval("return document.querySelector('.upload')?.innerText ?? ''")
            .await?;
        let said = said.as_str().unwrap_or_default();
        Ok((said.contains(FILE_SHOWN) && said.contains("sealed")).then_some(()))
    })
    .await?;
    browser.click(Role::Button, "Send").await?;
    browser.see("Message sent").await?;
    steps::sign_out(&browser, MALLORY).await?;

    steps::sign_in(&browser, SANNE).await?;
    browser.see(SUBJECT_SHOWN).await?;
    inert(&browser, &tracker).await?;
    steps::open_message(&browser, SUBJECT_SHOWN).await?;
    browser.find(Role::Heading, SUBJECT_SHOWN).await?;
    browser.see("Einde van het bericht").await?;
    for shown in [
        "<script>window.pwned = 4</script>",
        "onerror=\"window.pwned = 5\">",
        "javascript:window.pwned=7",
        "{{constructor.constructor('window.pwned=9')()}}",
        FILE_SHOWN,
        MALLORY.name,
    ] {
        browser.see(shown).await?;
    }
    links_show_where_they_lead(&browser, &tracker).await?;
    inert(&browser, &tracker).await?;

    // What answers carry of it is text as well.
    browser.click(Role::Link, "Reply").await?;
    browser.find(Role::Field, "Subject").await?;
    inert(&browser, &tracker).await?;
    browser.check_screen("hostile-content").await?;

    steps::quiet(&[&browser]).await?;
    finds_what_it_looks_for(&browser, &tracker).await?;
    world.end().await
}

/// Nothing of it became an element, ran, or fetched something.
async fn inert(browser: &Browser, tracker: &Tracker) -> Result<()> {
    let active = active(browser).await?;
    ensure!(active.is_empty(), "active elements: {active:?}");
    let ran = browser.eval("return window.pwned ?? null").await?;
    ensure!(ran.is_null(), "script number {ran} ran");
    ensure!(tracker.visits() == 0, "something was fetched");
    let title = browser.eval("return document.title").await?;
    let title = title.as_str().context("no title")?;
    ensure!(!title.contains('\u{202e}'), "the title is turned: {title}");
    Ok(())
}

async fn active(browser: &Browser) -> Result<Vec<String>> {
    let script = format!(
        "return [...document.querySelector('main').querySelectorAll({ACTIVE:?})].map(it => it.outerHTML)"
    );
    Ok(serde_json::from_value(browser.eval(&script).await?)?)
}

/// Every link says its whole address with the host in ASCII; one that would pretend is none.
async fn links_show_where_they_lead(browser: &Browser, tracker: &Tracker) -> Result<()> {
    let links = browser
        .eval(
            "return [...document.querySelectorAll('main .message-text a')]\
               .map(it => [it.innerText, it.getAttribute('href'), it.rel, it.target])",
        )
        .await?;
    let links: Vec<[String; 4]> = serde_json::from_value(links)?;
    for [shown, target, rel, window] in &links {
        ensure!(shown == target, "{shown} leads to {target}");
        ensure!(target.is_ascii(), "{target}");
        ensure!(rel.contains("noopener") && rel.contains("noreferrer") && window == "_blank");
    }
    let leads_to = |part: &str| links.iter().any(|[_, target, ..]| target.contains(part));
    ensure!(leads_to("https://www.xn--"), "{links:?}");
    ensure!(leads_to("https://bank.example"), "{links:?}");
    ensure!(!leads_to("www.bank.example@"), "{links:?}");
    ensure!(leads_to(&format!("http://{}/open.png", tracker.address)));
    Ok(())
}

/// The checks see an element, a script and a visit where there is one.
async fn finds_what_it_looks_for(browser: &Browser, tracker: &Tracker) -> Result<()> {
    browser
        .eval("document.querySelector('main').append(document.createElement('img'))")
        .await?;
    ensure!(active(browser).await?.len() == 1);
    TcpStream::connect(tracker.address)?;
    wait::until("the visit", async || {
        Ok((tracker.visits() == 1).then_some(()))
    })
    .await
}
