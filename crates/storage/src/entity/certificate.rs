//! The newest key certificate of each member.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "certificates")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation: Vec<u8>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub account: Vec<u8>,
    pub epoch: i32,
    pub issued_at: i64,
    pub expires_at: i64,
    pub statement: Vec<u8>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
