//! The tables as SeaORM sees them. Nothing outside this crate names these types.
#![allow(unreachable_pub, reason = "SeaORM's derives need `pub` items")]

pub(crate) mod access;
pub(crate) mod account;
pub(crate) mod account_state;
pub(crate) mod attachment;
pub(crate) mod attachment_part;
pub(crate) mod audit_event;
pub(crate) mod certificate;
pub(crate) mod chain;
pub(crate) mod content;
pub(crate) mod copy;
pub(crate) mod credential;
pub(crate) mod domain;
pub(crate) mod draft;
pub(crate) mod escrow;
pub(crate) mod inventory;
pub(crate) mod login;
pub(crate) mod mail;
pub(crate) mod mailbox_key;
pub(crate) mod manifest;
pub(crate) mod message;
pub(crate) mod message_attachment;
pub(crate) mod organisation;
pub(crate) mod pins;
pub(crate) mod reading;
pub(crate) mod receipt;
pub(crate) mod roster;
pub(crate) mod search_segment;
pub(crate) mod session;
pub(crate) mod setting;
pub(crate) mod sign_up;
