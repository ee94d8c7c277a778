//! What the page and the crypto worker say to each other. The page names a flow and gets view data back;
//! no key ever crosses. Passwords and texts cross from page to worker only.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use zegel_api::{Folder, Language};
use zegel_client::view::*;
use zegel_protocol::{AccountId, Address, Domain, MessageId};

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

    /// A page of a folder.
    ListMessages { folder: Folder, before: Option<String> } -> MessagePageView;
    /// Opens a message and marks it as read.
    OpenMessage { message: MessageId, folder: Folder } -> MessageView;
    /// Marks messages as read or unread.
    MarkRead { messages: Vec<MessageId>, read: bool } -> ();
    /// Looks a recipient up.
    FindRecipient { address: Address } -> PersonView;
    /// Accepts the changed key of a contact, after the user's decision.
    AcceptChangedKey { account: AccountId } -> PersonView;
    /// Sends a message.
    SendMessage { to: Vec<Address>, subject: String, text: String } -> ();
    /// Own safety number and a contact.
    Safety { account: AccountId } -> SafetyView;
    /// Compares the safety number that the contact read out; marks them as verified.
    CompareSafetyNumber { account: AccountId, typed: String } -> PersonView;
    /// Own safety number: six groups of five digits.
    OwnSafetyNumber {} -> String;
    /// Keeps the text being written, sealed, in this browser; none forgets it.
    KeepDraft { draft: Option<DraftView> } -> ();
    /// The kept text.
    KeptDraft {} -> Option<DraftView>;

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
    /// Members of the organisation.
    Members { after: Option<String> } -> MemberPageView;
    /// The audit log.
    AuditEvents { filter: AuditFilter, before: Option<String> } -> AuditPageView;
}

/// A recovery code, to be shown once.
#[derive(Clone, Serialize, Deserialize)]
pub struct RecoveryCodeView {
    /// In groups separated by "-".
    pub code: String,
}

/// A message that is being written.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DraftView {
    /// Addresses as typed.
    pub to: Vec<String>,
    /// Subject.
    pub subject: String,
    /// Text.
    pub text: String,
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
}
