//! What one does with messages: at once on the page, taken back in place where the server does not follow.

use std::collections::HashSet;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_api::Folder;
use zegel_client::view::{Failure, MailboxKind, MessageRowView};
use zegel_protocol::{AccountId, MessageId};

use super::{Mailbox, rows};
use crate::i18n::{Text, errors, mail as tx};
use crate::state::{Message, Taken, browser, way_back};
use crate::worker::{
    call,
    messages::{DeleteMessages, MarkMessages, MoveMessages},
};

/// What became of the rows of messages that were moved.
#[derive(Clone)]
enum Gone {
    /// They left the list.
    Rows(Taken),
    /// They are there still, and lay in those folders.
    Elsewhere(Vec<(MessageId, Folder)>),
}

/// Messages that one call takes.
const BATCH: usize = 100;

impl Mailbox {
    /// Whether a move takes messages out of the list.
    fn leaves(self, to: Folder) -> bool {
        // What is found is found in every folder.
        if self.search.is_on() {
            return false;
        }
        match self.folder.get_untracked() {
            Folder::Starred => to == Folder::Trash,
            folder => folder != to,
        }
    }

    /// Whether the user may delete for good what lies in the bin.
    pub(crate) fn may_delete(self) -> bool {
        self.kind != MailboxKind::Delegated
    }

    /// Shows messages as read, here and in the counts; the server knows already.
    pub(crate) fn show_read(self, message: MessageId) {
        self.show_marks(&[message], Some(true), None);
    }

    fn show_marks(
        self,
        messages: &[MessageId],
        read: Option<bool>,
        starred: Option<bool>,
    ) -> Vec<MessageId> {
        let changed = self
            .list
            .try_update(|list| list.mark(messages, read, starred));
        let mut changed = changed.unwrap_or_default();
        if let Some(starred) = starred {
            let opened = self.star.try_update(|star| match star {
                Some((message, star)) if messages.contains(message) && *star != starred => {
                    *star = starred;
                    Some(*message)
                }
                _ => None,
            });
            let unlisted = opened.flatten().filter(|it| !changed.contains(it));
            changed.extend(unlisted);
        }
        if let Some(read) = read {
            let in_inbox = self.list.try_with_untracked(|list| {
                let rows = changed.iter().filter_map(|message| list.row(*message));
                rows.filter(|row| row.folder == Folder::Inbox).count()
            });
            let count = u32::try_from(in_inbox.unwrap_or_default()).unwrap_or_default();
            self.app.mailboxes.change_counts(self.account, |counts| {
                counts.unread = if read {
                    counts.unread.saturating_sub(count)
                } else {
                    counts.unread.saturating_add(count)
                };
            });
        }
        changed
    }

    /// Marks messages as read or unread, or stars them. What changes several of them has a way back: who marked some of
    /// both kinds could not tell them apart any more.
    pub(crate) fn mark(self, messages: Vec<MessageId>, read: Option<bool>, starred: Option<bool>) {
        let changed = self.show_marks(&messages, read, starred);
        if let Some(words) = marked(read, starred).filter(|_| changed.len() > 1) {
            let changed = changed.clone();
            let text = Message::Filled(words, vec![("count", changed.len().to_string())]);
            let undo = move || {
                self.show_marks(&changed, opposite(read), opposite(starred));
                // The worker takes one change after the other: this one comes after what it takes back.
                self.store_marks(
                    changed.clone(),
                    changed.clone(),
                    opposite(read),
                    opposite(starred),
                );
            };
            self.app.toast_undo(text, tx::UNDO, Arc::new(undo));
        }
        self.store_marks(messages, changed, read, starred);
    }

    /// Has the server mark messages; takes back what is shown of those that it does not.
    fn store_marks(
        self,
        messages: Vec<MessageId>,
        changed: Vec<MessageId>,
        read: Option<bool>,
        starred: Option<bool>,
    ) {
        spawn_local(async move {
            for (done, batch) in messages.chunks(BATCH).enumerate() {
                let command = MarkMessages {
                    mailbox: self.account,
                    messages: batch.to_vec(),
                    read,
                    starred,
                };
                if let Err(failure) = call(command).await {
                    let left = not_marked(&messages, done, &changed);
                    self.show_marks(&left, opposite(read), opposite(starred));
                    self.fail(tx::NOT_MARKED, &failure);
                    return;
                }
            }
        });
    }

    /// Stars a message, or takes its star.
    pub(crate) fn toggle_star(self, message: MessageId) {
        let starred = untrack(|| self.is_starred(message));
        self.mark(vec![message], None, Some(!starred));
    }

