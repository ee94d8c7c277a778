use serde::{Deserialize, Serialize};
use zegel_protocol::{AccountId, Address};

use crate::{Bytes, Empty, routes};

routes! {
    /// Public keys of the account that has an address. Errors: `unknown_recipient`.
    KeysByAddress: Get "/api/keys", KeysByAddressRequest => AccountKeys;
    /// Public keys of an account. Errors: `not_found`.
    KeysByAccount: Get "/api/keys/{account}", Empty => AccountKeys;
    /// The account's pins.
    GetPins: Get "/api/pins", Empty => Pins;
    /// Replaces the pins. Errors: `conflict` (another device wrote them meanwhile).
    PutPins: Put "/api/pins", PutPinsRequest => Empty;
}

/// See [`KeysByAddress`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct KeysByAddressRequest {
    /// The address to look up.
    #[cfg_attr(feature = "openapi", schema(value_type = String), param(value_type = String))]
    pub address: Address,
}

/// What the server says of an account's public keys. The client verifies each statement.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountKeys {
    /// The account.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub account: AccountId,
    /// Its main address.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub address: Address,
    /// The name it goes by, the server's word.
    pub name: String,
    /// Newest signed `AccountState`.
    pub state: Bytes,
    /// Newest signed `KeyCertificate` of its organisation, if any.
    pub certificate: Option<Bytes>,
    /// Newest version of that organisation's record, the server's word: whoever knows it up to an earlier one asks
    /// [`Manifests`](crate::Manifests) for what is newer. Absent without a certificate.
    pub manifest_version: Option<u32>,
    /// Signed `AccountState`s around each change of its epoch, ascending: the last of one and the first of the next.
    /// Where they are co-signed, an identity key vouches for the one after it.
    pub changes: Vec<Bytes>,
}

/// The sealed pins with their version, 0 where there are none yet.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Pins {
    /// Counts the writes.
    pub version: u32,
    /// Sealed under the keyring key.
    pub sealed: Option<Bytes>,
}

/// See [`PutPins`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PutPinsRequest {
    /// The version that is replaced.
    pub replaces: u32,
    /// Sealed under the keyring key, bound to version `replaces + 1`.
    pub sealed: Bytes,
}
