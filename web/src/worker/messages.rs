//! What the page and the crypto worker say to each other. The page names a flow and gets view data back;
//! no key ever crosses. Passwords and texts cross from page to worker only.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use zegel_api::{AccountKind, AccountStatus, Folder, Language};
use zegel_client::view::*;
use zegel_protocol::{
    AccountId, Address, AttachmentId, ConversationId, Domain, DraftId, MessageId,
};

/// A call of the page, with the type of its answer.
pub trait Call: Serialize {
    /// What the worker answers.
    type Reply: Serialize + DeserializeOwned + 'static;
    /// As one value of the union that travels.
    fn into_command(self) -> Command;
}

macro_rules! calls {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty),* } -> $reply:ty;)+) => {
        /// Every call.
        #[derive(Serialize, Deserialize)]
        pub enum Command { $($(#[$doc])* $name($name),)+ }
        $(
            $(#[$doc])*
            #[derive(Clone, Serialize, Deserialize)]
            pub struct $name { $($(#[$field_doc])* pub $field: $type,)* }
            impl Call for $name {
                type Reply = $reply;
                fn into_command(self) -> Command { Command::$name(self) }
            }
        )+
    };
}

calls! {
    /// Takes up the session of this browser after a reload, where there is one.
    Resume {} -> Option<SessionView>;

    /// Mails a code to an address that wants an account.
    StartSignUp { address: Address, language: Language } -> ();
    /// Checks the mailed code.
    VerifySignUp { address: Address, code: String } -> ();
    /// Makes all keys; answers the recovery code to show. Argon2id runs here.
    PrepareAccount { name: String, password: String, language: Language } -> RecoveryCodeView;
    /// Creates the account once the user typed the last group of the recovery code.
    FinishSignUp { confirmation: String } -> SessionView;

    /// Signs in. Argon2id runs here.
    SignIn { address: Address, password: String } -> SessionView;
    /// Proves the password again, so that the account key is in memory.
    ConfirmPassword { password: String } -> SessionView;
    /// Ends the session here, or everywhere.
    SignOut { everywhere: bool } -> ();
    /// Changes the password and signs out every other browser.
    ChangePassword { current: String, new: String } -> ();

    /// The accounts that the user can act as, the own one first.
    Mailboxes {} -> Vec<MailboxView>;
    /// Gives up access to an account.
    StepDown { account: AccountId } -> ();

    /// A page of a folder: the newest, what is right below another one, or what is below so many rows.
    ListMessages { mailbox: AccountId, folder: Folder, unread: bool, before: Option<String>, skip: Option<u32> } -> MessagePageView;
    /// The messages of a conversation, oldest first.
    OpenConversation { mailbox: AccountId, conversation: ConversationId } -> Vec<MessageRowView>;
    /// A page of what a mailbox has of these words, in all folders; `skip` results come before it.
    Search { mailbox: AccountId, query: String, skip: u32 } -> SearchView;
    /// One step of putting messages into the search index; to be repeated while there is more.
    IndexMessages { mailbox: AccountId } -> IndexedView;
    /// Who answers a message.
    GetAnswers { mailbox: AccountId, message: MessageId } -> AnswersView;
    /// A message as it was opened before, to be shown until it is opened again.
    RememberedMessage { mailbox: AccountId, message: MessageId } -> Option<MessageView>;
    /// Opens a message and marks it as read.
    OpenMessage { mailbox: AccountId, message: MessageId } -> MessageView;
    /// Marks messages; what is absent stays.
    MarkMessages { mailbox: AccountId, messages: Vec<MessageId>, read: Option<bool>, starred: Option<bool> } -> ();
    /// Moves messages; to the inbox means back to where each came from.
    MoveMessages { mailbox: AccountId, messages: Vec<MessageId>, to: Folder } -> ();
    /// Deletes messages of the trash for good.
    DeleteMessages { mailbox: AccountId, messages: Vec<MessageId> } -> ();
    /// Takes a sent message back.
    RevokeMessage { mailbox: AccountId, message: MessageId } -> ();
    /// Tells the sender that the message was read.
    SendReceipt { mailbox: AccountId, message: MessageId } -> ();
    /// Unread messages and drafts.
    MailCounts { mailbox: AccountId } -> CountsView;
    /// Looks a recipient up.
    FindRecipient { address: Address } -> PersonView;
    /// Accepts the changed key of a contact, after the user's decision.
    AcceptChangedKey { account: AccountId } -> PersonView;
    /// Sends a draft as a message, as one of the user's accounts. `conflict`: its stored version is not this one, 0 for none.
    SendMessage { mailbox: AccountId, draft: DraftId, version: u32, content: DraftContent } -> ();
    /// An identifier for a new draft.
    NewDraft {} -> DraftId;
    /// A page of drafts.
    ListDrafts { mailbox: AccountId, before: Option<String> } -> DraftPageView;
    /// One draft.
    OpenDraft { mailbox: AccountId, draft: DraftId } -> DraftView;
    /// Stores a draft; answers its new version. `conflict`: somebody else stored that version meanwhile.
    SaveDraft { mailbox: AccountId, draft: DraftId, replaces: u32, content: DraftContent } -> u32;
    /// Forgets a draft.
    DeleteDraft { mailbox: AccountId, draft: DraftId } -> ();
    /// Keeps what the server could not take of a draft, sealed, in this browser, until it can.
    KeepDraft { mailbox: AccountId, draft: DraftView } -> ();
    /// Forgets what was kept so: it is stored, sent or thrown away.
    ForgetKeptDraft { mailbox: AccountId, draft: DraftId } -> ();
    /// What was kept so of a draft.
    KeptDraft { mailbox: AccountId, draft: DraftId } -> Option<DraftView>;
    /// What was kept so of all drafts.
    KeptDrafts { mailbox: AccountId } -> Vec<DraftView>;
    /// Notes a file that will be uploaded for a draft, so that it is known after a reload, too; answers its identifier.
    NoteUpload { mailbox: AccountId, draft: DraftId, name: String, media_type: String, size_bytes: u64 } -> AttachmentId;
    /// Uploads the file that was handed over as `transfer`, for a draft; goes on where an upload of it stopped.
    Upload { mailbox: AccountId, draft: DraftId, attachment: AttachmentId, transfer: u32 } -> AttachmentView;
    /// What this browser keeps of the uploads of a draft; what ended can be named by drafts and messages.
    DraftUploads { mailbox: AccountId, draft: DraftId } -> KeptUploads;
    /// Has the server keep uploads that a draft names for another term.
    RenewUploads { mailbox: AccountId, attachments: Vec<AttachmentId> } -> ();
    /// Forgets an upload that the draft does not want any more, finished or not.
    ForgetUpload { mailbox: AccountId, draft: DraftId, attachment: AttachmentId } -> ();
    /// Fetches an attachment; the file is handed over as `transfer` once the whole of it verified.
    Download { mailbox: AccountId, message: MessageId, attachment: AttachmentId, transfer: u32 } -> AttachmentView;
    /// Ends an upload or download: it fails as cancelled, and what was done is forgotten or kept.
    CancelTransfer { transfer: u32, keep: bool } -> ();
    /// Own safety number and a contact.
    Safety { account: AccountId } -> SafetyView;
    /// Compares the safety number that the contact read out; marks them as verified.
    CompareSafetyNumber { account: AccountId, typed: String } -> PersonView;
    /// Own safety number: six groups of five digits.
    OwnSafetyNumber {} -> String;

    /// Who has access to an account: the own one, or as an administrator.
    Access { account: AccountId } -> AccessView;
    /// Gives somebody access, chosen by this address. Needs the password.
    GrantAccess { account: AccountId, person: AccountId, address: Address, visible: bool } -> AccessView;
    /// Ends somebody's access, and replaces the mailbox key. Needs the password.
    RevokeAccess { account: AccountId, person: AccountId } -> AccessView;
    /// Whether recipients see who sends: of one person, or of everybody. Needs the password.
    SetSenderVisibility { account: AccountId, person: Option<AccountId>, visible: bool } -> AccessView;
    /// Replaces the mailbox key where somebody's access ended without that. Needs the password.
    RotateMailbox { account: AccountId } -> AccessView;
    /// Creates a functional account. Needs the password.
    CreateFunctional { address: Address, name: String } -> MemberView;
    /// Makes a member's account a functional one. Needs the password.
    ConvertToFunctional { account: AccountId } -> MemberView;
    /// Renames a functional account.
    RenameAccount { account: AccountId, name: String } -> MemberView;
    /// Suspends, reactivates or deletes a functional account.
    SetAccountStatus { account: AccountId, status: AccountStatus } -> MemberView;
    /// What the organisation decides for its members' clients.
    Policy {} -> PolicyView;
    /// Changes a part of that. Needs the password.
    SetPolicy { change: PolicyChange } -> PolicyView;

    /// Remembers the adoption link that the page took out of its address.
    KeepAdoptionLink { fragment: String } -> ();
    /// Verifies the organisation that waits for this account.
    ReviewAdoption {} -> AdoptionView;
    /// Compares the organisation's safety number that the user typed in.
    CompareOrganisationNumber { typed: String } -> AdoptionView;
    /// Accepts: seals the account key to the organisation and joins.
    AcceptAdoption {} -> SessionView;
    /// Not now.
    DeferAdoption {} -> SessionView;

    /// Creates an organisation with this account as its administrator.
    CreateOrganisation { name: String } -> OrganisationView;
    /// The own organisation's verified record.
    Organisation {} -> OrganisationView;
    /// Its domains.
    Domains {} -> Vec<DomainView>;
    /// Begins a claim, or mails another code.
    StartClaim { domain: Domain, proof: ClaimProof } -> DomainView;
    /// CHECK: has the server check the proof, then signs the claim.
    CheckClaim { domain: Domain, code: Option<String> } -> DomainView;
    /// Forgets a pending claim.
    WithdrawClaim { domain: Domain } -> ();
    /// ADOPT; answers the number of accounts signed out.
    Adopt { domain: Domain } -> u32;
    /// RELEASE.
    Release { domain: Domain } -> ();
    /// Accounts not yet adopted.
    Candidates { domain: Domain, after: Option<String> } -> CandidatePageView;
    /// Personal adoption links of the accounts not yet adopted, all of them.
    AdoptionLinks { domain: Domain } -> Vec<AdoptionLinkView>;
    /// Checks escrows, issues certificates, renews the record: what an administrator's client does by itself.
    CertifyMembers {} -> CertifyReport;
    /// Certifies a member after the administrator typed the safety number that the member read out.
    CompareMember { account: AccountId, typed: String } -> MemberView;
    /// Accounts of the organisation.
    Members { after: Option<String>, kind: Option<AccountKind>, search: Option<String> } -> MemberPageView;
    /// One account of the organisation.
    Member { account: AccountId } -> MemberView;
    /// The audit log.
    AuditEvents { filter: AuditFilter, before: Option<String> } -> AuditPageView;
}

/// How long a browser may take to save a file that it was given, in milliseconds: a minute, and a second for every
/// 10 MB.
pub(crate) const fn saving_ms(size_bytes: u64) -> u64 {
    60_000 + size_bytes / 10_000
}

/// A recovery code, to be shown once.
#[derive(Clone, Serialize, Deserialize)]
pub struct RecoveryCodeView {
    /// In groups separated by "-".
    pub code: String,
}

/// What happens while a call runs, for calls that take longer than a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Progress {
    /// Argon2id.
    DerivingKeys,
    /// Waiting for the server.
    Contacting,
    /// Sealing and signing.
    Sealing,
    /// Opening and verifying.
    Opening,
    /// Asking the two DNS resolvers.
    AskingDns,
    /// A batch: done of all.
    Batch {
        /// Done so far.
        done: u32,
        /// In all.
        total: u32,
    },
    /// A file: bytes done of all.
    Bytes {
        /// Done so far.
        done: u64,
        /// In all.
        total: u64,
    },
    /// Waiting for the connection to come back.
    Waiting,
}

/// From page to worker.
#[derive(Serialize, Deserialize)]
pub struct ToWorker {
    /// Counts the calls of this page.
    pub call: u32,
    /// The call.
    pub command: Command,
}

/// From worker to page. The answer of a call is serialised separately, in its own type.
#[derive(Serialize, Deserialize)]
pub enum FromWorker {
    /// The worker can take calls.
    Ready,
    /// A call goes on.
    Progress {
        /// Which.
        call: u32,
        /// What it does now.
        progress: Progress,
    },
    /// A call ended well; the answer as JSON.
    Done {
        /// Which.
        call: u32,
        /// JSON of [`Call::Reply`].
        reply: String,
    },
    /// A call failed.
    Failed {
        /// Which.
        call: u32,
        /// Why.
        failure: Failure,
    },
    /// The session ended by itself: signed out elsewhere or expired.
    SessionEnded,
    /// The account key left the memory.
    Locked,
    /// Mail, marks or drafts of a mailbox changed, here or elsewhere.
    MailChanged(AccountId),
    /// The accounts that the user can act as changed.
    AccessChanged,
    /// The own account changed: membership, role or adoption.
    AccountChanged(Box<SessionView>),
}
