//! HTTP to the server, with a session cookie that can be kept between runs.
//!
//! TLS is rustls, with the certificate authorities that this system trusts: an organisation's own
//! server may well have a certificate of the organisation's own.

mod events;

use std::cell::RefCell;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{ACCEPT, CONTENT_TYPE, COOKIE, SET_COOKIE};
use hyper::{HeaderMap, Request, Response};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use url::Url;
use zegel_api::{CLIENT_HEADER, EVENTS, Method, Route as _, SignOut, SignOutRequest};
use zegel_client::view::{Failure, Reason};
use zegel_client::{HttpRequest, HttpResponse, Transport, TransportError};
use zeroize::Zeroizing;

pub(crate) use self::events::Events;

/// How long the server may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a part of an attachment may take.
const PART_PATIENCE: Duration = Duration::from_secs(300);
/// How long a DNS resolver may take.
const RESOLVER_PATIENCE: Duration = Duration::from_secs(8);
/// Longest response in bytes.
const MAX_RESPONSE_BYTES: usize = 32 * 1024 * 1024;
/// Longest cookie in bytes that is one of a session.
const MAX_COOKIE_BYTES: usize = 1024;

const JSON: &str = "application/json";
const BYTES: &str = "application/octet-stream";
const EVENT_STREAM: &str = "text/event-stream";
const DNS_MESSAGE: &str = "application/dns-message";

/// The server, and the session at it.
pub(crate) struct Http {
    base: String,
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    /// `name=value`.
    cookie: RefCell<Option<Zeroizing<String>>>,
}

impl Http {
    /// A transport to a server, with the cookie of an earlier run if there is one.
    pub(crate) fn new(server: &Url, cookie: Option<Zeroizing<String>>) -> Self {
        let native = (server.scheme() == "https")
            .then(|| HttpsConnectorBuilder::new().with_native_roots().ok())
            .flatten();
        // A machine may have none, such as a bare container: those of Mozilla then.
        let builder = native.unwrap_or_else(|| HttpsConnectorBuilder::new().with_webpki_roots());
        let connector = builder.https_or_http().enable_http1().build();
        Self {
            base: server.as_str().trim_end_matches('/').to_owned(),
            client: Client::builder(TokioExecutor::new())
                .pool_timer(TokioTimer::new())
                .pool_idle_timeout(PATIENCE)
                .build(connector),
            cookie: RefCell::new(cookie),
        }
    }

    /// The session cookie as it is now, to be kept.
    pub(crate) fn cookie(&self) -> Option<Zeroizing<String>> {
        self.cookie.borrow().clone()
    }

    /// Ends the session at the server, as far as that can be done.
    pub(crate) async fn end_session(&self) {
        let request = SignOutRequest { everywhere: false };
        let body = serde_json::to_vec(&request).unwrap_or_default();
        let request = self
            .request("POST", SignOut::PATH)
            .header(CONTENT_TYPE, JSON)
            .body(Full::from(body));
        let _ = self.ask(request, PATIENCE).await;
    }

    /// Follows what changes.
    pub(crate) async fn events(&self) -> Result<Events, Failure> {
        let request = self
            .request("GET", EVENTS)
            .header(ACCEPT, EVENT_STREAM)
            .body(Full::default());
        let response = self.exchange(request, PATIENCE).await?;
        if response.status() == 200 {
            return Ok(Events::new(response.into_body()));
        }
        let answer = whole(response).await?;
        let problem: zegel_api::Problem =
            serde_json::from_slice(&answer.body).map_err(|_| Reason::Protocol)?;
        Err(problem.into())
    }

    /// A request to the server, with the session's cookie.
    fn request(&self, method: &str, path: &str) -> hyper::http::request::Builder {
        let builder = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(CLIENT_HEADER, "cli");
        match self.cookie.borrow().as_ref() {
            Some(cookie) => builder.header(COOKIE, cookie.as_str()),
            None => builder,
        }
    }

    /// Sends a request to the server, and keeps the session that it begins or ends.
    async fn exchange(
        &self,
        request: hyper::http::Result<Request<Full<Bytes>>>,
        patience: Duration,
    ) -> Result<Response<Incoming>, TransportError> {
        let request = request.map_err(|_| TransportError)?;
        let response = tokio::time::timeout(patience, self.client.request(request))
            .await
            .map_err(|_| TransportError)?
            .map_err(|_| TransportError)?;
        if let Some(change) = session_change(response.headers(), &self.base) {
            *self.cookie.borrow_mut() = change;
        }
        Ok(response)
    }

    async fn ask(
        &self,
        request: hyper::http::Result<Request<Full<Bytes>>>,
        patience: Duration,
    ) -> Result<HttpResponse, TransportError> {
        let response = self.exchange(request, patience).await?;
        tokio::time::timeout(patience, whole(response))
            .await
            .map_err(|_| TransportError)?
    }
}

