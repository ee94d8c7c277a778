//! T10: subject, names, times and recipients are edited.

use serde_json::{Value, json};
use zegel_api::{ErrorCode, Folder, Method};
use zegel_client::unwatched;
use zegel_client::view::{Condition, Reason, Trust};
use zegel_protocol::{ConversationId, MessageId, Name, SignedMessage, Timestamp};

use crate::common::{Person, World, letter, reason};
use crate::json::{decode, encode, of_bytes};

const TEXT: &str = "De overdracht is vrijdag.";

/// A message to two people, one of whom reads it.
struct Sent {
    _world: World,
    sender: Person,
    reader: Person,
    message: MessageId,
}

async fn sent() -> Sent {
    let world = World::start().await;
    let sender = world.colleague("maartje", "Maartje Visser").await;
    let reader = world.colleague("daan", "Daan de Boer").await;
    let noor = world.colleague("noor", "Noor Bakker").await;
    let content = letter(&[&reader.address, &noor.address], "Overdracht", TEXT);
    let message = sender.write_as(sender.account(), &content).await.unwrap();
    Sent {
        _world: world,
        sender,
        reader,
        message,
    }
}

/// An edit of the public part of a message.
type Edit = fn(&mut SignedMessage);

#[tokio::test]
async fn t10_nothing_that_a_message_says_in_public_can_be_edited() {
    let mut sent = sent().await;
    let edits: [(&str, Edit); 9] = [
        ("sent at", |it| it.header.sent_at = Timestamp(1)),
        ("expiry", |it| {
            it.header.expires_at = Some(Timestamp(u64::MAX >> 12));
        }),
        ("a recipient less", |it| {
            it.header.recipients.remove(1);
            it.stanza_hashes.remove(1);
        }),
        ("recipients' order", |it| {
            it.header.recipients.swap(0, 1);
            it.stanza_hashes.swap(0, 1);
        }),
        ("sender", |it| {
            it.header.sender = it.header.recipients[1].account;
        }),
        ("conversation", |it| {
            it.header.conversation = ConversationId([7; 16]);
        }),
        ("place", |it| it.header.counter = 2),
        ("who sends", |it| {
            it.header.send_certificate.statement.shown_name =
                Some(Name::try_from("Sanne van Dijk").unwrap());
        }),
        ("generation", |it| {
            it.header.send_certificate.statement.generation += 1;
        }),
    ];
    let path = sent.reader.mail_path(&format!("messages/{}", sent.message));
    for (name, edit) in edits {
        // A browser that has not seen the message, so that only what is served counts.
        sent.reader.sign_in_again().await;
        let path = path.clone();
        sent.reader.browser.wire.lie(move |answer| {
            if answer.is(&path) {
                let mut signed: SignedMessage = decode(&answer.body["signed"]);
                edit(&mut signed);
                answer.body["signed"] = encode(&signed);
            }
        });
        let opened = sent.reader.open(sent.message).await;
        assert_eq!(reason(opened), Reason::NotAuthentic, "{name}");
        let rows = sent.reader.rows(Folder::Inbox).await;
        assert_eq!(rows[0].condition, Condition::NotAuthentic, "{name}");
        let shown = [&rows[0].subject, &rows[0].snippet, &rows[0].correspondents];
        assert!(shown.iter().all(|it| it.is_empty()), "{name}: {shown:?}");
        assert!(sent.reader.browser.wire.be_honest() > 0, "{name}");
    }
    let opened = sent.reader.open(sent.message).await.unwrap();
    assert_eq!((opened.text.as_str(), opened.recipients.len()), (TEXT, 2));
    assert_eq!(opened.sender.account, sent.sender.account());
}

