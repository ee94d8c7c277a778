//! Joining an organisation that adopts accounts: who asks, how that was verified, and the user's decision.

mod consent;
mod joining;
mod stopped;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use zegel_client::view::{AdoptionView, Failure, Reason};

use self::consent::Consent;
use self::joining::Joining;
use self::stopped::Stopped;
use crate::components::{
    Banner, Brand, Button, EmptyState, LanguageLinks, Rosette, Tone, Variant, Working, use_title,
};
use crate::i18n::{adoption, common, errors, t};
use crate::routes;
use crate::state::adoption::{JoinStep, Stage};
use crate::state::{App, FieldState, Message, browser, join_link, needs_password};
use crate::worker::messages::{
    AcceptAdoption, CompareOrganisationNumber, DeferAdoption, Progress, ReviewAdoption, SignOut,
};
use crate::worker::{call, call_with_progress};

/// What the page knows. What is typed and ticked outlives a failure.
#[derive(Clone, Copy)]
struct Page {
    app: App,
    stage: RwSignal<Stage>,
    /// What the review does now.
    progress: RwSignal<Option<Progress>>,
    /// Where Accept is, while it runs.
    joining: RwSignal<Option<JoinStep>>,
    /// What went wrong on the consent page.
    failure: RwSignal<Option<Failure>>,
    understood: RwSignal<bool>,
    /// The sentence was not ticked when Accept was pressed.
    not_ticked: RwSignal<bool>,
    number: FieldState,
    comparing: RwSignal<bool>,
    /// The typed number is another one.
    differs: RwSignal<bool>,
    deferring: RwSignal<bool>,
    /// The decision is made: on to the messages.
    leave: RwSignal<bool>,
}

impl Page {
    fn new() -> Self {
        Self {
            app: App::expect(),
            stage: RwSignal::new(Stage::Reviewing),
            progress: RwSignal::new(None),
            joining: RwSignal::new(None),
            failure: RwSignal::new(None),
            understood: RwSignal::new(false),
            not_ticked: RwSignal::new(false),
            number: FieldState::new(),
            comparing: RwSignal::new(false),
            differs: RwSignal::new(false),
            deferring: RwSignal::new(false),
            leave: RwSignal::new(false),
        }
    }

    fn show(self, stage: Stage) {
        let _ = self.stage.try_set(stage);
        browser::after_render(|| browser::focus_id("main"));
    }

    /// Verifies the organisation that waits.
    fn review(self) {
        self.stage.set(Stage::Reviewing);
        self.failure.set(None);
        spawn_local(async move {
            let progress = self.progress;
            let outcome = call_with_progress(ReviewAdoption {}, move |step| {
                let _ = progress.try_set(Some(step));
            })
            .await;
            let _ = progress.try_set(None);
            self.show(Stage::reviewed(outcome));
        });
    }

    /// Compares the typed safety number.
    fn compare(self, typed: String) {
        self.comparing.set(true);
        self.differs.set(false);
        self.failure.set(None);
        spawn_local(async move {
            let outcome = call(CompareOrganisationNumber { typed }).await;
            let _ = self.comparing.try_set(false);
            match outcome {
                Ok(view) => {
                    let _ = self.stage.try_set(Stage::Consent(view));
                    self.app.toast(adoption::NUMBER_HELD);
                }
                Err(failure) if failure.reason == Reason::NumberMismatch => {
                    let _ = self.differs.try_set(true);
                    self.number.focus();
                }
                Err(failure) => self.refused(failure),
            }
        });
    }

    /// Accept and join.
    fn accept(self, view: AdoptionView) {
        if self.joining.get_untracked().is_some() {
            return;
        }
        self.joining.set(Some(JoinStep::default()));
        self.failure.set(None);
        browser::after_render(|| browser::focus_id("main"));
        spawn_local(async move {
            let joining = self.joining;
            let report = move |step: Option<Progress>| {
                let _ = joining.try_update(|joining| {
                    if let (Some(joining), Some(step)) = (joining, step) {
                        *joining = joining.advance(step);
                    }
                });
            };
            let outcome = self
                .app
                .call_unlocked_with_progress(AcceptAdoption {}, report)
                .await;
            let _ = joining.try_set(None);
            match outcome {
                Ok(session) => {
                    join_link::forget();
                    self.app.session.set(Some(session));
                    let values = vec![("organisation", view.organisation)];
                    self.app.toast(Message::Filled(adoption::JOINED, values));
                    let _ = self.leave.try_set(true);
                }
                Err(failure) => self.refused(failure),
            }
        });
    }

    /// Not now.
    fn defer(self) {
        if self.deferring.get_untracked() {
            return;
        }
        self.deferring.set(true);
        self.failure.set(None);
        spawn_local(async move {
            let outcome = call(DeferAdoption {}).await;
            let _ = self.deferring.try_set(false);
            match outcome {
                Ok(session) => {
                    self.app.session.set(Some(session));
                    self.app.toast(adoption::DEFERRED);
                    let _ = self.leave.try_set(true);
                }
                Err(failure) => self.refused(failure),
            }
        });
    }

