use crate::ctx::SUITE;
use crate::encoding::Canonical;
use crate::hash::Hash;
use crate::ids::{AccountId, OrgId};
use crate::keys::{IdentityKey, KemKey, Namespace};
use crate::limits::MAX_ACCOUNT_STATE_BYTES;
use crate::statement::{Signed, Statement};

canonical_struct! {
    /// An account's public keys and membership as its owner states them, signed by the identity
    /// inside; on a change of epoch also by the identity before, where that is at hand.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct AccountState {
        /// The account.
        pub account: AccountId,
        /// A person's or a shared one.
        pub kind: Kind,
        /// Key epoch, from 1.
        pub epoch: u32,
        /// From 1, one more with each state.
        pub sequence: u32,
        /// Hash of the state before; zero in the first.
        pub previous: Hash,
        /// Signs statements and grants.
        pub identity: IdentityKey,
        /// Receives Recovery and Restore grants.
        pub account_encryption: KemKey,
        /// Receives Mailbox grants.
        pub grant: KemKey,
        /// Receives messages and nothing else.
        pub mailbox_encryption: KemKey,
        /// Generation of the mailbox key, from 1; counts on across epochs.
        pub mailbox_generation: u32,
        /// Hash of the newest roster, where others have access.
        pub roster: Option<Hash>,
        /// The organisation that the account has joined.
        pub joined: Option<Joined>,
        /// Lowest suite that the account accepts; never falls.
        pub min_suite: u8,
    }
}

canonical_struct! {
    /// Acceptance of a membership.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Joined {
        /// The organisation.
        pub org_id: OrgId,
        /// Version of the manifest that was verified.
        pub version: u32,
        /// Hash of that manifest.
        pub manifest: Hash,
        /// How the organisation was authenticated.
        pub method: JoinMethod,
        /// HMAC of account and identity under the token of the adoption link, where there was one.
        pub proof: Option<Hash>,
    }
}

canonical_enum! {
    /// Whose an account is.
    pub enum Kind {
        /// A person's, with a password.
        Person = 1,
        /// A shared mailbox; nobody signs in to it.
        Functional = 2,
    }
}

canonical_enum! {
    /// How an account authenticated the organisation that it joined.
    pub enum JoinMethod {
        /// It founded the organisation.
        Founder = 1,
        /// A personal adoption link.
        Link = 2,
        /// The domain's TXT record, asked by the browser.
        Dns = 3,
        /// The organisation's safety number, typed in.
        Number = 4,
        /// An administrator of the organisation made the account.
        Created = 5,
    }
}

impl Canonical for AccountState {
    const MAX_LEN: usize = MAX_ACCOUNT_STATE_BYTES;
}

impl Statement for AccountState {
    const NAMESPACE: Namespace = Namespace::AccountState;
    const COSIGN_NAMESPACE: Option<Namespace> = Some(Namespace::AccountStateCosign);
}

/// How a state follows the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Succession {
    /// The same keys.
    SameEpoch,
    /// New keys, and the old identity vouches for the new one.
    CosignedEpoch,
    /// New keys that nothing connects to the old ones: a reset. Whoever relied on the old
    /// identity has to verify the new one.
    NewEpoch,
}

/// Why a state is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AccountStateError {
    /// Not signed by the identity inside, or the second signature is not by the one before.
    #[error("signature does not verify")]
    Signature,
    /// Of another account.
    #[error("another account")]
    Account,
    /// Sequence or hash do not follow the state before, or a first state does not start so.
    #[error("state out of sequence")]
    Sequence,
    /// The epoch does not follow, or keys changed without it, or stayed in spite of it.
    #[error("keys out of sequence")]
    Keys,
    /// The mailbox generation and its key do not follow.
    #[error("mailbox key out of sequence")]
    Mailbox,
    /// The kind of account changed otherwise than from a person's to a shared one with new keys.
    #[error("kind of account changed")]
    Kind,
    /// A membership was dropped or changed without a reset.
    #[error("membership changed")]
    Membership,
    /// The lowest suite falls, or is one that this code does not know.
    #[error("suite not acceptable")]
    Suite,
}

