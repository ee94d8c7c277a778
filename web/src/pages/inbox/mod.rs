//! Mail: the list of a folder and the message chosen in it.

mod keys;
mod list;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::components::Outlet;
use leptos_router::hooks::{use_location, use_navigate};
use zegel_api::Folder;
use zegel_client::view::Failure;
use zegel_protocol::MessageId;

use crate::components::{EmptyState, use_title};
use crate::i18n::{Text, common, mail as tx, t};
use crate::pages::conversation::Reader;
use crate::routes;
use crate::state::{App, MailList, Message, browser};
use crate::worker::{
    call,
    messages::{ListMessages, MarkRead},
};

use self::list::ListPane;

/// What list and reader share.
#[derive(Clone, Copy)]
pub(crate) struct Mailbox {
    app: App,
    /// The folder shown.
    pub(crate) folder: Memo<Folder>,
    /// The message shown.
    pub(crate) chosen: Memo<Option<MessageId>>,
    /// The loaded rows.
    pub(crate) list: RwSignal<MailList>,
    /// Whether the first page came, or why not.
    pub(crate) loaded: RwSignal<Load>,
    /// Why the list could not be brought up to date, or not go on.
    pub(crate) problem: RwSignal<Option<Failure>>,
    /// A page is on its way.
    pub(crate) loading: RwSignal<bool>,
}

/// Whether the first page of the folder is there.
#[derive(Clone, PartialEq)]
pub(crate) enum Load {
    Waiting,
    Done,
    Failed(Failure),
}

impl Mailbox {
    fn new() -> Self {
        let path = use_location().pathname;
        let folder = Memo::new(move |_| {
            if path.with(|path| routes::section(path) == routes::SENT) {
                Folder::Sent
            } else {
                Folder::Inbox
            }
        });
        let chosen = Memo::new(move |_| {
            path.with(|path| routes::message_of(path).map(|(_, message)| message))
        });
        Self {
            app: App::expect(),
            folder,
            chosen,
            list: RwSignal::new(MailList::default()),
            loaded: RwSignal::new(Load::Waiting),
            problem: RwSignal::new(None),
            loading: RwSignal::new(false),
        }
    }

    /// Loads the first page. What is shown stays until it is there.
    pub(crate) fn refresh(self) {
        self.fetch(None);
    }

    /// Loads the page below the last row.
    pub(crate) fn load_more(self) {
        let next = self.list.with_untracked(|list| list.next().cloned());
        if next.is_some() && !self.loading.get_untracked() {
            self.fetch(next);
        }
    }

    fn fetch(self, before: Option<String>) {
        let folder = self.folder.get_untracked();
        let first = before.is_none();
        self.loading.set(true);
        self.problem.set(None);
        spawn_local(async move {
            let outcome = call(ListMessages { folder, before }).await;
            // Another folder was opened meanwhile, or the page is gone.
            if self.folder.try_get_untracked() != Some(folder) {
                return;
            }
            self.loading.set(false);
            match outcome {
                Ok(page) => {
                    if folder == Folder::Inbox {
                        self.app.unread.set(Some(page.unread));
                    }
                    self.list.update(|list| {
                        if first {
                            list.replace(page);
                        } else {
                            list.append(page);
                        }
                    });
                    self.loaded.set(Load::Done);
                }
                Err(failure) if self.loaded.get_untracked() == Load::Done => {
                    self.problem.set(Some(failure));
                }
                Err(failure) => self.loaded.set(Load::Failed(failure)),
            }
        });
    }

    /// Shows a message as read or unread, here and in the counts.
    pub(crate) fn show_mark(self, message: MessageId, read: bool) {
        let changed = self
            .list
            .try_update(|list| list.mark(message, read))
            .unwrap_or_default();
        if changed && self.folder.get_untracked() == Folder::Inbox {
            self.app.unread.update(|unread| {
                if let Some(unread) = unread {
                    *unread = if read {
                        unread.saturating_sub(1)
                    } else {
                        *unread + 1
                    };
                }
            });
        }
    }

    /// Marks a message as unread, and takes that back where the server does not.
    pub(crate) fn mark_unread(self, message: MessageId) {
        self.show_mark(message, false);
        spawn_local(async move {
            let command = MarkRead {
                messages: vec![message],
                read: false,
            };
            if call(command).await.is_err() {
                self.show_mark(message, true);
                self.app.toast(Message::from(tx::MARK_UNREAD_FAILED));
            }
        });
    }

    /// The page of a message in this folder.
    pub(crate) fn href(self, message: MessageId) -> String {
        routes::message(self.folder.get(), message)
    }

    /// The page of the folder itself.
    pub(crate) fn folder_href(self) -> &'static str {
        routes::folder_path(self.folder.get())
    }

    /// The folder's name.
    pub(crate) fn folder_name(self) -> Text {
        match self.folder.get() {
            Folder::Inbox => common::INBOX,
            Folder::Sent => common::SENT,
        }
    }
}

/// The folders and their messages.
#[component]
pub(crate) fn MailPage() -> impl IntoView {
    let mailbox = Mailbox::new();
    use_title(move || mailbox.folder_name().get().to_owned());
    Effect::new(move || {
        mailbox.folder.track();
        mailbox.list.set(MailList::default());
        mailbox.loaded.set(Load::Waiting);
        mailbox.refresh();
    });
    keys::use_shortcuts(mailbox, use_navigate());
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
            <Outlet />
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
            (Some(left), None) => browser::after_render(move || list::focus_row(left)),
            _ => {}
        }
        chosen
    });
}

/// Replaces the page in the history, so that "back" leaves the mailbox in one step.
pub(crate) fn replacing() -> NavigateOptions {
    NavigateOptions {
        replace: true,
        scroll: false,
        ..NavigateOptions::default()
    }
}
