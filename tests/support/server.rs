//! The server, started for one test with a data folder of its own.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Once},
};

use anyhow::{Context as _, Result};
use tempfile::TempDir;
use tracing_subscriber::EnvFilter;
use zegel_server::{Config, Running, ShiftedClock, SmtpTls};
use zegel_xtask::programs;

use crate::{dns::Dns, smtp::Smtp};

/// What is logged. More than an operator would, so that a scan of the log means something.
const LOG: &str = "info,zegel_server=trace,zegel_storage=trace,sqlx=debug,sea_orm=debug";

/// A running server on a free port of the loopback address.
#[derive(Debug)]
pub struct TestServer {
    running: Option<Running>,
    config: Config,
    clock: Arc<ShiftedClock>,
    data: TempDir,
}

impl TestServer {
    /// Starts it with the configuration that `configure` makes of a local one: SQLite, mails as
    /// files in the outbox, no WebApp.
    ///
    /// # Errors
    ///
    /// If it does not start.
    pub async fn start(configure: impl FnOnce(&mut Config)) -> Result<Self> {
        Self::start_late(0, configure).await
    }

    /// The same by a clock that is so many milliseconds late.
    ///
    /// # Errors
    ///
    /// If it does not start.
    pub async fn start_late(late_ms: u64, configure: impl FnOnce(&mut Config)) -> Result<Self> {
        log_to_file()?;
        let data = tempfile::Builder::new().prefix("zegel-data-").tempdir()?;
        let mut config = Config::local(data.path());
        configure(&mut config);
        let mut server = Self {
            running: None,
            config,
            clock: Arc::new(ShiftedClock::late(late_ms)),
            data,
        };
        server.resume().await?;
        Ok(server)
    }

    /// Its address as a browser would have it, such as `http://localhost:34567`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://localhost:{}", self.config.listen.port())
    }

    /// Its data folder: database and outbox, for a scan.
    #[must_use]
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// Its clock, to let time go by.
    #[must_use]
    pub fn clock(&self) -> &ShiftedClock {
        &self.clock
    }

    /// Stops it in good order: what is under way ends, and the database is closed.
    pub async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.shutdown().await;
        }
    }

    /// Starts it again after [`TestServer::stop`], at the same address with the same data.
    ///
    /// # Errors
    ///
    /// If it does not start.
    pub async fn resume(&mut self) -> Result<()> {
        self.stop().await;
        let running = zegel_server::start(self.config.clone(), self.clock.clone()).await?;
        self.config.listen = running.addr;
        self.running = Some(running);
        Ok(())
    }
}

/// Has mails sent there.
pub fn mail_to(config: &mut Config, smtp: &Smtp) {
    let address = smtp.address();
    config.smtp = Some(zegel_server::Smtp {
        host: address.ip().to_string(),
        port: address.port(),
        tls: SmtpTls::None,
        credentials: None,
    });
}

/// Has domain claims checked there.
pub fn ask_dns(config: &mut Config, dns: &Dns) {
    config.dns_server = Some(dns.address());
}

/// The folder with the log of all servers of this test program, for a scan.
#[must_use]
pub fn log_folder() -> PathBuf {
    let program = std::env::current_exe().unwrap_or_default();
    let name = program
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    programs::root().join("target/test-logs").join(name)
}

/// Sends the log of this program to a new file; a program has one log.
fn log_to_file() -> Result<()> {
    static STARTED: Once = Once::new();
    let folder = log_folder();
    fs::create_dir_all(&folder)?;
    let mut outcome = Ok(());
    STARTED.call_once(|| {
        outcome = fs::File::create(folder.join("server.log"))
            .context("the log file")
            .map(|file| {
                tracing_subscriber::fmt()
                    .with_env_filter(EnvFilter::new(LOG))
                    .with_ansi(false)
                    .with_writer(file)
                    .init();
            });
    });
    outcome
}
