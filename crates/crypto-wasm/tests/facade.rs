//! The façade as JavaScript uses it, in a browser:
//! `cargo test -p zegel-crypto-wasm --target wasm32-unknown-unknown`.
#![cfg(target_arch = "wasm32")]

use js_sys::Uint8Array;
use wasm_bindgen_test::wasm_bindgen_test;
use zegel_crypto_wasm::{
    AccountKey, AdoptionLink, Content, Kek, MailboxKey, ManifestChain, RecoveryCode, RecoverySeed,
    Sender, equal_safety_numbers, make_escrow, open_escrow, open_message, safety_number_of_account,
    safety_number_of_organization, seal_message, verify_first_state, verify_grant, verify_message,
};
use zegel_protocol::{AccountState, Canonical, Hash, KemKey, Kind};

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);

const ANNA: &str = "AAAAAAAAAAAAAAAAAAAAAQ";
const BRAM: &str = "AAAAAAAAAAAAAAAAAAAAAg";
const NOW: f64 = 1_767_225_600_000.0;

struct Person {
    key: AccountKey,
    mailbox: MailboxKey,
    identity: String,
    state: Vec<u8>,
}

fn person(account: &str) -> Person {
    let key = AccountKey::make();
    let mailbox = MailboxKey::make();
    let identity = key.identity(account, 1).unwrap();
    let kem = |bytes: Vec<u8>| KemKey::try_from(bytes.as_slice()).unwrap();
    let state = AccountState {
        account: account.parse().unwrap(),
        kind: Kind::Person,
        epoch: 1,
        sequence: 1,
        previous: Hash::ZERO,
        identity: identity.public_key().parse().unwrap(),
        account_encryption: kem(key.account_encryption_key(account, 1).unwrap()),
        grant: kem(key
            .keyring(account, 1)
            .unwrap()
            .grant_key(account, 1)
            .unwrap()),
        mailbox_encryption: kem(mailbox.encryption_key(account, 1).unwrap()),
        mailbox_generation: 1,
        roster: None,
        joined: None,
        min_suite: 1,
    };
    Person {
        identity: identity.public_key(),
        state: identity.sign_state(&state.to_bytes()).unwrap(),
        key,
        mailbox,
    }
}

fn array(bytes: &[u8]) -> Uint8Array {
    Uint8Array::from(bytes)
}

#[wasm_bindgen_test]
fn keys_are_derived_sealed_and_opened() {
    let anna = person(ANNA);
    verify_first_state(&anna.state).unwrap();
    anna.key.check_state(&anna.mailbox, &anna.state).unwrap();
    let bram = person(BRAM);
    assert!(bram.key.check_state(&anna.mailbox, &anna.state).is_err());

    let code = RecoveryCode::make();
    let typed = RecoveryCode::parse(&code.text().to_lowercase()).unwrap();
    let kek = Kek::from_recovery_code(&code, ANNA, 1).unwrap();
    let blob = anna.key.seal(&kek, ANNA, 1).unwrap();
    let again = Kek::from_recovery_code(&typed, ANNA, 1).unwrap();
    let opened = AccountKey::open(&again, ANNA, 1, &anna.identity, &blob).unwrap();
    assert_eq!(
        opened.identity(ANNA, 1).unwrap().public_key(),
        anna.identity
    );
    let password = Kek::from_password(&[1; 64], ANNA, 1).unwrap();
    assert!(AccountKey::open(&password, ANNA, 1, &anna.identity, &blob).is_err());
    assert!(Kek::from_password(&[1; 63], ANNA, 1).is_err());

    let public = anna.mailbox.encryption_key(ANNA, 1).unwrap();
    let blob = anna.mailbox.seal(&anna.key, ANNA, 1, 1).unwrap();
    MailboxKey::open(&anna.key, ANNA, 1, 1, &public, &blob).unwrap();
    assert!(MailboxKey::open(&bram.key, ANNA, 1, 1, &public, &blob).is_err());
}

