//! Search indexes: what their segments name, and what becomes of them.

use std::collections::BTreeSet;

use zegel_protocol::{AccountId, MessageId, SearchSegmentId};
use zegel_storage::{
    Folder, MessageKey, NewMessage, NewSearchSegment, Refusal, Result, SearchIndex, SearchSegment,
    Status, Store,
};

use super::{
    NOW, account, at, event,
    functional::functional,
    messages::{message, send, two},
    organisations::adopting,
    refusal, unique,
};

/// As many segments as anybody wants.
const MANY: u64 = 1000;

pub(crate) fn naming(mailbox: AccountId, messages: &[MessageId]) -> NewSearchSegment {
    NewSearchSegment {
        mailbox,
        id: SearchSegmentId(unique()),
        sealed: unique::<50>().to_vec(),
        documents: u32::try_from(messages.len()).unwrap(),
        messages: messages.to_vec(),
        replaces: Vec::new(),
        stored_at: NOW,
    }
}

fn merging(mailbox: AccountId, documents: u32, segments: &[SearchSegmentId]) -> NewSearchSegment {
    NewSearchSegment {
        documents,
        replaces: segments.to_vec(),
        ..naming(mailbox, &[])
    }
}

async fn put(store: &Store, new: &NewSearchSegment) -> Result<()> {
    store.put_search_segment(new.clone(), MANY).await
}

async fn index(store: &Store, mailbox: AccountId, ms: u64) -> SearchIndex {
    store.find_search_index(mailbox, at(ms)).await.unwrap()
}

fn shown(new: &NewSearchSegment, messages: u32, stale: bool) -> SearchSegment {
    SearchSegment {
        id: new.id,
        size_bytes: 50,
        messages,
        stale,
    }
}

/// So many messages that one sent the other, the oldest first.
async fn some(store: &Store, from: AccountId, to: AccountId, number: u64) -> Vec<MessageId> {
    let mut ids = Vec::new();
    for ms in 0..number {
        let new = NewMessage {
            received_at: at(ms),
            ..message(store, from, &[to]).await
        };
        ids.push(new.id);
        store.insert_message(new).await.unwrap();
    }
    ids
}

async fn unindexed(store: &Store, mailbox: AccountId) -> Vec<MessageId> {
    let page = store.list_unindexed(mailbox, None, 100, NOW).await.unwrap();
    page.rows.into_iter().map(|row| row.id).collect()
}

async fn delete(store: &Store, mailbox: AccountId, messages: &[MessageId]) {
    store
        .move_messages(mailbox, messages, Folder::Trash)
        .await
        .unwrap();
    store.delete_messages(mailbox, messages).await.unwrap();
}

async fn revoke(store: &Store, sender: AccountId, message: MessageId) {
    store
        .revoke_message(sender, message, b"signed".to_vec(), NOW)
        .await
        .unwrap();
}

pub(crate) async fn a_segment_names_what_no_other_does(store: &Store) {
    let (ada, bob) = two(store).await;
    let ids = some(store, ada, bob, 5).await;
    assert_eq!(index(store, bob, 9).await.unindexed, 5);
    let first = naming(bob, &ids[..3]);
    put(store, &first).await.unwrap();
    // The answer was lost.
    put(store, &first).await.unwrap();
    let expected = SearchIndex {
        segments: vec![shown(&first, 3, false)],
        unindexed: 2,
    };
    assert_eq!(index(store, bob, 9).await, expected);
    assert_eq!(unindexed(store, bob).await, [ids[4], ids[3]]);
    let sealed = store.find_search_segment(bob, first.id).await.unwrap();
    assert_eq!(sealed.as_ref(), Some(&first.sealed));

    // Another mailbox has other copies, and an index of its own.
    let none = store.find_search_segment(ada, first.id).await.unwrap();
    assert_eq!(none, None);
    let adas = index(store, ada, 9).await;
    assert_eq!((adas.segments.len(), adas.unindexed), (0, 5));
    let of_ada = naming(ada, &ids[..3]);
    put(store, &of_ada).await.unwrap();
    assert_eq!(index(store, ada, 9).await.unindexed, 2);
    assert_eq!(index(store, bob, 9).await, expected);

    let same_id = |mailbox, messages| NewSearchSegment {
        id: first.id,
        ..naming(mailbox, messages)
    };
    for other in [same_id(bob, &ids[3..]), same_id(ada, &ids[3..])] {
        assert_eq!(refusal(put(store, &other).await), Refusal::DuplicateId);
    }
    let same_message = naming(bob, &ids[2..]);
    assert_eq!(refusal(put(store, &same_message).await), Refusal::Conflict);
    assert_eq!(index(store, bob, 9).await, expected, "all or nothing");
    let nobody = naming(AccountId(unique()), &ids);
    assert_eq!(refusal(put(store, &nobody).await), Refusal::NotFound);

    // What is not there is passed over, and said to be gone; where nothing is there, nothing is stored.
    let partly = naming(bob, &[ids[3], MessageId(unique()), ids[4], ids[4]]);
    put(store, &partly).await.unwrap();
    put(store, &naming(bob, &[MessageId(unique())]))
        .await
        .unwrap();
    let expected = SearchIndex {
        segments: vec![shown(&first, 3, false), shown(&partly, 2, true)],
        unindexed: 0,
    };
    let mut found = index(store, bob, 9).await;
    // Both were stored at one time.
    found.segments.sort_by_key(|it| it.id != first.id);
    assert_eq!(found, expected);
}

