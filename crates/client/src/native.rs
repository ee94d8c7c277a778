//! The platform of programs that are no browser: HTTP by reqwest, the system's clock and
//! randomness, and pins in memory.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use getrandom::SysRng;
use rand_core::UnwrapErr;
use zegel_api::{CLIENT_HEADER, Method};
use zegel_protocol::{AccountId, Timestamp};

use crate::environment::{
    Clock, Environment, HttpRequest, HttpResponse, PinStore, PinStoreError, RememberedPins,
    Transport, TransportError,
};

/// How long the server may take.
const SERVER_PATIENCE: Duration = Duration::from_secs(60);
/// How long a DNS resolver may take.
const RESOLVER_PATIENCE: Duration = Duration::from_secs(8);
/// How long a part of an attachment may take.
const PART_PATIENCE: Duration = Duration::from_secs(300);
const BYTES: &str = "application/octet-stream";
const JSON: &str = "application/json";
const DNS_MESSAGE: &str = "application/dns-message";

/// One browser's worth of HTTP: the session cookie lives as long as this value.
#[derive(Clone, Debug)]
pub struct HttpTransport {
    base: String,
    with_cookies: reqwest::Client,
    without_cookies: reqwest::Client,
}

impl HttpTransport {
    /// A transport to the server at `base`, such as `http://localhost:8080`.
    ///
    /// # Errors
    /// [`TransportError`] where the HTTP client cannot start.
    pub fn new(base: &str) -> Result<Self, TransportError> {
        let client = |cookies| {
            reqwest::Client::builder()
                .cookie_store(cookies)
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .map_err(|_| TransportError)
        };
        Ok(Self {
            base: base.trim_end_matches('/').to_owned(),
            with_cookies: client(true)?,
            without_cookies: client(false)?,
        })
    }
}

impl HttpTransport {
    async fn bytes(
        &self,
        builder: reqwest::RequestBuilder,
    ) -> Result<HttpResponse, TransportError> {
        let response = builder
            .header(CLIENT_HEADER, "native")
            .timeout(PART_PATIENCE)
            .send()
            .await
            .map_err(|_| TransportError)?;
        Ok(HttpResponse {
            status: response.status().as_u16(),
            body: response.bytes().await.map_err(|_| TransportError)?.into(),
        })
    }
}

#[async_trait(?Send)]
impl Transport for HttpTransport {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let url = match &request.query {
            Some(query) => format!("{}{}?{query}", self.base, request.path),
            None => format!("{}{}", self.base, request.path),
        };
        let builder = match request.method {
            Method::Get => self.with_cookies.get(url),
            Method::Post => self.with_cookies.post(url),
            Method::Put => self.with_cookies.put(url),
        };
        let builder = match request.body {
            Some(body) => builder.header("content-type", JSON).body(body),
            None => builder,
        };
        let response = builder
            .header("accept", JSON)
            .header(CLIENT_HEADER, "native")
            .timeout(SERVER_PATIENCE)
            .send()
            .await
            .map_err(|_| TransportError)?;
        Ok(HttpResponse {
            status: response.status().as_u16(),
            body: response.bytes().await.map_err(|_| TransportError)?.into(),
        })
    }

    async fn put_bytes(&self, path: &str, body: Vec<u8>) -> Result<HttpResponse, TransportError> {
        let builder = self
            .with_cookies
            .put(format!("{}{path}", self.base))
            .header("content-type", BYTES)
            .body(body);
        self.bytes(builder).await
    }

    async fn get_bytes(&self, path: &str) -> Result<HttpResponse, TransportError> {
        self.bytes(self.with_cookies.get(format!("{}{path}", self.base)))
            .await
    }

    async fn resolve(&self, resolver: &str, message: &[u8]) -> Result<Vec<u8>, TransportError> {
        let response = self
            .without_cookies
            .post(resolver)
            .header("accept", DNS_MESSAGE)
            .header("content-type", DNS_MESSAGE)
            .body(message.to_vec())
            .timeout(RESOLVER_PATIENCE)
            .send()
            .await
            .map_err(|_| TransportError)?;
        if response.status() != 200 {
            return Err(TransportError);
        }
        Ok(response.bytes().await.map_err(|_| TransportError)?.into())
    }
}

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }
}

/// Remembers pins as long as the program runs.
#[derive(Debug, Default)]
pub struct MemoryPins(RefCell<BTreeMap<AccountId, RememberedPins>>);

#[async_trait(?Send)]
impl PinStore for MemoryPins {
    async fn load(&self, account: AccountId) -> Result<Option<RememberedPins>, PinStoreError> {
        Ok(self.0.borrow().get(&account).cloned())
    }

    async fn keep(&self, account: AccountId, pins: &RememberedPins) -> Result<(), PinStoreError> {
        self.0.borrow_mut().insert(account, pins.clone());
        Ok(())
    }
}

/// A platform with a session, clock, randomness and memory of its own.
///
/// # Errors
/// [`TransportError`] where the HTTP client cannot start.
pub fn environment(base: &str) -> Result<Environment, TransportError> {
    Ok(Environment::new(
        Rc::new(HttpTransport::new(base)?),
        Rc::new(SystemClock),
        Rc::new(MemoryPins::default()),
        UnwrapErr(SysRng),
    ))
}
