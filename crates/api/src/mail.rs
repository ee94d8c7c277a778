use serde::{Deserialize, Serialize};
use zegel_protocol::{AccountId, Hash, MessageId, Timestamp};

use crate::{Bytes, Empty, routes};

routes! {
    /// Stores a message for every recipient and the sender, all or nothing.
    /// Errors: `not_authentic`, `stale_recipient`, `duplicate_id`, `too_large`.
    SendMessage: Post "/api/messages", SendMessageRequest => Empty;
    /// A page of a folder, newest first.
    ListMessages: Get "/api/messages", ListMessagesRequest => MessagePage;
    /// One message whole. Errors: `not_found`.
    GetMessage: Get "/api/messages/{message}", Empty => Message;
    /// Marks messages as read or unread.
    MarkRead: Post "/api/messages/read", MarkReadRequest => Empty;
    /// Stores list entries that the client sealed.
    PutListEntries: Put "/api/messages/list-entries", PutListEntriesRequest => Empty;
}

/// One recipient's copy of the message key.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Stanza {
    /// Whose.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub account: AccountId,
    /// HPKE `enc ‖ ciphertext`.
    pub sealed: Bytes,
}

/// See [`SendMessage`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SendMessageRequest {
    /// Canonical `SignedMessage`.
    pub signed: Bytes,
    /// Sealed summary.
    pub summary: Bytes,
    /// Sealed body.
    pub body: Bytes,
    /// Stanzas of the recipients in the header's order, the sender's last.
    pub stanzas: Vec<Stanza>,
    /// The sender's own list entry.
    pub list_entry: Bytes,
}

/// Where a message lies, by the server's word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Folder {
    /// Received.
    #[default]
    Inbox,
    /// Sent by the account.
    Sent,
}

/// See [`ListMessages`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
pub struct ListMessagesRequest {
    /// The folder.
    pub folder: Folder,
    /// The `next` of the page before; absent for the newest.
    pub before: Option<String>,
    /// Rows wanted, 1 to 100.
    pub limit: u16,
}

/// A page of a folder.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MessagePage {
    /// Newest first.
    pub messages: Vec<MessageRow>,
    /// Where the next page starts; absent at the end.
    pub next: Option<String>,
    /// Unread messages in the folder.
    pub unread: u32,
}

/// A row of a list: nothing here is secret, and nothing but the sealed entry is shown as content.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MessageRow {
    /// The message.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub message: MessageId,
    /// Hash of the signed message.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub hash: Hash,
    /// Read by this account.
    pub read: bool,
    /// When the server got it; the order of the list.
    #[cfg_attr(feature = "openapi", schema(value_type = u64))]
    pub received_at_ms: Timestamp,
    /// Bytes stored for the message.
    pub size_bytes: u32,
    /// List entry sealed under the mailbox key, once a client wrote one.
    pub list_entry: Option<Bytes>,
}

/// One message with the asking account's own stanza.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Message {
    /// Canonical `SignedMessage`.
    pub signed: Bytes,
    /// Sealed summary.
    pub summary: Bytes,
    /// Sealed body.
    pub body: Bytes,
    /// Own stanza.
    pub stanza: Bytes,
    /// Its place in the list of stanza hashes.
    pub stanza_index: u16,
    /// Read by this account.
    pub read: bool,
    /// When the server got it.
    #[cfg_attr(feature = "openapi", schema(value_type = u64))]
    pub received_at_ms: Timestamp,
}

/// See [`MarkRead`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MarkReadRequest {
    /// At most 100.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub messages: Vec<MessageId>,
    /// Read or unread.
    pub read: bool,
}

/// See [`PutListEntries`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PutListEntriesRequest {
    /// At most 100.
    pub entries: Vec<ListEntry>,
}

/// A sealed list entry of a message.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ListEntry {
    /// The message.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub message: MessageId,
    /// Sealed under the mailbox key.
    pub sealed: Bytes,
}