pub(crate) async fn a_note_to_oneself_is_indexed_once(store: &Store) {
    let (ada, _) = two(store).await;
    let note = send(store, ada, &[ada]).await;
    assert_eq!(index(store, ada, 0).await.unindexed, 1);
    assert_eq!(unindexed(store, ada).await, [note]);
    let segment = naming(ada, &[note]);
    put(store, &segment).await.unwrap();
    let expected = SearchIndex {
        segments: vec![shown(&segment, 1, false)],
        unindexed: 0,
    };
    assert_eq!(index(store, ada, 0).await, expected);
    let found = store.find_message_rows(ada, &[note], NOW).await.unwrap();
    assert_eq!(found.len(), 1);
    delete(store, ada, &[note]).await;
    assert_eq!(index(store, ada, 0).await, SearchIndex::default());
}

pub(crate) async fn unindexed_messages_come_in_pages(store: &Store) {
    let (ada, bob) = two(store).await;
    let mut expected = Vec::new();
    for ms in [0, 5, 5, 5, 9, 9] {
        let new = NewMessage {
            received_at: at(ms),
            ..message(store, ada, &[bob]).await
        };
        expected.push((new.received_at, new.id));
        store.insert_message(new).await.unwrap();
    }
    expected.sort_unstable();
    expected.reverse();
    let mut ids: Vec<MessageId> = expected.into_iter().map(|(_, id)| id).collect();
    let pages = async |limit| {
        let (mut seen, mut pages) = (Vec::new(), 0);
        let mut before: Option<MessageKey> = None;
        loop {
            let page = store.list_unindexed(bob, before, limit, NOW).await.unwrap();
            seen.extend(page.rows.iter().map(|row| row.id));
            (before, pages) = (page.next, pages + 1);
            if before.is_none() {
                return (seen, pages);
            }
        }
    };
    assert_eq!(pages(2).await, (ids.clone(), 3));
    assert_eq!(pages(6).await, (ids.clone(), 1));
    let gone = ids.remove(2);
    revoke(store, ada, gone).await;
    let named = ids.remove(3);
    put(store, &naming(bob, &[named])).await.unwrap();
    assert_eq!(pages(3).await, (ids, 2));
}

pub(crate) async fn segments_are_merged(store: &Store) {
    let (ada, bob) = two(store).await;
    let ids = some(store, ada, bob, 5).await;
    let parts = [
        naming(bob, &ids[..2]),
        naming(bob, &ids[2..3]),
        naming(bob, &ids[3..4]),
    ];
    for part in &parts {
        put(store, part).await.unwrap();
    }
    let [a, b, c] = [parts[0].id, parts[1].id, parts[2].id];
    let stranger = naming(ada, &ids[..1]);
    put(store, &stranger).await.unwrap();
    // One that is not there, or is another mailbox's.
    for missing in [SearchSegmentId(unique()), stranger.id] {
        let refused = refusal(put(store, &merging(bob, 3, &[a, missing])).await);
        assert_eq!(refused, Refusal::Conflict);
    }
    // There may be three, and are.
    let fourth = naming(bob, &ids[4..]);
    let refused = store.put_search_segment(fourth.clone(), 3).await;
    assert_eq!(refusal(refused), Refusal::Quota);
    assert_eq!(index(store, bob, 9).await.segments.len(), 3);

    let merged = NewSearchSegment {
        messages: vec![ids[4]],
        stored_at: at(1),
        ..merging(bob, 4, &[a, b, a])
    };
    store.put_search_segment(merged.clone(), 3).await.unwrap();
    let expected = SearchIndex {
        segments: vec![shown(&parts[2], 1, false), shown(&merged, 4, false)],
        unindexed: 0,
    };
    assert_eq!(index(store, bob, 9).await, expected);
    for replaced in [a, b] {
        let found = store.find_search_segment(bob, replaced).await.unwrap();
        assert_eq!(found, None);
    }
    let again = refusal(put(store, &merging(bob, 4, &[b, c])).await);
    assert_eq!(again, Refusal::Conflict);
    assert_eq!(index(store, bob, 9).await, expected);
    assert_eq!(index(store, ada, 9).await.segments.len(), 1);
}

