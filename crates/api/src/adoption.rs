use serde::{Deserialize, Serialize};
use zegel_protocol::{Domain, OrgId};

use crate::{Bytes, Empty, routes};

routes! {
    /// The organisation that adopts accounts in the domain of the session's address. The manifests come from
    /// [`Manifests`](crate::Manifests). Errors: `domain_released` (none does).
    Adoption: Get "/api/adoption", Empty => AdoptionResponse;
    /// Joins, all or nothing: escrow, state, pins. Audited as `Account joined organization`.
    /// Errors: `password_needed`, `domain_released`, `already_member`, `not_authentic`, `stale_statement` (a newer manifest), `conflict` (pins).
    AcceptAdoption: Post "/api/adoption/accept", AcceptAdoptionRequest => Empty;
    /// "Not now": asked again at the next sign-in.
    DeferAdoption: Post "/api/adoption/not-now", Empty => Empty;
}

/// See [`Adoption`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AdoptionResponse {
    /// By the server's word; the client verifies.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub organisation: OrgId,
    /// The domain of the account's address.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub domain: Domain,
}

/// See [`AcceptAdoption`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AcceptAdoptionRequest {
    /// Escrow grant of the current epoch, naming the newest manifest.
    pub escrow: Bytes,
    /// Next signed `AccountState`, joined.
    pub state: Bytes,
    /// Version of the pins that is replaced.
    pub replaces_pins: u32,
    /// Pins with the organisation, sealed under the keyring key.
    pub pins: Bytes,
}
