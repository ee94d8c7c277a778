//! Signing in. The password becomes a key in the worker and goes nowhere else.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use zegel_client::view::{Failure, Field as FormField, Reason};

use crate::components::{AuthLayout, Banner, Button, Field, Tone, Variant, Working, use_title};
use crate::i18n::{auth as tx, t};
use crate::routes;
use crate::state::{
    App, FieldState, check_address, focus_first_wrong, join_link, read_address, read_filled,
};
use crate::worker::{
    call_with_progress,
    messages::{Progress, SignIn},
};

/// Sign in.
#[component]
pub(crate) fn SignInPage() -> impl IntoView {
    use_title(|| tx::SIGN_IN.get().to_owned());
    let aside = || {
        view! {
            {t(tx::NEW_HERE)}
            " "
            <A href=routes::SIGN_UP>{t(tx::CREATE_ACCOUNT_LINK)}</A>
        }
    };
    view! {
        <AuthLayout aside=aside promise=tx::SIGN_IN_PROMISE explanation=tx::SIGN_IN_EXPLANATION>
            <div class="entry-title">
                <h1>{t(tx::SIGN_IN)}</h1>
            </div>
            <Reasons />
            <SignInForm />
        </AuthLayout>
    }
}

/// Why the visitor is here, where it was not their own idea.
#[component]
fn Reasons() -> impl IntoView {
    let app = App::expect();
    view! {
        <Show when=move || app.ended.get()>
            <Banner
                tone=Tone::Info
                title=TextProp::from(t(tx::SESSION_ENDED))
                text=TextProp::from(t(tx::SESSION_ENDED_HINT))
            />
        </Show>
        {join_link::kept()
            .is_some()
            .then(|| {
                view! {
                    <Banner
                        tone=Tone::Info
                        title=TextProp::from(t(tx::LINK_OPENED))
                        text=TextProp::from(t(tx::LINK_OPENED_HINT))
                    />
                }
            })}
    }
}

#[component]
fn SignInForm() -> impl IntoView {
    let app = App::expect();
    let address = FieldState::new();
    let password = FieldState::new();
    let progress = RwSignal::new(None);
    let busy = Signal::derive(move || progress.get().is_some());

    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let fields = (
            read_address(address),
            read_filled(password, FormField::Password),
        );
        let (Some(account), Some(secret)) = fields else {
            focus_first_wrong(&[address, password]);
            return;
        };
        progress.set(Some(Progress::Contacting));
        spawn_local(async move {
            let command = SignIn {
                address: account,
                password: secret,
            };
            let outcome = call_with_progress(command, move |step| progress.set(Some(step))).await;
            progress.set(None);
            match outcome {
                Ok(session) => {
                    password.clear();
                    app.signed_in(session);
                }
                Err(failure) => show(failure, address, password),
            }
        });
    };

    view! {
        <form class="form" novalidate=true aria-busy=move || busy.get().then_some("true") on:submit=submit>
            <Field
                id="address"
                label=TextProp::from(t(tx::ADDRESS))
                state=address
                kind="email"
                autocomplete="username"
                large=true
                autofocus=true
                check=check_address
            />
            <Field
                id="password"
                label=TextProp::from(t(tx::PASSWORD))
                state=password
                kind="password"
                autocomplete="current-password"
                large=true
            />
            <Working progress=progress />
            <Button variant=Variant::Primary size="large" wide=true submit=true busy=busy>
                {t(tx::SIGN_IN)}
            </Button>
        </form>
    }
}

/// One message for a wrong combination: never which of both is wrong.
fn show(mut failure: Failure, address: FieldState, password: FieldState) {
    if matches!(
        failure.reason,
        Reason::Server(zegel_api::ErrorCode::WrongCredentials)
    ) {
        failure.field = None;
    }
    let field = if failure.field == Some(FormField::Address) {
        address
    } else {
        password
    };
    field.fail(failure);
    field.focus();
}
