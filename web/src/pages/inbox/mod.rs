//! Mail: the list of a folder and the message chosen in it.

mod actions;
mod bulk;
mod delete;
mod keys;
mod list;
mod load;
mod results;
mod rows;
mod scroller;

use std::collections::HashSet;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::components::Outlet;
use leptos_router::hooks::{use_location, use_navigate};
use zegel_api::Folder;
use zegel_client::view::{Failure, MailboxKind, MessageView};
use zegel_protocol::{AccountId, MessageId};

use crate::components::{EmptyState, ShortcutsDialog, use_title};
use crate::i18n::{Text, common, fill, mail as tx, t};
use crate::pages::conversation::Reader;
use crate::pages::drafts::DraftsPage;
use crate::routes::{self, Place, Whose};
use crate::state::mailboxes::Acting;
use crate::state::plain_text::one_line;
use crate::state::search::MailSearch;
use crate::state::{App, MailList, browser};
use crate::worker::{call, messages::RememberedMessage};

use self::delete::DeleteDialog;
use self::list::ListPane;
use self::results::Results;
use self::scroller::{Layout, Scroller};

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
    /// Its rows, or those that a search found.
    pub(crate) list: RwSignal<MailList>,
    /// Whether the first page came, or why not.
    pub(crate) loaded: RwSignal<Load>,
    /// Why the list could not be brought up to date, or not go on.
    pub(crate) problem: RwSignal<Option<Failure>>,
    /// A page of what is in sight is on its way.
    pub(crate) loading: RwSignal<bool>,
    /// New messages that wait above, because the list is scrolled down.
    pub(crate) news: RwSignal<usize>,
    /// The search of this account's mail.
    pub(crate) search: MailSearch,
    /// What a search found is shown in the place of the folder.
    pub(crate) results_shown: Memo<bool>,
    /// What is known of the results beside their rows.
    pub(crate) results: RwSignal<Results>,
    /// Rows show boxes to tick.
    pub(crate) selecting: RwSignal<bool>,
    /// Ticked rows.
    pub(crate) selected: RwSignal<HashSet<MessageId>>,
    /// Messages that wait for a yes before they are deleted for good.
    pub(crate) deleting: RwSignal<Vec<MessageId>>,
    /// What the list shows of itself.
    pub(crate) scroller: Scroller,
    /// The star of the message that was opened last, which the list may have no row of.
    star: RwSignal<Option<(MessageId, bool)>>,
    /// What is remembered of the message whose row was pressed last.
    pressed: StoredValue<Option<MessageView>>,
    work: StoredValue<Work>,
    go: Callback<(String, bool)>,
}

/// Whether the first page of the folder is there.
#[derive(Clone, PartialEq)]
pub(crate) enum Load {
    Waiting,
    Done,
    Failed(Failure),
}

/// What goes on behind the list.
#[derive(Default)]
struct Work {
    /// Counts what was shown: another folder, filter or search. What was asked for before is of no use any more.
    shown: u32,
    /// Moves and deletions that began.
    begun: u32,
    /// Those of them that ended.
    ended: u32,
    /// A page was left aside for them: the list has to be brought up to date after the last of them.
    overtaken: bool,
    /// What was shown when messages began to be put into the search index, as long as that goes on.
    indexing: Option<u32>,
    /// There is nothing more to put into it.
    indexed: bool,
    /// The folder as it was when a search began.
    aside: Option<Aside>,
    /// What waits for the next page.
    then: Option<Arc<dyn Fn() + Send + Sync>>,
}

/// A folder that gave its place to results.
struct Aside {
    list: MailList,
    top: f64,
    news: usize,
}

/// What the list shows.
#[derive(Clone, PartialEq)]
struct Shown {
    folder: Folder,
    unread: bool,
    query: Option<String>,
}

impl Mailbox {
    /// A row is pressed: what is remembered of its message is here by the time that it is let go.
    pub(crate) fn press(self, message: MessageId) {
        spawn_local(async move {
            let mailbox = self.account;
            let remembered = call(RememberedMessage { mailbox, message }).await;
            let _ = self.pressed.try_set_value(remembered.ok().flatten());
        });
    }

    /// What is remembered of the row that was pressed, if it is that of this message; once.
    pub(crate) fn take_pressed(self, message: MessageId) -> Option<MessageView> {
        self.pressed
            .try_update_value(|pressed| pressed.take_if(|view| view.message == message))
            .flatten()
    }

