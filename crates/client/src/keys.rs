//! The own keys, opened and checked. No public key of one's own is taken from the server: each is
//! recomputed from its secret and compared with what the server says.

use std::collections::BTreeMap;

use zegel_api::Session;
use zegel_auth::ExportKey;
use zegel_crypto::{
    AccountKey, IdentitySecret, Kek, KeyringKey, MailboxKey, RecoverySeed, SendSecret, blob,
};
use zegel_protocol::encoding::Canonical;
use zegel_protocol::{
    AccountId, AccountState, Address, IdentityKey, ManifestChain, SendCertificate, Signed,
    Timestamp, canonical_struct,
};
use zeroize::Zeroizing;

use crate::failure::Outcome;
use crate::mailbox::{MailboxTier, OpenMailbox};
use crate::messages::Remembered;
use crate::search::Index;
use crate::session::{ACCOUNT_TIER_MS, Own};
use crate::view::{MailboxKind, Reason};

/// What opens everything of the account. In memory for a quarter of an hour at most.
pub(crate) struct AccountTier {
    pub(crate) key: AccountKey,
    pub(crate) until: Timestamp,
    /// Recovery seed of the organisation, as the server keeps it for this administrator.
    sealed_recovery_seed: Option<Vec<u8>>,
}

/// Own keys that fit the own signed state.
pub(crate) struct OwnKeys {
    pub(crate) account_tier: Option<AccountTier>,
    /// Root of the keyring tier: what lets the owner act day by day.
    pub(crate) keyring: KeyringKey,
    pub(crate) mailbox: OpenMailbox,
}

impl AccountTier {
    pub(crate) fn new(
        key: AccountKey,
        sealed_recovery_seed: Option<Vec<u8>>,
        now: Timestamp,
    ) -> Self {
        Self {
            key,
            until: now.plus_ms(ACCOUNT_TIER_MS),
            sealed_recovery_seed,
        }
    }

    /// The identity of the current epoch.
    pub(crate) fn identity(&self, own: &Own) -> IdentitySecret {
        self.key.identity(own.account, own.state().epoch)
    }

    /// The seed that the founder just made.
    pub(crate) fn keep_recovery_seed(&mut self, sealed: Vec<u8>) {
        self.sealed_recovery_seed = Some(sealed);
    }
}

/// Opens the own keys with what the password gave, and checks all of them against the own signed
/// state.
///
/// # Errors
/// [`Reason::NotAuthentic`] where anything does not fit.
pub(crate) fn unlock(
    session: &Session,
    export_key: &ExportKey,
    now: Timestamp,
) -> Outcome<OwnKeys> {
    let state = own_state(session)?;
    let (account, epoch) = (state.statement.account, state.statement.epoch);
    let kek = Kek::from_password(export_key.expose(), account, epoch);
    let key = blob::open_account_key(
        &kek,
        account,
        epoch,
        &state.statement.identity,
        &session.account_key_by_password.0,
    )?;
    let generation = state.statement.mailbox_generation;
    let mailbox = blob::open_mailbox_key(
        &key,
        account,
        epoch,
        generation,
        &state.statement.mailbox_encryption,
        &session.mailbox_key.0,
    )?;
    key.check_state(&mailbox, &state.statement)?;
    let keyring = key.keyring(account, epoch);
    let send = keyring.send(account, epoch, generation);
    let send_certificate = own_send_certificate(session, &state.statement, &send)?;
    let sealed_recovery_seed = session.recovery_seed.as_ref().map(|bytes| bytes.0.clone());
    Ok(OwnKeys {
        account_tier: Some(AccountTier::new(key, sealed_recovery_seed, now)),
        keyring,
        mailbox: own_mailbox(
            session,
            state,
            MailboxTier::new(generation, mailbox),
            send,
            send_certificate,
        ),
    })
}

