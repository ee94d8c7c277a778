//! What the organisation decides for its members' clients. It stands in the signed record, so that
//! no server loosens it.

use zegel_protocol::Policy;

use crate::failure::Outcome;
use crate::session::SignedIn;
use crate::view::{PolicyChange, PolicyView};

impl SignedIn {
    /// The policy of the own organisation, from its verified record; of a free account, what holds
    /// where nobody decides.
    ///
    /// # Errors
    /// As [`SignedIn::organisation`].
    pub async fn policy(&self) -> Outcome<PolicyView> {
        if self.own.borrow().joined().is_some() {
            self.refresh_organisation().await?;
        }
        Ok(view_of(self.own.borrow().policy()))
    }

    /// Signs the next version of the record with a change of the policy. What is not changed stays
    /// as the newest record has it: another administrator may have changed it meanwhile.
    /// Administrators only.
    ///
    /// # Errors
    /// [`Reason::PasswordNeeded`](crate::view::Reason::PasswordNeeded) without the account key;
    /// `forbidden`.
    pub async fn set_policy(&self, change: PolicyChange) -> Outcome<PolicyView> {
        let now = self.policy().await?;
        if change.of(now) == now {
            return Ok(now);
        }
        self.sign_manifest(|_, manifest| {
            let policy = &mut manifest.policy;
            let wanted = change.of(view_of(*policy));
            policy.functional_senders_visible = wanted.functional_senders_visible;
            policy.delegation = wanted.delegation;
            Ok(())
        })
        .await?;
        self.policy().await
    }
}

fn view_of(policy: Policy) -> PolicyView {
    PolicyView {
        functional_senders_visible: policy.functional_senders_visible,
        delegation: policy.delegation,
    }
}
