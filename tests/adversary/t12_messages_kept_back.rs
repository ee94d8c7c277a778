//! T12: messages are dropped, duplicated, or put in another order.

use serde_json::Value;
use zegel_api::Folder;
use zegel_client::unwatched;
use zegel_client::view::{Condition, DraftContent, MessageRowView, Reason};
use zegel_protocol::{ConversationId, Hash, MessageId};

use crate::common::{Person, World, letter, reason};

/// Three messages of one chain.
struct Chain {
    world: World,
    reader: Person,
    conversation: ConversationId,
    messages: [MessageId; 3],
}

async fn chain() -> Chain {
    let world = World::start().await;
    let sender = world.colleague("maartje", "Maartje Visser").await;
    let reader = world.colleague("daan", "Daan de Boer").await;
    let first = sender.send(&reader.address, "Bod", "Eerste bod").await;
    let conversation = sender.open(first).await.unwrap().conversation;
    let mut messages = [first; 3];
    for (message, text) in messages.iter_mut().skip(1).zip(["Tweede bod", "Derde bod"]) {
        world.advance_ms(1000);
        let content = DraftContent {
            conversation: Some(conversation),
            ..letter(&[&reader.address], "Bod", text)
        };
        *message = sender.write_as(sender.account(), &content).await.unwrap();
    }
    Chain {
        world,
        reader,
        conversation,
        messages,
    }
}

impl Chain {
    async fn rows(&self) -> Vec<MessageRowView> {
        self.reader
            .session
            .open_conversation(self.reader.account(), self.conversation, &unwatched)
            .await
            .unwrap()
    }

    async fn gaps(&self) -> [bool; 3] {
        let mut gaps = [false; 3];
        for (gap, message) in gaps.iter_mut().zip(self.messages) {
            *gap = self.reader.open(message).await.unwrap().gap;
        }
        gaps
    }

    /// Lies about the rows of the mailbox, in lists and conversations.
    fn lie_of_rows(&self, lie: impl Fn(&mut Vec<Value>) + 'static) {
        let list = self.reader.mail_path("messages");
        let conversation = self
            .reader
            .mail_path(&format!("conversations/{}", self.conversation));
        self.reader.browser.wire.lie(move |answer| {
            if answer.is(&list) || answer.is(&conversation) {
                lie(answer.body["messages"].as_array_mut().unwrap());
            }
        });
    }
}

fn ids(rows: &[MessageRowView]) -> Vec<MessageId> {
    rows.iter().map(|row| row.message).collect()
}

