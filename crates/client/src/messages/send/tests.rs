use zegel_api::ChainHead;
use zegel_protocol::Hash;

use super::super::seal::Place;
use super::{addresses, after};
use crate::view::{Field, Reason};

fn typed(addresses: &[&str]) -> Vec<String> {
    addresses.iter().map(ToString::to_string).collect()
}

#[test]
fn every_address_is_written_to_once() {
    let to = addresses(&typed(&[
        "noor@a.example",
        " Daan@a.example ",
        "",
        "daan@A.example",
    ]));
    let to: Vec<String> = to.unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(to, ["daan@a.example", "noor@a.example"]);
}

#[test]
fn what_is_no_address_is_not_written_to() {
    for (typed, reason) in [
        (typed(&[]), Reason::Empty),
        (typed(&["  "]), Reason::Empty),
        (typed(&["daan@a.example", "noor@"]), Reason::Malformed),
        (
            (0..101).map(|at| format!("p{at}@a.example")).collect(),
            Reason::TooLong,
        ),
    ] {
        let failure = addresses(&typed).unwrap_err();
        assert_eq!(failure.reason, reason);
        assert_eq!(failure.field, Some(Field::Recipient));
    }
}

#[test]
fn a_message_follows_the_newest_of_its_chain() {
    let hash = Some(Hash([7; 32]));
    let head = |counter, hash| after(ChainHead { counter, hash });
    assert_eq!(head(0, None), Some(Place::FIRST));
    let next = head(4, hash).unwrap();
    assert_eq!((next.counter, next.previous), (5, hash));
    for (counter, hash) in [(0, hash), (4, None), (u64::MAX, hash)] {
        assert_eq!(head(counter, hash), None);
    }
}
