use serde::{Deserialize, Serialize};
use zegel_api::Folder;
use zegel_protocol::{AccountId, Address, AttachmentId, ConversationId, DraftId, Hash, MessageId};

use super::PersonView;

/// An account that the user can act as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailboxView {
    /// The account.
    pub account: AccountId,
    /// Its address.
    pub address: Address,
    /// Its name.
    pub name: String,
    /// As what.
    pub kind: MailboxKind,
    /// Whether it can be opened.
    pub state: MailboxState,
    /// Unread messages in its inbox, by the server's word.
    pub unread: u32,
    /// What recipients see of the user beside the account's name, as its certificate says.
    pub shown_name: Option<String>,
}

/// As what somebody reads a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MailboxKind {
    /// The own account.
    Own,
    /// A functional account that the user is a member of.
    Functional,
    /// Somebody else's, as a delegate.
    Delegated,
}

/// Whether a mailbox can be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MailboxState {
    /// It can.
    Ready,
    /// An administrator suspended it.
    Suspended,
    /// Only the server vouches for its key: compare safety numbers with its owner first.
    NotVerified,
    /// Roster and grant do not verify or do not agree. Nothing of it is opened.
    NotAuthentic,
}

/// Counts for the navigation, by the server's word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountsView {
    /// Unread messages in the inbox.
    pub unread: u32,
    /// Drafts.
    pub drafts: u32,
}

/// Who answers a message of a mailbox: addresses, by the server's word.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswersView {
    /// Who answered it.
    pub by: Option<String>,
    /// Who does so now, and is not this user.
    pub now: Option<String>,
}

/// A page of a folder.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MessagePageView {
    /// Newest first.
    pub rows: Vec<MessageRowView>,
    /// Where the next page starts; absent at the end.
    pub next: Option<String>,
    /// Unread messages in the folder.
    pub unread: u32,
    /// Messages in the folder, by the server's word; those that are unread, where only they were
    /// wanted. Absent for a page below another one.
    pub total: Option<u32>,
}

/// A row of a message list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MessageRowView {
    /// The message.
    pub message: MessageId,
    /// Its conversation.
    pub conversation: ConversationId,
    /// Where it lies.
    pub folder: Folder,
    /// Sender (received) or recipients (sent), by name or address.
    pub correspondents: String,
    /// Subject.
    pub subject: String,
    /// First words of the text.
    pub snippet: String,
    /// Number of attachments.
    pub attachments: u32,
    /// When it was sent, by the sender; milliseconds since the Unix epoch.
    pub sent_at_ms: u64,
    /// When the server got it, by its word: the order of a list. Milliseconds since the Unix epoch.
    pub received_at_ms: u64,
    /// Read by this account.
    pub read: bool,
    /// Starred.
    pub starred: bool,
    /// Address of who answered it from this mailbox, by the server's word.
    pub answered_by: Option<String>,
    /// Address of who is writing an answer now, by the server's word.
    pub answering: Option<String>,
    /// Whether the row can be shown.
    pub condition: Condition,
}

/// What opening showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Condition {
    /// As its sender wrote it.
    Authentic,
    /// Not signed by its sender, or altered; nothing of it is shown.
    NotAuthentic,
    /// Sealed to a key that is not at hand.
    Locked,
    /// Its sender took it back, or its time is over.
    Gone,
    /// Its sender's key changed; that needs a decision first.
    KeyChanged,
}

/// An opened message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MessageView {
    /// The message.
    pub message: MessageId,
    /// Its conversation.
    pub conversation: ConversationId,
    /// Whose account sent it.
    pub sender: PersonView,
    /// Who sent it on the account's behalf, where the account shows it.
    pub sent_by: Option<String>,
    /// To whom.
    pub recipients: Vec<PersonView>,
    /// Subject.
    pub subject: String,
    /// Text.
    pub text: String,
    /// What is attached.
    pub attachments: Vec<AttachmentView>,
    /// When it was sent, by the sender; milliseconds since the Unix epoch.
    pub sent_at_ms: u64,
    /// When it disappears; milliseconds since the Unix epoch.
    pub expires_at_ms: Option<u64>,
    /// In which folder it lies.
    pub folder: Folder,
    /// This mailbox sent it.
    pub own: bool,
    /// Starred.
    pub starred: bool,
    /// The list showed something else for it, written by somebody with access to this mailbox; it
    /// is put right. What is here is as its sender wrote it.
    pub altered: bool,
    /// Messages of the same chain are missing before it.
    pub gap: bool,
    /// The sender would like to be told that it was read, and was not yet.
    pub receipt_wanted: bool,
    /// Who read it, where several people read this mailbox; by the server's word.
    pub readers: Vec<ReaderView>,
    /// Recipients who told that they read it; by the server's word.
    pub receipts: Vec<ReaderView>,
}

