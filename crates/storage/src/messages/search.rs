//! A mailbox's search index: sealed segments, and which of them names a message. What a segment says is not known here.
//!
//! Whoever changes what a segment names locks messages before segments and segments before copies.

use std::collections::{BTreeSet, HashMap};

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait, LockType, Query},
};
use zegel_protocol::{AccountId, MessageId, SearchSegmentId, Timestamp};

use super::{
    MessageKey, MessageRow, bytes, copies_of,
    list::{Row, below, rows},
    not_gone,
};
use crate::{
    Page, Refusal, Result, Store,
    accounts::lock_mailbox,
    entity::{copy, message, search_segment},
    store::{id, int, ms, number},
};

/// One statement names no more rows than this.
const CHUNK: usize = 1000;

/// A segment that is to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSearchSegment {
    /// Whose.
    pub mailbox: AccountId,
    /// The segment.
    pub id: SearchSegmentId,
    /// Sealed under the mailbox key.
    pub sealed: Vec<u8>,
    /// Messages that it names in all.
    pub documents: u32,
    /// Those of them that no segment names yet.
    pub messages: Vec<MessageId>,
    /// Segments that it takes the place of.
    pub replaces: Vec<SearchSegmentId>,
    /// When.
    pub stored_at: Timestamp,
}

/// What there is of a search index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchIndex {
    /// The segments, oldest first.
    pub segments: Vec<SearchSegment>,
    /// Messages that none of them names, and that are not gone.
    pub unindexed: u32,
}

/// A segment, without its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SearchSegment {
    /// The segment.
    pub id: SearchSegmentId,
    /// Its bytes, sealed.
    pub size_bytes: u32,
    /// Messages that it names and that are not gone.
    pub messages: u32,
    /// It names others, too.
    pub stale: bool,
}

/// The copies that a segment names, by segment.
fn named(mailbox: AccountId) -> Select<copy::Entity> {
    copy::Entity::find()
        .select_only()
        .column(copy::Column::SearchSegment)
        .column_as(copy::Column::Message.count(), "messages")
        .filter(copy::Column::Account.eq(mailbox.0.to_vec()))
        .filter(copy::Column::SearchSegment.is_not_null())
        .group_by(copy::Column::SearchSegment)
}

/// The copies of messages whose time is over and that are not deleted yet, by segment: few, and soon none.
fn over(mailbox: AccountId, now: Timestamp) -> Select<copy::Entity> {
    let over = message::Entity::find()
        .select_only()
        .column(message::Column::Id)
        .filter(message::Column::ExpiresAt.lte(ms(now)))
        .into_query();
    copy::Entity::find()
        .select_only()
        .column(copy::Column::SearchSegment)
        .column_as(copy::Column::Message.count(), "messages")
        .filter(copy::Column::Account.eq(mailbox.0.to_vec()))
        .filter(copy::Column::Message.in_subquery(over))
        .filter(copy::Column::Twin.eq(false))
        .group_by(copy::Column::SearchSegment)
}

/// How many copies no segment names, those that are over among them.
fn number_unindexed(mailbox: AccountId) -> Select<copy::Entity> {
    copy::Entity::find()
        .select_only()
        .column_as(copy::Column::Message.count(), "messages")
        .filter(copy::Column::Account.eq(mailbox.0.to_vec()))
        .filter(copy::Column::Unindexed.into_expr())
}

fn unindexed(
    mailbox: AccountId,
    before: Option<MessageKey>,
    now: Timestamp,
) -> Select<copy::Entity> {
    let query = rows(mailbox)
        .filter(copy::Column::Unindexed.into_expr())
        .filter(not_gone(now));
    match before {
        Some(key) => query.filter(below(key)),
        None => query,
    }
}

fn these(mailbox: AccountId, messages: &[MessageId], now: Timestamp) -> Select<copy::Entity> {
    rows(mailbox)
        .filter(copy::Column::Message.is_in(bytes(messages)))
        .filter(copy::Column::Twin.eq(false))
        .filter(not_gone(now))
}

