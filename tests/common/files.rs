//! Files of people, in memory.

use std::cell::{Cell, RefCell};

use zegel_client::TransportError;
use zegel_client::attachments::{FileError, Keep, Sink, Source, Upload, UploadRecord, Watch};
use zegel_client::view::{AttachmentView, DraftContent, Failure};
use zegel_protocol::encoding::Canonical as _;
use zegel_protocol::{Address, AttachmentId, MessageId};

use super::Person;

/// Plaintext bytes of a part.
pub(crate) const PART: usize = 64 * 65_536;

/// Bytes that are nowhere the same.
pub(crate) fn bytes(len: usize) -> Vec<u8> {
    (0..u32::try_from(len).unwrap())
        .map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0])
        .collect()
}

/// A file, and how often it was read.
#[derive(Default)]
pub(crate) struct Memory {
    pub(crate) bytes: RefCell<Vec<u8>>,
    pub(crate) reads: Cell<u32>,
}

impl Memory {
    pub(crate) fn of(bytes: Vec<u8>) -> Self {
        Self {
            bytes: RefCell::new(bytes),
            ..Self::default()
        }
    }

    fn slice(&self, start: u64, len: usize) -> Result<Vec<u8>, FileError> {
        let start = usize::try_from(start).map_err(|_| FileError)?;
        let bytes = self.bytes.borrow();
        bytes
            .get(start..start + len)
            .map(<[u8]>::to_vec)
            .ok_or(FileError)
    }
}

#[async_trait::async_trait(?Send)]
impl Source for Memory {
    fn size_bytes(&self) -> u64 {
        self.bytes.borrow().len() as u64
    }

    async fn read(&self, start: u64, len: usize) -> Result<Vec<u8>, FileError> {
        self.reads.set(self.reads.get() + 1);
        self.slice(start, len)
    }
}

#[async_trait::async_trait(?Send)]
impl Sink for Memory {
    async fn kept_bytes(&self) -> Result<u64, FileError> {
        Ok(self.size_bytes())
    }

    async fn read_back(&self, start: u64, len: usize) -> Result<Vec<u8>, FileError> {
        self.slice(start, len)
    }

    async fn write(&self, start: u64, bytes: &[u8]) -> Result<(), FileError> {
        let mut all = self.bytes.borrow_mut();
        all.truncate(usize::try_from(start).map_err(|_| FileError)?);
        all.extend_from_slice(bytes);
        Ok(())
    }
}

/// Keeps the newest record, as a device does.
#[derive(Default)]
pub(crate) struct Kept(RefCell<Vec<u8>>);

impl Kept {
    pub(crate) fn record(&self) -> UploadRecord {
        UploadRecord::from_bytes(&self.0.borrow()).unwrap()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }
}

#[async_trait::async_trait(?Send)]
impl Keep for Kept {
    async fn keep(&self, record: &UploadRecord) -> Result<(), FileError> {
        *self.0.borrow_mut() = record.to_bytes();
        Ok(())
    }

    async fn forget(&self) -> Result<(), FileError> {
        self.0.borrow_mut().clear();
        Ok(())
    }
}

/// Somebody who watches, and cancels after so many bytes.
#[derive(Default)]
pub(crate) struct Eye {
    pub(crate) seen: RefCell<Vec<u64>>,
    pub(crate) cancel_after: Option<u64>,
}

impl Watch for Eye {
    fn progress(&self, done_bytes: u64, total_bytes: u64) {
        assert!(done_bytes <= total_bytes);
        self.seen.borrow_mut().push(done_bytes);
    }

    fn is_cancelled(&self) -> bool {
        let done = self.seen.borrow().last().copied().unwrap_or_default();
        self.cancel_after.is_some_and(|after| done >= after)
    }
}

/// The number of the part that a path names.
pub(crate) fn part_of(path: &str) -> u32 {
    path.rsplit('/').next().unwrap().parse().unwrap()
}

impl Person {
    /// From now on no part from that one on arrives.
    pub(crate) fn break_from(&self, part: u32) {
        self.browser.wire.meddle(move |path, response| {
            if part_of(path) >= part {
                *response = Err(TransportError);
            }
        });
    }

    pub(crate) fn new_upload(&self, name: &str, size: u64) -> Upload {
        let id = self.session.new_attachment();
        let record = UploadRecord::make(&self.session, id, name, "application/pdf", size);
        Upload::new(self.account(), record).unwrap()
    }

    /// Uploads a file.
    pub(crate) async fn attach(&self, name: &str, file: &[u8]) -> AttachmentView {
        let source = Memory::of(file.to_vec());
        self.new_upload(name, file.len() as u64)
            .run(&self.session, &source, &Kept::default(), &Eye::default())
            .await
            .unwrap()
    }

    /// Sends files.
    pub(crate) async fn send_files(
        &self,
        to: &Address,
        attachments: Vec<AttachmentView>,
    ) -> MessageId {
        let content = DraftContent {
            attachments,
            ..super::letter(&[to], "Stukken", "Zie bijlage.")
        };
        self.write_as(self.account(), &content).await.unwrap()
    }

    /// Fetches a file into `sink`.
    pub(crate) async fn fetch_into(
        &self,
        message: MessageId,
        attachment: AttachmentId,
        sink: &Memory,
    ) -> Result<(), Failure> {
        let download = self
            .session
            .download(self.account(), message, attachment)
            .await?;
        let whole = download.run(&self.session, sink, &Eye::default()).await?;
        assert_eq!(whole.size_bytes(), sink.size_bytes());
        Ok(())
    }

    /// Fetches a file.
    pub(crate) async fn fetch_file(
        &self,
        message: MessageId,
        attachment: AttachmentId,
    ) -> Result<Vec<u8>, Failure> {
        let sink = Memory::default();
        self.fetch_into(message, attachment, &sink).await?;
        Ok(sink.bytes.into_inner())
    }
}
