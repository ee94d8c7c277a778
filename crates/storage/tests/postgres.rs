//! The conformance suite on PostgreSQL, each test in a schema of its own in the database at `ZEGEL_TEST_POSTGRES`.

mod conformance;

use std::sync::atomic::{AtomicU32, Ordering};

use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection};
use zegel_storage::Store;

use conformance::{all_tests, conformance};

struct Fixture {
    store: Store,
    database: DatabaseConnection,
    schema: String,
}

impl Fixture {
    async fn close(self) {
        self.store.close().await.unwrap();
        let drop = format!("DROP SCHEMA {} CASCADE", self.schema);
        self.database.execute_unprepared(&drop).await.unwrap();
    }
}

async fn fixture(name: &str) -> Fixture {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let url = std::env::var("ZEGEL_TEST_POSTGRES").expect(
        "ZEGEL_TEST_POSTGRES is not set: it names the PostgreSQL database that the conformance suite runs in, such as \
         postgres://user@localhost/test; `cargo xtask test` starts one",
    );
    let database = Database::connect(&url)
        .await
        .expect("connecting to ZEGEL_TEST_POSTGRES");
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    let name: String = name.chars().take(40).collect();
    let schema = format!("t{}_{number}_{name}", std::process::id());
    database
        .execute_unprepared(&format!("CREATE SCHEMA {schema}"))
        .await
        .unwrap();
    let separator = if url.contains('?') { '&' } else { '?' };
    let url = format!("{url}{separator}options[search_path]={schema}");
    // Two servers that start at the same time: one makes the schema, the other finds it.
    let (store, other) = tokio::join!(Store::open(&url), Store::open(&url));
    other.unwrap().close().await.unwrap();
    Fixture {
        store: store.unwrap(),
        database,
        schema,
    }
}

all_tests!();
