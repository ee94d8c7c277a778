//! T35: somebody with access to a mailbox writes false segments of its search index, or the server gives
//! other ones than it was given.

use std::cell::RefCell;
use std::rc::Rc;

use getrandom::SysRng;
use rand_core::UnwrapErr;
use serde_json::json;
use zegel_api::{Folder, Method};
use zegel_client::view::Condition;
use zegel_crypto::content::search::{Document, SearchSegment};
use zegel_crypto::{blob, make_id};
use zegel_protocol::{Hash, MessageId, SearchSegmentId, Timestamp};

use crate::common::{Person, World, mail_path};
use crate::json::of_bytes;
use crate::t35_falsified_hints::{Shared, shared};

impl Shared {
    /// What honest clients say of a message.
    async fn document(&self, message: MessageId) -> Document {
        let listed = self.entry(message).await.listed;
        Document {
            message,
            signed_message: listed.signed_message,
            sent_at: listed.sent_at,
        }
    }

    /// Puts a segment of the delegate's making, in which these messages are by the server's word.
    async fn put_segment(&self, document: Document, words: &[&str], named: MessageId) {
        let id: SearchSegmentId = make_id(&mut UnwrapErr(SysRng));
        let words = words.iter().map(ToString::to_string).collect();
        let segment = SearchSegment::of(&[(document, words)]).unwrap();
        let mut rng = UnwrapErr(SysRng);
        let sealed =
            blob::seal_search_segment(&self.key, self.mailbox, 1, id, &segment, &mut rng).unwrap();
        self.put_sealed_segment(id, sealed, named).await;
    }

    async fn put_sealed_segment(&self, id: SearchSegmentId, sealed: Vec<u8>, named: MessageId) {
        let path = mail_path(self.mailbox, &format!("search/segments/{id}"));
        let body = json!({
            "sealed": of_bytes(sealed),
            "documents": 1,
            "messages": [named],
            "replaces": [],
        });
        let (status, body) = self.delegate.ask(Method::Put, &path, Some(body)).await;
        assert_eq!(status, 200, "{body}");
    }
}

/// Gives somebody other bytes for segments than the server does, by their paths.
fn swap_segments(person: &Person, other: impl Fn(&str) -> Vec<u8> + 'static) {
    person.browser.wire.meddle(move |path, response| {
        if path.contains("/search/segments/") {
            response.as_mut().unwrap().body = other(path);
        }
    });
}

/// The segments that somebody fetches to find `found` messages, with their paths.
async fn segments_of(person: &mut Person, found: usize) -> Vec<(String, Vec<u8>)> {
    let seen = Rc::new(RefCell::new(Vec::new()));
    let into = seen.clone();
    person.sign_in_again().await;
    person.browser.wire.meddle(move |path, response| {
        if path.contains("/search/segments/") {
            let bytes = response.as_ref().unwrap().body.clone();
            into.borrow_mut().push((path.to_owned(), bytes));
        }
    });
    let account = person.account();
    assert_eq!(person.find(account, "tekst").await.len(), found);
    person.browser.wire.be_honest();
    person.sign_in_again().await;
    seen.take()
}

#[tokio::test]
async fn t35_a_false_segment_shows_nothing_that_is_not_so() {
    let mut shared = shared().await;
    let [first, second] = shared.messages;
    let mailbox = shared.mailbox;
    let genuine = shared.document(first).await;
    // The words of another message that somebody could have sent.
    let wrong_hash = Document {
        signed_message: Hash([7; 32]),
        ..genuine
    };
    shared.put_segment(wrong_hash, &["ontslag"], first).await;
    // A message of another mailbox, and one that nobody sent.
    let foreign = shared
        .writer
        .send(&shared.writer.address, "Van een ander", "ontslag")
        .await;
    let of_another = Document {
        message: foreign,
        signed_message: Hash([8; 32]),
        sent_at: Timestamp(u64::MAX >> 1),
    };
    shared.put_segment(of_another, &["ontslag"], second).await;

    shared.owner.sign_in_again().await;
    let found = shared.owner.search(mailbox, "ontslag").await;
    assert_eq!((found.rows, found.found, found.next), (vec![], 2, None));
    // The first message is nowhere said not to be authentic on a delegate's word.
    let rows = shared.owner.rows(Folder::Inbox).await;
    assert!(rows.iter().all(|row| row.condition == Condition::Authentic));
    // Both count as searched: that a delegate keeps a message from being found is no more than that they can
    // delete it.
    assert_eq!(shared.owner.index(mailbox).await.searched, 2);
}

