use wasm_bindgen::prelude::*;
use zegel_crypto as core;
use zegel_crypto::SafetyNumber;

use crate::keys::RecoverySeed;
use crate::rng;

/// 128 random bits that unlock the account key without the password.
#[wasm_bindgen]
#[derive(Debug)]
pub struct RecoveryCode(pub(crate) core::RecoveryCode);

#[wasm_bindgen]
impl RecoveryCode {
    /// Makes a new one.
    #[must_use]
    pub fn make() -> RecoveryCode {
        Self(core::RecoveryCode::make(&mut rng()))
    }

    /// Reads what somebody typed.
    ///
    /// # Errors
    /// Where it is no recovery code.
    pub fn parse(text: &str) -> Result<RecoveryCode, JsError> {
        Ok(Self(core::RecoveryCode::parse(text)?))
    }

    /// The text to show: seven groups of four characters.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn text(&self) -> String {
        self.0.display().to_string()
    }
}

/// What stands after the `#` of an adoption link.
#[wasm_bindgen]
#[derive(Debug)]
pub struct AdoptionLink(core::AdoptionLink);

#[wasm_bindgen]
impl AdoptionLink {
    /// Makes the link of one address.
    ///
    /// # Errors
    /// Where organisation or address are malformed.
    pub fn make(
        seed: &RecoverySeed,
        org_id: &str,
        version: u32,
        address: &str,
    ) -> Result<AdoptionLink, JsError> {
        let org_id = org_id.parse()?;
        Ok(Self(core::AdoptionLink {
            org_id,
            version,
            token: seed.0.join_token(org_id, &address.parse()?),
        }))
    }

    /// Reads a fragment, with its `#` or without.
    ///
    /// # Errors
    /// Where it is no adoption link.
    pub fn parse(fragment: &str) -> Result<AdoptionLink, JsError> {
        Ok(Self(core::AdoptionLink::parse(fragment)?))
    }

    /// The text after the `#`.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn fragment(&self) -> String {
        self.0.fragment().to_string()
    }

    /// The organisation.
    #[wasm_bindgen(getter, js_name = orgId)]
    #[must_use]
    pub fn org_id(&self) -> String {
        self.0.org_id.to_string()
    }

    /// Manifest version that the sender knew.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn version(&self) -> u32 {
        self.0.version
    }

    /// The proof that goes into the account's state.
    ///
    /// # Errors
    /// Where account or identity are malformed.
    pub fn proof(&self, account: &str, identity: &str) -> Result<String, JsError> {
        let proof = self.0.token.proof(account.parse()?, &identity.parse()?);
        Ok(proof.to_string())
    }
}

/// Thirty digits of an account's identity.
///
/// # Errors
/// Where account or identity are malformed.
#[wasm_bindgen(js_name = safetyNumberOfAccount)]
pub fn safety_number_of_account(account: &str, identity: &str) -> Result<String, JsError> {
    let number = SafetyNumber::of_account(account.parse()?, &identity.parse()?);
    Ok(number.to_string())
}

/// Thirty digits of an organisation.
///
/// # Errors
/// Where the organisation is no id.
#[wasm_bindgen(js_name = safetyNumberOfOrganization)]
pub fn safety_number_of_organization(org_id: &str) -> Result<String, JsError> {
    Ok(SafetyNumber::of_organization(org_id.parse()?).to_string())
}

/// Whether two safety numbers, as shown or typed, are the same; in constant time.
///
/// # Errors
/// Where one of them is no safety number.
#[wasm_bindgen(js_name = equalSafetyNumbers)]
pub fn equal_safety_numbers(a: &str, b: &str) -> Result<bool, JsError> {
    Ok(SafetyNumber::parse(a)? == SafetyNumber::parse(b)?)
}
