#![doc = env!("CARGO_PKG_DESCRIPTION")]
//!
//! Everything here is public: a server that holds no key uses the same code as a client to decode
//! and verify. Decoders accept exactly one byte string for a value (see [`encoding`]), and a type
//! that exists is well formed; whether it is *true* is what the `verify` functions say.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

#[macro_use]
pub mod encoding;

mod account_state;
mod address;
mod certificate;
mod chain;
mod ctx;
mod domain_record;
mod grant;
mod hash;
mod ids;
mod keys;
pub mod limits;
mod manifest;
mod message;
mod name;
mod revocation;
mod roster;
mod send_certificate;
mod statement;
mod time;

pub use account_state::{AccountState, AccountStateError, JoinMethod, Joined, Kind, Succession};
pub use address::{Address, AddressError, Domain, DomainError};
pub use certificate::{CertificateError, CertificateMethod, KeyCertificate};
pub use chain::{ChainError, ChainFault, ManifestChain};
pub use ctx::{BlobType, Ctx, Field, ObjectId, Owner, OwnerError, SUITE};
pub use domain_record::{DomainRecord, DomainRecordError};
pub use encoding::{Canonical, DecodeError};
pub use grant::{Grant, GrantHeader, GrantType};
pub use hash::Hash;
pub use ids::{
    AccountId, AttachmentId, ClaimNonce, ConversationId, DraftId, MessageId, OrgId, ParseIdError,
    SearchSegmentId,
};
pub use keys::{IdentityKey, KemKey, Namespace, SendKey, Signature, SignatureError, signing_input};
pub use manifest::{Administrator, DelegationPolicy, Manifest, ManifestDomain, Policy};
pub use message::{MessageError, MessageHeader, Recipient, SignedMessage};
pub use name::{Name, NameError};
pub use revocation::{Revocation, SignedRevocation};
pub use roster::{Role, Roster, RosterError, RosterMember};
pub use send_certificate::SendCertificate;
pub use statement::{Signed, Statement};
pub use time::Timestamp;

#[cfg(test)]
mod testing;
