//! The real components that Zegel's tests run against, each started for one test on a port of
//! its own: the server, a browser, a mail server, name servers, and a search for traces of what
//! must not be stored.

pub mod browser;
pub mod dns;
pub mod doh;
mod process;
pub mod scan;
pub mod server;
pub mod smtp;
pub mod wait;
