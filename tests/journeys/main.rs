//! A person's ways through the app, each in a real browser against a real server. One module a
//! journey: `cargo xtask journey` lists them.

pub(crate) mod steps;
pub(crate) mod world;

mod accessibility;
mod adoption;
mod claim_by_code;
mod keyboard;
mod opening;
mod release_and_reclaim;
mod sign_up;
mod wrong_organisation;
