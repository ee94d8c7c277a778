//! Language and colours, remembered in this browser.

use zegel_api::Language;

use super::browser::{document, local_storage};
use crate::i18n;

const LANGUAGE: &str = "zegel.language";
const SCHEME: &str = "zegel.scheme";
const SHORTCUTS: &str = "zegel.shortcuts";

/// Which colours the page has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// As the system says.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Scheme {
    /// The value of `data-scheme`; none follows the system.
    pub(crate) const fn attribute(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }
}

fn stored(key: &str) -> Option<String> {
    local_storage()?.get_item(key).ok().flatten()
}

fn store(key: &str, value: Option<&str>) {
    let Some(storage) = local_storage() else {
        return;
    };
    // A full or forbidden storage only means that the choice is not remembered.
    let _ = match value {
        Some(value) => storage.set_item(key, value),
        None => storage.remove_item(key),
    };
}

/// The remembered colours.
pub(crate) fn stored_scheme() -> Scheme {
    match stored(SCHEME).as_deref() {
        Some("light") => Scheme::Light,
        Some("dark") => Scheme::Dark,
        _ => Scheme::System,
    }
}

/// Remembers and shows colours.
pub(crate) fn set_scheme(scheme: Scheme) {
    store(SCHEME, scheme.attribute());
    show_scheme(scheme);
}

/// Puts the colours on the page.
pub(crate) fn show_scheme(scheme: Scheme) {
    let Some(root) = document().document_element() else {
        return;
    };
    // Both names are valid attribute names.
    let _ = match scheme.attribute() {
        Some(value) => root.set_attribute("data-scheme", value),
        None => root.remove_attribute("data-scheme"),
    };
}

/// Whether the single keys of mail are on.
pub(crate) fn stored_shortcuts() -> bool {
    stored(SHORTCUTS).as_deref() != Some("off")
}

/// Remembers whether the single keys of mail are on.
pub(crate) fn set_shortcuts(on: bool) {
    store(SHORTCUTS, (!on).then_some("off"));
}

fn parse_language(tag: &str) -> Option<Language> {
    match tag.get(..2)? {
        "nl" => Some(Language::Nl),
        "en" => Some(Language::En),
        _ => None,
    }
}

/// The remembered language, else the browser's.
pub(crate) fn first_language() -> Language {
    stored(LANGUAGE)
        .as_deref()
        .and_then(parse_language)
        .or_else(|| {
            let preferred = leptos::prelude::window().navigator().language()?;
            parse_language(&preferred)
        })
        .unwrap_or_default()
}

/// Chooses and remembers a language.
pub(crate) fn set_language(language: Language) {
    let tag = match language {
        Language::En => "en",
        Language::Nl => "nl",
    };
    store(LANGUAGE, Some(tag));
    show_language(language);
}

/// The account's own language, where none was chosen in this browser.
pub(crate) fn suggest_language(language: Language) {
    if stored(LANGUAGE).is_none() {
        show_language(language);
    }
}

/// Shows a language; the `lang` attribute follows.
pub(crate) fn show_language(language: Language) {
    use leptos::prelude::Set;
    if let Some(root) = document().document_element() {
        let tag = match language {
            Language::En => "en",
            Language::Nl => "nl",
        };
        // `lang` is a valid attribute name.
        let _ = root.set_attribute("lang", tag);
    }
    i18n::language().set(language);
}

/// Shows what this browser remembers.
pub(crate) fn restore() {
    show_language(first_language());
    show_scheme(stored_scheme());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_tags_are_read_by_their_first_part() {
        assert_eq!(parse_language("nl-BE"), Some(Language::Nl));
        assert_eq!(parse_language("en"), Some(Language::En));
        assert_eq!(parse_language("de-DE"), None);
        assert_eq!(parse_language(""), None);
    }
}
