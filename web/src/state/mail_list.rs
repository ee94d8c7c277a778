use std::collections::HashSet;

use zegel_client::view::{MessagePageView, MessageRowView};
use zegel_protocol::MessageId;

/// The loaded part of a folder, newest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct MailList {
    rows: Vec<MessageRowView>,
    next: Option<String>,
    /// Marked on this page since the rows were loaded.
    read: HashSet<MessageId>,
    unread: HashSet<MessageId>,
}

impl MailList {
    /// The first page, in the place of everything.
    pub(crate) fn replace(&mut self, page: MessagePageView) {
        *self = Self {
            rows: page.rows,
            next: page.next,
            ..Self::default()
        };
    }

    /// The next page. Rows that are there already, because new mail moved them on, stay once.
    pub(crate) fn append(&mut self, page: MessagePageView) {
        let known: HashSet<MessageId> = self.rows.iter().map(|row| row.message).collect();
        self.rows.extend(
            page.rows
                .into_iter()
                .filter(|row| !known.contains(&row.message)),
        );
        self.next = page.next;
    }

    /// The rows.
    pub(crate) fn rows(&self) -> &[MessageRowView] {
        &self.rows
    }

    /// Where the next page starts.
    pub(crate) fn next(&self) -> Option<&String> {
        self.next.as_ref()
    }

    /// Whether a message counts as read; true for one that is not in the list.
    pub(crate) fn is_read(&self, message: MessageId) -> bool {
        if self.unread.contains(&message) {
            return false;
        }
        self.read.contains(&message)
            || self
                .rows
                .iter()
                .find(|row| row.message == message)
                .is_none_or(|row| row.read)
    }

    /// Marks a message; true where that changed something.
    pub(crate) fn mark(&mut self, message: MessageId, read: bool) -> bool {
        if self.is_read(message) == read {
            return false;
        }
        let (to, from) = if read {
            (&mut self.read, &mut self.unread)
        } else {
            (&mut self.unread, &mut self.read)
        };
        from.remove(&message);
        to.insert(message);
        true
    }

    /// The message `steps` below (or above) another one; the first one where none is chosen.
    pub(crate) fn neighbour(&self, chosen: Option<MessageId>, steps: isize) -> Option<MessageId> {
        let at = chosen.and_then(|chosen| self.rows.iter().position(|row| row.message == chosen));
        let index = match at {
            Some(at) => at.checked_add_signed(steps)?,
            None => 0,
        };
        self.rows.get(index).map(|row| row.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zegel_client::view::Condition;

    fn id(byte: u8) -> MessageId {
        MessageId::from([byte; 16])
    }

    fn row(byte: u8) -> MessageRowView {
        MessageRowView {
            message: id(byte),
            correspondents: String::new(),
            subject: String::new(),
            snippet: String::new(),
            sent_at_ms: 0,
            read: false,
            condition: Condition::Authentic,
        }
    }

    fn list(bytes: &[u8]) -> MailList {
        let mut list = MailList::default();
        list.replace(MessagePageView {
            rows: bytes.iter().copied().map(row).collect(),
            next: Some("more".to_owned()),
            unread: 0,
        });
        list
    }

    #[test]
    fn pages_append_without_doubles() {
        let mut list = list(&[1, 2]);
        list.append(MessagePageView {
            rows: vec![row(2), row(3)],
            next: None,
            unread: 0,
        });
        let ids: Vec<MessageId> = list.rows().iter().map(|row| row.message).collect();
        assert_eq!(ids, [id(1), id(2), id(3)]);
        assert_eq!(list.next(), None);
    }

    #[test]
    fn marks_change_once_and_back() {
        let mut list = list(&[1]);
        assert!(list.mark(id(1), true));
        assert!(!list.mark(id(1), true));
        assert!(list.is_read(id(1)));
        assert!(list.mark(id(1), false));
        assert!(!list.is_read(id(1)));
    }

    #[test]
    fn moving_stops_at_the_ends() {
        let list = list(&[1, 2]);
        assert_eq!(list.neighbour(None, 1), Some(id(1)));
        assert_eq!(list.neighbour(Some(id(1)), 1), Some(id(2)));
        assert_eq!(list.neighbour(Some(id(2)), 1), None);
        assert_eq!(list.neighbour(Some(id(1)), -1), None);
    }
}