impl Store {
    /// Stores a segment in the place of those that it replaces: all or nothing. The same segment twice is one: an answer
    /// that was lost changes nothing. A segment that names nothing that is there is not stored.
    ///
    /// # Errors
    ///
    /// `NotFound`: the mailbox is deleted. `DuplicateId`: another segment has the id. `Conflict`: a segment that it
    /// replaces is not there, or one that it does not replace names one of its messages. `Quota`: the mailbox would have
    /// more than `most` segments. Or the database fails.
    pub async fn put_search_segment(&self, new: NewSearchSegment, most: u64) -> Result<()> {
        let tx = self.begin().await?;
        lock_mailbox(&tx, new.mailbox, LockType::Share).await?;
        if is_stored(&tx, &new).await? {
            return Ok(());
        }
        let concerned = bytes(&new.messages).chain(messages_of(&tx, &new).await?);
        let mut left = lock_messages(&tx, concerned.collect(), new.stored_at).await?;
        lock_replaced(&tx, &new, most).await?;
        // Without those that came to an end before they were locked.
        let taken_over = messages_of(&tx, &new).await?;
        let added = lock_copies(&tx, &new, &left).await?;
        // None of the mailbox's, or gone.
        left.retain(|message| taken_over.contains(message) || added.contains(message));
        move_copies(&tx, &new, &added, !left.is_empty()).await?;
        search_segment::Entity::delete_many()
            .filter(search_segment::Column::Id.is_in(segments(&new.replaces)))
            .exec(&tx)
            .await?;
        if !left.is_empty() {
            let left = u32::try_from(left.len()).unwrap_or(u32::MAX);
            let row = search_segment::ActiveModel {
                id: Set(new.id.0.to_vec()),
                mailbox: Set(new.mailbox.0.to_vec()),
                stored_at: Set(ms(new.stored_at)),
                size: Set(i32::try_from(new.sealed.len()).unwrap_or(i32::MAX)),
                documents: Set(int(Ord::max(new.documents, left))),
                sealed: Set(new.sealed),
            };
            search_segment::Entity::insert(row)
                .exec_without_returning(&tx)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// What there is of the mailbox's search index.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn find_search_index(
        &self,
        mailbox: AccountId,
        now: Timestamp,
    ) -> Result<SearchIndex> {
        let stored: Vec<(Vec<u8>, i32, i32)> = stored(mailbox).into_tuple().all(&self.db).await?;
        let named = self.count_by_segment(named(mailbox)).await?;
        let over = self.count_by_segment(over(mailbox, now)).await?;
        let left = |segment: &Option<Vec<u8>>, counted: u32| {
            counted.saturating_sub(over.get(segment).copied().unwrap_or_default())
        };
        let mut segments = Vec::with_capacity(stored.len());
        for (bytes, size, documents) in stored {
            let segment = SearchSegmentId(id(&bytes, "search segment id")?);
            let key = Some(bytes);
            let messages = left(&key, named.get(&key).copied().unwrap_or_default());
            // What names nothing is deleted with what is over.
            if messages > 0 {
                segments.push(SearchSegment {
                    id: segment,
                    size_bytes: number(size),
                    messages,
                    stale: messages < number(documents),
                });
            }
        }
        let unindexed: Option<i64> = number_unindexed(mailbox).into_tuple().one(&self.db).await?;
        Ok(SearchIndex {
            segments,
            unindexed: left(&None, count(unindexed.unwrap_or_default())),
        })
    }

    /// A segment's sealed bytes.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn find_search_segment(
        &self,
        mailbox: AccountId,
        segment: SearchSegmentId,
    ) -> Result<Option<Vec<u8>>> {
        Ok(search_segment::Entity::find_by_id(segment.0.to_vec())
            .select_only()
            .column(search_segment::Column::Sealed)
            .filter(search_segment::Column::Mailbox.eq(mailbox.0.to_vec()))
            .into_tuple()
            .one(&self.db)
            .await?)
    }

    /// A page of the messages that no segment names and that are not gone, newest first.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn list_unindexed(
        &self,
        mailbox: AccountId,
        before: Option<MessageKey>,
        limit: u16,
        now: Timestamp,
    ) -> Result<Page<MessageRow, MessageKey>> {
        let rows = unindexed(mailbox, before, now);
        self.page_of(rows, limit, now).await
    }

    /// The rows of those of these messages that the mailbox has and that are not gone.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn find_message_rows(
        &self,
        mailbox: AccountId,
        messages: &[MessageId],
        now: Timestamp,
    ) -> Result<Vec<MessageRow>> {
        let rows: Vec<Row> = these(mailbox, messages, now)
            .into_model()
            .all(&self.db)
            .await?;
        rows.into_iter().map(|row| row.parse(now)).collect()
    }

    async fn count_by_segment(
        &self,
        query: Select<copy::Entity>,
    ) -> Result<HashMap<Option<Vec<u8>>, u32>> {
        let rows: Vec<(Option<Vec<u8>>, i64)> = query.into_tuple().all(&self.db).await?;
        Ok(rows
            .into_iter()
            .map(|(segment, messages)| (segment, count(messages)))
            .collect())
    }
}

