use serde::{Deserialize, Serialize};
use zegel_protocol::AccountId;

/// Server-sent events of the session (`text/event-stream`); the data of each is a JSON [`Event`]. A comment every 20
/// seconds keeps the connection. A client that reconnects loads again what it shows.
pub const EVENTS: &str = "/api/events";

/// Something changed, by the server's word: a reason to look, never a fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// Mail, marks or drafts of a mailbox that the session may read.
    Mail {
        /// The mailbox.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        mailbox: AccountId,
    },
    /// The list of accounts that the session may act as, or one of them.
    Access,
    /// The own account: its membership, role, adoption or mailbox key.
    Account,
    /// The session was ended; the stream ends with it.
    SessionEnded,
}
