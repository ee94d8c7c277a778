#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::tests::world::Rng;

const ID: AttachmentId = AttachmentId([0x0a; 16]);

fn key(seed: u8) -> AttachmentKey {
    AttachmentKey::make(&mut Rng::new(seed))
}

/// A file that is nowhere the same.
fn file(len: usize) -> Vec<u8> {
    (0..len as u32)
        .flat_map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes())
        .take(len)
        .collect()
}

fn seal(file: &[u8]) -> (Attachment, Vec<Vec<u8>>) {
    let mut sealer = Sealer::new(ID, key(1), file.len() as u64).unwrap();
    let chunks = (0..sealer.layout().chunks())
        .map(|n| {
            let start = usize::try_from(sealer.layout().start(n)).unwrap();
            let len = sealer.layout().len_of(n).unwrap();
            sealer.seal(n, &file[start..start + len]).unwrap()
        })
        .collect();
    let attachment = sealer
        .finish(Text::truncated("a.bin"), Text::truncated("text/plain"))
        .unwrap();
    (attachment, chunks)
}

/// Opens `chunks` as the chunks 0, 1, 2 … and then the whole.
fn open(attachment: &Attachment, chunks: &[Vec<u8>]) -> Result<Vec<u8>, OpenError> {
    let mut opener = Opener::new(attachment)?;
    let mut file = Vec::new();
    for (n, chunk) in (0u32..).zip(chunks) {
        file.extend(opener.open(n, chunk)?);
    }
    opener.finish()?;
    Ok(file)
}

const SIZES: [usize; 8] = [
    0,
    1,
    CHUNK_BYTES - 1,
    CHUNK_BYTES,
    CHUNK_BYTES + 1,
    2 * CHUNK_BYTES,
    2 * CHUNK_BYTES + 7,
    5 * CHUNK_BYTES,
];

#[test]
fn files_of_every_kind_of_size_come_back() {
    for size in SIZES {
        let file = file(size);
        let (attachment, chunks) = seal(&file);
        assert_eq!(chunks.len(), size.div_ceil(CHUNK_BYTES).max(1));
        let sealed: usize = chunks.iter().map(Vec::len).sum();
        let layout = Layout::of(size as u64).unwrap();
        assert_eq!(sealed as u64, layout.sealed_bytes());
        assert_eq!(attachment.chunks as usize, chunks.len());
        assert!(open(&attachment, &chunks).unwrap() == file, "{size}");
    }
}

#[test]
fn chunks_are_opened_in_any_order_and_taken_back() {
    let file = file(4 * CHUNK_BYTES + 5);
    let (attachment, chunks) = seal(&file);
    let mut opener = Opener::new(&attachment).unwrap();
    for n in [3, 0, 4] {
        let start = n * CHUNK_BYTES;
        let opened = opener.open(u32::try_from(n).unwrap(), &chunks[n]).unwrap();
        assert!(file[start..].starts_with(&opened));
    }
    assert_eq!(opener.finish(), Err(OpenError));
    for n in [1, 2] {
        let start = n * CHUNK_BYTES;
        let kept = &file[start..start + CHUNK_BYTES];
        opener.take_back(u32::try_from(n).unwrap(), kept).unwrap();
    }
    assert_eq!(opener.finish().unwrap().size_bytes(), file.len() as u64);
}

#[test]
fn what_was_kept_and_altered_is_found_out() {
    let file = file(2 * CHUNK_BYTES);
    let (attachment, chunks) = seal(&file);
    let mut opener = Opener::new(&attachment).unwrap();
    opener.open(1, &chunks[1]).unwrap();
    let mut kept = file[..CHUNK_BYTES].to_vec();
    assert_eq!(opener.take_back(0, &kept[1..]), Err(OpenError));
    kept[9] ^= 1;
    opener.take_back(0, &kept).unwrap();
    assert_eq!(opener.finish(), Err(OpenError));
}

#[test]
fn a_chunk_is_sealed_again_only_as_it_was() {
    let mut sealer = Sealer::new(ID, key(1), 3).unwrap();
    assert_eq!(
        sealer.finish(Text::default(), Text::default()),
        Err(ChunkError::Incomplete)
    );
    let first = sealer.seal(0, b"abc").unwrap();
    assert_eq!(sealer.seal(0, b"abc"), Ok(first));
    assert_eq!(sealer.seal(0, b"abd"), Err(ChunkError::Changed));
    assert_eq!(sealer.seal(0, b"ab"), Err(ChunkError::Layout));
    assert_eq!(sealer.seal(1, b"abc"), Err(ChunkError::Layout));
}

