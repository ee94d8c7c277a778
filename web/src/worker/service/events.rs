//! What the server says by itself. Of all tabs of a browser one listens and tells the others: each
//! connection of a stream that never ends would keep one of the few that a browser makes to a server.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Function, Object, Promise, Reflect};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use web_sys::{BroadcastChannel, EventSource, MessageEvent};
use zegel_api::{EVENTS, Event};
use zegel_client::SignedIn;
use zegel_client::view::Reason;

use super::Service;
use super::scope::{after_ms, post, scope};
use crate::worker::messages::FromWorker;

/// Name of the lock that the listening tab holds, and of the channel on which it tells the others.
const NAME: &str = "zegel-events";
/// How long after the server refused the stream it is asked again, in milliseconds.
const PAUSE_MS: u64 = 5_000;

/// What a tab hears.
#[derive(Serialize, Deserialize)]
enum News {
    /// From the server.
    Event(Event),
    /// Nobody listened for a while: everything may have changed.
    Missed,
}

/// Whether this tab listens, and how.
#[derive(Default)]
pub(super) struct Events {
    tabs: Option<BroadcastChannel>,
    stream: RefCell<Option<Stream>>,
    /// Gives the lock to another tab.
    release: RefCell<Option<Function>>,
    /// The lock was asked for and is not there yet.
    waiting: Cell<bool>,
}

impl Events {
    /// Without such channels every tab listens itself.
    pub(super) fn open() -> Self {
        Self {
            tabs: BroadcastChannel::new(NAME).ok(),
            ..Self::default()
        }
    }

    /// Listens no longer: the session is over.
    pub(super) fn stop(&self) {
        drop(self.stream.take());
        if let Some(release) = self.release.take() {
            // Calling what resolves a promise does not fail.
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }

    fn tell(&self, news: &News) {
        if let (Some(tabs), Ok(text)) = (&self.tabs, serde_json::to_string(news)) {
            // A string is always cloneable; only that makes this fail.
            let _ = tabs.post_message(&JsValue::from_str(&text));
        }
    }
}

impl Service {
    /// Hears what the listening tab tells, as long as the worker lives.
    pub(super) fn listen_to_news(self: Rc<Self>) {
        let service = self.clone();
        let Some(tabs) = &service.events.tabs else {
            return;
        };
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(news) = parse(&event) {
                self.clone().hear(news);
            }
        });
        tabs.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        on_message.forget();
    }

    /// Listens to the server from now on, or waits for its turn among the tabs.
    pub(super) fn listen_to_server(self: &Rc<Self>) {
        let events = &self.events;
        let leads = events.release.borrow().is_some() || events.stream.borrow().is_some();
        if leads || events.waiting.get() {
            return;
        }
        let alone = events.tabs.is_none();
        if alone || self.wait_for_turn(Waited::No).is_err() {
            self.open_stream(Waited::No);
        }
    }

    fn wait_for_turn(self: &Rc<Self>, waited: Waited) -> Result<(), JsValue> {
        let service = self.clone();
        request_lock(waited == Waited::No, move |release| {
            service.events.waiting.set(false);
            match release {
                // Another tab listens: its turn ends with it, or with the session.
                None => {
                    if service.wait_for_turn(Waited::Yes).is_err() {
                        service.open_stream(Waited::No);
                    }
                }
                Some(release) => {
                    service.events.release.replace(Some(release));
                    if service.session().is_ok() {
                        service.open_stream(waited);
                    } else {
                        service.events.stop();
                    }
                }
            }
        })?;
        self.events.waiting.set(true);
        Ok(())
    }

    fn open_stream(self: &Rc<Self>, waited: Waited) {
        // Without a stream the page still shows what is new when it asks.
        let Ok(stream) = Stream::open(self, waited == Waited::Yes) else {
            return;
        };
        self.events.stream.replace(Some(stream));
    }

    /// News for this tab and all others.
    fn spread(self: &Rc<Self>, news: News) {
        self.events.tell(&news);
        self.clone().hear(news);
    }

    fn hear(self: Rc<Self>, news: News) {
        let Ok(session) = self.session() else { return };
        match news {
            News::Event(Event::Mail { mailbox }) => post(&FromWorker::MailChanged(mailbox)),
            News::Event(Event::Access) => post(&FromWorker::AccessChanged),
            // The session of the stream may have ended because another took its place, as with a
            // changed password: whether there is one is what the server is asked.
            News::Event(Event::Account | Event::SessionEnded) => {
                wasm_bindgen_futures::spawn_local(async move { self.renew(&session).await });
            }
            News::Missed => wasm_bindgen_futures::spawn_local(async move {
                self.renew(&session).await;
                post(&FromWorker::AccessChanged);
                for mailbox in session.open_mailboxes() {
                    post(&FromWorker::MailChanged(mailbox));
                }
            }),
        }
    }

    /// Something about the own account is new.
    async fn renew(&self, session: &Rc<SignedIn>) {
        let refreshed = {
            let _turn = self.turn.lock().await;
            session.refresh().await
        };
        if !self.is_current(session) {
            return;
        }
        match refreshed {
            Ok(view) => {
                self.keep(session).await;
                post(&FromWorker::AccountChanged(Box::new(view)));
            }
            Err(failure) if failure.reason == Reason::SignedOut => self.end(session).await,
            // Whatever does not verify stays as it was; the next flow that needs it says so.
            Err(_) => {}
        }
    }

    /// The server refused the stream, which ends it for good: because the session is over, or
    /// because the server could not.
    fn listen_again(self: &Rc<Self>) {
        drop(self.events.stream.take());
        let service = self.clone();
        after_ms(PAUSE_MS, move || {
            let Ok(session) = service.session() else {
                return;
            };
            wasm_bindgen_futures::spawn_local(async move {
                service.renew(&session).await;
                let listens = service.events.stream.borrow().is_some();
                if service.is_current(&session) && !listens {
                    service.open_stream(Waited::Yes);
                }
            });
        });
    }
}

