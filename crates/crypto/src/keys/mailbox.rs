use zegel_protocol::AccountId;

use super::{MailboxEncryptionSecret, Role, derive, random_secret, secret, session_secret};

secret!(
    /// Root of the mailbox tier in one generation; delegates and members hold it too. Seals list
    /// entries, drafts and the mailbox key of the generation before.
    MailboxKey
);
random_secret!(MailboxKey);
session_secret!(MailboxKey);

impl MailboxKey {
    /// The key that receives messages, and nothing else.
    #[must_use]
    pub fn encryption(&self, account: AccountId, generation: u32) -> MailboxEncryptionSecret {
        MailboxEncryptionSecret::from_seed(&derive(
            &self.0,
            Role::MailboxEncryption,
            account,
            0,
            generation,
        ))
    }
}

secret!(
    /// The random key of one message.
    MessageKey
);
random_secret!(MessageKey);