/// Opens the newest own mailbox with the account key in memory, for a state that another browser, or
/// an administrator, has made meanwhile.
///
/// # Errors
/// [`Reason::NotAuthentic`] where anything does not fit.
pub(crate) fn reopen(own: &Own, tier: &AccountTier, session: &Session) -> Outcome<OpenMailbox> {
    let state = own_state(session)?;
    let (account, epoch) = (state.statement.account, state.statement.epoch);
    let generation = state.statement.mailbox_generation;
    let mailbox = blob::open_mailbox_key(
        &tier.key,
        account,
        epoch,
        generation,
        &state.statement.mailbox_encryption,
        &session.mailbox_key.0,
    )?;
    tier.key.check_state(&mailbox, &state.statement)?;
    let send = own.keyring.send(account, epoch, generation);
    let send_certificate = own_send_certificate(session, &state.statement, &send)?;
    Ok(own_mailbox(
        session,
        state,
        MailboxTier::new(generation, mailbox),
        send,
        send_certificate,
    ))
}

/// The own state, signed by the identity in it; whether that identity is one's own is for the
/// caller to recompute.
fn own_state(session: &Session) -> Outcome<Signed<AccountState>> {
    let state = Signed::<AccountState>::from_bytes(&session.state.0)?;
    if state.statement.account != session.account {
        return Err(Reason::NotAuthentic.into());
    }
    state.verify(&state.statement.identity)?;
    Ok(state)
}

fn own_send_certificate(
    session: &Session,
    state: &AccountState,
    send: &SendSecret,
) -> Outcome<Signed<SendCertificate>> {
    let certificate = Signed::<SendCertificate>::from_bytes(&session.send_certificate.0)?;
    certificate.verify(&state.identity)?;
    let said = &certificate.statement;
    if said.account != state.account
        || said.generation != state.mailbox_generation
        || said.send_key != send.public()
    {
        return Err(Reason::NotAuthentic.into());
    }
    Ok(certificate)
}

fn own_mailbox(
    session: &Session,
    state: Signed<AccountState>,
    tier: MailboxTier,
    send: SendSecret,
    send_certificate: Signed<SendCertificate>,
) -> OpenMailbox {
    OpenMailbox {
        account: session.account,
        address: session.address.clone(),
        name: session.name.clone(),
        kind: MailboxKind::Own,
        state,
        former: Vec::new(),
        tier,
        send,
        send_certificate,
        entries: BTreeMap::new(),
        inventory: None,
        remembered: Remembered::default(),
        attachments: BTreeMap::new(),
        index: Index::default(),
    }
}

/// Opens the organisation's recovery seed and compares it with the verified record.
///
/// # Errors
/// [`Reason::NotAuthentic`] where it is missing or another one.
pub(crate) fn open_recovery_seed(
    own: &Own,
    tier: &AccountTier,
    chain: &ManifestChain,
) -> Outcome<RecoverySeed> {
    let sealed = tier
        .sealed_recovery_seed
        .as_ref()
        .ok_or(Reason::NotAuthentic)?;
    let manifest = chain.latest();
    let seed = blob::open_recovery_seed(
        &tier.key,
        own.state().epoch,
        chain.org_id(),
        manifest.recovery_generation,
        &manifest.recovery_key,
        sealed,
    )?;
    Ok(seed)
}

/// The keyring tier of a session and the keys of its own mailbox, with the public facts that they are checked
/// against when taken up again.
pub struct SessionTiers {
    account: AccountId,
    address: Address,
    identity: IdentityKey,
    epoch: u32,
    keyring: KeyringKey,
    mailbox: Vec<(u32, MailboxKey)>,
}

impl std::fmt::Debug for SessionTiers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionTiers(..)")
    }
}

canonical_struct! {
    /// [`SessionTiers`] as bytes.
    struct StoredTiers {
        account: AccountId,
        address: Address,
        identity: IdentityKey,
        epoch: u32,
        keyring: StoredKey,
        mailbox: Vec<StoredMailbox>,
    }
}

canonical_struct! {
    struct StoredMailbox {
        generation: u32,
        key: StoredKey,
    }
}

/// 32 secret bytes on their way into or out of storage.
struct StoredKey(Zeroizing<[u8; 32]>);

impl zegel_protocol::encoding::Wire for StoredKey {
    fn write(&self, writer: &mut zegel_protocol::encoding::Writer) {
        writer.bytes(self.0.as_slice());
    }

