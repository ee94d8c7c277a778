use super::*;

#[test]
fn addresses_are_folded_to_lower_case() {
    let address = Address::parse("Jan.deVries+x@VanDijk.Example").unwrap();
    assert_eq!(address.as_str(), "jan.devries+x@vandijk.example");
    assert_eq!(address.local_part(), "jan.devries+x");
    assert_eq!(address.domain().as_str(), "vandijk.example");
}

#[test]
fn malformed_addresses_are_refused() {
    for text in [
        "",
        "@",
        "vandijk.example",
        "@vandijk.example",
        "a@",
        "a b@vandijk.example",
        ".a@vandijk.example",
        "a.@vandijk.example",
        "a..b@vandijk.example",
        "\"a b\"@vandijk.example",
        "a@vandijk.example\n",
        "a@vandijk.example ",
        "é@vandijk.example",
        "a\0@vandijk.example",
        "a@b@vandijk.example",
        "a@[127.0.0.1]",
    ] {
        assert!(Address::parse(text).is_err(), "{text:?}");
    }
}

#[test]
fn malformed_domains_are_refused() {
    for text in [
        "",
        ".",
        "localhost",
        "vandijk.example.",
        ".vandijk.example",
        "van..dijk",
        "-van.example",
        "van-.example",
        "van_dijk.example",
        "127.0.0.1",
        "van dijk.example",
        "@vandijk.example",
    ] {
        assert_eq!(Domain::parse(text), Err(DomainError::Malformed), "{text:?}");
    }
    assert_eq!(Domain::parse("bücher.example"), Err(DomainError::NotAscii));
    assert!(Domain::parse("xn--bcher-kva.example").is_ok());
}

#[test]
fn lengths_are_limited() {
    let label = "a".repeat(63);
    let longest = format!("{label}.{label}.{label}.{}", "a".repeat(61));
    assert_eq!(longest.len(), MAX_DOMAIN_BYTES);
    assert!(Domain::parse(&longest).is_ok());
    assert_eq!(
        Domain::parse(&format!("{longest}a")),
        Err(DomainError::TooLong)
    );
    assert_eq!(
        Domain::parse(&format!("{label}a.example")),
        Err(DomainError::TooLong)
    );
    let local = "a".repeat(64);
    assert!(Address::parse(&format!("{local}@b.example")).is_ok());
    assert_eq!(
        Address::parse(&format!("{local}a@b.example")),
        Err(AddressError::TooLong)
    );
    assert_eq!(
        Address::parse(&format!("a@{longest}")),
        Err(AddressError::TooLong)
    );
}

#[test]
fn upper_case_is_not_canonical_on_the_wire() {
    use crate::encoding::Canonical;

    canonical_struct! {
        #[derive(Debug, PartialEq, Eq)]
        struct Holder {
            address: Address,
        }
    }
    impl Canonical for Holder {
        const MAX_LEN: usize = 300;
    }

    let holder = Holder {
        address: Address::parse("a@b.example").unwrap(),
    };
    let mut bytes = holder.to_bytes();
    assert_eq!(Holder::from_bytes(&bytes), Ok(holder));
    bytes[2] = b'A';
    assert_eq!(Holder::from_bytes(&bytes), Err(DecodeError::NotCanonical));
}

#[test]
fn text_forms_are_json_strings() {
    let address: Address = serde_json::from_str("\"A@B.example\"").unwrap();
    assert_eq!(serde_json::to_string(&address).unwrap(), "\"a@b.example\"");
    assert!(serde_json::from_str::<Domain>("\"no\"").is_err());
}
