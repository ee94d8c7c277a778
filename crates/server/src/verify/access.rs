//! Rosters, grants and send certificates, and the states that go with them.

use std::collections::{HashMap, HashSet};

use zegel_api::{Bytes, ErrorCode};
use zegel_protocol::{
    AccountId, AccountState, Grant, GrantType, Hash, JoinMethod, Joined, Kind, ManifestChain, Role,
    Roster, RosterError, RosterMember, SendCertificate, SendKey, Signed, Succession, Timestamp,
};
use zegel_storage::{Access, AccessRole, Account, NewMailboxKey, NewRoster, NewState, Status};

use super::{
    decode, new_state, not_in_the_future, own_send_certificate, sealed_inventory, sealed_key,
};
use crate::error::{Error, Result};

/// The roster that follows `previous`, signed by `identity`.
pub(crate) fn next_roster(
    field: &'static str,
    bytes: &Bytes,
    account: AccountId,
    previous: Option<&Signed<Roster>>,
    state: &AccountState,
) -> Result<(Signed<Roster>, NewRoster)> {
    let signed: Signed<Roster> = decode(field, bytes)?;
    if signed.statement.account != account {
        return Err(Error::not_authentic(field));
    }
    Roster::verify(previous, &signed, &state.identity).map_err(|error| match error {
        RosterError::Sequence => ErrorCode::StaleStatement.into(),
        _ => Error::not_authentic(field),
    })?;
    if state.roster != Some(signed.hash()) {
        return Err(Error::not_authentic("state"));
    }
    let new = NewRoster {
        version: signed.statement.version,
        hash: signed.hash(),
        statement: bytes.0.clone(),
    };
    Ok((signed, new))
}

/// The next state of an account, which may name another roster and another mailbox key and nothing else.
pub(crate) fn access_state(
    field: &'static str,
    bytes: &Bytes,
    previous: &Signed<AccountState>,
    rotated: bool,
) -> Result<(Signed<AccountState>, NewState)> {
    let signed = following(field, bytes, previous)?;
    let (before, state) = (&previous.statement, &signed.statement);
    let same_keys = AccountState::verify_successor(previous, &signed)
        .is_ok_and(|it| it == Succession::SameEpoch);
    let unchanged = state.joined == before.joined && state.min_suite == before.min_suite;
    let generation = before.mailbox_generation + u32::from(rotated);
    if !same_keys || !unchanged || state.mailbox_generation != generation {
        return Err(Error::not_authentic(field));
    }
    let new = new_state(&signed, bytes);
    Ok((signed, new))
}

/// The state with which a person's account becomes a functional one: new keys, for which the old identity vouches.
pub(crate) fn converting_state(
    field: &'static str,
    bytes: &Bytes,
    previous: &Signed<AccountState>,
    chain: &ManifestChain,
) -> Result<(Signed<AccountState>, NewState)> {
    let signed = following(field, bytes, previous)?;
    let state = &signed.statement;
    let cosigned = AccountState::verify_successor(previous, &signed)
        .is_ok_and(|it| it == Succession::CosignedEpoch);
    let joined = state.joined == previous.statement.joined
        || state.joined.as_ref().is_some_and(|it| created(it, chain));
    if !cosigned
        || !joined
        || state.kind != Kind::Functional
        || state.min_suite != previous.statement.min_suite
    {
        return Err(Error::not_authentic(field));
    }
    let new = new_state(&signed, bytes);
    Ok((signed, new))
}

/// A functional account's first state, joined to the organisation of the chain.
pub(crate) fn first_functional_state(
    field: &'static str,
    bytes: &Bytes,
    chain: &ManifestChain,
) -> Result<(Signed<AccountState>, NewState)> {
    let signed: Signed<AccountState> = decode(field, bytes)?;
    AccountState::verify_first(&signed).map_err(|_| Error::not_authentic(field))?;
    let state = &signed.statement;
    let joined = state.joined.as_ref().is_some_and(|it| created(it, chain));
    if state.kind != Kind::Functional || !joined {
        return Err(Error::not_authentic(field));
    }
    let new = new_state(&signed, bytes);
    Ok((signed, new))
}

