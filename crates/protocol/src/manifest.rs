use crate::address::Domain;
use crate::ctx::SUITE;
use crate::encoding::{Canonical, Item};
use crate::hash::Hash;
use crate::ids::{AccountId, OrgId};
use crate::keys::{IdentityKey, KemKey, Namespace};
use crate::limits::{MAX_ADMINISTRATORS, MAX_DOMAINS, MAX_MANIFEST_BYTES};
use crate::name::Name;
use crate::statement::Statement;
use crate::time::Timestamp;

canonical_struct! {
    /// An organisation as its administrators state it: version v, signed by an administrator of
    /// version v−1. Whether it is true is what [`ManifestChain`](crate::ManifestChain) says.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Manifest {
        /// The organisation; zero in the genesis, whose hash it is.
        pub org_id: OrgId,
        /// Zero for the genesis, then counting by one.
        pub version: u32,
        /// Hash of the version before; zero in the genesis.
        pub previous: Hash,
        /// When it was signed.
        pub issued_at: Timestamp,
        /// The organisation's name, as its administrators write it.
        pub name: Name,
        /// Domains held, ascending by name; none in the genesis.
        pub domains: Vec<ManifestDomain>,
        /// Administrators, ascending by account.
        pub administrators: Vec<Administrator>,
        /// Public recovery key.
        pub recovery_key: KemKey,
        /// Generation r of the recovery key, from 1.
        pub recovery_generation: u32,
        /// What the organisation decides for its members' clients.
        pub policy: Policy,
        /// Who signs: the founder in the genesis, else an administrator of the version before.
        pub issuer: IdentityKey,
        /// Lowest suite that members accept; never falls.
        pub min_suite: u8,
    }
}

canonical_struct! {
    /// A domain that the organisation holds.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ManifestDomain {
        /// Its name.
        pub domain: Domain,
        /// From 1; one more each time the domain is claimed again after a release.
        pub epoch: u32,
        /// Whether accounts in it are asked to join.
        pub adopting: bool,
    }
}

canonical_struct! {
    /// An administrator.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Administrator {
        /// The account.
        pub account: AccountId,
        /// Its identity key.
        pub identity: IdentityKey,
    }
}

canonical_struct! {
    /// Decisions of the organisation that its members' clients follow. Signed, so that the server
    /// cannot loosen them.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub struct Policy {
        /// Whether a certificate of method `server` is enough to give a colleague access to a
        /// mailbox.
        pub server_certificates_for_mailbox_grants: bool,
        /// Whether recipients see who sends from a functional account, where the account itself
        /// does not say otherwise.
        pub functional_senders_visible: bool,
        /// Who may give others access to a person's account.
        pub delegation: DelegationPolicy,
    }
}

canonical_enum! {
    /// Who may give others access to a member's account, and to whom.
    #[derive(Default, serde::Serialize, serde::Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum DelegationPolicy {
        /// Its owner, to anyone.
        #[default]
        Anyone = 1,
        /// Its owner, to members of the organisation.
        Colleagues = 2,
        /// Administrators, to members of the organisation.
        Administrators = 3,
    }
}

impl Item for ManifestDomain {
    const MAX_ITEMS: usize = MAX_DOMAINS;
}

impl Item for Administrator {
    const MAX_ITEMS: usize = MAX_ADMINISTRATORS;
}

impl Canonical for Manifest {
    const MAX_LEN: usize = MAX_MANIFEST_BYTES;
}

impl Statement for Manifest {
    const NAMESPACE: Namespace = Namespace::Manifest;
}

impl Manifest {
    /// Version 0, to be signed by its founder; the organisation's id is its hash.
    #[must_use]
    pub fn genesis(
        name: Name,
        founder: Administrator,
        recovery_key: KemKey,
        policy: Policy,
        issued_at: Timestamp,
    ) -> Self {
        Self {
            org_id: OrgId::ZERO,
            version: 0,
            previous: Hash::ZERO,
            issued_at,
            name,
            domains: Vec::new(),
            administrators: vec![founder],
            recovery_key,
            recovery_generation: 1,
            policy,
            issuer: founder.identity,
            min_suite: SUITE,
        }
    }

    /// What `domain` is in this version.
    #[must_use]
    pub fn domain(&self, domain: &Domain) -> Option<&ManifestDomain> {
        self.domains.iter().find(|held| held.domain == *domain)
    }

    /// Whether an identity key is an administrator's in this version.
    #[must_use]
    pub fn has_administrator(&self, identity: &IdentityKey) -> bool {
        self.administrators
            .iter()
            .any(|administrator| administrator.identity == *identity)
    }

    /// The administrator that an account is in this version.
    #[must_use]
    pub fn administrator(&self, account: AccountId) -> Option<&Administrator> {
        self.administrators
            .iter()
            .find(|administrator| administrator.account == account)
    }

    /// Adds a domain, not yet adopting. `epoch` is
    /// [`ManifestChain::next_domain_epoch`](crate::ManifestChain::next_domain_epoch).
    pub fn claim(&mut self, domain: Domain, epoch: u32) {
        self.domains.retain(|held| held.domain != domain);
        self.domains.push(ManifestDomain {
            domain,
            epoch,
            adopting: false,
        });
        self.domains.sort_by(|a, b| a.domain.cmp(&b.domain));
    }

    /// Marks a held domain as adopting; false where it is not held.
    pub fn adopt(&mut self, domain: &Domain) -> bool {
        match self.domains.iter_mut().find(|held| held.domain == *domain) {
            Some(held) => {
                held.adopting = true;
                true
            }
            None => false,
        }
    }

    /// Removes a domain; false where it is not held.
    pub fn release(&mut self, domain: &Domain) -> bool {
        let before = self.domains.len();
        self.domains.retain(|held| held.domain != *domain);
        self.domains.len() < before
    }

    /// Adds an administrator, or replaces the identity key of one.
    pub fn appoint(&mut self, administrator: Administrator) {
        self.administrators
            .retain(|known| known.account != administrator.account);
        self.administrators.push(administrator);
        self.administrators.sort_by_key(|known| known.account);
    }

    /// Removes an administrator and replaces the recovery key that they know; false where the
    /// account is none.
    pub fn dismiss(&mut self, account: AccountId, new_recovery_key: KemKey) -> bool {
        let before = self.administrators.len();
        self.administrators.retain(|known| known.account != account);
        if self.administrators.len() == before {
            return false;
        }
        self.recovery_key = new_recovery_key;
        self.recovery_generation += 1;
        true
    }
}
