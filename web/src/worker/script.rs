//! Starting a worker: the page's crypto worker, and that worker's helpers.

use std::cell::RefCell;

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::prelude::*;

/// The one script that the Trusted Types policy lets through.
const SCRIPT: &str = "/crypto_worker_loader.js";
const POLICY: &str = "zegel";

thread_local! {
    /// The script's URL: the policy allows one policy of its name, and so it is asked once.
    static URL: RefCell<Option<JsValue>> = const { RefCell::new(None) };
}

/// `new Worker(url, { type: "module", name })`, where the URL may have to be a `TrustedScriptURL`.
///
/// # Errors
/// The browser's own exception where it cannot start a module worker.
pub(super) fn open_worker(name: &str) -> Result<web_sys::Worker, JsValue> {
    let constructor: Function = Reflect::get(&js_sys::global(), &"Worker".into())?.dyn_into()?;
    let options = Object::new();
    Reflect::set(&options, &"type".into(), &"module".into())?;
    Reflect::set(&options, &"name".into(), &name.into())?;
    let worker = Reflect::construct(&constructor, &Array::of2(&url()?, &options))?;
    worker.dyn_into()
}

fn url() -> Result<JsValue, JsValue> {
    if let Some(url) = URL.with_borrow(Clone::clone) {
        return Ok(url);
    }
    let url = script_url()?;
    URL.set(Some(url.clone()));
    Ok(url)
}

/// The script's URL by the only Trusted Types policy. The policy's function dies with this call, so that no later script
/// gets another URL out of it.
fn script_url() -> Result<JsValue, JsValue> {
    let factory = Reflect::get(&js_sys::global(), &"trustedTypes".into())?;
    if factory.is_undefined() {
        return Ok(SCRIPT.into());
    }
    let rule = Closure::<dyn Fn(String) -> Result<JsValue, JsValue>>::new(|url: String| {
        if url == SCRIPT {
            Ok(SCRIPT.into())
        } else {
            Err(JsValue::from_str("not the crypto worker"))
        }
    });
    let rules = Object::new();
    Reflect::set(&rules, &"createScriptURL".into(), rule.as_ref())?;
    let create_policy: Function = Reflect::get(&factory, &"createPolicy".into())?.dyn_into()?;
    let policy = create_policy.call2(&factory, &POLICY.into(), &rules)?;
    let create_url: Function = Reflect::get(&policy, &"createScriptURL".into())?.dyn_into()?;
    create_url.call1(&policy, &SCRIPT.into())
}
