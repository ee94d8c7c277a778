//! A whole Zegel for one journey: server, mail server, name server, resolvers, browsers.

use std::{
    fs,
    path::Path,
    rc::Rc,
    sync::{Mutex, PoisonError},
};

use anyhow::{Context as _, Result, ensure};
use getrandom::{SysRng, rand_core::UnwrapErr};
use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection, QueryResult, Statement};
use tempfile::TempDir;
use zegel_api::Language;
use zegel_client::{
    Client, Clock, Environment, SignedIn,
    native::{self, HttpTransport, MemoryPins},
    unwatched,
    view::ClaimProof,
};
use zegel_protocol::{Address, Domain, Timestamp};
use zegel_server::{Config, Rates};
use zegel_tests::{
    browser::{Browser, Browsers},
    dns::Dns,
    doh::Doh,
    scan::Scan,
    server::{self, TestServer},
    smtp::Smtp,
    wait,
};
use zegel_xtask::programs;

use crate::steps::Person;

/// Milliseconds of a day.
pub(crate) const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// The clock of a person for whom it is still that long ago, in milliseconds.
struct Ago(u64);

impl Clock for Ago {
    fn now(&self) -> Timestamp {
        Timestamp(native::SystemClock.now().0.saturating_sub(self.0))
    }
}

/// The files of a folder in another one.
fn link_all(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir(&to)?;
            link_all(&entry.path(), &to)?;
        } else {
            fs::hard_link(entry.path(), &to)?;
        }
    }
    Ok(())
}

/// Journeys take turns: the app's resolvers are compiled in, and so are their ports.
static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// Everything that one journey needs, of its own.
pub(crate) struct World {
    pub(crate) server: TestServer,
    pub(crate) smtp: Smtp,
    pub(crate) dns: Dns,
    browsers: Browsers,
    secrets: Mutex<Vec<(String, String)>>,
    /// What the server serves of the page.
    web: TempDir,
    _resolvers: [Doh; 2],
    _turn: tokio::sync::MutexGuard<'static, ()>,
}

impl World {
    /// Starts it with an empty database.
    pub(crate) async fn start() -> Result<Self> {
        Self::start_late(0).await
    }

    /// The same by a clock that is so many milliseconds late.
    pub(crate) async fn start_late(late_ms: u64) -> Result<Self> {
        Self::build(async |configure| TestServer::start_late(late_ms, configure).await).await
    }

    /// The same with the server as a process of its own, which can be killed.
    pub(crate) async fn start_program() -> Result<Self> {
        Self::build(async |configure| TestServer::start_program(configure).await).await
    }

