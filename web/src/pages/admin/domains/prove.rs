use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_client::view::{DomainView, Failure};

use super::claim::Claim;
use crate::components::{Banner, Button, CopyButton, Field, Tone, Variant, Working};
use crate::i18n::{Text, admin, errors, t};
use crate::state::Message;
use crate::state::claim::ClaimProblem;
use crate::state::digits::{self, CLAIM_CODE_DIGITS, DigitsProblem};

/// The TXT record to add, and its check.
#[component]
pub(super) fn Record(claim: Claim, row: DomainView) -> impl IntoView {
    let checked = row.clone();
    let check = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if !claim.busy.get_untracked() {
            spawn_local(claim.check(checked.clone(), None));
        }
    };
    view! {
        <form novalidate=true on:submit=check>
            <div class="dialog-body">
                <p>{t(admin::RECORD_ADD)}</p>
                <dl class="record">
                    <div>
                        <dt>{t(admin::RECORD_TYPE)}</dt>
                        <dd>{"TXT"}</dd>
                    </div>
                    <div>
                        <dt>{t(admin::RECORD_HOST)}</dt>
                        <dd>
                            <span>{row.txt_name.clone()}</span>
                            <CopyButton
                                text=Signal::stored(row.txt_name)
                                aria_label=TextProp::from(t(admin::COPY_RECORD_NAME))
                                icon_only=true
                            />
                        </dd>
                    </div>
                    <div>
                        <dt>{t(admin::RECORD_VALUE)}</dt>
                        <dd>
                            <span>{row.txt_value.clone()}</span>
                            <CopyButton
                                text=Signal::stored(row.txt_value)
                                aria_label=TextProp::from(t(admin::COPY_RECORD_VALUE))
                                icon_only=true
                            />
                        </dd>
                    </div>
                </dl>
                <p class="field-hint">{t(admin::RECORD_TAKES_TIME)}</p>
                <Problem claim=claim />
                <Working progress=claim.progress />
            </div>
            <div class="dialog-foot">
                <Button disabled=claim.busy on_press=Callback::new(move |()| claim.page.close())>
                    {t(admin::SAVE_FOR_LATER)}
                </Button>
                <Button variant=Variant::Primary submit=true autofocus=true busy=claim.busy>
                    {t(admin::CHECK_RECORD)}
                </Button>
            </div>
        </form>
    }
}

fn code_problem(problem: DigitsProblem) -> Message {
    match problem {
        DigitsProblem::Empty => admin::CODE_EMPTY.into(),
        DigitsProblem::Count(count) => {
            Message::Filled(admin::CODE_COUNT, vec![("count", count.to_string())])
        }
        DigitsProblem::Other(character) => Message::Filled(
            admin::CODE_OTHER,
            vec![("character", character.to_string())],
        ),
    }
}

/// The code from the e-mail.
#[component]
pub(super) fn Code(claim: Claim, row: DomainView, address: String) -> impl IntoView {
    let app = claim.page.app;
    let row = StoredValue::new(row);
    let address = StoredValue::new(address);
    let sending = RwSignal::new(false);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if claim.busy.get_untracked() {
            return;
        }
        match digits::parse(&claim.code.get(), CLAIM_CODE_DIGITS) {
            Ok(code) => spawn_local(claim.check(row.get_value(), Some(code))),
            Err(problem) => {
                claim.code.fail(code_problem(problem));
                claim.code.focus();
            }
        }
    };
    let send_again = move |()| {
        sending.set(true);
        spawn_local(async move {
            let sent = claim.start(row.with_value(|row| row.domain.clone())).await;
            let _ = sending.try_set(false);
            if sent.is_some() {
                claim.code.clear();
                claim.code.focus();
                app.toast(Message::Filled(
                    admin::SENT_AGAIN,
                    vec![("address", address.get_value())],
                ));
            }
        });
    };
    view! {
        <form novalidate=true on:submit=submit>
            <div class="dialog-body">
                <p>{t!(admin::CODE_SENT, address = address.get_value())}</p>
                <Field
                    id="claim-code"
                    label=t(admin::CODE)
                    state=claim.code
                    hint=admin::CODE_HINT
                    code=true
                    input_mode="numeric"
                    autocomplete="one-time-code"
                    autofocus=true
                    max_length=12
                />
                <Problem claim=claim />
                <Working progress=claim.progress />
            </div>
            <div class="dialog-foot">
                <span class="dialog-aside">
                    <Button
                        variant=Variant::Quiet
                        busy=sending
                        disabled=Signal::derive(move || claim.busy.get() && !sending.get())
                        on_press=Callback::new(send_again)
                    >
                        {t(admin::SEND_AGAIN)}
                    </Button>
                </span>
                <Button disabled=claim.busy on_press=Callback::new(move |()| claim.page.close())>
                    {t(admin::SAVE_FOR_LATER)}
                </Button>
                <Button
                    variant=Variant::Primary
                    submit=true
                    busy=Signal::derive(move || claim.busy.get() && !sending.get())
                >
                    {t(admin::CHECK_CODE)}
                </Button>
            </div>
        </form>
    }
}

/// What the check said, where it belongs under no field.
#[component]
pub(super) fn Problem(claim: Claim) -> impl IntoView {
    view! {
        <div role="status">
            {move || {
                claim
                    .failure
                    .get()
                    .map(|failure| {
                        let (tone, title) = problem_title(&failure);
                        let withdrawn = ClaimProblem::of(&failure) == Some(ClaimProblem::Withdrawn);
                        let text = move || {
                            if withdrawn {
                                admin::PROBLEM_WITHDRAWN_HINT.get().to_owned()
                            } else {
                                errors::failure(&failure)
                            }
                        };
                        view! { <Banner tone=tone title=t(title) text=TextProp::from(text) /> }
                    })
            }}
        </div>
    }
}

fn problem_title(failure: &Failure) -> (Tone, Text) {
    let Some(problem) = ClaimProblem::of(failure) else {
        return (Tone::Danger, admin::PROBLEM_OTHER);
    };
    let title = match problem {
        ClaimProblem::TxtMissing => admin::PROBLEM_TXT_MISSING,
        ClaimProblem::TxtOther => admin::PROBLEM_TXT_OTHER,
        ClaimProblem::TxtNonce => admin::PROBLEM_TXT_NONCE,
        ClaimProblem::DnsFailed => admin::PROBLEM_DNS,
        ClaimProblem::MailFailed => admin::PROBLEM_MAIL,
        ClaimProblem::Withdrawn => admin::PROBLEM_WITHDRAWN,
        ClaimProblem::NotProved => admin::PROBLEM_NOT_PROVED,
        ClaimProblem::Taken => admin::PROBLEM_TAKEN,
        ClaimProblem::PublicDomain
        | ClaimProblem::OwnAlready
        | ClaimProblem::WrongCode
        | ClaimProblem::ExpiredCode => admin::PROBLEM_OTHER,
    };
    let tone = if problem.is_patience() {
        Tone::Info
    } else {
        Tone::Danger
    };
    (tone, title)
}
