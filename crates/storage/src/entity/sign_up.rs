//! Addresses that are being verified.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_ups")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub address: String,
    pub code_hash: Vec<u8>,
    pub tries_left: i32,
    pub code_expires_at: i64,
    pub ticket_hash: Option<Vec<u8>>,
    pub ticket_expires_at: Option<i64>,
    /// Chosen by the client at the registration.
    pub account: Option<Vec<u8>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
