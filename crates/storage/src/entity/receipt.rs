//! Recipients who told the sender that they read a message.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "receipts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub message: Vec<u8>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub mailbox: Vec<u8>,
    pub at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::account::Entity",
        from = "Column::Mailbox",
        to = "super::account::Column::Id"
    )]
    Mailbox,
}

impl ActiveModelBehavior for ActiveModel {}
