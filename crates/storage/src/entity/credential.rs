//! What only its owner's browser can use: the password record and the sealed keys.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "credentials")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account: Vec<u8>,
    /// OPAQUE `RegistrationRecord`.
    pub password_record: Vec<u8>,
    pub account_key_by_password: Vec<u8>,
    pub account_key_by_recovery_code: Vec<u8>,
    pub recovery_seed: Option<Vec<u8>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
