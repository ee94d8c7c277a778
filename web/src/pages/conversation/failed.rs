use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_api::ErrorCode;
use zegel_client::view::{Condition, Failure, PersonView, Reason};

use super::Entry;
use crate::components::{Banner, Button, EmptyState, Tone};
use crate::i18n::{common, errors, mail as tx, t};
use crate::pages::safety::KeyDecision;
use crate::worker::{call, messages::Safety};

/// Why a message is not shown. What is not authentic does not become so by trying again.
#[component]
pub(super) fn NotOpened(entry: Entry, failure: Failure) -> impl IntoView {
    let locked = entry.mailbox.list.with_untracked(|list| {
        list.row(entry.message)
            .is_some_and(|row| row.condition == Condition::Locked)
    });
    match failure.reason {
        Reason::KeyChanged => view! { <NewKey entry=entry failure=failure /> }.into_any(),
        Reason::Server(ErrorCode::Gone) => view! {
            <EmptyState
                icon="ban"
                title=TextProp::from(t(tx::GONE_ROW))
                text=TextProp::from(t(tx::GONE_HINT))
            />
        }
        .into_any(),
        Reason::NotAuthentic | Reason::Rollback => {
            let title = TextProp::from(move || errors::failure(&failure));
            view! { <Banner tone=Tone::Danger alert=true title=title /> }.into_any()
        }
        _ if locked => view! {
            <EmptyState
                icon="lock"
                title=TextProp::from(t(tx::LOCKED))
                text=TextProp::from(t(tx::LOCKED_HINT))
            />
        }
        .into_any(),
        _ => view! {
            <Banner tone=Tone::Danger title=move || errors::failure(&failure)>
                <Button size="small" on_press=move |()| entry.open()>
                    {t(common::TRY_AGAIN)}
                </Button>
            </Banner>
        }
        .into_any(),
    }
}

/// The sender, or somebody else of whom the message depends, has another key: it is shown once the user decided.
#[component]
fn NewKey(entry: Entry, failure: Failure) -> impl IntoView {
    let account = failure.account;
    let asked = RwSignal::new(None::<PersonView>);
    let problem = RwSignal::new(None::<Failure>);
    let decide = move |()| {
        let Some(account) = account else { return };
        problem.set(None);
        spawn_local(async move {
            match call(Safety { account }).await {
                Ok(safety) => {
                    let _ = asked.try_set(Some(safety.person));
                }
                Err(failure) => {
                    let _ = problem.try_set(Some(failure));
                }
            }
        });
    };
    let close = Callback::new(move |decided: Option<PersonView>| {
        asked.set(None);
        if decided.is_some() {
            entry.open();
            entry.mailbox.refresh();
        }
    });
    view! {
        <Banner tone=Tone::Danger alert=true title=TextProp::from(t(tx::SENDER_KEY_CHANGED))>
            {account
                .map(|_| {
                    view! {
                        <Button size="small" on_press=Callback::new(decide)>
                            {t(tx::DECIDE)}
                        </Button>
                    }
                })}
        </Banner>
        {move || {
            problem
                .get()
                .map(|failure| {
                    view! { <Banner tone=Tone::Danger title=move || errors::failure(&failure) /> }
                })
        }}
        {move || asked.get().map(|person| view! { <KeyDecision person=person on_close=close /> })}
    }
}
