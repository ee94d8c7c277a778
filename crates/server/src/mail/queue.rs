use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::SendError;
use crate::{app::App, error::Result};

/// How long a mail that is being sent is kept from other servers.
const LEASE_MS: u64 = 2 * 60 * 1000;
/// Waits between tries grow up to this.
const MAX_WAIT_MS: u64 = 60 * 60 * 1000;
/// A mail is given up after this many tries: about a day.
const MAX_TRIES: u32 = 30;
/// The queue is looked at this often by itself: another server may have put something in.
const IDLE: Duration = Duration::from_secs(30);

/// Wakes the queue.
#[derive(Default)]
pub(crate) struct Wake(Notify);

impl Wake {
    pub(crate) fn wake(&self) {
        self.0.notify_one();
    }
}

/// Sends what is in the queue until it is stopped; what it has begun it finishes.
pub(crate) async fn run(app: App, stop: CancellationToken) {
    loop {
        match send_due(&app, &stop).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::error!(?error, "the mail queue cannot be read"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = app.wake.0.notified() => {}
            () = tokio::time::sleep(IDLE) => {}
        }
    }
}

/// Sends what is due. True where there may be more.
async fn send_due(app: &App, stop: &CancellationToken) -> Result<bool> {
    let now = app.now();
    let mails = app.store.take_mails(now, now.plus_ms(LEASE_MS), 10).await?;
    let any = !mails.is_empty();
    for queued in mails {
        if stop.is_cancelled() {
            return Ok(false);
        }
        match app.mailer.send(&queued.mail).await {
            Ok(()) => app.store.delete_mail(queued.id).await?,
            Err(SendError::Transient(error)) if queued.tries < MAX_TRIES => {
                let wait = wait_ms(queued.tries);
                tracing::warn!(
                    mail.id = queued.id,
                    mail.tries = queued.tries,
                    mail.wait_ms = wait,
                    error,
                    "mail not sent"
                );
                app.store
                    .retry_mail(queued.id, app.now().plus_ms(wait))
                    .await?;
            }
            Err(SendError::Transient(error) | SendError::Permanent(error)) => {
                tracing::error!(
                    mail.id = queued.id,
                    mail.tries = queued.tries,
                    error,
                    "mail given up"
                );
                app.store.delete_mail(queued.id).await?;
            }
        }
    }
    Ok(any)
}

/// Half a minute after the first try, twice as long after each further one.
fn wait_ms(tries: u32) -> u64 {
    30_000_u64
        .saturating_mul(1 << tries.saturating_sub(1).min(10))
        .min(MAX_WAIT_MS)
}

#[cfg(test)]
mod tests {
    #[test]
    fn waits_grow_to_an_hour() {
        assert_eq!(super::wait_ms(1), 30_000);
        assert_eq!(super::wait_ms(2), 60_000);
        assert_eq!(super::wait_ms(30), 3_600_000);
    }
}
