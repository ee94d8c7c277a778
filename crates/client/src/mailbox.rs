//! Mailboxes: the accounts that somebody reads and sends as. The own one is always there; the
//! others while their rosters and grants hold.

use std::cell::{Ref, RefMut};
use std::collections::BTreeMap;

use zegel_api::{CurrentSession, Empty, MailboxHistory};
use zegel_crypto::blob;
use zegel_crypto::content::Attachment;
use zegel_crypto::content::inventory::Inventory;
use zegel_crypto::{MailboxKey, SendSecret};
use zegel_protocol::encoding::Canonical as _;
use zegel_protocol::{
    AccountId, AccountState, Address, Hash, IdentityKey, MessageId, SendCertificate, Signed,
};

use crate::failure::Outcome;
use crate::keys;
use crate::messages::{KeptEntry, Remembered};
use crate::pins;
use crate::search::Index;
use crate::session::{Own, SignedIn};
use crate::view::{MailboxKind, Reason};

/// A mailbox with what reads and sends in it.
pub(crate) struct OpenMailbox {
    pub(crate) account: AccountId,
    pub(crate) address: Address,
    pub(crate) name: String,
    pub(crate) kind: MailboxKind,
    /// Newest state of the account, verified.
    pub(crate) state: Signed<AccountState>,
    /// Identity keys that the account had before, as in a contact.
    pub(crate) former: Vec<IdentityKey>,
    pub(crate) tier: MailboxTier,
    /// Signs what this user sends from it.
    pub(crate) send: SendSecret,
    /// Of that key, verified.
    pub(crate) send_certificate: Signed<SendCertificate>,
    /// List entries seen in this session: what opens their messages without a public-key operation.
    pub(crate) entries: BTreeMap<MessageId, KeptEntry>,
    /// What it had when the key of that generation was made; none until it is needed.
    pub(crate) inventory: Option<(u32, Inventory)>,
    /// Messages opened last.
    pub(crate) remembered: Remembered,
    /// Attachments that this session uploaded, or met in drafts and messages, by their digests: the
    /// page knows those only.
    pub(crate) attachments: BTreeMap<Hash, Attachment>,
    /// What this session knows of its search index.
    pub(crate) index: Index,
}

impl OpenMailbox {
    /// Takes what is newer of the same mailbox, and keeps what this session knows beside it: keys of
    /// earlier generations, and list entries.
    pub(crate) fn renew(&mut self, newer: Self) {
        let mut tier = newer.tier;
        for (generation, key) in self.tier.newest_first() {
            tier.keep_earlier(generation, key);
        }
        self.address = newer.address;
        self.name = newer.name;
        self.kind = newer.kind;
        self.state = newer.state;
        self.former = newer.former;
        self.tier = tier;
        self.send = newer.send;
        self.send_certificate = newer.send_certificate;
    }
}

/// Every mailbox that is open.
pub(crate) struct Mailboxes {
    pub(crate) own: OpenMailbox,
    pub(crate) others: BTreeMap<AccountId, OpenMailbox>,
}

impl Mailboxes {
    pub(crate) fn get(&self, account: &AccountId) -> Option<&OpenMailbox> {
        if *account == self.own.account {
            Some(&self.own)
        } else {
            self.others.get(account)
        }
    }

    pub(crate) fn get_mut(&mut self, account: &AccountId) -> Option<&mut OpenMailbox> {
        if *account == self.own.account {
            Some(&mut self.own)
        } else {
            self.others.get_mut(account)
        }
    }
}

/// What reads mail: mailbox keys by generation.
#[derive(Clone)]
pub(crate) struct MailboxTier {
    keys: BTreeMap<u32, MailboxKey>,
    /// Every key that can be reached from the newest is here.
    whole: bool,
}

impl MailboxTier {
    pub(crate) fn new(generation: u32, key: MailboxKey) -> Self {
        Self::of([(generation, key)])
    }

    /// A tier of keys that were kept.
    pub(crate) fn of(keys: impl IntoIterator<Item = (u32, MailboxKey)>) -> Self {
        let keys: BTreeMap<_, _> = keys.into_iter().collect();
        // Generations count from 1.
        let first = keys.first_key_value().map(|(generation, _)| *generation);
        let gapless = first == Some(1) && keys.keys().is_sorted_by(|a, b| *a + 1 == **b);
        Self {
            keys,
            whole: gapless,
        }
    }

    /// The newest key with its generation.
    ///
    /// # Errors
    /// [`Reason::Internal`] where there is none, which no constructor leaves.
    pub(crate) fn newest(&self) -> Outcome<(u32, &MailboxKey)> {
        let newest = self.keys.last_key_value();
        newest
            .map(|(generation, key)| (*generation, key))
            .ok_or_else(|| Reason::Internal.into())
    }

    pub(crate) fn of_generation(&self, generation: u32) -> Option<&MailboxKey> {
        self.keys.get(&generation)
    }

    /// Every key with its generation, newest first.
    pub(crate) fn newest_first(&self) -> impl Iterator<Item = (u32, &MailboxKey)> {
        self.keys
            .iter()
            .rev()
            .map(|(generation, key)| (*generation, key))
    }

    /// Takes a key of a generation before the newest.
    fn keep_earlier(&mut self, generation: u32, key: &MailboxKey) {
        self.keys.entry(generation).or_insert_with(|| key.clone());
        *self = Self::of(std::mem::take(&mut self.keys));
    }

    /// Takes a newer key, and keeps those that it follows.
    pub(crate) fn rotate(&mut self, generation: u32, key: MailboxKey) {
        self.keys.insert(generation, key);
        self.whole &= self.keys.contains_key(&(generation - 1));
    }

