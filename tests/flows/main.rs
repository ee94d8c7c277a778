//! The flows of the client against a real server: every step a person takes, without a browser.

#[path = "../common/mod.rs"]
mod common;

mod access;
mod adoption;
mod attachments;
mod certify;
mod contacts;
mod helpers;
mod keys_at_rest;
mod messages;
mod organisation;
mod search;
mod session;
mod sign_up;
