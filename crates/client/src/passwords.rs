//! Which passwords are refused. The server never sees one, so this is the only place that can.

use zegel_protocol::Address;

use crate::failure::Outcome;
use crate::view::{Failure, Field, Reason};

/// Fewest characters.
pub const MIN_PASSWORD_CHARS: usize = 12;
/// Most bytes: what stretching gets to hash.
pub const MAX_PASSWORD_BYTES: usize = 1024;

/// Words and keyboard walks that common passwords of this length are made of, English and Dutch,
/// in lower case, without digits at the ends; one a line, sorted.
const COMMON_WORDS: &str = include_str!("passwords/common_words.txt");

/// Checks a new password.
///
/// # Errors
/// A failure of [`Field::NewPassword`].
pub fn check_new(password: &str, address: &Address, name: &str) -> Outcome<()> {
    let refuse = |reason| Err(Failure::of(Field::NewPassword, reason));
    if password.chars().count() < MIN_PASSWORD_CHARS {
        return refuse(Reason::PasswordTooShort);
    }
    if password.len() > MAX_PASSWORD_BYTES {
        return refuse(Reason::TooLong);
    }
    if is_monotonous(password) || is_common(password) || is_own(password, address, name) {
        return refuse(Reason::PasswordTooCommon);
    }
    Ok(())
}

/// Fewer than five different characters, a short unit repeated, or a run such as "345678901234".
fn is_monotonous(password: &str) -> bool {
    let chars: Vec<char> = password.to_lowercase().chars().collect();
    let mut distinct = chars.clone();
    distinct.sort_unstable();
    distinct.dedup();
    let repeats = (1..=4).any(|unit| {
        chars
            .iter()
            .zip(chars.iter().skip(unit))
            .all(|(a, b)| a == b)
    });
    let in_step = |step: i64| {
        chars.iter().zip(chars.iter().skip(1)).all(|(a, b)| {
            let distance = i64::from(u32::from(*b)) - i64::from(u32::from(*a));
            distance == step || (a.is_ascii_digit() && (distance - step).abs() == 10)
        })
    };
    distinct.len() < 5 || repeats || in_step(1) || in_step(-1)
}

/// One or more of the common words, whatever digits and signs stand around and between them.
fn is_common(password: &str) -> bool {
    readings(password)
        .iter()
        .any(|letters| is_made_of_words(letters))
}

/// The letters alone in lower case: as they stand, and with the usual substitutions undone.
fn readings(password: &str) -> [String; 2] {
    let lower = password.to_lowercase();
    let letters = lower.chars().filter(|c| c.is_alphabetic()).collect();
    let substituted = lower
        .trim_matches(|c: char| !c.is_alphabetic() && c != '@' && c != '$')
        .chars()
        .filter_map(|c| match c {
            '0' => Some('o'),
            '1' | '!' => Some('i'),
            '3' => Some('e'),
            '4' | '@' => Some('a'),
            '5' | '$' => Some('s'),
            '7' => Some('t'),
            c if c.is_alphabetic() => Some(c),
            _ => None,
        })
        .collect();
    [letters, substituted]
}

fn is_made_of_words(letters: &str) -> bool {
    let mut reached = vec![false; letters.len() + 1];
    reached[0] = true;
    for start in 0..letters.len() {
        if !reached[start] {
            continue;
        }
        for word in COMMON_WORDS.lines() {
            if letters.as_bytes()[start..].starts_with(word.as_bytes()) {
                reached[start + word.len()] = true;
            }
        }
    }
    reached[letters.len()]
}

/// The address, its parts, or the person's name, with nothing but digits and signs added.
fn is_own(password: &str, address: &Address, name: &str) -> bool {
    let [letters, _] = readings(password);
    let whole = password.to_lowercase();
    [address.as_str(), address.local_part(), name]
        .iter()
        .any(|text| {
            let [own, _] = readings(text);
            whole == text.to_lowercase() || (!own.is_empty() && letters == own)
        })
}

#[cfg(test)]
mod tests {
    use zegel_protocol::Address;

    use super::{COMMON_WORDS, check_new};
    use crate::view::{Field, Reason};

    fn verdict(password: &str) -> Option<Reason> {
        let address = Address::parse("maartje.visser@vandijk.example").unwrap();
        check_new(password, &address, "Maartje Visser")
            .err()
            .map(|failure| {
                assert_eq!(failure.field, Some(Field::NewPassword));
                failure.reason
            })
    }

    #[test]
    fn a_password_has_at_least_twelve_characters() {
        assert_eq!(verdict("vijf koeien"), Some(Reason::PasswordTooShort));
        assert_eq!(verdict("vijf koeien!"), None);
        // Characters count, not bytes.
        assert_eq!(verdict("éééééêêêèè"), Some(Reason::PasswordTooShort));
        assert_eq!(verdict(&"Aa1!x".repeat(300)), Some(Reason::TooLong));
    }

    #[test]
    fn common_passwords_are_refused() {
        for password in [
            "password1234",
            "Password!2026",
            "P@ssw0rd2026",
            "passwordpassword",
            "qwertyuiop123",
            "1qaz2wsx3edc",
            "welkom123456",
            "Wachtwoord01!",
            "administrator",
            "123456789012",
            "210987654321",
            "2026-11-22-1234",
            "abcabcabcabc",
            "aaaaaaaaaaaaaa",
            "abcdefghijkl",
            "letmein-letmein",
            "iloveyou!iloveyou",
        ] {
            assert_eq!(
                verdict(password),
                Some(Reason::PasswordTooCommon),
                "{password}"
            );
        }
    }

    #[test]
    fn what_is_about_the_person_is_refused() {
        for password in [
            "maartje.visser@vandijk.example",
            "Maartje Visser",
            "maartje.visser1",
            "MaartjeVisser2026!",
        ] {
            assert_eq!(
                verdict(password),
                Some(Reason::PasswordTooCommon),
                "{password}"
            );
        }
    }

    #[test]
    fn good_passwords_pass() {
        for password in [
            "correct horse battery staple",
            "tulp-fiets-7-regen",
            "kQ2v!xL9#mZt",
        ] {
            assert_eq!(verdict(password), None, "{password}");
        }
    }

    #[test]
    fn the_words_are_sorted_lower_case_letters() {
        let words: Vec<&str> = COMMON_WORDS.lines().collect();
        assert!(words.is_sorted_by(|a, b| a < b));
        for word in words {
            assert!(
                word.len() >= 3 && word.bytes().all(|b| b.is_ascii_lowercase()),
                "{word}"
            );
        }
    }
}
