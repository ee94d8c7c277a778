use std::collections::{BTreeSet, HashMap};

use zegel_protocol::{AccountId, ConversationId, DraftId, Hash, MessageId, Timestamp};
use zegel_storage::{
    Folder, List, Marks, Message, MessageKey, MessageRow, NewDraft, NewMessage, Reading, Refusal,
    SeenDraft, Store,
};

use super::{NOW, account, at, drafts::put, event, organisation, refusal, unique};

pub(crate) const INBOX: List = List::Folder(Folder::Inbox);
pub(crate) const SENT: List = List::Folder(Folder::Sent);

/// The first message of a chain of its own.
pub(crate) async fn message(store: &Store, from: AccountId, to: &[AccountId]) -> NewMessage {
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
        actor: from,
        conversation: ConversationId(unique()),
        chain: Hash(unique()),
        counter: 1,
        previous: None,
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
        attachments: Vec::new(),
        answers: None,
        draft: None,
        expires_at: None,
        received_at: NOW,
        audit: None,
    }
}

/// Sends a message and returns its id.
pub(crate) async fn send(store: &Store, from: AccountId, to: &[AccountId]) -> MessageId {
    let new = message(store, from, to).await;
    let id = new.id;
    store.insert_message(new).await.unwrap();
    id
}

pub(crate) async fn two(store: &Store) -> (AccountId, AccountId) {
    (
        account(store, "ada@vandijk.example").await.0,
        account(store, "bob@other.example").await.0,
    )
}

pub(crate) async fn list(store: &Store, account: AccountId, list: List) -> Vec<MessageRow> {
    store
        .list_messages(account, list, false, None, 100, NOW)
        .await
        .unwrap()
        .rows
}

/// A message that is there.
pub(crate) async fn open(store: &Store, account: AccountId, id: MessageId) -> Message {
    let found = store.find_message(account, id, NOW).await.unwrap();
    found.expect("there").expect("not gone")
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
    let inbox = list(store, eva, INBOX).await;
    let expected = MessageRow {
        id: new.id,
        hash: new.hash,
        folder: Folder::Inbox,
        conversation: new.conversation,
        read: false,
        starred: false,
        gone: false,
        answered_by: None,
        received_at: NOW,
        size_bytes: 180,
        list_entry: None,
    };
    assert_eq!(inbox, [expected]);
    assert_eq!(store.count_unread(eva, INBOX).await.unwrap(), 1);
    let found = open(store, eva, new.id).await;
    assert_eq!(
        (found.stanza, found.stanza_index, found.folder),
        (new.stanzas[1].1.clone(), 1, Folder::Inbox)
    );
    assert_eq!(
        (found.signed, found.summary, found.body),
        (new.signed, new.summary, new.body)
    );
    let sent = list(store, ada, SENT).await;
    assert_eq!(
        (sent[0].read, sent[0].list_entry.as_deref(), sent[0].folder),
        (true, Some(b"own entry".as_slice()), Folder::Sent)
    );
    assert!(list(store, ada, INBOX).await.is_empty());
    let (stranger, _) = account(store, "zoe@other.example").await;
    assert_eq!(
        store.find_message(stranger, new.id, NOW).await.unwrap(),
        None
    );
    assert_eq!(
        store
            .find_sent_message(ada, new.id)
            .await
            .unwrap()
            .unwrap()
            .hash,
        new.hash
    );
    assert_eq!(store.find_sent_message(bob, new.id).await.unwrap(), None);
}

