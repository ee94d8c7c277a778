use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_client::view::{Failure, PolicyChange, PolicyView};
use zegel_protocol::DelegationPolicy;

use super::LoadFailure;
use crate::components::{Choice, ChoiceOption, Choices};
use crate::i18n::{Text, admin, t};
use crate::state::App;
use crate::worker::{
    call,
    messages::{Policy, SetPolicy},
};

/// What the organisation decides for its members' browsers.
#[component]
pub(super) fn Policies() -> impl IntoView {
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
        <section class="section-split" aria-labelledby="policies-title">
            <div class="section-head">
                <h2 id="policies-title">{t(admin::POLICIES)}</h2>
                <p>{t(admin::POLICIES_TEXT)}</p>
            </div>
            <div class="stack">
                <LoadFailure failure=failure again=move |()| load() />
                <Show when=move || known.get()>
                    <Delegation policy=policy />
                </Show>
            </div>
        </section>
    }
}

#[component]
fn Delegation(policy: RwSignal<Option<PolicyView>>) -> impl IntoView {
    let app = App::expect();
    let stored = policy
        .get_untracked()
        .map(|policy| policy.delegation)
        .unwrap_or_default();
    let choice = Choice::new(stored);
    let option = |value: DelegationPolicy, title: Text, hint: Text| ChoiceOption {
        value,
        title,
        hint: Some(hint),
        preview: None,
    };
    let save = Callback::new(move |delegation: DelegationPolicy| {
        let change = PolicyChange {
            delegation: Some(delegation),
            ..PolicyChange::default()
        };
        let work = async move { app.call_unlocked(SetPolicy { change }).await };
        choice.save(delegation, work, move |stored| {
            let _ = policy.try_set(Some(stored));
        });
    });
    view! {
        <Choices
            name="delegation-policy"
            legend=TextProp::from(t(admin::DELEGATION_LEGEND))
            options=vec![
                option(
                    DelegationPolicy::Anyone,
                    admin::DELEGATION_ANYONE,
                    admin::DELEGATION_ANYONE_HINT,
                ),
                option(
                    DelegationPolicy::Colleagues,
                    admin::DELEGATION_COLLEAGUES,
                    admin::DELEGATION_COLLEAGUES_HINT,
                ),
                option(
                    DelegationPolicy::Administrators,
                    admin::DELEGATION_ADMINISTRATORS,
                    admin::DELEGATION_ADMINISTRATORS_HINT,
                ),
            ]
            choice=choice
            on_choose=save
            saved=admin::POLICY_SAVED
        />
    }
}
