//! Signing up: address, mailed code, name and password, recovery code. What was typed survives
//! going back; the account exists once the recovery code was typed in part.

mod code;
mod details;
mod recovery;
mod start;

use leptos::prelude::*;
use leptos_router::components::A;
use zegel_protocol::Address;

use crate::components::{AuthLayout, Banner, Icon, IconSize, Tone, use_title};
use crate::i18n::{Text, auth as tx, t};
use crate::routes;
use crate::state::{FieldState, browser, join_link};

use self::{code::CodeStage, details::DetailsStage, recovery::RecoveryStage, start::StartStage};

/// How far the visitor is.
#[derive(Clone, PartialEq)]
enum Stage {
    /// Which address?
    Start,
    /// Is it theirs?
    Code(Address),
    /// Name and password.
    Details(Address),
    /// Keep the recovery code.
    Recovery {
        address: Address,
        /// Groups separated by "-".
        code: String,
    },
}

/// The fields, kept while the visitor goes back and forth.
#[derive(Clone, Copy)]
struct Form {
    stage: RwSignal<Stage>,
    address: FieldState,
    code: FieldState,
    name: FieldState,
    password: FieldState,
}

impl Form {
    /// Shows another stage, and moves the focus to its heading.
    fn go(self, stage: Stage) {
        self.stage.set(stage);
        browser::after_render(browser::focus_main);
    }
}

/// Create an account.
#[component]
pub(crate) fn SignUpPage() -> impl IntoView {
    use_title(|| tx::SIGN_UP_TITLE.get().to_owned());
    let form = Form {
        stage: RwSignal::new(Stage::Start),
        address: FieldState::new(),
        code: FieldState::new(),
        name: FieldState::new(),
        password: FieldState::new(),
    };
    let aside = || {
        view! {
            {t(tx::HAVE_ACCOUNT)}
            " "
            <A href=routes::SIGN_IN>{t(tx::SIGN_IN)}</A>
        }
    };
    let stage = move || match form.stage.get() {
        Stage::Start => view! { <StartStage form=form /> }.into_any(),
        Stage::Code(address) => view! { <CodeStage form=form address=address /> }.into_any(),
        Stage::Details(address) => view! { <DetailsStage form=form address=address /> }.into_any(),
        Stage::Recovery { address, code } => {
            view! { <RecoveryStage form=form address=address code=code /> }.into_any()
        }
    };
    view! {
        <AuthLayout aside=aside promise=tx::SIGN_UP_PROMISE explanation=tx::SIGN_UP_EXPLANATION>
            <Steps form=form />
            <Show when=move || form.stage.with(|stage| *stage == Stage::Start)>
                <Invitation />
            </Show>
            {stage}
        </AuthLayout>
    }
}

/// Why the visitor is here, where a link brought them.
#[component]
fn Invitation() -> impl IntoView {
    join_link::kept().is_some().then(|| {
        view! {
            <Banner
                tone=Tone::Info
                title=TextProp::from(t(tx::LINK_OPENED))
                text=TextProp::from(t(tx::LINK_OPENED_HINT))
            />
        }
    })
}

#[component]
fn Steps(form: Form) -> impl IntoView {
    let at = move || {
        form.stage.with(|stage| match stage {
            Stage::Start | Stage::Code(_) => 1,
            Stage::Details(_) => 2,
            Stage::Recovery { .. } => 3,
        })
    };
    let step = move |number: u8, label: Text| {
        let done = move || number < at();
        let mark = move || {
            if done() {
                view! {
                    <Icon name="check" size=IconSize::Small label=TextProp::from(t(tx::STEP_DONE)) />
                }
                .into_any()
            } else {
                number.into_any()
            }
        };
        view! {
            <li aria-current=move || (number == at()).then_some("step")>
                <span class="step-number" data-done=move || done().then_some("")>
                    {mark}
                </span>
                {t(label)}
            </li>
        }
    };
    view! {
        <ol class="steps" aria-label=t(tx::STEPS)>
            {step(1, tx::STEP_ADDRESS)} {step(2, tx::STEP_ACCOUNT)} {step(3, tx::STEP_RECOVERY)}
        </ol>
    }
}
