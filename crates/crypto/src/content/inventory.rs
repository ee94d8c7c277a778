//! What a mailbox had when its key was replaced: which list entries and drafts under earlier keys still count.

use zegel_protocol::encoding::{Canonical, DecodeError, Item, Reader, Wire, Writer};
use zegel_protocol::limits::{MAX_INVENTORY_BYTES, MAX_INVENTORY_HASHES};
use zegel_protocol::{Hash, canonical_struct};

/// Length of a hash in bytes.
const HASH_BYTES: usize = 32;

/// Hashes of signed messages and of sealed drafts, ascending, each once; in the format one byte string.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hashes(Vec<Hash>);

impl Hashes {
    fn of(hashes: impl IntoIterator<Item = Hash>) -> Self {
        let mut hashes: Vec<Hash> = hashes.into_iter().collect();
        hashes.sort_unstable();
        hashes.dedup();
        Self(hashes)
    }

    fn has(&self, hash: &Hash) -> bool {
        self.0.binary_search(hash).is_ok()
    }
}

impl Wire for Hashes {
    fn write(&self, writer: &mut Writer) {
        let mut bytes = Vec::with_capacity(self.0.len() * HASH_BYTES);
        for hash in &self.0 {
            bytes.extend_from_slice(hash.as_bytes());
        }
        writer.bytes(&bytes);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let bytes = reader.bytes(MAX_INVENTORY_HASHES * HASH_BYTES)?;
        let (hashes, []) = bytes.as_chunks::<HASH_BYTES>() else {
            return Err(DecodeError::Value);
        };
        let hashes: Vec<Hash> = hashes.iter().copied().map(Hash).collect();
        if hashes.is_sorted_by(|one, next| one < next) {
            Ok(Self(hashes))
        } else {
            Err(DecodeError::Value)
        }
    }
}

canonical_struct! {
    /// Drafts, and messages of which list entries, count under the mailbox key of `generation` or a later one.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct InventoryPart {
        /// Generation of a mailbox key, from 1.
        pub generation: u32,
        /// Which ones.
        pub hashes: Hashes,
    }
}

impl Item for InventoryPart {
    const MAX_ITEMS: usize = 500;
}

canonical_struct! {
    /// The messages that a mailbox had list entries of when its key was replaced, and its drafts.
    /// Whoever held an earlier key can write both under it for ever; for what was there they could as
    /// well have done it then, and anything else is not here.
    #[derive(Debug, Clone, Default, PartialEq, Eq)]
    pub struct Inventory {
        /// Ascending by generation.
        pub parts: Vec<InventoryPart>,
    }
}

impl Canonical for Inventory {
    const MAX_LEN: usize = MAX_INVENTORY_BYTES;
}

impl Inventory {
    /// What goes with the mailbox key that follows the one of generation `ended`: of what is there
    /// now, that which the inventory made for `ended` has counts as before, and the rest from `ended`
    /// on. What is more than fits, the earliest first, is left out.
    #[must_use]
    pub fn next(before: &Self, ended: u32, there: impl IntoIterator<Item = Hash>) -> Self {
        let mut left = Hashes::of(there).0;
        let mut parts = Vec::new();
        for part in &before.parts {
            let (kept, others) = left.into_iter().partition(|it| part.hashes.has(it));
            left = others;
            parts.push((part.generation, kept));
        }
        parts.push((ended, left));
        let mut room = MAX_INVENTORY_HASHES;
        let mut parts: Vec<InventoryPart> = parts
            .into_iter()
            .rev()
            .map(|(generation, mut hashes)| {
                hashes.truncate(room);
                room -= hashes.len();
                InventoryPart {
                    generation,
                    hashes: Hashes(hashes),
                }
            })
            .filter(|part| !part.hashes.0.is_empty())
            .take(InventoryPart::MAX_ITEMS)
            .collect();
        parts.reverse();
        Self { parts }
    }

    /// Whether a list entry of a message, or a draft, sealed under the mailbox key of `generation`
    /// counts.
    #[must_use]
    pub fn counts(&self, hash: &Hash, generation: u32) -> bool {
        self.parts
            .iter()
            .take_while(|part| part.generation <= generation)
            .any(|part| part.hashes.has(hash))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(number: u8) -> Hash {
        Hash([number; 32])
    }

    #[test]
    fn an_entry_counts_from_the_key_that_it_was_first_listed_under() {
        let first = Inventory::next(&Inventory::default(), 1, [hash(3), hash(1), hash(3)]);
        assert!(first.counts(&hash(1), 1) && first.counts(&hash(3), 2));
        assert!(!first.counts(&hash(2), 1));

        // 3 is deleted; 2 came under the second key, so that an entry under the first is forged.
        let second = Inventory::next(&first, 2, [hash(1), hash(2)]);
        assert!(second.counts(&hash(1), 1) && second.counts(&hash(2), 2));
        assert!(!second.counts(&hash(2), 1));
        assert!(!second.counts(&hash(3), 2));
        assert_eq!(
            Inventory::from_bytes(&second.to_bytes()).unwrap(),
            second,
            "what is written is read"
        );
    }

    #[test]
    fn what_does_not_fit_is_left_out_from_the_earliest() {
        let many = |from: u32, count: u32| {
            (from..from + count).map(|number| {
                let mut bytes = [0; 32];
                bytes[..4].copy_from_slice(&number.to_be_bytes());
                Hash(bytes)
            })
        };
        let first = Inventory::next(&Inventory::default(), 1, many(0, 10));
        let most = u32::try_from(MAX_INVENTORY_HASHES).unwrap();
        let full = Inventory::next(&first, 2, many(0, most + 5));
        let bytes = full.to_bytes();
        assert!(bytes.len() <= MAX_INVENTORY_BYTES);
        assert_eq!(Inventory::from_bytes(&bytes).unwrap(), full);
        let counted = many(0, most + 5).filter(|it| full.counts(it, 2)).count();
        assert_eq!(counted, MAX_INVENTORY_HASHES);
        assert!(many(10, most - 10).all(|it| full.counts(&it, 2)));
    }

    #[test]
    fn hashes_out_of_order_or_cut_short_are_refused() {
        let two = Inventory::next(&Inventory::default(), 1, [hash(1), hash(2)]).to_bytes();
        assert!(Inventory::from_bytes(&two).is_ok());
        let first = two.len() - 64;
        let altered = |with: &[u8]| [&two[..first], with].concat();
        for wrong in [[[2; 32], [1; 32]], [[1; 32], [1; 32]]] {
            assert!(Inventory::from_bytes(&altered(&wrong.concat())).is_err());
        }
        // A byte string of 63 bytes.
        let mut cut = altered(&[1; 63]);
        cut[first - 1] = 63;
        assert!(Inventory::from_bytes(&cut).is_err());
    }
}
