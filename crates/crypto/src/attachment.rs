//! Attachments: a file in sealed chunks that are sealed, sent, fetched and opened in any order.
//!
//! ```text
//! chunk n = ChaCha20-Poly1305(K, nonce, plaintext n, AAD = "zegel/v1/attachment" ‖ suite[1] ‖ attachment[16])
//! nonce   = 0x00[7] ‖ u32(n) ‖ final[1]
//! hash    = SHA-256( SHA-256(chunk 0) ‖ SHA-256(chunk 1) ‖ … )
//! ```
//!
//! K is the random key of this one attachment, so that its nonces are its own. Counter and final
//! flag are those of STREAM ("Online Authenticated-Encryption and its Nonce-Reuse
//! Misuse-Resistance", CRYPTO 2015): a chunk opens in its own place only, and no chunk but the last
//! opens as the last. Size, number of chunks and hash stand in the signed body of the message:
//! whoever stores the chunks cannot leave any out, and whoever knows K cannot replace one later.
//!
//! Opening a chunk proves that chunk. The file is proved by [`Opener::finish`] alone, whose
//! [`WholeAttachment`] can be had in no other way.
//!
//! Chunks of a large file may be sealed and opened elsewhere, by [`Chunks`]: then [`Sealer`] and
//! [`Opener`] only take note of their hashes, and still decide.

use chacha20poly1305::aead::AeadInOut as _;
use chacha20poly1305::{ChaCha20Poly1305, KeyInit as _};
use zegel_protocol::encoding::Canonical;
use zegel_protocol::limits::CHUNK_BYTES;
use zegel_protocol::{AttachmentId, Hash, SUITE, canonical_struct};

use crate::content::{Attachment, MAX_ATTACHMENT_NAME_BYTES, Text};
use crate::error::OpenError;
use crate::keys::AttachmentKey;

const CONTEXT: &[u8] = b"zegel/v1/attachment";
/// What sealing adds to each chunk, in bytes.
pub const CHUNK_OVERHEAD: usize = 16;
/// Most chunks of an attachment: 256 GiB.
pub const MAX_CHUNKS: u32 = 1 << 22;

/// How a file falls into chunks: each of 64 KiB but the last, which holds the rest. An empty file
/// has one, empty chunk; one of an exact multiple of 64 KiB has no empty chunk after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    size_bytes: u64,
    chunks: u32,
}

/// Why a chunk was not sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChunkError {
    /// The file has more than [`MAX_CHUNKS`] chunks.
    #[error("too large")]
    TooLarge,
    /// There is no such chunk, or it has another length.
    #[error("no such chunk")]
    Layout,
    /// The chunk was sealed before with other content. To seal it again would use a nonce twice,
    /// which gives away both contents: the file needs a new key.
    #[error("the file changed meanwhile")]
    Changed,
    /// Not every chunk was sealed.
    #[error("chunks are missing")]
    Incomplete,
}

impl Layout {
    /// The chunks of a file of `size_bytes`.
    ///
    /// # Errors
    /// [`ChunkError::TooLarge`].
    pub fn of(size_bytes: u64) -> Result<Self, ChunkError> {
        let chunks = size_bytes.div_ceil(CHUNK_BYTES as u64).max(1);
        match u32::try_from(chunks) {
            Ok(chunks) if chunks <= MAX_CHUNKS => Ok(Self { size_bytes, chunks }),
            _ => Err(ChunkError::TooLarge),
        }
    }

    /// Bytes of the file.
    #[must_use]
    pub const fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// Number of chunks, at least one.
    #[must_use]
    pub const fn chunks(&self) -> u32 {
        self.chunks
    }

    /// Bytes of all sealed chunks together.
    #[must_use]
    pub const fn sealed_bytes(&self) -> u64 {
        self.size_bytes + self.chunks as u64 * CHUNK_OVERHEAD as u64
    }

    /// Where chunk `n` begins in the file, in bytes.
    #[must_use]
    pub const fn start(&self, n: u32) -> u64 {
        n as u64 * CHUNK_BYTES as u64
    }

