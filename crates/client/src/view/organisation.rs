use serde::{Deserialize, Serialize};
use zegel_api::{AccountKind, AccountStatus, AuditCategory, Role};
use zegel_protocol::{AccountId, Address, DelegationPolicy, Domain, OrgId};

use super::PersonView;

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
    /// People on the roster that the account signed whom the server does not list: their access
    /// ended without a rotation, or the server hides that it did not.
    pub unlisted: u32,
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

/// A change of what the organisation decides: what is absent stays as the newest record has it,
/// whoever changed that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyChange {
    /// [`PolicyView::functional_senders_visible`].
    pub functional_senders_visible: Option<bool>,
    /// [`PolicyView::delegation`].
    pub delegation: Option<DelegationPolicy>,
}

impl PolicyChange {
    /// A policy after this change.
    #[must_use]
    pub fn of(self, before: PolicyView) -> PolicyView {
        PolicyView {
            functional_senders_visible: self
                .functional_senders_visible
                .unwrap_or(before.functional_senders_visible),
            delegation: self.delegation.unwrap_or(before.delegation),
        }
    }
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
