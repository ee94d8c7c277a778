//! Messages, and each account's copies of them.

mod end;
mod insert;
mod list;
mod mark;
mod read;
mod search;

pub use end::Ended;
pub use insert::{ChainHead, NewMessage, SeenDraft};
pub use list::{List, MessageKey, MessageRow};
pub use mark::{Marks, Reading};
pub use read::{Message, Reader, SentMessage};
pub use search::{NewSearchSegment, SearchIndex, SearchSegment};

use sea_orm::{ColumnTrait, Condition};
use zegel_protocol::{AccountId, MessageId, Timestamp};

use crate::{
    Result, StorageError,
    entity::{copy, message},
    store::ms,
};

pub(crate) use end::forget_mailbox;

/// Where a copy lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Folder {
    /// Received.
    Inbox,
    /// Sent by the account.
    Sent,
    /// Put away.
    Archive,
    /// To be deleted.
    Trash,
}

impl Folder {
    /// A copy's direction is the number of the folder where it lies first.
    pub(crate) const fn number(self) -> i16 {
        match self {
            Self::Inbox => 1,
            Self::Sent => 2,
            Self::Archive => 3,
            Self::Trash => 4,
        }
    }

    const fn parse(number: i16) -> Result<Self> {
        match number {
            1 => Ok(Self::Inbox),
            2 => Ok(Self::Sent),
            3 => Ok(Self::Archive),
            4 => Ok(Self::Trash),
            _ => Err(StorageError::Malformed("folder")),
        }
    }
}

fn bytes(messages: &[MessageId]) -> impl Iterator<Item = Vec<u8>> {
    messages.iter().map(|message| message.0.to_vec())
}

/// The account's copies of these messages.
fn copies_of(account: AccountId, messages: &[MessageId]) -> Condition {
    Condition::all()
        .add(copy::Column::Account.eq(account.0.to_vec()))
        .add(copy::Column::Message.is_in(bytes(messages)))
}

/// Neither revoked nor over.
pub(crate) fn not_gone(now: Timestamp) -> Condition {
    Condition::all().add(message::Column::GoneAt.is_null()).add(
        Condition::any()
            .add(message::Column::ExpiresAt.is_null())
            .add(message::Column::ExpiresAt.gt(ms(now))),
    )
}