    fn read(
        reader: &mut zegel_protocol::encoding::Reader<'_>,
    ) -> Result<Self, zegel_protocol::DecodeError> {
        Ok(Self(Zeroizing::new(*reader.array_bytes::<32>()?)))
    }
}

impl zegel_protocol::encoding::Item for StoredMailbox {
    const MAX_ITEMS: usize = 1000;
}

impl Canonical for StoredTiers {
    const MAX_LEN: usize = 64 * 1024;
}

impl SessionTiers {
    pub(crate) fn of(own: &Own) -> Self {
        let state = own.state();
        Self {
            account: own.account,
            address: own.address.clone(),
            identity: state.identity,
            epoch: state.epoch,
            keyring: own.keyring.clone(),
            mailbox: own
                .mailboxes
                .own
                .tier
                .newest_first()
                .map(|(generation, key)| (generation, key.clone()))
                .collect(),
        }
    }

    /// The bytes to keep. They hold keys: whoever keeps them seals them.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let stored = StoredTiers {
            account: self.account,
            address: self.address.clone(),
            identity: self.identity,
            epoch: self.epoch,
            keyring: StoredKey(Zeroizing::new(*self.keyring.expose())),
            mailbox: self
                .mailbox
                .iter()
                .map(|(generation, key)| StoredMailbox {
                    generation: *generation,
                    key: StoredKey(Zeroizing::new(*key.expose())),
                })
                .collect(),
        };
        Zeroizing::new(stored.to_bytes())
    }

    /// Takes back what [`Self::to_bytes`] gave.
    ///
    /// # Errors
    /// [`Reason::SignedOut`] where these are no such bytes.
    pub fn from_bytes(bytes: &[u8]) -> Outcome<Self> {
        let stored = StoredTiers::from_bytes(bytes).map_err(|_| Reason::SignedOut)?;
        Ok(Self {
            account: stored.account,
            address: stored.address,
            identity: stored.identity,
            epoch: stored.epoch,
            keyring: KeyringKey::from_exposed(*stored.keyring.0),
            mailbox: stored
                .mailbox
                .into_iter()
                .map(|kept| (kept.generation, MailboxKey::from_exposed(*kept.key.0)))
                .collect(),
        })
    }

    pub(crate) fn keyring(&self) -> &KeyringKey {
        &self.keyring
    }

    /// Tiers of which a test needs the keyring alone.
    #[cfg(test)]
    pub(crate) fn of_keyring(account: AccountId, address: Address, keyring: KeyringKey) -> Self {
        Self {
            account,
            address,
            identity: IdentityKey([0; 32]),
            epoch: 1,
            keyring,
            mailbox: Vec::new(),
        }
    }

    /// The account that they are of.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// Checks the tiers against the session's own state. The identity cannot be recomputed without
    /// the account key; it has to be the one that was verified when the tiers were kept.
    ///
    /// # Errors
    /// [`Reason::SignedOut`] where the session is of another account or epoch,
    /// [`Reason::NotAuthentic`] where a key is not the one that the state names.
    pub(crate) fn check(&self, session: &Session) -> Outcome<OwnKeys> {
        if session.account != self.account || session.address != self.address {
            return Err(Reason::SignedOut.into());
        }
        let state = own_state(session)?;
        let said = &state.statement;
        if said.epoch != self.epoch {
            return Err(Reason::SignedOut.into());
        }
        let newest = self
            .mailbox
            .iter()
            .find(|(generation, _)| *generation == said.mailbox_generation);
        let Some((generation, mailbox)) = newest else {
            return Err(Reason::SignedOut.into());
        };
        let grant = self.keyring.grant(self.account, self.epoch);
        let encryption = mailbox.encryption(self.account, *generation);
        if said.identity != self.identity
            || said.grant != grant.public()
            || said.mailbox_encryption != encryption.public()
        {
            return Err(Reason::NotAuthentic.into());
        }
        let send = self.keyring.send(self.account, self.epoch, *generation);
        let send_certificate = own_send_certificate(session, said, &send)?;
        Ok(OwnKeys {
            account_tier: None,
            keyring: self.keyring.clone(),
            mailbox: own_mailbox(
                session,
                state,
                MailboxTier::of(self.mailbox.iter().cloned()),
                send,
                send_certificate,
            ),
        })
    }
}
