//! One type a role. Secrets are wiped when dropped and print nothing.
//!
//! ```text
//! account key (random, one an epoch)
//! ├── identity (Ed25519)
//! ├── account encryption (X-Wing): receives Recovery and Restore grants
//! ├── keyring key
//! │   ├── grant (X-Wing): receives Mailbox grants
//! │   └── send (Ed25519, one a mailbox generation)
//! └── seals the mailbox key (random, one a generation)
//!     └── mailbox encryption (X-Wing): receives messages
//! ```
//!
//! `key = HKDF-SHA256(parent, salt = "", "zegel/v1/key/" ‖ role ‖ account ‖ epoch ‖ generation)`,
//! epoch and generation as 4 bytes big-endian, zero where the key does not depend on one.

mod account;
mod device;
mod kek;
mod kem;
mod mailbox;
mod recovery;
mod signing;

pub use account::{AccountKey, KeyringKey};
pub use device::DeviceKey;
pub use kek::Kek;
pub use kem::{AccountEncryptionSecret, GrantSecret, MailboxEncryptionSecret};
pub use mailbox::{AttachmentKey, MailboxKey, MessageKey};
pub use recovery::RecoverySeed;
pub use signing::{IdentitySecret, SendSecret};

use zegel_protocol::AccountId;
use zeroize::Zeroizing;

use crate::hazmat::kdf::hkdf_sha256;

/// Roles of derived keys. What follows a role in HKDF's `info` has one length, so no role can be
/// read as another.
#[derive(Clone, Copy)]
enum Role {
    Identity,
    AccountEncryption,
    Keyring,
    Grant,
    Send,
    MailboxEncryption,
}

impl Role {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::AccountEncryption => "account-encryption",
            Self::Keyring => "keyring",
            Self::Grant => "grant",
            Self::Send => "send",
            Self::MailboxEncryption => "mailbox-encryption",
        }
    }
}

fn derive(
    parent: &[u8; 32],
    role: Role,
    account: AccountId,
    epoch: u32,
    generation: u32,
) -> Zeroizing<[u8; 32]> {
    hkdf_sha256(
        parent,
        &[
            b"zegel/v1/key/",
            role.as_str().as_bytes(),
            account.as_bytes(),
            &epoch.to_be_bytes(),
            &generation.to_be_bytes(),
        ],
    )
}

/// A secret of 32 bytes that prints nothing and is wiped when dropped.
macro_rules! secret {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, zeroize::Zeroize, zeroize::ZeroizeOnDrop)]
        pub struct $name([u8; 32]);

        impl $name {
            #[allow(dead_code, reason = "not every role is read back from bytes")]
            pub(crate) fn from_slice(bytes: &[u8]) -> Result<Self, $crate::OpenError> {
                bytes.try_into().map(Self).map_err(|_| $crate::OpenError)
            }

            pub(crate) fn bytes(&self) -> &[u8; 32] {
                &self.0
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}
use secret;

/// A secret that is made at random.
macro_rules! random_secret {
    ($name:ident) => {
        impl $name {
            /// Makes a new one.
            #[must_use]
            pub fn make(rng: &mut impl rand_core::CryptoRng) -> Self {
                let mut key = Self([0; 32]);
                rng.fill_bytes(&mut key.0);
                key
            }
        }
    };
}
use random_secret;

/// A secret that a client keeps outside this crate while a session lasts.
macro_rules! session_secret {
    ($name:ident) => {
        impl $name {
            /// The bytes, for one purpose: to be kept for the session, sealed by a key that the
            /// browser does not give out.
            #[must_use]
            pub fn expose(&self) -> &[u8; 32] {
                &self.0
            }

            /// Takes back what [`Self::expose`] gave.
            #[must_use]
            pub fn from_exposed(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }
        }
    };
}
use session_secret;
