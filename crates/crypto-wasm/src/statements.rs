use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use zegel_protocol as core;
use zegel_protocol::{
    AccountState, Administrator, Canonical, KeyCertificate, Manifest, Name, Policy, Signed,
    Succession, Timestamp,
};

use crate::keys::{Identity, RecoverySeed};

/// A verified chain of manifests.
#[wasm_bindgen]
#[derive(Debug)]
pub struct ManifestChain(pub(crate) core::ManifestChain);

fn decode(manifests: Vec<Uint8Array>) -> Result<Vec<Signed<Manifest>>, JsError> {
    manifests
        .into_iter()
        .map(|bytes| Ok(Signed::from_bytes(&bytes.to_vec())?))
        .collect()
}

#[wasm_bindgen]
impl ManifestChain {
    /// Verifies a whole chain of signed manifests, genesis first.
    ///
    /// # Errors
    /// Where one of them is refused.
    pub fn verify(manifests: Vec<Uint8Array>) -> Result<ManifestChain, JsError> {
        Ok(Self(core::ManifestChain::verify(decode(manifests)?)?))
    }

    /// Follows the chain forward.
    ///
    /// # Errors
    /// Where one of them is refused; then nothing has changed.
    pub fn extend(&mut self, newer: Vec<Uint8Array>) -> Result<(), JsError> {
        Ok(self.0.extend(decode(newer)?)?)
    }

    /// Founds an organisation: makes and signs its genesis. `issued_at` is in milliseconds since
    /// the Unix epoch, as `Date.now()`.
    ///
    /// # Errors
    /// Where name or account are malformed.
    pub fn found(
        name: &str,
        account: &str,
        identity: &Identity,
        seed: &RecoverySeed,
        issued_at: f64,
    ) -> Result<ManifestChain, JsError> {
        let founder = Administrator {
            account: account.parse()?,
            identity: identity.0.public(),
        };
        let genesis = Manifest::genesis(
            Name::try_from(name)?,
            founder,
            seed.0.public(),
            Policy::default(),
            Timestamp(issued_at as u64),
        );
        let signed = identity.0.sign(genesis);
        Ok(Self(core::ManifestChain::verify(vec![signed])?))
    }

    /// The organisation.
    #[wasm_bindgen(getter, js_name = orgId)]
    #[must_use]
    pub fn org_id(&self) -> String {
        self.0.org_id().to_string()
    }

    /// Version of the newest manifest.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn version(&self) -> u32 {
        self.0.latest().version
    }

    /// The organisation's name in the newest manifest.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn name(&self) -> String {
        self.0.latest().name.to_string()
    }

    /// The newest signed manifest.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn latest(&self) -> Vec<u8> {
        self.0.latest_signed().to_bytes()
    }

    /// Whether the newest manifest holds a domain and asks its accounts to join.
    ///
    /// # Errors
    /// Where the domain is malformed.
    #[wasm_bindgen(js_name = isAdopting)]
    pub fn is_adopting(&self, domain: &str) -> Result<bool, JsError> {
        let domain = domain.parse()?;
        Ok(self.0.domain(&domain).is_some_and(|held| held.adopting))
    }
}

/// Verifies an account's first signed state.
///
/// # Errors
/// Where it is refused.
#[wasm_bindgen(js_name = verifyFirstState)]
pub fn verify_first_state(state: &[u8]) -> Result<(), JsError> {
    Ok(AccountState::verify_first(&Signed::from_bytes(state)?)?)
}

/// Verifies that a signed state follows another: `"same-epoch"`, `"cosigned-epoch"`, or
/// `"new-epoch"` after a reset.
///
/// # Errors
/// Where it is refused.
#[wasm_bindgen(js_name = verifyNextState)]
pub fn verify_next_state(previous: &[u8], next: &[u8]) -> Result<String, JsError> {
    let previous = Signed::from_bytes(previous)?;
    let succession = AccountState::verify_successor(&previous, &Signed::from_bytes(next)?)?;
    let name = match succession {
        Succession::SameEpoch => "same-epoch",
        Succession::CosignedEpoch => "cosigned-epoch",
        Succession::NewEpoch => "new-epoch",
    };
    Ok(name.to_owned())
}

/// Verifies a signed key certificate against a chain at a time in milliseconds since the Unix
/// epoch.
///
/// # Errors
/// Where it does not count.
#[wasm_bindgen(js_name = verifyKeyCertificate)]
pub fn verify_key_certificate(
    certificate: &[u8],
    chain: &ManifestChain,
    now: f64,
) -> Result<(), JsError> {
    let signed = Signed::from_bytes(certificate)?;
    Ok(KeyCertificate::verify(
        &signed,
        &chain.0,
        Timestamp(now as u64),
    )?)
}
