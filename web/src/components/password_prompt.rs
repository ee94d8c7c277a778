use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_client::view::{Field as FormField, Reason};

use super::{Button, Dialog, Field, Variant, Working};
use crate::i18n::{common, t};
use crate::state::{App, FieldState, Message};
use crate::worker::{call_with_progress, messages::ConfirmPassword};

/// Asks for the password where a call needs the account key. The page below keeps its state.
#[component]
pub(crate) fn PasswordPrompt() -> impl IntoView {
    let app = App::expect();
    view! {
        <Show when=move || app.password_wanted()>
            <PasswordDialog />
        </Show>
    }
}

#[component]
fn PasswordDialog() -> impl IntoView {
    let app = App::expect();
    let password = FieldState::new();
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
        let typed = password.get();
        if typed.is_empty() {
            password.fail(Message::of(Reason::Empty, FormField::Password));
            password.focus();
            return;
        }
        progress.set(Some(crate::worker::messages::Progress::Contacting));
        spawn_local(async move {
            let command = ConfirmPassword { password: typed };
            let outcome = call_with_progress(command, move |step| progress.set(Some(step))).await;
            progress.set(None);
            match outcome {
                Ok(session) => {
                    app.session.set(Some(session));
                    app.close_password_prompt(true);
                }
                Err(mut failure) => {
                    failure.field = Some(FormField::Password);
                    password.fail(failure);
                    password.focus();
                }
            }
        });
    };
    let cancel = Callback::new(move |()| app.close_password_prompt(false));

    view! {
        <Dialog title=TextProp::from(t(common::PASSWORD_TITLE)) on_close=cancel busy=busy>
            <form novalidate=true on:submit=submit>
                <div class="dialog-body">
                    <p>{t(common::PASSWORD_REASON)}</p>
                    <input
                        class="visually-hidden"
                        type="text"
                        autocomplete="username"
                        tabindex="-1"
                        readonly=true
                        aria-label=t(common::ACCOUNT)
                        value=address
                    />
                    <Field
                        id="confirm-password"
                        label=TextProp::from(t(common::PASSWORD))
                        state=password
                        kind="password"
                        autocomplete="current-password"
                        autofocus=true
                    />
                    <Working progress=progress />
                </div>
                <div class="dialog-foot">
                    <Button disabled=busy on_press=cancel>
                        {t(common::CANCEL)}
                    </Button>
                    <Button variant=Variant::Primary submit=true busy=busy>
                        {t(common::CONTINUE)}
                    </Button>
                </div>
            </form>
        </Dialog>
    }
}
