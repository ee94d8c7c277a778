use ed25519_dalek::{Signer as _, SigningKey};
use rand_core::CryptoRng;
use zegel_protocol::{
    AccountState, Hash, IdentityKey, Namespace, Revocation, SendKey, Signature, Signed,
    SignedRevocation, Statement, signing_input,
};
use zeroize::Zeroizing;

use crate::error::OpenError;

/// An account's Ed25519 identity of one epoch: signs statements and grants.
#[derive(Clone)]
pub struct IdentitySecret(SigningKey);

impl std::fmt::Debug for IdentitySecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IdentitySecret(..)")
    }
}

impl IdentitySecret {
    pub(super) fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The public key.
    #[must_use]
    pub fn public(&self) -> IdentityKey {
        IdentityKey(self.0.verifying_key().to_bytes())
    }

    #[cfg(test)]
    pub(crate) fn seed(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// Signs a statement.
    #[must_use]
    pub fn sign<T: Statement>(&self, statement: T) -> Signed<T> {
        let signature = self.sign_hash(T::NAMESPACE, &statement.hash());
        Signed {
            statement,
            signature,
            cosignature: None,
        }
    }

    /// Adds the signature of the identity before to a state of the next epoch.
    #[must_use]
    pub fn cosign(&self, signed: Signed<AccountState>) -> Signed<AccountState> {
        let cosignature = self.sign_hash(Namespace::AccountStateCosign, &signed.hash());
        Signed {
            cosignature: Some(cosignature),
            ..signed
        }
    }

    pub(crate) fn sign_hash(&self, namespace: Namespace, hash: &Hash) -> Signature {
        Signature(self.0.sign(&signing_input(namespace, hash)).to_bytes())
    }
}

/// The Ed25519 key that signs an account's messages, and takes them back: its owner's, a member's or
/// a delegate's.
#[derive(Clone)]
pub struct SendSecret(SigningKey);

impl std::fmt::Debug for SendSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SendSecret(..)")
    }
}

impl SendSecret {
    /// Makes a new one, for a member or delegate; the owner's own is derived.
    #[must_use]
    pub fn make(rng: &mut impl CryptoRng) -> Self {
        let mut seed = Zeroizing::new([0; 32]);
        rng.fill_bytes(seed.as_mut_slice());
        Self::from_seed(&seed)
    }

    pub(super) fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    pub(crate) fn from_slice(seed: &[u8]) -> Result<Self, OpenError> {
        seed.try_into().map(Self::from_seed).map_err(|_| OpenError)
    }

    pub(crate) fn seed(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// The public key.
    #[must_use]
    pub fn public(&self) -> SendKey {
        SendKey(self.0.verifying_key().to_bytes())
    }

    /// Takes a message back.
    #[must_use]
    pub fn revoke(&self, revocation: Revocation) -> SignedRevocation {
        let signature = self.sign_hash(Namespace::Revocation, &revocation.hash());
        SignedRevocation {
            revocation,
            signature,
        }
    }

    pub(crate) fn sign_hash(&self, namespace: Namespace, hash: &Hash) -> Signature {
        Signature(self.0.sign(&signing_input(namespace, hash)).to_bytes())
    }
}
