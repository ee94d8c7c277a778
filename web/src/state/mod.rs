//! What the page knows: the session, its language and colours, what forms hold. No keys.

pub(crate) mod access;
pub(crate) mod accounts;
pub(crate) mod adoption;
mod app;
pub(crate) mod audit;
pub(crate) mod browser;
pub(crate) mod certify;
pub(crate) mod claim;
pub(crate) mod csv;
pub(crate) mod digits;
pub(crate) mod domains;
pub(crate) mod drafts;
pub(crate) mod file_name;
mod form;
pub(crate) mod join_link;
mod mail_list;
pub(crate) mod mailboxes;
pub(crate) mod paged;
pub(crate) mod plain_text;
mod preferences;
pub(crate) mod recipients;
pub(crate) mod reminders;
pub(crate) mod search;
pub(crate) mod switcher;
pub(crate) mod uploads;
pub(crate) mod window;

pub(crate) use app::{App, Phase, Toast, needs_password};
pub(crate) use form::{
    FieldState, Message, check_address, focus_first_wrong, read_address, read_filled,
};
pub(crate) use mail_list::{MailList, Taken, way_back};
pub(crate) use preferences::{Scheme, restore as restore_preferences};
