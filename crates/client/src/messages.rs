//! Messages between accounts. A list shows sealed entries of the own mailbox, which cost no
//! public-key operation; a message that is opened is verified first.

mod list;
mod open;
mod send;

use zegel_api::{ListEntry, MarkRead, MarkReadRequest, PutListEntries, PutListEntriesRequest};
use zegel_crypto::blob;
use zegel_protocol::MessageId;

use crate::failure::Outcome;
use crate::session::{Own, SignedIn};

/// Most messages that one request marks, or writes entries of.
const MAX_BATCH: usize = 100;
/// How many list entries of this session stay in memory.
const MAX_KEPT_ENTRIES: usize = 1000;

impl SignedIn {
    /// Marks messages as read or unread.
    ///
    /// # Errors
    /// Only the server's.
    pub async fn mark_read(&self, messages: &[MessageId], read: bool) -> Outcome<()> {
        for batch in messages.chunks(MAX_BATCH) {
            let request = MarkReadRequest {
                messages: batch.to_vec(),
                read,
            };
            self.environment.call::<MarkRead>(&request).await?;
        }
        Ok(())
    }

    /// Writes list entries of messages that were opened and verified.
    async fn put_list_entries(&self, entries: &[(MessageId, blob::ListEntry)]) -> Outcome<()> {
        for batch in entries.chunks(MAX_BATCH) {
            let sealed = batch.iter().map(|(message, entry)| {
                Ok(ListEntry {
                    message: *message,
                    sealed: self.seal_list_entry(*message, entry)?.into(),
                })
            });
            let request = PutListEntriesRequest {
                entries: sealed.collect::<Outcome<_>>()?,
            };
            self.environment.call::<PutListEntries>(&request).await?;
        }
        let mut own = self.own.borrow_mut();
        for (message, entry) in entries {
            own.keep_entry(*message, entry.clone());
        }
        Ok(())
    }

    fn seal_list_entry(&self, message: MessageId, entry: &blob::ListEntry) -> Outcome<Vec<u8>> {
        let own = self.own.borrow();
        let (generation, mailbox) = own.mailbox.newest()?;
        let sealed = self.environment.with_rng(|rng| {
            blob::seal_list_entry(mailbox, own.account, generation, message, entry, rng)
        })?;
        Ok(sealed)
    }
}

impl Own {
    fn keep_entry(&mut self, message: MessageId, entry: blob::ListEntry) {
        if self.entries.len() >= MAX_KEPT_ENTRIES {
            self.entries.clear();
        }
        self.entries.insert(message, entry);
    }
}
