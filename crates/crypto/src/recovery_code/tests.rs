#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

fn code() -> RecoveryCode {
    RecoveryCode([
        0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee,
        0xff,
    ])
}

fn parse(text: &str) -> Result<[u8; 16], RecoveryCodeError> {
    RecoveryCode::parse(text).map(|code| code.0)
}

#[test]
fn codes_are_seven_groups_of_four() {
    let text = code().display();
    assert!(
        text.starts_with("008J-4CT4-ANK7-F24S-NAXW-SQFE-Z"),
        "{}",
        *text
    );
    assert_eq!(text.len(), 34);
    assert_eq!(parse(&text), Ok(code().0));
}

#[test]
fn typing_is_tolerated() {
    let text = code().display();
    for typed in [
        text.to_lowercase(),
        text.replace('-', ""),
        text.replace('-', " "),
        format!("  {}\n", text.replace('-', " - ")),
        text.replace('0', "O").replace('1', "I"),
        text.replace('0', "o").replace('1', "l"),
        text.replace('-', "\u{2013}"),
    ] {
        assert_eq!(parse(&typed), Ok(code().0), "{typed}");
    }
}

#[test]
fn a_wrong_length_is_told() {
    let text = code().display();
    assert_eq!(parse(""), Err(RecoveryCodeError::Length));
    assert_eq!(parse(&text[1..]), Err(RecoveryCodeError::Length));
    assert_eq!(
        parse(&format!("{}0", *text)),
        Err(RecoveryCodeError::Length)
    );
    assert_eq!(parse(&"0".repeat(100_000)), Err(RecoveryCodeError::Length));
}

#[test]
fn a_foreign_character_is_told() {
    let text = code().display();
    for other in ['U', 'u', '!', 'é', '\0'] {
        let typed = text.replacen('8', &other.to_string(), 1);
        assert_eq!(
            parse(&typed),
            Err(RecoveryCodeError::Character),
            "{other:?}"
        );
    }
}

#[test]
fn one_wrong_character_and_two_swapped_ones_are_noticed() {
    let text: Vec<char> = code().display().replace('-', "").chars().collect();
    for at in 0..text.len() {
        for other in ALPHABET {
            let mut typed = text.clone();
            typed[at] = char::from(*other);
            if typed != text {
                let typed: String = typed.into_iter().collect();
                assert_eq!(parse(&typed), Err(RecoveryCodeError::Checksum), "{typed}");
            }
        }
    }
    for at in 1..text.len() {
        let mut typed = text.clone();
        typed.swap(at - 1, at);
        if typed != text {
            let typed: String = typed.into_iter().collect();
            assert_eq!(parse(&typed), Err(RecoveryCodeError::Checksum), "{typed}");
        }
    }
}
