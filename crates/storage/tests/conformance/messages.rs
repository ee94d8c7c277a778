use std::collections::HashMap;

use zegel_protocol::{AccountId, ConversationId, Hash, MessageId};
use zegel_storage::{Folder, MessageKey, NewMessage, Refusal, Store};

use super::{NOW, account, at, refusal, unique};

async fn message(store: &Store, from: AccountId, to: &[AccountId]) -> NewMessage {
    let mut states = HashMap::new();
    for id in to.iter().chain([&from]) {
        states.insert(
            *id,
            store.find_account(*id).await.unwrap().unwrap().state_hash,
        );
    }
    NewMessage {
        id: MessageId(unique()),
        sender: from,
        conversation: ConversationId(unique()),
        chain: Hash(unique()),
        counter: 1,
        hash: Hash(unique()),
        signed: vec![1; 10],
        summary: vec![2; 20],
        body: vec![3; 30],
        stanzas: to
            .iter()
            .chain([&from])
            .map(|id| (*id, unique::<40>().to_vec()))
            .collect(),
        list_entry: b"own entry".to_vec(),
        states,
        received_at: NOW,
    }
}

async fn two(store: &Store) -> (AccountId, AccountId) {
    (
        account(store, "ada@vandijk.example").await.0,
        account(store, "bob@other.example").await.0,
    )
}

pub(crate) async fn a_message_is_stored_for_each(store: &Store) {
    let (ada, bob) = two(store).await;
    let (eva, _) = account(store, "eva@other.example").await;
    let new = message(store, ada, &[bob, eva]).await;
    store.insert_message(new.clone()).await.unwrap();
    assert_eq!(
        refusal(store.insert_message(new.clone()).await),
        Refusal::DuplicateId
    );
    let inbox = store
        .list_messages(eva, Folder::Inbox, None, 10)
        .await
        .unwrap();
    assert_eq!((inbox.rows.len(), inbox.next), (1, None));
    let row = &inbox.rows[0];
    assert_eq!(
        (row.id, row.hash, row.read, row.size_bytes, &row.list_entry),
        (new.id, new.hash, false, 180, &None)
    );
    assert_eq!(store.count_unread(eva, Folder::Inbox).await.unwrap(), 1);
    let found = store.find_message(eva, new.id).await.unwrap().unwrap();
    assert_eq!(
        (found.stanza, found.stanza_index),
        (new.stanzas[1].1.clone(), 1)
    );
    assert_eq!(
        (found.signed, found.summary, found.body),
        (new.signed, new.summary, new.body)
    );
    let sent = store
        .list_messages(ada, Folder::Sent, None, 10)
        .await
        .unwrap();
    assert_eq!(
        (sent.rows[0].read, sent.rows[0].list_entry.as_deref()),
        (true, Some(b"own entry".as_slice()))
    );
    assert!(
        store
            .list_messages(ada, Folder::Inbox, None, 10)
            .await
            .unwrap()
            .rows
            .is_empty()
    );
    let (stranger, _) = account(store, "zoe@other.example").await;
    assert_eq!(store.find_message(stranger, new.id).await.unwrap(), None);

    let note = message(store, ada, &[ada]).await;
    store.insert_message(note.clone()).await.unwrap();
    assert_eq!(
        store
            .find_message(ada, note.id)
            .await
            .unwrap()
            .unwrap()
            .stanza_index,
        0
    );
    assert_eq!(
        store
            .list_messages(ada, Folder::Inbox, None, 10)
            .await
            .unwrap()
            .rows
            .len(),
        1
    );
}

pub(crate) async fn a_place_in_a_chain_is_taken_once(store: &Store) {
    let (ada, bob) = two(store).await;
    let first = NewMessage {
        counter: u64::MAX,
        ..message(store, ada, &[bob]).await
    };
    store.insert_message(first.clone()).await.unwrap();
    let second = NewMessage {
        id: MessageId(unique()),
        ..first.clone()
    };
    assert_eq!(
        refusal(store.insert_message(second.clone()).await),
        Refusal::DuplicateId
    );
    assert!(store.find_message(bob, second.id).await.unwrap().is_none());
    store
        .insert_message(NewMessage {
            counter: u64::MAX - 1,
            ..second
        })
        .await
        .unwrap();
}

pub(crate) async fn a_changed_state_refuses_the_message(store: &Store) {
    let (ada, bob) = two(store).await;
    let mut new = message(store, ada, &[bob]).await;
    new.states.insert(bob, Hash(unique()));
    assert_eq!(
        refusal(store.insert_message(new.clone()).await),
        Refusal::StaleRecipient
    );
    let mut gone = message(store, ada, &[bob]).await;
    gone.states.insert(AccountId(unique()), Hash(unique()));
    assert_eq!(
        refusal(store.insert_message(gone).await),
        Refusal::StaleRecipient
    );
    assert!(
        store
            .list_messages(bob, Folder::Inbox, None, 10)
            .await
            .unwrap()
            .rows
            .is_empty()
    );
}

pub(crate) async fn folders_come_in_pages_even_at_the_same_time(store: &Store) {
    let (ada, bob) = two(store).await;
    let mut expected = Vec::new();
    for ms in [0, 5, 5, 5, 9] {
        let new = NewMessage {
            received_at: at(ms),
            ..message(store, ada, &[bob]).await
        };
        expected.push((new.received_at, new.id));
        store.insert_message(new).await.unwrap();
    }
    expected.sort_unstable();
    expected.reverse();
    let mut seen = Vec::new();
    let mut before: Option<MessageKey> = None;
    loop {
        let page = store
            .list_messages(bob, Folder::Inbox, before, 2)
            .await
            .unwrap();
        seen.extend(page.rows.iter().map(|row| (row.received_at, row.id)));
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(seen, expected);
}

pub(crate) async fn marks_touch_own_copies_only(store: &Store) {
    let (ada, bob) = two(store).await;
    let (eva, _) = account(store, "eva@other.example").await;
    let new = message(store, ada, &[bob, eva]).await;
    store.insert_message(new.clone()).await.unwrap();
    store
        .mark_read(bob, &[new.id, MessageId(unique())], true)
        .await
        .unwrap();
    store
        .put_list_entries(bob, vec![(new.id, vec![9]), (MessageId(unique()), vec![8])])
        .await
        .unwrap();
    let row =
        |page: zegel_storage::Page<zegel_storage::MessageRow, MessageKey>| page.rows[0].clone();
    let bobs = row(store
        .list_messages(bob, Folder::Inbox, None, 10)
        .await
        .unwrap());
    assert_eq!((bobs.read, bobs.list_entry), (true, Some(vec![9])));
    let evas = row(store
        .list_messages(eva, Folder::Inbox, None, 10)
        .await
        .unwrap());
    assert_eq!((evas.read, evas.list_entry), (false, None));
    store.mark_read(bob, &[new.id], false).await.unwrap();
    assert_eq!(store.count_unread(bob, Folder::Inbox).await.unwrap(), 1);
}
