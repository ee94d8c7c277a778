//! The administration of an organisation. Only administrators get here.

mod account_edit;
mod accounts;
mod audit_log;
mod domains;
mod organisation;
mod policies;

pub(crate) use account_edit::AccountPage;
pub(crate) use accounts::AccountsPage;
pub(crate) use audit_log::AuditLogPage;
pub(crate) use domains::{CandidatesPage, DomainsPage};
pub(crate) use organisation::OrganisationPage;

use leptos::prelude::*;
use zegel_client::view::Failure;

use crate::components::{Banner, Button, Tone};
use crate::i18n::{admin, common, errors, t};
use crate::state::certify::Certifier;
use crate::state::{App, Message};

/// Something could not be loaded, with the way to try again. Takes no place where it could.
#[component]
fn LoadFailure(
    #[prop(into)] failure: Signal<Option<Failure>>,
    #[prop(into)] again: Callback<()>,
) -> impl IntoView {
    move || {
        failure.get().map(|failure| {
            view! {
                <Banner
                    tone=Tone::Danger
                    title=t(admin::LOAD_FAILED)
                    text=TextProp::from(move || errors::failure(&failure))
                >
                    <Button size="small" on_press=again>
                        {t(common::TRY_AGAIN)}
                    </Button>
                </Banner>
            }
        })
    }
}

/// Rows that are still on their way, as high as they will be.
#[component]
fn LoadingRows() -> impl IntoView {
    // Attributes that are no literals: Leptos makes literal elements with `innerHTML`, which Trusted Types forbid.
    let bar = |width: &'static str| view! { <span class="skeleton" data-width=width></span> };
    let disc = |shape: &'static str| view! { <span class="skeleton" data-shape=shape></span> };
    let row = || {
        view! {
            <li>
                <span class="person">{disc("round")} {bar("half")}</span>
                {bar("quarter")}
            </li>
        }
    };
    view! {
        <div role="status">
            <span class="visually-hidden">{t(admin::LOADING_ROWS)}</span>
            <ul class="people" aria-hidden="true">
                {row()}
                {row()}
                {row()}
            </ul>
        </div>
    }
}

/// What this browser's own rounds wait for or found.
#[component]
fn CertifyBanners() -> impl IntoView {
    let app = App::expect();
    let certifier = Certifier::expect();
    let waiting = Memo::new(move |_| certifier.report.with(|report| report.waiting));
    let failed = Memo::new(move |_| certifier.report.with(|report| report.failed));
    let busy = RwSignal::new(false);
    let check = Callback::new(move |()| {
        leptos::task::spawn_local(async move {
            busy.set(true);
            if app.ask_password().await
                && let Some(report) = certifier.run().await
            {
                let count = report.certified.to_string();
                app.toast(Message::Filled(admin::CHECKED, vec![("count", count)]));
            }
            let _ = busy.try_set(false);
        });
    });
    view! {
        <Show when=move || waiting.get() != 0>
            <Banner
                tone=Tone::Warn
                title=t!(admin::WAITING, count = waiting.get())
                text=TextProp::from(t(admin::WAITING_HINT))
            >
                <Button size="small" busy=busy on_press=check>
                    {t(admin::WAITING_ACTION)}
                </Button>
            </Banner>
        </Show>
        <Show when=move || failed.get() != 0>
            <Banner
                tone=Tone::Danger
                alert=true
                title=t!(admin::CHECK_FAILED, count = failed.get())
                text=TextProp::from(t(admin::CHECK_FAILED_HINT))
            />
        </Show>
    }
}
