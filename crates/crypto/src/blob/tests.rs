#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::hazmat::blob::{HEADER_LEN, OVERHEAD};
use crate::tests::world::{Person, Rng};

fn person() -> Person {
    Person::new(1)
}

fn kek(person: &Person) -> Kek {
    Kek::from_password(&[7; 64], person.account, person.epoch)
}

fn sealed(person: &Person) -> Vec<u8> {
    seal_account_key(
        &kek(person),
        person.account,
        person.epoch,
        &person.key,
        &mut Rng::new(9),
    )
    .unwrap()
}

fn open_sealed(person: &Person, blob: &[u8]) -> Result<AccountKey, OpenError> {
    let identity = person.identity().public();
    open_account_key(&kek(person), person.account, person.epoch, &identity, blob)
}

#[test]
fn an_account_key_opens_to_itself() {
    let person = person();
    let blob = sealed(&person);
    assert_eq!(blob.len(), 32 + OVERHEAD);
    let key = open_sealed(&person, &blob).unwrap();
    assert_eq!(key.bytes(), person.key.bytes());
}

#[test]
fn every_changed_bit_is_noticed() {
    let person = person();
    let blob = sealed(&person);
    for at in 0..blob.len() {
        for bit in 0..8 {
            let mut altered = blob.clone();
            altered[at] ^= 1 << bit;
            assert_eq!(open_sealed(&person, &altered).unwrap_err(), OpenError);
        }
    }
}

#[test]
fn every_other_length_is_refused() {
    let person = person();
    let mut blob = sealed(&person);
    for len in 0..blob.len() {
        assert!(open_sealed(&person, &blob[..len]).is_err(), "{len}");
    }
    blob.push(0);
    assert!(open_sealed(&person, &blob).is_err());
}

#[test]
fn another_version_or_suite_is_refused() {
    let person = person();
    let blob = sealed(&person);
    for (at, value) in [(0, 0), (0, 2), (1, 0), (1, 2), (2, 0), (2, 255)] {
        let mut other = blob.clone();
        other[at] = value;
        assert!(open_sealed(&person, &other).is_err(), "{at} {value}");
    }
}

/// A ciphertext is bound to one key before it is decrypted: put the commitment of a second key in
/// the place of the first, and neither opens it.
#[test]
fn a_blob_commits_to_its_key() {
    let person = person();
    let ctx = pins_ctx(person.account, 1);
    let first = seal(&[1; 32], &ctx, b"text", &mut Rng::new(5)).unwrap();
    let second = seal(&[2; 32], &ctx, b"text", &mut Rng::new(5)).unwrap();
    assert_eq!(first[..35], second[..35], "the same salt");
    let mut mixed = first.clone();
    mixed[35..HEADER_LEN].copy_from_slice(&second[35..HEADER_LEN]);
    assert!(open(&[1; 32], &ctx, &first).is_ok());
    assert!(open(&[2; 32], &ctx, &first).is_err());
    assert!(open(&[1; 32], &ctx, &mixed).is_err());
    assert!(open(&[2; 32], &ctx, &mixed).is_err());
}

#[test]
fn sealing_twice_gives_two_blobs() {
    let person = person();
    let mut rng = Rng::new(5);
    let mut seal =
        || seal_account_key(&kek(&person), person.account, 1, &person.key, &mut rng).unwrap();
    assert_ne!(seal(), seal());
}

#[test]
fn a_key_that_recomputes_another_public_key_is_not_given_out() {
    let person = person();
    let identity = person.identity().public();
    // Sealed with the right key and context, but around another account key.
    let kek = kek(&person);
    let ctx = account_key_ctx(&kek, person.account, 1, &identity);
    let blob = seal(kek.bytes(), &ctx, &[0x66; 32], &mut Rng::new(5)).unwrap();
    assert!(open_sealed(&person, &blob).is_err());

    let public = person.mailbox.encryption(person.account, 1).public();
    let ctx = mailbox_key_ctx(person.account, 1, 1, &public);
    let blob = seal(person.key.bytes(), &ctx, &[0x66; 32], &mut Rng::new(5)).unwrap();
    assert!(open_mailbox_key(&person.key, person.account, 1, 1, &public, &blob).is_err());

    let org_id = OrgId([3; 32]);
    let public = RecoverySeed::make(&mut Rng::new(1)).public();
    let ctx = recovery_seed_ctx(org_id, 1, 1, &public);
    let blob = seal(person.key.bytes(), &ctx, &[0x66; 32], &mut Rng::new(5)).unwrap();
    assert!(open_recovery_seed(&person.key, 1, org_id, 1, &public, &blob).is_err());
}

#[test]
fn password_and_recovery_code_do_not_open_each_others_blobs() {
    let person = person();
    let identity = person.identity().public();
    let code = crate::RecoveryCode::make(&mut Rng::new(3));
    let by_code = Kek::from_recovery_code(&code, person.account, 1);
    let blob =
        seal_account_key(&by_code, person.account, 1, &person.key, &mut Rng::new(9)).unwrap();
    assert!(open_account_key(&by_code, person.account, 1, &identity, &blob).is_ok());
    assert!(open_sealed(&person, &blob).is_err());
    assert!(open_account_key(&by_code, person.account, 1, &identity, &sealed(&person)).is_err());
}

#[test]
fn unlock_keys_are_of_one_account_epoch_and_method() {
    let account = AccountId([1; 16]);
    let kek = |account, epoch| *Kek::from_password(&[7; 64], account, epoch).bytes();
    assert_ne!(kek(account, 1), kek(account, 2));
    assert_ne!(kek(account, 1), kek(AccountId([2; 16]), 1));
}

#[test]
fn a_key_of_another_length_is_refused() {
    let person = person();
    let kek = kek(&person);
    let identity = person.identity().public();
    let ctx = account_key_ctx(&kek, person.account, 1, &identity);
    for len in [0, 31, 33, 64] {
        let blob = seal(kek.bytes(), &ctx, &vec![1; len], &mut Rng::new(5)).unwrap();
        assert!(open_sealed(&person, &blob).is_err(), "{len}");
    }
}

#[test]
fn contents_that_are_not_canonical_are_refused() {
    let person = person();
    let keyring = person.key.keyring(person.account, 1);
    let ctx = pins_ctx(person.account, 1);
    let good = Pins::default().to_bytes();
    let mut trailing = good.clone();
    trailing.push(0);
    for (plaintext, ok) in [(good, true), (trailing, false), (vec![0xff], false)] {
        let padded = pad(&plaintext, MAX_PADDED).unwrap();
        let blob = seal(keyring.bytes(), &ctx, &padded, &mut Rng::new(5)).unwrap();
        assert_eq!(open_pins(&keyring, person.account, 1, &blob).is_ok(), ok);
    }
    let unpadded = seal(
        keyring.bytes(),
        &ctx,
        &Pins::default().to_bytes(),
        &mut Rng::new(5),
    )
    .unwrap();
    assert!(open_pins(&keyring, person.account, 1, &unpadded).is_err());
}

#[test]
fn a_list_entry_shorter_than_its_key_is_refused() {
    let person = person();
    let message = MessageId([5; 16]);
    let ctx = list_entry_ctx(person.account, 1, message);
    let padded = pad(&[0; 31], MAX_PADDED).unwrap();
    let blob = seal(person.mailbox.bytes(), &ctx, &padded, &mut Rng::new(5)).unwrap();
    assert!(open_list_entry(&person.mailbox, person.account, 1, message, &blob).is_err());
}
