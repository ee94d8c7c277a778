//! What a test knows and nobody else may: keys found again in the recorded randomness, by the
//! public keys that they recompute.

use hkdf::Hkdf;
use rand_core::{TryCryptoRng, TryRng};
use sha2::Sha256;
use zegel_crypto::{AccountKey, MailboxKey, RecoverySeed, SendSecret};
use zegel_protocol::{AccountId, IdentityKey, KemKey, SendKey};

use super::platform::RandomTap;

/// Randomness that is none.
struct Replay<'a>(&'a [u8]);

impl TryRng for Replay<'_> {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        unreachable!("keys are made of bytes")
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        unreachable!("keys are made of bytes")
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Self::Error> {
        to.copy_from_slice(self.0);
        Ok(())
    }
}

impl TryCryptoRng for Replay<'_> {}

/// The account key behind an identity.
pub(crate) fn account_key(
    random: &RandomTap,
    account: AccountId,
    identity: &IdentityKey,
) -> ([u8; 32], AccountKey) {
    let found = random.drawn(32).into_iter().find_map(|bytes| {
        let key = AccountKey::make(&mut Replay(&bytes));
        (key.identity(account, 1).public() == *identity).then_some((bytes, key))
    });
    let (bytes, key) = found.expect("the account key was drawn");
    (bytes.try_into().expect("32 bytes"), key)
}

/// Other secret bytes, forced into the place of an account key.
pub(crate) fn posing_as_account_key(bytes: &[u8; 32]) -> AccountKey {
    AccountKey::make(&mut Replay(bytes))
}

/// The mailbox key behind a mailbox encryption key.
pub(crate) fn mailbox_key(
    random: &RandomTap,
    account: AccountId,
    generation: u32,
    public: &KemKey,
) -> MailboxKey {
    let found = random.drawn(32).into_iter().find_map(|bytes| {
        let key = MailboxKey::make(&mut Replay(&bytes));
        (key.encryption(account, generation).public() == *public).then_some(key)
    });
    found.expect("the mailbox key was drawn")
}

/// The send key of somebody who was granted access.
pub(crate) fn send_secret(random: &RandomTap, public: &SendKey) -> SendSecret {
    let found = random.drawn(32).into_iter().find_map(|bytes| {
        let key = SendSecret::make(&mut Replay(&bytes));
        (key.public() == *public).then_some(key)
    });
    found.expect("the send key was drawn")
}

/// The recovery seed behind a recovery key.
pub(crate) fn recovery_seed(random: &RandomTap, public: &KemKey) -> [u8; 32] {
    let found = random
        .drawn(32)
        .into_iter()
        .find(|bytes| RecoverySeed::make(&mut Replay(bytes)).public() == *public);
    let bytes = found.expect("the recovery seed was drawn");
    bytes.try_into().expect("32 bytes")
}

/// `HKDF-SHA256(parent, "zegel/v1/key/" ‖ role ‖ account ‖ epoch ‖ generation)`, written once more
/// here so that a key that changed its place is noticed.
pub(crate) fn derive(
    parent: &[u8],
    role: &str,
    account: AccountId,
    epoch: u32,
    generation: u32,
) -> [u8; 32] {
    hkdf(
        parent,
        &[
            b"zegel/v1/key/",
            role.as_bytes(),
            account.as_bytes(),
            &epoch.to_be_bytes(),
            &generation.to_be_bytes(),
        ],
    )
}

/// HKDF-SHA256 without salt, 32 bytes.
pub(crate) fn hkdf(secret: &[u8], info: &[&[u8]]) -> [u8; 32] {
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(None, secret)
        .expand_multi_info(info, &mut key)
        .expect("32 bytes");
    key
}
