use zegel_protocol::{Address, KemKey, OrgId};

use super::{random_secret, secret};
use crate::adoption::JoinToken;
use crate::hazmat::{hpke, kdf::hkdf_sha256};

secret!(
    /// Seed of an organisation's recovery key (X-Wing), held by its administrators: opens the
    /// escrow of every account.
    RecoverySeed
);
random_secret!(RecoverySeed);

impl RecoverySeed {
    /// The public recovery key, as manifests name it.
    #[must_use]
    pub fn public(&self) -> KemKey {
        hpke::public_key(&self.0)
    }

    /// `HKDF-SHA256(seed, "zegel/v1/join" ‖ org_id ‖ address)`: what the adoption link of one
    /// address carries. Administrators recompute it, and keep no list.
    #[must_use]
    pub fn join_token(&self, org_id: OrgId, address: &Address) -> JoinToken {
        JoinToken::from(*hkdf_sha256(
            &self.0,
            &[
                b"zegel/v1/join",
                org_id.as_bytes(),
                address.as_str().as_bytes(),
            ],
        ))
    }
}