impl AccountState {
    /// Verifies a first state: sequence, epoch and generation 1, nothing before it.
    ///
    /// # Errors
    /// [`AccountStateError`] with the first fault.
    pub fn verify_first(signed: &Signed<Self>) -> Result<(), AccountStateError> {
        let state = &signed.statement;
        if state.sequence != 1 || state.previous != Hash::ZERO || signed.cosignature.is_some() {
            return Err(AccountStateError::Sequence);
        }
        if state.epoch != 1 {
            return Err(AccountStateError::Keys);
        }
        if state.mailbox_generation != 1 {
            return Err(AccountStateError::Mailbox);
        }
        verify_self(signed)
    }

    /// Verifies that `next` follows `previous`, which the caller has verified, and how.
    ///
    /// # Errors
    /// [`AccountStateError`] with the first fault.
    pub fn verify_successor(
        previous: &Signed<Self>,
        next: &Signed<Self>,
    ) -> Result<Succession, AccountStateError> {
        let before = &previous.statement;
        let state = &next.statement;
        if state.account != before.account {
            return Err(AccountStateError::Account);
        }
        if before.sequence.checked_add(1) != Some(state.sequence)
            || state.previous != previous.hash()
        {
            return Err(AccountStateError::Sequence);
        }
        if state.min_suite < before.min_suite {
            return Err(AccountStateError::Suite);
        }
        verify_self(next)?;
        let succession = check_keys(before, next)?;
        check_mailbox(before, state, succession)?;
        check_kind(before.kind, state.kind, succession)?;
        check_membership(before.joined.as_ref(), state.joined.as_ref(), succession)?;
        Ok(succession)
    }
}

fn verify_self(signed: &Signed<AccountState>) -> Result<(), AccountStateError> {
    if signed.statement.min_suite > SUITE || signed.statement.min_suite == 0 {
        return Err(AccountStateError::Suite);
    }
    signed
        .verify(&signed.statement.identity)
        .map_err(|_| AccountStateError::Signature)
}

fn check_keys(
    before: &AccountState,
    next: &Signed<AccountState>,
) -> Result<Succession, AccountStateError> {
    let state = &next.statement;
    if state.epoch == before.epoch {
        let same = state.identity == before.identity
            && state.account_encryption == before.account_encryption
            && state.grant == before.grant
            && next.cosignature.is_none();
        return if same {
            Ok(Succession::SameEpoch)
        } else {
            Err(AccountStateError::Keys)
        };
    }
    let all_new = before.epoch.checked_add(1) == Some(state.epoch)
        && state.identity != before.identity
        && state.account_encryption != before.account_encryption
        && state.grant != before.grant;
    if !all_new {
        return Err(AccountStateError::Keys);
    }
    if next.cosignature.is_none() {
        return Ok(Succession::NewEpoch);
    }
    next.verify_cosigned(&before.identity)
        .map(|()| Succession::CosignedEpoch)
        .map_err(|_| AccountStateError::Signature)
}

/// A new epoch always has a new mailbox key: whoever held the old tiers must not read on.
fn check_mailbox(
    before: &AccountState,
    state: &AccountState,
    succession: Succession,
) -> Result<(), AccountStateError> {
    let kept = state.mailbox_generation == before.mailbox_generation
        && state.mailbox_encryption == before.mailbox_encryption;
    let rotated = before.mailbox_generation.checked_add(1) == Some(state.mailbox_generation)
        && state.mailbox_encryption != before.mailbox_encryption;
    if rotated || (kept && succession == Succession::SameEpoch) {
        Ok(())
    } else {
        Err(AccountStateError::Mailbox)
    }
}

fn check_kind(before: Kind, now: Kind, succession: Succession) -> Result<(), AccountStateError> {
    let conversion =
        (before, now, succession) == (Kind::Person, Kind::Functional, Succession::CosignedEpoch);
    if before == now || conversion {
        Ok(())
    } else {
        Err(AccountStateError::Kind)
    }
}

/// Only a reset forgets a membership: after it the organisation is authenticated anew.
fn check_membership(
    before: Option<&Joined>,
    now: Option<&Joined>,
    succession: Succession,
) -> Result<(), AccountStateError> {
    match (before, now) {
        _ if succession == Succession::NewEpoch => Ok(()),
        (None, _) => Ok(()),
        (Some(before), Some(now))
            if now.org_id == before.org_id && now.version >= before.version =>
        {
            Ok(())
        }
        (Some(_), _) => Err(AccountStateError::Membership),
    }
}

#[cfg(test)]
mod tests;
