use std::collections::BTreeSet;

use futures_util::future::join_all;
use zegel_api::{
    ErrorCode, FindMessages, FindMessagesRequest, Folder, GetConversation, GetConversationRequest,
    ListMessages, ListMessagesRequest, Message, MessageRow,
};
use zegel_crypto::blob::{self, ListEntry};
use zegel_protocol::{AccountId, ConversationId, Hash, MessageId};

use super::kept::KeptEntry;
use crate::environment::{Step, Steps};
use crate::failure::Outcome;
use crate::mailbox::OpenMailbox;
use crate::session::SignedIn;
use crate::view::{AnswersView, Condition, Failure, MessagePageView, MessageRowView, Reason};

/// Rows of a page.
const PAGE: u16 = 30;
/// Messages fetched at the same time.
const AT_ONCE: usize = 6;

/// What was asked for: the server's rows have to fit.
#[derive(Clone, Copy)]
pub(crate) enum Asked {
    Folder(Folder),
    Conversation(ConversationId),
    Anywhere,
}

impl Asked {
    fn fits(self, row: &MessageRow) -> bool {
        row.folder != Folder::Starred
            && match self {
                Self::Folder(Folder::Starred) => row.starred,
                Self::Folder(folder) => row.folder == folder,
                Self::Conversation(conversation) => row.conversation == conversation,
                Self::Anywhere => true,
            }
    }
}

impl SignedIn {
    /// A page of a folder, newest first; only what is unread where that is wanted. Messages that no
    /// client of this mailbox has opened yet are opened and verified here, and get their list
    /// entries in one batch.
    ///
    /// # Errors
    /// [`Reason::NoAccess`], and the server's; a message that is not authentic is a row that says
    /// so.
    pub async fn list_messages(
        &self,
        mailbox: AccountId,
        folder: Folder,
        unread: bool,
        before: Option<String>,
        steps: Steps<'_>,
    ) -> Outcome<MessagePageView> {
        let request = ListMessagesRequest {
            folder,
            unread,
            before,
            skip: None,
            limit: PAGE,
        };
        self.page(mailbox, &request, steps).await
    }

    /// The page of a folder that so many rows stand above: a jump into it, without the pages
    /// between.
    ///
    /// # Errors
    /// As [`SignedIn::list_messages`].
    pub async fn list_messages_after(
        &self,
        mailbox: AccountId,
        folder: Folder,
        unread: bool,
        rows: u32,
        steps: Steps<'_>,
    ) -> Outcome<MessagePageView> {
        let request = ListMessagesRequest {
            folder,
            unread,
            before: None,
            skip: Some(rows),
            limit: PAGE,
        };
        self.page(mailbox, &request, steps).await
    }

    async fn page(
        &self,
        mailbox: AccountId,
        request: &ListMessagesRequest,
        steps: Steps<'_>,
    ) -> Outcome<MessagePageView> {
        steps(Step::Contacting);
        let page = self.call_in::<ListMessages>(mailbox, &[], request).await?;
        let asked = Asked::Folder(request.folder);
        Ok(MessagePageView {
            rows: self.rows(mailbox, asked, page.messages, steps).await?,
            next: page.next,
            unread: page.unread,
            total: page.total,
        })
    }

    /// The messages of a conversation that lie in a mailbox, in the order in which they were sent
    /// by their senders' word: the server's order is not asked.
    ///
    /// # Errors
    /// As [`SignedIn::list_messages`].
    pub async fn open_conversation(
        &self,
        mailbox: AccountId,
        conversation: ConversationId,
        steps: Steps<'_>,
    ) -> Outcome<Vec<MessageRowView>> {
        steps(Step::Contacting);
        let listed = self.conversation(mailbox, conversation, None).await?;
        let asked = Asked::Conversation(conversation);
        let mut rows = self.rows(mailbox, asked, listed, steps).await?;
        rows.sort_by_key(|row| row.sent_at_ms);
        Ok(rows)
    }

    /// Who answers a message; nobody where the server knows none by this identifier.
    ///
    /// # Errors
    /// [`Reason::NoAccess`]; else only the server's.
    pub async fn answers_to(&self, mailbox: AccountId, message: MessageId) -> Outcome<AnswersView> {
        let request = FindMessagesRequest {
            messages: vec![message],
        };
        let found = self
            .call_in::<FindMessages>(mailbox, &[], &request)
            .await?
            .messages;
        let row = found.into_iter().find(|row| row.message == message);
        Ok(row.map_or_else(AnswersView::default, |row| AnswersView {
            by: row.answered_by,
            now: row.answering,
        }))
    }

    /// What the server lists of a conversation, or the signed message of a hash in it; nothing where it
    /// knows none.
    pub(super) async fn conversation(
        &self,
        mailbox: AccountId,
        conversation: ConversationId,
        hash: Option<Hash>,
    ) -> Outcome<Vec<MessageRow>> {
        let request = GetConversationRequest { hash };
        let listed = self
            .call_in::<GetConversation>(mailbox, &[&conversation.to_string()], &request)
            .await;
        match listed {
            Ok(listed) => Ok(listed.messages),
            Err(failure) if failure.reason == Reason::Server(ErrorCode::NotFound) => Ok(Vec::new()),
            Err(failure) => Err(failure),
        }
    }

