#![doc = env!("CARGO_PKG_DESCRIPTION")]
//!
//! It verifies every signed object that it stores and holds no key to any sealed one: nothing here
//! depends on `zegel-crypto`.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod actor;
mod app;
mod audit;
mod chains;
mod clock;
mod config;
mod cookie;
mod dns;
mod endpoints;
mod error;
mod events;
mod extract;
mod guard;
mod listener;
mod mail;
mod openapi;
mod public_domains;
mod random;
mod rate;
mod router;
#[cfg(test)]
mod testing;
mod verify;
mod web;

use std::{net::SocketAddr, path::Path, time::Duration};

use anyhow::Context as _;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::app::App;

pub use clock::{Clock, ShiftedClock, SystemClock};
pub use config::{Attachments, Config, DOH_ORIGINS, Rates, Settings, Smtp, SmtpTls};
pub use rate::Rate;
pub use zegel_storage::S3;

/// What has ended is deleted this often.
const CLEAN_UP: Duration = Duration::from_secs(10 * 60);
/// Messages whose time is over are hidden at once, and deleted this often.
const EXPIRE: Duration = Duration::from_secs(60);

/// A server that runs.
#[derive(Debug)]
pub struct Running {
    /// Where it listens.
    pub addr: SocketAddr,
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
    store: zegel_storage::Store,
}

impl Running {
    /// Ends it: no new requests, what is under way to its end, then the database is closed.
    pub async fn shutdown(self) {
        self.stop.cancel();
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a task failed");
            }
        }
        if let Err(error) = self.store.close().await {
            tracing::error!(%error, "the database was not closed");
        }
    }
}

/// Starts a server. It serves when this returns.
///
/// # Errors
///
/// The address is taken, the database cannot be opened, or the configuration does not hold together.
pub async fn start(config: Config, clock: impl Clock) -> anyhow::Result<Running> {
    make_private(&config.data)?;
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("listening on {}", config.listen))?;
    let addr = listener.local_addr()?;
    let web = web::Web::new(&config)?;
    let app = App::open(config, Box::new(clock))
        .await
        .context("opening the database")?;
    let store = app.store.clone();
    let stop = CancellationToken::new();
    let router = router::router(app.clone(), &web);
    let tasks = vec![
        tokio::spawn(listener::serve(listener, router, stop.clone())),
        tokio::spawn(mail::run(app.clone(), stop.clone())),
        tokio::spawn(events::run(app.clone(), stop.clone())),
        tokio::spawn(expire(app.clone(), stop.clone())),
        tokio::spawn(clean_up(app, stop.clone())),
    ];
    tracing::info!(server.address = %addr, "serving");
    Ok(Running {
        addr,
        stop,
        tasks,
        store,
    })
}

/// Makes a folder that only the server's user can look into: it holds the password records.
fn make_private(folder: &Path) -> anyhow::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(folder)
        .with_context(|| format!("making {}", folder.display()))
}

/// Deletes the content of messages whose time is over.
async fn expire(app: App, stop: CancellationToken) {
    loop {
        match app.store.expire_messages(app.now()).await {
            Ok(ended) => app.events.mail_changed(&ended.mailboxes),
            Err(error) => tracing::error!(%error, "messages were not expired"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(EXPIRE) => {}
        }
    }
}

async fn clean_up(app: App, stop: CancellationToken) {
    loop {
        match app.store.delete_expired(app.now()).await {
            Ok(rows) => tracing::debug!(rows, "cleaned up"),
            Err(error) => tracing::error!(%error, "not cleaned up"),
        }
        match app.store.sweep_attachments(&app.blobs, app.now()).await {
            Ok(attachments) => tracing::debug!(attachments, "swept"),
            Err(error) => tracing::error!(%error, "attachments not swept"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(CLEAN_UP) => {}
        }
    }
}
