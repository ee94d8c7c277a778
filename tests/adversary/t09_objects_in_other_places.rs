//! T9: fields, blobs and messages are swapped between places, accounts and generations.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::Value;
use zegel_api::Folder;
use zegel_client::view::{Condition, MessageRowView, Reason};
use zegel_protocol::MessageId;

use crate::common::platform::Answer;
use crate::common::{Person, World, reason};

const FIRST: (&str, &str) = ("Eerste", "De eerste tekst.");
const SECOND: (&str, &str) = ("Tweede", "De tweede tekst.");

/// Lists name no entry that would open a message without its stanza.
fn without_entries(answer: &mut Answer<'_>) {
    let rows = answer
        .body
        .get_mut("messages")
        .and_then(Value::as_array_mut);
    for row in rows.into_iter().flatten() {
        row["list_entry"] = Value::Null;
    }
}

/// Somebody with two messages, and what the server answers for each.
struct Mailbox {
    _world: World,
    sender: Person,
    reader: Person,
    /// Newest first.
    messages: [MessageId; 2],
    answers: BTreeMap<String, Value>,
}

async fn rows(person: &Person, folder: Folder) -> Vec<MessageRowView> {
    person.rows(folder).await
}

async fn mailbox() -> Mailbox {
    let world = World::start().await;
    let sender = world.colleague("maartje", "Maartje Visser").await;
    let mut reader = world.colleague("daan", "Daan de Boer").await;
    for (subject, text) in [FIRST, SECOND] {
        sender.send(&reader.address, subject, text).await;
    }
    let kept: Rc<RefCell<BTreeMap<String, Value>>> = Rc::default();
    let seen = kept.clone();
    reader.browser.wire.lie(move |answer| {
        seen.borrow_mut()
            .insert(answer.path.to_owned(), answer.body.clone());
    });
    let listed = rows(&reader, Folder::Inbox).await;
    assert_eq!(listed[0].subject, SECOND.0);
    assert_eq!(reader.inbox().await.len(), 2);
    reader.browser.wire.be_honest();
    // Nothing of this session helps the next.
    reader.sign_in_again().await;
    let answers = kept.borrow().clone();
    Mailbox {
        messages: [listed[0].message, listed[1].message],
        answers,
        reader,
        sender,
        _world: world,
    }
}

impl Mailbox {
    /// Where the server gives a message.
    fn path(&self, message: MessageId) -> String {
        self.reader.mail_path(&format!("messages/{message}"))
    }

    async fn open(&self, message: MessageId) -> Result<String, Reason> {
        let opened = self.reader.open(message).await;
        opened
            .map(|opened| opened.text)
            .map_err(|failure| failure.reason)
    }

    /// Everything is there, for a browser that remembers nothing of the attack.
    async fn is_whole(&mut self) {
        assert!(self.reader.browser.wire.be_honest() > 0, "no lie was told");
        self.reader.sign_in_again().await;
        let expected = [SECOND, FIRST].map(|(subject, text)| (subject.into(), text.into()));
        assert_eq!(self.reader.inbox().await, expected);
    }
}

#[tokio::test]
async fn t09_no_part_of_a_message_fits_another() {
    let mut mailbox = mailbox().await;
    let [second, first] = mailbox.messages;
    let other = mailbox.answers[&mailbox.path(first)].clone();
    let of_second = mailbox.path(second);
    let parts = ["signed", "summary", "body", "stanza"];
    for count in [1, 2, 4] {
        for swapped in parts.windows(count) {
            let (swapped, other) = (swapped.to_vec(), other.clone());
            let of_second = of_second.clone();
            mailbox.reader.browser.wire.lie(move |answer| {
                without_entries(answer);
                if answer.is(&of_second) {
                    for part in &swapped {
                        answer.body[*part] = other[*part].clone();
                    }
                }
            });
            mailbox.reader.sign_in_again().await;
            assert_eq!(mailbox.open(second).await, Err(Reason::NotAuthentic));
            assert_eq!(mailbox.open(first).await.unwrap(), FIRST.1);
            assert!(mailbox.reader.browser.wire.be_honest() > 0);
        }
    }
    mailbox.reader.sign_in_again().await;
    mailbox.reader.browser.wire.lie(move |answer| {
        without_entries(answer);
        if answer.is(&of_second) {
            answer.body["stanza_index"] = 1.into();
        }
    });
    assert_eq!(mailbox.open(second).await, Err(Reason::NotAuthentic));
    mailbox.is_whole().await;
}

