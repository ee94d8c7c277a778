use leptos::prelude::*;
use zegel_client::view::{MessageView, PersonView, Trust};

use super::Entry;
use super::answers::AnswerNotes;
use super::banners::Banners;
use super::text::MessageText;
use crate::components::{
    AttachmentList, Avatar, Banner, Icon, IconSize, Tone, TrustLine, trust_icon, trust_text,
};
use crate::i18n::{self, mail as tx, t};
use crate::pages::safety::display_name;
use crate::routes;
use crate::state::browser;
use crate::state::plain_text::one_line;

/// An opened message.
#[component]
pub(super) fn Article(entry: Entry, message: MessageView) -> impl IntoView {
    let own = entry.mailbox.app.account();
    let name = one_line(&display_name(&message.sender));
    let sent_by = message.sent_by.as_deref().map(one_line);
    let recipients = StoredValue::new(message.recipients.clone());
    let to = move || {
        let names: Vec<String> = recipients.with_value(|recipients| {
            let name = |person: &PersonView| {
                if Some(person.account) == own {
                    tx::YOU.get().to_owned()
                } else {
                    one_line(&display_name(person))
                }
            };
            recipients.iter().map(name).collect()
        });
        t!(tx::FROM_TO, names = names.join(", "))()
    };
    let sent_at_ms = message.sent_at_ms;
    let attachments = message.attachments.clone();
    let answers = Memo::new(move |_| entry.answers());
    view! {
        <article class="message" aria-label=t!(tx::OPEN_ONE, name = name, date = i18n::date_time(sent_at_ms))>
            <header class="message-head">
                <Avatar name=name.clone() />
                <div class="person">
                    <span class="person-text">
                        <span class="person-name">
                            <bdi>{name.clone()}</bdi>
                            {sent_by
                                .map(|name| {
                                    view! {
                                        <span class="message-by">
                                            ", "<bdi>{t!(tx::SENT_BY, name = name)}</bdi>
                                        </span>
                                    }
                                })}
                        </span>
                        <small>
                            <bdi>{to}</bdi>
                        </small>
                    </span>
                </div>
                <time datetime=browser::iso(sent_at_ms)>{move || i18n::date_time(sent_at_ms)}</time>
            </header>
            <KeyFlap person=message.sender.clone() />
            <Banners entry=entry message=message.clone() />
            <AnswerNotes app=entry.mailbox.app answers=answers />
            <div class="message-body">
                <MessageText text=message.text />
                {(!attachments.is_empty())
                    .then(|| {
                        view! {
                            <AttachmentList
                                mailbox=entry.mailbox.account
                                message=entry.message
                                attachments=attachments
                            />
                        }
                    })}
            </div>
        </article>
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
                    <dd>
                        <bdi>{one_line(&person.name)}</bdi>
                    </dd>
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
        Trust::Unknown => tx::TRUST_UNKNOWN.get().to_owned(),
    }
}
