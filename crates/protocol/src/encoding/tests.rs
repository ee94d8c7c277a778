use super::*;
use crate::testing::{Key, first_state, genesis};
use crate::{AccountState, Hash, KeyCertificate, Manifest, Signed};

canonical_struct! {
    #[derive(Debug, Clone, PartialEq, Eq)]
    struct Sample {
        small: u8,
        large: u64,
        flag: bool,
        hash: Option<Hash>,
        list: Vec<Hash>,
    }
}

impl Canonical for Sample {
    const MAX_LEN: usize = 8192;
}

fn sample() -> Sample {
    Sample {
        small: 7,
        large: 70_000,
        flag: true,
        hash: None,
        list: vec![Hash([1; 32])],
    }
}

fn bytes_of_sample() -> Vec<u8> {
    let mut bytes = hex::decode("8507").unwrap();
    bytes.extend(hex::decode("1a00011170").unwrap());
    bytes.extend(hex::decode("f5f6815820").unwrap());
    bytes.extend([1; 32]);
    bytes
}

#[test]
fn structs_are_definite_arrays_of_their_fields() {
    assert_eq!(sample().to_bytes(), bytes_of_sample());
    assert_eq!(Sample::from_bytes(&bytes_of_sample()), Ok(sample()));
}

#[test]
fn trailing_bytes_are_refused() {
    let mut bytes = bytes_of_sample();
    bytes.push(0);
    assert_eq!(Sample::from_bytes(&bytes), Err(DecodeError::NotCanonical));
}

#[test]
fn truncated_bytes_are_refused() {
    let bytes = bytes_of_sample();
    for len in 0..bytes.len() {
        assert!(Sample::from_bytes(&bytes[..len]).is_err(), "{len}");
    }
}

#[test]
fn an_integer_longer_than_needed_is_refused() {
    let mut bytes = bytes_of_sample();
    bytes.splice(1..2, [0x18, 0x07]);
    assert_eq!(Sample::from_bytes(&bytes), Err(DecodeError::NotCanonical));
}

#[test]
fn an_unknown_field_is_refused() {
    let mut bytes = bytes_of_sample();
    bytes[0] = 0x86;
    bytes.push(0xf6);
    assert_eq!(
        Sample::from_bytes(&bytes),
        Err(DecodeError::ItemCount { actual: 6, max: 5 })
    );
}

#[test]
fn a_missing_field_is_refused() {
    assert_eq!(
        Sample::from_bytes(&hex::decode("8107").unwrap()),
        Err(DecodeError::ItemCount { actual: 1, max: 5 })
    );
}

#[test]
fn an_indefinite_array_is_refused() {
    let mut bytes = bytes_of_sample();
    bytes[0] = 0x9f;
    bytes.push(0xff);
    assert_eq!(Sample::from_bytes(&bytes), Err(DecodeError::Malformed));
}

#[test]
fn an_indefinite_byte_string_is_refused() {
    let bytes = hex::decode("85070af5f6815f4101ff").unwrap();
    assert!(Sample::from_bytes(&bytes).is_err());
}

#[test]
fn a_list_that_promises_much_allocates_nothing() {
    // An array head of 2^62 items.
    let bytes = hex::decode("85070af5f69b4000000000000000").unwrap();
    assert_eq!(
        Sample::from_bytes(&bytes),
        Err(DecodeError::ItemCount {
            actual: 1 << 62,
            max: Hash::MAX_ITEMS
        })
    );
    // A head of the greatest allowed number with nothing behind it.
    let bytes = hex::decode("85070af5f61865").unwrap();
    assert!(Sample::from_bytes(&bytes).is_err());
}

#[test]
fn more_bytes_than_the_limit_are_refused_unread() {
    let bytes = vec![0xff; Sample::MAX_LEN + 1];
    assert_eq!(
        Sample::from_bytes(&bytes),
        Err(DecodeError::TooLong {
            actual: Sample::MAX_LEN + 1,
            max: Sample::MAX_LEN
        })
    );
}

#[test]
fn a_number_out_of_range_is_refused() {
    let mut bytes = bytes_of_sample();
    bytes.splice(1..2, [0x19, 0x01, 0x00]);
    assert_eq!(Sample::from_bytes(&bytes), Err(DecodeError::Value));
}

