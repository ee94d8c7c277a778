use zegel_api::{ErrorCode, Folder};
use zegel_client::view::{Condition, DraftContent, Reason, SendOptions};
use zegel_protocol::MessageId;

use super::pair;
use crate::common::{Person, letter, reason};

const GONE: Reason = Reason::Server(ErrorCode::Gone);
const HOUR_MS: u64 = 60 * 60 * 1000;

async fn send(from: &Person, to: &Person, options: SendOptions) -> MessageId {
    let content = DraftContent {
        options,
        ..letter(&[&to.address], "Even niet", "Vergeet dit.")
    };
    from.write_as(from.account(), &content).await.unwrap()
}

#[tokio::test]
async fn a_message_that_was_taken_back_is_gone_for_everybody() {
    let (_world, maartje, mut daan) = pair().await;
    let kept = maartje.send(&daan.address, "Blijft", "…").await;
    let message = send(&maartje, &daan, SendOptions::default()).await;
    assert_eq!(daan.open(message).await.unwrap().text, "Vergeet dit.");

    // Only its sender can.
    let revoke = async |person: &Person| {
        person
            .session
            .revoke_message(person.account(), message)
            .await
    };
    assert_eq!(reason(revoke(&daan).await), Reason::NotAuthentic);
    revoke(&maartje).await.unwrap();

    for again in [false, true] {
        if again {
            daan.sign_in_again().await;
        }
        let rows = daan.rows(Folder::Inbox).await;
        assert_eq!((rows[0].message, rows[1].message), (message, kept));
        assert_eq!(rows[0].condition, Condition::Gone);
        assert_eq!(
            (rows[0].subject.as_str(), rows[0].snippet.as_str()),
            ("", "")
        );
        assert_eq!(rows[1].condition, Condition::Authentic);
        assert_eq!(reason(daan.open(message).await), GONE);
        assert_eq!(daan.open(kept).await.unwrap().subject, "Blijft");
    }
    assert_eq!(reason(maartje.open(message).await), GONE);
    let sent = maartje.rows(Folder::Sent).await;
    assert_eq!(sent[0].condition, Condition::Gone);
}

#[tokio::test]
async fn a_message_disappears_when_its_time_is_over() {
    let (world, maartje, mut daan) = pair().await;
    let options = SendOptions {
        expires_after_ms: Some(HOUR_MS),
        receipt: false,
    };
    let message = send(&maartje, &daan, options).await;
    let opened = daan.open(message).await.unwrap();
    assert_eq!(opened.expires_at_ms, Some(opened.sent_at_ms + HOUR_MS));

    world.advance_ms(HOUR_MS + 60_000);
    daan.sign_in_again().await;
    assert_eq!(reason(daan.open(message).await), GONE);
    assert_eq!(reason(maartje.open(message).await), GONE);
    let rows = daan.rows(Folder::Inbox).await;
    assert!(rows.iter().all(|row| row.subject.is_empty()), "{rows:?}");
}

#[tokio::test]
async fn a_receipt_is_sent_when_the_reader_agrees() {
    let (_world, maartje, daan) = pair().await;
    let options = SendOptions {
        expires_after_ms: None,
        receipt: true,
    };
    let message = send(&maartje, &daan, options).await;
    assert!(daan.open(message).await.unwrap().receipt_wanted);
    // Reading alone tells nobody, and the sender asks themselves for nothing.
    let own = maartje.open(message).await.unwrap();
    assert_eq!(own.receipts, []);
    assert!(!own.receipt_wanted);

    daan.session
        .send_receipt(daan.account(), message)
        .await
        .unwrap();
    assert!(!daan.open(message).await.unwrap().receipt_wanted);
    let own = maartje.open(message).await.unwrap();
    let readers: Vec<&str> = own.receipts.iter().map(|it| it.address.as_str()).collect();
    assert_eq!(readers, [daan.address.as_str()]);

    let plain = maartje.send(&daan.address, "Gewoon", "…").await;
    assert!(!daan.open(plain).await.unwrap().receipt_wanted);
}
