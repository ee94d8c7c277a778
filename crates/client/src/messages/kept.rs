//! List entries that this session has at hand.

use zegel_crypto::blob::ListEntry;
use zegel_protocol::MessageId;

use crate::failure::Outcome;
use crate::mailbox::OpenMailbox;

/// How many list entries of a mailbox stay in memory.
const MAX_KEPT_ENTRIES: usize = 1000;

/// A list entry with what is known of where it came from.
#[derive(Clone)]
pub(crate) struct KeptEntry {
    pub(super) entry: ListEntry,
    /// Generation of the mailbox key that it is sealed under.
    pub(super) generation: u32,
    /// This session verified or sent the message itself.
    pub(super) verified_here: bool,
}

impl OpenMailbox {
    /// Whether an entry shows that its message was verified while whoever did so had access to the
    /// mailbox. Whoever held an earlier mailbox key can write entries under it, also after their access
    /// ended: such a one counts for what the mailbox had by then.
    pub(super) fn proves_verified(&self, kept: &KeptEntry) -> Outcome<bool> {
        let newest = self.tier.newest()?.0;
        Ok(kept.verified_here
            || kept.generation >= newest
            || self.had(&kept.entry.listed.signed_message, kept.generation))
    }

    /// Keeps an entry; what was known before of the very same message still counts.
    pub(super) fn keep_entry(&mut self, message: MessageId, mut kept: KeptEntry) {
        if let Some(before) = self.entries.get(&message)
            && before.entry.listed.signed_message == kept.entry.listed.signed_message
        {
            kept.generation = kept.generation.max(before.generation);
            kept.verified_here |= before.verified_here;
        }
        if self.entries.len() >= MAX_KEPT_ENTRIES {
            self.entries.clear();
        }
        self.entries.insert(message, kept);
    }
}
