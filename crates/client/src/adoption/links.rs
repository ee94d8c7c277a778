use zegel_crypto::AdoptionLink;
use zegel_protocol::Domain;

use crate::environment::{Step, Steps};
use crate::failure::Outcome;
use crate::session::SignedIn;
use crate::view::{AdoptionLinkView, CandidateView};

impl SignedIn {
    /// Personal adoption links of all accounts not yet adopted in a domain. Administrators only.
    /// They are secret: the organisation sends each to its person, outside Zegel.
    ///
    /// # Errors
    /// [`Reason::PasswordNeeded`](crate::view::Reason::PasswordNeeded), `forbidden`.
    pub async fn adoption_links(
        &self,
        domain: &Domain,
        steps: Steps<'_>,
    ) -> Outcome<Vec<AdoptionLinkView>> {
        self.refresh_organisation().await?;
        self.with_administration(|_| Ok(()))?;
        let mut candidates: Vec<CandidateView> = Vec::new();
        let mut after = None;
        loop {
            steps(Step::Contacting);
            let page = self.candidates(domain, after).await?;
            candidates.extend(page.accounts);
            match page.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        self.with_administration(|administration| {
            let org_id = administration.chain.org_id();
            let version = administration.chain.latest().version;
            let links = candidates.iter().map(|candidate| {
                let address = candidate.address.clone();
                let token = administration.recovery_seed.join_token(org_id, &address);
                let link = AdoptionLink {
                    org_id,
                    version,
                    token,
                };
                AdoptionLinkView {
                    address,
                    fragment: link.fragment().to_string(),
                }
            });
            Ok(links.collect())
        })
    }
}
