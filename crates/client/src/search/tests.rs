use std::rc::Rc;

use zegel_crypto::content::search::SearchSegment;

use super::*;

fn document(number: u8, sent_at: u64) -> Document {
    Document {
        message: MessageId([number; 16]),
        signed_message: Hash([number; 32]),
        sent_at: Timestamp(sent_at),
    }
}

fn words(text: &str) -> BTreeSet<String> {
    text.split(' ').map(str::to_owned).collect()
}

fn segment(messages: &[(Document, &str)]) -> Opened {
    let messages = messages
        .iter()
        .map(|(document, text)| (*document, words(text)));
    let messages: Vec<_> = messages.collect();
    Opened::Segment(Rc::new(SearchSegment::of(&messages).unwrap()))
}

fn id(number: u8) -> SearchSegmentId {
    SearchSegmentId([number; 16])
}

fn listed(segments: &[(u8, u32, bool)], unindexed: u32) -> SearchIndex {
    let segments = segments
        .iter()
        .map(|(number, messages, stale)| zegel_api::SearchSegment {
            segment: id(*number),
            size_bytes: 1000,
            messages: *messages,
            stale: *stale,
        });
    SearchIndex {
        segments: segments.collect(),
        unindexed,
    }
}

fn index() -> Index {
    let mut index = Index::default();
    let one = segment(&[(document(1, 10), "akte notaris"), (document(2, 30), "akte")]);
    index.opened.insert(id(1), one);
    index
        .opened
        .insert(id(2), segment(&[(document(3, 20), "akte notaris")]));
    index
}

fn found(index: &Index, query: &str) -> Vec<u8> {
    let hits = index.find(&words::of_query(query));
    hits.iter().map(|hit| hit.message.0[0]).collect()
}

#[test]
fn what_is_found_comes_newest_first_from_every_segment_and_from_what_waits() {
    let mut index = index();
    assert_eq!(found(&index, "Akte"), [2, 3, 1]);
    assert_eq!(found(&index, "not akt"), [3, 1]);
    assert_eq!(found(&index, ""), [0_u8; 0]);
    index
        .pending
        .push_back(Pending::of(document(9, 25), words("nieuwe akte")));
    assert_eq!(found(&index, "akte"), [2, 9, 3, 1]);
    assert_eq!(found(&index, "akte nieuw"), [9]);
    // Twice is once, with both hashes that are said of it.
    let again = Document {
        signed_message: Hash([7; 32]),
        ..document(2, 30)
    };
    index.opened.insert(id(3), segment(&[(again, "akte")]));
    let hits = index.find(&["akte".to_owned()]);
    assert_eq!(hits.len(), 4);
    assert_eq!(hits[0].hashes, [Hash([2; 32]), Hash([7; 32])]);
}

#[test]
fn what_is_searched_is_what_segments_hold() {
    let mut index = index();
    let view = |index: &Index, listed| {
        let view = index.searched(&listed);
        (view.searched, view.total)
    };
    assert_eq!(
        view(&index, listed(&[(1, 2, false), (2, 1, false)], 0)),
        (3, 3)
    );
    assert_eq!(
        view(&index, listed(&[(1, 2, false), (2, 1, false)], 4)),
        (3, 7)
    );
    // One of them is gone; the server says that one names more than it does.
    assert_eq!(
        view(&index, listed(&[(1, 1, true), (2, 50, false)], 0)),
        (2, 51)
    );
    // Not opened, or not at hand.
    index.opened.insert(id(3), Opened::Closed(1));
    assert_eq!(
        view(
            &index,
            listed(&[(1, 2, false), (3, 40, false), (4, 5, false)], 0)
        ),
        (2, 47)
    );
    // What waits is searched, where no segment has it.
    for number in [1, 9] {
        index
            .pending
            .push_back(Pending::of(document(number, 1), words("akte")));
    }
    assert_eq!(view(&index, listed(&[(1, 2, false)], 3)), (3, 5));
}

#[test]
fn what_was_not_looked_at_counts_by_the_servers_word() {
    let mut index = index();
    index.opened.insert(id(3), Opened::Closed(1));
    let listed = listed(&[(1, 5, false), (3, 7, false), (4, 11, false)], 2);
    let view = index.indexed(&listed);
    assert_eq!((view.searched, view.total), (2 + 11, 25));
}

#[test]
fn there_is_more_to_do_until_nothing_can_be_done() {
    let mut index = index();
    let more = |index: &Index, listed| index.indexed(&listed).more;
    assert!(!more(&index, listed(&[(1, 2, false)], 0)));
    assert!(more(&index, listed(&[(1, 2, false)], 1)));
    index.passed_over.insert(MessageId([8; 16]));
    assert!(
        !more(&index, listed(&[(1, 2, false)], 1)),
        "it does not open"
    );
    assert!(more(&index, listed(&[(1, 2, false)], 2)));

    let stale = listed(&[(1, 1, true)], 0);
    assert_eq!(index.to_rewrite(&stale), Some((id(1), 1)));
    assert!(more(&index, stale.clone()));
    index.settled.insert(id(1), 1);
    assert!(!more(&index, stale), "whatever the server says again");
    assert!(more(&index, listed(&[(1, 0, true)], 0)));
    index.opened.insert(id(3), Opened::Closed(1));
    assert!(
        !more(&index, listed(&[(3, 1, true)], 0)),
        "it does not open"
    );

    let mut many: Vec<_> = (10..18).map(|number| (number, 1, false)).collect();
    assert_eq!(index.to_merge(&listed(&many, 0)).len(), 8);
    assert!(more(&index, listed(&many, 0)));
    index.replaced.insert(id(10));
    assert!(
        !more(&index, listed(&many, 0)),
        "the server lists what was replaced"
    );
    index.replaced.clear();
    many[0].0 = 3;
    assert!(!more(&index, listed(&many, 0)), "one of them does not open");
}

#[test]
fn another_mailboxs_search_leaves_only_what_did_not_open() {
    let mut index = index();
    index.opened.insert(id(3), Opened::Closed(1));
    index.forget_segments();
    assert_eq!(index.opened.len(), 1);
    assert!(index.is_closed(id(3)));
}
