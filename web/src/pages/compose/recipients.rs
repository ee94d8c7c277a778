use leptos::{ev, prelude::*};
use zegel_api::ErrorCode;
use zegel_client::view::{Failure, Reason};

use super::composer::{Composer, Lookup, Recipient};
use crate::components::{Chip, ChipState, ErrorText, Icon, IconSize};
use crate::i18n::{common, errors, mail as tx, t};
use crate::state::recipients::ends_address;

/// The line of recipients: a chip each, and the field for the next.
#[component]
pub(super) fn RecipientField(composer: Composer) -> impl IntoView {
    let on_key = move |event: ev::KeyboardEvent| {
        let typed = composer.typing.with_untracked(|typed| !typed.is_empty());
        match event.key().as_str() {
            "Enter" if typed => {
                event.prevent_default();
                composer.commit_typing();
            }
            "Enter" => event.prevent_default(),
            "Backspace" if !typed => {
                let last = composer
                    .recipients
                    .with_untracked(|all| all.last().copied());
                if let Some(last) = last {
                    composer.remove(last.key);
                }
            }
            _ => {}
        }
    };
    let failed = move || {
        composer.recipients.with(|all| {
            all.iter()
                .any(|one| one.lookup.with(|l| matches!(l, Lookup::Failed(_))))
        })
    };
    let described = move || {
        let own = composer
            .to_error
            .with(Option::is_some)
            .then_some("to-error");
        let chips = failed().then_some("to-problems");
        let ids: Vec<&str> = own.into_iter().chain(chips).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    };
    let invalid = move || failed() || composer.to_error.with(Option::is_some);
    view! {
        <div class="compose-line">
            <label for="to">{t(tx::TO)}</label>
            <div class="chip-field">
                <ul class="chips" aria-label=t(tx::RECIPIENTS)>
                    <For each=move || composer.recipients.get() key=|one| one.key let:recipient>
                        <RecipientChip composer=composer recipient=recipient />
                    </For>
                </ul>
                <input
                    class="bare"
                    id="to"
                    name="to"
                    type="text"
                    inputmode="email"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    placeholder=t(tx::RECIPIENT_EXAMPLE)
                    node_ref=composer.to_input
                    aria-invalid=move || invalid().then_some("true")
                    aria-describedby=described
                    prop:value=move || composer.typing.get()
                    on:input=move |event| {
                        let typed = event_target_value(&event);
                        let ended = ends_address(&typed);
                        composer.typing.set(typed);
                        composer.to_error.set(None);
                        if ended {
                            composer.commit_typing();
                        }
                    }
                    on:blur=move |_| composer.commit_typing()
                    on:keydown=on_key
                />
            </div>
            <div class="compose-error">
                <ErrorText error=composer.to_error id="to-error" />
                <div id="to-problems" role="status">
                    <For each=move || composer.recipients.get() key=|one| one.key let:recipient>
                        <Problem recipient=recipient />
                    </For>
                </div>
            </div>
        </div>
    }
}

#[component]
fn RecipientChip(composer: Composer, recipient: Recipient) -> impl IntoView {
    let state = Signal::derive(move || {
        recipient.lookup.with(|lookup| match lookup {
            Lookup::Looking => ChipState::Looking,
            Lookup::Failed(_) => ChipState::Wrong,
            Lookup::Found(person) => ChipState::Known(person.trust.clone()),
        })
    });
    view! {
        <Chip
            label=Signal::derive(move || recipient.label())
            state=state
            on_remove=move |()| composer.remove(recipient.key)
        />
    }
}

/// What is wrong with one recipient, and the way on where trying again can help.
#[component]
fn Problem(recipient: Recipient) -> impl IntoView {
    move || {
        let Lookup::Failed(failure) = recipient.lookup.get() else {
            return None;
        };
        let again = can_try_again(&failure);
        let problem = move || errors::failure(&failure);
        Some(view! {
            <p class="field-error">
                <Icon name="danger" size=IconSize::Small />
                <span>
                    {t!(
                        tx::RECIPIENT_PROBLEM,
                        address = recipient.typed.get_value(),
                        problem = problem()
                    )}
                    " "
                    {again
                        .then(|| {
                            view! {
                                <button
                                    class="link-button"
                                    type="button"
                                    on:click=move |_| recipient.look_up()
                                >
                                    {t(common::TRY_AGAIN)}
                                </button>
                            }
                        })}
                </span>
            </p>
        })
    }
}

fn can_try_again(failure: &Failure) -> bool {
    !matches!(
        failure.reason,
        Reason::Malformed | Reason::Server(ErrorCode::UnknownRecipient)
    )
}
