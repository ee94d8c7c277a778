//! Writing and reading: one message, and everything that a mailbox does with it.

mod conversations;
mod drafts;
mod folders;
mod remembered;
mod taken_back;
mod twice;

use zegel_api::{ErrorCode, Folder};
use zegel_client::unwatched;
use zegel_client::view::{Condition, Field, Reason, Trust};
use zegel_protocol::{Address, DraftId};

use crate::common::{Person, World, address, letter};

/// Two people who write to each other.
async fn pair() -> (World, Person, Person) {
    let world = World::start().await;
    let maartje = world.colleague("maartje", "Maartje Visser").await;
    let daan = world.colleague("daan", "Daan de Boer").await;
    (world, maartje, daan)
}

#[tokio::test]
async fn a_message_arrives_as_it_was_written() {
    let (_world, sender, recipient) = pair().await;
    let text = "Beste Daan,\n\nDe akte ligt klaar. <b>Geen opmaak</b> \u{202e}omgekeerd\n";
    sender.send(&recipient.address, "Akte 2026-114", text).await;

    let list = async || {
        let session = &recipient.session;
        session
            .list_messages(recipient.account(), Folder::Inbox, false, None, &unwatched)
            .await
            .unwrap()
    };
    let page = list().await;
    assert_eq!(page.unread, 1);
    let row = &page.rows[0];
    assert_eq!(row.subject, "Akte 2026-114");
    assert_eq!(row.correspondents, "Maartje Visser");
    assert!(row.snippet.starts_with("Beste Daan, De akte ligt klaar."));
    assert_eq!(row.condition, Condition::Authentic);
    assert_eq!((row.folder, row.attachments), (Folder::Inbox, 0));
    assert!(!row.read && !row.starred);

    let message = recipient.open(row.message).await.unwrap();
    assert_eq!(message.text, text);
    assert_eq!(message.sender.address, sender.address);
    assert_eq!(message.sender.trust, Trust::FirstMet);
    assert_eq!(message.sent_by, None);
    assert_eq!(message.recipients[0].trust, Trust::Own);
    assert_eq!(message.conversation, row.conversation);
    assert!(!message.own && !message.gap && !message.altered);
    assert_eq!(message.expires_at_ms, None);

    let page = list().await;
    assert_eq!(page.unread, 0);
    assert!(page.rows[0].read);

    let sent = sender.rows(Folder::Sent).await;
    assert_eq!(sent[0].correspondents, "Daan de Boer");
    let own = sender.open(sent[0].message).await.unwrap();
    assert_eq!(own.text, text);
    assert_eq!(own.sender.trust, Trust::Own);
    assert!(own.own);
}

#[tokio::test]
async fn a_list_that_was_seen_costs_no_message() {
    let (_world, sender, mut recipient) = pair().await;
    for subject in ["Een", "Twee", "Drie"] {
        sender.send(&recipient.address, subject, "…").await;
    }
    let list = async |person: &Person| {
        person.browser.wire.take_exchanges();
        let rows = person.rows(Folder::Inbox).await;
        let subjects: Vec<String> = rows.into_iter().map(|row| row.subject).collect();
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
    let (world, sender, daan) = pair().await;
    let noor = world.colleague("noor", "Noor Bakker").await;
    let to: [&Address; 4] = [&daan.address, &noor.address, &sender.address, &daan.address];
    let content = letter(&to, "Aan allen", "Vergadering om tien uur.");
    sender.write_as(sender.account(), &content).await.unwrap();
    for person in [&sender, &daan, &noor] {
        let expected = (
            "Aan allen".to_owned(),
            "Vergadering om tien uur.".to_owned(),
        );
        assert_eq!(person.inbox().await, [expected]);
    }
    let rows = daan.rows(Folder::Inbox).await;
    let message = daan.open(rows[0].message).await.unwrap();
    assert_eq!(message.recipients.len(), 3);
}

#[tokio::test]
async fn a_message_that_cannot_go_says_why() {
    let world = World::start().await;
    let sender = world.colleague("maartje", "Maartje Visser").await;
    let send = async |to: &[&Address], subject: &str, text: &str| {
        let failure = sender
            .write_as(sender.account(), &letter(to, subject, text))
            .await
            .unwrap_err();
        (failure.reason, failure.field)
    };
    let own = [&sender.address];
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
    assert_eq!(send(&[&address("nobody")], "a", "b").await, unknown);

    // Nobody reads or sends as an account that did not let them.
    let stranger = world.colleague("daan", "Daan de Boer").await;
    let failure = sender
        .write_as(stranger.account(), &letter(&own, "a", "b"))
        .await
        .unwrap_err();
    assert_eq!(failure.reason, Reason::NoAccess);
    let failure = sender
        .session
        .list_messages(stranger.account(), Folder::Inbox, false, None, &unwatched)
        .await
        .unwrap_err();
    assert_eq!(failure.reason, Reason::NoAccess);
    let failure = sender
        .session
        .open_draft(stranger.account(), DraftId([1; 16]))
        .await
        .unwrap_err();
    assert_eq!(failure.reason, Reason::NoAccess);
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
            .list_messages(person.account(), Folder::Inbox, false, before, &unwatched)
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
