use subtle::ConstantTimeEq as _;
use zegel_protocol::AccountId;
use zegel_protocol::encoding::{DecodeError, Reader, Wire, Writer};

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

secret!(
    /// The random key of one attachment; travels in the body of the message that it belongs to.
    AttachmentKey
);
random_secret!(AttachmentKey);

impl PartialEq for AttachmentKey {
    /// In constant time.
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for AttachmentKey {}

impl Wire for AttachmentKey {
    fn write(&self, writer: &mut Writer) {
        writer.bytes(self.bytes());
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array_bytes::<32>().map(|bytes| Self(*bytes))
    }
}