#[tokio::test]
async fn t10_what_is_sealed_cannot_be_edited() {
    let mut sent = sent().await;
    let path = sent.reader.mail_path(&format!("messages/{}", sent.message));
    for part in ["summary", "body", "stanza"] {
        sent.reader.sign_in_again().await;
        let path = path.clone();
        sent.reader.browser.wire.lie(move |answer| {
            if answer.is(&path) {
                let mut sealed = crate::json::bytes(&answer.body[part]);
                let last = sealed.len() - 1;
                sealed[last] ^= 1;
                answer.body[part] = of_bytes(sealed);
            }
        });
        let opened = sent.reader.open(sent.message).await;
        assert_eq!(reason(opened), Reason::NotAuthentic, "{part}");
        assert!(sent.reader.browser.wire.be_honest() > 0);
    }
    assert_eq!(sent.reader.open(sent.message).await.unwrap().text, TEXT);
}

#[tokio::test]
async fn t10_the_time_shown_is_the_senders() {
    let mut sent = sent().await;
    let list = sent.reader.mail_path("messages");
    let at_ms = sent.reader.open(sent.message).await.unwrap().sent_at_ms;
    let edits: [(&str, Value); 2] = [("received_at_ms", json!(5)), ("size_bytes", json!(5))];
    for (field, value) in edits {
        for seen in [true, false] {
            sent.reader.sign_in_again().await;
            let (list, value) = (list.clone(), value.clone());
            sent.reader.browser.wire.lie(move |answer| {
                if answer.is(&list) {
                    for row in answer.body["messages"].as_array_mut().unwrap() {
                        row[field] = value.clone();
                        if !seen {
                            row["list_entry"] = Value::Null;
                        }
                    }
                }
            });
            let rows = sent.reader.rows(Folder::Inbox).await;
            assert_eq!(rows[0].condition, Condition::Authentic);
            assert_eq!(rows[0].sent_at_ms, at_ms, "{field}");
            assert!(sent.reader.browser.wire.be_honest() > 0);
        }
    }
}

#[tokio::test]
async fn t10_a_message_is_of_no_other_conversation() {
    let mut sent = sent().await;
    let other = sent
        .sender
        .send(&sent.reader.address, "Iets anders", "…")
        .await;
    let conversation = sent.reader.open(other).await.unwrap().conversation;
    sent.reader.sign_in_again().await;

    let list = sent.reader.mail_path("messages");
    let path = sent
        .reader
        .mail_path(&format!("conversations/{conversation}"));
    sent.reader.rows(Folder::Inbox).await;
    let (_, listed) = sent
        .reader
        .ask(Method::Get, &format!("{list}?folder=inbox&limit=30"), None)
        .await;
    let message = sent.message.to_string();
    let rows = listed["messages"].as_array().unwrap();
    let real = rows.iter().find(|row| row["message"] == message.as_str());
    let real = real.unwrap();
    assert!(real["list_entry"].is_string());
    // As it would open in its own conversation, and as if nobody had opened it yet.
    for entry in [real["list_entry"].clone(), Value::Null] {
        sent.reader.sign_in_again().await;
        let mut row = real.clone();
        row["conversation"] = conversation.to_string().into();
        row["list_entry"] = entry;
        let path = path.clone();
        sent.reader.browser.wire.lie(move |answer| {
            if answer.is(&path) {
                let rows = answer.body["messages"].as_array_mut().unwrap();
                rows.push(row.clone());
            }
        });
        let rows = sent
            .reader
            .session
            .open_conversation(sent.reader.account(), conversation, &unwatched)
            .await
            .unwrap();
        assert_eq!(rows.len(), 2);
        let planted = rows.iter().find(|row| row.message == sent.message).unwrap();
        assert_eq!(planted.condition, Condition::NotAuthentic);
        assert_eq!(planted.subject, "");
        let genuine = rows.iter().find(|row| row.message == other).unwrap();
        assert_eq!(genuine.condition, Condition::Authentic);
        assert!(sent.reader.browser.wire.be_honest() > 0);
    }
}

