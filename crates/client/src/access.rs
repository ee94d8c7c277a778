//! Access to accounts: the mailboxes that this user may act as beside the own one, and who may act
//! as an account whose key is at hand here.
//!
//! Both sides rest on one signed thing, the account's newest state: it names the roster, and the
//! mailbox key that every grant has to recompute. A client that never saw the rosters before follows
//! the states, which cannot go back.

mod account;
mod change;
mod list;

use zegel_api::{Empty, Role, StepDown};
use zegel_protocol::{AccountId, Address, CertificateMethod, DelegationPolicy, Kind, Policy};

use crate::contacts::Contact;
use crate::failure::Outcome;
use crate::session::{Own, SignedIn};
use crate::view::{AccessView, Failure, Reason, Trust};
use change::Change;

pub(crate) use account::{Account, Seat};
pub(crate) use change::own_send_certificate;

impl SignedIn {
    /// Who has access to an account: the own one, or as an administrator one of the organisation's.
    /// Whoever the server lists beside the signed roster is left out.
    ///
    /// # Errors
    /// `not_found`, `forbidden`; [`Reason::NotAuthentic`] and [`Reason::Rollback`] where the
    /// account's state or roster is not what it signed last.
    pub async fn access(&self, account: AccountId) -> Outcome<AccessView> {
        let account = self.account(account).await?;
        self.pin_met_if_room().await?;
        Ok(self.own.borrow().view_access(&account))
    }

    /// Gives somebody access to the own account, or as an administrator to a functional one: to its
    /// mail from the beginning, and to send as it. `address` is the one that the user chose: a server
    /// that has shown somebody else's account for it gets no further. Recipients see the person's
    /// name where `visible`; of a functional account that somebody has access to, as they see the
    /// others'. Of somebody who has access already, only that changes.
    ///
    /// # Errors
    /// [`Reason::PasswordNeeded`] without the account key. About the person: `not_a_person` of a
    /// functional account; [`Reason::NotVerified`] where only the server vouches for their key, [`Reason::KeyChanged`],
    /// [`Reason::NotAColleague`]; [`Reason::NotAuthentic`] where the address is not theirs.
    /// [`Reason::LeftToAdministrators`] where the policy says so.
    pub async fn grant_access(
        &self,
        account: AccountId,
        person: AccountId,
        address: &Address,
        visible: bool,
    ) -> Outcome<AccessView> {
        if person == account {
            return Err(Reason::Server(zegel_api::ErrorCode::Conflict).into());
        }
        self.with_account(|_, _| Ok(()))?;
        let change = Change::Grant {
            person,
            address: address.clone(),
            visible,
        };
        self.change_access(account, &change).await
    }

    /// Ends somebody's access, and replaces the mailbox key: what is written from now on they cannot
    /// read, whatever they kept.
    ///
    /// # Errors
    /// [`Reason::PasswordNeeded`] without the account key.
    pub async fn revoke_access(
        &self,
        account: AccountId,
        person: AccountId,
    ) -> Outcome<AccessView> {
        self.with_account(|_, _| Ok(()))?;
        self.change_access(account, &Change::Revoke(person)).await
    }

    /// Whether recipients see who sends from an account: of one person, or of everybody with access.
    ///
    /// # Errors
    /// [`Reason::PasswordNeeded`] without the account key; [`Reason::LeftToAdministrators`] where
    /// the policy says so.
    pub async fn set_sender_visibility(
        &self,
        account: AccountId,
        person: Option<AccountId>,
        visible: bool,
    ) -> Outcome<AccessView> {
        self.with_account(|_, _| Ok(()))?;
        self.change_access(account, &Change::Show { person, visible })
            .await
    }

    /// Replaces the mailbox key of an account where somebody's access ended without that, because
    /// they stepped down or were suspended.
    ///
    /// # Errors
    /// [`Reason::PasswordNeeded`] without the account key.
    pub async fn rotate_mailbox(&self, account: AccountId) -> Outcome<AccessView> {
        self.with_account(|_, _| Ok(()))?;
        self.change_access(account, &Change::Rotate).await
    }

    /// Makes up for what a delegate's leaving left to do: replaces the own mailbox key where the server
    /// says that somebody's access ended without that, and the account key is at hand. Asks nobody
    /// anything else. What fails stays due, and is tried again with the next look at the account.
    pub(crate) async fn replace_due_key(&self) {
        let due = {
            let own = self.own.borrow();
            own.rotation_pending.then_some(own.account)
        };
        if let Some(account) = due {
            // Why it failed is told on the page of who has access, where one can try again.
            let _ = self.rotate_mailbox(account).await;
        }
    }

    /// Gives up the own access to an account. It ends at once; the mailbox key is replaced by
    /// whoever holds the account's.
    ///
    /// # Errors
    /// `not_found` where there is none.
    pub async fn step_down(&self, account: AccountId) -> Outcome<()> {
        self.environment
            .call_at::<StepDown>(&[&account.to_string()], &Empty {})
            .await?;
        self.own.borrow_mut().mailboxes.others.remove(&account);
        Ok(())
    }
}

impl Own {
    /// What the verified record of the own organisation decides; of a free account, nothing.
    pub(crate) fn policy(&self) -> Policy {
        self.organisation
            .as_ref()
            .map_or_else(Policy::default, |chain| chain.latest().policy)
    }

    /// Whether this user may give others access to an account, or show them, by the verified record.
    /// Taking away is an owner's right whatever it says.
    fn check_may_give(&self, account: &Account) -> Outcome<()> {
        let left = self.policy().delegation == DelegationPolicy::Administrators;
        if left && account.id() == self.account && self.role() != Role::Administrator {
            return Err(Reason::LeftToAdministrators.into());
        }
        Ok(())
    }

    /// Whether somebody may get access to an account. A key that only a server vouches for never
    /// does: it would be sealed to whoever runs the server.
    fn check_may_be_granted(&self, account: &Account, person: &Contact) -> Outcome<()> {
        let policy = self.policy();
        let about = |reason| Err(Failure::about(person.account, reason));
        if person.state.statement.kind != Kind::Person {
            return about(Reason::Server(zegel_api::ErrorCode::NotAPerson));
        }
        if person.trust == Trust::Changed {
            return about(Reason::KeyChanged);
        }
        let verified = matches!(
            person.trust,
            Trust::Own | Trust::Verified | Trust::Certified { .. }
        );
        let by_policy = policy.server_certificates_for_mailbox_grants
            && person.colleague == Some(CertificateMethod::Server);
        if !(verified || by_policy) {
            return about(Reason::NotVerified);
        }
        let own = account.id() == self.account;
        let anyone = own && policy.delegation == DelegationPolicy::Anyone;
        if !anyone && person.colleague.is_none() {
            return about(Reason::NotAColleague);
        }
        Ok(())
    }
}
