use getrandom::SysRng;
use rand_core::{Rng, UnwrapErr};

/// The operating system's randomness.
pub(crate) fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rng().fill_bytes(&mut bytes);
    bytes
}

/// A code of `digits` decimal digits, each equally likely.
pub(crate) fn code(digits: u32) -> String {
    let bound = 10_u64.pow(digits);
    // Above the greatest multiple of the bound, low codes would be likelier than high ones.
    let limit = u64::MAX - u64::MAX % bound;
    let number = loop {
        let number = rng().next_u64();
        if number < limit {
            break number % bound;
        }
    };
    format!("{number:0width$}", width = digits as usize)
}

#[cfg(test)]
mod tests {
    #[test]
    fn codes_have_their_digits() {
        for _ in 0..100 {
            let code = super::code(8);
            assert_eq!(code.len(), 8);
            assert!(code.bytes().all(|digit| digit.is_ascii_digit()));
        }
    }
}
