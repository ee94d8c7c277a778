use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_api::CLAIM_MAILBOXES;
use zegel_client::view::{DomainView, Failure, Field as FormField};

use super::Page;
use super::prove::{Code, Problem, Record};
use crate::components::{Button, Dialog, Field, Variant, Working};
use crate::i18n::{admin, common, t};
use crate::state::browser::{after_render, document, focus, to_ascii_domain};
use crate::state::claim::{
    ClaimProblem, ClaimStep, DomainProblem, Method, mailed_to, parse_domain, proof,
};
use crate::state::{FieldState, Message, needs_password};
use crate::worker::messages::{CheckClaim, Progress, StartClaim};

/// What the dialog holds, over its steps.
#[derive(Clone, Copy)]
pub(super) struct Claim {
    pub(super) page: Page,
    pub(super) step: RwSignal<ClaimStep>,
    pub(super) domain: FieldState,
    pub(super) method: RwSignal<Method>,
    pub(super) mailbox: RwSignal<String>,
    pub(super) code: FieldState,
    /// What a call said that belongs under no field.
    pub(super) failure: RwSignal<Option<Failure>>,
    pub(super) progress: RwSignal<Option<Progress>>,
    pub(super) busy: RwSignal<bool>,
}

impl Claim {
    fn fail(self, mut failure: Failure) {
        if needs_password(&failure) {
            return;
        }
        let problem = ClaimProblem::of(&failure);
        if problem.is_some_and(ClaimProblem::of_domain)
            && self.step.get_untracked() == ClaimStep::Choose
        {
            failure.field = Some(FormField::Domain);
            self.domain.fail(failure);
            self.domain.focus();
        } else if problem.is_some_and(ClaimProblem::of_code) {
            failure.field = Some(FormField::Code);
            self.code.fail(failure);
            self.code.focus();
        } else {
            self.failure.set(Some(failure));
        }
    }

    /// Begins the claim, or mails another code.
    pub(super) async fn start(self, domain: zegel_protocol::Domain) -> Option<DomainView> {
        let proof = proof(self.method.get_untracked(), &self.mailbox.get_untracked());
        self.failure.set(None);
        self.busy.set(true);
        let report = move |step| {
            let _ = self.progress.try_set(step);
        };
        let outcome = self
            .page
            .app
            .call_unlocked_with_progress(StartClaim { domain, proof }, report)
            .await;
        let _ = self.busy.try_set(false);
        match outcome {
            Ok(row) => {
                self.page.put(row.clone());
                Some(row)
            }
            Err(failure) => {
                self.fail(failure);
                None
            }
        }
    }

    /// CHECK.
    pub(super) async fn check(self, row: DomainView, code: Option<String>) {
        self.failure.set(None);
        self.busy.set(true);
        let report = move |step| {
            let _ = self.progress.try_set(step);
        };
        let command = CheckClaim {
            domain: row.domain,
            code,
        };
        let outcome = self
            .page
            .app
            .call_unlocked_with_progress(command, report)
            .await;
        let _ = self.busy.try_set(false);
        match outcome {
            Ok(row) => {
                self.page.claimed.set(Some(row.domain.clone()));
                self.page.put(row);
                self.page.close();
            }
            Err(failure) => {
                self.fail(failure);
                // The time of the check is in the list.
                self.page.reload();
            }
        }
    }

    fn prove(self, row: DomainView) {
        self.code.clear();
        self.step.set(ClaimStep::Prove(row));
        after_render(focus_first);
    }
}

/// The first focus of the next step: its field, else its primary button.
fn focus_first() {
    for first in [
        "dialog[open] .dialog-body input",
        "dialog[open] [type=submit]",
    ] {
        if let Ok(Some(element)) = document().query_selector(first) {
            focus(&element);
            return;
        }
    }
}

/// Claims a domain: first the name and the method, then the proof.
#[component]
pub(super) fn ClaimDialog(
    page: Page,
    step: ClaimStep,
    /// Looks at the record at once.
    check: bool,
) -> impl IntoView {
    let claim = Claim {
        page,
        step: RwSignal::new(step.clone()),
        domain: FieldState::new(),
        method: RwSignal::new(Method::default()),
        mailbox: RwSignal::new(CLAIM_MAILBOXES[0].to_owned()),
        code: FieldState::new(),
        failure: RwSignal::new(None),
        progress: RwSignal::new(None),
        busy: RwSignal::new(false),
    };
    if let ClaimStep::Prove(row) = step {
        claim.domain.value.set(row.domain.to_string());
        if let zegel_client::view::ClaimProof::Mail(mailbox) = &row.proof {
            claim.method.set(Method::Mail);
            claim.mailbox.set(mailbox.clone());
        }
        if check {
            spawn_local(claim.check(row, None));
        }
    }
    let title = move || match claim.step.get() {
        ClaimStep::Choose => admin::CLAIM.get().to_owned(),
        ClaimStep::Prove(row) => t!(admin::CLAIM_NAMED, domain = row.domain)(),
    };
    view! {
        <Dialog
            title=title
            busy=claim.busy
            on_close=Callback::new(move |()| page.close())
        >
            {move || match claim.step.get() {
                ClaimStep::Choose => view! { <Choose claim=claim /> }.into_any(),
                ClaimStep::Prove(row) => match mailed_to(&row) {
                    None => view! { <Record claim=claim row=row /> }.into_any(),
                    Some(address) => view! { <Code claim=claim row=row address=address /> }.into_any(),
                },
            }}
        </Dialog>
    }
}

