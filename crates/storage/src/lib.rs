#![doc = env!("CARGO_PKG_DESCRIPTION")]
//!
//! The only crate that knows the database: one set of queries for both. Nothing here judges what it
//! stores: statements arrive verified, times are passed in. What depends on the stored state is
//! decided inside the transaction that relies on it, and refused with a [`Refusal`].
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod accounts;
mod audit;
mod domains;
mod entity;
mod error;
mod joining;
mod mails;
mod members;
mod messages;
mod migration;
mod organisations;
mod pins;
mod sessions;
mod settings;
mod sign_ups;
mod store;

pub use accounts::{Account, Credentials, FreeAccount, NewAccount, NewPassword, NewState, Role};
pub use audit::{AuditEvent, AuditFilter, NewAuditEvent};
pub use domains::{DomainClaim, DomainCounts, DomainState, NewClaim};
pub use error::{Refusal, Result, StorageError};
pub use joining::NewEscrow;
pub use mails::{NewMail, QueuedMail};
pub use members::{Member, MemberToCertify, NewCertificate, NewCertificates};
pub use messages::{Folder, Message, MessageKey, MessageRow, NewMessage};
pub use organisations::{DomainChange, NewAdoption, NewManifest, NewOrganisation, Organisation};
pub use pins::Pins;
pub use sessions::{Login, NewSession, Session};
pub use sign_ups::{CodeCheck, NewCode, SignUp};
pub use store::{Page, Store};
