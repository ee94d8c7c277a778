//! Files in sealed chunks: `attachments.json`.

use serde::{Deserialize, Serialize};
use zegel_protocol::{AttachmentId, Hash, SUITE};

use super::model::Hex;
use crate::attachment::{CHUNK_OVERHEAD, Layout, Opener, Sealer};
use crate::content::{Attachment, Text};
use crate::keys::AttachmentKey;
use crate::tests::world::Rng;

#[derive(Serialize, Deserialize)]
pub(super) struct AttachmentVector {
    pub(super) name: String,
    pub(super) attachment: Hex,
    pub(super) key: Hex,
    pub(super) aad: Hex,
    /// The file's byte i is (31 · i + ⌊i / 256⌋) modulo 256.
    pub(super) size_bytes: u64,
    pub(super) chunks: Vec<ChunkVector>,
    /// SHA-256 over the chunks' hashes.
    pub(super) hash: Hex,
}

#[derive(Serialize, Deserialize)]
pub(super) struct ChunkVector {
    pub(super) nonce: Hex,
    pub(super) size_bytes: u64,
    /// The first 32 bytes of the sealed chunk, or all where it has fewer.
    pub(super) start: Hex,
    pub(super) tag: Hex,
    /// SHA-256 of the sealed chunk.
    pub(super) hash: Hex,
}

fn file(size_bytes: u64) -> Vec<u8> {
    (0..size_bytes)
        .map(|i| (31 * i + i / 256).to_le_bytes()[0])
        .collect()
}

fn chunk_of(layout: &Layout, n: u32, file: &[u8]) -> Vec<u8> {
    let start = usize::try_from(layout.start(n)).unwrap();
    file[start..start + layout.len_of(n).unwrap()].to_vec()
}

fn vector(name: &str, size_bytes: u64) -> AttachmentVector {
    let id = AttachmentId([0x66; 16]);
    let key = AttachmentKey::make(&mut Rng::new(0x67));
    let file = file(size_bytes);
    let mut sealer = Sealer::new(id, key.clone(), size_bytes).unwrap();
    let layout = sealer.layout();
    let chunks = (0..layout.chunks())
        .map(|n| {
            let sealed = sealer.seal(n, &chunk_of(&layout, n, &file)).unwrap();
            let mut nonce = [0; 12];
            nonce[7..11].copy_from_slice(&n.to_be_bytes());
            nonce[11] = u8::from(n + 1 == layout.chunks());
            ChunkVector {
                nonce: Hex::from(&nonce),
                size_bytes: sealed.len() as u64,
                start: Hex::from(&sealed[..sealed.len().min(32)]),
                tag: Hex::from(&sealed[sealed.len() - CHUNK_OVERHEAD..]),
                hash: Hex::from(&Hash::of(&sealed)),
            }
        })
        .collect();
    let signed = sealer.finish(Text::default(), Text::default()).unwrap();
    AttachmentVector {
        name: name.to_owned(),
        attachment: Hex::from(&id),
        key: Hex::from(key.bytes()),
        aad: Hex([b"zegel/v1/attachment", [SUITE].as_slice(), id.as_bytes()].concat()),
        size_bytes,
        chunks,
        hash: Hex::from(&signed.hash),
    }
}

pub(super) fn attachments() -> Vec<AttachmentVector> {
    vec![
        vector("empty", 0),
        vector("one short chunk", 5),
        vector("one whole chunk", 65_536),
        vector("a byte more than a chunk", 65_537),
        vector("two whole chunks", 131_072),
    ]
}

/// Opens what the file states: chunks are made from the plaintext rule, and compared by their hash.
pub(super) fn check(vector: &AttachmentVector) {
    let attachment = Attachment {
        id: AttachmentId(vector.attachment.array()),
        key: AttachmentKey::from_slice(&vector.key.0).unwrap(),
        name: Text::default(),
        media_type: Text::default(),
        size_bytes: vector.size_bytes,
        chunks: u32::try_from(vector.chunks.len()).unwrap(),
        hash: Hash(vector.hash.array()),
    };
    let file = file(vector.size_bytes);
    let mut opener = Opener::new(&attachment).unwrap();
    let layout = opener.layout();
    for n in 0..layout.chunks() {
        opener.take_back(n, &chunk_of(&layout, n, &file)).unwrap();
    }
    opener.finish().unwrap();
    let hashes: Vec<_> = vector
        .chunks
        .iter()
        .map(|it| it.hash.0.as_slice())
        .collect();
    assert_eq!(Hash::of_parts(&hashes), attachment.hash);
    // Short chunks are stated whole.
    for (n, chunk) in (0..).zip(&vector.chunks) {
        if chunk.size_bytes <= 32 {
            let opened = opener.open(n, &chunk.start.0).unwrap();
            assert_eq!(opened, chunk_of(&layout, n, &file), "{}", vector.name);
        }
    }
}