pub(crate) async fn one_of_two_merges_wins(store: &Store) {
    let (ada, bob) = two(store).await;
    let ids = some(store, ada, bob, 6).await;
    let parts: Vec<NewSearchSegment> = ids[..5].iter().map(|id| naming(bob, &[*id])).collect();
    for part in &parts {
        put(store, part).await.unwrap();
    }
    let all: Vec<SearchSegmentId> = parts.iter().map(|part| part.id).collect();
    // Both have the middle one, and the new message.
    let new = |segments: &[SearchSegmentId]| NewSearchSegment {
        messages: vec![ids[5]],
        ..merging(bob, 4, segments)
    };
    let (one, other) = (new(&all[..3]), new(&all[2..]));
    let (a, b) = tokio::join!(put(store, &one), put(store, &other));
    let (stored, lost, rest) = match a {
        Ok(()) => (one, b, &parts[3..]),
        Err(_) => (other, a, &parts[..2]),
    };
    assert_eq!(refusal(lost), Refusal::Conflict);
    let found = index(store, bob, 9).await;
    assert_eq!(found.unindexed, 0);
    let found: BTreeSet<_> = found
        .segments
        .iter()
        .map(|it| (it.id, it.messages, it.stale))
        .collect();
    let expected: BTreeSet<_> = rest
        .iter()
        .map(|part| (part.id, 1, false))
        .chain([(stored.id, 4, false)])
        .collect();
    assert_eq!(found, expected, "every message is named once");
}

pub(crate) async fn a_message_is_named_once_of_two_at_a_time(store: &Store) {
    let (ada, bob) = two(store).await;
    let ids = some(store, ada, bob, 6).await;
    let mut reversed = ids.clone();
    reversed.reverse();
    let (one, other) = (naming(bob, &ids), naming(bob, &reversed));
    let (a, b) = tokio::join!(put(store, &one), put(store, &other));
    let (stored, lost) = if a.is_ok() { (one, b) } else { (other, a) };
    assert_eq!(refusal(lost), Refusal::Conflict);
    let expected = SearchIndex {
        segments: vec![shown(&stored, 6, false)],
        unindexed: 0,
    };
    assert_eq!(index(store, bob, 9).await, expected);
}

pub(crate) async fn what_is_gone_makes_a_segment_stale(store: &Store) {
    let (ada, bob) = two(store).await;
    let mut ids = some(store, ada, bob, 4).await;
    for ms in [100, 200] {
        let new = NewMessage {
            expires_at: Some(at(ms)),
            ..message(store, ada, &[bob]).await
        };
        ids.push(new.id);
        store.insert_message(new).await.unwrap();
    }
    let segment = naming(bob, &ids[..5]);
    put(store, &segment).await.unwrap();
    let of_ada = naming(ada, &ids);
    put(store, &of_ada).await.unwrap();
    let of = async |mailbox, ms| {
        let index = index(store, mailbox, ms).await;
        let segment = index.segments.first().map(|it| (it.messages, it.stale));
        (segment, index.unindexed)
    };
    assert_eq!(of(bob, 99).await, (Some((5, false)), 1));
    // Over, and not deleted yet.
    assert_eq!(of(bob, 100).await, (Some((4, true)), 1));
    assert_eq!(of(bob, 200).await, (Some((4, true)), 0));
    let late = store.list_unindexed(bob, None, 9, at(200)).await.unwrap();
    assert!(late.rows.is_empty());
    let found = store.find_message_rows(bob, &ids, at(100)).await.unwrap();
    let found: BTreeSet<MessageId> = found.into_iter().map(|row| row.id).collect();
    let alive = ids[..4].iter().chain([&ids[5]]).copied().collect();
    assert_eq!(found, alive);

    store.expire_messages(at(100)).await.unwrap();
    assert_eq!(of(bob, 100).await, (Some((4, true)), 1));
    delete(store, bob, &ids[..1]).await;
    revoke(store, ada, ids[1]).await;
    assert_eq!(of(bob, 100).await, (Some((2, true)), 1));
    assert_eq!(of(ada, 100).await, (Some((4, true)), 0), "her own copies");
    let found = store.find_message_rows(bob, &ids, at(100)).await.unwrap();
    assert_eq!(found.len(), 3);
    // Revoked and over is nothing that is to be indexed.
    store.expire_messages(at(200)).await.unwrap();
    assert_eq!(of(bob, 0).await, (Some((2, true)), 0));
    let late = naming(bob, &[ids[1], ids[5]]);
    put(store, &late).await.unwrap();
    assert_eq!(index(store, bob, 0).await.segments.len(), 1);

    // Rewritten without them it is not stale any more. One that still names what is gone meanwhile is.
    let rewritten = merging(bob, 2, &[segment.id]);
    put(store, &rewritten).await.unwrap();
    assert_eq!(of(bob, 0).await, (Some((2, false)), 0));
    revoke(store, ada, ids[2]).await;
    let too_late = merging(bob, 2, &[rewritten.id]);
    put(store, &too_late).await.unwrap();
    assert_eq!(of(bob, 0).await, (Some((1, true)), 0));
    // It goes with its last message.
    revoke(store, ada, ids[3]).await;
    assert_eq!(of(bob, 0).await, (None, 0));
    let sealed = store.find_search_segment(bob, too_late.id).await.unwrap();
    assert_eq!(sealed, None);
    assert_eq!(of(ada, 0).await, (Some((1, true)), 0));
}

