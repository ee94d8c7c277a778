//! A sign-in is kept with the hash of the password record that it was begun with.

use sea_orm::{
    DbErr,
    sea_query::{Query, Table},
};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use super::blob_null;

pub(super) struct Logins;

impl MigrationName for Logins {
    fn name(&self) -> &'static str {
        "m0007_logins"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Logins {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let add = Table::alter()
            .table("logins")
            .add_column(blob_null("record"))
            .take();
        manager.alter_table(add).await?;
        // Those under way last two minutes, and nothing says what they were begun with.
        manager
            .execute(Query::delete().from_table("logins").to_owned())
            .await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
