use std::cell::RefCell;

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use zegel_api::{ATTACHMENT_PART, fill};
use zegel_crypto::attachment::{CHUNK_OVERHEAD, Opener, WholeAttachment};
use zegel_protocol::limits::CHUNK_BYTES;
use zegel_protocol::{AccountId, AttachmentId, Hash, MessageId};

use super::helpers::{Fetched, OpeningHelpers, note_opened};
use super::{AT_ONCE, PART_PLAIN_BYTES, Parts, Sink, Watch, go_on, of_the_file, unwritable};
use crate::api::succeeded;
use crate::failure::Outcome;
use crate::messages;
use crate::session::SignedIn;
use crate::view::{AttachmentView, Failure, Reason};

/// A file on its way down. The same value goes on after a failure.
#[derive(Debug)]
pub struct Download {
    mailbox: AccountId,
    message: MessageId,
    view: AttachmentView,
    pub(super) opener: RefCell<Opener>,
}

/// A part that came.
enum Come {
    Sealed(Vec<u8>),
    /// A helper opened it, and keeps it.
    Opened(Vec<Hash>),
}

impl SignedIn {
    /// Prepares to fetch an attachment of a message, which is opened and verified once more: key, size and
    /// hash come from this very message, whatever others name the same id.
    ///
    /// # Errors
    /// As [`SignedIn::open_message`]; `not_found` where the message names no such attachment;
    /// [`Reason::NotAuthentic`] where what it says of it does not fit together.
    pub async fn download(
        &self,
        mailbox: AccountId,
        message: MessageId,
        attachment: AttachmentId,
    ) -> Outcome<Download> {
        let attachment = self
            .attachment_of(mailbox, message, attachment)
            .await
            .map_err(of_the_file)?;
        let opener = Opener::new(&attachment).map_err(Failure::from);
        Ok(Download {
            mailbox,
            message,
            view: messages::view(&attachment),
            opener: RefCell::new(opener.map_err(of_the_file)?),
        })
    }
}

impl Download {
    /// What it is, as the sender wrote.
    #[must_use]
    pub const fn view(&self) -> &AttachmentView {
        &self.view
    }

    /// Fetches what `sink` does not have yet, opens it, and verifies the whole. Nobody may see what
    /// is in `sink` before this has ended well.
    ///
    /// # Errors
    /// [`Reason::Offline`] and whatever else stops a request: call it again to go on.
    /// [`Reason::NotAuthentic`] where a part, or the whole, is not what was signed: what is in
    /// `sink` is to be thrown away. [`Reason::DeviceFull`], [`Reason::Cancelled`], `not_found`,
    /// `gone`, [`Reason::NoAccess`].
    pub async fn run(
        &self,
        signed_in: &SignedIn,
        sink: &dyn Sink,
        watch: &dyn Watch,
    ) -> Outcome<WholeAttachment> {
        self.run_with(signed_in, sink, None, watch).await
    }

