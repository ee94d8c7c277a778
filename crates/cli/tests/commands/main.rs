//! The program itself, run as people and scripts run it, against a real server.

mod acting;
mod attachments;
mod messages;
mod secrets;
mod support;
