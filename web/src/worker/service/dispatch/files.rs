use zegel_client::view::Reason;
use zegel_client::{Outcome, Step};

use super::super::Service;
use super::json;
use crate::worker::messages::Command;

impl Service {
    /// Calls about files, which may take as long as a file does.
    pub(super) async fn move_files(
        &self,
        command: Command,
        steps: &dyn Fn(Step),
    ) -> Outcome<String> {
        match command {
            Command::NoteUpload(it) => json(&self.note_upload(&it).await?),
            Command::Upload(it) => json(&self.upload(it, steps).await?),
            Command::DraftUploads(it) => json(&self.draft_uploads(&it).await?),
            Command::RenewUploads(it) => {
                let session = self.session()?;
                json(&session.renew_uploads(it.mailbox, &it.attachments).await?)
            }
            Command::ForgetUpload(it) => json(&self.forget_upload(&it).await?),
            Command::Download(it) => json(&self.download(it, steps).await?),
            Command::CancelTransfer(it) => json(&self.cancel_transfer(&it)),
            _ => Err(Reason::Internal.into()),
        }
    }
}
