//! A platform whose clock can be set forward, whose randomness is recorded, whose memory can be
//! shared, and whose network can be made to lie.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use getrandom::SysRng;
use rand_core::{TryCryptoRng, TryRng, UnwrapErr};
use serde_json::Value;
use zegel_client::native::{HttpTransport, SystemClock};
use zegel_client::{
    Clock, Environment, HttpRequest, HttpResponse, PinStore, PinStoreError, RememberedPins,
    Transport, TransportError,
};
use zegel_protocol::{AccountId, Timestamp};

/// Time that has gone by beside the machine's, in milliseconds.
#[derive(Debug, Default)]
pub(crate) struct Shift(AtomicU64);

impl Shift {
    pub(crate) fn now(&self) -> Timestamp {
        SystemClock.now().plus_ms(self.0.load(Ordering::Relaxed))
    }

    pub(crate) fn advance_ms(&self, ms: u64) {
        self.0.fetch_add(ms, Ordering::Relaxed);
    }
}

struct ShiftedClock(Arc<Shift>);

impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

/// Randomness that remembers what it gave.
#[derive(Clone, Debug, Default)]
pub(crate) struct RandomTap(Rc<RefCell<Vec<Vec<u8>>>>);

impl RandomTap {
    /// Everything of one length that was drawn.
    pub(crate) fn drawn(&self, len: usize) -> Vec<Vec<u8>> {
        let drawn = self.0.borrow();
        drawn.iter().filter(|it| it.len() == len).cloned().collect()
    }
}

impl TryRng for RandomTap {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Infallible> {
        UnwrapErr(SysRng).try_fill_bytes(to)?;
        self.0.borrow_mut().push(to.to_vec());
        Ok(())
    }
}

impl TryCryptoRng for RandomTap {}

/// What a device remembers; two browsers on one device may share it.
#[derive(Debug, Default)]
pub(crate) struct SharedPins(RefCell<BTreeMap<AccountId, RememberedPins>>);

struct Memory(Rc<SharedPins>);

#[async_trait::async_trait(?Send)]
impl PinStore for Memory {
    async fn load(&self, account: AccountId) -> Result<Option<RememberedPins>, PinStoreError> {
        Ok(self.0.0.borrow().get(&account).cloned())
    }

    async fn keep(&self, account: AccountId, pins: &RememberedPins) -> Result<(), PinStoreError> {
        self.0.0.borrow_mut().insert(account, pins.clone());
        Ok(())
    }
}

/// A platform put together.
pub(crate) struct Platform {
    pub(crate) transport: Rc<dyn Transport>,
    pub(crate) pins: Rc<SharedPins>,
    pub(crate) clock: Arc<Shift>,
    pub(crate) random: RandomTap,
}

impl Platform {
    pub(crate) fn environment(self) -> Environment {
        Environment::new(
            self.transport,
            Rc::new(ShiftedClock(self.clock)),
            Rc::new(Memory(self.pins)),
            self.random,
        )
    }
}

/// A request that went out, and what came back.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    pub(crate) path: String,
    pub(crate) request: Option<Value>,
    pub(crate) status: u16,
}

/// An answer on its way to the client.
pub(crate) struct Answer<'a> {
    pub(crate) path: &'a str,
    pub(crate) query: Option<&'a str>,
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Answer<'_> {
    /// Whether it is a success of this route.
    pub(crate) fn is(&self, path: &str) -> bool {
        self.path == path && self.status == 200
    }
}

