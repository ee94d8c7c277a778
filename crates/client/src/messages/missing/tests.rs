use zegel_api::{Folder, MessageRow};
use zegel_protocol::{ConversationId, Hash, MessageId, Timestamp};

use super::{Before, LISTED, before};

fn row(at: u8) -> MessageRow {
    MessageRow {
        message: MessageId([at; 16]),
        hash: Hash([at; 32]),
        folder: Folder::Inbox,
        conversation: ConversationId([0; 16]),
        read: true,
        starred: false,
        gone: false,
        answered_by: None,
        answering: None,
        received_at_ms: Timestamp(u64::from(at)),
        size_bytes: 1,
        list_entry: None,
    }
}

#[test]
fn the_message_before_is_known_by_its_hash() {
    let rows = [row(1), row(2), row(3)];
    let rows: Vec<&MessageRow> = rows.iter().collect();
    let third = MessageId([3; 16]);
    assert!(
        matches!(before(&rows, third, Hash([2; 32])), Before::Row(row) if row.message.0 == [2; 16])
    );
    assert!(matches!(
        before(&rows[..1], third, Hash([2; 32])),
        Before::Missing
    ));
    // No message comes before itself.
    assert!(matches!(
        before(&rows, third, Hash([3; 32])),
        Before::Missing
    ));
}

#[test]
fn nothing_is_said_of_what_is_too_long_to_list() {
    let rows: Vec<MessageRow> = (0..100).map(row).collect();
    let mut rows: Vec<&MessageRow> = rows.iter().collect();
    assert_eq!(rows.len(), LISTED);
    let (message, previous) = (MessageId([100; 16]), Hash([101; 32]));
    assert!(matches!(before(&rows, message, previous), Before::Unlisted));
    // The same rows again make no long conversation.
    rows.pop();
    rows.extend(rows.clone());
    assert!(matches!(before(&rows, message, previous), Before::Missing));
}
