use zegel_protocol::{AccountId, DraftId, MessageId};
use zegel_storage::{DraftKey, NewDraft, NewMessage, Refusal, Result, SeenDraft, Status, Store};

use super::{
    NOW, account, at, event,
    functional::functional,
    messages::{message, send, two},
    organisations::adopting,
    refusal, unique,
};

/// Stores a draft of a mailbox that has few.
pub(crate) async fn put(store: &Store, new: NewDraft) -> Result<()> {
    store.put_draft(new, 9).await
}

fn draft(mailbox: AccountId) -> NewDraft {
    NewDraft {
        mailbox,
        id: DraftId(unique()),
        replaces: 0,
        sealed: unique::<40>().to_vec(),
        answers: None,
        edited_by: mailbox,
        edited_at: NOW,
    }
}

pub(crate) async fn drafts_count_their_versions(store: &Store) {
    let (ada, bob) = two(store).await;
    let first = draft(ada);
    assert_eq!(
        refusal(
            put(
                store,
                NewDraft {
                    replaces: 1,
                    ..first.clone()
                }
            )
            .await
        ),
        Refusal::Conflict
    );
    put(store, first.clone()).await.unwrap();
    // The same again is an answer that was lost; something else is somebody else.
    put(store, first.clone()).await.unwrap();
    let other = NewDraft {
        sealed: b"other".to_vec(),
        ..first.clone()
    };
    assert_eq!(refusal(put(store, other.clone()).await), Refusal::Conflict);
    let second = NewDraft {
        replaces: 1,
        edited_by: bob,
        edited_at: at(5),
        ..other
    };
    let rival = NewDraft {
        sealed: b"rival".to_vec(),
        edited_by: ada,
        ..second.clone()
    };
    let (a, b) = tokio::join!(put(store, second.clone()), put(store, rival.clone()));
    let (stored, by, refused) = if a.is_ok() {
        (second, "bob@other.example", b)
    } else {
        (rival, "ada@vandijk.example", a)
    };
    assert_eq!(refusal(refused), Refusal::Conflict);
    let found = store.find_draft(ada, first.id).await.unwrap().unwrap();
    assert_eq!(
        (
            found.version,
            found.sealed,
            found.edited_by.as_str(),
            found.edited_at
        ),
        (2, stored.sealed, by, at(5))
    );
    assert_eq!(store.find_draft(bob, first.id).await.unwrap(), None);
    // Another mailbox may choose the same identifier.
    put(
        store,
        NewDraft {
            mailbox: bob,
            ..first.clone()
        },
    )
    .await
    .unwrap();
    store.delete_draft(ada, first.id).await.unwrap();
    store.delete_draft(ada, first.id).await.unwrap();
    assert_eq!(store.find_draft(ada, first.id).await.unwrap(), None);
    assert_eq!(store.count_drafts(bob).await.unwrap(), 1);
}

pub(crate) async fn drafts_are_counted_where_they_are_stored(store: &Store) {
    let (ada, bob) = two(store).await;
    let first = draft(ada);
    let all = [first.clone(), draft(ada), draft(ada)];
    let results = futures_util::future::join_all(all.map(|new| store.put_draft(new, 2))).await;
    let stored = results.iter().filter(|it| it.is_ok()).count();
    assert_eq!((stored, store.count_drafts(ada).await.unwrap()), (2, 2));
    assert_eq!(
        refusal(store.put_draft(draft(ada), 2).await),
        Refusal::Quota
    );
    store.put_draft(draft(bob), 2).await.unwrap();
}

pub(crate) async fn a_late_write_brings_no_draft_back(store: &Store) {
    let (org, ada) = adopting(store).await;
    let info = functional(store, org, "info@vandijk.example").await;
    // Whichever comes first: what was sent is no draft any more, and what nobody looked at is not sent over.
    for _ in 0..20 {
        let new = draft(ada);
        let sent = sending(store, &new, 0, info).await;
        let (sent, written) = tokio::join!(store.insert_message(sent), put(store, new.clone()));
        let left = if sent.is_ok() {
            assert_eq!(refusal(written), Refusal::DuplicateId);
            0
        } else {
            assert_eq!(refusal(sent), Refusal::Conflict);
            written.unwrap();
            1
        };
        assert_eq!(store.count_drafts(ada).await.unwrap(), left);
        store.delete_draft(ada, new.id).await.unwrap();
    }
    let late = NewDraft {
        edited_by: ada,
        ..draft(info)
    };
    let audit = event(org, "deleted");
    store
        .set_functional_status(org, info, Status::Deleted, audit, Default::default(), at(9))
        .await
        .unwrap();
    assert_eq!(refusal(put(store, late).await), Refusal::NotFound);
    assert_eq!(store.count_drafts(info).await.unwrap(), 0);
}

