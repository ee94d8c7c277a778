//! A signed-in account: its keys in three tiers, and what it knows to be true.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use zegel_api::{AdoptionOffer, Language, Role, Session};
use zegel_crypto::KeyringKey;
use zegel_protocol::{
    AccountId, AccountState, Address, Hash, ManifestChain, OrgId, Signed, Timestamp,
};

use crate::adoption::Review;
use crate::contacts::{Contact, Met};
use crate::environment::Environment;
use crate::failure::Outcome;
use crate::keys::{AccountTier, OwnKeys, SessionTiers};
use crate::mailbox::Mailboxes;
use crate::pins::PinBook;
use crate::view::{AdoptionState, Reason, SessionView};

/// How long the account key stays in memory after a password, in milliseconds.
pub const ACCOUNT_TIER_MS: u64 = 15 * 60 * 1000;

/// An account that is signed in. Flows are methods of it, one file each.
///
/// Its keyring and mailbox tiers are at hand as long as it lives, those of other accounts that it may
/// act as too; the account tier only for [`ACCOUNT_TIER_MS`] after the password was given.
#[derive(Debug)]
pub struct SignedIn {
    pub(crate) environment: Environment,
    pub(crate) own: RefCell<Own>,
}

/// The state of a signed-in account. Borrowed for moments only, never across a wait.
pub(crate) struct Own {
    pub(crate) account: AccountId,
    pub(crate) address: Address,
    pub(crate) language: Language,
    pub(crate) account_tier: Option<AccountTier>,
    /// Root of the keyring tier.
    pub(crate) keyring: KeyringKey,
    /// What this user may act as; the own newest state is that of the own mailbox.
    pub(crate) mailboxes: Mailboxes,
    pub(crate) pins: PinBook,
    /// The own organisation's record, verified from its genesis.
    pub(crate) organisation: Option<ManifestChain>,
    /// An organisation that waits for this account, by the server's word.
    pub(crate) offer: Option<AdoptionOffer>,
    /// Somebody's access to the own mailbox ended without a new mailbox key, by the server's word.
    pub(crate) rotation_pending: bool,
    /// How far that organisation is verified.
    pub(crate) review: Option<Review>,
    /// Contacts looked up in this session.
    pub(crate) contacts: BTreeMap<AccountId, Contact>,
    /// People only named in messages of this session.
    pub(crate) glanced: BTreeMap<AccountId, Contact>,
    /// Functional accounts whose roster this session has compared with whom the server lists.
    pub(crate) rosters_compared: BTreeSet<AccountId>,
    /// Contacts that the pins have to learn.
    pub(crate) met: Vec<Met>,
    /// Escrows that did not open, and were reported.
    pub(crate) failed_escrows: BTreeSet<Hash>,
    /// Contacts met for the first time in this session.
    pub(crate) first_met: BTreeSet<AccountId>,
}

impl std::fmt::Debug for Own {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Own")
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

impl SignedIn {
    /// Takes up a session whose keys are verified: loads the pins and, of a member, the
    /// organisation's record, and refuses what either contradicts.
    pub(crate) async fn take_up(
        environment: Environment,
        session: Session,
        keys: OwnKeys,
    ) -> Outcome<Self> {
        let pins = PinBook::load(&environment, &keys, &session.address).await?;
        let signed_in = Self {
            environment,
            own: RefCell::new(Own {
                account: session.account,
                address: session.address,
                language: session.language,
                account_tier: keys.account_tier,
                keyring: keys.keyring,
                mailboxes: Mailboxes {
                    own: keys.mailbox,
                    others: BTreeMap::new(),
                },
                pins,
                organisation: None,
                offer: session.adoption,
                rotation_pending: session.rotation_pending_since_ms.is_some(),
                review: None,
                contacts: BTreeMap::new(),
                glanced: BTreeMap::new(),
                rosters_compared: BTreeSet::new(),
                met: Vec::new(),
                failed_escrows: BTreeSet::new(),
                first_met: BTreeSet::new(),
            }),
        };
        let joined = signed_in.own.borrow().joined();
        if joined != session.organisation {
            return Err(Reason::NotAuthentic.into());
        }
        if joined.is_some() {
            signed_in.refresh_organisation().await?;
        }
        signed_in.pin_own_state().await?;
        Ok(signed_in)
    }

    /// What a user interface shows of the session.
    #[must_use]
    pub fn view(&self) -> SessionView {
        let now = self.environment.now();
        let own = self.own.borrow();
        SessionView {
            account: own.account,
            address: own.address.clone(),
            name: own.mailboxes.own.name.clone(),
            language: own.language,
            role: own.role(),
            organisation: own
                .organisation
                .as_ref()
                .map(|chain| chain.latest().name.to_string()),
            unlocked: own
                .account_tier
                .as_ref()
                .is_some_and(|tier| now < tier.until),
            adoption: own.offer.as_ref().map(|offer| {
                if offer.deferred {
                    AdoptionState::Deferred
                } else {
                    AdoptionState::Waiting
                }
            }),
            rotation_pending: own.rotation_pending,
        }
    }

    /// Forgets the account key now.
    pub fn lock(&self) {
        self.own.borrow_mut().account_tier = None;
    }

    /// Until when the account key stays in memory; none where it is not there.
    #[must_use]
    pub fn unlocked_until(&self) -> Option<Timestamp> {
        let own = self.own.borrow();
        own.account_tier.as_ref().map(|tier| tier.until)
    }

    /// What a browser keeps of the session for a reload: no account key, so that a reload asks for
    /// the password where that is needed.
    #[must_use]
    pub fn session_tiers(&self) -> SessionTiers {
        let own = self.own.borrow();
        SessionTiers::of(&own)
    }

    /// Runs `with` with the account tier; the borrow ends with it.
    ///
    /// # Errors
    /// [`Reason::PasswordNeeded`] where it is not in memory (any more).
    pub(crate) fn with_account<T>(
        &self,
        with: impl FnOnce(&Own, &AccountTier) -> Outcome<T>,
    ) -> Outcome<T> {
        let now = self.environment.now();
        let expired = self
            .own
            .borrow()
            .account_tier
            .as_ref()
            .is_some_and(|tier| now >= tier.until);
        if expired {
            // Where a flow looks at the account just now, the key goes with the next look.
            if let Ok(mut own) = self.own.try_borrow_mut() {
                own.account_tier = None;
            }
            return Err(Reason::PasswordNeeded.into());
        }
        let own = self.own.borrow();
        let tier = own.account_tier.as_ref().ok_or(Reason::PasswordNeeded)?;
        with(&own, tier)
    }
}

impl Own {
    /// The organisation that the own signed state names.
    pub(crate) fn joined(&self) -> Option<OrgId> {
        let joined = self.state().joined.as_ref();
        joined.map(|joined| joined.org_id)
    }

    /// What the verified record says this account is; the server is not asked.
    pub(crate) fn role(&self) -> Role {
        let Some(chain) = &self.organisation else {
            return Role::Free;
        };
        match chain.latest().administrator(self.account) {
            Some(administrator) if administrator.identity == self.state().identity => {
                Role::Administrator
            }
            _ => Role::Member,
        }
    }

    /// The next own state, to be changed and signed.
    pub(crate) fn next_state(&self) -> AccountState {
        next_state(&self.mailboxes.own.state)
    }
}

/// The state after `newest`, to be changed and signed.
pub(crate) fn next_state(newest: &Signed<AccountState>) -> AccountState {
    let state = &newest.statement;
    AccountState {
        sequence: state.sequence + 1,
        previous: newest.hash(),
        ..state.clone()
    }
}
