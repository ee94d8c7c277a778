//! The server, started for one test with a data folder of its own.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Once},
};

use anyhow::{Context as _, Result, bail, ensure};
use tempfile::TempDir;
use tracing_subscriber::EnvFilter;
use zegel_server::{Config, Running, ShiftedClock, SmtpTls};
use zegel_xtask::programs;

use crate::{
    dns::Dns,
    process::{Service, command},
    smtp::Smtp,
    wait,
};

/// What is logged. More than an operator would, so that a scan of the log means something.
const LOG: &str = "info,zegel_server=trace,zegel_storage=trace,sqlx=debug,sea_orm=debug";

/// How it runs.
#[derive(Debug)]
enum Run {
    /// In this process.
    Here(Running),
    /// As the program that operators run.
    Program(Service),
}

/// A running server on a free port of the loopback address.
#[derive(Debug)]
pub struct TestServer {
    running: Option<Run>,
    program: bool,
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
        let mut server = Self::prepare(late_ms, configure)?;
        server.resume().await?;
        Ok(server)
    }

    /// Starts the program that operators run, as a process of its own, which [`TestServer::kill`] can kill.
    ///
    /// # Errors
    ///
    /// If it was not built, or does not start.
    pub async fn start_program(configure: impl FnOnce(&mut Config)) -> Result<Self> {
        let mut server = Self::prepare(0, configure)?;
        server.program = true;
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        server.config.listen = free.local_addr()?;
        drop(free);
        server.resume().await?;
        Ok(server)
    }

    fn prepare(late_ms: u64, configure: impl FnOnce(&mut Config)) -> Result<Self> {
        log_to_file()?;
        let data = tempfile::Builder::new().prefix("zegel-data-").tempdir()?;
        let mut config = Config::local(data.path());
        configure(&mut config);
        Ok(Self {
            running: None,
            program: false,
            config,
            clock: Arc::new(ShiftedClock::late(late_ms)),
            data,
        })
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

    /// Stops it in good order: what is under way ends, and the database is closed. A program is killed.
    pub async fn stop(&mut self) {
        if let Some(Run::Here(running)) = self.running.take() {
            running.shutdown().await;
        }
    }

    /// Kills the program, as a machine that loses its power does: nothing that is under way ends, nothing is closed.
    ///
    /// # Errors
    ///
    /// If no program runs.
    pub fn kill(&mut self) -> Result<()> {
        let Some(Run::Program(program)) = self.running.take() else {
            bail!("no program runs");
        };
        drop(program);
        Ok(())
    }

    /// Starts it again after [`TestServer::stop`] or [`TestServer::kill`], at the same address with the same data.
    ///
    /// # Errors
    ///
    /// If it does not start.
    pub async fn resume(&mut self) -> Result<()> {
        self.stop().await;
        if self.program {
            let program = self.spawn().await?;
            self.running = Some(Run::Program(program));
        } else {
            let running = zegel_server::start(self.config.clone(), self.clock.clone()).await?;
            self.config.listen = running.addr;
            self.running = Some(Run::Here(running));
        }
        Ok(())
    }

    /// Starts the program and waits until it answers.
    async fn spawn(&self) -> Result<Service> {
        let file = built_program()?;
        let log = fs::File::options()
            .create(true)
            .append(true)
            .open(log_folder().join("program.log"))?;
        let mut command = command(&file);
        write_settings(&mut command, &self.config);
        let mut program = Service::start(command.stderr(log))?;
        let health = format!("{}/api/health", self.url());
        wait::until("the server", async || {
            ensure!(!program.has_ended()?, "the server ended by itself");
            let answer = reqwest::get(&health).await;
            Ok(answer
                .is_ok_and(|answer| answer.status().is_success())
                .then_some(()))
        })
        .await?;
        Ok(program)
    }
}

/// The server's program, which is built with the tests: beside them, wherever cargo builds.
fn built_program() -> Result<PathBuf> {
    let test = std::env::current_exe()?;
    let beside = test.ancestors().nth(2).map(|it| it.join("zegel-server"));
    let usual = programs::root().join("target/debug/zegel-server");
    beside
        .into_iter()
        .chain([usual])
        .find(|file| file.is_file())
        .context("the server is not built; `cargo build --package zegel-server` does it")
}

/// The settings of a configuration, as an operator gives them; those that tests change.
fn write_settings(command: &mut Command, config: &Config) {
    command
        .args(["--log", LOG])
        .arg("--listen")
        .arg(config.listen.to_string())
        .arg("--data")
        .arg(&config.data)
        .args(["--mail-from", &config.mail_from]);
    if let Some(web) = &config.web {
        command.arg("--web").arg(web);
    }
    if let Some(smtp) = &config.smtp {
        command
            .args(["--smtp-host", &smtp.host])
            .args(["--smtp-port", &smtp.port.to_string()])
            .args(["--smtp-tls", "none"]);
    }
    if let Some(dns) = config.dns_server {
        command.args(["--dns-server", &dns.to_string()]);
    }
    for origin in &config.doh_origins {
        command.args(["--doh-origin", origin]);
    }
    for rate in [
        "requests",
        "sign-ins",
        "account-sign-ins",
        "mails",
        "client-mails",
        "claims",
        "lookups",
        "messages",
    ] {
        command.args([&format!("--rate-{rate}"), "0"]);
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