#[wasm_bindgen_test]
fn an_account_is_escrowed_to_an_organisation() {
    let (anna, bram) = (person(ANNA), person(BRAM));
    let seed = RecoverySeed::make();
    let identity = anna.key.identity(ANNA, 1).unwrap();
    let chain = ManifestChain::found("Van Dijk", ANNA, &identity, &seed, NOW).unwrap();
    let verified = ManifestChain::verify(vec![array(&chain.latest())]).unwrap();
    assert_eq!(verified.org_id(), chain.org_id());
    assert!(!verified.is_adopting("vandijk.example").unwrap());

    let escrow = make_escrow(&bram.key, BRAM, 1, &verified, NOW).unwrap();
    verify_grant(&escrow).unwrap();
    let opened = open_escrow(&seed, &verified, BRAM, 1, &bram.identity, &escrow).unwrap();
    assert_eq!(
        opened.identity(BRAM, 1).unwrap().public_key(),
        bram.identity
    );
    assert!(open_escrow(&seed, &verified, BRAM, 1, &anna.identity, &escrow).is_err());
    let other = RecoverySeed::make();
    assert!(open_escrow(&other, &verified, BRAM, 1, &bram.identity, &escrow).is_err());

    let org_id = verified.org_id();
    let sealed = seed.seal(&anna.key, 1, &org_id, 1).unwrap();
    let opened = RecoverySeed::open(&anna.key, 1, &org_id, 1, &seed.public_key(), &sealed).unwrap();
    assert_eq!(opened.public_key(), seed.public_key());

    let link = AdoptionLink::make(&seed, &org_id, 0, "bram@vandijk.example").unwrap();
    let read = AdoptionLink::parse(&format!("#{}", link.fragment())).unwrap();
    assert_eq!(read.org_id(), org_id);
    assert_eq!(
        read.proof(BRAM, &bram.identity).unwrap(),
        link.proof(BRAM, &bram.identity).unwrap()
    );
}

#[wasm_bindgen_test]
fn a_message_is_sealed_verified_and_opened() {
    let (anna, bram) = (person(ANNA), person(BRAM));
    let keyring = anna.key.keyring(ANNA, 1).unwrap();
    let certificate = anna
        .key
        .identity(ANNA, 1)
        .unwrap()
        .certify_send_key(ANNA, &keyring.send_key(ANNA, 1, 1).unwrap(), 1)
        .unwrap();
    let sender = Sender::new(&keyring, &anna.state, &certificate).unwrap();
    let content = Content::new("Offer".to_owned(), "Dear Bram".to_owned());
    let sealed = seal_message(&sender, vec![array(&bram.state)], &content, NOW).unwrap();
    let signed = sealed.signed.to_vec();
    verify_message(&signed, &anna.identity).unwrap();
    assert!(verify_message(&signed, &bram.identity).is_err());
    let open = |mailbox: &MailboxKey| {
        open_message(
            &signed,
            &anna.identity,
            BRAM,
            mailbox,
            &sealed.stanzas[0].to_vec(),
            &sealed.summary.to_vec(),
            &sealed.body.to_vec(),
        )
    };
    let opened = open(&bram.mailbox).unwrap();
    assert_eq!(
        (opened.subject, opened.text),
        (content.subject, content.text)
    );
    assert!(open(&anna.mailbox).is_err());
}

#[wasm_bindgen_test]
fn safety_numbers_are_compared_as_typed() {
    let anna = person(ANNA);
    let number = safety_number_of_account(ANNA, &anna.identity).unwrap();
    assert!(equal_safety_numbers(&number, &number.replace(' ', "")).unwrap());
    let organization = safety_number_of_organization(&anna.identity).unwrap();
    assert!(!equal_safety_numbers(&number, &organization).unwrap());
    assert!(equal_safety_numbers(&number, "12345").is_err());
}
