use js_sys::{Date, Object, Reflect};
use leptos::prelude::Get;
use wasm_bindgen::JsValue;

use super::{language, language_tag};

const DAY_MS: f64 = 24.0 * 60.0 * 60.0 * 1000.0;

fn options(pairs: &[(&str, &str)]) -> Object {
    let object = Object::new();
    for (key, value) in pairs {
        // A plain object takes every key.
        let _ = Reflect::set(&object, &JsValue::from_str(key), &JsValue::from_str(value));
    }
    object
}

#[expect(clippy::cast_precision_loss, reason = "dates are far below 2^53 ms")]
fn date_of(at_ms: u64) -> Date {
    Date::new(&JsValue::from_f64(at_ms as f64))
}

fn tag() -> &'static str {
    language_tag(language().get())
}

fn same_day(a: &Date, b: &Date) -> bool {
    a.get_date() == b.get_date()
        && a.get_month() == b.get_month()
        && a.get_full_year() == b.get_full_year()
}

/// "3 February 2026".
pub(crate) fn date(at_ms: u64) -> String {
    let options = options(&[("dateStyle", "long")]);
    date_of(at_ms).to_locale_date_string(tag(), &options).into()
}

/// "3 Feb 2026".
pub(crate) fn short_date(at_ms: u64) -> String {
    let options = options(&[("dateStyle", "medium")]);
    date_of(at_ms).to_locale_date_string(tag(), &options).into()
}

/// "3 Feb 2026, 14:12".
pub(crate) fn date_time(at_ms: u64) -> String {
    let options = options(&[("dateStyle", "medium"), ("timeStyle", "short")]);
    date_of(at_ms).to_locale_string(tag(), &options).into()
}

/// "3 Feb 2026, 14:12:05".
pub(crate) fn date_time_seconds(at_ms: u64) -> String {
    let options = options(&[("dateStyle", "medium"), ("timeStyle", "medium")]);
    date_of(at_ms).to_locale_string(tag(), &options).into()
}

/// The time for today, the weekday and time for the week before, the date otherwise: what fits in a
/// list.
pub(crate) fn short_time(at_ms: u64) -> String {
    let (at, now) = (date_of(at_ms), Date::new_0());
    let age_ms = now.get_time() - at.get_time();
    let clock = [("hour", "2-digit"), ("minute", "2-digit")];
    if same_day(&at, &now) {
        return at.to_locale_string(tag(), &options(&clock)).into();
    }
    if (0.0..6.0 * DAY_MS).contains(&age_ms) {
        let wanted = [clock[0], clock[1], ("weekday", "short")];
        return at.to_locale_string(tag(), &options(&wanted)).into();
    }
    let mut wanted = vec![("day", "numeric"), ("month", "short")];
    if at.get_full_year() != now.get_full_year() {
        wanted.push(("year", "numeric"));
    }
    at.to_locale_date_string(tag(), &options(&wanted)).into()
}

/// "47,902" or "47.902".
/// A number with a decimal or none, as it is written in the page's language.
pub(super) fn decimal(value: f64) -> String {
    js_sys::Number::from(value).to_locale_string(tag()).into()
}

pub(crate) fn number(value: u32) -> String {
    js_sys::Number::from(value).to_locale_string(tag()).into()
}
