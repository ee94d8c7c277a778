use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_client::view::{MailboxKind, MailboxState, MailboxView};

use super::{
    Banner, Button, Consequence, Dialog, EmptyState, ErrorText, Icon, IconButton, Tone, Variant,
};
use crate::components::{SheetPage, use_title};
use crate::i18n::{Piece, access as tx, common, fill, pieces, t};
use crate::routes;
use crate::state::mailboxes::{Lost, Why, name_of};
use crate::state::{App, Message, browser};
use crate::worker::{call, messages::StepDown};

/// Says in words who is speaking, for as long as the page acts as another account.
#[component]
pub(super) fn ActingStrip(mailbox: MailboxView) -> impl IntoView {
    let leaving = RwSignal::new(false);
    let name = name_of(&mailbox);
    let text = match (&mailbox.shown_name, mailbox.kind) {
        (Some(_), _) => tx::ACTING_VISIBLE,
        (None, MailboxKind::Functional) => tx::ACTING_FUNCTIONAL_HIDDEN,
        (None, _) => tx::ACTING_HIDDEN,
    };
    let account = mailbox.account;
    let shown = mailbox.shown_name.clone();
    let address = mailbox.address.to_string();
    let sentence = {
        let name = name.clone();
        move || {
            let sender = match &shown {
                Some(person) => fill(tx::SENT_BY, &[("account", &name), ("person", person)]),
                None => name.clone(),
            };
            pieces(text)
                .into_iter()
                .map(|piece| match piece {
                    Piece::Words(words) => words.into_any(),
                    Piece::Place("account") => view! { <strong>{name.clone()}</strong> }.into_any(),
                    Piece::Place("address") => {
                        let address = format!(" ({address})");
                        view! { <span class="acting-address">{address}</span> }.into_any()
                    }
                    Piece::Place(_) => view! { <strong>{sender.clone()}</strong> }.into_any(),
                })
                .collect_view()
        }
    };
    view! {
        <div class="acting-strip" role="status">
            <p>
                <Icon name="swap" />
                <span>{sentence}</span>
            </p>
            <Button
                size="small"
                variant=Variant::Quiet
                on_press=Callback::new(move |()| leaving.set(true))
            >
                {t(tx::LEAVE)}
            </Button>
            <a class="button" data-size="small" href=routes::INBOX>
                {t(tx::BACK_TO_MY_ACCOUNT)}
            </a>
        </div>
        {move || {
            let name = name.clone();
            leaving
                .get()
                .then(|| view! { <LeaveDialog account=account name=name leaving=leaving /> })
        }}
    }
}

/// Gives up the access to an account.
#[component]
fn LeaveDialog(
    account: zegel_protocol::AccountId,
    name: String,
    leaving: RwSignal<bool>,
) -> impl IntoView {
    let app = App::expect();
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<Message>);
    let close = Callback::new(move |()| leaving.set(false));
    let leave = move |()| {
        busy.set(true);
        error.set(None);
        spawn_local(async move {
            match call(StepDown { account }).await {
                Ok(()) => app.mailboxes.left(account),
                Err(failure) => {
                    let _ = busy.try_set(false);
                    let _ = error.try_set(Some(failure.into()));
                }
            }
        });
    };
    let (at_once, stays) = (name.clone(), name.clone());
    view! {
        <Dialog title=t!(tx::LEAVE_TITLE, name = name) busy=busy on_close=close>
            <div class="dialog-body">
                <ul class="consequences">
                    <Consequence
                        icon="inbox"
                        tone=Tone::Danger
                        text=TextProp::from(t!(tx::LEAVE_AT_ONCE, name = at_once))
                    />
                    <Consequence
                        icon="ban"
                        tone=Tone::Danger
                        text=TextProp::from(t(tx::LEAVE_BACK))
                    />
                    <Consequence icon="key" text=TextProp::from(t(tx::LEAVE_KEY)) />
                    <Consequence
                        icon="done"
                        tone=Tone::Success
                        text=TextProp::from(t!(tx::LEAVE_STAYS, name = stays))
                    />
                </ul>
                <ErrorText error=error />
            </div>
            <div class="dialog-foot">
                <Button autofocus=true disabled=busy on_press=close>
                    {t(common::CANCEL)}
                </Button>
                <Button variant=Variant::Danger busy=busy on_press=Callback::new(leave)>
                    {t(tx::LEAVE_BUTTON)}
                </Button>
            </div>
        </Dialog>
    }
}

