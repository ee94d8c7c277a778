use serde::{Deserialize, Serialize};
use zegel_protocol::{Address, MessageId, OrgId, Timestamp};

use crate::{AccountKeys, Bytes, Empty, routes};

routes! {
    /// The accounts that the session may act as besides its own: functional and delegated.
    Access: Get "/api/access", Empty => AccessList;
    /// Gives up access to an account. It ends at once; its mailbox key is rotated when somebody who can is there.
    /// Errors: `not_found`.
    StepDown: Post "/api/access/{account}/step-down", Empty => Empty;
    /// The mailbox keys of the generations before, each sealed under the next, newest first.
    MailboxHistory: Get "/api/mailboxes/{mailbox}/history", Empty => History;
    /// Which list entries and drafts the mailbox had when its newest key was made.
    MailboxInventory: Get "/api/mailboxes/{mailbox}/inventory", Empty => InventoryResponse;

    /// Who has access to an account, with what changing that or converting the account starts from. For its owner, and
    /// for administrators of its organisation. Errors: `not_found`, `forbidden`.
    AccountAccess: Get "/api/accounts/{account}/access", Empty => AccountAccessResponse;
    /// A page of what the account has list entries of, in the order of the messages' ids, and its drafts with the first: what the
    /// inventory is made of that goes with a rotation. For whom `AccountAccess` is for. Errors: `not_found`, `forbidden`.
    ListedMessages: Get "/api/accounts/{account}/listed-messages", ListedMessagesRequest => ListedMessagesPage;
    /// A new roster with all that follows from it, in one transaction. The difference to the roster before says what
    /// happens: somebody was granted access, or lost it, or recipients see them now. Who lost it needs a rotation.
    /// For its owner; for administrators of its organisation where it is functional, or where the organisation leaves
    /// delegation to them.
    /// Errors: `password_needed`, `forbidden`, `stale_statement`, `not_authentic`, `not_active` (a member without keys),
    /// `not_a_person` (a member that is a functional account), `stale_recipient` (a member's keys changed).
    PutAccountAccess: Post "/api/accounts/{account}/access", PutAccessRequest => Empty;

    /// Creates a functional account, all or nothing. Administrators only.
    /// Errors: `password_needed`, `address_taken`, `domain_not_owned`, `not_authentic`, `stale_statement`, `duplicate_id`.
    CreateFunctional: Post "/api/organisation/functional-accounts", CreateFunctionalRequest => Empty;
    /// Makes a member's account a functional one: its password, sessions and own access to other accounts end.
    /// Administrators only. Errors: `password_needed`, `forbidden` (an administrator), `not_authentic`, `stale_statement`.
    ConvertToFunctional: Post "/api/organisation/accounts/{account}/convert", ConvertRequest => Empty;
    /// Renames a functional account. Administrators only.
    RenameAccount: Post "/api/organisation/accounts/{account}/name", RenameAccountRequest => Empty;
    /// Suspends, reactivates or deletes a functional account. Administrators only. Errors: `password_needed`, `conflict` (deleted).
    SetAccountStatus: Post "/api/organisation/accounts/{account}/status", SetAccountStatusRequest => Empty;
}

/// Whose an account is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    /// A person's, with a password.
    Person,
    /// A shared mailbox.
    Functional,
}

/// Whether an account can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AccountStatus {
    /// It can.
    Active,
    /// Nobody can; its mail is kept.
    Suspended,
    /// Its mail is gone; its statements stay, so that what it sent can be verified.
    Deleted,
}

/// See [`Access`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccessList {
    /// By address.
    pub accounts: Vec<AccessibleAccount>,
}

/// An account that the session may act as, by the server's word: it counts where roster and grant verify and agree.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccessibleAccount {
    /// Its public keys.
    pub keys: AccountKeys,
    /// Whether it is functional or somebody's.
    pub kind: AccountKind,
    /// Whether it can be used.
    pub status: AccountStatus,
    /// Unread messages in its inbox.
    pub unread: u32,
    /// Newest signed `Roster`, the one that the newest state names.
    pub roster: Bytes,
    /// Mailbox grant of the newest generation to this member.
    pub grant: Bytes,
    /// Signed `SendCertificate` of this member's send key.
    pub send_certificate: Bytes,
    /// When access was granted.
    #[cfg_attr(feature = "openapi", schema(value_type = u64))]
    pub granted_at_ms: Timestamp,
}

/// See [`MailboxHistory`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct History {
    /// Newest first.
    pub keys: Vec<HistoryKey>,
}

/// The mailbox key of one generation under that of the next.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HistoryKey {
    /// Generation of the key inside.
    pub generation: u32,
    /// Sealed under the mailbox key of `generation + 1`.
    pub sealed: Bytes,
}

