//! The rows of a list. Only those in sight and some around them are in the page.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use zegel_client::view::{Condition, MessageRowView};
use zegel_protocol::MessageId;

use super::Mailbox;
use crate::components::{Avatar, Badge, Icon, Tone};
use crate::i18n::{self, Text, mail as tx, t};
use crate::state::browser;
use crate::state::plain_text::one_line;
use crate::state::window::{Heights, Window, position, windows};

/// What a list shows of itself.
#[derive(Clone, Copy)]
pub(crate) struct Scroller {
    /// What scrolls.
    pub(super) pane: NodeRef<html::Div>,
    top: RwSignal<f64>,
    view: RwSignal<f64>,
    heights: RwSignal<Heights>,
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
        self.top.set(f64::from(pane.scroll_top()));
        self.view.set(f64::from(pane.client_height()));
    }

    /// Takes note of how high rows are drawn.
    fn measure_rows(self) {
        let Some(pane) = self.pane.try_get_untracked().flatten() else {
            return;
        };
        let height = |selector: &str| {
            let found = pane.query_selector(selector).ok().flatten()?;
            let height = found.dyn_ref::<web_sys::HtmlElement>()?.offset_height();
            (height > 0).then(|| f64::from(height))
        };
        let before = self.heights.get_untracked();
        let heights = Heights {
            plain: height(".mail-item:not([data-marked])").unwrap_or(before.plain),
            marked: height(".mail-item[data-marked]").unwrap_or(before.marked),
            heading: height(".mail-day").unwrap_or(before.heading),
        };
        if heights != before {
            self.heights.set(heights);
        }
    }

    /// Whether the newest row is in sight.
    pub(super) fn is_at_top(self) -> bool {
        let heights = self.heights.get_untracked();
        self.top.get_untracked() < heights.heading + heights.plain
    }

    /// Scrolls to the newest row.
    pub(super) fn to_top(self) {
        if let Some(pane) = self.pane.try_get_untracked().flatten() {
            pane.set_scroll_top(0);
        }
        self.top.set(0.0);
    }

    /// Scrolls as far as it takes for a row to be in sight.
    fn reveal(self, y: f64, height: f64) {
        let Some(pane) = self.pane.try_get_untracked().flatten() else {
            return;
        };
        let (top, view) = (
            f64::from(pane.scroll_top()),
            f64::from(pane.client_height()),
        );
        // Headings and the button of the phone stand in the way at both ends.
        let margin = 48.0;
        let wanted = if y < top + margin {
            y - margin
        } else if y + height > top + view - margin {
            y + height - view + margin
        } else {
            return;
        };
        #[expect(clippy::cast_possible_truncation, reason = "whole pixels of a page")]
        pane.set_scroll_top(wanted.max(0.0) as i32);
        self.measure();
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
    /// came; a sender's clock does not bring them under an earlier heading.
    fn split(self, rows: &[MessageRowView]) -> [std::ops::Range<usize>; 3] {
        let older = |than: u64| {
            rows.iter()
                .position(|row| row.sent_at_ms < than)
                .unwrap_or(rows.len())
        };
        let (yesterday, earlier) = (older(self.today_ms), older(self.yesterday_ms));
        [0..yesterday, yesterday..earlier, earlier..rows.len()]
    }
}

/// Whether a row has badges: what makes it higher.
fn is_marked(row: &MessageRowView) -> bool {
    row.attachments > 0
        || row.answered_by.is_some()
        || row.answering.is_some()
        || row.condition != Condition::Authentic
}

/// A group of rows under its heading.
#[derive(Clone, Debug, Default, PartialEq)]
struct Group {
    any: bool,
    messages: Vec<MessageId>,
    above: f64,
    below: f64,
}

/// The rows under each heading by their places, and which of them have badges.
type Layout = Vec<(std::ops::Range<usize>, Vec<bool>)>;

fn layout(rows: &[MessageRowView]) -> Layout {
    let group = |range: std::ops::Range<usize>| {
        let marks = rows[range.clone()].iter().map(is_marked).collect();
        (range, marks)
    };
    Days::now().split(rows).into_iter().map(group).collect()
}