#[test]
fn a_part_tells_whether_it_is_still_the_same() {
    let parts = |file: &[u8]| {
        let mut sealer = Sealer::new(ID, key(1), file.len() as u64).unwrap();
        assert_eq!(sealer.hash_of(0..1), None);
        for (n, chunk) in (0..).zip(file.chunks(CHUNK_BYTES)) {
            sealer.seal(n, chunk).unwrap();
        }
        assert_eq!(sealer.hash_of(1..4), None);
        (sealer.hash_of(0..2).unwrap(), sealer.hash_of(2..3).unwrap())
    };
    let mut file = file(2 * CHUNK_BYTES + 100);
    let before = parts(&file);
    file[2 * CHUNK_BYTES + 50] ^= 1;
    let after = parts(&file);
    assert_eq!(before.0, after.0);
    assert_ne!(before.1, after.1);
}

#[test]
fn a_truncated_file_does_not_verify() {
    let (attachment, chunks) = seal(&file(3 * CHUNK_BYTES));
    assert_eq!(open(&attachment, &chunks[..2]), Err(OpenError));
    assert_eq!(open(&attachment, &[]), Err(OpenError));
    // The same with the numbers made to fit: the chunk that is last now was not sealed as the last.
    let shorter = Attachment {
        chunks: 2,
        size_bytes: 2 * CHUNK_BYTES as u64,
        hash: Hash::of_parts(&[Hash::of(&chunks[0]).as_ref(), Hash::of(&chunks[1]).as_ref()]),
        ..attachment.clone()
    };
    assert_eq!(open(&shorter, &chunks[..2]), Err(OpenError));
    let mut cut = chunks;
    cut[2].pop();
    assert_eq!(open(&attachment, &cut), Err(OpenError));
}

#[test]
fn an_extended_file_does_not_verify() {
    let (attachment, chunks) = seal(&file(2 * CHUNK_BYTES));
    let mut longer = chunks.clone();
    longer.push(chunks[1].clone());
    assert_eq!(open(&attachment, &longer), Err(OpenError));
    let claimed = Attachment {
        chunks: 3,
        size_bytes: 3 * CHUNK_BYTES as u64,
        ..attachment.clone()
    };
    assert_eq!(open(&claimed, &longer), Err(OpenError));
    let mut padded = chunks;
    padded[1].push(0);
    assert_eq!(open(&attachment, &padded), Err(OpenError));
}

#[test]
fn reordered_and_repeated_chunks_do_not_open() {
    let (attachment, chunks) = seal(&file(4 * CHUNK_BYTES));
    for a in 0..4 {
        for b in 0..4 {
            let mut other = chunks.clone();
            other[a] = chunks[b].clone();
            assert_eq!(open(&attachment, &other).is_ok(), a == b, "{b} as {a}");
        }
    }
}

#[test]
fn chunks_of_another_file_key_or_id_do_not_open() {
    let (attachment, chunks) = seal(&file(3 * CHUNK_BYTES));
    let other_key = Attachment {
        key: key(2),
        ..attachment.clone()
    };
    let other_id = Attachment {
        id: AttachmentId([0x0b; 16]),
        ..attachment.clone()
    };
    for other in [other_key, other_id] {
        let mut opener = Opener::new(&other).unwrap();
        for (n, chunk) in (0..).zip(&chunks) {
            assert_eq!(opener.open(n, chunk), Err(OpenError));
        }
    }
}

/// Whoever knows the key, a recipient for example, can make chunks that open: the signed hash stops
/// them.
#[test]
fn a_chunk_of_the_same_key_in_its_place_is_found_out() {
    let original = file(3 * CHUNK_BYTES);
    let (attachment, mut chunks) = seal(&original);
    let mut forged = original;
    forged[CHUNK_BYTES] ^= 1;
    let (_, others) = seal(&forged);
    chunks[1].clone_from(&others[1]);
    let mut opener = Opener::new(&attachment).unwrap();
    for (n, chunk) in (0..).zip(&chunks) {
        opener.open(n, chunk).unwrap();
    }
    assert_eq!(opener.finish(), Err(OpenError));
}

#[test]
fn sizes_that_do_not_fit_the_chunks_are_refused() {
    let (attachment, _) = seal(&file(2 * CHUNK_BYTES));
    for (size_bytes, chunks) in [
        (2 * CHUNK_BYTES as u64, 1),
        (2 * CHUNK_BYTES as u64, 3),
        (2 * CHUNK_BYTES as u64 + 1, 2),
        (0, 0),
        (u64::MAX, 2),
        (u64::MAX, u32::MAX),
    ] {
        let claimed = Attachment {
            size_bytes,
            chunks,
            ..attachment.clone()
        };
        assert_eq!(Opener::new(&claimed).err(), Some(OpenError), "{size_bytes}");
    }
    let largest = u64::from(MAX_CHUNKS) * CHUNK_BYTES as u64;
    assert_eq!(Layout::of(largest).unwrap().chunks(), MAX_CHUNKS);
    assert_eq!(Layout::of(largest + 1), Err(ChunkError::TooLarge));
}

