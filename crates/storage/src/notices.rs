//! Short notices between the servers on one database.

use sea_orm::{ConnectionTrait as _, DbBackend, DbErr, Statement, sqlx::postgres::PgListener};

use crate::{Result, StorageError, Store};

const CHANNEL: &str = "zegel";

/// The notices of every server on the database.
#[derive(Debug)]
pub struct Notices(PgListener);

impl Store {
    /// Listens for notices from now on. None on SQLite, which only one server uses.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn listen(&self) -> Result<Option<Notices>> {
        if self.db.get_database_backend() != DbBackend::Postgres {
            return Ok(None);
        }
        let failed = |error: sea_orm::sqlx::Error| StorageError::Database(driver(error));
        let pool = self.db.get_postgres_connection_pool();
        let mut listener = PgListener::connect_with(pool).await.map_err(failed)?;
        listener.listen(CHANNEL).await.map_err(failed)?;
        Ok(Some(Notices(listener)))
    }

    /// Sends a notice, of fewer than 8000 bytes, to whoever listens.
    ///
    /// # Errors
    ///
    /// The database fails, or has no notices.
    pub async fn notify(&self, notice: &str) -> Result<()> {
        let statement = Statement::from_sql_and_values(
            DbBackend::Postgres,
            "SELECT pg_notify($1, $2)",
            [CHANNEL.into(), notice.into()],
        );
        self.db.query_one_raw(statement).await?;
        Ok(())
    }
}

impl Notices {
    /// The next notice. None where the connection was lost: there is a new one, and what was sent in between is lost.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn next(&mut self) -> Result<Option<String>> {
        let notice = self
            .0
            .try_recv()
            .await
            .map_err(|error| StorageError::Database(driver(error)))?;
        Ok(notice.map(|notice| notice.payload().to_owned()))
    }
}

fn driver(error: sea_orm::sqlx::Error) -> DbErr {
    DbErr::Conn(sea_orm::RuntimeErr::SqlxError(error.into()))
}
