//! What the server checks about signed and sealed objects before it stores them. It holds no secret
//! for it: everything follows from the objects themselves and what is stored.

mod access;

pub(crate) use access::*;

use zegel_api::{Bytes, ErrorCode};
use zegel_protocol::{
    AccountId, AccountState, Address, Canonical, CertificateMethod, ChainFault, Grant, GrantType,
    Hash, JoinMethod, Joined, KeyCertificate, Kind, Manifest, ManifestChain, OrgId,
    SendCertificate, SendKey, Signed, Succession, Timestamp, limits,
};
use zegel_storage::{Account, NewCertificate, NewEscrow, NewState, Store};

use crate::error::{Error, Result};

/// A sealed key: header, salt, commitment, a few dozen bytes.
const MAX_SEALED_KEY_BYTES: usize = 1024;

/// Decodes a canonical object.
pub(crate) fn decode<T: Canonical>(field: &'static str, bytes: &Bytes) -> Result<T> {
    T::from_bytes(&bytes.0).map_err(|_| Error::field(field))
}

/// A sealed key: opaque, but not of any size.
pub(crate) fn sealed_key(field: &'static str, bytes: Bytes) -> Result<Vec<u8>> {
    sized(field, bytes, MAX_SEALED_KEY_BYTES)
}

/// Sealed pins.
pub(crate) fn sealed_pins(field: &'static str, bytes: Bytes) -> Result<Vec<u8>> {
    sized(field, bytes, limits::MAX_PINS_BLOB_BYTES)
}

/// A sealed inventory.
pub(crate) fn sealed_inventory(field: &'static str, bytes: Bytes) -> Result<Vec<u8>> {
    sized(field, bytes, limits::MAX_INVENTORY_BLOB_BYTES)
}

fn sized(field: &'static str, bytes: Bytes, max: usize) -> Result<Vec<u8>> {
    if bytes.0.is_empty() {
        Err(Error::field(field))
    } else if bytes.0.len() > max {
        Err(ErrorCode::TooLarge.into())
    } else {
        Ok(bytes.0)
    }
}

