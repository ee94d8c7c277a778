//! `version ‖ suite ‖ type ‖ salt[32] ‖ commitment[32] ‖ ciphertext`
//!
//! `K[32] ‖ N[12] ‖ C[32] = HKDF-SHA512(parent key, salt, "zegel/v1/blob" ‖ ctx)`;
//! `ciphertext = ChaCha20-Poly1305(K, N, plaintext, header ‖ ctx)`.
//!
//! The salt is fresh each time, so K and N are, and no nonce is managed. C commits to the key:
//! ChaCha20-Poly1305 alone lets whoever knows two keys make one ciphertext that opens under both
//! ("Partitioning Oracle Attacks", USENIX Security 2021).

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit as _};
use rand_core::CryptoRng;
use subtle::ConstantTimeEq as _;
use zegel_protocol::{Ctx, SUITE};
use zeroize::Zeroizing;

use crate::error::{OpenError, SealError};
use crate::hazmat::kdf::hkdf_sha512;

const VERSION: u8 = 1;
const SALT_START: usize = 3;
const COMMITMENT_START: usize = SALT_START + 32;
pub(crate) const HEADER_LEN: usize = COMMITMENT_START + 32;
const TAG_LEN: usize = 16;
/// What sealing adds to the plaintext, in bytes.
pub(crate) const OVERHEAD: usize = HEADER_LEN + TAG_LEN;

struct Derived(Zeroizing<[u8; 76]>);

impl Derived {
    fn new(parent: &[u8; 32], salt: &[u8], ctx: &[u8]) -> Self {
        Self(hkdf_sha512(parent, salt, &[b"zegel/v1/blob", ctx]))
    }

    fn cipher(&self) -> ChaCha20Poly1305 {
        let mut key = Zeroizing::new([0; 32]);
        key.copy_from_slice(&self.0[..32]);
        ChaCha20Poly1305::new((&*key).into())
    }

    fn nonce(&self) -> [u8; 12] {
        let mut nonce = [0; 12];
        nonce.copy_from_slice(&self.0[32..44]);
        nonce
    }

    fn commitment(&self) -> &[u8] {
        &self.0[44..]
    }
}

pub(crate) fn seal(
    parent: &[u8; 32],
    ctx: &Ctx,
    plaintext: &[u8],
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, SealError> {
    let mut salt = [0; 32];
    rng.fill_bytes(&mut salt);
    let ctx_bytes = ctx.to_bytes();
    let derived = Derived::new(parent, &salt, &ctx_bytes);
    let mut blob = Vec::with_capacity(OVERHEAD + plaintext.len());
    blob.extend([VERSION, SUITE, ctx.blob_type.number()]);
    blob.extend(salt);
    blob.extend(derived.commitment());
    let ciphertext = derived
        .cipher()
        .encrypt(
            &derived.nonce().into(),
            Payload {
                msg: plaintext,
                aad: &[blob.as_slice(), &ctx_bytes].concat(),
            },
        )
        .map_err(|_| SealError::TooLarge)?;
    blob.extend(ciphertext);
    Ok(blob)
}

pub(crate) fn open(
    parent: &[u8; 32],
    ctx: &Ctx,
    blob: &[u8],
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let (header, ciphertext) = blob.split_at_checked(HEADER_LEN).ok_or(OpenError)?;
    if header[..SALT_START] != [VERSION, SUITE, ctx.blob_type.number()] {
        return Err(OpenError);
    }
    let ctx_bytes = ctx.to_bytes();
    let derived = Derived::new(parent, &header[SALT_START..COMMITMENT_START], &ctx_bytes);
    // Before decryption: a ciphertext that was made to open under two keys stops here.
    if !bool::from(derived.commitment().ct_eq(&header[COMMITMENT_START..])) {
        return Err(OpenError);
    }
    derived
        .cipher()
        .decrypt(
            &derived.nonce().into(),
            Payload {
                msg: ciphertext,
                aad: &[header, &ctx_bytes].concat(),
            },
        )
        .map(Zeroizing::new)
        .map_err(|_| OpenError)
}

#[cfg(test)]
mod tests;
