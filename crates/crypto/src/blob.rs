//! Sealed blobs: one pair of functions a kind, each with its context.
//!
//! A key that others rely on is bound to the fingerprint of its public key as well, and given out
//! only after that has been recomputed from it: whoever alters stored keys learns nothing but that
//! it fails.

use rand_core::CryptoRng;
use zegel_protocol::{
    AccountId, BlobType, Canonical, Ctx, DraftId, Field, Hash, IdentityKey, KemKey, MessageId,
    ObjectId, OrgId, SearchSegmentId,
};
use zeroize::Zeroizing;

use crate::content::inventory::Inventory;
use crate::content::search::SearchSegment;
use crate::content::{Draft, Listed, Pins};
use crate::error::{OpenError, SealError};
use crate::hazmat::blob::{open, seal};
use crate::keys::{AccountKey, Kek, KeyringKey, MailboxKey, MessageKey, RecoverySeed};
use crate::padding::{pad, unpad};

/// Greatest length of a padded plaintext: keeps every blob below 4 MiB.
const MAX_PADDED: usize = 4 * 1024 * 1024 - 1024;

pub(crate) fn account_key_ctx(
    kek: &Kek,
    account: AccountId,
    epoch: u32,
    identity: &IdentityKey,
) -> Ctx {
    Ctx {
        blob_type: BlobType::AccountKey,
        owner: account.into(),
        object: Hash::of(identity.as_bytes()).into(),
        epoch,
        generation: 0,
        field: kek.method(),
    }
}

