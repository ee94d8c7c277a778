//! Messages: signed headers and sealed blobs.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "messages")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Vec<u8>,
    pub sender: Vec<u8>,
    pub conversation: Vec<u8>,
    /// Hash of conversation, sender and recipients.
    pub chain: Vec<u8>,
    /// Place in the chain, unique in it; an unsigned number of which the bits are kept.
    pub counter: i64,
    pub hash: Vec<u8>,
    pub signed: Vec<u8>,
    pub summary: Vec<u8>,
    pub body: Vec<u8>,
    pub size: i32,
    pub received_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
