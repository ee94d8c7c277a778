use sha2::{Digest as _, Sha512};
use subtle::ConstantTimeEq as _;
use zegel_protocol::{AccountId, IdentityKey, OrgId};

const GROUPS: usize = 6;
const GROUP_DIGITS: usize = 5;
const DIGITS: usize = GROUPS * GROUP_DIGITS;
/// Rounds that make searching for a key with a given number slower.
const ROUNDS: usize = 5200;

/// 30 digits that two people compare by another way, to know that no server stands between them.
///
/// `h0 = SHA-512("zegel/v1/safety-number/" ‖ kind ‖ key ‖ id)`, then 5,200 times
/// `h = SHA-512(h ‖ key)`; each 5 of the first 30 bytes, as a big-endian number modulo 100,000,
/// give 5 digits.
#[derive(Clone)]
pub struct SafetyNumber([u8; DIGITS]);

/// Text that is no safety number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SafetyNumberError {
    /// More or fewer than 30 digits.
    #[error("a safety number has {DIGITS} digits")]
    Length,
    /// Something that is neither a digit nor a separator.
    #[error("a safety number has only digits")]
    Character,
}

impl SafetyNumber {
    /// Of an account in one epoch.
    #[must_use]
    pub fn of_account(account: AccountId, identity: &IdentityKey) -> Self {
        Self::compute("account", identity.as_bytes(), account.as_bytes())
    }

    /// Of an organisation. Its id is the hash of its genesis, so it stands for both.
    #[must_use]
    pub fn of_organization(org_id: OrgId) -> Self {
        Self::compute("organization", org_id.as_bytes(), org_id.as_bytes())
    }

    fn compute(kind: &str, key: &[u8; 32], id: &[u8]) -> Self {
        let mut hash = Sha512::new()
            .chain_update(b"zegel/v1/safety-number/")
            .chain_update(kind)
            .chain_update(key)
            .chain_update(id)
            .finalize();
        for _ in 0..ROUNDS {
            hash = Sha512::new()
                .chain_update(hash)
                .chain_update(key)
                .finalize();
        }
        let mut digits = [0; DIGITS];
        for (group, bytes) in digits
            .chunks_exact_mut(GROUP_DIGITS)
            .zip(hash.chunks_exact(5))
        {
            let mut number = bytes
                .iter()
                .fold(0u64, |number, byte| number << 8 | u64::from(*byte))
                % 100_000;
            for digit in group.iter_mut().rev() {
                *digit = (number % 10) as u8;
                number /= 10;
            }
        }
        Self(digits)
    }

    /// Reads what somebody typed; spaces, hyphens and dots do not matter.
    ///
    /// # Errors
    /// [`SafetyNumberError`].
    pub fn parse(text: &str) -> Result<Self, SafetyNumberError> {
        let mut digits = [0; DIGITS];
        let mut len = 0;
        for c in text.chars() {
            if c.is_whitespace() || matches!(c, '-' | '.' | '\u{2010}'..='\u{2015}') {
                continue;
            }
            let digit = c.to_digit(10).ok_or(SafetyNumberError::Character)?;
            *digits.get_mut(len).ok_or(SafetyNumberError::Length)? = digit as u8;
            len += 1;
        }
        if len == DIGITS {
            Ok(Self(digits))
        } else {
            Err(SafetyNumberError::Length)
        }
    }
}

impl PartialEq for SafetyNumber {
    /// In constant time.
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for SafetyNumber {}

impl std::fmt::Display for SafetyNumber {
    /// Six groups of five digits.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, group) in self.0.chunks_exact(GROUP_DIGITS).enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            for digit in group {
                write!(f, "{digit}")?;
            }
        }
        Ok(())
    }
}

impl std::fmt::Debug for SafetyNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SafetyNumber({self})")
    }
}

#[cfg(test)]
mod tests;
