use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_client::view::{PersonView, Trust};
use zegel_protocol::{AccountId, Address};

use crate::components::{
    Banner, Button, Choice, ChoiceOption, Choices, Dialog, Field, SenderPreview, Tone, Variant,
    Working,
};
use crate::i18n::{access as tx, common, t};
use crate::routes;
use crate::state::access::{AccessState, grant_problem, person_name, to_compare};
use crate::state::{FieldState, Message, check_address, needs_password, read_address};
use crate::worker::{
    call,
    messages::{FindRecipient, GrantAccess},
};

/// Gives somebody access to the own account.
#[derive(Clone, Copy)]
struct Adding {
    access: AccessState,
    open: RwSignal<bool>,
    address: FieldState,
    /// Recipients see the name of who sends.
    visible: Choice<bool>,
    busy: RwSignal<bool>,
    progress: RwSignal<Option<crate::worker::messages::Progress>>,
    /// Whom to compare safety numbers with first.
    compare: RwSignal<Option<AccountId>>,
}

impl Adding {
    fn submit(self) {
        if self.busy.get_untracked() {
            return;
        }
        self.compare.set(None);
        let Some(address) = read_address(self.address) else {
            self.address.focus();
            return;
        };
        if let Some(problem) = self.known_problem(&address) {
            self.address.fail(problem);
            self.address.focus();
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            let outcome = self.grant(&address).await;
            let _ = self.busy.try_set(false);
            match outcome {
                Ok(person) => {
                    let _ = self.open.try_set(false);
                    let name = person_name(&person);
                    self.access
                        .app
                        .toast(Message::Filled(tx::GRANTED, vec![("name", name)]));
                }
                Err(None) => {}
                Err(Some(problem)) => {
                    if self.address.error.try_set(Some(problem)).is_none() {
                        self.address.focus();
                    }
                }
            }
        });
    }

    /// What needs no server to be wrong.
    fn known_problem(self, address: &Address) -> Option<Message> {
        let own = self
            .access
            .view
            .with_untracked(|view| view.as_ref().is_some_and(|view| view.address == *address));
        if own {
            return Some(Message::from(tx::GRANT_OWN));
        }
        let listed = self.access.view.with_untracked(|view| {
            view.as_ref().is_some_and(|view| {
                let mut members = view.members.iter();
                members.any(|member| member.person.address == *address)
            })
        });
        listed.then(|| Message::Filled(tx::GRANT_ALREADY, vec![("address", address.to_string())]))
    }

    /// # Errors
    /// What is wrong with the address; none where the user did not enter the password.
    async fn grant(self, address: &Address) -> Result<PersonView, Option<Message>> {
        let typed = address.to_string();
        let find = FindRecipient {
            address: address.clone(),
        };
        let person = call(find)
            .await
            .map_err(|failure| Some(grant_problem(failure, &typed)))?;
        // An alias of somebody who has access already.
        if self.access.has(person.account) {
            return Err(Some(Message::Filled(
                tx::GRANT_ALREADY,
                vec![("address", typed)],
            )));
        }
        // A key that changed, or an address that somebody else had: compared first.
        if person.trust == Trust::Changed {
            let _ = self.compare.try_set(Some(person.account));
            let problem = Message::Filled(tx::GRANT_KEY_CHANGED, vec![("address", typed)]);
            return Err(Some(problem));
        }
        let command = GrantAccess {
            account: self.access.account,
            person: person.account,
            address: address.clone(),
            visible: self.visible.chosen.get_untracked(),
        };
        match self.access.change(command, self.progress).await {
            Ok(()) => Ok(person),
            Err(failure) if needs_password(&failure) => Err(None),
            Err(failure) => {
                let _ = self
                    .compare
                    .try_set(to_compare(&failure, Some(person.account)));
                Err(Some(grant_problem(failure, &typed)))
            }
        }
    }
}

/// Whom, and what recipients see.
#[component]
pub(super) fn AddDialog(access: AccessState, adding: RwSignal<bool>) -> impl IntoView {
    let state = Adding {
        access,
        open: adding,
        address: FieldState::new(),
        visible: Choice::new(true),
        busy: RwSignal::new(false),
        progress: RwSignal::new(None),
        compare: RwSignal::new(None),
    };
    let close = Callback::new(move |()| adding.set(false));
    let own = access.view.with_untracked(|view| {
        view.as_ref().map(|view| {
            if view.name.is_empty() {
                view.address.to_string()
            } else {
                view.name.clone()
            }
        })
    });
    let own = own.unwrap_or_default();
    let options = vec![
        ChoiceOption {
            value: false,
            title: tx::ONLY_MY_NAME,
            hint: None,
            preview: Some(SenderPreview {
                account: own.clone(),
                person: None,
            }),
        },
        ChoiceOption {
            value: true,
            title: tx::MY_NAME_AND_SENDER,
            hint: None,
            preview: Some(SenderPreview {
                account: own,
                person: Some(None),
            }),
        },
    ];
    let compare = move || {
        state.compare.get().map(|account| {
            view! {
                <p>
                    <a href=routes::safety(account)>{t(tx::COMPARE_NUMBERS)}</a>
                </p>
            }
        })
    };
    view! {
        <Dialog title=TextProp::from(t(tx::ADD_TITLE)) busy=state.busy cross=true on_close=close>
            <form
                novalidate=true
                on:submit=move |event: web_sys::SubmitEvent| {
                    event.prevent_default();
                    state.submit();
                }
            >
                <div class="dialog-body">
                    <Field
                        id="grant-address"
                        label=TextProp::from(t(tx::ADD_ADDRESS))
                        state=state.address
                        kind="email"
                        hint=tx::ADD_ADDRESS_HINT
                        check=check_address
                        autofocus=true
                    />
                    {compare}
                    <Choices
                        name="grant-visibility"
                        legend=TextProp::from(t(tx::RECIPIENTS_SEE))
                        options=options
                        choice=state.visible
                        on_choose=Callback::new(move |visible| state.visible.chosen.set(visible))
                        disabled=state.busy
                    />
                    <Banner
                        tone=Tone::Warn
                        title=TextProp::from(t(tx::ADD_WARNING))
                        text=TextProp::from(t(tx::ADD_WARNING_HINT))
                    />
                    <Working progress=state.progress />
                </div>
                <div class="dialog-foot">
                    <Button disabled=state.busy on_press=close>
                        {t(common::CANCEL)}
                    </Button>
                    <Button variant=Variant::Primary submit=true busy=state.busy>
                        {t(tx::ADD)}
                    </Button>
                </div>
            </form>
        </Dialog>
    }
}
