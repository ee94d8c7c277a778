use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use zegel_protocol::AccountId;

use crate::{
    Refusal, Result, Store,
    entity::pins,
    store::{int, number},
};

/// Sealed pins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pins {
    /// Counts the writes.
    pub version: u32,
    /// Sealed under the keyring key.
    pub sealed: Vec<u8>,
}

impl Store {
    /// The account's pins, where it has any yet.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn find_pins(&self, account: AccountId) -> Result<Option<Pins>> {
        let row = pins::Entity::find_by_id(account.0.to_vec())
            .one(&self.db)
            .await?;
        Ok(row.map(|row| Pins {
            version: number(row.version),
            sealed: row.sealed,
        }))
    }

    /// Replaces the pins of version `replaces`, 0 for the first.
    ///
    /// # Errors
    ///
    /// `Conflict`: another version is stored. Or the database fails.
    pub async fn replace_pins(
        &self,
        account: AccountId,
        replaces: u32,
        sealed: Vec<u8>,
    ) -> Result<()> {
        replace(&self.db, account, replaces, sealed).await
    }
}

pub(crate) async fn replace(
    db: &impl ConnectionTrait,
    account: AccountId,
    replaces: u32,
    sealed: Vec<u8>,
) -> Result<()> {
    let version = replaces.checked_add(1).ok_or(Refusal::Conflict)?;
    let changed = if replaces == 0 {
        let row = pins::ActiveModel {
            account: Set(account.0.to_vec()),
            version: Set(int(version)),
            sealed: Set(sealed),
        };
        pins::Entity::insert(row)
            .on_conflict(
                OnConflict::column(pins::Column::Account)
                    .do_nothing()
                    .to_owned(),
            )
            .exec_without_returning(db)
            .await?
    } else {
        pins::Entity::update_many()
            .col_expr(pins::Column::Version, Expr::value(int(version)))
            .col_expr(pins::Column::Sealed, Expr::value(sealed))
            .filter(pins::Column::Account.eq(account.0.to_vec()))
            .filter(pins::Column::Version.eq(int(replaces)))
            .exec(db)
            .await?
            .rows_affected
    };
    if changed == 1 {
        Ok(())
    } else {
        Err(Refusal::Conflict.into())
    }
}