pub(crate) async fn a_note_to_oneself_is_listed_once(store: &Store) {
    let (ada, _) = two(store).await;
    let note = message(store, ada, &[ada]).await;
    store.insert_message(note.clone()).await.unwrap();
    assert_eq!(open(store, ada, note.id).await.stanza_index, 0);
    assert_eq!(list(store, ada, INBOX).await.len(), 1);
    assert_eq!(list(store, ada, SENT).await.len(), 1);
    let conversation = store
        .list_conversation(ada, note.conversation, None, 100, NOW)
        .await
        .unwrap();
    assert_eq!(conversation.len(), 1);

    let marks = Marks {
        read: Some(false),
        starred: Some(true),
    };
    store
        .mark_messages(ada, &[note.id], marks, None)
        .await
        .unwrap();
    assert_eq!(list(store, ada, List::Starred).await.len(), 1);
    let sent = &list(store, ada, SENT).await[0];
    assert!(sent.starred && sent.read);
    store
        .move_messages(ada, &[note.id], Folder::Trash)
        .await
        .unwrap();
    assert!(list(store, ada, SENT).await.is_empty());
    let trash = List::Folder(Folder::Trash);
    assert_eq!(list(store, ada, trash).await.len(), 1);
    assert_eq!(store.count_unread(ada, trash).await.unwrap(), 1);
    store
        .move_messages(ada, &[note.id], Folder::Inbox)
        .await
        .unwrap();
    assert_eq!(list(store, ada, INBOX).await.len(), 1);
    assert_eq!(list(store, ada, SENT).await.len(), 1);
}

pub(crate) async fn a_chain_has_one_next_message(store: &Store) {
    let (ada, bob) = two(store).await;
    let first = message(store, ada, &[bob]).await;
    assert_eq!(store.find_chain_head(ada, first.chain).await.unwrap(), None);
    store.insert_message(first.clone()).await.unwrap();
    let next = async |counter: u64, previous: Option<Hash>| NewMessage {
        chain: first.chain,
        counter,
        previous,
        ..message(store, ada, &[bob]).await
    };
    let hash = Some(first.hash);
    for (counter, previous) in [(1, None), (1, hash), (3, hash), (2, Some(Hash(unique())))] {
        let refused = store.insert_message(next(counter, previous).await).await;
        assert_eq!(refusal(refused), Refusal::StaleChain, "{counter}");
    }
    let second = next(2, hash).await;
    let rival = next(2, hash).await;
    let (a, b) = tokio::join!(
        store.insert_message(second.clone()),
        store.insert_message(rival.clone())
    );
    let (stored, other) = if a.is_ok() { (second, b) } else { (rival, a) };
    assert_eq!(refusal(other), Refusal::StaleChain);
    let head = store
        .find_chain_head(ada, first.chain)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((head.counter, head.hash), (2, stored.hash));
    assert_eq!(
        store.find_chain_head(bob, first.chain).await.unwrap(),
        None,
        "another's chain"
    );

    // The place is given once, even where the message is deleted everywhere.
    for reader in [ada, bob] {
        let ids = [first.id, stored.id];
        store
            .move_messages(reader, &ids, Folder::Trash)
            .await
            .unwrap();
        store.delete_messages(reader, &ids).await.unwrap();
    }
    let again = store.insert_message(next(2, hash).await).await;
    assert_eq!(refusal(again), Refusal::StaleChain);
    store
        .insert_message(next(3, Some(stored.hash)).await)
        .await
        .unwrap();
}

pub(crate) async fn two_first_messages_of_a_chain(store: &Store) {
    let (ada, bob) = two(store).await;
    let first = message(store, ada, &[bob]).await;
    let rival = NewMessage {
        chain: first.chain,
        ..message(store, ada, &[bob]).await
    };
    let (a, b) = tokio::join!(store.insert_message(first), store.insert_message(rival));
    assert!(a.is_ok() != b.is_ok());
    let refused = if a.is_ok() { b } else { a };
    assert_eq!(refusal(refused), Refusal::StaleChain);
    assert_eq!(list(store, bob, INBOX).await.len(), 1);
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
    assert!(list(store, bob, INBOX).await.is_empty());
    // Nothing of a refused message is left: not even its place in the chain.
    assert_eq!(store.find_chain_head(ada, new.chain).await.unwrap(), None);
}

