use std::{collections::HashSet, sync::LazyLock};

use zegel_protocol::Domain;

static PUBLIC: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    include_str!("../data/public_domains.txt")
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .collect()
});

/// Whether everybody can get an address in the domain, or in the one that it is under.
pub(crate) fn is_public(domain: &Domain) -> bool {
    let mut name = domain.as_str();
    loop {
        if PUBLIC.contains(name) {
            return true;
        }
        match name.split_once('.') {
            Some((_, parent)) => name = parent,
            None => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{PUBLIC, is_public};
    use zegel_protocol::Domain;

    #[test]
    fn public_and_own_domains_are_told_apart() {
        for (name, public) in [
            ("gmail.com", true),
            ("mail.gmail.com", true),
            ("vandijk.example", false),
            ("notgmail.com", false),
        ] {
            assert_eq!(is_public(&Domain::parse(name).unwrap()), public, "{name}");
        }
    }

    #[test]
    fn every_line_is_a_domain() {
        for name in PUBLIC.iter() {
            assert_eq!(Domain::parse(name).unwrap().as_str(), *name);
        }
    }
}
