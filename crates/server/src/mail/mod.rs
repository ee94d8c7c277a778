//! E-mails: templates, transport, queue.

mod queue;
mod templates;
mod transport;

pub(crate) use queue::{Wake, run};
pub(crate) use templates::{AccessNews, Mail, language_code, language_of};
pub(crate) use transport::{Mailer, SendError};
