#![doc = env!("CARGO_PKG_DESCRIPTION")]
//!
//! The only crate that knows the database: one set of queries for both. Nothing here judges what it
//! stores: statements arrive verified, times are passed in. What depends on the stored state is
//! decided inside the transaction that relies on it, and refused with a [`Refusal`].
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod access;
mod access_changes;
mod accounts;
mod attachments;
mod audit;
mod blobs;
mod domains;
mod drafts;
mod entity;
mod error;
mod first_row;
mod functional;
mod inventory;
mod joining;
mod kinds;
mod mails;
mod members;
mod messages;
mod migration;
mod notices;
mod organisations;
mod pins;
#[cfg(test)]
mod plan;
mod sessions;
mod settings;
mod sign_ups;
mod states;
mod store;

pub use access::{Access, AccessRole, AccessibleAccount, HistoryKey};
pub use access_changes::{MemberChange, NewAccess, NewMailboxKey, NewMember, NewRoster};
pub use accounts::{Account, Credentials, FreeAccount, NewAccount, NewPassword, NewState};
pub use attachments::{DOOMED_MS, NewUpload, Readable, Upload};
pub use audit::{AuditEvent, AuditFilter, NewAuditEvent};
pub use blobs::{BlobPart, Blobs, S3};
pub use domains::{DomainClaim, DomainCounts, DomainState, NewClaim};
pub use drafts::{Draft, DraftKey, NewDraft};
pub use error::{Refusal, Result, StorageError};
pub use functional::{Converted, NewConversion, NewFunctional};
pub use joining::NewEscrow;
pub use kinds::{Kind, Role, Status};
pub use mails::{NewMail, QueuedMail};
pub use members::{Member, MemberFilter, MemberToCertify, NewCertificate, NewCertificates};
pub use messages::{
    ChainHead, Ended, Folder, List, Marks, Message, MessageKey, MessageRow, NewMessage,
    NewSearchSegment, Reader, Reading, SearchIndex, SearchSegment, SeenDraft, SentMessage,
};
pub use notices::Notices;
pub use organisations::{DomainChange, NewAdoption, NewManifest, NewOrganisation, Organisation};
pub use pins::Pins;
pub use sessions::{Login, NewSession, Session};
pub use sign_ups::{CodeCheck, NewCode, SignUp};
pub use store::{Page, Store};
