//! Search: sealed segments of an index, and which segment names a copy.

use sea_orm::{
    ConnectionTrait as _, DbErr,
    sea_query::{ColumnDef, ConditionalStatement as _, Expr, ExprTrait as _, Table},
};
use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager, async_trait,
    schema::{big_integer, blob, boolean, integer},
};

use super::{blob_null, index, refers, table};

pub(super) struct Search;

impl MigrationName for Search {
    fn name(&self) -> &'static str {
        "m0005_search"
    }
}

/// Twins and what is gone: the stanza of that is empty.
const NEVER_INDEXED: &str = "UPDATE copies SET unindexed = FALSE WHERE twin OR length(stanza) = 0";

#[async_trait::async_trait]
impl MigrationTrait for Search {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let segments = table("search_segments")
            .col(blob("id").primary_key())
            .col(blob("mailbox"))
            .col(big_integer("stored_at"))
            .col(integer("size"))
            .col(integer("documents"))
            .col(blob("sealed"))
            .foreign_key(&mut refers("search_segments", "mailbox", "accounts"))
            .take();
        manager.create_table(segments).await?;
        for column in [
            blob_null("search_segment"),
            boolean("unindexed").default(true).take(),
        ] {
            manager.alter_table(add("copies", column)).await?;
        }
        manager
            .get_connection()
            .execute_unprepared(NEVER_INDEXED)
            .await?;
        for index in [
            index(
                "search_segments_by_mailbox",
                "search_segments",
                &["mailbox", "stored_at", "id", "size", "documents"],
            ),
            // As large as what is to be done. The last column makes counting read nothing else.
            index(
                "copies_unindexed",
                "copies",
                &["account", "received_at", "message", "unindexed"],
            )
            .cond_where(Expr::col("unindexed"))
            .take(),
            index(
                "copies_by_segment",
                "copies",
                &["account", "search_segment", "message"],
            )
            .cond_where(Expr::col("search_segment").is_not_null())
            .take(),
        ] {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn add(table: &'static str, mut column: ColumnDef) -> sea_orm::sea_query::TableAlterStatement {
    Table::alter().table(table).add_column(&mut column).take()
}