pub(crate) async fn a_segment_goes_with_its_last_message(store: &Store) {
    let (ada, bob) = two(store).await;
    let ids = some(store, ada, bob, 4).await;
    let segment = naming(bob, &ids);
    put(store, &segment).await.unwrap();
    store.move_messages(bob, &ids, Folder::Trash).await.unwrap();
    // Each by somebody else at the same time, in another way.
    let deleted = async |messages: &[MessageId]| {
        store.delete_messages(bob, messages).await.unwrap();
    };
    tokio::join!(
        deleted(&ids[..1]),
        deleted(&ids[1..2]),
        revoke(store, ada, ids[2]),
        revoke(store, ada, ids[3])
    );
    assert_eq!(index(store, bob, 0).await, SearchIndex::default());
    let sealed = store.find_search_segment(bob, segment.id).await.unwrap();
    assert_eq!(sealed, None, "not only out of sight");
}

pub(crate) async fn merging_and_deleting_do_not_wait_for_each_other(store: &Store) {
    let (ada, bob) = two(store).await;
    for _ in 0..5 {
        let ids = some(store, ada, bob, 6).await;
        let parts: Vec<NewSearchSegment> = ids[..5].iter().map(|id| naming(bob, &[*id])).collect();
        for part in &parts {
            put(store, part).await.unwrap();
        }
        store.move_messages(bob, &ids, Folder::Trash).await.unwrap();
        let segments: Vec<SearchSegmentId> = parts.iter().map(|part| part.id).collect();
        let merged = NewSearchSegment {
            messages: vec![ids[5]],
            ..merging(bob, 6, &segments)
        };
        let deleted = [ids[5], ids[0], ids[1]];
        let (put, (), deleted) = tokio::join!(
            put(store, &merged),
            revoke(store, ada, ids[3]),
            store.delete_messages(bob, &deleted),
        );
        deleted.unwrap();
        // Either what was replaced was deleted before, or what was merged is stale.
        match put {
            Ok(()) => {
                let found = index(store, bob, 9).await;
                assert_eq!(found.segments, [shown(&merged, 2, true)]);
            }
            refused => assert_eq!(refusal(refused), Refusal::Conflict),
        }
        store.delete_messages(bob, &ids).await.unwrap();
        assert_eq!(index(store, bob, 9).await, SearchIndex::default());
    }
}

pub(crate) async fn an_index_goes_with_its_mailbox(store: &Store) {
    let (org, ada) = adopting(store).await;
    let info = functional(store, org, "info@vandijk.example").await;
    let (bob, _) = account(store, "bob@other.example").await;
    let id = send(store, bob, &[info, ada]).await;
    let (own, others) = (naming(info, &[id]), naming(ada, &[id]));
    put(store, &own).await.unwrap();
    put(store, &others).await.unwrap();
    let set = async |status| {
        let audit = event(org, "status");
        store
            .set_functional_status(org, info, status, audit, Default::default(), NOW)
            .await
            .unwrap();
    };
    set(Status::Suspended).await;
    assert_eq!(index(store, info, 0).await.segments.len(), 1);
    set(Status::Deleted).await;
    let sealed = store.find_search_segment(info, own.id).await.unwrap();
    assert_eq!(sealed, None);
    assert_eq!(refusal(put(store, &own).await), Refusal::NotFound);
    assert_eq!(index(store, ada, 0).await.segments.len(), 1);
}
