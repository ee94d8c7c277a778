use leptos::prelude::*;

use super::composer::Composer;
use crate::components::Icon;
use crate::i18n::{Text, mail as tx, t};

const HOUR_MS: u64 = 60 * 60 * 1000;
const DAY_MS: u64 = 24 * HOUR_MS;

/// After how long a message may disappear.
const CHOICES: [(Option<u64>, Text); 6] = [
    (None, tx::EXPIRY_NEVER),
    (Some(HOUR_MS), tx::EXPIRY_HOURS),
    (Some(DAY_MS), tx::EXPIRY_DAY),
    (Some(7 * DAY_MS), tx::EXPIRY_WEEK),
    (Some(30 * DAY_MS), tx::EXPIRY_MONTH),
    (Some(365 * DAY_MS), tx::EXPIRY_YEAR),
];

/// How the message is to be sent.
#[component]
pub(super) fn Options(composer: Composer) -> impl IntoView {
    let expires = move || composer.options.with(|options| options.expires_after_ms);
    let summary = move || {
        let chosen = CHOICES.iter().find(|(after, _)| *after == expires());
        chosen.map(|(_, text)| text.get()).unwrap_or_default()
    };
    let choose = move |event: web_sys::Event| {
        let wanted = event_target_value(&event);
        let after = CHOICES.iter().find(|(after, _)| value(*after) == wanted);
        composer.options.update(|options| {
            options.expires_after_ms = after.and_then(|(after, _)| *after);
        });
    };
    let choice = move |(after, text): (Option<u64>, Text)| {
        view! {
            <option value=value(after) prop:selected=move || expires() == after>
                {t(text)}
            </option>
        }
    };
    view! {
        <details class="disclosure">
            <summary>
                <Icon name="clock" />
                <span>{t!(tx::EXPIRY_CHOSEN, when = summary())}</span>
            </summary>
            <div class="disclosure-body">
                <div class="field">
                    <label class="field-label" for="expiry">
                        {t(tx::EXPIRY)}
                    </label>
                    <span class="select">
                        <select id="expiry" aria-describedby="expiry-hint" on:change=choose>
                            {CHOICES.into_iter().map(choice).collect_view()}
                        </select>
                    </span>
                    <p class="field-hint" id="expiry-hint">
                        {t(tx::EXPIRY_HINT)}
                    </p>
                </div>
                <label class="tick">
                    <input
                        type="checkbox"
                        prop:checked=move || composer.options.with(|options| options.receipt)
                        on:change=move |event| {
                            let receipt = event_target_checked(&event);
                            composer.options.update(|options| options.receipt = receipt);
                        }
                    />
                    <span>{t(tx::ASK_RECEIPT)}</span>
                </label>
            </div>
        </details>
    }
}

fn value(after: Option<u64>) -> String {
    after.map(|after| after.to_string()).unwrap_or_default()
}
