//! Reading a message: what it says, from whom, and how that is known.

mod reply;

use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_client::view::{Failure, MessageView, PersonView, Reason, Trust};
use zegel_protocol::MessageId;

use crate::components::{
    Avatar, Banner, Button, Icon, IconButton, IconSize, Skeleton, Tone, TrustLine, trust_icon,
    trust_text,
};
use crate::i18n::{self, common, errors, mail as tx, t};
use crate::pages::inbox::Mailbox;
use crate::pages::safety::display_name;
use crate::routes;
use crate::state::{App, browser};
use crate::worker::{call, messages::OpenMessage};

use self::reply::ReplyButtons;

/// The reading pane.
#[component]
pub(crate) fn Reader(mailbox: Mailbox, message: MessageId) -> impl IntoView {
    let opened = RwSignal::new(None::<Result<MessageView, Failure>>);
    let load = move || {
        opened.set(None);
        let folder = mailbox.folder.get_untracked();
        spawn_local(async move {
            let outcome = call(OpenMessage { message, folder }).await;
            if outcome.is_ok() && mailbox.chosen.try_get_untracked().flatten() == Some(message) {
                mailbox.show_mark(message, true);
            }
            // Another message may be chosen by now.
            let _ = opened.try_set(Some(outcome));
        });
    };
    load();
    let content = move || match opened.get() {
        None => view! { <Opening /> }.into_any(),
        Some(Err(failure)) => {
            let again = Callback::new(move |()| load());
            view! { <NotOpened failure=failure again=again /> }.into_any()
        }
        Some(Ok(message)) => view! { <Opened message=message /> }.into_any(),
    };
    let loaded = move || opened.with(|opened| matches!(opened, Some(Ok(_))));
    let reply = move || {
        opened.with(|opened| match opened {
            Some(Ok(message)) => Some(view! { <ReplyButtons message=message.clone() /> }),
            _ => None,
        })
    };
    view! {
        <div class="reader-bar" role="toolbar" aria-label=t(tx::ACTIONS)>
            <a
                class="icon-button reader-back"
                href=move || mailbox.folder_href()
                aria-label=t!(tx::BACK_TO, folder = mailbox.folder_name().get())
            >
                <Icon name="left" />
            </a>
            {reply}
            <Show when=move || loaded() && mailbox.folder.get() == zegel_api::Folder::Inbox>
                <IconButton
                    name="mail"
                    label=TextProp::from(t(tx::MARK_UNREAD))
                    on_press=move |()| mailbox.mark_unread(message)
                />
            </Show>
        </div>
        <div class="pane-scroll" tabindex="0" role="region" aria-label=t(tx::MESSAGE_TEXT)>
            {content}
        </div>
    }
}

/// Why a message is not shown. What is not authentic does not become so by trying again.
#[component]
fn NotOpened(failure: Failure, again: Callback<()>) -> impl IntoView {
    let security = is_security(&failure);
    let title = TextProp::from(move || match failure.reason {
        Reason::KeyChanged => tx::SENDER_KEY_CHANGED.get().to_owned(),
        _ => errors::failure(&failure),
    });
    let banner = if security {
        view! { <Banner tone=Tone::Danger alert=true title=title /> }.into_any()
    } else {
        view! {
            <Banner tone=Tone::Danger title=title>
                <Button size="small" on_press=again>
                    {t(common::TRY_AGAIN)}
                </Button>
            </Banner>
        }
        .into_any()
    };
    view! { <div class="reader-body">{banner}</div> }
}

fn is_security(failure: &Failure) -> bool {
    matches!(
        failure.reason,
        Reason::NotAuthentic | Reason::Rollback | Reason::KeyChanged
    )
}

#[component]
fn Opening() -> impl IntoView {
    let slow = RwSignal::new(false);
    browser::after_ms(300, move || {
        let _ = slow.try_set(true);
    });
    view! {
        <div class="reader-body" role="status">
            <Show when=move || slow.get()>
                <span class="visually-hidden">{t(tx::OPENING_MESSAGE)}</span>
                <span class="stack" aria-hidden="true">
                    <Skeleton width="half" />
                    <Skeleton width="quarter" />
                    <Skeleton />
                    <Skeleton width="most" />
                </span>
            </Show>
        </div>
    }
}

