//! The organisation of a member: its record, and what its administrators do.

mod create;
mod domains;
mod record;
mod sign;

pub(crate) use create::parse_name;
pub(crate) use domains::digits;
pub(crate) use record::fetch_chain;
pub(crate) use sign::Administration;