/// See [`MailboxInventory`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InventoryResponse {
    /// Sealed under the newest mailbox key; absent where that is the first.
    pub sealed: Option<Bytes>,
}

/// See [`ListedMessages`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct ListedMessagesRequest {
    /// The `next` of the page before; absent for the first.
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>), schema(value_type = Option<String>))]
    pub after: Option<MessageId>,
}

/// A page of what an account has list entries of.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ListedMessagesPage {
    /// Hashes of signed messages, 32 bytes each, one after the other.
    pub hashes: Bytes,
    /// Where there are more: the last message of the page.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub next: Option<MessageId>,
    /// With the first page: SHA-256 of each of the sealed drafts, 32 bytes each; of the 100 edited last.
    pub drafts: Option<Bytes>,
    /// With the first page: the inventory made with the newest mailbox key, sealed under that.
    pub inventory: Option<Bytes>,
}

/// See [`AccountAccess`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountAccessResponse {
    /// The account's public keys.
    pub keys: AccountKeys,
    /// Whether it is functional or somebody's.
    pub kind: AccountKind,
    /// Whether it can be used.
    pub status: AccountStatus,
    /// Newest signed `Roster`; absent where nobody ever had access.
    pub roster: Option<Bytes>,
    /// People on the roster, by address. Who stepped down meanwhile is not among them.
    pub members: Vec<AccessMember>,
    /// Mailbox key sealed under the account key.
    pub mailbox_key: Bytes,
    /// Escrow grant of the current epoch, for administrators.
    pub escrow: Option<Bytes>,
    /// Since when somebody's access has ended without a rotation.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u64>))]
    pub rotation_pending_since_ms: Option<Timestamp>,
}

/// Somebody with access, by the server's word.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccessMember {
    /// Their public keys.
    pub keys: AccountKeys,
    /// Signed `SendCertificate` of their send key: the name in it stays through a rotation.
    pub send_certificate: Bytes,
    /// When access was granted.
    #[cfg_attr(feature = "openapi", schema(value_type = u64))]
    pub granted_at_ms: Timestamp,
}

/// See [`PutAccountAccess`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PutAccessRequest {
    /// Signed `Roster` that follows the newest.
    pub roster: Bytes,
    /// Next signed `AccountState`, naming that roster.
    pub state: Bytes,
    /// Signed `SendCertificate`s: of each member whose send key or visibility is new.
    pub send_certificates: Vec<Bytes>,
    /// Mailbox grants: to each member whose send key is new.
    pub grants: Vec<Bytes>,
    /// A new mailbox key, needed where somebody is gone.
    pub rotation: Option<Rotation>,
}

/// A new mailbox key of the next generation, which the new state names.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Rotation {
    /// It, sealed under the account key.
    pub mailbox_key: Bytes,
    /// The one before, sealed under it.
    pub history: Bytes,
    /// Which list entries and drafts the account has, sealed under it: at most 4 MiB.
    pub inventory: Bytes,
    /// Signed `SendCertificate` of the account's own send key in the new generation.
    pub send_certificate: Bytes,
}

/// See [`CreateFunctional`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateFunctionalRequest {
    /// In a domain that the organisation holds.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub address: Address,
    /// At most 100 characters.
    pub name: String,
    /// First signed `AccountState`: functional, joined by method created, naming the roster.
    pub state: Bytes,
    /// Signed `Roster`, version 1, nobody on it.
    pub roster: Bytes,
    /// Escrow grant of the account key, by the account itself.
    pub escrow: Bytes,
    /// Signed `KeyCertificate`, method compared.
    pub certificate: Bytes,
    /// Signed `SendCertificate` of the account's own send key.
    pub send_certificate: Bytes,
    /// Mailbox key sealed under the account key.
    pub mailbox_key: Bytes,
}

/// See [`ConvertToFunctional`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConvertRequest {
    /// Next signed `AccountState`: functional, next epoch and generation, co-signed by the identity before, naming the roster.
    pub state: Bytes,
    /// Signed `Roster` that follows the newest (or version 1), nobody on it, by the new identity.
    pub roster: Bytes,
    /// Escrow grant of the new account key, by the account itself.
    pub escrow: Bytes,
    /// Signed `KeyCertificate` of the new identity.
    pub certificate: Bytes,
    /// The new mailbox key and what belongs to it.
    pub rotation: Rotation,
}

/// See [`RenameAccount`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RenameAccountRequest {
    /// At most 100 characters.
    pub name: String,
}

/// See [`SetAccountStatus`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetAccountStatusRequest {
    /// What it is from now on.
    pub status: AccountStatus,
    /// The organisation, so that a late answer cannot reach another one.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub organisation: OrgId,
}
