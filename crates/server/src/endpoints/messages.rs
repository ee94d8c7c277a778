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
    let named = match &mailbox.send_key {
        Some(key) => {
            certificate.send_key == *key && certificate.shown_name.is_some() == mailbox.visible
        }
        None => {
            let own = Signed::<SendCertificate>::from_bytes(&mailbox.account.send_certificate)
                .map_err(Error::internal)?;
            certificate.send_key == own.statement.send_key
        }
    };
    Ok(named && certificate.generation == state.mailbox_generation)
}

pub(super) fn check_batch<T>(field: &'static str, batch: &[T]) -> Result<()> {
    if batch.len() <= MAX_BATCH {
        Ok(())
    } else {
        Err(Error::field(field))
    }
}
