#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;
use zegel_protocol::SearchSegmentId;
use zegel_protocol::limits::MAX_SEARCH_SEGMENT_BYTES;

use super::*;
use crate::blob::{open_search_segment, seal_search_segment};
use crate::tests::world::{NOW, Person, Rng};

fn document(number: u16) -> Document {
    let [high, low] = number.to_be_bytes();
    let mut message = [0; 16];
    message[..2].copy_from_slice(&[high, low]);
    Document {
        message: MessageId(message),
        signed_message: Hash([low; 32]),
        sent_at: NOW,
    }
}

fn words(words: &[&str]) -> BTreeSet<String> {
    words.iter().map(ToString::to_string).collect()
}

fn segment(messages: &[(u16, &[&str])]) -> SearchSegment {
    let messages = messages
        .iter()
        .map(|(number, of)| (document(*number), words(of)));
    SearchSegment::of(&messages.collect::<Vec<_>>()).unwrap()
}

fn found(segment: &SearchSegment, beginnings: &[&str]) -> Vec<u16> {
    let beginnings: Vec<String> = beginnings.iter().map(ToString::to_string).collect();
    let number =
        |document: &Document| u16::from_be_bytes([document.message.0[0], document.message.0[1]]);
    segment.find(&beginnings).map(number).collect()
}

#[test]
fn a_message_is_found_by_the_beginnings_of_its_words() {
    let segment = segment(&[
        (3, &["akte", "notaris", "offerte"]),
        (1, &["akte", "agenda"]),
        (2, &[]),
        (700, &["offer", "notaris"]),
    ]);
    assert_eq!(segment.documents().len(), 4);
    for (number, named) in [(1, true), (2, true), (4, false), (700, true)] {
        assert_eq!(segment.names(document(number).message), named, "{number}");
    }
    for (beginnings, expected) in [
        (&["akte"][..], &[1, 3][..]),
        (&["a"], &[1, 3]),
        (&["offer"], &[3, 700]),
        (&["offert"], &[3]),
        (&["offertes"], &[]),
        (&["notaris", "o"], &[3, 700]),
        (&["agenda", "offer"], &[]),
        (&["b"], &[]),
        (&[], &[]),
    ] {
        assert_eq!(found(&segment, beginnings), expected, "{beginnings:?}");
    }
}

#[test]
fn every_one_of_many_words_is_asked_for() {
    let many: Vec<String> = (0..MAX_QUERY_WORDS).map(|at| format!("w{at:03}")).collect();
    let all = BTreeSet::from_iter(many.clone());
    let mut but_one = all.clone();
    but_one.remove("w063");
    let segment = SearchSegment::of(&[(document(1), all), (document(2), but_one)]).unwrap();
    let found: Vec<_> = segment.find(&many).collect();
    assert_eq!(found, [&document(1)]);
}

#[test]
fn the_bytes_are_what_the_specification_says() {
    let segment = segment(&[(1, &["b", "é"]), (0x8000, &["b"])]);
    let mut terms = vec![1, b'b', 0, 0, 0, 2, 0, 1];
    terms.extend([2, 0xc3, 0xa9, 0, 0, 0, 1, 0]);
    assert_eq!(*segment.terms, terms);
    let mut bytes = vec![0x82, 0x82];
    for document in segment.documents() {
        bytes.push(0x83);
        document.message.write_to(&mut bytes);
        document.signed_message.write_to(&mut bytes);
        document.sent_at.write_to(&mut bytes);
    }
    bytes.push(0x50);
    bytes.extend(&terms);
    assert_eq!(segment.to_bytes(), bytes);
    assert_eq!(SearchSegment::from_bytes(&bytes), Ok(segment));
}

/// The canonical bytes of a part, appended.
trait WriteTo: Wire {
    fn write_to(&self, bytes: &mut Vec<u8>);
}

impl<T: Wire + Clone> WriteTo for T {
    fn write_to(&self, bytes: &mut Vec<u8>) {
        struct Alone<T>(T);
        impl<T: Wire> Wire for Alone<T> {
            fn write(&self, writer: &mut Writer) {
                self.0.write(writer);
            }
            fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
                T::read(reader).map(Self)
            }
        }
        impl<T: Wire> Canonical for Alone<T> {
            const MAX_LEN: usize = 64;
        }
        bytes.extend(Alone(self.clone()).to_bytes());
    }
}

