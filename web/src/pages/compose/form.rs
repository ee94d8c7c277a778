use futures_util::FutureExt as _;
use leptos::prelude::*;

use super::aside::WhoOpens;
use super::clash::{self, ClashBanner};
use super::composer::{Composer, Lookup};
use super::recipients::RecipientField;
use super::saving::{self, DraftStatus};
use crate::components::{
    AttachButton, AttachList, Banner, Button, DropZone, ErrorText, Icon, IconButton, IconSize,
    Tone, Variant,
};
use crate::i18n::{common, fill, mail as tx, t};
use crate::pages::conversation::AnswersTo;
use crate::pages::safety::KeyDecision;
use crate::state::browser;
use crate::state::drafts::is_blank;
use crate::state::plain_text::one_line;
use crate::state::uploads::Uploads;

/// The fields of a message, and who can open it.
#[component]
pub(super) fn ComposeForm(composer: Composer, leave: Callback<()>) -> impl IntoView {
    saving::keep(composer);
    clash::watch(composer);
    begin_to_write(composer);
    let uploads = Uploads::new(
        composer.account,
        composer.draft.into(),
        composer.attachments,
        composer.uploading,
        Callback::new(move |()| saving::store_now(composer).boxed_local()),
    );
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        composer.send(leave);
    };
    let blank = Memo::new(move |_| is_blank(&composer.content()));
    let acting = composer.acting;
    let send = move || {
        if acting.is_other() {
            fill(tx::SEND_AS, &[("name", &one_line(&acting.name()))])
        } else {
            tx::SEND.get().to_owned()
        }
    };
    view! {
        <form
            class="compose-form"
            aria-labelledby="compose-title"
            aria-busy=move || composer.sending.get().then_some("true")
            novalidate=true
            on:submit=submit
        >
            <div class="compose-head">
                <h1 id="compose-title">{t(common::NEW_MESSAGE)}</h1>
                <DraftStatus composer=composer />
                <IconButton name="x" label=TextProp::from(t(tx::CLOSE_DRAFT)) on_press=leave />
            </div>
            <div>
                <Show when=move || composer.earlier_key.get()>
                    <div class="compose-problems">
                        <Banner
                            tone=Tone::Warn
                            title=TextProp::from(t(tx::EARLIER_KEY))
                            text=TextProp::from(t(tx::EARLIER_KEY_HINT))
                        />
                    </div>
                </Show>
                {answers_to(composer)}
                <FromLine composer=composer />
                <RecipientField composer=composer />
                <SubjectLine composer=composer />
            </div>
            <DropZone uploads=uploads>
                <TextField composer=composer />
                <AttachList uploads=uploads />
            </DropZone>
            <div class="compose-problems">
                <ErrorText error=composer.text_error id="text-error" />
                <ClashBanner composer=composer />
                {move || {
                    composer
                        .failure
                        .get()
                        .map(|message| {
                            view! {
                                <Banner
                                    tone=Tone::Danger
                                    title=TextProp::from(t(tx::NOT_SENT))
                                    text=move || message.text()
                                />
                            }
                        })
                }}
            </div>
            <div class="compose-foot">
                <Button variant=Variant::Primary icon="send" submit=true busy=composer.sending disabled=composer.uploading>
                    {send}
                </Button>
                <AttachButton uploads=uploads />
                <Show when=move || !blank.get()>
                    <IconButton
                        name="trash"
                        danger=true
                        label=TextProp::from(t(tx::DELETE_DRAFT))
                        on_press=move |()| saving::discard(composer, leave)
                    />
                </Show>
            </div>
        </form>
        <WhoOpens composer=composer />
        <Decision composer=composer />
    }
}

/// Of an answer: whether a colleague answers the same message, or has done so.
fn answers_to(composer: Composer) -> Option<impl IntoView> {
    let content = untrack(|| composer.content());
    let (mailbox, message) = (composer.account, content.answers?);
    Some(view! { <AnswersTo mailbox=mailbox message=message /> })
}

