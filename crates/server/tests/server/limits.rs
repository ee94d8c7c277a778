//! What every request is refused for: other sites, wrong forms, sizes, rates.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use zegel_api::{self as api, ErrorCode, Language, Problem, Route as _};
use zegel_server::Rate;

use crate::support::{Person, Server};

fn sign_out() -> api::SignOutRequest {
    api::SignOutRequest { everywhere: false }
}

#[tokio::test]
async fn requests_of_other_sites_are_refused() {
    let server =
        Server::with(|config| config.allow_origins = vec!["http://127.0.0.1:8081".to_owned()])
            .await;
    let browser = server.browser();
    let own = format!("http://{}", server.running.addr);
    let post = async |header: Option<&str>, origin: Option<&str>| {
        browser
            .raw(Method::POST, api::SignOut::PATH, |mut it| {
                if let Some(header) = header {
                    it = it.header("x-zegel-client", header);
                }
                if let Some(origin) = origin {
                    it = it.header("origin", origin);
                }
                it.json(&sign_out())
            })
            .await
            .status()
    };
    assert_eq!(post(None, None).await, StatusCode::FORBIDDEN);
    assert_eq!(post(None, Some(&own)).await, StatusCode::FORBIDDEN);
    assert_eq!(
        post(Some("web"), Some("http://evil.example")).await,
        StatusCode::FORBIDDEN
    );
    assert_eq!(post(Some("web"), Some("null")).await, StatusCode::FORBIDDEN);
    assert_eq!(post(Some("web"), None).await, StatusCode::OK);
    assert_eq!(post(Some("web"), Some(&own)).await, StatusCode::OK);
    assert_eq!(
        post(Some("web"), Some("http://127.0.0.1:8081")).await,
        StatusCode::OK
    );

    let public =
        Server::with(|config| config.public_url = Some("https://zegel.example".parse().unwrap()))
            .await;
    let status = async |origin: &str| {
        public
            .browser()
            .raw(Method::POST, api::SignOut::PATH, |it| {
                it.header("x-zegel-client", "web")
                    .header("origin", origin)
                    .json(&sign_out())
            })
            .await
            .status()
    };
    assert_eq!(status("https://zegel.example").await, StatusCode::OK);
    assert_eq!(status("http://zegel.example").await, StatusCode::FORBIDDEN);
}

/// Nor does one that begins as HTTP/2 would, and says no more.
#[tokio::test]
async fn a_connection_that_says_nothing_is_closed() {
    let server = Server::start().await;
    let closed = async |first: &[u8]| {
        let mut stream = TcpStream::connect(server.running.addr).await.unwrap();
        stream.write_all(first).await.unwrap();
        let mut byte = [0];
        tokio::time::timeout(Duration::from_secs(20), stream.read(&mut byte))
            .await
            .expect("it is closed")
    };
    let (nothing, little) = tokio::join!(closed(b""), closed(b"PRI"));
    assert_eq!((nothing.unwrap(), little.unwrap()), (0, 0));
}

#[tokio::test]
async fn malformed_requests_are_problems() {
    let server = Server::start().await;
    let browser = server.browser();
    let post = async |path: &str, kind: &str, body: &str| {
        let answer = browser
            .raw(Method::POST, path, |it| {
                it.header("x-zegel-client", "web")
                    .header("content-type", kind)
                    .body(body.to_owned())
            })
            .await;
        let status = answer.status();
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        (status.as_u16(), answer.json::<Problem>().await.unwrap())
    };
    for (kind, body, field) in [
        ("application/json", "{", "body"),
        ("application/json", "{}", "body"),
        (
            "application/json",
            r#"{"everywhere":false,"more":1}"#,
            "body",
        ),
        ("text/plain", r#"{"everywhere":false}"#, "content-type"),
    ] {
        let (status, problem) = post(api::SignOut::PATH, kind, body).await;
        assert_eq!(
            (status, problem.code),
            (400, ErrorCode::BadRequest),
            "{body}"
        );
        assert_eq!(problem.field.as_deref(), Some(field));
    }
    let (status, problem) = post("/api/nothing", "application/json", "{}").await;
    assert_eq!((status, problem.code), (404, ErrorCode::NotFound));
    let (status, _) = post(api::CurrentSession::PATH, "application/json", "{}").await;
    assert_eq!(status, 404);
    let (status, problem) = post(
        "/api/sign-up/start",
        "application/json",
        r#"{"address":"no address","language":"en"}"#,
    )
    .await;
    assert_eq!((status, problem.code), (400, ErrorCode::BadRequest));
}

#[tokio::test]
async fn large_bodies_are_refused() {
    let server = Server::start().await;
    let ada = Person::sign_up(&server, "ada@vandijk.example").await;
    let size = async |path: &str, method: Method, bytes: usize| {
        ada.browser
            .raw(method, path, |it| {
                it.header("x-zegel-client", "web")
                    .header("content-type", "application/json")
                    .body(vec![b' '; bytes])
            })
            .await
            .status()
            .as_u16()
    };
    assert_eq!(size(api::SignOut::PATH, Method::POST, 60 * 1024).await, 400);
    assert_eq!(size(api::SignOut::PATH, Method::POST, 70 * 1024).await, 413);
    assert_eq!(
        size(api::PutPins::PATH, Method::PUT, 1400 * 1024).await,
        400
    );
    assert_eq!(
        size(api::PutPins::PATH, Method::PUT, 1600 * 1024).await,
        413
    );
    let send = api::fill(api::SendMessage::PATH, &[&ada.mailbox()]);
    assert_eq!(size(&send, Method::POST, 1400 * 1024).await, 400);
    assert_eq!(size(&send, Method::POST, 2000 * 1024).await, 413);
    let draft = api::fill(api::PutDraft::PATH, &[&ada.mailbox(), &"A".repeat(22)]);
    assert_eq!(size(&draft, Method::PUT, 1500 * 1024).await, 400);
    assert_eq!(size(&draft, Method::PUT, 1800 * 1024).await, 413);
}

#[tokio::test]
async fn too_many_requests_are_told_when_to_come_back() {
    let server = Server::with(|config| config.rates.requests = Rate::per_minute(5)).await;
    let browser = server.browser();
    let mut last = None;
    for _ in 0..6 {
        last = Some(browser.raw(Method::GET, "/api/health", |it| it).await);
    }
    let answer = last.unwrap();
    assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.headers()["retry-after"], "12");
    let problem: Problem = answer.json().await.unwrap();
    assert_eq!(
        (problem.code, problem.retry_after_s),
        (ErrorCode::TooManyRequests, Some(12))
    );
    server.clock.advance_ms(12_000);
    assert_eq!(
        browser
            .raw(Method::GET, "/api/health", |it| it)
            .await
            .status(),
        StatusCode::OK
    );
}

