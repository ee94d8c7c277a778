use serde::{Deserialize, Serialize};
use zegel_protocol::{AccountId, Address, Domain, Timestamp};

use crate::{Bytes, Empty, MembersRequest, routes};

routes! {
    /// The organisation's domains, claimed and pending. Administrators only.
    Domains: Get "/api/organisation/domains", Empty => DomainList;
    /// Begins a claim: makes the nonce and, with an e-mailed code, sends it. Repeating it sends a new code.
    /// Errors: `public_domain`, `domain_taken`, `domain_already_claimed`, `mail_failed`.
    StartClaim: Post "/api/organisation/domains", StartClaimRequest => DomainRow;
    /// CHECK: looks at the TXT record, or at the code. Success holds for ten minutes, in which the manifest that names
    /// the domain must follow. Errors: `txt_missing`, `txt_other_organisation`, `txt_wrong_nonce`, `dns_failed`,
    /// `wrong_code`, `expired_code`, `not_found`, `domain_taken`.
    CheckClaim: Post "/api/organisation/domains/{domain}/check", CheckClaimRequest => DomainRow;
    /// Forgets a pending claim.
    WithdrawClaim: Post "/api/organisation/domains/{domain}/withdraw", Empty => Empty;
    /// Free accounts with an address in a claimed domain: those not yet adopted, by address. Administrators only.
    NotYetAdopted: Get "/api/organisation/domains/{domain}/accounts", MembersRequest => NotYetAdoptedPage;
}

/// Mailboxes that prove the control of a domain (those of RFC 2142 that hosts reserve).
pub const CLAIM_MAILBOXES: [&str; 5] = [
    "admin",
    "administrator",
    "hostmaster",
    "postmaster",
    "webmaster",
];

/// How a claim is proved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "method")]
pub enum ClaimMethod {
    /// A TXT record at `_zegel.<domain>`.
    Txt,
    /// A code mailed to `<mailbox>@<domain>`; the mailbox is one of [`CLAIM_MAILBOXES`].
    Mail {
        /// The local part.
        mailbox: String,
    },
}

/// See [`StartClaim`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct StartClaimRequest {
    /// Without "@".
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub domain: Domain,
    /// How it will be proved.
    pub proof: ClaimMethod,
}

/// See [`CheckClaim`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CheckClaimRequest {
    /// Six digits, for a claim by mail.
    pub code: Option<String>,
}

/// See [`Domains`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DomainList {
    /// By name.
    pub domains: Vec<DomainRow>,
}

/// State of a domain, by the server's word; the manifest decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DomainState {
    /// Begun, not proved or not signed.
    Pending,
    /// In the manifest.
    Claimed,
    /// In the manifest, `adopting`.
    Adopting,
}

/// A domain of the organisation.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DomainRow {
    /// The name.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub domain: Domain,
    /// Where it stands.
    pub state: DomainState,
    /// How it is or was proved.
    pub proof: ClaimMethod,
    /// Nonce of the TXT record, 16 bytes.
    pub nonce: Bytes,
    /// A check succeeded less than ten minutes ago and the manifest has not followed.
    pub proved: bool,
    /// Epoch that the domain has or will have in the manifest: one more after each release.
    pub epoch: u32,
    /// Members with an address in it.
    pub members: u32,
    /// Free accounts with an address in it.
    pub not_yet_adopted: u32,
    /// Last successful or failed check.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u64>))]
    pub checked_at_ms: Option<Timestamp>,
}

/// See [`NotYetAdopted`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NotYetAdoptedPage {
    /// By address.
    pub accounts: Vec<NotYetAdoptedAccount>,
    /// Where the next page starts; absent at the end.
    pub next: Option<String>,
}

/// A free account in a claimed domain.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NotYetAdoptedAccount {
    /// The account.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub account: AccountId,
    /// Its address.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub address: Address,
    /// When it signed in last.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u64>))]
    pub last_sign_in_ms: Option<Timestamp>,
    /// When it last answered "Not now".
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u64>))]
    pub deferred_at_ms: Option<Timestamp>,
}
