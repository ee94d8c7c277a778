use std::cell::RefCell;
use std::rc::Rc;

use serde_json::Value;
use zegel_api::{Bytes, Folder};
use zegel_client::unwatched;
use zegel_client::view::{AccessView, PolicyChange, Reason};
use zegel_protocol::encoding::Canonical as _;
use zegel_protocol::{Name, SignedMessage};

use crate::common::{Person, World, address, reason};

const COLLEAGUES: [(&str, &str); 2] = [("daan", "Daan de Boer"), ("noor", "Noor Bakker")];

/// Everything that a recipient's client gets of its newest message, from the server and by opening
/// it.
struct Received {
    answer: Value,
    signed: SignedMessage,
    view: zegel_client::view::MessageView,
}

async fn newest(reader: &Person) -> Received {
    let kept: Rc<RefCell<Option<Value>>> = Rc::default();
    let seen = kept.clone();
    let account = reader.account();
    let place = format!("/api/mailboxes/{account}/messages/");
    reader.browser.wire.lie(move |answer| {
        if answer.status == 200
            && answer.path.starts_with(&place)
            && answer.body["signed"].is_string()
        {
            *seen.borrow_mut() = Some(answer.body.clone());
        }
    });
    let page = reader
        .session
        .list_messages(account, Folder::Inbox, false, None, &unwatched)
        .await
        .unwrap();
    let view = reader
        .session
        .open_message(account, page.rows[0].message, &unwatched)
        .await
        .unwrap();
    reader.browser.wire.be_honest();
    let answer = kept.take().expect("the message was fetched");
    let bytes: Bytes = serde_json::from_value(answer["signed"].clone()).unwrap();
    Received {
        signed: SignedMessage::from_bytes(&bytes.0).unwrap(),
        answer,
        view,
    }
}

#[tokio::test]
async fn recipients_cannot_tell_hidden_members_apart() {
    let world = World::start().await;
    let (sanne, colleagues) = world.organisation_of(&COLLEAGUES).await;
    let eva = world.outsider().await;
    let info = sanne
        .session
        .create_functional(&address("info"), "Receptie")
        .await
        .unwrap()
        .account;
    let mut received = Vec::new();
    for person in &colleagues {
        sanne
            .session
            .grant_access(info, person.account(), &person.address, false)
            .await
            .unwrap();
        person.row(info).await.unwrap();
    }
    for person in &colleagues {
        person
            .send_as(info, &eva.address, "Bericht", "Dezelfde tekst")
            .await
            .unwrap();
        received.push(newest(&eva).await);
    }
    let [first, second] = received.as_slice() else {
        panic!("two messages")
    };

    // What every message has of its own, or by chance, is made equal; the rest is the same.
    let level = |received: &Received| {
        let mut signed = received.signed.clone();
        let header = &mut signed.header;
        let other = &second.signed;
        header.message = other.header.message;
        header.conversation = other.header.conversation;
        header.sent_at = other.header.sent_at;
        signed.summary_hash = other.summary_hash;
        signed.body_hash = other.body_hash;
        signed.stanza_hashes.clone_from(&other.stanza_hashes);
        signed.signature = other.signature;
        signed
    };
    let (mut one, mut two) = (level(first), level(second));
    assert_ne!(
        one.header.send_certificate.statement.send_key,
        two.header.send_certificate.statement.send_key
    );
    for signed in [&mut one, &mut two] {
        let certificate = &mut signed.header.send_certificate;
        certificate.statement.send_key = second.signed.header.send_certificate.statement.send_key;
        certificate.signature = second.signed.header.send_certificate.signature;
        assert_eq!(certificate.statement.shown_name, None);
    }
    assert_eq!(one, two, "they differ in the send key and its certificate");

    // So is what was decrypted...
    let level = |received: &Received| {
        let mut view = received.view.clone();
        view.message = second.view.message;
        view.conversation = second.view.conversation;
        view.sent_at_ms = second.view.sent_at_ms;
        view
    };
    assert_eq!(level(first), level(second));
    assert_eq!(first.view.sent_by, None);
    // ...and nothing in the server's answers names anybody who sent: no name, address or id.
    let texts = [first, second].map(|it| it.answer.to_string());
    for person in &colleagues {
        let id = person.account().to_string();
        for needle in [person.name.as_str(), person.address.as_str(), &id] {
            assert!(texts.iter().all(|text| !text.contains(needle)), "{needle}");
        }
    }
    for (name, value) in first.answer.as_object().unwrap() {
        let other = &second.answer[name];
        let by_chance = ["signed", "summary", "body", "stanza", "received_at_ms"];
        if by_chance.contains(&name.as_str()) {
            let length = |value: &Value| value.as_str().map(str::len);
            assert_eq!(length(value), length(other), "{name}");
        } else {
            assert_eq!(value, other, "{name}");
        }
    }
    // The members themselves know: the audit log and the marks are the organisation's.
}

