use leptos::prelude::*;
use zegel_client::view::AdoptionStop;

use super::consent::Trouble;
use super::{NotNow, Page};
use crate::components::{Banner, Button, Tone, Variant};
use crate::i18n::{Text, adoption, t};
use crate::state::adoption::Stop;

/// What happened, why, and what to do.
const fn words(stop: Stop) -> [Text; 3] {
    use AdoptionStop as S;
    match stop {
        Stop::Verification(S::AddressOutsideDomain) => [
            adoption::ADDRESS_OUTSIDE,
            adoption::ADDRESS_OUTSIDE_WHY,
            adoption::ADDRESS_OUTSIDE_DO,
        ],
        Stop::Verification(S::RecordNotAuthentic) => [
            adoption::RECORD_BROKEN,
            adoption::RECORD_BROKEN_WHY,
            adoption::RECORD_BROKEN_DO,
        ],
        Stop::Verification(S::DomainNotAdopting) => [
            adoption::NOT_ADOPTING,
            adoption::NOT_ADOPTING_WHY,
            adoption::NOT_ADOPTING_DO,
        ],
        Stop::Verification(S::RecordTooOld) => [
            adoption::TOO_OLD,
            adoption::TOO_OLD_WHY,
            adoption::TOO_OLD_DO,
        ],
        Stop::Verification(S::PinnedOtherwise) => {
            [adoption::PINNED, adoption::PINNED_WHY, adoption::PINNED_DO]
        }
        Stop::Verification(S::LinkOtherOrganisation) => [
            adoption::OTHER_LINK,
            adoption::OTHER_LINK_WHY,
            adoption::OTHER_LINK_DO,
        ],
        Stop::Verification(S::LinkNewerRecord) => [
            adoption::NEWER_LINK,
            adoption::NEWER_LINK_WHY,
            adoption::NEWER_LINK_DO,
        ],
        Stop::Verification(S::DnsOtherOrganisation) => [
            adoption::OTHER_DNS,
            adoption::OTHER_DNS_WHY,
            adoption::OTHER_DNS_DO,
        ],
        Stop::Verification(S::DnsAmbiguous) => [
            adoption::AMBIGUOUS_DNS,
            adoption::AMBIGUOUS_DNS_WHY,
            adoption::AMBIGUOUS_DNS_DO,
        ],
        Stop::Verification(S::NotAuthenticated) => [
            adoption::UNPROVED,
            adoption::UNPROVED_WHY,
            adoption::UNPROVED_DO,
        ],
        Stop::Released => [
            adoption::RELEASED,
            adoption::RELEASED_WHY,
            adoption::RELEASED_DO,
        ],
        Stop::Joined => [
            adoption::ALREADY,
            adoption::ALREADY_WHY,
            adoption::ALREADY_DO,
        ],
    }
}

/// The adoption stops; Accept is not offered.
#[component]
pub(super) fn Stopped(page: Page, stop: Stop) -> impl IntoView {
    let [title, why, what_to_do] = words(stop);
    let tone = if stop.is_alarm() {
        Tone::Danger
    } else {
        Tone::Info
    };
    let explanation = if stop == Stop::Joined {
        view! { <Banner tone=tone title=t(why) /> }
    } else {
        view! {
            <Banner
                tone=tone
                alert=stop.is_alarm()
                title=t(adoption::NOTHING_SHARED)
                text=TextProp::from(t(why))
            />
        }
    };
    let ways = if stop.can_check_again() {
        view! {
            <Button
                variant=Variant::Primary
                on_press=Callback::new(move |()| page.review())
            >
                {t(adoption::CHECK_AGAIN)}
            </Button>
            <NotNow page=page />
        }
        .into_any()
    } else {
        view! {
            <Button
                variant=Variant::Primary
                on_press=Callback::new(move |()| page.leave_for_good())
            >
                {t(adoption::TO_MAIL)}
            </Button>
        }
        .into_any()
    };
    view! {
        <div class="stack" data-gap="large">
            <div class="consent-title">
                <h1>{t(title)}</h1>
            </div>
            {explanation}
            <section class="stack" data-gap="small">
                <h2>{t(adoption::WHAT_TO_DO)}</h2>
                <p>{t(what_to_do)}</p>
            </section>
            <div>
                <Trouble page=page />
                <div class="row">{ways}</div>
            </div>
        </div>
    }
}
