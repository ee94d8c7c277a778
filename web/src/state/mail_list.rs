//! A folder as a list of places, of which those are loaded that somebody looked at: pages put to their places, news
//! merged in, marks and moves that can be taken back.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use zegel_api::Folder;
use zegel_client::view::{MessagePageView, MessageRowView};
use zegel_protocol::MessageId;

/// Rows that the server sends at once.
const PAGE: usize = 30;

/// A list, newest first, by places from its head on. The server may have more rows above, that wait to be shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct MailList {
    total: usize,
    rows: BTreeMap<usize, Slot>,
    places: HashMap<MessageId, usize>,
    waiting: usize,
    /// The message that is being read, where the server's list is without it by now.
    guest: Option<MessageId>,
}

/// A loaded row.
#[derive(Clone, Debug, PartialEq)]
struct Slot {
    row: MessageRowView,
    /// It may have moved to another place since, or be gone: to be loaded again when it is looked at.
    stale: bool,
    /// Where the server's next page starts, for the last row of a page.
    next: Option<String>,
}

/// Rows that were taken out, and where each of them stood.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Taken {
    rows: Vec<TakenRow>,
}

#[derive(Clone, Debug, PartialEq)]
struct TakenRow {
    above: Option<MessageId>,
    place: usize,
    row: MessageRowView,
}

/// A place some rows further down, or further up where they are negative.
fn moved(place: usize, by: isize) -> Option<usize> {
    place.checked_add_signed(by)
}

/// A number of rows, as the server says it.
fn count(rows: u32) -> usize {
    usize::try_from(rows).unwrap_or(usize::MAX)
}

/// How far it is from one place to another.
fn way(from: usize, to: usize) -> isize {
    if to >= from {
        isize::try_from(to - from).unwrap_or(isize::MAX)
    } else {
        isize::try_from(from - to).map_or(isize::MIN, |way| -way)
    }
}

impl MailList {
    /// Puts a page to its place, `skip` rows below the server's first one. What it covers and does not name is gone,
    /// but for `keep`: the message that is being read does not go because a filter leaves it out. Rows around the page
    /// move as far as it shows that they did, and count as stale where it does not show enough.
    pub(crate) fn put(&mut self, skip: usize, page: MessagePageView, keep: Option<MessageId>) {
        let said = page.total.map_or_else(|| self.listed(), count);
        let total = match page.rows.len() {
            0 => skip.min(said),
            rows if page.next.is_none() => skip + rows,
            rows => said.max(skip + rows),
        };
        let total = total.saturating_sub(self.waiting);
        let guest = self.guest.take();
        let kept = keep.and_then(|keep| Some((self.place(keep)?, self.row(keep)?.clone())));
        if let Some(guest) = guest {
            self.remove(guest);
        }
        let start = skip.saturating_sub(self.waiting);
        let hidden = self.waiting.saturating_sub(skip);
        let rows: Vec<MessageRowView> = page.rows.into_iter().skip(hidden).collect();

        let around = Around::of(self, start, &rows, total);
        let new: HashSet<MessageId> = rows.iter().map(|row| row.message).collect();
        let below = start + rows.len();
        let old = std::mem::take(&mut self.rows);
        for (place, slot) in old {
            if new.contains(&slot.row.message) {
                continue;
            }
            let (place, stale) = if place < around.covered.start {
                let place = moved(place, around.above).filter(|place| *place < start);
                (place, around.above_stale)
            } else if place >= around.covered.end {
                let place = moved(place, around.below).filter(|place| *place >= below);
                (place, around.below_stale)
            } else {
                (None, false)
            };
            if let Some(place) = place.filter(|place| *place < total) {
                let stale = stale || slot.stale;
                self.rows.insert(place, Slot { stale, ..slot });
            }
        }
        for (place, row) in (start..).zip(rows) {
            let slot = Slot {
                row,
                stale: false,
                next: None,
            };
            self.rows.insert(place, slot);
        }
        if let Some(last) = self.rows.get_mut(&below.saturating_sub(1)) {
            last.next = page.next;
        }
        self.total = total;
        self.index();
        if let Some((place, row)) = kept
            && !self.places.contains_key(&row.message)
        {
            self.guest = Some(row.message);
            self.insert(place.min(self.total), row);
        }
    }

