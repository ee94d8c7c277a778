//! What is typed or pasted into a field of recipients, cut into addresses.

/// The addresses in a text: separated by commas, semicolons, spaces or lines; of `Name <address>`
/// what stands between the brackets.
pub(crate) fn split_addresses(text: &str) -> Vec<String> {
    let mut addresses = Vec::new();
    for part in text.split([',', ';', '\n', '\r']) {
        match bracketed(part) {
            Some(address) => addresses.push(address.to_owned()),
            None => addresses.extend(part.split_whitespace().map(str::to_owned)),
        }
    }
    addresses
}

fn bracketed(part: &str) -> Option<&str> {
    let (_, rest) = part.split_once('<')?;
    let (address, _) = rest.split_once('>')?;
    Some(address.trim()).filter(|address| !address.is_empty())
}

/// Whether a key or pasted character ends an address.
pub(crate) fn ends_address(text: &str) -> bool {
    text.contains([',', ';', ' ', '\n']) && !text.contains('<') || text.contains('>')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_every_form_are_cut() {
        assert_eq!(
            split_addresses("a@x.example, b@x.example;c@x.example d@x.example\n"),
            ["a@x.example", "b@x.example", "c@x.example", "d@x.example"]
        );
        assert_eq!(
            split_addresses("Sanne de Wit <sanne@x.example>, b@x.example"),
            ["sanne@x.example", "b@x.example"]
        );
        assert!(split_addresses(" ,; ").is_empty());
    }

    #[test]
    fn a_name_before_brackets_may_have_spaces() {
        assert!(!ends_address("Sanne <san"));
        assert!(ends_address("Sanne <s@x.example>"));
        assert!(ends_address("s@x.example,"));
        assert!(!ends_address("s@x.example"));
    }
}
