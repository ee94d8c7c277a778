#![doc = env!("CARGO_PKG_DESCRIPTION")]
//!
//! No I/O, no clock, no randomness of its own. `derive`-like methods are deterministic, `make` is
//! random. Every failure to open anything is the one [`OpenError`], which says nothing about why,
//! and a key is returned only after what it is for has been recomputed from it and compared.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod adoption;
pub mod attachment;
pub mod blob;
pub mod content;
mod device;
mod error;
pub mod grant;
mod hazmat;
mod ids;
mod keys;
pub mod message;
mod padding;
mod recovery_code;
mod safety_number;

pub use adoption::{AdoptionLink, AdoptionLinkError, JoinToken};
pub use error::{OpenError, SealError};
pub use ids::make_id;
pub use keys::{
    AccountEncryptionSecret, AccountKey, AttachmentKey, DeviceKey, GrantSecret, IdentitySecret,
    Kek, KeyringKey, MailboxEncryptionSecret, MailboxKey, MessageKey, RecoverySeed, SendSecret,
};
pub use message::{Addressee, MessageInput, OpenMessage, SealedMessage};
pub use recovery_code::{RecoveryCode, RecoveryCodeError};
pub use safety_number::{SafetyNumber, SafetyNumberError};

#[cfg(test)]
mod tests;
