//! The crypto worker, seen from the page: a call goes out, its answer comes back.

mod beside;
mod handle;
pub mod messages;
mod script;
pub mod service;

pub(crate) use beside::Transfer;
pub(crate) use handle::{Event, call, call_with_progress, start};