    fn refused(self, failure: Failure) {
        if needs_password(&failure) {
            return;
        }
        match Stage::refused(&failure) {
            Some(stage) => self.show(stage),
            None => {
                let _ = self.failure.try_set(Some(failure));
            }
        }
    }

    /// Leaves the page when there is nothing to decide any more.
    fn leave_for_good(self) {
        self.app.session.update(|session| {
            if let Some(session) = session {
                session.adoption = None;
            }
        });
        self.leave.set(true);
    }
}

#[component]
pub(crate) fn AdoptionPage() -> impl IntoView {
    let page = Page::new();
    use_title(|| adoption::TITLE.get().to_owned());
    let asked = untrack(|| page.app.adoption()).is_some();
    if asked {
        page.review();
    }
    let navigate = use_navigate();
    Effect::new(move || {
        if page.leave.get() {
            navigate(&routes::take_target(), NavigateOptions::default());
        }
    });
    let content = move || {
        if !asked {
            return view! { <NoRequest /> }.into_any();
        }
        if let (Some(_), Stage::Consent(view)) = (page.joining.get(), page.stage.get()) {
            return view! { <Joining page=page organisation=view.organisation /> }.into_any();
        }
        match page.stage.get() {
            Stage::Reviewing => view! { <Reviewing page=page /> }.into_any(),
            Stage::Consent(view) => view! { <Consent page=page view=view /> }.into_any(),
            Stage::Stopped(stop) => view! { <Stopped page=page stop=stop /> }.into_any(),
            Stage::Failed(failure) => view! { <Failed page=page failure=failure /> }.into_any(),
        }
    };
    view! {
        <div class="consent">
            <Bar page=page />
            <main class="consent-main" id="main" tabindex="-1">
                {content}
            </main>
        </div>
    }
}

/// Who is signed in, and the way out.
#[component]
fn Bar(page: Page) -> impl IntoView {
    let app = page.app;
    let address = move || {
        app.session
            .with(|session| session.as_ref().map(|session| session.address.to_string()))
            .unwrap_or_default()
    };
    let sign_out = move |_| {
        spawn_local(async move {
            match call(SignOut { everywhere: false }).await {
                Ok(()) => app.signed_out(),
                Err(failure) => app.toast(failure),
            }
        });
    };
    view! {
        <header class="consent-bar">
            <span class="brand">
                <Brand />
                <span class="brand-name">{"Zegel"}</span>
            </span>
            <p class="row">
                <span class="muted">{t!(adoption::SIGNED_IN_AS, address = address())}</span>
                <LanguageLinks />
                <button class="link-button" type="button" on:click=sign_out>
                    {t(common::SIGN_OUT)}
                </button>
            </p>
        </header>
    }
}

#[component]
fn Reviewing(page: Page) -> impl IntoView {
    view! {
        <div class="stack" data-gap="large" aria-busy="true">
            <div class="consent-title">
                <h1>{t(adoption::REVIEWING)}</h1>
                <p>{t(adoption::REVIEWING_HINT)}</p>
            </div>
            <Working progress=page.progress />
        </div>
        <div class="consent-waiting">
            <Rosette />
        </div>
    }
}

#[component]
fn NoRequest() -> impl IntoView {
    view! {
        <h1 class="visually-hidden">{t(adoption::TITLE)}</h1>
        <EmptyState icon="seal" title=t(adoption::NO_REQUEST) text=t(adoption::NO_REQUEST_HINT)>
            <a class="button" href=routes::INBOX>
                {t(adoption::TO_MAIL)}
            </a>
        </EmptyState>
    }
}

/// A failure that says nothing about the organisation.
#[component]
fn Failed(page: Page, failure: Failure) -> impl IntoView {
    view! {
        <div class="stack" data-gap="large">
            <div class="consent-title">
                <h1>{t(adoption::FAILED)}</h1>
            </div>
            <Banner tone=Tone::Danger title=move || errors::failure(&failure) text=t(adoption::NOTHING_SHARED) />
            <div class="row">
                <Button
                    variant=Variant::Primary
                    on_press=Callback::new(move |()| page.review())
                >
                    {t(adoption::CHECK_AGAIN)}
                </Button>
                <NotNow page=page />
            </div>
        </div>
    }
}

#[component]
fn NotNow(page: Page, #[prop(optional)] size: Option<&'static str>) -> impl IntoView {
    let press = Callback::new(move |()| page.defer());
    match size {
        Some(size) => view! {
            <Button size=size busy=page.deferring on_press=press>
                {t(adoption::NOT_NOW)}
            </Button>
        }
        .into_any(),
        None => view! {
            <Button busy=page.deferring on_press=press>
                {t(adoption::NOT_NOW)}
            </Button>
        }
        .into_any(),
    }
}
