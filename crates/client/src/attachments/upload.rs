use std::cell::RefCell;
use std::collections::BTreeSet;

use async_trait::async_trait;
use futures_util::lock::Mutex;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use zegel_api::{
    CancelUpload, Empty, ErrorCode, GetUpload, StartUpload, StartUploadRequest, UPLOAD_PART, fill,
};
use zegel_crypto::attachment::{ChunkError, Sealer};
use zegel_protocol::limits::CHUNK_BYTES;
use zegel_protocol::{AccountId, AttachmentId, Hash};

use super::helpers::{SealingHelpers, note_sealed};
use super::record::{SealedParts, UploadRecord};
use super::{AT_ONCE, FileError, Parts, Source, Watch, go_on, of_the_file, unreadable, unwritable};
use crate::api::succeeded;
use crate::failure::Outcome;
use crate::messages;
use crate::session::SignedIn;
use crate::view::{AttachmentView, Failure, Field, Reason};

/// Keeps the record of an upload, for a restart.
#[async_trait(?Send)]
pub trait Keep {
    /// Keeps it in the place of the one before.
    ///
    /// # Errors
    /// [`FileError`] where it cannot be kept. The upload goes on once the one before is forgotten: only a restart ends
    /// it then.
    async fn keep(&self, record: &UploadRecord) -> Result<(), FileError>;

    /// Forgets the record: a restart begins anew, under another key.
    ///
    /// # Errors
    /// [`FileError`] where it stays. The upload stops.
    async fn forget(&self) -> Result<(), FileError>;
}

/// A file on its way up. The same value goes on after a failure; parts that are there are not read
/// again.
#[derive(Debug)]
pub struct Upload {
    mailbox: AccountId,
    pub(super) sealer: RefCell<Sealer>,
    record: RefCell<UploadRecord>,
    /// What is kept of it by now.
    kept: Mutex<SealedParts>,
}

/// A part that was sealed.
enum Sealed {
    Here(Vec<u8>),
    /// By a helper, which keeps it.
    Elsewhere,
}

impl Upload {
    /// An upload to a mailbox, new or as it was kept.
    ///
    /// # Errors
    /// `too_large`, of [`Field::Attachment`].
    pub fn new(mailbox: AccountId, record: UploadRecord) -> Outcome<Self> {
        let sealer = Sealer::new(record.attachment, record.key.clone(), record.size_bytes)?;
        Ok(Self {
            mailbox,
            sealer: RefCell::new(sealer),
            kept: Mutex::new(record.sealed.clone()),
            record: RefCell::new(record),
        })
    }

    /// Identifies it.
    #[must_use]
    pub fn attachment(&self) -> AttachmentId {
        self.record.borrow().attachment
    }

    /// Sends what the server does not have yet. Afterwards the attachment can be named by drafts
    /// and messages of this session.
    ///
    /// # Errors
    /// [`Reason::Offline`] and whatever else stops a request: call it again to go on.
    /// [`Reason::FileChanged`] where the file is not the one that the upload began with.
    /// [`Reason::DeviceFull`] where what is kept of it can neither be replaced nor forgotten.
    /// `too_large`, `quota`, [`Reason::Cancelled`], [`Reason::NoAccess`].
    pub async fn run(
        &self,
        signed_in: &SignedIn,
        source: &dyn Source,
        keep: &dyn Keep,
        watch: &dyn Watch,
    ) -> Outcome<AttachmentView> {
        self.run_with(signed_in, source, None, keep, watch).await
    }

