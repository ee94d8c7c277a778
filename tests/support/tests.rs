//! The components that the other tests stand on do what those tests take for granted.

use anyhow::Result;
use axum::{Router, response::Html, routing::get};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};
use zegel_tests::{
    browser::{Browsers, Role},
    dns::{Dns, txt_query},
    doh::Doh,
    scan::Scan,
    smtp::Smtp,
};

const NAME: &str = "_zegel.vandijk.example";

fn contains(haystack: &[u8], needle: &str) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle.as_bytes())
}

#[tokio::test]
async fn a_txt_record_is_served_over_https_by_both_methods_and_changes() -> Result<()> {
    let mut dns = Dns::start().await?;
    dns.set_txt(NAME, &["zegel=1; org=first, with a comma"])
        .await?;
    let doh = Doh::start(dns.address()).await?;
    let http = reqwest::Client::new();
    let query = txt_query(NAME);

    let posted = http
        .post(doh.url())
        .header("content-type", "application/dns-message")
        .body(query.clone())
        .send()
        .await?;
    assert_eq!(posted.headers()["content-type"], "application/dns-message");
    assert_eq!(posted.headers()["access-control-allow-origin"], "*");
    assert!(contains(&posted.bytes().await?, "org=first, with a comma"));

    dns.set_txt(NAME, &["zegel=1; org=second"]).await?;
    let url = format!("{}?dns={}", doh.url(), URL_SAFE_NO_PAD.encode(&query));
    let got = http.get(url).send().await?.bytes().await?;
    assert!(contains(&got, "org=second"));
    assert!(!contains(&got, "org=first"));

    dns.set_txt(NAME, &[]).await?;
    let url = format!("{}?dns={}", doh.url(), URL_SAFE_NO_PAD.encode(&query));
    let none = http.get(url).send().await?.bytes().await?;
    let answers = u16::from_be_bytes([none[6], none[7]]);
    assert_eq!((answers, none[3] & 0x0f), (0, 3), "the name does not exist");
    Ok(())
}

#[tokio::test]
async fn a_mail_is_received_by_its_recipient() -> Result<()> {
    let smtp = Smtp::start()?;
    let stream = TcpStream::connect(smtp.address()).await?;
    let mut lines = BufReader::new(stream).lines();
    let body = "From: a@x.example\r\nTo: Anna@x.example\r\nSubject: =?utf-8?q?Co=C3=B6rdinatie?=\r\n\
        Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
        caf=C3=A9\r\n..dot\r\n.";
    lines.next_line().await?;
    for (command, code) in [
        ("HELO test", "250"),
        ("MAIL FROM:<a@x.example>", "250"),
        ("RCPT TO:<anna@x.example>", "250"),
        ("RCPT TO:<bert@x.example>", "250"),
        ("DATA", "354"),
        (body, "250"),
        ("QUIT", "221"),
    ] {
        lines
            .get_mut()
            .write_all(format!("{command}\r\n").as_bytes())
            .await?;
        let answer = lines.next_line().await?.unwrap_or_default();
        assert!(answer.starts_with(code), "{command}: {answer}");
    }

    let mail = smtp.next("Anna@X.example").await?;
    assert_eq!(mail.from, "a@x.example");
    assert_eq!(mail.subject, "Coördinatie");
    assert_eq!(mail.text.trim_end(), "café\n.dot".replace('\n', "\r\n"));
    assert_eq!(smtp.next("bert@x.example").await?.raw, mail.raw);
    assert_eq!(smtp.all()?.len(), 1);
    Ok(())
}

#[test]
fn a_scan_finds_a_secret_however_it_is_written() -> Result<()> {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("clean"), "nothing of it here")?;
    let scan = Scan::default().text("password", "korte Käse 7").bytes(
        "key",
        &[0xfb, 0xef, 0xbe, 1, 2, 3, 4, 5, 6, 7, 8, 9, 250, 251, 252],
    );
    assert_eq!(scan.run_proven(&[folder.path()])?, []);

    // Encoded with neighbours, and broken as mail breaks it.
    let secret = "korte Käse 7";
    for (around, length) in [("", 0), ("x", 1), ("xy", 2)] {
        let encoded = STANDARD.encode(format!("{around}{secret} and more"));
        let (start, end) = encoded.split_at(9 + length);
        std::fs::write(folder.path().join("mail"), format!("{start}\r\n{end}"))?;
        let found = scan.run(&[folder.path()])?;
        assert!(
            found
                .iter()
                .any(|it| it.secret == "password" && it.form == "base64"),
            "{around:?}: {found:?}"
        );
    }
    std::fs::write(folder.path().join("mail"), "korte K=\r\n=C3=A4se 7")?;
    assert_eq!(scan.run(&[folder.path()])?[0].form, "raw");
    assert!(scan.run(&[&folder.path().join("none")]).is_err());
    Ok(())
}

async fn page(content: &'static str) -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://localhost:{}", listener.local_addr()?.port());
    let app = Router::new().route("/", get(async move || Html(content)));
    tokio::spawn(async { axum::serve(listener, app).await });
    Ok(url)
}

#[tokio::test]
async fn a_browser_finds_by_role_and_name_and_sees_what_is_wrong() -> Result<()> {
    let url = page(
        "<!doctype html><html lang=en><title>Test</title><link rel=icon href='data:,'>\
         <main><h1>Sign in</h1><label>Password <input id=p type=password></label>\
         <button hidden>Go</button><button id=b>Go</button><p id=said></p><input id=nameless></main>\
         <script>document.querySelector('#b').onclick = () => {\
         document.querySelector('#said').textContent = 'typed ' + document.querySelector('#p').value;\
         console.error('planted') }</script>",
    )
    .await?;
    let browsers = Browsers::start()?;
    let anna = browsers.open("anna", &url).await?;
    let bert = browsers.open("bert", &url).await?;
    anna.goto("/").await?;
    bert.goto("/").await?;
    bert.find(Role::Heading, "Sign in").await?;
    anna.check_quiet(&[]).await?;

    anna.fill("Password", "geheim é").await?;
    anna.click(Role::Button, "Go").await?;
    anna.see("typed geheim é").await?;
    assert!(!bert.text().await?.contains("typed"));

    assert!(anna.check_quiet(&[]).await.is_err());
    anna.check_quiet(&["planted"]).await?;
    let violations = anna.violations().await?;
    assert_eq!(violations.len(), 1, "{violations:?}");
    assert_eq!(violations[0].id, "label");
    assert!(anna.screenshot("support").await?.is_file());
    Ok(())
}
