use leptos::prelude::*;
use leptos_router::components::A;
use zegel_api::Folder;

use super::bulk::BulkBar;
use super::results::{NothingFound, ResultsStatus};
use super::rows::Rows;
use super::{Load, Mailbox};
use crate::components::{Banner, Button, EmptyState, Icon, IconButton, Skeleton, Tone, Variant};
use crate::i18n::{self, common, errors, mail as tx, t};
use crate::routes::{self, Compose};
use crate::state::plain_text::one_line;
use crate::state::{MailList, browser};

/// The list of a folder.
#[component]
pub(super) fn ListPane(mailbox: Mailbox) -> impl IntoView {
    let compose = routes::compose(mailbox.whose, &Compose::New);
    view! {
        <section class="pane list-pane" id="list-pane" aria-labelledby="list-title">
            <div class="list-top">
                <div class="list-head">
                    <h1 class="truncate" id="list-title" tabindex="-1">
                        {move || heading(mailbox)}
                    </h1>
                    <SelectButton mailbox=mailbox />
                    <IconButton
                        name="refresh"
                        label=TextProp::from(t(tx::REFRESH))
                        on_press=move |()| mailbox.show_news()
                    />
                </div>
                <Show
                    when=move || mailbox.selecting.get()
                    fallback=move || {
                        view! {
                            <Show
                                when=move || mailbox.results_shown.get()
                                fallback=move || view! { <Filter mailbox=mailbox /> }
                            >
                                <ResultsStatus mailbox=mailbox />
                            </Show>
                        }
                    }
                >
                    <BulkBar mailbox=mailbox />
                </Show>
                <Problem mailbox=mailbox />
            </div>
            <div
                class="pane-scroll"
                tabindex="0"
                role="region"
                aria-label=t(tx::MESSAGES)
                data-selecting=move || mailbox.selecting.get().then_some("")
                node_ref=mailbox.scroller.pane
                on:scroll=move |_| mailbox.scroller.measure()
            >
                <News mailbox=mailbox />
                <Content mailbox=mailbox />
            </div>
            <A href=compose attr:class="button fab" attr:data-variant="primary">
                <Icon name="compose" />
                {t(common::NEW_MESSAGE)}
            </A>
        </section>
    }
}

/// What the list shows; what is looked for is said here alone.
fn heading(mailbox: Mailbox) -> String {
    match mailbox.search.query.get() {
        Some(query) => t!(tx::RESULTS_FOR, query = one_line(&query))(),
        None => mailbox.title(),
    }
}

#[component]
fn SelectButton(mailbox: Mailbox) -> impl IntoView {
    let some = move || mailbox.list.with(|list| !list.is_empty());
    let toggle = move |_| {
        if mailbox.selecting.get_untracked() {
            mailbox.stop_selecting();
        } else {
            mailbox.selecting.set(true);
        }
    };
    view! {
        <Show when=some>
            <button
                class="icon-button"
                type="button"
                aria-pressed=move || mailbox.selecting.get().to_string()
                aria-label=t(tx::SELECT)
                title=t(tx::SELECT)
                on:click=toggle
            >
                <Icon name="done" />
            </button>
        </Show>
    }
}

/// All messages, or only those that are unread.
#[component]
fn Filter(mailbox: Mailbox) -> impl IntoView {
    let unread = move || match mailbox.app.mailboxes.counts(mailbox.account).unread {
        count if count > 0 && mailbox.folder.get() == Folder::Inbox => {
            t!(tx::SHOW_UNREAD_COUNT, count = i18n::number(count))()
        }
        _ => tx::SHOW_UNREAD.get().to_owned(),
    };
    let pressed = move |wanted: bool| move || (mailbox.unread_only.get() == wanted).to_string();
    view! {
        <div class="list-tools">
            <div class="segmented" role="group" aria-label=t(tx::SHOW)>
                <button
                    type="button"
                    aria-pressed=pressed(false)
                    on:click=move |_| mailbox.unread_only.set(false)
                >
                    {t(tx::SHOW_ALL)}
                </button>
                <button
                    type="button"
                    aria-pressed=pressed(true)
                    on:click=move |_| mailbox.unread_only.set(true)
                >
                    {unread}
                </button>
            </div>
        </div>
    }
}

