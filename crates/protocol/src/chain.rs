//! The chain of manifests from an organisation's genesis: the only way to learn its keys.

use std::collections::BTreeMap;

use crate::address::Domain;
use crate::ctx::SUITE;
use crate::hash::Hash;
use crate::ids::OrgId;
use crate::keys::IdentityKey;
use crate::limits::MAX_CHAIN_MANIFESTS;
use crate::manifest::{Manifest, ManifestDomain};
use crate::statement::Signed;
use crate::time::Timestamp;

/// A verified chain: genesis first, each version signed by an administrator of the one before.
///
/// It says that whoever made the genesis stands behind the latest version. Whether this is the
/// organisation that the user means is another question: its id is authenticated elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestChain {
    org_id: OrgId,
    manifests: Vec<Signed<Manifest>>,
    /// Highest epoch that each domain ever had, released ones too.
    domain_epochs: BTreeMap<Domain, u32>,
}

/// Why a chain is refused, and at which place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("manifest {version}: {fault}")]
pub struct ChainError {
    /// Place in the chain, counted from the genesis.
    pub version: u32,
    /// What is wrong there.
    #[source]
    pub fault: ChainFault,
}

/// What is wrong with a manifest in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChainFault {
    /// There is no manifest.
    #[error("the chain is empty")]
    Empty,
    /// More manifests than a chain may have.
    #[error("the chain is too long")]
    TooLong,
    /// The first one is not what a genesis has to be.
    #[error("not a genesis")]
    Genesis,
    /// Names another organisation.
    #[error("another organisation")]
    Organization,
    /// Not one more than the version before.
    #[error("version out of sequence")]
    Version,
    /// Does not name the hash of the version before.
    #[error("does not follow the version before")]
    Previous,
    /// The issuer was no administrator in the version before.
    #[error("issuer is no administrator")]
    Issuer,
    /// The signature does not verify.
    #[error("signature does not verify")]
    Signature,
    /// The time lies before that of the version before.
    #[error("issued before its predecessor")]
    IssuedAt,
    /// The lowest suite falls, or is one that this code does not know.
    #[error("suite not acceptable")]
    Suite,
    /// No administrators, or not ascending and unique.
    #[error("administrators out of order")]
    Administrators,
    /// Domains not ascending and unique, a wrong epoch, or claimed and adopting in one step.
    #[error("domains out of order")]
    Domains,
    /// The recovery key changed without its generation, or the other way round, or an
    /// administrator left who still knows it.
    #[error("recovery key out of sequence")]
    RecoveryKey,
}

impl ManifestChain {
    /// Verifies a whole chain, genesis first.
    ///
    /// # Errors
    /// [`ChainError`] with the first fault.
    pub fn verify(manifests: Vec<Signed<Manifest>>) -> Result<Self, ChainError> {
        let mut manifests = manifests.into_iter();
        let genesis = manifests.next().ok_or(ChainError {
            version: 0,
            fault: ChainFault::Empty,
        })?;
        check_genesis(&genesis).map_err(|fault| ChainError { version: 0, fault })?;
        let mut chain = Self {
            org_id: OrgId(genesis.hash().0),
            manifests: vec![genesis],
            domain_epochs: BTreeMap::new(),
        };
        chain.extend(manifests.collect())?;
        Ok(chain)
    }

    /// Follows the chain forward. Nothing changes where one of `newer` is refused.
    ///
    /// # Errors
    /// [`ChainError`] with the first fault.
    pub fn extend(&mut self, newer: Vec<Signed<Manifest>>) -> Result<(), ChainError> {
        let mut domain_epochs = self.domain_epochs.clone();
        let mut previous = self.latest_signed();
        for (next, version) in newer.iter().zip(previous.statement.version + 1..) {
            let fail = |fault| ChainError { version, fault };
            if version as usize >= MAX_CHAIN_MANIFESTS {
                return Err(fail(ChainFault::TooLong));
            }
            check_successor(self.org_id, previous, next).map_err(fail)?;
            check_domains(&previous.statement, &next.statement, &domain_epochs).map_err(fail)?;
            for held in &next.statement.domains {
                domain_epochs.insert(held.domain.clone(), held.epoch);
            }
            previous = next;
        }
        self.manifests.extend(newer);
        self.domain_epochs = domain_epochs;
        Ok(())
    }

    /// The newest manifest.
    #[must_use]
    pub fn latest(&self) -> &Manifest {
        &self.latest_signed().statement
    }

    /// The newest manifest with its signature.
    #[must_use]
    pub fn latest_signed(&self) -> &Signed<Manifest> {
        // `verify` puts the genesis in and nothing takes it out.
        &self.manifests[self.manifests.len() - 1]
    }

    /// The organisation: the hash of the genesis.
    #[must_use]
    pub fn org_id(&self) -> OrgId {
        self.org_id
    }

    /// The hash of the newest manifest.
    #[must_use]
    pub fn head_hash(&self) -> Hash {
        self.latest_signed().hash()
    }

    /// The manifest of a version, where the chain reaches it.
    #[must_use]
    pub fn at(&self, version: u32) -> Option<&Signed<Manifest>> {
        self.manifests.get(usize::try_from(version).ok()?)
    }