/// Somebody who read a message, by the server's word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReaderView {
    /// Their address.
    pub address: String,
    /// When; milliseconds since the Unix epoch.
    pub at_ms: u64,
}

/// An attachment of a message or draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentView {
    /// The attachment.
    pub attachment: AttachmentId,
    /// Hash of everything that its message or draft says of it, its key included: others may use the
    /// same identifier for something else.
    pub digest: Hash,
    /// File name, as the sender wrote it.
    pub name: String,
    /// Media type, as the sender wrote it.
    pub media_type: String,
    /// Size in bytes.
    pub size_bytes: u64,
}

/// An upload that did not end, and can go on when the same file is chosen again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnfinishedUpload {
    /// What is uploaded.
    pub attachment: AttachmentId,
    /// File name.
    pub name: String,
    /// Size in bytes.
    pub size_bytes: u64,
    /// Bytes that need not be sent again.
    pub done_bytes: u64,
}

/// What this browser keeps of the uploads of a draft.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptUploads {
    /// Wholly uploaded, and perhaps named by nothing that is stored yet.
    pub finished: Vec<AttachmentView>,
    /// Not wholly uploaded.
    pub unfinished: Vec<UnfinishedUpload>,
}

/// A message that is being written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftContent {
    /// To whom, as typed.
    pub to: Vec<String>,
    /// The conversation that it continues.
    pub conversation: Option<ConversationId>,
    /// The message that it answers.
    pub answers: Option<MessageId>,
    /// Subject.
    pub subject: String,
    /// Text.
    pub text: String,
    /// What is attached and wholly uploaded. The worker keeps the keys: they are found by digest.
    pub attachments: Vec<AttachmentView>,
    /// How it is to be sent.
    pub options: SendOptions,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SearchView {
    /// The rows of this page, newest first, from every folder.
    pub rows: Vec<MessageRowView>,
    /// How many messages match in all.
    pub found: u32,
    /// How many results come before the next page; absent at the end.
    pub next: Option<u32>,
    /// How much of the mailbox was searched.
    pub indexed: IndexedView,
}

/// How much of a mailbox is in its search index: "N of M messages searched".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexedView {
    /// Messages in it, as its segments themselves say.
    pub searched: u32,
    /// Messages in the mailbox, by the server's word; never fewer than `searched`.
    pub total: u32,
    /// There is more to index or to merge: [`SignedIn::index_messages`](crate::session::SignedIn::index_messages)
    /// gets on with it.
    pub more: bool,
}

/// A stored draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftView {
    /// The draft; the message that it becomes has the same identifier.
    pub draft: DraftId,
    /// Counts the writes.
    pub version: u32,
    /// What is written.
    pub content: DraftContent,
    /// Address of who edited it last, by the server's word.
    pub edited_by: String,
    /// When; milliseconds since the Unix epoch.
    pub edited_at_ms: u64,
    /// It is sealed under a mailbox key that was replaced since: somebody whose access ended knows it too, and together
    /// with the server may have written this. To be looked at before it is sent.
    pub earlier_key: bool,
}

/// A page of drafts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DraftPageView {
    /// Last edited first. What does not open is left out.
    pub drafts: Vec<DraftView>,
    /// Where the next page starts; absent at the end.
    pub next: Option<String>,
}

/// How a message is to be sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendOptions {
    /// Disappears this many milliseconds after it was sent.
    pub expires_after_ms: Option<u64>,
    /// Asks recipients to tell that they read it.
    pub receipt: bool,
}