    /// A newer first page, over the head of the list; so many rows of the server's list wait above it from now on.
    pub(crate) fn merge(&mut self, page: MessagePageView, waiting: usize, keep: Option<MessageId>) {
        self.waiting = waiting;
        self.put(0, page, keep);
    }

    /// The rows of a newer first page that are not here yet, and whatever came with them between that page and the
    /// list.
    pub(crate) fn news(&self, page: &MessagePageView) -> usize {
        let fresh = |row: &&MessageRowView| !self.places.contains_key(&row.message);
        let news = page.rows.iter().take_while(fresh).count();
        if news < page.rows.len() {
            return news;
        }
        let total = page.total.map_or(0, count);
        news.max((total + self.waiting).saturating_sub(self.listed()))
    }

    /// How many rows the server's list has, those that wait among them.
    fn listed(&self) -> usize {
        self.total + self.waiting - usize::from(self.guest.is_some())
    }

    fn index(&mut self) {
        let rows = self.rows.iter();
        self.places = rows
            .map(|(place, slot)| (slot.row.message, *place))
            .collect();
    }

    /// Takes one row out; those below it move up.
    fn remove(&mut self, message: MessageId) {
        let Some(place) = self.places.remove(&message) else {
            return;
        };
        let below = self.rows.split_off(&place);
        let moved = below.into_iter().skip(1);
        self.rows
            .extend(moved.map(|(place, slot)| (place - 1, slot)));
        self.total = self.total.saturating_sub(1);
        self.index();
    }

    /// Puts one row in; those from there on move down.
    fn insert(&mut self, place: usize, row: MessageRowView) {
        let below = self.rows.split_off(&place);
        let moved = below.into_iter().map(|(place, slot)| (place + 1, slot));
        self.rows.extend(moved);
        let slot = Slot {
            row,
            stale: false,
            next: None,
        };
        self.rows.insert(place, slot);
        self.total += 1;
        self.index();
    }

    /// How many rows there are, loaded or not.
    pub(crate) const fn len(&self) -> usize {
        self.total
    }

    /// Whether there is no row at all.
    pub(crate) const fn is_empty(&self) -> bool {
        self.total == 0
    }

    /// The loaded rows with their places, from the head on.
    pub(crate) fn loaded(&self) -> impl Iterator<Item = (usize, &MessageRowView)> {
        self.rows.iter().map(|(place, slot)| (*place, &slot.row))
    }

    /// The loaded row at a place.
    pub(crate) fn at(&self, place: usize) -> Option<&MessageRowView> {
        self.rows.get(&place).map(|slot| &slot.row)
    }

    /// The row of a message.
    pub(crate) fn row(&self, message: MessageId) -> Option<&MessageRowView> {
        self.at(self.place(message)?)
    }

    /// How many rows stand above a message.
    pub(crate) fn place(&self, message: MessageId) -> Option<usize> {
        self.places.get(&message).copied()
    }

    /// How many rows of the server's list stand above a place.
    pub(crate) fn skip(&self, place: usize) -> usize {
        let guest = self.guest.and_then(|guest| self.place(guest));
        self.waiting + place - usize::from(guest.is_some_and(|guest| guest < place))
    }

    /// Where the server's page starts that begins at a place, where the page right above it is loaded.
    pub(crate) fn before(&self, place: usize) -> Option<&String> {
        let above = self.rows.get(&place.checked_sub(1)?)?;
        above.next.as_ref().filter(|_| !above.stale)
    }

