//! Grants: a key sealed to somebody else's key and signed by who seals it.
//!
//! HPKE `info = "zegel/v1/grant/" ‖ type`, `aad = SHA-256(header)`. Opening checks, in this order:
//! that the header says what the caller expects, the signature, the decryption, and that the key
//! inside recomputes the public key it is meant to be. A server can therefore neither hand somebody
//! a key of its own making nor move a grant to another place.

use rand_core::CryptoRng;
use zegel_protocol::{
    AccountId, AccountState, Grant, GrantHeader, GrantType, Hash, IdentityKey, KemKey,
    ManifestChain, Namespace, Owner, RosterMember, Signature, Timestamp,
};
use zeroize::Zeroizing;

use crate::error::{OpenError, SealError};
use crate::hazmat::hpke;
use crate::keys::{
    AccountEncryptionSecret, AccountKey, GrantSecret, IdentitySecret, MailboxKey, RecoverySeed,
    SendSecret,
};

/// Who seals and signs, and when.
#[derive(Debug, Clone, Copy)]
pub struct Granter<'a> {
    /// The account.
    pub account: AccountId,
    /// Its identity.
    pub identity: &'a IdentitySecret,
    /// The time that the grant carries.
    pub time: Timestamp,
}

/// Whose key a grant hands over.
#[derive(Debug, Clone, Copy)]
pub struct Subject {
    /// The account.
    pub account: AccountId,
    /// The key epoch.
    pub epoch: u32,
    /// The identity key of that epoch.
    pub identity: IdentityKey,
}

/// Escrows an account key: seals it to the recovery key of the newest manifest.
///
/// Takes a verified chain, not a key: nothing is ever sealed to a recovery key that only a server
/// names. Whether the chain is that of the right organisation is what adoption has authenticated.
///
/// # Errors
/// [`SealError`].
pub fn make_escrow(
    granter: &Granter<'_>,
    subject: AccountId,
    epoch: u32,
    account_key: &AccountKey,
    chain: &ManifestChain,
    replaces: Option<Hash>,
    rng: &mut impl CryptoRng,
) -> Result<Grant, SealError> {
    let manifest = chain.latest();
    let header = GrantHeader {
        grant_type: GrantType::Escrow,
        granter: granter.account,
        granter_identity: granter.identity.public(),
        recipient: Owner::Organization(chain.org_id()),
        recipient_key: manifest.recovery_key.fingerprint(),
        subject,
        epoch,
        generation: manifest.recovery_generation,
        authority: chain.head_hash(),
        replaces,
        time: granter.time,
    };
    seal_grant(
        header,
        account_key.bytes(),
        &manifest.recovery_key,
        granter.identity,
        rng,
    )
}

/// Opens an escrow and checks that the account key in it recomputes the subject's identity.
///
/// The granter has to be the subject itself or somebody who was an administrator in the manifest
/// that the escrow names.
///
/// # Errors
/// [`OpenError`].
pub fn open_escrow(
    seed: &RecoverySeed,
    chain: &ManifestChain,
    subject: &Subject,
    grant: &Grant,
) -> Result<AccountKey, OpenError> {
    let header = &grant.header;
    let manifest = &chain.find(&header.authority).ok_or(OpenError)?.statement;
    let by_subject =
        header.granter == subject.account && header.granter_identity == subject.identity;
    let by_administrator = manifest
        .administrator(header.granter)
        .is_some_and(|known| known.identity == header.granter_identity);
    let expected = GrantHeader {
        grant_type: GrantType::Escrow,
        recipient: Owner::Organization(chain.org_id()),
        recipient_key: seed.public().fingerprint(),
        subject: subject.account,
        epoch: subject.epoch,
        generation: manifest.recovery_generation,
        ..*header
    };
    if *header != expected
        || header.recipient_key != manifest.recovery_key.fingerprint()
        || !(by_subject || by_administrator)
    {
        return Err(OpenError);
    }
    let key = AccountKey::from_slice(&open_grant(seed.bytes(), grant)?)?;
    key.check_identity(subject.account, subject.epoch, &subject.identity)?;
    Ok(key)
}

/// Hands the recovery seed to an administrator that the newest manifest names. `state` is their
/// verified account state.
///
/// # Errors
/// [`SealError::RecipientKey`] where the newest manifest does not name them, or not this identity,
/// or another recovery key.
pub fn make_recovery(
    granter: &Granter<'_>,
    seed: &RecoverySeed,
    chain: &ManifestChain,
    state: &AccountState,
    rng: &mut impl CryptoRng,
) -> Result<Grant, SealError> {
    let manifest = chain.latest();
    let named = manifest
        .administrator(state.account)
        .is_some_and(|known| known.identity == state.identity);
    if !named || seed.public() != manifest.recovery_key {
        return Err(SealError::RecipientKey);
    }
    let header = GrantHeader {
        grant_type: GrantType::Recovery,
        granter: granter.account,
        granter_identity: granter.identity.public(),
        recipient: Owner::Account(state.account),
        recipient_key: state.account_encryption.fingerprint(),
        subject: state.account,
        epoch: state.epoch,
        generation: manifest.recovery_generation,
        authority: chain.head_hash(),
        replaces: None,
        time: granter.time,
    };
    seal_grant(
        header,
        seed.bytes(),
        &state.account_encryption,
        granter.identity,
        rng,
    )
}