#[tokio::test]
async fn t35_what_is_found_by_a_word_that_it_does_not_have_is_shown_as_it_is() {
    let mut shared = shared().await;
    let [first, second] = shared.messages;
    let mailbox = shared.mailbox;
    let mut document = shared.document(first).await;
    document.sent_at = Timestamp(u64::MAX);
    shared.put_segment(document, &["ontslag"], first).await;
    assert_eq!(shared.delegate.index(mailbox).await.searched, 2);

    shared.owner.sign_in_again().await;
    let found = shared.owner.search(mailbox, "ontslag").await;
    let row = &found.rows[0];
    assert_eq!(found.rows.len(), 1);
    assert_eq!((row.message, row.subject.as_str()), (first, "Eerste"));
    assert_eq!(
        row.sent_at_ms,
        shared.owner.open(first).await.unwrap().sent_at_ms
    );
    let found = shared.owner.search(mailbox, "tweede").await;
    assert_eq!(found.rows[0].message, second);
}

#[tokio::test]
async fn t35_a_segment_that_says_nothing_is_passed_over() {
    let mut shared = shared().await;
    let [first, _] = shared.messages;
    let mailbox = shared.mailbox;
    let id: SearchSegmentId = make_id(&mut UnwrapErr(SysRng));
    shared.put_sealed_segment(id, vec![7; 339], first).await;

    shared.owner.sign_in_again().await;
    let indexed = shared.owner.index(mailbox).await;
    assert_eq!(shared.owner.find(mailbox, "tekst").await, ["Tweede"]);
    let found = shared.owner.search(mailbox, "tekst").await;
    let searched = found.indexed;
    assert_eq!(
        (searched.searched, searched.total, searched.more),
        (1, 2, false)
    );
    assert_eq!((indexed.total, indexed.more), (2, false));
    assert_eq!(shared.owner.index(mailbox).await, searched);
}

#[tokio::test]
async fn t35_the_server_gives_no_other_segment() {
    let world = World::start().await;
    let mut anna = world.colleague("anna", "Anna Vos").await;
    let mut bram = world.colleague("bram", "Bram de Wit").await;
    let account = anna.account();
    for subject in ["Eerste", "Tweede"] {
        anna.send(&anna.address, subject, "tekst").await;
        anna.index(account).await;
    }
    bram.send(&bram.address, "Van Bram", "tekst").await;
    bram.index(bram.account()).await;
    let of_bram = segments_of(&mut bram, 1).await.remove(0).1;
    let own = segments_of(&mut anna, 2).await;
    let [(first, one), (_, other)] = <[_; 2]>::try_from(own).unwrap();

    // Each in the other's place; one of another mailbox; one of them twice.
    let (at_first, ours, theirs) = (first.clone(), one.clone(), other.clone());
    swap_segments(&anna, move |path| {
        if path == at_first {
            theirs.clone()
        } else {
            ours.clone()
        }
    });
    let found = anna.search(account, "tekst").await;
    assert_eq!(
        (found.found, found.indexed.searched, found.indexed.total),
        (0, 0, 2)
    );
    anna.sign_in_again().await;
    swap_segments(&anna, move |_| of_bram.clone());
    let found = anna.search(account, "tekst").await;
    assert_eq!(
        (found.found, found.indexed.searched, found.indexed.total),
        (0, 0, 2)
    );
    anna.sign_in_again().await;
    swap_segments(&anna, move |_| one.clone());
    let found = anna.search(account, "tekst").await;
    assert_eq!(
        (found.found, found.indexed.searched, found.indexed.total),
        (1, 1, 2)
    );
    anna.browser.wire.be_honest();
    anna.sign_in_again().await;
    assert_eq!(anna.find(account, "tekst").await, ["Tweede", "Eerste"]);
}

