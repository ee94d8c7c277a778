use leptos::prelude::*;
use zegel_api::Folder;
use zegel_client::view::{MailboxKind, MessageView, Reason};

use super::Entry;
use super::revoke::RevokeDialog;
use crate::components::{Icon, IconButton, close_popover};
use crate::i18n::{Text, mail as tx, t};
use crate::routes::{self, Compose};

const MENU: &str = "message-menu";

/// What is known of the message for its actions.
#[derive(Clone, Copy, Default, PartialEq)]
struct Facts {
    /// It opened, or only its row is left: it can be moved.
    there: bool,
    /// It opened: it can be answered.
    open: bool,
    own: bool,
    several: bool,
    folder: Folder,
}

fn facts(entry: Entry) -> Facts {
    let own_account = entry.mailbox.account;
    // Where the list keeps what was moved, its row says where it lies by now.
    let listed = entry
        .mailbox
        .list
        .with(|list| list.row(entry.message).map(|row| row.folder));
    entry.opened.with(|opened| match opened {
        None => Facts::default(),
        Some(Ok(view)) => Facts {
            there: true,
            open: true,
            own: view.own,
            several: goes_to_several(view, own_account),
            folder: listed.unwrap_or(view.folder),
        },
        Some(Err(failure)) => Facts {
            there: !matches!(
                failure.reason,
                Reason::Server(zegel_api::ErrorCode::NotFound)
            ),
            folder: listed.unwrap_or_else(|| entry.mailbox.folder.get_untracked()),
            ..Facts::default()
        },
    })
}

/// Whether there is somebody else to answer than the sender; of an own message, than the one recipient.
fn goes_to_several(view: &MessageView, own: zegel_protocol::AccountId) -> bool {
    let others = view
        .recipients
        .iter()
        .filter(|person| person.account != own && person.account != view.sender.account);
    others.count() > usize::from(view.own)
}

/// What one can do with the chosen message.
#[component]
pub(super) fn Toolbar(entry: Entry) -> impl IntoView {
    let mailbox = entry.mailbox;
    let message = entry.message;
    let facts = Memo::new(move |_| facts(entry));
    let folder = move || facts.get().folder;
    let revoking = RwSignal::new(false);
    let starred = Memo::new(move |_| mailbox.is_starred(message));
    let compose = move |begin: Compose| {
        Callback::new(move |()| mailbox.go(routes::compose(mailbox.whose, &begin), false))
    };
    let move_to = move |to: Folder| Callback::new(move |()| mailbox.move_to(vec![message], to));
    let put_back = move || matches!(folder(), Folder::Archive | Folder::Trash);
    let star_label = move || {
        if starred.get() {
            tx::UNSTAR.get()
        } else {
            tx::STAR.get()
        }
    };
    view! {
        <div class="reader-bar" role="toolbar" aria-label=t(tx::ACTIONS)>
            <a
                class="icon-button reader-back"
                href=move || mailbox.folder_href()
                aria-label=t!(tx::BACK_TO, folder = mailbox.list_name())
            >
                <Icon name="left" />
            </a>
            <Show when=move || facts.get().open>
                <a
                    class="button"
                    data-size="small"
                    href=routes::compose(mailbox.whose, &Compose::Reply(message))
                    title=t(tx::REPLY)
                >
                    <Icon name="reply" size=crate::components::IconSize::Small />
                    <span class="reader-word">{t(tx::REPLY)}</span>
                </a>
                <span class="reader-spare">
                    <Show when=move || facts.get().several>
                        <IconButton
                            name="replyall"
                            label=TextProp::from(t(tx::REPLY_ALL))
                            on_press=compose(Compose::ReplyAll(message))
                        />
                    </Show>
                    <IconButton
                        name="forward"
                        label=TextProp::from(t(tx::FORWARD))
                        on_press=compose(Compose::Forward(message))
                    />
                </span>
            </Show>
            <Show when=move || facts.get().there>
                <Show when=put_back>
                    <IconButton
                        name="inbox"
                        label=TextProp::from(t(tx::PUT_BACK))
                        on_press=move_to(Folder::Inbox)
                    />
                </Show>
                <Show when=move || !put_back()>
                    <IconButton
                        name="archive"
                        label=TextProp::from(t(tx::ARCHIVE))
                        on_press=move_to(Folder::Archive)
                    />
                </Show>
                <Show when=move || folder() != Folder::Trash>
                    <IconButton
                        name="trash"
                        danger=true
                        label=TextProp::from(t(tx::TO_BIN))
                        on_press=move_to(Folder::Trash)
                    />
                </Show>
                <button
                    class="icon-button mail-star-inline"
                    type="button"
                    aria-pressed=move || starred.get().to_string()
                    aria-label=star_label
                    title=star_label
                    on:click=move |_| mailbox.mark(vec![message], None, Some(!starred.get_untracked()))
                >
                    <Icon name="star" />
                </button>
                <span class="reader-gap"></span>
                <button
                    class="icon-button reader-more"
                    type="button"
                    popovertarget=MENU
                    aria-label=t(tx::MORE)
                    title=t(tx::MORE)
                >
                    <Icon name="more" />
                </button>
                <More entry=entry facts=facts revoking=revoking />
            </Show>
        </div>
        <Show when=move || revoking.get()>
            <RevokeDialog entry=entry asked=revoking />
        </Show>
    }
}