    /// Plaintext bytes of chunk `n`; none where there is no such chunk.
    #[must_use]
    pub fn len_of(&self, n: u32) -> Option<usize> {
        if n >= self.chunks {
            return None;
        }
        let rest = self.size_bytes - self.start(n);
        Some(usize::try_from(rest).map_or(CHUNK_BYTES, |rest| rest.min(CHUNK_BYTES)))
    }

    const fn nonce(&self, n: u32) -> [u8; 12] {
        let counter = n.to_be_bytes();
        let mut nonce = [0; 12];
        let mut at = 0;
        while at < counter.len() {
            nonce[7 + at] = counter[at];
            at += 1;
        }
        nonce[11] = (n + 1 == self.chunks) as u8;
        nonce
    }
}

/// The hashes of the chunks seen so far.
struct Hashes(Vec<Option<Hash>>);

impl Hashes {
    fn new(chunks: u32) -> Self {
        Self(vec![None; chunks as usize])
    }

    /// SHA-256 over the hashes of all chunks in order; none while one is missing.
    fn root(&self) -> Option<Hash> {
        let all: Option<Vec<&[u8]>> = self
            .0
            .iter()
            .map(|hash| hash.as_ref().map(AsRef::as_ref))
            .collect();
        all.map(|all| Hash::of_parts(&all))
    }
}

canonical_struct! {
    /// All that sealing and opening the chunks of one attachment takes. A secret, of that attachment
    /// alone.
    #[derive(Clone, PartialEq, Eq)]
    pub struct ChunksOf {
        attachment: AttachmentId,
        key: AttachmentKey,
        size_bytes: u64,
    }
}

impl Canonical for ChunksOf {
    const MAX_LEN: usize = 128;
}

/// Seals and opens single chunks for a [`Sealer`] or [`Opener`] elsewhere, which has to take note of
/// each hash before the chunk is sent or the file shown. It remembers nothing, and so refuses no
/// chunk that was sealed before with other content.
pub struct Chunks(Cipher);

impl Chunks {
    /// The chunks of an attachment.
    ///
    /// # Errors
    /// [`ChunkError::TooLarge`].
    pub fn new(of: &ChunksOf) -> Result<Self, ChunkError> {
        let layout = Layout::of(of.size_bytes)?;
        Ok(Self(Cipher::new(of.attachment, &of.key, layout)))
    }

    /// How the file falls into chunks.
    #[must_use]
    pub const fn layout(&self) -> Layout {
        self.0.layout
    }

    /// Seals chunk `n` where it is, for [`Sealer::note`].
    ///
    /// # Errors
    /// [`ChunkError::Layout`].
    pub fn seal(&self, n: u32, chunk: &mut Vec<u8>) -> Result<(), ChunkError> {
        self.0.seal(n, chunk)
    }

    /// Opens chunk `n` where it is, for [`Opener::note`].
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open(&self, n: u32, chunk: &mut Vec<u8>) -> Result<(), OpenError> {
        self.0.open(n, chunk)
    }
}

/// The key of one attachment, and what its chunks are bound to.
struct Cipher {
    cipher: ChaCha20Poly1305,
    aad: Vec<u8>,
    layout: Layout,
}

impl Cipher {
    fn new(attachment: AttachmentId, key: &AttachmentKey, layout: Layout) -> Self {
        Self {
            cipher: ChaCha20Poly1305::new(key.bytes().into()),
            aad: [CONTEXT, &[SUITE], attachment.as_bytes()].concat(),
            layout,
        }
    }

    fn seal(&self, n: u32, chunk: &mut Vec<u8>) -> Result<(), ChunkError> {
        if self.layout.len_of(n) != Some(chunk.len()) {
            return Err(ChunkError::Layout);
        }
        let nonce = self.layout.nonce(n).into();
        self.cipher
            .encrypt_in_place(&nonce, &self.aad, chunk)
            .map_err(|_| ChunkError::TooLarge)
    }

