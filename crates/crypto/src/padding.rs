//! Padding that hides the length of a plaintext: Padmé (Nikitin et al., "Reducing Metadata Leakage
//! from Encrypted Files and Communication with PURBs", PETS 2019, section 4), at least 256 bytes.
//!
//! `padded = length[4, big-endian] ‖ plaintext ‖ zeros`

use zeroize::Zeroizing;

use crate::error::{OpenError, SealError};

const PREFIX: usize = 4;
const MIN: usize = 256;

/// Length that `len` bytes are padded to: at most 12 % more.
fn padme(len: usize) -> usize {
    if len <= MIN {
        return MIN;
    }
    let exponent = len.ilog2();
    let significant = exponent.ilog2() + 1;
    let mask = (1 << (exponent - significant)) - 1;
    (len + mask) & !mask
}

pub(crate) fn pad(plaintext: &[u8], max_padded: usize) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let len = u32::try_from(plaintext.len()).map_err(|_| SealError::TooLarge)?;
    let padded_len = padme(PREFIX + plaintext.len());
    if padded_len > max_padded {
        return Err(SealError::TooLarge);
    }
    let mut padded = Zeroizing::new(Vec::with_capacity(padded_len));
    padded.extend(len.to_be_bytes());
    padded.extend_from_slice(plaintext);
    padded.resize(padded_len, 0);
    Ok(padded)
}

/// Refuses other padding than [`pad`] makes: nothing can hide in it.
pub(crate) fn unpad(padded: &[u8]) -> Result<&[u8], OpenError> {
    let (prefix, rest) = padded.split_first_chunk::<PREFIX>().ok_or(OpenError)?;
    let len = usize::try_from(u32::from_be_bytes(*prefix)).map_err(|_| OpenError)?;
    let (plaintext, zeros) = rest.split_at_checked(len).ok_or(OpenError)?;
    if padded.len() != padme(PREFIX + len) || zeros.iter().any(|byte| *byte != 0) {
        return Err(OpenError);
    }
    Ok(plaintext)
}

#[cfg(test)]
mod tests;
