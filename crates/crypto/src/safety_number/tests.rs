#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

fn number() -> SafetyNumber {
    SafetyNumber::of_account(AccountId([1; 16]), &IdentityKey([2; 32]))
}

#[test]
fn numbers_are_six_groups_of_five_digits() {
    let text = number().to_string();
    assert_eq!(text.len(), 35);
    let groups: Vec<_> = text.split(' ').collect();
    assert_eq!(groups.len(), 6);
    assert!(
        groups
            .iter()
            .all(|group| group.len() == 5 && group.bytes().all(|digit| digit.is_ascii_digit()))
    );
}

#[test]
fn typing_is_tolerated() {
    let text = number().to_string();
    for typed in [
        text.clone(),
        text.replace(' ', ""),
        text.replace(' ', "-"),
        text.replace(' ', "\n"),
        format!(" {text}. "),
    ] {
        assert_eq!(SafetyNumber::parse(&typed), Ok(number()), "{typed}");
    }
}

#[test]
fn other_texts_are_refused() {
    let text = number().to_string();
    assert_eq!(SafetyNumber::parse(""), Err(SafetyNumberError::Length));
    assert_eq!(
        SafetyNumber::parse(&text[1..]),
        Err(SafetyNumberError::Length)
    );
    assert_eq!(
        SafetyNumber::parse(&format!("{text}1")),
        Err(SafetyNumberError::Length)
    );
    assert_eq!(
        SafetyNumber::parse(&text.replacen(' ', "x", 1)),
        Err(SafetyNumberError::Character)
    );
    assert_eq!(
        SafetyNumber::parse("１２３４５"),
        Err(SafetyNumberError::Character)
    );
}

#[test]
fn account_key_and_kind_all_count() {
    let others = [
        SafetyNumber::of_account(AccountId([9; 16]), &IdentityKey([2; 32])),
        SafetyNumber::of_account(AccountId([1; 16]), &IdentityKey([9; 32])),
        SafetyNumber::of_organization(OrgId([2; 32])),
    ];
    for other in others {
        assert_ne!(other, number());
    }
}