#[test]
fn undefined_is_not_null() {
    let mut bytes = bytes_of_sample();
    bytes[8] = 0xf7;
    assert!(Sample::from_bytes(&bytes).is_err());
}

#[test]
fn a_hash_of_another_length_is_refused() {
    let bytes = hex::decode("85070af5f6814101").unwrap();
    assert_eq!(
        Sample::from_bytes(&bytes),
        Err(DecodeError::Length {
            actual: 1,
            expected: 32
        })
    );
}

#[test]
fn text_that_is_not_utf8_is_refused() {
    let mut reader = Reader::new(&[0x62, 0xff, 0xfe]);
    assert_eq!(reader.text(10), Err(DecodeError::Malformed));
}

#[test]
fn deep_nesting_is_refused_without_recursion() {
    let bytes = vec![0x81; 1000];
    assert!(Signed::<Manifest>::from_bytes(&bytes).is_err());
}

#[test]
fn an_unknown_variant_is_refused() {
    let mut state = first_state(1).to_bytes();
    // [account (17 bytes), kind, ...] behind the array head.
    assert_eq!(state[18], 1);
    state[18] = 3;
    assert_eq!(AccountState::from_bytes(&state), Err(DecodeError::Value));
}

#[test]
fn a_second_signature_is_refused_where_none_belongs() {
    let mut signed = genesis(1);
    signed.cosignature = Some(signed.signature);
    assert_eq!(
        Signed::<Manifest>::from_bytes(&signed.to_bytes()),
        Err(DecodeError::Value)
    );
    assert!(signed.verify_cosigned(&Key::new(1).identity()).is_err());
}

#[test]
fn one_type_does_not_read_as_another() {
    let manifest = genesis(1).to_bytes();
    assert!(Signed::<AccountState>::from_bytes(&manifest).is_err());
    assert!(Signed::<KeyCertificate>::from_bytes(&manifest).is_err());
    assert!(Manifest::from_bytes(&manifest).is_err());
}

#[test]
fn serde_is_base64url_of_the_canonical_bytes() {
    let signed = genesis(1);
    let json = serde_json::to_string(&signed).unwrap();
    assert_eq!(
        serde_json::from_str::<Signed<Manifest>>(&json).unwrap(),
        signed
    );
    assert!(serde_json::from_str::<Signed<Manifest>>("\"AA\"").is_err());
    assert!(serde_json::from_str::<Signed<Manifest>>("\"not base64 !\"").is_err());
}

#[cfg(not(target_arch = "wasm32"))]
mod properties {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn whatever_is_accepted_encodes_to_the_same_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(value) = Sample::from_bytes(&bytes) {
                prop_assert_eq!(value.to_bytes(), bytes);
            }
        }

        #[test]
        fn a_changed_byte_never_reads_as_the_same_value(at in 0usize..44, change in 1u8..) {
            let mut bytes = bytes_of_sample();
            bytes[at] ^= change;
            prop_assert_ne!(Sample::from_bytes(&bytes), Ok(sample()));
        }

        #[test]
        fn decoders_survive_anything(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
            let _ = Signed::<Manifest>::from_bytes(&bytes);
            let _ = Signed::<AccountState>::from_bytes(&bytes);
            let _ = Signed::<KeyCertificate>::from_bytes(&bytes);
            let _ = Signed::<crate::Roster>::from_bytes(&bytes);
            let _ = Signed::<crate::SendCertificate>::from_bytes(&bytes);
            let _ = crate::Grant::from_bytes(&bytes);
            let _ = crate::SignedMessage::from_bytes(&bytes);
        }

        #[test]
        fn a_damaged_state_is_refused_or_another(at in 0usize..3900, change in 1u8..) {
            let signed = Key::new(1).sign(first_state(1));
            let mut bytes = signed.to_bytes();
            let at = at % bytes.len();
            bytes[at] ^= change;
            if let Ok(other) = Signed::<AccountState>::from_bytes(&bytes) {
                prop_assert!(other != signed);
                prop_assert!(other.verify(&signed.statement.identity).is_err());
            }
        }
    }
}
