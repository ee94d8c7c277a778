use zegel_protocol::{Hash, Timestamp};

use super::*;

fn messages(number: u8, words: usize) -> Vec<(Document, BTreeSet<String>)> {
    let message = |number: u8| {
        let document = Document {
            message: MessageId([number; 16]),
            signed_message: Hash([number; 32]),
            sent_at: Timestamp(1),
        };
        let words = (0..words).map(|at| format!("{number}x{at:0>58}"));
        (document, words.collect())
    };
    (0..number).map(message).collect()
}

#[test]
fn a_step_makes_one_segment() {
    assert!(segments_of(&[]).is_empty());
    let made = segments_of(&messages(30, 50));
    assert_eq!(made.len(), 1);
    assert_eq!(made[0].0.documents().len(), 30);
    assert_eq!(made[0].1.len(), 30);
}

#[test]
fn messages_of_many_words_take_several() {
    // Some 350 kB each: the most that a message comes to.
    let made = segments_of(&messages(7, super::super::words::MAX_WORDS));
    assert!(made.len() > 1);
    let named: Vec<MessageId> = made.iter().flat_map(|(_, named)| named.clone()).collect();
    let expected: Vec<MessageId> = (0..7).map(|number| MessageId([number; 16])).collect();
    assert_eq!(named, expected);
    for (segment, named) in &made {
        let documents = segment.documents().iter().map(|it| it.message);
        assert_eq!(&documents.collect::<Vec<_>>(), named);
    }
}
