//! New versions of the organisation's record, signed by an administrator.

use zegel_api::{ErrorCode, PutManifest, PutManifestRequest};
use zegel_crypto::RecoverySeed;
use zegel_protocol::encoding::Canonical as _;
use zegel_protocol::limits::DAY_MS;
use zegel_protocol::{Manifest, ManifestChain};

use crate::failure::Outcome;
use crate::keys::{self, AccountTier};
use crate::session::{Own, SignedIn};
use crate::view::Reason;

/// How often a change is signed anew when other administrators sign at the same time.
const MAX_TRIES: u32 = 5;
/// Age at which an administrator's client renews the record, in milliseconds: long before the 90
/// days after which no account adopts by it.
const RENEW_AFTER_MS: u64 = 30 * DAY_MS;

/// What only administrators have at hand, for the length of one borrow.
pub(crate) struct Administration<'a> {
    pub(crate) own: &'a Own,
    pub(crate) tier: &'a AccountTier,
    pub(crate) chain: &'a ManifestChain,
    /// The organisation's recovery seed; it recomputes the recovery key of `chain`.
    pub(crate) recovery_seed: RecoverySeed,
}

impl SignedIn {
    /// Runs `with` with what administrators hold. The recovery seed is opened for it, compared with
    /// the verified record, and wiped after it.
    ///
    /// # Errors
    /// `forbidden` for others than administrators, [`Reason::PasswordNeeded`] without the account
    /// tier, [`Reason::NotAuthentic`] where the seed is not that of the record.
    pub(crate) fn with_administration<T>(
        &self,
        with: impl FnOnce(&Administration<'_>) -> Outcome<T>,
    ) -> Outcome<T> {
        self.with_account(|own, tier| {
            let chain = own.require_organisation()?;
            if chain.latest().administrator(own.account).is_none() {
                return Err(Reason::Server(ErrorCode::Forbidden).into());
            }
            let recovery_seed = keys::open_recovery_seed(own, tier, chain)?;
            with(&Administration {
                own,
                tier,
                chain,
                recovery_seed,
            })
        })
    }

    /// Signs the next version of the record with one change, and hands it in. Answers how many
    /// accounts that signed out. `change` runs again on a version that another administrator
    /// signed meanwhile.
    pub(crate) async fn sign_manifest(
        &self,
        change: impl Fn(&ManifestChain, &mut Manifest) -> Outcome<()>,
    ) -> Outcome<u32> {
        for _ in 0..MAX_TRIES {
            self.refresh_organisation().await?;
            let now = self.environment.now();
            let manifest = self.with_administration(|administration| {
                let identity = administration.tier.identity(administration.own);
                let mut manifest = administration.chain.draft(identity.public(), now);
                change(administration.chain, &mut manifest)?;
                Ok(identity.sign(manifest))
            })?;
            let request = PutManifestRequest {
                manifest: manifest.to_bytes().into(),
            };
            match self.environment.call::<PutManifest>(&request).await {
                Ok(response) => {
                    self.refresh_organisation().await?;
                    return Ok(response.signed_out);
                }
                Err(failure) if failure.reason == Reason::Server(ErrorCode::StaleStatement) => {}
                Err(failure) => return Err(failure),
            }
        }
        Err(Reason::Server(ErrorCode::StaleStatement).into())
    }

    /// Signs the record anew where it is older than 30 days, so that accounts can go on relying on
    /// it.
    pub(crate) async fn renew_record(&self) -> Outcome<()> {
        let age_ms = {
            let own = self.own.borrow();
            let latest = own.require_organisation()?.latest();
            self.environment.now().since_ms(latest.issued_at)
        };
        if age_ms > RENEW_AFTER_MS {
            self.sign_manifest(|_, _| Ok(())).await?;
        }
        Ok(())
    }
}