    /// Opens the keys of the generations before, each with the one after it, as far as that goes:
    /// after a reset there is nothing before.
    fn descend(&mut self, account: AccountId, history: &BTreeMap<u32, Vec<u8>>) {
        let Some((&newest, _)) = self.keys.last_key_value() else {
            return;
        };
        for generation in (1..newest).rev() {
            let Some(next) = self.keys.get(&(generation + 1)) else {
                break;
            };
            if self.keys.contains_key(&generation) {
                continue;
            }
            let opened = history.get(&generation).and_then(|sealed| {
                blob::open_mailbox_history(next, account, generation, sealed).ok()
            });
            let Some(key) = opened else { break };
            self.keys.insert(generation, key);
        }
        self.whole = true;
    }
}

impl SignedIn {
    /// A mailbox that this user may act as. Borrowed for a moment only, never across a wait.
    ///
    /// # Errors
    /// [`Reason::NoAccess`] where it is none, or not any more.
    pub(crate) fn mailbox(&self, account: AccountId) -> Outcome<Ref<'_, OpenMailbox>> {
        Ref::filter_map(self.own.borrow(), |own| own.mailboxes.get(&account))
            .map_err(|_| Reason::NoAccess.into())
    }

    /// [`SignedIn::mailbox`], to change it.
    ///
    /// # Errors
    /// [`Reason::NoAccess`].
    pub(crate) fn mailbox_mut(&self, account: AccountId) -> Outcome<RefMut<'_, OpenMailbox>> {
        RefMut::filter_map(self.own.borrow_mut(), |own| own.mailboxes.get_mut(&account))
            .map_err(|_| Reason::NoAccess.into())
    }

    /// Opens the mailbox keys of earlier generations, once: what was written before a rotation is
    /// sealed under them. Asks nobody where there are none, or they are at hand.
    ///
    /// # Errors
    /// [`Reason::NoAccess`]; else only the server's. Keys that do not open are left out: what is
    /// sealed under them stays locked.
    pub(crate) async fn load_history(&self, account: AccountId) -> Outcome<()> {
        if self.mailbox(account)?.tier.whole {
            return Ok(());
        }
        let history = self
            .environment
            .call_at::<MailboxHistory>(&[&account.to_string()], &Empty {})
            .await?;
        let history = history
            .keys
            .into_iter()
            .map(|key| (key.generation, key.sealed.0))
            .collect();
        self.mailbox_mut(account)?.tier.descend(account, &history);
        Ok(())
    }
}

impl SignedIn {
    /// Takes what another browser, or an administrator, stated for this account meanwhile. A new
    /// mailbox key needs the account key: without it the one before stays, until the password is
    /// given.
    ///
    /// # Errors
    /// [`Reason::NotAuthentic`] or [`Reason::Rollback`] where the server's state is not what this
    /// account stated, or older; [`Reason::SignedOut`] where its keys are others now.
    pub(crate) async fn refresh_own(&self) -> Outcome<()> {
        self.take_own_state().await.map(drop)
    }

    /// [`SignedIn::refresh_own`] for a message that the server refused for its sender's old key:
    /// with the key before, it would refuse the next one as well.
    ///
    /// # Errors
    /// As there, and [`Reason::PasswordNeeded`] where there is a new mailbox key and no account key.
    pub(crate) async fn refresh_own_to_send(&self) -> Outcome<()> {
        if self.take_own_state().await? {
            Ok(())
        } else {
            Err(Reason::PasswordNeeded.into())
        }
    }

    /// Whether nothing is left that the account key is needed for.
    async fn take_own_state(&self) -> Outcome<bool> {
        let session = self.environment.call::<CurrentSession>(&Empty {}).await?;
        let state = Signed::<AccountState>::from_bytes(&session.state.0)?;
        {
            let mut own = self.own.borrow_mut();
            if state.statement.account != own.account {
                return Err(Reason::SignedOut.into());
            }
            own.rotation_pending = session.rotation_pending_since_ms.is_some();
            let ours = &own.mailboxes.own.state;
            if state.statement.epoch > ours.statement.epoch {
                return Err(Reason::SignedOut.into());
            }
            state.verify(&ours.statement.identity)?;
            if let Some(pinned) = pins::contact(&own.pins.content, own.account) {
                pins::check_state(pinned, &state)?;
            }
            if state.hash() == ours.hash() {
                return Ok(true);
            }
            if state.statement.sequence <= ours.statement.sequence {
                return Err(Reason::Rollback.into());
            }
            // Joining and leaving are for the password's flows.
            if state.statement.joined != ours.statement.joined {
                return Ok(true);
            }
        }
        let same_mailbox = {
            let own = self.own.borrow();
            let ours = own.state();
            state.statement.mailbox_generation == ours.mailbox_generation
                && state.statement.mailbox_encryption == ours.mailbox_encryption
        };
        if same_mailbox {
            self.own.borrow_mut().mailboxes.own.state = state;
            return self.pin_own_state().await.map(|()| true);
        }
        match self.with_account(|own, tier| keys::reopen(own, tier, &session)) {
            Ok(newer) => self.own.borrow_mut().mailboxes.own.renew(newer),
            Err(failure) if failure.reason == Reason::PasswordNeeded => return Ok(false),
            Err(failure) => return Err(failure),
        }
        self.pin_own_state().await.map(|()| true)
    }
}

impl Own {
    /// A mailbox that this user may act as.
    ///
    /// # Errors
    /// [`Reason::NoAccess`] where it is none, or not any more.
    pub(crate) fn mailbox(&self, account: AccountId) -> Outcome<&OpenMailbox> {
        self.mailboxes
            .get(&account)
            .ok_or_else(|| Reason::NoAccess.into())
    }

    /// The own state, the newest that this client knows.
    pub(crate) fn state(&self) -> &AccountState {
        &self.mailboxes.own.state.statement
    }
}
