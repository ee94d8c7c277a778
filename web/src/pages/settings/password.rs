use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_client::view::{Failure, Field as FormField, Reason};

use super::Section;
use crate::components::{Button, Field, PasswordStrength, Variant, Working};
use crate::i18n::{auth as tx, t};
use crate::state::{App, FieldState, focus_first_wrong, read_filled};
use crate::worker::{
    call_with_progress,
    messages::{ChangePassword, Progress},
};

#[component]
pub(super) fn PasswordSection() -> impl IntoView {
    let app = App::expect();
    let current = FieldState::new();
    let new = FieldState::new();
    let progress = RwSignal::new(None);
    let busy = Signal::derive(move || progress.get().is_some());
    let address = app
        .session
        .with_untracked(|session| session.as_ref().map(|s| s.address.to_string()))
        .unwrap_or_default();

    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let fields = (
            read_filled(current, FormField::Password),
            read_filled(new, FormField::NewPassword),
        );
        let (Some(old), Some(wanted)) = fields else {
            focus_first_wrong(&[current, new]);
            return;
        };
        progress.set(Some(Progress::DerivingKeys));
        spawn_local(async move {
            let command = ChangePassword {
                current: old,
                new: wanted,
            };
            let outcome = call_with_progress(command, move |step| progress.set(Some(step))).await;
            progress.set(None);
            match outcome {
                Ok(()) => {
                    current.clear();
                    new.clear();
                    app.toast(tx::PASSWORD_CHANGED);
                }
                Err(failure) => show(failure, current, new),
            }
        });
    };

    view! {
        <Section title=tx::CHANGE_PASSWORD text=tx::PASSWORD_TEXT>
            <form class="form" novalidate=true aria-busy=move || busy.get().then_some("true") on:submit=submit>
                <input
                    class="visually-hidden"
                    type="text"
                    autocomplete="username"
                    tabindex="-1"
                    readonly=true
                    aria-label=t(tx::ADDRESS)
                    value=address
                />
                <Field
                    id="current-password"
                    label=TextProp::from(t(tx::CURRENT_PASSWORD))
                    state=current
                    kind="password"
                    autocomplete="current-password"
                />
                <Field
                    id="new-password"
                    label=TextProp::from(t(tx::NEW_PASSWORD))
                    state=new
                    kind="password"
                    autocomplete="new-password"
                >
                    <PasswordStrength password=new.value />
                </Field>
                <Working progress=progress />
                <div class="row">
                    <Button variant=Variant::Primary submit=true busy=busy>
                        {t(tx::CHANGE_PASSWORD)}
                    </Button>
                </div>
            </form>
        </Section>
    }
}

fn show(mut failure: Failure, current: FieldState, new: FieldState) {
    let about_current = matches!(
        failure.reason,
        Reason::Server(zegel_api::ErrorCode::WrongCredentials)
    ) || failure.field == Some(FormField::Password);
    let field = if about_current {
        failure.field = Some(FormField::Password);
        current
    } else {
        new
    };
    field.fail(failure);
    field.focus();
}
