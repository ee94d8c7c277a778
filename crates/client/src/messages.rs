//! Messages between accounts. A list shows sealed entries of the mailbox, which cost no public-key
//! operation; a message that is opened is verified first.

mod attached;
mod decrypt;
mod kept;
mod list;
mod missing;
mod open;
mod reach;
mod remembered;
mod revoke;
mod seal;
mod send;

use zegel_api::{
    Counts, DeleteMessages, DeleteMessagesRequest, Empty, Folder, ListEntry, MailCounts,
    MarkMessages, MarkMessagesRequest, MoveMessages, MoveMessagesRequest, PutListEntries,
    PutListEntriesRequest, SendReceipt,
};
use zegel_crypto::blob;
use zegel_protocol::{AccountId, MessageId};

use crate::failure::Outcome;
use crate::mailbox::OpenMailbox;
use crate::session::SignedIn;
use crate::view::CountsView;

pub(crate) use attached::{view, views};
pub(crate) use kept::KeptEntry;
pub(crate) use list::Asked;
pub(crate) use remembered::Remembered;

/// Most messages that one request marks, moves, or writes entries of.
const MAX_BATCH: usize = 100;

impl SignedIn {
    /// Marks messages as read or unread, starred or not; what is absent stays.
    ///
    /// # Errors
    /// [`Reason::NoAccess`](crate::view::Reason::NoAccess); else only the server's.
    pub async fn mark_messages(
        &self,
        mailbox: AccountId,
        messages: &[MessageId],
        read: Option<bool>,
        starred: Option<bool>,
    ) -> Outcome<()> {
        for batch in messages.chunks(MAX_BATCH) {
            let request = MarkMessagesRequest {
                messages: batch.to_vec(),
                read,
                starred,
            };
            self.call_in::<MarkMessages>(mailbox, &[], &request).await?;
            if starred.is_some() {
                self.forget_opened(mailbox, batch);
            }
        }
        Ok(())
    }

    /// Moves messages to the inbox, the archive or the trash. To the inbox means back to where each
    /// came from.
    ///
    /// # Errors
    /// [`Reason::NoAccess`](crate::view::Reason::NoAccess); else only the server's.
    pub async fn move_messages(
        &self,
        mailbox: AccountId,
        messages: &[MessageId],
        to: Folder,
    ) -> Outcome<()> {
        for batch in messages.chunks(MAX_BATCH) {
            let request = MoveMessagesRequest {
                messages: batch.to_vec(),
                to,
            };
            self.call_in::<MoveMessages>(mailbox, &[], &request).await?;
            self.forget_opened(mailbox, batch);
        }
        Ok(())
    }

    /// Deletes messages of the trash for good.
    ///
    /// # Errors
    /// [`Reason::NoAccess`](crate::view::Reason::NoAccess); `forbidden` for a delegate, `conflict` where one is not in the trash.
    pub async fn delete_messages(&self, mailbox: AccountId, messages: &[MessageId]) -> Outcome<()> {
        for batch in messages.chunks(MAX_BATCH) {
            let request = DeleteMessagesRequest {
                messages: batch.to_vec(),
            };
            self.call_in::<DeleteMessages>(mailbox, &[], &request)
                .await?;
            self.forget_entries(mailbox, batch);
        }
        Ok(())
    }

    /// Tells the sender that a message was read. Nobody is told without this.
    ///
    /// # Errors
    /// [`Reason::NoAccess`](crate::view::Reason::NoAccess); else only the server's.
    pub async fn send_receipt(&self, mailbox: AccountId, message: MessageId) -> Outcome<()> {
        self.call_in::<SendReceipt>(mailbox, &[&message.to_string()], &Empty {})
            .await?;
        if let Ok(mut open) = self.mailbox_mut(mailbox) {
            open.remembered.note_receipt(message);
        }
        Ok(())
    }

    /// Unread messages and drafts, by the server's word.
    ///
    /// # Errors
    /// [`Reason::NoAccess`](crate::view::Reason::NoAccess); else only the server's.
    pub async fn mail_counts(&self, mailbox: AccountId) -> Outcome<CountsView> {
        let Counts { unread, drafts } = self.call_in::<MailCounts>(mailbox, &[], &Empty {}).await?;
        Ok(CountsView { unread, drafts })
    }

    /// Writes list entries of messages that were opened and verified.
    pub(crate) async fn put_list_entries(
        &self,
        mailbox: AccountId,
        entries: &[(MessageId, blob::ListEntry)],
    ) -> Outcome<()> {
        for batch in entries.chunks(MAX_BATCH) {
            let request = {
                let open = self.mailbox(mailbox)?;
                let sealed = batch.iter().map(|(message, entry)| {
                    Ok(ListEntry {
                        message: *message,
                        sealed: self.seal_list_entry(&open, *message, entry)?.into(),
                    })
                });
                PutListEntriesRequest {
                    entries: sealed.collect::<Outcome<_>>()?,
                }
            };
            self.call_in::<PutListEntries>(mailbox, &[], &request)
                .await?;
        }
        let mut open = self.mailbox_mut(mailbox)?;
        let generation = open.tier.newest()?.0;
        for (message, entry) in entries {
            let kept = KeptEntry {
                entry: entry.clone(),
                generation,
                verified_here: true,
            };
            open.keep_entry(*message, kept);
        }
        Ok(())
    }

    fn seal_list_entry(
        &self,
        open: &OpenMailbox,
        message: MessageId,
        entry: &blob::ListEntry,
    ) -> Outcome<Vec<u8>> {
        let (generation, key) = open.tier.newest()?;
        let sealed = self.environment.with_rng(|rng| {
            blob::seal_list_entry(key, open.account, generation, message, entry, rng)
        })?;
        Ok(sealed)
    }

    /// What is gone from the server is gone from this memory.
    fn forget_entries(&self, mailbox: AccountId, messages: &[MessageId]) {
        // A mailbox that is closed meanwhile has no memory either.
        if let Ok(mut open) = self.mailbox_mut(mailbox) {
            for message in messages {
                open.entries.remove(message);
            }
        }
        self.forget_opened(mailbox, messages);
    }
}
