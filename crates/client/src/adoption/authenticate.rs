use zegel_crypto::{AdoptionLink, JoinToken, SafetyNumber};
use zegel_protocol::{JoinMethod, ManifestChain, OrgId};

use super::number_failure;
use super::verify::Verified;
use crate::doh;
use crate::failure::Outcome;
use crate::session::SignedIn;
use crate::view::{AdoptionStop, DnsOutcome, Reason};

/// What speaks for an organisation, from outside this server. Each piece is added by the check
/// that it passed; a contradiction is an error instead, and ends the adoption.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// The organisation that it speaks for.
    org_id: OrgId,
    link: Option<JoinToken>,
    dns: Option<DnsOutcome>,
    number: bool,
}

impl Evidence {
    /// None yet, for one organisation.
    #[must_use]
    pub fn none(verified: &Verified) -> Self {
        Self {
            org_id: verified.org_id(),
            link: None,
            dns: None,
            number: false,
        }
    }

    /// The personal link that the organisation sent outside Zegel.
    ///
    /// # Errors
    /// [`AdoptionStop::LinkOtherOrganisation`], or [`AdoptionStop::LinkNewerRecord`] where its
    /// maker knew a newer record than the server shows.
    pub fn add_link(&mut self, verified: &Verified, link: &AdoptionLink) -> Outcome<()> {
        if link.org_id != self.org_id {
            return Err(AdoptionStop::LinkOtherOrganisation.into());
        }
        if link.version > verified.chain().latest().version {
            return Err(AdoptionStop::LinkNewerRecord.into());
        }
        self.link = Some(link.token.clone());
        Ok(())
    }

    /// The domain's TXT record, asked over DNS-over-HTTPS from two resolvers.
    ///
    /// # Errors
    /// [`AdoptionStop::DnsOtherOrganisation`] and [`AdoptionStop::DnsAmbiguous`], also where a link
    /// was right.
    pub async fn ask_dns(&mut self, verified: &Verified, account: &SignedIn) -> Outcome<()> {
        let outcome = doh::ask(&account.environment, verified.domain(), self.org_id).await?;
        self.dns = Some(outcome);
        Ok(())
    }

    /// The organisation's safety number, typed in from a source outside Zegel.
    ///
    /// # Errors
    /// [`Reason::Malformed`] or [`Reason::NumberMismatch`].
    pub fn add_number(&mut self, typed: &str) -> Outcome<()> {
        let typed = SafetyNumber::parse(typed).map_err(|_| number_failure(Reason::Malformed))?;
        if typed != SafetyNumber::of_organization(self.org_id) {
            return Err(number_failure(Reason::NumberMismatch));
        }
        self.number = true;
        Ok(())
    }

    pub(super) fn by_link(&self) -> bool {
        self.link.is_some()
    }

    pub(super) fn dns(&self) -> DnsOutcome {
        self.dns.unwrap_or(DnsOutcome::NoAnswer)
    }

    pub(super) fn by_number(&self) -> bool {
        self.number
    }
}

/// An organisation that is the one the user means, by at least one way. Its recovery key may get
/// this account's key.
#[derive(Clone, Debug)]
pub struct Authenticated {
    verified: Verified,
    method: JoinMethod,
    token: Option<JoinToken>,
}

impl Verified {
    /// Takes the evidence together. DNS has to have been asked: a contradiction there stops an
    /// adoption whatever else speaks for it.
    ///
    /// # Errors
    /// [`AdoptionStop::NotAuthenticated`].
    pub fn authenticate(self, evidence: Evidence) -> Result<Authenticated, AdoptionStop> {
        if evidence.org_id != self.org_id() {
            return Err(AdoptionStop::NotAuthenticated);
        }
        let dns = evidence.dns.ok_or(AdoptionStop::NotAuthenticated)?;
        let method = if evidence.link.is_some() {
            JoinMethod::Link
        } else if dns == DnsOutcome::Confirmed {
            JoinMethod::Dns
        } else if evidence.number {
            JoinMethod::Number
        } else {
            return Err(AdoptionStop::NotAuthenticated);
        };
        Ok(Authenticated {
            verified: self,
            method,
            token: evidence.link,
        })
    }
}

impl Authenticated {
    /// The organisation's record, whose recovery key may be sealed to.
    pub(crate) fn chain(&self) -> &ManifestChain {
        self.verified.chain()
    }

    pub(super) fn into_chain(self) -> ManifestChain {
        self.verified.into_chain()
    }

    pub(super) fn method(&self) -> JoinMethod {
        self.method
    }

    pub(super) fn token(&self) -> Option<&JoinToken> {
        self.token.as_ref()
    }

    /// The same organisation, its record followed forward.
    pub(super) async fn follow(self, account: &SignedIn) -> Outcome<Self> {
        Ok(Self {
            verified: self.verified.follow(account).await?,
            ..self
        })
    }
}
