//! A statement is public and signed. The envelope carries the signature, and for a change of
//! epoch that of the identity before.

use crate::encoding::{Canonical, DecodeError, Reader, Wire, Writer, deserialize_canonical};
use crate::hash::Hash;
use crate::ids::encode_base64url;
use crate::keys::{IdentityKey, Namespace, Signature, SignatureError};
use crate::limits::MAX_ENVELOPE_OVERHEAD_BYTES;

/// Something that an identity key signs.
pub trait Statement: Canonical {
    /// The namespace of the signature.
    const NAMESPACE: Namespace;
    /// The namespace of a second signature by the identity of the epoch before, for the one type
    /// that may have it.
    const COSIGN_NAMESPACE: Option<Namespace> = None;

    /// SHA-256 of the canonical bytes, without any signature.
    fn hash(&self) -> Hash {
        Hash::of(&self.to_bytes())
    }
}

/// A statement with its signature; encoded as `[statement, signature, cosignature / null]`.
///
/// Decoding does not verify: [`Signed::verify`] does, and needs to be told by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed<T> {
    /// What is said.
    pub statement: T,
    /// By the identity that says it.
    pub signature: Signature,
    /// By the identity of the epoch before.
    pub cosignature: Option<Signature>,
}

impl<T: Statement> Signed<T> {
    /// Verifies the signature.
    ///
    /// # Errors
    /// [`SignatureError`].
    pub fn verify(&self, by: &IdentityKey) -> Result<(), SignatureError> {
        by.verify(T::NAMESPACE, &self.hash(), &self.signature)
    }

    /// Verifies the second signature, by the identity of the epoch before.
    ///
    /// # Errors
    /// [`SignatureError`], also where there is no second signature.
    pub fn verify_cosigned(&self, by: &IdentityKey) -> Result<(), SignatureError> {
        match (T::COSIGN_NAMESPACE, &self.cosignature) {
            (Some(namespace), Some(cosignature)) => by.verify(namespace, &self.hash(), cosignature),
            _ => Err(SignatureError),
        }
    }

    /// SHA-256 of the statement's canonical bytes, without any signature.
    #[must_use]
    pub fn hash(&self) -> Hash {
        self.statement.hash()
    }
}

impl<T: Statement> Wire for Signed<T> {
    fn write(&self, writer: &mut Writer) {
        writer.array(3);
        self.statement.write(writer);
        self.signature.write(writer);
        self.cosignature.write(writer);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array_exact(3)?;
        let signed = Self {
            statement: T::read(reader)?,
            signature: Signature::read(reader)?,
            cosignature: Option::<Signature>::read(reader)?,
        };
        if signed.cosignature.is_some() && T::COSIGN_NAMESPACE.is_none() {
            return Err(DecodeError::Value);
        }
        Ok(signed)
    }
}

impl<T: Statement> Canonical for Signed<T> {
    const MAX_LEN: usize = T::MAX_LEN + MAX_ENVELOPE_OVERHEAD_BYTES;
}

impl<T: Statement> serde::Serialize for Signed<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&encode_base64url(&self.to_bytes()))
    }
}

impl<'de, T: Statement> serde::Deserialize<'de> for Signed<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize_canonical(deserializer)
    }
}
