//! Frozen vectors, one for every blob, grant and statement: `tests/vectors/*.json`.
//!
//! Each is made anew from fixed inputs and compared with the file, and then read back from the
//! file alone. With `ZEGEL_UPDATE_VECTORS=1` the files are rewritten: only for a new format.

mod attachments;
mod codes;
mod model;
mod objects;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;
use zegel_protocol::encoding::Canonical;
use zegel_protocol::{
    AccountState, Grant, IdentityKey, KeyCertificate, Manifest, Namespace, Roster, SendCertificate,
    Signature, Signed, SignedMessage, SignedRevocation, Statement, signing_input,
};

use self::model::{BlobVector, GrantVector, Hex, StatementVector};
use crate::hazmat::{blob, hpke};

macro_rules! file {
    ($name:literal) => {
        (
            concat!($name, ".json"),
            include_str!(concat!("../../../../tests/vectors/", $name, ".json")),
        )
    };
}

/// Compares with the frozen file, or rewrites it.
fn compare(vectors: &impl serde::Serialize, (name, frozen): (&str, &str)) {
    let made = serde_json::to_string_pretty(vectors).unwrap() + "\n";
    #[cfg(not(target_arch = "wasm32"))]
    if std::env::var_os("ZEGEL_UPDATE_VECTORS").is_some() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/");
        std::fs::write(format!("{folder}{name}"), made).unwrap();
        return;
    }
    assert!(made == frozen, "{name} is not what this code makes");
}

/// What the frozen file holds; nothing while it is being rewritten.
fn read<T: serde::de::DeserializeOwned>((_, frozen): (&str, &str)) -> Vec<T> {
    if std::env::var_os("ZEGEL_UPDATE_VECTORS").is_some() {
        return Vec::new();
    }
    let vectors: Vec<T> = serde_json::from_str(frozen).unwrap();
    assert!(!vectors.is_empty());
    vectors
}

#[test]
fn keys_are_frozen() {
    compare(&codes::keys(), file!("keys"));
}

#[test]
fn codes_are_frozen() {
    compare(&codes::codes(), file!("codes"));
}

#[test]
fn blobs_are_frozen() {
    compare(&objects::blobs(), file!("blobs"));
}

#[test]
fn statements_are_frozen() {
    compare(&objects::statements(), file!("statements"));
}

#[test]
fn grants_are_frozen() {
    compare(&objects::grants(), file!("grants"));
}

#[test]
fn messages_are_frozen() {
    compare(&objects::message(), file!("message"));
}

#[test]
fn revocations_are_frozen() {
    compare(&objects::revocations(), file!("revocation"));
}

#[test]
fn attachments_are_frozen() {
    compare(&attachments::attachments(), file!("attachments"));
}

#[test]
fn frozen_attachments_open() {
    for vector in read::<attachments::AttachmentVector>(file!("attachments")) {
        attachments::check(&vector);
    }
}

#[test]
fn frozen_blobs_open() {
    for vector in read::<BlobVector>(file!("blobs")) {
        let ctx = vector.ctx.read();
        assert_eq!(ctx.to_bytes(), vector.ctx_bytes.0);
        let opened = blob::open(&vector.parent_key.array(), &ctx, &vector.blob.0).unwrap();
        assert_eq!(opened.as_slice(), vector.plaintext.0, "{}", vector.name);
    }
}

#[test]
fn frozen_grants_open() {
    for vector in read::<GrantVector>(file!("grants")) {
        let grant = Grant::from_bytes(&vector.grant.0).unwrap();
        assert_eq!(grant.verify_signature(), Ok(()));
        assert_eq!(grant.header.hash().0.as_slice(), vector.header_hash.0);
        let opened = hpke::open(
            &vector.recipient_seed.array(),
            vector.info.as_bytes(),
            grant.enc.as_slice(),
            &grant.ciphertext,
            &vector.header_hash.0,
        )
        .unwrap();
        assert_eq!(opened.as_slice(), vector.payload.0, "{}", vector.name);
    }
}

fn check_statement<T: Statement>(vector: &StatementVector) {
    let signed = Signed::<T>::from_bytes(&vector.envelope.0).unwrap();
    assert_eq!(signed.statement.to_bytes(), vector.statement.0);
    assert_eq!(signed.hash().0.as_slice(), vector.hash.0);
    assert_eq!(
        signing_input(T::NAMESPACE, &signed.hash()),
        vector.signing_input.0
    );
    assert_eq!(
        signed.signature,
        Signature::try_from(vector.signature.0.as_slice()).unwrap()
    );
    let key = |bytes: &Hex| IdentityKey(bytes.array());
    assert_eq!(signed.verify(&key(&vector.signer)), Ok(()));
    if let Some(cosigner) = &vector.cosigner {
        assert_eq!(signed.verify_cosigned(&key(cosigner)), Ok(()));
    }
}

#[test]
fn frozen_statements_verify() {
    for vector in read::<StatementVector>(file!("statements")) {
        match vector.namespace.as_str() {
            "manifest" => check_statement::<Manifest>(&vector),
            "account-state" => check_statement::<AccountState>(&vector),
            "key-certificate" => check_statement::<KeyCertificate>(&vector),
            "roster" => check_statement::<Roster>(&vector),
            "send-certificate" => check_statement::<SendCertificate>(&vector),
            other => panic!("{other}"),
        }
    }
}

#[test]
fn frozen_messages_open() {
    for vector in read::<model::MessageVector>(file!("message")) {
        let signed = SignedMessage::from_bytes(&vector.signed_message.0).unwrap();
        let sender = IdentityKey(vector.sender_identity.array());
        assert_eq!(signed.verify(&sender), Ok(()));
        for stanza in &vector.stanzas {
            let (enc, ciphertext) = stanza.stanza.0.split_at(1120);
            let key = hpke::open(
                &stanza.recipient_seed.array(),
                b"zegel/v1/stanza",
                enc,
                ciphertext,
                &stanza.aad.0,
            )
            .unwrap();
            assert_eq!(key.as_slice(), vector.message_key.0);
        }
    }
}

#[test]
fn frozen_revocations_verify() {
    for vector in read::<model::RevocationVector>(file!("revocation")) {
        let signed = SignedRevocation::from_bytes(&vector.signed_revocation.0).unwrap();
        assert_eq!(signed.revocation.to_bytes(), vector.revocation.0);
        assert_eq!(
            signing_input(Namespace::Revocation, &signed.revocation.hash()),
            vector.signing_input.0
        );
        let sender = IdentityKey(vector.sender_identity.array());
        assert_eq!(signed.verify(&sender), Ok(()));
    }
}
