use domain::base::iana::Rcode;
use domain::base::message_builder::MessageBuilder;
use domain::base::{Message, Rtype};
use domain::rdata::Txt;
use zegel_protocol::{ClaimNonce, Domain, DomainRecord, OrgId};

use super::{Answer, NoAnswer, judge, organisations, query, record_name};
use crate::view::{AdoptionStop, DnsOutcome};

const OURS: OrgId = OrgId([1; 32]);
const THEIRS: OrgId = OrgId([2; 32]);

fn domain() -> Domain {
    Domain::parse("vandijk.example").unwrap()
}

fn record(org_id: OrgId) -> String {
    let nonce = ClaimNonce([7; 16]);
    DomainRecord { org_id, nonce }.to_string()
}

fn answer(rcode: Rcode, texts: &[&str]) -> Vec<u8> {
    let name = record_name(&domain()).unwrap();
    let question = query(&name).unwrap();
    let question = Message::from_octets(question.as_slice()).unwrap();
    let mut answer = MessageBuilder::new_vec()
        .start_answer(&question, rcode)
        .unwrap();
    for text in texts {
        let text: Txt<Vec<u8>> = Txt::build_from_slice(text.as_bytes()).unwrap();
        answer.push((&name, 60, text)).unwrap();
    }
    answer.finish()
}

fn named(organisations: &[OrgId]) -> Answer {
    Ok(organisations.iter().copied().collect())
}

#[test]
fn the_query_asks_for_the_txt_record_with_id_0() {
    let bytes = query(&record_name(&domain()).unwrap()).unwrap();
    let message = Message::from_octets(bytes.as_slice()).unwrap();
    assert_eq!(message.header().id(), 0);
    let question = message.sole_question().unwrap();
    assert_eq!(question.qname().to_string(), "_zegel.vandijk.example");
    assert_eq!(question.qtype(), Rtype::TXT);
}

#[test]
fn answers_name_organisations_and_other_records_do_not_matter() {
    let name = record_name(&domain()).unwrap();
    let read = |answer: &[u8]| organisations(&name, answer);
    let ours = record(OURS);
    assert_eq!(
        read(&answer(Rcode::NOERROR, &[&ours, "v=spf1 -all"])),
        named(&[OURS])
    );
    assert_eq!(read(&answer(Rcode::NOERROR, &[])), named(&[]));
    assert_eq!(read(&answer(Rcode::NXDOMAIN, &[])), named(&[]));
    assert_eq!(read(&answer(Rcode::SERVFAIL, &[])), Err(NoAnswer));
    assert_eq!(read(b"<html>"), Err(NoAnswer));
    // An answer to another question is no answer.
    let other = record_name(&Domain::parse("other.example").unwrap()).unwrap();
    assert_eq!(
        organisations(&other, &answer(Rcode::NOERROR, &[&ours])),
        Err(NoAnswer)
    );
}

#[test]
fn both_resolvers_must_name_this_organisation_alone() {
    let ours = named(&[OURS]);
    let theirs = named(&[THEIRS]);
    let both = named(&[OURS, THEIRS]);
    let none = named(&[]);
    let silent = Err(NoAnswer);
    for (first, second, verdict) in [
        (&ours, &ours, Ok(DnsOutcome::Confirmed)),
        (&none, &none, Ok(DnsOutcome::NoRecord)),
        (&ours, &silent, Ok(DnsOutcome::NoAnswer)),
        (&silent, &none, Ok(DnsOutcome::NoAnswer)),
        (&silent, &silent, Ok(DnsOutcome::NoAnswer)),
        (&ours, &none, Err(AdoptionStop::DnsAmbiguous)),
        (&both, &ours, Err(AdoptionStop::DnsAmbiguous)),
        (&ours, &theirs, Err(AdoptionStop::DnsOtherOrganisation)),
        (&theirs, &theirs, Err(AdoptionStop::DnsOtherOrganisation)),
        (&silent, &theirs, Err(AdoptionStop::DnsOtherOrganisation)),
    ] {
        assert_eq!(judge(OURS, first, second), verdict);
        assert_eq!(judge(OURS, second, first), verdict);
    }
}
