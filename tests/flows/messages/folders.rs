use zegel_api::{ErrorCode, Folder};
use zegel_client::unwatched;
use zegel_client::view::{CountsView, Reason};
use zegel_protocol::MessageId;

use super::pair;
use crate::common::{Person, reason};

async fn subjects(person: &Person, folder: Folder) -> Vec<String> {
    let rows = person.rows(folder).await;
    rows.into_iter().map(|row| row.subject).collect()
}

async fn move_to(person: &Person, message: MessageId, folder: Folder) {
    person
        .session
        .move_messages(person.account(), &[message], folder)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_message_lies_where_it_was_put() {
    let (_world, maartje, daan) = pair().await;
    let first = maartje.send(&daan.address, "Eerste", "…").await;
    maartje.send(&daan.address, "Tweede", "…").await;

    move_to(&daan, first, Folder::Archive).await;
    assert_eq!(subjects(&daan, Folder::Inbox).await, ["Tweede"]);
    assert_eq!(subjects(&daan, Folder::Archive).await, ["Eerste"]);
    // It opens there, without anybody having listed it before.
    let opened = daan.open(first).await.unwrap();
    assert_eq!((opened.folder, opened.own), (Folder::Archive, false));

    move_to(&daan, first, Folder::Trash).await;
    assert_eq!(subjects(&daan, Folder::Archive).await, [""; 0]);
    assert_eq!(subjects(&daan, Folder::Trash).await, ["Eerste"]);
    move_to(&daan, first, Folder::Inbox).await;
    assert_eq!(subjects(&daan, Folder::Inbox).await, ["Tweede", "Eerste"]);

    // What was sent goes back to sent.
    move_to(&maartje, first, Folder::Trash).await;
    assert_eq!(subjects(&maartje, Folder::Sent).await, ["Tweede"]);
    let rows = maartje.rows(Folder::Trash).await;
    assert_eq!(rows[0].correspondents, "Daan de Boer");
    move_to(&maartje, first, Folder::Inbox).await;
    assert_eq!(subjects(&maartje, Folder::Inbox).await, [""; 0]);
    assert_eq!(subjects(&maartje, Folder::Sent).await, ["Tweede", "Eerste"]);
}

#[tokio::test]
async fn stars_and_read_marks_are_kept_apart() {
    let (_world, maartje, mut daan) = pair().await;
    let first = maartje.send(&daan.address, "Eerste", "…").await;
    let second = maartje.send(&daan.address, "Tweede", "…").await;
    let mark = async |message, read, starred| {
        daan.session
            .mark_messages(daan.account(), &[message], read, starred)
            .await
            .unwrap();
    };
    mark(first, None, Some(true)).await;
    assert_eq!(subjects(&daan, Folder::Starred).await, ["Eerste"]);
    let rows = daan.rows(Folder::Inbox).await;
    let marks: Vec<(bool, bool)> = rows.iter().map(|row| (row.read, row.starred)).collect();
    assert_eq!(marks, [(false, false), (false, true)]);
    assert!(daan.open(first).await.unwrap().starred);

    // Starred, it is found wherever it lies but in the trash.
    move_to(&daan, first, Folder::Archive).await;
    assert_eq!(subjects(&daan, Folder::Starred).await, ["Eerste"]);
    move_to(&daan, first, Folder::Trash).await;
    assert_eq!(subjects(&daan, Folder::Starred).await, [""; 0]);
    move_to(&daan, first, Folder::Inbox).await;

    let unread = async || {
        let page = daan
            .session
            .list_messages(daan.account(), Folder::Inbox, true, None, &unwatched)
            .await
            .unwrap();
        let subjects: Vec<String> = page.rows.into_iter().map(|row| row.subject).collect();
        (page.unread, subjects)
    };
    assert_eq!(unread().await, (1, vec!["Tweede".to_owned()]));
    daan.open(second).await.unwrap();
    assert_eq!(unread().await, (0, vec![]));
    mark(first, Some(false), None).await;
    assert_eq!(unread().await, (1, vec!["Eerste".to_owned()]));
    assert_eq!(subjects(&daan, Folder::Starred).await, ["Eerste"]);

    daan.sign_in_again().await;
    let counts = daan.session.mail_counts(daan.account()).await.unwrap();
    let expected = CountsView {
        unread: 1,
        drafts: 0,
    };
    assert_eq!(counts, expected);
}

#[tokio::test]
async fn only_the_trash_is_emptied() {
    let (_world, maartje, daan) = pair().await;
    let message = maartje.send(&daan.address, "Weg ermee", "…").await;
    let delete = async || {
        daan.session
            .delete_messages(daan.account(), &[message])
            .await
    };
    assert_eq!(reason(delete().await), Reason::Server(ErrorCode::Conflict));
    assert_eq!(subjects(&daan, Folder::Inbox).await, ["Weg ermee"]);
    move_to(&daan, message, Folder::Trash).await;
    delete().await.unwrap();
    assert_eq!(subjects(&daan, Folder::Trash).await, [""; 0]);
    let gone = reason(daan.open(message).await);
    assert_eq!(gone, Reason::Server(ErrorCode::NotFound));
    // The sender's own copy is the sender's.
    assert_eq!(maartje.open(message).await.unwrap().subject, "Weg ermee");
}
