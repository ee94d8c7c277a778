#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot go on says where it stopped"
)]

use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection, Statement, Value};
use sea_orm_migration::MigratorTrait as _;

use super::Migrator;

async fn insert(db: &DatabaseConnection, table: &str, row: Vec<(&str, Value)>) {
    let (columns, values): (Vec<&str>, Vec<Value>) = row.into_iter().unzip();
    let places = vec!["?"; columns.len()].join(", ");
    let sql = format!(
        "INSERT INTO {table} ({}) VALUES ({places})",
        columns.join(", ")
    );
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    db.execute_raw(statement).await.unwrap();
}

/// A mailbox key that was kept with the credentials is found where every generation is kept.
#[tokio::test]
async fn mailbox_keys_of_the_first_version_are_moved() {
    let db = Database::connect("sqlite::memory:").await.unwrap();
    Migrator::up(&db, Some(1)).await.unwrap();
    let id = || vec![7_u8; 16];
    let account = vec![
        ("id", id().into()),
        ("address", "ada@vandijk.example".into()),
        ("domain", "vandijk.example".into()),
        ("name", "Ada".into()),
        ("language", "en".into()),
        ("status", "active".into()),
        ("role", "free".into()),
        ("created_at", 1.into()),
        ("epoch", 1.into()),
        ("sequence", 1.into()),
        ("state", vec![1_u8].into()),
        ("state_hash", vec![2_u8; 32].into()),
        ("send_certificate", vec![3_u8].into()),
    ];
    insert(&db, "accounts", account).await;
    let credentials = vec![
        ("account", id().into()),
        ("password_record", vec![4_u8].into()),
        ("account_key_by_password", vec![5_u8].into()),
        ("account_key_by_recovery_code", vec![6_u8].into()),
        ("mailbox_key", b"mailbox key".to_vec().into()),
    ];
    insert(&db, "credentials", credentials).await;
    Migrator::up(&db, None).await.unwrap();
    let store = crate::Store { db };
    let account = zegel_protocol::AccountId([7; 16]);
    assert_eq!(
        store.find_mailbox_key(account).await.unwrap(),
        Some(b"mailbox key".to_vec())
    );
    assert!(store.find_credentials(account).await.unwrap().is_some());
    let row = store.find_account(account).await.unwrap().unwrap();
    assert_eq!(row.kind, crate::Kind::Person);
    assert_eq!(row.rotation_pending_since, None);
}
