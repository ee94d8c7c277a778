//! The context that every sealed object is bound to.

use crate::encoding::{DecodeError, Reader, Wire, Writer};
use crate::hash::Hash;
use crate::ids::{
    AccountId, DraftId, MessageId, OrgId, SearchSegmentId, decode_base64url, encode_base64url,
};

/// The one suite: HPKE X-Wing, HKDF-SHA256, ChaCha20-Poly1305; Ed25519; HKDF-SHA512 for blobs.
pub const SUITE: u8 = 1;

canonical_enum! {
    /// What a sealed blob holds. The number stands in the blob's header and in its context.
    pub enum BlobType {
        /// Account key, under a key from the password or the recovery code.
        AccountKey = 1,
        /// Mailbox key, under the account key.
        MailboxKey = 2,
        /// Mailbox key of the generation before, under that of the next.
        MailboxHistory = 3,
        /// Pins, under the keyring key.
        Pins = 4,
        /// An organisation's recovery seed, under an administrator's account key.
        RecoverySeed = 5,
        /// A message's subject, snippet and attachment count, under its message key.
        Summary = 6,
        /// A message's text and attachment list, under its message key.
        Body = 7,
        /// What a list shows of a message, under the mailbox key.
        ListEntry = 8,
        /// A draft, under the mailbox key.
        Draft = 9,
        /// A segment of a search index, under the mailbox key.
        SearchSegment = 10,
        /// What a mailbox had when its key was replaced, under the mailbox key.
        Inventory = 11,
    }
}

/// Whom an object belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// An account; 16 bytes.
    Account(AccountId),
    /// An organisation; 32 bytes.
    Organization(OrgId),
}

/// Bytes that are neither an account id nor an organisation id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("neither an account nor an organisation")]
pub struct OwnerError;

impl Owner {
    /// The bytes of the id: 16 for an account, 32 for an organisation.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Account(id) => id.as_bytes(),
            Self::Organization(id) => id.as_bytes(),
        }
    }
}

impl From<AccountId> for Owner {
    fn from(id: AccountId) -> Self {
        Self::Account(id)
    }
}

impl From<OrgId> for Owner {
    fn from(id: OrgId) -> Self {
        Self::Organization(id)
    }
}

impl TryFrom<&[u8]> for Owner {
    type Error = OwnerError;

    fn try_from(bytes: &[u8]) -> Result<Self, OwnerError> {
        AccountId::try_from(bytes)
            .map(Self::Account)
            .or_else(|_| OrgId::try_from(bytes).map(Self::Organization))
            .map_err(|_| OwnerError)
    }
}

impl std::fmt::Display for Owner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&encode_base64url(self.as_bytes()))
    }
}

impl std::str::FromStr for Owner {
    type Err = OwnerError;

    fn from_str(text: &str) -> Result<Self, OwnerError> {
        let bytes = decode_base64url(text).map_err(|_| OwnerError)?;
        Self::try_from(bytes.as_slice())
    }
}

impl Wire for Owner {
    fn write(&self, writer: &mut Writer) {
        writer.bytes(self.as_bytes());
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let bytes = reader.bytes(OrgId::LEN)?;
        Self::try_from(bytes).map_err(|_| DecodeError::Value)
    }
}

/// Which of the owner's objects: up to 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum ObjectId {
    /// The owner has one of the type; no bytes.
    #[default]
    None,
    /// A message, draft or search segment; 16 bytes.
    Id([u8; 16]),
    /// The fingerprint of the public key that the sealed secret recomputes; 32 bytes.
    Hash(Hash),
}

impl ObjectId {
    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::None => &[],
            Self::Id(id) => id,
            Self::Hash(hash) => hash.as_bytes(),
        }
    }
}

impl From<MessageId> for ObjectId {
    fn from(id: MessageId) -> Self {
        Self::Id(id.0)
    }
}

impl From<DraftId> for ObjectId {
    fn from(id: DraftId) -> Self {
        Self::Id(id.0)
    }
}

impl From<SearchSegmentId> for ObjectId {
    fn from(id: SearchSegmentId) -> Self {
        Self::Id(id.0)
    }
}

impl From<Hash> for ObjectId {
    fn from(hash: Hash) -> Self {
        Self::Hash(hash)
    }
}

/// Which of several blobs of one object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Field {
    /// There is only one.
    #[default]
    None,
    /// The account key under the password's key.
    Password,
    /// The account key under the recovery code's key.
    RecoveryCode,
}

impl Field {
    /// Every field.
    pub const ALL: &'static [Self] = &[Self::None, Self::Password, Self::RecoveryCode];

    /// The text in the context.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Password => "password",
            Self::RecoveryCode => "recovery-code",
        }
    }
}

/// Everything that an object is bound to. It is never sent: both sides know it, and an object
/// opened under any other context fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ctx {
    /// What the object holds.
    pub blob_type: BlobType,
    /// Whose it is.
    pub owner: Owner,
    /// Which one.
    pub object: ObjectId,
    /// Key epoch, zero where it does not depend on one.
    pub epoch: u32,
    /// Mailbox or recovery key generation, zero where it does not depend on one.
    pub generation: u32,
    /// Which part of the object.
    pub field: Field,
}

impl Ctx {
    /// Canonical bytes of `["zegel/v1", suite, type, owner, object, epoch, generation, field]`.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.array(8);
        writer.text("zegel/v1");
        writer.uint(u64::from(SUITE));
        writer.uint(u64::from(self.blob_type.number()));
        writer.bytes(self.owner.as_bytes());
        writer.bytes(self.object.as_bytes());
        writer.uint(u64::from(self.epoch));
        writer.uint(u64::from(self.generation));
        writer.text(self.field.as_str());
        writer.into_bytes()
    }
}
