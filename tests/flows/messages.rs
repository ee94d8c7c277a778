use zegel_api::{ErrorCode, Folder};
use zegel_client::view::{Condition, Field, Reason, Trust};
use zegel_client::{DraftText, unwatched};

use crate::common::{World, address, reason};

#[tokio::test]
async fn a_message_arrives_as_it_was_written() {
    let world = World::start().await;
    let sender = world.colleague("maartje", "Maartje Visser").await;
    let recipient = world.colleague("daan", "Daan de Boer").await;
    let text = "Beste Daan,\n\nDe akte ligt klaar. <b>Geen opmaak</b> \u{202e}omgekeerd\n";
    sender.send(&recipient.address, "Akte 2026-114", text).await;

    let page = recipient
        .session
        .list_messages(Folder::Inbox, None, &unwatched)
        .await
        .unwrap();
    assert_eq!(page.unread, 1);
    let row = &page.rows[0];
    assert_eq!(row.subject, "Akte 2026-114");
    assert_eq!(row.correspondents, "Maartje Visser");
    assert!(row.snippet.starts_with("Beste Daan, De akte ligt klaar."));
    assert_eq!(row.condition, Condition::Authentic);
    assert!(!row.read);

    let message = recipient
        .session
        .open_message(row.message, Folder::Inbox, &unwatched)
        .await
        .unwrap();
    assert_eq!(message.text, text);
    assert_eq!(message.sender.address, sender.address);
    assert_eq!(message.sender.trust, Trust::FirstMet);
    assert_eq!(message.recipients[0].trust, Trust::Own);

    let page = recipient
        .session
        .list_messages(Folder::Inbox, None, &unwatched)
        .await
        .unwrap();
    assert_eq!(page.unread, 0);
    assert!(page.rows[0].read);

    let sent = sender
        .session
        .list_messages(Folder::Sent, None, &unwatched)
        .await
        .unwrap();
    assert_eq!(sent.rows[0].correspondents, "Daan de Boer");
    let own = sender
        .session
        .open_message(sent.rows[0].message, Folder::Sent, &unwatched)
        .await
        .unwrap();
    assert_eq!(own.text, text);
    assert_eq!(own.sender.trust, Trust::Own);
}

#[tokio::test]
async fn a_list_that_was_seen_costs_no_message() {
    let world = World::start().await;
    let sender = world.colleague("maartje", "Maartje Visser").await;
    let mut recipient = world.colleague("daan", "Daan de Boer").await;
    for subject in ["Een", "Twee", "Drie"] {
        sender.send(&recipient.address, subject, "…").await;
    }
    let list = async |person: &crate::common::Person| {
        person.browser.wire.take_exchanges();
        let page = person
            .session
            .list_messages(Folder::Inbox, None, &unwatched)
            .await
            .unwrap();
        let subjects: Vec<String> = page.rows.into_iter().map(|row| row.subject).collect();
        assert_eq!(subjects, ["Drie", "Twee", "Een"]);
        person.browser.wire.take_exchanges().len()
    };
    assert!(list(&recipient).await > 3);
    assert_eq!(list(&recipient).await, 1);
    recipient.sign_in_again().await;
    assert_eq!(list(&recipient).await, 1);
}

#[tokio::test]
async fn one_message_reaches_everybody_and_oneself() {
    let world = World::start().await;
    let sender = world.colleague("maartje", "Maartje Visser").await;
    let daan = world.colleague("daan", "Daan de Boer").await;
    let noor = world.colleague("noor", "Noor Bakker").await;
    let to = [
        daan.address.clone(),
        noor.address.clone(),
        sender.address.clone(),
        daan.address.clone(),
    ];
    sender
        .session
        .send_message(&to, "Aan allen", "Vergadering om tien uur.", &unwatched)
        .await
        .unwrap();
    for person in [&sender, &daan, &noor] {
        let expected = (
            "Aan allen".to_owned(),
            "Vergadering om tien uur.".to_owned(),
        );
        assert_eq!(person.inbox().await, [expected]);
    }
}

#[tokio::test]
async fn a_message_that_cannot_go_says_why() {
    let world = World::start().await;
    let sender = world.colleague("maartje", "Maartje Visser").await;
    let send = async |to: &[zegel_protocol::Address], subject: &str, text: &str| {
        let failure = sender
            .session
            .send_message(to, subject, text, &unwatched)
            .await
            .unwrap_err();
        (failure.reason, failure.field)
    };
    let own = [sender.address.clone()];
    assert_eq!(
        send(&[], "a", "b").await,
        (Reason::Empty, Some(Field::Recipient))
    );
    assert_eq!(
        send(&own, " ", "\n").await,
        (Reason::Empty, Some(Field::Text))
    );
    let long = "x".repeat(1001);
    assert_eq!(
        send(&own, &long, "b").await,
        (Reason::TooLong, Some(Field::Subject))
    );
    let long = "x".repeat(1024 * 1024);
    assert_eq!(
        send(&own, "a", &long).await,
        (Reason::TooLong, Some(Field::Text))
    );
    let unknown = (
        Reason::Server(ErrorCode::UnknownRecipient),
        Some(Field::Recipient),
    );
    assert_eq!(send(&[address("nobody")], "a", "b").await, unknown);
}

#[tokio::test]
async fn a_long_inbox_comes_in_pages() {
    let world = World::start().await;
    let person = world.colleague("maartje", "Maartje Visser").await;
    for number in 0..33 {
        person
            .send(&person.address, &format!("Nummer {number}"), "…")
            .await;
    }
    let list = async |before| {
        person
            .session
            .list_messages(Folder::Inbox, before, &unwatched)
            .await
            .unwrap()
    };
    let first = list(None).await;
    assert_eq!(first.rows.len(), 30);
    assert_eq!(first.rows[0].subject, "Nummer 32");
    let second = list(first.next).await;
    assert_eq!(second.rows.len(), 3);
    assert_eq!(second.next, None);
    assert_eq!(second.rows[2].subject, "Nummer 0");
}

#[tokio::test]
async fn a_draft_opens_for_its_writer_only() {
    let world = World::start().await;
    let writer = world.colleague("maartje", "Maartje Visser").await;
    let other = world.colleague("daan", "Daan de Boer").await;
    let draft = DraftText {
        to: vec!["daan@vandijk.example".to_owned(), "noor@".to_owned()],
        subject: "Concept".to_owned(),
        text: "Nog niet af".to_owned(),
    };
    let sealed = writer.session.seal_draft(draft.clone()).unwrap();
    assert_eq!(writer.session.open_draft(&sealed).unwrap(), draft);
    assert_eq!(
        reason(other.session.open_draft(&sealed)),
        Reason::NotAuthentic
    );
}
