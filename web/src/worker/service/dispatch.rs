//! Each call of the page, and the flow that answers it.

mod access;
mod files;
mod mail;
mod organisation;
mod session;

use serde::Serialize;
use zegel_client::view::{Failure, Reason};
use zegel_client::{Outcome, Step};

use super::Service;
use super::store::StoreError;
use crate::worker::messages::Command;

/// What a call answers, as JSON.
fn json<T: Serialize>(reply: &T) -> Outcome<String> {
    serde_json::to_string(reply).map_err(|_| Reason::Internal.into())
}

fn storage(_: StoreError) -> Failure {
    Reason::Internal.into()
}

/// The kind of a call, and with it whether it waits for its turn.
#[derive(Clone, Copy)]
enum Kind {
    /// Looks at mail.
    Look,
    /// Looks at an organisation, or at who has access to what.
    Overview,
    /// Moves files, which may take long.
    Files,
    /// An administrator's client's own work, which may take long and stands in nobody's way.
    Certifying,
    /// Keeps a search index, of which the same is true.
    Indexing,
    /// Makes, changes or ends the session.
    Session,
    /// Changes mail.
    Mail,
    /// Changes who has access to what, and the accounts of an organisation.
    Access,
    /// Makes, joins or changes an organisation.
    Organisation,
}

impl Kind {
    fn of(command: &Command) -> Self {
        match command {
            Command::ListMessages(_)
            | Command::OpenConversation(_)
            | Command::GetAnswers(_)
            | Command::Search(_)
            | Command::RememberedMessage(_)
            | Command::OpenMessage(_)
            | Command::MailCounts(_)
            | Command::NewDraft(_)
            | Command::ListDrafts(_)
            | Command::OpenDraft(_)
            | Command::KeptDraft(_)
            | Command::KeptDrafts(_)
            | Command::OwnSafetyNumber(_) => Self::Look,

            Command::Mailboxes(_)
            | Command::Access(_)
            | Command::Policy(_)
            | Command::Members(_)
            | Command::Member(_)
            | Command::Candidates(_)
            | Command::Domains(_)
            | Command::Organisation(_)
            | Command::AuditEvents(_) => Self::Overview,

            Command::NoteUpload(_)
            | Command::Upload(_)
            | Command::DraftUploads(_)
            | Command::RenewUploads(_)
            | Command::ForgetUpload(_)
            | Command::Download(_)
            | Command::CancelTransfer(_) => Self::Files,

            Command::CertifyMembers(_) => Self::Certifying,
            Command::IndexMessages(_) => Self::Indexing,

            Command::Resume(_)
            | Command::StartSignUp(_)
            | Command::VerifySignUp(_)
            | Command::PrepareAccount(_)
            | Command::FinishSignUp(_)
            | Command::SignIn(_)
            | Command::ConfirmPassword(_)
            | Command::SignOut(_)
            | Command::ChangePassword(_) => Self::Session,

            Command::MarkMessages(_)
            | Command::MoveMessages(_)
            | Command::DeleteMessages(_)
            | Command::RevokeMessage(_)
            | Command::SendReceipt(_)
            | Command::FindRecipient(_)
            | Command::AcceptChangedKey(_)
            | Command::SendMessage(_)
            | Command::SaveDraft(_)
            | Command::DeleteDraft(_)
            | Command::KeepDraft(_)
            | Command::ForgetKeptDraft(_)
            | Command::Safety(_)
            | Command::CompareSafetyNumber(_) => Self::Mail,

            Command::StepDown(_)
            | Command::GrantAccess(_)
            | Command::RevokeAccess(_)
            | Command::SetSenderVisibility(_)
            | Command::RotateMailbox(_)
            | Command::CreateFunctional(_)
            | Command::ConvertToFunctional(_)
            | Command::RenameAccount(_)
            | Command::SetAccountStatus(_)
            | Command::SetPolicy(_) => Self::Access,

            Command::KeepAdoptionLink(_)
            | Command::ReviewAdoption(_)
            | Command::CompareOrganisationNumber(_)
            | Command::AcceptAdoption(_)
            | Command::DeferAdoption(_)
            | Command::CreateOrganisation(_)
            | Command::StartClaim(_)
            | Command::CheckClaim(_)
            | Command::WithdrawClaim(_)
            | Command::Adopt(_)
            | Command::Release(_)
            | Command::AdoptionLinks(_)
            | Command::CompareMember(_) => Self::Organisation,
        }
    }
}

impl Service {
    /// Runs a call. Those that change something wait for their turn; those that only look, or take
    /// long and depend on nothing, do not.
    pub(super) async fn dispatch(&self, command: Command, steps: &dyn Fn(Step)) -> Outcome<String> {
        let kind = Kind::of(&command);
        let _turn = match kind {
            Kind::Look | Kind::Overview | Kind::Files | Kind::Certifying | Kind::Indexing => None,
            Kind::Session | Kind::Mail | Kind::Access | Kind::Organisation => {
                Some(self.turn.lock().await)
            }
        };
        match kind {
            Kind::Look => self.look(command, steps).await,
            Kind::Overview => self.overview(command).await,
            Kind::Files => self.move_files(command, steps).await,
            Kind::Certifying => {
                let _alone = self.certifying.lock().await;
                json(&self.session()?.certify_members(steps).await?)
            }
            Kind::Indexing => self.index(command, steps).await,
            Kind::Session => self.of_the_session(command, steps).await,
            Kind::Mail => self.change_mail(command, steps).await,
            Kind::Access => self.change_access(command).await,
            Kind::Organisation => self.change_organisation(command, steps).await,
        }
    }
}