/// Opens a recovery seed granted to `account` and checks that it recomputes the recovery key of the
/// manifest that the grant names, and that an administrator of that manifest granted it.
///
/// # Errors
/// [`OpenError`].
pub fn open_recovery(
    secret: &AccountEncryptionSecret,
    chain: &ManifestChain,
    account: AccountId,
    epoch: u32,
    grant: &Grant,
) -> Result<RecoverySeed, OpenError> {
    let header = &grant.header;
    let manifest = &chain.find(&header.authority).ok_or(OpenError)?.statement;
    let by_administrator = manifest
        .administrator(header.granter)
        .is_some_and(|known| known.identity == header.granter_identity);
    let expected = GrantHeader {
        grant_type: GrantType::Recovery,
        recipient: Owner::Account(account),
        recipient_key: secret.public().fingerprint(),
        subject: account,
        epoch,
        generation: manifest.recovery_generation,
        ..*header
    };
    if *header != expected || !by_administrator {
        return Err(OpenError);
    }
    let seed = RecoverySeed::from_slice(&open_grant(secret.bytes(), grant)?)?;
    if seed.public() == manifest.recovery_key {
        Ok(seed)
    } else {
        Err(OpenError)
    }
}

/// Gives an old account key back to its owner: seals it to the new account encryption key in
/// `state`, the owner's newest verified account state.
///
/// # Errors
/// [`SealError`].
pub fn make_restore(
    granter: &Granter<'_>,
    old_epoch: u32,
    old_key: &AccountKey,
    state: &AccountState,
    chain: &ManifestChain,
    rng: &mut impl CryptoRng,
) -> Result<Grant, SealError> {
    let header = GrantHeader {
        grant_type: GrantType::Restore,
        granter: granter.account,
        granter_identity: granter.identity.public(),
        recipient: Owner::Account(state.account),
        recipient_key: state.account_encryption.fingerprint(),
        subject: state.account,
        epoch: old_epoch,
        generation: 0,
        authority: chain.head_hash(),
        replaces: None,
        time: granter.time,
    };
    seal_grant(
        header,
        old_key.bytes(),
        &state.account_encryption,
        granter.identity,
        rng,
    )
}

/// Opens an old account key and checks that it recomputes the old identity, and that an
/// administrator of the manifest that the grant names granted it.
///
/// # Errors
/// [`OpenError`].
pub fn open_restore(
    secret: &AccountEncryptionSecret,
    chain: &ManifestChain,
    subject: &Subject,
    grant: &Grant,
) -> Result<AccountKey, OpenError> {
    let header = &grant.header;
    let manifest = &chain.find(&header.authority).ok_or(OpenError)?.statement;
    let by_administrator = manifest
        .administrator(header.granter)
        .is_some_and(|known| known.identity == header.granter_identity);
    let expected = GrantHeader {
        grant_type: GrantType::Restore,
        recipient: Owner::Account(subject.account),
        recipient_key: secret.public().fingerprint(),
        subject: subject.account,
        epoch: subject.epoch,
        generation: 0,
        ..*header
    };
    if *header != expected || !by_administrator {
        return Err(OpenError);
    }
    let key = AccountKey::from_slice(&open_grant(secret.bytes(), grant)?)?;
    key.check_identity(subject.account, subject.epoch, &subject.identity)?;
    Ok(key)
}

/// What a Mailbox grant hands over: what reads and sends, and nothing that opens or signs for the
/// account. A delegate's client has no key to change a password with, to give access, or to export:
///
/// ```compile_fail,E0599
/// # use zegel_crypto::grant::MailboxAccess;
/// # use zegel_protocol::AccountId;
/// fn sign_as(access: &MailboxAccess, account: AccountId) {
///     let _ = access.mailbox.identity(account, 1);
/// }
/// ```
///
/// ```compile_fail,E0599
/// # use zegel_crypto::grant::MailboxAccess;
/// # use zegel_protocol::AccountId;
/// fn receive_grants(access: &MailboxAccess, account: AccountId) {
///     let _ = access.mailbox.keyring(account, 1);
/// }
/// ```
///
/// ```compile_fail,E0599
/// # use zegel_crypto::grant::MailboxAccess;
/// # use zegel_protocol::Roster;
/// fn give_access(access: &MailboxAccess, roster: Roster) {
///     let _ = access.send.sign(roster);
/// }
/// ```
#[derive(Debug, Clone)]
pub struct MailboxAccess {
    /// Reads.
    pub mailbox: MailboxKey,
    /// Sends.
    pub send: SendSecret,
}

