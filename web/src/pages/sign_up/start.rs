use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_client::view::Failure;
use zegel_protocol::Address;

use super::{Form, Stage};
use crate::components::{Button, Field, Variant};
use crate::i18n::{self, auth as tx, t};
use crate::state::{check_address, read_address};
use crate::worker::{call, messages::StartSignUp};

/// Has a code mailed.
pub(super) async fn send_code(address: Address) -> Result<(), Failure> {
    let language = i18n::language().get_untracked();
    call(StartSignUp { address, language }).await
}

#[component]
pub(super) fn StartStage(form: Form) -> impl IntoView {
    let busy = RwSignal::new(false);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let Some(address) = read_address(form.address) else {
            form.address.focus();
            return;
        };
        busy.set(true);
        spawn_local(async move {
            let outcome = send_code(address.clone()).await;
            busy.set(false);
            match outcome {
                Ok(()) => {
                    form.code.clear();
                    form.go(Stage::Code(address));
                }
                Err(failure) => {
                    form.address.fail(failure);
                    form.address.focus();
                }
            }
        });
    };
    view! {
        <div class="entry-title">
            <h1>{t(tx::SIGN_UP_TITLE)}</h1>
        </div>
        <form class="form" novalidate=true on:submit=submit>
            <Field
                id="address"
                label=TextProp::from(t(tx::ADDRESS))
                state=form.address
                kind="email"
                autocomplete="email"
                hint=tx::ADDRESS_HINT
                large=true
                check=check_address
            />
            <Button variant=Variant::Primary size="large" wide=true submit=true busy=busy>
                {t(tx::SEND_CODE)}
            </Button>
        </form>
    }
}
