use serde::{Deserialize, Serialize};
use zegel_protocol::{
    AccountId, AttachmentId, ConversationId, DraftId, Hash, MessageId, Timestamp,
};

use crate::{Bytes, Empty, routes};

// Every route under `/api/mailboxes/{mailbox}` is for the owner of the mailbox, and for those to whom its newest roster
// gives access. To everybody else the mailbox does not exist: `not_found`.
routes! {
    /// Stores a message for every recipient and the sender, all or nothing.
    /// Errors: `not_authentic`, `stale_recipient`, `duplicate_id`, `stale_chain`, `too_large`, `not_found` (an attachment),
    /// `conflict` (the draft is not stored as the sender saw it: somebody else changed or deleted it meanwhile).
    SendMessage: Post "/api/mailboxes/{mailbox}/messages", SendMessageRequest => Empty;
    /// A page of a folder, newest first.
    ListMessages: Get "/api/mailboxes/{mailbox}/messages", ListMessagesRequest => MessagePage;
    /// One message whole. Errors: `not_found`, `gone` (revoked or expired).
    GetMessage: Get "/api/mailboxes/{mailbox}/messages/{message}", Empty => Message;
    /// The newest 100 messages of a conversation that lie in the mailbox, oldest first; or the one of a hash.
    GetConversation: Get "/api/mailboxes/{mailbox}/conversations/{conversation}", GetConversationRequest => Conversation;
    /// The newest message of a chain that this mailbox sends, so that the next can name it. The chain is
    /// `MessageHeader::chain`.
    GetChainHead: Get "/api/mailboxes/{mailbox}/chains/{chain}", Empty => ChainHead;
    /// Marks messages as read or unread, starred or not. What is absent stays.
    MarkMessages: Post "/api/mailboxes/{mailbox}/messages/mark", MarkMessagesRequest => Empty;
    /// Moves messages. To the inbox means back to where each came from: what was sent goes to sent.
    MoveMessages: Post "/api/mailboxes/{mailbox}/messages/move", MoveMessagesRequest => Empty;
    /// Deletes messages of the trash for good. Errors: `forbidden` (a delegate), `conflict` (not in the trash).
    DeleteMessages: Post "/api/mailboxes/{mailbox}/messages/delete", DeleteMessagesRequest => Empty;
    /// Stores list entries that the client sealed.
    PutListEntries: Put "/api/mailboxes/{mailbox}/messages/list-entries", PutListEntriesRequest => Empty;
    /// Takes a sent message back: its content is deleted, for recipients who have read it too. Errors: `not_found`,
    /// `not_authentic`.
    RevokeMessage: Post "/api/mailboxes/{mailbox}/messages/{message}/revoke", RevokeMessageRequest => Empty;
    /// Tells the sender that the message was read, where the reader agrees.
    SendReceipt: Post "/api/mailboxes/{mailbox}/messages/{message}/receipt", Empty => Empty;
    /// Unread messages and drafts, for the navigation.
    MailCounts: Get "/api/mailboxes/{mailbox}/counts", Empty => Counts;

    /// A page of drafts, last edited first.
    ListDrafts: Get "/api/mailboxes/{mailbox}/drafts", ListDraftsRequest => DraftPage;
    /// One draft. Errors: `not_found`.
    GetDraft: Get "/api/mailboxes/{mailbox}/drafts/{draft}", Empty => Draft;
    /// Stores a draft. Errors: `conflict` (somebody else stored that version meanwhile; both are to be kept).
    PutDraft: Put "/api/mailboxes/{mailbox}/drafts/{draft}", PutDraftRequest => Empty;
    /// Forgets a draft.
    DeleteDraft: Post "/api/mailboxes/{mailbox}/drafts/{draft}/delete", Empty => Empty;
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
    /// What the sealed body names as attached, so that recipients may fetch it: finished uploads of this mailbox, and
    /// attachments of messages in it, which are forwarded; at most 100.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub attachments: Vec<AttachmentId>,
    /// The message of this mailbox that it answers: co-members see that it is answered.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub answers: Option<MessageId>,
    /// The draft that it was: deleted in the same step.
    pub draft: Option<SentDraft>,
}

/// A draft as whoever sends it saw it last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SentDraft {
    /// The draft.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub draft: DraftId,
    /// Its stored version, 0 where none is: the message is refused where another one is stored, which nobody looked at.
    pub version: u32,
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
    /// Put away.
    Archive,
    /// To be deleted.
    Trash,
    /// Not a place: whatever is starred, but for the trash. Nothing can be moved there.
    Starred,
}

impl Folder {
    /// Every folder.
    pub const ALL: &'static [Self] = &[
        Self::Inbox,
        Self::Starred,
        Self::Sent,
        Self::Archive,
        Self::Trash,
    ];
}

