use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::Router;
use leptos_router::hooks::use_location;
use zegel_client::view::{Failure, Reason};

use crate::components::{Banner, Brand, Button, PasswordPrompt, ToastRegion, Tone};
use crate::i18n::{common, errors, t};
use crate::routes::{self, Pages};
use crate::state::certify::Certifier;
use crate::state::{App as State, Phase, browser, join_link};
use crate::worker::{
    self,
    messages::{KeepAdoptionLink, Resume},
};

/// The whole page.
#[component]
pub(crate) fn App() -> impl IntoView {
    browser::on_window("hashchange", || {
        if join_link::take_from_address() {
            // As if the link had opened the tab: who is signed in may have changed meanwhile.
            let _ = leptos::prelude::window().location().reload();
        }
    });
    view! {
        <Router>
            <Shell />
        </Router>
    }
}

#[component]
fn Shell() -> impl IntoView {
    let path = use_location().pathname;
    let app = State::new(path);
    provide_context(app);
    provide_context(Certifier::start(app));
    start_worker(app);
    routes::use_guard(app);
    routes::use_acting(app);
    routes::use_page_focus();
    let shows_pages = move || routes::may_show(app, &path.get());
    view! {
        <a class="skip-link" href="#main" on:click=skip>
            {t(common::SKIP_TO_CONTENT)}
        </a>
        <Show when=shows_pages fallback=Waiting>
            <Pages />
        </Show>
        <PasswordPrompt />
        <ToastRegion />
    }
}

/// The router would take the fragment for a navigation.
fn skip(event: leptos::ev::MouseEvent) {
    event.prevent_default();
    browser::focus_id("main");
}

/// Until it is known who is signed in.
#[component]
fn Waiting() -> impl IntoView {
    let app = State::expect();
    let slow = RwSignal::new(false);
    browser::after_ms(300, move || {
        let _ = slow.try_set(true);
    });
    move || match app.phase.get() {
        Phase::Failed(failure) => view! { <Failed failure=failure /> }.into_any(),
        _ => view! {
            <main id="main" tabindex="-1" aria-busy="true">
                <div class="empty" role="status">
                    <Show when=move || slow.get()>
                        <Brand />
                        <p>{t(common::LOADING)}</p>
                    </Show>
                </div>
            </main>
        }
        .into_any(),
    }
}

#[component]
fn Failed(failure: Failure) -> impl IntoView {
    let app = State::expect();
    let again = move |()| {
        app.phase.set(Phase::Starting);
        spawn_local(resume(app));
    };
    view! {
        <main id="main" tabindex="-1">
            <div class="page" data-width="text">
                <Banner tone=Tone::Danger title=move || errors::failure(&failure)>
                    <Button size="small" on_press=Callback::new(again)>
                        {t(common::TRY_AGAIN)}
                    </Button>
                </Banner>
            </div>
        </main>
    }
}

fn start_worker(app: State) {
    if worker::start(move |event| app.on_event(event)).is_err() {
        app.phase.set(Phase::Failed(Failure {
            reason: Reason::Internal,
            field: None,
            retry_after_s: None,
            account: None,
        }));
        return;
    }
    spawn_local(async move {
        keep_link().await;
        resume(app).await;
    });
}

/// Gives the worker the adoption link that this tab opened.
async fn keep_link() {
    if let Some(fragment) = join_link::kept() {
        // A link that does not parse is no reason to stop: the adoption page asks for another proof.
        let _ = worker::call(KeepAdoptionLink { fragment }).await;
    }
}

async fn resume(app: State) {
    match worker::call(Resume {}).await {
        Ok(session) => {
            if let Some(session) = session {
                app.signed_in(session);
            }
            app.phase.set(Phase::Ready);
        }
        Err(failure) => app.phase.set(Phase::Failed(failure)),
    }
}
