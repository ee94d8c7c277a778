//! Reading: a conversation, what each message says, from whom, and how that is known.

mod answers;
mod article;
mod banners;
mod failed;
mod revoke;
mod text;
mod toolbar;

use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_api::Folder;
use zegel_client::view::{Condition, Failure, MessageRowView, MessageView, Reason};
use zegel_protocol::{ConversationId, MessageId};

use crate::components::{Avatar, Icon, Skeleton};
use crate::i18n::{self, mail as tx, t};
use crate::pages::inbox::Mailbox;
use crate::state::browser;
use crate::state::plain_text::one_line;
use crate::worker::{
    call,
    messages::{OpenConversation, OpenMessage, RememberedMessage},
};

pub(crate) use self::answers::AnswersTo;
use self::answers::{Answers, look_again};
use self::article::Article;
use self::failed::NotOpened;
use self::toolbar::{ReplyBox, Toolbar};

/// A message of the conversation, opened or not.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub(super) mailbox: Mailbox,
    pub(super) message: MessageId,
    /// None while it is being opened.
    pub(super) opened: RwSignal<Option<Result<MessageView, Failure>>>,
    /// The rows of its conversation.
    thread: RwSignal<Vec<MessageRowView>>,
}

impl Entry {
    fn new(mailbox: Mailbox, message: MessageId, thread: RwSignal<Vec<MessageRowView>>) -> Self {
        Self {
            mailbox,
            message,
            opened: RwSignal::new(None),
            thread,
        }
    }

    /// Who answered it, or does so now. Followed.
    fn answers(self) -> Answers {
        self.thread.with(|thread| {
            self.mailbox
                .list
                .with(|list| Answers::of(thread, list.row(self.message), self.message))
        })
    }

    /// Opens the message, which marks it as read. One that was opened before is shown at once.
    pub(super) fn open(self) {
        let (mailbox, message) = (self.mailbox.account, self.message);
        let pressed = self.mailbox.take_pressed(message);
        let remembered = pressed.is_some();
        if let Some(view) = &pressed {
            self.mailbox.note_star(message, view.starred);
        }
        self.opened.set(pressed.map(Ok));
        if !remembered {
            spawn_local(async move {
                let remembered = call(RememberedMessage { mailbox, message }).await;
                // The worker may have opened it by now; another message may be chosen.
                let waits = self.opened.try_with_untracked(Option::is_none);
                if let (Ok(Some(view)), Some(true)) = (remembered, waits) {
                    self.opened.set(Some(Ok(view)));
                }
            });
        }
        spawn_local(async move {
            let outcome = call(OpenMessage { mailbox, message }).await;
            let Some(shown) = self.opened.try_get_untracked() else {
                return;
            };
            // It came too late.
            self.mailbox.take_pressed(message);
            if let Ok(view) = &outcome {
                self.mailbox.show_read(message);
                self.mailbox.note_star(message, view.starred);
            }
            let stays = match (&shown, &outcome) {
                (Some(Ok(_)), Err(failure)) => failure.reason == Reason::Offline,
                (shown, outcome) => shown.as_ref() == Some(outcome),
            };
            if !stays {
                self.opened.set(Some(outcome));
            }
        });
    }

    /// The opened message.
    pub(super) fn view(self) -> Option<MessageView> {
        self.opened.with(|opened| match opened {
            Some(Ok(view)) => Some(view.clone()),
            _ => None,
        })
    }
}

/// The reading pane: the chosen message, among those of its conversation.
#[component]
pub(crate) fn Reader(mailbox: Mailbox, message: MessageId) -> impl IntoView {
    let thread = RwSignal::new(Vec::<MessageRowView>::new());
    let entry = Entry::new(mailbox, message, thread);
    entry.open();
    let row = mailbox
        .list
        .with_untracked(|list| list.row(message).cloned());
    let listed = row.map(|row| row.conversation);
    let conversation = Memo::new(move |_| {
        listed.or_else(|| {
            entry.opened.with(|opened| match opened {
                Some(Ok(view)) => Some(view.conversation),
                _ => None,
            })
        })
    });
    let changes = Memo::new(move |_| mailbox.app.mailboxes.changes(mailbox.account));
    Effect::new(move || {
        let _ = changes.get();
        if let Some(conversation) = conversation.get() {
            load_thread(entry, conversation);
        }
    });
    let answering = move || thread.with(|thread| thread.iter().any(|row| row.answering.is_some()));
    look_again(answering, move || {
        if let Some(conversation) = conversation.try_get_untracked().flatten() {
            load_thread(entry, conversation);
        }
    });
    let others = move |after: bool| {
        Memo::new(move |_| {
            thread.with(|thread| {
                let at = thread.iter().position(|row| row.message == message);
                let Some(at) = at else { return Vec::new() };
                let (before, rest) = thread.split_at(at);
                let rows = if after { &rest[1..] } else { before };
                rows.iter()
                    .map(|row| row.message)
                    .collect::<Vec<MessageId>>()
            })
        })
    };
    let (before, after) = (others(false), others(true));
    let list = move |messages: Memo<Vec<MessageId>>| {
        view! {
            <For each=move || messages.get() key=|message| *message let:message>
                <Other entry=Entry::new(mailbox, message, thread) />
            </For>
        }
    };
    view! {
        <Toolbar entry=entry />
        <div class="pane-scroll" tabindex="0" role="region" aria-label=t(tx::CONVERSATION)>
            <div class="reader-body">
                <Subject entry=entry />
                {list(before)}
                <Body entry=entry />
                {list(after)}
                <ReplyBox entry=entry />
            </div>
        </div>
    }
}

