//! Public keys and signatures.

use ed25519_dalek::VerifyingKey;

use crate::grant::GrantType;
use crate::hash::Hash;
use crate::ids::{base64url_text, bytes_newtype};

bytes_newtype!(
    /// An account's Ed25519 identity key of one epoch (RFC 8032).
    IdentityKey, 32
);
bytes_newtype!(
    /// The Ed25519 key that signs messages of an account; certified by a
    /// [`SendCertificate`](crate::SendCertificate).
    SendKey, 32
);
bytes_newtype!(
    /// An Ed25519 signature (RFC 8032).
    Signature, 64
);

/// Length of an X-Wing public key in bytes.
const KEM_KEY_LEN: usize = 1216;

/// An X-Wing public key (ML-KEM-768 encapsulation key ‖ X25519 public key), 1216 bytes.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct KemKey(Box<[u8; KEM_KEY_LEN]>);

impl KemKey {
    /// Length in bytes.
    pub const LEN: usize = KEM_KEY_LEN;

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; KEM_KEY_LEN] {
        &self.0
    }

    /// SHA-256 of the key.
    #[must_use]
    pub fn fingerprint(&self) -> Hash {
        Hash::of(self.0.as_slice())
    }
}

impl From<[u8; KEM_KEY_LEN]> for KemKey {
    fn from(bytes: [u8; KEM_KEY_LEN]) -> Self {
        Self(Box::new(bytes))
    }
}

impl std::fmt::Debug for KemKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KemKey(sha256:{})", self.fingerprint())
    }
}

base64url_text!(KemKey, 1216);

/// A signature that does not hold. Says nothing about why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("signature does not verify")]
pub struct SignatureError;

/// What a signature is about. Each type has a name of its own, so that a signature made for one
/// is worth nothing for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Namespace {
    /// [`Manifest`](crate::Manifest).
    Manifest,
    /// [`AccountState`](crate::AccountState), by the identity inside it.
    AccountState,
    /// [`AccountState`](crate::AccountState), by the identity of the epoch before.
    AccountStateCosign,
    /// [`KeyCertificate`](crate::KeyCertificate).
    KeyCertificate,
    /// [`Roster`](crate::Roster).
    Roster,
    /// [`SendCertificate`](crate::SendCertificate).
    SendCertificate,
    /// [`Grant`](crate::Grant) of one type.
    Grant(GrantType),
    /// [`SignedMessage`](crate::SignedMessage), by a send key.
    Message,
    /// [`SignedRevocation`](crate::SignedRevocation), by a send key.
    Revocation,
}

impl Namespace {
    /// Every namespace.
    pub const ALL: &'static [Self] = &[
        Self::Manifest,
        Self::AccountState,
        Self::AccountStateCosign,
        Self::KeyCertificate,
        Self::Roster,
        Self::SendCertificate,
        Self::Grant(GrantType::Escrow),
        Self::Grant(GrantType::Recovery),
        Self::Grant(GrantType::Restore),
        Self::Grant(GrantType::Mailbox),
        Self::Message,
        Self::Revocation,
    ];

    /// The name that goes under the signature.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Manifest => "manifest",
            Self::AccountState => "account-state",
            Self::AccountStateCosign => "account-state-cosign",
            Self::KeyCertificate => "key-certificate",
            Self::Roster => "roster",
            Self::SendCertificate => "send-certificate",
            Self::Grant(GrantType::Escrow) => "grant-escrow",
            Self::Grant(GrantType::Recovery) => "grant-recovery",
            Self::Grant(GrantType::Restore) => "grant-restore",
            Self::Grant(GrantType::Mailbox) => "grant-mailbox",
            Self::Message => "message",
            Self::Revocation => "revocation",
        }
    }
}

/// `"zegel/v1/sig/" ‖ namespace ‖ hash`: what every signature is over.
///
/// The hash has a fixed length, so no two pairs of namespace and hash give the same bytes.
#[must_use]
pub fn signing_input(namespace: Namespace, hash: &Hash) -> Vec<u8> {
    [
        b"zegel/v1/sig/".as_slice(),
        namespace.as_str().as_bytes(),
        hash.as_bytes(),
    ]
    .concat()
}

/// Ed25519 with strict verification: refuses small-order keys and non-canonical points, so that
/// nobody can make a key under which one signature fits many messages.
fn verify_strict(
    key: &[u8; 32],
    message: &[u8],
    signature: &Signature,
) -> Result<(), SignatureError> {
    VerifyingKey::from_bytes(key)
        .and_then(|key| {
            let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
            key.verify_strict(message, &signature)
        })
        .map_err(|_| SignatureError)
}

impl IdentityKey {
    /// Verifies a signature by this key.
    ///
    /// # Errors
    /// [`SignatureError`].
    pub fn verify(
        &self,
        namespace: Namespace,
        hash: &Hash,
        signature: &Signature,
    ) -> Result<(), SignatureError> {
        verify_strict(&self.0, &signing_input(namespace, hash), signature)
    }
}

impl SendKey {
    /// Verifies a signature by this key.
    ///
    /// # Errors
    /// [`SignatureError`].
    pub fn verify(
        &self,
        namespace: Namespace,
        hash: &Hash,
        signature: &Signature,
    ) -> Result<(), SignatureError> {
        verify_strict(&self.0, &signing_input(namespace, hash), signature)
    }
}

#[cfg(test)]
mod tests;
