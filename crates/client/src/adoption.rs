//! Adoption: an organisation asks for this account's key, and gets it only if it is what it says.
//!
//! Each step is a type that only the step before can make: [`Offer`] (the server's word) →
//! [`Verified`] (the record holds and is about this account's domain) → [`Authenticated`] (it is
//! the organisation that the user means). Only an [`Authenticated`] one can be accepted:
//!
//! ```
//! # use zegel_client::{SignedIn, adoption::Authenticated, view::Failure, unwatched};
//! async fn seal(account: &SignedIn, organisation: Authenticated) -> Result<(), Failure> {
//!     account.accept(organisation, &unwatched).await
//! }
//! ```
//!
//! ```compile_fail
//! # use zegel_client::{SignedIn, adoption::Verified, view::Failure, unwatched};
//! async fn seal(account: &SignedIn, organisation: Verified) -> Result<(), Failure> {
//!     account.accept(organisation, &unwatched).await
//! }
//! ```
//!
//! ```compile_fail
//! # use zegel_client::adoption::{Authenticated, Verified};
//! fn pretend(verified: Verified) -> Authenticated {
//!     Authenticated { verified }
//! }
//! ```

mod accept;
mod authenticate;
mod links;
mod verify;

pub use authenticate::{Authenticated, Evidence};
pub use verify::{Offer, Verified};
pub use zegel_crypto::AdoptionLink;
use zegel_protocol::limits::MAX_CERTIFICATE_AGE_MS;

use crate::environment::{Step, Steps};
use crate::failure::Outcome;
use crate::session::SignedIn;
use crate::view::{AdoptionStop, AdoptionView, Failure, Field, Reason, SessionView};

/// Greatest age of the newest manifest that an adoption relies on, in milliseconds.
const MAX_RECORD_AGE_MS: u64 = MAX_CERTIFICATE_AGE_MS;

/// How far the organisation that waits for this account is verified, kept between the calls of a
/// user interface.
pub(crate) struct Review {
    verified: Verified,
    evidence: Evidence,
}

impl Review {
    fn view(&self) -> AdoptionView {
        AdoptionView {
            organisation: self.verified.name(),
            domain: self.verified.domain().clone(),
            by_link: self.evidence.by_link(),
            by_dns: self.evidence.dns(),
            by_number: self.evidence.by_number(),
        }
    }
}

/// Reads the text after the `#` of an adoption link.
///
/// # Errors
/// [`Reason::Malformed`].
pub fn parse_link(fragment: &str) -> Outcome<AdoptionLink> {
    AdoptionLink::parse(fragment).map_err(|_| Reason::Malformed.into())
}

impl SignedIn {
    /// Verifies the organisation that waits for this account, with the link if one was opened, and
    /// asks DNS.
    ///
    /// # Errors
    /// [`Reason::Adoption`] with the first thing that does not hold. Nothing was sealed then, and
    /// nothing can be until a review succeeds.
    pub async fn review_adoption(
        &self,
        link: Option<&AdoptionLink>,
        steps: Steps<'_>,
    ) -> Outcome<AdoptionView> {
        self.own.borrow_mut().review = None;
        steps(Step::Contacting);
        let offer = self.adoption_offer().await?;
        let verified = offer.verify(self).await?;
        let mut evidence = Evidence::none(&verified);
        if let Some(link) = link {
            evidence.add_link(&verified, link)?;
        }
        steps(Step::AskingDns);
        evidence.ask_dns(&verified, self).await?;
        let review = Review { verified, evidence };
        let view = review.view();
        self.own.borrow_mut().review = Some(review);
        Ok(view)
    }

    /// Compares the organisation's safety number, typed in from a source outside Zegel.
    ///
    /// # Errors
    /// [`Reason::NumberMismatch`]; what was verified before stays.
    pub fn compare_organisation_number(&self, typed: &str) -> Outcome<AdoptionView> {
        let mut own = self.own.borrow_mut();
        let review = own.review.as_mut().ok_or(not_reviewed())?;
        review.evidence.add_number(typed)?;
        Ok(review.view())
    }

    /// Accepts what was reviewed: seals the account key to the organisation and joins.
    ///
    /// # Errors
    /// [`AdoptionStop::NotAuthenticated`] where nothing has authenticated it yet, and whatever
    /// [`SignedIn::accept`] says. The review stands after a failure.
    pub async fn accept_adoption(&self, steps: Steps<'_>) -> Outcome<SessionView> {
        let organisation = {
            let own = self.own.borrow();
            let review = own.review.as_ref().ok_or(not_reviewed())?;
            let verified = review.verified.clone();
            verified.authenticate(review.evidence.clone())?
        };
        self.accept(organisation, steps).await?;
        Ok(self.view())
    }

    /// Not now: the organisation asks again at the next sign-in.
    ///
    /// # Errors
    /// Only the server's.
    pub async fn defer_adoption(&self) -> Outcome<SessionView> {
        self.environment
            .call::<zegel_api::DeferAdoption>(&zegel_api::Empty {})
            .await?;
        if let Some(offer) = &mut self.own.borrow_mut().offer {
            offer.deferred = true;
        }
        Ok(self.view())
    }
}

fn not_reviewed() -> Failure {
    AdoptionStop::NotAuthenticated.into()
}

fn number_failure(reason: Reason) -> Failure {
    Failure::of(Field::SafetyNumber, reason)
}
