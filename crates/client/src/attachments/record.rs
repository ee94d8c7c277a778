use zegel_crypto::attachment::Layout;
use zegel_crypto::content::{Attachment, MAX_ATTACHMENT_NAME_BYTES, Text};
use zegel_crypto::{AttachmentKey, make_id};
use zegel_protocol::encoding::{Canonical, DecodeError, Reader, Wire, Writer};
use zegel_protocol::{AccountId, AttachmentId, Hash, canonical_struct};

use super::Parts;
use crate::failure::Outcome;
use crate::messages;
use crate::session::SignedIn;
use crate::view::{AttachmentView, UnfinishedUpload};

/// Most parts of a file: 256 GiB.
const MAX_PARTS: usize = 1 << 16;

canonical_struct! {
    /// What has to be kept of an upload so that it can go on after a restart: its key, and hashes of
    /// the parts that were sealed; and so that it can be attached, once the whole of it is there. A
    /// secret, to be kept sealed.
    #[derive(Clone, PartialEq, Eq)]
    pub struct UploadRecord {
        pub(super) attachment: AttachmentId,
        pub(super) key: AttachmentKey,
        pub(super) name: Text<MAX_ATTACHMENT_NAME_BYTES>,
        pub(super) media_type: Text<MAX_ATTACHMENT_NAME_BYTES>,
        pub(super) size_bytes: u64,
        pub(super) sealed: SealedParts,
        /// Hash over all chunks, once all of them are stored.
        pub(super) whole: Option<Hash>,
    }
}

impl Canonical for UploadRecord {
    const MAX_LEN: usize = MAX_PARTS * Hash::LEN + 1024;
}

impl UploadRecord {
    /// An upload that begins, under a new key.
    #[must_use]
    pub fn make(
        signed_in: &SignedIn,
        attachment: AttachmentId,
        name: &str,
        media_type: &str,
        size_bytes: u64,
    ) -> Self {
        Self {
            attachment,
            key: signed_in
                .environment
                .with_rng(|rng| AttachmentKey::make(rng)),
            name: Text::truncated(name),
            media_type: Text::truncated(media_type),
            size_bytes,
            sealed: SealedParts::default(),
            whole: None,
        }
    }

    /// Size of the file in bytes.
    #[must_use]
    pub const fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// What a user interface shows of it before it ended.
    #[must_use]
    pub fn unfinished(&self) -> UnfinishedUpload {
        UnfinishedUpload {
            attachment: self.attachment,
            name: self.name.as_str().to_owned(),
            size_bytes: self.size_bytes,
            done_bytes: self.sealed_bytes(),
        }
    }

    /// What a message or draft names; none before the whole of it is stored.
    pub(super) fn finished(&self) -> Option<Attachment> {
        Some(Attachment {
            id: self.attachment,
            key: self.key.clone(),
            name: self.name.clone(),
            media_type: self.media_type.clone(),
            size_bytes: self.size_bytes,
            chunks: Layout::of(self.size_bytes).ok()?.chunks(),
            hash: self.whole?,
        })
    }

    /// Bytes of the file that were sealed, and so very likely sent.
    pub(super) fn sealed_bytes(&self) -> u64 {
        let Ok(layout) = Layout::of(self.size_bytes) else {
            return 0;
        };
        let parts = Parts(layout);
        (0..parts.count())
            .filter(|part| self.sealed.get(*part).is_some())
            .map(|part| parts.len(part) as u64)
            .sum()
    }
}

impl SignedIn {
    /// An identifier for a new attachment.
    #[must_use]
    pub fn new_attachment(&self) -> AttachmentId {
        self.environment.with_rng(|rng| make_id(rng))
    }

    /// Takes up an upload as it was kept, so that drafts and messages of this session can name it; none
    /// where it did not end.
    ///
    /// # Errors
    /// [`Reason::NoAccess`](crate::view::Reason::NoAccess); else only the server's.
    pub async fn attach_finished(
        &self,
        mailbox: AccountId,
        record: &UploadRecord,
    ) -> Outcome<Option<AttachmentView>> {
        let Some(attachment) = record.finished() else {
            return Ok(None);
        };
        self.reach(mailbox).await?;
        self.mailbox_mut(mailbox)?.note_attachments([&attachment]);
        Ok(Some(messages::view(&attachment)))
    }
}

impl std::fmt::Debug for UploadRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UploadRecord")
            .field("attachment", &self.attachment)
            .finish_non_exhaustive()
    }
}

/// Hashes of the parts that were sealed, one after the other; zeros for a part that was not.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct SealedParts(Vec<u8>);

impl SealedParts {
    pub(super) fn get(&self, part: u32) -> Option<Hash> {
        let start = part as usize * Hash::LEN;
        let hash = Hash::try_from(self.0.get(start..start + Hash::LEN)?).ok()?;
        (hash != Hash::ZERO).then_some(hash)
    }

    pub(super) fn set(&mut self, part: u32, hash: Hash) {
        let start = part as usize * Hash::LEN;
        let end = start + Hash::LEN;
        if self.0.len() < end {
            self.0.resize(end, 0);
        }
        self.0[start..end].copy_from_slice(hash.as_bytes());
    }
}

impl Wire for SealedParts {
    fn write(&self, writer: &mut Writer) {
        writer.bytes(&self.0);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let bytes = reader.bytes(MAX_PARTS * Hash::LEN)?;
        if bytes.len() % Hash::LEN == 0 {
            Ok(Self(bytes.to_vec()))
        } else {
            Err(DecodeError::Value)
        }
    }
}
