use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_client::view::Field as FormField;
use zegel_protocol::Address;

use super::{Form, Stage, code::ticket_expired, start::send_code};
use crate::components::{Button, Field, PasswordStrength, Variant, Working};
use crate::i18n::{self, auth as tx, t};
use crate::state::{focus_first_wrong, read_filled};
use crate::worker::{
    call_with_progress,
    messages::{PrepareAccount, Progress},
};

#[component]
pub(super) fn DetailsStage(form: Form, address: Address) -> impl IntoView {
    let progress = RwSignal::new(None);
    let busy = Signal::derive(move || progress.get().is_some());
    let address = StoredValue::new(address);

    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let fields = (
            read_filled(form.name, FormField::Name),
            read_filled(form.password, FormField::NewPassword),
        );
        let (Some(name), Some(password)) = fields else {
            focus_first_wrong(&[form.name, form.password]);
            return;
        };
        progress.set(Some(Progress::DerivingKeys));
        let address = address.get_value();
        spawn_local(async move {
            let command = PrepareAccount {
                name: name.trim().to_owned(),
                password,
                language: i18n::language().get_untracked(),
            };
            let outcome = call_with_progress(command, move |step| progress.set(Some(step))).await;
            progress.set(None);
            match outcome {
                Ok(recovery) => form.go(Stage::Recovery {
                    address,
                    code: recovery.code,
                }),
                // Name and password stay in their fields; only the address is proved again.
                Err(failure) if ticket_expired(failure.reason) => {
                    let sent = send_code(address.clone()).await;
                    form.code.clear();
                    form.code.fail(sent.err().unwrap_or(failure));
                    form.go(Stage::Code(address));
                }
                Err(failure) => {
                    let field = match failure.field {
                        Some(FormField::Name) => form.name,
                        _ => form.password,
                    };
                    field.fail(failure);
                    field.focus();
                }
            }
        });
    };
    view! {
        <div class="entry-title">
            <h1>{t(tx::SIGN_UP_TITLE)}</h1>
            <p>{t!(tx::DETAILS_FOR, address = address.get_value())}</p>
        </div>
        <form class="form" novalidate=true aria-busy=move || busy.get().then_some("true") on:submit=submit>
            <input
                class="visually-hidden"
                type="text"
                autocomplete="username"
                tabindex="-1"
                readonly=true
                aria-label=t(tx::ADDRESS)
                value=address.get_value().to_string()
            />
            <Field
                id="name"
                label=TextProp::from(t(tx::YOUR_NAME))
                state=form.name
                autocomplete="name"
                hint=tx::NAME_HINT
                large=true
            />
            <Field
                id="new-password"
                label=TextProp::from(t(tx::PASSWORD))
                state=form.password
                kind="password"
                autocomplete="new-password"
                large=true
            >
                <PasswordStrength password=form.password.value />
            </Field>
            <Working progress=progress />
            <Button variant=Variant::Primary size="large" wide=true submit=true busy=busy>
                {t(tx::MAKE_ACCOUNT)}
            </Button>
        </form>
    }
}
