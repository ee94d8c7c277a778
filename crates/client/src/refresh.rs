use zegel_api::{CurrentSession, Empty};
use zegel_protocol::AccountId;

use crate::failure::Outcome;
use crate::session::SignedIn;
use crate::view::{Reason, SessionView};

impl SignedIn {
    /// Takes what changed about the own account elsewhere: what it stated in another browser, an
    /// organisation that waits for it, its organisation's record and with it its role. Makes up for a
    /// mailbox key that waits to be replaced, where the account key is at hand.
    ///
    /// # Errors
    /// [`Reason::SignedOut`] where the session ended or is of another account;
    /// [`Reason::NotAuthentic`] or [`Reason::Rollback`] where the server contradicts what is known.
    pub async fn refresh(&self) -> Outcome<SessionView> {
        self.refresh_own().await?;
        let session = self.environment.call::<CurrentSession>(&Empty {}).await?;
        {
            let mut own = self.own.borrow_mut();
            if session.account != own.account {
                return Err(Reason::SignedOut.into());
            }
            own.language = session.language;
            own.offer = session.adoption;
            own.rotation_pending = session.rotation_pending_since_ms.is_some();
        }
        if self.own.borrow().joined().is_some() {
            self.refresh_organisation().await?;
        }
        self.replace_due_key().await;
        Ok(self.view())
    }

    /// The mailboxes that this session has open, the own one first.
    #[must_use]
    pub fn open_mailboxes(&self) -> Vec<AccountId> {
        let own = self.own.borrow();
        let others = own.mailboxes.others.keys().copied();
        [own.account].into_iter().chain(others).collect()
    }
}
