//! The worker's global scope.

use wasm_bindgen::JsCast as _;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;
use web_sys::DedicatedWorkerGlobalScope;

use crate::worker::messages::FromWorker;

/// The global scope; this code runs nowhere else.
pub(super) fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Posts to the page.
pub(super) fn post(message: &FromWorker) {
    if let Ok(text) = serde_json::to_string(message) {
        // A string is always cloneable; only that makes this fail.
        let _ = scope().post_message(&JsValue::from_str(&text));
    }
}

/// Posts a file to the page, for the transfer of that number.
pub(super) fn post_beside(transfer: u32, file: &web_sys::Blob) {
    let pair = js_sys::Array::of2(&transfer.into(), file);
    // Numbers and files are cloneable; only that makes this fail.
    let _ = scope().post_message(&pair);
}

/// Waits some time, in milliseconds.
pub(super) async fn sleep_ms(delay_ms: u64) {
    let delay_ms = i32::try_from(delay_ms).unwrap_or(i32::MAX);
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        // Without a timer the wait is none.
        let _ = scope().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, delay_ms);
    });
    // It is only ever resolved.
    let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
}

/// Runs `then` after some time, in milliseconds.
pub(super) fn after_ms(delay_ms: u64, then: impl FnOnce() + 'static) {
    let delay_ms = i32::try_from(delay_ms).unwrap_or(i32::MAX);
    let callback = Closure::once_into_js(then);
    // Without a timer the client itself still refuses the account key after its time.
    let _ = scope()
        .set_timeout_with_callback_and_timeout_and_arguments_0(callback.unchecked_ref(), delay_ms);
}
