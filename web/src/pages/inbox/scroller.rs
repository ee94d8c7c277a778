//! What a list shows of itself: how far it is scrolled, and where each row is.

use std::ops::Range;

use leptos::{html, prelude::*};
use zegel_client::view::{Condition, MessageRowView};
use zegel_protocol::MessageId;

use crate::state::window::{Group, Heights, Window, height, in_sight, position, windows};
use crate::state::{MailList, browser};

/// What scrolls, and how far it is.
#[derive(Clone, Copy)]
pub(crate) struct Scroller {
    /// What scrolls.
    pub(super) pane: NodeRef<html::Div>,
    /// How far.
    pub(super) top: RwSignal<f64>,
    view: RwSignal<f64>,
    heights: RwSignal<Heights>,
}

/// Rows in sight by how far each is below the upper edge.
pub(super) struct Anchor {
    first: f64,
    rows: Vec<(MessageId, f64)>,
}

impl Scroller {
    pub(super) fn new() -> Self {
        Self {
            pane: NodeRef::new(),
            top: RwSignal::new(0.0),
            view: RwSignal::new(800.0),
            heights: RwSignal::new(Heights::default()),
        }
    }

    /// Takes note of what is in sight.
    pub(super) fn measure(self) {
        let Some(pane) = self.pane.try_get_untracked().flatten() else {
            return;
        };
        let change = |signal: RwSignal<f64>, now: i32| {
            let now = f64::from(now);
            // A whole pixel is as exact as the browser tells it.
            if (signal.get_untracked() - now).abs() >= 1.0 {
                signal.set(now);
            }
        };
        change(self.top, pane.scroll_top());
        change(self.view, pane.client_height());
    }

    /// Takes note of how high rows are drawn.
    pub(super) fn measure_rows(self) {
        let Some(pane) = self.pane.try_get_untracked().flatten() else {
            return;
        };
        let height = |selector: &str| {
            let found = pane.query_selector(selector).ok().flatten()?;
            let height = found.get_bounding_client_rect().height();
            (height > 0.0).then_some(height)
        };
        let before = self.heights.get_untracked();
        let heights = Heights {
            plain: height(".mail-item:not([data-marked], [data-blank])").unwrap_or(before.plain),
            marked: height(".mail-item[data-marked]").unwrap_or(before.marked),
            heading: height(".mail-day").unwrap_or(before.heading),
        };
        if heights != before {
            self.heights.set(heights);
        }
    }

    /// The height of a row that is not loaded.
    pub(super) fn blank(self) -> f64 {
        self.heights.get().plain
    }

    /// Whether the newest row is in sight.
    pub(super) fn is_at_top(self) -> bool {
        let heights = self.heights.get_untracked();
        self.top.get_untracked() < heights.heading + heights.plain
    }

    /// Scrolls to the newest row.
    pub(super) fn to_top(self) {
        self.scroll_to(0.0);
    }

    /// Scrolls to where it was; once what is there is drawn.
    pub(super) fn back_to(self, top: f64) {
        self.top.set(top);
        browser::after_render(move || {
            self.scroll_to(top);
            self.measure();
        });
    }

    #[expect(clippy::cast_possible_truncation, reason = "whole pixels of a page")]
    fn scroll_to(self, top: f64) {
        if let Some(pane) = self.pane.try_get_untracked().flatten() {
            pane.set_scroll_top(top.max(0.0).round() as i32);
            self.top.set(f64::from(pane.scroll_top()));
        }
    }

    /// Scrolls as far as it takes for the row at a place to be in sight; false where there is no such row.
    pub(super) fn reveal(self, layout: &Layout, place: usize) -> bool {
        let heights = self.heights.get_untracked();
        let Some((y, height)) = position(&layout.groups, heights, place) else {
            return false;
        };
        let Some(pane) = self.pane.try_get_untracked().flatten() else {
            return true;
        };
        let (top, view) = (
            f64::from(pane.scroll_top()),
            f64::from(pane.client_height()),
        );
        // Headings and the button of the phone stand in the way at both ends.
        let margin = 48.0;
        if y < top + margin {
            self.scroll_to(y - margin);
        } else if y + height > top + view - margin {
            self.scroll_to(y + height - view + margin);
        }
        self.measure();
        true
    }

    /// The rows that are in the page.
    pub(super) fn windows(self, layout: &Layout) -> Vec<Window> {
        let (top, view) = (self.top.get(), self.view.get());
        windows(&layout.groups, self.heights.get(), top, view)
    }

    /// How high the whole list is.
    pub(super) fn height(self, layout: &Layout) -> f64 {
        height(&layout.groups, self.heights.get())
    }

    /// The rows in sight; none where the list itself is not.
    pub(super) fn in_sight(self, layout: &Layout) -> Range<usize> {
        let view = self.view.get_untracked();
        if view < 1.0 {
            return 0..0;
        }
        let heights = self.heights.get_untracked();
        in_sight(&layout.groups, heights, self.top.get_untracked(), view)
    }

    /// What is in sight, to be held while the list changes; nothing where the newest row is.
    pub(super) fn anchor(self, list: &MailList, layout: &Layout) -> Option<Anchor> {
        if self.is_at_top() {
            return None;
        }
        let (top, heights) = (self.top.get_untracked(), self.heights.get_untracked());
        let below = |place: usize| Some(position(&layout.groups, heights, place)?.0 - top);
        let seen = self.in_sight(layout);
        let rows = seen.clone().filter_map(|place| {
            let row = list.at(place)?;
            Some((row.message, below(place)?))
        });
        Some(Anchor {
            rows: rows.collect(),
            first: below(seen.start)?,
        })
    }

