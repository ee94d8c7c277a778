use zegel_api::Session;
use zegel_auth::ExportKey;
use zegel_protocol::ManifestChain;

use crate::environment::{Step, Steps};
use crate::failure::Outcome;
use crate::keys;
use crate::login::authenticate;
use crate::pins::{check_state, contact};
use crate::session::SignedIn;
use crate::view::{Reason, SessionView};

impl SignedIn {
    /// Proves the password again, so that the account key is in memory for a quarter of an hour. Makes
    /// up for a mailbox key that waits to be replaced.
    ///
    /// # Errors
    /// `wrong_credentials`; else as [`Client::sign_in`](crate::Client::sign_in).
    pub async fn confirm_password(&self, password: &str, steps: Steps<'_>) -> Outcome<SessionView> {
        let address = self.own.borrow().address.clone();
        let (session, export_key) =
            authenticate(&self.environment, &address, password, steps).await?;
        steps(Step::Opening);
        self.absorb(session, &export_key).await?;
        self.replace_due_key().await;
        Ok(self.view())
    }

    /// Takes the account tier from a new session of the same account, and what changed meanwhile
    /// in another browser.
    pub(crate) async fn absorb(&self, session: Session, export_key: &ExportKey) -> Outcome<()> {
        let keys = keys::unlock(&session, export_key, self.environment.now())?;
        {
            let mut own = self.own.borrow_mut();
            if session.account != own.account
                || keys.mailbox.state.statement.epoch != own.state().epoch
            {
                return Err(Reason::NotAuthentic.into());
            }
            if let Some(pinned) = contact(&own.pins.content, session.account) {
                check_state(pinned, &keys.mailbox.state)?;
            }
            own.language = session.language;
            own.offer = session.adoption;
            own.rotation_pending = session.rotation_pending_since_ms.is_some();
            own.account_tier = keys.account_tier;
            own.keyring = keys.keyring;
            own.mailboxes.own.renew(keys.mailbox);
        }
        let (joined, known) = {
            let own = self.own.borrow();
            let known = own.organisation.as_ref().map(ManifestChain::org_id);
            (own.joined(), known)
        };
        if session.organisation != joined {
            return Err(Reason::NotAuthentic.into());
        }
        // Joined in another browser meanwhile.
        if joined.is_some() && joined != known {
            self.refresh_organisation().await?;
        }
        self.pin_own_state().await
    }
}
