//! What changed, told to whoever watches: the streams of this server, and the other servers on the database.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use tokio::sync::broadcast::{self, error::RecvError};
use tokio_util::sync::CancellationToken;
use zegel_protocol::{AccountId, Domain, Hash};
use zegel_storage::Notices;

use crate::{
    app::App,
    error::{Error, Result},
    random,
};

/// Changes kept for a stream that is slow to take them.
const KEPT: usize = 1024;
/// Accounts named in one change: a notice of PostgreSQL has fewer than 8000 bytes.
const MAX_ACCOUNTS: usize = 200;
/// Streams of one session at a time: each open page has one.
const MAX_STREAMS: usize = 16;
/// Between two tries to reach the database.
const RETRY: Duration = Duration::from_secs(1);

/// Something that changed. No more than a reason to look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Change {
    /// Mail, marks or drafts of these mailboxes.
    Mail(Vec<AccountId>),
    /// What these accounts may act as.
    Access(Vec<AccountId>),
    /// These accounts themselves.
    Account(Vec<AccountId>),
    /// Sessions of these accounts ended.
    Sessions(Vec<AccountId>),
    /// Sessions of accounts in the domain ended.
    SessionsIn(Domain),
    /// Anything: changes were lost.
    Everything,
}

/// A change on its way.
#[derive(Clone, Debug)]
pub(crate) struct Published {
    pub change: Arc<Change>,
    /// Of this server, so that the others do not know it yet.
    local: bool,
}

/// A change as servers tell it to each other.
#[derive(Serialize, Deserialize)]
struct Notice {
    /// The server that it comes from.
    from: Hash,
    change: Change,
}

/// Publishes changes, and hands them out.
pub(crate) struct Events {
    bus: broadcast::Sender<Published>,
    streams: Mutex<HashMap<Hash, usize>>,
    server: Hash,
    closed: CancellationToken,
}

impl Default for Events {
    fn default() -> Self {
        Self {
            bus: broadcast::Sender::new(KEPT),
            streams: Mutex::default(),
            server: Hash(random::bytes()),
            closed: CancellationToken::new(),
        }
    }
}

impl Events {
    /// Mail, marks or drafts of the mailboxes changed.
    pub(crate) fn mail_changed(&self, mailboxes: &[AccountId]) {
        self.publish_each(mailboxes, Change::Mail);
    }

    /// What the accounts may act as changed: they got or lost access, or an account that they have access to changed.
    pub(crate) fn access_changed(&self, members: &[AccountId]) {
        self.publish_each(members, Change::Access);
    }

    /// The account's membership, role or adoption changed.
    pub(crate) fn account_changed(&self, account: AccountId) {
        self.publish_each(&[account], Change::Account);
    }

    /// A session of the account ended, or all did.
    pub(crate) fn session_ended(&self, account: AccountId) {
        self.publish_each(&[account], Change::Sessions);
    }

    /// Sessions of accounts with an address in the domain ended.
    pub(crate) fn sessions_ended_in(&self, domain: &Domain) {
        self.publish(Change::SessionsIn(domain.clone()), true);
    }

    /// Every change from now on.
    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Published> {
        self.bus.subscribe()
    }

    /// Cancelled once no more changes come.
    pub(crate) const fn closed(&self) -> &CancellationToken {
        &self.closed
    }

    /// A place among the session's streams.
    ///
    /// # Errors
    ///
    /// `too_many_requests`: it has too many.
    pub(crate) fn place(app: &App, session: Hash) -> Result<Place> {
        let mut streams = app.events.streams();
        let open = streams.entry(session).or_default();
        if *open >= MAX_STREAMS {
            return Err(Error::too_many_requests(60));
        }
        *open += 1;
        drop(streams);
        Ok(Place {
            app: app.clone(),
            session,
        })
    }

