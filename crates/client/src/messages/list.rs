use futures_util::future::join_all;
use zegel_api::{Folder, ListMessages, ListMessagesRequest, Message, MessageRow};
use zegel_crypto::blob::{self, ListEntry};
use zegel_protocol::MessageId;

use crate::environment::{Step, Steps};
use crate::failure::Outcome;
use crate::session::{Own, SignedIn};
use crate::view::{Condition, Failure, MessagePageView, MessageRowView, Reason};

/// Rows of a page.
const PAGE: u16 = 30;
/// Messages fetched at the same time.
const AT_ONCE: usize = 6;

impl SignedIn {
    /// A page of a folder, newest first. Messages that no client of this account has opened yet
    /// are opened and verified here, and get their list entries in one batch.
    ///
    /// # Errors
    /// Only the server's; a message that is not authentic is a row that says so.
    pub async fn list_messages(
        &self,
        folder: Folder,
        before: Option<String>,
        steps: Steps<'_>,
    ) -> Outcome<MessagePageView> {
        steps(Step::Contacting);
        let request = ListMessagesRequest {
            folder,
            before,
            limit: PAGE,
        };
        let page = self.environment.call::<ListMessages>(&request).await?;
        let mut rows: Vec<Option<MessageRowView>> = Vec::with_capacity(page.messages.len());
        {
            let mut own = self.own.borrow_mut();
            for row in &page.messages {
                rows.push(own.row_by_entry(row));
            }
        }
        let unopened: Vec<usize> = (0..rows.len()).filter(|at| rows[*at].is_none()).collect();
        let mut entries = Vec::new();
        let mut done = 0;
        for batch in unopened.chunks(AT_ONCE) {
            steps(Step::Batch {
                done,
                total: u32::try_from(unopened.len()).unwrap_or(u32::MAX),
            });
            let fetched = join_all(
                batch
                    .iter()
                    .map(|at| self.fetch(page.messages[*at].message)),
            )
            .await;
            for (at, fetched) in batch.iter().zip(fetched) {
                let row = &page.messages[*at];
                let (view, entry) = self.row_by_opening(row, folder, fetched).await?;
                rows[*at] = Some(view);
                entries.extend(entry);
                done += 1;
            }
        }
        self.pin_met_if_room().await?;
        self.put_list_entries(&entries).await?;
        Ok(MessagePageView {
            rows: rows.into_iter().flatten().collect(),
            next: page.next,
            unread: page.unread,
        })
    }

    async fn row_by_opening(
        &self,
        row: &MessageRow,
        folder: Folder,
        fetched: Outcome<Message>,
    ) -> Outcome<(MessageRowView, Option<(MessageId, ListEntry)>)> {
        let opened = match fetched {
            Ok(fetched) => self.open(row.message, folder, &fetched).await,
            Err(failure) => Err(failure),
        };
        match opened {
            Ok(opened) if opened.signed.hash() == row.hash => {
                let view = view(row, &opened.entry);
                Ok((view, Some((row.message, opened.entry))))
            }
            Ok(_) => Ok((not_authentic(row), None)),
            Err(failure) if says_nothing_of_the_message(&failure) => Err(failure),
            Err(_) => Ok((not_authentic(row), None)),
        }
    }
}

impl Own {
    /// The row as an earlier opening left it, sealed; none where there is no such entry, or it is
    /// of another message than the server lists.
    fn row_by_entry(&mut self, row: &MessageRow) -> Option<MessageRowView> {
        let sealed = row.list_entry.as_ref()?;
        let entry = self
            .mailbox
            .newest_first()
            .find_map(|(generation, mailbox)| {
                blob::open_list_entry(mailbox, self.account, generation, row.message, &sealed.0)
                    .ok()
            })
            .filter(|entry| entry.listed.signed_message == row.hash)?;
        let view = view(row, &entry);
        self.keep_entry(row.message, entry);
        Some(view)
    }
}

/// Failures of the way, not of the message.
fn says_nothing_of_the_message(failure: &Failure) -> bool {
    !matches!(
        failure.reason,
        Reason::NotAuthentic
            | Reason::Rollback
            | Reason::KeyChanged
            | Reason::Protocol
            | Reason::Server(zegel_api::ErrorCode::NotFound)
    )
}

fn view(row: &MessageRow, entry: &ListEntry) -> MessageRowView {
    let listed = &entry.listed;
    MessageRowView {
        message: row.message,
        correspondents: listed.correspondents.as_str().to_owned(),
        subject: listed.subject.as_str().to_owned(),
        snippet: listed.snippet.as_str().to_owned(),
        sent_at_ms: listed.sent_at.0,
        read: row.read,
        condition: Condition::Authentic,
    }
}

/// A row of which nothing is shown but the server's word for when it came.
fn not_authentic(row: &MessageRow) -> MessageRowView {
    MessageRowView {
        message: row.message,
        correspondents: String::new(),
        subject: String::new(),
        snippet: String::new(),
        sent_at_ms: row.received_at_ms.0,
        read: row.read,
        condition: Condition::NotAuthentic,
    }
}
