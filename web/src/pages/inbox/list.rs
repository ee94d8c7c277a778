use leptos::{html, prelude::*};
use leptos_router::components::A;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{IntersectionObserver, IntersectionObserverEntry};
use zegel_client::view::{Condition, MessageRowView};
use zegel_protocol::MessageId;

use super::{Load, Mailbox};
use crate::components::{
    Avatar, Badge, Banner, Button, EmptyState, Icon, IconButton, Skeleton, Tone,
};
use crate::i18n::{self, Day, Text, common, errors, mail as tx, t};
use crate::routes;
use crate::state::browser;

/// The list of a folder.
#[component]
pub(super) fn ListPane(mailbox: Mailbox) -> impl IntoView {
    view! {
        <section class="pane list-pane" id="list-pane" aria-labelledby="list-title">
            <div class="list-head">
                <h1 id="list-title">{move || mailbox.folder_name().get()}</h1>
                <IconButton
                    name="refresh"
                    label=TextProp::from(t(tx::REFRESH))
                    on_press=move |()| mailbox.refresh()
                />
            </div>
            <div class="pane-scroll" tabindex="0" role="region" aria-label=t(tx::MESSAGES)>
                <Content mailbox=mailbox />
            </div>
            <A href=routes::COMPOSE attr:class="button fab" attr:data-variant="primary">
                <Icon name="compose" />
                {t(common::NEW_MESSAGE)}
            </A>
        </section>
    }
}

#[component]
fn Content(mailbox: Mailbox) -> impl IntoView {
    // Only the kind of content is followed here, so that rows stay while pages come.
    let state = Memo::new(move |_| match mailbox.loaded.get() {
        Load::Waiting => Content::Waiting,
        Load::Failed(failure) => Content::Failed(errors::failure(&failure)),
        Load::Done if mailbox.list.with(|list| list.rows().is_empty()) => Content::Empty,
        Load::Done => Content::Rows,
    });
    move || match state.get() {
        Content::Waiting => view! { <SkeletonRows /> }.into_any(),
        Content::Failed(text) => view! {
            <div class="mail-list">
                <Banner tone=Tone::Danger title=text>
                    <Button size="small" on_press=move |()| mailbox.refresh()>
                        {t(common::TRY_AGAIN)}
                    </Button>
                </Banner>
            </div>
        }
        .into_any(),
        Content::Empty => view! { <EmptyFolder mailbox=mailbox /> }.into_any(),
        Content::Rows => view! { <Rows mailbox=mailbox /> }.into_any(),
    }
}

#[derive(Clone, PartialEq)]
enum Content {
    Waiting,
    Failed(String),
    Empty,
    Rows,
}

/// Rows to come, with their height; not before 300 ms.
#[component]
fn SkeletonRows() -> impl IntoView {
    let slow = RwSignal::new(false);
    browser::after_ms(300, move || {
        let _ = slow.try_set(true);
    });
    let row = || {
        view! {
            <li class="mail-row">
                <Skeleton round=true />
                <span class="stack" data-gap="small">
                    <Skeleton width="half" />
                    <Skeleton width="most" />
                    <Skeleton />
                </span>
            </li>
        }
    };
    view! {
        <div role="status">
            <Show when=move || slow.get()>
                <span class="visually-hidden">{t(tx::OPENING_LIST)}</span>
                <ul class="mail-list" aria-hidden="true">
                    {row()}
                    {row()}
                    {row()}
                </ul>
            </Show>
        </div>
    }
}

#[component]
fn EmptyFolder(mailbox: Mailbox) -> impl IntoView {
    let (icon, title, text) = match mailbox.folder.get_untracked() {
        zegel_api::Folder::Inbox => ("inbox", tx::INBOX_EMPTY, tx::INBOX_EMPTY_HINT),
        zegel_api::Folder::Sent => ("send", tx::SENT_EMPTY, tx::SENT_EMPTY_HINT),
    };
    view! {
        <EmptyState icon=icon title=TextProp::from(t(title)) text=TextProp::from(t(text))>
            <A href=routes::COMPOSE attr:class="button">
                {t(tx::WRITE_FIRST)}
            </A>
        </EmptyState>
    }
}

#[component]
fn Rows(mailbox: Mailbox) -> impl IntoView {
    let group = move |day: Day, label: Text| {
        let rows = Memo::new(move |_| {
            mailbox.list.with(|list| {
                let rows = list.rows().iter();
                rows.filter(|row| i18n::day(row.sent_at_ms) == day)
                    .cloned()
                    .collect::<Vec<MessageRowView>>()
            })
        });
        view! {
            <Show when=move || rows.with(|rows| !rows.is_empty())>
                <h2 class="mail-day">{t(label)}</h2>
                <ul>
                    <For each=move || rows.get() key=|row| row.message let:row>
                        <Row mailbox=mailbox row=row />
                    </For>
                </ul>
            </Show>
        }
    };
    view! {
        <div class="mail-list">
            <Problem mailbox=mailbox />
            {group(Day::Today, tx::TODAY)} {group(Day::Yesterday, tx::YESTERDAY)}
            {group(Day::Earlier, tx::EARLIER)}
            <Show when=move || mailbox.list.with(|list| list.next().is_some())>
                <More mailbox=mailbox />
            </Show>
        </div>
    }
}

