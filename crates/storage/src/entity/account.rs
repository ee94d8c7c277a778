//! Accounts, with the newest of their statements.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "accounts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Vec<u8>,
    pub address: String,
    /// The address's domain, indexed: a free account is found by it.
    pub domain: String,
    pub name: String,
    pub language: String,
    /// `person` or `functional`.
    pub kind: String,
    /// `active`, `suspended` or `deleted`.
    pub status: String,
    /// `free`, `member` or `administrator`.
    pub role: String,
    pub organisation: Option<Vec<u8>>,
    pub joined_at: Option<i64>,
    pub created_at: i64,
    pub last_sign_in_at: Option<i64>,
    /// Last "Not now" to the adoption at hand.
    pub deferred_at: Option<i64>,
    pub epoch: i32,
    pub sequence: i32,
    /// Newest signed `AccountState`.
    pub state: Vec<u8>,
    pub state_hash: Vec<u8>,
    pub send_certificate: Vec<u8>,
    /// Since when somebody's access has ended without a new mailbox key.
    pub rotation_pending_since: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
