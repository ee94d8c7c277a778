//! Mail: copies that can be moved, starred and answered, contents apart from what lists need, heads of chains,
//! readers, receipts and drafts.

use sea_orm::{
    ConnectionTrait as _, DbErr,
    sea_query::{ColumnDef, Index, IndexCreateStatement, Table, TableCreateStatement},
};
use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager, async_trait,
    schema::{big_integer, big_integer_null, blob, boolean, integer, small_integer},
};

use super::{blob_null, index, key, refers, table};

pub(super) struct Mail;

impl MigrationName for Mail {
    fn name(&self) -> &'static str {
        "m0003_mail"
    }
}

/// What a list needs is not read through a megabyte of body.
const CONTENTS: &str = "INSERT INTO contents (message, signed, summary, body) \
     SELECT id, signed, summary, body FROM messages";
const CHAINS: &str = "INSERT INTO chains (chain, sender, counter, hash) \
     SELECT chain, sender, counter, hash FROM messages AS newest WHERE NOT EXISTS \
     (SELECT 1 FROM messages AS newer WHERE newer.chain = newest.chain AND newer.counter > newest.counter)";
/// The folders before were the two directions.
const COPIES: &str = "INSERT INTO copies (account, message, direction, folder, conversation, received_at, read, starred, \
     twin, answered_by, answered_at, stanza_index, stanza, list_entry) \
     SELECT own.account, own.message, own.folder, own.folder, messages.conversation, own.received_at, own.read, FALSE, \
     own.folder = 2 AND EXISTS (SELECT 1 FROM copies_before AS other WHERE other.account = own.account \
     AND other.message = own.message AND other.folder = 1), \
     NULL, NULL, own.stanza_index, own.stanza, own.list_entry \
     FROM copies_before AS own JOIN messages ON messages.id = own.message";

#[async_trait::async_trait]
impl MigrationTrait for Mail {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        for (name, on) in [
            ("copies_by_folder", "copies"),
            ("copies_unread", "copies"),
            ("copies_by_message", "copies"),
            ("messages_by_chain", "messages"),
        ] {
            manager
                .drop_index(Index::drop().name(name).table(on).to_owned())
                .await?;
        }
        // The primary key changes, which SQLite does only with a new table.
        let rename = Table::rename().table("copies", "copies_before").take();
        manager.rename_table(rename).await?;
        for table in tables() {
            manager.create_table(table).await?;
        }
        for statement in [CONTENTS, CHAINS, COPIES] {
            db.execute_unprepared(statement).await?;
        }
        manager
            .drop_table(Table::drop().table("copies_before").take())
            .await?;
        for column in [
            big_integer_null("expires_at").take(),
            big_integer_null("gone_at").take(),
            blob_null("revocation"),
        ] {
            manager.alter_table(add("messages", column)).await?;
        }
        for column in ["signed", "summary", "body"] {
            let drop = Table::alter().table("messages").drop_column(column).take();
            manager.alter_table(drop).await?;
        }
        for index in indexes() {
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

fn tables() -> Vec<TableCreateStatement> {
    vec![
        table("contents")
            .col(blob("message").primary_key())
            .col(blob("signed"))
            .col(blob("summary"))
            .col(blob("body"))
            .foreign_key(&mut refers("contents", "message", "messages"))
            .take(),
        table("chains")
            .col(blob("chain").primary_key())
            .col(blob("sender"))
            .col(big_integer("counter"))
            .col(blob("hash"))
            .take(),
        // What is long comes last: SQLite reads a row from its start.
        table("copies")
            .col(blob("account"))
            .col(blob("message"))
            .col(small_integer("direction"))
            .col(small_integer("folder"))
            .col(blob("conversation"))
            .col(big_integer("received_at"))
            .col(boolean("read"))
            .col(boolean("starred"))
            .col(boolean("twin"))
            .col(blob_null("answered_by"))
            .col(big_integer_null("answered_at"))
            .col(small_integer("stanza_index"))
            .col(blob("stanza"))
            .col(blob_null("list_entry"))
            .primary_key(&mut key(&["account", "message", "direction"]))
            .foreign_key(&mut refers("copies", "account", "accounts"))
            .foreign_key(&mut refers("copies", "message", "messages"))
            .take(),
        table("readings")
            .col(blob("mailbox"))
            .col(blob("message"))
            .col(blob("reader"))
            .col(big_integer("at"))
            .primary_key(&mut key(&["mailbox", "message", "reader"]))
            .foreign_key(&mut refers("readings", "mailbox", "accounts"))
            .foreign_key(&mut refers("readings", "message", "messages"))
            .foreign_key(&mut refers("readings", "reader", "accounts"))
            .take(),
        table("receipts")
            .col(blob("message"))
            .col(blob("mailbox"))
            .col(big_integer("at"))
            .primary_key(&mut key(&["message", "mailbox"]))
            .foreign_key(&mut refers("receipts", "message", "messages"))
            .foreign_key(&mut refers("receipts", "mailbox", "accounts"))
            .take(),
        table("drafts")
            .col(blob("mailbox"))
            .col(blob("id"))
            .col(integer("version"))
            .col(blob_null("answers"))
            .col(blob("edited_by"))
            .col(big_integer("edited_at"))
            .col(integer("size"))
            .col(blob("sealed"))
            .primary_key(&mut key(&["mailbox", "id"]))
            .foreign_key(&mut refers("drafts", "mailbox", "accounts"))
            .foreign_key(&mut refers("drafts", "edited_by", "accounts"))
            .take(),
    ]
}

/// One for each list, each look-up that is not by primary key, and each clean-up.
fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index(
            "copies_by_folder",
            "copies",
            &["account", "folder", "received_at", "message"],
        ),
        index(
            "copies_unread",
            "copies",
            &["account", "folder", "read", "received_at", "message"],
        ),
        index(
            "copies_starred",
            "copies",
            &["account", "starred", "received_at", "message"],
        ),
        index(
            "copies_by_conversation",
            "copies",
            &["account", "conversation", "received_at", "message"],
        ),
        index("copies_by_message", "copies", &["message"]),
        index("messages_by_end", "messages", &["expires_at"]),
        // What is deleted with a message is found without reading all of it.
        index("readings_by_message", "readings", &["message"]),
        index("drafts_by_time", "drafts", &["mailbox", "edited_at", "id"]),
    ]
}

#[cfg(test)]
mod tests;
