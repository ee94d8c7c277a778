//! Messages: what lists and chains need to know of them. Their content is in a table of its own.

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
    /// Place in the chain; an unsigned number of which the bits are kept.
    pub counter: i64,
    pub hash: Vec<u8>,
    pub size: i32,
    pub received_at: i64,
    /// None where it does not expire, and once it has.
    pub expires_at: Option<i64>,
    /// When it was revoked or its time was over: its content is deleted.
    pub gone_at: Option<i64>,
    /// The signed revocation.
    pub revocation: Option<Vec<u8>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