#[tokio::test]
async fn mails_to_one_address_and_sign_ins_of_one_account_are_limited() {
    let server = Server::with(|config| {
        config.rates.mails = Rate::per_hour(2);
        config.rates.account_sign_ins = Rate::per_hour(2);
        config.rates.client_mails = Rate::per_hour(4);
    })
    .await;
    let browser = server.browser();
    let start = async |address: &str| {
        let request = api::SignUpStartRequest {
            address: address.parse().unwrap(),
            language: Language::Nl,
        };
        browser.call(api::SignUpStart, &request).await
    };
    start("ada@vandijk.example").await.ok();
    start("ada@vandijk.example").await.ok();
    assert_eq!(
        start("ada@vandijk.example").await.code(),
        ErrorCode::TooManyRequests
    );
    start("bob@vandijk.example").await.ok();
    // Four asked for from one place, whoever they go to.
    assert_eq!(
        start("eva@vandijk.example").await.code(),
        ErrorCode::TooManyRequests
    );
    let sign_in = async || {
        let request = api::SignInStartRequest {
            address: "ada@vandijk.example".parse().unwrap(),
            credential_request: vec![0; 96].into(),
        };
        browser.call(api::SignInStart, &request).await.code()
    };
    assert_eq!(sign_in().await, ErrorCode::BadRequest);
    assert_eq!(sign_in().await, ErrorCode::BadRequest);
    assert_eq!(sign_in().await, ErrorCode::TooManyRequests);
}

#[tokio::test]
async fn a_forwarded_address_counts_only_behind_a_trusted_proxy() {
    let limited = |trusted: bool| {
        Server::with(move |config| {
            config.rates.requests = Rate::per_minute(1);
            if trusted {
                config.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
            }
        })
    };
    let get = async |server: &Server, forwarded: &str| {
        server
            .browser()
            .raw(Method::GET, "/api/health", |it| {
                it.header("x-forwarded-for", forwarded)
            })
            .await
            .status()
            .as_u16()
    };
    let behind = limited(true).await;
    assert_eq!(get(&behind, "192.0.2.1").await, 200);
    assert_eq!(get(&behind, "192.0.2.2").await, 200);
    assert_eq!(get(&behind, "198.51.100.9, 192.0.2.2").await, 429);
    let open = limited(false).await;
    assert_eq!(get(&open, "192.0.2.1").await, 200);
    assert_eq!(get(&open, "192.0.2.2").await, 429);
}

#[tokio::test]
async fn a_body_that_trickles_ends_with_an_answer() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let second = std::time::Duration::from_secs(1);
    let server = Server::with(|config| config.request_timeout = second).await;
    let mut stream = tokio::net::TcpStream::connect(server.running.addr)
        .await
        .unwrap();
    let head = "POST /api/sign-out HTTP/1.1\r\nHost: localhost\r\nx-zegel-client: web\r\n\
                content-type: application/json\r\ncontent-length: 100\r\nconnection: close\r\n\r\n{";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    tokio::time::timeout(10 * second, stream.read_to_end(&mut answer))
        .await
        .expect("the connection is still open")
        .unwrap();
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    assert!(answer.contains(r#""code":"unavailable""#), "{answer}");
}

#[tokio::test]
async fn a_head_that_does_not_come_ends_the_connection() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let server = Server::start().await;
    let mut stream = tokio::net::TcpStream::connect(server.running.addr)
        .await
        .unwrap();
    stream
        .write_all(b"GET /api/health HTTP/1.1\r\nHost: ")
        .await
        .unwrap();
    let mut rest = Vec::new();
    let ended = tokio::time::timeout(
        std::time::Duration::from_secs(20),
        stream.read_to_end(&mut rest),
    )
    .await;
    assert!(ended.is_ok(), "the connection is still open");
}

#[tokio::test]
async fn a_shutdown_ends_idle_connections_and_answers_what_is_under_way() {
    let server = Server::start().await;
    let browser = server.browser();
    browser.raw(Method::GET, "/api/health", |it| it).await;
    let addr = server.running.addr;
    tokio::time::timeout(std::time::Duration::from_secs(5), server.running.shutdown())
        .await
        .unwrap();
    assert!(tokio::net::TcpStream::connect(addr).await.is_err());
}
