//! Who read a message in a mailbox that several people read.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "readings")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub mailbox: Vec<u8>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub message: Vec<u8>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub reader: Vec<u8>,
    /// The first time.
    pub at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::account::Entity",
        from = "Column::Reader",
        to = "super::account::Column::Id"
    )]
    Reader,
}

impl ActiveModelBehavior for ActiveModel {}
