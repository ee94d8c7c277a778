use zegel_protocol::KemKey;

use super::secret;
use crate::hazmat::hpke;

macro_rules! kem_secret {
    ($(#[$meta:meta])* $name:ident) => {
        secret!(
            $(#[$meta])*
            $name
        );

        impl $name {
            pub(super) fn from_seed(seed: &[u8; 32]) -> Self {
                Self(*seed)
            }

            /// The public key.
            #[must_use]
            pub fn public(&self) -> KemKey {
                hpke::public_key(&self.0)
            }
        }
    };
}

kem_secret!(
    /// X-Wing key of the account tier: receives Recovery and Restore grants.
    AccountEncryptionSecret
);
kem_secret!(
    /// X-Wing key of the keyring tier: receives Mailbox grants.
    GrantSecret
);
kem_secret!(
    /// X-Wing key of the mailbox tier: receives messages, never grants. A delegate of an
    /// administrator holds this one and must not get what the administrator is granted.
    MailboxEncryptionSecret
);
