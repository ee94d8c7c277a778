//! Accounts that others may act as: kinds of account, rosters, access, and mailbox keys of every generation.

use sea_orm::{
    ConnectionTrait as _, DbErr,
    sea_query::{ColumnDef, Table, TableCreateStatement},
};
use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager, async_trait,
    schema::{big_integer, big_integer_null, blob, boolean, integer, text},
};

use super::{blob_null, index, key, refers, table};

pub(super) struct Access;

impl MigrationName for Access {
    fn name(&self) -> &'static str {
        "m0002_access"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Access {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            manager.create_table(table).await?;
        }
        // SQLite adds one column at a time.
        for column in [
            text("kind").default("person").take(),
            big_integer_null("rotation_pending_since").take(),
        ] {
            manager.alter_table(add("accounts", column)).await?;
        }
        for index in [
            index("access_by_member", "access", &["member", "account"]),
            index(
                "accounts_by_organisation_kind",
                "accounts",
                &["organisation", "kind", "address"],
            ),
        ] {
            manager.create_index(index).await?;
        }
        // No mailbox key was ever replaced before this version.
        manager
            .get_connection()
            .execute_unprepared(
                "INSERT INTO mailbox_keys (account, generation, by_account, by_next) \
                 SELECT account, 1, mailbox_key, NULL FROM credentials",
            )
            .await?;
        let drop = Table::alter()
            .table("credentials")
            .drop_column("mailbox_key")
            .take();
        manager.alter_table(drop).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn add(table: &'static str, mut column: ColumnDef) -> sea_orm::sea_query::TableAlterStatement {
    Table::alter().table(table).add_column(&mut column).take()
}

fn tables() -> Vec<TableCreateStatement> {
    vec![
        table("rosters")
            .col(blob("account"))
            .col(integer("version"))
            .col(blob("hash"))
            .col(blob("statement"))
            .primary_key(&mut key(&["account", "version"]))
            .foreign_key(&mut refers("rosters", "account", "accounts"))
            .take(),
        table("access")
            .col(blob("account"))
            .col(blob("member"))
            .col(text("role"))
            .col(boolean("visible"))
            .col(blob("send_key"))
            .col(blob("grant"))
            .col(blob("send_certificate"))
            .col(big_integer("granted_at"))
            .col(big_integer_null("ended_at"))
            .primary_key(&mut key(&["account", "member"]))
            .foreign_key(&mut refers("access", "account", "accounts"))
            .foreign_key(&mut refers("access", "member", "accounts"))
            .take(),
        table("mailbox_keys")
            .col(blob("account"))
            .col(integer("generation"))
            .col(blob_null("by_account"))
            .col(blob_null("by_next"))
            .primary_key(&mut key(&["account", "generation"]))
            .foreign_key(&mut refers("mailbox_keys", "account", "accounts"))
            .take(),
    ]
}