fn count(rows: i64) -> u32 {
    u32::try_from(rows).unwrap_or_default()
}

fn segments(ids: &[SearchSegmentId]) -> impl Iterator<Item = Vec<u8>> {
    ids.iter().map(|segment| segment.0.to_vec())
}

/// Id, size and documents of the mailbox's segments, oldest first.
fn stored(mailbox: AccountId) -> Select<search_segment::Entity> {
    search_segment::Entity::find()
        .select_only()
        .columns([
            search_segment::Column::Id,
            search_segment::Column::Size,
            search_segment::Column::Documents,
        ])
        .filter(search_segment::Column::Mailbox.eq(mailbox.0.to_vec()))
        .order_by_asc(search_segment::Column::StoredAt)
        .order_by_asc(search_segment::Column::Id)
}

async fn is_stored(tx: &DatabaseTransaction, new: &NewSearchSegment) -> Result<bool> {
    let stored = search_segment::Entity::find_by_id(new.id.0.to_vec())
        .one(tx)
        .await?;
    match stored {
        None => Ok(false),
        Some(row) if row.mailbox == new.mailbox.0 && row.sealed == new.sealed => Ok(true),
        Some(_) => Err(Refusal::DuplicateId.into()),
    }
}

/// The copies that the segments name that are to be replaced.
fn replaced(new: &NewSearchSegment) -> Condition {
    Condition::all()
        .add(copy::Column::Account.eq(new.mailbox.0.to_vec()))
        .add(copy::Column::SearchSegment.is_in(segments(&new.replaces)))
}

async fn messages_of(
    tx: &DatabaseTransaction,
    new: &NewSearchSegment,
) -> Result<BTreeSet<Vec<u8>>> {
    let messages: Vec<Vec<u8>> = copy::Entity::find()
        .select_only()
        .column(copy::Column::Message)
        .filter(replaced(new))
        .into_tuple()
        .all(tx)
        .await?;
    Ok(messages.into_iter().collect())
}

/// Keeps messages from coming to an end meanwhile, and returns those that have not.
async fn lock_messages(
    tx: &DatabaseTransaction,
    messages: BTreeSet<Vec<u8>>,
    now: Timestamp,
) -> Result<BTreeSet<Vec<u8>>> {
    let messages: Vec<Vec<u8>> = messages.into_iter().collect();
    let mut left = BTreeSet::new();
    for chunk in messages.chunks(CHUNK) {
        let rows: Vec<(Vec<u8>, Option<i64>, Option<i64>)> = message::Entity::find()
            .select_only()
            .columns([
                message::Column::Id,
                message::Column::GoneAt,
                message::Column::ExpiresAt,
            ])
            .filter(message::Column::Id.is_in(chunk.iter().cloned()))
            .order_by_asc(message::Column::Id)
            .lock_shared()
            .into_tuple()
            .all(tx)
            .await?;
        let there = rows.into_iter().filter(|(_, gone_at, expires_at)| {
            gone_at.is_none() && expires_at.is_none_or(|at| at > ms(now))
        });
        left.extend(there.map(|(message, ..)| message));
    }
    Ok(left)
}

/// Of two who replace a segment the second finds it gone.
async fn lock_replaced(tx: &DatabaseTransaction, new: &NewSearchSegment, most: u64) -> Result<()> {
    let wanted: BTreeSet<Vec<u8>> = segments(&new.replaces).collect();
    let locked: Vec<Vec<u8>> = search_segment::Entity::find()
        .select_only()
        .column(search_segment::Column::Id)
        .filter(search_segment::Column::Mailbox.eq(new.mailbox.0.to_vec()))
        .filter(search_segment::Column::Id.is_in(wanted.iter().cloned()))
        .order_by_asc(search_segment::Column::Id)
        .lock_exclusive()
        .into_tuple()
        .all(tx)
        .await?;
    if locked.len() < wanted.len() {
        return Err(Refusal::Conflict.into());
    }
    let others = search_segment::Entity::find()
        .filter(search_segment::Column::Mailbox.eq(new.mailbox.0.to_vec()))
        .filter(search_segment::Column::Id.is_not_in(wanted))
        .count(tx)
        .await?;
    if others >= most {
        return Err(Refusal::Quota.into());
    }
    Ok(())
}

