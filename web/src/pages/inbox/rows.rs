//! The rows of a list. Only those in sight and some around them are in the page.

use std::ops::Range;

use leptos::{ev, prelude::*};
use zegel_api::Folder;
use zegel_client::view::{Condition, MessageRowView};
use zegel_protocol::MessageId;

use super::scroller::{Layout, is_marked};
use super::{Mailbox, folder_name};
use crate::components::{Avatar, Badge, Icon, Tone};
use crate::i18n::{self, Text, mail as tx, t};
use crate::state::browser;
use crate::state::plain_text::one_line;

/// Scrolling rests this long before what is in sight is loaded.
const REST_MS: u64 = 80;

/// A row that is in the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Item {
    /// A loaded one.
    Message(MessageId),
    /// One that is not loaded, by its place.
    Blank(usize),
}

/// A group of rows under its heading.
#[derive(Clone, Debug, Default, PartialEq)]
struct Group {
    any: bool,
    items: Vec<Item>,
    above: f64,
    below: f64,
}

/// The rows of the list.
#[component]
pub(super) fn Rows(mailbox: Mailbox) -> impl IntoView {
    let scroller = mailbox.scroller;
    let results = mailbox.results_shown;
    let layout = Memo::new(move |_| mailbox.list.with(|list| Layout::of(list, results.get())));
    let shown = Memo::new(move |_| {
        layout.with(|layout| {
            let windows = scroller.windows(layout);
            mailbox.list.with(|list| {
                let item = |place: usize| {
                    let row = list.at(place);
                    row.map_or(Item::Blank(place), |row| Item::Message(row.message))
                };
                let group = |(start, window): (usize, crate::state::window::Window)| {
                    let Range { start: first, end } = window.rows;
                    // The list may be shorter already than what was laid out.
                    let end = (start + end).min(list.len());
                    Group {
                        any: first < window.rows.end,
                        items: (start + first..end).map(item).collect(),
                        above: window.above,
                        below: window.below,
                    }
                };
                let starts = layout.starts();
                starts.zip(windows).map(group).collect::<Vec<Group>>()
            })
        })
    });
    Effect::new(move || {
        shown.track();
        browser::after_render(move || {
            scroller.measure();
            scroller.measure_rows();
        });
    });
    load_at_rest(mailbox);
    let resized = window_event_listener(ev::resize, move |_| {
        scroller.measure();
        scroller.measure_rows();
    });
    on_cleanup(move || resized.remove());

    let group = move |place: usize, label: Text| {
        let group =
            Memo::new(move |_| shown.with(|shown| shown.get(place).cloned().unwrap_or_default()));
        let row = move |item: Item| match item {
            Item::Message(message) => view! { <Row mailbox=mailbox message=message /> }.into_any(),
            Item::Blank(_) => view! { <Blank mailbox=mailbox /> }.into_any(),
        };
        view! {
            <Show when=move || group.with(|group| group.any)>
                <h2 class="mail-day">{t(label)}</h2>
                <Gap height=Signal::derive(move || group.with(|group| group.above)) />
                <ul>
                    <For
                        each=move || group.with(|group| group.items.clone())
                        key=|item| *item
                        children=row
                    />
                </ul>
                <Gap height=Signal::derive(move || group.with(|group| group.below)) />
            </Show>
        }
    };
    // The whole height is there at every moment: while rows come and go, the browser would scroll otherwise.
    let height = Signal::derive(move || layout.with(|layout| scroller.height(layout)));
    view! {
        <div class="mail-rows">
            <Gap height=height />
            <div>{group(0, tx::TODAY)} {group(1, tx::YESTERDAY)} {group(2, tx::EARLIER)}</div>
        </div>
    }
}

/// Loads what is in sight and not there, once scrolling rests.
fn load_at_rest(mailbox: Mailbox) {
    let latest = StoredValue::new(0_u32);
    Effect::new(move || {
        mailbox.scroller.top.track();
        mailbox.list.track();
        mailbox.loading.track();
        mailbox.problem.track();
        let this = latest.get_value().wrapping_add(1);
        latest.set_value(this);
        browser::after_ms(REST_MS, move || {
            if latest.try_get_value() == Some(this) {
                mailbox.look();
            }
        });
    });
}

/// A row that is not loaded yet, as high as a plain one.
#[component]
fn Blank(mailbox: Mailbox) -> impl IntoView {
    let height = Signal::derive(move || mailbox.scroller.blank());
    view! {
        <li class="mail-item" data-blank="" aria-hidden="true">
            <Gap height=height />
        </li>
    }
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
    let results = mailbox.results_shown;
    let marked = Memo::new(move |_| {
        let results = results.get();
        row.with(|row| row.as_ref().is_some_and(|row| is_marked(row, results)))
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
    // The router would scroll the window to its top: nothing of it is out of sight, but the page is laid out for it.
    view! {
        <li class="mail-item" data-marked=move || marked.get().then_some("")>
            <a
                class="mail-row"
                data-noscroll=""
                id=row_id(message)
                href=move || mailbox.href(message)
                data-unread=move || unread.get().then_some("")
                aria-current=move || current.get().then_some("true")
                on:pointerdown=move |_| mailbox.press(message)
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
                <Show when=move || marked.get()>
                    <span class="mail-marks">
                        {move || row.get().map(|row| marks(&row, results.get()))}
                    </span>
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

const fn folder_icon(folder: Folder) -> &'static str {
    match folder {
        Folder::Inbox => "inbox",
        Folder::Sent => "send",
        Folder::Archive => "archive",
        Folder::Trash => "trash",
        Folder::Starred => "star",
    }
}

fn marks(row: &MessageRowView, results: bool) -> impl IntoView + use<> {
    let folder = row.folder;
    let folder = results.then(|| {
        view! { <Badge icon=folder_icon(folder) text=TextProp::from(t(folder_name(folder))) /> }
    });
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
    view! { {folder} {condition} {answering} {answered} {files} }
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
        let layout = Layout::of(list, mailbox.search.is_on());
        let place = list.place(message)?;
        mailbox.scroller.reveal(&layout, place).then_some(())
    });
    if found.flatten().is_none() {
        browser::focus_id("list-title");
        return;
    }
    // The row comes into the page once what is in sight is known.
    browser::after_render(move || browser::focus_id(&row_id(message)));
}
