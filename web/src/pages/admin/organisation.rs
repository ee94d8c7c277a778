use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_client::view::{Failure, OrganisationView};

use super::policies::Policies;
use super::{CertifyBanners, LoadFailure, LoadingRows};
use crate::components::{Banner, CopyButton, NumberCode, SafetyNumber, SheetPage, Tone, use_title};
use crate::i18n::{self, admin, common, t};
use crate::routes;
use crate::worker::{call, messages::Organisation};

/// The organisation's verified record, and the number by which people know it.
#[component]
pub(crate) fn OrganisationPage() -> impl IntoView {
    use_title(|| common::ORGANISATION.get().to_owned());
    let organisation = RwSignal::new(None::<OrganisationView>);
    let failure = RwSignal::new(None::<Failure>);
    let load = move || {
        spawn_local(async move {
            match call(Organisation {}).await {
                Ok(view) => {
                    let _ = organisation.try_set(Some(view));
                    let _ = failure.try_set(None);
                }
                Err(stop) => {
                    let _ = failure.try_set(Some(stop));
                }
            }
        });
    };
    load();
    let loading = move || organisation.with(Option::is_none) && failure.with(Option::is_none);
    let name = move || {
        organisation
            .with(|view| view.as_ref().map(|view| view.name.clone()))
            .unwrap_or_else(|| common::ORGANISATION.get().to_owned())
    };
    view! {
        <SheetPage>
            <header class="page-head">
                <div class="page-title">
                    <h1>{name}</h1>
                    <p>{t(admin::ORGANISATION_INTRO)}</p>
                </div>
            </header>
            <LoadFailure failure=failure again=move |()| load() />
            <Show when=loading>
                <LoadingRows />
            </Show>
            {move || organisation.get().map(|view| view! { <Record view=view /> })}
        </SheetPage>
    }
}

#[component]
fn Record(view: OrganisationView) -> impl IntoView {
    let number = view.safety_number.clone();
    view! {
        <div class="stack" data-gap="small">
            {(view.administrators < 2)
                .then(|| {
                    view! {
                        <Banner
                            tone=Tone::Warn
                            title=t(admin::ONE_ADMINISTRATOR)
                            text=TextProp::from(t(admin::ONE_ADMINISTRATOR_HINT))
                        />
                    }
                })}
            <CertifyBanners />
        </div>
        <div>
            <section class="section-split" aria-labelledby="number-title">
                <div class="section-head">
                    <h2 id="number-title">{t(admin::NUMBER_TITLE)}</h2>
                    <p>{t(admin::NUMBER_USE)}</p>
                    <p>{t(admin::NUMBER_STAYS)}</p>
                </div>
                <div class="number-card">
                    <div class="number-beside">
                        <SafetyNumber number=number.clone() />
                        <NumberCode number=number.clone() />
                    </div>
                    <CopyButton
                        text=Signal::stored(number)
                        label=admin::COPY_NUMBER
                    />
                </div>
            </section>
            <section class="section-split" aria-labelledby="record-title">
                <div class="section-head">
                    <h2 id="record-title">{t(admin::RECORD)}</h2>
                    <p>{t(admin::RECORD_RENEWED)}</p>
                </div>
                <dl class="facts">
                    <dt>{t(admin::RECORD_NAME)}</dt>
                    <dd>{view.name}</dd>
                    <dt>{t(admin::RECORD_VERSION)}</dt>
                    <dd class="number">{move || i18n::number(view.version)}</dd>
                    <dt>{t(admin::RECORD_SIGNED)}</dt>
                    <dd>{move || i18n::date_time(view.issued_at_ms)}</dd>
                    <dt>{t(admin::RECORD_ADMINISTRATORS)}</dt>
                    <dd class="number">{move || i18n::number(view.administrators)}</dd>
                </dl>
            </section>
            <Policies />
            <section class="section-split" aria-labelledby="next-title">
                <div class="section-head">
                    <h2 id="next-title">{t(admin::NEXT)}</h2>
                    <p>{t(admin::NEXT_DOMAIN)}</p>
                </div>
                <p>
                    <a class="button" href=routes::ADMIN_DOMAINS>
                        {t(admin::TO_DOMAINS)}
                    </a>
                </p>
            </section>
        </div>
    }
}
