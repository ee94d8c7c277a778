//! HPKE base mode, single shot (RFC 9180): X-Wing (0x647a), HKDF-SHA256, ChaCha20-Poly1305.
//!
//! Base mode authenticates nobody: what is sealed here is signed as a whole by whoever sends it.

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::XWing;
use hpke::{Deserializable as _, Kem, OpModeR, OpModeS, Serializable as _};
use rand_core::CryptoRng;
use zegel_protocol::KemKey;
use zegel_protocol::limits::KEM_ENC_BYTES;
use zeroize::Zeroizing;

use crate::error::{OpenError, SealError};

/// An encapsulated key and a ciphertext.
pub(crate) struct Sealed {
    pub(crate) enc: Box<[u8; KEM_ENC_BYTES]>,
    pub(crate) ciphertext: Vec<u8>,
}

pub(crate) fn public_key(seed: &[u8; 32]) -> KemKey {
    let Ok(secret) = <XWing as Kem>::PrivateKey::from_bytes(seed) else {
        unreachable!("every 32 bytes are an X-Wing seed");
    };
    let mut bytes = [0; KemKey::LEN];
    XWing::sk_to_pk(&secret).write_exact(&mut bytes);
    KemKey::from(bytes)
}

pub(crate) fn seal(
    recipient: &KemKey,
    info: &[u8],
    plaintext: &[u8],
    aad: &[u8],
    rng: &mut impl CryptoRng,
) -> Result<Sealed, SealError> {
    let recipient = <XWing as Kem>::PublicKey::from_bytes(recipient.as_bytes())
        .map_err(|_| SealError::RecipientKey)?;
    let (encapped, ciphertext) = hpke::single_shot_seal_with_rng::<
        ChaCha20Poly1305,
        HkdfSha256,
        XWing,
    >(&OpModeS::Base, &recipient, info, plaintext, aad, rng)
    .map_err(|_| SealError::TooLarge)?;
    let mut enc = Box::new([0; KEM_ENC_BYTES]);
    encapped.write_exact(enc.as_mut_slice());
    Ok(Sealed { enc, ciphertext })
}

pub(crate) fn open(
    seed: &[u8; 32],
    info: &[u8],
    enc: &[u8],
    ciphertext: &[u8],
    aad: &[u8],
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let secret = <XWing as Kem>::PrivateKey::from_bytes(seed).map_err(|_| OpenError)?;
    let encapped = <XWing as Kem>::EncappedKey::from_bytes(enc).map_err(|_| OpenError)?;
    hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, XWing>(
        &OpModeR::Base,
        &secret,
        &encapped,
        info,
        ciphertext,
        aad,
    )
    .map(Zeroizing::new)
    .map_err(|_| OpenError)
}
