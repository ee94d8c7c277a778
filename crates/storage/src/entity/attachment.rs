//! Attachments: how much is stored of each, and in which state it is. The bytes are elsewhere.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attachments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Vec<u8>,
    /// The mailbox that uploaded it.
    pub mailbox: Vec<u8>,
    pub sealed_bytes: i64,
    /// Parts that it has when it is complete.
    pub parts: i32,
    pub complete: bool,
    /// 1: no message names it yet. 2: at least one did. 3: its bytes are being deleted.
    pub state: i16,
    /// When it was last asked for by who uploads it, named by a message, or given up.
    pub touched_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