    fn new(acting: Acting, search: MailSearch) -> Self {
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
            search,
            results_shown: Memo::new(move |_| search.query.with(Option::is_some)),
            results: RwSignal::new(Results::default()),
            selecting: RwSignal::new(false),
            selected: RwSignal::new(HashSet::new()),
            deleting: RwSignal::new(Vec::new()),
            scroller: Scroller::new(),
            star: RwSignal::new(None),
            pressed: StoredValue::new(None),
            work: StoredValue::new(Work::default()),
            go,
        }
    }

    /// Shows another folder, filter or search.
    fn show(self, before: Option<&Shown>, now: &Shown) {
        self.work.update_value(|work| {
            work.shown += 1;
            work.then = None;
        });
        self.problem.set(None);
        self.loading.set(false);
        self.stop_selecting();
        let searched = before.is_some_and(|before| before.query.is_some());
        if now.query.is_some() {
            if !searched {
                let aside = (self.loaded.get_untracked() == Load::Done).then(|| Aside {
                    list: self.list.get_untracked(),
                    top: self.scroller.top.get_untracked(),
                    news: self.news.get_untracked(),
                });
                self.work.update_value(|work| work.aside = aside);
                self.begin_anew();
            }
            self.look_for();
            return;
        }
        let aside = self.work.try_update_value(|work| work.aside.take());
        let same = |before: &Shown| (before.folder, before.unread) == (now.folder, now.unread);
        match aside.flatten() {
            Some(aside) if searched && before.is_some_and(same) => {
                self.list.set(aside.list);
                self.loaded.set(Load::Done);
                self.news.set(aside.news);
                self.scroller.back_to(aside.top);
            }
            _ => self.begin_anew(),
        }
        self.refresh();
    }

    fn begin_anew(self) {
        self.list.set(MailList::default());
        self.loaded.set(Load::Waiting);
        self.news.set(0);
        self.scroller.to_top();
    }

    /// Changes the list; what is in sight stays where it is.
    fn rearrange<T>(self, change: impl FnOnce(&mut MailList) -> T) -> Option<T> {
        let results = self.search.is_on();
        let anchor = self.list.try_with_untracked(|list| {
            let layout = Layout::of(list, results);
            self.scroller.anchor(list, &layout)
        });
        let changed = self.list.try_update(change);
        if let Some(anchor) = anchor.flatten() {
            self.list.with_untracked(|list| {
                let layout = Layout::of(list, results);
                self.scroller.hold(anchor, list, &layout);
            });
        }
        changed
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

    /// What the list is called that a message goes back to.
    pub(crate) fn list_name(self) -> &'static str {
        if self.results_shown.get() {
            tx::RESULTS.get()
        } else {
            folder_name(self.folder.get()).get()
        }
    }

    /// The account's name.
    pub(crate) fn name(self) -> String {
        one_line(&self.acting.name())
    }

    /// What the list shows, with the account's name where it is not the own one. Nothing of what is looked for: the
    /// browser keeps titles.
    pub(crate) fn title(self) -> String {
        if self.results_shown.get() {
            return tx::RESULTS.get().to_owned();
        }
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
    let listing = RwSignal::new(false);
    keys::use_going(listing);
    view! {
        {page}
        <Show when=move || listing.get()>
            <ShortcutsDialog on_close=Callback::new(move |()| listing.set(false)) />
        </Show>
        <Outlet />
    }
}

#[component]
fn FolderPage() -> impl IntoView {
    let search = expect_context::<MailSearch>();
    let mailbox = Mailbox::new(Acting::expect(), search);
    search.there.set(true);
    on_cleanup(move || {
        search.clear();
        search.there.set(false);
    });
    use_title(move || mailbox.title());
    Effect::new(move |before: Option<Shown>| {
        let mut now = Shown {
            folder: mailbox.folder.get(),
            unread: mailbox.unread_only.get(),
            query: search.query.get(),
        };
        let another = |before: &Shown| before.folder != now.folder;
        if now.query.is_some() && before.as_ref().is_some_and(another) {
            search.clear();
            now.query = None;
        } else if now.query.is_none() && before.as_ref() == Some(&now) {
            return now;
        }
        mailbox.show(before.as_ref(), &now);
        now
    });
    follow_news(mailbox);
    keys::use_shortcuts(mailbox);
    follow_focus(mailbox);
    Effect::new(move |before: Option<()>| {
        search.down.track();
        if before.is_some() {
            mailbox.focus_first();
        }
    });
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
        <Show when=move || mailbox.list.with(|list| !list.is_empty())>
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
                    mailbox.work.update_value(|work| work.indexed = false);
                    mailbox.refresh();
                    mailbox.index();
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