#[tokio::test]
async fn t35_rows_of_results_are_judged_as_those_of_lists() {
    let world = World::start().await;
    let mut anna = world.colleague("anna", "Anna Vos").await;
    let account = anna.account();
    for subject in ["Eerste", "Tweede"] {
        anna.send(&anna.address, subject, "tekst").await;
    }
    anna.send(&anna.address, "Derde", "anders").await;
    anna.index(account).await;
    let find = mail_path(account, "messages/find");

    // Another message than was asked for is no result.
    let rows = anna.rows(Folder::Inbox).await;
    let third = rows
        .iter()
        .find(|row| row.subject == "Derde")
        .unwrap()
        .message;
    let kept = Rc::new(RefCell::new(None));
    let (seen, path) = (kept.clone(), find.clone());
    anna.browser.wire.lie(move |answer| {
        if answer.is(&path) {
            *seen.borrow_mut() = Some(answer.body["messages"][0].clone());
        }
    });
    assert_eq!(anna.find(account, "anders").await, ["Derde"]);
    let (row, path) = (kept.take().unwrap(), find.clone());
    assert_eq!(row["message"], third.to_string().as_str());
    anna.browser.wire.lie(move |answer| {
        if answer.is(&path) {
            answer.body["messages"]
                .as_array_mut()
                .unwrap()
                .push(row.clone());
        }
    });
    assert_eq!(anna.find(account, "tekst").await, ["Tweede", "Eerste"]);
    assert!(anna.browser.wire.be_honest() > 0);

    // Entries of each other, and a hash of no message.
    let path = find.clone();
    anna.browser.wire.lie(move |answer| {
        if answer.is(&path) {
            let rows = &mut answer.body["messages"];
            let first = rows[0]["list_entry"].take();
            rows[0]["list_entry"] = rows[1]["list_entry"].take();
            rows[1]["list_entry"] = first;
        }
    });
    anna.sign_in_again().await;
    assert_eq!(anna.find(account, "tekst").await, ["Tweede", "Eerste"]);
    assert!(anna.browser.wire.be_honest() > 0);
    let path = find.clone();
    anna.browser.wire.lie(move |answer| {
        if answer.is(&path) {
            answer.body["messages"][0]["hash"] = Hash([7; 32]).to_string().into();
        }
    });
    anna.sign_in_again().await;
    let found = anna.search(account, "tekst").await;
    assert!(anna.browser.wire.be_honest() > 0);
    let bad: Vec<_> = found
        .rows
        .iter()
        .filter(|row| row.condition == Condition::NotAuthentic)
        .collect();
    assert_eq!((found.rows.len(), bad.len()), (2, 1));
    assert_eq!((bad[0].subject.as_str(), bad[0].snippet.as_str()), ("", ""));
}

#[tokio::test]
async fn t35_the_server_keeps_nobody_busy() {
    let world = World::start().await;
    let anna = world.colleague("anna", "Anna Vos").await;
    let account = anna.account();
    for number in 0..3 {
        anna.send(&anna.address, &format!("Nummer {number}"), "tekst")
            .await;
        anna.index(account).await;
    }
    // Always more, always stale, always what was replaced.
    let index = mail_path(account, "search");
    let before = Rc::new(RefCell::new(Vec::new()));
    anna.browser.wire.lie(move |answer| {
        if answer.is(&index) {
            answer.body["unindexed"] = 500.into();
            let mut segments = before.borrow_mut();
            for segment in answer.body["segments"].as_array().unwrap() {
                if !segments
                    .iter()
                    .any(|it: &serde_json::Value| it["segment"] == segment["segment"])
                {
                    segments.push(segment.clone());
                }
            }
            for segment in segments.iter_mut() {
                segment["stale"] = true.into();
            }
            answer.body["segments"] = segments.clone().into();
        }
    });
    // It ends.
    anna.index(account).await;
    assert!(anna.browser.wire.be_honest() > 0);
    assert_eq!(anna.index(account).await.searched, 3);
    assert_eq!(anna.search(account, "tekst").await.found, 3);
}
