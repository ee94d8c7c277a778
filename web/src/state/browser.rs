//! Small things of the browser that several screens need.

use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{HtmlElement, HtmlInputElement, Storage};

/// The document.
pub(crate) fn document() -> web_sys::Document {
    leptos::prelude::document()
}

/// Sets an attribute of the root element, or takes it away.
pub(crate) fn set_root_attribute(name: &str, value: Option<&str>) {
    let Some(root) = document().document_element() else {
        return;
    };
    // Only a name that is no name makes these throw.
    let _ = match value {
        Some(value) => root.set_attribute(name, value),
        None => root.remove_attribute(name),
    };
}

fn window() -> web_sys::Window {
    leptos::prelude::window()
}

/// Kept until the browser's data is cleared. None where the browser forbids it.
pub(crate) fn local_storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// Kept until the tab closes. None where the browser forbids it.
pub(crate) fn session_storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

/// Moves the focus to an element, if it is there.
pub(crate) fn focus_id(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        focus(&element);
    }
}

/// Whether the focus is on an element, or on nothing that somebody chose.
pub(crate) fn is_focus_free(id: &str) -> bool {
    document().active_element().is_none_or(|element| {
        element.tag_name() == "BODY" || [id, "main"].contains(&&*element.id())
    })
}

/// Moves the focus to the page's main part, without scrolling: its start may be out of sight.
pub(crate) fn focus_main() {
    let main = document().get_element_by_id("main");
    if let Some(main) = main.and_then(|main| main.dyn_into::<HtmlElement>().ok()) {
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        // Focusing throws in no browser; the signature only allows it.
        let _ = main.focus_with_options(&options);
    }
}

/// Moves the focus to the field that a page marks with `autofocus`, or where that is filled, to the next empty one of its
/// form; to the main part where no field is marked.
pub(crate) fn focus_page() {
    match first_field() {
        Some(field) => focus(&field),
        None => focus_main(),
    }
}

fn first_field() -> Option<HtmlElement> {
    // What is marked in a dialog is for when that opens.
    let marked = document().query_selector("#main [autofocus]:not(dialog *)");
    let marked: HtmlElement = marked.ok()??.dyn_into().ok()?;
    let form = marked.closest("form").ok()??;
    let inputs = form.query_selector_all("input").ok()?;
    let empty = (0..inputs.length())
        .filter_map(|place| inputs.get(place)?.dyn_into::<HtmlInputElement>().ok())
        .skip_while(|input| !input.is_same_node(Some(&marked)))
        .find(|input| input.value().is_empty());
    Some(empty.map_or(marked, Into::into))
}

/// Moves the focus to an element.
pub(crate) fn focus(element: &web_sys::Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        // Focusing throws in no browser; the signature only allows it.
        let _ = element.focus();
    }
}

/// Runs after the browser has drawn what changed.
pub(crate) fn after_render(run: impl FnOnce() + 'static) {
    leptos::prelude::request_animation_frame(run);
}

/// Runs after some time.
pub(crate) fn after_ms(ms: u64, run: impl FnOnce() + 'static) {
    leptos::prelude::set_timeout(run, std::time::Duration::from_millis(ms));
}

/// Waits.
pub(crate) async fn sleep_ms(ms: i32) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        // Without a timer the wait just ends at once.
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms);
    });
    let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
}

/// Puts a text into the clipboard; false where the browser forbids it.
pub(crate) async fn copy_text(text: &str) -> bool {
    let clipboard = js_sys::Reflect::get(&window().navigator(), &"clipboard".into());
    if !clipboard.is_ok_and(|clipboard| clipboard.is_object()) {
        return false;
    }
    let promise = window().navigator().clipboard().write_text(text);
    wasm_bindgen_futures::JsFuture::from(promise).await.is_ok()
}

/// Lets the browser save a text as a file.
pub(crate) fn download(name: &str, media_type: &str, text: &str) {
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(media_type);
    let parts = js_sys::Array::of1(&text.into());
    let Ok(blob) = web_sys::Blob::new_with_str_sequence_and_options(&parts, &options) else {
        return;
    };
    let Ok(url) = web_sys::Url::create_object_url_with_blob(&blob) else {
        return;
    };
    if let Ok(link) = document().create_element("a") {
        let link: web_sys::HtmlAnchorElement = link.unchecked_into();
        link.set_href(&url);
        link.set_download(name);
        link.click();
    }
    // The browser has taken the blob over once the click is done.
    after_ms(10_000, move || {
        let _ = web_sys::Url::revoke_object_url(&url);
    });
}

/// Listens to an event of the window for as long as the page lives.
pub(crate) fn on_window(event: &str, run: impl Fn() + 'static) {
    let listener = Closure::<dyn Fn()>::new(run);
    // Only a null callback makes this throw.
    let _ = window().add_event_listener_with_callback(event, listener.as_ref().unchecked_ref());
    listener.forget();
}

/// The `xn--` form of an internationalised domain name; none where it is no name.
pub(crate) fn to_ascii_domain(name: &str) -> Option<String> {
    let url = web_sys::Url::new(&format!("https://{name}/")).ok()?;
    Some(url.hostname())
}

/// Where a written address leads, as the browser understands it: the host in ASCII, whatever it looks like. None where
/// it is no address of a web page, or has a name before its host that looks like another one.
pub(crate) fn link_target(written: &str) -> Option<String> {
    let url = web_sys::Url::new(written).ok()?;
    let page = matches!(url.protocol().as_str(), "https:" | "http:");
    let plain = url.username().is_empty() && url.password().is_empty();
    (page && plain).then(|| url.href())
}

/// Where this page is served.
pub(crate) fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// Opens the browser's print dialog.
pub(crate) fn print() {
    // Throws only where printing is forbidden; then there is no dialog.
    let _ = window().print();
}

#[expect(clippy::cast_precision_loss, reason = "dates are far below 2^53 ms")]
fn date(at_ms: u64) -> js_sys::Date {
    js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(at_ms as f64))
}

/// A time as ISO 8601 in UTC.
pub(crate) fn iso(at_ms: u64) -> String {
    date(at_ms).to_iso_string().into()
}

/// Now, as ISO 8601 in UTC.
pub(crate) fn iso_now() -> String {
    js_sys::Date::new_0().to_iso_string().into()
}

/// Today where the user is: year, month from 1, day from 1.
pub(crate) fn today() -> (i32, u32, u32) {
    let now = js_sys::Date::new_0();
    let year = i32::try_from(now.get_full_year()).unwrap_or_default();
    (year, now.get_month() + 1, now.get_date())
}

/// The start of a day so many days later, where the user is; milliseconds since the Unix epoch.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "dates of a log are positive"
)]
pub(crate) fn midnight((year, month, day): (i32, u32, u32), later: i32) -> u64 {
    let day = i32::try_from(day).unwrap_or(1).saturating_add(later);
    let month = i32::try_from(month).unwrap_or(1) - 1;
    let year = u32::try_from(year).unwrap_or_default();
    // Days outside the month count on into the months around it.
    let date = js_sys::Date::new_with_year_month_day(year, month, day);
    date.get_time() as u64
}
