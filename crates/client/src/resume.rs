use zegel_api::{CurrentSession, Empty};

use crate::client::Client;
use crate::failure::Outcome;
use crate::keys::SessionTiers;
use crate::session::SignedIn;

impl Client {
    /// Takes up a session after a reload, with the tiers that were kept. The account key is not
    /// among them.
    ///
    /// # Errors
    /// [`Reason::SignedOut`](crate::view::Reason::SignedOut) where the session ended or is of
    /// another account; else as [`Client::sign_in`].
    pub async fn resume(&self, tiers: &SessionTiers) -> Outcome<SignedIn> {
        let session = self.environment.call::<CurrentSession>(&Empty {}).await?;
        let keys = tiers.check(&session)?;
        SignedIn::take_up(self.environment.clone(), session, keys).await
    }
}