/// The loaded rows of the list.
#[component]
pub(super) fn Rows(mailbox: Mailbox) -> impl IntoView {
    let scroller = mailbox.scroller;
    let layout = Memo::new(move |_| mailbox.list.with(|list| layout(list.rows())));
    let shown = Memo::new(move |_| {
        let (top, view) = (scroller.top.get(), scroller.view.get());
        let heights = scroller.heights.get();
        layout.with(|layout| {
            let windows = windows(
                layout.iter().map(|(_, marks)| marks.as_slice()),
                heights,
                top,
                view,
            );
            mailbox.list.with(|list| {
                let group = |((range, _), window): (&(std::ops::Range<usize>, _), Window)| {
                    // The list may be shorter already than what was laid out.
                    let rows = list.rows().get(range.clone()).unwrap_or_default();
                    let rows_shown = rows.get(window.rows).unwrap_or_default();
                    Group {
                        any: !rows.is_empty(),
                        messages: rows_shown.iter().map(|row| row.message).collect(),
                        above: window.above,
                        below: window.below,
                    }
                };
                layout
                    .iter()
                    .zip(windows)
                    .map(group)
                    .collect::<Vec<Group>>()
            })
        })
    });
    Effect::new(move || {
        let _ = shown.with(Vec::len);
        browser::after_render(move || {
            scroller.measure();
            scroller.measure_rows();
        });
    });
    let resized = window_event_listener(ev::resize, move |_| {
        scroller.measure();
        scroller.measure_rows();
    });
    on_cleanup(move || resized.remove());

    let group = move |place: usize, label: Text| {
        let group =
            Memo::new(move |_| shown.with(|shown| shown.get(place).cloned().unwrap_or_default()));
        view! {
            <Show when=move || group.with(|group| group.any)>
                <h2 class="mail-day">{t(label)}</h2>
                <Gap height=Signal::derive(move || group.with(|group| group.above)) />
                <ul>
                    <For
                        each=move || group.with(|group| group.messages.clone())
                        key=|message| *message
                        let:message
                    >
                        <Row mailbox=mailbox message=message />
                    </For>
                </ul>
                <Gap height=Signal::derive(move || group.with(|group| group.below)) />
            </Show>
        }
    };
    view! { {group(0, tx::TODAY)} {group(1, tx::YESTERDAY)} {group(2, tx::EARLIER)} }
}

/// The room of rows that are not in the page. Its height is an attribute: styles of an element are not allowed here.
#[component]
fn Gap(height: Signal<f64>) -> impl IntoView {
    view! {
        <svg
            class="mail-gap"
            aria-hidden="true"
            width="1"
            height=move || height.get().to_string()
        ></svg>
    }
}

#[component]
fn Row(mailbox: Mailbox, message: MessageId) -> impl IntoView {
    let row = Memo::new(move |before: Option<&Option<MessageRowView>>| {
        let now = mailbox.list.with(|list| list.row(message).cloned());
        // What leaves the list keeps its words until it is taken out of the page.
        now.or_else(|| before.cloned().flatten())
    });
    let with = move |read: fn(&MessageRowView) -> String| {
        row.with(|row| row.as_ref().map(read).unwrap_or_default())
    };
    let is =
        move |read: fn(&MessageRowView) -> bool| row.with(|row| row.as_ref().is_some_and(read));
    let current = Memo::new(move |_| mailbox.chosen.get() == Some(message));
    let selected = Memo::new(move |_| {
        mailbox
            .selected
            .with(|selected| selected.contains(&message))
    });
    let unread = Memo::new(move |_| is(|row| !row.read));
    let starred = Memo::new(move |_| is(|row| row.starred));
    let from = Memo::new(move |_| with(|row| one_line(&row.correspondents)));
    let sender = move || {
        from.with(|from| {
            if from.is_empty() {
                tx::UNKNOWN_SENDER.get().to_owned()
            } else {
                from.clone()
            }
        })
    };
    let subject = move || with(subject_of);
    let sent_at_ms = move || row.with(|row| row.as_ref().map_or(0, |row| row.sent_at_ms));
    view! {
        <li class="mail-item" data-marked=move || is(is_marked).then_some("")>
            <a
                class="mail-row"
                id=row_id(message)
                href=move || mailbox.href(message)
                data-unread=move || unread.get().then_some("")
                aria-current=move || current.get().then_some("true")
            >
                <Avatar name=from />
                <span class="mail-from">
                    <Show when=move || unread.get()>
                        <span class="visually-hidden">{t(tx::UNREAD)} " "</span>
                    </Show>
                    <bdi>{sender}</bdi>
                </span>
                <time
                    class="mail-time"
                    datetime=move || browser::iso(sent_at_ms())
                    title=move || i18n::date_time(sent_at_ms())
                >
                    {move || i18n::short_time(sent_at_ms())}
                </time>
                <span class="mail-subject">
                    <bdi>{subject}</bdi>
                </span>
                <span class="mail-preview">
                    <bdi>{move || with(snippet_of)}</bdi>
                </span>
                <Show when=move || is(is_marked)>
                    <span class="mail-marks">{move || row.get().map(|row| marks(&row))}</span>
                </Show>
            </a>
            <label class="mail-tick">
                <input
                    type="checkbox"
                    aria-label=t!(tx::SELECT_ROW, subject = subject(), name = sender())
                    prop:checked=move || selected.get()
                    on:change=move |event| mailbox.select(message, event_target_checked(&event))
                />
            </label>
            <button
                class="icon-button mail-star"
                type="button"
                data-size="small"
                aria-pressed=move || starred.get().to_string()
                aria-label=t!(tx::STAR_ROW, subject = subject())
                title=move || if starred.get() { tx::UNSTAR.get() } else { tx::STAR.get() }
                on:click=move |_| mailbox.toggle_star(message)
            >
                <Icon name="star" />
            </button>
        </li>
    }
}

