use zegel_api::Folder;
use zegel_client::view::{DraftContent, MessageView, SendOptions};
use zegel_protocol::MessageId;

use super::pair;
use crate::common::{Person, letter};

const HOUR_MS: u64 = 60 * 60 * 1000;

fn remembered(person: &Person, message: MessageId) -> Option<MessageView> {
    let session = &person.session;
    session.remembered_message(person.account(), message)
}

#[tokio::test]
async fn a_message_that_was_opened_is_shown_again_without_a_request() {
    let (_world, maartje, mut daan) = pair().await;
    let message = maartje.send(&daan.address, "Akte", "Ligt klaar.").await;
    assert_eq!(remembered(&daan, message), None);
    let opened = daan.open(message).await.unwrap();
    daan.browser.wire.take_exchanges();
    assert_eq!(remembered(&daan, message), Some(opened));
    assert!(daan.browser.wire.take_exchanges().is_empty());
    // A mailbox has what was opened in it, and a session what was opened in it.
    let elsewhere = daan.session.remembered_message(maartje.account(), message);
    assert_eq!(elsewhere, None);
    daan.sign_in_again().await;
    assert_eq!(remembered(&daan, message), None);
}

#[tokio::test]
async fn only_the_last_messages_are_remembered() {
    let (_world, maartje, daan) = pair().await;
    let first = maartje.send(&daan.address, "Een", "…").await;
    let second = maartje.send(&daan.address, "Twee", "…").await;
    daan.open(first).await.unwrap();
    daan.open(second).await.unwrap();
    for n in 0..49 {
        // Opened again it is the last one.
        daan.open(first).await.unwrap();
        let subject = n.to_string();
        let another = maartje.send(&daan.address, &subject, "…").await;
        daan.open(another).await.unwrap();
    }
    assert!(remembered(&daan, first).is_some());
    assert_eq!(remembered(&daan, second), None);
}

#[tokio::test]
async fn what_changed_is_remembered_no_longer() {
    let (world, maartje, daan) = pair().await;
    let content = DraftContent {
        options: SendOptions {
            expires_after_ms: Some(HOUR_MS),
            receipt: true,
        },
        ..letter(&[&daan.address], "Even", "…")
    };
    let message = maartje.write_as(maartje.account(), &content).await.unwrap();
    let (account, only) = (daan.account(), [message]);
    let session = &daan.session;
    let open = async || {
        daan.open(message).await.unwrap();
        assert!(remembered(&daan, message).is_some());
    };

    open().await;
    let star = session.mark_messages(account, &only, None, Some(true));
    star.await.unwrap();
    assert_eq!(remembered(&daan, message), None);

    open().await;
    let archive = session.move_messages(account, &only, Folder::Archive);
    archive.await.unwrap();
    assert_eq!(remembered(&daan, message), None);

    open().await;
    assert!(remembered(&daan, message).is_some_and(|it| it.receipt_wanted));
    session.send_receipt(account, message).await.unwrap();
    assert!(remembered(&daan, message).is_some_and(|it| !it.receipt_wanted));

    // Its sender takes it back: the list says so, or opening it does.
    open().await;
    let taken_back = maartje.send(&daan.address, "Terug", "…").await;
    let other = maartje.send(&daan.address, "Ook terug", "…").await;
    for message in [taken_back, other] {
        daan.open(message).await.unwrap();
        let revoke = maartje.session.revoke_message(maartje.account(), message);
        revoke.await.unwrap();
    }
    daan.open(other).await.unwrap_err();
    assert_eq!(remembered(&daan, other), None);
    assert!(remembered(&daan, taken_back).is_some());
    daan.rows(Folder::Inbox).await;
    assert_eq!(remembered(&daan, taken_back), None);

    // Its time is over.
    assert!(remembered(&daan, message).is_some());
    world.advance_ms(HOUR_MS + 60_000);
    assert_eq!(remembered(&daan, message), None);
}
