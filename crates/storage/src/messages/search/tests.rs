//! The search index of a mailbox with a hundred thousand messages, on SQLite: what its planner does with it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::Instant;

use sea_orm::ConnectionTrait as _;
use zegel_protocol::{MessageId, SearchSegmentId, Timestamp};

use super::{
    MessageKey, NewSearchSegment, SearchIndex, SearchSegment, named, number_unindexed, over,
    stored, these, unindexed,
};
use crate::messages::list::tests::{ADA, large, plan};

/// All but a hundred are named by a hundred segments of a thousand.
const INDEXED: &[&str] = &[
    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 99) \
     INSERT INTO search_segments (id, mailbox, stored_at, size, documents, sealed) \
     SELECT unhex(printf('%032x', i)), (SELECT id FROM accounts WHERE address = 'ada@a.example'), i, 1, 1000, \
     zeroblob(100000) FROM n",
    "UPDATE copies SET unindexed = FALSE, search_segment = unhex(printf('%032x', received_at / 1000)) \
     WHERE received_at <= 99900",
];

const NOW: Timestamp = Timestamp(200_000);

fn number(id: u128) -> [u8; 16] {
    id.to_be_bytes()
}

#[tokio::test]
async fn an_index_is_read_and_merged_through_its_indexes() {
    let (store, _folder) = large().await;
    let key = Some(MessageKey {
        received_at: Timestamp(50_000),
        id: MessageId([0; 16]),
    });
    let some = [MessageId(number(3)), MessageId(number(4))];
    // Nothing is read but the index where rows are counted; a page is not sorted.
    let queries = [
        ("COVERING INDEX copies_unindexed", number_unindexed(ADA)),
        ("INDEX copies_unindexed", unindexed(ADA, None, NOW)),
        ("INDEX copies_unindexed", unindexed(ADA, key, NOW)),
        ("COVERING INDEX copies_by_segment", named(ADA)),
    ];
    for (index, query) in queries {
        let plan = plan(&store, query).await;
        assert!(plan.contains(index), "{plan}");
        assert!(
            !plan.contains("SCAN") && !plan.contains("TEMP B-TREE"),
            "{plan}"
        );
    }
    let segments = plan(&store, stored(ADA)).await;
    assert!(
        segments.contains("COVERING INDEX search_segments_by_mailbox"),
        "{segments}"
    );
    for query in [over(ADA, NOW), these(ADA, &some, NOW)] {
        let plan = plan(&store, query).await;
        assert!(
            plan.contains("(account=? AND message=?)") && !plan.contains("SCAN"),
            "{plan}"
        );
    }
    let over = plan(&store, over(ADA, NOW)).await;
    assert!(over.contains("messages_by_end"), "{over}");

    let start = Instant::now();
    let nothing = store.find_search_index(ADA, NOW).await.unwrap();
    let counted = start.elapsed();
    let expected = SearchIndex {
        segments: Vec::new(),
        unindexed: 100_000,
    };
    assert_eq!(nothing, expected);
    for sql in INDEXED {
        store.db.execute_unprepared(sql).await.unwrap();
    }
    let start = Instant::now();
    let index = store.find_search_index(ADA, NOW).await.unwrap();
    let looked_at = start.elapsed();
    assert_eq!((index.segments.len(), index.unindexed), (100, 100));
    let start = Instant::now();
    let page = store.list_unindexed(ADA, None, 100, NOW).await.unwrap();
    let listed = start.elapsed();
    assert_eq!((page.rows.len(), page.next), (100, None));
    let merged = NewSearchSegment {
        mailbox: ADA,
        id: SearchSegmentId([7; 16]),
        sealed: vec![7; 1_000_000],
        documents: 8000,
        messages: page.rows.iter().map(|row| row.id).collect(),
        replaces: (10..18).map(|it| SearchSegmentId(number(it))).collect(),
        stored_at: NOW,
    };
    let start = Instant::now();
    store.put_search_segment(merged, 2000).await.unwrap();
    let stored = start.elapsed();
    let index = store.find_search_index(ADA, NOW).await.unwrap();
    let expected = SearchSegment {
        id: SearchSegmentId([7; 16]),
        size_bytes: 1_000_000,
        messages: 8100,
        stale: false,
    };
    assert_eq!((index.segments.len(), index.unindexed), (93, 0));
    assert_eq!(index.segments.last(), Some(&expected));
    println!("counted {counted:?}, looked at {looked_at:?}, listed {listed:?}, merged {stored:?}");
}
