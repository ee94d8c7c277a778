use sha2::{Digest as _, Sha256};

use crate::encoding::Item;
use crate::ids::bytes_newtype;
use crate::limits::MAX_RECIPIENTS;

bytes_newtype!(
    /// A SHA-256 hash (FIPS 180-4).
    Hash, 32
);

impl Hash {
    /// What the first of a chain carries as the hash of its predecessor.
    pub const ZERO: Self = Self([0; 32]);

    /// SHA-256 of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// SHA-256 of the concatenation of `parts`.
    #[must_use]
    pub fn of_parts(parts: &[&[u8]]) -> Self {
        let mut sha = Sha256::new();
        for part in parts {
            sha.update(part);
        }
        Self(sha.finalize().into())
    }
}

impl Item for Hash {
    // The one list of hashes holds a message's stanzas: one a recipient, and the sender's.
    const MAX_ITEMS: usize = MAX_RECIPIENTS + 1;
}
