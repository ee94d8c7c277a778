//! Attachments: files that are sealed and sent part by part, and fetched, opened and verified part by
//! part. Both go on where they stopped: after a broken connection with the same value, after a
//! restart with what was kept of it.

mod download;
mod helpers;
mod record;
mod upload;

pub use download::Download;
pub use helpers::{Fetched, HelperError, OpeningHelpers, Part, SealingHelpers};
pub use record::UploadRecord;
pub use upload::{Keep, Upload};

use std::ops::Range;

use async_trait::async_trait;
use zegel_api::{ErrorCode, PART_BYTES};
use zegel_crypto::attachment::{CHUNK_OVERHEAD, Layout};
use zegel_protocol::limits::CHUNK_BYTES;

use crate::failure::Outcome;
use crate::view::{Failure, Field, Reason};

/// Chunks of a part but the last.
const PART_CHUNKS: u32 = 64;
/// Plaintext bytes of a part but the last.
const PART_PLAIN_BYTES: usize = PART_CHUNKS as usize * CHUNK_BYTES;
const _: () = assert!(PART_PLAIN_BYTES + PART_CHUNKS as usize * CHUNK_OVERHEAD == PART_BYTES);
/// Parts on their way at once. Each is in memory twice, sealed and not.
const AT_ONCE: usize = 3;

/// A file that cannot be read, or a place that cannot be written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a file of this device failed")]
pub struct FileError;

/// A file that is read in slices.
#[async_trait(?Send)]
pub trait Source {
    /// Its size in bytes.
    fn size_bytes(&self) -> u64;

    /// The `len` bytes from `start`.
    ///
    /// # Errors
    /// [`FileError`] where they cannot be read, or are fewer.
    async fn read(&self, start: u64, len: usize) -> Result<Vec<u8>, FileError>;
}

/// Where a file is put while it is fetched. What is in it is incomplete until [`Download::run`]
/// has ended well, and nobody is to see it before.
#[async_trait(?Send)]
pub trait Sink {
    /// Bytes at its beginning that an earlier run wrote; 0 where it keeps nothing.
    async fn kept_bytes(&self) -> Result<u64, FileError>;

    /// The `len` bytes from `start` that an earlier run wrote.
    ///
    /// # Errors
    /// [`FileError`] where they cannot be read.
    async fn read_back(&self, start: u64, len: usize) -> Result<Vec<u8>, FileError>;

    /// Writes `bytes` at `start`, where the bytes written before end.
    ///
    /// # Errors
    /// [`FileError`] where they cannot be written.
    async fn write(&self, start: u64, bytes: &[u8]) -> Result<(), FileError>;
}

/// Who watches a transfer, and may end it.
pub trait Watch {
    /// So many bytes of the file are through.
    fn progress(&self, done_bytes: u64, total_bytes: u64);

    /// Whether it is to end now.
    fn is_cancelled(&self) -> bool;
}

fn go_on(watch: &dyn Watch) -> Outcome<()> {
    if watch.is_cancelled() {
        Err(Reason::Cancelled.into())
    } else {
        Ok(())
    }
}

/// The parts of a file, and the chunks of each.
#[derive(Clone, Copy, Debug)]
struct Parts(Layout);

impl Parts {
    fn count(self) -> u32 {
        self.0.chunks().div_ceil(PART_CHUNKS)
    }

    fn chunks(self, part: u32) -> Range<u32> {
        let first = part * PART_CHUNKS;
        first..(first + PART_CHUNKS).min(self.0.chunks())
    }

    /// Where the part begins in the file, in bytes.
    fn start(self, part: u32) -> u64 {
        self.0.start(part * PART_CHUNKS)
    }

    /// Plaintext bytes of the part.
    fn len(self, part: u32) -> usize {
        let rest = self.0.size_bytes() - self.start(part);
        usize::try_from(rest).map_or(PART_PLAIN_BYTES, |rest| rest.min(PART_PLAIN_BYTES))
    }
}

/// A failure of the user's own file.
fn unreadable(_: FileError) -> Failure {
    Failure::of(Field::Attachment, Reason::FileChanged)
}

/// A failure of the place that a file is put in.
fn unwritable(_: FileError) -> Failure {
    Failure::of(Field::Attachment, Reason::DeviceFull)
}

/// Says of the server's refusals that concern the file that they do.
fn of_the_file(failure: Failure) -> Failure {
    match failure.reason {
        Reason::Server(
            ErrorCode::TooLarge | ErrorCode::Quota | ErrorCode::NotFound | ErrorCode::Gone,
        )
        | Reason::NotAuthentic => Failure {
            field: Some(Field::Attachment),
            ..failure
        },
        _ => failure,
    }
}

#[cfg(test)]
mod tests;
