//! Sealed drafts.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "drafts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub mailbox: Vec<u8>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Vec<u8>,
    pub version: i32,
    /// The message that it answers.
    pub answers: Option<Vec<u8>>,
    pub edited_by: Vec<u8>,
    pub edited_at: i64,
    pub size: i32,
    pub sealed: Vec<u8>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::account::Entity",
        from = "Column::EditedBy",
        to = "super::account::Column::Id"
    )]
    Editor,
}

impl ActiveModelBehavior for ActiveModel {}