    /// From which place on a page has to be loaded so that some of those places are there; none where all are.
    pub(crate) fn wanted(&self, places: Range<usize>) -> Option<usize> {
        let fresh = |place: usize| self.rows.get(&place).is_some_and(|slot| !slot.stale);
        let places = places.start..places.end.min(self.total);
        let first = places.clone().find(|place| !fresh(*place))?;
        let end = (first..places.end).find(|place| fresh(*place));
        // Who comes from below wants what is above, too.
        match end {
            Some(end) if first == places.start => Some(end.saturating_sub(PAGE)),
            _ => Some(first),
        }
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
            let place = self.places.get(message);
            let Some(slot) = place.and_then(|place| self.rows.get_mut(place)) else {
                continue;
            };
            let row = &mut slot.row;
            let before = (row.read, row.starred);
            row.read = read.unwrap_or(row.read);
            row.starred = starred.unwrap_or(row.starred);
            if before != (row.read, row.starred) {
                changed.push(*message);
            }
        }
        changed
    }

    /// Shows messages as lying in another folder; answers where they lay.
    pub(crate) fn lay(&mut self, messages: &[MessageId], to: Folder) -> Vec<(MessageId, Folder)> {
        let mut lay = Vec::new();
        for message in messages {
            let place = self.places.get(message);
            if let Some(slot) = place.and_then(|place| self.rows.get_mut(place)) {
                lay.push((*message, slot.row.folder));
                slot.row.folder = to;
            }
        }
        lay
    }

    /// Takes messages out of the list.
    pub(crate) fn take(&mut self, messages: &[MessageId]) -> Taken {
        let wanted: HashSet<MessageId> = messages.iter().copied().collect();
        let mut taken = Taken::default();
        let rows = std::mem::take(&mut self.rows);
        let mut above: Option<(usize, MessageId)> = None;
        for (place, slot) in rows {
            let message = slot.row.message;
            if wanted.contains(&message) {
                let right_above = above.filter(|(above, _)| above + 1 == place);
                taken.rows.push(TakenRow {
                    above: right_above.map(|(_, message)| message),
                    place,
                    row: slot.row,
                });
                if self.guest == Some(message) {
                    self.guest = None;
                }
            } else {
                self.rows.insert(place - taken.rows.len(), slot);
            }
            above = Some((place, message));
        }
        self.total = self.total.saturating_sub(taken.rows.len());
        self.index();
        taken
    }

    /// Puts rows back to where they were: below what stood above them, or to their places where that is gone.
    pub(crate) fn put_back(&mut self, taken: Taken) {
        for TakenRow { above, place, row } in taken.rows {
            if self.places.contains_key(&row.message) {
                continue;
            }
            let place = above
                .and_then(|above| self.place(above))
                .map_or(place, |above| above + 1);
            self.insert(place.min(self.total), row);
        }
    }

    /// The place `steps` below (or above) a message; the first one where none is chosen. None beyond the ends.
    pub(crate) fn neighbour(&self, chosen: Option<MessageId>, steps: isize) -> Option<usize> {
        let at = chosen.and_then(|chosen| self.place(chosen));
        let place = match at {
            Some(at) => at.checked_add_signed(steps)?,
            None => 0,
        };
        (place < self.total).then_some(place)
    }

    /// The message to go on with once others are gone: the next one below, else the next one above.
    pub(crate) fn after(&self, gone: &[MessageId], from: MessageId) -> Option<MessageId> {
        let place = self.place(from)?;
        let stays = |message: &MessageId| !gone.contains(message);
        let message = |(_, slot): (&usize, &Slot)| slot.row.message;
        let below = self.rows.range(place..).map(message).find(stays);
        let above = || self.rows.range(..place).rev().map(message).find(stays);
        below.or_else(above)
    }
}

/// What a page says of the rows around it: which of the old places it stands in the place of, and how far the rows above
/// and below those moved.
struct Around {
    covered: Range<usize>,
    above: isize,
    above_stale: bool,
    below: isize,
    below_stale: bool,
}

