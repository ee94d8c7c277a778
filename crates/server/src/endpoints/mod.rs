//! One file a resource: handlers with what they check.

mod adoption;
mod audit_events;
mod certificates;
mod domains;
mod health;
mod keys;
mod manifests;
mod members;
mod messages;
mod organisation;
mod password;
mod pins;
mod session;
mod sign_in;
mod sign_up;

pub(crate) use adoption::*;
pub(crate) use audit_events::*;
pub(crate) use certificates::*;
pub(crate) use domains::*;
pub(crate) use health::*;
pub(crate) use keys::*;
pub(crate) use manifests::*;
pub(crate) use members::*;
pub(crate) use messages::*;
pub(crate) use organisation::*;
pub(crate) use password::*;
pub(crate) use pins::*;
pub(crate) use session::*;
pub(crate) use sign_in::*;
pub(crate) use sign_up::*;
