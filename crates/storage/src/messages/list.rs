use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationTrait, Select,
};
use zegel_protocol::{AccountId, ConversationId, Hash, MessageId, Timestamp};

use super::Folder;
use crate::{
    Page, Result, Store,
    entity::{account, copy, message},
    store::{id, ms, number, time},
};

/// What is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// What lies in a folder.
    Folder(Folder),
    /// What is starred, but for the trash.
    Starred,
}

/// A row of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageRow {
    /// The message.
    pub id: MessageId,
    /// Hash of the signed message.
    pub hash: Hash,
    /// Where it lies.
    pub folder: Folder,
    /// Its conversation.
    pub conversation: ConversationId,
    /// Read, by whoever reads the mailbox.
    pub read: bool,
    /// Starred.
    pub starred: bool,
    /// Revoked, or its time is over.
    pub gone: bool,
    /// Address of who answered it from the mailbox.
    pub answered_by: Option<String>,
    /// When the server got it.
    pub received_at: Timestamp,
    /// Bytes stored for the message.
    pub size_bytes: u32,
    /// Sealed list entry; none of what is gone.
    pub list_entry: Option<Vec<u8>>,
}

/// Where a page of a list starts: below this row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageKey {
    /// When the server got the row above.
    pub received_at: Timestamp,
    /// The message of the row above.
    pub id: MessageId,
}

#[derive(FromQueryResult)]
pub(super) struct Row {
    message: Vec<u8>,
    hash: Vec<u8>,
    folder: i16,
    conversation: Vec<u8>,
    read: bool,
    starred: bool,
    gone_at: Option<i64>,
    expires_at: Option<i64>,
    answered_by: Option<String>,
    received_at: i64,
    size: i32,
    list_entry: Option<Vec<u8>>,
}

impl Row {
    pub(super) fn parse(self, now: Timestamp) -> Result<MessageRow> {
        let over = self.expires_at.is_some_and(|at| at <= ms(now));
        let gone = self.gone_at.is_some() || over;
        Ok(MessageRow {
            id: id(&self.message, "message id")?,
            hash: id(&self.hash, "hash")?,
            folder: Folder::parse(self.folder)?,
            conversation: id(&self.conversation, "conversation id")?,
            read: self.read,
            starred: self.starred,
            gone,
            answered_by: self.answered_by,
            received_at: time(self.received_at),
            size_bytes: number(self.size),
            list_entry: self.list_entry.filter(|_| !gone),
        })
    }
}

/// The rows of an account's copies, newest first, with all that a list shows.
pub(super) fn rows(account: AccountId) -> Select<copy::Entity> {
    copy::Entity::find()
        .select_only()
        .columns([
            copy::Column::Message,
            copy::Column::Folder,
            copy::Column::Conversation,
            copy::Column::Read,
            copy::Column::Starred,
            copy::Column::ReceivedAt,
            copy::Column::ListEntry,
        ])
        .columns([
            message::Column::Hash,
            message::Column::Size,
            message::Column::GoneAt,
            message::Column::ExpiresAt,
        ])
        .column_as(account::Column::Address, "answered_by")
        .join(JoinType::InnerJoin, copy::Relation::Message.def())
        .join(JoinType::LeftJoin, copy::Relation::Answerer.def())
        .filter(copy::Column::Account.eq(account.0.to_vec()))
        .order_by_desc(copy::Column::ReceivedAt)
        .order_by_desc(copy::Column::Message)
}

impl List {
    /// Which of an account's copies are in it.
    fn condition(self) -> Condition {
        match self {
            Self::Folder(folder) => {
                let lies = Condition::all().add(copy::Column::Folder.eq(folder.number()));
                match folder {
                    Folder::Sent => lies,
                    Folder::Inbox | Folder::Archive | Folder::Trash => {
                        lies.add(copy::Column::Twin.eq(false))
                    }
                }
            }
            Self::Starred => Condition::all()
                .add(copy::Column::Starred.eq(true))
                .add(copy::Column::Twin.eq(false))
                .add(copy::Column::Folder.ne(Folder::Trash.number())),
        }
    }
}

fn page(
    account: AccountId,
    list: List,
    unread: bool,
    before: Option<MessageKey>,
) -> Select<copy::Entity> {
    let mut query = rows(account).filter(list.condition());
    if unread {
        query = query.filter(copy::Column::Read.eq(false));
    }
    match before {
        Some(key) => query.filter(below(key)),
        None => query,
    }
}

/// The rows below this one.
pub(super) fn below(key: MessageKey) -> Condition {
    let at = ms(key.received_at);
    // The first half is a range of the index; the second keeps apart what came at one time.
    Condition::all().add(copy::Column::ReceivedAt.lte(at)).add(
        Condition::any()
            .add(copy::Column::ReceivedAt.lt(at))
            .add(copy::Column::Message.lt(key.id.0.to_vec())),
    )
}

fn of_conversation(account: AccountId, conversation: ConversationId) -> Select<copy::Entity> {
    rows(account)
        .filter(copy::Column::Conversation.eq(conversation.0.to_vec()))
        .filter(copy::Column::Twin.eq(false))
}