pub(crate) async fn sending_deletes_the_draft_and_marks_what_it_answers(store: &Store) {
    let (org, ada) = organisation(store, "ada@vandijk.example").await;
    let (bob, _) = account(store, "bob@other.example").await;
    let (eva, _) = account(store, "eva@vandijk.example").await;
    let question = send(store, bob, &[ada]).await;
    let id: [u8; 16] = unique();
    let draft = NewDraft {
        mailbox: ada,
        id: DraftId(id),
        replaces: 0,
        sealed: b"sealed".to_vec(),
        answers: Some(question),
        edited_by: ada,
        edited_at: NOW,
    };
    put(store, draft.clone()).await.unwrap();
    let answer = NewMessage {
        id: MessageId(id),
        actor: eva,
        answers: Some(question),
        draft: Some(SeenDraft {
            id: DraftId(id),
            version: 1,
        }),
        audit: Some(event(org, "sent_as_account")),
        ..message(store, ada, &[bob]).await
    };
    let mut stale = answer.clone();
    stale.states.insert(bob, Hash(unique()));
    assert_eq!(
        refusal(store.insert_message(stale).await),
        Refusal::StaleRecipient
    );
    assert_eq!(store.count_drafts(ada).await.unwrap(), 1);
    assert_eq!(list(store, ada, INBOX).await[0].answered_by, None);

    store.insert_message(answer).await.unwrap();
    assert_eq!(store.count_drafts(ada).await.unwrap(), 0);
    let row = &list(store, ada, INBOX).await[0];
    assert_eq!(row.answered_by.as_deref(), Some("eva@vandijk.example"));
    assert_eq!(
        list(store, bob, SENT).await[0].answered_by,
        None,
        "only in the mailbox that answered"
    );
    let filter = zegel_storage::AuditFilter {
        category: Some("sent_as_account".to_owned()),
        ..Default::default()
    };
    let events = store
        .list_audit_events(org, &filter, None, 9)
        .await
        .unwrap();
    assert_eq!(events.rows.len(), 1);
    // A write that comes late does not bring the draft back.
    assert_eq!(refusal(put(store, draft).await), Refusal::DuplicateId);
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
    let pages = async |wanted: List, unread: bool| {
        let mut seen = Vec::new();
        let mut before: Option<MessageKey> = None;
        loop {
            let page = store
                .list_messages(bob, wanted, unread, before, 2, NOW)
                .await
                .unwrap();
            assert!(page.rows.len() <= 2);
            seen.extend(page.rows.iter().map(|row| (row.received_at, row.id)));
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        seen
    };
    assert_eq!(pages(INBOX, false).await, expected);

    let (_, odd) = expected[1];
    let read = Marks {
        read: Some(true),
        starred: None,
    };
    store.mark_messages(bob, &[odd], read, None).await.unwrap();
    let mut unread = expected.clone();
    unread.remove(1);
    assert_eq!(pages(INBOX, true).await, unread);
    let starred: Vec<MessageId> = expected[..3].iter().map(|(_, id)| *id).collect();
    let star = Marks {
        read: None,
        starred: Some(true),
    };
    store
        .mark_messages(bob, &starred, star, None)
        .await
        .unwrap();
    assert_eq!(pages(List::Starred, false).await, expected[..3]);
    assert_eq!(store.count_unread(bob, List::Starred).await.unwrap(), 2);
    assert_eq!(store.count_messages(bob, INBOX, false).await.unwrap(), 5);
    assert_eq!(store.count_messages(bob, INBOX, true).await.unwrap(), 4);
    let starred = store.count_messages(bob, List::Starred, false).await;
    assert_eq!(starred.unwrap(), 3);
}

pub(crate) async fn a_page_starts_after_any_number_of_rows(store: &Store) {
    let (ada, bob) = two(store).await;
    let mut sent = Vec::new();
    for ms in [0, 5, 5, 5, 9] {
        let new = NewMessage {
            received_at: at(ms),
            ..message(store, ada, &[bob]).await
        };
        sent.push((new.received_at, new.id));
        store.insert_message(new).await.unwrap();
    }
    sent.sort_unstable();
    sent.reverse();
    let ids: Vec<MessageId> = sent.into_iter().map(|(_, id)| id).collect();
    let page = async |list: List, unread: bool, rows: u32| {
        let before = store
            .find_page_after(bob, list, unread, rows)
            .await
            .unwrap();
        before?;
        let page = store
            .list_messages(bob, list, unread, before, 100, NOW)
            .await;
        let rows = page.unwrap().rows.into_iter().map(|row| row.id);
        Some(rows.collect::<Vec<_>>())
    };
    assert_eq!(page(INBOX, false, 0).await, None, "the newest page");
    for rows in 1..=5 {
        let below = &ids[rows..];
        let rows = u32::try_from(rows).unwrap();
        assert_eq!(page(INBOX, false, rows).await.as_deref(), Some(below));
    }
    assert_eq!(page(INBOX, false, 6).await, None, "there are no six rows");
    assert_eq!(page(INBOX, false, u32::MAX).await, None);

    let read = Marks {
        read: Some(true),
        starred: Some(true),
    };
    store
        .mark_messages(bob, &[ids[0], ids[3]], read, None)
        .await
        .unwrap();
    assert_eq!(
        page(INBOX, true, 2).await,
        Some(vec![ids[4]]),
        "of those that are unread"
    );
    assert_eq!(page(List::Starred, false, 1).await, Some(vec![ids[3]]));

    // What was sent to oneself is in the archive once, and so it is counted once.
    let own = NewMessage {
        received_at: at(10),
        ..message(store, bob, &[bob]).await
    };
    let own_id = own.id;
    store.insert_message(own).await.unwrap();
    store
        .move_messages(bob, &[own_id, ids[0]], Folder::Archive)
        .await
        .unwrap();
    let archive = List::Folder(Folder::Archive);
    assert_eq!(store.count_messages(bob, archive, false).await.unwrap(), 2);
    assert_eq!(page(archive, false, 1).await, Some(vec![ids[0]]));
}

pub(crate) async fn a_conversation_is_read_from_every_folder(store: &Store) {
    let (ada, bob) = two(store).await;
    let conversation = ConversationId(unique());
    let mut ids = Vec::new();
    for (ms, from, to) in [(0, ada, bob), (1, bob, ada), (2, ada, bob), (3, bob, ada)] {
        let new = NewMessage {
            conversation,
            received_at: at(ms),
            ..message(store, from, &[to]).await
        };
        ids.push(new.id);
        store.insert_message(new).await.unwrap();
    }
    send(store, bob, &[ada]).await;
    store
        .move_messages(ada, &[ids[1]], Folder::Archive)
        .await
        .unwrap();
    let read = async |limit| {
        let rows = store
            .list_conversation(ada, conversation, None, limit, NOW)
            .await
            .unwrap();
        rows.into_iter()
            .map(|row| (row.id, row.folder))
            .collect::<Vec<_>>()
    };
    let folders = [Folder::Sent, Folder::Archive, Folder::Sent, Folder::Inbox];
    let expected: Vec<_> = ids.into_iter().zip(folders).collect();
    assert_eq!(read(100).await, expected);
    assert_eq!(read(2).await, expected[2..], "the newest");
    let (eva, _) = account(store, "eva@other.example").await;
    let others = store
        .list_conversation(eva, conversation, None, 9, NOW)
        .await;
    assert!(others.unwrap().is_empty());
    let all = store.list_conversation(ada, conversation, None, 9, NOW);
    let first = all.await.unwrap().swap_remove(0);
    let one = store.list_conversation(ada, conversation, Some(first.hash), 1, NOW);
    assert_eq!(one.await.unwrap(), [first], "however many are newer");
    let none = store.list_conversation(ada, conversation, Some(Hash(unique())), 9, NOW);
    assert!(none.await.unwrap().is_empty());
}

pub(crate) async fn marks_touch_own_copies_only(store: &Store) {
    let (ada, bob) = two(store).await;
    let (eva, _) = account(store, "eva@other.example").await;
    let id = send(store, ada, &[bob, eva]).await;
    let marks = Marks {
        read: Some(true),
        starred: Some(true),
    };
    store
        .mark_messages(bob, &[id, MessageId(unique())], marks, None)
        .await
        .unwrap();
    store
        .put_list_entries(
            bob,
            vec![(id, vec![9]), (MessageId(unique()), vec![8])],
            NOW,
        )
        .await
        .unwrap();
    let bobs = &list(store, bob, INBOX).await[0];
    assert_eq!(
        (bobs.read, bobs.starred, &bobs.list_entry),
        (true, true, &Some(vec![9]))
    );
    let evas = &list(store, eva, INBOX).await[0];
    assert_eq!(
        (evas.read, evas.starred, &evas.list_entry),
        (false, false, &None)
    );
    let unread = Marks {
        read: Some(false),
        starred: None,
    };
    store.mark_messages(bob, &[id], unread, None).await.unwrap();
    assert_eq!(store.count_unread(bob, INBOX).await.unwrap(), 1);
    assert!(list(store, bob, INBOX).await[0].starred, "stays");
}

pub(crate) async fn what_has_a_list_entry_is_named_page_by_page(store: &Store) {
    let (ada, bob) = two(store).await;
    for _ in 0..3 {
        send(store, ada, &[bob, ada]).await;
    }
    let received = list(store, bob, INBOX).await;
    let entries = received[1..].iter().map(|row| (row.id, vec![9])).collect();
    store.put_list_entries(bob, entries, NOW).await.unwrap();

    let named = async |mailbox, limit| {
        let (mut named, mut after) = (Vec::new(), None);
        loop {
            let page = store.list_listed(mailbox, after, limit).await.unwrap();
            assert!(page.rows.len() <= usize::from(limit));
            named.extend(page.rows);
            after = page.next;
            if after.is_none() {
                return BTreeSet::from_iter(named);
            }
        }
    };
    let expected = BTreeSet::from_iter(received[1..].iter().map(|row| row.hash));
    assert_eq!(named(bob, 1).await, expected);
    assert_eq!(named(bob, 9).await, expected);
    let all = BTreeSet::from_iter(received.iter().map(|row| row.hash));
    assert_eq!(named(ada, 1).await, all, "what was sent to oneself, too");
}

pub(crate) async fn readers_and_receipts_are_told_apart(store: &Store) {
    let (ada, bob) = two(store).await;
    let (eva, _) = account(store, "eva@other.example").await;
    let id = send(store, ada, &[bob]).await;
    let read = Marks {
        read: Some(true),
        starred: None,
    };
    let by = |reader, ms| Some(Reading { reader, at: at(ms) });
    let mark = async |marks, reading| {
        store
            .mark_messages(bob, &[id], marks, reading)
            .await
            .unwrap();
    };
    mark(read, by(eva, 5)).await;
    mark(read, by(bob, 7)).await;
    mark(read, by(eva, 9)).await;
    mark(
        Marks {
            read: Some(false),
            starred: None,
        },
        by(ada, 9),
    )
    .await;
    store
        .mark_messages(bob, &[MessageId(unique())], read, by(ada, 9))
        .await
        .unwrap();
    let people = |readers: Vec<zegel_storage::Reader>| {
        readers
            .into_iter()
            .map(|it| (it.address, it.at))
            .collect::<Vec<(String, Timestamp)>>()
    };
    let found = open(store, bob, id).await;
    assert_eq!(
        people(found.readers),
        [
            ("eva@other.example".to_owned(), at(5)),
            ("bob@other.example".to_owned(), at(7))
        ]
    );
    assert!(found.receipts.is_empty() && !found.receipt_sent);
    assert!(open(store, ada, id).await.readers.is_empty());

    assert_eq!(store.insert_receipt(bob, id, at(20)).await.unwrap(), ada);
    assert_eq!(store.insert_receipt(bob, id, at(30)).await.unwrap(), ada);
    assert_eq!(
        refusal(store.insert_receipt(ada, id, at(30)).await),
        Refusal::NotFound,
        "nobody gives a receipt for what they sent"
    );
    assert_eq!(
        refusal(store.insert_receipt(eva, id, at(30)).await),
        Refusal::NotFound
    );
    assert!(open(store, bob, id).await.receipt_sent);
    assert_eq!(
        people(open(store, ada, id).await.receipts),
        [("bob@other.example".to_owned(), at(20))]
    );
}
