use std::collections::{BTreeSet, HashMap};

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use zegel_protocol::AccountId;

use crate::{Result, Store, entity::account_state};

impl Store {
    /// The signed states around each change of epoch of these accounts, ascending: the last of one epoch and the first of
    /// the next. Accounts without any are left out.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn find_key_changes(
        &self,
        accounts: &[AccountId],
    ) -> Result<HashMap<AccountId, Vec<Vec<u8>>>> {
        let mut changes = HashMap::new();
        // Changes of epoch are rare, and so are accounts that have any: one by one.
        for account in accounts {
            let firsts: Vec<(i32, i32)> = account_state::Entity::find()
                .select_only()
                .column(account_state::Column::Epoch)
                .column_as(account_state::Column::Sequence.min(), "first")
                .filter(account_state::Column::Account.eq(account.0.to_vec()))
                .filter(account_state::Column::Epoch.gt(1))
                .group_by(account_state::Column::Epoch)
                .into_tuple()
                .all(&self.db)
                .await?;
            let around: BTreeSet<i32> = firsts
                .into_iter()
                .flat_map(|(_, first)| [first - 1, first])
                .collect();
            if around.is_empty() {
                continue;
            }
            let rows = account_state::Entity::find()
                .filter(account_state::Column::Account.eq(account.0.to_vec()))
                .filter(account_state::Column::Sequence.is_in(around))
                .order_by_asc(account_state::Column::Sequence)
                .all(&self.db)
                .await?;
            changes.insert(
                *account,
                rows.into_iter().map(|row| row.statement).collect(),
            );
        }
        Ok(changes)
    }
}
