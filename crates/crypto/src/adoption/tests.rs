#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

fn link() -> AdoptionLink {
    AdoptionLink {
        org_id: OrgId([1; 32]),
        version: 7,
        token: JoinToken([2; 32]),
    }
}

#[test]
fn links_read_back() {
    let fragment = link().fragment();
    assert_eq!(
        *fragment,
        "join=AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE.7.AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI"
    );
    for text in [fragment.to_string(), format!("#{}", *fragment)] {
        let read = AdoptionLink::parse(&text).unwrap();
        assert_eq!(read.org_id, link().org_id);
        assert_eq!(read.version, 7);
        assert_eq!(read.token.0, [2; 32]);
    }
}

#[test]
fn other_fragments_are_refused() {
    let fragment = link().fragment();
    for text in [
        String::new(),
        "#".to_owned(),
        "join=".to_owned(),
        fragment.replace("join=", ""),
        fragment.replace(".7.", ".07."),
        fragment.replace(".7.", ".+7."),
        fragment.replace(".7.", ".-7."),
        fragment.replace(".7.", ".4294967296."),
        fragment.replace(".7.", "."),
        format!("{}.x", *fragment),
        format!("{}=", *fragment),
        format!("{}&a=b", *fragment),
        fragment[..fragment.len() - 1].to_owned(),
        // Another text for the same last byte.
        format!("{}J", &fragment[..fragment.len() - 1]),
    ] {
        assert!(AdoptionLink::parse(&text).is_err(), "{text}");
    }
}

#[test]
fn a_proof_is_of_one_account_and_identity_under_one_token() {
    let token = JoinToken([2; 32]);
    let account = AccountId([3; 16]);
    let identity = IdentityKey([4; 32]);
    let proof = token.proof(account, &identity);
    assert!(token.verify(account, &identity, &proof));
    assert!(!token.verify(AccountId([9; 16]), &identity, &proof));
    assert!(!token.verify(account, &IdentityKey([9; 32]), &proof));
    assert!(!JoinToken([9; 32]).verify(account, &identity, &proof));
    assert!(!token.verify(account, &identity, &Hash::ZERO));
}
