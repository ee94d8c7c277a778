//! What the page knows: the session, its language and colours, what forms hold. No keys.

pub(crate) mod adoption;
mod app;
pub(crate) mod audit;
pub(crate) mod browser;
pub(crate) mod certify;
pub(crate) mod claim;
pub(crate) mod csv;
pub(crate) mod digits;
pub(crate) mod domains;
mod form;
pub(crate) mod join_link;
mod mail_list;
pub(crate) mod paged;
mod preferences;
pub(crate) mod recipients;
pub(crate) mod reminders;

pub(crate) use app::{App, Phase, Toast, needs_password};
pub(crate) use form::{
    FieldState, Message, check_address, focus_first_wrong, read_address, read_filled,
};
pub(crate) use mail_list::MailList;
pub(crate) use preferences::{Scheme, restore as restore_preferences};
