use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait, Query},
};
use zegel_protocol::{AccountId, MessageId, Timestamp};

use super::{Folder, bytes, copies_of, search};
use crate::{
    Refusal, Result, Store,
    entity::{content, copy, draft, message, reading, search_segment},
    store::{id, ms},
};

/// Messages whose time is over are cleaned up so many at a time.
const BATCH: u64 = 200;
/// Messages of a mailbox that is forgotten are locked so many at a time.
const LOCKED: u64 = 1000;

/// What came to an end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// Mailboxes with a copy.
    pub mailboxes: Vec<AccountId>,
}

impl Store {
    /// Deletes the mailbox's copies of messages, all of which are in the trash or deleted already. A message without
    /// copies goes as a whole.
    ///
    /// # Errors
    ///
    /// `Conflict`: one is not in the trash. Or the database fails.
    pub async fn delete_messages(&self, mailbox: AccountId, messages: &[MessageId]) -> Result<()> {
        let tx = self.begin().await?;
        // Two who delete the last two copies at once do it one after the other, so that the second deletes the message.
        message::Entity::find()
            .select_only()
            .column(message::Column::Id)
            .filter(message::Column::Id.is_in(bytes(messages)))
            .order_by_asc(message::Column::Id)
            .lock_exclusive()
            .into_tuple::<Vec<u8>>()
            .all(&tx)
            .await?;
        let elsewhere = copy::Entity::find()
            .filter(copies_of(mailbox, messages))
            .filter(copy::Column::Folder.ne(Folder::Trash.number()))
            .count(&tx)
            .await?;
        if elsewhere > 0 {
            return Err(Refusal::Conflict.into());
        }
        let segments = search::lock_segments_of(&tx, copies_of(mailbox, messages)).await?;
        reading::Entity::delete_many()
            .filter(reading::Column::Mailbox.eq(mailbox.0.to_vec()))
            .filter(reading::Column::Message.is_in(bytes(messages)))
            .exec(&tx)
            .await?;
        copy::Entity::delete_many()
            .filter(copies_of(mailbox, messages))
            .exec(&tx)
            .await?;
        search::delete_empty(&tx, segments).await?;
        let left = Query::select()
            .column(copy::Column::Message)
            .from(copy::Entity)
            .and_where(copy::Column::Message.is_in(bytes(messages)))
            .take();
        message::Entity::delete_many()
            .filter(message::Column::Id.is_in(bytes(messages)))
            .filter(message::Column::Id.not_in_subquery(left))
            .exec(&tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Deletes the content of a message for everybody who has a copy. What is gone already stays so.
    ///
    /// # Errors
    ///
    /// `NotFound`: there is no such message by the sender. Or the database fails.
    pub async fn revoke_message(
        &self,
        sender: AccountId,
        wanted: MessageId,
        revocation: Vec<u8>,
        now: Timestamp,
    ) -> Result<Ended> {
        let tx = self.begin().await?;
        let row = message::Entity::find_by_id(wanted.0.to_vec())
            .filter(message::Column::Sender.eq(sender.0.to_vec()))
            .lock_exclusive()
            .one(&tx)
            .await?
            .ok_or(Refusal::NotFound)?;
        if row.gone_at.is_some() {
            return Ok(Ended::default());
        }
        message::Entity::update_many()
            .col_expr(message::Column::GoneAt, Expr::value(ms(now)))
            .col_expr(message::Column::ExpiresAt, Expr::value(Option::<i64>::None))
            .col_expr(message::Column::Revocation, Expr::value(revocation))
            .filter(message::Column::Id.eq(wanted.0.to_vec()))
            .exec(&tx)
            .await?;
        let ended = empty(&tx, &[wanted]).await?;
        tx.commit().await?;
        Ok(ended)
    }

    /// Deletes the content of messages whose time is over.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn expire_messages(&self, now: Timestamp) -> Result<Ended> {
        let mut all = Ended::default();
        loop {
            let tx = self.begin().await?;
            let ids = || {
                message::Entity::find()
                    .select_only()
                    .column(message::Column::Id)
                    .filter(message::Column::ExpiresAt.lte(ms(now)))
            };
            let over: Vec<Vec<u8>> = ids()
                .order_by_asc(message::Column::ExpiresAt)
                .limit(BATCH)
                .into_tuple()
                .all(&tx)
                .await?;
            if over.is_empty() {
                break;
            }
            // Locked in one order everywhere. What was revoked or deleted meanwhile is left out.
            let over: Vec<Vec<u8>> = ids()
                .filter(message::Column::Id.is_in(over))
                .order_by_asc(message::Column::Id)
                .lock_exclusive()
                .into_tuple()
                .all(&tx)
                .await?;
            let over = over
                .iter()
                .map(|message| id(message, "message id"))
                .collect::<Result<Vec<MessageId>>>()?;
            message::Entity::update_many()
                .col_expr(
                    message::Column::GoneAt,
                    Expr::col(message::Column::ExpiresAt),
                )
                .col_expr(message::Column::ExpiresAt, Expr::value(Option::<i64>::None))
                .filter(message::Column::Id.is_in(bytes(&over)))
                .exec(&tx)
                .await?;
            let ended = empty(&tx, &over).await?;
            tx.commit().await?;
            all.mailboxes.extend(ended.mailboxes);
        }
        all.mailboxes.sort_unstable();
        all.mailboxes.dedup();
        Ok(all)
    }
}

/// Deletes everything of the messages from which their content could be told. What nobody can read does not count as
/// unread.
async fn empty(db: &DatabaseTransaction, messages: &[MessageId]) -> Result<Ended> {
    content::Entity::delete_many()
        .filter(content::Column::Message.is_in(bytes(messages)))
        .exec(db)
        .await?;
    let everywhere = Condition::all().add(copy::Column::Message.is_in(bytes(messages)));
    let segments = search::lock_segments_of(db, everywhere).await?;
    copy::Entity::update_many()
        .col_expr(copy::Column::Stanza, Expr::value(Vec::<u8>::new()))
        .col_expr(
            copy::Column::ListEntry,
            Expr::value(Option::<Vec<u8>>::None),
        )
        .col_expr(copy::Column::Read, Expr::value(true))
        .col_expr(
            copy::Column::SearchSegment,
            Expr::value(Option::<Vec<u8>>::None),
        )
        .col_expr(copy::Column::Unindexed, Expr::value(false))
        .filter(copy::Column::Message.is_in(bytes(messages)))
        .exec(db)
        .await?;
    search::delete_empty(db, segments).await?;
    crate::attachments::unlink(db, bytes(messages)).await?;
    let mailboxes: Vec<Vec<u8>> = copy::Entity::find()
        .select_only()
        .column(copy::Column::Account)
        .distinct()
        .filter(copy::Column::Message.is_in(bytes(messages)))
        .into_tuple()
        .all(db)
        .await?;
    let mailboxes = mailboxes
        .iter()
        .map(|account| id(account, "account id"))
        .collect::<Result<_>>()?;
    Ok(Ended { mailboxes })
}

/// Locks every message of a mailbox, in the order of [`Store::delete_messages`]: of two who delete its last two copies,
/// the second deletes it. The mailbox's account is locked, so that no message comes in between.
async fn lock_messages_of(db: &impl ConnectionTrait, mailbox: AccountId) -> Result<()> {
    let mut after = Vec::new();
    loop {
        let own = copy::Entity::find()
            .select_only()
            .column(copy::Column::Message)
            .filter(copy::Column::Account.eq(mailbox.0.to_vec()))
            .filter(copy::Column::Message.gt(after.clone()))
            .into_query();
        let locked: Vec<Vec<u8>> = message::Entity::find()
            .select_only()
            .column(message::Column::Id)
            .filter(message::Column::Id.gt(after))
            .filter(message::Column::Id.in_subquery(own))
            .order_by_asc(message::Column::Id)
            .limit(LOCKED)
            .lock_exclusive()
            .into_tuple()
            .all(db)
            .await?;
        let Some(last) = locked.into_iter().next_back() else {
            return Ok(());
        };
        after = last;
    }
}

/// Deletes all mail of an account, where the account itself stays. Messages that others have copies of stay for them.
pub(crate) async fn forget_mailbox(db: &impl ConnectionTrait, mailbox: AccountId) -> Result<()> {
    lock_messages_of(db, mailbox).await?;
    let own = Query::select()
        .column(copy::Column::Message)
        .from(copy::Entity)
        .and_where(copy::Column::Account.eq(mailbox.0.to_vec()))
        .take();
    let others = Query::select()
        .column(copy::Column::Message)
        .from(copy::Entity)
        .and_where(copy::Column::Account.ne(mailbox.0.to_vec()))
        .and_where(
            Expr::col((copy::Entity, copy::Column::Message))
                .equals((message::Entity, message::Column::Id)),
        )
        .take();
    message::Entity::delete_many()
        .filter(message::Column::Id.in_subquery(own))
        .filter(Expr::not_exists(others))
        .exec(db)
        .await?;
    copy::Entity::delete_many()
        .filter(copy::Column::Account.eq(mailbox.0.to_vec()))
        .exec(db)
        .await?;
    reading::Entity::delete_many()
        .filter(reading::Column::Mailbox.eq(mailbox.0.to_vec()))
        .exec(db)
        .await?;
    draft::Entity::delete_many()
        .filter(draft::Column::Mailbox.eq(mailbox.0.to_vec()))
        .exec(db)
        .await?;
    search_segment::Entity::delete_many()
        .filter(search_segment::Column::Mailbox.eq(mailbox.0.to_vec()))
        .exec(db)
        .await?;
    Ok(())
}
