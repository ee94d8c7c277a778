//! A small made-up world with fixed randomness: Anna founds an organisation, Bram joins it.

use std::convert::Infallible;

use chacha20::ChaCha20Rng;
use chacha20::rand_core::{SeedableRng as _, TryCryptoRng, TryRng};
use zegel_protocol::{
    AccountId, AccountState, Address, Administrator, Domain, Hash, JoinMethod, Joined, Kind,
    Manifest, ManifestChain, Name, OrgId, Policy, SUITE, Signed, Timestamp,
};

use crate::keys::{AccountKey, IdentitySecret, MailboxKey, RecoverySeed};

/// 1 January 2026 in milliseconds since the Unix epoch.
pub(crate) const NOW: Timestamp = Timestamp(1_767_225_600_000);

/// Deterministic randomness that remembers what was drawn.
pub(crate) struct Rng {
    inner: ChaCha20Rng,
    pub(crate) drawn: Vec<u8>,
}

impl Rng {
    pub(crate) fn new(seed: u8) -> Self {
        Self {
            inner: ChaCha20Rng::from_seed([seed; 32]),
            drawn: Vec::new(),
        }
    }
}

impl TryRng for Rng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.inner.try_next_u32()
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.inner.try_next_u64()
    }

    fn try_fill_bytes(&mut self, dst: &mut [u8]) -> Result<(), Infallible> {
        self.inner.try_fill_bytes(dst)?;
        self.drawn.extend_from_slice(dst);
        Ok(())
    }
}

impl TryCryptoRng for Rng {}

/// Somebody with keys of one epoch.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) account: AccountId,
    pub(crate) epoch: u32,
    pub(crate) key: AccountKey,
    pub(crate) generation: u32,
    pub(crate) mailbox: MailboxKey,
}

impl Person {
    pub(crate) fn new(number: u8) -> Self {
        let mut rng = Rng::new(number);
        Self {
            account: AccountId([number; 16]),
            epoch: 1,
            key: AccountKey::make(&mut rng),
            generation: 1,
            mailbox: MailboxKey::make(&mut rng),
        }
    }

    /// The same account after a reset.
    pub(crate) fn reset(&self) -> Self {
        let mut rng = Rng::new(self.account.0[0] ^ 0xff);
        Self {
            account: self.account,
            epoch: self.epoch + 1,
            key: AccountKey::make(&mut rng),
            generation: self.generation + 1,
            mailbox: MailboxKey::make(&mut rng),
        }
    }

    pub(crate) fn identity(&self) -> IdentitySecret {
        self.key.identity(self.account, self.epoch)
    }

    pub(crate) fn state(&self) -> AccountState {
        let keyring = self.key.keyring(self.account, self.epoch);
        AccountState {
            account: self.account,
            kind: Kind::Person,
            epoch: self.epoch,
            sequence: self.epoch,
            previous: Hash::ZERO,
            identity: self.identity().public(),
            account_encryption: self
                .key
                .account_encryption(self.account, self.epoch)
                .public(),
            grant: keyring.grant(self.account, self.epoch).public(),
            mailbox_encryption: self
                .mailbox
                .encryption(self.account, self.generation)
                .public(),
            mailbox_generation: self.generation,
            roster: None,
            joined: None,
            min_suite: SUITE,
        }
    }
}

pub(crate) struct World {
    pub(crate) anna: Person,
    pub(crate) bram: Person,
    pub(crate) seed: RecoverySeed,
    /// Genesis; then Van Dijk's domain claimed; then adopting.
    pub(crate) chain: ManifestChain,
}

impl World {
    pub(crate) fn new() -> Self {
        let anna = Person::new(0xa1);
        let bram = Person::new(0xb2);
        let seed = RecoverySeed::make(&mut Rng::new(0xc3));
        let mut chain = ManifestChain::verify(vec![genesis(&anna, &seed)]).unwrap();
        let mut claimed = chain.draft(anna.identity().public(), NOW);
        claimed.claim(domain(), 1);
        chain.extend(vec![anna.identity().sign(claimed)]).unwrap();
        let mut adopting = chain.draft(anna.identity().public(), NOW);
        assert!(adopting.adopt(&domain()));
        chain.extend(vec![anna.identity().sign(adopting)]).unwrap();
        Self {
            anna,
            bram,
            seed,
            chain,
        }
    }

    pub(crate) fn org_id(&self) -> OrgId {
        self.chain.org_id()
    }

    /// Bram's state after joining by link.
    pub(crate) fn joined_state(&self) -> AccountState {
        let token = self.seed.join_token(self.org_id(), &address());
        let first = self.bram.identity().sign(self.bram.state());
        AccountState {
            sequence: 2,
            previous: first.hash(),
            joined: Some(Joined {
                org_id: self.org_id(),
                version: self.chain.latest().version,
                manifest: self.chain.head_hash(),
                method: JoinMethod::Link,
                proof: Some(token.proof(self.bram.account, &first.statement.identity)),
            }),
            ..first.statement
        }
    }
}

pub(crate) fn domain() -> Domain {
    Domain::parse("vandijk.example").unwrap()
}

/// Bram's address.
pub(crate) fn address() -> Address {
    Address::parse("bram@vandijk.example").unwrap()
}

fn genesis(founder: &Person, seed: &RecoverySeed) -> Signed<Manifest> {
    founder.identity().sign(Manifest::genesis(
        Name::try_from("Van Dijk").unwrap(),
        Administrator {
            account: founder.account,
            identity: founder.identity().public(),
        },
        seed.public(),
        Policy::default(),
        NOW,
    ))
}
