use zegel_api::{Adoption, Empty};
use zegel_protocol::{Domain, ManifestChain, OrgId};

use super::MAX_RECORD_AGE_MS;
use crate::failure::Outcome;
use crate::organisation::fetch_chain;
use crate::pins;
use crate::session::SignedIn;
use crate::view::{AdoptionStop, Failure, Reason};

/// The organisation that waits for this account, by the server's word alone.
#[derive(Debug)]
pub struct Offer {
    org_id: OrgId,
    domain: Domain,
}

/// An organisation whose record holds from its genesis on, is recent, adopts in the domain of this
/// account's address, and contradicts nothing that this account relies on. Whether it is the one
/// that the user means is not known yet: anybody can make such a record.
#[derive(Clone, Debug)]
pub struct Verified {
    chain: ManifestChain,
    domain: Domain,
}

impl SignedIn {
    /// Asks the server which organisation waits for this account.
    ///
    /// # Errors
    /// `domain_released` where none does.
    pub async fn adoption_offer(&self) -> Outcome<Offer> {
        let offer = self.environment.call::<Adoption>(&Empty {}).await?;
        Ok(Offer {
            org_id: offer.organisation,
            domain: offer.domain,
        })
    }
}

impl Offer {
    /// Verifies, in this order: (a) the own address is in the domain; (b) the record, from its
    /// genesis to its newest version; (c) it says that the domain is being adopted, at most 90 days
    /// ago; (d) it does not contradict the pins.
    ///
    /// # Errors
    /// [`Reason::Adoption`] with the first that fails.
    pub async fn verify(self, account: &SignedIn) -> Outcome<Verified> {
        if *account.own.borrow().address.domain() != self.domain {
            return Err(AdoptionStop::AddressOutsideDomain.into());
        }
        let chain = fetch_chain(&account.environment, self.org_id, None)
            .await
            .map_err(as_stop)?;
        let verified = Verified {
            chain,
            domain: self.domain,
        };
        verified.check(account)?;
        Ok(verified)
    }
}

impl Verified {
    /// The organisation.
    #[must_use]
    pub fn org_id(&self) -> OrgId {
        self.chain.org_id()
    }

    /// Its name, as it writes it.
    #[must_use]
    pub fn name(&self) -> String {
        self.chain.latest().name.to_string()
    }

    /// The domain that it adopts in.
    #[must_use]
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    pub(crate) fn chain(&self) -> &ManifestChain {
        &self.chain
    }

    pub(super) fn into_chain(self) -> ManifestChain {
        self.chain
    }

    /// Follows the record forward to what it is now, and verifies (c) and (d) again.
    pub(super) async fn follow(self, account: &SignedIn) -> Outcome<Self> {
        let org_id = self.chain.org_id();
        let chain = fetch_chain(&account.environment, org_id, Some(self.chain))
            .await
            .map_err(as_stop)?;
        let verified = Self {
            chain,
            domain: self.domain,
        };
        verified.check(account)?;
        Ok(verified)
    }

    fn check(&self, account: &SignedIn) -> Outcome<()> {
        let adopting = self.chain.domain(&self.domain);
        if !adopting.is_some_and(|held| held.adopting) {
            return Err(AdoptionStop::DomainNotAdopting.into());
        }
        let now = account.environment.now();
        if now.since_ms(self.chain.latest().issued_at) > MAX_RECORD_AGE_MS {
            return Err(AdoptionStop::RecordTooOld.into());
        }
        let own = account.own.borrow();
        let known = &own.pins.content;
        let others = known
            .organizations
            .iter()
            .any(|pinned| pinned.org_id != self.chain.org_id());
        if others || pins::check_chain(known, &self.chain).is_err() {
            return Err(AdoptionStop::PinnedOtherwise.into());
        }
        Ok(())
    }
}

/// A record that does not verify stops the adoption, and says so in its own words.
fn as_stop(failure: Failure) -> Failure {
    match failure.reason {
        Reason::NotAuthentic | Reason::Protocol => AdoptionStop::RecordNotAuthentic.into(),
        _ => failure,
    }
}