#[component]
fn Opened(message: MessageView) -> impl IntoView {
    let app = App::expect();
    let own = app
        .session
        .with_untracked(|session| session.as_ref().map(|session| session.account));
    let name = display_name(&message.sender);
    let recipients = StoredValue::new(message.recipients);
    let to = move || {
        let names: Vec<String> = recipients.with_value(|recipients| {
            let name = |person: &PersonView| {
                if Some(person.account) == own {
                    tx::YOU.get().to_owned()
                } else {
                    display_name(person)
                }
            };
            recipients.iter().map(name).collect()
        });
        t!(tx::FROM_TO, names = names.join(", "))()
    };
    let subject = message.subject;
    let subject = move || {
        if subject.is_empty() {
            tx::NO_SUBJECT.get().to_owned()
        } else {
            subject.clone()
        }
    };
    let sent_at_ms = message.sent_at_ms;
    let paragraphs: Vec<String> = message
        .text
        .replace("\r\n", "\n")
        .split("\n\n")
        .filter(|part| !part.trim().is_empty())
        .map(|part| part.trim_matches('\n').to_owned())
        .collect();
    view! {
        <div class="reader-body">
            <div class="reader-subject">
                <h2>{subject}</h2>
            </div>
            <article class="message">
                <header class="message-head">
                    <Avatar name=name.clone() />
                    <div class="person">
                        <span class="person-text">
                            <span class="person-name">{name}</span>
                            <small>{to}</small>
                        </span>
                    </div>
                    <time>{move || i18n::date_time(sent_at_ms)}</time>
                </header>
                <KeyFlap person=message.sender />
                <div class="message-body">
                    {paragraphs
                        .into_iter()
                        .map(|text| view! { <p class="message-text">{text}</p> })
                        .collect_view()}
                </div>
            </article>
        </div>
    }
}

/// How the sender's key is known, in a line; the details one step away.
#[component]
fn KeyFlap(person: PersonView) -> impl IntoView {
    let trust = person.trust;
    let proven = matches!(
        trust,
        Trust::Own | Trust::Verified | Trust::Certified { .. }
    );
    let changed = trust == Trust::Changed;
    let icon = trust_icon(&trust);
    let own = trust == Trust::Own;
    let words = StoredValue::new(trust);
    let explanation = move || words.with_value(explain);
    let line = if proven {
        view! {
            <Icon name=icon size=IconSize::Small seal=true />
            <span>
                <span class="seal-line">{t(tx::SEALED)}</span>
                " · "
                {move || words.with_value(trust_text)}
            </span>
        }
        .into_any()
    } else {
        view! { <TrustLine trust=words.get_value() /> }.into_any()
    };
    view! {
        {changed
            .then(|| {
                view! {
                    <div class="message-alert">
                        <Banner tone=Tone::Danger alert=true title=TextProp::from(explanation) />
                    </div>
                }
            })}
        <details class="flap">
            <summary>
                {line}
                <span class="link-like">{t(tx::KEY_DETAILS)}</span>
            </summary>
            <div class="flap-body">
                <dl class="facts">
                    <dt>{t(tx::KEY_OF)}</dt>
                    <dd>{person.name.clone()}</dd>
                    <dt>{t(tx::ADDRESS)}</dt>
                    <dd>{person.address.to_string()}</dd>
                    <dt>{t(tx::VOUCHED_BY)}</dt>
                    <dd>{explanation}</dd>
                </dl>
                {(!own)
                    .then(|| {
                        view! {
                            <p>
                                <a href=routes::safety(person.account)>{t(tx::COMPARE_NUMBERS)}</a>
                            </p>
                        }
                    })}
            </div>
        </details>
    }
}

fn explain(trust: &Trust) -> String {
    match trust {
        Trust::Own => tx::TRUST_OWN.get().to_owned(),
        Trust::Verified => tx::TRUST_VERIFIED.get().to_owned(),
        Trust::Certified { organisation } => t!(tx::TRUST_CERTIFIED, organisation = organisation)(),
        Trust::FirstMet | Trust::NotVerified => tx::TRUST_NOT_VERIFIED.get().to_owned(),
        Trust::Changed => tx::TRUST_CHANGED.get().to_owned(),
    }
}