/// Writing goes on where something is missing: the recipient, else the text, above what is quoted.
fn begin_to_write(composer: Composer) {
    browser::after_render(move || {
        let to = composer
            .recipients
            .try_with_untracked(|all| !all.is_empty())
            .unwrap_or(true);
        if to {
            composer.focus_text();
            if let Some(input) = composer.text_input.try_get_untracked().flatten() {
                // Throws for inputs without text only.
                let _ = input.set_selection_range(0, 0);
                input.set_scroll_top(0);
            }
        } else {
            composer.focus_to();
        }
    });
}

/// Whose message it is, and what recipients see of the person who sends it.
#[component]
fn FromLine(composer: Composer) -> impl IntoView {
    let acting = composer.acting;
    let other = acting.is_other();
    let shown = move || {
        let name = one_line(&acting.name());
        let address = acting.mailbox().address.to_string();
        if name == address {
            address
        } else {
            format!("{name} ({address})")
        }
    };
    let note = move || {
        let name = one_line(&acting.name());
        match acting.mailbox().shown_name.as_deref().map(one_line) {
            Some(person) => fill(tx::SEEN_AS_BY, &[("name", &name), ("person", &person)]),
            None => fill(tx::SEEN_AS, &[("name", &name)]),
        }
    };
    view! {
        <div class="compose-line" data-from=other.then_some("other")>
            <span class="compose-label">{t(tx::FROM)}</span>
            <span class="compose-from">
                <bdi>{shown}</bdi>
            </span>
            {other
                .then(|| {
                    view! {
                        <p class="compose-note">
                            <Icon name="eye" size=IconSize::Small />
                            <span>{note}</span>
                        </p>
                    }
                })}
        </div>
    }
}

#[component]
fn SubjectLine(composer: Composer) -> impl IntoView {
    let wrong = move || composer.subject.error.with(Option::is_some);
    view! {
        <div class="compose-line compose-subject">
            <label for="subject">{t(tx::SUBJECT)}</label>
            <input
                class="bare"
                id="subject"
                name="subject"
                autocomplete="off"
                node_ref=composer.subject.input
                aria-invalid=move || wrong().then_some("true")
                aria-describedby=move || wrong().then_some("subject-error")
                prop:value=move || composer.subject.value.get()
                on:input=move |event| {
                    composer.subject.value.set(event_target_value(&event));
                    composer.subject.error.set(None);
                }
                on:keydown=move |event| {
                    // Enter goes on to the text: a message is not sent by it.
                    if event.key() == "Enter" && !event.is_composing() {
                        event.prevent_default();
                        composer.focus_text();
                    }
                }
            />
            <div class="compose-error">
                <ErrorText error=composer.subject.error id="subject-error" />
            </div>
        </div>
    }
}

#[component]
fn TextField(composer: Composer) -> impl IntoView {
    let wrong = move || composer.text_error.with(Option::is_some);
    view! {
        <textarea
            class="compose-text"
            name="text"
            dir="auto"
            aria-label=t(tx::TEXT)
            node_ref=composer.text_input
            aria-invalid=move || wrong().then_some("true")
            aria-describedby=move || wrong().then_some("text-error")
            prop:value=move || composer.text.get()
            on:input=move |event| {
                composer.text.set(event_target_value(&event));
                composer.text_error.set(None);
            }
        ></textarea>
    }
}

/// A recipient has another key than before: sending waits for the user's decision.
#[component]
fn Decision(composer: Composer) -> impl IntoView {
    let waiting = move || {
        let recipient = composer.deciding.get()?;
        Some((recipient, recipient.person()?))
    };
    move || {
        waiting().map(|(recipient, person)| {
            let close = Callback::new(move |decided| match decided {
                Some(person) => {
                    recipient.lookup.set(Lookup::Found(person));
                    composer.decide_next();
                }
                None => composer.deciding.set(None),
            });
            let leave_out = Callback::new(move |()| {
                composer.remove(recipient.key);
                composer.decide_next();
            });
            view! { <KeyDecision person=person on_close=close on_leave_out=leave_out /> }
        })
    }
}