fn domain_problem(problem: DomainProblem) -> Message {
    let named = |text, domain: String| Message::Filled(text, vec![("domain", domain)]);
    match problem {
        DomainProblem::Empty => admin::CLAIM_EMPTY.into(),
        DomainProblem::At(name) if name.is_empty() => admin::CLAIM_AT.into(),
        DomainProblem::At(name) => named(admin::CLAIM_AT_NAME, name),
        DomainProblem::WebAddress(name) => named(admin::CLAIM_WEB, name),
        DomainProblem::TooLong => admin::CLAIM_LONG.into(),
        DomainProblem::Malformed => {
            Message::of(zegel_client::view::Reason::Malformed, FormField::Domain)
        }
    }
}

fn check_domain(typed: &str) -> Option<Message> {
    parse_domain(typed, to_ascii_domain)
        .err()
        .map(domain_problem)
}

#[component]
fn Choose(claim: Claim) -> impl IntoView {
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if claim.busy.get_untracked() {
            return;
        }
        match parse_domain(&claim.domain.get(), to_ascii_domain) {
            Err(problem) => {
                claim.domain.fail(domain_problem(problem));
                claim.domain.focus();
            }
            Ok(domain) => spawn_local(async move {
                if let Some(row) = claim.start(domain).await {
                    claim.prove(row);
                }
            }),
        }
    };
    let mail = Memo::new(move |_| claim.method.get() == Method::Mail);
    let primary = move || {
        if mail.get() {
            admin::CLAIM_SEND.get()
        } else {
            admin::CLAIM_TO_RECORD.get()
        }
    };
    view! {
        <form novalidate=true on:submit=submit>
            <div class="dialog-body">
                <Field
                    id="claim-domain"
                    label=t(admin::DOMAIN)
                    state=claim.domain
                    hint=admin::CLAIM_DOMAIN_HINT
                    input_mode="url"
                    autofocus=true
                    check=check_domain
                />
                <fieldset class="choices">
                    <legend>{t(admin::CLAIM_METHOD)}</legend>
                    <div class="choice">
                        <input
                            type="radio"
                            name="claim-method"
                            id="claim-txt"
                            aria-describedby="claim-txt-hint"
                            prop:checked=move || !mail.get()
                            on:change=move |_| claim.method.set(Method::Txt)
                        />
                        <label class="choice-text" for="claim-txt">
                            <span class="choice-title">{t(admin::CLAIM_TXT)}</span>
                            <small id="claim-txt-hint">{t(admin::CLAIM_TXT_HINT)}</small>
                        </label>
                    </div>
                    <div class="choice">
                        <input
                            type="radio"
                            name="claim-method"
                            id="claim-mail"
                            aria-describedby="claim-mail-hint"
                            prop:checked=move || mail.get()
                            on:change=move |_| claim.method.set(Method::Mail)
                        />
                        <label class="choice-text" for="claim-mail">
                            <span class="choice-title">{t(admin::CLAIM_MAIL)}</span>
                            <small id="claim-mail-hint">{t(admin::CLAIM_MAIL_HINT)}</small>
                        </label>
                        <Show when=move || mail.get()>
                            <div class="choice-more">
                                <Mailboxes claim=claim />
                            </div>
                        </Show>
                    </div>
                </fieldset>
                <Problem claim=claim />
                <Working progress=claim.progress />
            </div>
            <div class="dialog-foot">
                <Button disabled=claim.busy on_press=Callback::new(move |()| claim.page.close())>
                    {t(common::CANCEL)}
                </Button>
                <Button variant=Variant::Primary submit=true busy=claim.busy>
                    {primary}
                </Button>
            </div>
        </form>
    }
}

/// The five mailboxes that only the owner of a domain has.
#[component]
fn Mailboxes(claim: Claim) -> impl IntoView {
    let address = move |mailbox: &'static str| {
        move || {
            let typed = claim.domain.value.get();
            match parse_domain(&typed, to_ascii_domain) {
                Ok(domain) => format!("{mailbox}@{domain}"),
                Err(_) => t!(admin::CLAIM_AT_DOMAIN, mailbox = mailbox)(),
            }
        }
    };
    view! {
        <div class="field">
            <label class="field-label" for="claim-mailbox">
                {t(admin::CLAIM_MAILBOX)}
            </label>
            <span class="select">
                <select
                    id="claim-mailbox"
                    prop:value=move || claim.mailbox.get()
                    on:change=move |event| claim.mailbox.set(event_target_value(&event))
                >
                    {CLAIM_MAILBOXES
                        .into_iter()
                        .map(|mailbox| view! { <option value=mailbox>{address(mailbox)}</option> })
                        .collect_view()}
                </select>
            </span>
        </div>
    }
}
