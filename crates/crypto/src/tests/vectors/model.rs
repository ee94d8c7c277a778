//! The shapes of the JSON files; `tests/vectors/README.md` describes them.

use serde::{Deserialize, Serialize};
use zegel_protocol::{BlobType, Ctx, Field, Hash, ObjectId, Owner};

/// Bytes, in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Hex(#[serde(with = "hex")] pub(super) Vec<u8>);

impl Hex {
    pub(super) fn array<const N: usize>(&self) -> [u8; N] {
        self.0.as_slice().try_into().unwrap()
    }
}

impl<T: AsRef<[u8]> + ?Sized> From<&T> for Hex {
    fn from(bytes: &T) -> Self {
        Self(bytes.as_ref().to_vec())
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct KeyVector {
    pub(super) name: String,
    pub(super) parent: Hex,
    pub(super) info: Hex,
    pub(super) derived: Hex,
    /// Ed25519 public key, or SHA-256 of the X-Wing public key; none for a key that has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) public: Option<Hex>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct CodeVector {
    pub(super) name: String,
    pub(super) input: Vec<Hex>,
    pub(super) output: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct CtxVector {
    #[serde(rename = "type")]
    pub(super) blob_type: u8,
    pub(super) owner: Hex,
    pub(super) object: Hex,
    pub(super) epoch: u32,
    pub(super) generation: u32,
    pub(super) field: String,
}

impl CtxVector {
    pub(super) fn new(ctx: &Ctx) -> Self {
        Self {
            blob_type: ctx.blob_type.number(),
            owner: Hex::from(ctx.owner.as_bytes()),
            object: Hex::from(ctx.object.as_bytes()),
            epoch: ctx.epoch,
            generation: ctx.generation,
            field: ctx.field.as_str().to_owned(),
        }
    }

    pub(super) fn read(&self) -> Ctx {
        Ctx {
            blob_type: BlobType::from_number(self.blob_type).unwrap(),
            owner: Owner::try_from(self.owner.0.as_slice()).unwrap(),
            object: match self.object.0.len() {
                0 => ObjectId::None,
                16 => ObjectId::Id(self.object.array()),
                _ => ObjectId::Hash(Hash(self.object.array())),
            },
            epoch: self.epoch,
            generation: self.generation,
            field: *Field::ALL
                .iter()
                .find(|field| field.as_str() == self.field)
                .unwrap(),
        }
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct BlobVector {
    pub(super) name: String,
    pub(super) parent_key: Hex,
    pub(super) ctx: CtxVector,
    pub(super) ctx_bytes: Hex,
    pub(super) salt: Hex,
    pub(super) plaintext: Hex,
    pub(super) blob: Hex,
}

#[derive(Serialize, Deserialize)]
pub(super) struct StatementVector {
    pub(super) name: String,
    pub(super) namespace: String,
    pub(super) statement: Hex,
    pub(super) hash: Hex,
    pub(super) signing_input: Hex,
    pub(super) signer: Hex,
    pub(super) signature: Hex,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cosigner: Option<Hex>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cosignature: Option<Hex>,
    pub(super) envelope: Hex,
}

#[derive(Serialize, Deserialize)]
pub(super) struct GrantVector {
    pub(super) name: String,
    pub(super) recipient_seed: Hex,
    pub(super) header: Hex,
    pub(super) header_hash: Hex,
    pub(super) info: String,
    /// The 64 random bytes of X-Wing's encapsulation.
    pub(super) randomness: Hex,
    pub(super) payload: Hex,
    pub(super) signing_input: Hex,
    pub(super) signer: Hex,
    pub(super) signature: Hex,
    pub(super) grant: Hex,
}

#[derive(Serialize, Deserialize)]
pub(super) struct MessageVector {
    pub(super) name: String,
    pub(super) sender_identity: Hex,
    pub(super) send_key: Hex,
    pub(super) message_key: Hex,
    pub(super) header: Hex,
    pub(super) summary: Hex,
    pub(super) body: Hex,
    pub(super) stanzas: Vec<StanzaVector>,
    pub(super) signing_input: Hex,
    pub(super) signed_message: Hex,
}

#[derive(Serialize, Deserialize)]
pub(super) struct StanzaVector {
    pub(super) account: Hex,
    pub(super) recipient_seed: Hex,
    pub(super) aad: Hex,
    pub(super) stanza: Hex,
}

#[derive(Serialize, Deserialize)]
pub(super) struct RevocationVector {
    pub(super) name: String,
    pub(super) sender_identity: Hex,
    pub(super) send_key: Hex,
    pub(super) revocation: Hex,
    pub(super) signing_input: Hex,
    pub(super) signed_revocation: Hex,
}