    /// Scrolls so that what was in sight is where it was. Where the first rows of it are gone, the next ones are in
    /// their place.
    pub(super) fn hold(self, anchor: Anchor, list: &MailList, layout: &Layout) {
        let mut rows = anchor.rows.iter().enumerate();
        let found = rows.find_map(|(at, (message, below))| {
            let place = list.place(*message)?;
            let (y, _) = position(&layout.groups, self.heights.get_untracked(), place)?;
            Some(y - if at == 0 { *below } else { anchor.first })
        });
        if let Some(top) = found
            && (top - self.top.get_untracked()).abs() >= 1.0
        {
            self.back_to(top);
        }
    }
}

/// Under which heading a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Days {
    today_ms: u64,
    yesterday_ms: u64,
}

impl Days {
    fn now() -> Self {
        let today = browser::today();
        Self {
            today_ms: browser::midnight(today, 0),
            yesterday_ms: browser::midnight(today, -1),
        }
    }

    /// The rows of today, of yesterday and those before, by their places. The list is in the order in which messages
    /// came; a sender's clock does not bring them under an earlier heading. What is not loaded counts as earlier, where
    /// nothing below it is later.
    fn split(self, list: &MailList) -> [Range<usize>; 3] {
        let older = |than: u64| {
            let mut end = 0;
            for (place, row) in list.loaded() {
                if row.sent_at_ms < than {
                    break;
                }
                end = place + 1;
            }
            end
        };
        let yesterday = older(self.today_ms);
        let earlier = older(self.yesterday_ms).max(yesterday);
        [0..yesterday, yesterday..earlier, earlier..list.len()]
    }
}

/// Whether a row has badges: what makes it higher. Results say of each in which folder it lies.
pub(super) fn is_marked(row: &MessageRowView, results: bool) -> bool {
    results
        || row.attachments > 0
        || row.answered_by.is_some()
        || row.answering.is_some()
        || row.condition != Condition::Authentic
}

/// The rows under each heading.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Layout {
    groups: Vec<Group>,
}

impl Layout {
    /// Of a list, or of results.
    pub(super) fn of(list: &MailList, results: bool) -> Self {
        let days = Days::now().split(list);
        let marked: Vec<usize> = list
            .loaded()
            .filter(|(_, row)| is_marked(row, results))
            .map(|(place, _)| place)
            .collect();
        let group = |range: Range<usize>| Group {
            len: range.len(),
            marked: marked
                .iter()
                .filter(|place| range.contains(place))
                .map(|place| place - range.start)
                .collect(),
        };
        Self {
            groups: days.into_iter().map(group).collect(),
        }
    }

    /// Place of the first row of each group.
    pub(super) fn starts(&self) -> impl Iterator<Item = usize> {
        self.groups.iter().scan(0, |start, group| {
            let here = *start;
            *start += group.len;
            Some(here)
        })
    }
}

#[cfg(test)]
mod tests {
    use zegel_client::view::MessagePageView;

    use super::*;

    fn row(number: u8, sent_at_ms: u64) -> MessageRowView {
        MessageRowView {
            message: [number; 16].into(),
            conversation: [1; 16].into(),
            folder: zegel_api::Folder::Inbox,
            correspondents: String::new(),
            subject: String::new(),
            snippet: String::new(),
            attachments: 0,
            sent_at_ms,
            received_at_ms: sent_at_ms,
            read: false,
            starred: false,
            answered_by: None,
            answering: None,
            condition: Condition::Authentic,
        }
    }

    fn put(list: &mut MailList, skip: usize, times: &[u64], total: u32) {
        let number = |at: usize| u8::try_from(skip + at).expect("few");
        let rows = times.iter().enumerate();
        let page = MessagePageView {
            rows: rows.map(|(at, time)| row(number(at), *time)).collect(),
            next: Some("more".to_owned()),
            unread: 0,
            total: Some(total),
        };
        list.put(skip, page, None);
    }

    const DAYS: Days = Days {
        today_ms: 200,
        yesterday_ms: 100,
    };

    #[test]
    fn headings_follow_each_other_whatever_the_senders_clocks_say() {
        let split = |times: &[u64]| {
            let mut list = MailList::default();
            let total = u32::try_from(times.len()).expect("few");
            put(&mut list, 0, times, total);
            DAYS.split(&list)
        };
        assert_eq!(split(&[250, 210, 150, 220, 90, 140]), [0..2, 2..4, 4..6]);
        assert_eq!(split(&[50]), [0..0, 0..0, 0..1]);
        assert_eq!(split(&[300]), [0..1, 1..1, 1..1]);
        assert_eq!(split(&[]), [0..0, 0..0, 0..0]);
    }

    #[test]
    fn what_is_not_loaded_is_earlier_until_it_shows_otherwise() {
        let mut list = MailList::default();
        put(&mut list, 0, &[250, 240], 100);
        assert_eq!(DAYS.split(&list), [0..2, 2..2, 2..100]);
        put(&mut list, 50, &[40, 30], 100);
        assert_eq!(DAYS.split(&list), [0..2, 2..2, 2..100]);
        put(&mut list, 20, &[220, 150], 100);
        assert_eq!(DAYS.split(&list), [0..21, 21..22, 22..100]);
    }
}