    /// [`Self::run`] with helpers, which read the same file.
    ///
    /// # Errors
    /// As [`Self::run`]; [`Reason::Offline`] also where the helpers broke.
    pub async fn run_with(
        &self,
        signed_in: &SignedIn,
        source: &dyn Source,
        helpers: Option<&dyn SealingHelpers>,
        keep: &dyn Keep,
        watch: &dyn Watch,
    ) -> Outcome<AttachmentView> {
        let layout = self.sealer.borrow().layout();
        if source.size_bytes() != layout.size_bytes() {
            return Err(unreadable(FileError));
        }
        go_on(watch)?;
        let request = StartUploadRequest {
            attachment: self.attachment(),
            sealed_bytes: layout.sealed_bytes(),
        };
        let mailbox = self.mailbox.to_string();
        let state = signed_in
            .environment
            .call_at::<StartUpload>(&[&mailbox], &request)
            .await
            .map_err(of_the_file)?;
        let stored: BTreeSet<u32> = state.stored.into_iter().collect();
        let parts = Parts(layout);
        let done = RefCell::new(0);
        watch.progress(0, layout.size_bytes());
        let order = match helpers {
            Some(helpers) => helpers.order(parts.count()),
            None => (0..parts.count()).collect(),
        };
        stream::iter(order)
            .map(|part| {
                let stored = stored.contains(&part);
                let done = &done;
                async move {
                    go_on(watch)?;
                    self.part(signed_in, part, stored, (source, helpers), keep)
                        .await?;
                    let mut done = done.borrow_mut();
                    *done += parts.len(part) as u64;
                    watch.progress(*done, layout.size_bytes());
                    Ok::<_, Failure>(())
                }
            })
            .buffer_unordered(helpers.map_or(AT_ONCE, SealingHelpers::at_once))
            .try_for_each(|()| async { Ok(()) })
            .await?;
        go_on(watch)?;

        let attachment = {
            let mut record = self.record.borrow_mut();
            let sealer = self.sealer.borrow();
            let attachment = sealer.finish(record.name.clone(), record.media_type.clone())?;
            record.whole = Some(attachment.hash);
            attachment
        };
        let record = self.record.borrow().clone();
        // Where nothing can be kept, a restart before a draft is stored needs the file again.
        let _ = keep.keep(&record).await;
        signed_in
            .mailbox_mut(self.mailbox)?
            .note_attachments([&attachment]);
        Ok(messages::view(&attachment))
    }

    /// Reads and seals a part, and sends it unless it is there. Its hash is kept before it is sent:
    /// the same key never seals other content.
    async fn part(
        &self,
        signed_in: &SignedIn,
        part: u32,
        stored: bool,
        (source, helpers): (&dyn Source, Option<&dyn SealingHelpers>),
        keep: &dyn Keep,
    ) -> Outcome<()> {
        let parts = Parts(self.sealer.borrow().layout());
        let chunks = parts.chunks(part);
        if stored && self.sealer.borrow().hash_of(chunks.clone()).is_some() {
            return Ok(());
        }
        let sealed = match helpers {
            Some(helpers) => {
                let part = parts.part(part);
                let hashes = helpers.seal(&part).await?;
                note_sealed(&mut self.sealer.borrow_mut(), &part, &hashes)?;
                Sealed::Elsewhere
            }
            None => Sealed::Here(self.seal(parts, part, source).await?),
        };
        let hash = self.sealer.borrow().hash_of(chunks);
        let hash = hash.ok_or(Reason::Internal)?;
        let before = self.record.borrow().sealed.get(part);
        match before {
            Some(before) if before != hash => return Err(unreadable(FileError)),
            Some(_) => {}
            // A part that is there without this device having sealed it is another's.
            None if stored => return Err(unreadable(FileError)),
            None => self.record.borrow_mut().sealed.set(part, hash),
        }
        self.keep_noted(part, hash, keep).await?;
        if stored {
            return Ok(());
        }
        let path = fill(
            UPLOAD_PART,
            &[
                &self.mailbox.to_string(),
                &self.attachment().to_string(),
                &part.to_string(),
            ],
        );
        let sent = match (sealed, helpers) {
            (Sealed::Here(sealed), _) => signed_in.environment.put_bytes(&path, sealed).await,
            (Sealed::Elsewhere, Some(helpers)) => {
                let response = helpers.send(part, &path).await;
                response
                    .map_err(Failure::from)
                    .and_then(succeeded)
                    .map(drop)
            }
            (Sealed::Elsewhere, None) => Err(Reason::Internal.into()),
        };
        sent.map_err(of_the_file)
    }

