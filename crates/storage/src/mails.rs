use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Expr,
};
use zegel_protocol::Timestamp;

use crate::{
    Result, Store,
    entity::mail,
    store::{int, ms, number},
};

/// A mail that is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMail {
    /// Address of who gets it.
    pub recipient: String,
    /// Subject.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// A mail in the queue, leased to who took it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuedMail {
    /// Identifies it in the queue.
    pub id: i64,
    /// Tries so far, the one that the lease is for included.
    pub tries: u32,
    /// The mail.
    pub mail: NewMail,
}

impl Store {
    /// Queues a mail.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn queue_mail(&self, new: NewMail, now: Timestamp) -> Result<()> {
        insert(&self.db, new, now).await
    }

    /// Takes up to `limit` mails that are due. They are due again at `lease_until`, unless they are
    /// [deleted](Self::delete_mail) or [put back](Self::retry_mail) before: another server does not send them meanwhile.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn take_mails(
        &self,
        now: Timestamp,
        lease_until: Timestamp,
        limit: u16,
    ) -> Result<Vec<QueuedMail>> {
        let due = mail::Entity::find()
            .filter(mail::Column::NextTryAt.lte(ms(now)))
            .order_by_asc(mail::Column::NextTryAt)
            .order_by_asc(mail::Column::Id)
            .limit(u64::from(limit))
            .all(&self.db)
            .await?;
        let mut taken = Vec::with_capacity(due.len());
        for row in due {
            let leased = mail::Entity::update_many()
                .col_expr(mail::Column::NextTryAt, Expr::value(ms(lease_until)))
                .col_expr(mail::Column::Tries, Expr::value(row.tries + 1))
                .filter(mail::Column::Id.eq(row.id))
                .filter(mail::Column::Tries.eq(row.tries))
                .exec(&self.db)
                .await?;
            if leased.rows_affected == 1 {
                taken.push(QueuedMail {
                    id: row.id,
                    tries: number(row.tries) + 1,
                    mail: NewMail {
                        recipient: row.recipient,
                        subject: row.subject,
                        text: row.text,
                        html: row.html,
                    },
                });
            }
        }
        Ok(taken)
    }

    /// Takes a mail out of the queue: it was sent, or cannot be.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn delete_mail(&self, id: i64) -> Result<()> {
        mail::Entity::delete_by_id(id).exec(&self.db).await?;
        Ok(())
    }

    /// Puts a mail back for a later try.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn retry_mail(&self, id: i64, at: Timestamp) -> Result<()> {
        mail::Entity::update_many()
            .col_expr(mail::Column::NextTryAt, Expr::value(ms(at)))
            .filter(mail::Column::Id.eq(id))
            .exec(&self.db)
            .await?;
        Ok(())
    }
}

pub(crate) async fn insert(db: &impl ConnectionTrait, new: NewMail, now: Timestamp) -> Result<()> {
    let row = mail::ActiveModel {
        recipient: Set(new.recipient),
        subject: Set(new.subject),
        text: Set(new.text),
        html: Set(new.html),
        tries: Set(int(0)),
        next_try_at: Set(ms(now)),
        created_at: Set(ms(now)),
        ..Default::default()
    };
    mail::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}
