use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_api::Role;
use zegel_client::view::{MailboxKind, MailboxState, MailboxView};

use super::{PANEL, Panel, shape};
use crate::components::layout::close_popover;
use crate::components::{Avatar, Badge, Button, ErrorText, Icon, IconButton, Tone, Variant};
use crate::i18n::{self, Text, access as tx, common, t};
use crate::routes::{self, Whose};
use crate::state::mailboxes::name_of;
use crate::state::switcher::group;
use crate::state::{App, Message};
use crate::worker::{call, messages::SignOut};

/// Finds an account among many.
#[component]
pub(super) fn Filter(panel: Panel, all: Memo<Vec<MailboxView>>) -> impl IntoView {
    let found = move || {
        panel.typed.with(|typed| {
            let count = all.with(|all| {
                [MailboxKind::Functional, MailboxKind::Delegated]
                    .into_iter()
                    .map(|kind| group(all, kind, typed).len())
                    .sum::<usize>()
            });
            match count {
                _ if typed.trim().is_empty() => String::new(),
                0 => t!(tx::FOUND_NONE, typed = typed)(),
                1 => tx::FOUND_ONE.get().to_owned(),
                count => t!(tx::FOUND_ACCOUNTS, count = count)(),
            }
        })
    };
    view! {
        <div class="menu switcher-filter">
            <div class="search">
                <Icon name="search" />
                <input
                    class="input"
                    type="search"
                    autocomplete="off"
                    spellcheck="false"
                    aria-label=t(tx::FIND_ACCOUNT)
                    placeholder=t(tx::FIND_ACCOUNT)
                    node_ref=panel.filter
                    prop:value=move || panel.typed.get()
                    on:input=move |event| panel.typed.set(event_target_value(&event))
                />
            </div>
            <p class="field-hint" role="status">
                {found}
            </p>
        </div>
    }
}

/// The own account: always there, whatever is typed.
#[component]
pub(super) fn OwnGroup(panel: Panel) -> impl IntoView {
    let app = panel.app;
    let own = move || {
        let session = app.session.get()?;
        let administrator = session.role == Role::Administrator;
        let name = if session.name.is_empty() {
            session.address.to_string()
        } else {
            session.name.clone()
        };
        let mailbox = MailboxView {
            account: session.account,
            address: session.address,
            name,
            kind: MailboxKind::Own,
            state: MailboxState::Ready,
            unread: 0,
            shown_name: None,
        };
        Some(view! { <Row panel=panel mailbox=mailbox administrator=administrator /> })
    };
    view! {
        <section class="menu" aria-labelledby="switcher-own">
            <h2 class="menu-group" id="switcher-own">
                {t(tx::MY_ACCOUNT)}
            </h2>
            <ul>{own}</ul>
        </section>
    }
}

#[component]
pub(super) fn Group(
    panel: Panel,
    all: Memo<Vec<MailboxView>>,
    kind: MailboxKind,
    title: Text,
) -> impl IntoView {
    let id = match kind {
        MailboxKind::Functional => "switcher-functional",
        MailboxKind::Own | MailboxKind::Delegated => "switcher-delegated",
    };
    let rows = move || {
        panel
            .typed
            .with(|typed| all.with(|all| group(all, kind, typed)))
    };
    // Unread messages are followed inside a row, so that it stays, and the focus on it.
    let key = |mailbox: &MailboxView| (mailbox.account, mailbox.name.clone(), mailbox.state as u8);
    view! {
        <section class="menu" aria-labelledby=id>
            <h2 class="menu-group" id=id>
                {t(title)}
            </h2>
            <ul>
                <For each=rows key=key let:mailbox>
                    <Row panel=panel mailbox=mailbox />
                </For>
            </ul>
        </section>
    }
}