impl Around {
    fn of(list: &MailList, start: usize, rows: &[MessageRowView], total: usize) -> Self {
        let known = |(at, row): (usize, &MessageRowView)| {
            let old = list.place(row.message)?;
            Some((old, start + at))
        };
        let grown = way(list.total, total);
        let end = start + rows.len();
        let first = rows.iter().enumerate().find_map(known);
        let last = rows.iter().enumerate().rev().find_map(known);
        let (Some(first), Some(last)) = (first, last) else {
            // What is new is most likely at the head, as mail is; what is gone may have been anywhere.
            let above = grown.max(0);
            return Self {
                covered: moved(start, -above).unwrap_or_default()
                    ..moved(end, -grown).unwrap_or_default(),
                above,
                above_stale: grown != 0,
                below: grown,
                below_stale: grown != 0,
            };
        };
        let above = way(first.0, first.1);
        // Nothing changed between the page's last row and what is below it, or else nothing below the page.
        let below = if last.1 + 1 == end {
            way(last.0, last.1)
        } else {
            grown
        };
        let covered_end = if last.1 + 1 == end {
            last.0 + 1
        } else {
            (last.0 + 1).max(moved(end, -below).unwrap_or_default())
        };
        Self {
            covered: first.0.min(last.0)..covered_end.max(first.0),
            above,
            above_stale: above != 0,
            below,
            below_stale: below != grown,
        }
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

    fn id(number: u16) -> MessageId {
        let mut bytes = [0; 16];
        bytes[..2].copy_from_slice(&number.to_be_bytes());
        MessageId::from(bytes)
    }

    fn row(number: u16) -> MessageRowView {
        MessageRowView {
            message: id(number),
            conversation: [1; 16].into(),
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

    /// A server's folder: its rows, newest first.
    #[derive(Clone)]
    struct Server(Vec<u16>);

    impl Server {
        fn counting_down(from: u16) -> Self {
            Self((1..=from).rev().collect())
        }

        fn page(&self, skip: usize, rows: usize) -> MessagePageView {
            let end = (skip + rows).min(self.0.len());
            let shown = self.0.get(skip..end).unwrap_or_default();
            MessagePageView {
                rows: shown.iter().copied().map(row).collect(),
                next: (end < self.0.len()).then(|| "more".to_owned()),
                unread: 0,
                total: u32::try_from(self.0.len()).ok(),
            }
        }

        /// Loads what is wanted of those places, page after page; answers after how many.
        fn load(&self, list: &mut MailList, places: Range<usize>) -> usize {
            for pages in 0..9 {
                let Some(place) = list.wanted(places.clone()) else {
                    return pages;
                };
                let above = list.before(place).and(place.checked_sub(1));
                let page = match above.and_then(|above| list.at(above)) {
                    // By the key of the row above, wherever it is by now.
                    Some(above) => {
                        let at = self
                            .0
                            .iter()
                            .position(|number| id(*number) == above.message);
                        MessagePageView {
                            total: None,
                            ..self.page(at.expect("it is there still") + 1, PAGE)
                        }
                    }
                    None => self.page(list.skip(place), PAGE),
                };
                list.put(list.skip(place), page, None);
            }
            panic!("the list never comes to rest: {list:?}");
        }
    }

    fn page(numbers: &[u16], total: u32) -> MessagePageView {
        let more = usize::try_from(total).expect("few") > numbers.len();
        MessagePageView {
            rows: numbers.iter().copied().map(row).collect(),
            next: more.then(|| "more".to_owned()),
            unread: 0,
            total: Some(total),
        }
    }

    fn list(numbers: &[u16]) -> MailList {
        let mut list = MailList::default();
        list.put(
            0,
            page(numbers, u32::try_from(numbers.len()).expect("few")),
            None,
        );
        list
    }

    /// The rows of those places; zero where none is loaded.
    fn shown(list: &MailList, places: Range<usize>) -> Vec<u16> {
        let number = |place| {
            list.at(place).map_or(0, |row| {
                let bytes = row.message.as_bytes();
                u16::from_be_bytes([bytes[0], bytes[1]])
            })
        };
        places.map(number).collect()
    }

    fn all(list: &MailList) -> Vec<u16> {
        shown(list, 0..list.len())
    }

    /// Every loaded row stands where the server has it.
    fn check(list: &MailList, server: &Server) {
        assert_eq!(list.len(), server.0.len());
        for (place, row) in list.loaded() {
            assert_eq!(row.message, id(server.0[place]), "at {place}");
            assert_eq!(list.place(row.message), Some(place));
        }
    }

    #[test]
    fn one_page_says_how_long_the_list_is() {
        for number in [0, 1, 30, 31, 60_000] {
            let server = Server::counting_down(number);
            let mut list = MailList::default();
            list.put(0, server.page(0, PAGE), None);
            check(&list, &server);
            assert_eq!(list.is_empty(), number == 0);
            assert_eq!(list.loaded().count(), usize::from(number.min(30)));
        }
    }

    #[test]
    fn any_place_is_there_after_one_page() {
        let server = Server::counting_down(60_000);
        let mut list = MailList::default();
        list.put(0, server.page(0, PAGE), None);
        for places in [30_000..30_010, 59_990..60_010, 25..40, 29_990..30_005] {
            assert_eq!(server.load(&mut list, places.clone()), 1, "{places:?}");
            check(&list, &server);
        }
        assert_eq!(server.load(&mut list, 0..30), 0);
        assert_eq!(list.loaded().count(), 130);
    }

    #[test]
    fn who_scrolls_up_gets_the_rows_above() {
        let server = Server::counting_down(500);
        let mut list = MailList::default();
        list.put(200, server.page(200, PAGE), None);
        assert_eq!(list.wanted(190..210), Some(170));
        assert_eq!(list.wanted(205..240), Some(230));
        assert_eq!(list.wanted(200..230), None);
        assert_eq!(list.wanted(490..700), Some(490));
    }

    #[test]
    fn new_mail_shifts_what_is_loaded() {
        let mut server = Server::counting_down(500);
        let mut list = MailList::default();
        list.put(0, server.page(0, PAGE), None);
        server.load(&mut list, 300..310);
        server.0.splice(0..0, [900, 901]);
        let head = server.page(0, PAGE);
        assert_eq!(list.news(&head), 2);
        list.merge(head, 0, None);
        check(&list, &server);
        assert_eq!(server.load(&mut list, 302..312), 0, "it is there still");
    }

    #[test]
    fn news_wait_above_while_jumps_go_on() {
        let mut server = Server::counting_down(500);
        let mut list = MailList::default();
        list.put(0, server.page(0, PAGE), None);
        server.0.splice(0..0, [900, 901]);
        let head = server.page(0, PAGE);
        list.merge(head.clone(), 2, None);
        assert_eq!(list.len(), 500);
        assert_eq!(shown(&list, 0..3), [500, 499, 498]);
        assert_eq!(list.skip(300), 302);
        server.load(&mut list, 300..310);
        assert_eq!(shown(&list, 300..302), [200, 199]);
        assert_eq!(list.news(&head), 2);
        list.merge(head, 0, None);
        check(&list, &server);
    }

    #[test]
    fn more_news_than_a_page_are_all_counted() {
        let mut server = Server::counting_down(500);
        let mut list = MailList::default();
        list.put(0, server.page(0, PAGE), None);
        server.0.splice(0..0, 900..940);
        let head = server.page(0, PAGE);
        assert_eq!(list.news(&head), 40);
        let mut waiting = list.clone();
        waiting.merge(head.clone(), 40, None);
        assert_eq!(waiting.len(), 500);
        assert_eq!(shown(&waiting, 0..2), [500, 499]);
        list.merge(head, 0, None);
        check(&list, &server);
        server.load(&mut list, 20..80);
        check(&list, &server);
    }

    #[test]
    fn a_page_that_does_not_fit_is_put_right() {
        let server = Server::counting_down(500);
        let mut list = MailList::default();
        list.put(0, server.page(0, PAGE), None);
        server.load(&mut list, 300..310);
        server.load(&mut list, 400..410);
        let mut deleted = server.clone();
        deleted.0.drain(100..103);
        let mut arrived = server.clone();
        arrived.0.splice(0..0, [900, 901, 902]);
        let mut both = arrived.clone();
        both.0.drain(350..353);
        let mut emptied = server.clone();
        emptied.0.truncate(45);
        for changed in [deleted, arrived, both, emptied] {
            let mut list = list.clone();
            // The server says that something changed; one looks at the middle, then up and down.
            list.merge(changed.page(0, PAGE), 0, None);
            for places in [320..335, 0..10, 295..310, 395..410, 480..500] {
                changed.load(&mut list, places.clone());
                assert_eq!(list.len(), changed.0.len());
                for place in places.start..places.end.min(list.len()) {
                    let row = list.at(place).map(|row| row.message);
                    assert_eq!(row, Some(id(changed.0[place])), "at {place}");
                }
            }
        }
    }

    #[test]
    fn what_left_the_folder_leaves_the_list() {
        let mut list = list(&[5, 4, 3, 2]);
        list.merge(page(&[5, 3], 3), 0, None);
        assert_eq!(all(&list), [5, 3, 2]);
        list.merge(page(&[5], 1), 0, None);
        assert_eq!(all(&list), [5]);
        list.merge(page(&[], 0), 0, None);
        assert!(list.is_empty() && list.loaded().next().is_none());
    }

    #[test]
    fn what_came_back_is_where_it_was() {
        let mut list = list(&[5, 3, 2, 1]);
        list.merge(page(&[5, 4, 3], 5), 0, None);
        assert_eq!(all(&list), [5, 4, 3, 2, 1]);
        list.merge(page(&[5, 4, 9], 6), 0, None);
        assert_eq!(all(&list), [5, 4, 9, 3, 2, 1]);
    }

    #[test]
    fn the_message_being_read_stays_when_the_filter_leaves_it_out() {
        let mut list = list(&[3, 2, 1]);
        list.merge(page(&[3, 1], 2), 0, Some(id(2)));
        assert_eq!(all(&list), [3, 2, 1]);
        assert_eq!((list.skip(1), list.skip(2)), (1, 1));
        list.merge(page(&[4, 3, 1], 3), 0, Some(id(2)));
        assert_eq!(all(&list), [4, 2, 3, 1]);
        list.merge(page(&[4, 3, 1], 3), 0, None);
        assert_eq!(all(&list), [4, 3, 1]);
    }

    #[test]
    fn a_server_that_sends_less_than_it_says_ends_the_list() {
        let mut list = MailList::default();
        list.put(0, page(&[3, 2, 1], 4_000_000_000), None);
        let end = MessagePageView {
            total: Some(4_000_000_000),
            ..MessagePageView::default()
        };
        list.put(3, end, None);
        assert_eq!(all(&list), [3, 2, 1]);
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
        assert_eq!(all(&list), [4, 1]);
        assert_eq!(taken.rows.len(), 3);
        list.put_back(taken.clone());
        assert_eq!(all(&list), [5, 4, 3, 2, 1]);
        list.put_back(taken);
        assert_eq!(all(&list), [5, 4, 3, 2, 1], "twice is once");
    }

    #[test]
    fn rows_are_taken_from_among_those_that_are_not_loaded() {
        let mut server = Server::counting_down(500);
        let mut list = MailList::default();
        list.put(0, server.page(0, PAGE), None);
        server.load(&mut list, 300..310);
        let before = list.clone();
        let taken = list.take(&[id(500), id(200), id(199)]);
        let gone = server.clone();
        server.0.retain(|number| ![500, 200, 199].contains(number));
        check(&list, &server);
        list.put_back(taken);
        assert_eq!(list, before);
        check(&list, &gone);
    }

    #[test]
    fn moving_stops_at_the_ends() {
        let list = list(&[1, 2]);
        assert_eq!(list.neighbour(None, 1), Some(0));
        assert_eq!(list.neighbour(Some(id(1)), 1), Some(1));
        assert_eq!(list.neighbour(Some(id(2)), 1), None);
        assert_eq!(list.neighbour(Some(id(1)), -1), None);
        assert_eq!(MailList::default().neighbour(None, 1), None);
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
