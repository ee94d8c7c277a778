//! Mail: the list of a folder and the message chosen in it.

mod actions;
mod bulk;
mod delete;
mod keys;
mod list;
mod rows;

use std::collections::HashSet;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::components::Outlet;
use leptos_router::hooks::{use_location, use_navigate};
use zegel_api::Folder;
use zegel_client::view::{Failure, MailboxKind};
use zegel_protocol::{AccountId, MessageId};

use crate::components::{EmptyState, use_title};
use crate::i18n::{Text, common, fill, mail as tx, t};
use crate::pages::conversation::Reader;
use crate::pages::drafts::DraftsPage;
use crate::routes::{self, Place, Whose};
use crate::state::mailboxes::Acting;
use crate::state::plain_text::one_line;
use crate::state::{App, MailList, browser};
use crate::worker::{call, messages::ListMessages};

use self::delete::DeleteDialog;
use self::list::ListPane;
use self::rows::Scroller;

pub(crate) use self::list::SkeletonRows;

/// Before news are looked at: they often come several at a time.
const NEWS_PAUSE_MS: u64 = 250;

/// What list and reader of one account's folder share.
#[derive(Clone, Copy)]
pub(crate) struct Mailbox {
    pub(crate) app: App,
    /// The account.
    pub(crate) account: AccountId,
    /// As what the user reads it.
    pub(crate) kind: MailboxKind,
    /// As addresses name it.
    pub(crate) whose: Whose,
    acting: Acting,
    /// The folder shown.
    pub(crate) folder: Memo<Folder>,
    /// The message shown.
    pub(crate) chosen: Memo<Option<MessageId>>,
    /// Only what is unread is listed.
    pub(crate) unread_only: RwSignal<bool>,
    /// The loaded rows.
    pub(crate) list: RwSignal<MailList>,
    /// Whether the first page came, or why not.
    pub(crate) loaded: RwSignal<Load>,
    /// Why the list could not be brought up to date, or not go on.
    pub(crate) problem: RwSignal<Option<Failure>>,
    /// A page is on its way.
    pub(crate) loading: RwSignal<bool>,
    /// New messages that wait above, because the list is scrolled down.
    pub(crate) news: RwSignal<usize>,
    /// Rows show boxes to tick.
    pub(crate) selecting: RwSignal<bool>,
    /// Ticked rows.
    pub(crate) selected: RwSignal<HashSet<MessageId>>,
    /// Messages that wait for a yes before they are deleted for good.
    pub(crate) deleting: RwSignal<Vec<MessageId>>,
    /// What the list shows of itself.
    pub(crate) scroller: Scroller,
    go: Callback<(String, bool)>,
}

/// Whether the first page of the folder is there.
#[derive(Clone, PartialEq)]
pub(crate) enum Load {
    Waiting,
    Done,
    Failed(Failure),
}

/// How a fetched page goes into the list.
#[derive(Clone, Copy, PartialEq)]
enum How {
    /// In the place of everything.
    Replace,
    /// Below.
    Append,
    /// In the place of what it covers; news wait where the list is scrolled down.
    Merge,
}

impl Mailbox {
    fn new(acting: Acting) -> Self {
        let path = use_location().pathname;
        let app = App::expect();
        let whose = acting.whose;
        let folder = Memo::new(move |before: Option<&Folder>| {
            let place =
                path.with(|path| (routes::whose(path) == whose).then(|| routes::place(path)));
            match place.flatten() {
                Some(Place::Folder(folder) | Place::Message(folder, _)) => folder,
                // The path is another account's by now, or that of drafts.
                _ => before.copied().unwrap_or_default(),
            }
        });
        let chosen = Memo::new(move |_| {
            path.with(|path| {
                let own = routes::whose(path) == whose;
                own.then(|| routes::message_of(path))
                    .flatten()
                    .map(|(_, message)| message)
            })
        });
        let navigate = use_navigate();
        let go = Callback::new(move |(path, replace): (String, bool)| {
            let options = NavigateOptions {
                replace,
                scroll: false,
                ..NavigateOptions::default()
            };
            navigate(&path, options);
        });
        Self {
            app,
            account: acting.account,
            kind: acting.kind,
            whose,
            acting,
            folder,
            chosen,
            unread_only: RwSignal::new(false),
            list: RwSignal::new(MailList::default()),
            loaded: RwSignal::new(Load::Waiting),
            problem: RwSignal::new(None),
            loading: RwSignal::new(false),
            news: RwSignal::new(0),
            selecting: RwSignal::new(false),
            selected: RwSignal::new(HashSet::new()),
            deleting: RwSignal::new(Vec::new()),
            scroller: Scroller::new(),
            go,
        }
    }

