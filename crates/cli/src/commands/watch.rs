//! Prints new messages as they arrive. The server's events are only a reason to look: what is
//! printed was listed and verified like any other list.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use zegel_api::{Event, Folder};
use zegel_client::unwatched;
use zegel_client::view::{MailboxState, MailboxView, MessageRowView, Reason};
use zegel_protocol::{AccountId, MessageId};

use super::Context;
use crate::arguments::Watch;
use crate::error::Error;
use crate::http::Events;
use crate::output::New;
use crate::session::{Session, check_ready};
use crate::terminal::in_line;

/// How long to wait before the connection is made again, at first and at most.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// Pages that are looked through for what is new.
const MAX_PAGES: usize = 20;

pub(super) async fn run(context: &Context, arguments: Watch) -> Result<(), Error> {
    let session = context.session().await?;
    let mut watched = Watched {
        context,
        session: &session,
        only: match arguments.all {
            true => None,
            false => Some(session.acting(&arguments.acting).await?),
        },
        mailboxes: BTreeMap::new(),
    };
    let mut pause = FIRST_PAUSE;
    let mut connected = false;
    loop {
        let outcome = watched.follow(&mut connected).await;
        let error = match outcome {
            Err(error) if is_passing(&error) => error,
            // It only ends by failing.
            outcome => return outcome,
        };
        if std::mem::take(&mut connected) {
            pause = FIRST_PAUSE;
        }
        let text = error.to_string();
        let again = format!("{text} Trying again in {} s.", pause.as_secs());
        context.note("waiting", &text, &again);
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Whether it may be over in a moment.
fn is_passing(error: &Error) -> bool {
    use zegel_api::ErrorCode::{Internal, TooManyRequests, Unavailable};
    match error {
        Error::Flow(failure) => matches!(
            failure.reason,
            Reason::Offline | Reason::Server(Internal | TooManyRequests | Unavailable)
        ),
        _ => false,
    }
}

struct Watched<'a> {
    context: &'a Context,
    session: &'a Session,
    /// The one mailbox to follow; none for all.
    only: Option<AccountId>,
    /// Those that are followed.
    mailboxes: BTreeMap<AccountId, Seen>,
}

/// What is known of a mailbox.
struct Seen {
    address: String,
    messages: BTreeSet<MessageId>,
    /// When the newest message of the first look came: what came before it is not new, whatever was
    /// moved out of its way since.
    since_ms: u64,
}

impl Seen {
    fn is_new(&self, row: &MessageRowView) -> bool {
        row.received_at_ms >= self.since_ms && !self.messages.contains(&row.message)
    }
}

impl Watched<'_> {
    /// Follows until the connection ends.
    async fn follow(&mut self, connected: &mut bool) -> Result<(), Error> {
        // First the connection, then the look: nothing arrives in between unseen.
        let mut events = self.session.http.events().await?;
        self.look_at_all().await?;
        *connected = true;
        loop {
            match next(&mut events).await? {
                Event::Mail { mailbox } => self.look(mailbox).await?,
                Event::Access => self.look_at_all().await?,
                Event::Account => {}
                Event::SessionEnded => return Err(Error::SignedOut),
            }
        }
    }

    /// Finds out which mailboxes there are, and looks into each.
    async fn look_at_all(&mut self) -> Result<(), Error> {
        let mailboxes = self.session.signed_in.mailboxes().await?;
        let wanted: Vec<&MailboxView> = mailboxes
            .iter()
            .filter(|it| self.only.is_none_or(|only| only == it.account))
            .collect();
        match (self.only, wanted.as_slice()) {
            (Some(_), []) => return Err(zegel_client::view::Failure::from(Reason::NoAccess).into()),
            (Some(_), [only]) => check_ready(only)?,
            _ => {}
        }
        let ready: Vec<_> = wanted
            .into_iter()
            .filter(|it| it.state == MailboxState::Ready)
            .collect();
        let context = self.context;
        self.mailboxes.retain(|account, seen| {
            let stays = ready.iter().any(|it| it.account == *account);
            if !stays {
                let text = format!("No access to {} any more.", in_line(&seen.address));
                context.note("no_access", &seen.address, &text);
            }
            stays
        });
        for mailbox in ready {
            self.follow_mailbox(mailbox).await?;
        }
        Ok(())
    }

    async fn follow_mailbox(&mut self, mailbox: &MailboxView) -> Result<(), Error> {
        if self.mailboxes.contains_key(&mailbox.account) {
            return self.look(mailbox.account).await;
        }
        let first = self.page(mailbox.account, None).await?.0;
        let seen = Seen {
            address: mailbox.address.to_string(),
            messages: first.iter().map(|row| row.message).collect(),
            since_ms: first
                .iter()
                .map(|row| row.received_at_ms)
                .max()
                .unwrap_or(0),
        };
        let text = format!("Watching {}.", in_line(&seen.address));
        self.context.note("watching", &seen.address, &text);
        self.mailboxes.insert(mailbox.account, seen);
        Ok(())
    }

    /// Prints what is new in the inbox of a mailbox that is followed: whatever stands before the
    /// first message that was there the last time, or came before those.
    async fn look(&mut self, mailbox: AccountId) -> Result<(), Error> {
        let Some(seen) = self.mailboxes.get(&mailbox) else {
            return Ok(());
        };
        let mut new = Vec::new();
        let mut before = None;
        for _ in 0..MAX_PAGES {
            let (rows, next) = match self.page(mailbox, before).await {
                Ok(page) => page,
                // The event that says so is on its way.
                Err(Error::Flow(failure)) if failure.reason == Reason::NoAccess => return Ok(()),
                Err(error) => return Err(error),
            };
            let total = rows.len();
            let fresh = rows.into_iter().take_while(|row| seen.is_new(row));
            let before_count = new.len();
            new.extend(fresh);
            before = next;
            if new.len() - before_count < total || before.is_none() {
                break;
            }
        }
        for row in new.iter().rev() {
            let line = New::of(&seen.address, row);
            self.context.print(&line, New::text)?;
        }
        if let Some(seen) = self.mailboxes.get_mut(&mailbox) {
            seen.messages.extend(new.iter().map(|row| row.message));
        }
        Ok(())
    }

    async fn page(
        &self,
        mailbox: AccountId,
        before: Option<String>,
    ) -> Result<(Vec<MessageRowView>, Option<String>), Error> {
        let page = self
            .session
            .signed_in
            .list_messages(mailbox, Folder::Inbox, false, before, &unwatched)
            .await?;
        Ok((page.rows, page.next))
    }
}

async fn next(events: &mut Events) -> Result<Event, Error> {
    let event = events.next().await;
    event.map_err(|error| zegel_client::view::Failure::from(error).into())
}
