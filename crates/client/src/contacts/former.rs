//! Identity keys that an account had before.

use zegel_api::Bytes;
use zegel_protocol::encoding::Canonical as _;
use zegel_protocol::{AccountState, IdentityKey, Signed, Succession};

/// States that are looked at: a change of keys is two, and nobody has many.
const MAX_CHANGES: usize = 64;

/// The identities that an account had before that of `newest`, newest first, as far back as both
/// vouch for it: the one before co-signed the first state of the next, and the next signed the state
/// that names the one before. A reset breaks that off.
pub(super) fn former_identities(
    newest: &Signed<AccountState>,
    changes: &[Bytes],
) -> Vec<IdentityKey> {
    let states: Vec<Signed<AccountState>> = changes
        .iter()
        .take(MAX_CHANGES)
        .filter_map(|bytes| Signed::from_bytes(&bytes.0).ok())
        .collect();
    let mut former = Vec::new();
    let (mut identity, mut epoch) = (newest.statement.identity, newest.statement.epoch);
    while let Some(before) = before(&states, newest, identity, epoch) {
        former.push(before);
        (identity, epoch) = (before, epoch - 1);
    }
    former
}

/// The identity before `identity`, that of `epoch`.
fn before(
    states: &[Signed<AccountState>],
    newest: &Signed<AccountState>,
    identity: IdentityKey,
    epoch: u32,
) -> Option<IdentityKey> {
    states
        .iter()
        .zip(states.iter().skip(1))
        .find(|(last, first)| {
            let (before, after) = (&last.statement, &first.statement);
            after.account == newest.statement.account
                && after.epoch == epoch
                && after.identity == identity
                && last.verify(&before.identity).is_ok()
                && AccountState::verify_successor(last, first) == Ok(Succession::CosignedEpoch)
        })
        .map(|(last, _)| last.statement.identity)
}

#[cfg(test)]
mod tests;
