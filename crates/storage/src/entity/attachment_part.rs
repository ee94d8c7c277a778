//! The parts of an attachment that are stored.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attachment_parts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub attachment: Vec<u8>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub part: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
