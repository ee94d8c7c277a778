//! The same thing done again: because an answer got lost, or because somebody else was faster.

use zegel_api::{ErrorCode, Folder};
use zegel_client::unwatched;
use zegel_client::view::{DraftContent, Reason};
use zegel_protocol::DraftId;

use super::pair;
use crate::common::{Person, letter, reason};

async fn send(person: &Person, draft: DraftId, content: &DraftContent) -> Result<(), Reason> {
    person
        .session
        .send_message(person.account(), draft, content, &unwatched)
        .await
        .map_err(|failure| failure.reason)
}

#[tokio::test]
async fn a_message_whose_answer_was_lost_arrives_once() {
    let (_world, maartje, daan) = pair().await;
    let draft = maartje.session.new_draft();
    let content = letter(&[&daan.address], "Eenmaal", "Andermaal?");
    maartje
        .browser
        .wire
        .lose_next(&maartje.mail_path("messages"));
    assert_eq!(send(&maartje, draft, &content).await, Err(Reason::Offline));
    assert_eq!(send(&maartje, draft, &content).await, Ok(()));
    let expected = ("Eenmaal".to_owned(), "Andermaal?".to_owned());
    assert_eq!(daan.inbox().await, [expected]);
    assert_eq!(maartje.rows(Folder::Sent).await.len(), 1);

    // What was changed since is another message: it was not sent, and nobody believes so.
    let changed = letter(&[&daan.address], "Eenmaal", "Toch niet.");
    let duplicate = Err(Reason::Server(ErrorCode::DuplicateId));
    assert_eq!(send(&maartje, draft, &changed).await, duplicate);
    let noor = letter(&[&maartje.address], "Eenmaal", "Andermaal?");
    assert_eq!(send(&maartje, draft, &noor).await, duplicate);
    assert_eq!(daan.inbox().await.len(), 1);
}

#[tokio::test]
async fn somebody_elses_identifier_is_no_message_of_ones_own() {
    let (_world, maartje, daan) = pair().await;
    let message = maartje.send(&daan.address, "Van Maartje", "…").await;
    let content = letter(&[&daan.address], "Van Maartje", "…");
    let duplicate = Err(Reason::Server(ErrorCode::DuplicateId));
    assert_eq!(send(&daan, DraftId(message.0), &content).await, duplicate);
    assert_eq!(daan.rows(Folder::Sent).await.len(), 0);
}

#[tokio::test]
async fn two_browsers_that_answer_at_the_same_time_both_send() {
    let (world, maartje, daan) = pair().await;
    let first = maartje.send(&daan.address, "Akte", "Een").await;
    let conversation = maartje.open(first).await.unwrap().conversation;
    let browser = world.browser();
    let other = browser
        .client
        .sign_in(&maartje.address, &maartje.password, &unwatched)
        .await
        .unwrap();
    let content = |text: &str| DraftContent {
        conversation: Some(conversation),
        ..letter(&[&daan.address], "Akte", text)
    };
    let (two, three) = (content("Twee"), content("Drie"));
    let account = maartje.account();
    let (here, there) = futures_util::future::join(
        maartje.write_as(account, &two),
        other.send_message(account, other.new_draft(), &three, &unwatched),
    )
    .await;
    here.unwrap();
    there.unwrap();
    let rows = daan
        .session
        .open_conversation(daan.account(), conversation, &unwatched)
        .await
        .unwrap();
    assert_eq!(rows.len(), 3);
    for row in rows {
        assert!(!daan.open(row.message).await.unwrap().gap);
    }
}

#[tokio::test]
async fn a_draft_whose_answer_was_lost_is_no_conflict() {
    let (_world, maartje, daan) = pair().await;
    let draft = maartje.session.new_draft();
    let content = letter(&[&daan.address], "Concept", "Nog niet af");
    let path = maartje.mail_path(&format!("drafts/{draft}"));
    maartje.browser.wire.lose_next(&path);
    let save = async |replaces, content: &DraftContent| {
        maartje
            .session
            .save_draft(maartje.account(), draft, replaces, content)
            .await
    };
    assert_eq!(reason(save(0, &content).await), Reason::Offline);
    assert_eq!(save(0, &content).await, Ok(1));
    let changed = letter(&[&daan.address], "Concept", "Bijna af");
    let conflict = Reason::Server(ErrorCode::Conflict);
    assert_eq!(reason(save(0, &changed).await), conflict);
    assert_eq!(save(1, &changed).await, Ok(2));
}
