//! Sealed segments of the search indexes of mailboxes. Which messages each names is noted with the copies.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "search_segments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Vec<u8>,
    pub mailbox: Vec<u8>,
    pub stored_at: i64,
    pub size: i32,
    /// Messages that it names, those that are gone among them.
    pub documents: i32,
    pub sealed: Vec<u8>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
