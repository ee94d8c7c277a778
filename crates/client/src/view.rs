//! What flows give to a user interface: plain data, verified where it says so, without any key.

use serde::{Deserialize, Serialize};
use zegel_api::{AccountKind, AccountStatus, AuditCategory, ErrorCode, Folder, Language, Role};
use zegel_protocol::{
    AccountId, Address, AttachmentId, ConversationId, DelegationPolicy, Domain, DraftId, MessageId,
    OrgId,
};

/// Why a flow stopped. The page chooses its text by `reason`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What happened.
    pub reason: Reason,
    /// The field of the form it belongs to, where one is.
    pub field: Option<Field>,
    /// Seconds to wait before another try.
    pub retry_after_s: Option<u32>,
    /// The account that it is about, such as the one whose key changed.
    pub account: Option<AccountId>,
}

/// A field of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Field {
    /// An e-mail address.
    Address,
    /// A password that is set.
    NewPassword,
    /// A password that unlocks.
    Password,
    /// A code from an e-mail.
    Code,
    /// A person's or organisation's name.
    Name,
    /// A domain.
    Domain,
    /// A typed safety number.
    SafetyNumber,
    /// A recipient of a message.
    Recipient,
    /// Subject of a message.
    Subject,
    /// Text of a message.
    Text,
    /// An attachment.
    Attachment,
}

/// What stopped a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Reason {
    /// The server could not be reached.
    Offline,
    /// The server refused.
    Server(ErrorCode),
    /// The server's answer does not parse, or is not what the protocol allows.
    Protocol,
    /// Something that the server sent is not signed or sealed by who it should be. Nothing was done.
    NotAuthentic,
    /// What the server sent is older than what this client has seen. Nothing was done.
    Rollback,
    /// No session in this browser; sign in.
    SignedOut,
    /// The account key is not in memory (any more); ask for the password.
    PasswordNeeded,
    /// The value does not parse.
    Malformed,
    /// The value is empty.
    Empty,
    /// The value is too long.
    TooLong,
    /// The password has fewer than 12 characters.
    PasswordTooShort,
    /// The password is among the commonly used ones, or is the address or name.
    PasswordTooCommon,
    /// The recovery code typed to confirm is not the one shown.
    RecoveryCodeMismatch,
    /// The typed safety number is not the expected one.
    NumberMismatch,
    /// The recipient's identity key changed since this account met them; needs a decision.
    KeyChanged,
    /// The adoption stops.
    Adoption(AdoptionStop),
    /// The person's key is only the server's word: compare safety numbers first.
    NotVerified,
    /// The person is no member of the organisation, and its policy wants one.
    NotAColleague,
    /// The organisation leaves it to its administrators.
    LeftToAdministrators,
    /// The user cancelled it.
    Cancelled,
    /// The account cannot be acted as (any more).
    NoAccess,
    /// The file cannot be read, or is not the one that the upload began with.
    FileChanged,
    /// This device cannot store the file.
    DeviceFull,
    /// An unexpected state in this client.
    Internal,
}

/// Why an adoption stops before anything is sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AdoptionStop {
    /// The account's address is not in the domain.
    AddressOutsideDomain,
    /// The organisation's record does not verify from its genesis on.
    RecordNotAuthentic,
    /// The newest record does not say that the domain is being adopted.
    DomainNotAdopting,
    /// The newest record is older than 90 days.
    RecordTooOld,
    /// This account trusts another organisation, or a newer record of this one.
    PinnedOtherwise,
    /// The adoption link is of another organisation.
    LinkOtherOrganisation,
    /// The adoption link knows a newer record than the server shows.
    LinkNewerRecord,
    /// The domain's TXT record names another organisation.
    DnsOtherOrganisation,
    /// The domain has TXT records of several organisations, or the resolvers disagree.
    DnsAmbiguous,
    /// No link, no DNS record and no safety number has authenticated the organisation yet.
    NotAuthenticated,
}

/// A signed-in account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionView {
    /// Own account.
    pub account: AccountId,
    /// Own address.
    pub address: Address,
    /// Own name.
    pub name: String,
    /// Language of e-mails.
    pub language: Language,
    /// What the account is to its organisation.
    pub role: Role,
    /// The organisation's name from its verified record.
    pub organisation: Option<String>,
    /// The account key is in memory: settings, administration and adoption do not ask for the password.
    pub unlocked: bool,
    /// An organisation waits for this account.
    pub adoption: Option<AdoptionState>,
}

