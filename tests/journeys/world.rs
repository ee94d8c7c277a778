//! A whole Zegel for one journey: server, mail server, name server, resolvers, browsers.

use std::{
    fs::{self, File},
    path::PathBuf,
    sync::{
        Arc, Mutex as SyncMutex, OnceLock, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};

use anyhow::{Context as _, Result, ensure};
use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection, QueryResult};
use tempfile::TempDir;
use tokio::sync::{Mutex, MutexGuard};
use zegel_protocol::Timestamp;
use zegel_server::{Clock, Config, Rates, Running, Smtp as MailServer, SmtpTls, SystemClock};
use zegel_tests::{
    browser::{Browser, Browsers},
    dns::Dns,
    doh::Doh,
    scan::Scan,
    smtp::Smtp,
};
use zegel_xtask::programs;

/// Milliseconds of a day.
pub(crate) const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// The machine's clock, moved by hand: back as well, so that something can have happened long ago.
#[derive(Clone, Debug, Default)]
pub(crate) struct MovedClock(Arc<AtomicI64>);

impl MovedClock {
    /// Sets it that much after (or before) the machine's.
    pub(crate) fn set_ms(&self, after: i64) {
        self.0.store(after, Ordering::Relaxed);
    }

    fn moved(&self) -> Timestamp {
        let now = SystemClock.now();
        Timestamp(now.0.saturating_add_signed(self.0.load(Ordering::Relaxed)))
    }
}

impl Clock for MovedClock {
    fn now(&self) -> Timestamp {
        self.moved()
    }
}

impl zegel_client::Clock for MovedClock {
    fn now(&self) -> Timestamp {
        self.moved()
    }
}

/// Journeys take turns: the app's resolvers are compiled in, and so are their ports.
static TURN: Mutex<()> = Mutex::const_new(());

/// Everything that one journey needs, of its own.
pub(crate) struct World {
    pub(crate) clock: MovedClock,
    pub(crate) smtp: Smtp,
    pub(crate) dns: Dns,
    pub(crate) url: String,
    browsers: Browsers,
    secrets: SyncMutex<Vec<(String, String)>>,
    server: Running,
    data: TempDir,
    _resolvers: [Doh; 2],
    _turn: MutexGuard<'static, ()>,
}

impl World {
    /// Starts it with an empty database.
    pub(crate) async fn start() -> Result<Self> {
        let turn = TURN.lock().await;
        let web = programs::journey_dist();
        ensure!(
            web.join("index.html").is_file(),
            "the web build is missing; `cargo xtask journey NAME` makes it"
        );
        log_to_file()?;
        let data = tempfile::Builder::new().prefix("zegel-data-").tempdir()?;
        let smtp = Smtp::start()?;
        let dns = Dns::start().await?;
        let resolvers = Doh::start_compiled_in([dns.address(); 2]).await?;
        let clock = MovedClock::default();
        let config = Config {
            web: Some(web),
            smtp: Some(MailServer {
                host: smtp.address().ip().to_string(),
                port: smtp.address().port(),
                tls: SmtpTls::None,
                credentials: None,
            }),
            dns_server: Some(dns.address()),
            doh_origins: resolvers.iter().map(Doh::origin).collect(),
            rates: Rates::OFF,
            ..Config::local(data.path())
        };
        let server = Running::start(config, clock.clone()).await?;
        Ok(Self {
            url: format!("http://localhost:{}", server.address().port()),
            browsers: Browsers::start()?,
            secrets: SyncMutex::default(),
            clock,
            smtp,
            dns,
            server,
            data,
            _resolvers: resolvers,
            _turn: turn,
        })
    }

    /// A browser for a person.
    pub(crate) async fn open(&self, person: &str) -> Result<Browser> {
        self.browsers.open(person, &self.url).await
    }

    /// Names what the server must never hold.
    pub(crate) fn secret(&self, name: &str, secret: &str) {
        let mut secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        secrets.push((name.to_owned(), secret.to_owned()));
    }

    /// The code in the next mail to that address.
    pub(crate) async fn mailed_code(&self, address: &str) -> Result<String> {
        let mail = self.smtp.next(address).await?;
        code_in(&mail.text).with_context(|| format!("no code in the mail {:?}", mail.text))
    }

    /// The rows that a question to the server's database gives.
    pub(crate) async fn rows(&self, sql: &str) -> Result<Vec<QueryResult>> {
        let db = self.database().await?;
        let rows = db.query_all_raw(sea_orm::Statement::from_string(
            db.get_database_backend(),
            sql,
        ));
        let rows = rows.await?;
        db.close().await?;
        Ok(rows)
    }

    /// How many rows a table has.
    pub(crate) async fn count(&self, table: &str) -> Result<i64> {
        let rows = self.rows(&format!("SELECT COUNT(*) AS n FROM {table}")).await?;
        Ok(rows.first().context("no count")?.try_get("", "n")?)
    }

    /// Ends the journey: nothing that the server wrote or mailed holds one of the secrets that were
    /// named, and the search finds them where they are.
    pub(crate) async fn end(self) -> Result<()> {
        // Mails as they were sent, beside the database, its log and the server's log.
        let mails = self.data.path().join("mails");
        fs::create_dir_all(&mails)?;
        for (number, mail) in self.smtp.all()?.into_iter().enumerate() {
            fs::write(mails.join(number.to_string()), mail.raw)?;
        }
        fs::copy(log_file(), self.data.path().join("server.log"))?;
        ensure!(
            self.data.path().join("zegel.db-wal").is_file(),
            "the database's write-ahead log is not where it was looked for"
        );
        let secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let scan = secrets.iter().fold(Scan::default(), |scan, (name, secret)| scan.text(name, secret));
        let found = scan.run_proven(&[self.data.path()])?;
        ensure!(found.is_empty(), "the server holds what it must not: {found:#?}");
        self.server.stop().await
    }

    async fn database(&self) -> Result<DatabaseConnection> {
        let file = self.data.path().join("zegel.db");
        Ok(Database::connect(format!("sqlite://{}?mode=ro", file.display())).await?)
    }
}

/// The first number of at least six digits, however it is grouped.
fn code_in(text: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let line = line.trim();
        let digits: String = line.chars().filter(char::is_ascii_digit).collect();
        let only = line.chars().all(|c| c.is_ascii_digit() || c == ' ');
        (only && digits.len() >= 6).then_some(digits)
    })
}

fn log_file() -> PathBuf {
    programs::root().join("target/journeys/server.log")
}

/// Everything that the server would log at its most talkative.
fn log_to_file() -> Result<()> {
    static ONCE: OnceLock<()> = OnceLock::new();
    if ONCE.set(()).is_err() {
        return Ok(());
    }
    let file = log_file();
    fs::create_dir_all(file.parent().context("no folder")?)?;
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::DEBUG)
        .with_ansi(false)
        .with_writer(SyncMutex::new(File::create(file)?))
        .init();
    Ok(())
}
