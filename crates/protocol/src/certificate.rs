use crate::address::Address;
use crate::chain::ManifestChain;
use crate::encoding::Canonical;
use crate::ids::{AccountId, OrgId};
use crate::keys::{IdentityKey, Namespace};
use crate::limits::{MAX_CERTIFICATE_AGE_MS, MAX_CLOCK_SKEW_MS, MAX_KEY_CERTIFICATE_BYTES};
use crate::statement::{Signed, Statement};
use crate::time::Timestamp;

canonical_struct! {
    /// An administrator's word that an identity key is an account's.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct KeyCertificate {
        /// The organisation.
        pub org_id: OrgId,
        /// Newest manifest version that the issuer knew.
        pub manifest_version: u32,
        /// The account.
        pub account: AccountId,
        /// Its addresses; each counts only while the organisation holds its domain.
        pub addresses: Vec<Address>,
        /// The account's identity key.
        pub identity: IdentityKey,
        /// The key epoch that the identity belongs to.
        pub epoch: u32,
        /// Lowest sequence of the account's state that this certificate goes with.
        pub min_sequence: u32,
        /// What the issuer relied on.
        pub method: CertificateMethod,
        /// From when.
        pub issued_at: Timestamp,
        /// Until when; at most 90 days later.
        pub expires_at: Timestamp,
        /// The administrator's identity key.
        pub issuer: IdentityKey,
    }
}

canonical_enum! {
    /// What an administrator relied on when certifying a key.
    pub enum CertificateMethod {
        /// The proof of a personal adoption link.
        Link = 1,
        /// The safety number, read out by the account's owner and typed in.
        Compared = 2,
        /// The server's word alone; shown as not verified.
        Server = 3,
    }
}

impl Canonical for KeyCertificate {
    const MAX_LEN: usize = MAX_KEY_CERTIFICATE_BYTES;
}

impl Statement for KeyCertificate {
    const NAMESPACE: Namespace = Namespace::KeyCertificate;
}

/// Why a certificate does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// Of another organisation than the chain's.
    #[error("another organisation")]
    Organization,
    /// Names a manifest that the chain does not reach.
    #[error("unknown manifest")]
    Manifest,
    /// The issuer was no administrator then, or is none any more.
    #[error("issuer is no administrator")]
    Issuer,
    /// The signature does not verify.
    #[error("signature does not verify")]
    Signature,
    /// Issued in the future, or valid for longer than 90 days.
    #[error("validity not acceptable")]
    Validity,
    /// Expired.
    #[error("expired")]
    Expired,
}

impl KeyCertificate {
    /// Verifies a certificate against a verified chain, at a time.
    ///
    /// The issuer has to be an administrator in the newest manifest too: a demoted one, together
    /// with the server, must not be able to issue with an old date.
    ///
    /// Which *addresses* it vouches for is [`KeyCertificate::vouches_for`].
    ///
    /// # Errors
    /// [`CertificateError`] with the first fault.
    pub fn verify(
        signed: &Signed<Self>,
        chain: &ManifestChain,
        now: Timestamp,
    ) -> Result<(), CertificateError> {
        let certificate = &signed.statement;
        if certificate.org_id != chain.org_id() {
            return Err(CertificateError::Organization);
        }
        let then = chain
            .at(certificate.manifest_version)
            .ok_or(CertificateError::Manifest)?;
        if !then.statement.has_administrator(&certificate.issuer)
            || !chain.latest().has_administrator(&certificate.issuer)
        {
            return Err(CertificateError::Issuer);
        }
        signed
            .verify(&certificate.issuer)
            .map_err(|_| CertificateError::Signature)?;
        let validity_ms = certificate.expires_at.since_ms(certificate.issued_at);
        if validity_ms == 0
            || validity_ms > MAX_CERTIFICATE_AGE_MS
            || certificate.issued_at > now.plus_ms(MAX_CLOCK_SKEW_MS)
        {
            return Err(CertificateError::Validity);
        }
        if now >= certificate.expires_at {
            return Err(CertificateError::Expired);
        }
        Ok(())
    }

    /// Whether an organisation vouches here for `address`: it is listed, and its domain is one
    /// that the organisation holds in the newest manifest.
    #[must_use]
    pub fn vouches_for(&self, chain: &ManifestChain, address: &Address) -> bool {
        self.addresses.contains(address) && chain.domain(address.domain()).is_some()
    }
}

#[cfg(test)]
mod tests;
