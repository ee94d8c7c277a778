//! Account keys re-encrypted to the organisation's recovery key, one an epoch.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "escrows")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation: Vec<u8>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub account: Vec<u8>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub epoch: i32,
    pub hash: Vec<u8>,
    pub created_at: i64,
    /// An administrator's client opened it and recomputed the identity key.
    pub checked_at: Option<i64>,
    pub failed_at: Option<i64>,
    /// The grant.
    pub escrow: Vec<u8>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