    /// [`Self::run`] with helpers, which write to the same place.
    ///
    /// # Errors
    /// As [`Self::run`]; [`Reason::Offline`] also where the helpers broke.
    pub async fn run_with(
        &self,
        signed_in: &SignedIn,
        sink: &dyn Sink,
        helpers: Option<&dyn OpeningHelpers>,
        watch: &dyn Watch,
    ) -> Outcome<WholeAttachment> {
        let layout = self.opener.borrow().layout();
        let parts = Parts(layout);
        let total = layout.size_bytes();
        let kept = self.take_back(parts, sink, watch).await?;
        watch.progress(kept.min(total), total);
        let first = u32::try_from(kept / PART_PLAIN_BYTES as u64).map_err(|_| Reason::Internal)?;
        stream::iter(first..parts.count())
            .map(|part| async move {
                go_on(watch)?;
                Ok::<_, Failure>((part, self.fetch(signed_in, parts, part, helpers).await?))
            })
            // In order, so that what is written is the beginning of the file at any time.
            .buffered(helpers.map_or(AT_ONCE, OpeningHelpers::at_once))
            .try_for_each(|(part, come)| async move {
                match come {
                    Come::Sealed(sealed) => {
                        let plain = self.open(parts, part, &sealed).map_err(of_the_file)?;
                        drop(sealed);
                        sink.write(parts.start(part), &plain).await
                    }
                    Come::Opened(hashes) => {
                        let part = parts.part(part);
                        note_opened(&mut self.opener.borrow_mut(), &part, &hashes)
                            .map_err(of_the_file)?;
                        let helpers = helpers.ok_or(Reason::Internal)?;
                        helpers.write(&part).await
                    }
                }
                .map_err(unwritable)?;
                watch.progress(parts.start(part) + parts.len(part) as u64, total);
                Ok(())
            })
            .await?;
        go_on(watch)?;
        let whole = self.opener.borrow().finish();
        whole.map_err(|error| of_the_file(error.into()))
    }

    /// Counts the whole parts that are in `sink` already, and gives where they end in bytes.
    async fn take_back(&self, parts: Parts, sink: &dyn Sink, watch: &dyn Watch) -> Outcome<u64> {
        let kept = sink.kept_bytes().await.map_err(unwritable)?;
        let mut end = 0;
        for part in 0..parts.count() {
            let len = parts.len(part);
            if len == 0 || kept < parts.start(part) + len as u64 {
                break;
            }
            go_on(watch)?;
            end = parts.start(part) + PART_PLAIN_BYTES as u64;
            if self.opener.borrow().has(parts.chunks(part)) {
                continue;
            }
            let plain = sink
                .read_back(parts.start(part), len)
                .await
                .map_err(unwritable)?;
            let mut opener = self.opener.borrow_mut();
            for (n, chunk) in parts.chunks(part).zip(plain.chunks(CHUNK_BYTES)) {
                opener
                    .take_back(n, chunk)
                    .map_err(|error| of_the_file(error.into()))?;
            }
        }
        Ok(end)
    }

    async fn fetch(
        &self,
        signed_in: &SignedIn,
        parts: Parts,
        part: u32,
        helpers: Option<&dyn OpeningHelpers>,
    ) -> Outcome<Come> {
        let path = fill(
            ATTACHMENT_PART,
            &[
                &self.mailbox.to_string(),
                &self.message.to_string(),
                &self.view.attachment.to_string(),
                &part.to_string(),
            ],
        );
        let come = match helpers {
            None => signed_in
                .environment
                .get_bytes(path)
                .await
                .map(Come::Sealed),
            Some(helpers) => match helpers.fetch(&parts.part(part), &path).await {
                Ok(Fetched::Opened(hashes)) => Ok(Come::Opened(hashes)),
                Ok(Fetched::NotAuthentic) => Err(Reason::NotAuthentic.into()),
                // A success would have been opened.
                Ok(Fetched::Refused(response)) => {
                    succeeded(response).and(Err(Reason::Protocol.into()))
                }
                Err(error) => Err(error.into()),
            },
        };
        come.map_err(of_the_file)
    }

    /// Every chunk of a part, and nothing else.
    fn open(&self, parts: Parts, part: u32, sealed: &[u8]) -> Outcome<Vec<u8>> {
        let chunks = parts.chunks(part);
        let sealed: Vec<&[u8]> = sealed.chunks(CHUNK_BYTES + CHUNK_OVERHEAD).collect();
        if sealed.len() != chunks.len() {
            return Err(Reason::NotAuthentic.into());
        }
        let mut plain = Vec::with_capacity(parts.len(part));
        let mut opener = self.opener.borrow_mut();
        for (n, chunk) in chunks.zip(sealed) {
            plain.extend(opener.open(n, chunk)?);
        }
        Ok(plain)
    }
}
