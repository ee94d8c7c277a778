//! Fixed keys and statements for the tests of this crate.

use ed25519_dalek::{Signer as _, SigningKey};

use crate::keys::Namespace;
use crate::{
    AccountId, AccountState, Administrator, Hash, IdentityKey, KemKey, Kind, Manifest, Name,
    Policy, SUITE, SendKey, Signature, Signed, Statement, Timestamp, signing_input,
};

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// A signing key that is known by its number.
pub(crate) struct Key(SigningKey);

impl Key {
    pub(crate) fn new(number: u8) -> Self {
        Self(SigningKey::from_bytes(&[number; 32]))
    }

    pub(crate) fn identity(&self) -> IdentityKey {
        IdentityKey(self.0.verifying_key().to_bytes())
    }

    pub(crate) fn send_key(&self) -> SendKey {
        SendKey(self.0.verifying_key().to_bytes())
    }

    pub(crate) fn sign_hash(&self, namespace: Namespace, hash: &Hash) -> Signature {
        Signature(self.0.sign(&signing_input(namespace, hash)).to_bytes())
    }

    pub(crate) fn sign<T: Statement>(&self, statement: T) -> Signed<T> {
        Signed {
            signature: self.sign_hash(T::NAMESPACE, &statement.hash()),
            statement,
            cosignature: None,
        }
    }

    pub(crate) fn cosign(&self, signed: Signed<AccountState>) -> Signed<AccountState> {
        let cosignature = self.sign_hash(Namespace::AccountStateCosign, &signed.hash());
        Signed {
            cosignature: Some(cosignature),
            ..signed
        }
    }
}

pub(crate) fn kem(number: u8) -> KemKey {
    KemKey::from([number; KemKey::LEN])
}

pub(crate) fn account(number: u8) -> AccountId {
    AccountId([number; 16])
}

pub(crate) fn administrator(number: u8) -> Administrator {
    Administrator {
        account: account(number),
        identity: Key::new(number).identity(),
    }
}

pub(crate) fn name(text: &str) -> Name {
    Name::try_from(text).unwrap()
}

/// A genesis by administrator `number`.
pub(crate) fn genesis(number: u8) -> Signed<Manifest> {
    Key::new(number).sign(Manifest::genesis(
        name("Van Dijk"),
        administrator(number),
        kem(200),
        Policy::default(),
        Timestamp(1_000),
    ))
}

/// The first state of account `number`.
pub(crate) fn first_state(number: u8) -> AccountState {
    AccountState {
        account: account(number),
        kind: Kind::Person,
        epoch: 1,
        sequence: 1,
        previous: Hash::ZERO,
        identity: Key::new(number).identity(),
        account_encryption: kem(number),
        grant: kem(number + 1),
        mailbox_encryption: kem(number + 2),
        mailbox_generation: 1,
        roster: None,
        joined: None,
        min_suite: SUITE,
    }
}