    /// The manifest with this hash, where the chain has it.
    #[must_use]
    pub fn find(&self, hash: &Hash) -> Option<&Signed<Manifest>> {
        if *hash == self.head_hash() {
            return Some(self.latest_signed());
        }
        // Each version names the hash of the one before, so only the newest has to be hashed.
        let next = self
            .manifests
            .iter()
            .skip(1)
            .find(|next| next.statement.previous == *hash)?;
        self.at(next.statement.version.checked_sub(1)?)
    }

    /// What `domain` is in the newest manifest.
    #[must_use]
    pub fn domain(&self, domain: &Domain) -> Option<&ManifestDomain> {
        self.latest().domain(domain)
    }

    /// All manifests, genesis first.
    #[must_use]
    pub fn manifests(&self) -> &[Signed<Manifest>] {
        &self.manifests
    }

    /// The epoch that a claim of `domain` gets.
    #[must_use]
    pub fn next_domain_epoch(&self, domain: &Domain) -> u32 {
        self.domain_epochs.get(domain).map_or(1, |epoch| epoch + 1)
    }

    /// A copy of the newest manifest as version v+1, for the issuer to change and sign.
    #[must_use]
    pub fn draft(&self, issuer: IdentityKey, issued_at: Timestamp) -> Manifest {
        let latest = self.latest();
        Manifest {
            org_id: self.org_id,
            version: latest.version + 1,
            previous: self.head_hash(),
            issued_at: issued_at.max(latest.issued_at),
            issuer,
            ..latest.clone()
        }
    }
}

fn check_genesis(signed: &Signed<Manifest>) -> Result<(), ChainFault> {
    let genesis = &signed.statement;
    let founder_alone = matches!(genesis.administrators.as_slice(),
        [founder] if founder.identity == genesis.issuer);
    if genesis.org_id != OrgId::ZERO
        || genesis.version != 0
        || genesis.previous != Hash::ZERO
        || !genesis.domains.is_empty()
        || genesis.recovery_generation != 1
        || !founder_alone
    {
        return Err(ChainFault::Genesis);
    }
    if genesis.min_suite != SUITE {
        return Err(ChainFault::Suite);
    }
    signed
        .verify(&genesis.issuer)
        .map_err(|_| ChainFault::Signature)
}

fn check_successor(
    org_id: OrgId,
    previous: &Signed<Manifest>,
    signed: &Signed<Manifest>,
) -> Result<(), ChainFault> {
    let next = &signed.statement;
    let before = &previous.statement;
    if next.org_id != org_id {
        return Err(ChainFault::Organization);
    }
    if before.version.checked_add(1) != Some(next.version) {
        return Err(ChainFault::Version);
    }
    if next.previous != previous.hash() {
        return Err(ChainFault::Previous);
    }
    if !before.has_administrator(&next.issuer) {
        return Err(ChainFault::Issuer);
    }
    signed
        .verify(&next.issuer)
        .map_err(|_| ChainFault::Signature)?;
    if next.issued_at < before.issued_at {
        return Err(ChainFault::IssuedAt);
    }
    if next.min_suite < before.min_suite || next.min_suite > SUITE {
        return Err(ChainFault::Suite);
    }
    check_administrators(next)?;
    check_recovery_key(before, next)
}

fn check_administrators(next: &Manifest) -> Result<(), ChainFault> {
    let ascending = next
        .administrators
        .is_sorted_by(|a, b| a.account < b.account);
    let mut identities: Vec<_> = next.administrators.iter().map(|a| a.identity).collect();
    identities.sort_unstable();
    let unique = identities.is_sorted_by(|a, b| a < b);
    if next.administrators.is_empty() || !ascending || !unique {
        return Err(ChainFault::Administrators);
    }
    Ok(())
}

fn check_recovery_key(before: &Manifest, next: &Manifest) -> Result<(), ChainFault> {
    let kept = next.recovery_generation == before.recovery_generation
        && next.recovery_key == before.recovery_key;
    let replaced = before.recovery_generation.checked_add(1) == Some(next.recovery_generation)
        && next.recovery_key != before.recovery_key;
    let somebody_left = before
        .administrators
        .iter()
        .any(|known| next.administrator(known.account).is_none());
    if replaced || (kept && !somebody_left) {
        Ok(())
    } else {
        Err(ChainFault::RecoveryKey)
    }
}

/// A domain keeps its epoch while held. One that is new has the epoch after the highest it ever
/// had, and is not adopting: an order given before a release never comes back by itself.
fn check_domains(
    before: &Manifest,
    next: &Manifest,
    domain_epochs: &BTreeMap<Domain, u32>,
) -> Result<(), ChainFault> {
    let ascending = next.domains.is_sorted_by(|a, b| a.domain < b.domain);
    let in_sequence = next
        .domains
        .iter()
        .all(|held| match before.domain(&held.domain) {
            Some(known) => held.epoch == known.epoch,
            None => {
                let last = domain_epochs.get(&held.domain).copied().unwrap_or(0);
                !held.adopting && last.checked_add(1) == Some(held.epoch)
            }
        });
    if ascending && in_sequence {
        Ok(())
    } else {
        Err(ChainFault::Domains)
    }
}

#[cfg(test)]
mod tests;