    pub(crate) async fn rows(
        &self,
        mailbox: AccountId,
        asked: Asked,
        mut listed: Vec<MessageRow>,
        steps: Steps<'_>,
    ) -> Outcome<Vec<MessageRowView>> {
        // What is listed twice is there once; so is what somebody sent to themselves.
        let mut seen = BTreeSet::new();
        listed.retain(|row| seen.insert(row.message));
        self.load_history(mailbox).await?;
        let mut rows: Vec<Option<MessageRowView>> = {
            let mut open = self.mailbox_mut(mailbox)?;
            let at_once = listed.iter().map(|row| open.row_at_once(row, asked));
            at_once.collect()
        };
        let unopened: Vec<usize> = (0..rows.len()).filter(|at| rows[*at].is_none()).collect();
        let mut entries = Vec::new();
        let mut done = 0;
        for batch in unopened.chunks(AT_ONCE) {
            steps(Step::Batch {
                done,
                total: u32::try_from(unopened.len()).unwrap_or(u32::MAX),
            });
            let messages = batch.iter().map(|at| listed[*at].message);
            let fetched = join_all(messages.map(|message| self.fetch(mailbox, message))).await;
            for (at, fetched) in batch.iter().zip(fetched) {
                let (view, entry) = self.row_by_opening(mailbox, &listed[*at], fetched).await?;
                rows[*at] = Some(view);
                entries.extend(entry);
                done += 1;
            }
        }
        self.pin_met_if_room().await?;
        self.put_list_entries(mailbox, &entries).await?;
        Ok(rows.into_iter().flatten().collect())
    }

    pub(crate) async fn row_by_opening(
        &self,
        mailbox: AccountId,
        row: &MessageRow,
        fetched: Outcome<Message>,
    ) -> Outcome<(MessageRowView, Option<(MessageId, ListEntry)>)> {
        let opened = match fetched {
            Ok(fetched) => self.open(mailbox, row.message, row.folder, &fetched).await,
            Err(failure) => Err(failure),
        };
        match opened {
            Ok(opened)
                if opened.signed.hash() == row.hash
                    && opened.signed.header.conversation == row.conversation =>
            {
                let view = view(row, &opened.entry);
                self.note_opened(mailbox, &opened);
                let entry = (!opened.late).then_some((row.message, opened.entry));
                Ok((view, entry))
            }
            Ok(_) => Ok((bare(row, Condition::NotAuthentic), None)),
            Err(failure) => match said_of_the_message(&failure) {
                Some(condition) => Ok((bare(row, condition), None)),
                None => Err(failure),
            },
        }
    }
}

impl OpenMailbox {
    /// The row where no message has to be opened for it.
    fn row_at_once(&mut self, row: &MessageRow, asked: Asked) -> Option<MessageRowView> {
        if !asked.fits(row) {
            return Some(bare(row, Condition::NotAuthentic));
        }
        if row.gone {
            self.entries.remove(&row.message);
            self.remembered.forget(row.message);
            return Some(bare(row, Condition::Gone));
        }
        let entry = self.take_entry(row)?;
        Some(view(row, entry))
    }

    /// The row's entry as an earlier opening left it, sealed; kept in memory from now on. None where
    /// there is no such entry, or it is of another message than the server lists.
    pub(crate) fn take_entry(&mut self, row: &MessageRow) -> Option<&ListEntry> {
        let sealed = row.list_entry.as_ref()?;
        let kept = self
            .tier
            .newest_first()
            .find_map(|(generation, key)| {
                let opened =
                    blob::open_list_entry(key, self.account, generation, row.message, &sealed.0);
                Some(KeptEntry {
                    entry: opened.ok()?,
                    generation,
                    verified_here: false,
                })
            })
            .filter(|kept| {
                let listed = &kept.entry.listed;
                let sent = listed.sender == self.account;
                listed.signed_message == row.hash
                    && listed.conversation == row.conversation
                    && (sent || row.folder != Folder::Sent)
            })?;
        self.keep_entry(row.message, kept);
        self.entries.get(&row.message).map(|kept| &kept.entry)
    }
}

/// What a failure says of the message that did not open; none where it is one of the way to it.
pub(super) fn said_of_the_message(failure: &Failure) -> Option<Condition> {
    match failure.reason {
        Reason::NotAuthentic
        | Reason::Rollback
        | Reason::Protocol
        | Reason::Server(ErrorCode::NotFound) => Some(Condition::NotAuthentic),
        Reason::KeyChanged => Some(Condition::KeyChanged),
        Reason::PasswordNeeded => Some(Condition::Locked),
        Reason::Server(ErrorCode::Gone) => Some(Condition::Gone),
        _ => None,
    }
}

fn view(row: &MessageRow, entry: &ListEntry) -> MessageRowView {
    let listed = &entry.listed;
    MessageRowView {
        correspondents: listed.correspondents.as_str().to_owned(),
        subject: listed.subject.as_str().to_owned(),
        snippet: listed.snippet.as_str().to_owned(),
        attachments: listed.attachments,
        sent_at_ms: listed.sent_at.0,
        ..bare(row, Condition::Authentic)
    }
}

/// A row of which nothing is shown but the server's word for when it came.
fn bare(row: &MessageRow, condition: Condition) -> MessageRowView {
    MessageRowView {
        message: row.message,
        conversation: row.conversation,
        folder: row.folder,
        correspondents: String::new(),
        subject: String::new(),
        snippet: String::new(),
        attachments: 0,
        sent_at_ms: row.received_at_ms.0,
        received_at_ms: row.received_at_ms.0,
        read: row.read,
        starred: row.starred,
        answered_by: row.answered_by.clone(),
        answering: row.answering.clone(),
        condition,
    }
}
