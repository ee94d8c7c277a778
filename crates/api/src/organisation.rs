use serde::{Deserialize, Serialize};
use zegel_protocol::{AccountId, Address, OrgId, Timestamp};

use crate::{AccountKind, AccountStatus, Bytes, Empty, Role, routes};

routes! {
    /// Creates an organisation with its founder as administrator, all or nothing.
    /// Errors: `password_needed`, `already_member`, `not_authentic`, `duplicate_id`.
    CreateOrganisation: Post "/api/organisations", CreateOrganisationRequest => Empty;
    /// Signed manifests of an organisation from a version on, at most 100 a page. For its members and for accounts
    /// that it adopts. Errors: `not_found`.
    Manifests: Get "/api/organisations/{organisation}/manifests", ManifestsRequest => ManifestPage;
    /// A new manifest. The difference to the one before says what happens, in one transaction: a new domain (claim),
    /// `adopting` set (ADOPT: its free accounts are signed out, audited), a domain gone (RELEASE), another policy, or only a new time (renewal).
    /// Errors: `forbidden`, `password_needed`, `stale_statement`, `not_authentic`, `domain_not_proved`, `domain_taken`.
    PutManifest: Post "/api/organisation/manifests", PutManifestRequest => PutManifestResponse;
    /// Members of the organisation, by address. Administrators only.
    Members: Get "/api/organisation/members", ListMembersRequest => MemberPage;
    /// One member. Administrators only. Errors: `not_found`.
    GetMember: Get "/api/organisation/members/{account}", Empty => Member;
    /// Members whose escrow is unchecked, whose certificate is missing, of an older state, or ends within 30 days. Administrators only.
    MembersToCertify: Get "/api/organisation/members-to-certify", MembersRequest => MembersToCertifyPage;
    /// Certificates an administrator issued after checking the escrows. Administrators only.
    /// Errors: `not_authentic`, `stale_statement`.
    PutCertificates: Post "/api/organisation/certificates", PutCertificatesRequest => Empty;
}

/// See [`CreateOrganisation`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateOrganisationRequest {
    /// Signed manifest, version 0.
    pub genesis: Bytes,
    /// Recovery seed sealed under the founder's account key.
    pub recovery_seed: Bytes,
    /// Escrow grant of the founder's account key.
    pub escrow: Bytes,
    /// The founder's next signed `AccountState`, joined by method founder.
    pub state: Bytes,
    /// Signed `KeyCertificate` of the founder, method compared.
    pub certificate: Bytes,
}

/// See [`Manifests`].
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct ManifestsRequest {
    /// First version wanted.
    pub from: u32,
}

/// See [`Manifests`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ManifestPage {
    /// Signed manifests in order.
    pub manifests: Vec<Bytes>,
    /// There are later ones.
    pub more: bool,
}

/// See [`PutManifest`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PutManifestRequest {
    /// Signed manifest that follows the newest.
    pub manifest: Bytes,
}

/// See [`PutManifest`].
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PutManifestResponse {
    /// Accounts that were signed out by an ADOPT in it.
    pub signed_out: u32,
}

/// See [`Members`].
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct ListMembersRequest {
    /// The `next` of the page before; absent for the first.
    pub after: Option<String>,
    /// Rows wanted, 1 to 100.
    pub limit: u16,
    /// Only accounts of this kind.
    pub kind: Option<AccountKind>,
    /// Only accounts whose name or address contains this, whatever the case; at most 100 characters.
    pub search: Option<String>,
}

/// A page of a keyset-paged list.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct MembersRequest {
    /// The `next` of the page before; absent for the first.
    pub after: Option<String>,
    /// Rows wanted, 1 to 100.
    pub limit: u16,
}

/// See [`Members`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemberPage {
    /// By address.
    pub members: Vec<Member>,
    /// Where the next page starts; absent at the end.
    pub next: Option<String>,
    /// Members in all.
    pub total: u32,
}

/// A member of the organisation.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Member {
    /// The account.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub account: AccountId,
    /// Its address.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub address: Address,
    /// Its name, the server's word.
    pub name: String,
    /// Member or administrator.
    pub role: Role,
    /// A person's or a functional one.
    pub kind: AccountKind,
    /// Whether it can be used.
    pub status: AccountStatus,
    /// People on its roster.
    pub access: u32,
    /// Since when somebody's access has ended without a rotation.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u64>))]
    pub rotation_pending_since_ms: Option<Timestamp>,
    /// When it joined.
    #[cfg_attr(feature = "openapi", schema(value_type = u64))]
    pub joined_at_ms: Timestamp,
    /// When it signed in last.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u64>))]
    pub last_sign_in_ms: Option<Timestamp>,
    /// An administrator's client opened the escrow of its current epoch and recomputed the identity key.
    pub escrow_checked: bool,
    /// Newest signed `AccountState`.
    pub state: Bytes,
    /// Newest signed `KeyCertificate`.
    pub certificate: Option<Bytes>,
}

/// See [`MembersToCertify`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MembersToCertifyPage {
    /// In no particular order.
    pub members: Vec<MemberToCertify>,
    /// Where the next page starts; absent at the end.
    pub next: Option<String>,
}

/// A member that waits for an administrator's client.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemberToCertify {
    /// The account.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub account: AccountId,
    /// Its address.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub address: Address,
    /// Newest signed `AccountState`.
    pub state: Bytes,
    /// Escrow grant of its current epoch.
    pub escrow: Bytes,
    /// The escrow was checked before.
    pub escrow_checked: bool,
    /// Newest signed `KeyCertificate`.
    pub certificate: Option<Bytes>,
}

/// See [`PutCertificates`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PutCertificatesRequest {
    /// Signed `KeyCertificate`s, at most 100. Each says that the escrow of that epoch was opened and checked.
    pub certificates: Vec<Bytes>,
    /// Accounts whose escrow did not open or did not recompute the identity; audited.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub failed: Vec<AccountId>,
    /// The organisation, so that a late answer cannot reach another one.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub organisation: OrgId,
}
