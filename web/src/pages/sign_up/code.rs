use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_api::ErrorCode;
use zegel_client::view::{Field as FormField, Reason};
use zegel_protocol::Address;

use super::{Form, Stage, start::send_code};
use crate::components::{Button, Field, Variant};
use crate::i18n::{auth as tx, t};
use crate::state::{App, read_filled};
use crate::worker::{call, messages::VerifySignUp};

#[component]
pub(super) fn CodeStage(form: Form, address: Address) -> impl IntoView {
    let app = App::expect();
    let busy = RwSignal::new(false);
    let resending = RwSignal::new(false);
    let address = StoredValue::new(address);

    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let Some(typed) = read_filled(form.code, FormField::Code) else {
            form.code.focus();
            return;
        };
        let code = typed.chars().filter(|c| !c.is_whitespace()).collect();
        busy.set(true);
        spawn_local(async move {
            let address = address.get_value();
            let command = VerifySignUp {
                address: address.clone(),
                code,
            };
            let outcome = call(command).await;
            busy.set(false);
            match outcome {
                Ok(()) => form.go(Stage::Details(address)),
                Err(mut failure) => {
                    failure.field = Some(FormField::Code);
                    form.code.fail(failure);
                    form.code.focus();
                }
            }
        });
    };
    let resend = move |_| {
        if resending.get_untracked() {
            return;
        }
        resending.set(true);
        spawn_local(async move {
            let outcome = send_code(address.get_value()).await;
            resending.set(false);
            match outcome {
                Ok(()) => {
                    form.code.clear();
                    app.toast(tx::NEW_CODE_SENT);
                }
                Err(failure) => form.code.fail(failure),
            }
            form.code.focus();
        });
    };
    view! {
        <div class="entry-title">
            <h1>{t(tx::CODE_TITLE)}</h1>
            <p>{t!(tx::CODE_SENT_TO, address = address.get_value())}</p>
        </div>
        <form class="form" novalidate=true on:submit=submit>
            <Field
                id="code"
                label=TextProp::from(t(tx::CODE))
                state=form.code
                autocomplete="one-time-code"
                input_mode="numeric"
                code=true
                large=true
            />
            <Button variant=Variant::Primary size="large" wide=true submit=true busy=busy>
                {t(crate::i18n::common::CONTINUE)}
            </Button>
            <div class="spread">
                <button
                    class="link-button"
                    type="button"
                    aria-busy=move || resending.get().then_some("true")
                    on:click=resend
                >
                    {t(tx::NEW_CODE)}
                </button>
                <button class="link-button" type="button" on:click=move |_| form.go(Stage::Start)>
                    {t(tx::OTHER_ADDRESS)}
                </button>
            </div>
        </form>
    }
}

/// Whether the address has to be proved again.
pub(super) const fn ticket_expired(reason: Reason) -> bool {
    matches!(reason, Reason::Server(ErrorCode::ExpiredTicket))
}
