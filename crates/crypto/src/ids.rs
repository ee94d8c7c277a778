use rand_core::CryptoRng;

/// Makes an id of 128 random bits: account, message, conversation, draft, nonce.
#[must_use]
pub fn make_id<T: From<[u8; 16]>>(rng: &mut impl CryptoRng) -> T {
    let mut bytes = [0; 16];
    rng.fill_bytes(&mut bytes);
    T::from(bytes)
}
