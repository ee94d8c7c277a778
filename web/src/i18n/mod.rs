//! Every text that the page shows, English and Dutch side by side. A text without its translation
//! does not compile; one that nobody shows is reported as dead code.

pub(crate) mod access;
pub(crate) mod admin;
pub(crate) mod adoption;
pub(crate) mod attachments;
pub(crate) mod auth;
pub(crate) mod common;
pub(crate) mod errors;
mod format;
pub(crate) mod mail;

pub(crate) use format::{date, date_time, date_time_seconds, number, short_date, short_time};

use leptos::prelude::*;
use zegel_api::Language;

/// A text in every language. `{name}` marks a place that [`t!`] fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) en: &'static str,
    pub(crate) nl: &'static str,
}

impl Text {
    /// The text in `language`.
    pub(crate) const fn in_language(self, language: Language) -> &'static str {
        match language {
            Language::En => self.en,
            Language::Nl => self.nl,
        }
    }

    /// The text in the page's language; followed where something reactive reads it.
    pub(crate) fn get(self) -> &'static str {
        self.in_language(language().get())
    }
}

/// Declares texts: `NAME: "English" | "Nederlands";`
macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident: $en:literal | $nl:literal;)*) => {
        $($(#[$doc])* pub(crate) const $name: $crate::i18n::Text = $crate::i18n::Text { en: $en, nl: $nl };)*

        /// For the tests of all texts.
        #[cfg(test)]
        pub(crate) const ALL: &[(&str, $crate::i18n::Text)] = &[$((stringify!($name), $name)),*];
    };
}
pub(crate) use texts;

/// A text as a view shows it: `{t(common::CANCEL)}`, `aria-label=t(common::CLOSE)`. It follows the language.
pub(crate) fn t(text: Text) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    move || text.get()
}

/// A text with its places filled: `t!(mail::UNREAD, count = rows)`. Follows the language, and the
/// signals that the values read. In scope everywhere.
macro_rules! t {
    ($text:expr, $($name:ident = $value:expr),+ $(,)?) => {
        move || $crate::i18n::fill($text, &[$((stringify!($name), &::std::string::ToString::to_string(&$value))),+])
    };
}

/// A piece of a text: words, or the name of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// As they are.
    Words(&'static str),
    /// Without its brackets.
    Place(&'static str),
}

/// A text in the page's language in pieces, for places that are more than text.
pub(crate) fn pieces(text: Text) -> Vec<Piece> {
    let mut rest = text.get();
    let mut pieces = Vec::new();
    while let Some((words, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        pieces.extend([Piece::Words(words), Piece::Place(name)]);
        rest = after;
    }
    pieces.push(Piece::Words(rest));
    pieces
}

/// The text in the page's language with its `{name}`s replaced.
pub(crate) fn fill(text: Text, values: &[(&str, &str)]) -> String {
    replace(text.get(), values)
}

/// A text with its `{name}`s replaced.
pub(crate) fn replace(text: &str, values: &[(&str, &str)]) -> String {
    let mut parts = text.split('{');
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('}').unwrap_or((part, ""));
        let value = values.iter().find(|(key, _)| *key == name);
        filled.push_str(value.map_or("", |(_, value)| value));
        filled.push_str(rest);
    }
    filled
}

thread_local! {
    static LANGUAGE: ArcRwSignal<Language> = ArcRwSignal::new(Language::En);
}

/// The page's language.
pub(crate) fn language() -> ArcRwSignal<Language> {
    LANGUAGE.with(Clone::clone)
}

/// As `lang` attributes and browser functions want it.
pub(crate) const fn language_tag(language: Language) -> &'static str {
    match language {
        Language::En => "en-GB",
        Language::Nl => "nl-NL",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(text: &str) -> Vec<&str> {
        let mut names: Vec<&str> = text
            .split('{')
            .skip(1)
            .filter_map(|part| part.split_once('}').map(|(name, _)| name))
            .collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn translations_have_the_same_places_and_no_blank() {
        for (name, text) in [
            access::ALL,
            admin::ALL,
            adoption::ALL,
            attachments::ALL,
            auth::ALL,
            common::ALL,
            errors::ALL,
            mail::ALL,
        ]
        .concat()
        {
            assert_eq!(places(text.en), places(text.nl), "{name}");
            assert!(
                !text.en.trim().is_empty() && !text.nl.trim().is_empty(),
                "{name}"
            );
        }
    }

    #[test]
    fn pieces_are_the_whole_text() {
        let text = Text {
            en: "As {account}{address}. Go",
            nl: "Als {account}{address}. Ga",
        };
        assert_eq!(
            pieces(text),
            [
                Piece::Words("As "),
                Piece::Place("account"),
                Piece::Words(""),
                Piece::Place("address"),
                Piece::Words(". Go"),
            ]
        );
    }

    #[test]
    fn places_are_filled_by_name() {
        let text = replace(
            "{count} of {total}, {count}",
            &[("total", "9"), ("count", "2")],
        );
        assert_eq!(text, "2 of 9, 2");
    }
}