#[tokio::test]
async fn t10_nobody_disappears_from_a_messages_recipients() {
    let mut sent = sent().await;
    let opened = sent.reader.open(sent.message).await.unwrap();
    let to: Vec<_> = opened.recipients.iter().map(|it| it.account).collect();
    let noor = *to.iter().find(|it| **it != sent.reader.account()).unwrap();
    let path = format!("/api/keys/{noor}");

    for (status, body) in [
        (404, problem(404, "not_found")),
        (200, json!({})),
        (422, problem(422, "not_authentic")),
        (410, problem(410, "gone")),
    ] {
        sent.reader.sign_in_again().await;
        let path = path.clone();
        sent.reader.browser.wire.lie(move |answer| {
            if answer.path == path {
                answer.status = status;
                answer.body = body.clone();
            }
        });
        let opened = sent.reader.open(sent.message).await.unwrap();
        let shown: Vec<_> = opened.recipients.iter().map(|it| it.account).collect();
        assert_eq!(shown, to, "{status}");
        let unknown = opened.recipients.iter().find(|it| it.account == noor);
        let unknown = unknown.unwrap();
        assert!(unknown.trust == Trust::Unknown && unknown.name.is_empty());
        // Who answers everybody is told that one of them cannot be reached.
        let reply = letter(&[&sent.sender.address, &unknown.address], "Re", "…");
        let answered = sent.reader.write_as(sent.reader.account(), &reply).await;
        let expected = Reason::Server(ErrorCode::UnknownRecipient);
        assert_eq!(reason(answered), expected);
        assert!(sent.reader.browser.wire.be_honest() > 0);
    }

    // An address that looks like what stands for one makes nobody unknown.
    sent.reader.sign_in_again().await;
    let named = path.clone();
    sent.reader.browser.wire.lie(move |answer| {
        if answer.is(&named) {
            answer.body["address"] = json!("noor@unknown.invalid");
        }
    });
    let opened = sent.reader.open(sent.message).await.unwrap();
    let shown = opened.recipients.iter().find(|it| it.account == noor);
    assert_ne!(shown.unwrap().trust, Trust::Unknown);
    assert!(sent.reader.browser.wire.be_honest() > 0);

    for (status, code) in [
        (429, "too_many_requests"),
        (503, "unavailable"),
        (500, "internal"),
    ] {
        sent.reader.sign_in_again().await;
        let path = path.clone();
        sent.reader.browser.wire.lie(move |answer| {
            if answer.path == path {
                answer.status = status;
                answer.body = problem(status, code);
            }
        });
        let opened = sent.reader.open(sent.message).await;
        assert!(matches!(reason(opened), Reason::Server(_)), "{code}");
        assert!(sent.reader.browser.wire.be_honest() > 0);
    }
}

fn problem(status: u16, code: &str) -> Value {
    json!({ "status": status, "code": code, "title": "." })
}

/// What recipients see of a member is what was seen when access was granted, whatever the server calls
/// them when the mailbox key is replaced.
#[tokio::test]
async fn t10_a_member_whom_the_server_renames_keeps_the_certified_name() {
    let world = World::start().await;
    let office = world.office().await;
    let (sanne, daan, info) = (&office.sanne, &office.daan, office.info);
    let noor = office.noor.account();
    let session = &sanne.session;
    session
        .set_sender_visibility(info, None, true)
        .await
        .unwrap();
    let shown = async || daan.row(info).await.unwrap().shown_name;
    assert_eq!(shown().await.as_deref(), Some("Daan de Boer"));
    session.revoke_access(info, noor).await.unwrap();
    assert_eq!(shown().await.as_deref(), Some("Daan de Boer"));

    session
        .grant_access(info, noor, &office.noor.address, true)
        .await
        .unwrap();
    let path = office.path();
    sanne.browser.wire.lie(move |answer| {
        if answer.is(&path) {
            for member in answer.body["members"].as_array_mut().into_iter().flatten() {
                member["keys"]["name"] = "De directeur".into();
            }
        }
    });
    session.revoke_access(info, noor).await.unwrap();
    assert!(sanne.browser.wire.be_honest() > 0);
    assert_eq!(shown().await.as_deref(), Some("Daan de Boer"));
}