/// The mailbox's own of the messages that are to be named. Of two who name a message the second finds it named.
async fn lock_copies(
    tx: &DatabaseTransaction,
    new: &NewSearchSegment,
    left: &BTreeSet<Vec<u8>>,
) -> Result<BTreeSet<Vec<u8>>> {
    let rows: Vec<(Vec<u8>, Option<Vec<u8>>)> = copy::Entity::find()
        .select_only()
        .columns([copy::Column::Message, copy::Column::SearchSegment])
        .filter(copies_of(new.mailbox, &new.messages))
        .filter(copy::Column::Twin.eq(false))
        .order_by_asc(copy::Column::Message)
        .lock_exclusive()
        .into_tuple()
        .all(tx)
        .await?;
    let mut added = BTreeSet::new();
    for (message, segment) in rows {
        if segment.is_some_and(|segment| !segments(&new.replaces).any(|it| it == segment)) {
            return Err(Refusal::Conflict.into());
        }
        if left.contains(&message) {
            added.insert(message);
        }
    }
    Ok(added)
}

/// Lets the new segment name what the replaced ones did, and what is new. Where it is not stored, nothing names them.
async fn move_copies(
    tx: &DatabaseTransaction,
    new: &NewSearchSegment,
    added: &BTreeSet<Vec<u8>>,
    stored: bool,
) -> Result<()> {
    let added = Condition::all()
        .add(copy::Column::Account.eq(new.mailbox.0.to_vec()))
        .add(copy::Column::Message.is_in(added.iter().cloned()))
        .add(copy::Column::Twin.eq(false));
    for copies in [added, replaced(new)] {
        copy::Entity::update_many()
            .col_expr(
                copy::Column::SearchSegment,
                Expr::value(stored.then(|| new.id.0.to_vec())),
            )
            .col_expr(copy::Column::Unindexed, Expr::value(!stored))
            .filter(copies)
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// The segments that name some of these copies, of messages that are locked. They are locked until the messages have
/// come to an end: of two who delete the last two messages of a segment, the second deletes the segment.
pub(super) async fn lock_segments_of(
    tx: &DatabaseTransaction,
    copies: Condition,
) -> Result<Vec<Vec<u8>>> {
    let named: Vec<Vec<u8>> = copy::Entity::find()
        .select_only()
        .column(copy::Column::SearchSegment)
        .distinct()
        .filter(copies)
        .filter(copy::Column::SearchSegment.is_not_null())
        .order_by_asc(copy::Column::SearchSegment)
        .into_tuple()
        .all(tx)
        .await?;
    for chunk in named.chunks(CHUNK) {
        search_segment::Entity::find()
            .select_only()
            .column(search_segment::Column::Id)
            .filter(search_segment::Column::Id.is_in(chunk.iter().cloned()))
            .order_by_asc(search_segment::Column::Id)
            .lock_exclusive()
            .into_tuple::<Vec<u8>>()
            .all(tx)
            .await?;
    }
    Ok(named)
}

/// Deletes those of the segments that name nothing any more.
pub(super) async fn delete_empty(db: &impl ConnectionTrait, segments: Vec<Vec<u8>>) -> Result<()> {
    for chunk in segments.chunks(CHUNK) {
        let named = Query::select()
            .column(copy::Column::Message)
            .from(copy::Entity)
            .and_where(
                Expr::col((copy::Entity, copy::Column::Account))
                    .equals((search_segment::Entity, search_segment::Column::Mailbox)),
            )
            .and_where(
                Expr::col((copy::Entity, copy::Column::SearchSegment))
                    .equals((search_segment::Entity, search_segment::Column::Id)),
            )
            .take();
        search_segment::Entity::delete_many()
            .filter(search_segment::Column::Id.is_in(chunk.iter().cloned()))
            .filter(Expr::not_exists(named))
            .exec(db)
            .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
