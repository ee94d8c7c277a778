//! What flows give to a user interface: plain data, verified where it says so, without any key.

mod failure;
mod mail;
mod organisation;
mod session;

pub use failure::*;
pub use mail::*;
pub use organisation::*;
pub use session::*;
