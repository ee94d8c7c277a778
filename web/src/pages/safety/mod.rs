//! Comparing safety numbers with somebody: the own number to read out, theirs to type.

mod decision;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_params_map;
use zegel_client::view::{Failure, Field as FormField, PersonView, Reason, SafetyView, Trust};
use zegel_protocol::AccountId;

use crate::components::{
    Avatar, AvatarSize, Banner, Button, NumberCode, NumberField, SafetyNumber, SheetPage, Tone,
    TrustLine, Variant, read_number, use_title,
};
use crate::i18n::{common, errors, mail as tx, t};
use crate::state::{App, FieldState};
use crate::worker::{
    call,
    messages::{CompareSafetyNumber, Safety},
};

pub(crate) use decision::KeyDecision;

/// The safety number of an account.
#[component]
pub(crate) fn SafetyPage() -> impl IntoView {
    use_title(|| common::SAFETY_NUMBER.get().to_owned());
    let parameters = use_params_map();
    let account =
        Memo::new(move |_| parameters.with(|map| map.get("account")?.parse::<AccountId>().ok()));
    let loaded = RwSignal::new(None::<Result<SafetyView, Failure>>);
    let load = move || {
        loaded.set(None);
        let Some(account) = account.get() else {
            loaded.set(Some(Err(Failure {
                reason: Reason::Server(zegel_api::ErrorCode::NotFound),
                field: None,
                retry_after_s: None,
                account: None,
            })));
            return;
        };
        spawn_local(async move {
            let outcome = call(Safety { account }).await;
            let _ = loaded.try_set(Some(outcome));
        });
    };
    Effect::new(load);
    let content = move || match loaded.get() {
        None => view! {
            <div class="stack" role="status" aria-busy="true">
                <span class="visually-hidden">{t(common::LOADING)}</span>
            </div>
        }
        .into_any(),
        Some(Err(failure)) => view! {
            <Banner tone=Tone::Danger title=move || errors::failure(&failure)>
                <Button size="small" on_press=move |()| load()>
                    {t(common::TRY_AGAIN)}
                </Button>
            </Banner>
        }
        .into_any(),
        Some(Ok(safety)) => view! { <Comparison safety=safety /> }.into_any(),
    };
    view! { <SheetPage text=true>{content}</SheetPage> }
}

/// The name, or the address where no name is known.
pub(crate) fn display_name(person: &PersonView) -> String {
    if person.trust == Trust::Unknown {
        tx::UNKNOWN_RECIPIENT.get().to_owned()
    } else if person.name.is_empty() {
        person.address.to_string()
    } else {
        person.name.clone()
    }
}

/// What the last comparison showed.
#[derive(Clone, Copy, PartialEq)]
enum Outcome {
    None,
    Match,
    Differ,
}

#[component]
fn Comparison(safety: SafetyView) -> impl IntoView {
    let name = StoredValue::new(display_name(&safety.person));
    let address = safety.person.address.to_string();
    let account = safety.person.account;
    let before = safety.person.trust.clone();
    let trust = RwSignal::new(safety.person.trust);
    let outcome = RwSignal::new(Outcome::None);
    let own = before == Trust::Own;

    view! {
        <header class="page-head">
            <div class="page-title">
                <h1>{t!(tx::SAFETY_TITLE, name = name.get_value())}</h1>
                <p>{t(tx::SAFETY_INTRO)}</p>
            </div>
        </header>
        <div class="person">
            <Avatar name=name.get_value() size=AvatarSize::Large />
            <span class="person-text">
                <span class="person-name">{name.get_value()}</span>
                <small>{address}</small>
                {move || view! { <TrustLine trust=trust.get() /> }}
            </span>
        </div>
        {(before == Trust::Changed)
            .then(|| {
                view! {
                    <Banner
                        tone=Tone::Danger
                        title=t!(tx::KEY_CHANGED_TITLE, name = name.get_value())
                        text=TextProp::from(t(tx::TRUST_CHANGED))
                    />
                }
            })}
        <section class="section">
            <div class="section-head">
                <h2>{t!(tx::SAFETY_OWN, name = name.get_value())}</h2>
            </div>
            <div class="security-paper number-beside">
                <SafetyNumber number=safety.own_number.clone() />
                <NumberCode number=safety.own_number />
            </div>
        </section>
        {(!own)
            .then(|| {
                view! { <CompareForm account=account name=name trust=trust outcome=outcome /> }
            })}
    }
}

#[component]
fn CompareForm(
    account: AccountId,
    name: StoredValue<String>,
    trust: RwSignal<Trust>,
    outcome: RwSignal<Outcome>,
) -> impl IntoView {
    let app = App::expect();
    let typed = FieldState::new();
    let busy = RwSignal::new(false);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let Some(number) = read_number(typed) else {
            return;
        };
        busy.set(true);
        outcome.set(Outcome::None);
        spawn_local(async move {
            let command = CompareSafetyNumber {
                account,
                typed: number,
            };
            let answer = app.call_unlocked(command).await;
            busy.set(false);
            match answer {
                Ok(person) => {
                    trust.set(person.trust);
                    typed.clear();
                    outcome.set(Outcome::Match);
                }
                Err(failure) if crate::state::needs_password(&failure) => {}
                Err(mut failure) => {
                    if failure.reason == Reason::NumberMismatch {
                        outcome.set(Outcome::Differ);
                    }
                    failure.field = Some(FormField::SafetyNumber);
                    typed.fail(failure);
                    typed.focus();
                }
            }
        });
    };
    let result = move || match outcome.get() {
        Outcome::None => ().into_any(),
        Outcome::Match => view! {
            <Banner
                tone=Tone::Seal
                title=TextProp::from(t(tx::SAFETY_MATCH))
                text=t!(tx::SAFETY_MATCH_TEXT, name = name.get_value())
            />
        }
        .into_any(),
        Outcome::Differ => view! {
            <Banner
                tone=Tone::Danger
                alert=true
                title=TextProp::from(t(tx::SAFETY_DIFFER))
                text=t!(tx::SAFETY_DIFFER_TEXT, name = name.get_value())
            />
        }
        .into_any(),
    };
    let verified_before = trust.get_untracked() == Trust::Verified;
    view! {
        <section class="section">
            <form class="form" novalidate=true on:submit=submit>
                <NumberField
                    id="safety-number"
                    label=t!(tx::SAFETY_TYPE, name = name.get_value())
                    state=typed
                />
                <div class="row">
                    <Button variant=Variant::Primary submit=true busy=busy>
                        {t(tx::COMPARE)}
                    </Button>
                    {verified_before
                        .then(|| view! { <span class="muted">{t(tx::SAFETY_ALREADY)}</span> })}
                </div>
            </form>
            <div role="status">{result}</div>
        </section>
    }
}
