use zegel_crypto::AttachmentKey;
use zegel_crypto::attachment::Layout;
use zegel_crypto::content::Text;
use zegel_protocol::encoding::Canonical as _;
use zegel_protocol::{AttachmentId, Hash};

use super::record::SealedParts;
use super::{PART_PLAIN_BYTES, Parts, UploadRecord};

struct Counting(u8);

impl rand_core::TryRng for Counting {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(0)
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(0)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        bytes.fill(self.0);
        Ok(())
    }
}

impl rand_core::TryCryptoRng for Counting {}

fn record(size_bytes: u64) -> UploadRecord {
    UploadRecord {
        attachment: AttachmentId([3; 16]),
        key: AttachmentKey::make(&mut Counting(7)),
        name: Text::truncated("offer.pdf"),
        media_type: Text::truncated("application/pdf"),
        size_bytes,
        sealed: SealedParts::default(),
        whole: None,
    }
}

#[test]
fn parts_cover_the_file_once() {
    let part = PART_PLAIN_BYTES as u64;
    for size in [0, 1, part - 1, part, part + 1, 3 * part, 3 * part + 65_537] {
        let layout = Layout::of(size).unwrap();
        let parts = Parts(layout);
        let mut chunks = 0..0;
        let mut end = 0;
        for part in 0..parts.count() {
            assert_eq!(parts.start(part), end);
            assert_eq!(parts.chunks(part).start, chunks.end);
            chunks = parts.chunks(part);
            end += parts.len(part) as u64;
            let lengths = chunks.clone().map(|n| layout.len_of(n).unwrap());
            assert_eq!(lengths.sum::<usize>(), parts.len(part), "{size}");
        }
        assert_eq!((end, chunks.end), (size, layout.chunks()), "{size}");
    }
}

#[test]
fn a_record_is_kept_and_taken_up() {
    let part = PART_PLAIN_BYTES as u64;
    let mut record = record(3 * part + 5);
    assert_eq!(record.sealed_bytes(), 0);
    record.sealed.set(3, Hash([9; 32]));
    record.sealed.set(1, Hash([8; 32]));
    assert_eq!(record.sealed.get(1), Some(Hash([8; 32])));
    assert_eq!(record.sealed.get(2), None);
    assert_eq!(record.sealed.get(4), None);
    assert_eq!(record.sealed_bytes(), part + 5);
    let kept = UploadRecord::from_bytes(&record.to_bytes()).unwrap();
    assert!(kept == record);
    assert!(!format!("{record:?}").contains("offer"));
}

#[test]
fn a_record_of_half_a_hash_is_refused() {
    let mut record = record(0);
    record.sealed.set(0, Hash([9; 32]));
    let mut bytes = record.to_bytes();
    bytes.pop();
    assert!(UploadRecord::from_bytes(&bytes).is_err());
}
