//! Mails: the outbox, a mail server, one that does not answer.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpListener,
};
use zegel_api::{self as api, ClaimMethod, ErrorCode, Language};
use zegel_server::{Smtp, SmtpTls};

use crate::support::{Person, Server, code_in};

const ADA: &str = "ada@vandijk.example";

fn sign_up(language: Language) -> api::SignUpStartRequest {
    api::SignUpStartRequest {
        address: ADA.parse().unwrap(),
        language,
    }
}

#[tokio::test]
async fn a_mail_is_in_the_recipients_language_with_text_and_html() {
    let server = Server::start().await;
    server
        .browser()
        .call(api::SignUpStart, &sign_up(Language::Nl))
        .await
        .ok();
    let mail = server.mail_to(ADA).await;
    for part in [
        "Subject: Je Zegel-code\r\n",
        "From: Zegel <no-reply@localhost>\r\n",
        "Auto-Submitted: auto-generated\r\n",
        "Content-Type: multipart/alternative",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Type: text/html; charset=utf-8",
    ] {
        assert!(mail.contains(part), "{part} in {mail}");
    }
    code_in(&mail, 8);
    let leftovers = std::fs::read_dir(server.data.path().join("outbox")).unwrap();
    assert!(
        leftovers
            .into_iter()
            .all(|entry| entry.unwrap().path().extension().unwrap() == "eml")
    );
}

#[tokio::test]
async fn mails_reach_a_mail_server() {
    let received: Received = Arc::default();
    let port = mail_server(received.clone()).await;
    let server = Server::with(|config| config.smtp = Some(smtp(port))).await;
    server
        .browser()
        .call(api::SignUpStart, &sign_up(Language::En))
        .await
        .ok();
    for _ in 0..200 {
        if let Some(mail) = received.lock().unwrap().first() {
            assert!(mail.contains("To: ada@vandijk.example\r\n"));
            code_in(mail, 8);
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("no mail");
}

#[tokio::test]
async fn a_mail_server_that_is_away_delays_codes_and_fails_claims() {
    // A port that was free a moment ago.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let data = {
        let server = Server::start().await;
        let mut ada = Person::sign_up(&server, ADA).await;
        ada.found(&server).await;
        server.running.shutdown().await;
        server.data
    };
    let mut config = zegel_server::Config::local(data.path());
    config.smtp = Some(smtp(port));
    let clock = Arc::new(zegel_server::ShiftedClock::default());
    let running = zegel_server::start(config, clock.clone()).await.unwrap();
    let browser = crate::support::Browser::new(format!("http://{}", running.addr));
    crate::support::sign_in(&browser, &ADA.parse().unwrap(), crate::support::PASSWORD)
        .await
        .ok();
    let claim = api::StartClaimRequest {
        domain: "vandijk.example".parse().unwrap(),
        proof: ClaimMethod::Mail {
            mailbox: "hostmaster".to_owned(),
        },
    };
    assert_eq!(
        browser.call(api::StartClaim, &claim).await.code(),
        ErrorCode::MailFailed
    );

    // A code waits in the queue, and goes out when the mail server is back.
    let request = api::SignUpStartRequest {
        address: "bob@vandijk.example".parse().unwrap(),
        language: Language::En,
    };
    browser.call(api::SignUpStart, &request).await.ok();
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let received: Received = Arc::default();
    serve_mail(
        TcpListener::bind(("127.0.0.1", port)).await.unwrap(),
        received.clone(),
    );
    clock.advance_ms(60_000);
    browser.call(api::SignUpStart, &request).await.ok();
    for _ in 0..200 {
        if received.lock().unwrap().len() == 2 {
            running.shutdown().await;
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("{} mails", received.lock().unwrap().len());
}

fn smtp(port: u16) -> Smtp {
    Smtp {
        host: "127.0.0.1".to_owned(),
        port,
        tls: SmtpTls::None,
        credentials: None,
    }
}

type Received = Arc<Mutex<Vec<String>>>;

async fn mail_server(received: Received) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    serve_mail(listener, received);
    port
}

/// As much of RFC 5321 as a sender needs.
fn serve_mail(listener: TcpListener, received: Received) {
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let received = received.clone();
            tokio::spawn(async move {
                let (read, mut write) = stream.into_split();
                let mut lines = BufReader::new(read).lines();
                write.write_all(b"220 test\r\n").await.unwrap();
                while let Ok(Some(line)) = lines.next_line().await {
                    let verb = line
                        .split(' ')
                        .next()
                        .unwrap_or_default()
                        .to_ascii_uppercase();
                    let answer = match verb.as_str() {
                        "DATA" => {
                            write.write_all(b"354 go\r\n").await.unwrap();
                            let mut mail = String::new();
                            while let Some(line) = lines.next_line().await.unwrap() {
                                if line == "." {
                                    break;
                                }
                                mail += &line;
                                mail += "\r\n";
                            }
                            received.lock().unwrap().push(mail);
                            "250 ok\r\n"
                        }
                        "QUIT" => "221 bye\r\n",
                        _ => "250 ok\r\n",
                    };
                    if write.write_all(answer.as_bytes()).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
}
