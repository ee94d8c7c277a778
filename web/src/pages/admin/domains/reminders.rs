use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_api::Language;
use zegel_client::view::{AdoptionLinkView, Failure};
use zegel_protocol::Domain;

use crate::components::{Banner, Button, CopyButton, Tone, Variant, Working};
use crate::i18n::{self, admin, common, errors, t};
use crate::state::reminders::Reminders;
use crate::state::{App, Message, browser, needs_password};
use crate::worker::messages::{AdoptionLinks, Progress};

/// The adoption links, once they are made. They stay in this page only.
#[derive(Clone, Copy)]
pub(super) struct Links {
    app: App,
    made: RwSignal<Vec<AdoptionLinkView>>,
    /// Language of the texts, whatever the page has.
    language: RwSignal<Language>,
}

impl Links {
    pub(super) fn new() -> Self {
        Self {
            app: App::expect(),
            made: RwSignal::new(Vec::new()),
            language: RwSignal::new(i18n::language().get_untracked()),
        }
    }

    fn reminders(self, domain: StoredValue<Domain>) -> Reminders {
        let organisation = self.app.session.with(|session| {
            session
                .as_ref()
                .and_then(|session| session.organisation.clone())
        });
        Reminders {
            organisation: organisation.unwrap_or_default(),
            domain: domain.get_value(),
            origin: browser::origin(),
        }
    }

    /// The link of an address, once made.
    pub(super) fn link(self, address: &str, domain: StoredValue<Domain>) -> Option<String> {
        let reminders = self.reminders(domain);
        self.made.with(|made| {
            let link = made.iter().find(|link| link.address.as_str() == address)?;
            Some(reminders.link(link))
        })
    }

    /// The e-mail to an address; until its link is made, with a word in its place.
    pub(super) fn text(self, address: &str, domain: StoredValue<Domain>) -> String {
        let language = self.language.get();
        let link = self.link(address, domain);
        let link = link.unwrap_or_else(|| admin::LINK_PLACE.in_language(language).to_owned());
        self.reminders(domain).text(language, address, &link)
    }
}

/// What to send to people in ordinary e-mail.
#[component]
pub(super) fn ReminderSection(
    domain: StoredValue<Domain>,
    links: Links,
    /// Whose text is shown.
    example: Signal<Option<String>>,
) -> impl IntoView {
    let app = links.app;
    let progress = RwSignal::new(None::<Progress>);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let made = Memo::new(move |_| links.made.with(|made| !made.is_empty()));
    let make = move |()| {
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let report = move |step| {
                let _ = progress.try_set(step);
            };
            let command = AdoptionLinks {
                domain: domain.get_value(),
            };
            let outcome = app.call_unlocked_with_progress(command, report).await;
            let _ = busy.try_set(false);
            match outcome {
                Ok(all) => {
                    let count = all.len().to_string();
                    let _ = links.made.try_set(all);
                    app.toast(Message::Filled(admin::LINKS_MADE, vec![("count", count)]));
                }
                Err(stop) if needs_password(&stop) => {}
                Err(stop) => {
                    let _ = failure.try_set(Some(stop));
                }
            }
        });
    };
    let save = move |()| {
        let reminders = links.reminders(domain);
        let language = links.language.get_untracked();
        let file = links
            .made
            .with_untracked(|made| reminders.to_csv(language, made));
        let name = format!("zegel-adoption-links-{}.csv", reminders.domain);
        browser::download(&name, "text/csv;charset=utf-8", &file);
    };
    view! {
        <section class="section-split" aria-labelledby="reminders-title">
            <div class="section-head">
                <h2 id="reminders-title">{t(admin::REMINDERS)}</h2>
                <p>{t(admin::REMINDERS_INTRO)}</p>
            </div>
            <div class="section">
                <div class="stack" data-gap="small">
                    <div class="row">
                        <Button
                            variant=Variant::Primary
                            icon="key"
                            busy=busy
                            on_press=Callback::new(make)
                        >
                            {t(admin::MAKE_LINKS)}
                        </Button>
                        <Show when=move || made.get()>
                            <Button icon="download" on_press=Callback::new(save)>
                                {t(admin::DOWNLOAD_CSV)}
                            </Button>
                        </Show>
                    </div>
                    <p class="field-hint">
                        {move || {
                            if made.get() {
                                admin::DOWNLOAD_CSV_HINT.get()
                            } else {
                                admin::MAKE_LINKS_HINT.get()
                            }
                        }}
                    </p>
                    <Working progress=progress />
                </div>
                {move || {
                    failure
                        .get()
                        .map(|failure| {
                            view! {
                                <Banner
                                    tone=Tone::Danger
                                    title=t(admin::NOT_DONE)
                                    text=TextProp::from(move || errors::failure(&failure))
                                />
                            }
                        })
                }}
                <Show when=move || made.get()>
                    <Banner tone=Tone::Warn title=t(admin::REMINDERS_SECRET) />
                </Show>
                <Preview domain=domain links=links example=example />
            </div>
        </section>
    }
}

/// The text in both languages, with the first person's link.
#[component]
fn Preview(
    domain: StoredValue<Domain>,
    links: Links,
    example: Signal<Option<String>>,
) -> impl IntoView {
    let choice = move |language: Language, name: i18n::Text| {
        view! {
            <button
                type="button"
                aria-pressed=move || if links.language.get() == language { "true" } else { "false" }
                on:click=move |_| links.language.set(language)
            >
                {t(name)}
            </button>
        }
    };
    let tag = move || match links.language.get() {
        Language::En => "en",
        Language::Nl => "nl",
    };
    let subject = Signal::derive(move || links.reminders(domain).subject(links.language.get()));
    let text = Signal::derive(move || links.text(&example.get().unwrap_or_default(), domain));
    view! {
        <div class="stack" data-gap="small">
            <div class="spread">
                <h3>{t(admin::TEXT_PREVIEW)}</h3>
                <div class="segmented" role="group" aria-label=t(admin::TEXT_LANGUAGE)>
                    {choice(Language::En, common::ENGLISH)} {choice(Language::Nl, common::DUTCH)}
                </div>
            </div>
            <div class="card" data-pad="">
                <div class="reminder" lang=tag>
                    <p>
                        <strong>{move || subject.get()}</strong>
                    </p>
                    <p class="reminder-text">{move || text.get()}</p>
                </div>
            </div>
            <div class="spread">
                <p class="field-hint">
                    {t!(admin::TEXT_FOR, address = example.get().unwrap_or_default())}
                </p>
                <CopyButton text=text label=admin::COPY_TEXT />
            </div>
        </div>
    }
}