/// Nothing is shown of what is not as its sender wrote it.
fn subject_of(row: &MessageRowView) -> String {
    match row.condition {
        Condition::Authentic if row.subject.trim().is_empty() => tx::NO_SUBJECT.get().to_owned(),
        Condition::Authentic => one_line(&row.subject),
        Condition::NotAuthentic => tx::NOT_AUTHENTIC_ROW.get().to_owned(),
        Condition::Locked => tx::LOCKED_ROW.get().to_owned(),
        Condition::Gone => tx::GONE_ROW.get().to_owned(),
        Condition::KeyChanged => tx::KEY_CHANGED_ROW.get().to_owned(),
    }
}

fn snippet_of(row: &MessageRowView) -> String {
    if row.condition == Condition::Authentic {
        one_line(&row.snippet)
    } else {
        String::new()
    }
}

fn marks(row: &MessageRowView) -> impl IntoView + use<> {
    let condition = match row.condition {
        Condition::Authentic => None,
        Condition::NotAuthentic => Some((Tone::Danger, "sealbroken", tx::NOT_AUTHENTIC)),
        Condition::Locked => Some((Tone::Info, "lock", tx::LOCKED)),
        Condition::Gone => Some((Tone::Info, "ban", tx::GONE)),
        Condition::KeyChanged => {
            Some((Tone::Danger, "sealbroken", crate::i18n::common::KEY_CHANGED))
        }
    };
    let condition = condition.map(|(tone, icon, text)| {
        view! { <Badge tone=tone icon=icon text=TextProp::from(t(text)) /> }
    });
    let count = row.attachments;
    let files = (count > 0).then(|| {
        let text = move || match count {
            1 => tx::FILES_ONE.get().to_owned(),
            _ => t!(tx::FILES_MANY, count = count)(),
        };
        view! { <Badge icon="clip" text=TextProp::from(text) /> }
    });
    let answered = row.answered_by.as_deref().map(one_line).map(|name| {
        view! {
            <Badge tone=Tone::Success icon="reply" text=t!(tx::ANSWERED_BY, name = name) />
        }
    });
    let answering = row.answering.as_deref().map(one_line).map(|name| {
        view! { <Badge tone=Tone::Info icon="edit" text=t!(tx::ANSWERING, name = name) /> }
    });
    view! { {condition} {answering} {answered} {files} }
}

const ROW: &str = "row-";

fn row_id(message: MessageId) -> String {
    format!("{ROW}{message}")
}

/// The message of the row that has the focus.
pub(super) fn focused() -> Option<MessageId> {
    let item = browser::document()
        .active_element()?
        .closest(".mail-item")
        .ok()??;
    let row = item.query_selector(".mail-row").ok()??;
    row.id().strip_prefix(ROW)?.parse().ok()
}

/// Moves the focus to a message's row, wherever the list is scrolled to; to the list's heading where the row is gone.
pub(super) fn focus_row(mailbox: Mailbox, message: MessageId) {
    let found = mailbox.list.try_with_untracked(|list| {
        let heights = mailbox.scroller.heights.get_untracked();
        let layout = layout(list.rows());
        let groups = layout.iter().map(|(_, marks)| marks.as_slice());
        position(groups, heights, list.place(message)?)
    });
    let Some((y, height)) = found.flatten() else {
        browser::focus_id("list-title");
        return;
    };
    mailbox.scroller.reveal(y, height);
    // The row comes into the page once what is in sight is known.
    browser::after_render(move || browser::focus_id(&row_id(message)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(sent_at_ms: u64) -> MessageRowView {
        MessageRowView {
            message: [1; 16].into(),
            conversation: [1; 16].into(),
            folder: zegel_api::Folder::Inbox,
            correspondents: String::new(),
            subject: String::new(),
            snippet: String::new(),
            attachments: 0,
            sent_at_ms,
            read: false,
            starred: false,
            answered_by: None,
            answering: None,
            condition: Condition::Authentic,
        }
    }

    #[test]
    fn headings_follow_each_other_whatever_the_senders_clocks_say() {
        let days = Days {
            today_ms: 200,
            yesterday_ms: 100,
        };
        let rows = [250, 210, 150, 220, 90, 140].map(row);
        assert_eq!(days.split(&rows), [0..2, 2..4, 4..6]);
        assert_eq!(days.split(&[row(50)]), [0..0, 0..0, 0..1]);
        assert_eq!(days.split(&[row(300)]), [0..1, 1..1, 1..1]);
    }
}