#[test]
fn terms_that_are_not_well_formed_are_refused() {
    let documents = 200;
    let good = [1, b'b', 0, 0, 0, 3, 0, 0x85, 1, 1, b'c', 0, 0, 0, 1, 7];
    assert_eq!(check(&good, documents), Ok(()));
    assert_eq!(check(&[], documents), Ok(()));
    for len in (1..good.len()).filter(|len| *len != 9) {
        assert!(check(&good[..len], documents).is_err(), "{len}");
    }
    let bad: [(&str, &[u8]); 14] = [
        ("an empty word", &[0, 0, 0, 0, 1, 0]),
        ("no postings", &[1, b'b', 0, 0, 0, 0]),
        ("not UTF-8", &[1, 0xff, 0, 0, 0, 1, 0]),
        (
            "another place after the last",
            &[1, b'b', 0, 0, 0, 2, 0xc8, 1],
        ),
        ("the same place twice", &[1, b'b', 0, 0, 0, 2, 3, 0]),
        ("a number that does not end", &[1, b'b', 0, 0, 0, 1, 0x80]),
        (
            "a longer number than needed",
            &[1, b'b', 0, 0, 0, 2, 0x81, 0],
        ),
        (
            "a number of four bytes",
            &[1, b'b', 0, 0, 0, 4, 0x80, 0x80, 0x80, 1],
        ),
        (
            "a step beyond the last",
            &[1, b'b', 0, 0, 0, 3, 100, 0x80, 1],
        ),
        (
            "a word twice",
            &[1, b'b', 0, 0, 0, 1, 0, 1, b'b', 0, 0, 0, 1, 1],
        ),
        (
            "descending words",
            &[1, b'c', 0, 0, 0, 1, 0, 1, b'b', 0, 0, 0, 1, 0],
        ),
        (
            "postings longer than what there is",
            &[1, b'b', 0, 0, 0, 9, 0],
        ),
        ("postings of 4 GiB", &[1, b'b', 0xff, 0xff, 0xff, 0xff, 0]),
        ("a byte after the last", &[1, b'b', 0, 0, 0, 1, 0, 1]),
    ];
    for (what, terms) in bad {
        assert!(check(terms, documents).is_err(), "{what}");
    }
    let word = |len: u8| {
        let mut terms = vec![len];
        terms.extend(vec![b'x'; len.into()]);
        terms.extend([0, 0, 0, 1, 0]);
        terms
    };
    assert_eq!(check(&word(64), 1), Ok(()));
    assert!(check(&word(65), 1).is_err());
    assert!(check(&word(64), 0).is_err(), "a word in no document");
}

#[test]
fn documents_out_of_order_or_twice_are_refused() {
    let of = |documents: Vec<Document>| SearchSegment {
        documents,
        terms: Zeroizing::default(),
    };
    let (one, two) = (document(1), document(2));
    let same_message = Document {
        signed_message: Hash([9; 32]),
        ..one
    };
    for (documents, ok) in [
        (vec![one, two], true),
        (vec![one, same_message], true),
        (vec![two, one], false),
        (vec![one, one], false),
        (
            vec![
                one,
                Document {
                    sent_at: Timestamp(0),
                    ..one
                },
            ],
            false,
        ),
    ] {
        let bytes = of(documents).to_bytes();
        assert_eq!(SearchSegment::from_bytes(&bytes).is_ok(), ok);
    }
}

#[test]
fn merging_keeps_what_is_kept() {
    let one = segment(&[(1, &["akte", "alleen"]), (5, &["offerte"])]);
    let two = segment(&[(3, &["akte"]), (4, &["brief", "offerte"])]);
    let three = segment(&[(1, &["akte", "later"]), (2, &["brief"])]);
    let merged = SearchSegment::merged(&[&one, &two, &three], |_| true).unwrap();
    assert_eq!(merged.documents().len(), 5);
    assert_eq!(found(&merged, &["akte"]), [1, 3]);
    assert_eq!(found(&merged, &["offerte"]), [4, 5]);
    assert_eq!(found(&merged, &["alleen", "later"]), [1]);
    let again = SearchSegment::merged(&[&three, &merged], |_| true).unwrap();
    assert_eq!(again, merged, "of what is there already");

    let gone = document(4);
    let kept = SearchSegment::merged(&[&merged], |document| *document != gone).unwrap();
    assert_eq!(found(&kept, &["brief"]), [2]);
    assert_eq!(found(&kept, &["offerte"]), [5]);
    let last = document(1);
    let kept = SearchSegment::merged(&[&merged], |document| *document == last).unwrap();
    let bytes = kept.to_bytes();
    assert_eq!(found(&kept, &["a", "l"]), [1]);
    for word in ["brief", "offerte"] {
        let holds = bytes.windows(word.len()).any(|it| it == word.as_bytes());
        assert!(!holds, "{word} lingers");
    }
}