/// An administrator made the account in the organisation, under a manifest that it had.
fn created(joined: &Joined, chain: &ManifestChain) -> bool {
    joined.org_id == chain.org_id()
        && joined.method == JoinMethod::Created
        && joined.proof.is_none()
        && chain
            .at(joined.version)
            .is_some_and(|manifest| manifest.hash() == joined.manifest)
}

fn following(
    field: &'static str,
    bytes: &Bytes,
    previous: &Signed<AccountState>,
) -> Result<Signed<AccountState>> {
    let signed: Signed<AccountState> = decode(field, bytes)?;
    let state = &signed.statement;
    if state.sequence != previous.statement.sequence + 1 || state.previous != previous.hash() {
        return Err(ErrorCode::StaleStatement.into());
    }
    Ok(signed)
}

/// The new mailbox key of the generation that the state names.
pub(crate) fn rotation(
    request: zegel_api::Rotation,
    state: &AccountState,
) -> Result<NewMailboxKey> {
    own_send_certificate("send_certificate", &request.send_certificate, state)?;
    Ok(NewMailboxKey {
        generation: state.mailbox_generation,
        by_account: sealed_key("mailbox_key", request.mailbox_key)?,
        history: sealed_key("history", request.history)?,
        inventory: sealed_inventory("inventory", request.inventory)?,
        send_certificate: request.send_certificate.0,
    })
}

/// Everybody on a roster is there as what the account's kind allows, and signs with a key of their own.
pub(crate) fn roster_members(
    field: &'static str,
    roster: &Roster,
    kind: Kind,
    own: SendKey,
) -> Result<()> {
    let role = match kind {
        Kind::Person => Role::Delegate,
        Kind::Functional => Role::Member,
    };
    let mut keys = HashSet::from([own]);
    let right = roster.members.iter().all(|member| {
        member.role == role && member.account != roster.account && keys.insert(member.send_key)
    });
    if right {
        Ok(())
    } else {
        Err(Error::not_authentic(field))
    }
}

/// Send certificates by the account for members of its roster: exactly those of `wanted`.
pub(crate) fn send_certificates(
    field: &'static str,
    certificates: Vec<Bytes>,
    state: &AccountState,
    wanted: &[&RosterMember],
) -> Result<HashMap<SendKey, Vec<u8>>> {
    if certificates.len() != wanted.len() {
        return Err(Error::field(field));
    }
    let mut found = HashMap::with_capacity(certificates.len());
    for bytes in certificates {
        let signed: Signed<SendCertificate> = decode(field, &bytes)?;
        let certificate = &signed.statement;
        let right = certificate.account == state.account
            && certificate.generation == state.mailbox_generation
            && wanted.iter().any(|member| {
                member.send_key == certificate.send_key
                    && member.visible == certificate.shown_name.is_some()
            });
        if !right || signed.verify(&state.identity).is_err() {
            return Err(Error::not_authentic(field));
        }
        if found.insert(certificate.send_key, bytes.0).is_some() {
            return Err(Error::field(field));
        }
    }
    Ok(found)
}

/// Mailbox grants by the account to the newest keys of the accounts that are `wanted`, exactly one each.
pub(crate) fn mailbox_grants(
    field: &'static str,
    grants: Vec<Bytes>,
    (state, roster): (&AccountState, Hash),
    wanted: &[(&RosterMember, &Account)],
    now: Timestamp,
) -> Result<HashMap<AccountId, Vec<u8>>> {
    if grants.len() != wanted.len() {
        return Err(Error::field(field));
    }
    let mut found = HashMap::with_capacity(grants.len());
    for bytes in grants {
        let grant: Grant = decode(field, &bytes)?;
        let header = &grant.header;
        let (member, account) = wanted
            .iter()
            .find(|(member, _)| header.recipient == member.account.into())
            .ok_or(Error::not_authentic(field))?;
        let right = header.grant_type == GrantType::Mailbox
            && header.granter == state.account
            && header.granter_identity == state.identity
            && header.subject == state.account
            && header.epoch == state.epoch
            && header.generation == state.mailbox_generation
            && header.authority == roster
            && header.replaces.is_none();
        if !right || grant.verify_signature().is_err() {
            return Err(Error::not_authentic(field));
        }
        let theirs = super::state(account)?;
        if header.recipient_key != theirs.grant.fingerprint() {
            return Err(ErrorCode::StaleRecipient.into());
        }
        not_in_the_future(field, header.time, now)?;
        if found.insert(member.account, bytes.0).is_some() {
            return Err(Error::field(field));
        }
    }
    Ok(found)
}

