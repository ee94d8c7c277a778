use std::collections::HashMap;

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use zegel_protocol::{AccountId, ConversationId, Hash, MessageId, Timestamp};

use crate::{
    Page, Refusal, Result, Store,
    entity::{account, copy, message},
    store::{id, ms, number, time},
};

/// Where a copy lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Folder {
    /// Received.
    Inbox,
    /// Sent by the account.
    Sent,
}

impl Folder {
    const fn number(self) -> i16 {
        match self {
            Self::Inbox => 1,
            Self::Sent => 2,
        }
    }
}

/// A verified message that is to be stored.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// Identifies it.
    pub id: MessageId,
    /// Who sent it.
    pub sender: AccountId,
    /// The conversation.
    pub conversation: ConversationId,
    /// Hash of conversation, sender and recipients.
    pub chain: Hash,
    /// Place in the chain.
    pub counter: u64,
    /// Hash of the signed message.
    pub hash: Hash,
    /// Canonical `SignedMessage`.
    pub signed: Vec<u8>,
    /// Sealed summary.
    pub summary: Vec<u8>,
    /// Sealed body.
    pub body: Vec<u8>,
    /// Stanzas of the recipients in order, the sender's last.
    pub stanzas: Vec<(AccountId, Vec<u8>)>,
    /// The sender's own list entry.
    pub list_entry: Vec<u8>,
    /// Hashes of the states that the recipients' keys were taken from.
    pub states: HashMap<AccountId, Hash>,
    /// When the server got it.
    pub received_at: Timestamp,
}

/// A row of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageRow {
    /// The message.
    pub id: MessageId,
    /// Hash of the signed message.
    pub hash: Hash,
    /// Read by the account.
    pub read: bool,
    /// When the server got it.
    pub received_at: Timestamp,
    /// Bytes stored for the message.
    pub size_bytes: u32,
    /// Sealed list entry.
    pub list_entry: Option<Vec<u8>>,
}

/// Where a page of a folder starts: below this row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageKey {
    /// When the server got the row above.
    pub received_at: Timestamp,
    /// The message of the row above.
    pub id: MessageId,
}

/// One message with one account's stanza.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Canonical `SignedMessage`.
    pub signed: Vec<u8>,
    /// Sealed summary.
    pub summary: Vec<u8>,
    /// Sealed body.
    pub body: Vec<u8>,
    /// The account's stanza.
    pub stanza: Vec<u8>,
    /// Its place in the list of stanza hashes.
    pub stanza_index: u16,
    /// Read by the account.
    pub read: bool,
    /// When the server got it.
    pub received_at: Timestamp,
}

/// Message, hash, read, received at, size, list entry.
type RowColumns = (Vec<u8>, Vec<u8>, bool, i64, i32, Option<Vec<u8>>);