#[tokio::test]
async fn t12_a_message_that_is_kept_back_leaves_a_gap() {
    let mut chain = chain().await;
    assert_eq!(chain.gaps().await, [false; 3]);
    assert_eq!(ids(&chain.rows().await), chain.messages);

    let [_, second, third] = chain.messages;
    chain.reader.sign_in_again().await;
    let dropped = second.to_string();
    let path = chain.reader.mail_path(&format!("messages/{second}"));
    let at = dropped.clone();
    chain.lie_of_rows(move |rows| rows.retain(|row| row["message"] != at.as_str()));
    assert_eq!(chain.rows().await.len(), 2);
    assert!(chain.reader.open(third).await.unwrap().gap);
    assert!(chain.reader.browser.wire.be_honest() > 0);

    // Any number of other rows, of this conversation or another, fill no gap.
    chain.reader.sign_in_again().await;
    let at = dropped.clone();
    chain.lie_of_rows(move |rows| {
        let copy = rows[0].clone();
        rows.retain(|row| row["message"] != at.as_str());
        rows.extend((0..100).map(|at| {
            let mut other = copy.clone();
            other["message"] = MessageId([at; 16]).to_string().into();
            other["hash"] = Hash([at; 32]).to_string().into();
            if at % 2 == 0 {
                other["conversation"] = ConversationId([9; 16]).to_string().into();
            }
            other
        }));
    });
    assert!(chain.reader.open(third).await.unwrap().gap);
    assert!(chain.reader.browser.wire.be_honest() > 0);

    // Another row in its place, with its hash: what does not open fills no gap.
    chain.reader.sign_in_again().await;
    chain.lie_of_rows(move |rows| {
        for row in rows {
            if row["message"] == dropped.as_str() {
                row["message"] = MessageId([9; 16]).to_string().into();
                row["list_entry"] = Value::Null;
            }
        }
    });
    assert!(chain.reader.open(third).await.unwrap().gap);
    let rows = chain.rows().await;
    assert!(
        rows.iter()
            .any(|row| row.condition == Condition::NotAuthentic)
    );
    assert!(chain.reader.browser.wire.be_honest() > 0);

    // The row is there, its content is another message's.
    chain.reader.sign_in_again().await;
    let other = chain.reader.mail_path(&format!("messages/{third}"));
    let kept = std::rc::Rc::new(std::cell::RefCell::new(Value::Null));
    let list = chain.reader.mail_path("messages");
    let conversation = chain
        .reader
        .mail_path(&format!("conversations/{}", chain.conversation));
    chain.reader.browser.wire.lie(move |answer| {
        if answer.is(&other) {
            *kept.borrow_mut() = answer.body.clone();
        }
        if answer.is(&path) {
            answer.body = kept.borrow().clone();
        }
        if answer.is(&list) || answer.is(&conversation) {
            for row in answer.body["messages"].as_array_mut().unwrap() {
                row["list_entry"] = Value::Null;
            }
        }
    });
    assert!(chain.reader.open(third).await.unwrap().gap);
    assert_eq!(
        reason(chain.reader.open(second).await),
        Reason::NotAuthentic
    );
    assert!(chain.reader.browser.wire.be_honest() > 0);

    chain.reader.sign_in_again().await;
    assert_eq!(chain.gaps().await, [false; 3]);
}

#[tokio::test]
async fn t12_a_message_that_is_shown_twice_is_there_once() {
    let mut chain = chain().await;
    for seen in [false, true] {
        chain.reader.sign_in_again().await;
        chain.lie_of_rows(|rows| {
            let copies: Vec<Value> = rows.clone();
            rows.extend(copies);
        });
        let rows = chain.reader.rows(Folder::Inbox).await;
        assert_eq!(rows.len(), 3, "seen before: {seen}");
        assert_eq!(ids(&chain.rows().await), chain.messages);
        assert!(chain.reader.browser.wire.be_honest() > 0);
    }
    // Under another name it is no message at all.
    chain.reader.sign_in_again().await;
    let copy = MessageId([9; 16]);
    let path = chain.reader.mail_path(&format!("messages/{copy}"));
    let original = chain
        .reader
        .mail_path(&format!("messages/{}", chain.messages[0]));
    let kept = std::rc::Rc::new(std::cell::RefCell::new(Value::Null));
    chain.reader.browser.wire.lie(move |answer| {
        if answer.is(&original) {
            *kept.borrow_mut() = answer.body.clone();
        }
        if answer.path == path {
            crate::json::succeed(answer, kept.borrow().clone());
        }
    });
    chain.reader.open(chain.messages[0]).await.unwrap();
    assert_eq!(reason(chain.reader.open(copy).await), Reason::NotAuthentic);
    assert!(chain.reader.browser.wire.be_honest() > 0);
}

#[tokio::test]
async fn t12_a_conversation_has_its_senders_order() {
    let mut chain = chain().await;
    for seen in [false, true] {
        chain.reader.sign_in_again().await;
        let now = chain.world.now().0;
        chain.lie_of_rows(move |rows| {
            rows.reverse();
            for (at, row) in rows.iter_mut().enumerate() {
                row["received_at_ms"] = (now - 1000 * at as u64).into();
            }
        });
        let rows = chain.rows().await;
        assert_eq!(ids(&rows), chain.messages, "seen before: {seen}");
        assert_eq!(chain.gaps().await, [false; 3]);
        assert!(chain.reader.browser.wire.be_honest() > 0);
    }
}
