use zegel_api::{PasswordFinish, PasswordFinishRequest, PasswordStart, PasswordStartRequest};
use zegel_crypto::{Kek, blob};

use crate::environment::{Step, Steps};
use crate::failure::Outcome;
use crate::login::{Registration, authenticate};
use crate::passwords;
use crate::session::SignedIn;

impl SignedIn {
    /// Changes the password: a new record at the server and the same account key sealed under the
    /// new password, in one step. All other sessions end. It fetches nothing of any organisation's
    /// and seals nothing to one.
    ///
    /// # Errors
    /// What [`passwords::check_new`] says of the new one, `wrong_credentials` for the current one.
    pub async fn change_password(&self, current: &str, new: &str, steps: Steps<'_>) -> Outcome<()> {
        let address = {
            let own = self.own.borrow();
            passwords::check_new(new, &own.address, &own.mailboxes.own.name)?;
            own.address.clone()
        };
        let (session, export_key) =
            authenticate(&self.environment, &address, current, steps).await?;
        self.absorb(session, &export_key).await?;

        let registration = Registration::start(&self.environment, new)?;
        steps(Step::Contacting);
        let request = PasswordStartRequest {
            registration_request: registration.request.clone().into(),
        };
        let response = self.environment.call::<PasswordStart>(&request).await?;
        steps(Step::DerivingKeys);
        let (record, export_key) = registration.finish(&self.environment, &response)?;
        steps(Step::Sealing);
        let (epoch, sealed) = self.with_account(|own, tier| {
            let epoch = own.state().epoch;
            let kek = Kek::from_password(export_key.expose(), own.account, epoch);
            let sealed = self
                .environment
                .with_rng(|rng| blob::seal_account_key(&kek, own.account, epoch, &tier.key, rng))?;
            Ok((epoch, sealed))
        })?;
        steps(Step::Contacting);
        let request = PasswordFinishRequest {
            registration_record: record.as_bytes().to_vec().into(),
            epoch,
            account_key_by_password: sealed.into(),
        };
        self.environment.call::<PasswordFinish>(&request).await?;
        Ok(())
    }
}
