//! What certificates of organisations say of somebody's key.

use zegel_api::AccountKeys;
use zegel_protocol::encoding::Canonical as _;
use zegel_protocol::{
    AccountState, CertificateMethod, KeyCertificate, Manifest, ManifestChain, OrgId, Signed,
    Timestamp,
};

use crate::pins;
use crate::session::Own;

impl Own {
    /// The name of the organisation that certifies this very key and address, where this account
    /// has authenticated that organisation. A certificate that does not verify is none: its absence
    /// is what a server can always cause.
    pub(super) fn certified_by(
        &mut self,
        keys: &AccountKeys,
        state: &Signed<AccountState>,
        now: Timestamp,
    ) -> Option<String> {
        let certificate =
            Signed::<KeyCertificate>::from_bytes(&keys.certificate.as_ref()?.0).ok()?;
        let org_id = certificate.statement.org_id;
        let chain = self.pinned_chain(org_id, keys)?;
        let counts = certifies(&certificate, chain, &state.statement, now)
            && certificate.statement.vouches_for(chain, &keys.address)
            && certificate.statement.method != CertificateMethod::Server;
        counts.then(|| chain.latest().name.to_string())
    }

    /// What a valid certificate of the own organisation for this very key and address relies on.
    pub(super) fn certified_here(
        &self,
        keys: &AccountKeys,
        state: &AccountState,
        now: Timestamp,
    ) -> Option<CertificateMethod> {
        let chain = self.organisation.as_ref()?;
        let certificate =
            Signed::<KeyCertificate>::from_bytes(&keys.certificate.as_ref()?.0).ok()?;
        let counts = certifies(&certificate, chain, state, now)
            && certificate.statement.vouches_for(chain, &keys.address);
        counts.then_some(certificate.statement.method)
    }

    /// Whether an administrator of the own organisation has verified that a member's key is the
    /// account's. It says less than [`Own::certified_here`]: not that the organisation answers for the
    /// address today. An account stays a member when its domain is released, and somebody has to be
    /// able to act as it, and to end that.
    pub(crate) fn is_verified_member(
        &self,
        keys: &AccountKeys,
        state: &AccountState,
        now: Timestamp,
    ) -> bool {
        let verified = || {
            let chain = self.organisation.as_ref()?;
            let joined = state.joined.as_ref()?;
            let certificate =
                Signed::<KeyCertificate>::from_bytes(&keys.certificate.as_ref()?.0).ok()?;
            let said = &certificate.statement;
            let by_an_administrator = matches!(
                said.method,
                CertificateMethod::Link | CertificateMethod::Compared
            );
            Some(
                joined.org_id == chain.org_id()
                    && by_an_administrator
                    && said.addresses.contains(&keys.address)
                    && certifies(&certificate, chain, state, now),
            )
        };
        verified().unwrap_or(false)
    }

    /// The record of a pinned organisation, followed forward by what the server sent along.
    fn pinned_chain(&mut self, org_id: OrgId, keys: &AccountKeys) -> Option<&ManifestChain> {
        pins::organization(&self.pins.content, org_id)?;
        let own = self
            .organisation
            .as_ref()
            .is_some_and(|chain| chain.org_id() == org_id);
        let known = if own {
            self.organisation.as_mut()
        } else {
            self.other_organisations.get_mut(&org_id)
        };
        if let Some(chain) = known {
            let newer = keys.manifests.get(chain.manifests().len()..);
            if let Some(newer) = newer.filter(|newer| !newer.is_empty()) {
                chain.extend(decode(newer)?).ok()?;
            }
        } else {
            let chain = ManifestChain::verify(decode(&keys.manifests)?).ok()?;
            pins::check_chain(&self.pins.content, &chain).ok()?;
            if chain.org_id() != org_id {
                return None;
            }
            self.other_organisations.insert(org_id, chain);
        }
        if own {
            self.organisation.as_ref()
        } else {
            self.other_organisations.get(&org_id)
        }
    }
}

/// Whether a certificate is valid now, for this identity and not for a later state.
pub(crate) fn certifies(
    certificate: &Signed<KeyCertificate>,
    chain: &ManifestChain,
    state: &AccountState,
    now: Timestamp,
) -> bool {
    let said = &certificate.statement;
    KeyCertificate::verify(certificate, chain, now).is_ok()
        && said.account == state.account
        && said.identity == state.identity
        && said.epoch == state.epoch
        && said.min_sequence <= state.sequence
}

fn decode(manifests: &[zegel_api::Bytes]) -> Option<Vec<Signed<Manifest>>> {
    manifests
        .iter()
        .map(|bytes| Signed::from_bytes(&bytes.0).ok())
        .collect()
}
