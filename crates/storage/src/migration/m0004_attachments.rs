//! Attachments: what is stored of each, and which messages name it.

use sea_orm::{
    DbErr,
    sea_query::{ForeignKey, ForeignKeyAction, TableCreateStatement},
};
use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager, async_trait,
    schema::{big_integer, blob, boolean, integer, small_integer},
};

use super::{index, key, refers, table};

pub(super) struct Attachments;

impl MigrationName for Attachments {
    fn name(&self) -> &'static str {
        "m0004_attachments"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Attachments {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            manager.create_table(table).await?;
        }
        for index in [
            index(
                "attachments_by_mailbox",
                "attachments",
                &["mailbox", "state"],
            ),
            index(
                "attachments_by_state",
                "attachments",
                &["state", "touched_at"],
            ),
            index(
                "message_attachments_by_attachment",
                "message_attachments",
                &["attachment"],
            ),
        ] {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn tables() -> Vec<TableCreateStatement> {
    vec![
        // The mailbox is no foreign key: what it sent stays with those who got it.
        table("attachments")
            .col(blob("id").primary_key())
            .col(blob("mailbox"))
            .col(big_integer("sealed_bytes"))
            .col(integer("parts"))
            .col(boolean("complete"))
            .col(small_integer("state"))
            .col(big_integer("touched_at"))
            .take(),
        table("attachment_parts")
            .col(blob("attachment"))
            .col(integer("part"))
            .primary_key(&mut key(&["attachment", "part"]))
            .foreign_key(&mut refers("attachment_parts", "attachment", "attachments"))
            .take(),
        table("message_attachments")
            .col(blob("message"))
            .col(blob("attachment"))
            .primary_key(&mut key(&["message", "attachment"]))
            .foreign_key(&mut refers("message_attachments", "message", "messages"))
            .foreign_key(
                ForeignKey::create()
                    .from("message_attachments", "attachment")
                    .to("attachments", "id")
                    .on_delete(ForeignKeyAction::Restrict),
            )
            .take(),
    ]
}
