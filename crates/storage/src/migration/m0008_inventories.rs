//! With a mailbox's newest key goes what the mailbox had when that was made.

use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait, schema::blob};

use super::{refers, table};

pub(super) struct Inventories;

impl MigrationName for Inventories {
    fn name(&self) -> &'static str {
        "m0008_inventories"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Inventories {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let inventories = table("inventories")
            .col(blob("account").primary_key())
            .col(blob("sealed"))
            .foreign_key(&mut refers("inventories", "account", "accounts"))
            .take();
        manager.create_table(inventories).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