/// A message that the draft becomes, by who saw that version of it.
async fn sending(store: &Store, draft: &NewDraft, version: u32, to: AccountId) -> NewMessage {
    NewMessage {
        id: MessageId(draft.id.0),
        draft: Some(SeenDraft {
            id: draft.id,
            version,
        }),
        ..message(store, draft.mailbox, &[to]).await
    }
}

pub(crate) async fn a_version_that_nobody_looked_at_is_not_sent_over(store: &Store) {
    let (ada, bob) = two(store).await;
    let first = draft(ada);
    let second = NewDraft {
        replaces: 1,
        sealed: b"a colleague's".to_vec(),
        ..first.clone()
    };
    put(store, first.clone()).await.unwrap();
    put(store, second.clone()).await.unwrap();
    for seen in [0, 1, 3] {
        let refused = store
            .insert_message(sending(store, &first, seen, bob).await)
            .await;
        assert_eq!(refusal(refused), Refusal::Conflict);
        let found = store.find_draft(ada, first.id).await.unwrap().unwrap();
        assert_eq!((found.version, &found.sealed), (2, &second.sealed));
    }
    // Nothing of a refused message is left.
    let new = sending(store, &first, 2, bob).await;
    assert_eq!(store.find_chain_head(ada, new.chain).await.unwrap(), None);

    // What somebody deleted meanwhile, or another mailbox has, is not what was seen either.
    store.delete_draft(ada, first.id).await.unwrap();
    let of_bob = NewDraft {
        mailbox: bob,
        ..second.clone()
    };
    put(
        store,
        NewDraft {
            replaces: 0,
            ..of_bob.clone()
        },
    )
    .await
    .unwrap();
    put(store, of_bob).await.unwrap();
    assert_eq!(refusal(store.insert_message(new).await), Refusal::Conflict);
    put(store, first.clone()).await.unwrap();
    let new = sending(store, &first, 1, bob).await;
    store.insert_message(new.clone()).await.unwrap();
    assert_eq!(store.count_drafts(ada).await.unwrap(), 0);
    assert_eq!(store.count_drafts(bob).await.unwrap(), 1);
    // Who asks again after a lost answer is told that it is there.
    assert_eq!(
        refusal(store.insert_message(new).await),
        Refusal::DuplicateId
    );
}

pub(crate) async fn drafts_come_in_pages(store: &Store) {
    let (ada, bob) = two(store).await;
    let mut expected = Vec::new();
    for ms in [0, 5, 5, 5, 9] {
        let new = NewDraft {
            edited_at: at(ms),
            ..draft(ada)
        };
        expected.push((new.edited_at, new.id));
        put(store, new).await.unwrap();
    }
    put(store, draft(bob)).await.unwrap();
    expected.sort_unstable();
    expected.reverse();
    let pages = async |limit| {
        let (mut seen, mut pages) = (Vec::new(), 0);
        let mut before: Option<DraftKey> = None;
        loop {
            let page = store.list_drafts(ada, before, limit).await.unwrap();
            seen.extend(page.rows.iter().map(|row| (row.edited_at, row.id)));
            (before, pages) = (page.next, pages + 1);
            if before.is_none() {
                return (seen, pages);
            }
        }
    };
    assert_eq!(pages(2).await, (expected.clone(), 3));
    assert_eq!(pages(5).await, (expected.clone(), 1));
    // Large drafts end a page early, and one that is larger than a page is a page.
    for (_, id) in &expected[..2] {
        let stored = store.find_draft(ada, *id).await.unwrap().unwrap();
        let large = NewDraft {
            id: *id,
            replaces: 1,
            sealed: vec![7; 5 * 1024 * 1024],
            edited_at: stored.edited_at,
            ..draft(ada)
        };
        put(store, large).await.unwrap();
    }
    assert_eq!(pages(5).await, (expected, 3));
}

pub(crate) async fn somebody_else_is_answering(store: &Store) {
    let (ada, bob) = two(store).await;
    let (eva, _) = account(store, "eva@other.example").await;
    let question = send(store, bob, &[ada]).await;
    let answer = |by: AccountId, ms| NewDraft {
        answers: Some(question),
        edited_by: by,
        edited_at: at(ms),
        ..draft(ada)
    };
    put(store, answer(eva, 100)).await.unwrap();
    put(store, draft(ada)).await.unwrap();
    let answering = async |reader, since| {
        let found = store.find_answering(ada, reader, at(since)).await.unwrap();
        found.into_iter().collect::<Vec<(MessageId, String)>>()
    };
    assert_eq!(
        answering(ada, 99).await,
        [(question, "eva@other.example".to_owned())]
    );
    assert_eq!(answering(eva, 99).await, [], "oneself");
    assert_eq!(answering(ada, 100).await, [], "too long ago");
    put(store, answer(bob, 200)).await.unwrap();
    assert_eq!(
        answering(ada, 99).await,
        [(question, "bob@other.example".to_owned())],
        "the last one"
    );
}
