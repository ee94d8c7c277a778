//! What is known of attachments; their bytes are in [`Blobs`](crate::Blobs).

use std::collections::BTreeSet;

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, UpdateMany,
    sea_query::{Expr, ExprTrait as _, OnConflict, Query, SelectStatement},
};
use zegel_protocol::{AccountId, AttachmentId, MessageId, Timestamp};

use crate::{
    Blobs, Refusal, Result, Store,
    entity::{attachment, attachment_part, copy, message, message_attachment},
    messages,
    store::{id, int, ms, number},
};

/// No message names it yet.
const UNLINKED: i16 = 1;
/// At least one message did.
const LINKED: i16 = 2;
/// Its bytes are being deleted: it is there for nobody.
const DOOMED: i16 = 3;

/// Unfinished uploads of a mailbox.
const MAX_UNFINISHED: u64 = 20;
/// Uploads of a mailbox that no message names, the finished ones of drafts included.
const MAX_UNLINKED: u64 = 500;
/// How long an upload may rest before it is forgotten, in milliseconds.
const UNFINISHED_MS: u64 = 24 * 60 * 60 * 1000;
/// How long a finished one, which a draft may name, may rest.
const UNLINKED_MS: u64 = 30 * 24 * 60 * 60 * 1000;
/// How long the bytes stay after the last message that names them is gone: longer than any
/// transaction that could name them again.
const ORPHANED_MS: u64 = 60 * 60 * 1000;
/// How long the row of an upload that is given up stays, in milliseconds. Any part of it has to be stored, or refused,
/// sooner: so its bytes are known until the last of them is stored.
pub const DOOMED_MS: u64 = 15 * 60 * 1000;
/// Attachments deleted in one go.
const SWEEP: u64 = 100;

/// An upload that begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewUpload {
    /// Identifies it.
    pub attachment: AttachmentId,
    /// The mailbox that uploads it.
    pub mailbox: AccountId,
    /// Bytes of all parts together.
    pub sealed_bytes: u64,
    /// Number of parts.
    pub parts: u32,
}

/// How far an upload is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Bytes of all parts together.
    pub sealed_bytes: u64,
    /// Number of parts.
    pub parts: u32,
    /// Parts stored, ascending.
    pub stored: Vec<u32>,
}

/// What a reader finds in the place of an attachment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readable {
    /// It can be read: number of parts.
    Parts(u32),
    /// Its message was revoked or has expired.
    Gone,
}

impl Store {
    /// Begins an upload, or finds it as it was left.
    ///
    /// # Errors
    ///
    /// `DuplicateId`: the id is in use for something else. `Quota`: too many uploads that no message names.
    /// Or the database fails.
    pub async fn start_upload(&self, new: NewUpload, now: Timestamp) -> Result<Upload> {
        let tx = self.begin().await?;
        let found = attachment::Entity::find_by_id(new.attachment.0.to_vec())
            .one(&tx)
            .await?;
        match found {
            Some(row) => {
                let same = row.mailbox == new.mailbox.0
                    && row.state == UNLINKED
                    && row.sealed_bytes == new.sealed_bytes.cast_signed();
                if !same {
                    return Err(Refusal::DuplicateId.into());
                }
            }
            None => {
                let own = unlinked_of(new.mailbox);
                let unfinished = own
                    .clone()
                    .filter(attachment::Column::Complete.eq(false))
                    .count(&tx)
                    .await?;
                if unfinished >= MAX_UNFINISHED || own.count(&tx).await? >= MAX_UNLINKED {
                    return Err(Refusal::Quota.into());
                }
                let row = attachment::ActiveModel {
                    id: Set(new.attachment.0.to_vec()),
                    mailbox: Set(new.mailbox.0.to_vec()),
                    sealed_bytes: Set(new.sealed_bytes.cast_signed()),
                    parts: Set(int(new.parts)),
                    complete: Set(false),
                    state: Set(UNLINKED),
                    touched_at: Set(ms(now)),
                };
                attachment::Entity::insert(row)
                    .exec_without_returning(&tx)
                    .await?;
            }
        }
        touch(&tx, new.mailbox, new.attachment, now).await?;
        let upload = upload_of(&tx, new.mailbox, new.attachment)
            .await?
            .ok_or(Refusal::Conflict)?;
        tx.commit().await?;
        Ok(upload)
    }

