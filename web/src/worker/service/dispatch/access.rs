use zegel_client::Outcome;
use zegel_client::view::Reason;

use super::{Service, json};
use crate::worker::messages::Command;

impl Service {
    /// Calls that change who has access to what, and the accounts of an organisation.
    pub(super) async fn change_access(&self, command: Command) -> Outcome<String> {
        let session = self.session()?;
        match command {
            Command::StepDown(it) => json(&session.step_down(it.account).await?),
            // Each of these replaces the own mailbox key where somebody has left before: the newest is kept.
            Command::GrantAccess(it) => {
                let view = session
                    .grant_access(it.account, it.person, &it.address, it.visible)
                    .await?;
                self.keep(&session).await;
                json(&view)
            }
            Command::RevokeAccess(it) => {
                let view = session.revoke_access(it.account, it.person).await?;
                self.keep(&session).await;
                json(&view)
            }
            Command::SetSenderVisibility(it) => {
                let view = session
                    .set_sender_visibility(it.account, it.person, it.visible)
                    .await?;
                self.keep(&session).await;
                json(&view)
            }
            Command::RotateMailbox(it) => {
                let view = session.rotate_mailbox(it.account).await?;
                self.keep(&session).await;
                json(&view)
            }
            Command::CreateFunctional(it) => {
                json(&session.create_functional(&it.address, &it.name).await?)
            }
            Command::ConvertToFunctional(it) => {
                json(&session.convert_to_functional(it.account).await?)
            }
            Command::RenameAccount(it) => {
                json(&session.rename_account(it.account, &it.name).await?)
            }
            Command::SetAccountStatus(it) => {
                json(&session.set_account_status(it.account, it.status).await?)
            }
            Command::SetPolicy(it) => json(&session.set_policy(it.change).await?),
            _ => Err(Reason::Internal.into()),
        }
    }
}