fn load_thread(entry: Entry, conversation: ConversationId) {
    let mailbox = entry.mailbox.account;
    spawn_local(async move {
        // Without the others the chosen message is still read.
        let Ok(rows) = call(OpenConversation {
            mailbox,
            conversation,
        })
        .await
        else {
            return;
        };
        let gone = rows
            .iter()
            .any(|row| row.message == entry.message && row.condition == Condition::Gone);
        if entry.thread.try_set(rows).is_some() {
            return;
        }
        if gone && untrack(|| entry.view()).is_some() {
            entry.open();
        }
    });
}

#[component]
fn Subject(entry: Entry) -> impl IntoView {
    let subject = Memo::new(move |_| {
        entry.opened.with(|opened| match opened {
            Some(Ok(view)) => Some(one_line(&view.subject)),
            _ => None,
        })
    });
    let words = move || match subject.get() {
        Some(subject) if subject.trim().is_empty() => tx::NO_SUBJECT.get().to_owned(),
        subject => subject.unwrap_or_default(),
    };
    let count = Memo::new(move |_| entry.thread.with(Vec::len));
    let count_text = move || match count.get() {
        1 => tx::COUNT_ONE.get().to_owned(),
        count => t!(tx::COUNT_MANY, count = count)(),
    };
    view! {
        <Show when=move || subject.with(Option::is_some)>
            <div class="reader-subject">
                <h2>
                    <bdi>{words}</bdi>
                </h2>
                <Show when=move || { count.get() > 1 }>
                    <p class="muted">{count_text}</p>
                </Show>
            </div>
        </Show>
    }
}

/// The chosen message, or why it is not shown.
#[component]
fn Body(entry: Entry) -> impl IntoView {
    move || match entry.opened.get() {
        None => view! { <Opening /> }.into_any(),
        Some(Err(failure)) => view! { <NotOpened entry=entry failure=failure /> }.into_any(),
        Some(Ok(message)) => view! { <Article entry=entry message=message /> }.into_any(),
    }
}

/// Another message of the conversation: a line, until it is opened.
#[component]
fn Other(entry: Entry) -> impl IntoView {
    let (message, thread) = (entry.message, entry.thread);
    let row = Memo::new(move |before: Option<&Option<MessageRowView>>| {
        let now = thread.with(|thread| thread.iter().find(|row| row.message == message).cloned());
        now.or_else(|| before.cloned().flatten())
    });
    let asked = RwSignal::new(false);
    Effect::new(move || {
        let gone = row.with(|row| {
            row.as_ref()
                .is_some_and(|row| row.condition == Condition::Gone)
        });
        if gone && untrack(|| entry.view()).is_some() {
            entry.open();
        }
    });
    let with = move |read: fn(&MessageRowView) -> String| {
        row.with(|row| row.as_ref().map(read).unwrap_or_default())
    };
    let names = Memo::new(move |_| with(|row| one_line(&row.correspondents)));
    // Of what this mailbox sent, the row names the recipients.
    let sent = Memo::new(move |_| {
        row.with(|row| row.as_ref().is_some_and(|row| row.folder == Folder::Sent))
    });
    let line = move || match sent.get() {
        true => t!(tx::FROM_TO, names = names.get())(),
        false => names.get(),
    };
    let sent_at_ms = move || row.with(|row| row.as_ref().map_or(0, |row| row.sent_at_ms));
    let preview = move || {
        with(|row| match row.condition {
            Condition::Authentic => one_line(&row.snippet),
            Condition::NotAuthentic => tx::NOT_AUTHENTIC_ROW.get().to_owned(),
            Condition::Locked => tx::LOCKED_ROW.get().to_owned(),
            Condition::Gone => tx::GONE_ROW.get().to_owned(),
            Condition::KeyChanged => tx::KEY_CHANGED_ROW.get().to_owned(),
        })
    };
    let open = move |_| {
        asked.set(true);
        entry.open();
    };
    let collapsed = move || {
        view! {
            <button
                class="message message-line"
                type="button"
                aria-label=move || {
                    let text = if sent.get() { tx::OPEN_SENT } else { tx::OPEN_ONE };
                    t!(text, name = names.get(), date = i18n::date_time(sent_at_ms()))()
                }
                on:click=open
            >
                <span class="message-head">
                    <Avatar name=names />
                    <span class="person">
                        <span class="person-text">
                            <span class="person-name">
                                <bdi>{line}</bdi>
                            </span>
                            <span class="message-preview">
                                <bdi>{preview}</bdi>
                            </span>
                        </span>
                    </span>
                    <Show when=move || row.with(|row| row.as_ref().is_some_and(|row| row.starred))>
                        <Icon name="star" />
                    </Show>
                    <time class="muted">{move || i18n::short_time(sent_at_ms())}</time>
                </span>
            </button>
        }
    };
    view! {
        <Show when=move || asked.get() fallback=collapsed>
            <Body entry=entry />
        </Show>
    }
}

#[component]
fn Opening() -> impl IntoView {
    let slow = RwSignal::new(false);
    browser::after_ms(300, move || {
        let _ = slow.try_set(true);
    });
    view! {
        <div role="status">
            <Show when=move || slow.get()>
                <span class="visually-hidden">{t(tx::OPENING_MESSAGE)}</span>
                <span class="stack" aria-hidden="true">
                    <Skeleton width="half" />
                    <Skeleton width="quarter" />
                    <Skeleton />
                    <Skeleton width="most" />
                </span>
            </Show>
        </div>
    }
}
