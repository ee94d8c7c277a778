//! What is attached to messages and drafts: the page knows an attachment by its digest, the worker
//! knows what opens it.

use zegel_crypto::content::{Attachment, MAX_ATTACHMENTS};
use zegel_protocol::encoding::Canonical;
use zegel_protocol::{AccountId, DraftId, Hash, canonical_struct};
use zeroize::Zeroizing;

use crate::failure::Outcome;
use crate::mailbox::OpenMailbox;
use crate::session::SignedIn;
use crate::view::{AttachmentView, Failure, Field, Reason};
use zegel_api::ErrorCode;

canonical_struct! {
    struct Everything {
        attachment: Attachment,
    }
}

impl Canonical for Everything {
    const MAX_LEN: usize = 1024;
}

/// Hash of everything that is said of an attachment. An identifier is not enough to name one by: who
/// sends a message may give a file of theirs the identifier of somebody else's, and so would have that
/// one's key sent, or theirs in its place.
fn digest(attachment: &Attachment) -> Hash {
    let everything = Everything {
        attachment: attachment.clone(),
    };
    Hash::of(&Zeroizing::new(everything.to_bytes()))
}

impl OpenMailbox {
    /// Remembers attachments of this mailbox: uploaded by this session, or named by a draft or a
    /// verified message that it opened.
    pub(crate) fn note_attachments<'a>(
        &mut self,
        attachments: impl IntoIterator<Item = &'a Attachment>,
    ) {
        for attachment in attachments {
            self.attachments
                .insert(digest(attachment), attachment.clone());
        }
    }

    /// The attachments that a page names, with what opens them. Name, type and size are as they were
    /// noted, whatever the page says.
    ///
    /// # Errors
    /// `not_found`, of [`Field::Attachment`], where one was not noted.
    pub(crate) fn named(&self, wanted: &[AttachmentView]) -> Outcome<Vec<Attachment>> {
        let named = wanted
            .iter()
            .map(|view| self.attachments.get(&view.digest).cloned());
        named
            .collect::<Option<_>>()
            .ok_or_else(|| Failure::of(Field::Attachment, Reason::Server(ErrorCode::NotFound)))
    }
}

impl SignedIn {
    /// The attachments that a page names: known to this session, or to the draft as it is stored.
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
        let known = self.mailbox(mailbox)?.named(wanted);
        if known.is_ok() {
            return known;
        }
        match self.open_draft(mailbox, draft).await {
            Err(failure) if failure.reason == Reason::Server(ErrorCode::NotFound) => {}
            outcome => drop(outcome?),
        }
        self.mailbox(mailbox)?.named(wanted)
    }
}

/// What a page learns of an attachment.
pub(crate) fn view(attachment: &Attachment) -> AttachmentView {
    AttachmentView {
        attachment: attachment.id,
        digest: digest(attachment),
        name: attachment.name.as_str().to_owned(),
        media_type: attachment.media_type.as_str().to_owned(),
        size_bytes: attachment.size_bytes,
    }
}

/// What a page learns of attachments.
pub(crate) fn views(attachments: &[Attachment]) -> Vec<AttachmentView> {
    attachments.iter().map(view).collect()
}

#[cfg(test)]
mod tests {
    use getrandom::SysRng;
    use rand_core::UnwrapErr;
    use zegel_crypto::AttachmentKey;
    use zegel_crypto::content::Text;
    use zegel_protocol::AttachmentId;

    use super::*;

    #[test]
    fn a_digest_tells_attachments_of_one_identifier_apart() {
        let [key, other_key] = [(); 2].map(|()| AttachmentKey::make(&mut UnwrapErr(SysRng)));
        let one = |key: &AttachmentKey, name: &str, hash: u8| {
            digest(&Attachment {
                id: AttachmentId([3; 16]),
                key: key.clone(),
                name: Text::truncated(name),
                media_type: Text::truncated("application/pdf"),
                size_bytes: 5,
                chunks: 1,
                hash: Hash([hash; 32]),
            })
        };
        assert_eq!(one(&key, "a.pdf", 1), one(&key, "a.pdf", 1));
        let others = [
            one(&other_key, "a.pdf", 1),
            one(&key, "b.pdf", 1),
            one(&key, "a.pdf", 2),
        ];
        assert!(!others.contains(&one(&key, "a.pdf", 1)));
    }
}