async fn whole(response: Response<Incoming>) -> Result<HttpResponse, TransportError> {
    let status = response.status().as_u16();
    let body = Limited::new(response.into_body(), MAX_RESPONSE_BYTES)
        .collect()
        .await
        .map_err(|_| TransportError)?;
    Ok(HttpResponse {
        status,
        body: body.to_bytes().into(),
    })
}

/// What a response does to the session: nothing, or a new cookie, or none any more.
fn session_change(headers: &HeaderMap, base: &str) -> Option<Option<Zeroizing<String>>> {
    let name = if base.starts_with("https:") {
        zegel_api::SECURE_COOKIE
    } else {
        zegel_api::COOKIE
    };
    headers.get_all(SET_COOKIE).iter().find_map(|header| {
        let header = header.to_str().ok()?;
        let (pair, attributes) = header.split_once(';').unwrap_or((header, ""));
        let (key, value) = pair.trim().split_once('=')?;
        if key != name || pair.len() > MAX_COOKIE_BYTES {
            return None;
        }
        let ends = attributes
            .split(';')
            .any(|it| it.trim().eq_ignore_ascii_case("max-age=0"));
        Some((!ends && !value.is_empty()).then(|| Zeroizing::new(pair.trim().to_owned())))
    })
}

#[async_trait(?Send)]
impl Transport for Http {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let method = match request.method {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
        };
        let path = match &request.query {
            Some(query) => format!("{}?{query}", request.path),
            None => request.path,
        };
        let mut builder = self.request(method, &path).header(ACCEPT, JSON);
        if request.body.is_some() {
            builder = builder.header(CONTENT_TYPE, JSON);
        }
        let body = request.body.unwrap_or_default();
        self.ask(builder.body(Full::from(body)), PATIENCE).await
    }

    async fn put_bytes(&self, path: &str, body: Vec<u8>) -> Result<HttpResponse, TransportError> {
        let request = self
            .request("PUT", path)
            .header(CONTENT_TYPE, BYTES)
            .body(Full::from(body));
        self.ask(request, PART_PATIENCE).await
    }

    async fn get_bytes(&self, path: &str) -> Result<HttpResponse, TransportError> {
        let request = self.request("GET", path).body(Full::default());
        self.ask(request, PART_PATIENCE).await
    }

    async fn resolve(&self, resolver: &str, message: &[u8]) -> Result<Vec<u8>, TransportError> {
        let request = Request::post(resolver)
            .header(ACCEPT, DNS_MESSAGE)
            .header(CONTENT_TYPE, DNS_MESSAGE)
            .body(Full::from(message.to_vec()))
            .map_err(|_| TransportError)?;
        let answer = tokio::time::timeout(RESOLVER_PATIENCE, async {
            let response = self.client.request(request).await;
            whole(response.map_err(|_| TransportError)?).await
        });
        match answer.await.map_err(|_| TransportError)?? {
            answer if answer.status == 200 => Ok(answer.body),
            _ => Err(TransportError),
        }
    }
}

#[cfg(test)]
mod tests {
    use hyper::HeaderMap;
    use hyper::header::{HeaderValue, SET_COOKIE};

    use super::session_change;

    fn change(base: &str, cookies: &[&'static str]) -> Option<Option<String>> {
        let mut headers = HeaderMap::new();
        for cookie in cookies {
            headers.append(SET_COOKIE, HeaderValue::from_static(cookie));
        }
        let change = session_change(&headers, base);
        change.map(|cookie| cookie.map(|cookie| cookie.as_str().to_owned()))
    }

    #[test]
    fn the_session_is_the_one_of_the_right_cookie() {
        let secure = "__Host-zegel=abc; Path=/; HttpOnly; SameSite=Strict; Secure";
        let plain = "zegel=def; Path=/; HttpOnly";
        let https = "https://zegel.example";
        let kept = |text: &str| Some(Some(text.to_owned()));
        assert_eq!(change(https, &[plain, secure]), kept("__Host-zegel=abc"));
        assert_eq!(change(https, &[plain]), None);
        assert_eq!(
            change("http://localhost:1", &[secure, plain]),
            kept("zegel=def")
        );
        assert_eq!(change(https, &[]), None);
    }

    #[test]
    fn a_session_that_ends_is_forgotten() {
        let http = "http://localhost:1";
        assert_eq!(change(http, &["zegel=; Path=/; Max-Age=0"]), Some(None));
        assert_eq!(change(http, &["zegel=x; max-age=0"]), Some(None));
        assert_eq!(change(http, &["zegel="]), Some(None));
    }
}