#[component]
fn More(entry: Entry, facts: Memo<Facts>, revoking: RwSignal<bool>) -> impl IntoView {
    let mailbox = entry.mailbox;
    let message = entry.message;
    let item = move |icon: &'static str, label: Text, danger: bool, press: Callback<()>| {
        view! {
            <button
                class="menu-item"
                type="button"
                data-tone=danger.then_some("danger")
                on:click=move |_| {
                    close_popover(MENU);
                    press.run(());
                }
            >
                <Icon name=icon />
                {t(label)}
            </button>
        }
    };
    let compose = move |begin: Compose| {
        Callback::new(move |()| mailbox.go(routes::compose(mailbox.whose, &begin), false))
    };
    let unread = Callback::new(move |()| mailbox.mark(vec![message], Some(false), None));
    let revoke = Callback::new(move |()| revoking.set(true));
    let delete = Callback::new(move |()| mailbox.deleting.set(vec![message]));
    view! {
        <div class="popover menu reader-menu" id=MENU popover="auto">
            <Show when=move || facts.get().several>
                {item("replyall", tx::REPLY_ALL, false, compose(Compose::ReplyAll(message)))}
            </Show>
            <Show when=move || facts.get().open>
                {item("forward", tx::FORWARD, false, compose(Compose::Forward(message)))}
            </Show>
            {item("mail", tx::MARK_UNREAD, false, unread)}
            <Show when=move || facts.get().own && facts.get().open>
                {item("ban", tx::REVOKE, true, revoke)}
            </Show>
            <Show when=move || facts.get().folder == Folder::Trash && mailbox.may_delete()>
                {item("trash", tx::DELETE_FOREVER, true, delete)}
            </Show>
        </div>
    }
}

/// The same ways to answer, where the message ends.
#[component]
pub(super) fn ReplyBox(entry: Entry) -> impl IntoView {
    let mailbox = entry.mailbox;
    let message = entry.message;
    let facts = Memo::new(move |_| facts(entry));
    let label = move || {
        if mailbox.kind == MailboxKind::Own {
            tx::REPLY.get().to_owned()
        } else {
            t!(tx::REPLY_AS, name = mailbox.name())()
        }
    };
    let way = move |begin: Compose, icon: &'static str, label: Signal<String>| {
        view! {
            <a class="button" href=routes::compose(mailbox.whose, &begin)>
                <Icon name=icon />
                {label}
            </a>
        }
    };
    let text = |text: Text| Signal::derive(move || text.get().to_owned());
    view! {
        <Show when=move || facts.get().open>
            <div class="reply-box">
                {way(Compose::Reply(message), "reply", Signal::derive(label))}
                <Show when=move || {
                    facts.get().several
                }>{way(Compose::ReplyAll(message), "replyall", text(tx::REPLY_ALL))}</Show>
                {way(Compose::Forward(message), "forward", text(tx::FORWARD))}
            </div>
        </Show>
    }
}
