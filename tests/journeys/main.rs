//! A person's ways through the app, each in a real browser against a real server. One module a
//! journey: `cargo xtask journey` lists them.

pub(crate) mod office;
pub(crate) mod steps;
pub(crate) mod world;

mod accessibility;
mod adoption;
mod attachments;
mod claim_by_code;
mod compose;
mod delegation;
mod functional_account;
mod hostile_content;
mod keyboard;
mod live_update;
mod long_folder;
mod many_accounts;
mod opening;
mod release_and_reclaim;
mod search;
mod sign_up;
mod switcher;
mod two_tabs;
mod wrong_organisation;