/// The message of OPAQUE in a field.
pub(crate) fn opaque<T>(field: &'static str, bytes: &Bytes) -> Result<T>
where
    for<'a> T: TryFrom<&'a [u8]>,
{
    T::try_from(bytes.0.as_slice()).map_err(|_| Error::field(field))
}

/// Nobody signs in the future, beyond what clocks differ.
pub(crate) fn not_in_the_future(field: &'static str, at: Timestamp, now: Timestamp) -> Result<()> {
    if at > now.plus_ms(limits::MAX_CLOCK_SKEW_MS) {
        return Err(Error::not_authentic(field));
    }
    Ok(())
}

/// A new account's first state: a person's, of that account, in no organisation.
pub(crate) fn first_state(
    field: &'static str,
    bytes: &Bytes,
    account: AccountId,
) -> Result<(Signed<AccountState>, NewState)> {
    let signed: Signed<AccountState> = decode(field, bytes)?;
    AccountState::verify_first(&signed).map_err(|_| Error::not_authentic(field))?;
    let state = &signed.statement;
    if state.account != account
        || state.kind != Kind::Person
        || state.joined.is_some()
        || state.roster.is_some()
    {
        return Err(Error::not_authentic(field));
    }
    let new = new_state(&signed, bytes);
    Ok((signed, new))
}

/// The state with which an account joins an organisation: the same keys, and nothing changed but `joined`.
pub(crate) fn joining_state(
    field: &'static str,
    bytes: &Bytes,
    previous: &Signed<AccountState>,
) -> Result<(Signed<AccountState>, Joined, NewState)> {
    let signed: Signed<AccountState> = decode(field, bytes)?;
    let before = &previous.statement;
    let state = &signed.statement;
    if state.sequence != before.sequence + 1 || state.previous != previous.hash() {
        return Err(ErrorCode::StaleStatement.into());
    }
    let same_keys = AccountState::verify_successor(previous, &signed)
        .is_ok_and(|it| it == Succession::SameEpoch);
    let unchanged = state.mailbox_generation == before.mailbox_generation
        && state.roster == before.roster
        && state.min_suite == before.min_suite;
    let (true, true, None, Some(joined)) = (same_keys, unchanged, &before.joined, &state.joined)
    else {
        return Err(Error::not_authentic(field));
    };
    if joined.proof.is_some() != (joined.method == JoinMethod::Link) {
        return Err(Error::not_authentic(field));
    }
    let joined = joined.clone();
    let new = new_state(&signed, bytes);
    Ok((signed, joined, new))
}

pub(crate) fn new_state(signed: &Signed<AccountState>, bytes: &Bytes) -> NewState {
    NewState {
        hash: signed.hash(),
        epoch: signed.statement.epoch,
        sequence: signed.statement.sequence,
        statement: bytes.0.clone(),
    }
}

/// The account's own send certificate, for the newest mailbox key. Returns the key.
pub(crate) fn own_send_certificate(
    field: &'static str,
    bytes: &Bytes,
    state: &AccountState,
) -> Result<SendKey> {
    let signed: Signed<SendCertificate> = decode(field, bytes)?;
    signed
        .verify(&state.identity)
        .map_err(|_| Error::not_authentic(field))?;
    let certificate = &signed.statement;
    if certificate.account != state.account || certificate.generation != state.mailbox_generation {
        return Err(Error::not_authentic(field));
    }
    Ok(certificate.send_key)
}

/// An account's own escrow to an organisation, under the manifest that it verified.
pub(crate) fn own_escrow(
    field: &'static str,
    bytes: &Bytes,
    state: &AccountState,
    organisation: OrgId,
    (manifest, manifest_hash): (&Manifest, Hash),
    now: Timestamp,
) -> Result<NewEscrow> {
    let grant: Grant = decode(field, bytes)?;
    let header = &grant.header;
    let right = header.grant_type == GrantType::Escrow
        && header.granter == state.account
        && header.granter_identity == state.identity
        && header.recipient == organisation.into()
        && header.recipient_key == manifest.recovery_key.fingerprint()
        && header.subject == state.account
        && header.epoch == state.epoch
        && header.generation == manifest.recovery_generation
        && header.replaces.is_none();
    if header.authority != manifest_hash {
        return Err(ErrorCode::StaleStatement.into());
    }
    if !right || grant.verify_signature().is_err() {
        return Err(Error::not_authentic(field));
    }
    not_in_the_future(field, header.time, now)?;
    Ok(NewEscrow {
        hash: grant.hash(),
        epoch: header.epoch,
        escrow: bytes.0.clone(),
    })
}

/// A key certificate by the administrator `issuer` for the account as it is stored.
pub(crate) fn certificate(
    field: &'static str,
    signed: &Signed<KeyCertificate>,
    chain: &ManifestChain,
    issuer: &AccountState,
    (address, state): (&Address, &AccountState),
    now: Timestamp,
) -> Result<()> {
    let certificate = &signed.statement;
    KeyCertificate::verify(signed, chain, now).map_err(|_| Error::not_authentic(field))?;
    let own = certificate.issuer == issuer.identity;
    let addressed = certificate.addresses.as_slice() == std::slice::from_ref(address);
    // A certificate by link rests on the proof in the state; without one it claims too much.
    let founded = certificate.method != CertificateMethod::Link
        || state
            .joined
            .as_ref()
            .is_some_and(|joined| joined.proof.is_some());
    if !own || !addressed || !founded || certificate.account != state.account {
        return Err(Error::not_authentic(field));
    }
    let current = certificate.identity == state.identity
        && certificate.epoch == state.epoch
        && certificate.min_sequence <= state.sequence;
    if current {
        Ok(())
    } else {
        Err(ErrorCode::StaleStatement.into())
    }
}

/// The certificate as it is stored.
pub(crate) fn new_certificate(signed: &Signed<KeyCertificate>, bytes: &Bytes) -> NewCertificate {
    NewCertificate {
        account: signed.statement.account,
        epoch: signed.statement.epoch,
        issued_at: signed.statement.issued_at,
        expires_at: signed.statement.expires_at,
        statement: bytes.0.clone(),
    }
}

/// The newest manifest of an organisation, with its hash.
pub(crate) async fn newest_manifest(
    store: &Store,
    organisation: OrgId,
) -> Result<(Manifest, Hash)> {
    let bytes = store
        .find_newest_manifest(organisation)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    let signed = Signed::<Manifest>::from_bytes(&bytes).map_err(Error::internal)?;
    let hash = signed.hash();
    Ok((signed.statement, hash))
}

/// Follows the chain by one manifest.
pub(crate) fn follow(
    field: &'static str,
    chain: &mut ManifestChain,
    next: Signed<Manifest>,
) -> Result<()> {
    chain.extend(vec![next]).map_err(|error| match error.fault {
        ChainFault::Version | ChainFault::Previous => ErrorCode::StaleStatement.into(),
        _ => Error::not_authentic(field),
    })
}

/// The state of an account other than the session's.
pub(crate) fn state(account: &Account) -> Result<AccountState> {
    crate::actor::state_of(account).map(|signed| signed.statement)
}
