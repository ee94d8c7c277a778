use zegel_api::{SignOut, SignOutRequest};
use zegel_protocol::Address;

use crate::client::Client;
use crate::environment::{Step, Steps};
use crate::failure::Outcome;
use crate::keys;
use crate::login::authenticate;
use crate::session::SignedIn;

impl Client {
    /// Signs in. The account key stays in memory for a quarter of an hour; a mailbox key that waits to
    /// be replaced is replaced with it at once.
    ///
    /// # Errors
    /// `wrong_credentials`, for an unknown address too;
    /// [`Reason::NotAuthentic`](crate::view::Reason::NotAuthentic) where what the server keeps is
    /// not this account's, and [`Reason::Rollback`](crate::view::Reason::Rollback) where it is
    /// older than what was seen before. There is no session then.
    pub async fn sign_in(
        &self,
        address: &Address,
        password: &str,
        steps: Steps<'_>,
    ) -> Outcome<SignedIn> {
        let environment = &self.environment;
        let (session, export_key) = authenticate(environment, address, password, steps).await?;
        steps(Step::Opening);
        let taken_up = match keys::unlock(&session, &export_key, environment.now()) {
            Ok(keys) => SignedIn::take_up(environment.clone(), session, keys).await,
            Err(failure) => Err(failure),
        };
        if taken_up.is_err() {
            // The server has made a session that nobody will use. If it does not even end that,
            // the failure above is the one to tell.
            let request = SignOutRequest { everywhere: false };
            let _ = environment.call::<SignOut>(&request).await;
        }
        let signed_in = taken_up?;
        signed_in.replace_due_key().await;
        Ok(signed_in)
    }
}