    /// How far an upload of the mailbox is. Asking for it keeps it.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn find_upload(
        &self,
        mailbox: AccountId,
        attachment: AttachmentId,
        now: Timestamp,
    ) -> Result<Option<Upload>> {
        touch(&self.db, mailbox, attachment, now).await?;
        upload_of(&self.db, mailbox, attachment).await
    }

    /// Notes that a part is stored.
    ///
    /// # Errors
    ///
    /// `Conflict`: no such upload (any more), a message names it already. Or the database fails.
    pub async fn note_part(
        &self,
        mailbox: AccountId,
        attachment: AttachmentId,
        part: u32,
        now: Timestamp,
    ) -> Result<()> {
        let tx = self.begin().await?;
        // First, because it locks the row: whoever links or deletes it at the same time waits.
        if touch(&tx, mailbox, attachment, now).await? == 0 {
            return Err(Refusal::Conflict.into());
        }
        let row = attachment_part::ActiveModel {
            attachment: Set(attachment.0.to_vec()),
            part: Set(int(part)),
        };
        attachment_part::Entity::insert(row)
            .on_conflict(
                OnConflict::columns([
                    attachment_part::Column::Attachment,
                    attachment_part::Column::Part,
                ])
                .do_nothing()
                .to_owned(),
            )
            .exec_without_returning(&tx)
            .await?;
        let stored = attachment_part::Entity::find()
            .filter(attachment_part::Column::Attachment.eq(attachment.0.to_vec()))
            .count(&tx)
            .await?;
        attachment::Entity::update_many()
            .col_expr(attachment::Column::Complete, Expr::value(true))
            .filter(attachment::Column::Id.eq(attachment.0.to_vec()))
            .filter(attachment::Column::Parts.eq(i32::try_from(stored).unwrap_or(i32::MAX)))
            .exec(&tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Gives an upload up that is not finished; false where there is none. Its bytes go with the next
    /// [`Self::sweep_attachments`] a while later. A finished one stays until it rests: more than one draft may name it,
    /// and only those who can open them know.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn cancel_upload(
        &self,
        mailbox: AccountId,
        attachment: AttachmentId,
        now: Timestamp,
    ) -> Result<bool> {
        let changed = attachment::Entity::update_many()
            .col_expr(attachment::Column::State, Expr::value(DOOMED))
            .col_expr(attachment::Column::TouchedAt, Expr::value(ms(now)))
            .filter(attachment::Column::Id.eq(attachment.0.to_vec()))
            .filter(attachment::Column::Mailbox.eq(mailbox.0.to_vec()))
            .filter(attachment::Column::State.eq(UNLINKED))
            .filter(attachment::Column::Complete.eq(false))
            .exec(&self.db)
            .await?;
        Ok(changed.rows_affected == 1)
    }

    /// Whether the mailbox may read an attachment of a message; none where it has no such message, or that
    /// names no such attachment.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn find_attachment(
        &self,
        mailbox: AccountId,
        message: MessageId,
        attachment: AttachmentId,
        now: Timestamp,
    ) -> Result<Option<Readable>> {
        let copy = copy::Entity::find()
            .filter(copy::Column::Account.eq(mailbox.0.to_vec()))
            .filter(copy::Column::Message.eq(message.0.to_vec()))
            .find_also_related(message::Entity)
            .one(&self.db)
            .await?;
        let Some((_, Some(message))) = copy else {
            return Ok(None);
        };
        let over = message.expires_at.is_some_and(|at| at <= ms(now));
        if message.gone_at.is_some() || over {
            return Ok(Some(Readable::Gone));
        }
        let link = message_attachment::Entity::find_by_id((message.id, attachment.0.to_vec()))
            .find_also_related(attachment::Entity)
            .one(&self.db)
            .await?;
        let attachment = link.and_then(|(_, attachment)| attachment);
        Ok(attachment.map(|row| Readable::Parts(number(row.parts))))
    }

    /// Deletes the bytes of uploads that nobody went on with, and of attachments that no message names any
    /// more, a while after they were given up; how many attachments there were.
    ///
    /// # Errors
    ///
    /// The database or the blob store fails. What can be deleted is; the rest is tried again by the next call.
    pub async fn sweep_attachments(&self, blobs: &Blobs, now: Timestamp) -> Result<u64> {
        dooming(now).exec(&self.db).await?;
        let (mut swept, mut failed, mut after) = (0, None, Vec::new());
        loop {
            let doomed: Vec<Vec<u8>> = attachment::Entity::find()
                .select_only()
                .column(attachment::Column::Id)
                .filter(attachment::Column::State.eq(DOOMED))
                .filter(attachment::Column::TouchedAt.lte(before(now, DOOMED_MS)))
                .filter(attachment::Column::Id.gt(after.clone()))
                .order_by_asc(attachment::Column::Id)
                .limit(SWEEP)
                .into_tuple()
                .all(&self.db)
                .await?;
            let Some(last) = doomed.last() else {
                return failed.map_or(Ok(swept), Err);
            };
            after.clone_from(last);
            for bytes in doomed {
                // One that cannot be deleted does not keep the others.
                if let Err(error) = blobs.remove(id(&bytes, "attachment")?).await {
                    tracing::warn!(%error, "the bytes of an attachment were not deleted");
                    failed = Some(error);
                    continue;
                }
                attachment::Entity::delete_by_id(bytes)
                    .filter(attachment::Column::State.eq(DOOMED))
                    .exec(&self.db)
                    .await?;
                swept += 1;
            }
        }
    }
}