/// A person whose account can be used, with the identity that the roster names.
pub(crate) fn grantable(member: &RosterMember, account: Option<&Account>) -> Result<()> {
    let account = account.ok_or(ErrorCode::NotActive)?;
    if account.kind != zegel_storage::Kind::Person {
        return Err(ErrorCode::NotAPerson.into());
    }
    if account.status != Status::Active {
        return Err(ErrorCode::NotActive.into());
    }
    if super::state(account)?.identity != member.identity {
        return Err(ErrorCode::StaleRecipient.into());
    }
    Ok(())
}

pub(crate) const fn access_role(role: Role) -> AccessRole {
    match role {
        Role::Member => AccessRole::Member,
        Role::Delegate => AccessRole::Delegate,
    }
}

/// What a roster means for somebody on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// They have access, and nothing changes.
    Kept,
    /// They have access, and recipients see them from now on, or do not any more.
    Shown,
    /// They have access, and get a new grant.
    Renewed,
    /// They get access.
    Added,
}

impl Standing {
    /// A grant goes with it.
    pub(crate) const fn granted(self) -> bool {
        matches!(self, Self::Renewed | Self::Added)
    }
}

/// What the next roster means for a member, given the roster before and who has access now.
pub(crate) fn standing(
    member: &RosterMember,
    before: Option<&Roster>,
    active: Option<&Access>,
) -> Result<Standing> {
    let named = before.and_then(|roster| roster.member(member.account));
    match active {
        Some(access) if access.send_key == member.send_key => {
            // A new identity goes with a new send key: the grant was for the old one.
            if named.is_none_or(|named| named.identity != member.identity) {
                return Err(Error::not_authentic("roster"));
            }
            Ok(if access.visible == member.visible {
                Standing::Kept
            } else {
                Standing::Shown
            })
        }
        Some(_) => Ok(Standing::Renewed),
        // Who gave up their access gets none back by staying on the roster.
        None if named.is_some_and(|named| named.send_key == member.send_key) => {
            Err(ErrorCode::StaleStatement.into())
        }
        None => Ok(Standing::Added),
    }
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse as _;
    use zegel_protocol::IdentityKey;
    use zegel_storage::Kind;

    use super::*;
    use crate::testing::account;

    #[test]
    fn access_is_granted_to_people_whose_account_can_be_used() {
        let member = RosterMember {
            account: AccountId([1; 16]),
            identity: IdentityKey([2; 32]),
            send_key: SendKey([3; 32]),
            role: Role::Delegate,
            visible: false,
        };
        let of = |kind, status| Account {
            status,
            ..account(kind)
        };
        let refusal = |account: Option<&Account>| {
            let answer = grantable(&member, account).unwrap_err().into_response();
            *answer.extensions().get::<ErrorCode>().unwrap()
        };
        assert_eq!(refusal(None), ErrorCode::NotActive);
        for status in [Status::Suspended, Status::Deleted] {
            let person = of(Kind::Person, status);
            assert_eq!(refusal(Some(&person)), ErrorCode::NotActive);
        }
        for status in [Status::Active, Status::Suspended] {
            let functional = of(Kind::Functional, status);
            assert_eq!(refusal(Some(&functional)), ErrorCode::NotAPerson);
        }
    }
}