/// Why the view of another account closed, until the user goes on.
#[component]
pub(super) fn LostNotice() -> impl IntoView {
    let app = App::expect();
    let dismiss = Callback::new(move |()| {
        app.mailboxes.lost.set(None);
        browser::focus_main();
    });
    let notice = move || {
        let Lost { account, name, why } = app.mailboxes.lost.get()?;
        let named = name.is_some();
        let name = name.unwrap_or_default();
        let (tone, title, text) = match why {
            Why::Left => (Tone::Success, tx::LEFT, tx::LEAVE_BACK),
            Why::NoAccess if named => (Tone::Warn, tx::LOST, tx::LOST_HINT),
            Why::NoAccess | Why::State(MailboxState::Ready) => {
                (Tone::Warn, tx::LOST_UNKNOWN, tx::LOST_UNKNOWN_HINT)
            }
            Why::State(MailboxState::Suspended) => {
                (Tone::Warn, tx::LOST_SUSPENDED, tx::LOST_SUSPENDED_HINT)
            }
            Why::State(MailboxState::NotVerified) => (
                Tone::Warn,
                tx::LOST_NOT_VERIFIED,
                tx::LOST_NOT_VERIFIED_HINT,
            ),
            Why::State(MailboxState::NotAuthentic) => (
                Tone::Danger,
                tx::LOST_NOT_AUTHENTIC,
                tx::LOST_NOT_AUTHENTIC_HINT,
            ),
        };
        let compare = (why == Why::State(MailboxState::NotVerified))
            .then_some(account)
            .flatten();
        Some(view! {
            <Banner
                tone=tone
                alert=tone == Tone::Danger
                title=t!(title, name = name)
                text=TextProp::from(t(text))
            >
                {compare
                    .map(|account| {
                        view! {
                            <a class="button" data-size="small" href=routes::safety(account)>
                                {t(tx::COMPARE_NUMBERS)}
                            </a>
                        }
                    })}
                <IconButton
                    name="x"
                    label=TextProp::from(t(common::CLOSE))
                    on_press=dismiss
                />
            </Banner>
        })
    };
    view! {
        <div class="app-notice" role="status">
            {notice}
        </div>
    }
}

/// Until it is known whether the account of the address can be opened.
#[component]
pub(super) fn OpeningAccount() -> impl IntoView {
    let app = App::expect();
    use_title(|| tx::OPENING_ACCOUNT.get().to_owned());
    let slow = RwSignal::new(false);
    browser::after_ms(300, move || {
        let _ = slow.try_set(true);
    });
    let failed = move || app.mailboxes.failure.with(Option::is_some);
    view! {
        <main class="sheet" id="main" tabindex="-1" aria-busy=move || (!failed()).then_some("true")>
            <div class="empty" role="status">
                <Show when=move || slow.get() && !failed()>
                    <p>{t(tx::OPENING_ACCOUNT)}</p>
                </Show>
                <Show when=failed>
                    <p>{t(tx::LIST_FAILED)}</p>
                    <p class="row">
                        <Button on_press=move |()| app.mailboxes.reload()>
                            {t(common::TRY_AGAIN)}
                        </Button>
                        <a class="button" href=routes::INBOX>
                            {t(tx::BACK_TO_MY_ACCOUNT)}
                        </a>
                    </p>
                </Show>
            </div>
        </main>
    }
}

/// Where the settings of another account would be.
#[component]
pub(crate) fn OwnerOnly() -> impl IntoView {
    use_title(|| tx::OWNER_ONLY.get().to_owned());
    view! {
        <SheetPage>
            <EmptyState
                icon="gear"
                title=TextProp::from(t(tx::OWNER_ONLY))
                text=TextProp::from(t(tx::OWNER_ONLY_HINT))
            >
                <a class="button" href=routes::INBOX>
                    {t(tx::BACK_TO_MY_ACCOUNT)}
                </a>
            </EmptyState>
        </SheetPage>
    }
}
