//! Members of the organisation, with what their certificates are worth.

use zegel_api::{AccountKind, Empty, GetMember, ListMembersRequest, Member, Members, Role};
use zegel_protocol::encoding::Canonical as _;
use zegel_protocol::{
    AccountId, AccountState, CertificateMethod, KeyCertificate, ManifestChain, Signed, Timestamp,
};

use crate::contacts::certifies;
use crate::failure::Outcome;
use crate::session::SignedIn;
use crate::view::{Certification, MemberPageView, MemberView, Reason};

/// Rows asked for at once.
const PAGE: u16 = 100;

impl SignedIn {
    /// A page of the organisation's accounts, by address: of one kind where that is asked for, and
    /// those whose name or address contains `search`. Administrators only.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn members(
        &self,
        after: Option<String>,
        kind: Option<AccountKind>,
        search: Option<String>,
    ) -> Outcome<MemberPageView> {
        self.refresh_organisation().await?;
        let request = ListMembersRequest {
            after,
            limit: PAGE,
            kind,
            search,
        };
        let page = self.environment.call::<Members>(&request).await?;
        let now = self.environment.now();
        let own = self.own.borrow();
        let chain = own.require_organisation()?;
        Ok(MemberPageView {
            members: page
                .members
                .into_iter()
                .map(|member| view(member, chain, now))
                .collect(),
            next: page.next,
            total: page.total,
        })
    }

    /// One account of the organisation. Administrators only.
    ///
    /// # Errors
    /// `not_found`, `forbidden`.
    pub async fn member(&self, account: AccountId) -> Outcome<MemberView> {
        self.refresh_organisation().await?;
        let member = self.get_member(account).await?;
        let now = self.environment.now();
        let own = self.own.borrow();
        Ok(view(member, own.require_organisation()?, now))
    }

    /// One account of the organisation, as the server has it.
    pub(crate) async fn get_member(&self, account: AccountId) -> Outcome<Member> {
        let member = self
            .environment
            .call_at::<GetMember>(&[&account.to_string()], &Empty {})
            .await?;
        if member.account != account {
            return Err(Reason::NotAuthentic.into());
        }
        Ok(member)
    }
}

fn view(member: Member, chain: &ManifestChain, now: Timestamp) -> MemberView {
    let state = Signed::<AccountState>::from_bytes(&member.state.0)
        .ok()
        .filter(|state| {
            state.statement.account == member.account
                && state.verify(&state.statement.identity).is_ok()
        });
    let certificate = member
        .certificate
        .as_ref()
        .and_then(|bytes| Signed::<KeyCertificate>::from_bytes(&bytes.0).ok());
    let certified = state
        .as_ref()
        .zip(certificate)
        .filter(|(state, certificate)| {
            certifies(certificate, chain, &state.statement, now)
                && certificate.statement.addresses.contains(&member.address)
        });
    let certification = match certified.as_ref().map(|(_, it)| it.statement.method) {
        None => Certification::None,
        Some(CertificateMethod::Link) => Certification::Link,
        Some(CertificateMethod::Compared) => Certification::Compared,
        Some(CertificateMethod::Server) => Certification::Server,
    };
    let is_administrator = state
        .as_ref()
        .is_some_and(|state| chain.latest().has_administrator(&state.statement.identity));
    MemberView {
        account: member.account,
        address: member.address,
        name: member.name,
        role: if is_administrator {
            Role::Administrator
        } else {
            Role::Member
        },
        kind: member.kind,
        status: member.status,
        access: member.access,
        rotation_pending_since_ms: member.rotation_pending_since_ms.map(|at| at.0),
        joined_at_ms: member.joined_at_ms.0,
        last_sign_in_ms: member.last_sign_in_ms.map(|at| at.0),
        // An administrator certifies only after opening the escrow, so a valid certificate is
        // worth more here than the server's word.
        escrow_checked: certification != Certification::None,
        certification,
    }
}
