use zegel_client::adoption::parse_link;
use zegel_client::view::Reason;
use zegel_client::{Outcome, Step};
use zeroize::Zeroizing;

use super::{Service, json};
use crate::worker::messages::Command;

impl Service {
    /// Calls that look at an organisation, or at who has access to what.
    pub(super) async fn overview(&self, command: Command) -> Outcome<String> {
        let session = self.session()?;
        match command {
            Command::Mailboxes(_) => json(&session.mailboxes().await?),
            Command::Access(it) => json(&session.access(it.account).await?),
            Command::Policy(_) => json(&session.policy().await?),
            Command::Members(it) => json(&session.members(it.after, it.kind, it.search).await?),
            Command::Member(it) => json(&session.member(it.account).await?),
            Command::Candidates(it) => json(&session.candidates(&it.domain, it.after).await?),
            Command::Domains(_) => json(&session.domains().await?),
            Command::Organisation(_) => json(&session.organisation().await?),
            Command::AuditEvents(it) => json(&session.audit_events(&it.filter, it.before).await?),
            _ => Err(Reason::Internal.into()),
        }
    }

    /// Calls that make, join or change an organisation.
    pub(super) async fn change_organisation(
        &self,
        command: Command,
        steps: &dyn Fn(Step),
    ) -> Outcome<String> {
        // Somebody who is not signed in yet comes with it.
        if let Command::KeepAdoptionLink(it) = command {
            let fragment = Zeroizing::new(it.fragment);
            let link = parse_link(&fragment)?;
            self.state.borrow_mut().link = Some(link);
            return json(&());
        }
        let session = self.session()?;
        match command {
            Command::ReviewAdoption(_) => {
                let link = self.state.borrow().link.clone();
                json(&session.review_adoption(link.as_ref(), steps).await?)
            }
            Command::CompareOrganisationNumber(it) => {
                json(&session.compare_organisation_number(&it.typed)?)
            }
            Command::AcceptAdoption(_) => {
                let view = session.accept_adoption(steps).await?;
                self.state.borrow_mut().link = None;
                json(&view)
            }
            Command::DeferAdoption(_) => json(&session.defer_adoption().await?),
            Command::CreateOrganisation(it) => {
                json(&session.create_organisation(&it.name, steps).await?)
            }
            Command::StartClaim(it) => json(&session.start_claim(&it.domain, &it.proof).await?),
            Command::CheckClaim(it) => {
                json(&session.check_claim(&it.domain, it.code.as_deref()).await?)
            }
            Command::WithdrawClaim(it) => json(&session.withdraw_claim(&it.domain).await?),
            Command::Adopt(it) => json(&session.adopt(&it.domain).await?),
            Command::Release(it) => json(&session.release(&it.domain).await?),
            Command::AdoptionLinks(it) => json(&session.adoption_links(&it.domain, steps).await?),
            Command::CompareMember(it) => {
                json(&session.compare_member(it.account, &it.typed).await?)
            }
            _ => Err(Reason::Internal.into()),
        }
    }
}