    /// Loads the first page again. What is shown stays until it is there.
    pub(crate) fn refresh(self) {
        let how = if self.loaded.get_untracked() == Load::Done {
            How::Merge
        } else {
            How::Replace
        };
        self.fetch(None, how);
    }

    /// Shows the news that wait above.
    pub(crate) fn show_news(self) {
        self.scroller.to_top();
        self.refresh();
    }

    /// Loads the page below the last row.
    pub(crate) fn load_more(self) {
        let next = self.list.with_untracked(|list| list.next().cloned());
        if next.is_some() && !self.loading.get_untracked() {
            self.fetch(next, How::Append);
        }
    }

    fn fetch(self, before: Option<String>, how: How) {
        let folder = self.folder.get_untracked();
        let unread = self.unread_only.get_untracked();
        if how == How::Append {
            self.loading.set(true);
        }
        self.problem.set(None);
        spawn_local(async move {
            let command = ListMessages {
                mailbox: self.account,
                folder,
                unread,
                before: before.clone(),
            };
            let outcome = call(command).await;
            // Another folder was opened meanwhile, or the page is gone.
            if self.folder.try_get_untracked() != Some(folder)
                || self.unread_only.try_get_untracked() != Some(unread)
            {
                return;
            }
            if how == How::Append {
                self.loading.set(false);
                // The list began anew meanwhile: this is no longer the page below it.
                if self
                    .list
                    .with_untracked(|list| list.next() != before.as_ref())
                {
                    return;
                }
            }
            match outcome {
                Ok(page) => {
                    if folder == Folder::Inbox {
                        let unread = page.unread;
                        self.app
                            .mailboxes
                            .change_counts(self.account, |counts| counts.unread = unread);
                    }
                    self.take_in(page, how);
                    self.loaded.set(Load::Done);
                }
                Err(failure) if self.loaded.get_untracked() == Load::Done => {
                    self.problem.set(Some(failure));
                }
                Err(failure) => self.loaded.set(Load::Failed(failure)),
            }
        });
    }

    fn take_in(self, mut page: zegel_client::view::MessagePageView, how: How) {
        match how {
            How::Replace => self.list.update(|list| list.replace(page)),
            How::Append => self.list.update(|list| list.append(page)),
            How::Merge => {
                let news = self.list.with_untracked(|list| list.news(&page));
                // Rows that come above what one reads would push it away.
                let waiting = if self.scroller.is_at_top() { 0 } else { news };
                if waiting < page.rows.len() || waiting == 0 {
                    page.rows.drain(..waiting);
                    let keep = self.chosen.get_untracked();
                    self.list.update(|list| list.merge(page, keep));
                }
                self.news.set(waiting);
            }
        }
    }

    /// The page of a message in this folder.
    pub(crate) fn href(self, message: MessageId) -> String {
        routes::message(self.whose, self.folder.get(), message)
    }

    /// The page of the folder itself.
    pub(crate) fn folder_href(self) -> String {
        routes::folder_path(self.whose, self.folder.get())
    }

    /// Goes to a page.
    pub(crate) fn go(self, path: String, replace: bool) {
        // The page may be left by now.
        let _ = self.go.try_run((path, replace));
    }

    /// The account's name.
    pub(crate) fn name(self) -> String {
        one_line(&self.acting.name())
    }

