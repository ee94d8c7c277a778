//! Mail of a mailbox.

mod list;
mod marks;
mod read;
mod revoke;
mod send;

pub(crate) use list::*;
pub(crate) use marks::*;
pub(crate) use read::*;
pub(crate) use revoke::*;
pub(crate) use send::*;

use zegel_protocol::{AccountState, Canonical as _, SendCertificate, Signed, limits};

use crate::{
    actor::Mailbox,
    error::{Error, Result},
};

/// What sealing adds to a plaintext: header, salt, commitment, tag.
const SEAL_OVERHEAD_BYTES: usize = 256;
/// A list entry holds no more than a summary and a few hashes and keys.
const MAX_LIST_ENTRY_BYTES: usize = limits::MAX_SUMMARY_BYTES + 1024;
/// HPKE `enc` and a small ciphertext.
const MAX_STANZA_BYTES: usize = limits::KEM_ENC_BYTES + limits::MAX_GRANT_CIPHERTEXT_BYTES;
/// Messages in one request.
const MAX_BATCH: usize = 100;

/// The certificate is for the newest mailbox key and names the key of who acts, with their name where recipients are to
/// see it and only there. That the account signed it is checked with the object that it is in.
fn is_own(mailbox: &Mailbox, state: &AccountState, certificate: &SendCertificate) -> Result<bool> {
    Ok(names_key(mailbox, certificate)?
        && is_shown(mailbox, certificate)
        && certificate.generation == state.mailbox_generation)
}

/// The certificate was right before the account changed: it is for a mailbox key that was replaced, or shows the name of
/// who acts where it is not to be seen any more, or the other way round.
fn is_outdated(
    mailbox: &Mailbox,
    state: &AccountState,
    certificate: &SendCertificate,
) -> Result<bool> {
    let same_key = certificate.generation == state.mailbox_generation
        && names_key(mailbox, certificate)?
        && !is_shown(mailbox, certificate);
    Ok(same_key || certificate.generation < state.mailbox_generation)
}

fn names_key(mailbox: &Mailbox, certificate: &SendCertificate) -> Result<bool> {
    if let Some(key) = &mailbox.send_key {
        return Ok(certificate.send_key == *key);
    }
    let own = Signed::<SendCertificate>::from_bytes(&mailbox.account.send_certificate)
        .map_err(Error::internal)?;
    Ok(certificate.send_key == own.statement.send_key)
}

/// The owner's own certificate is left to the owner.
fn is_shown(mailbox: &Mailbox, certificate: &SendCertificate) -> bool {
    mailbox.send_key.is_none() || certificate.shown_name.is_some() == mailbox.visible
}

pub(super) fn check_batch<T>(field: &'static str, batch: &[T]) -> Result<()> {
    if batch.len() <= MAX_BATCH {
        Ok(())
    } else {
        Err(Error::field(field))
    }
}
