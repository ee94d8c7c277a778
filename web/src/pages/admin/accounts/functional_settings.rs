use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_client::view::{Failure, PolicyChange, PolicyView};

use crate::components::{Choice, ChoiceOption, Choices, Icon};
use crate::i18n::{access as access_tx, admin, t};
use crate::pages::admin::LoadFailure;
use crate::state::App;
use crate::worker::{
    call,
    messages::{Policy, SetPolicy},
};

/// What functional accounts start with.
#[component]
pub(super) fn FunctionalSettings(app: App) -> impl IntoView {
    let policy = RwSignal::new(None::<PolicyView>);
    let failure = RwSignal::new(None::<Failure>);
    let load = move || {
        spawn_local(async move {
            match call(Policy {}).await {
                Ok(view) => {
                    let _ = failure.try_set(None);
                    let _ = policy.try_set(Some(view));
                }
                Err(stop) => {
                    let _ = failure.try_set(Some(stop));
                }
            }
        });
    };
    load();
    let known = Memo::new(move |_| policy.with(Option::is_some));
    view! {
        <details class="disclosure">
            <summary>
                <Icon name="sliders" />
                {t(admin::FUNCTIONAL_SETTINGS)}
            </summary>
            <div class="disclosure-body">
                <LoadFailure failure=failure again=move |()| load() />
                <Show when=move || known.get()>
                    <Visibility app=app policy=policy />
                </Show>
            </div>
        </details>
    }
}

#[component]
fn Visibility(app: App, policy: RwSignal<Option<PolicyView>>) -> impl IntoView {
    let visible = policy
        .with_untracked(|policy| policy.is_some_and(|policy| policy.functional_senders_visible));
    let choice = Choice::new(visible);
    let option = |value, title| ChoiceOption {
        value,
        title,
        hint: None,
        preview: None,
    };
    let save = Callback::new(move |visible: bool| {
        let change = PolicyChange {
            functional_senders_visible: Some(visible),
            ..PolicyChange::default()
        };
        let work = async move { app.call_unlocked(SetPolicy { change }).await };
        choice.save(visible, work, move |stored| {
            let _ = policy.try_set(Some(stored));
        });
    });
    view! {
        <Choices
            name="functional-default"
            legend=TextProp::from(t(admin::FUNCTIONAL_DEFAULT))
            options=vec![
                option(false, access_tx::ONLY_ACCOUNT),
                option(true, access_tx::ACCOUNT_AND_SENDER),
            ]
            choice=choice
            on_choose=save
            saved=admin::POLICY_SAVED
        />
        <p class="field-hint">{t(admin::FUNCTIONAL_DEFAULT_HINT)}</p>
    }
}