/// Whether the adoption page opens by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AdoptionState {
    /// Not asked yet in this session.
    Waiting,
    /// "Not now" in this session.
    Deferred,
}

/// How far another account's key is known to be theirs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Trust {
    /// This account itself.
    Own,
    /// This user compared the safety number.
    Verified,
    /// Certified by an organisation that this client authenticated (link or compared).
    Certified {
        /// Its name.
        organisation: String,
    },
    /// Met for the first time: only the server vouches.
    FirstMet,
    /// Met before and unchanged since, but only the server vouched at first.
    NotVerified,
    /// Another key than the one met before.
    Changed,
}

/// Somebody a message is from or to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonView {
    /// The account.
    pub account: AccountId,
    /// The address.
    pub address: Address,
    /// The name; empty where none is known.
    pub name: String,
    /// How far the key is known to be theirs.
    pub trust: Trust,
}

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

/// A page of a folder.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MessagePageView {
    /// Newest first.
    pub rows: Vec<MessageRowView>,
    /// Where the next page starts; absent at the end.
    pub next: Option<String>,
    /// Unread messages in the folder.
    pub unread: u32,
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
    pub attachment: AttachmentView,
    /// Bytes that need not be sent again.
    pub done_bytes: u64,
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
    /// What is attached and wholly uploaded. The worker keeps the keys: they are found by id.
    pub attachments: Vec<AttachmentView>,
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

/// Who has access to an account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccessView {
    /// The account.
    pub account: AccountId,
    /// Its address.
    pub address: Address,
    /// Its name.
    pub name: String,
    /// A person's or a functional one.
    pub kind: AccountKind,
    /// Whether it can be used.
    pub status: AccountStatus,
    /// By address.
    pub members: Vec<AccessMemberView>,
    /// Whether recipients see who sends from a functional account; for a new one the organisation's default.
    pub senders_visible: bool,
    /// Since when somebody's access has ended without a rotation; milliseconds since the Unix epoch.
    pub rotation_pending_since_ms: Option<u64>,
    /// Who may give access to it.
    pub policy: DelegationPolicy,
}

/// Somebody with access to an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessMemberView {
    /// The person.
    pub person: PersonView,
    /// Recipients see their name.
    pub visible: bool,
    /// Since when; milliseconds since the Unix epoch.
    pub granted_at_ms: u64,
}

/// What the organisation decides for its members' clients, from its verified record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyView {
    /// Recipients see who sends from a functional account, where the account does not say otherwise.
    pub functional_senders_visible: bool,
    /// Who may give others access to a person's account.
    pub delegation: DelegationPolicy,
}

/// How far an upload or a download is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferView {
    /// Bytes done, of the file itself.
    pub done_bytes: u64,
    /// Bytes in all.
    pub total_bytes: u64,
}

/// Safety numbers of oneself with another account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SafetyView {
    /// The other person.
    pub person: PersonView,
    /// Own number, to read out: six groups of five digits.
    pub own_number: String,
}

/// The organisation, as its verified record states it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrganisationView {
    /// Identifier: hash of its genesis.
    pub organisation: OrgId,
    /// Its name.
    pub name: String,
    /// The organisation's safety number, to give to members outside Zegel: six groups of five digits.
    pub safety_number: String,
    /// Number of administrators.
    pub administrators: u32,
    /// Version of the newest record.
    pub version: u32,
    /// When that was signed; milliseconds since the Unix epoch.
    pub issued_at_ms: u64,
    /// Own role.
    pub role: Role,
}

/// State of a domain of the organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DomainStateView {
    /// Begun, not proved.
    Pending,
    /// In the verified record.
    Claimed,
    /// In the verified record, adopting.
    Adopting,
}

/// How a claim is proved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClaimProof {
    /// TXT record.
    Txt,
    /// Code mailed to this mailbox (the local part).
    Mail(String),
}

/// A row of the Domains page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DomainView {
    /// The name.
    pub domain: Domain,
    /// Where it stands.
    pub state: DomainStateView,
    /// How it is proved.
    pub proof: ClaimProof,
    /// Name of the TXT record.
    pub txt_name: String,
    /// Value of the TXT record.
    pub txt_value: String,
    /// Members with an address in it.
    pub members: u32,
    /// Free accounts with an address in it.
    pub not_yet_adopted: u32,
    /// Last check; milliseconds since the Unix epoch.
    pub checked_at_ms: Option<u64>,
}

