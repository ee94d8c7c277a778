//! What is inside the sealed blobs of an account: messages, drafts, pins and search indexes.

pub mod inventory;
pub mod search;

use zegel_protocol::encoding::{Canonical, DecodeError, Item, Reader, Wire, Writer};
use zegel_protocol::limits::{MAX_BODY_BLOB_BYTES, MAX_RECIPIENTS, MAX_SUMMARY_BYTES};
use zegel_protocol::{
    AccountId, Address, AttachmentId, ConversationId, Hash, IdentityKey, JoinMethod, MessageId,
    OrgId, Timestamp, canonical_enum, canonical_struct,
};

use crate::keys::AttachmentKey;

/// Longest subject in bytes.
pub const MAX_SUBJECT_BYTES: usize = 1000;
/// Longest snippet in bytes.
pub const MAX_SNIPPET_BYTES: usize = 500;
/// Longest address, finished or not, in a draft in bytes.
pub const MAX_TYPED_ADDRESS_BYTES: usize = 400;
/// Longest text of a message in bytes.
pub const MAX_TEXT_BYTES: usize = 900 * 1024;
/// Longest name or media type of an attachment in bytes.
pub const MAX_ATTACHMENT_NAME_BYTES: usize = 255;
/// Attachments of a message.
pub const MAX_ATTACHMENTS: usize = 100;
/// Contacts in the pins.
pub const MAX_PINNED_CONTACTS: usize = 4000;
/// Organisations in the pins.
pub const MAX_PINNED_ORGANIZATIONS: usize = 100;

/// Text of at most `MAX` bytes of UTF-8.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Text<const MAX: usize>(String);

/// A message's subject.
pub type Subject = Text<MAX_SUBJECT_BYTES>;
/// The first words of a message.
pub type Snippet = Text<MAX_SNIPPET_BYTES>;
/// An address that is being typed.
pub type TypedAddress = Text<MAX_TYPED_ADDRESS_BYTES>;

/// Text that is longer than its place allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("longer than {max} bytes")]
pub struct TextTooLong {
    /// Bytes allowed.
    pub max: usize,
}

impl<const MAX: usize> Text<MAX> {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As much of `text` as fits, cut between characters.
    #[must_use]
    pub fn truncated(text: &str) -> Self {
        Self(text[..text.floor_char_boundary(MAX)].to_owned())
    }
}

impl<const MAX: usize> TryFrom<String> for Text<MAX> {
    type Error = TextTooLong;

    fn try_from(text: String) -> Result<Self, TextTooLong> {
        if text.len() <= MAX {
            Ok(Self(text))
        } else {
            Err(TextTooLong { max: MAX })
        }
    }
}

impl<const MAX: usize> Wire for Text<MAX> {
    fn write(&self, writer: &mut Writer) {
        writer.text(&self.0);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.text(MAX).map(|text| Self(text.to_owned()))
    }
}

// What people write stays out of logs and panics.
impl<const MAX: usize> std::fmt::Debug for Text<MAX> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Text({} bytes)", self.0.len())
    }
}

canonical_struct! {
    /// What a list shows of a message before it is opened.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Summary {
        /// Subject.
        pub subject: Subject,
        /// First words of the text.
        pub snippet: Snippet,
        /// Number of attachments.
        pub attachments: u32,
    }
}

impl Canonical for Summary {
    const MAX_LEN: usize = MAX_SUMMARY_BYTES - 4;
}

canonical_struct! {
    /// A message's text and what is attached to it.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Body {
        /// Plain text.
        pub text: Text<MAX_TEXT_BYTES>,
        /// Attachments, in the order shown.
        pub attachments: Vec<Attachment>,
        /// Whether the sender would like to be told that it was read.
        pub receipt_wanted: bool,
    }
}

impl Canonical for Body {
    const MAX_LEN: usize = MAX_BODY_BLOB_BYTES;
}

canonical_struct! {
    /// An attachment as the signed body names it; its bytes are stored apart.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Attachment {
        /// Where its bytes are.
        pub id: AttachmentId,
        /// The random key they are sealed with.
        pub key: AttachmentKey,
        /// File name.
        pub name: Text<MAX_ATTACHMENT_NAME_BYTES>,
        /// Media type (RFC 6838).
        pub media_type: Text<MAX_ATTACHMENT_NAME_BYTES>,
        /// Size in bytes.
        pub size_bytes: u64,
        /// Number of chunks of 64 KiB.
        pub chunks: u32,
        /// SHA-256 over the chunks' SHA-256s.
        pub hash: Hash,
    }
}

