//! Lists of a mailbox with a hundred thousand messages, on SQLite: what its planner does with them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::Instant;

use sea_orm::{ConnectionTrait as _, EntityTrait, QuerySelect as _, Select};
use zegel_protocol::{AccountId, ConversationId, MessageId, Timestamp};

use super::{Folder, List, MessageKey, key_below, number_of, of_conversation, page, unread_in};
use crate::Store;

pub(in crate::messages) const ADA: AccountId = AccountId([0xaa; 16]);
const TALK: ConversationId = ConversationId([0xcc; 16]);

/// Two accounts; one has a hundred thousand messages, the tenth part unread, and a conversation of fifty.
const FILL: &[&str] = &[
    "INSERT INTO accounts (id, address, domain, name, language, kind, status, role, created_at, epoch, sequence, state, \
     state_hash, send_certificate) VALUES \
     (unhex(replace(hex(zeroblob(16)), '00', 'aa')), 'ada@a.example', 'a.example', 'Ada', 'en', 'person', 'active', \
     'free', 1, 1, 1, zeroblob(1), zeroblob(32), zeroblob(1)), \
     (unhex(replace(hex(zeroblob(16)), '00', 'bb')), 'bob@a.example', 'a.example', 'Bob', 'en', 'person', 'active', \
     'free', 1, 1, 1, zeroblob(1), zeroblob(32), zeroblob(1))",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) \
     INSERT INTO messages (id, sender, conversation, chain, counter, hash, size, received_at) \
     SELECT unhex(printf('%032x', i)), zeroblob(16), zeroblob(16), zeroblob(32), 1, zeroblob(32), 1, i FROM n",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) \
     INSERT INTO copies (account, message, direction, folder, conversation, received_at, read, starred, twin, \
     stanza_index, stanza, list_entry) \
     SELECT (SELECT id FROM accounts WHERE address = 'ada@a.example'), unhex(printf('%032x', i)), 1, 1, \
     CASE WHEN i % 2000 = 0 THEN unhex(replace(hex(zeroblob(16)), '00', 'cc')) ELSE randomblob(16) END, i, \
     i % 10 <> 0, i % 1000 = 0, FALSE, 0, zeroblob(1168), zeroblob(400) FROM n",
];

/// What SQLite does for a page of the query.
pub(in crate::messages) async fn plan<E: EntityTrait>(store: &Store, query: Select<E>) -> String {
    crate::plan::plan(store, query.limit(100)).await
}

/// Ada's large mailbox, in a folder of its own.
pub(in crate::messages) async fn large() -> (Store, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("zegel.db");
    let store = Store::open(&format!("sqlite://{}?mode=rwc", file.display()))
        .await
        .unwrap();
    for sql in FILL {
        store.db.execute_unprepared(sql).await.unwrap();
    }
    (store, folder)
}

#[tokio::test]
async fn a_large_mailbox_is_read_through_its_indexes() {
    let (store, _folder) = large().await;
    let inbox = List::Folder(Folder::Inbox);
    let key = Some(MessageKey {
        received_at: Timestamp(50_000),
        id: MessageId([0; 16]),
    });
    let queries = [
        ("copies_by_folder", page(ADA, inbox, false, None)),
        ("copies_by_folder", page(ADA, inbox, false, key)),
        (
            "copies_by_folder",
            page(ADA, List::Folder(Folder::Trash), false, key),
        ),
        ("copies_unread", page(ADA, inbox, true, key)),
        ("copies_starred", page(ADA, List::Starred, false, key)),
        ("copies_by_conversation", of_conversation(ADA, TALK)),
        ("copies_unread", unread_in(ADA, inbox)),
    ];
    for (index, query) in queries {
        let plan = plan(&store, query).await;
        assert!(plan.contains(index), "{plan}");
        assert!(
            !plan.contains("SCAN") && !plan.contains("TEMP B-TREE"),
            "{plan}"
        );
    }

    // What a jump walks over, and what is counted, is read from an index alone.
    for list in [
        inbox,
        List::Folder(Folder::Sent),
        List::Folder(Folder::Archive),
        List::Folder(Folder::Trash),
        List::Starred,
    ] {
        for unread in [false, true] {
            for query in [
                key_below(ADA, list, unread, 90_000),
                number_of(ADA, list, unread),
            ] {
                let plan = plan(&store, query).await;
                assert!(
                    plan.contains("COVERING INDEX") && !plan.contains("TEMP B-TREE"),
                    "{list:?}, unread {unread}: {plan}"
                );
            }
        }
    }

    let now = Timestamp(200_000);
    let start = Instant::now();
    let rows = store.list_messages(ADA, inbox, false, key, 100, now).await;
    let listed = start.elapsed();
    assert_eq!(rows.unwrap().rows.len(), 100);
    let start = Instant::now();
    assert_eq!(store.count_unread(ADA, inbox).await.unwrap(), 10_000);
    let counted = start.elapsed();
    let start = Instant::now();
    let talk = store
        .list_conversation(ADA, TALK, None, 100, now)
        .await
        .unwrap();
    let opened = start.elapsed();
    assert_eq!(talk.len(), 50);
    let start = Instant::now();
    assert_eq!(
        store.count_messages(ADA, inbox, false).await.unwrap(),
        100_000
    );
    let all_counted = start.elapsed();
    let start = Instant::now();
    let key = store
        .find_page_after(ADA, inbox, false, 99_970)
        .await
        .unwrap();
    let jumped = start.elapsed();
    let last = store.list_messages(ADA, inbox, false, key, 100, now).await;
    let last: Vec<_> = last
        .unwrap()
        .rows
        .iter()
        .map(|row| row.received_at.0)
        .collect();
    assert_eq!(last, (1..=30).rev().collect::<Vec<u64>>());
    println!(
        "listed {listed:?}, unread counted {counted:?}, opened {opened:?}, all counted {all_counted:?}, jumped {jumped:?}"
    );
}