#[test]
fn secrets_print_nothing() {
    let sealer = Sealer::new(ID, key(1), 0).unwrap();
    let (attachment, _) = seal(b"");
    let opener = Opener::new(&attachment).unwrap();
    assert_eq!(format!("{sealer:?} {opener:?}"), "Sealer(..) Opener(..)");
}

#[cfg(not(target_arch = "wasm32"))]
mod properties {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn any_file_comes_back_whole_or_not_at_all(
            size in 0usize..300_000,
            at in any::<prop::sample::Index>(),
            bit in 0u8..8,
        ) {
            let file = file(size);
            let (attachment, mut chunks) = seal(&file);
            prop_assert!(open(&attachment, &chunks).unwrap() == file);
            let chunk = at.index(chunks.len());
            let byte = at.index(chunks[chunk].len());
            chunks[chunk][byte] ^= 1 << bit;
            prop_assert_eq!(open(&attachment, &chunks), Err(OpenError));
        }

        #[test]
        fn chunks_spliced_from_two_files_do_not_verify(
            size in 1usize..200_000,
            from in any::<prop::sample::Index>(),
            byte in any::<prop::sample::Index>(),
        ) {
            let original = file(size);
            let mut altered = original.clone();
            altered[byte.index(size)] ^= 0x80;
            let (attachment, chunks) = seal(&original);
            let (_, others) = seal(&altered);
            let cut = from.index(chunks.len());
            let spliced: Vec<_> = chunks[..cut].iter().chain(&others[cut..]).cloned().collect();
            prop_assert_eq!(open(&attachment, &spliced).is_ok(), spliced == chunks);
        }
    }
}

#[test]
fn chunks_that_were_sealed_and_opened_elsewhere_make_the_same_file() {
    let file = file(2 * CHUNK_BYTES + 7);
    let (attachment, sealed) = seal(&file);
    let mut sealer = Sealer::new(ID, key(1), file.len() as u64).unwrap();
    let kept = ChunksOf::from_bytes(&sealer.chunks_of().to_bytes()).unwrap();
    let elsewhere = Chunks::new(&kept).unwrap();
    for (n, chunk) in (0..).zip(file.chunks(CHUNK_BYTES)) {
        let mut by_it = chunk.to_vec();
        elsewhere.seal(n, &mut by_it).unwrap();
        assert_eq!(by_it, sealed[n as usize]);
        sealer.note(n, Hash::of(&by_it)).unwrap();
    }
    let whole = sealer.finish(attachment.name.clone(), attachment.media_type.clone());
    assert_eq!(whole.unwrap().hash, attachment.hash);

    let mut opener = Opener::new(&attachment).unwrap();
    assert!(opener.chunks_of() == kept);
    for (n, chunk) in (0..).zip(&sealed) {
        assert_eq!(opener.finish(), Err(OpenError));
        let mut plain = chunk.clone();
        elsewhere.open(n, &mut plain).unwrap();
        assert_eq!(plain, file.chunks(CHUNK_BYTES).nth(n as usize).unwrap());
        opener.note(n, Hash::of(chunk)).unwrap();
    }
    assert!(opener.finish().is_ok());
}

#[test]
fn what_is_noted_of_elsewhere_is_judged_as_what_is_done_here() {
    let file = file(CHUNK_BYTES + 1);
    let mut sealer = Sealer::new(ID, key(1), file.len() as u64).unwrap();
    let elsewhere = Chunks::new(&sealer.chunks_of()).unwrap();
    let (mut first, mut other) = (file[..CHUNK_BYTES].to_vec(), vec![7; CHUNK_BYTES]);
    elsewhere.seal(0, &mut first).unwrap();
    elsewhere.seal(0, &mut other).unwrap();
    sealer.note(0, Hash::of(&first)).unwrap();
    assert_eq!(sealer.note(0, Hash::of(&other)), Err(ChunkError::Changed));
    assert_eq!(sealer.note(2, Hash::ZERO), Err(ChunkError::Layout));

    let (attachment, sealed) = seal(&file);
    let mut opener = Opener::new(&attachment).unwrap();
    opener.note(0, Hash::of(&sealed[0])).unwrap();
    opener.note(1, Hash::of(&sealed[0])).unwrap();
    assert_eq!(opener.finish(), Err(OpenError));
    assert_eq!(opener.note(2, Hash::ZERO), Err(OpenError));
}