    async fn build(
        start: impl AsyncFnOnce(Box<dyn FnOnce(&mut Config) + '_>) -> Result<TestServer>,
    ) -> Result<Self> {
        let turn = TURN.lock().await;
        let built = programs::journey_dist();
        ensure!(
            built.join("index.html").is_file(),
            "the web build is missing; `cargo xtask journey NAME` makes it"
        );
        let web = tempfile::tempdir_in(built.parent().unwrap_or(&built))?;
        link_all(&built, web.path())?;
        let smtp = Smtp::start()?;
        let dns = Dns::start().await?;
        let resolvers = Doh::start_compiled_in([dns.address(); 2]).await?;
        let configure = |config: &mut Config| {
            config.web = Some(web.path().to_owned());
            config.doh_origins = resolvers.iter().map(Doh::origin).collect();
            config.rates = Rates::OFF;
            server::mail_to(config, &smtp);
            server::ask_dns(config, &dns);
        };
        let server = start(Box::new(configure)).await?;
        Ok(Self {
            browsers: Browsers::start()?,
            secrets: Mutex::default(),
            server,
            smtp,
            dns,
            web,
            _resolvers: resolvers,
            _turn: turn,
        })
    }

    /// Has the server lose a file of the page while something is done.
    pub(crate) async fn without_file<T>(
        &self,
        name: &str,
        run: impl AsyncFnOnce() -> Result<T>,
    ) -> Result<T> {
        let (file, away) = (self.web.path().join(name), self.web.path().join("away"));
        fs::rename(&file, &away).with_context(|| name.to_owned())?;
        let outcome = run().await;
        fs::rename(&away, &file)?;
        outcome
    }

    /// A browser for a person.
    pub(crate) async fn open(&self, person: &str) -> Result<Browser> {
        self.browsers.open(person, &self.server.url()).await
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

    /// Signs a person up through the client's code alone, as fast as it goes; by a clock that is so
    /// many milliseconds late.
    pub(crate) async fn sign_up(&self, person: Person, late_ms: u64) -> Result<SignedIn> {
        let environment = Environment::new(
            Rc::new(HttpTransport::new(&self.server.url())?),
            Rc::new(Ago(late_ms)),
            Rc::new(MemoryPins::default()),
            UnwrapErr(SysRng),
        );
        let client = Client::new(environment);
        let address = Address::parse(person.address)?;
        self.secret(&format!("password of {}", person.name), person.password);
        client.start_sign_up(&address, Language::En).await?;
        let code = self.mailed_code(person.address).await?;
        let verified = client.verify_sign_up(&address, &code).await?;
        let prepared = client
            .prepare_account(
                &verified,
                person.name,
                person.password,
                Language::En,
                &unwatched,
            )
            .await?;
        let code = prepared.recovery_code();
        self.secret(&format!("recovery code of {}", person.name), &code);
        let last = code.rsplit('-').next().unwrap_or_default();
        Ok(client.finish_sign_up(&prepared, last, &unwatched).await?)
    }

    /// Claims a domain through the client's code alone.
    pub(crate) async fn claim(&self, administrator: &SignedIn, domain: &str) -> Result<()> {
        let mailbox = ClaimProof::Mail("postmaster".to_owned());
        let name = Domain::parse(domain)?;
        administrator.start_claim(&name, &mailbox).await?;
        let code = self.mailed_code(&format!("postmaster@{domain}")).await?;
        administrator.check_claim(&name, Some(&code)).await?;
        Ok(())
    }

    /// Waits until a table has more rows than it had.
    pub(crate) async fn wait_for_more(&self, table: &str, than: i64) -> Result<()> {
        wait::until(&format!("another row of {table}"), async || {
            Ok((self.count(table).await? > than).then_some(()))
        })
        .await
    }

    /// The rows that a question to the server's database gives.
    pub(crate) async fn rows(&self, sql: &str) -> Result<Vec<QueryResult>> {
        let db = self.database().await?;
        let question = Statement::from_string(db.get_database_backend(), sql);
        let rows = db.query_all_raw(question).await?;
        db.close().await?;
        Ok(rows)
    }

    /// How many rows a table has.
    pub(crate) async fn count(&self, table: &str) -> Result<i64> {
        let rows = self
            .rows(&format!("SELECT COUNT(*) AS n FROM {table}"))
            .await?;
        Ok(rows.first().context("no count")?.try_get("", "n")?)
    }

    /// Ends the journey: nothing that the server wrote or mailed holds one of the secrets that were
    /// named, and the search finds them where they are.
    pub(crate) async fn end(mut self) -> Result<()> {
        // Mails as they were sent, beside the database with its write-ahead log.
        let data = self.server.data();
        ensure!(
            data.join("zegel.db-wal").is_file(),
            "the write-ahead log is not where it was looked for"
        );
        let mails = data.join("mails");
        fs::create_dir_all(&mails)?;
        for (number, mail) in self.smtp.all()?.into_iter().enumerate() {
            fs::write(mails.join(number.to_string()), mail.raw)?;
        }
        let scan = self.scan();
        let found = scan.run_proven(&[&server::log_folder(), data])?;
        ensure!(
            found.is_empty(),
            "the server holds what it must not: {found:#?}"
        );
        self.server.stop().await;
        Ok(())
    }

    fn scan(&self) -> Scan {
        let secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        secrets
            .iter()
            .fold(Scan::default(), |scan, (name, secret)| {
                scan.text(name, secret)
            })
    }

    async fn database(&self) -> Result<DatabaseConnection> {
        let file = self.server.data().join("zegel.db");
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
