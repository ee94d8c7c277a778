use std::time::Duration;

use sea_orm::{
    ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, DatabaseTransaction,
    DbBackend, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;
use zegel_protocol::Timestamp;

use crate::{Result, StorageError, migration::Migrator};

/// The database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) db: DatabaseConnection,
}

impl Store {
    /// Connects and brings the schema up to date. `url` is `sqlite://PATH?mode=rwc` or `postgres://…`.
    ///
    /// # Errors
    ///
    /// The database cannot be reached or opened, or a migration fails.
    pub async fn open(url: &str) -> Result<Self> {
        let mut options = ConnectOptions::new(url);
        options
            .max_connections(16)
            .min_connections(1)
            .acquire_timeout(Duration::from_secs(10))
            // Statements carry no values, but they are noise below a fault.
            .sqlx_logging(false)
            .map_sqlx_sqlite_opts(|options| {
                use sea_orm::sqlx::sqlite::SqliteJournalMode;
                options
                    .journal_mode(SqliteJournalMode::Wal)
                    .foreign_keys(true)
                    .busy_timeout(Duration::from_secs(10))
                    // A replaced password record or a mailed code is gone from the file, too.
                    .pragma("secure_delete", "ON")
            });
        let store = Self {
            db: Database::connect(options).await?,
        };
        store.migrate().await?;
        Ok(store)
    }

    /// Brings the schema up to date, one server at a time where several start at once.
    async fn migrate(&self) -> Result<()> {
        let tx = self.begin().await?;
        if tx.get_database_backend() == DbBackend::Postgres {
            tx.execute_unprepared("SELECT pg_advisory_xact_lock(8821033017434229863)")
                .await?;
        }
        Migrator::up(&tx, None).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    ///
    /// It does not answer.
    pub async fn ping(&self) -> Result<()> {
        self.db.ping().await.map_err(StorageError::Database)
    }

    /// Closes every connection after what is under way.
    ///
    /// # Errors
    ///
    /// The database failed while closing.
    pub async fn close(self) -> Result<()> {
        self.db.close().await.map_err(StorageError::Database)
    }

    /// A transaction that may write. On SQLite it takes the write lock at once: a read that is upgraded later
    /// could fail with "locked" in the middle.
    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(self.db.begin_with_options(options).await?)
    }
}

/// Milliseconds as the databases keep them.
pub(crate) fn ms(time: Timestamp) -> i64 {
    i64::try_from(time.0).unwrap_or(i64::MAX)
}

pub(crate) fn time(ms: i64) -> Timestamp {
    Timestamp(u64::try_from(ms).unwrap_or_default())
}

/// A count or version as the databases keep it. Those above 2³¹ are refused by the protocol's limits long before.
pub(crate) fn int(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

pub(crate) fn number(int: i32) -> u32 {
    u32::try_from(int).unwrap_or_default()
}

/// The id, hash or key in `bytes`.
pub(crate) fn id<T>(bytes: &[u8], what: &'static str) -> Result<T>
where
    for<'a> T: TryFrom<&'a [u8]>,
{
    T::try_from(bytes).map_err(|_| StorageError::Malformed(what))
}

/// The address or domain in `text`.
pub(crate) fn parse<T: std::str::FromStr>(text: &str, what: &'static str) -> Result<T> {
    text.parse().map_err(|_| StorageError::Malformed(what))
}

/// A page of a keyset-paged list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T, K> {
    /// The rows.
    pub rows: Vec<T>,
    /// Key of the last row where there are more.
    pub next: Option<K>,
}

impl<T, K> Page<T, K> {
    /// From up to `limit + 1` rows: the one too many says that there are more.
    pub(crate) fn cut(mut rows: Vec<T>, limit: u16, key: impl Fn(&T) -> K) -> Self {
        let more = rows.len() > usize::from(limit);
        rows.truncate(usize::from(limit));
        let next = if more { rows.last().map(key) } else { None };
        Self { rows, next }
    }
}
