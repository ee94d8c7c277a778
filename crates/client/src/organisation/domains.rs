//! Domains of the organisation: claim, ADOPT, RELEASE. Each is a signed version of the record; the
//! server's list only adds what is pending, and the numbers.

use zegel_api::{
    CheckClaim, CheckClaimRequest, ClaimMethod, DomainRow, Domains, Empty, ErrorCode,
    MembersRequest, NotYetAdopted, StartClaim, StartClaimRequest, WithdrawClaim,
};
use zegel_protocol::{ClaimNonce, Domain, DomainRecord};

use crate::failure::Outcome;
use crate::session::{Own, SignedIn};
use crate::view::{
    CandidatePageView, CandidateView, ClaimProof, DomainStateView, DomainView, Reason,
};

/// Rows asked for at once.
const PAGE: u16 = 100;

impl SignedIn {
    /// The organisation's domains, by name.
    ///
    /// # Errors
    /// As [`SignedIn::organisation`], and `forbidden` for others than administrators.
    pub async fn domains(&self) -> Outcome<Vec<DomainView>> {
        self.refresh_organisation().await?;
        let list = self.environment.call::<Domains>(&Empty {}).await?;
        let own = self.own.borrow();
        list.domains
            .iter()
            .map(|row| own.view_domain(row))
            .collect()
    }

    /// Begins a claim, or mails another code.
    ///
    /// # Errors
    /// `public_domain`, `domain_taken`, `domain_already_claimed`, `mail_failed`.
    pub async fn start_claim(&self, domain: &Domain, proof: &ClaimProof) -> Outcome<DomainView> {
        let proof = match proof {
            ClaimProof::Txt => ClaimMethod::Txt,
            ClaimProof::Mail(mailbox) => ClaimMethod::Mail {
                mailbox: mailbox.clone(),
            },
        };
        let request = StartClaimRequest {
            domain: domain.clone(),
            proof,
        };
        let row = self.environment.call::<StartClaim>(&request).await?;
        self.own.borrow().view_domain(&row)
    }

    /// CHECK: has the server check the proof, then signs the version of the record that names the
    /// domain.
    ///
    /// # Errors
    /// What the check says: `txt_missing`, `wrong_code` and so on. [`Reason::PasswordNeeded`]
    /// before anything is asked.
    pub async fn check_claim(&self, domain: &Domain, code: Option<&str>) -> Outcome<DomainView> {
        self.with_account(|_, _| Ok(()))?;
        let request = CheckClaimRequest {
            code: code.map(digits),
        };
        let row = self
            .environment
            .call_at::<CheckClaim>(&[domain.as_str()], &request)
            .await?;
        if row.domain != *domain {
            return Err(Reason::Protocol.into());
        }
        self.sign_manifest(|chain, manifest| {
            if manifest.domain(domain).is_none() {
                manifest.claim(domain.clone(), chain.next_domain_epoch(domain));
            }
            Ok(())
        })
        .await?;
        // The numbers count from the moment that the record names the domain.
        let rows = self.domains().await?;
        let row = rows.into_iter().find(|row| row.domain == *domain);
        row.ok_or_else(|| Reason::Protocol.into())
    }

    /// Forgets a pending claim.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn withdraw_claim(&self, domain: &Domain) -> Outcome<()> {
        self.environment
            .call_at::<WithdrawClaim>(&[domain.as_str()], &Empty {})
            .await?;
        Ok(())
    }

    /// ADOPT. Answers how many accounts were signed out.
    ///
    /// # Errors
    /// `domain_released` where the record does not name the domain.
    pub async fn adopt(&self, domain: &Domain) -> Outcome<u32> {
        self.sign_manifest(|_, manifest| held(manifest.adopt(domain)))
            .await
    }

    /// RELEASE.
    ///
    /// # Errors
    /// `domain_released` where the record does not name the domain.
    pub async fn release(&self, domain: &Domain) -> Outcome<()> {
        self.sign_manifest(|_, manifest| held(manifest.release(domain)))
            .await?;
        Ok(())
    }

    /// Accounts not yet adopted, by address.
    ///
    /// # Errors
    /// `not_found`, `forbidden`.
    pub async fn candidates(
        &self,
        domain: &Domain,
        after: Option<String>,
    ) -> Outcome<CandidatePageView> {
        let request = MembersRequest { after, limit: PAGE };
        let page = self
            .environment
            .call_at::<NotYetAdopted>(&[domain.as_str()], &request)
            .await?;
        let accounts = page.accounts.into_iter().map(|row| CandidateView {
            account: row.account,
            address: row.address,
            last_sign_in_ms: row.last_sign_in_ms.map(|at| at.0),
            deferred_at_ms: row.deferred_at_ms.map(|at| at.0),
        });
        Ok(CandidatePageView {
            accounts: accounts.collect(),
            next: page.next,
        })
    }
}

impl Own {
    /// A row of the server's list with the state that the verified record gives it.
    fn view_domain(&self, row: &DomainRow) -> Outcome<DomainView> {
        let chain = self.require_organisation()?;
        let state = match chain.domain(&row.domain) {
            None => DomainStateView::Pending,
            Some(held) if held.adopting => DomainStateView::Adopting,
            Some(_) => DomainStateView::Claimed,
        };
        let nonce = ClaimNonce::try_from(row.nonce.0.as_slice()).map_err(|_| Reason::Protocol)?;
        let org_id = chain.org_id();
        Ok(DomainView {
            domain: row.domain.clone(),
            state,
            proof: match &row.proof {
                ClaimMethod::Txt => ClaimProof::Txt,
                ClaimMethod::Mail { mailbox } => ClaimProof::Mail(mailbox.clone()),
            },
            txt_name: format!("{}.{}", DomainRecord::LABEL, row.domain),
            txt_value: DomainRecord { org_id, nonce }.to_string(),
            members: row.members,
            not_yet_adopted: row.not_yet_adopted,
            checked_at_ms: row.checked_at_ms.map(|at| at.0),
        })
    }
}

fn held(changed: bool) -> Outcome<()> {
    if changed {
        Ok(())
    } else {
        Err(Reason::Server(ErrorCode::DomainReleased).into())
    }
}

/// A code as typed, without the spaces and hyphens that mail programs and people put in.
pub(crate) fn digits(code: &str) -> String {
    code.chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .collect()
}
