use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_client::view::Field as FormField;

use super::{Page, Section};
use crate::components::{Button, Field};
use crate::i18n::{admin, t};
use crate::state::{FieldState, Message, needs_password, read_filled};
use crate::worker::messages::RenameAccount;

/// What the account is called.
#[component]
pub(super) fn NameSection(page: Page) -> impl IntoView {
    let name = FieldState::new();
    let busy = RwSignal::new(false);
    name.value.set(page.name());
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let Some(wanted) = read_filled(name, FormField::Name) else {
            name.focus();
            return;
        };
        busy.set(true);
        spawn_local(async move {
            let command = RenameAccount {
                account: page.account,
                name: wanted.trim().to_owned(),
            };
            let outcome = page.app.call_unlocked(command).await;
            let _ = busy.try_set(false);
            match outcome {
                Ok(member) => {
                    let called = member.name.clone();
                    let _ = name.value.try_set(called.clone());
                    page.put(member);
                    page.app
                        .toast(Message::Filled(admin::RENAMED, vec![("name", called)]));
                    page.access.load().await;
                }
                Err(failure) if needs_password(&failure) => {}
                Err(failure) => {
                    let _ = name.error.try_set(Some(failure.into()));
                    name.focus();
                }
            }
        });
    };
    view! {
        <Section title=t(admin::RENAME) text=t(admin::RENAME_TEXT)>
            <form class="form" novalidate=true on:submit=submit>
                <Field
                    id="account-name"
                    label=TextProp::from(t(admin::FUNCTIONAL_NAME))
                    state=name
                    max_length=100
                />
                <div class="row">
                    <Button submit=true busy=busy>
                        {t(admin::SAVE_NAME)}
                    </Button>
                </div>
            </form>
        </Section>
    }
}