#[tokio::test]
async fn t09_swapped_messages_and_list_entries_are_seen() {
    let mut mailbox = mailbox().await;
    let [second, first] = mailbox.messages;
    // Whole messages change places: neither opens as the other.
    let answers = mailbox.answers.clone();
    let (of_first, of_second) = (mailbox.path(first), mailbox.path(second));
    mailbox.reader.browser.wire.lie(move |answer| {
        for (asked, given) in [(&of_first, &of_second), (&of_second, &of_first)] {
            if answer.is(asked) {
                answer.body = answers[given].clone();
                break;
            }
        }
    });
    assert_eq!(mailbox.open(second).await, Err(Reason::NotAuthentic));
    assert_eq!(mailbox.open(first).await, Err(Reason::NotAuthentic));
    mailbox.is_whole().await;

    // Entries change places: they do not open there, and the messages themselves are asked.
    let list = mailbox.reader.mail_path("messages");
    mailbox.reader.browser.wire.lie(move |answer| {
        if answer.is(&list) {
            let rows = answer.body["messages"].as_array_mut().unwrap();
            let entry = rows[0]["list_entry"].take();
            rows[0]["list_entry"] = rows[1]["list_entry"].take();
            rows[1]["list_entry"] = entry;
        }
    });
    let listed = rows(&mailbox.reader, Folder::Inbox).await;
    let subjects: Vec<&str> = listed.iter().map(|row| row.subject.as_str()).collect();
    assert_eq!(subjects, [SECOND.0, FIRST.0]);
    mailbox.is_whole().await;

    // The row of one message with the hash of another: shown as not authentic, and nothing of it.
    let list = mailbox.reader.mail_path("messages");
    mailbox.reader.browser.wire.lie(move |answer| {
        if answer.is(&list) {
            let rows = answer.body["messages"].as_array_mut().unwrap();
            rows[0]["hash"] = rows[1]["hash"].clone();
        }
    });
    let listed = rows(&mailbox.reader, Folder::Inbox).await;
    assert_eq!(listed[0].condition, Condition::NotAuthentic);
    assert_eq!(listed[0].subject, "");
    assert_eq!(listed[1].condition, Condition::Authentic);
    mailbox.is_whole().await;
}

#[tokio::test]
async fn t09_a_sent_message_is_no_received_one() {
    let mut mailbox = mailbox().await;
    let sent = rows(&mailbox.sender, Folder::Sent).await;
    assert_eq!(sent.len(), 2);
    let inbox = rows(&mailbox.sender, Folder::Inbox).await;
    assert!(inbox.is_empty());
    // The sender's own copies, shown as received.
    mailbox.sender.sign_in_again().await;
    let kept: Rc<RefCell<Value>> = Rc::default();
    let seen = kept.clone();
    let list = mailbox.sender.mail_path("messages");
    mailbox.sender.browser.wire.lie(move |answer| {
        if answer.is(&list) {
            *seen.borrow_mut() = answer.body.clone();
        }
    });
    rows(&mailbox.sender, Folder::Sent).await;
    let page = kept.take();
    for renamed in [false, true] {
        let (page, list) = (page.clone(), mailbox.sender.mail_path("messages"));
        mailbox.sender.browser.wire.lie(move |answer| {
            if answer.is(&list) {
                answer.body = page.clone();
                for row in answer.body["messages"].as_array_mut().unwrap() {
                    row["list_entry"] = Value::Null;
                    if renamed {
                        row["folder"] = "inbox".into();
                    }
                }
            }
            if renamed && answer.path.starts_with(&format!("{list}/")) {
                answer.body["folder"] = "inbox".into();
            }
        });
        let listed = rows(&mailbox.sender, Folder::Inbox).await;
        assert_eq!(listed.len(), 2);
        for row in listed {
            assert_eq!(row.condition, Condition::NotAuthentic);
            assert_eq!(row.subject, "");
            if renamed {
                let opened = mailbox.sender.open(row.message).await;
                assert_eq!(reason(opened), Reason::NotAuthentic);
            }
        }
        assert!(mailbox.sender.browser.wire.be_honest() > 0);
    }
}

#[tokio::test]
async fn t09_pins_are_nobody_elses_and_never_older() {
    let world = World::start().await;
    let mut maartje = world.colleague("maartje", "Maartje Visser").await;
    let daan = world.colleague("daan", "Daan de Boer").await;
    let pins_now = async |person: &mut Person| {
        let kept: Rc<RefCell<Value>> = Rc::default();
        let seen = kept.clone();
        person.browser.wire.lie(move |answer| {
            if answer.is("/api/pins") && answer.body.get("sealed").is_some() {
                *seen.borrow_mut() = answer.body.clone();
            }
        });
        person.sign_in_again().await;
        person.browser.wire.be_honest();
        kept.take()
    };
    let old = pins_now(&mut maartje).await;
    maartje.send(&daan.address, "Dag", "Daan").await;
    let mut daan = daan;
    let others = pins_now(&mut daan).await;

    maartje.browser.wire.lie(move |answer| {
        if answer.is("/api/pins") && answer.body.get("sealed").is_some() {
            answer.body["sealed"] = others["sealed"].clone();
        }
    });
    assert_eq!(reason(maartje.try_sign_in().await), Reason::NotAuthentic);
    assert!(maartje.browser.wire.be_honest() > 0);

    // Older pins, or none, take nothing back: this device remembers.
    for pins in [old, serde_json::json!({ "version": 0, "sealed": null })] {
        maartje.browser.wire.lie(move |answer| {
            if answer.is("/api/pins") && answer.body.get("version").is_some() {
                answer.body = pins.clone();
            }
            // A server that shows old pins takes new ones after them.
            if answer.path == "/api/pins" && answer.status == 409 {
                crate::json::succeed(answer, serde_json::json!({}));
            }
        });
        maartje.sign_in_again().await;
        let known = maartje.session.find_recipient(&daan.address).await.unwrap();
        assert_eq!(known.trust, zegel_client::view::Trust::NotVerified);
        assert!(maartje.browser.wire.be_honest() > 0);
    }
    maartje.sign_in_again().await;
    maartje.send(&daan.address, "Nog eens", "Dag").await;
    assert_eq!(daan.inbox().await.len(), 2);
}