    fn streams(&self) -> std::sync::MutexGuard<'_, HashMap<Hash, usize>> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn publish_each(&self, accounts: &[AccountId], change: fn(Vec<AccountId>) -> Change) {
        for some in accounts.chunks(MAX_ACCOUNTS) {
            self.publish(change(some.to_vec()), true);
        }
    }

    fn publish(&self, change: Change, local: bool) {
        let change = Arc::new(change);
        // Nobody listens: then nobody is told.
        let _ = self.bus.send(Published { change, local });
    }

    /// A notice of a server, unless it is this one.
    fn take(&self, notice: &str) {
        match serde_json::from_str::<Notice>(notice) {
            Ok(notice) if notice.from == self.server => {}
            Ok(notice) => self.publish(notice.change, false),
            // A newer server on the same database: better to look once too often.
            Err(_) => self.publish(Change::Everything, false),
        }
    }
}

/// A stream's place among those of its session, which ends with it.
pub(crate) struct Place {
    app: App,
    session: Hash,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut streams = self.app.events.streams();
        if let Some(open) = streams.get_mut(&self.session) {
            *open -= 1;
            if *open == 0 {
                streams.remove(&self.session);
            }
        }
    }
}

/// Shares changes with the other servers until the stop, then ends every stream.
pub(crate) async fn run(app: App, stop: CancellationToken) {
    tokio::select! {
        () = stop.cancelled() => {}
        () = listen(&app) => {}
        () = tell(&app) => {}
    }
    stop.cancelled().await;
    app.events.closed.cancel();
}

/// Takes the notices of other servers. Returns where there can be none.
async fn listen(app: &App) {
    loop {
        match app.store.listen().await {
            Ok(None) => return,
            Ok(Some(notices)) => {
                // What was told before is lost.
                app.events.publish(Change::Everything, false);
                if let Err(error) = take_all(app, notices).await {
                    tracing::warn!(%error, "listening to the database ended");
                }
            }
            Err(error) => tracing::warn!(%error, "not listening to the database"),
        }
        tokio::time::sleep(RETRY).await;
    }
}

async fn take_all(app: &App, mut notices: Notices) -> zegel_storage::Result<()> {
    loop {
        match notices.next().await? {
            Some(notice) => app.events.take(&notice),
            None => app.events.publish(Change::Everything, false),
        }
    }
}

/// Tells other servers what changed here.
async fn tell(app: &App) {
    let mut changes = app.events.subscribe();
    loop {
        let change = match changes.recv().await {
            Ok(published) if published.local => Change::clone(&published.change),
            Ok(_) => continue,
            Err(RecvError::Lagged(_)) => Change::Everything,
            Err(RecvError::Closed) => return,
        };
        let notice = Notice {
            from: app.events.server,
            change,
        };
        let Ok(text) = serde_json::to_string(&notice) else {
            continue;
        };
        if let Err(error) = app.store.notify(&text).await {
            tracing::warn!(%error, "other servers were not told of a change");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Change, Events, MAX_ACCOUNTS, Notice};
    use zegel_protocol::{AccountId, Hash};

    #[tokio::test]
    async fn many_accounts_are_told_of_in_parts_that_a_notice_holds() {
        let events = Events::default();
        let mut changes = events.subscribe();
        let accounts = vec![AccountId([0xff; 16]); 2 * MAX_ACCOUNTS + 1];
        events.access_changed(&accounts);
        let mut told = 0;
        for _ in 0..3 {
            let published = changes.recv().await.unwrap();
            let Change::Access(some) = published.change.as_ref() else {
                panic!("{published:?}");
            };
            told += some.len();
            let notice = Notice {
                from: events.server,
                change: Change::clone(&published.change),
            };
            assert!(serde_json::to_string(&notice).unwrap().len() < 8000);
        }
        assert_eq!(told, accounts.len());
    }

    #[tokio::test]
    async fn own_notices_are_not_heard_again_and_strange_ones_mean_anything() {
        let events = Events::default();
        let mut changes = events.subscribe();
        let notice = |from| {
            let change = Change::Mail(vec![AccountId([1; 16])]);
            serde_json::to_string(&Notice { from, change }).unwrap()
        };
        events.take(&notice(events.server));
        events.take(&notice(Hash([7; 32])));
        events.take("{}");
        let mut next = async || Change::clone(&changes.recv().await.unwrap().change);
        assert_eq!(next().await, Change::Mail(vec![AccountId([1; 16])]));
        assert_eq!(next().await, Change::Everything);
        assert!(changes.try_recv().is_err());
    }
}
