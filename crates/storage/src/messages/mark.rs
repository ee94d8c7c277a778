use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Expr,
};
use zegel_protocol::{AccountId, MessageId, Timestamp};

use super::{Folder, copies_of, not_gone};
use crate::{
    Refusal, Result, Store,
    entity::{copy, message, reading, receipt},
    store::{id, ms},
};

/// What is changed; what is absent stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Read or unread.
    pub read: Option<bool>,
    /// Starred or not.
    pub starred: Option<bool>,
}

/// Somebody who reads a mailbox that several people read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Who.
    pub reader: AccountId,
    /// When.
    pub at: Timestamp,
}

impl Store {
    /// Marks the mailbox's copies of messages. `reading` says who read them, where it is marked that they are read.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn mark_messages(
        &self,
        mailbox: AccountId,
        messages: &[MessageId],
        marks: Marks,
        reading: Option<Reading>,
    ) -> Result<()> {
        let tx = self.begin().await?;
        if let Some(read) = marks.read {
            copy::Entity::update_many()
                .col_expr(copy::Column::Read, Expr::value(read))
                .filter(copies_of(mailbox, messages))
                .filter(copy::Column::Twin.eq(false))
                .exec(&tx)
                .await?;
        }
        if let Some(starred) = marks.starred {
            copy::Entity::update_many()
                .col_expr(copy::Column::Starred, Expr::value(starred))
                .filter(copies_of(mailbox, messages))
                .exec(&tx)
                .await?;
        }
        if let (Some(true), Some(reading)) = (marks.read, reading) {
            insert_readings(&tx, mailbox, messages, reading).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Moves the mailbox's copies of messages. To the inbox means back: what was sent goes to what was sent.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn move_messages(
        &self,
        mailbox: AccountId,
        messages: &[MessageId],
        to: Folder,
    ) -> Result<()> {
        let folder = match to {
            Folder::Inbox | Folder::Sent => Expr::col(copy::Column::Direction),
            Folder::Archive | Folder::Trash => Expr::value(to.number()),
        };
        copy::Entity::update_many()
            .col_expr(copy::Column::Folder, folder)
            .filter(copies_of(mailbox, messages))
            .exec(&self.db)
            .await?;
        Ok(())
    }

    /// Stores sealed list entries with the mailbox's copies. Entries of messages that it has no copy of, or that are
    /// gone, are left out.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn put_list_entries(
        &self,
        mailbox: AccountId,
        entries: Vec<(MessageId, Vec<u8>)>,
        now: Timestamp,
    ) -> Result<()> {
        let named: Vec<MessageId> = entries.iter().map(|(message, _)| *message).collect();
        let tx = self.begin().await?;
        // Locked: a revocation at the same time does not leave an entry behind.
        let there: Vec<Vec<u8>> = message::Entity::find()
            .select_only()
            .column(message::Column::Id)
            .filter(message::Column::Id.is_in(super::bytes(&named)))
            .filter(not_gone(now))
            .order_by_asc(message::Column::Id)
            .lock_shared()
            .into_tuple()
            .all(&tx)
            .await?;
        for (message, entry) in entries {
            if !there.iter().any(|it| it.as_slice() == message.0) {
                continue;
            }
            copy::Entity::update_many()
                .col_expr(copy::Column::ListEntry, Expr::value(entry))
                .filter(copies_of(mailbox, &[message]))
                .exec(&tx)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Notes that the mailbox told the sender that it read a message, which it received. Returns the sender.
    ///
    /// # Errors
    ///
    /// `NotFound`: it has no received copy. `Gone`. Or the database fails.
    pub async fn insert_receipt(
        &self,
        mailbox: AccountId,
        wanted: MessageId,
        now: Timestamp,
    ) -> Result<AccountId> {
        let row = copy::Entity::find_by_id((
            mailbox.0.to_vec(),
            wanted.0.to_vec(),
            Folder::Inbox.number(),
        ))
        .find_also_related(message::Entity)
        .one(&self.db)
        .await?;
        let Some((_, Some(message))) = row else {
            return Err(Refusal::NotFound.into());
        };
        if message.gone_at.is_some() || message.expires_at.is_some_and(|at| at <= ms(now)) {
            return Err(Refusal::Gone.into());
        }
        let receipt = receipt::ActiveModel {
            message: Set(wanted.0.to_vec()),
            mailbox: Set(mailbox.0.to_vec()),
            at: Set(ms(now)),
        };
        receipt::Entity::insert_many([receipt])
            .on_conflict_do_nothing()
            .exec_without_returning(&self.db)
            .await?;
        id(&message.sender, "account id")
    }
}

async fn insert_readings(
    db: &impl ConnectionTrait,
    mailbox: AccountId,
    messages: &[MessageId],
    reading: Reading,
) -> Result<()> {
    let there: Vec<Vec<u8>> = copy::Entity::find()
        .select_only()
        .column(copy::Column::Message)
        .distinct()
        .filter(copies_of(mailbox, messages))
        .into_tuple()
        .all(db)
        .await?;
    let rows = there.into_iter().map(|message| reading::ActiveModel {
        mailbox: Set(mailbox.0.to_vec()),
        message: Set(message),
        reader: Set(reading.reader.0.to_vec()),
        at: Set(ms(reading.at)),
    });
    reading::Entity::insert_many(rows)
        .on_conflict_do_nothing()
        .exec_without_returning(db)
        .await?;
    Ok(())
}
