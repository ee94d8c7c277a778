//! The consent page: from the review of the organisation to joining it.

use zegel_api::ErrorCode;
use zegel_client::view::{AdoptionStop, AdoptionView, DnsOutcome, Failure, Reason};

use crate::worker::messages::Progress;

/// What the page shows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Stage {
    /// The organisation is being verified.
    Reviewing,
    /// The organisation's record verifies; the user decides.
    Consent(AdoptionView),
    /// The adoption stops; nothing was sealed.
    Stopped(Stop),
    /// Something else went wrong; trying again may help.
    Failed(Failure),
}

/// Why the page stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Verification says no.
    Verification(AdoptionStop),
    /// The organisation released the domain meanwhile.
    Released,
    /// The account has joined already, in another browser.
    Joined,
}

impl Stop {
    /// Somebody may be pretending to be the organisation; the others happen in good faith.
    pub(crate) fn is_alarm(self) -> bool {
        use AdoptionStop as S;
        match self {
            Self::Verification(
                S::RecordNotAuthentic
                | S::PinnedOtherwise
                | S::LinkOtherOrganisation
                | S::LinkNewerRecord
                | S::DnsOtherOrganisation
                | S::DnsAmbiguous,
            ) => true,
            Self::Verification(
                S::AddressOutsideDomain
                | S::DomainNotAdopting
                | S::RecordTooOld
                | S::NotAuthenticated,
            )
            | Self::Released
            | Self::Joined => false,
        }
    }

    /// Another check can end differently without a new link.
    pub(crate) fn can_check_again(self) -> bool {
        !matches!(self, Self::Released | Self::Joined)
    }

    fn of(failure: &Failure) -> Option<Self> {
        match failure.reason {
            Reason::Adoption(stop) => Some(Self::Verification(stop)),
            Reason::NotAuthentic => Some(Self::Verification(AdoptionStop::RecordNotAuthentic)),
            Reason::Rollback => Some(Self::Verification(AdoptionStop::PinnedOtherwise)),
            // The server shows the record only to those whom the organisation adopts.
            Reason::Server(ErrorCode::DomainReleased | ErrorCode::NotFound) => Some(Self::Released),
            Reason::Server(ErrorCode::AlreadyMember) => Some(Self::Joined),
            _ => None,
        }
    }
}

impl Stage {
    /// After the review.
    pub(crate) fn reviewed(answer: Result<AdoptionView, Failure>) -> Self {
        match answer {
            Ok(view) => Self::Consent(view),
            Err(failure) => Stop::of(&failure).map_or(Self::Failed(failure), Self::Stopped),
        }
    }

    /// After an Accept or a typed number that failed: the page it leads to, or none where the failure is shown on the
    /// consent page, which keeps what was typed.
    pub(crate) fn refused(failure: &Failure) -> Option<Self> {
        match Stop::of(failure)? {
            Stop::Verification(AdoptionStop::NotAuthenticated) => None,
            // It did adopt when the consent page opened, by its own signed record.
            Stop::Verification(AdoptionStop::DomainNotAdopting) => {
                Some(Self::Stopped(Stop::Released))
            }
            stop => Some(Self::Stopped(stop)),
        }
    }
}

/// What keeps Accept from being pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blocked {
    /// Nothing has shown yet that it is the organisation.
    NotAuthenticated,
    /// The sentence is not ticked.
    NotUnderstood,
}

/// Whether Accept can be pressed.
pub(crate) fn blocked(view: &AdoptionView, understood: bool) -> Option<Blocked> {
    if !view.authenticated() {
        Some(Blocked::NotAuthenticated)
    } else if !understood {
        Some(Blocked::NotUnderstood)
    } else {
        None
    }
}

/// What a way of verifying the organisation said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Evidence {
    /// It is this organisation.
    Holds,
    /// It was not used, or there is none: proves nothing.
    None,
    /// It could not be asked: proves nothing.
    NoAnswer,
}

/// Evidence of the link, DNS and the typed number.
pub(crate) fn evidence(view: &AdoptionView) -> [Evidence; 3] {
    let held = |yes| if yes { Evidence::Holds } else { Evidence::None };
    let dns = match view.by_dns {
        DnsOutcome::Confirmed => Evidence::Holds,
        DnsOutcome::NoRecord => Evidence::None,
        DnsOutcome::NoAnswer => Evidence::NoAnswer,
    };
    [held(view.by_link), dns, held(view.by_number)]
}

/// Where Accept is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum JoinStep {
    /// The organisation is verified once more.
    #[default]
    Checking,
    /// The account key is sealed to the recovery key.
    Sealing,
    /// The server stores everything in one step.
    Joining,
}