    /// The folder's name, with that of the account where it is not the own one.
    pub(crate) fn title(self) -> String {
        let folder = folder_name(self.folder.get());
        if !self.acting.is_other() {
            return folder.get().to_owned();
        }
        let account = self.name();
        fill(
            tx::FOLDER_OF,
            &[("folder", folder.get()), ("account", &account)],
        )
    }
}

/// The name of a folder.
pub(crate) const fn folder_name(folder: Folder) -> Text {
    match folder {
        Folder::Inbox => common::INBOX,
        Folder::Sent => common::SENT,
        Folder::Archive => common::ARCHIVE,
        Folder::Trash => common::TRASH,
        Folder::Starred => common::STARRED,
    }
}

/// The folders and drafts of the account that the page acts as.
#[component]
pub(crate) fn MailPage() -> impl IntoView {
    let path = use_location().pathname;
    let drafts = Memo::new(move |_| path.with(|path| routes::place(path) == Some(Place::Drafts)));
    let page = move || {
        if drafts.get() {
            view! { <DraftsPage /> }.into_any()
        } else {
            view! { <FolderPage /> }.into_any()
        }
    };
    view! {
        {page}
        <Outlet />
    }
}

#[component]
fn FolderPage() -> impl IntoView {
    let mailbox = Mailbox::new(Acting::expect());
    use_title(move || mailbox.title());
    Effect::new(move || {
        let _ = mailbox.folder.get();
        mailbox.unread_only.track();
        mailbox.list.set(MailList::default());
        mailbox.loaded.set(Load::Waiting);
        mailbox.news.set(0);
        mailbox.stop_selecting();
        mailbox.scroller.to_top();
        mailbox.refresh();
    });
    follow_news(mailbox);
    keys::use_shortcuts(mailbox);
    follow_focus(mailbox);
    let view = move || {
        if mailbox.chosen.get().is_some() {
            "reader"
        } else {
            "list"
        }
    };
    let reader = move || match mailbox.chosen.get() {
        Some(message) => view! { <Reader mailbox=mailbox message=message /> }.into_any(),
        None => view! { <NothingChosen mailbox=mailbox /> }.into_any(),
    };
    view! {
        <main class="sheet mail-sheet" id="main" tabindex="-1" data-view=view>
            <ListPane mailbox=mailbox />
            <section class="pane reader" aria-label=t(tx::MESSAGE) id="message" tabindex="-1">
                {reader}
            </section>
            <DeleteDialog mailbox=mailbox />
        </main>
    }
}

/// Nothing where the list is empty too: it says so already.
#[component]
fn NothingChosen(mailbox: Mailbox) -> impl IntoView {
    view! {
        <Show when=move || mailbox.list.with(|list| !list.rows().is_empty())>
            <EmptyState
                icon="mail"
                title=TextProp::from(t(tx::CHOOSE))
                text=TextProp::from(t(tx::CHOOSE_HINT))
            />
        </Show>
    }
}

/// Brings the list up to date when the server says that something changed.
fn follow_news(mailbox: Mailbox) {
    let changes = Memo::new(move |_| mailbox.app.mailboxes.changes(mailbox.account));
    let waiting = StoredValue::new(false);
    Effect::new(move |before: Option<u32>| {
        let changes = changes.get();
        if before.is_some_and(|before| before != changes) && !waiting.get_value() {
            waiting.set_value(true);
            browser::after_ms(NEWS_PAUSE_MS, move || {
                if waiting
                    .try_update_value(|waiting| *waiting = false)
                    .is_some()
                {
                    mailbox.refresh();
                }
            });
        }
        changes
    });
}

/// Where only one pane fits, the focus follows into the message and back to its row.
fn follow_focus(mailbox: Mailbox) {
    Effect::new(move |before: Option<Option<MessageId>>| {
        let chosen = mailbox.chosen.get();
        match (before.flatten(), chosen) {
            (_, Some(_)) if before.is_some() => browser::after_render(|| {
                if !list::is_visible() {
                    browser::focus_id("message");
                }
            }),
            (Some(left), None) => browser::after_render(move || rows::focus_row(mailbox, left)),
            _ => {}
        }
        chosen
    });
}
