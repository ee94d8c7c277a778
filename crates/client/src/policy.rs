//! What the organisation decides for its members' clients. It stands in the signed record, so that
//! no server loosens it.

use crate::failure::Outcome;
use crate::session::SignedIn;
use crate::view::PolicyView;

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
        let policy = self.own.borrow().policy();
        Ok(PolicyView {
            functional_senders_visible: policy.functional_senders_visible,
            delegation: policy.delegation,
        })
    }

    /// Signs the next version of the record with another policy. Administrators only.
    ///
    /// # Errors
    /// [`Reason::PasswordNeeded`](crate::view::Reason::PasswordNeeded) without the account key;
    /// `forbidden`.
    pub async fn set_policy(&self, view: PolicyView) -> Outcome<PolicyView> {
        if self.policy().await? == view {
            return Ok(view);
        }
        self.sign_manifest(|_, manifest| {
            manifest.policy.functional_senders_visible = view.functional_senders_visible;
            manifest.policy.delegation = view.delegation;
            Ok(())
        })
        .await?;
        self.policy().await
    }
}
