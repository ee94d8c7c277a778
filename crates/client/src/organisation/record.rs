//! The organisation's record: a chain of manifests, verified from its genesis and never followed
//! backwards.

use zegel_api::{Bytes, Manifests, ManifestsRequest};
use zegel_crypto::SafetyNumber;
use zegel_protocol::encoding::Canonical as _;
use zegel_protocol::{JoinMethod, Manifest, ManifestChain, OrgId, Signed};

use crate::environment::Environment;
use crate::failure::Outcome;
use crate::pins;
use crate::session::{Own, SignedIn};
use crate::view::{OrganisationView, Reason};

/// Fetches the record of an organisation, or what is newer than `known` of it, page by page. Each is
/// verified before the next is asked for: only the organisation's own manifests, each once, make
/// another request, and no more of them than a chain may have.
///
/// # Errors
/// [`Reason::NotAuthentic`] where it does not verify, or is another organisation's.
pub(crate) async fn fetch_chain(
    environment: &Environment,
    org_id: OrgId,
    known: Option<ManifestChain>,
) -> Outcome<ManifestChain> {
    let mut known = known;
    loop {
        let from = known.as_ref().map_or(0, |chain| chain.latest().version + 1);
        let page = environment
            .call_at::<Manifests>(&[&org_id.to_string()], &ManifestsRequest { from })
            .await?;
        if page.more && page.manifests.is_empty() {
            return Err(Reason::Protocol.into());
        }
        let chain = follow(known, &page.manifests)?;
        if chain.org_id() != org_id {
            return Err(Reason::NotAuthentic.into());
        }
        if !page.more {
            return Ok(chain);
        }
        known = Some(chain);
    }
}

/// What is known of a record, with the manifests that come next.
fn follow(known: Option<ManifestChain>, newer: &[Bytes]) -> Outcome<ManifestChain> {
    let newer = newer
        .iter()
        .map(|bytes| Signed::<Manifest>::from_bytes(&bytes.0))
        .collect::<Result<Vec<_>, _>>()?;
    match known {
        Some(mut chain) => {
            chain.extend(newer)?;
            Ok(chain)
        }
        None => Ok(ManifestChain::verify(newer)?),
    }
}

impl SignedIn {
    /// The own organisation, as its verified record states it now.
    ///
    /// # Errors
    /// [`Reason::NotAuthentic`] or [`Reason::Rollback`] where the server's record is not the one
    /// that this account trusts; `forbidden` where the account belongs to none.
    pub async fn organisation(&self) -> Outcome<OrganisationView> {
        self.refresh_organisation().await?;
        let own = self.own.borrow();
        let chain = own.require_organisation()?;
        let latest = chain.latest();
        Ok(OrganisationView {
            organisation: chain.org_id(),
            name: latest.name.to_string(),
            safety_number: SafetyNumber::of_organization(chain.org_id()).to_string(),
            administrators: u32::try_from(latest.administrators.len())
                .map_err(|_| Reason::Internal)?,
            version: latest.version,
            issued_at_ms: latest.issued_at.0,
            role: own.role(),
        })
    }

    /// Follows the own organisation's record forward, and pins how far.
    pub(crate) async fn refresh_organisation(&self) -> Outcome<()> {
        let (org_id, known) = {
            let own = self.own.borrow();
            let org_id = own
                .joined()
                .ok_or(Reason::Server(zegel_api::ErrorCode::Forbidden))?;
            (org_id, own.organisation.clone())
        };
        let chain = fetch_chain(&self.environment, org_id, known).await?;
        self.own.borrow().check_record(&chain)?;
        let method = self.own.borrow().join_method()?;
        self.change_pins(|known| {
            let newest = chain.latest().version;
            if pins::organization(known, org_id).is_none_or(|pinned| pinned.version < newest) {
                pins::put_organization(known, &chain, method);
            }
        })
        .await?;
        self.own.borrow_mut().take_record(chain);
        Ok(())
    }
}

impl Own {
    /// How this account authenticated its organisation.
    fn join_method(&self) -> Outcome<JoinMethod> {
        let joined = self.state().joined.as_ref();
        joined
            .map(|joined| joined.method)
            .ok_or_else(|| Reason::NotAuthentic.into())
    }

    /// Keeps the own organisation's record for the session, unless a later one came meanwhile.
    pub(crate) fn take_record(&mut self, chain: ManifestChain) {
        let known = self.organisation.as_ref();
        if known.is_none_or(|known| known.latest().version <= chain.latest().version) {
            self.organisation = Some(chain);
        }
    }

    /// The verified record of the own organisation.
    pub(crate) fn require_organisation(&self) -> Outcome<&ManifestChain> {
        let forbidden = Reason::Server(zegel_api::ErrorCode::Forbidden);
        self.organisation.as_ref().ok_or_else(|| forbidden.into())
    }

    /// Refuses a record behind the pin, or without the manifest that the own signed state names.
    fn check_record(&self, chain: &ManifestChain) -> Outcome<()> {
        pins::check_chain(&self.pins.content, chain)?;
        let Some(joined) = &self.state().joined else {
            return Err(Reason::NotAuthentic.into());
        };
        match chain.at(joined.version) {
            None => Err(Reason::Rollback.into()),
            Some(manifest) if manifest.hash() != joined.manifest => {
                Err(Reason::NotAuthentic.into())
            }
            Some(_) => Ok(()),
        }
    }
}
