//! What a mailbox had when its key was replaced: named by hashes, sealed by a client.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType,
    QueryFilter, QueryOrder, QuerySelect, RelationTrait, sea_query::OnConflict,
};
use zegel_protocol::{AccountId, Hash, MessageId};

use crate::{
    Page, Result, Store,
    entity::{copy, inventory, message},
    store::id,
};

#[derive(FromQueryResult)]
struct Row {
    message: Vec<u8>,
    hash: Vec<u8>,
}

impl Store {
    /// Hashes of the messages that a mailbox has list entries of, in the order of the messages' ids: at most `limit`,
    /// after the message `after`. Once or twice where it was sent to the mailbox itself.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn list_listed(
        &self,
        mailbox: AccountId,
        after: Option<MessageId>,
        limit: u16,
    ) -> Result<Page<Hash, MessageId>> {
        let mut query = copy::Entity::find()
            .select_only()
            .column(copy::Column::Message)
            .column(message::Column::Hash)
            .join(JoinType::InnerJoin, copy::Relation::Message.def())
            .filter(copy::Column::Account.eq(mailbox.0.to_vec()))
            .filter(copy::Column::ListEntry.is_not_null());
        if let Some(after) = after {
            query = query.filter(copy::Column::Message.gt(after.0.to_vec()));
        }
        let rows = query
            .order_by_asc(copy::Column::Message)
            .limit(u64::from(limit) + 1)
            .into_model::<Row>()
            .all(&self.db)
            .await?
            .into_iter()
            .map(|row| Ok((id(&row.message, "message id")?, id(&row.hash, "hash")?)))
            .collect::<Result<Vec<(MessageId, Hash)>>>()?;
        let page = Page::cut(rows, limit, |(message, _)| *message);
        Ok(Page {
            rows: page.rows.into_iter().map(|(_, hash)| hash).collect(),
            next: page.next,
        })
    }

    /// The inventory that was made with a mailbox's newest key; none where that is the first.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn find_inventory(&self, mailbox: AccountId) -> Result<Option<Vec<u8>>> {
        let row = inventory::Entity::find_by_id(mailbox.0.to_vec())
            .one(&self.db)
            .await?;
        Ok(row.map(|row| row.sealed))
    }
}

/// Puts an inventory in the place of the one before.
pub(crate) async fn put(
    db: &impl ConnectionTrait,
    mailbox: AccountId,
    sealed: Vec<u8>,
) -> Result<()> {
    let row = inventory::ActiveModel {
        account: Set(mailbox.0.to_vec()),
        sealed: Set(sealed),
    };
    let replace = OnConflict::column(inventory::Column::Account)
        .update_column(inventory::Column::Sealed)
        .to_owned();
    inventory::Entity::insert(row)
        .on_conflict(replace)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

pub(crate) async fn forget(db: &impl ConnectionTrait, mailbox: AccountId) -> Result<()> {
    inventory::Entity::delete_by_id(mailbox.0.to_vec())
        .exec(db)
        .await?;
    Ok(())
}