/// Two readings of one message, one of them made up: neither takes the other's place.
#[test]
fn merging_keeps_both_of_two_hashes() {
    let genuine = segment(&[(1, &["akte"])]);
    let other = Document {
        signed_message: Hash([0; 32]),
        ..document(1)
    };
    let made_up = SearchSegment::of(&[(other, words(&["ontslag"]))]).unwrap();
    let merged = SearchSegment::merged(&[&made_up, &genuine], |_| true).unwrap();
    let find = |word: &str| {
        let found: Vec<_> = merged.find(&[word.to_owned()]).collect();
        found[0].signed_message
    };
    assert_eq!(find("akte"), document(1).signed_message);
    assert_eq!(find("ontslag"), other.signed_message);
}

#[test]
fn the_largest_segment_fits_where_it_is_stored() {
    let person = Person::new(1);
    let id = SearchSegmentId([1; 16]);
    let seal = |segment: &SearchSegment| {
        seal_search_segment(
            &person.mailbox,
            person.account,
            1,
            id,
            segment,
            &mut Rng::new(1),
        )
    };
    let empty = SearchSegment::of(&[(document(1), BTreeSet::new())]).unwrap();
    // One more byte than an empty string's for each byte of the length.
    let room = SearchSegment::MAX_LEN - empty.to_bytes().len() - 4;
    let of = |len: usize| {
        // Words of 64 bytes take 70 with their postings; the last takes what is left.
        let mut terms = Vec::new();
        let mut number = 0;
        while terms.len() < len {
            let left = len - terms.len();
            let word = if left >= 140 {
                64
            } else if left > 70 {
                left / 2 - 6
            } else {
                left - 6
            };
            let word = format!("{number:0>word$}");
            write_term(&mut terms, word.as_bytes(), &[0]).unwrap();
            number += 1;
        }
        SearchSegment {
            documents: vec![document(1)],
            terms: Zeroizing::new(terms),
        }
    };
    let largest = of(room);
    assert_eq!(largest.to_bytes().len(), SearchSegment::MAX_LEN);
    let sealed = seal(&largest).unwrap();
    assert!(sealed.len() <= MAX_SEARCH_SEGMENT_BYTES);
    assert!(sealed.len() + 16 * 1024 > MAX_SEARCH_SEGMENT_BYTES);
    assert_eq!(seal(&of(room + 1)), Err(SealError::TooLarge));
}

#[test]
fn a_segment_that_would_be_too_large_is_not_made() {
    let long: BTreeSet<String> = (0..15_000).map(|at| format!("{at:0>64}")).collect();
    let one = SearchSegment::of(&[(document(1), long.iter().take(7_500).cloned().collect())]);
    let two = SearchSegment::of(&[(document(2), long.iter().skip(7_500).cloned().collect())]);
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!(
        SearchSegment::merged(&[&one, &two], |_| true),
        Err(SealError::TooLarge)
    );
    assert_eq!(
        SearchSegment::of(&[(document(1), long)]),
        Err(SealError::TooLarge)
    );
    for word in ["", &"x".repeat(65)] {
        let made = SearchSegment::of(&[(document(1), words(&[word]))]);
        assert_eq!(made, Err(SealError::TooLarge));
    }
    let many: Vec<_> = (0..=16_384)
        .map(|number| (document(number), BTreeSet::new()))
        .collect();
    assert_eq!(SearchSegment::of(&many), Err(SealError::TooLarge));
}

#[test]
fn a_segment_opens_as_itself_only() {
    let person = Person::new(1);
    let (id, other) = (SearchSegmentId([1; 16]), SearchSegmentId([2; 16]));
    let segment = segment(&[(1, &["akte"])]);
    let (key, account) = (&person.mailbox, person.account);
    let sealed = seal_search_segment(key, account, 1, id, &segment, &mut Rng::new(1)).unwrap();
    let open = |account, generation, id| open_search_segment(key, account, generation, id, &sealed);
    assert_eq!(open(account, 1, id), Ok(segment));
    assert!(open(account, 1, other).is_err(), "another segment");
    assert!(open(account, 2, id).is_err(), "another generation");
    assert!(
        open(Person::new(2).account, 1, id).is_err(),
        "another mailbox"
    );
    assert!(open_search_segment(&person.reset().mailbox, account, 1, id, &sealed).is_err());
}

#[test]
fn a_segment_prints_no_word() {
    let printed = format!("{:?}", segment(&[(1, &["geheim"])]));
    assert_eq!(printed, "SearchSegment { documents: 1, .. }");
}
