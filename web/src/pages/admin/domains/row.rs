use leptos::prelude::*;
use zegel_client::view::{ClaimProof, DomainStateView};
use zegel_protocol::Domain;

use super::{Open, Page};
use crate::components::{Badge, Button, ProgressBar, Tone, Variant};
use crate::i18n::{self, Text, admin, common, t};
use crate::routes;
use crate::state::claim::ClaimStep;
use crate::state::domains::Adoption;

/// A domain. Its cells follow the numbers, so that a refresh takes no focus away.
#[component]
pub(super) fn DomainRow(page: Page, domain: Domain) -> impl IntoView {
    let domain = StoredValue::new(domain);
    let row = Memo::new(move |_| page.row(&domain.get_value()));
    let name = domain.with_value(ToString::to_string);
    let status =
        Memo::new(move |_| row.with(|row| Some((row.as_ref()?.state, mailed(row.as_ref()?)))));
    let checked = move || {
        row.with(|row| row.as_ref().and_then(|row| row.checked_at_ms))
            .map_or_else(|| admin::NEVER.get().to_owned(), i18n::short_time)
    };
    let members = move || match row.with(|row| row.as_ref().map(|row| row.members)) {
        None | Some(0) => admin::NONE_YET.get().to_owned(),
        Some(members) => i18n::number(members),
    };
    view! {
        <tr role="row">
            <td role="cell" data-lead="">
                <strong>{name}</strong>
            </td>
            <td role="cell" data-label=t(admin::STATUS)>
                {move || status.get().map(|(state, mailed)| status_badge(state, mailed))}
            </td>
            <td role="cell" data-label=t(common::ACCOUNTS)>
                <span class="number nowrap">{members}</span>
            </td>
            <td role="cell" data-label=t(admin::ADOPTION)>
                <AdoptionCell page=page domain=domain />
            </td>
            <td role="cell" data-label=t(admin::LAST_CHECK) data-spare="">
                <span class="number nowrap">{checked}</span>
            </td>
            <td role="cell" data-label=t(admin::ACTIONS)>
                <div class="table-actions">
                    {move || {
                        status.get().map(|(state, mailed)| actions(page, domain, state, mailed))
                    }}
                </div>
            </td>
        </tr>
    }
}

fn mailed(row: &zegel_client::view::DomainView) -> bool {
    matches!(row.proof, ClaimProof::Mail(_))
}

fn status_badge(state: DomainStateView, mailed: bool) -> impl IntoView {
    let (tone, icon, text) = match (state, mailed) {
        (DomainStateView::Pending, false) => (Tone::Info, "clock", admin::WAITING_DNS),
        (DomainStateView::Pending, true) => (Tone::Info, "mail", admin::WAITING_CODE),
        (DomainStateView::Claimed | DomainStateView::Adopting, _) => {
            (Tone::Seal, "seal", admin::CLAIMED)
        }
    };
    view! { <Badge tone=tone icon=icon text=TextProp::from(t(text)) /> }
}

/// How far the adoption is, and the way to who is missing.
#[component]
fn AdoptionCell(page: Page, domain: StoredValue<Domain>) -> impl IntoView {
    let row = Memo::new(move |_| page.row(&domain.get_value()));
    let adoption = Memo::new(move |_| row.with(|row| row.as_ref().map(Adoption::of)));
    let waiting = Memo::new(move |_| match adoption.get() {
        Some(Adoption::NotStarted { waiting }) if waiting > 0 => Some(waiting),
        Some(Adoption::Running { adopted, total }) => Some(total.saturating_sub(adopted)),
        _ => None,
    });
    let progress = Memo::new(move |_| match adoption.get() {
        Some(Adoption::Running { adopted, total }) => Some((adopted, total)),
        _ => None,
    });
    let word = Memo::new(move |_| match adoption.get() {
        Some(Adoption::AfterClaim) => Some(admin::AFTER_CLAIM),
        Some(Adoption::Complete) => Some(admin::ALL_ADOPTED),
        Some(Adoption::NotStarted { waiting: 0 }) => Some(admin::NONE_TO_ADOPT),
        _ => None,
    });
    let href = domain.with_value(routes::candidates);
    let done = Signal::derive(move || {
        progress
            .get()
            .map(|(adopted, total)| f64::from(adopted) / f64::from(total.max(1)))
    });
    let counts = move || {
        progress.get().map(|(adopted, total)| {
            t!(
                admin::ADOPTED_OF,
                adopted = i18n::number(adopted),
                total = i18n::number(total)
            )()
        })
    };
    let not_yet = move || {
        t!(
            admin::NOT_YET_ADOPTED,
            count = i18n::number(waiting.get().unwrap_or_default())
        )()
    };
    let label = t!(admin::ADOPTED_PROGRESS, domain = domain.get_value());
    view! {
        <span class="stack" data-gap="small">
            {move || word.get().map(|text| view! { <span class="muted">{t(text)}</span> })}
            <Show when=move || progress.get().is_some()>
                <span>{counts}</span>
                <ProgressBar label=TextProp::from(label) done=done />
            </Show>
            <Show when=move || waiting.get().is_some()>
                <a href=href.clone()>
                    <strong>{not_yet}</strong>
                </a>
            </Show>
        </span>
    }
}

/// The buttons of a row. Each is named with the domain, so that lists of buttons make sense.
fn actions(
    page: Page,
    domain: StoredValue<Domain>,
    state: DomainStateView,
    mailed: bool,
) -> AnyView {
    let with_row = move |open: fn(zegel_client::view::DomainView) -> Open| {
        Callback::new(move |()| {
            if let Some(row) = untrack(|| page.row(&domain.get_value())) {
                page.open.set(Some(open(row)));
            }
        })
    };
    let button = move |variant: Variant, label: Text, name: Text, press: Callback<()>| {
        view! {
            <Button
                size="small"
                variant=variant
                aria_label=TextProp::from(t!(name, domain = domain.get_value()))
                on_press=press
            >
                {t(label)}
            </Button>
        }
    };
    let check = with_row(|row| Open::Claim {
        check: true,
        step: ClaimStep::Prove(row),
    });
    let enter = with_row(|row| Open::Claim {
        check: false,
        step: ClaimStep::Prove(row),
    });
    let withdraw = with_row(|row| Open::Withdraw(row.domain));
    let adopt = with_row(Open::Adopt);
    let release = with_row(Open::Release);
    let withdraw = move || {
        button(
            Variant::DangerQuiet,
            admin::WITHDRAW,
            admin::WITHDRAW_NAMED,
            withdraw,
        )
    };
    let release = move || {
        button(
            Variant::DangerQuiet,
            admin::RELEASE,
            admin::RELEASE_NAMED,
            release,
        )
    };
    match state {
        DomainStateView::Pending => view! {
            {button(Variant::Plain, admin::CHECK, admin::CHECK_NAMED, if mailed { enter } else { check })}
            {withdraw()}
        }
        .into_any(),
        DomainStateView::Claimed => view! {
            {button(Variant::Primary, admin::ADOPT, admin::ADOPT_IN, adopt)}
            {release()}
        }
        .into_any(),
        DomainStateView::Adopting => view! {
            <a
                class="button"
                data-size="small"
                href=domain.with_value(routes::candidates)
                aria-label=t!(admin::REMIND_NAMED, domain = domain.get_value())
            >
                {t(admin::REMIND)}
            </a>
            {release()}
        }
        .into_any(),
    }
}