impl Item for Attachment {
    const MAX_ITEMS: usize = MAX_ATTACHMENTS;
}

canonical_struct! {
    /// What a list entry says of a message; only as true as the hash in it, which opening the
    /// message checks.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Listed {
        /// Hash of the signed message that was opened.
        pub signed_message: Hash,
        /// The account that sent it.
        pub sender: AccountId,
        /// The conversation that it is of.
        pub conversation: ConversationId,
        /// When it was sent.
        pub sent_at: Timestamp,
        /// Subject.
        pub subject: Subject,
        /// First words of the text.
        pub snippet: Snippet,
        /// Number of attachments.
        pub attachments: u32,
        /// Who the list names beside it: the sender, or in one's own copy the recipients. Written
        /// by the client that opened the message, so that a list asks nobody for names.
        pub correspondents: Snippet,
    }
}

impl Canonical for Listed {
    const MAX_LEN: usize = 3072;
}

canonical_struct! {
    /// A message that is being written.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Draft {
        /// To whom, as typed: what is no address yet is kept too.
        pub to: Vec<TypedAddress>,
        /// The conversation that it continues.
        pub conversation: Option<ConversationId>,
        /// The message that it answers.
        pub answers: Option<MessageId>,
        /// Subject.
        pub subject: Subject,
        /// Plain text.
        pub text: Text<MAX_TEXT_BYTES>,
        /// What is attached and wholly uploaded.
        pub attachments: Vec<Attachment>,
        /// It is to ask recipients to tell that they read it.
        pub receipt_wanted: bool,
        /// It is to disappear this many milliseconds after it was sent.
        pub expires_after_ms: Option<u64>,
    }
}

impl Item for TypedAddress {
    const MAX_ITEMS: usize = MAX_RECIPIENTS;
}

impl Canonical for Draft {
    const MAX_LEN: usize = MAX_BODY_BLOB_BYTES;
}

canonical_struct! {
    /// What a client knows to be true and never goes back behind, whatever a server says.
    #[derive(Debug, Clone, Default, PartialEq, Eq)]
    pub struct Pins {
        /// Rises with every change; a client refuses a lower one than it has seen.
        pub sequence: u64,
        /// Contacts, ascending by account.
        pub contacts: Vec<PinnedContact>,
        /// Organisations, ascending by id.
        pub organizations: Vec<PinnedOrganization>,
        /// The newest log checkpoint.
        pub checkpoint: Option<Hash>,
    }
}

impl Canonical for Pins {
    const MAX_LEN: usize = 2 * 1024 * 1024;
}

canonical_struct! {
    /// A contact as last seen.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct PinnedContact {
        /// The account.
        pub account: AccountId,
        /// The address under which it was met.
        pub address: Address,
        /// Its identity key.
        pub identity: IdentityKey,
        /// The key epoch of that identity.
        pub epoch: u32,
        /// Sequence of the newest state seen.
        pub sequence: u32,
        /// Hash of that state.
        pub state: Hash,
        /// What vouches for the identity key.
        pub trust: Trust,
    }
}

canonical_enum! {
    /// What vouches for a contact's identity key.
    pub enum Trust {
        /// Nothing: it is the one seen first. Shown as not verified.
        FirstUse = 1,
        /// An administrator of an organisation that is authenticated.
        Certified = 2,
        /// The safety number was compared.
        Compared = 3,
    }
}

canonical_struct! {
    /// An organisation as last seen. It is followed only forward along its chain.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct PinnedOrganization {
        /// The organisation.
        pub org_id: OrgId,
        /// Newest manifest version seen.
        pub version: u32,
        /// Hash of that manifest.
        pub head: Hash,
        /// How the organisation was authenticated.
        pub method: JoinMethod,
    }
}

impl Item for PinnedContact {
    const MAX_ITEMS: usize = MAX_PINNED_CONTACTS;
}

impl Item for PinnedOrganization {
    const MAX_ITEMS: usize = MAX_PINNED_ORGANIZATIONS;
}