/// What a liar does to answers.
type Lie = Box<dyn FnMut(&mut Answer<'_>)>;

/// What happens to requests of raw bytes: the path, and what came back.
type Meddling = Box<dyn FnMut(&str, &mut Result<HttpResponse, TransportError>)>;

/// The network between one browser and the server. Keeps a record of every request; lies when told
/// to.
pub(crate) struct Wire {
    http: HttpTransport,
    lie: RefCell<Option<Lie>>,
    meddling: RefCell<Option<Meddling>>,
    told: RefCell<u32>,
    /// The path whose next answer gets lost.
    lost: RefCell<Option<String>>,
    exchanges: RefCell<Vec<Exchange>>,
    /// The organisation's record as the server last gave it from its genesis on.
    manifests: RefCell<Vec<Value>>,
}

impl Wire {
    pub(crate) fn new(http: HttpTransport) -> Self {
        Self {
            http,
            lie: RefCell::new(None),
            meddling: RefCell::new(None),
            told: RefCell::new(0),
            lost: RefCell::new(None),
            exchanges: RefCell::new(Vec::new()),
            manifests: RefCell::new(Vec::new()),
        }
    }

    /// Lies from now on.
    pub(crate) fn lie(&self, lie: impl FnMut(&mut Answer<'_>) + 'static) {
        *self.told.borrow_mut() = 0;
        *self.lie.borrow_mut() = Some(Box::new(lie));
    }

    /// Meddles with requests of raw bytes from now on.
    #[allow(dead_code, reason = "not every test target sends bytes")]
    pub(crate) fn meddle(
        &self,
        meddling: impl FnMut(&str, &mut Result<HttpResponse, TransportError>) + 'static,
    ) {
        *self.meddling.borrow_mut() = Some(Box::new(meddling));
    }

    fn bytes_came(
        &self,
        path: &str,
        mut response: Result<HttpResponse, TransportError>,
    ) -> Result<HttpResponse, TransportError> {
        if let Some(meddling) = self.meddling.borrow_mut().as_mut() {
            meddling(path, &mut response);
        }
        self.exchanges.borrow_mut().push(Exchange {
            request: None,
            status: response.as_ref().map_or(0, |response| response.status),
            path: path.to_owned(),
        });
        response
    }

    /// Tells the truth again; answers how many answers were changed meanwhile.
    pub(crate) fn be_honest(&self) -> u32 {
        *self.lie.borrow_mut() = None;
        *self.meddling.borrow_mut() = None;
        *self.told.borrow()
    }

    /// Loses the next answer from a path; the server has done by then what was asked.
    pub(crate) fn lose_next(&self, path: &str) {
        *self.lost.borrow_mut() = Some(path.to_owned());
    }

    /// The newest record of an organisation that came this way, before any lie.
    pub(crate) fn manifests_seen(&self) -> Vec<Value> {
        self.manifests.borrow().clone()
    }

    /// Everything that was sent since the last call of this.
    pub(crate) fn take_exchanges(&self) -> Vec<Exchange> {
        self.exchanges.take()
    }
}

#[async_trait::async_trait(?Send)]
impl Transport for Wire {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let path = request.path.clone();
        let query = request.query.clone();
        let sent = request
            .body
            .as_ref()
            .map(|body| serde_json::from_slice(body).expect("requests are JSON"));
        let mut response = self.http.send(request).await?;
        let mut answer = Answer {
            path: &path,
            query: query.as_deref(),
            status: response.status,
            body: serde_json::from_slice(&response.body).expect("answers are JSON"),
        };
        if answer.path.ends_with("/manifests") && answer.query == Some("from=0") {
            let manifests = answer.body["manifests"].as_array().cloned();
            *self.manifests.borrow_mut() = manifests.unwrap_or_default();
        }
        if let Some(lie) = self.lie.borrow_mut().as_mut() {
            let before = answer.body.clone();
            lie(&mut answer);
            if answer.body != before {
                *self.told.borrow_mut() += 1;
                response.status = answer.status;
                response.body = serde_json::to_vec(&answer.body).expect("JSON");
            }
        }
        let lost = self.lost.borrow_mut().take_if(|lost| *lost == path);
        self.exchanges.borrow_mut().push(Exchange {
            request: sent,
            status: response.status,
            path,
        });
        match lost {
            Some(_) => Err(TransportError),
            None => Ok(response),
        }
    }

    async fn put_bytes(&self, path: &str, body: Vec<u8>) -> Result<HttpResponse, TransportError> {
        let response = self.http.put_bytes(path, body).await;
        self.bytes_came(path, response)
    }

    async fn get_bytes(&self, path: &str) -> Result<HttpResponse, TransportError> {
        let response = self.http.get_bytes(path).await;
        self.bytes_came(path, response)
    }

    async fn resolve(&self, resolver: &str, message: &[u8]) -> Result<Vec<u8>, TransportError> {
        self.http.resolve(resolver, message).await
    }
}
