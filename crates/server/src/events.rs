//! What changed, told to whoever watches: the streams of this server, and the other servers on the database.

use std::{
    collections::{HashMap, hash_map::Entry},
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
    listener::MAX_CONNECTIONS,
    random,
};

/// Changes kept for a stream that is slow to take them.
const KEPT: usize = 1024;
/// Accounts named in one change: a notice of PostgreSQL has fewer than 8000 bytes.
const MAX_ACCOUNTS: usize = 200;
/// Streams of one session at a time: each open page has one.
const MAX_OF_SESSION: usize = 16;
/// Streams of all sessions of one account.
const MAX_OF_ACCOUNT: usize = 64;
/// Streams in all: half of the connections are left for requests.
const MAX_STREAMS: usize = MAX_CONNECTIONS / 2;
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
    streams: Mutex<Streams>,
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

    /// The account's membership, role or adoption changed, or its mailbox key, or that waits to be replaced.
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

    /// A place among the streams of the session, of its account and of all.
    ///
    /// # Errors
    ///
    /// `too_many_requests`: there are too many of one of them.
    pub(crate) fn place(app: &App, session: Hash, account: AccountId) -> Result<Place> {
        if !app.events.streams().take(session, account) {
            return Err(Error::too_many_requests(60));
        }
        Ok(Place {
            app: app.clone(),
            session,
            account,
        })
    }

    fn streams(&self) -> std::sync::MutexGuard<'_, Streams> {
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

/// How many streams are open.
#[derive(Default)]
struct Streams {
    of_session: HashMap<Hash, usize>,
    of_account: HashMap<AccountId, usize>,
    all: usize,
}

impl Streams {
    /// Counts one more; false where there are too many.
    fn take(&mut self, session: Hash, account: AccountId) -> bool {
        let of_session = self.of_session.get(&session).copied().unwrap_or_default();
        let of_account = self.of_account.get(&account).copied().unwrap_or_default();
        if of_session >= MAX_OF_SESSION || of_account >= MAX_OF_ACCOUNT || self.all >= MAX_STREAMS {
            return false;
        }
        self.of_session.insert(session, of_session + 1);
        self.of_account.insert(account, of_account + 1);
        self.all += 1;
        true
    }

    /// Counts one less.
    fn give_back(&mut self, session: Hash, account: AccountId) {
        one_less(&mut self.of_session, session);
        one_less(&mut self.of_account, account);
        self.all = self.all.saturating_sub(1);
    }
}

fn one_less<K: std::hash::Hash + Eq>(open: &mut HashMap<K, usize>, key: K) {
    if let Entry::Occupied(mut entry) = open.entry(key) {
        *entry.get_mut() -= 1;
        if *entry.get() == 0 {
            entry.remove();
        }
    }
}

/// A stream's place among those that are open, which ends with it.
pub(crate) struct Place {
    app: App,
    session: Hash,
    account: AccountId,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut streams = self.app.events.streams();
        streams.give_back(self.session, self.account);
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
    use super::{Change, Events, MAX_ACCOUNTS, MAX_STREAMS, Notice, Streams};
    use zegel_protocol::{AccountId, Hash};

    #[test]
    fn streams_are_counted_of_a_session_of_an_account_and_in_all() {
        let mut streams = Streams::default();
        let (session, account) = (|of: u8| Hash([of; 32]), |of: u8| AccountId([of; 16]));
        let mut open = |of, by| {
            (0..100)
                .filter(|_| streams.take(session(of), account(by)))
                .count()
        };
        assert_eq!(open(1, 1), 16);
        assert_eq!([2, 3, 4, 5].map(|of| open(of, 1)), [16, 16, 16, 0]);
        assert_eq!(open(6, 2), 16);
        for of in 1..=4 {
            for _ in 0..16 {
                streams.give_back(session(of), account(1));
            }
        }
        assert_eq!((streams.of_session.len(), streams.of_account.len()), (1, 1));

        let of = |number: usize| {
            let mut bytes = [0; 16];
            bytes[..8].copy_from_slice(&number.to_be_bytes());
            AccountId(bytes)
        };
        let all = (0..10_000).filter(|it| streams.take(Hash::of(&of(*it).0), of(*it)));
        assert_eq!(all.count() + 16, MAX_STREAMS);
        assert!(!streams.take(session(7), account(7)));
        streams.give_back(session(6), account(2));
        assert!(streams.take(session(7), account(7)));
    }

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
