//! The `zegel-server` program.

use std::{io::IsTerminal as _, path::PathBuf};

use clap::Parser;
use tracing_subscriber::EnvFilter;
use zegel_server::{Config, Settings, SystemClock};

/// Serves Zegel: the API, and the WebApp where a folder is given.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// TOML file with settings of the same names as the options, such as `public-url = "https://zegel.example"`
    #[arg(long, env = "ZEGEL_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Write logs as JSON, one object a line
    #[arg(long, env = "ZEGEL_LOG_JSON")]
    log_json: bool,
    /// What is logged, such as `info` or `zegel_server=debug`
    #[arg(
        long,
        env = "ZEGEL_LOG",
        value_name = "FILTER",
        default_value = "info,sqlx=warn,sea_orm_migration=warn"
    )]
    log: String,
    #[command(flatten)]
    settings: Settings,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let filter = EnvFilter::try_new(&arguments.log)?;
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    if arguments.log_json {
        logs.json().init();
    } else {
        logs.init();
    }
    // The message of a panic may hold what a person wrote: its place is enough.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(panic.place = place.as_deref(), "panic");
    }));
    let settings = match &arguments.config {
        Some(file) => arguments.settings.with_file(file)?,
        None => arguments.settings,
    };
    let running = zegel_server::start(Config::try_from(settings)?, SystemClock).await?;
    stopped().await?;
    tracing::info!("stopping");
    running.shutdown().await;
    Ok(())
}

/// Waits for ctrl-c or, on Unix, SIGTERM.
async fn stopped() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            result = tokio::signal::ctrl_c() => result,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
