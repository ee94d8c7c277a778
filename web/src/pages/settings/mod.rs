//! Settings of the signed-in account and of this browser.

mod access;
mod add;
mod password;
mod sessions;

pub(crate) use access::AccessPage;

use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_api::Language;
use zegel_client::view::Failure;

use crate::components::{
    Banner, Button, Icon, SafetyNumber, SchemeChoice, SheetPage, ShortcutsDialog, Tone, use_title,
};
use crate::i18n::{self, Text, access as access_tx, auth as tx, common, errors, mail, t};
use crate::routes;
use crate::state::{App, needs_password};
use crate::worker::{call, messages::OwnSafetyNumber};

use self::{password::PasswordSection, sessions::SessionsSection};

/// Settings.
#[component]
pub(crate) fn SettingsPage() -> impl IntoView {
    use_title(|| tx::SETTINGS.get().to_owned());
    view! {
        <Tabs current=routes::SETTINGS>
            <ProfileSection />
            <NumberSection />
            <PasswordSection />
            <BrowserSection />
            <SessionsSection />
        </Tabs>
    }
}

/// The frame of every page of settings: a list of them on one side.
#[component]
fn Tabs(
    /// The page that shows.
    current: &'static str,
    children: Children,
) -> impl IntoView {
    let waits = App::expect().waits_in_settings();
    let mark = move || {
        let count = i18n::number(Some(waits.get()).filter(|count| *count > 0)?);
        Some(view! {
            <span class="count">
                <span aria-hidden="true">{count}</span>
                <span class="visually-hidden">{t(access_tx::WAITS)}</span>
            </span>
        })
    };
    let tab = move |href: &'static str, icon: &'static str, label: Text| {
        view! {
            <li>
                <a class="tab" href=href aria-current=(href == current).then_some("page")>
                    <Icon name=icon />
                    {t(label)}
                    {(href == routes::SETTINGS_ACCESS).then_some(mark)}
                </a>
            </li>
        }
    };
    view! {
        <SheetPage text=true>
            <header class="page-head">
                <div class="page-title">
                    <h1>{t(tx::SETTINGS)}</h1>
                </div>
            </header>
            <div class="settings">
                <nav aria-label=t(access_tx::SETTINGS_TABS)>
                    <ul class="tabs" data-orientation="vertical">
                        {tab(routes::SETTINGS, "user", access_tx::TAB_GENERAL)}
                        {tab(routes::SETTINGS_ACCESS, "userplus", access_tx::GRANT_ACCESS)}
                    </ul>
                </nav>
                <div class="settings-page">{children()}</div>
            </div>
        </SheetPage>
    }
}

/// A part of the page: what it is about on one side, the controls on the other.
#[component]
pub(super) fn Section(title: Text, text: Text, children: Children) -> impl IntoView {
    view! {
        <section class="section-split">
            <div class="section-head">
                <h2>{t(title)}</h2>
                <p>{t(text)}</p>
            </div>
            <div class="stack">{children()}</div>
        </section>
    }
}

#[component]
fn ProfileSection() -> impl IntoView {
    let app = App::expect();
    let facts = move || {
        app.session.get().map(|session| {
            let organisation = session.organisation;
            view! {
                <dl class="facts">
                    <dt>{t(tx::NAME)}</dt>
                    <dd>{session.name}</dd>
                    <dt>{t(tx::ADDRESS)}</dt>
                    <dd>{session.address.to_string()}</dd>
                    <dt>{t(tx::ORGANISATION)}</dt>
                    <dd>
                        {move || {
                            organisation
                                .clone()
                                .unwrap_or_else(|| tx::NO_ORGANISATION.get().to_owned())
                        }}
                    </dd>
                </dl>
            }
        })
    };
    view! {
        <Section title=tx::PROFILE text=tx::PROFILE_TEXT>
            {facts}
        </Section>
    }
}

/// Whether the own safety number is known.
#[derive(Clone)]
enum Number {
    Loading,
    Locked,
    Known(String),
    Failed(Failure),
}

#[component]
fn NumberSection() -> impl IntoView {
    let app = App::expect();
    let number = RwSignal::new(Number::Loading);
    let take = move |outcome: Result<String, Failure>| {
        // The page may be gone when the answer comes.
        let _ = number.try_set(match outcome {
            Ok(text) => Number::Known(text),
            Err(failure) if needs_password(&failure) => Number::Locked,
            Err(failure) => Number::Failed(failure),
        });
    };
    spawn_local(async move { take(call(OwnSafetyNumber {}).await) });
    let show = Callback::new(move |()| {
        spawn_local(async move { take(app.call_unlocked(OwnSafetyNumber {}).await) });
    });
    let content = move || match number.get() {
        Number::Loading => ().into_any(),
        Number::Known(number) => view! { <SafetyNumber number=number /> }.into_any(),
        Number::Locked => view! {
            <div class="row">
                <Button on_press=show>{t(tx::SHOW_NUMBER)}</Button>
            </div>
        }
        .into_any(),
        Number::Failed(failure) => view! {
            <Banner tone=Tone::Warn title=move || errors::failure(&failure)>
                <Button size="small" on_press=show>
                    {t(common::TRY_AGAIN)}
                </Button>
            </Banner>
        }
        .into_any(),
    };
    view! {
        <Section title=tx::OWN_NUMBER text=tx::OWN_NUMBER_TEXT>
            {content}
        </Section>
    }
}

#[component]
fn BrowserSection() -> impl IntoView {
    let app = App::expect();
    let listing = RwSignal::new(false);
    let language = move |language: Language, label: &'static str, tag: &'static str| {
        let pressed = move || {
            if i18n::language().get() == language {
                "true"
            } else {
                "false"
            }
        };
        view! {
            <button
                type="button"
                lang=tag
                aria-pressed=pressed
                on:click=move |_| app.set_language(language)
            >
                {label}
            </button>
        }
    };
    view! {
        <Section title=tx::THIS_BROWSER text=tx::THIS_BROWSER_TEXT>
            <div class="field">
                <span class="field-label">{t(common::LANGUAGE)}</span>
                <div class="row">
                    <div class="segmented" role="group" aria-label=t(common::LANGUAGE)>
                        {language(Language::En, common::ENGLISH.en, "en")}
                        {language(Language::Nl, common::DUTCH.nl, "nl")}
                    </div>
                </div>
            </div>
            <div class="field">
                <span class="field-label">{t(common::APPEARANCE)}</span>
                <div class="row">
                    <SchemeChoice />
                </div>
            </div>
            <div class="field">
                <label class="tick">
                    <input
                        type="checkbox"
                        aria-describedby="shortcuts-hint"
                        prop:checked=move || app.shortcuts.get()
                        on:change=move |event| app.set_shortcuts(event_target_checked(&event))
                    />
                    <span>{t(tx::SHORTCUTS)}</span>
                </label>
                <p class="field-hint" id="shortcuts-hint">
                    {t(tx::SHORTCUTS_HINT)}
                </p>
                <div>
                    <button
                        class="link-button"
                        type="button"
                        on:click=move |_| listing.set(true)
                    >
                        {t(mail::ALL_KEYS)}
                    </button>
                </div>
                <Show when=move || listing.get()>
                    <ShortcutsDialog on_close=Callback::new(move |()| listing.set(false)) />
                </Show>
            </div>
        </Section>
    }
}
