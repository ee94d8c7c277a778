//! The server's half of sign-ins that are under way, so that any server can finish them.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "logins")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Vec<u8>,
    /// None for an unknown address, whose sign-in can only fail.
    pub account: Option<Vec<u8>>,
    /// SHA-256 of the account's OPAQUE record at that time.
    pub record: Option<Vec<u8>>,
    pub state: Vec<u8>,
    pub expires_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
