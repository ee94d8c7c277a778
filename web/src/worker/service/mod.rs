//! The crypto worker itself: takes calls of the page, runs flows, and holds every key.

mod dispatch;
mod events;
mod files;
mod helper;
mod scope;
mod store;
mod tabs;
mod transport;
mod vault;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures_util::lock::Mutex;
use getrandom::SysRng;
use rand_core::UnwrapErr;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::Closure;
use web_sys::MessageEvent;
use zegel_client::adoption::AdoptionLink;
use zegel_client::view::{Failure, Reason};
use zegel_client::{
    Client, Clock, Environment, Outcome, PreparedAccount, SignedIn, Step, VerifiedAddress,
};
use zegel_protocol::Timestamp;
use zeroize::Zeroizing;

use self::events::Events;
use self::files::Transfers;
use self::scope::{after_ms, post, scope};
use self::store::Store;
use self::tabs::Tabs;
use self::transport::Fetch;
use self::vault::Vault;
use super::messages::{FromWorker, Progress, ToWorker};

/// Starts to take calls: of the page, or, as its helper, of another crypto worker.
pub fn run() {
    console_error_panic_hook::set_once();
    if helper::is_one() {
        helper::run();
        return;
    }
    let service = Rc::new(Service::new());
    service.clone().listen_to_tabs();
    service.clone().listen_to_news();
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let Some(text) = event.data().as_string().map(Zeroizing::new) else {
            service.transfers.take(&event.data());
            return;
        };
        let Ok(call) = serde_json::from_str::<ToWorker>(&text) else {
            return;
        };
        wasm_bindgen_futures::spawn_local(service.clone().take(call));
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The worker listens as long as it lives.
    on_message.forget();
    post(&FromWorker::Ready);
}

/// Everything that the worker knows.
struct Service {
    client: Client,
    vault: Vault,
    tabs: Option<Tabs>,
    events: Events,
    transfers: Transfers,
    state: RefCell<State>,
    /// The end of the account tier that a timer waits for.
    watched: Cell<Option<Timestamp>>,
    /// Held by calls that change something: they run one after the other.
    turn: Mutex<()>,
    /// Held while an administrator's client does its own work, which may take long and stands in
    /// nobody's way.
    certifying: Mutex<()>,
    /// Held while a step of keeping a search index runs.
    indexing: Mutex<()>,
}

#[derive(Default)]
struct State {
    verified: Option<VerifiedAddress>,
    prepared: Option<Rc<PreparedAccount>>,
    session: Option<Rc<SignedIn>>,
    /// The adoption link that was opened in this browser.
    link: Option<AdoptionLink>,
}

struct BrowserClock;

impl Clock for BrowserClock {
    fn now(&self) -> Timestamp {
        // Whole milliseconds, far below 2^53.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let now_ms = js_sys::Date::now() as u64;
        Timestamp(now_ms)
    }
}

impl Service {
    fn new() -> Self {
        let environment = Environment::new(
            Rc::new(Fetch),
            Rc::new(BrowserClock),
            Rc::new(Store),
            UnwrapErr(SysRng),
        );
        Self {
            client: Client::new(environment),
            vault: Vault(Store),
            tabs: Tabs::open(),
            events: Events::open(),
            transfers: Transfers::default(),
            state: RefCell::default(),
            watched: Cell::new(None),
            turn: Mutex::new(()),
            certifying: Mutex::new(()),
            indexing: Mutex::new(()),
        }
    }

    async fn take(self: Rc<Self>, to_worker: ToWorker) {
        let ToWorker { call, command } = to_worker;
        let steps = move |step| {
            post(&FromWorker::Progress {
                call,
                progress: progress(step),
            });
        };
        let before = self.state.borrow().session.clone();
        match self.dispatch(command, &steps).await {
            Ok(reply) => post(&FromWorker::Done { call, reply }),
            Err(failure) => {
                let ended = failure.reason == Reason::SignedOut;
                post(&FromWorker::Failed { call, failure });
                if let (true, Some(session)) = (ended, before) {
                    self.end(&session).await;
                }
            }
        }
        self.watch_account_tier();
        if self.session().is_ok() {
            self.listen_to_server();
        }
    }

