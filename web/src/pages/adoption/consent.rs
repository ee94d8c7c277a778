use leptos::prelude::*;
use zegel_client::view::AdoptionView;

use super::{NotNow, Page};
use crate::components::{
    Avatar, AvatarSize, Banner, Button, Consequence, ErrorText, Icon, NumberField, Rosette, Shape,
    Tone, Variant, read_number,
};
use crate::i18n::{Text, adoption, errors, t};
use crate::state::Message;
use crate::state::adoption::{Blocked, Evidence, blocked, evidence};
use crate::state::browser::focus_id;

/// The decision, with everything that speaks for and against it.
#[component]
pub(super) fn Consent(page: Page, view: AdoptionView) -> impl IntoView {
    let organisation = view.organisation.clone();
    let domain = StoredValue::new(view.domain.to_string());
    let identity = view.clone();
    view! {
        <div class="consent-text stack" data-gap="huge">
            <div class="consent-title">
                <h1>{t!(adoption::ASKS, organisation = organisation)}</h1>
                <p>{t!(adoption::WHY, domain = domain.get_value())}</p>
            </div>
            <Powers domain=domain.get_value() />
            <Decision page=page view=view />
        </div>
        <Identity page=page view=identity />
    }
}

#[component]
fn Powers(domain: String) -> impl IntoView {
    view! {
        <div class="powers">
            <section>
                <h2>{t!(adoption::POWERS, domain = domain)}</h2>
                <ul class="consequences">
                    <Consequence icon="mail" text=t(adoption::POWER_READ) />
                    <Consequence icon="restore" text=t(adoption::POWER_RESTORE) />
                    <Consequence icon="user" text=t(adoption::POWER_MANAGE) />
                </ul>
            </section>
            <section>
                <h2>{t(adoption::STAYS)}</h2>
                <ul class="consequences">
                    <Consequence icon="key" tone=Tone::Success text=t(adoption::STAYS_PASSWORD) />
                    <Consequence icon="inbox" tone=Tone::Success text=t(adoption::STAYS_MESSAGES) />
                    <Consequence icon="log" tone=Tone::Success text=t(adoption::STAYS_TRACE) />
                </ul>
            </section>
        </div>
    }
}

/// Accept or not now. Without proof Accept cannot be pressed, and the page says why.
#[component]
fn Decision(page: Page, view: AdoptionView) -> impl IntoView {
    let domain = view.domain.to_string();
    let proved = view.authenticated();
    let by_link = view.by_link;
    let accept = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        match blocked(&view, page.understood.get_untracked()) {
            None => page.accept(view.clone()),
            Some(Blocked::NotAuthenticated) => focus_id("organisation-number"),
            Some(Blocked::NotUnderstood) => {
                page.not_ticked.set(true);
                focus_id("understood");
            }
        }
    };
    let error = Signal::derive(move || {
        page.not_ticked
            .get()
            .then(|| Message::from(adoption::UNDERSTOOD_MISSING))
    });
    let described = move || page.not_ticked.get().then_some("understood-error");
    view! {
        <form class="consent-actions" novalidate=true on:submit=accept>
            {by_link
                .then(|| {
                    view! {
                        <Banner
                            tone=Tone::Info
                            title=t(adoption::WHO_SENT)
                            text=TextProp::from(t(adoption::WHO_SENT_HINT))
                        />
                    }
                })}
            {(!proved)
                .then(|| {
                    view! {
                        <Banner
                            tone=Tone::Warn
                            title=t(adoption::UNPROVED)
                            text=TextProp::from(t(adoption::BLOCKED))
                        >
                            <Button
                                size="small"
                                on_press=Callback::new(|()| focus_id("organisation-number"))
                            >
                                {t(adoption::TYPE_IT)}
                            </Button>
                        </Banner>
                    }
                })}
            <div class="field">
                <label class="tick" for="understood">
                    <input
                        type="checkbox"
                        id="understood"
                        aria-describedby=described
                        aria-invalid=move || page.not_ticked.get().then_some("true")
                        prop:checked=move || page.understood.get()
                        on:change=move |event| {
                            page.understood.set(event_target_checked(&event));
                            page.not_ticked.set(false);
                        }
                    />
                    <span>{t!(adoption::UNDERSTOOD, domain = domain)}</span>
                </label>
                <ErrorText error=error id="understood-error".to_owned() />
            </div>
            <div>
                <Trouble page=page />
                <div class="row">
                <Button
                    variant=Variant::Primary
                    size="large"
                    submit=true
                    disabled=Signal::stored(!proved)
                >
                    {t(adoption::ACCEPT)}
                </Button>
                <NotNow page=page size="large" />
                </div>
            </div>
            <p class="field-hint">{t(adoption::NOT_NOW_HINT)}</p>
        </form>
    }
}

