//! What flows need from the platform they run on.

use std::cell::RefCell;
use std::rc::Rc;

use async_trait::async_trait;
use rand_core::CryptoRng;
use zegel_api::Method;
use zegel_protocol::{AccountId, Timestamp};

use crate::doh::Resolvers;

/// A request to the Zegel server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpRequest {
    /// Method.
    pub method: Method,
    /// Path, from the root.
    pub path: String,
    /// Query string without "?", for GET.
    pub query: Option<String>,
    /// JSON, for POST and PUT.
    pub body: Option<Vec<u8>>,
}

/// Its response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpResponse {
    /// HTTP status.
    pub status: u16,
    /// JSON.
    pub body: Vec<u8>,
}

/// No response came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no response")]
pub struct TransportError;

/// Carries requests. The session cookie is the transport's affair: no flow ever sees it.
#[async_trait(?Send)]
pub trait Transport {
    /// Sends a request to the Zegel server, with the header [`zegel_api::CLIENT_HEADER`].
    ///
    /// # Errors
    /// [`TransportError`] where no response came; a response with an error status is none.
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError>;

    /// Puts raw bytes (`application/octet-stream`) to a path of the Zegel server, with the header
    /// [`zegel_api::CLIENT_HEADER`]. The response is JSON. It may take minutes.
    ///
    /// # Errors
    /// [`TransportError`] where no response came; a response with an error status is none.
    async fn put_bytes(&self, path: &str, body: Vec<u8>) -> Result<HttpResponse, TransportError>;

    /// Gets raw bytes from a path of the Zegel server; JSON where it refuses. It may take minutes.
    ///
    /// # Errors
    /// As [`Self::put_bytes`].
    async fn get_bytes(&self, path: &str) -> Result<HttpResponse, TransportError>;

    /// Posts a DNS message to a DNS-over-HTTPS resolver and gives its answer (RFC 8484).
    ///
    /// # Errors
    /// [`TransportError`] where no answer came, or one with another status than 200.
    async fn resolve(&self, resolver: &str, message: &[u8]) -> Result<Vec<u8>, TransportError>;
}

/// Tells the time.
pub trait Clock {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// What this device remembers of its accounts' pins, so that no server can take it back: the
/// newest sealed pins that it saw.
#[async_trait(?Send)]
pub trait PinStore {
    /// The remembered pins of an account, if any.
    ///
    /// # Errors
    /// [`PinStoreError`] where the device's storage does not work.
    async fn load(&self, account: AccountId) -> Result<Option<RememberedPins>, PinStoreError>;

    /// Remembers pins in place of those before.
    ///
    /// # Errors
    /// [`PinStoreError`] where the device's storage does not work.
    async fn keep(&self, account: AccountId, pins: &RememberedPins) -> Result<(), PinStoreError>;
}

/// Sealed pins as a device keeps them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RememberedPins {
    /// The key epoch whose keyring key sealed them.
    pub epoch: u32,
    /// Sealed under the keyring key.
    pub sealed: Vec<u8>,
}

/// The device's storage does not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("storage of this device failed")]
pub struct PinStoreError;

/// What a flow does now, for those that take longer than a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Argon2id.
    DerivingKeys,
    /// Waiting for the server.
    Contacting,
    /// Sealing and signing.
    Sealing,
    /// Opening and verifying.
    Opening,
    /// Asking the two DNS resolvers.
    AskingDns,
    /// A batch: done of all.
    Batch {
        /// Done so far.
        done: u32,
        /// In all.
        total: u32,
    },
    /// A file: bytes done of all.
    Bytes {
        /// Done so far.
        done: u64,
        /// In all.
        total: u64,
    },
    /// Waiting for the connection to come back.
    Waiting,
}

/// Gets the steps of one flow.
pub type Steps<'a> = &'a dyn Fn(Step);

/// For flows whose steps interest nobody.
pub fn unwatched(_: Step) {}

/// The platform, shared by every flow of a client.
#[derive(Clone)]
pub struct Environment {
    pub(crate) transport: Rc<dyn Transport>,
    pub(crate) clock: Rc<dyn Clock>,
    pub(crate) pin_store: Rc<dyn PinStore>,
    pub(crate) resolvers: Resolvers,
    rng: Rc<RefCell<dyn CryptoRng>>,
}

impl Environment {
    /// Puts a platform together.
    #[must_use]
    pub fn new(
        transport: Rc<dyn Transport>,
        clock: Rc<dyn Clock>,
        pin_store: Rc<dyn PinStore>,
        rng: impl CryptoRng + 'static,
    ) -> Self {
        Self {
            transport,
            clock,
            pin_store,
            resolvers: Resolvers::compiled_in(),
            rng: Rc::new(RefCell::new(rng)),
        }
    }

    /// The same platform with other DNS resolvers. Only programs outside the browser can choose
    /// them; in the browser's build this function does not exist.
    #[cfg(feature = "native")]
    #[must_use]
    pub fn with_resolvers(mut self, first: &str, second: &str) -> Self {
        self.resolvers = Resolvers::new(first, second);
        self
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Runs `make` with the random source, which is borrowed for that time only.
    pub(crate) fn with_rng<T>(&self, make: impl FnOnce(&mut &mut dyn CryptoRng) -> T) -> T {
        make(&mut (&mut *self.rng.borrow_mut() as &mut dyn CryptoRng))
    }
}

impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Environment")
    }
}