    /// The session is over without the page having asked for it.
    async fn end(&self, session: &Rc<SignedIn>) {
        {
            let mut state = self.state.borrow_mut();
            match &state.session {
                Some(current) if Rc::ptr_eq(current, session) => state.session = None,
                _ => return,
            }
        }
        self.forget().await;
        post(&FromWorker::SessionEnded);
    }

    /// Takes a session up: keeps its tiers for a reload, and tells the other tabs.
    async fn begin(&self, session: SignedIn) -> Rc<SignedIn> {
        let session = Rc::new(session);
        {
            let mut state = self.state.borrow_mut();
            state.verified = None;
            state.prepared = None;
            state.session = Some(session.clone());
        }
        // Of a session that ended elsewhere.
        self.forget_files().await;
        self.keep(&session).await;
        if let Some(tabs) = &self.tabs {
            tabs.tell(Some(session.view().account));
        }
        session
    }

    /// Keeps a session's tiers for a reload, as they are now.
    async fn keep(&self, session: &SignedIn) {
        // Where the browser keeps nothing, a reload signs out: no reason to refuse the session.
        let _ = self.vault.keep(&session.session_tiers().to_bytes()).await;
    }

    /// Forgets what this browser keeps of the session, and listens no longer.
    async fn forget(&self) {
        self.events.stop();
        self.forget_files().await;
        // Nothing more can be done where the storage fails; the key in memory is gone either way.
        let _ = self.vault.forget().await;
        if let Some(tabs) = &self.tabs {
            tabs.tell(None);
        }
    }

    /// All tabs share one cookie: where another tab signs out, or in as somebody else, the session
    /// here has ended.
    fn listen_to_tabs(self: Rc<Self>) {
        let Some(tabs) = &self.tabs else { return };
        let service = self.clone();
        tabs.listen(move |account| {
            let mut state = service.state.borrow_mut();
            let other = state
                .session
                .as_ref()
                .is_some_and(|session| Some(session.view().account) != account);
            if other {
                state.session = None;
                service.events.stop();
                service.transfers.cancel_all();
                post(&FromWorker::SessionEnded);
            }
        });
    }

    fn session(&self) -> Outcome<Rc<SignedIn>> {
        let state = self.state.borrow();
        state
            .session
            .clone()
            .ok_or_else(|| Failure::from(Reason::SignedOut))
    }

    /// Whether a session is the one that runs.
    fn is_current(&self, session: &Rc<SignedIn>) -> bool {
        self.session()
            .is_ok_and(|current| Rc::ptr_eq(&current, session))
    }

    /// Has the account key forgotten when its time is over. The timer holds no key: a session that
    /// ended before is gone before.
    fn watch_account_tier(self: &Rc<Self>) {
        let Ok(session) = self.session() else { return };
        let Some(until) = session.unlocked_until() else {
            return;
        };
        if self.watched.replace(Some(until)) == Some(until) {
            return;
        }
        let service = self.clone();
        let session = Rc::downgrade(&session);
        after_ms(until.since_ms(BrowserClock.now()), move || {
            let Some(session) = session.upgrade() else {
                return;
            };
            if session.unlocked_until() == Some(until) {
                session.lock();
                if service.is_current(&session) {
                    post(&FromWorker::Locked);
                }
            }
        });
    }
}

fn progress(step: Step) -> Progress {
    match step {
        Step::DerivingKeys => Progress::DerivingKeys,
        Step::Contacting => Progress::Contacting,
        Step::Sealing => Progress::Sealing,
        Step::Opening => Progress::Opening,
        Step::AskingDns => Progress::AskingDns,
        Step::Batch { done, total } => Progress::Batch { done, total },
        Step::Bytes { done, total } => Progress::Bytes { done, total },
        Step::Waiting => Progress::Waiting,
    }
}
