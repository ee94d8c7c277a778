use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_client::view::Field as FormField;
use zegel_protocol::Address;

use super::{Form, Stage, code::ticket_expired, start::send_code};
use crate::components::{Button, CopyButton, Field, Rosette, Variant, Working};
use crate::i18n::{auth as tx, common, fill, t};
use crate::state::{App, FieldState, browser, read_filled};
use crate::worker::{
    call_with_progress,
    messages::{FinishSignUp, Progress},
};

#[component]
pub(super) fn RecoveryStage(form: Form, address: Address, code: String) -> impl IntoView {
    let app = App::expect();
    let confirmation = FieldState::new();
    let progress = RwSignal::new(None);
    let busy = Signal::derive(move || progress.get().is_some());
    let address = StoredValue::new(address);

    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let Some(typed) = read_filled(confirmation, FormField::Code) else {
            confirmation.focus();
            return;
        };
        progress.set(Some(Progress::Contacting));
        let address = address.get_value();
        spawn_local(async move {
            let command = FinishSignUp {
                confirmation: typed.trim().to_owned(),
            };
            let outcome = call_with_progress(command, move |step| progress.set(Some(step))).await;
            progress.set(None);
            match outcome {
                Ok(session) => app.signed_in(session),
                Err(failure) if ticket_expired(failure.reason) => {
                    let sent = send_code(address.clone()).await;
                    form.code.clear();
                    form.code.fail(sent.err().unwrap_or(failure));
                    form.go(Stage::Code(address));
                }
                Err(failure) => {
                    confirmation.fail(failure);
                    confirmation.focus();
                }
            }
        });
    };
    view! {
        <div class="section-head">
            <h1>{t(tx::RECOVERY_TITLE)}</h1>
            <p>{t(tx::RECOVERY_TEXT)}</p>
        </div>
        <form class="stack" data-gap="large" novalidate=true on:submit=submit>
            <CodePaper address=address.get_value() code=code />
            <Field
                id="recovery-confirmation"
                label=TextProp::from(t(tx::RECOVERY_CONFIRM))
                state=confirmation
                code=true
                large=true
            />
            <Working progress=progress />
            <Button variant=Variant::Primary size="large" submit=true busy=busy>
                {t(tx::CONFIRM_CODE)}
            </Button>
        </form>
    }
}

/// The code on its security paper, and the ways to keep it.
#[component]
fn CodePaper(address: Address, code: String) -> impl IntoView {
    let groups: Vec<String> = code.split('-').map(str::to_owned).collect();
    let groups = groups
        .into_iter()
        .enumerate()
        .map(|(index, group)| {
            view! {
                <li>
                    <small aria-hidden="true">{index + 1}</small>
                    <span>{group}</span>
                </li>
            }
        })
        .collect_view();
    let code = StoredValue::new(code);
    let save = move |()| {
        let text = fill(
            tx::RECOVERY_FILE_TEXT,
            &[("address", address.as_str()), ("code", &code.get_value())],
        );
        browser::download(tx::RECOVERY_FILE.get(), "text/plain;charset=utf-8", &text);
    };
    view! {
        <div class="security-paper stack" role="group" aria-label=t(tx::RECOVERY_CODE)>
            <Rosette />
            <ol class="recovery-code">{groups}</ol>
            <div class="row" data-gap="small" data-print="off">
                <CopyButton text=Signal::derive(move || code.get_value()) />
                <Button size="small" icon="download" on_press=Callback::new(save)>
                    {t(common::DOWNLOAD)}
                </Button>
                <Button size="small" icon="print" on_press=Callback::new(|()| browser::print())>
                    {t(common::PRINT)}
                </Button>
            </div>
        </div>
    }
}
