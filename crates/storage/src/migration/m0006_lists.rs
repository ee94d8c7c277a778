//! Lists are counted, and jumped through, by an index alone: it holds all that decides what is in a list.

use sea_orm::{DbErr, sea_query::Index};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use super::index;

pub(super) struct Lists;

impl MigrationName for Lists {
    fn name(&self) -> &'static str {
        "m0006_lists"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Lists {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["copies_by_folder", "copies_starred"] {
            manager
                .drop_index(Index::drop().name(name).table("copies").to_owned())
                .await?;
        }
        for index in [
            index(
                "copies_by_folder",
                "copies",
                &["account", "folder", "received_at", "message", "twin"],
            ),
            index(
                "copies_starred",
                "copies",
                &[
                    "account",
                    "starred",
                    "received_at",
                    "message",
                    "folder",
                    "twin",
                    "read",
                ],
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
