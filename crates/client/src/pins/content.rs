//! Rules of the pins: what counts where two copies of them, or a server and they, disagree.

use zegel_crypto::content::{PinnedContact, PinnedOrganization, Pins, Trust};
use zegel_protocol::{
    AccountId, AccountState, Address, Hash, JoinMethod, ManifestChain, OrgId, Signed,
};

use crate::failure::Outcome;
use crate::view::Reason;

/// Pins of an account that has met nobody. The own account is pinned like a contact, so that the
/// own state never goes back either.
pub(crate) fn first(own: &Signed<AccountState>, address: &Address) -> Pins {
    let mut pins = Pins::default();
    put_own(&mut pins, own, address);
    pins
}

pub(crate) fn contact(pins: &Pins, account: AccountId) -> Option<&PinnedContact> {
    let place = pins
        .contacts
        .binary_search_by_key(&account, |contact| contact.account);
    place.ok().and_then(|place| pins.contacts.get(place))
}

/// Whether somebody else was met under an address.
pub(crate) fn other_holder(pins: &Pins, address: &Address, account: AccountId) -> bool {
    pins.contacts
        .iter()
        .any(|contact| contact.address == *address && contact.account != account)
}

pub(crate) fn organization(pins: &Pins, org_id: OrgId) -> Option<&PinnedOrganization> {
    pins.organizations
        .iter()
        .find(|organization| organization.org_id == org_id)
}

/// What was decided of a contact, as far as it holds under an address: numbers are compared with
/// somebody, of whom a server may later say that another address is theirs.
pub(crate) fn trust_at(pinned: &PinnedContact, address: &Address) -> Trust {
    if pinned.address == *address {
        pinned.trust
    } else {
        pinned.trust.min(Trust::Certified)
    }
}

/// Puts a contact in place of what was known of the account, and of anybody else who had the
/// address.
pub(crate) fn put_contact(pins: &mut Pins, contact: PinnedContact) {
    pins.contacts
        .retain(|known| known.account != contact.account && known.address != contact.address);
    let place = pins
        .contacts
        .partition_point(|known| known.account < contact.account);
    pins.contacts.insert(place, contact);
}

/// Remembers an authenticated organisation with its newest manifest.
pub(crate) fn put_organization(pins: &mut Pins, chain: &ManifestChain, method: JoinMethod) {
    let newest = PinnedOrganization {
        org_id: chain.org_id(),
        version: chain.latest().version,
        head: chain.head_hash(),
        method,
    };
    match pins
        .organizations
        .binary_search_by_key(&newest.org_id, |known| known.org_id)
    {
        Ok(place) => pins.organizations[place] = newest,
        Err(place) => pins.organizations.insert(place, newest),
    }
}

/// Remembers an own state.
pub(crate) fn put_own(pins: &mut Pins, own: &Signed<AccountState>, address: &Address) {
    let state = &own.statement;
    put_contact(
        pins,
        PinnedContact {
            account: state.account,
            address: address.clone(),
            identity: state.identity,
            epoch: state.epoch,
            sequence: state.sequence,
            state: own.hash(),
            trust: Trust::Compared,
        },
    );
}

/// Refuses a chain that ends before, or does not pass through, the pinned manifest.
///
/// # Errors
/// [`Reason::Rollback`] or [`Reason::NotAuthentic`].
pub(crate) fn check_chain(pins: &Pins, chain: &ManifestChain) -> Outcome<()> {
    let Some(pinned) = organization(pins, chain.org_id()) else {
        return Ok(());
    };
    match chain.at(pinned.version) {
        None => Err(Reason::Rollback.into()),
        Some(manifest) if manifest.hash() != pinned.head => Err(Reason::NotAuthentic.into()),
        Some(_) => Ok(()),
    }
}

/// Refuses a state older than the newest one seen, or another of the same sequence.
///
/// # Errors
/// [`Reason::Rollback`] or [`Reason::NotAuthentic`].
pub(crate) fn check_state(pinned: &PinnedContact, state: &Signed<AccountState>) -> Outcome<()> {
    let sequence = state.statement.sequence;
    if sequence < pinned.sequence {
        return Err(Reason::Rollback.into());
    }
    if sequence == pinned.sequence && state.hash() != pinned.state {
        return Err(Reason::NotAuthentic.into());
    }
    Ok(())
}

/// What either of two copies knows, so that nothing goes back whichever is older. Where they name
/// different keys for somebody, a user decided in between: the copy written last knows that.
///
/// # Errors
/// [`Reason::NotAuthentic`] where the two saw different histories of one thing.
pub(crate) fn merge(a: Pins, b: Pins) -> Outcome<Pins> {
    let (mut newer, older) = if a.sequence >= b.sequence {
        (a, b)
    } else {
        (b, a)
    };
    for theirs in older.contacts {
        match contact(&newer, theirs.account) {
            Some(ours) => {
                let merged = merge_contacts(ours.clone(), &theirs)?;
                put_contact(&mut newer, merged);
            }
            None if other_holder(&newer, &theirs.address, theirs.account) => {}
            None => put_contact(&mut newer, theirs),
        }
    }
    for theirs in older.organizations {
        match newer
            .organizations
            .iter_mut()
            .find(|ours| ours.org_id == theirs.org_id)
        {
            Some(ours) => {
                (ours.version, ours.head) =
                    later((ours.version, ours.head), (theirs.version, theirs.head))?;
            }
            None => newer.organizations.push(theirs),
        }
    }
    newer.organizations.sort_by_key(|known| known.org_id);
    newer.checkpoint = newer.checkpoint.or(older.checkpoint);
    Ok(newer)
}

fn merge_contacts(newer: PinnedContact, older: &PinnedContact) -> Outcome<PinnedContact> {
    if newer.identity != older.identity {
        return Ok(newer);
    }
    let (sequence, state) = later((newer.sequence, newer.state), (older.sequence, older.state))?;
    Ok(PinnedContact {
        sequence,
        state,
        trust: newer.trust.max(trust_at(older, &newer.address)),
        ..newer
    })
}

/// The later of two places in one history.
fn later(ours: (u32, Hash), theirs: (u32, Hash)) -> Outcome<(u32, Hash)> {
    if ours.0 == theirs.0 && ours.1 != theirs.1 {
        return Err(Reason::NotAuthentic.into());
    }
    Ok(if ours.0 >= theirs.0 { ours } else { theirs })
}

/// Whether two copies say the same, whichever was written later.
pub(crate) fn same(a: &Pins, b: &Pins) -> bool {
    a.contacts == b.contacts && a.organizations == b.organizations && a.checkpoint == b.checkpoint
}

#[cfg(test)]
mod tests;
