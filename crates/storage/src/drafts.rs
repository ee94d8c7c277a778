//! Drafts: sealed, and counted by version so that two who edit one notice each other.

use std::collections::HashMap;

use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult,
    JoinType, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, RelationTrait, Select,
    sea_query::LockType,
};
use zegel_protocol::{AccountId, DraftId, MessageId, Timestamp};

use crate::{
    Page, Refusal, Result, Store,
    accounts::lock_mailbox,
    entity::{account, draft, message},
    messages::SeenDraft,
    store::{id, int, ms, number, time},
};

/// Sealed drafts on one page come to no more than this, but for a single one.
const MAX_PAGE_BYTES: u64 = 4 * 1024 * 1024;

/// A draft that is to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDraft {
    /// Whose.
    pub mailbox: AccountId,
    /// The draft.
    pub id: DraftId,
    /// The version that is replaced, 0 for a new draft.
    pub replaces: u32,
    /// Sealed under the mailbox key.
    pub sealed: Vec<u8>,
    /// The message in the mailbox that it answers.
    pub answers: Option<MessageId>,
    /// Who edited it.
    pub edited_by: AccountId,
    /// When.
    pub edited_at: Timestamp,
}

/// A stored draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The draft.
    pub id: DraftId,
    /// Counts the writes.
    pub version: u32,
    /// Sealed under the mailbox key.
    pub sealed: Vec<u8>,
    /// Address of who edited it last.
    pub edited_by: String,
    /// When.
    pub edited_at: Timestamp,
}

/// Where a page of drafts starts: below this row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DraftKey {
    /// When the row above was edited.
    pub edited_at: Timestamp,
    /// The draft of the row above.
    pub id: DraftId,
}

#[derive(FromQueryResult)]
struct Row {
    id: Vec<u8>,
    version: i32,
    sealed: Vec<u8>,
    edited_by: String,
    edited_at: i64,
}

impl Row {
    fn parse(self) -> Result<Draft> {
        Ok(Draft {
            id: id(&self.id, "draft id")?,
            version: number(self.version),
            sealed: self.sealed,
            edited_by: self.edited_by,
            edited_at: time(self.edited_at),
        })
    }
}

fn of_mailbox(mailbox: AccountId) -> Select<draft::Entity> {
    draft::Entity::find().filter(draft::Column::Mailbox.eq(mailbox.0.to_vec()))
}

/// The mailbox's drafts with the addresses of who edited them, last edited first.
fn rows(mailbox: AccountId) -> Select<draft::Entity> {
    draft::Entity::find()
        .select_only()
        .columns([
            draft::Column::Id,
            draft::Column::Version,
            draft::Column::Sealed,
            draft::Column::EditedAt,
        ])
        .column_as(account::Column::Address, "edited_by")
        .join(JoinType::InnerJoin, draft::Relation::Editor.def())
        .filter(draft::Column::Mailbox.eq(mailbox.0.to_vec()))
        .order_by_desc(draft::Column::EditedAt)
        .order_by_desc(draft::Column::Id)
}

impl Store {
    /// Stores a draft. The same write twice is one: an answer that was lost does not make two drafts.
    ///
    /// # Errors
    ///
    /// `NotFound`: the mailbox is deleted. `Conflict`: another version is stored, or none. `DuplicateId`: it was sent
    /// already. `Quota`: the mailbox would have more than `most` drafts. Or the database fails.
    pub async fn put_draft(&self, new: NewDraft, most: u64) -> Result<()> {
        let tx = self.begin().await?;
        // A message that is sent at the same time, which holds its sender's account, is stored before the draft is
        // looked for or after it is written. Rows that only refer to the account, such as drafts that its owner edits in
        // another mailbox, do not wait.
        lock_mailbox(&tx, new.mailbox, LockType::NoKeyUpdate).await?;
        let key = (new.mailbox.0.to_vec(), new.id.0.to_vec());
        let stored = draft::Entity::find_by_id(key.clone())
            .lock_exclusive()
            .one(&tx)
            .await?;
        if let Some(stored) = &stored
            && number(stored.version) == new.replaces.saturating_add(1)
            && stored.sealed == new.sealed
            && stored.edited_by == new.edited_by.0
        {
            return Ok(());
        }
        if stored.as_ref().map_or(0, |it| number(it.version)) != new.replaces {
            return Err(Refusal::Conflict.into());
        }
        let row = draft::ActiveModel {
            mailbox: Set(key.0),
            id: Set(key.1),
            version: Set(int(new.replaces.saturating_add(1))),
            answers: Set(new.answers.map(|it| it.0.to_vec())),
            edited_by: Set(new.edited_by.0.to_vec()),
            edited_at: Set(ms(new.edited_at)),
            size: Set(i32::try_from(new.sealed.len()).unwrap_or(i32::MAX)),
            sealed: Set(new.sealed),
        };
        if stored.is_some() {
            draft::Entity::update(row).exec(&tx).await?;
        } else {
            if of_mailbox(new.mailbox).count(&tx).await? >= most {
                return Err(Refusal::Quota.into());
            }
            // A write that comes after the message was sent must not bring the draft back.
            let sent = message::Entity::find_by_id(new.id.0.to_vec())
                .count(&tx)
                .await?;
            if sent > 0 {
                return Err(Refusal::DuplicateId.into());
            }
            let inserted = draft::Entity::insert(row).exec_without_returning(&tx).await;
            if let Err(error) = inserted {
                return Err(match crate::StorageError::from(error) {
                    crate::StorageError::Refused(Refusal::DuplicateId) => Refusal::Conflict.into(),
                    other => other,
                });
            }
        }
        tx.commit().await?;
        Ok(())
    }

