use wasm_bindgen::prelude::*;
use zegel_crypto::grant::{self, Granter, Subject};
use zegel_protocol::{Canonical, Grant, Timestamp};

use crate::keys::{AccountKey, RecoverySeed};
use crate::rng;
use crate::statements::ManifestChain;

/// Escrows an own account key: seals it to the recovery key of a verified chain. `time` is in
/// milliseconds since the Unix epoch.
///
/// # Errors
/// Where the account is no id.
#[wasm_bindgen(js_name = makeEscrow)]
pub fn make_escrow(
    account_key: &AccountKey,
    account: &str,
    epoch: u32,
    chain: &ManifestChain,
    time: f64,
) -> Result<Vec<u8>, JsError> {
    let account = account.parse()?;
    let identity = account_key.0.identity(account, epoch);
    let granter = Granter {
        account,
        identity: &identity,
        time: Timestamp(time as u64),
    };
    let grant = grant::make_escrow(
        &granter,
        account,
        epoch,
        &account_key.0,
        &chain.0,
        None,
        &mut rng(),
    )?;
    Ok(grant.to_bytes())
}

/// Opens an escrow, and checks that the key in it recomputes the account's identity.
///
/// # Errors
/// Where it cannot be opened.
#[wasm_bindgen(js_name = openEscrow)]
pub fn open_escrow(
    seed: &RecoverySeed,
    chain: &ManifestChain,
    account: &str,
    epoch: u32,
    identity: &str,
    grant: &[u8],
) -> Result<AccountKey, JsError> {
    let subject = Subject {
        account: account.parse()?,
        epoch,
        identity: identity.parse()?,
    };
    let grant = Grant::from_bytes(grant)?;
    Ok(AccountKey(grant::open_escrow(
        &seed.0, &chain.0, &subject, &grant,
    )?))
}

/// Verifies the signature of a grant.
///
/// # Errors
/// Where it does not verify.
#[wasm_bindgen(js_name = verifyGrant)]
pub fn verify_grant(grant: &[u8]) -> Result<(), JsError> {
    Ok(Grant::from_bytes(grant)?.verify_signature()?)
}