/// So many milliseconds before `now`, as the databases keep it.
fn before(now: Timestamp, age_ms: u64) -> i64 {
    ms(Timestamp(now.0.saturating_sub(age_ms)))
}

/// Gives up what rests, and what no message names any more. Each condition is on `touched_at` too: who names an
/// attachment sets that, so that a sweep that waited for them sees that its row changed.
fn dooming(now: Timestamp) -> UpdateMany<attachment::Entity> {
    let rests = attachment::Column::State.eq(UNLINKED).and(
        attachment::Column::Complete
            .eq(false)
            .and(attachment::Column::TouchedAt.lt(before(now, UNFINISHED_MS)))
            .or(attachment::Column::TouchedAt.lt(before(now, UNLINKED_MS))),
    );
    let orphaned = attachment::Column::State
        .eq(LINKED)
        .and(attachment::Column::TouchedAt.lt(before(now, ORPHANED_MS)))
        .and(Expr::not_exists(naming()));
    attachment::Entity::update_many()
        .col_expr(attachment::Column::State, Expr::value(DOOMED))
        .col_expr(attachment::Column::TouchedAt, Expr::value(ms(now)))
        .filter(rests.or(orphaned))
}

/// Which messages name the attachment of the row at hand.
fn naming() -> SelectStatement {
    Query::select()
        .column(message_attachment::Column::Message)
        .from(message_attachment::Entity)
        .and_where(
            Expr::col((
                message_attachment::Entity,
                message_attachment::Column::Attachment,
            ))
            .equals((attachment::Entity, attachment::Column::Id)),
        )
        .take()
}

/// Has a message of the mailbox name an attachment, where it may: one row, or none. The databases go from the
/// attachment to the few messages that name it, each of which is looked up by its key.
fn linking(
    mailbox: AccountId,
    attachment: AttachmentId,
    now: Timestamp,
) -> UpdateMany<attachment::Entity> {
    let naming_message = || {
        Expr::col((
            message_attachment::Entity,
            message_attachment::Column::Message,
        ))
    };
    let copies = Query::select()
        .column(copy::Column::Message)
        .from(copy::Entity)
        .and_where(copy::Column::Account.eq(mailbox.0.to_vec()))
        .and_where(naming_message().equals((copy::Entity, copy::Column::Message)))
        .take();
    let there = Query::select()
        .column(message::Column::Id)
        .from(message::Entity)
        .and_where(naming_message().equals((message::Entity, message::Column::Id)))
        .cond_where(messages::not_gone(now))
        .take();
    let had = naming()
        .and_where(Expr::exists(copies))
        .and_where(Expr::exists(there))
        .take();
    let own = attachment::Column::Mailbox
        .eq(mailbox.0.to_vec())
        .and(attachment::Column::State.eq(UNLINKED))
        .and(attachment::Column::Complete.eq(true));
    let forwarded = attachment::Column::State.eq(LINKED).and(Expr::exists(had));
    attachment::Entity::update_many()
        .col_expr(attachment::Column::State, Expr::value(LINKED))
        .col_expr(attachment::Column::TouchedAt, Expr::value(ms(now)))
        .filter(attachment::Column::Id.eq(attachment.0.to_vec()))
        .filter(own.or(forwarded))
}