    /// Whether a message is starred: as the list says, which changes at once; else as it was opened.
    pub(crate) fn is_starred(self, message: MessageId) -> bool {
        let listed = self
            .list
            .with(|list| list.row(message).map(|row| row.starred));
        listed.unwrap_or_else(|| self.star.get() == Some((message, true)))
    }

    /// Takes note of the star of the message that is shown.
    pub(crate) fn note_star(self, message: MessageId, starred: bool) {
        if self.chosen.try_get_untracked().flatten() == Some(message) {
            self.star.set(Some((message, starred)));
        }
    }

    /// Moves messages, with a way back.
    pub(crate) fn move_to(self, messages: Vec<MessageId>, to: Folder) {
        let folder = self.folder.get_untracked();
        let rows: Vec<Option<MessageRowView>> = self.list.with_untracked(|list| {
            messages
                .iter()
                .map(|message| list.row(*message).cloned())
                .collect()
        });
        let ways: Vec<(MessageId, Folder)> = messages
            .iter()
            .zip(rows)
            .map(|(message, row)| (*message, way_back(row.map_or(folder, |row| row.folder))))
            .collect();
        let taken = if self.leaves(to) {
            Gone::Rows(self.take(&messages))
        } else {
            let lay = self.list.try_update(|list| list.lay(&messages, to));
            Gone::Elsewhere(lay.unwrap_or_default())
        };
        let words = match to {
            Folder::Archive => (tx::ARCHIVED_ONE, tx::ARCHIVED_MANY),
            Folder::Trash => (tx::BINNED_ONE, tx::BINNED_MANY),
            Folder::Inbox | Folder::Sent | Folder::Starred => (tx::PUT_BACK_ONE, tx::PUT_BACK_MANY),
        };
        let undo = {
            let taken = taken.clone();
            Arc::new(move || self.take_back(taken.clone(), ways.clone()))
        };
        self.app
            .toast_undo(counted(words, messages.len()), tx::UNDO, undo);
        self.begin_moving();
        spawn_local(async move {
            if let Err(failure) = move_all(self.account, &messages, to).await {
                self.put_back(taken);
                self.fail(tx::NOT_MOVED, &failure);
            }
            self.end_moving();
        });
    }

    fn take_back(self, taken: Gone, ways: Vec<(MessageId, Folder)>) {
        self.put_back(taken);
        self.begin_moving();
        spawn_local(async move {
            for to in [Folder::Inbox, Folder::Archive, Folder::Trash] {
                let messages: Vec<MessageId> = ways
                    .iter()
                    .filter(|(_, way)| *way == to)
                    .map(|(message, _)| *message)
                    .collect();
                if let Err(failure) = move_all(self.account, &messages, to).await {
                    self.fail(tx::NOT_MOVED, &failure);
                    if !self.list.is_disposed() {
                        self.refresh();
                    }
                    break;
                }
            }
            self.end_moving();
        });
    }

    /// Takes rows out of the list. Reading goes on at the next one, and so does the focus.
    pub(super) fn take(self, messages: &[MessageId]) -> Taken {
        // The bar of the ticked messages goes with them.
        let pressed = super::bulk::has_focus().then(|| messages.first().copied());
        let focused = rows::focused().or(pressed.flatten());
        let chosen = self.chosen.get_untracked();
        let next = |from: Option<MessageId>| {
            let from = from.filter(|from| messages.contains(from))?;
            Some(self.list.with_untracked(|list| list.after(messages, from)))
        };
        let next_chosen = next(chosen);
        let next_focused = next(focused);
        let taken = self
            .rearrange(|list| list.take(messages))
            .unwrap_or_default();
        let ticked = self.selected.try_update(|selected| {
            let before = selected.len();
            selected.retain(|message| !messages.contains(message));
            (before, selected.len())
        });
        if let Some((1.., 0)) = ticked {
            self.selecting.set(false);
        }
        if let Some(next) = next_chosen {
            let beside = super::list::is_visible();
            match next {
                Some(next) if beside => self.go(untrack(|| self.href(next)), true),
                _ => self.go(untrack(|| self.folder_href()), true),
            }
        }
        if let Some(next) = next_focused.or(next_chosen) {
            browser::after_render(move || match next {
                Some(next) => rows::focus_row(self, next),
                None => browser::focus_id("list-title"),
            });
        }
        taken
    }

    fn put_back(self, taken: Gone) {
        // Another folder may be shown by now.
        match taken {
            Gone::Rows(taken) => {
                self.rearrange(|list| list.put_back(taken));
            }
            Gone::Elsewhere(lay) => {
                let _ = self.list.try_update(|list| {
                    for (message, folder) in lay {
                        list.lay(&[message], folder);
                    }
                });
            }
        }
    }

