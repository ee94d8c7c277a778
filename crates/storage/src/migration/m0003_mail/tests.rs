//! Mail that an older server stored is there afterwards.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection, Statement, Value};
use sea_orm_migration::MigratorTrait as _;
use zegel_protocol::{AccountId, ConversationId, Hash, MessageId, Timestamp};

use crate::{Folder, List, Store, migration::Migrator};

const NOW: Timestamp = Timestamp(1000);

async fn run<const N: usize>(db: &DatabaseConnection, sql: &str, values: [Value; N]) {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    db.execute_raw(statement).await.unwrap();
}

async fn insert_account(db: &DatabaseConnection, id: u8) {
    let sql = "INSERT INTO accounts (id, address, domain, name, language, status, role, created_at, epoch, sequence, \
               state, state_hash, send_certificate) \
               VALUES ($1, $2, 'a.example', 'Ada', 'en', 'active', 'free', 1, 1, 1, $3, $3, $3)";
    let address = format!("{id}@a.example");
    let values = [vec![id; 16].into(), address.into(), vec![id; 32].into()];
    run(db, sql, values).await;
}

async fn insert_message(db: &DatabaseConnection, id: u8, counter: i64) {
    let sql = "INSERT INTO messages (id, sender, conversation, chain, counter, hash, signed, summary, body, size, \
               received_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 60, 500)";
    let values = [
        vec![id; 16].into(),
        vec![1_u8; 16].into(),
        vec![9_u8; 16].into(),
        vec![7_u8; 32].into(),
        counter.into(),
        vec![id; 32].into(),
        b"signed".to_vec().into(),
        b"summary".to_vec().into(),
        b"body".to_vec().into(),
    ];
    run(db, sql, values).await;
}

async fn insert_copy(db: &DatabaseConnection, account: u8, message: u8, folder: i16) {
    let sql = "INSERT INTO copies (account, message, folder, received_at, read, stanza, stanza_index, list_entry) \
               VALUES ($1, $2, $3, 500, $4, $5, $6, $7)";
    let values = [
        vec![account; 16].into(),
        vec![message; 16].into(),
        folder.into(),
        (folder == 2).into(),
        b"stanza".to_vec().into(),
        (folder - 1).into(),
        b"entry".to_vec().into(),
    ];
    run(db, sql, values).await;
}

async fn mail_moves_along(db: DatabaseConnection) {
    Migrator::up(&db, Some(1)).await.unwrap();
    insert_account(&db, 1).await;
    insert_account(&db, 2).await;
    // Two of one chain from the first account to the second; the later one is to the sender, too.
    for (message, counter) in [(10, 1), (11, 2)] {
        insert_message(&db, message, counter).await;
        insert_copy(&db, 2, message, 1).await;
        insert_copy(&db, 1, message, 2).await;
    }
    insert_copy(&db, 1, 11, 1).await;
    Migrator::up(&db, None).await.unwrap();

    let store = Store { db };
    let (ada, bob) = (AccountId([1; 16]), AccountId([2; 16]));
    let list = async |account, folder| {
        let list = List::Folder(folder);
        let page = store
            .list_messages(account, list, false, None, 9, NOW)
            .await;
        page.unwrap().rows
    };
    let inbox = list(bob, Folder::Inbox).await;
    let ids: Vec<_> = inbox.iter().map(|row| row.id).collect();
    assert_eq!(ids, [MessageId([11; 16]), MessageId([10; 16])]);
    let row = &inbox[1];
    assert_eq!(
        (row.hash, row.conversation, row.size_bytes),
        (Hash([10; 32]), ConversationId([9; 16]), 60)
    );
    assert_eq!(row.list_entry.as_deref(), Some(b"entry".as_slice()));
    assert!(!row.read && !row.starred && !row.gone);
    assert_eq!(list(ada, Folder::Sent).await.len(), 2);
    assert_eq!(list(ada, Folder::Inbox).await.len(), 1);
    let conversation = store
        .list_conversation(ada, ConversationId([9; 16]), None, 9, NOW)
        .await
        .unwrap();
    assert_eq!(conversation.len(), 2, "the note to oneself once");
    let index = store.find_search_index(ada, NOW).await.unwrap();
    assert_eq!(index.unindexed, 2, "to be searched once, too");
    let found = store.find_message(bob, MessageId([10; 16]), NOW).await;
    let message = found.unwrap().unwrap().unwrap();
    assert_eq!(
        (message.signed, message.summary, message.body),
        (b"signed".to_vec(), b"summary".to_vec(), b"body".to_vec())
    );
    let head = store.find_chain_head(ada, Hash([7; 32])).await.unwrap();
    let head = head.unwrap();
    assert_eq!((head.counter, head.hash), (2, Hash([11; 32])));
    store.close().await.unwrap();
}

#[tokio::test]
async fn mail_moves_along_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("zegel.db");
    let url = format!("sqlite://{}?mode=rwc", file.display());
    mail_moves_along(Database::connect(url).await.unwrap()).await;
}

/// In a schema of its own, where there is a PostgreSQL for tests.
#[tokio::test]
async fn mail_moves_along_on_postgres() {
    let Ok(url) = std::env::var("ZEGEL_TEST_POSTGRES") else {
        return;
    };
    let db = Database::connect(&url).await.unwrap();
    let schema = format!("migration{}", std::process::id());
    db.execute_unprepared(&format!("CREATE SCHEMA {schema}"))
        .await
        .unwrap();
    let separator = if url.contains('?') { '&' } else { '?' };
    let inside = format!("{url}{separator}options[search_path]={schema}");
    mail_moves_along(Database::connect(inside).await.unwrap()).await;
    db.execute_unprepared(&format!("DROP SCHEMA {schema} CASCADE"))
        .await
        .unwrap();
}
