use rand_core::CryptoRng;
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Crockford's base32: no I, L, O or U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 128 bits and 12 bits of checksum, 5 bits a character.
const CHARS: usize = 28;
const GROUP: usize = 4;

/// 128 random bits that unlock the account key without the password. Written down by its owner:
/// 28 characters of Crockford's base32 in 7 groups, the last 12 bits being a checksum.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct RecoveryCode([u8; 16]);

impl std::fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryCode(..)")
    }
}

/// Text that is no recovery code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecoveryCodeError {
    /// More or fewer than 28 characters, spaces and hyphens not counted.
    #[error("a recovery code has {CHARS} letters and digits")]
    Length,
    /// A character that no recovery code has.
    #[error("a recovery code has only letters and digits, and no U")]
    Character,
    /// The checksum does not fit: a typing error.
    #[error("a letter or digit is wrong")]
    Checksum,
}

impl RecoveryCode {
    /// Makes a new one.
    #[must_use]
    pub fn make(rng: &mut impl CryptoRng) -> Self {
        let mut code = Self([0; 16]);
        rng.fill_bytes(&mut code.0);
        code
    }

    /// The text to show: `XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX`.
    #[must_use]
    pub fn display(&self) -> Zeroizing<String> {
        let checksum = (self.checksum() << 4).to_be_bytes();
        let mut bits = Zeroizing::new([0u8; 18]);
        bits[..16].copy_from_slice(&self.0);
        bits[16..].copy_from_slice(&checksum);
        let mut text = Zeroizing::new(String::with_capacity(CHARS + CHARS / GROUP));
        for position in 0..CHARS {
            if position > 0 && position.is_multiple_of(GROUP) {
                text.push('-');
            }
            let value = (position * 5..position * 5 + 5).fold(0usize, |value, at| {
                value << 1 | usize::from(bits[at / 8] >> (7 - at % 8) & 1)
            });
            // The text goes onto a screen: hiding the look-up from a cache attack gains nothing.
            text.push(char::from(ALPHABET[value]));
        }
        text
    }

    /// Reads what somebody typed: upper or lower case, with spaces and hyphens or without, O for 0
    /// and I or L for 1.
    ///
    /// # Errors
    /// [`RecoveryCodeError`].
    pub fn parse(text: &str) -> Result<Self, RecoveryCodeError> {
        let mut bits = Zeroizing::new([0u8; 18]);
        let mut chars = 0;
        for c in text.chars() {
            if c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}') {
                continue;
            }
            let value = value_of(c).ok_or(RecoveryCodeError::Character)?;
            if chars == CHARS {
                return Err(RecoveryCodeError::Length);
            }
            for bit in 0..5 {
                let at = chars * 5 + bit;
                bits[at / 8] |= ((value >> (4 - bit)) & 1) << (7 - at % 8);
            }
            chars += 1;
        }
        if chars != CHARS {
            return Err(RecoveryCodeError::Length);
        }
        let mut code = Self([0; 16]);
        code.0.copy_from_slice(&bits[..16]);
        let checksum = u16::from(bits[16]) << 4 | u16::from(bits[17]) >> 4;
        if checksum == code.checksum() {
            Ok(code)
        } else {
            Err(RecoveryCodeError::Checksum)
        }
    }

    pub(crate) fn bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// First 12 bits of SHA-256("zegel/v1/recovery-code" ‖ code).
    fn checksum(&self) -> u16 {
        let mut sha = Sha256::new();
        sha.update(b"zegel/v1/recovery-code");
        sha.update(self.0);
        let digest = sha.finalize();
        u16::from(digest[0]) << 4 | u16::from(digest[1]) >> 4
    }
}

fn value_of(c: char) -> Option<u8> {
    let upper = match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET
        .iter()
        .position(|known| char::from(*known) == upper)
        .and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests;