/// What went wrong, where a second try may help.
#[component]
pub(super) fn Trouble(page: Page) -> impl IntoView {
    view! {
        <div class="trouble" role="status">
            {move || {
                page.failure
                    .get()
                    .map(|failure| {
                        view! {
                            <Banner
                                tone=Tone::Danger
                                title=move || errors::failure(&failure)
                                text=TextProp::from(t(adoption::NOTHING_SHARED))
                            />
                        }
                    })
            }}
        </div>
    }
}

/// Who asks, and how that was verified.
#[component]
fn Identity(page: Page, view: AdoptionView) -> impl IntoView {
    let name = view.organisation.clone();
    let domain = StoredValue::new(view.domain.to_string());
    let [link, dns, number] = evidence(&view);
    let dns_title = t!(adoption::PROOF_DNS, domain = domain.get_value());
    let compared = view.by_number;
    let organisation = view.organisation.clone();
    view! {
        <aside class="identity" aria-labelledby="identity-title">
            <div class="identity-head">
                <Rosette />
                <Avatar name=name.clone() shape=Shape::Organisation size=AvatarSize::Large />
                <div>
                    <h2 id="identity-title">
                        <bdi>{name}</bdi>
                    </h2>
                    <p>{t!(adoption::ASKS_SMALL, domain = domain.get_value())}</p>
                </div>
            </div>
            <div class="identity-part">
                <h3>{t(adoption::VERIFIED_HOW)}</h3>
                <ol class="proofs">
                    <Proof
                        evidence=link
                        title=t(adoption::PROOF_LINK)
                        holds=adoption::PROOF_LINK_HOLDS
                        none=adoption::PROOF_LINK_NONE
                    />
                    <Proof
                        evidence=dns
                        title=dns_title
                        holds=adoption::PROOF_DNS_HOLDS
                        none=adoption::PROOF_DNS_NONE
                    />
                    <Proof
                        evidence=number
                        title=t(adoption::PROOF_NUMBER)
                        holds=adoption::PROOF_NUMBER_HOLDS
                        none=adoption::PROOF_NUMBER_NONE
                    />
                    <li>
                        <Icon name="log" />
                        <span>
                            {t(adoption::PROOF_RECORD)} <br />
                            <small>{t(adoption::PROOF_RECORD_HINT)}</small>
                        </span>
                    </li>
                </ol>
            </div>
            {(!compared).then(|| view! { <TypeNumber page=page organisation=organisation /> })}
        </aside>
    }
}

/// One way of verifying, in words as well as by its shape.
#[component]
fn Proof(
    evidence: Evidence,
    #[prop(into)] title: TextProp,
    holds: Text,
    none: Text,
) -> impl IntoView {
    let (mark, icon, verdict, hint) = match evidence {
        Evidence::Holds => ("holds", "seal", adoption::HELD, holds),
        Evidence::None => ("none", "sealopen", adoption::NOT_HELD, none),
        Evidence::NoAnswer => (
            "none",
            "sealopen",
            adoption::NOT_HELD,
            adoption::PROOF_DNS_NO_ANSWER,
        ),
    };
    view! {
        <li data-evidence=mark>
            <Icon name=icon />
            <span>
                <span class="visually-hidden">{t(verdict)}</span>
                {move || title.get()}
                <br />
                <small>{t(hint)}</small>
            </span>
        </li>
    }
}

/// The number from a source outside Zegel. What the server says it is never shows here.
#[component]
fn TypeNumber(page: Page, organisation: String) -> impl IntoView {
    let organisation = StoredValue::new(organisation);
    let compare = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if page.comparing.get_untracked() {
            return;
        }
        if let Some(number) = read_number(page.number) {
            page.compare(number);
        }
    };
    view! {
        <form class="identity-part" novalidate=true on:submit=compare>
            <h3>{t(adoption::TYPE_NUMBER)}</h3>
            <p class="field-hint">{t(adoption::TYPE_NUMBER_LEAD)}</p>
            <NumberField
                id="organisation-number"
                label=t(adoption::PROOF_NUMBER)
                state=page.number
            />
            {move || {
                page.differs
                    .get()
                    .then(|| {
                        view! {
                            <Banner
                                tone=Tone::Danger
                                alert=true
                                title=t!(
                                    adoption::NUMBER_DIFFERS,
                                    organisation = organisation.get_value()
                                )
                            />
                        }
                    })
            }}
            <div class="row">
                <Button submit=true busy=page.comparing>
                    {t(adoption::COMPARE)}
                </Button>
            </div>
        </form>
    }
}