    /// One draft.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn find_draft(&self, mailbox: AccountId, draft: DraftId) -> Result<Option<Draft>> {
        let row: Option<Row> = rows(mailbox)
            .filter(draft::Column::Id.eq(draft.0.to_vec()))
            .into_model()
            .one(&self.db)
            .await?;
        row.map(Row::parse).transpose()
    }

    /// A page of drafts, last edited first. It ends early where the drafts are large.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn list_drafts(
        &self,
        mailbox: AccountId,
        before: Option<DraftKey>,
        limit: u16,
    ) -> Result<Page<Draft, DraftKey>> {
        let mut query = rows(mailbox);
        if let Some(key) = before {
            let at = ms(key.edited_at);
            query = query.filter(draft::Column::EditedAt.lte(at)).filter(
                Condition::any()
                    .add(draft::Column::EditedAt.lt(at))
                    .add(draft::Column::Id.lt(key.id.0.to_vec())),
            );
        }
        let sizes: Vec<i32> = query
            .clone()
            .select_only()
            .column(draft::Column::Size)
            .limit(u64::from(limit) + 1)
            .into_tuple()
            .all(&self.db)
            .await?;
        let mut bytes = 0;
        let fitting = sizes
            .iter()
            .take_while(|size| {
                bytes += u64::from(number(**size));
                bytes <= MAX_PAGE_BYTES
            })
            .count();
        let fitting = u16::try_from(fitting).unwrap_or(limit).clamp(1, limit);
        let rows: Vec<Row> = query
            .limit(u64::from(fitting) + 1)
            .into_model()
            .all(&self.db)
            .await?;
        let rows = rows
            .into_iter()
            .map(Row::parse)
            .collect::<Result<Vec<_>>>()?;
        Ok(Page::cut(rows, fitting, |row| DraftKey {
            edited_at: row.edited_at,
            id: row.id,
        }))
    }

    /// Drafts of the mailbox.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn count_drafts(&self, mailbox: AccountId) -> Result<u64> {
        Ok(of_mailbox(mailbox).count(&self.db).await?)
    }

    /// Forgets a draft.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn delete_draft(&self, mailbox: AccountId, draft: DraftId) -> Result<()> {
        draft::Entity::delete_by_id((mailbox.0.to_vec(), draft.0.to_vec()))
            .exec(&self.db)
            .await?;
        Ok(())
    }

    /// Messages of the mailbox that somebody other than `reader` has written an answer to since, with the address of who
    /// did so last.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn find_answering(
        &self,
        mailbox: AccountId,
        reader: AccountId,
        since: Timestamp,
    ) -> Result<HashMap<MessageId, String>> {
        let rows: Vec<(Vec<u8>, String)> = draft::Entity::find()
            .select_only()
            .column(draft::Column::Answers)
            .column(account::Column::Address)
            .join(JoinType::InnerJoin, draft::Relation::Editor.def())
            .filter(draft::Column::Mailbox.eq(mailbox.0.to_vec()))
            .filter(draft::Column::EditedAt.gt(ms(since)))
            .filter(draft::Column::EditedBy.ne(reader.0.to_vec()))
            .filter(draft::Column::Answers.is_not_null())
            .order_by_asc(draft::Column::EditedAt)
            .into_tuple()
            .all(&self.db)
            .await?;
        rows.into_iter()
            .map(|(message, address)| Ok((id(&message, "message id")?, address)))
            .collect()
    }
}

/// Deletes the draft that a message was, in the transaction that stores the message and holds the mailbox.
///
/// # Errors
///
/// `Conflict`: another version is stored than its sender saw, or none any more. Or the database fails.
pub(crate) async fn take(
    tx: &impl ConnectionTrait,
    mailbox: AccountId,
    seen: SeenDraft,
) -> Result<()> {
    let key = (mailbox.0.to_vec(), seen.id.0.to_vec());
    let as_seen = if seen.version == 0 {
        draft::Entity::find_by_id(key).count(tx).await? == 0
    } else {
        let taken = draft::Entity::delete_by_id(key)
            .filter(draft::Column::Version.eq(int(seen.version)))
            .exec(tx)
            .await?;
        taken.rows_affected == 1
    };
    if as_seen {
        Ok(())
    } else {
        Err(Refusal::Conflict.into())
    }
}