    fn seal_copy(&self, n: u32, plaintext: &[u8]) -> Result<Vec<u8>, ChunkError> {
        let mut chunk = Vec::with_capacity(plaintext.len() + CHUNK_OVERHEAD);
        chunk.extend_from_slice(plaintext);
        self.seal(n, &mut chunk)?;
        Ok(chunk)
    }

    fn open(&self, n: u32, chunk: &mut Vec<u8>) -> Result<(), OpenError> {
        let len = self.layout.len_of(n).ok_or(OpenError)?;
        // Before decryption: a chunk of another length belongs to another file.
        if chunk.len() != len + CHUNK_OVERHEAD {
            return Err(OpenError);
        }
        let nonce = self.layout.nonce(n).into();
        self.cipher
            .decrypt_in_place(&nonce, &self.aad, chunk)
            .map_err(|_| OpenError)
    }
}

/// Seals the chunks of one attachment, each as often as it has to be sent.
pub struct Sealer {
    cipher: Cipher,
    attachment: AttachmentId,
    key: AttachmentKey,
    hashes: Hashes,
}

impl Sealer {
    /// For a file of `size_bytes`. A key is for one file: with the same key and id, only the same
    /// content may ever be sealed.
    ///
    /// # Errors
    /// [`ChunkError::TooLarge`].
    pub fn new(
        attachment: AttachmentId,
        key: AttachmentKey,
        size_bytes: u64,
    ) -> Result<Self, ChunkError> {
        let layout = Layout::of(size_bytes)?;
        Ok(Self {
            cipher: Cipher::new(attachment, &key, layout),
            attachment,
            key,
            hashes: Hashes::new(layout.chunks),
        })
    }

    /// How the file falls into chunks.
    #[must_use]
    pub const fn layout(&self) -> Layout {
        self.cipher.layout
    }

    /// Seals chunk `n`: `plaintext` is [`Layout::len_of`] bytes from [`Layout::start`].
    ///
    /// # Errors
    /// [`ChunkError::Layout`]; [`ChunkError::Changed`] where this sealer sealed the chunk before
    /// with other content.
    pub fn seal(&mut self, n: u32, plaintext: &[u8]) -> Result<Vec<u8>, ChunkError> {
        let sealed = self.cipher.seal_copy(n, plaintext)?;
        self.note(n, Hash::of(&sealed))?;
        Ok(sealed)
    }

    /// Takes note of chunk `n`, which [`Chunks`] sealed, by the hash of what came of it. Before that
    /// it may not be sent.
    ///
    /// # Errors
    /// As [`Self::seal`].
    pub fn note(&mut self, n: u32, hash: Hash) -> Result<(), ChunkError> {
        let slot = self
            .hashes
            .0
            .get_mut(n as usize)
            .ok_or(ChunkError::Layout)?;
        match slot {
            Some(before) if *before != hash => Err(ChunkError::Changed),
            _ => {
                *slot = Some(hash);
                Ok(())
            }
        }
    }

    /// What [`Chunks`] take for this attachment.
    #[must_use]
    pub fn chunks_of(&self) -> ChunksOf {
        ChunksOf {
            attachment: self.attachment,
            key: self.key.clone(),
            size_bytes: self.layout().size_bytes,
        }
    }

    /// SHA-256 over the hashes of the chunks `chunks`; none where one was not sealed yet. Kept
    /// outside, it tells after a restart whether the file is still the same.
    #[must_use]
    pub fn hash_of(&self, chunks: std::ops::Range<u32>) -> Option<Hash> {
        let range = chunks.start as usize..chunks.end as usize;
        Hashes(self.hashes.0.get(range)?.to_vec()).root()
    }

    /// What the message's body says of the attachment, once every chunk was sealed.
    ///
    /// # Errors
    /// [`ChunkError::Incomplete`].
    pub fn finish(
        &self,
        name: Text<MAX_ATTACHMENT_NAME_BYTES>,
        media_type: Text<MAX_ATTACHMENT_NAME_BYTES>,
    ) -> Result<Attachment, ChunkError> {
        Ok(Attachment {
            id: self.attachment,
            key: self.key.clone(),
            name,
            media_type,
            size_bytes: self.layout().size_bytes,
            chunks: self.layout().chunks,
            hash: self.hashes.root().ok_or(ChunkError::Incomplete)?,
        })
    }
}

