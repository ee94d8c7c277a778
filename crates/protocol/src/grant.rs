use crate::ctx::Owner;
use crate::encoding::{Canonical, DecodeError, Reader, Wire, Writer};
use crate::hash::Hash;
use crate::ids::AccountId;
use crate::keys::{IdentityKey, Namespace, Signature, SignatureError};
use crate::limits::{KEM_ENC_BYTES, MAX_GRANT_BYTES, MAX_GRANT_CIPHERTEXT_BYTES};
use crate::time::Timestamp;

canonical_enum! {
    /// What a grant hands over, and to what kind of key.
    pub enum GrantType {
        /// An account key, to the organisation's recovery key.
        Escrow = 1,
        /// A recovery seed, to an administrator's account encryption key.
        Recovery = 2,
        /// An old account key, to its owner's new account encryption key.
        Restore = 3,
        /// A mailbox key and a send key, to a member's or delegate's grant key.
        Mailbox = 4,
    }
}

impl GrantType {
    /// The name in HPKE's `info`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Escrow => "escrow",
            Self::Recovery => "recovery",
            Self::Restore => "restore",
            Self::Mailbox => "mailbox",
        }
    }
}

canonical_struct! {
    /// What a grant says in public. Its hash is the additional data of the encryption.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct GrantHeader {
        /// What is handed over.
        pub grant_type: GrantType,
        /// Who seals and signs.
        pub granter: AccountId,
        /// The granter's identity key.
        pub granter_identity: IdentityKey,
        /// To whom: an organisation for an Escrow, an account for the others.
        pub recipient: Owner,
        /// Fingerprint of the recipient's key.
        pub recipient_key: Hash,
        /// Whose key is inside; for a Recovery grant the recipient's own account.
        pub subject: AccountId,
        /// Key epoch of the subject.
        pub epoch: u32,
        /// Mailbox generation (Mailbox), recovery generation (Escrow, Recovery), else zero.
        pub generation: u32,
        /// Hash of the manifest or roster that authorises it.
        pub authority: Hash,
        /// Hash of the grant that this one replaces.
        pub replaces: Option<Hash>,
        /// When it was signed.
        pub time: Timestamp,
    }
}

impl Canonical for GrantHeader {
    const MAX_LEN: usize = 512;
}

impl GrantHeader {
    /// SHA-256 of the canonical bytes.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Hash::of(&self.to_bytes())
    }
}

/// A key sealed to somebody else's, signed by who sealed it.
///
/// Encoded as `[header, enc, ciphertext, signature]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// What it says in public.
    pub header: GrantHeader,
    /// HPKE encapsulated key (X-Wing), 1120 bytes.
    pub enc: Box<[u8; KEM_ENC_BYTES]>,
    /// HPKE ciphertext, at most 256 bytes.
    pub ciphertext: Vec<u8>,
    /// By the granter's identity.
    pub signature: Signature,
}

impl Grant {
    /// What is signed: SHA-256(header ‖ enc ‖ ciphertext). Also how other records name the grant.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Self::signed_hash(&self.header, &self.enc, &self.ciphertext)
    }

    /// [`Grant::hash`] of a grant that has no signature yet.
    #[must_use]
    pub fn signed_hash(header: &GrantHeader, enc: &[u8; KEM_ENC_BYTES], ciphertext: &[u8]) -> Hash {
        // The header delimits itself and `enc` has one length: no two grants give the same bytes.
        Hash::of_parts(&[&header.to_bytes(), enc, ciphertext])
    }

    /// Verifies the signature by the identity that the header names. Whether that identity may
    /// grant this is for the caller to decide.
    ///
    /// # Errors
    /// [`SignatureError`].
    pub fn verify_signature(&self) -> Result<(), SignatureError> {
        self.header.granter_identity.verify(
            Namespace::Grant(self.header.grant_type),
            &self.hash(),
            &self.signature,
        )
    }
}

impl Wire for Grant {
    fn write(&self, writer: &mut Writer) {
        writer.array(4);
        self.header.write(writer);
        writer.bytes(self.enc.as_slice());
        writer.bytes(&self.ciphertext);
        self.signature.write(writer);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array_exact(4)?;
        Ok(Self {
            header: GrantHeader::read(reader)?,
            enc: Box::new(*reader.array_bytes::<KEM_ENC_BYTES>()?),
            ciphertext: reader.bytes(MAX_GRANT_CIPHERTEXT_BYTES)?.to_vec(),
            signature: Signature::read(reader)?,
        })
    }
}

impl Canonical for Grant {
    const MAX_LEN: usize = MAX_GRANT_BYTES;
}

serde_canonical!(Grant);

#[cfg(test)]
mod tests;