    /// Deletes for good; the rows go once they are.
    pub(super) async fn delete(self, messages: &[MessageId]) -> Result<(), Failure> {
        for batch in messages.chunks(BATCH) {
            let command = DeleteMessages {
                mailbox: self.account,
                messages: batch.to_vec(),
            };
            self.begin_moving();
            let deleted = call(command).await;
            if deleted.is_ok() && !self.list.is_disposed() {
                self.take(batch);
            }
            self.end_moving();
            deleted?;
        }
        self.app
            .toast(counted((tx::DELETED_ONE, tx::DELETED_MANY), messages.len()));
        Ok(())
    }

    fn fail(self, text: Text, failure: &Failure) {
        let problem = untrack(|| errors::failure(failure));
        self.app
            .toast(Message::Filled(text, vec![("problem", problem)]));
    }

    /// Ticks a row, or takes the tick away.
    pub(crate) fn select(self, message: MessageId, on: bool) {
        self.selecting.set(true);
        self.selected.update(|selected| {
            if on {
                selected.insert(message);
            } else {
                selected.remove(&message);
            }
        });
        if self
            .selected
            .with_untracked(std::collections::HashSet::is_empty)
        {
            self.selecting.set(false);
        }
    }

    /// Takes all ticks away.
    pub(crate) fn stop_selecting(self) {
        self.selecting.set(false);
        self.selected.update(std::collections::HashSet::clear);
    }

    /// Ticked messages in the order of the list; where none is, the one that is being read.
    pub(crate) fn targets(self) -> Vec<MessageId> {
        let selected = self.selected.get_untracked();
        if selected.is_empty() {
            return self.chosen.get_untracked().into_iter().collect();
        }
        self.list.with_untracked(|list| {
            let rows = list.loaded().map(|(_, row)| row.message);
            let mut targets: Vec<MessageId> =
                rows.filter(|message| selected.contains(message)).collect();
            // What is not loaded any more is ticked still.
            let gone = selected.iter().filter(|it| list.row(**it).is_none());
            targets.extend(gone);
            targets
        })
    }
}

fn opposite(mark: Option<bool>) -> Option<bool> {
    mark.map(|mark| !mark)
}

/// What was done to so many messages.
fn marked(read: Option<bool>, starred: Option<bool>) -> Option<Text> {
    match (read, starred) {
        (Some(true), _) => Some(tx::MARKED_READ),
        (Some(false), _) => Some(tx::MARKED_UNREAD),
        (None, Some(true)) => Some(tx::STARRED_MANY),
        (None, Some(false)) => Some(tx::UNSTARRED_MANY),
        (None, None) => None,
    }
}

/// Of the messages that changed on the page, those that the server did not mark, after so many batches that it did.
fn not_marked(messages: &[MessageId], batches: usize, changed: &[MessageId]) -> Vec<MessageId> {
    let done: HashSet<&MessageId> = messages.iter().take(batches * BATCH).collect();
    let left = changed.iter().filter(|message| !done.contains(message));
    left.copied().collect()
}

/// A text for one, or for many with their number.
fn counted((one, many): (Text, Text), count: usize) -> Message {
    if count == 1 {
        Message::Text(one)
    } else {
        Message::Filled(many, vec![("count", count.to_string())])
    }
}

async fn move_all(mailbox: AccountId, messages: &[MessageId], to: Folder) -> Result<(), Failure> {
    for batch in messages.chunks(BATCH) {
        let messages = batch.to_vec();
        call(MoveMessages {
            mailbox,
            messages,
            to,
        })
        .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(number: usize) -> MessageId {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&number.to_le_bytes());
        MessageId(id)
    }

    #[test]
    fn only_what_the_server_did_not_mark_is_taken_back() {
        let messages: Vec<MessageId> = (0..2 * BATCH).map(message).collect();
        let changed = [message(3), message(BATCH), message(BATCH + 7)];
        assert_eq!(not_marked(&messages, 0, &changed), changed);
        assert_eq!(not_marked(&messages, 1, &changed), changed[1..]);
        assert_eq!(not_marked(&messages, 2, &changed), []);
    }

    #[test]
    fn what_was_done_is_said_once() {
        assert_eq!(marked(Some(false), None), Some(tx::MARKED_UNREAD));
        assert_eq!(marked(None, Some(false)), Some(tx::UNSTARRED_MANY));
        assert_eq!(marked(None, None), None);
        assert_eq!(opposite(Some(true)), Some(false));
        assert_eq!(opposite(None), None);
    }
}
