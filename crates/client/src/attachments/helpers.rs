//! Helpers: threads beside the flow that seal and open the parts of one large file. Of all secrets they have that
//! file's key ([`Upload::chunks_of`](super::Upload::chunks_of), [`Download::chunks_of`](super::Download::chunks_of)).
//! They do the work on the bytes, and send and fetch them; the flow counts the hashes and decides.

use std::ops::Range;

use async_trait::async_trait;
use zegel_crypto::attachment::{ChunksOf, Opener, Sealer};
use zegel_protocol::Hash;

use super::{Download, FileError, Parts, Upload, unreadable};
use crate::environment::{HttpResponse, TransportError};
use crate::failure::Outcome;
use crate::view::{Failure, Reason};

/// A part of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its number.
    pub number: u32,
    /// Where it begins in the file, in bytes.
    pub start: u64,
    /// Its plaintext bytes.
    pub len: usize,
    /// Its chunks.
    pub chunks: Range<u32>,
}

impl Parts {
    pub(super) fn part(self, number: u32) -> Part {
        Part {
            number,
            start: self.start(number),
            len: self.len(number),
            chunks: self.chunks(number),
        }
    }
}

/// Why a helper did not do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HelperError {
    /// The file cannot be read, or is another by now.
    #[error("a file of this device failed")]
    File,
    /// There is no helper any more.
    #[error("the helper broke")]
    Broken,
}

/// Helpers of an upload.
#[async_trait(?Send)]
pub trait SealingHelpers {
    /// Parts that they work on at once.
    fn at_once(&self) -> usize;

    /// Those of the file's parts that they would take first, and so on: all of them, each once.
    fn order(&self, parts: u32) -> Vec<u32>;

    /// Reads a part and seals it, keeps that until it is sent, and gives the hash of each sealed chunk.
    ///
    /// # Errors
    /// [`HelperError`].
    async fn seal(&self, part: &Part) -> Result<Vec<Hash>, HelperError>;

    /// Sends the part of that number, which was sealed, to a path, as
    /// [`Transport::put_bytes`](crate::Transport::put_bytes) would.
    ///
    /// # Errors
    /// [`TransportError`].
    async fn send(&self, number: u32, path: &str) -> Result<HttpResponse, TransportError>;
}

/// What came of fetching a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// Every chunk of it opened; these are the hashes of what they were opened from.
    Opened(Vec<Hash>),
    /// What came does not open as this part.
    NotAuthentic,
    /// The server refused.
    Refused(HttpResponse),
}

/// Helpers of a download.
#[async_trait(?Send)]
pub trait OpeningHelpers {
    /// Parts that they work on at once.
    fn at_once(&self) -> usize;

    /// Fetches a part from a path, as [`Transport::get_bytes`](crate::Transport::get_bytes) would, opens it, and keeps
    /// it until it is written.
    ///
    /// # Errors
    /// [`TransportError`].
    async fn fetch(&self, part: &Part, path: &str) -> Result<Fetched, TransportError>;

    /// Writes a part that was opened to where the file is put, as [`Sink::write`](super::Sink::write) would.
    ///
    /// # Errors
    /// [`FileError`].
    async fn write(&self, part: &Part) -> Result<(), FileError>;
}

impl From<HelperError> for Failure {
    fn from(error: HelperError) -> Self {
        match error {
            HelperError::File => unreadable(FileError),
            // As a connection that broke: whoever runs it again does without.
            HelperError::Broken => Reason::Offline.into(),
        }
    }
}

/// Takes note of the chunks of a part that were sealed elsewhere.
pub(super) fn note_sealed(sealer: &mut Sealer, part: &Part, hashes: &[Hash]) -> Outcome<()> {
    for (n, hash) in numbered(part, hashes)? {
        sealer.note(n, hash)?;
    }
    Ok(())
}

/// Takes note of the chunks of a part that were opened elsewhere.
pub(super) fn note_opened(opener: &mut Opener, part: &Part, hashes: &[Hash]) -> Outcome<()> {
    for (n, hash) in numbered(part, hashes)? {
        opener.note(n, hash)?;
    }
    Ok(())
}

/// Every chunk of the part, and no other.
fn numbered<'a>(
    part: &Part,
    hashes: &'a [Hash],
) -> Outcome<impl Iterator<Item = (u32, Hash)> + use<'a>> {
    if hashes.len() == part.chunks.len() {
        Ok(part.chunks.clone().zip(hashes.iter().copied()))
    } else {
        Err(Reason::Internal.into())
    }
}

impl Upload {
    /// What helpers get of this upload's secrets.
    #[must_use]
    pub fn chunks_of(&self) -> ChunksOf {
        self.sealer.borrow().chunks_of()
    }
}

impl Download {
    /// What helpers get of this download's secrets.
    #[must_use]
    pub fn chunks_of(&self) -> ChunksOf {
        self.opener.borrow().chunks_of()
    }
}
