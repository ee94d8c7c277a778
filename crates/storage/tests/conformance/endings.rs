//! Moving, deleting, taking back, and what is over.

use zegel_protocol::{AccountId, MessageId};
use zegel_storage::{Folder, List, NewMessage, Refusal, Store};

use super::{
    NOW, account, at,
    messages::{INBOX, SENT, list, message, open, send, two},
    refusal, unique,
};

const TRASH: List = List::Folder(Folder::Trash);

pub(crate) async fn messages_move_and_come_back(store: &Store) {
    let (ada, bob) = two(store).await;
    let sent = send(store, ada, &[bob]).await;
    let received = send(store, bob, &[ada]).await;
    let both = [sent, received, MessageId(unique())];
    for folder in [Folder::Archive, Folder::Trash] {
        store.move_messages(ada, &both, folder).await.unwrap();
        assert_eq!(list(store, ada, List::Folder(folder)).await.len(), 2);
        assert!(list(store, ada, INBOX).await.is_empty());
        assert_eq!(open(store, ada, sent).await.folder, folder);
    }
    store
        .move_messages(ada, &both, Folder::Inbox)
        .await
        .unwrap();
    assert_eq!(list(store, ada, INBOX).await[0].id, received);
    assert_eq!(list(store, ada, SENT).await[0].id, sent);
    assert_eq!(list(store, bob, INBOX).await.len(), 1, "another mailbox");
}

pub(crate) async fn only_the_trash_is_emptied(store: &Store) {
    let (ada, bob) = two(store).await;
    let (eva, _) = account(store, "eva@other.example").await;
    let kept = send(store, ada, &[bob, eva]).await;
    let other = send(store, ada, &[bob]).await;
    store
        .move_messages(bob, &[kept], Folder::Trash)
        .await
        .unwrap();
    assert_eq!(
        refusal(store.delete_messages(bob, &[kept, other]).await),
        Refusal::Conflict
    );
    assert_eq!(list(store, bob, TRASH).await.len(), 1, "all or nothing");
    store
        .delete_messages(bob, &[kept, MessageId(unique())])
        .await
        .unwrap();
    store.delete_messages(bob, &[kept]).await.unwrap();
    assert!(list(store, bob, TRASH).await.is_empty());
    assert_eq!(store.find_message(bob, kept, NOW).await.unwrap(), None);
    open(store, ada, kept).await;
    open(store, eva, kept).await;
    // Somebody without a copy deletes nothing.
    store.delete_messages(bob, &[kept]).await.unwrap();
    open(store, eva, kept).await;
}

pub(crate) async fn a_message_goes_with_its_last_copy(store: &Store) {
    let (ada, bob) = two(store).await;
    let id = send(store, ada, &[bob]).await;
    for reader in [ada, bob] {
        store
            .move_messages(reader, &[id], Folder::Trash)
            .await
            .unwrap();
    }
    let delete = async |reader: AccountId| store.delete_messages(reader, &[id]).await.unwrap();
    // Both at once: whoever is second takes the message along.
    tokio::join!(delete(ada), delete(bob));
    assert_eq!(store.find_sent_message(ada, id).await.unwrap(), None);
    // The identifier is free again, which only a message that is gone whole leaves it.
    let again = NewMessage {
        id,
        ..message(store, ada, &[bob]).await
    };
    store.insert_message(again).await.unwrap();
}

pub(crate) async fn what_is_taken_back_is_gone_for_all(store: &Store) {
    let (ada, bob) = two(store).await;
    let (eva, _) = account(store, "eva@other.example").await;
    let id = send(store, ada, &[bob, eva]).await;
    store
        .put_list_entries(bob, vec![(id, vec![9])], NOW)
        .await
        .unwrap();
    let revoke = async |by: AccountId, what| {
        store
            .revoke_message(by, what, b"signed".to_vec(), NOW)
            .await
    };
    assert_eq!(refusal(revoke(bob, id).await), Refusal::NotFound);
    assert_eq!(
        refusal(revoke(ada, MessageId(unique())).await),
        Refusal::NotFound
    );
    let mut told = revoke(ada, id).await.unwrap().mailboxes;
    told.sort_unstable();
    let mut all = vec![ada, bob, eva];
    all.sort_unstable();
    assert_eq!(told, all);
    assert!(revoke(ada, id).await.unwrap().mailboxes.is_empty());
    for reader in [ada, bob, eva] {
        assert_eq!(
            store.find_message(reader, id, NOW).await.unwrap(),
            Some(None)
        );
    }
    assert_eq!(
        store
            .find_sent_message(ada, id)
            .await
            .unwrap()
            .unwrap()
            .signed,
        None
    );
    // An entry that comes late would hold the message's key.
    store
        .put_list_entries(bob, vec![(id, vec![9])], NOW)
        .await
        .unwrap();
    let row = &list(store, bob, INBOX).await[0];
    assert!(row.gone && row.read && row.list_entry.is_none());
    assert_eq!(store.count_unread(bob, INBOX).await.unwrap(), 0);
    assert_eq!(
        refusal(store.insert_receipt(bob, id, NOW).await),
        Refusal::Gone
    );
    // What is left of it can be thrown away.
    store
        .move_messages(bob, &[id], Folder::Trash)
        .await
        .unwrap();
    store.delete_messages(bob, &[id]).await.unwrap();
}

pub(crate) async fn what_is_over_is_hidden_and_then_deleted(store: &Store) {
    let (ada, bob) = two(store).await;
    let mut ids = Vec::new();
    for ms in [100, 200] {
        let new = NewMessage {
            expires_at: Some(at(ms)),
            ..message(store, ada, &[bob]).await
        };
        ids.push(new.id);
        store.insert_message(new).await.unwrap();
    }
    send(store, ada, &[bob]).await;
    store
        .put_list_entries(bob, vec![(ids[0], vec![9])], NOW)
        .await
        .unwrap();
    let gone = async |ms| {
        let page = store
            .list_messages(bob, INBOX, false, None, 9, at(ms))
            .await
            .unwrap();
        let gone: Vec<_> = page.rows.into_iter().filter(|row| row.gone).collect();
        assert!(gone.iter().all(|row| row.list_entry.is_none()));
        gone.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(gone(99).await, []);
    assert_eq!(gone(100).await, [ids[0]]);
    let find = async |id, ms| store.find_message(bob, id, at(ms)).await.unwrap().unwrap();
    assert!(find(ids[0], 99).await.is_some());
    assert!(find(ids[0], 100).await.is_none());
    assert_eq!(
        refusal(store.insert_receipt(bob, ids[0], at(100)).await),
        Refusal::Gone
    );

    assert!(
        store
            .expire_messages(at(99))
            .await
            .unwrap()
            .mailboxes
            .is_empty()
    );
    let told = store.expire_messages(at(150)).await.unwrap().mailboxes;
    assert_eq!(told.len(), 2);
    assert!(
        store
            .expire_messages(at(150))
            .await
            .unwrap()
            .mailboxes
            .is_empty()
    );
    // Deleted, not only hidden: not even a clock that goes back shows it.
    assert!(find(ids[0], 0).await.is_none());
    assert_eq!(gone(0).await, [ids[0]]);
    assert!(find(ids[1], 150).await.is_some());
    assert_eq!(store.count_unread(bob, INBOX).await.unwrap(), 2);
}
