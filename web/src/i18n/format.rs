use std::cell::RefCell;
use std::collections::HashMap;

use js_sys::Intl::{DateTimeFormat, NumberFormat};
use js_sys::{Array, Date, Function, Object, Reflect};
use leptos::prelude::Get;
use wasm_bindgen::JsValue;

use super::{language, language_tag};

const DAY_MS: f64 = 24.0 * 60.0 * 60.0 * 1000.0;

/// What `Intl.DateTimeFormat` takes.
type Options = &'static [(&'static str, &'static str)];

const LONG_DATE: Options = &[("dateStyle", "long")];
const SHORT_DATE: Options = &[("dateStyle", "medium")];
const MINUTES: Options = &[("dateStyle", "medium"), ("timeStyle", "short")];
const SECONDS: Options = &[("dateStyle", "medium"), ("timeStyle", "medium")];
const CLOCK: Options = &[("hour", "2-digit"), ("minute", "2-digit")];
const WEEKDAY_CLOCK: Options = &[
    ("hour", "2-digit"),
    ("minute", "2-digit"),
    ("weekday", "short"),
];
const DAY: Options = &[("day", "numeric"), ("month", "short")];
const DAY_OF_YEAR: Options = &[("day", "numeric"), ("month", "short"), ("year", "numeric")];

thread_local! {
    /// `format` of each `Intl.DateTimeFormat`, by language: to make one takes longer than all else about a row.
    static FORMATS: RefCell<HashMap<(&'static str, Options), Function>> = RefCell::default();
    /// `format` of `Intl.NumberFormat`, by language, for the same reason.
    static NUMBERS: RefCell<HashMap<&'static str, Function>> = RefCell::default();
}

fn formatted(at: &Date, options: Options) -> String {
    let tag = tag();
    let format = FORMATS.with_borrow_mut(|formats| {
        let make = || {
            let wanted = Object::new();
            for (key, value) in options {
                // A plain object takes every key.
                let _ = Reflect::set(&wanted, &JsValue::from_str(key), &JsValue::from_str(value));
            }
            DateTimeFormat::new(&Array::of1(&tag.into()), &wanted).format()
        };
        formats.entry((tag, options)).or_insert_with(make).clone()
    });
    text(&format, at)
}

/// What a `format` gives, which takes every date and number.
fn text(format: &Function, value: &JsValue) -> String {
    let text = format.call1(&JsValue::UNDEFINED, value);
    text.ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default()
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
    formatted(&date_of(at_ms), LONG_DATE)
}

/// "3 Feb 2026".
pub(crate) fn short_date(at_ms: u64) -> String {
    formatted(&date_of(at_ms), SHORT_DATE)
}

/// "3 Feb 2026, 14:12".
pub(crate) fn date_time(at_ms: u64) -> String {
    formatted(&date_of(at_ms), MINUTES)
}

/// "3 Feb 2026, 14:12:05".
pub(crate) fn date_time_seconds(at_ms: u64) -> String {
    formatted(&date_of(at_ms), SECONDS)
}

/// The time for today, the weekday and time for the week before, the date otherwise: what fits in a
/// list.
pub(crate) fn short_time(at_ms: u64) -> String {
    let (at, now) = (date_of(at_ms), Date::new_0());
    let age_ms = now.get_time() - at.get_time();
    let options = if same_day(&at, &now) {
        CLOCK
    } else if (0.0..6.0 * DAY_MS).contains(&age_ms) {
        WEEKDAY_CLOCK
    } else if at.get_full_year() == now.get_full_year() {
        DAY
    } else {
        DAY_OF_YEAR
    };
    formatted(&at, options)
}

/// A number with decimals or none, as it is written in the page's language.
pub(super) fn decimal(value: f64) -> String {
    let tag = tag();
    let format = NUMBERS.with_borrow_mut(|formats| {
        let make = || NumberFormat::new(&Array::of1(&tag.into()), &Object::new()).format();
        formats.entry(tag).or_insert_with(make).clone()
    });
    text(&format, &value.into())
}

/// "47,902" or "47.902".
pub(crate) fn number(value: u32) -> String {
    decimal(value.into())
}
