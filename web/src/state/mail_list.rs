//! The loaded part of a folder: pages that add up, news merged in place, marks and moves that can be taken back.

use std::collections::{HashMap, HashSet};

use zegel_api::Folder;
use zegel_client::view::{MessagePageView, MessageRowView};
use zegel_protocol::MessageId;

/// The loaded part of a folder, newest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct MailList {
    rows: Vec<MessageRowView>,
    places: HashMap<MessageId, usize>,
    next: Option<String>,
}

/// Rows that were taken out, and where each of them stood.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Taken {
    rows: Vec<(Option<MessageId>, MessageRowView)>,
}

impl MailList {
    /// The first page, in the place of everything.
    pub(crate) fn replace(&mut self, page: MessagePageView) {
        self.rows = page.rows;
        self.next = page.next;
        self.index();
    }

    /// The next page. Rows that are there already, because new mail moved them on, stay once.
    pub(crate) fn append(&mut self, page: MessagePageView) {
        let rows = page.rows.into_iter();
        let fresh: Vec<MessageRowView> = rows
            .filter(|row| !self.places.contains_key(&row.message))
            .collect();
        self.rows.extend(fresh);
        self.next = page.next;
        self.index();
    }

    /// Rows at the head of a newer first page that are not here yet.
    pub(crate) fn news(&self, page: &MessagePageView) -> usize {
        let fresh = |row: &&MessageRowView| !self.places.contains_key(&row.message);
        page.rows.iter().take_while(fresh).count()
    }

    /// A newer first page, in the place of the rows that it covers. What was loaded below stays. `keep` is the message
    /// that is being read: it does not go because a filter leaves it out.
    pub(crate) fn merge(&mut self, page: MessagePageView, keep: Option<MessageId>) {
        let last_known = page
            .rows
            .iter()
            .rev()
            .find_map(|row| self.places.get(&row.message).copied());
        let covered = match last_known {
            // The page is the whole folder.
            _ if page.next.is_none() => self.rows.len(),
            Some(last) => last + 1,
            // More new messages than a page: what is between is not loaded, so what is below cannot stay.
            None => self.rows.len(),
        };
        let below = self.rows.split_off(covered);
        let kept = keep.and_then(|keep| {
            let place = self.rows.iter().position(|row| row.message == keep)?;
            Some((place, self.rows[place].clone()))
        });
        let all_replaced = below.is_empty();
        let mut rows = page.rows;
        let new: HashSet<MessageId> = rows.iter().map(|row| row.message).collect();
        if let Some((place, row)) = kept
            && !new.contains(&row.message)
        {
            let place = place.min(rows.len());
            rows.insert(place, row);
        }
        rows.extend(below.into_iter().filter(|row| !new.contains(&row.message)));
        self.rows = rows;
        if all_replaced {
            self.next = page.next;
        }
        self.index();
    }

    fn index(&mut self) {
        let rows = self.rows.iter().enumerate();
        self.places = rows.map(|(place, row)| (row.message, place)).collect();
    }

    /// The rows.
    pub(crate) fn rows(&self) -> &[MessageRowView] {
        &self.rows
    }

    /// Where the next page starts.
    pub(crate) fn next(&self) -> Option<&String> {
        self.next.as_ref()
    }

    /// The row of a message.
    pub(crate) fn row(&self, message: MessageId) -> Option<&MessageRowView> {
        self.rows.get(self.place(message)?)
    }

    /// How many rows stand above a message.
    pub(crate) fn place(&self, message: MessageId) -> Option<usize> {
        self.places.get(&message).copied()
    }

    /// Marks messages; answers those that it changed.
    pub(crate) fn mark(
        &mut self,
        messages: &[MessageId],
        read: Option<bool>,
        starred: Option<bool>,
    ) -> Vec<MessageId> {
        let mut changed = Vec::new();
        for message in messages {
            let place = self.places.get(message).copied();
            let Some(row) = place.and_then(|place| self.rows.get_mut(place)) else {
                continue;
            };
            let before = (row.read, row.starred);
            row.read = read.unwrap_or(row.read);
            row.starred = starred.unwrap_or(row.starred);
            if before != (row.read, row.starred) {
                changed.push(*message);
            }
        }
        changed
    }

    /// Takes messages out of the list.
    pub(crate) fn take(&mut self, messages: &[MessageId]) -> Taken {
        let wanted: HashSet<MessageId> = messages.iter().copied().collect();
        let mut taken = Taken::default();
        let mut above = None;
        let rows = std::mem::take(&mut self.rows);
        for row in rows {
            if wanted.contains(&row.message) {
                taken.rows.push((above, row.clone()));
            } else {
                self.rows.push(row.clone());
            }
            above = Some(row.message);
        }
        self.index();
        taken
    }

    /// Puts rows back to where they were, or to the head where what stood above them is gone.
    pub(crate) fn put_back(&mut self, taken: Taken) {
        for (above, row) in taken.rows {
            if self.rows.iter().any(|one| one.message == row.message) {
                continue;
            }
            let place = above
                .and_then(|above| self.rows.iter().position(|one| one.message == above))
                .map_or(0, |place| place + 1);
            self.rows.insert(place, row);
        }
        self.index();
    }

    /// The message `steps` below (or above) another one; the first one where none is chosen.
    pub(crate) fn neighbour(&self, chosen: Option<MessageId>, steps: isize) -> Option<MessageId> {
        let at = chosen.and_then(|chosen| self.place(chosen));
        let index = match at {
            Some(at) => at.checked_add_signed(steps)?,
            None => 0,
        };
        self.rows.get(index).map(|row| row.message)
    }

