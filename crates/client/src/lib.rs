#![doc = env!("CARGO_PKG_DESCRIPTION")]
//!
//! A [`Client`] is nobody yet; signing up, signing in or resuming gives a [`SignedIn`] account,
//! whose methods are the flows. They run on any platform that gives them an [`Environment`]:
//! a transport, a clock, a memory and randomness.
//!
//! The server is an adversary here. Whatever it says is verified before it is acted upon: own keys
//! are recomputed, others' are compared with what was seen before, an organisation's record is
//! followed only forward from its genesis, and nothing is sealed to a recovery key unless the
//! organisation behind it was authenticated ([`adoption`]).
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod adoption;
pub mod passwords;
pub mod view;

mod access;
mod api;
pub mod attachments;
mod audit;
mod certify;
mod change_password;
mod client;
mod confirm_password;
mod contacts;
mod doh;
mod drafts;
mod environment;
mod failure;
mod functional;
mod inventory;
mod keys;
mod login;
mod mailbox;
mod members;
mod messages;
#[cfg(feature = "native")]
pub mod native;
mod organisation;
mod pins;
mod policy;
mod refresh;
mod resume;
mod search;
mod session;
mod sign_in;
mod sign_out;
mod sign_up;

pub use client::Client;
pub use environment::{
    Clock, Environment, HttpRequest, HttpResponse, PinStore, PinStoreError, RememberedPins, Step,
    Steps, Transport, TransportError, unwatched,
};
pub use failure::Outcome;
pub use keys::SessionTiers;
pub use session::{ACCOUNT_TIER_MS, SignedIn};
pub use sign_up::{PreparedAccount, VerifiedAddress};
