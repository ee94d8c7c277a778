use crate::encoding::Canonical;
use crate::hash::Hash;
use crate::ids::{AccountId, MessageId};
use crate::keys::{IdentityKey, Namespace, Signature};
use crate::limits::MAX_REVOCATION_BYTES;
use crate::message::MessageError;
use crate::send_certificate::SendCertificate;
use crate::statement::Signed;
use crate::time::Timestamp;

canonical_struct! {
    /// A sender's word that a message is taken back.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Revocation {
        /// The account that sent the message.
        pub sender: AccountId,
        /// The message.
        pub message: MessageId,
        /// Its [`SignedMessage::hash`](crate::SignedMessage::hash).
        pub signed_message: Hash,
        /// When.
        pub revoked_at: Timestamp,
        /// The sender's word for the key that signs; any of the account's, not only the one that
        /// signed the message.
        pub send_certificate: Signed<SendCertificate>,
    }
}

canonical_struct! {
    /// A [`Revocation`] signed by a send key of the sender.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct SignedRevocation {
        /// What is said.
        pub revocation: Revocation,
        /// By the certified send key.
        pub signature: Signature,
    }
}

impl Canonical for Revocation {
    const MAX_LEN: usize = MAX_REVOCATION_BYTES;
}

impl Canonical for SignedRevocation {
    const MAX_LEN: usize = MAX_REVOCATION_BYTES;
}

impl Revocation {
    /// SHA-256 of the canonical bytes: what is signed.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Hash::of(&self.to_bytes())
    }
}

impl SignedRevocation {
    /// Verifies the certificate under the sender's `identity`, and the signature.
    ///
    /// # Errors
    /// [`MessageError::SendCertificate`] or [`MessageError::Signature`].
    pub fn verify(&self, identity: &IdentityKey) -> Result<(), MessageError> {
        let revocation = &self.revocation;
        let certificate = &revocation.send_certificate;
        if certificate.statement.account != revocation.sender {
            return Err(MessageError::SendCertificate);
        }
        certificate
            .verify(identity)
            .map_err(|_| MessageError::SendCertificate)?;
        certificate
            .statement
            .send_key
            .verify(Namespace::Revocation, &revocation.hash(), &self.signature)
            .map_err(|_| MessageError::Signature)
    }
}

#[cfg(test)]
mod tests;
