use super::*;

fn record() -> DomainRecord {
    DomainRecord {
        org_id: OrgId([1; 32]),
        nonce: ClaimNonce([2; 16]),
    }
}

#[test]
fn records_read_back() {
    let text = record().to_string();
    assert_eq!(
        text,
        "zegel=1; org=AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE; nonce=AgICAgICAgICAgICAgICAg"
    );
    assert_eq!(text.parse(), Ok(record()));
    assert_eq!(text.replace("; ", ";").parse(), Ok(record()));
}

#[test]
fn other_texts_are_refused() {
    let text = record().to_string();
    for other in [
        String::new(),
        "v=spf1 -all".to_owned(),
        text.replace("zegel=1", "zegel=2"),
        text.replace("org=", "organisation="),
        format!("{text}; more=1"),
        text.replace("; nonce=", ""),
        text[..text.len() - 1].to_owned(),
    ] {
        assert_eq!(
            other.parse::<DomainRecord>(),
            Err(DomainRecordError),
            "{other}"
        );
    }
}
