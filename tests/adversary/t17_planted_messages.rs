//! T17: a message is planted in somebody's mailbox.

use serde_json::json;
use zegel_api::Folder;
use zegel_client::view::{Condition, Reason};
use zegel_crypto::SealedMessage;
use zegel_protocol::{AccountState, Hash, MessageId, Signed, SignedMessage, Timestamp};

use crate::common::platform::Answer;
use crate::common::{Person, World, reason};
use crate::json::{decode, encode, of_bytes, succeed};
use crate::mallory::Mallory;

const TEXT: &str = "Een echte tekst.";

async fn mailbox() -> (World, Person, Person) {
    let world = World::start().await;
    let sender = world.colleague("maartje", "Maartje Visser").await;
    let mut reader = world.colleague("daan", "Daan de Boer").await;
    sender.send(&reader.address, "Echt", TEXT).await;
    assert_eq!(reader.inbox().await, [("Echt".to_owned(), TEXT.to_owned())]);
    reader.sign_in_again().await;
    (world, sender, reader)
}

/// The own state as the server gave it.
async fn own_state(reader: &mut Person) -> AccountState {
    let kept = std::rc::Rc::new(std::cell::RefCell::new(None));
    let seen = kept.clone();
    reader.browser.wire.lie(move |answer| {
        if answer.is("/api/sign-in/finish") {
            let state: Signed<AccountState> = decode(&answer.body["state"]);
            *seen.borrow_mut() = Some(state.statement);
        }
    });
    reader.sign_in_again().await;
    reader.browser.wire.be_honest();
    kept.take().unwrap()
}

/// Puts a row on top of the inbox at `list`, and the message behind it.
fn plant(
    answer: &mut Answer<'_>,
    list: &str,
    signed: &SignedMessage,
    message: &serde_json::Value,
    now: Timestamp,
) {
    if answer.is(list) {
        let rows = answer.body["messages"].as_array_mut().unwrap();
        rows.insert(
            0,
            json!({
                "message": signed.header.message,
                "hash": signed.hash(),
                "folder": "inbox",
                "conversation": signed.header.conversation,
                "read": false,
                "starred": false,
                "gone": false,
                "answered_by": null,
                "answering": null,
                "received_at_ms": now,
                "size_bytes": 2000,
                "list_entry": null,
            }),
        );
    }
    if answer.path == format!("{list}/{}", signed.header.message) {
        succeed(answer, message.clone());
    }
}

fn plant_in(reader: &Person, forged: &SealedMessage, now: Timestamp) {
    let message = json!({
        "signed": encode(&forged.signed),
        "summary": of_bytes(forged.summary.clone()),
        "body": of_bytes(forged.body.clone()),
        "stanza": of_bytes(forged.stanzas[0].clone()),
        "stanza_index": 0,
        "read": false,
        "starred": false,
        "folder": "inbox",
        "readers": [],
        "receipts": [],
        "receipt_sent": false,
        "received_at_ms": now,
    });
    let signed = forged.signed.clone();
    let list = reader.mail_path("messages");
    reader
        .browser
        .wire
        .lie(move |answer| plant(answer, &list, &signed, &message, now));
}

/// Shown as not authentic, apart from mail, and nothing of it; the real message is there.
async fn is_apart(reader: &mut Person, planted: MessageId) {
    let rows = reader.rows(Folder::Inbox).await;
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].message, planted);
    assert_eq!(rows[0].condition, Condition::NotAuthentic);
    assert_eq!(
        (rows[0].subject.as_str(), rows[0].snippet.as_str()),
        ("", "")
    );
    assert_eq!(rows[0].correspondents, "");
    assert_eq!(rows[1].condition, Condition::Authentic);
    assert_eq!(rows[1].subject, "Echt");
    let opened = reader.open(planted).await;
    assert_eq!(reason(opened), Reason::NotAuthentic);
    assert!(reader.browser.wire.be_honest() > 0);
    reader.sign_in_again().await;
    assert_eq!(reader.inbox().await, [("Echt".to_owned(), TEXT.to_owned())]);
}

#[tokio::test]
async fn t17_a_message_in_somebodys_name_is_not_authentic() {
    let (world, sender, mut reader) = mailbox().await;
    let to = own_state(&mut reader).await;
    let now = world.now();
    let forged = Mallory::new().message_as(sender.session.view().account, &to, now);
    plant_in(&reader, &forged, now);
    is_apart(&mut reader, forged.signed.header.message).await;
}

#[tokio::test]
async fn t17_a_message_in_the_name_of_nobody_is_not_authentic() {
    let (world, _sender, mut reader) = mailbox().await;
    let to = own_state(&mut reader).await;
    let now = world.now();
    let mallory = Mallory::new();
    let forged = mallory.message_as(mallory.account, &to, now);
    plant_in(&reader, &forged, now);
    is_apart(&mut reader, forged.signed.header.message).await;
}

#[tokio::test]
async fn t17_an_altered_message_is_not_authentic() {
    let (_world, _sender, mut reader) = mailbox().await;
    let rows = reader.rows(Folder::Inbox).await;
    let id = rows[0].message;
    let alterations: [fn(&mut SignedMessage); 5] = [
        |signed| signed.header.sent_at = Timestamp(1),
        |signed| signed.header.expires_at = Some(Timestamp(1)),
        |signed| signed.body_hash = Hash([0; 32]),
        |signed| signed.signature.0[0] ^= 1,
        |signed| {
            let recipient = signed.header.recipients[0];
            signed.header.recipients.push(recipient);
        },
    ];
    for alteration in alterations {
        let list = reader.mail_path("messages");
        reader.browser.wire.lie(move |answer| {
            if answer.is(&list) {
                for row in answer.body["messages"].as_array_mut().unwrap() {
                    row["list_entry"] = serde_json::Value::Null;
                }
            }
            if answer.is(&format!("{list}/{id}")) {
                let mut signed: SignedMessage = decode(&answer.body["signed"]);
                alteration(&mut signed);
                answer.body["signed"] = encode(&signed);
            }
        });
        reader.sign_in_again().await;
        let rows = reader.rows(Folder::Inbox).await;
        assert_eq!(rows[0].condition, Condition::NotAuthentic);
        assert_eq!(rows[0].subject, "");
        let opened = reader.open(id).await;
        assert_eq!(reason(opened), Reason::NotAuthentic);
        assert!(reader.browser.wire.be_honest() > 0);
    }
    reader.sign_in_again().await;
    assert_eq!(reader.inbox().await, [("Echt".to_owned(), TEXT.to_owned())]);
}