/// Whether events may have been missed before this tab listened.
#[derive(Clone, Copy, PartialEq)]
enum Waited {
    No,
    Yes,
}

/// The stream of the server's events; closed with this value.
struct Stream {
    source: EventSource,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_open: Closure<dyn Fn()>,
    _on_error: Closure<dyn Fn()>,
}

impl Stream {
    /// Opens it; `missed`: nobody listened before.
    fn open(service: &Rc<Service>, missed: bool) -> Result<Self, JsValue> {
        let source = EventSource::new(EVENTS)?;
        let this = service.clone();
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let data = event.data().as_string().unwrap_or_default();
            if let Ok(event) = serde_json::from_str(&data) {
                this.spread(News::Event(event));
            }
        });
        let missed = Rc::new(Cell::new(missed));
        let (this, broken) = (service.clone(), missed.clone());
        let on_open = Closure::<dyn Fn()>::new(move || {
            if broken.replace(false) {
                this.spread(News::Missed);
            }
        });
        let (this, stream) = (service.clone(), source.clone());
        let on_error = Closure::<dyn Fn()>::new(move || {
            missed.set(true);
            // Else the browser connects again by itself.
            if stream.ready_state() == EventSource::CLOSED {
                let this = this.clone();
                // Not in here: this very function goes with the stream.
                wasm_bindgen_futures::spawn_local(async move { this.listen_again() });
            }
        });
        source.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        source.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        source.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Self {
            source,
            _on_message: on_message,
            _on_open: on_open,
            _on_error: on_error,
        })
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.set_onmessage(None);
        self.source.set_onopen(None);
        self.source.set_onerror(None);
        self.source.close();
    }
}

fn parse(event: &MessageEvent) -> Option<News> {
    serde_json::from_str(&event.data().as_string()?).ok()
}

/// Asks for the lock of this origin (Web Locks). `held` gets what releases it; none where another tab
/// has it and it was asked for only `if_available`. Without a release it goes with the tab.
fn request_lock(
    if_available: bool,
    held: impl FnOnce(Option<Function>) + 'static,
) -> Result<(), JsValue> {
    let navigator = Reflect::get(&scope(), &"navigator".into())?;
    let locks = Reflect::get(&navigator, &"locks".into())?;
    let request: Function = Reflect::get(&locks, &"request".into())?.dyn_into()?;
    let options = Object::new();
    Reflect::set(&options, &"ifAvailable".into(), &if_available.into())?;
    let callback = Closure::once_into_js(move |lock: JsValue| -> Promise {
        if lock.is_null() {
            held(None);
            return Promise::resolve(&JsValue::UNDEFINED);
        }
        let mut held = Some(held);
        Promise::new(&mut |release, _| {
            if let Some(held) = held.take() {
                held(Some(release));
            }
        })
    });
    request.call3(&locks, &NAME.into(), &options, &callback)?;
    Ok(())
}
