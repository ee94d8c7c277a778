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
mod tests;