#[tokio::test]
async fn a_shown_name_is_certified_and_a_forged_one_refused() {
    let world = World::start().await;
    let (sanne, colleagues) = world.organisation_of(&COLLEAGUES[..1]).await;
    let daan = &colleagues[0];
    let eva = world.outsider().await;
    let info = sanne
        .session
        .create_functional(&address("info"), "Receptie")
        .await
        .unwrap()
        .account;
    let session = &sanne.session;
    session
        .grant_access(info, daan.account(), &daan.address, false)
        .await
        .unwrap();
    daan.row(info).await.unwrap();
    let send = async |subject: &str| {
        daan.send_as(info, &eva.address, subject, "…")
            .await
            .unwrap();
        newest(&eva).await
    };
    let hidden = send("Verborgen").await;
    assert_eq!(hidden.view.sent_by, None);

    let before = super::state_of(&eva, info).await.mailbox_generation;
    let view = session
        .set_sender_visibility(info, None, true)
        .await
        .unwrap();
    assert!(view.senders_visible && view.members[0].visible);
    let row = daan.row(info).await.unwrap();
    assert_eq!(row.shown_name.as_deref(), Some("Daan de Boer"));
    let shown = send("Zichtbaar").await;
    assert_eq!(shown.view.sent_by.as_deref(), Some("Daan de Boer"));
    // Nobody lost access: no key was replaced for it, and the send key is the same.
    assert_eq!(super::state_of(&eva, info).await.mailbox_generation, before);
    let key = |it: &Received| it.signed.header.send_certificate.statement.send_key;
    assert_eq!(key(&hidden), key(&shown));

    // Another name on the way, for a reader who has not opened it yet.
    daan.send_as(info, &eva.address, "Vervalst", "…")
        .await
        .unwrap();
    let account = eva.account();
    let place = format!("/api/mailboxes/{account}/messages/");
    eva.browser.wire.lie(move |answer| {
        if answer.path.starts_with(&place) && answer.body["signed"].is_string() {
            let bytes: Bytes = serde_json::from_value(answer.body["signed"].clone()).unwrap();
            let mut signed = SignedMessage::from_bytes(&bytes.0).unwrap();
            let certificate = &mut signed.header.send_certificate.statement;
            certificate.shown_name = Some(Name::try_from("Sanne van Dijk").unwrap());
            answer.body["signed"] = serde_json::to_value(Bytes(signed.to_bytes())).unwrap();
        }
    });
    let page = eva
        .session
        .list_messages(account, Folder::Inbox, false, None, &unwatched)
        .await
        .unwrap();
    let opened = eva
        .session
        .open_message(account, page.rows[0].message, &unwatched)
        .await;
    assert_eq!(reason(opened), Reason::NotAuthentic);
    assert!(eva.browser.wire.be_honest() > 0);
    assert_eq!(newest(&eva).await.view.subject, "Vervalst");

    let view = session
        .set_sender_visibility(info, Some(daan.account()), false)
        .await
        .unwrap();
    assert!(!view.senders_visible);
    assert_eq!(daan.row(info).await.unwrap().shown_name, None);
}

#[tokio::test]
async fn whoever_joins_a_shared_mailbox_is_seen_as_the_others_are() {
    let world = World::start().await;
    let people = [COLLEAGUES[0], COLLEAGUES[1], ("bas", "Bas Mulder")];
    let (sanne, colleagues) = world.organisation_of(&people).await;
    let [daan, noor, bas] = colleagues.as_slice() else {
        panic!("three colleagues")
    };
    let session = &sanne.session;
    let info = session
        .create_functional(&address("info"), "Receptie")
        .await
        .unwrap()
        .account;

    // With nobody there, there is nothing to store it in.
    let view = session
        .set_sender_visibility(info, None, true)
        .await
        .unwrap();
    assert!(view.members.is_empty() && !view.senders_visible);
    let grant = async |person: &Person, visible: bool| {
        session
            .grant_access(info, person.account(), &person.address, visible)
            .await
            .unwrap()
    };
    let view = grant(daan, true).await;
    assert!(view.senders_visible);
    // An older view of who is seen counts for nothing.
    let view = grant(noor, false).await;
    assert!(view.members.iter().all(|member| member.visible));
    session
        .set_sender_visibility(info, None, false)
        .await
        .unwrap();
    for person in [bas, daan] {
        let view = grant(person, true).await;
        assert_eq!(view.members.len(), 3);
        assert!(view.members.iter().all(|member| !member.visible));
    }
    assert_eq!(bas.row(info).await.unwrap().shown_name, None);
}

#[tokio::test]
async fn a_new_shared_mailbox_shows_senders_as_the_organisation_does_by_default() {
    let world = World::start().await;
    let (sanne, colleagues) = world.organisation_of(&COLLEAGUES[..1]).await;
    let daan = &colleagues[0];
    let session = &sanne.session;
    let by_default = async |visible: bool| {
        let change = PolicyChange {
            functional_senders_visible: Some(visible),
            ..PolicyChange::default()
        };
        session.set_policy(change).await.unwrap();
    };
    let create = async |name: &str| {
        let created = session.create_functional(&address(name), name).await;
        let view = session.access(created.unwrap().account).await.unwrap();
        assert!(view.members.is_empty());
        view
    };
    let grant = async |view: &AccessView| {
        session
            .grant_access(
                view.account,
                daan.account(),
                &daan.address,
                view.senders_visible,
            )
            .await
            .unwrap()
    };
    for visible in [true, false] {
        by_default(visible).await;
        let view = create(if visible { "info" } else { "post" }).await;
        assert_eq!(view.senders_visible, visible);
        let granted = grant(&view).await;
        assert_eq!(granted.members[0].visible, visible);
        let shown = daan.row(view.account).await.unwrap().shown_name;
        assert_eq!(shown.is_some(), visible);
        // What is decided for an account stays, whatever the default is from then on.
        by_default(!visible).await;
        let after = session.access(view.account).await.unwrap();
        assert_eq!(after.senders_visible, visible);
    }
}