/// Gives access to a mailbox: seals its key and a send key to the member's grant key.
///
/// `subject` is the mailbox's own state; `roster` is the hash of the roster that is the first to name
/// the member with this send key. The granter is the mailbox's account itself, whoever holds its keys
/// just then.
///
/// # Errors
/// [`SealError`].
pub fn make_mailbox(
    granter: &Granter<'_>,
    access: &MailboxAccess,
    subject: &AccountState,
    roster: Hash,
    member: AccountId,
    member_grant_key: &KemKey,
    rng: &mut impl CryptoRng,
) -> Result<Grant, SealError> {
    let header = GrantHeader {
        grant_type: GrantType::Mailbox,
        granter: granter.account,
        granter_identity: granter.identity.public(),
        recipient: Owner::Account(member),
        recipient_key: member_grant_key.fingerprint(),
        subject: subject.account,
        epoch: subject.epoch,
        generation: subject.mailbox_generation,
        authority: roster,
        replaces: None,
        time: granter.time,
    };
    let mut payload = Zeroizing::new([0; 64]);
    payload[..32].copy_from_slice(access.mailbox.bytes());
    payload[32..].copy_from_slice(access.send.seed());
    seal_grant(
        header,
        payload.as_slice(),
        member_grant_key,
        granter.identity,
        rng,
    )
}

/// Opens access to a mailbox. Only the mailbox's own identity can have granted it; the mailbox key
/// has to recompute the one in `subject`, its newest verified state, and the send key the one of
/// `member`, the reader's entry in the newest roster, the one that this state names.
///
/// The roster that the grant itself names may be an older one: a grant is made once for each send
/// key, and stays while rosters change around it. What ties it to the newest is the send key in it.
///
/// # Errors
/// [`OpenError`].
pub fn open_mailbox(
    secret: &GrantSecret,
    subject: &AccountState,
    member: &RosterMember,
    grant: &Grant,
) -> Result<MailboxAccess, OpenError> {
    let header = &grant.header;
    let expected = GrantHeader {
        grant_type: GrantType::Mailbox,
        granter: subject.account,
        granter_identity: subject.identity,
        recipient: Owner::Account(member.account),
        recipient_key: secret.public().fingerprint(),
        subject: subject.account,
        epoch: subject.epoch,
        generation: subject.mailbox_generation,
        replaces: None,
        ..*header
    };
    if *header != expected {
        return Err(OpenError);
    }
    let payload = open_grant(secret.bytes(), grant)?;
    let (mailbox, send) = payload.split_at_checked(32).ok_or(OpenError)?;
    let access = MailboxAccess {
        mailbox: MailboxKey::from_slice(mailbox)?,
        send: SendSecret::from_slice(send)?,
    };
    let public = access
        .mailbox
        .encryption(subject.account, subject.mailbox_generation)
        .public();
    if public == subject.mailbox_encryption && access.send.public() == member.send_key {
        Ok(access)
    } else {
        Err(OpenError)
    }
}

pub(crate) fn info(grant_type: GrantType) -> Vec<u8> {
    [b"zegel/v1/grant/", grant_type.as_str().as_bytes()].concat()
}

pub(crate) fn seal_grant(
    header: GrantHeader,
    payload: &[u8],
    recipient: &KemKey,
    identity: &IdentitySecret,
    rng: &mut impl CryptoRng,
) -> Result<Grant, SealError> {
    let sealed = hpke::seal(
        recipient,
        &info(header.grant_type),
        payload,
        header.hash().as_bytes(),
        rng,
    )?;
    let signature = sign(&header, &sealed, identity);
    Ok(Grant {
        header,
        enc: sealed.enc,
        ciphertext: sealed.ciphertext,
        signature,
    })
}

fn sign(header: &GrantHeader, sealed: &hpke::Sealed, identity: &IdentitySecret) -> Signature {
    let hash = Grant::signed_hash(header, &sealed.enc, &sealed.ciphertext);
    identity.sign_hash(Namespace::Grant(header.grant_type), &hash)
}

/// Verifies before it decrypts.
pub(crate) fn open_grant(seed: &[u8; 32], grant: &Grant) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    grant.verify_signature().map_err(|_| OpenError)?;
    hpke::open(
        seed,
        &info(grant.header.grant_type),
        grant.enc.as_slice(),
        &grant.ciphertext,
        grant.header.hash().as_bytes(),
    )
}
