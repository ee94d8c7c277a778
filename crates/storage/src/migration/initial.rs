//! Accounts, organisations, messages, and what the server needs for itself.

use sea_orm::{
    DbErr,
    sea_query::{ForeignKey, ForeignKeyAction, IndexCreateStatement, TableCreateStatement},
};
use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager, async_trait,
    schema::{
        big_integer, big_integer_null, blob, boolean, integer, small_integer, text, text_null,
    },
};

use super::{blob_null, index, key, refers, table};

pub(super) struct Initial;

impl MigrationName for Initial {
    fn name(&self) -> &'static str {
        "m0001_initial"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Initial {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in accounts()
            .into_iter()
            .chain(organisations())
            .chain(messages())
            .chain(server())
        {
            manager.create_table(table).await?;
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

fn accounts() -> Vec<TableCreateStatement> {
    vec![
        table("organisations")
            .col(blob("id").primary_key())
            .col(integer("version"))
            .col(blob("manifest_hash"))
            .col(big_integer("issued_at"))
            .col(big_integer("created_at"))
            .take(),
        table("accounts")
            .col(blob("id").primary_key())
            .col(text("address").unique_key())
            .col(text("domain"))
            .col(text("name"))
            .col(text("language"))
            .col(text("status"))
            .col(text("role"))
            .col(blob_null("organisation"))
            .col(big_integer_null("joined_at"))
            .col(big_integer("created_at"))
            .col(big_integer_null("last_sign_in_at"))
            .col(big_integer_null("deferred_at"))
            .col(integer("epoch"))
            .col(integer("sequence"))
            .col(blob("state"))
            .col(blob("state_hash"))
            .col(blob("send_certificate"))
            .foreign_key(
                ForeignKey::create()
                    .from("accounts", "organisation")
                    .to("organisations", "id")
                    .on_delete(ForeignKeyAction::Restrict),
            )
            .take(),
        table("credentials")
            .col(blob("account").primary_key())
            .col(blob("password_record"))
            .col(blob("account_key_by_password"))
            .col(blob("account_key_by_recovery_code"))
            .col(blob("mailbox_key"))
            .col(blob_null("recovery_seed"))
            .foreign_key(&mut refers("credentials", "account", "accounts"))
            .take(),
        table("account_states")
            .col(blob("account"))
            .col(integer("sequence"))
            .col(blob("hash"))
            .col(integer("epoch"))
            .col(blob("statement"))
            .primary_key(&mut key(&["account", "sequence"]))
            .foreign_key(&mut refers("account_states", "account", "accounts"))
            .take(),
        table("sessions")
            .col(blob("token_hash").primary_key())
            .col(blob("account"))
            .col(big_integer("created_at"))
            .col(big_integer("authenticated_at"))
            .col(big_integer("expires_at"))
            .col(boolean("deferred"))
            .foreign_key(&mut refers("sessions", "account", "accounts"))
            .take(),
        table("logins")
            .col(blob("id").primary_key())
            .col(blob_null("account"))
            .col(blob("state"))
            .col(big_integer("expires_at"))
            .take(),
        table("sign_ups")
            .col(text("address").primary_key())
            .col(blob("code_hash"))
            .col(integer("tries_left"))
            .col(big_integer("code_expires_at"))
            .col(blob_null("ticket_hash").unique_key())
            .col(big_integer_null("ticket_expires_at"))
            .col(blob_null("account"))
            .take(),
        table("pins")
            .col(blob("account").primary_key())
            .col(integer("version"))
            .col(blob("sealed"))
            .foreign_key(&mut refers("pins", "account", "accounts"))
            .take(),
    ]
}

fn organisations() -> Vec<TableCreateStatement> {
    vec![
        table("manifests")
            .col(blob("organisation"))
            .col(integer("version"))
            .col(blob("hash"))
            .col(blob("statement"))
            .primary_key(&mut key(&["organisation", "version"]))
            .foreign_key(&mut refers("manifests", "organisation", "organisations"))
            .take(),
        table("domains")
            .col(blob("organisation"))
            .col(text("name"))
            .col(text_null("held").unique_key())
            .col(boolean("pending"))
            .col(boolean("adopting"))
            .col(integer("epoch"))
            .col(text_null("mailbox"))
            .col(blob("nonce"))
            .col(blob_null("code_hash"))
            .col(integer("tries_left"))
            .col(big_integer_null("code_expires_at"))
            .col(big_integer_null("proved_at"))
            .col(big_integer_null("checked_at"))
            .primary_key(&mut key(&["organisation", "name"]))
            .foreign_key(&mut refers("domains", "organisation", "organisations"))
            .take(),
        table("certificates")
            .col(blob("organisation"))
            .col(blob("account"))
            .col(integer("epoch"))
            .col(big_integer("issued_at"))
            .col(big_integer("expires_at"))
            .col(blob("statement"))
            .primary_key(&mut key(&["organisation", "account"]))
            .foreign_key(&mut refers("certificates", "organisation", "organisations"))
            .foreign_key(&mut refers("certificates", "account", "accounts"))
            .take(),
        table("escrows")
            .col(blob("organisation"))
            .col(blob("account"))
            .col(integer("epoch"))
            .col(blob("hash"))
            .col(big_integer("created_at"))
            .col(big_integer_null("checked_at"))
            .col(big_integer_null("failed_at"))
            .col(blob("escrow"))
            .primary_key(&mut key(&["organisation", "account", "epoch"]))
            .foreign_key(&mut refers("escrows", "organisation", "organisations"))
            .foreign_key(&mut refers("escrows", "account", "accounts"))
            .take(),
        table("audit_events")
            .col(big_integer("id").primary_key().auto_increment())
            .col(blob("organisation"))
            .col(big_integer("at"))
            .col(text("category"))
            .col(text("actor"))
            .col(text("target"))
            .col(text("details"))
            .col(text("network_address"))
            .foreign_key(&mut refers("audit_events", "organisation", "organisations"))
            .take(),
    ]
}

fn messages() -> Vec<TableCreateStatement> {
    vec![
        table("messages")
            .col(blob("id").primary_key())
            .col(blob("sender"))
            .col(blob("conversation"))
            .col(blob("chain"))
            .col(big_integer("counter"))
            .col(blob("hash"))
            .col(blob("signed"))
            .col(blob("summary"))
            .col(blob("body"))
            .col(integer("size"))
            .col(big_integer("received_at"))
            .take(),
        table("copies")
            .col(blob("account"))
            .col(blob("message"))
            .col(small_integer("folder"))
            .col(big_integer("received_at"))
            .col(boolean("read"))
            .col(blob("stanza"))
            .col(small_integer("stanza_index"))
            .col(blob_null("list_entry"))
            .primary_key(&mut key(&["account", "message", "folder"]))
            .foreign_key(&mut refers("copies", "account", "accounts"))
            .foreign_key(&mut refers("copies", "message", "messages"))
            .take(),
    ]
}

fn server() -> Vec<TableCreateStatement> {
    vec![
        table("mails")
            .col(big_integer("id").primary_key().auto_increment())
            .col(text("recipient"))
            .col(text("subject"))
            .col(text("text"))
            .col(text("html"))
            .col(integer("tries"))
            .col(big_integer("next_try_at"))
            .col(big_integer("created_at"))
            .take(),
        table("settings")
            .col(text("name").primary_key())
            .col(blob("value"))
            .take(),
    ]
}

/// One for each list, each look-up that is not by primary key, and each clean-up.
fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index(
            "accounts_by_domain",
            "accounts",
            &["domain", "organisation", "address"],
        ),
        index(
            "accounts_by_organisation",
            "accounts",
            &["organisation", "address"],
        ),
        index(
            "accounts_by_organisation_id",
            "accounts",
            &["organisation", "id"],
        ),
        index("sessions_by_account", "sessions", &["account"]),
        index("sessions_by_end", "sessions", &["expires_at"]),
        index("logins_by_end", "logins", &["expires_at"]),
        index("sign_ups_by_end", "sign_ups", &["code_expires_at"]),
        index("certificates_by_account", "certificates", &["account"]),
        index("escrows_by_account", "escrows", &["account"]),
        index("messages_by_chain", "messages", &["chain", "counter"])
            .unique()
            .take(),
        index(
            "copies_by_folder",
            "copies",
            &["account", "folder", "received_at", "message"],
        ),
        index("copies_unread", "copies", &["account", "folder", "read"]),
        index("copies_by_message", "copies", &["message"]),
        index(
            "audit_events_by_organisation",
            "audit_events",
            &["organisation", "id"],
        ),
        index(
            "audit_events_by_category",
            "audit_events",
            &["organisation", "category", "id"],
        ),
        index("mails_by_time", "mails", &["next_try_at"]),
    ]
}
