//! What certificates of organisations say of somebody's key.

use zegel_api::AccountKeys;
use zegel_protocol::encoding::Canonical as _;
use zegel_protocol::{
    AccountState, CertificateMethod, KeyCertificate, ManifestChain, Signed, Timestamp,
};

use super::says_nothing_of_them;
use crate::failure::Outcome;
use crate::organisation::fetch_chain;
use crate::session::{Own, SignedIn};

impl SignedIn {
    /// Follows the own organisation's record as far as the server says that it goes, where that
    /// organisation certifies these keys: an administrator of a moment ago may have done so. A record
    /// that does not verify is not followed: a certificate that needs it is none, which is what a
    /// server can always cause.
    ///
    /// # Errors
    /// What may be over in a moment.
    pub(super) async fn follow_certifying(&self, keys: &AccountKeys) -> Outcome<()> {
        let known = self.own.borrow().record_behind(keys).cloned();
        let Some(known) = known else {
            return Ok(());
        };
        match fetch_chain(&self.environment, known.org_id(), Some(known)).await {
            Ok(chain) => self.own.borrow_mut().take_record(chain),
            Err(failure) if says_nothing_of_them(&failure.reason) => return Err(failure),
            Err(_) => {}
        }
        Ok(())
    }
}

impl Own {
    /// The own organisation's record, where it certifies these keys and goes on after what is known.
    fn record_behind(&self, keys: &AccountKeys) -> Option<&ManifestChain> {
        let chain = self.organisation.as_ref()?;
        let certificate = read(keys)?;
        let behind = keys.manifest_version > Some(chain.latest().version);
        (behind && certificate.statement.org_id == chain.org_id()).then_some(chain)
    }

    /// The name of the organisation that certifies a key and address by an administrator's word, where this
    /// account has authenticated that organisation: its own is the only one.
    pub(super) fn certified_by(&self, relies_on: Option<CertificateMethod>) -> Option<String> {
        let chain = self.organisation.as_ref()?;
        let by_an_administrator = relies_on? != CertificateMethod::Server;
        by_an_administrator.then(|| chain.latest().name.to_string())
    }

    /// What a valid certificate of the own organisation for this very key and address relies on.
    pub(super) fn certified_here(
        &self,
        keys: &AccountKeys,
        state: &AccountState,
        now: Timestamp,
    ) -> Option<CertificateMethod> {
        let chain = self.organisation.as_ref()?;
        let certificate = read(keys)?;
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
            let certificate = read(keys)?;
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

/// The certificate that came with keys. What is none is as good as absent.
fn read(keys: &AccountKeys) -> Option<Signed<KeyCertificate>> {
    Signed::from_bytes(&keys.certificate.as_ref()?.0).ok()
}
