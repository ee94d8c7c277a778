use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_api::AccountStatus;

use super::typed_name::TypedNameDialog;
use super::{Page, Section};
use crate::components::{Button, Consequence, Dialog, ErrorText, Tone, Variant};
use crate::i18n::{self, Text, admin, common, t};
use crate::state::{Message, needs_password};
use crate::worker::messages::SetAccountStatus;

/// Which dialog is open.
#[derive(Clone, Copy, PartialEq)]
enum Asking {
    Suspend,
    Delete,
}

/// Whether the account can be used, and its end.
#[component]
pub(super) fn StatusSection(page: Page) -> impl IntoView {
    let asking = RwSignal::new(None::<Asking>);
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<Message>);
    let suspended = Memo::new(move |_| {
        page.member.with(|member| {
            member
                .as_ref()
                .is_some_and(|member| member.status == AccountStatus::Suspended)
        })
    });
    let reactivate = Callback::new(move |()| {
        busy.set(true);
        error.set(None);
        spawn_local(async move {
            let outcome = set_status(page, AccountStatus::Active, admin::REACTIVATE_DONE).await;
            let _ = busy.try_set(false);
            let _ = error.try_set(outcome.err().flatten());
        });
    });
    let row = |title: Text, text: Text, children: AnyView| {
        view! {
            <div class="card spread" data-pad="">
                <p>
                    <strong>{t(title)}</strong>
                    <br />
                    <span class="muted">{t(text)}</span>
                </p>
                {children}
            </div>
        }
    };
    let suspension = move || {
        if suspended.get() {
            let button = view! {
                <Button busy=busy on_press=reactivate>
                    {t(admin::REACTIVATE)}
                </Button>
            };
            row(
                admin::REACTIVATE_ROW,
                admin::REACTIVATE_ROW_HINT,
                button.into_any(),
            )
        } else {
            let button = view! {
                <Button
                    variant=Variant::DangerQuiet
                    icon="ban"
                    on_press=Callback::new(move |()| asking.set(Some(Asking::Suspend)))
                >
                    {t(admin::SUSPEND)}
                </Button>
            };
            row(
                admin::SUSPEND_ROW,
                admin::SUSPEND_ROW_HINT,
                button.into_any(),
            )
        }
    };
    let deletion = move || {
        let button = view! {
            <Button
                variant=Variant::DangerQuiet
                icon="trash"
                on_press=Callback::new(move |()| asking.set(Some(Asking::Delete)))
            >
                {t(admin::DELETE_ACCOUNT)}
            </Button>
        };
        row(admin::DELETE_ROW, admin::DELETE_ROW_HINT, button.into_any())
    };
    view! {
        <Section title=t(admin::ACCOUNT_STATE) text=t(admin::ACCOUNT_STATE_TEXT)>
            {suspension}
            <ErrorText error=error />
            {deletion()}
        </Section>
        {move || match asking.get() {
            None => ().into_any(),
            Some(Asking::Suspend) => view! { <SuspendDialog page=page asking=asking /> }.into_any(),
            Some(Asking::Delete) => view! { <DeleteDialog page=page asking=asking /> }.into_any(),
        }}
    }
}

/// # Errors
/// What went wrong; none where the user did not enter the password.
async fn set_status(page: Page, status: AccountStatus, done: Text) -> Result<(), Option<Message>> {
    let command = SetAccountStatus {
        account: page.account,
        status,
    };
    match page.app.call_unlocked(command).await {
        Ok(member) => {
            let name = page.name();
            page.put(member);
            page.app.toast(Message::Filled(done, vec![("name", name)]));
            page.access.load().await;
            Ok(())
        }
        Err(failure) if needs_password(&failure) => Err(None),
        Err(failure) => Err(Some(failure.into())),
    }
}

#[component]
fn SuspendDialog(page: Page, asking: RwSignal<Option<Asking>>) -> impl IntoView {
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<Message>);
    let name = page.name();
    let close = Callback::new(move |()| asking.set(None));
    let suspend = move |()| {
        busy.set(true);
        error.set(None);
        spawn_local(async move {
            let outcome = set_status(page, AccountStatus::Suspended, admin::SUSPEND_DONE).await;
            let _ = busy.try_set(false);
            match outcome {
                Ok(()) => {
                    let _ = asking.try_set(None);
                }
                Err(problem) => {
                    let _ = error.try_set(problem);
                }
            }
        });
    };
    let nobody = name.clone();
    view! {
        <Dialog title=t!(admin::SUSPEND_TITLE, name = name) busy=busy on_close=close>
            <div class="dialog-body">
                <ul class="consequences">
                    <Consequence
                        icon="ban"
                        tone=Tone::Danger
                        text=TextProp::from(t!(admin::SUSPEND_NOBODY, name = nobody))
                    />
                    <Consequence icon="mail" text=TextProp::from(t(admin::SUSPEND_MAIL)) />
                    <Consequence
                        icon="done"
                        tone=Tone::Success
                        text=TextProp::from(t(admin::SUSPEND_NOTHING_LOST))
                    />
                </ul>
                <ErrorText error=error />
            </div>
            <div class="dialog-foot">
                <Button autofocus=true disabled=busy on_press=close>
                    {t(common::CANCEL)}
                </Button>
                <Button variant=Variant::Danger busy=busy on_press=Callback::new(suspend)>
                    {t(admin::SUSPEND_BUTTON)}
                </Button>
            </div>
        </Dialog>
    }
}

#[component]
fn DeleteDialog(page: Page, asking: RwSignal<Option<Asking>>) -> impl IntoView {
    let name = page.name();
    let people = page
        .access
        .view
        .with_untracked(|view| view.as_ref().map_or(0, |view| view.members.len()));
    let address = page
        .member
        .with_untracked(|member| member.as_ref().map(|member| member.address.to_string()))
        .unwrap_or_default();
    let (title, mail, done) = (name.clone(), name.clone(), name.clone());
    let people = u32::try_from(people).unwrap_or(u32::MAX);
    view! {
        <TypedNameDialog
            app=page.app
            title=t!(admin::DELETE_TITLE, name = title)
            name=name
            button=admin::DELETE_BUTTON
            command=SetAccountStatus {
                account: page.account,
                status: AccountStatus::Deleted,
            }
            on_close=Callback::new(move |()| asking.set(None))
            on_done=Callback::new(move |member| {
                page.put(member);
                let values = vec![("name", done.clone())];
                page.app.toast(Message::Filled(admin::DELETE_DONE, values));
            })
        >
            <ul class="consequences">
                <Consequence
                    icon="trash"
                    tone=Tone::Danger
                    text=TextProp::from(t!(admin::DELETE_MAIL, name = mail))
                />
                <Consequence
                    icon="users"
                    tone=Tone::Danger
                    text=TextProp::from(t!(admin::DELETE_PEOPLE, count = i18n::number(people)))
                />
                <Consequence
                    icon="mail"
                    text=TextProp::from(t!(admin::DELETE_ADDRESS, address = address))
                />
                <Consequence
                    icon="done"
                    tone=Tone::Success
                    text=TextProp::from(t(admin::DELETE_STAYS))
                />
            </ul>
        </TypedNameDialog>
    }
}
