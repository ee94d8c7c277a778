//! List entries that this session has at hand.

use zegel_crypto::blob::ListEntry;
use zegel_protocol::MessageId;

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

impl KeptEntry {
    /// Whether the message was verified by somebody who has access to the mailbox now. Whoever held
    /// an earlier mailbox key can write entries under it, also after their access ended.
    pub(super) fn proves_verified(&self, newest_generation: u32) -> bool {
        self.verified_here || self.generation >= newest_generation
    }
}

impl OpenMailbox {
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
