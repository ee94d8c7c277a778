use std::{
    collections::{HashSet, VecDeque},
    convert::Infallible,
    time::Duration,
};

use axum::{
    extract::State,
    http::HeaderName,
    response::{
        AppendHeaders, Sse,
        sse::{self, KeepAlive},
    },
};
use futures_util::{Stream, StreamExt as _, stream};
use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    time::{Instant, Interval, MissedTickBehavior},
};
use zegel_api::Event;
use zegel_protocol::{AccountId, Domain, Hash};

use crate::{
    actor::SignedIn,
    app::App,
    error::{Error, Result},
    events::{Change, Events, Place, Published},
};

/// A comment this often keeps proxies from closing a quiet stream.
const KEEP_ALIVE: Duration = Duration::from_secs(20);

/// Hints of what changed, as server-sent events
#[utoipa::path(get, path = "/api/events", tag = "session",
    responses((status = 200, description = "The data of each event is a JSON `Event`", body = Event,
        content_type = "text/event-stream"), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn events(
    State(app): State<App>,
    signed_in: SignedIn,
) -> Result<(
    AppendHeaders<[(HeaderName, &'static str); 1]>,
    Sse<impl Stream<Item = Result<sse::Event, Infallible>>>,
)> {
    let session = signed_in.session.token_hash;
    let place = Events::place(&app, session, signed_in.account.id)?;
    // Subscribed before anything is read: a change in between is not missed.
    let changes = app.events.subscribe();
    let mailboxes = mailboxes(&app, signed_in.account.id).await?;
    let period = app.config.recheck;
    let mut recheck = tokio::time::interval_at(Instant::now() + period, period);
    recheck.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let watcher = Watcher {
        app,
        session,
        account: signed_in.account.id,
        domain: signed_in.account.address.domain().clone(),
        mailboxes,
        changes,
        recheck,
        pending: VecDeque::new(),
        ended: false,
        _place: place,
    };
    // Sent at once, so that whoever is in between passes the answer's head on.
    let opening = stream::iter([Ok(sse::Event::default().comment("open"))]);
    let events = stream::unfold(watcher, |mut watcher| async move {
        let event = watcher.next().await?;
        let event = sse::Event::default().json_data(event).unwrap_or_default();
        Some((Ok(event), watcher))
    });
    let body = opening.chain(events);
    let keep_alive = KeepAlive::new().interval(KEEP_ALIVE);
    Ok((
        AppendHeaders([(HeaderName::from_static("x-accel-buffering"), "no")]),
        Sse::new(body).keep_alive(keep_alive),
    ))
}

/// What the account may read: its own mailbox, and those that it has access to.
async fn mailboxes(app: &App, account: AccountId) -> Result<HashSet<AccountId>> {
    let mut mailboxes: HashSet<AccountId> = app
        .store
        .list_accessible_ids(account)
        .await
        .map_err(Error::from)?
        .into_iter()
        .collect();
    mailboxes.insert(account);
    Ok(mailboxes)
}

/// Tells one stream of what concerns its session.
struct Watcher {
    app: App,
    session: Hash,
    account: AccountId,
    domain: Domain,
    mailboxes: HashSet<AccountId>,
    changes: Receiver<Published>,
    recheck: Interval,
    pending: VecDeque<Event>,
    ended: bool,
    _place: Place,
}

impl Watcher {
    /// The next event; none at the end.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.pending.pop_front() {
                return Some(event);
            }
            if self.ended {
                return None;
            }
            tokio::select! {
                () = self.app.events.closed().cancelled() => return None,
                change = self.changes.recv() => match change {
                    Ok(published) => self.take(&published.change).await,
                    Err(RecvError::Lagged(_)) => self.take(&Change::Everything).await,
                    Err(RecvError::Closed) => return None,
                },
                _ = self.recheck.tick() => self.repair().await,
            }
        }
    }

    async fn take(&mut self, change: &Change) {
        match change {
            Change::Mail(mailboxes) => {
                for mailbox in mailboxes {
                    if self.mailboxes.contains(mailbox) {
                        self.push(Event::Mail { mailbox: *mailbox });
                    }
                }
            }
            Change::Access(members) => {
                if members.contains(&self.account) {
                    self.reload().await;
                    self.push(Event::Access);
                }
            }
            Change::Account(accounts) => {
                if accounts.contains(&self.account) {
                    self.push(Event::Account);
                }
            }
            Change::Sessions(accounts) => {
                if accounts.contains(&self.account) {
                    self.check_session().await;
                }
            }
            Change::SessionsIn(domain) => {
                if *domain == self.domain {
                    self.check_session().await;
                }
            }
            Change::Everything => {
                self.check_session().await;
                self.reload().await;
                self.push(Event::Account);
                self.push(Event::Access);
                for mailbox in self.mailboxes.clone() {
                    self.push(Event::Mail { mailbox });
                }
            }
        }
    }

    /// Of two hints that say the same, one is enough.
    fn push(&mut self, event: Event) {
        if !self.ended && !self.pending.contains(&event) {
            self.pending.push_back(event);
        }
    }

    /// Makes up for what hints did not tell: sessions also end by themselves, and hints can get lost.
    async fn repair(&mut self) {
        self.check_session().await;
        let before = self.mailboxes.clone();
        // What fails is tried again the next time, and then differs from what is known now.
        if !self.reload().await || self.mailboxes == before {
            return;
        }
        self.push(Event::Access);
        let added: Vec<AccountId> = self.mailboxes.difference(&before).copied().collect();
        for mailbox in added {
            self.push(Event::Mail { mailbox });
        }
    }

    /// Reads anew what the account may read; false where that failed.
    async fn reload(&mut self) -> bool {
        let found = mailboxes(&self.app, self.account).await;
        let read = found.is_ok();
        // Better no hints than those of a mailbox that the session may not read any more.
        self.mailboxes = found.unwrap_or_else(|_| HashSet::from([self.account]));
        read
    }

    /// Ends the stream where the session has ended. A database that does not answer ends nothing.
    async fn check_session(&mut self) {
        let found = self
            .app
            .store
            .find_session(self.session, self.app.now())
            .await;
        if matches!(found, Ok(None)) {
            self.pending.clear();
            self.push(Event::SessionEnded);
            self.ended = true;
        }
    }
}
