use zegel_api::{SignOut, SignOutRequest};

use crate::failure::Outcome;
use crate::session::SignedIn;

impl SignedIn {
    /// Ends the session at the server, here or everywhere, and forgets the account key. Dropping
    /// the value wipes the other keys.
    ///
    /// # Errors
    /// Only the server's; the account key is forgotten all the same.
    pub async fn sign_out(&self, everywhere: bool) -> Outcome<()> {
        self.lock();
        let request = SignOutRequest { everywhere };
        self.environment.call::<SignOut>(&request).await?;
        Ok(())
    }
}