    /// Keeps the record with the hash of a part that was noted. Parts that were noted while another record was being kept
    /// go into the next one together.
    async fn keep_noted(&self, part: u32, hash: Hash, keep: &dyn Keep) -> Outcome<()> {
        let mut kept = self.kept.lock().await;
        if kept.get(part) == Some(hash) {
            return Ok(());
        }
        let record = self.record.borrow().clone();
        if keep.keep(&record).await.is_ok() {
            *kept = record.sealed;
            return Ok(());
        }
        // A restart from an older record would seal this part once more without comparing it. Without any it takes
        // another key: no reason to stop now.
        keep.forget().await.map_err(unwritable)?;
        *kept = SealedParts::default();
        Ok(())
    }

    /// Reads and seals a part in this thread.
    async fn seal(&self, parts: Parts, part: u32, source: &dyn Source) -> Outcome<Vec<u8>> {
        let plain = source
            .read(parts.start(part), parts.len(part))
            .await
            .map_err(unreadable)?;
        if plain.len() != parts.len(part) {
            return Err(unreadable(FileError));
        }
        let mut sealed = Vec::with_capacity(zegel_api::PART_BYTES);
        for (n, chunk) in parts.chunks(part).zip(pieces(&plain)) {
            sealed.extend(self.sealer.borrow_mut().seal(n, chunk)?);
        }
        Ok(sealed)
    }
}

/// The chunks of a part; of an empty file the one that is empty.
fn pieces(plain: &[u8]) -> impl Iterator<Item = &[u8]> {
    let empty = plain.is_empty().then_some(plain);
    empty.into_iter().chain(plain.chunks(CHUNK_BYTES))
}

impl SignedIn {
    /// Has the server keep uploads that no message names yet for another term. What it does not have as
    /// such, because it was sent or comes from a message, is left as it is.
    ///
    /// # Errors
    /// [`Reason::NoAccess`]; else only the server's.
    pub async fn renew_uploads(
        &self,
        mailbox: AccountId,
        attachments: &[AttachmentId],
    ) -> Outcome<()> {
        for attachment in attachments {
            let (of, id) = (mailbox.to_string(), attachment.to_string());
            let asked = self
                .environment
                .call_at::<GetUpload>(&[&of, &id], &Empty {})
                .await;
            match asked {
                Err(failure) if failure.reason != Reason::Server(ErrorCode::NotFound) => {
                    return Err(failure);
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// What an upload of which no record was kept goes on with: the identifier that was noted for it,
    /// or another one where the server has parts of it. Their key is lost, and what another key seals
    /// is not the same file.
    ///
    /// # Errors
    /// Whatever stops a request.
    pub async fn upload_anew(
        &self,
        mailbox: AccountId,
        noted: AttachmentId,
        name: &str,
        media_type: &str,
        size_bytes: u64,
    ) -> Outcome<UploadRecord> {
        let asked = self
            .environment
            .call_at::<GetUpload>(&[&mailbox.to_string(), &noted.to_string()], &Empty {})
            .await;
        let attachment = match asked {
            Ok(upload) if upload.stored.is_empty() => noted,
            Ok(_) => {
                // The server forgets it by itself later.
                let _ = self.cancel_upload(mailbox, noted).await;
                self.new_attachment()
            }
            Err(failure) if failure.reason == Reason::Server(ErrorCode::NotFound) => noted,
            Err(failure) => return Err(failure),
        };
        Ok(UploadRecord::make(
            self, attachment, name, media_type, size_bytes,
        ))
    }

    /// Gives up an upload that is not finished. The server may know nothing of it (any more).
    ///
    /// # Errors
    /// Whatever stops a request; the server forgets it by itself later.
    pub async fn cancel_upload(&self, mailbox: AccountId, attachment: AttachmentId) -> Outcome<()> {
        self.environment
            .call_at::<CancelUpload>(&[&mailbox.to_string(), &attachment.to_string()], &Empty {})
            .await
            .map(|Empty {}| ())
    }
}

impl From<ChunkError> for Failure {
    fn from(error: ChunkError) -> Self {
        let reason = match error {
            ChunkError::TooLarge => Reason::Server(zegel_api::ErrorCode::TooLarge),
            ChunkError::Changed | ChunkError::Layout => Reason::FileChanged,
            _ => Reason::Internal,
        };
        Self::of(Field::Attachment, reason)
    }
}
