use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_client::view::PolicyView;

use super::{Page, Section};
use crate::components::{ChoiceOption, Choices, SenderPreview};
use crate::i18n::{Text, access as access_tx, admin, t};
use crate::worker::{
    call,
    messages::{Policy, SetSenderVisibility},
};

/// What recipients see of who sends as the account.
#[component]
pub(super) fn SenderSection(page: Page) -> impl IntoView {
    let policy = RwSignal::new(None::<PolicyView>);
    spawn_local(async move {
        // Only says which choice is the organisation's default.
        if let Ok(view) = call(Policy {}).await {
            let _ = policy.try_set(Some(view));
        }
    });
    let loaded = Memo::new(move |_| page.access.view.with(Option::is_some));
    view! {
        <Show when=move || loaded.get()>
            <Section title=t(admin::SENDER) text=t(access_tx::FROM_NOW_ON)>
                <Visibility page=page policy=policy />
            </Section>
        </Show>
    }
}

#[component]
fn Visibility(page: Page, policy: RwSignal<Option<PolicyView>>) -> impl IntoView {
    let access = page.access;
    let visible = move || {
        access
            .view
            .with(|view| view.as_ref().is_some_and(|view| view.senders_visible))
    };
    let choice = page.senders_visible;
    choice.follow(untrack(visible));
    // Only what changes: a choice that waits for the first grant stays.
    let stored = Memo::new(move |_| visible());
    Effect::new(move || choice.follow(stored.get()));
    let nobody = Memo::new(move |_| access.members().is_empty());
    let save = Callback::new(move |visible: bool| {
        if nobody.get_untracked() {
            choice.saved.set(false);
            choice.chosen.set(visible);
            return;
        }
        let progress = RwSignal::new(None);
        let command = SetSenderVisibility {
            account: page.account,
            person: None,
            visible,
        };
        choice.save(visible, access.change(command, progress), |()| {});
    });
    let name = Memo::new(move |_| {
        page.member.with(|member| {
            member
                .as_ref()
                .map(|member| format!("{} ({})", super::name_of(member), member.address))
        })
    });
    let options = move |default: Option<bool>, name: String| {
        let option = |value: bool, title: Text, person: Option<Option<String>>| ChoiceOption {
            value,
            title,
            hint: (default == Some(value)).then_some(admin::ORGANISATION_DEFAULT),
            preview: Some(SenderPreview {
                account: name.clone(),
                person,
            }),
        };
        vec![
            option(false, access_tx::ONLY_ACCOUNT, None),
            option(true, access_tx::ACCOUNT_AND_SENDER, Some(None)),
        ]
    };
    move || {
        let default = policy.with(|policy| policy.map(|policy| policy.functional_senders_visible));
        let options = options(default, name.get().unwrap_or_default());
        view! {
            <Choices
                name="sender-visibility"
                legend=TextProp::from(t(admin::SENDER_LEGEND))
                options=options
                choice=choice
                on_choose=save
                saved=access_tx::SAVED_FROM_NOW_ON
            />
            <p class="field-hint" role="status">
                {move || nobody.get().then(|| t(access_tx::FROM_FIRST_GRANT_ON))}
            </p>
        }
    }
}
