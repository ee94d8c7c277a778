use hkdf::Hkdf;
use sha2::{Sha256, Sha512};
use zeroize::Zeroizing;

/// HKDF-SHA256 (RFC 5869) with an empty salt, 32 bytes.
pub(crate) fn hkdf_sha256(secret: &[u8], info: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    let mut out = Zeroizing::new([0; 32]);
    if Hkdf::<Sha256>::new(None, secret)
        .expand_multi_info(info, out.as_mut_slice())
        .is_err()
    {
        unreachable!("32 bytes are below the limit of HKDF-SHA256");
    }
    out
}

/// HKDF-SHA512 (RFC 5869).
pub(crate) fn hkdf_sha512<const N: usize>(
    secret: &[u8],
    salt: &[u8],
    info: &[&[u8]],
) -> Zeroizing<[u8; N]> {
    const { assert!(N <= 255 * 64, "the limit of HKDF-SHA512") };
    let mut out = Zeroizing::new([0; N]);
    if Hkdf::<Sha512>::new(Some(salt), secret)
        .expand_multi_info(info, out.as_mut_slice())
        .is_err()
    {
        unreachable!("checked at compile time");
    }
    out
}