/// Lets the readers of a new message fetch `attachments`, in the transaction that stores it. Each is a finished
/// upload of the sending mailbox, or an attachment of a message that it has and that is not gone: that is forwarding.
///
/// # Errors
///
/// `NotFound`: one is neither. Or the database fails.
pub(crate) async fn link(
    tx: &DatabaseTransaction,
    mailbox: AccountId,
    message: MessageId,
    attachments: &[AttachmentId],
    now: Timestamp,
) -> Result<()> {
    // In one order everywhere: two messages cannot wait for each other.
    let attachments: BTreeSet<AttachmentId> = attachments.iter().copied().collect();
    for attachment in attachments {
        let found = linking(mailbox, attachment, now).exec(tx).await?;
        if found.rows_affected != 1 {
            return Err(Refusal::NotFound.into());
        }
        let row = message_attachment::ActiveModel {
            message: Set(message.0.to_vec()),
            attachment: Set(attachment.0.to_vec()),
        };
        message_attachment::Entity::insert(row)
            .on_conflict(
                OnConflict::columns([
                    message_attachment::Column::Message,
                    message_attachment::Column::Attachment,
                ])
                .do_nothing()
                .to_owned(),
            )
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

/// Ends that messages name attachments, in the transaction that deletes their content: bytes that no other message
/// names go with the next sweep.
///
/// # Errors
///
/// The database fails.
pub(crate) async fn unlink(
    tx: &DatabaseTransaction,
    messages: impl IntoIterator<Item = Vec<u8>>,
) -> Result<()> {
    message_attachment::Entity::delete_many()
        .filter(message_attachment::Column::Message.is_in(messages))
        .exec(tx)
        .await?;
    Ok(())
}

fn unlinked_of(mailbox: AccountId) -> sea_orm::Select<attachment::Entity> {
    attachment::Entity::find()
        .filter(attachment::Column::Mailbox.eq(mailbox.0.to_vec()))
        .filter(attachment::Column::State.eq(UNLINKED))
}

/// Keeps an upload from being swept; the number of rows, 0 or 1.
async fn touch(
    db: &impl ConnectionTrait,
    mailbox: AccountId,
    attachment: AttachmentId,
    now: Timestamp,
) -> Result<u64> {
    let changed = attachment::Entity::update_many()
        .col_expr(attachment::Column::TouchedAt, Expr::value(ms(now)))
        .filter(attachment::Column::Id.eq(attachment.0.to_vec()))
        .filter(attachment::Column::Mailbox.eq(mailbox.0.to_vec()))
        .filter(attachment::Column::State.eq(UNLINKED))
        .exec(db)
        .await?;
    Ok(changed.rows_affected)
}

async fn upload_of(
    db: &impl ConnectionTrait,
    mailbox: AccountId,
    attachment: AttachmentId,
) -> Result<Option<Upload>> {
    let row = unlinked_of(mailbox)
        .filter(attachment::Column::Id.eq(attachment.0.to_vec()))
        .one(db)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let stored: Vec<i32> = attachment_part::Entity::find()
        .select_only()
        .column(attachment_part::Column::Part)
        .filter(attachment_part::Column::Attachment.eq(row.id))
        .order_by_asc(attachment_part::Column::Part)
        .into_tuple()
        .all(db)
        .await?;
    Ok(Some(Upload {
        sealed_bytes: row.sealed_bytes.cast_unsigned(),
        parts: number(row.parts),
        stored: stored.into_iter().map(number).collect(),
    }))
}

#[cfg(test)]
mod tests;