/// See [`ListMessages`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct ListMessagesRequest {
    /// The folder.
    pub folder: Folder,
    /// Only what is unread.
    #[serde(default)]
    pub unread: bool,
    /// The `next` of the page before; absent for the newest.
    pub before: Option<String>,
    /// Rows left out before the page, for a jump into the folder; not together with `before`.
    #[serde(default)]
    pub skip: Option<u32>,
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
    /// Messages in the folder; those that are unread, where only they were wanted. Absent where the page was asked for
    /// by `before`: whoever has the page above knows it, and counting takes longer than the page.
    pub total: Option<u32>,
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
    /// Where it lies.
    pub folder: Folder,
    /// Its conversation.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub conversation: ConversationId,
    /// Read, by whoever reads this mailbox.
    pub read: bool,
    /// Starred.
    pub starred: bool,
    /// Its sender took it back, or its time is over: only this row is left.
    pub gone: bool,
    /// Address of who answered it from this mailbox.
    pub answered_by: Option<String>,
    /// Address of who is writing an answer: a draft of the last ten minutes by somebody else.
    pub answering: Option<String>,
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
    /// Read, by whoever reads this mailbox.
    pub read: bool,
    /// Starred.
    pub starred: bool,
    /// Where it lies.
    pub folder: Folder,
    /// Who read it in this mailbox, where several people do; address and time.
    pub readers: Vec<Reader>,
    /// Recipients who told the sender that they read it; only in the sender's copy.
    pub receipts: Vec<Reader>,
    /// This mailbox has told the sender that it was read.
    pub receipt_sent: bool,
    /// When the server got it.
    #[cfg_attr(feature = "openapi", schema(value_type = u64))]
    pub received_at_ms: Timestamp,
}

/// Somebody who read a message, by the server's word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reader {
    /// Their address.
    pub address: String,
    /// When.
    #[cfg_attr(feature = "openapi", schema(value_type = u64))]
    pub at_ms: Timestamp,
}

/// See [`GetConversation`].
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct GetConversationRequest {
    /// Only the signed message of this hash, however long the conversation is.
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>), schema(value_type = Option<String>))]
    pub hash: Option<Hash>,
}

/// See [`GetConversation`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Conversation {
    /// Oldest first.
    pub messages: Vec<MessageRow>,
}

/// See [`GetChainHead`].
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChainHead {
    /// Counter of the newest message, 0 where there is none yet.
    pub counter: u64,
    /// Its hash.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub hash: Option<Hash>,
}

/// See [`MailCounts`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Counts {
    /// Unread messages in the inbox.
    pub unread: u32,
    /// Drafts.
    pub drafts: u32,
}

/// See [`MarkMessages`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MarkMessagesRequest {
    /// At most 100.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub messages: Vec<MessageId>,
    /// Read or unread.
    #[serde(default)]
    pub read: Option<bool>,
    /// Starred or not.
    #[serde(default)]
    pub starred: Option<bool>,
}

/// See [`MoveMessages`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MoveMessagesRequest {
    /// At most 100.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub messages: Vec<MessageId>,
    /// Inbox, archive or trash.
    pub to: Folder,
}

/// See [`DeleteMessages`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DeleteMessagesRequest {
    /// At most 100, all in the trash.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub messages: Vec<MessageId>,
}

/// See [`RevokeMessage`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RevokeMessageRequest {
    /// Canonical `SignedRevocation`, by a send key of the mailbox.
    pub revocation: Bytes,
}

/// See [`ListDrafts`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct ListDraftsRequest {
    /// The `next` of the page before; absent for the first.
    pub before: Option<String>,
    /// Rows wanted, 1 to 100.
    pub limit: u16,
}

/// A page of drafts.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DraftPage {
    /// Last edited first.
    pub drafts: Vec<Draft>,
    /// Where the next page starts; absent at the end.
    pub next: Option<String>,
}

/// A draft.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Draft {
    /// The draft; the message that it becomes has the same identifier.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub draft: DraftId,
    /// Counts the writes.
    pub version: u32,
    /// Sealed under the mailbox key.
    pub sealed: Bytes,
    /// Address of who edited it last.
    pub edited_by: String,
    /// When.
    #[cfg_attr(feature = "openapi", schema(value_type = u64))]
    pub edited_at_ms: Timestamp,
}

/// See [`PutDraft`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PutDraftRequest {
    /// The version that is replaced, 0 for a new draft; the stored one is one more.
    pub replaces: u32,
    /// Sealed under the mailbox key.
    pub sealed: Bytes,
    /// The message of this mailbox that it answers: co-members see that somebody is answering.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub answers: Option<MessageId>,
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
