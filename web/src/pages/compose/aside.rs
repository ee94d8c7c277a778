use leptos::prelude::*;
use zegel_client::view::{PersonView, Trust};

use super::composer::{Composer, Recipient};
use super::options::Options;
use crate::components::{Avatar, Button, TrustLine};
use crate::i18n::{mail as tx, t};
use crate::pages::safety::display_name;
use crate::routes;
use crate::state::plain_text::one_line;

/// Who can open the message, and how it is known that it is them.
#[component]
pub(super) fn WhoOpens(composer: Composer) -> impl IntoView {
    let count = move || {
        composer
            .recipients
            .with(|all| all.iter().filter(|one| one.person().is_some()).count())
    };
    let acting = composer.acting;
    let shared = move || acting.is_other().then(|| one_line(&acting.name()));
    let summary = move || match (count(), shared()) {
        (0, None) => tx::NOBODY_YET.get().to_owned(),
        (1, None) => tx::ONE_AND_YOU.get().to_owned(),
        (count, None) => t!(tx::COUNT_AND_YOU, count = count)(),
        (0, Some(account)) => t!(tx::NOBODY_AND, account = account)(),
        (1, Some(account)) => t!(tx::ONE_AND, account = account)(),
        (count, Some(account)) => t!(tx::COUNT_AND, count = count, account = account)(),
    };
    view! {
        <aside class="compose-aside" aria-labelledby="who-opens">
            <div class="section-head">
                <h2 id="who-opens">{t(tx::WHO_OPENS)}</h2>
                <p>{summary}</p>
            </div>
            <ul>
                <For each=move || composer.recipients.get() key=|one| one.key let:recipient>
                    {move || {
                        recipient
                            .person()
                            .map(|person| {
                                view! {
                                    <Opener composer=composer recipient=recipient person=person />
                                }
                            })
                    }}
                </For>
            </ul>
            <Options composer=composer />
        </aside>
    }
}

#[component]
fn Opener(composer: Composer, recipient: Recipient, person: PersonView) -> impl IntoView {
    let name = one_line(&display_name(&person));
    let step = match person.trust {
        Trust::Own | Trust::Verified | Trust::Certified { .. } | Trust::Unknown => None,
        Trust::FirstMet | Trust::NotVerified => Some(
            view! { <a href=routes::safety(person.account)>{t(tx::COMPARE_NUMBERS)}</a> }
                .into_any(),
        ),
        Trust::Changed => Some(
            view! {
                <Button
                    size="small"
                    on_press=move |()| composer.deciding.set(Some(recipient))
                >
                    {t(tx::DECIDE)}
                </Button>
            }
            .into_any(),
        ),
    };
    view! {
        <li class="opener">
            <Avatar name=name.clone() />
            <strong>
                <bdi>{name}</bdi>
            </strong>
            <TrustLine trust=person.trust />
            {step.map(|step| view! { <p>{step}</p> })}
        </li>
    }
}