impl JoinStep {
    /// Every step, in order.
    pub(crate) const ALL: [Self; 3] = [Self::Checking, Self::Sealing, Self::Joining];

    /// What the worker does now; never back.
    pub(crate) fn advance(self, progress: Progress) -> Self {
        match progress {
            Progress::Sealing => self.max(Self::Sealing),
            Progress::Contacting if self >= Self::Sealing => Self::Joining,
            _ => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zegel_protocol::Domain;

    fn view(by_link: bool, by_dns: DnsOutcome, by_number: bool) -> AdoptionView {
        AdoptionView {
            organisation: "Advocatenkantoor Van Dijk".into(),
            domain: Domain::parse("vandijk.example").unwrap(),
            by_link,
            by_dns,
            by_number,
        }
    }

    fn failed(reason: Reason) -> Failure {
        Failure {
            reason,
            field: None,
            retry_after_s: None,
            account: None,
        }
    }

    #[test]
    fn accept_needs_one_way_and_the_tick() {
        let none = view(false, DnsOutcome::NoAnswer, false);
        assert_eq!(blocked(&none, true), Some(Blocked::NotAuthenticated));
        for one in [
            view(true, DnsOutcome::NoRecord, false),
            view(false, DnsOutcome::Confirmed, false),
            view(false, DnsOutcome::NoRecord, true),
        ] {
            assert_eq!(blocked(&one, false), Some(Blocked::NotUnderstood));
            assert_eq!(blocked(&one, true), None);
        }
    }

    #[test]
    fn dns_without_an_answer_is_told_apart_from_dns_without_a_record() {
        assert_eq!(
            evidence(&view(true, DnsOutcome::NoAnswer, false)),
            [Evidence::Holds, Evidence::NoAnswer, Evidence::None]
        );
        assert_eq!(
            evidence(&view(false, DnsOutcome::NoRecord, true)),
            [Evidence::None, Evidence::None, Evidence::Holds]
        );
    }

    #[test]
    fn every_contradiction_leaves_the_consent_page() {
        for stop in [
            AdoptionStop::AddressOutsideDomain,
            AdoptionStop::RecordNotAuthentic,
            AdoptionStop::RecordTooOld,
            AdoptionStop::PinnedOtherwise,
            AdoptionStop::LinkOtherOrganisation,
            AdoptionStop::LinkNewerRecord,
            AdoptionStop::DnsOtherOrganisation,
            AdoptionStop::DnsAmbiguous,
        ] {
            let expected = Stage::Stopped(Stop::Verification(stop));
            assert_eq!(
                Stage::reviewed(Err(failed(Reason::Adoption(stop)))),
                expected
            );
            assert_eq!(
                Stage::refused(&failed(Reason::Adoption(stop))),
                Some(expected)
            );
        }
    }

    #[test]
    fn a_release_after_the_consent_page_opened_is_told_apart_from_a_lie() {
        for reason in [
            Reason::Server(ErrorCode::DomainReleased),
            Reason::Server(ErrorCode::NotFound),
            Reason::Adoption(AdoptionStop::DomainNotAdopting),
        ] {
            assert_eq!(
                Stage::refused(&failed(reason)),
                Some(Stage::Stopped(Stop::Released)),
                "{reason:?}"
            );
        }
        let lie = Reason::Adoption(AdoptionStop::DomainNotAdopting);
        let stop = Stop::Verification(AdoptionStop::DomainNotAdopting);
        assert_eq!(Stage::reviewed(Err(failed(lie))), Stage::Stopped(stop));
    }

    #[test]
    fn failures_that_a_second_try_can_cure_keep_the_page() {
        for reason in [
            Reason::Offline,
            Reason::PasswordNeeded,
            Reason::NumberMismatch,
            Reason::Adoption(AdoptionStop::NotAuthenticated),
        ] {
            assert_eq!(Stage::refused(&failed(reason)), None, "{reason:?}");
        }
        assert_eq!(
            Stage::reviewed(Err(failed(Reason::Offline))),
            Stage::Failed(failed(Reason::Offline))
        );
    }

    #[test]
    fn joining_never_steps_back() {
        let step = JoinStep::default()
            .advance(Progress::Contacting)
            .advance(Progress::AskingDns);
        assert_eq!(step, JoinStep::Checking);
        let step = step
            .advance(Progress::Sealing)
            .advance(Progress::Contacting);
        assert_eq!(step, JoinStep::Joining);
        assert_eq!(
            step.advance(Progress::Sealing).advance(Progress::Opening),
            JoinStep::Joining
        );
    }
}
