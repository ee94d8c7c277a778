//! Creating an organisation.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use zegel_api::{ErrorCode, Role};
use zegel_client::view::{Failure, Field as FormField, Reason};
use zegel_protocol::{Name, NameError};

use crate::components::{
    Banner, Button, Consequence, EmptyState, Field, Rosette, SheetPage, Tone, Variant, Working,
    use_title,
};
use crate::i18n::{admin, common, errors, t};
use crate::routes;
use crate::state::{App, FieldState, Message, needs_password};
use crate::worker::messages::{CreateOrganisation, Progress};

#[component]
pub(crate) fn NewOrganisationPage() -> impl IntoView {
    let app = App::expect();
    use_title(|| common::CREATE_ORGANISATION.get().to_owned());
    // Not followed: the role changes at the end of the creation, while this page goes.
    let free = untrack(|| app.role()) == Role::Free;
    if free {
        view! { <Create /> }.into_any()
    } else {
        view! { <Member /> }.into_any()
    }
}

#[component]
fn Member() -> impl IntoView {
    let app = App::expect();
    let organisation = move || {
        app.session
            .with(|session| {
                session
                    .as_ref()
                    .and_then(|session| session.organisation.clone())
            })
            .unwrap_or_default()
    };
    view! {
        <SheetPage>
            <h1 class="visually-hidden">{t(common::CREATE_ORGANISATION)}</h1>
            <EmptyState
                icon="users"
                title=t!(admin::CREATE_MEMBER, name = organisation())
                text=t(admin::CREATE_MEMBER_HINT)
            >
                <a class="button" href=routes::INBOX>
                    {t(common::TO_INBOX)}
                </a>
            </EmptyState>
        </SheetPage>
    }
}

fn name_problem(typed: &str) -> Option<Message> {
    let reason = match Name::try_from(typed.trim()) {
        Ok(_) => return None,
        Err(NameError::Empty) => Reason::Empty,
        Err(NameError::TooLong) => Reason::TooLong,
        Err(_) => return Some(admin::CREATE_NAME_CHARACTER.into()),
    };
    Some(Message::of(reason, FormField::Name))
}

#[component]
fn Create() -> impl IntoView {
    let app = App::expect();
    let navigate = use_navigate();
    let name = FieldState::new();
    let progress = RwSignal::new(None::<Progress>);
    let failure = RwSignal::new(None::<Failure>);
    let busy = RwSignal::new(false);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let typed = name.get();
        if let Some(message) = name_problem(&typed) {
            name.fail(message);
            name.focus();
            return;
        }
        busy.set(true);
        failure.set(None);
        let navigate = navigate.clone();
        spawn_local(async move {
            let report = move |step| {
                let _ = progress.try_set(step);
            };
            let command = CreateOrganisation {
                name: typed.trim().to_owned(),
            };
            let outcome = app.call_unlocked_with_progress(command, report).await;
            let _ = busy.try_set(false);
            match outcome {
                Ok(view) => {
                    app.session.update(|session| {
                        if let Some(session) = session {
                            session.role = view.role;
                            session.organisation = Some(view.name.clone());
                            session.adoption = None;
                        }
                    });
                    app.toast(Message::Filled(
                        admin::CREATE_DONE,
                        vec![("name", view.name)],
                    ));
                    navigate(routes::ADMIN_ORGANISATION, NavigateOptions::default());
                }
                Err(stop) if needs_password(&stop) => {}
                Err(stop) if stop.field == Some(FormField::Name) => {
                    name.fail(stop);
                    name.focus();
                }
                Err(stop) => {
                    let _ = failure.try_set(Some(stop));
                }
            }
        });
    };
    view! {
        <SheetPage text=true>
            <header class="page-head">
                <div class="page-title">
                    <h1>{t(common::CREATE_ORGANISATION)}</h1>
                    <p>{t(admin::CREATE_INTRO)}</p>
                </div>
            </header>
            <form class="form" novalidate=true on:submit=submit>
                <Field
                    id="organisation-name"
                    label=t(admin::CREATE_NAME)
                    state=name
                    hint=admin::CREATE_NAME_HINT
                    autocomplete="organization"
                    large=true
                    autofocus=true
                    check=name_problem
                />
                <section class="security-paper" aria-labelledby="means-title">
                    <div class="stack">
                        <h2 id="means-title">{t(admin::CREATE_MEANS)}</h2>
                        <ul class="consequences">
                            <Consequence icon="user" text=t(admin::CREATE_MEANS_YOU) />
                            <Consequence icon="key" text=t(admin::CREATE_MEANS_KEY) />
                            <Consequence icon="restore" text=t(admin::CREATE_MEANS_READ) />
                            <Consequence icon="warn" text=t(admin::CREATE_MEANS_ONE) />
                            <Consequence
                                icon="done"
                                tone=Tone::Success
                                text=t(admin::CREATE_MEANS_OTHERS)
                            />
                        </ul>
                    </div>
                    <Rosette />
                </section>
                <Stopped failure=failure />
                <Working progress=progress />
                <div class="row">
                    <Button variant=Variant::Primary size="large" submit=true busy=busy>
                        {t(admin::CREATE_BUTTON)}
                    </Button>
                    <Show when=move || busy.get()>
                        <span class="field-hint">{t(admin::CREATE_KEEP_OPEN)}</span>
                    </Show>
                </div>
            </form>
        </SheetPage>
    }
}

#[component]
fn Stopped(failure: RwSignal<Option<Failure>>) -> impl IntoView {
    view! {
        <div role="status">
            {move || {
                failure
                    .get()
                    .map(|failure| {
                        let tone = match failure.reason {
                            Reason::Server(ErrorCode::AlreadyMember) => Tone::Info,
                            _ => Tone::Danger,
                        };
                        view! {
                            <Banner
                                tone=tone
                                title=t(admin::NOT_DONE)
                                text=TextProp::from(move || errors::failure(&failure))
                            />
                        }
                    })
            }}
        </div>
    }
}
