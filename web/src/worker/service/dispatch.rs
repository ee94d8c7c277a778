//! Each call of the page, and the flow that answers it.

use std::rc::Rc;

use serde::Serialize;
use zegel_client::adoption::parse_link;
use zegel_client::view::{Reason, SessionView};
use zegel_client::{DraftText, Outcome, SessionTiers, SignedIn, Step};
use zeroize::Zeroizing;

use super::Service;
use super::store::StoreError;
use crate::worker::messages::{Command, DraftView, RecoveryCodeView};

/// What a call answers, as JSON.
fn json<T: Serialize>(reply: &T) -> Outcome<String> {
    serde_json::to_string(reply).map_err(|_| Reason::Internal.into())
}

fn storage(_: StoreError) -> Reason {
    Reason::Internal
}

impl Service {
    /// Runs a call. Those that change something wait for their turn; those that only look, or take
    /// long and depend on nothing, do not.
    pub(super) async fn dispatch(&self, command: Command, steps: &dyn Fn(Step)) -> Outcome<String> {
        match command {
            Command::ListMessages(it) => {
                let session = self.session()?;
                json(&session.list_messages(it.folder, it.before, steps).await?)
            }
            Command::OpenMessage(it) => {
                let session = self.session()?;
                json(&session.open_message(it.message, it.folder, steps).await?)
            }
            Command::OwnSafetyNumber(_) => json(&self.session()?.own_safety_number()),
            Command::KeptDraft(_) => json(&self.kept_draft().await?),
            Command::Candidates(it) => {
                let session = self.session()?;
                json(&session.candidates(&it.domain, it.after).await?)
            }
            Command::AuditEvents(it) => {
                let session = self.session()?;
                json(&session.audit_events(&it.filter, it.before).await?)
            }
            Command::Members(it) => json(&self.session()?.members(it.after).await?),
            Command::Domains(_) => json(&self.session()?.domains().await?),
            Command::Organisation(_) => json(&self.session()?.organisation().await?),
            Command::CertifyMembers(_) => {
                let _alone = self.certifying.lock().await;
                json(&self.session()?.certify_members(steps).await?)
            }
            command => {
                let _turn = self.turn.lock().await;
                self.in_turn(command, steps).await
            }
        }
    }

    async fn in_turn(&self, command: Command, steps: &dyn Fn(Step)) -> Outcome<String> {
        match command {
            Command::Resume(_)
            | Command::StartSignUp(_)
            | Command::VerifySignUp(_)
            | Command::PrepareAccount(_)
            | Command::FinishSignUp(_)
            | Command::SignIn(_)
            | Command::ConfirmPassword(_)
            | Command::SignOut(_)
            | Command::ChangePassword(_) => self.of_the_session(command, steps).await,
            Command::KeepAdoptionLink(it) => {
                let fragment = Zeroizing::new(it.fragment);
                let link = parse_link(&fragment)?;
                self.state.borrow_mut().link = Some(link);
                json(&())
            }
            Command::ReviewAdoption(_) => {
                let session = self.session()?;
                let link = self.state.borrow().link.clone();
                json(&session.review_adoption(link.as_ref(), steps).await?)
            }
            Command::CompareOrganisationNumber(it) => {
                json(&self.session()?.compare_organisation_number(&it.typed)?)
            }
            Command::AcceptAdoption(_) => {
                let view = self.session()?.accept_adoption(steps).await?;
                self.state.borrow_mut().link = None;
                json(&view)
            }
            Command::DeferAdoption(_) => json(&self.session()?.defer_adoption().await?),
            command => self.of_the_account(command, steps).await,
        }
    }

    /// Calls that make, change or end the session.
    async fn of_the_session(&self, command: Command, steps: &dyn Fn(Step)) -> Outcome<String> {
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
                json(&self.session()?.confirm_password(&password, steps).await?)
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

    /// Calls of a signed-in account that change something.
    async fn of_the_account(&self, command: Command, steps: &dyn Fn(Step)) -> Outcome<String> {
        let session = self.session()?;
        match command {
            Command::MarkRead(it) => json(&session.mark_read(&it.messages, it.read).await?),
            Command::FindRecipient(it) => json(&session.find_recipient(&it.address).await?),
            Command::AcceptChangedKey(it) => json(&session.accept_changed_key(it.account).await?),
            Command::SendMessage(it) => json(
                &session
                    .send_message(&it.to, &it.subject, &it.text, steps)
                    .await?,
            ),
            Command::Safety(it) => json(&session.safety(it.account).await?),
            Command::CompareSafetyNumber(it) => {
                json(&session.compare_safety_number(it.account, &it.typed).await?)
            }
            Command::KeepDraft(it) => json(&self.keep_draft(&session, it.draft).await?),
            Command::CreateOrganisation(it) => {
                json(&session.create_organisation(&it.name, steps).await?)
            }
            Command::StartClaim(it) => json(&session.start_claim(&it.domain, &it.proof).await?),
            Command::CheckClaim(it) => {
                json(&session.check_claim(&it.domain, it.code.as_deref()).await?)
            }
            Command::WithdrawClaim(it) => json(&session.withdraw_claim(&it.domain).await?),
            Command::Adopt(it) => json(&session.adopt(&it.domain).await?),
            Command::Release(it) => json(&session.release(&it.domain).await?),
            Command::AdoptionLinks(it) => json(&session.adoption_links(&it.domain, steps).await?),
            Command::CompareMember(it) => {
                json(&session.compare_member(it.account, &it.typed).await?)
            }
            _ => Err(Reason::Internal.into()),
        }
    }

    async fn resume(&self) -> Outcome<Option<SessionView>> {
        if let Ok(session) = self.session() {
            return Ok(Some(session.view()));
        }
        let Ok(Some(kept)) = self.vault.kept().await else {
            return Ok(None);
        };
        let resumed = match SessionTiers::from_bytes(&kept) {
            Ok(tiers) => self.client.resume(&tiers).await,
            Err(failure) => Err(failure),
        };
        match resumed {
            Ok(session) => {
                let session = Rc::new(session);
                self.state.borrow_mut().session = Some(session.clone());
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

    async fn keep_draft(&self, session: &Rc<SignedIn>, draft: Option<DraftView>) -> Outcome<()> {
        let name = draft_of(session);
        match draft {
            Some(draft) => {
                let sealed = session.seal_draft(DraftText {
                    to: draft.to,
                    subject: draft.subject,
                    text: draft.text,
                })?;
                self.vault.0.put_bytes(&name, &sealed).await
            }
            None => self.vault.0.remove_bytes(&name).await,
        }
        .map_err(storage)?;
        Ok(())
    }

    async fn kept_draft(&self) -> Outcome<Option<DraftView>> {
        let session = self.session()?;
        let kept = self.vault.0.bytes(&draft_of(&session)).await;
        let Some(sealed) = kept.map_err(storage)? else {
            return Ok(None);
        };
        let draft = session.open_draft(&sealed)?;
        Ok(Some(DraftView {
            to: draft.to,
            subject: draft.subject,
            text: draft.text,
        }))
    }
}

fn draft_of(session: &SignedIn) -> String {
    format!("draft/{}", session.view().account)
}
