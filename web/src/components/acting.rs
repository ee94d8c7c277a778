use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_client::view::{MailboxKind, MailboxState, MailboxView};
use zegel_protocol::AccountId;

use super::{
    Banner, Button, Consequence, Dialog, EmptyState, ErrorText, Icon, IconButton, Tone, Variant,
};
use crate::components::{SheetPage, use_title};
use crate::i18n::{Piece, access as tx, common, fill, pieces, t};
use crate::routes::{self, Whose};
use crate::state::mailboxes::{Lost, Why, name_of};
use crate::state::{App, Message, browser};
use crate::worker::{call, messages::StepDown};

/// What the strip says of another account, and nothing that changes with each message: the strip would be read out
/// again, and its open dialog go.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Speaker {
    account: AccountId,
    kind: MailboxKind,
    name: String,
    address: String,
    /// The name that recipients see beside the account's.
    shown: Option<String>,
}

impl Speaker {
    /// None for the own account: nothing has to be said of that.
    pub(super) fn of(mailbox: &MailboxView) -> Option<Self> {
        (mailbox.kind != MailboxKind::Own).then(|| Self {
            account: mailbox.account,
            kind: mailbox.kind,
            name: name_of(mailbox),
            address: mailbox.address.to_string(),
            shown: mailbox.shown_name.clone(),
        })
    }
}

/// Says in words who is speaking, for as long as the page acts as another account.
#[component]
pub(super) fn ActingStrip(speaker: Speaker) -> impl IntoView {
    let leaving = RwSignal::new(false);
    let Speaker {
        account,
        kind,
        name,
        address,
        shown,
    } = speaker;
    let text = match (&shown, kind) {
        (Some(_), _) => tx::ACTING_VISIBLE,
        (None, MailboxKind::Functional) => tx::ACTING_FUNCTIONAL_HIDDEN,
        (None, _) => tx::ACTING_HIDDEN,
    };
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
            let close = Callback::new(move |()| leaving.set(false));
            leaving
                .get()
                .then(|| view! { <LeaveDialog account=account name=name on_close=close /> })
        }}
    }
}

/// Gives up the access to an account, whether or not it can be opened.
#[component]
pub(super) fn LeaveDialog(
    account: AccountId,
    name: String,
    /// Esc and Cancel, and once it is done.
    on_close: Callback<()>,
) -> impl IntoView {
    let app = App::expect();
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<Message>);
    let left = name.clone();
    let leave = move |()| {
        let left = left.clone();
        busy.set(true);
        error.set(None);
        spawn_local(async move {
            match call(StepDown { account }).await {
                Ok(()) => {
                    let _ = on_close.try_run(());
                    if !says_left(app, account) {
                        app.toast(Message::Filled(tx::LEFT, vec![("name", left)]));
                    }
                    app.mailboxes.left(account);
                }
                Err(failure) => {
                    let _ = busy.try_set(false);
                    let _ = error.try_set(Some(failure.into()));
                }
            }
        });
    };
    let (at_once, stays) = (name.clone(), name.clone());
    view! {
        <Dialog title=t!(tx::LEAVE_TITLE, name = name) busy=busy on_close=on_close>
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
                <Button autofocus=true disabled=busy on_press=on_close>
                    {t(common::CANCEL)}
                </Button>
                <Button variant=Variant::Danger busy=busy on_press=Callback::new(leave)>
                    {t(tx::LEAVE_BUTTON)}
                </Button>
            </div>
        </Dialog>
    }
}

/// Whether a notice says that the user left an account: the one that tells already why it is closed, or that of the page
/// which closes now.
fn says_left(app: App, account: AccountId) -> bool {
    let told = app.mailboxes.lost.try_update(|lost| {
        let lost = lost.as_mut().filter(|lost| lost.account == Some(account));
        lost.map(|lost| lost.why = Why::Left).is_some()
    });
    told == Some(true) || app.whose.get_untracked() == Whose::As(account)
}

/// Why the view of another account closed, until the user goes on.
#[component]
pub(super) fn LostNotice() -> impl IntoView {
    let app = App::expect();
    let leaving = RwSignal::new(None::<(AccountId, String)>);
    let dismiss = Callback::new(move |()| {
        app.mailboxes.lost.set(None);
        browser::focus_main();
    });
    let notice = move || {
        let Lost { account, name, why } = app.mailboxes.lost.get()?;
        // There is access to it still.
        let closed = account
            .zip(name.clone())
            .filter(|_| matches!(why, Why::State(_)));
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
                {closed
                    .map(|closed| {
                        view! {
                            <Button size="small" on_press=move |()| leaving.set(Some(closed.clone()))>
                                {t(tx::LEAVE)}
                            </Button>
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
        {move || {
            let close = Callback::new(move |()| leaving.set(None));
            leaving
                .get()
                .map(|(account, name)| {
                    view! { <LeaveDialog account=account name=name on_close=close /> }
                })
        }}
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

#[cfg(test)]
mod tests {
    use zegel_protocol::Address;

    use super::*;

    fn mailbox(kind: MailboxKind, unread: u32) -> MailboxView {
        MailboxView {
            account: AccountId::from([2; 16]),
            address: Address::parse("info@x.example").expect("an address"),
            name: "Info".to_owned(),
            kind,
            state: MailboxState::Ready,
            unread,
            shown_name: None,
        }
    }

    #[test]
    fn the_strip_stays_while_mail_comes_in() {
        let speaker = |unread| Speaker::of(&mailbox(MailboxKind::Functional, unread));
        assert!(speaker(0).is_some());
        assert_eq!(speaker(0), speaker(1));
        let named = MailboxView {
            shown_name: Some("Sanne".to_owned()),
            ..mailbox(MailboxKind::Functional, 0)
        };
        assert_ne!(
            speaker(0),
            Speaker::of(&named),
            "recipients see another sender"
        );
        assert_eq!(Speaker::of(&mailbox(MailboxKind::Own, 0)), None);
    }
}