/// The keys of a list's rows, newest first: what an index has without the rows themselves.
fn keys(account: AccountId, list: List, unread: bool) -> Select<copy::Entity> {
    let query = if unread {
        unread_in(account, list)
    } else {
        copy::Entity::find()
            .filter(copy::Column::Account.eq(account.0.to_vec()))
            .filter(list.condition())
    };
    query
        .select_only()
        .columns([copy::Column::ReceivedAt, copy::Column::Message])
}

/// The key of the row that so many rows stand above.
fn key_below(account: AccountId, list: List, unread: bool, rows: u32) -> Select<copy::Entity> {
    keys(account, list, unread)
        .order_by_desc(copy::Column::ReceivedAt)
        .order_by_desc(copy::Column::Message)
        .offset(u64::from(rows))
}

/// How many rows a list has.
fn number_of(account: AccountId, list: List, unread: bool) -> Select<copy::Entity> {
    keys(account, list, unread)
        .select_only()
        .column_as(copy::Column::Message.count(), "rows")
}

fn unread_in(account: AccountId, list: List) -> Select<copy::Entity> {
    let condition = match list {
        // The twin of a message is never unread, so that the index alone has the answer.
        List::Folder(folder) => Condition::all().add(copy::Column::Folder.eq(folder.number())),
        List::Starred => list.condition(),
    };
    copy::Entity::find()
        .filter(copy::Column::Account.eq(account.0.to_vec()))
        .filter(condition)
        .filter(copy::Column::Read.eq(false))
}

impl Store {
    /// A page of a list, newest first.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn list_messages(
        &self,
        account: AccountId,
        list: List,
        unread: bool,
        before: Option<MessageKey>,
        limit: u16,
        now: Timestamp,
    ) -> Result<Page<MessageRow, MessageKey>> {
        let rows = page(account, list, unread, before);
        self.page_of(rows, limit, now).await
    }

    /// A page of rows that are in the order of a list.
    pub(super) async fn page_of(
        &self,
        rows: Select<copy::Entity>,
        limit: u16,
        now: Timestamp,
    ) -> Result<Page<MessageRow, MessageKey>> {
        let rows: Vec<Row> = rows
            .limit(u64::from(limit) + 1)
            .into_model()
            .all(&self.db)
            .await?;
        let rows = rows
            .into_iter()
            .map(|row| row.parse(now))
            .collect::<Result<Vec<_>>>()?;
        Ok(Page::cut(rows, limit, |row| MessageKey {
            received_at: row.received_at,
            id: row.id,
        }))
    }

    /// Where the page of a list starts that leaves so many rows out; none where it has no more rows than those, or
    /// where the page leaves none out.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn find_page_after(
        &self,
        account: AccountId,
        list: List,
        unread: bool,
        rows: u32,
    ) -> Result<Option<MessageKey>> {
        let Some(last) = rows.checked_sub(1) else {
            return Ok(None);
        };
        let found: Option<(i64, Vec<u8>)> = key_below(account, list, unread, last)
            .limit(1)
            .into_tuple()
            .one(&self.db)
            .await?;
        let key = found.map(|(received_at, message)| {
            Ok(MessageKey {
                received_at: time(received_at),
                id: id(&message, "message id")?,
            })
        });
        key.transpose()
    }

    /// Messages in a list; only those that are unread where that is wanted.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn count_messages(
        &self,
        account: AccountId,
        list: List,
        unread: bool,
    ) -> Result<u64> {
        let rows: Option<i64> = number_of(account, list, unread)
            .into_tuple()
            .one(&self.db)
            .await?;
        Ok(rows
            .and_then(|rows| u64::try_from(rows).ok())
            .unwrap_or_default())
    }

    /// The newest messages of a conversation in any folder, oldest first; only those of `hash` where one is given.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn list_conversation(
        &self,
        account: AccountId,
        conversation: ConversationId,
        hash: Option<Hash>,
        limit: u16,
        now: Timestamp,
    ) -> Result<Vec<MessageRow>> {
        let mut query = of_conversation(account, conversation);
        if let Some(hash) = hash {
            query = query.filter(message::Column::Hash.eq(hash.0.to_vec()));
        }
        let rows: Vec<Row> = query
            .limit(u64::from(limit))
            .into_model()
            .all(&self.db)
            .await?;
        rows.into_iter().rev().map(|row| row.parse(now)).collect()
    }

    /// Unread messages in a list.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn count_unread(&self, account: AccountId, list: List) -> Result<u64> {
        self.count_messages(account, list, true).await
    }

    /// Unread messages in the inbox of each account by its id; an account without any is left out.
    pub(crate) async fn count_unread_each(
        &self,
        accounts: Vec<Vec<u8>>,
    ) -> Result<HashMap<Vec<u8>, u32>> {
        let rows: Vec<(Vec<u8>, i64)> = copy::Entity::find()
            .select_only()
            .column(copy::Column::Account)
            .column_as(copy::Column::Message.count(), "unread")
            .filter(copy::Column::Account.is_in(accounts))
            .filter(copy::Column::Folder.eq(Folder::Inbox.number()))
            .filter(copy::Column::Read.eq(false))
            .group_by(copy::Column::Account)
            .into_tuple()
            .all(&self.db)
            .await?;
        Ok(rows
            .into_iter()
            .map(|(account, unread)| (account, u32::try_from(unread).unwrap_or(u32::MAX)))
            .collect())
    }
}

#[cfg(test)]
pub(super) mod tests;