/// New messages that came while the list was scrolled down.
#[component]
fn News(mailbox: Mailbox) -> impl IntoView {
    let text = move || match mailbox.news.get() {
        1 => tx::NEWS_ONE.get().to_owned(),
        count => t!(tx::NEWS_MANY, count = count)(),
    };
    view! {
        <div class="mail-news" role="status">
            <Show when=move || { mailbox.news.get() > 0 }>
                <Button
                    size="small"
                    variant=Variant::Primary
                    on_press=move |()| mailbox.show_news()
                >
                    {text}
                </Button>
            </Show>
        </div>
    }
}

#[component]
fn Content(mailbox: Mailbox) -> impl IntoView {
    // Only the kind of content is followed here, so that rows stay while pages come.
    let state = Memo::new(move |_| match mailbox.loaded.get() {
        Load::Waiting => Content::Waiting,
        Load::Failed(failure) => Content::Failed(errors::failure(&failure)),
        Load::Done if mailbox.list.with(MailList::is_empty) => {
            if mailbox.results_shown.get() {
                Content::NothingFound
            } else {
                Content::Empty
            }
        }
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
        Content::NothingFound => view! { <NothingFound mailbox=mailbox /> }.into_any(),
        Content::Rows => view! {
            <div class="mail-list">
                <Rows mailbox=mailbox />
            </div>
        }
        .into_any(),
    }
}

#[derive(Clone, PartialEq)]
enum Content {
    Waiting,
    Failed(String),
    Empty,
    NothingFound,
    Rows,
}

/// Rows to come, with their height; not before 300 ms.
#[component]
pub(crate) fn SkeletonRows() -> impl IntoView {
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
    let compose = routes::compose(mailbox.whose, &Compose::New);
    if mailbox.unread_only.get_untracked() {
        return view! {
            <EmptyState
                icon="mail"
                title=TextProp::from(t(tx::NO_UNREAD))
                text=TextProp::from(t(tx::NO_UNREAD_HINT))
            >
                <Button on_press=move |()| mailbox.unread_only.set(false)>
                    {t(tx::SHOW_ALL_MESSAGES)}
                </Button>
            </EmptyState>
        }
        .into_any();
    }
    let (icon, title, text) = match mailbox.folder.get_untracked() {
        Folder::Inbox => ("inbox", tx::INBOX_EMPTY, tx::INBOX_EMPTY_HINT),
        Folder::Sent => ("send", tx::SENT_EMPTY, tx::SENT_EMPTY_HINT),
        Folder::Starred => ("star", tx::STARRED_EMPTY, tx::STARRED_EMPTY_HINT),
        Folder::Archive => ("archive", tx::ARCHIVE_EMPTY, tx::ARCHIVE_EMPTY_HINT),
        Folder::Trash => ("trash", tx::TRASH_EMPTY, tx::TRASH_EMPTY_HINT),
    };
    let write = matches!(mailbox.folder.get_untracked(), Folder::Inbox | Folder::Sent);
    if write {
        view! {
            <EmptyState icon=icon title=TextProp::from(t(title)) text=TextProp::from(t(text))>
                <A href=compose attr:class="button">
                    {t(tx::WRITE_FIRST)}
                </A>
            </EmptyState>
        }
        .into_any()
    } else {
        view! { <EmptyState icon=icon title=TextProp::from(t(title)) text=TextProp::from(t(text)) /> }
            .into_any()
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

/// Whether the list stands beside the message.
pub(super) fn is_visible() -> bool {
    browser::document()
        .get_element_by_id("list-pane")
        .is_some_and(|pane| pane.client_width() > 0)
}
