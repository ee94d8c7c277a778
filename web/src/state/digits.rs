//! Numbers that people read out and type: safety numbers and codes from e-mails.

/// Digits of a safety number (protocol.md, section 2).
pub(crate) const SAFETY_NUMBER_DIGITS: usize = 30;
/// Digits of a domain code.
pub(crate) const CLAIM_CODE_DIGITS: usize = 6;

/// Why typed digits cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DigitsProblem {
    /// Nothing was typed.
    Empty,
    /// Something other than digits, spaces and hyphens.
    Other(char),
    /// Fewer or more digits than it has.
    Count(usize),
}

/// Digits in the text so far.
pub(crate) fn count(typed: &str) -> usize {
    typed.chars().filter(char::is_ascii_digit).count()
}

/// The digits alone, when there are `wanted` of them.
///
/// # Errors
/// [`DigitsProblem`].
pub(crate) fn parse(typed: &str, wanted: usize) -> Result<String, DigitsProblem> {
    let separator =
        |c: char| c.is_whitespace() || matches!(c, '-' | '.' | ',' | '\u{2010}'..='\u{2015}');
    if let Some(other) = typed
        .chars()
        .find(|c| !c.is_ascii_digit() && !separator(*c))
    {
        return Err(DigitsProblem::Other(other));
    }
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    match digits.len() {
        0 => Err(DigitsProblem::Empty),
        found if found == wanted => Ok(digits),
        found => Err(DigitsProblem::Count(found)),
    }
}

#[cfg(test)]
mod tests {
    use super::{CLAIM_CODE_DIGITS, DigitsProblem, SAFETY_NUMBER_DIGITS, count, parse};

    const NUMBER: &str = "30418 77290 51163 08947 62035 19884";

    #[test]
    fn spaces_hyphens_and_lines_do_not_matter() {
        let plain = NUMBER.replace(' ', "");
        for typed in [
            NUMBER,
            &plain,
            &NUMBER.replace(' ', "-"),
            "30418,77290,51163\n08947 62035 19884 ",
        ] {
            assert_eq!(
                parse(typed, SAFETY_NUMBER_DIGITS),
                Ok(plain.clone()),
                "{typed:?}"
            );
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert_eq!(parse("  ", CLAIM_CODE_DIGITS), Err(DigitsProblem::Empty));
        assert_eq!(
            parse("81204", CLAIM_CODE_DIGITS),
            Err(DigitsProblem::Count(5))
        );
        assert_eq!(
            parse("81 O20", CLAIM_CODE_DIGITS),
            Err(DigitsProblem::Other('O'))
        );
        assert_eq!(count("12 34-5"), 5);
    }
}
