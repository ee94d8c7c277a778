//! The other tabs of this browser, each with a worker of its own, all with one session cookie.

use wasm_bindgen::JsCast as _;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;
use web_sys::{BroadcastChannel, MessageEvent};
use zegel_protocol::AccountId;

const NAME: &str = "zegel-session";

/// A channel on which workers tell whose session the browser has.
pub(super) struct Tabs(BroadcastChannel);

impl Tabs {
    /// None where the browser has no such channels: then the server's answers show it later.
    pub(super) fn open() -> Option<Self> {
        BroadcastChannel::new(NAME).ok().map(Self)
    }

    /// Tells the others.
    pub(super) fn tell(&self, account: Option<AccountId>) {
        let account = account.map(|account| account.to_string());
        let text = JsValue::from_str(account.as_deref().unwrap_or_default());
        // A string is always cloneable; only that makes this fail.
        let _ = self.0.post_message(&text);
    }

    /// Listens to the others.
    pub(super) fn listen(&self, told: impl Fn(Option<AccountId>) + 'static) {
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let text = event.data().as_string().unwrap_or_default();
            told(text.parse().ok());
        });
        self.0
            .set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        // It is listened to as long as the worker lives.
        on_message.forget();
    }
}
