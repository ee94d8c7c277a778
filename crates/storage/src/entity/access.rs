//! Who may act as an account besides its owner. A row whose access has ended stays while the newest roster names it.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account: Vec<u8>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub member: Vec<u8>,
    /// `member` or `delegate`.
    pub role: String,
    pub visible: bool,
    pub send_key: Vec<u8>,
    /// Mailbox grant of the newest generation.
    pub grant: Vec<u8>,
    pub send_certificate: Vec<u8>,
    pub granted_at: i64,
    pub ended_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::account::Entity",
        from = "Column::Account",
        to = "super::account::Column::Id"
    )]
    Account,
    #[sea_orm(
        belongs_to = "super::account::Entity",
        from = "Column::Member",
        to = "super::account::Column::Id"
    )]
    Member,
}

impl Related<super::account::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Account.def()
    }
}

/// From a row to the account that has access, where [`Related`] leads to the one acted as.
pub(crate) struct ToMember;

impl Linked for ToMember {
    type FromEntity = Entity;
    type ToEntity = super::account::Entity;

    fn link(&self) -> Vec<sea_orm::RelationDef> {
        vec![Relation::Member.def()]
    }
}

impl ActiveModelBehavior for ActiveModel {}
