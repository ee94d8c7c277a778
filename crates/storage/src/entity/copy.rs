//! One account's copy of a message: its stanza, where it lies, and how it is marked.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "copies")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account: Vec<u8>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub message: Vec<u8>,
    /// 1: received, 2: sent. Who writes to themselves has both.
    #[sea_orm(primary_key, auto_increment = false)]
    pub direction: i16,
    pub folder: i16,
    pub conversation: Vec<u8>,
    pub received_at: i64,
    pub read: bool,
    pub starred: bool,
    /// The sent copy of what the account received, too: listed among what was sent and nowhere else.
    pub twin: bool,
    pub answered_by: Option<Vec<u8>>,
    pub answered_at: Option<i64>,
    pub stanza_index: i16,
    /// Empty once the message is gone.
    pub stanza: Vec<u8>,
    pub list_entry: Option<Vec<u8>>,
    /// The segment of the account's search index that names it. A twin is named with its other copy.
    pub search_segment: Option<Vec<u8>>,
    /// No segment names it, and one should: it is no twin, and not gone.
    pub unindexed: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::message::Entity",
        from = "Column::Message",
        to = "super::message::Column::Id"
    )]
    Message,
    #[sea_orm(
        belongs_to = "super::account::Entity",
        from = "Column::AnsweredBy",
        to = "super::account::Column::Id"
    )]
    Answerer,
}

impl Related<super::message::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Message.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