    /// The message to go on with once others are gone: the next one below, else the next one above.
    pub(crate) fn after(&self, gone: &[MessageId], from: MessageId) -> Option<MessageId> {
        let place = self.place(from)?;
        let stays = |row: &&MessageRowView| !gone.contains(&row.message);
        let below = self.rows[place..].iter().find(stays);
        let above = || self.rows[..place].iter().rev().find(stays);
        below.or_else(above).map(|row| row.message)
    }
}

/// Where a move is taken back to: sent and received messages find their own way out of the archive and the bin.
pub(crate) const fn way_back(from: Folder) -> Folder {
    match from {
        Folder::Archive => Folder::Archive,
        Folder::Trash => Folder::Trash,
        Folder::Inbox | Folder::Sent | Folder::Starred => Folder::Inbox,
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
            conversation: [byte; 16].into(),
            folder: Folder::Inbox,
            correspondents: String::new(),
            subject: String::new(),
            snippet: String::new(),
            attachments: 0,
            sent_at_ms: 0,
            read: false,
            starred: false,
            answered_by: None,
            answering: None,
            condition: Condition::Authentic,
        }
    }

    fn page(bytes: &[u8], next: Option<&str>) -> MessagePageView {
        MessagePageView {
            rows: bytes.iter().copied().map(row).collect(),
            next: next.map(str::to_owned),
            unread: 0,
        }
    }

    fn list(bytes: &[u8]) -> MailList {
        let mut list = MailList::default();
        list.replace(page(bytes, Some("more")));
        list
    }

    fn bytes(list: &MailList) -> Vec<u8> {
        list.rows()
            .iter()
            .map(|row| row.message.as_bytes()[0])
            .collect()
    }

    #[test]
    fn pages_append_without_doubles() {
        let mut list = list(&[9, 8]);
        list.append(page(&[8, 7], None));
        assert_eq!(bytes(&list), [9, 8, 7]);
        assert_eq!(list.next(), None);
    }

    #[test]
    fn news_come_on_top_and_what_was_loaded_stays() {
        let mut list = list(&[5, 4]);
        list.append(page(&[3, 2], Some("deep")));
        let newer = page(&[7, 6, 5], Some("shallow"));
        assert_eq!(list.news(&newer), 2);
        list.merge(newer, None);
        assert_eq!(bytes(&list), [7, 6, 5, 4, 3, 2]);
        assert_eq!(
            list.next().map(String::as_str),
            Some("deep"),
            "the next page is still the one below the last row"
        );
    }

    #[test]
    fn what_left_the_folder_leaves_the_list() {
        let mut list = list(&[5, 4, 3, 2]);
        list.merge(page(&[5, 3], Some("more")), None);
        assert_eq!(bytes(&list), [5, 3, 2]);
        list.merge(page(&[5], None), None);
        assert_eq!(bytes(&list), [5]);
        assert_eq!(list.next(), None);
    }

    #[test]
    fn more_news_than_a_page_leave_no_hole() {
        let mut list = list(&[2, 1]);
        list.merge(page(&[9, 8], Some("more")), None);
        assert_eq!(bytes(&list), [9, 8]);
        assert_eq!(list.next().map(String::as_str), Some("more"));
    }

    #[test]
    fn the_message_being_read_stays_when_the_filter_leaves_it_out() {
        let mut list = list(&[3, 2, 1]);
        list.merge(page(&[3, 1], None), Some(id(2)));
        assert_eq!(bytes(&list), [3, 2, 1]);
    }

    #[test]
    fn marks_answer_what_they_changed() {
        let mut list = list(&[1, 2]);
        assert_eq!(list.mark(&[id(1), id(7)], Some(true), None), [id(1)]);
        assert!(list.mark(&[id(1)], Some(true), Some(false)).is_empty());
        assert_eq!(list.mark(&[id(1)], None, Some(true)), [id(1)]);
        assert!(list.row(id(1)).is_some_and(|row| row.read && row.starred));
    }

    #[test]
    fn taken_rows_go_back_to_their_places() {
        let mut list = list(&[5, 4, 3, 2, 1]);
        let taken = list.take(&[id(5), id(3), id(2)]);
        assert_eq!(bytes(&list), [4, 1]);
        assert_eq!(taken.rows.len(), 3);
        list.put_back(taken.clone());
        assert_eq!(bytes(&list), [5, 4, 3, 2, 1]);
        list.put_back(taken);
        assert_eq!(bytes(&list), [5, 4, 3, 2, 1], "twice is once");
    }

    #[test]
    fn moving_stops_at_the_ends() {
        let list = list(&[1, 2]);
        assert_eq!(list.neighbour(None, 1), Some(id(1)));
        assert_eq!(list.neighbour(Some(id(1)), 1), Some(id(2)));
        assert_eq!(list.neighbour(Some(id(2)), 1), None);
        assert_eq!(list.neighbour(Some(id(1)), -1), None);
    }

    #[test]
    fn reading_goes_on_below_else_above() {
        let list = list(&[3, 2, 1]);
        assert_eq!(list.after(&[id(3), id(2)], id(3)), Some(id(1)));
        assert_eq!(list.after(&[id(1), id(2)], id(1)), Some(id(3)));
        assert_eq!(list.after(&[id(3), id(2), id(1)], id(2)), None);
    }

    #[test]
    fn a_move_is_taken_back_to_where_it_came_from() {
        assert_eq!(
            way_back(Folder::Sent),
            Folder::Inbox,
            "which the server reads as back"
        );
        assert_eq!(way_back(Folder::Archive), Folder::Archive);
        assert_eq!(way_back(Folder::Trash), Folder::Trash);
    }
}
