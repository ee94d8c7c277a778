//! Words of a text, as the index has them: the same for every client, whatever it was typed with.

use std::collections::BTreeSet;

use icu_normalizer::DecomposingNormalizerBorrowed;
use icu_normalizer::properties::CanonicalCombiningClassMapBorrowed;
use zegel_crypto::content::search::{MAX_QUERY_WORDS, MAX_WORD_BYTES};

/// Most words of a message.
pub(super) const MAX_WORDS: usize = 5_000;

/// Adds the words of a text to those of its message, as long as there is room.
pub(super) fn add(words: &mut BTreeSet<String>, text: &str) {
    each(text, |word| {
        if words.len() < MAX_WORDS && !words.contains(word) {
            words.insert(word.to_owned());
        }
        words.len() < MAX_WORDS
    });
}

/// The words that are looked for, each once.
pub(super) fn of_query(query: &str) -> Vec<String> {
    let mut words = Vec::new();
    each(query, |word| {
        if !words.iter().any(|known| known == word) {
            words.push(word.to_owned());
        }
        words.len() < MAX_QUERY_WORDS
    });
    words
}

/// Gives each word in turn, until `take` wants no more: NFKD without combining marks, in lower case, what stands
/// between characters that are neither letters nor digits.
fn each(text: &str, mut take: impl FnMut(&str) -> bool) {
    let combining = CanonicalCombiningClassMapBorrowed::new();
    let characters = DecomposingNormalizerBorrowed::new_nfkd()
        .normalize_iter(text.chars())
        .filter(|character| combining.get_u8(*character) == 0)
        .flat_map(char::to_lowercase);
    let mut word = String::new();
    let mut cut = false;
    for character in characters.chain([' ']) {
        if character.is_alphanumeric() {
            cut |= word.len() + character.len_utf8() > MAX_WORD_BYTES;
            if !cut {
                word.push(character);
            }
            continue;
        }
        if !word.is_empty() && !take(&word) {
            return;
        }
        word.clear();
        cut = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let mut words = BTreeSet::new();
        add(&mut words, text);
        words.into_iter().collect()
    }

    #[test]
    fn words_are_the_same_however_they_are_written() {
        for (text, expected) in [
            ("Café CAFE\u{301} cafe", &["cafe"][..]),
            (
                "Beste Daan,\n\nde akte (2026-114).",
                &["114", "2026", "akte", "beste", "daan", "de"],
            ),
            ("\u{133}zer ﬁets Ⅻ ﬀ", &["ff", "fiets", "ijzer", "xii"]),
            ("Ångström ÅNGSTRÖM", &["angstrom"]),
            (
                "noor.bakker@vandijk.example",
                &["bakker", "example", "noor", "vandijk"],
            ),
            (
                "İstanbul STRASSE Straße",
                &["istanbul", "strasse", "straße"],
            ),
            ("нотариус НОТАРИУС", &["нотариус"]),
            ("\u{202e}rechts\u{200b}links 👍🏽 …", &["links", "rechts"]),
            ("  ", &[]),
            ("", &[]),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn a_long_word_is_cut_between_characters() {
        let long = format!("{}é{}", "x".repeat(63), "y".repeat(9));
        assert_eq!(words(&long), [format!("{}e", "x".repeat(63))]);
        let cyrillic = format!("x{}z", "я".repeat(40));
        assert_eq!(words(&cyrillic), [format!("x{}", "я".repeat(31))]);
    }

    #[test]
    fn a_message_has_so_many_words_at_most() {
        let text: Vec<String> = (0..6_000).map(|number| format!("n{number}")).collect();
        let mut found = BTreeSet::new();
        add(&mut found, "Onderwerp");
        add(&mut found, &text.join(" "));
        assert_eq!(found.len(), MAX_WORDS);
        assert!(found.contains("onderwerp") && found.contains("n4998"));
        add(&mut found, "nog iets");
        assert_eq!(found.len(), MAX_WORDS);
    }

    #[test]
    fn a_query_is_read_as_a_text_is() {
        assert_eq!(
            of_query(" Café, akte CAFÉ 2026-114 "),
            ["cafe", "akte", "2026", "114"]
        );
        assert_eq!(of_query("  … "), Vec::<String>::new());
        let many: Vec<String> = (0..100).map(|number| format!("n{number}")).collect();
        assert_eq!(of_query(&many.join(" ")).len(), MAX_QUERY_WORDS);
    }
}
