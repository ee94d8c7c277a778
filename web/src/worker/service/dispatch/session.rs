use std::rc::Rc;

use zegel_client::view::{Reason, SessionView};
use zegel_client::{Outcome, SessionTiers, Step};
use zeroize::Zeroizing;

use super::{Service, json};
use crate::worker::messages::{Command, RecoveryCodeView};

impl Service {
    /// Calls that make, change or end the session.
    pub(super) async fn of_the_session(
        &self,
        command: Command,
        steps: &dyn Fn(Step),
    ) -> Outcome<String> {
        let client = &self.client;
        match command {
            Command::Resume(_) => json(&self.resume().await?),
            Command::StartSignUp(it) => {
                json(&client.start_sign_up(&it.address, it.language).await?)
            }
            Command::VerifySignUp(it) => {
                let verified = client.verify_sign_up(&it.address, &it.code).await?;
                self.state.borrow_mut().verified = Some(verified);
                json(&())
            }
            Command::PrepareAccount(it) => {
                let password = Zeroizing::new(it.password);
                let verified = self.state.borrow().verified.clone();
                let verified = verified.ok_or(Reason::SignedOut)?;
                let prepared = client
                    .prepare_account(&verified, &it.name, &password, it.language, steps)
                    .await?;
                let code = prepared.recovery_code().to_string();
                self.state.borrow_mut().prepared = Some(Rc::new(prepared));
                json(&RecoveryCodeView { code })
            }
            Command::FinishSignUp(it) => {
                let prepared = self.state.borrow().prepared.clone();
                let prepared = prepared.ok_or(Reason::SignedOut)?;
                let session = client
                    .finish_sign_up(&prepared, &it.confirmation, steps)
                    .await?;
                json(&self.begin(session).await.view())
            }
            Command::SignIn(it) => {
                let password = Zeroizing::new(it.password);
                let session = client.sign_in(&it.address, &password, steps).await?;
                json(&self.begin(session).await.view())
            }
            Command::ConfirmPassword(it) => {
                let password = Zeroizing::new(it.password);
                let session = self.session()?;
                let view = session.confirm_password(&password, steps).await?;
                // With it came a mailbox key of another browser's making, where there is one.
                self.keep(&session).await;
                json(&view)
            }
            Command::SignOut(it) => json(&self.sign_out(it.everywhere).await?),
            Command::ChangePassword(it) => {
                let (current, new) = (Zeroizing::new(it.current), Zeroizing::new(it.new));
                let session = self.session()?;
                json(&session.change_password(&current, &new, steps).await?)
            }
            _ => Err(Reason::Internal.into()),
        }
    }

    async fn resume(&self) -> Outcome<Option<SessionView>> {
        if let Ok(session) = self.session() {
            return Ok(Some(session.view()));
        }
        let kept = match self.vault.kept().await {
            Ok(Some(kept)) => kept,
            Ok(None) => {
                // Of a session whose end this browser did not see.
                self.forget_files().await;
                return Ok(None);
            }
            Err(_) => return Ok(None),
        };
        let resumed = match SessionTiers::from_bytes(&kept) {
            Ok(tiers) => self.client.resume(&tiers).await,
            Err(failure) => Err(failure),
        };
        match resumed {
            Ok(session) => {
                let session = Rc::new(session);
                self.state.borrow_mut().session = Some(session.clone());
                self.remove_leftovers().await;
                Ok(Some(session.view()))
            }
            Err(failure) if failure.reason == Reason::SignedOut => {
                self.forget().await;
                Ok(None)
            }
            Err(failure) => Err(failure),
        }
    }

    /// The keys are gone from this browser whatever the server says.
    async fn sign_out(&self, everywhere: bool) -> Outcome<()> {
        let session = self.session()?;
        let ended = session.sign_out(everywhere).await;
        self.state.borrow_mut().session = None;
        self.forget().await;
        match ended {
            Err(failure) if failure.reason != Reason::SignedOut => Err(failure),
            _ => Ok(()),
        }
    }
}