/// Why what is shown may be old, or does not go on.
#[component]
fn Problem(mailbox: Mailbox) -> impl IntoView {
    move || {
        mailbox.problem.get().map(|failure| {
            view! {
                <Banner tone=Tone::Warn title=move || errors::failure(&failure)>
                    <Button size="small" on_press=move |()| mailbox.refresh()>
                        {t(common::TRY_AGAIN)}
                    </Button>
                </Banner>
            }
        })
    }
}

/// The end of the loaded rows: the next page loads as it comes into sight, or by the button.
#[component]
fn More(mailbox: Mailbox) -> impl IntoView {
    let end = NodeRef::<html::Div>::new();
    Effect::new(move || {
        let Some(end) = end.get() else { return };
        let on_sight = Closure::<dyn Fn(js_sys::Array)>::new(move |entries: js_sys::Array| {
            let seen = entries.iter().any(|entry| {
                entry
                    .unchecked_into::<IntersectionObserverEntry>()
                    .is_intersecting()
            });
            if seen {
                mailbox.load_more();
            }
        });
        let Ok(observer) = IntersectionObserver::new(on_sight.as_ref().unchecked_ref()) else {
            return;
        };
        observer.observe(&end);
        let kept = StoredValue::new_local((observer, on_sight));
        on_cleanup(move || {
            let _ = kept.try_with_value(|(observer, _)| observer.disconnect());
        });
    });
    view! {
        <div class="mail-more" node_ref=end>
            <Button
                variant=crate::components::Variant::Quiet
                busy=mailbox.loading
                on_press=move |()| mailbox.load_more()
            >
                {t(common::LOAD_MORE)}
            </Button>
        </div>
    }
}

#[component]
fn Row(mailbox: Mailbox, row: MessageRowView) -> impl IntoView {
    let message = row.message;
    let unread = Memo::new(move |_| !mailbox.list.with(|list| list.is_read(message)));
    let current = Memo::new(move |_| mailbox.chosen.get() == Some(message));
    let condition = row.condition;
    let sent_at_ms = row.sent_at_ms;
    let subject = row.subject.clone();
    let subject = move || match condition {
        Condition::Authentic if subject.is_empty() => tx::NO_SUBJECT.get().to_owned(),
        Condition::Authentic => subject.clone(),
        Condition::NotAuthentic => tx::NOT_AUTHENTIC_ROW.get().to_owned(),
        Condition::Locked => tx::LOCKED_ROW.get().to_owned(),
    };
    // Nothing is shown of what is not as its sender wrote it.
    let authentic = condition == Condition::Authentic;
    let snippet = if authentic {
        row.snippet
    } else {
        String::new()
    };
    let from = row.correspondents;
    let mark = match condition {
        Condition::Authentic => None,
        Condition::NotAuthentic => Some((Tone::Danger, "sealbroken", tx::NOT_AUTHENTIC)),
        Condition::Locked => Some((Tone::Info, "lock", tx::LOCKED)),
    };
    view! {
        <li>
            <a
                class="mail-row"
                id=row_id(message)
                href=move || mailbox.href(message)
                data-unread=move || unread.get().then_some("")
                aria-current=move || current.get().then_some("true")
            >
                <Avatar name=from.clone() />
                <span class="mail-from">
                    <Show when=move || unread.get()>
                        <span class="visually-hidden">{t(tx::UNREAD)} " "</span>
                    </Show>
                    {if from.is_empty() { tx::UNKNOWN_SENDER.get().to_owned() } else { from }}
                </span>
                <time class="mail-time">{move || i18n::short_time(sent_at_ms)}</time>
                <span class="mail-subject">{subject}</span>
                <span class="mail-preview">{snippet}</span>
                {mark
                    .map(|(tone, icon, text)| {
                        view! {
                            <span class="mail-marks">
                                <Badge tone=tone icon=icon text=TextProp::from(t(text)) />
                            </span>
                        }
                    })}
            </a>
        </li>
    }
}

fn row_id(message: MessageId) -> String {
    format!("row-{message}")
}

/// Moves the focus to a message's row; to the list where it is gone.
pub(super) fn focus_row(message: MessageId) {
    let id = row_id(message);
    if browser::document().get_element_by_id(&id).is_some() {
        browser::focus_id(&id);
    } else {
        browser::focus_main();
    }
}

/// Whether the list stands beside the message.
pub(super) fn is_visible() -> bool {
    browser::document()
        .get_element_by_id("list-pane")
        .is_some_and(|pane| pane.client_width() > 0)
}
