//! What is attached to messages and drafts: the page knows an attachment by its id, the worker
//! knows what opens it.

use zegel_crypto::content::{Attachment, MAX_ATTACHMENTS};
use zegel_protocol::{AccountId, AttachmentId, DraftId};

use crate::failure::Outcome;
use crate::mailbox::OpenMailbox;
use crate::session::SignedIn;
use crate::view::{AttachmentView, Failure, Field, Reason};
use zegel_api::ErrorCode;

impl OpenMailbox {
    /// Remembers attachments of this mailbox: uploaded by this session, or named by a draft that it
    /// opened.
    pub(crate) fn note_attachments<'a>(
        &mut self,
        attachments: impl IntoIterator<Item = &'a Attachment>,
    ) {
        for attachment in attachments {
            self.attachments.insert(attachment.id, attachment.clone());
        }
    }

    /// Remembers attachments that others named in a verified message. They never take the place of
    /// one's own: a sender who learned the id of an upload from the server would have it sent with
    /// another key, and so with another content.
    pub(crate) fn note_received<'a>(
        &mut self,
        attachments: impl IntoIterator<Item = &'a Attachment>,
    ) {
        for attachment in attachments {
            self.attachments
                .entry(attachment.id)
                .or_insert_with(|| attachment.clone());
        }
    }

    /// An attachment that was noted.
    pub(crate) fn attachment(&self, id: AttachmentId) -> Option<&Attachment> {
        self.attachments.get(&id)
    }
}

impl SignedIn {
    /// The attachments that a page names, with what opens them: known to this session, or to the
    /// draft as it is stored. Name, type and size are as they were noted, whatever the page says.
    ///
    /// # Errors
    /// [`Reason::TooLong`], or `not_found` where nobody knows one, of [`Field::Attachment`].
    pub(crate) async fn attached(
        &self,
        mailbox: AccountId,
        draft: DraftId,
        wanted: &[AttachmentView],
    ) -> Outcome<Vec<Attachment>> {
        if wanted.len() > MAX_ATTACHMENTS {
            return Err(Failure::of(Field::Attachment, Reason::TooLong));
        }
        let known = {
            let open = self.mailbox(mailbox)?;
            wanted
                .iter()
                .all(|view| open.attachment(view.attachment).is_some())
        };
        if !known {
            match self.open_draft(mailbox, draft).await {
                Err(failure) if failure.reason == Reason::Server(ErrorCode::NotFound) => {}
                outcome => drop(outcome?),
            }
        }
        let open = self.mailbox(mailbox)?;
        wanted
            .iter()
            .map(|view| {
                let not_found =
                    || Failure::of(Field::Attachment, Reason::Server(ErrorCode::NotFound));
                open.attachment(view.attachment)
                    .cloned()
                    .ok_or_else(not_found)
            })
            .collect()
    }
}

/// What a page learns of attachments.
pub(crate) fn views(attachments: &[Attachment]) -> Vec<AttachmentView> {
    attachments
        .iter()
        .map(|attachment| AttachmentView {
            attachment: attachment.id,
            name: attachment.name.as_str().to_owned(),
            media_type: attachment.media_type.as_str().to_owned(),
            size_bytes: attachment.size_bytes,
        })
        .collect()
}