/// Seals an account key under an unlock method.
///
/// # Errors
/// [`SealError`].
pub fn seal_account_key(
    kek: &Kek,
    account: AccountId,
    epoch: u32,
    key: &AccountKey,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, SealError> {
    let identity = key.identity(account, epoch).public();
    let ctx = account_key_ctx(kek, account, epoch, &identity);
    seal(kek.bytes(), &ctx, key.bytes(), rng)
}

/// Opens an account key and checks that it recomputes `identity`.
///
/// # Errors
/// [`OpenError`].
pub fn open_account_key(
    kek: &Kek,
    account: AccountId,
    epoch: u32,
    identity: &IdentityKey,
    blob: &[u8],
) -> Result<AccountKey, OpenError> {
    let ctx = account_key_ctx(kek, account, epoch, identity);
    let key = AccountKey::from_slice(&open(kek.bytes(), &ctx, blob)?)?;
    key.check_identity(account, epoch, identity)?;
    Ok(key)
}

pub(crate) fn mailbox_key_ctx(
    account: AccountId,
    epoch: u32,
    generation: u32,
    public: &KemKey,
) -> Ctx {
    Ctx {
        blob_type: BlobType::MailboxKey,
        owner: account.into(),
        object: public.fingerprint().into(),
        epoch,
        generation,
        field: Field::None,
    }
}

/// Seals the newest mailbox key under the account key.
///
/// # Errors
/// [`SealError`].
pub fn seal_mailbox_key(
    account_key: &AccountKey,
    account: AccountId,
    epoch: u32,
    generation: u32,
    mailbox: &MailboxKey,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, SealError> {
    let public = mailbox.encryption(account, generation).public();
    let ctx = mailbox_key_ctx(account, epoch, generation, &public);
    seal(account_key.bytes(), &ctx, mailbox.bytes(), rng)
}

/// Opens a mailbox key and checks that it recomputes `public`.
///
/// # Errors
/// [`OpenError`].
pub fn open_mailbox_key(
    account_key: &AccountKey,
    account: AccountId,
    epoch: u32,
    generation: u32,
    public: &KemKey,
    blob: &[u8],
) -> Result<MailboxKey, OpenError> {
    let ctx = mailbox_key_ctx(account, epoch, generation, public);
    let mailbox = MailboxKey::from_slice(&open(account_key.bytes(), &ctx, blob)?)?;
    if mailbox.encryption(account, generation).public() == *public {
        Ok(mailbox)
    } else {
        Err(OpenError)
    }
}

pub(crate) fn mailbox_history_ctx(account: AccountId, generation: u32) -> Ctx {
    Ctx {
        blob_type: BlobType::MailboxHistory,
        owner: account.into(),
        object: ObjectId::None,
        epoch: 0,
        generation,
        field: Field::None,
    }
}

/// Seals the mailbox key of `generation` under that of the next.
///
/// # Errors
/// [`SealError`].
pub fn seal_mailbox_history(
    next: &MailboxKey,
    account: AccountId,
    generation: u32,
    mailbox: &MailboxKey,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, SealError> {
    let ctx = mailbox_history_ctx(account, generation);
    seal(next.bytes(), &ctx, mailbox.bytes(), rng)
}

/// Opens the mailbox key of `generation` with that of the next.
///
/// # Errors
/// [`OpenError`].
pub fn open_mailbox_history(
    next: &MailboxKey,
    account: AccountId,
    generation: u32,
    blob: &[u8],
) -> Result<MailboxKey, OpenError> {
    let ctx = mailbox_history_ctx(account, generation);
    MailboxKey::from_slice(&open(next.bytes(), &ctx, blob)?)
}

pub(crate) fn recovery_seed_ctx(
    org_id: OrgId,
    epoch: u32,
    generation: u32,
    public: &KemKey,
) -> Ctx {
    Ctx {
        blob_type: BlobType::RecoverySeed,
        owner: org_id.into(),
        object: public.fingerprint().into(),
        epoch,
        generation,
        field: Field::None,
    }
}

/// Seals an organisation's recovery seed of `generation` under an administrator's account key of
/// `epoch`.
///
/// # Errors
/// [`SealError`].
pub fn seal_recovery_seed(
    account_key: &AccountKey,
    epoch: u32,
    org_id: OrgId,
    generation: u32,
    seed: &RecoverySeed,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, SealError> {
    let ctx = recovery_seed_ctx(org_id, epoch, generation, &seed.public());
    seal(account_key.bytes(), &ctx, seed.bytes(), rng)
}

/// Opens a recovery seed and checks that it recomputes `public`, which a verified manifest names.
///
/// # Errors
/// [`OpenError`].
pub fn open_recovery_seed(
    account_key: &AccountKey,
    epoch: u32,
    org_id: OrgId,
    generation: u32,
    public: &KemKey,
    blob: &[u8],
) -> Result<RecoverySeed, OpenError> {
    let ctx = recovery_seed_ctx(org_id, epoch, generation, public);
    let seed = RecoverySeed::from_slice(&open(account_key.bytes(), &ctx, blob)?)?;
    if seed.public() == *public {
        Ok(seed)
    } else {
        Err(OpenError)
    }
}

pub(crate) fn pins_ctx(account: AccountId, epoch: u32) -> Ctx {
    Ctx {
        blob_type: BlobType::Pins,
        owner: account.into(),
        object: ObjectId::None,
        epoch,
        generation: 0,
        field: Field::None,
    }
}

/// Seals the pins under the keyring key of `epoch`.
///
/// # Errors
/// [`SealError`].
pub fn seal_pins(
    keyring: &KeyringKey,
    account: AccountId,
    epoch: u32,
    pins: &Pins,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, SealError> {
    seal_padded(keyring.bytes(), &pins_ctx(account, epoch), pins, rng)
}

/// Opens the pins. Whether they are the newest is for the caller to compare with what it has seen.
///
/// # Errors
/// [`OpenError`].
pub fn open_pins(
    keyring: &KeyringKey,
    account: AccountId,
    epoch: u32,
    blob: &[u8],
) -> Result<Pins, OpenError> {
    open_padded(keyring.bytes(), &pins_ctx(account, epoch), blob)
}

pub(crate) fn draft_ctx(account: AccountId, generation: u32, draft: DraftId) -> Ctx {
    Ctx {
        blob_type: BlobType::Draft,
        owner: account.into(),
        object: draft.into(),
        epoch: 0,
        generation,
        field: Field::None,
    }
}

/// Seals a draft under the mailbox key of `generation`.
///
/// # Errors
/// [`SealError`].
pub fn seal_draft(
    mailbox: &MailboxKey,
    account: AccountId,
    generation: u32,
    id: DraftId,
    draft: &Draft,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, SealError> {
    let ctx = draft_ctx(account, generation, id);
    seal_padded(mailbox.bytes(), &ctx, draft, rng)
}

/// Opens a draft.
///
/// # Errors
/// [`OpenError`].
pub fn open_draft(
    mailbox: &MailboxKey,
    account: AccountId,
    generation: u32,
    id: DraftId,
    blob: &[u8],
) -> Result<Draft, OpenError> {
    let ctx = draft_ctx(account, generation, id);
    open_padded(mailbox.bytes(), &ctx, blob)
}

pub(crate) fn list_entry_ctx(account: AccountId, generation: u32, message: MessageId) -> Ctx {
    Ctx {
        blob_type: BlobType::ListEntry,
        owner: account.into(),
        object: message.into(),
        epoch: 0,
        generation,
        field: Field::None,
    }
}

/// A message's row in the mailbox: what the list shows, and the message key, so that opening it
/// again needs no public-key operation.
#[derive(Debug, Clone)]
pub struct ListEntry {
    /// What the list shows.
    pub listed: Listed,
    pub(crate) key: MessageKey,
}

/// Seals a list entry under the mailbox key of `generation`.
///
/// # Errors
/// [`SealError`].
pub fn seal_list_entry(
    mailbox: &MailboxKey,
    account: AccountId,
    generation: u32,
    message: MessageId,
    entry: &ListEntry,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, SealError> {
    let listed = Zeroizing::new(entry.listed.to_bytes());
    let mut plaintext = Zeroizing::new(Vec::with_capacity(32 + listed.len()));
    plaintext.extend_from_slice(entry.key.bytes());
    plaintext.extend_from_slice(&listed);
    let padded = pad(&plaintext, MAX_PADDED)?;
    let ctx = list_entry_ctx(account, generation, message);
    seal(mailbox.bytes(), &ctx, &padded, rng)
}

/// Opens a list entry. Co-members and delegates can write one too: it is a hint until
/// [`OpenMessage::from_list_entry`](crate::OpenMessage::from_list_entry) has checked it.
///
/// # Errors
/// [`OpenError`].
pub fn open_list_entry(
    mailbox: &MailboxKey,
    account: AccountId,
    generation: u32,
    message: MessageId,
    blob: &[u8],
) -> Result<ListEntry, OpenError> {
    let ctx = list_entry_ctx(account, generation, message);
    let padded = open(mailbox.bytes(), &ctx, blob)?;
    let (key, listed) = unpad(&padded)?.split_at_checked(32).ok_or(OpenError)?;
    Ok(ListEntry {
        listed: Listed::from_bytes(listed).map_err(|_| OpenError)?,
        key: MessageKey::from_slice(key)?,
    })
}

pub(crate) fn search_segment_ctx(
    account: AccountId,
    generation: u32,
    segment: SearchSegmentId,
) -> Ctx {
    Ctx {
        blob_type: BlobType::SearchSegment,
        owner: account.into(),
        object: segment.into(),
        epoch: 0,
        generation,
        field: Field::None,
    }
}

/// Seals a segment of a mailbox's search index under the mailbox key of `generation`: at most
/// [`MAX_SEARCH_SEGMENT_BYTES`](zegel_protocol::limits::MAX_SEARCH_SEGMENT_BYTES).
///
/// # Errors
/// [`SealError`].
pub fn seal_search_segment(
    mailbox: &MailboxKey,
    account: AccountId,
    generation: u32,
    id: SearchSegmentId,
    segment: &SearchSegment,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, SealError> {
    let ctx = search_segment_ctx(account, generation, id);
    seal_padded(mailbox.bytes(), &ctx, segment, rng)
}

/// Opens a segment of a search index. Co-members and delegates can write one too: it is a hint, of which
/// a mailbox's rows are the test.
///
/// # Errors
/// [`OpenError`].
pub fn open_search_segment(
    mailbox: &MailboxKey,
    account: AccountId,
    generation: u32,
    id: SearchSegmentId,
    blob: &[u8],
) -> Result<SearchSegment, OpenError> {
    let ctx = search_segment_ctx(account, generation, id);
    open_padded(mailbox.bytes(), &ctx, blob)
}

pub(crate) fn inventory_ctx(account: AccountId, generation: u32) -> Ctx {
    Ctx {
        blob_type: BlobType::Inventory,
        owner: account.into(),
        object: ObjectId::None,
        epoch: 0,
        generation,
        field: Field::None,
    }
}

/// Seals what a mailbox had when its key was replaced by the one of `generation`, under that: at most
/// [`MAX_INVENTORY_BLOB_BYTES`](zegel_protocol::limits::MAX_INVENTORY_BLOB_BYTES).
///
/// # Errors
/// [`SealError`].
pub fn seal_inventory(
    mailbox: &MailboxKey,
    account: AccountId,
    generation: u32,
    inventory: &Inventory,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, SealError> {
    let ctx = inventory_ctx(account, generation);
    seal_padded(mailbox.bytes(), &ctx, inventory, rng)
}

/// Opens an inventory. Co-members and delegates of the same generation can write one too, as they
/// can write the entries that it lets count.
///
/// # Errors
/// [`OpenError`].
pub fn open_inventory(
    mailbox: &MailboxKey,
    account: AccountId,
    generation: u32,
    blob: &[u8],
) -> Result<Inventory, OpenError> {
    let ctx = inventory_ctx(account, generation);
    open_padded(mailbox.bytes(), &ctx, blob)
}

fn seal_padded<T: Canonical>(
    parent: &[u8; 32],
    ctx: &Ctx,
    content: &T,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, SealError> {
    let plaintext = Zeroizing::new(content.to_bytes());
    if plaintext.len() > T::MAX_LEN {
        return Err(SealError::TooLarge);
    }
    seal(parent, ctx, &pad(&plaintext, MAX_PADDED)?, rng)
}

fn open_padded<T: Canonical>(parent: &[u8; 32], ctx: &Ctx, blob: &[u8]) -> Result<T, OpenError> {
    let padded = open(parent, ctx, blob)?;
    T::from_bytes(unpad(&padded)?).map_err(|_| OpenError)
}

#[cfg(test)]
mod tests;