/// Opens the chunks of one attachment.
pub struct Opener {
    cipher: Cipher,
    of: ChunksOf,
    hash: Hash,
    hashes: Hashes,
}

impl Opener {
    /// For an attachment of a verified message.
    ///
    /// # Errors
    /// [`OpenError`] where size and number of chunks do not belong together.
    pub fn new(attachment: &Attachment) -> Result<Self, OpenError> {
        let layout = Layout::of(attachment.size_bytes).map_err(|_| OpenError)?;
        if layout.chunks != attachment.chunks {
            return Err(OpenError);
        }
        Ok(Self {
            cipher: Cipher::new(attachment.id, &attachment.key, layout),
            of: ChunksOf {
                attachment: attachment.id,
                key: attachment.key.clone(),
                size_bytes: attachment.size_bytes,
            },
            hash: attachment.hash,
            hashes: Hashes::new(layout.chunks),
        })
    }

    /// How the file falls into chunks.
    #[must_use]
    pub const fn layout(&self) -> Layout {
        self.cipher.layout
    }

    /// Opens chunk `n`. What it gives is a part of the file, and not yet to be shown or handed on.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open(&mut self, n: u32, sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
        let mut plaintext = sealed.to_vec();
        self.cipher.open(n, &mut plaintext)?;
        self.note(n, Hash::of(sealed))?;
        Ok(plaintext)
    }

    /// Takes note of chunk `n`, which [`Chunks`] opened, by the hash of what it was opened from.
    ///
    /// # Errors
    /// [`OpenError`] where there is no such chunk.
    pub fn note(&mut self, n: u32, hash: Hash) -> Result<(), OpenError> {
        *self.hashes.0.get_mut(n as usize).ok_or(OpenError)? = Some(hash);
        Ok(())
    }

    /// What [`Chunks`] take for this attachment.
    #[must_use]
    pub fn chunks_of(&self) -> ChunksOf {
        self.of.clone()
    }

    /// Takes back what an earlier run opened as chunk `n` and kept, instead of fetching it again.
    /// It counts as what it was sealed from: other bytes are found out by [`Self::finish`].
    ///
    /// # Errors
    /// [`OpenError`] where the chunk has another length.
    pub fn take_back(&mut self, n: u32, plaintext: &[u8]) -> Result<(), OpenError> {
        let sealed = self.cipher.seal_copy(n, plaintext).map_err(|_| OpenError)?;
        self.note(n, Hash::of(&sealed))
    }

    /// Whether all of `chunks` were opened or taken back.
    #[must_use]
    pub fn has(&self, chunks: std::ops::Range<u32>) -> bool {
        let range = chunks.start as usize..chunks.end as usize;
        self.hashes
            .0
            .get(range)
            .is_some_and(|hashes| hashes.iter().all(Option::is_some))
    }

    /// Compares the whole with what was signed: every chunk there, none altered since.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn finish(&self) -> Result<WholeAttachment, OpenError> {
        if self.hashes.root() == Some(self.hash) {
            Ok(WholeAttachment {
                size_bytes: self.cipher.layout.size_bytes,
            })
        } else {
            Err(OpenError)
        }
    }
}

/// Proof that every chunk of an attachment was opened and is the one that was signed. There is no
/// way to one but through [`Opener::finish`]:
///
/// ```compile_fail,E0451
/// # use zegel_crypto::attachment::WholeAttachment;
/// let unverified = WholeAttachment { size_bytes: 0 };
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WholeAttachment {
    size_bytes: u64,
}

impl WholeAttachment {
    /// Bytes of the file.
    #[must_use]
    pub const fn size_bytes(&self) -> u64 {
        self.size_bytes
    }
}

macro_rules! prints_no_secret {
    ($($name:ident),+) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )+};
}
prints_no_secret!(Sealer, Opener, Chunks, ChunksOf);

#[cfg(test)]
mod tests;