/// One account: a link, so that it opens in a second tab as well.
#[component]
fn Row(
    panel: Panel,
    mailbox: MailboxView,
    /// Of the own account.
    #[prop(optional)]
    administrator: bool,
) -> impl IntoView {
    let app = panel.app;
    let account = mailbox.account;
    let kind = mailbox.kind;
    let name = name_of(&mailbox);
    // An account that opens is left from within.
    let leave = (mailbox.state != MailboxState::Ready).then(|| {
        let name = name.clone();
        let label = name.clone();
        view! {
            <IconButton
                name="signout"
                label=TextProp::from(t!(tx::LEAVE_NAMED, name = label))
                on_press=move |()| panel.ask_to_leave(account, name.clone())
            />
        }
    });
    let whose = match kind {
        MailboxKind::Own => Whose::Own,
        MailboxKind::Functional | MailboxKind::Delegated => Whose::As(account),
    };
    let is_current = move || app.whose.get() == whose;
    let unread = move || {
        let count = app.mailboxes.counts(account).unread;
        (count > 0).then(|| {
            let count = i18n::number(count);
            let spoken = count.clone();
            view! {
                <span class="count">
                    <span aria-hidden="true">{count}</span>
                    <span class="visually-hidden">{t!(common::UNREAD_COUNT, count = spoken)}</span>
                </span>
            }
        })
    };
    let person = view! {
        <Avatar name=name.clone() shape=shape(kind) />
        <span class="person-text">
            <span class="person-name">{name.clone()}</span>
            <small class="truncate">{mailbox.address.to_string()}</small>
        </span>
    };
    let row = match mailbox.state {
        MailboxState::Ready => view! {
            <a
                class="menu-item"
                href=routes::inbox(whose)
                data-row=name
                data-own=(kind == MailboxKind::Own).then_some("")
                aria-current=move || is_current().then_some("true")
                on:click=|_| close_popover(PANEL)
            >
                {person}
                <span class="menu-end">
                    {administrator
                        .then(|| {
                            view! { <Badge tone=Tone::Seal text=TextProp::from(t(common::ADMINISTRATOR)) /> }
                        })}
                    {unread}
                    {move || {
                        is_current()
                            .then(|| {
                                view! {
                                    <Icon name="check" label=TextProp::from(t(tx::CURRENT_ACCOUNT)) />
                                }
                            })
                    }}
                </span>
            </a>
        }
        .into_any(),
        MailboxState::NotVerified => view! {
            <a
                class="menu-item"
                href=routes::safety(account)
                data-row=name
                on:click=|_| close_popover(PANEL)
            >
                {person}
                <span class="menu-end">
                    <Badge tone=Tone::Warn icon="sealopen" text=TextProp::from(t(tx::COMPARE_FIRST)) />
                </span>
            </a>
        }
        .into_any(),
        MailboxState::Suspended | MailboxState::NotAuthentic => {
            let (text, reason) = if mailbox.state == MailboxState::Suspended {
                (tx::SUSPENDED, tx::LOST_SUSPENDED_HINT)
            } else {
                (tx::DOES_NOT_CHECK_OUT, tx::LOST_NOT_AUTHENTIC_HINT)
            };
            let described = format!("switcher-why-{account}");
            // A link that leads nowhere: it can be gone to, and says why.
            view! {
                <a
                    class="menu-item"
                    role="link"
                    tabindex="0"
                    aria-disabled="true"
                    aria-describedby=described.clone()
                    title=t(reason)
                    data-row=name
                >
                    {person}
                    <span class="menu-end">
                        <Badge tone=Tone::Danger text=TextProp::from(t(text)) />
                    </span>
                </a>
                <span id=described hidden=true>
                    {t(reason)}
                </span>
            }
            .into_any()
        }
    };
    view! { <li class="menu-pair">{row} {leave}</li> }
}

/// Where else the own account leads to. While acting as another account there is nothing of it.
#[component]
pub(super) fn More(app: App) -> impl IntoView {
    let link = |href: &'static str, icon: &'static str, label: Text| {
        view! {
            <li>
                <a class="menu-item" href=href on:click=|_| close_popover(PANEL)>
                    <Icon name=icon />
                    {t(label)}
                </a>
            </li>
        }
    };
    move || {
        if app.is_acting() {
            return None;
        }
        let session = app.session.get()?;
        let adoption = session.adoption.is_some();
        (adoption || session.role != Role::Member).then(|| {
            view! {
                <div class="menu">
                    <hr />
                    <ul>
                        {adoption.then(|| link(routes::ADOPTION, "seal", common::REVIEW_ADOPTION))}
                        {(session.role == Role::Administrator)
                            .then(|| link(routes::ADMIN_ACCOUNTS, "sliders", common::ADMINISTRATION))}
                        {(session.role == Role::Free)
                            .then(|| {
                                link(routes::NEW_ORGANISATION, "plus", common::CREATE_ORGANISATION)
                            })}
                    </ul>
                </div>
            }
        })
    }
}

#[component]
pub(super) fn Foot(app: App) -> impl IntoView {
    let signing_out = RwSignal::new(false);
    let error = RwSignal::new(None::<Message>);
    let sign_out = move |()| {
        signing_out.set(true);
        error.set(None);
        spawn_local(async move {
            let outcome = call(SignOut { everywhere: false }).await;
            let _ = signing_out.try_set(false);
            match outcome {
                Ok(()) => {
                    app.forget_drafts();
                    app.signed_out();
                }
                Err(failure) => {
                    let _ = error.try_set(Some(failure.into()));
                }
            }
        });
    };
    view! {
        <div class="menu-problem">
            <ErrorText error=error />
        </div>
        <div class="switcher-foot">
            <Show when=move || !app.is_acting()>
                <a
                    class="button"
                    data-variant="quiet"
                    href=routes::SETTINGS
                    on:click=|_| close_popover(PANEL)
                >
                    <Icon name="gear" />
                    {t(common::SETTINGS)}
                </a>
            </Show>
            <Button
                variant=Variant::Quiet
                icon="signout"
                busy=signing_out
                on_press=Callback::new(sign_out)
            >
                {t(common::SIGN_OUT)}
            </Button>
        </div>
    }
}