/// A page of accounts not yet adopted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CandidatePageView {
    /// By address.
    pub accounts: Vec<CandidateView>,
    /// Where the next page starts; absent at the end.
    pub next: Option<String>,
}

/// An account not yet adopted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CandidateView {
    /// The account.
    pub account: AccountId,
    /// Its address.
    pub address: Address,
    /// When it signed in last; milliseconds since the Unix epoch.
    pub last_sign_in_ms: Option<u64>,
    /// When it last answered "Not now"; milliseconds since the Unix epoch.
    pub deferred_at_ms: Option<u64>,
}

/// A personal adoption link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdoptionLinkView {
    /// Whose.
    pub address: Address,
    /// The fragment, without "#".
    pub fragment: String,
}

/// A page of members.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MemberPageView {
    /// By address.
    pub members: Vec<MemberView>,
    /// Where the next page starts; absent at the end.
    pub next: Option<String>,
    /// Members in all.
    pub total: u32,
}

/// How a member's key is certified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Certification {
    /// By an adoption link.
    Link,
    /// An administrator compared the safety number.
    Compared,
    /// Only the server vouches: shown as not verified.
    Server,
    /// No valid certificate yet.
    None,
}

/// A member of the organisation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MemberView {
    /// The account.
    pub account: AccountId,
    /// Its address.
    pub address: Address,
    /// Its name.
    pub name: String,
    /// Member or administrator.
    pub role: Role,
    /// A person's or a functional one.
    pub kind: AccountKind,
    /// Whether it can be used.
    pub status: AccountStatus,
    /// People with access to it.
    pub access: u32,
    /// Since when somebody's access has ended without a rotation; milliseconds since the Unix epoch.
    pub rotation_pending_since_ms: Option<u64>,
    /// When it joined; milliseconds since the Unix epoch.
    pub joined_at_ms: u64,
    /// When it signed in last; milliseconds since the Unix epoch.
    pub last_sign_in_ms: Option<u64>,
    /// An administrator's client opened the escrow and recomputed the identity key.
    pub escrow_checked: bool,
    /// How its key is certified.
    pub certification: Certification,
}

/// What an administrator's client did by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertifyReport {
    /// Escrows opened and certificates issued.
    pub certified: u32,
    /// Escrows that did not open or are of other keys.
    pub failed: u32,
    /// Functional accounts whose mailbox key was replaced after somebody's access ended.
    pub rotated: u32,
    /// Members that still wait because the password is needed.
    pub waiting: u32,
}

/// An organisation that asks to adopt this account, as far as it is verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdoptionView {
    /// Its name, quoted from its record.
    pub organisation: String,
    /// The domain of the account's address.
    pub domain: Domain,
    /// The adoption link of this very organisation was opened in this browser.
    pub by_link: bool,
    /// What the domain's TXT record says, asked by this browser.
    pub by_dns: DnsOutcome,
    /// The typed safety number was right.
    pub by_number: bool,
}

impl AdoptionView {
    /// At least one way has authenticated the organisation.
    #[must_use]
    pub fn authenticated(&self) -> bool {
        self.by_link || self.by_number || self.by_dns == DnsOutcome::Confirmed
    }
}

/// What DNS said. A contradiction is no outcome but stops the adoption.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DnsOutcome {
    /// Both resolvers show this organisation.
    Confirmed,
    /// Both resolvers show no record: proves nothing.
    NoRecord,
    /// A resolver did not answer: proves nothing.
    NoAnswer,
}

/// A page of the audit log.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AuditPageView {
    /// Newest first.
    pub events: Vec<AuditEventView>,
    /// Where the next page starts; absent at the end.
    pub next: Option<String>,
}

/// An audit event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEventView {
    /// Identifies the event.
    pub id: String,
    /// When; milliseconds since the Unix epoch.
    pub at_ms: u64,
    /// Kind of event.
    pub category: AuditCategory,
    /// Address of who did it.
    pub actor: String,
    /// Account or domain it was done to.
    pub target: String,
    /// Fixed words and numbers.
    pub details: String,
    /// Network address of the actor.
    pub network_address: String,
}

/// Filter of the audit log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditFilter {
    /// Only this category.
    pub category: Option<AuditCategory>,
    /// Only actors whose address contains this.
    pub actor: Option<String>,
    /// Only at or after; milliseconds since the Unix epoch.
    pub from_ms: Option<u64>,
    /// Only before; milliseconds since the Unix epoch.
    pub until_ms: Option<u64>,
}
