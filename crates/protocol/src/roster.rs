use crate::account_state::AccountState;
use crate::encoding::{Canonical, Item};
use crate::hash::Hash;
use crate::ids::AccountId;
use crate::keys::{IdentityKey, Namespace, SendKey};
use crate::limits::{MAX_ROSTER_BYTES, MAX_ROSTER_MEMBERS};
use crate::statement::{Signed, Statement};

canonical_struct! {
    /// Who has access to an account's mailbox, signed by the account's identity. For members and
    /// administrators, never for recipients.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Roster {
        /// The account.
        pub account: AccountId,
        /// From 1, one more with each roster.
        pub version: u32,
        /// Hash of the roster before; zero in the first.
        pub previous: Hash,
        /// Members, ascending by account.
        pub members: Vec<RosterMember>,
    }
}

canonical_struct! {
    /// Somebody with access.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct RosterMember {
        /// Their account.
        pub account: AccountId,
        /// Their identity key.
        pub identity: IdentityKey,
        /// The key that signs what they send from the mailbox.
        pub send_key: SendKey,
        /// As what.
        pub role: Role,
        /// Whether recipients see their name.
        pub visible: bool,
    }
}

canonical_enum! {
    /// As what somebody has access to a mailbox.
    pub enum Role {
        /// Member of a functional account.
        Member = 1,
        /// Delegate of a person.
        Delegate = 2,
    }
}

impl Item for RosterMember {
    const MAX_ITEMS: usize = MAX_ROSTER_MEMBERS;
}

impl Canonical for Roster {
    const MAX_LEN: usize = MAX_ROSTER_BYTES;
}

impl Statement for Roster {
    const NAMESPACE: Namespace = Namespace::Roster;
}

/// Why a roster is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RosterError {
    /// Of another account.
    #[error("another account")]
    Account,
    /// Version or hash do not follow the roster before.
    #[error("roster out of sequence")]
    Sequence,
    /// Members not ascending and unique.
    #[error("members out of order")]
    Members,
    /// Not the one that the account's newest state names.
    #[error("another roster than the state names")]
    State,
    /// Not signed by the account's identity.
    #[error("signature does not verify")]
    Signature,
}

impl Roster {
    /// Verifies that `next` is signed by the account's `identity` and follows `previous`, which
    /// the caller has verified; `None` for a first roster.
    ///
    /// # Errors
    /// [`RosterError`] with the first fault.
    pub fn verify(
        previous: Option<&Signed<Self>>,
        next: &Signed<Self>,
        identity: &IdentityKey,
    ) -> Result<(), RosterError> {
        let roster = &next.statement;
        let (version, hash) = match previous {
            Some(before) if before.statement.account != roster.account => {
                return Err(RosterError::Account);
            }
            Some(before) => (before.statement.version.checked_add(1), before.hash()),
            None => (Some(1), Hash::ZERO),
        };
        if version != Some(roster.version) || hash != roster.previous {
            return Err(RosterError::Sequence);
        }
        roster.check_members()?;
        next.verify(identity).map_err(|_| RosterError::Signature)
    }

    /// Verifies that a roster is the one that an account's `state` names, which the caller has
    /// verified, and signed by the identity in it. So a member who did not see the rosters before
    /// knows the newest: the state is what cannot go back.
    ///
    /// # Errors
    /// [`RosterError`] with the first fault.
    pub fn verify_newest(signed: &Signed<Self>, state: &AccountState) -> Result<(), RosterError> {
        let roster = &signed.statement;
        if roster.account != state.account {
            return Err(RosterError::Account);
        }
        if state.roster != Some(signed.hash()) {
            return Err(RosterError::State);
        }
        roster.check_members()?;
        signed
            .verify(&state.identity)
            .map_err(|_| RosterError::Signature)
    }

    fn check_members(&self) -> Result<(), RosterError> {
        if self.members.is_sorted_by(|a, b| a.account < b.account) {
            Ok(())
        } else {
            Err(RosterError::Members)
        }
    }

    /// The roster after `newest`, or the first, with other members.
    #[must_use]
    pub fn next(
        account: AccountId,
        newest: Option<&Signed<Self>>,
        members: Vec<RosterMember>,
    ) -> Self {
        let mut members = members;
        members.sort_by_key(|member| member.account);
        Self {
            account,
            version: newest.map_or(1, |newest| newest.statement.version + 1),
            previous: newest.map_or(Hash::ZERO, Signed::hash),
            members,
        }
    }

    /// The member that an account is.
    #[must_use]
    pub fn member(&self, account: AccountId) -> Option<&RosterMember> {
        self.members.iter().find(|member| member.account == account)
    }
}

#[cfg(test)]
mod tests;
