//! A personal adoption link, opened in this tab. Its secret is in the fragment: it leaves the
//! address bar and history at once, and stays in the tab until the account has joined.

use super::browser::session_storage;

const KEY: &str = "zegel.join";
const PREFIX: &str = "#join=";

/// Takes a link out of the page's address; true where there was one.
pub(crate) fn take_from_address() -> bool {
    let window = leptos::prelude::window();
    let location = window.location();
    let hash = location.hash().unwrap_or_default();
    let Some(fragment) = fragment_of(&hash) else {
        return false;
    };
    if let Some(storage) = session_storage() {
        // Without storage the link still works until the tab reloads.
        let _ = storage.set_item(KEY, fragment);
    }
    let clean = [location.pathname(), location.search()]
        .map(Result::unwrap_or_default)
        .concat();
    if let Ok(history) = window.history() {
        // Replacing by an address of the same origin does not throw.
        let _ =
            history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(clean.as_str()));
    }
    true
}

/// The fragment without "#", as the worker wants it.
fn fragment_of(hash: &str) -> Option<&str> {
    hash.starts_with(PREFIX).then(|| &hash[1..])
}

/// The link that was opened in this tab.
pub(crate) fn kept() -> Option<String> {
    session_storage()?.get_item(KEY).ok().flatten()
}

/// Forgets the link: the account joined.
pub(crate) fn forget() {
    if let Some(storage) = session_storage() {
        let _ = storage.remove_item(KEY);
    }
}

#[cfg(test)]
mod tests {
    use super::fragment_of;

    #[test]
    fn only_join_links_are_taken() {
        assert_eq!(fragment_of("#join=a.1.b"), Some("join=a.1.b"));
        assert_eq!(fragment_of("#main"), None);
        assert_eq!(fragment_of(""), None);
    }
}
