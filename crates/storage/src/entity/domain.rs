//! An organisation's domains, from the claim on.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "domains")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation: Vec<u8>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// The name while the manifest holds the domain. Unique, so that no two organisations hold one.
    pub held: Option<String>,
    /// A claim is begun and not signed.
    pub pending: bool,
    pub adopting: bool,
    /// Epoch in the manifest, or that of the last release; 0 before the first claim.
    pub epoch: i32,
    /// Where the code goes; none for a claim by TXT record.
    pub mailbox: Option<String>,
    pub nonce: Vec<u8>,
    pub code_hash: Option<Vec<u8>>,
    pub tries_left: i32,
    pub code_expires_at: Option<i64>,
    pub proved_at: Option<i64>,
    pub checked_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
