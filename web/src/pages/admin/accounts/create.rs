use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use zegel_client::view::{DomainStateView, Failure, Field as FormField, Reason};
use zegel_protocol::Domain;

use super::{Page, name_of};
use crate::components::{Banner, Button, Dialog, ErrorText, Field, Tone, Variant, Working};
use crate::i18n::{admin, common, t};
use crate::routes;
use crate::state::accounts::{LocalProblem, functional_address};
use crate::state::{FieldState, Message, focus_first_wrong, needs_password, read_filled};
use crate::worker::{
    call,
    messages::{CreateFunctional, Domains, Progress},
};

#[derive(Clone, Copy)]
struct Form {
    page: Page,
    name: FieldState,
    local: FieldState,
    /// The domains that the organisation holds; none until they are known.
    domains: RwSignal<Option<Vec<Domain>>>,
    domain: RwSignal<Option<Domain>>,
    busy: RwSignal<bool>,
    progress: RwSignal<Option<Progress>>,
    error: RwSignal<Option<Message>>,
}

impl Form {
    async fn load(self) {
        match call(Domains {}).await {
            Ok(rows) => {
                let claimed: Vec<Domain> = rows
                    .into_iter()
                    .filter(|row| row.state != DomainStateView::Pending)
                    .map(|row| row.domain)
                    .collect();
                let _ = self.domain.try_set(claimed.first().cloned());
                let _ = self.domains.try_set(Some(claimed));
            }
            Err(failure) => {
                let _ = self.error.try_set(Some(failure.into()));
            }
        }
    }

    /// What is typed as a command; says in the fields what is wrong with it.
    fn read(self) -> Option<CreateFunctional> {
        let name = read_filled(self.name, FormField::Name);
        let domain = self.domain.get_untracked()?;
        let address = match functional_address(&self.local.get(), &domain) {
            Ok(address) => {
                self.local.error.set(None);
                Some(address)
            }
            Err(problem) => {
                self.local.fail(match problem {
                    LocalProblem::Empty => Message::of(Reason::Empty, FormField::Address),
                    LocalProblem::At => Message::from(admin::FUNCTIONAL_AT),
                    LocalProblem::Malformed => Message::of(Reason::Malformed, FormField::Address),
                });
                None
            }
        };
        let (Some(name), Some(address)) = (name, address) else {
            focus_first_wrong(&[self.name, self.local]);
            return None;
        };
        Some(CreateFunctional {
            address,
            name: name.trim().to_owned(),
        })
    }

    /// Shows why it was not created, at the field it belongs to.
    fn stop(self, failure: Failure) {
        let field = match failure.field {
            Some(FormField::Name) => Some(self.name),
            Some(FormField::Address) => Some(self.local),
            _ if failure.reason == Reason::Server(zegel_api::ErrorCode::AddressTaken) => {
                Some(self.local)
            }
            _ => None,
        };
        match field {
            Some(field) => {
                let _ = field.error.try_set(Some(failure.into()));
                field.focus();
            }
            None => {
                let _ = self.error.try_set(Some(failure.into()));
            }
        }
    }
}

/// A new shared mailbox: its name and its address.
#[component]
pub(super) fn CreateDialog(page: Page) -> impl IntoView {
    let form = Form {
        page,
        name: FieldState::new(),
        local: FieldState::new(),
        domains: RwSignal::new(None),
        domain: RwSignal::new(None),
        busy: RwSignal::new(false),
        progress: RwSignal::new(None),
        error: RwSignal::new(None),
    };
    spawn_local(form.load());
    let navigate = use_navigate();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if form.busy.get_untracked() {
            return;
        }
        let Some(command) = form.read() else { return };
        form.busy.set(true);
        form.error.set(None);
        let navigate = navigate.clone();
        spawn_local(async move {
            let report = move |step| {
                let _ = form.progress.try_set(step);
            };
            let app = form.page.app;
            let outcome = app.call_unlocked_with_progress(command, report).await;
            let _ = form.busy.try_set(false);
            match outcome {
                Ok(member) => {
                    let name = name_of(&member);
                    app.toast(Message::Filled(
                        admin::FUNCTIONAL_CREATED,
                        vec![("name", name)],
                    ));
                    navigate(
                        &routes::admin_account(member.account),
                        NavigateOptions::default(),
                    );
                }
                Err(failure) if needs_password(&failure) => {}
                Err(failure) => form.stop(failure),
            }
        });
    };
    let close = Callback::new(move |()| page.creating.set(false));
    let homeless = Memo::new(move |_| {
        form.domains
            .with(|all| all.as_ref().is_some_and(Vec::is_empty))
    });
    let address = move || {
        let domain = form.domain.get()?;
        let local = form.local.value.get();
        let address = functional_address(&local, &domain).ok()?.to_string();
        Some(t!(admin::FUNCTIONAL_ADDRESS_IS, address = address)())
    };
    view! {
        <Dialog title=TextProp::from(t(admin::CREATE_FUNCTIONAL)) busy=form.busy cross=true on_close=close>
            <form novalidate=true on:submit=submit>
                <div class="dialog-body">
                    <p>{t(admin::CREATE_FUNCTIONAL_LEAD)}</p>
                    <Show when=move || homeless.get()>
                        <Banner
                            tone=Tone::Warn
                            title=TextProp::from(t(admin::NO_CLAIMED_DOMAIN))
                            text=TextProp::from(t(admin::NO_CLAIMED_DOMAIN_HINT))
                        >
                            <a class="button" data-size="small" href=routes::ADMIN_DOMAINS>
                                {t(admin::TO_DOMAINS)}
                            </a>
                        </Banner>
                    </Show>
                    <Field
                        id="functional-name"
                        label=TextProp::from(t(admin::FUNCTIONAL_NAME))
                        state=form.name
                        hint=admin::FUNCTIONAL_NAME_HINT
                        max_length=100
                        autofocus=true
                    />
                    <Field
                        id="functional-local"
                        label=TextProp::from(t(admin::FUNCTIONAL_LOCAL))
                        state=form.local
                        max_length=64
                    >
                        <p class="field-hint" role="status">
                            {address}
                        </p>
                    </Field>
                    <DomainField form=form />
                    <Working progress=form.progress />
                    <ErrorText error=form.error />
                </div>
                <div class="dialog-foot">
                    <Button disabled=form.busy on_press=close>
                        {t(common::CANCEL)}
                    </Button>
                    <Button
                        variant=Variant::Primary
                        submit=true
                        busy=form.busy
                        disabled=Signal::derive(move || homeless.get())
                    >
                        {t(admin::CREATE_ACCOUNT)}
                    </Button>
                </div>
            </form>
        </Dialog>
    }
}

/// The part behind the "@": one of the domains that the organisation holds.
#[component]
fn DomainField(form: Form) -> impl IntoView {
    let option = |domain: Domain| {
        let name = domain.to_string();
        view! { <option value=name.clone()>{format!("@{name}")}</option> }
    };
    move || {
        let domains = form.domains.get().filter(|domains| !domains.is_empty())?;
        Some(view! {
            <div class="field">
                <label class="field-label" for="functional-domain">
                    {t(admin::DOMAIN)}
                </label>
                <span class="select">
                    <select
                        id="functional-domain"
                        on:change=move |event| {
                            form.domain.set(Domain::parse(&event_target_value(&event)).ok());
                        }
                    >
                        {domains.into_iter().map(option).collect_view()}
                    </select>
                </span>
            </div>
        })
    }
}