impl Store {
    /// Stores a message for every recipient and the sender, all or nothing.
    ///
    /// # Errors
    ///
    /// `DuplicateId`: the id or the place in the chain is in use. `StaleRecipient`: a state changed.
    /// Or the database fails.
    pub async fn insert_message(&self, new: NewMessage) -> Result<()> {
        let size = [new.signed.len(), new.summary.len(), new.body.len()]
            .into_iter()
            .chain(new.stanzas.iter().map(|(_, stanza)| stanza.len()))
            .sum::<usize>();
        let tx = self.begin().await?;
        let states: Vec<(Vec<u8>, Vec<u8>)> = account::Entity::find()
            .select_only()
            .columns([account::Column::Id, account::Column::StateHash])
            .filter(account::Column::Id.is_in(new.states.keys().map(|it| it.0.to_vec())))
            .lock_shared()
            .into_tuple()
            .all(&tx)
            .await?;
        let current = states
            .iter()
            .filter(|(account, hash)| {
                AccountId::try_from(account.as_slice())
                    .ok()
                    .and_then(|account| new.states.get(&account))
                    .is_some_and(|expected| expected.0.as_slice() == hash)
            })
            .count();
        if current != new.states.len() {
            return Err(Refusal::StaleRecipient.into());
        }
        let row = message::ActiveModel {
            id: Set(new.id.0.to_vec()),
            sender: Set(new.sender.0.to_vec()),
            conversation: Set(new.conversation.0.to_vec()),
            chain: Set(new.chain.0.to_vec()),
            counter: Set(new.counter.cast_signed()),
            hash: Set(new.hash.0.to_vec()),
            signed: Set(new.signed),
            summary: Set(new.summary),
            body: Set(new.body),
            size: Set(i32::try_from(size).unwrap_or(i32::MAX)),
            received_at: Set(ms(new.received_at)),
        };
        message::Entity::insert(row)
            .exec_without_returning(&tx)
            .await?;
        let last = new.stanzas.len().saturating_sub(1);
        let copies = new
            .stanzas
            .into_iter()
            .enumerate()
            .map(|(index, (account, stanza))| {
                let own = index == last;
                copy::ActiveModel {
                    account: Set(account.0.to_vec()),
                    message: Set(new.id.0.to_vec()),
                    folder: Set(if own { Folder::Sent } else { Folder::Inbox }.number()),
                    received_at: Set(ms(new.received_at)),
                    read: Set(own),
                    stanza: Set(stanza),
                    stanza_index: Set(i16::try_from(index).unwrap_or(i16::MAX)),
                    list_entry: Set(own.then(|| new.list_entry.clone())),
                }
            });
        copy::Entity::insert_many(copies)
            .exec_without_returning(&tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// A page of a folder, newest first.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn list_messages(
        &self,
        account: AccountId,
        folder: Folder,
        before: Option<MessageKey>,
        limit: u16,
    ) -> Result<Page<MessageRow, MessageKey>> {
        let mut query = copy::Entity::find()
            .inner_join(message::Entity)
            .filter(copy::Column::Account.eq(account.0.to_vec()))
            .filter(copy::Column::Folder.eq(folder.number()));
        if let Some(key) = before {
            let at = ms(key.received_at);
            query = query.filter(
                copy::Column::ReceivedAt.lt(at).or(copy::Column::ReceivedAt
                    .eq(at)
                    .and(copy::Column::Message.lt(key.id.0.to_vec()))),
            );
        }
        let rows: Vec<RowColumns> = query
            .order_by_desc(copy::Column::ReceivedAt)
            .order_by_desc(copy::Column::Message)
            .limit(u64::from(limit) + 1)
            .select_only()
            .column(copy::Column::Message)
            .column(message::Column::Hash)
            .column(copy::Column::Read)
            .column(copy::Column::ReceivedAt)
            .column(message::Column::Size)
            .column(copy::Column::ListEntry)
            .into_tuple()
            .all(&self.db)
            .await?;
        let rows = rows
            .into_iter()
            .map(|(message, hash, read, received_at, size, list_entry)| {
                Ok(MessageRow {
                    id: id(&message, "message id")?,
                    hash: id(&hash, "hash")?,
                    read,
                    received_at: time(received_at),
                    size_bytes: number(size),
                    list_entry,
                })
            })
            .collect::<Result<Vec<_>>>()?;
        Ok(Page::cut(rows, limit, |row| MessageKey {
            received_at: row.received_at,
            id: row.id,
        }))
    }

    /// Unread messages in a folder.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn count_unread(&self, account: AccountId, folder: Folder) -> Result<u64> {
        Ok(copy::Entity::find()
            .filter(copy::Column::Account.eq(account.0.to_vec()))
            .filter(copy::Column::Folder.eq(folder.number()))
            .filter(copy::Column::Read.eq(false))
            .count(&self.db)
            .await?)
    }

    /// A message of which the account has a copy; the received one, where it sent it to itself.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn find_message(
        &self,
        account: AccountId,
        wanted: MessageId,
    ) -> Result<Option<Message>> {
        let row = copy::Entity::find()
            .find_also_related(message::Entity)
            .filter(copy::Column::Account.eq(account.0.to_vec()))
            .filter(copy::Column::Message.eq(wanted.0.to_vec()))
            .order_by_asc(copy::Column::Folder)
            .one(&self.db)
            .await?;
        let Some((copy, Some(message))) = row else {
            return Ok(None);
        };
        Ok(Some(Message {
            signed: message.signed,
            summary: message.summary,
            body: message.body,
            stanza: copy.stanza,
            stanza_index: u16::try_from(copy.stanza_index).unwrap_or_default(),
            read: copy.read,
            received_at: time(copy.received_at),
        }))
    }

    /// Marks the account's copies as read or unread.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn mark_read(
        &self,
        account: AccountId,
        messages: &[MessageId],
        read: bool,
    ) -> Result<()> {
        copy::Entity::update_many()
            .col_expr(copy::Column::Read, Expr::value(read))
            .filter(copy::Column::Account.eq(account.0.to_vec()))
            .filter(copy::Column::Message.is_in(messages.iter().map(|it| it.0.to_vec())))
            .exec(&self.db)
            .await?;
        Ok(())
    }

    /// Stores sealed list entries with the account's copies. Entries of messages that it has no copy of are left out.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn put_list_entries(
        &self,
        account: AccountId,
        entries: Vec<(MessageId, Vec<u8>)>,
    ) -> Result<()> {
        let tx = self.begin().await?;
        for (message, entry) in entries {
            copy::Entity::update_many()
                .col_expr(copy::Column::ListEntry, Expr::value(entry))
                .filter(copy::Column::Account.eq(account.0.to_vec()))
                .filter(copy::Column::Message.eq(message.0.to_vec()))
                .exec(&tx)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
