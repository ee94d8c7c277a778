use zegel_api::{ErrorCode, Folder};
use zegel_client::unwatched;
use zegel_client::view::{DraftContent, DraftView, Field, Reason, SendOptions};

use super::pair;
use crate::common::{Person, World, letter, reason};

fn unfinished() -> DraftContent {
    DraftContent {
        to: vec!["daan@vandijk.example".to_owned(), "noor@".to_owned()],
        subject: "Concept".to_owned(),
        text: "Nog niet af".to_owned(),
        options: SendOptions {
            expires_after_ms: Some(24 * 60 * 60 * 1000),
            receipt: true,
        },
        ..DraftContent::default()
    }
}

async fn drafts(person: &Person) -> Vec<DraftView> {
    let page = person.session.list_drafts(person.account(), None).await;
    page.unwrap().drafts
}

#[tokio::test]
async fn a_draft_is_there_in_every_browser_and_goes_with_the_message() {
    let (_world, mut maartje, daan) = pair().await;
    let draft = maartje.session.new_draft();
    let account = maartje.account();
    let save = async |person: &Person, replaces, content: &DraftContent| {
        person
            .session
            .save_draft(account, draft, replaces, content)
            .await
            .unwrap()
    };
    assert_eq!(save(&maartje, 0, &unfinished()).await, 1);
    maartje.sign_in_again().await;
    let found = drafts(&maartje).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].content, unfinished());
    assert_eq!((found[0].draft, found[0].version), (draft, 1));
    assert_eq!(found[0].edited_by, maartje.address.as_str());
    let counts = maartje.session.mail_counts(account).await.unwrap();
    assert_eq!(counts.drafts, 1);

    let finished = DraftContent {
        options: unfinished().options,
        ..letter(&[&daan.address], "Concept", "Nu wel af")
    };
    assert_eq!(save(&maartje, 1, &finished).await, 2);
    let opened = maartje.session.open_draft(account, draft).await.unwrap();
    assert_eq!((opened.version, &opened.content), (2, &finished));

    maartje
        .session
        .send_draft(account, draft, opened.version, &opened.content, &unwatched)
        .await
        .unwrap();
    assert_eq!(drafts(&maartje).await, []);
    let sent = maartje.rows(Folder::Sent).await;
    assert_eq!(sent[0].message.0, draft.0);
    let received = daan.open(sent[0].message).await.unwrap();
    assert!(received.receipt_wanted);
    assert_eq!(
        received.expires_at_ms,
        Some(received.sent_at_ms + 24 * 60 * 60 * 1000)
    );
}

#[tokio::test]
async fn two_people_who_edit_a_draft_both_keep_their_text() {
    let world = World::start().await;
    let (owner, people) = world
        .organisation_of(&[("maartje", "Maartje Visser")])
        .await;
    let maartje = &people[0];
    let mailbox = owner.account();
    owner
        .session
        .grant_access(mailbox, maartje.account(), &maartje.address, false)
        .await
        .unwrap();
    let draft = owner.session.new_draft();
    let save = async |person: &Person, replaces, text: &str| {
        let content = letter(&[&maartje.address], "Samen", text);
        person
            .session
            .save_draft(mailbox, draft, replaces, &content)
            .await
    };
    let text_of = async |person: &Person| {
        let opened = person.session.open_draft(mailbox, draft).await.unwrap();
        (opened.content.text, opened.edited_by)
    };
    assert_eq!(save(&owner, 0, "Van mij").await, Ok(1));
    let (text, edited_by) = text_of(maartje).await;
    assert_eq!(
        (text.as_str(), edited_by),
        ("Van mij", owner.address.to_string())
    );
    assert_eq!(save(maartje, 1, "Van Maartje").await, Ok(2));
    let conflict = Reason::Server(ErrorCode::Conflict);
    assert_eq!(reason(save(&owner, 1, "Ook van mij").await), conflict);
    // Nothing was lost: theirs is on the server, and one's own is still in the page.
    let (text, edited_by) = text_of(&owner).await;
    assert_eq!(
        (text.as_str(), edited_by),
        ("Van Maartje", maartje.address.to_string())
    );
    let other = owner.session.new_draft();
    let mine = letter(&[&maartje.address], "Samen", "Ook van mij");
    owner
        .session
        .save_draft(mailbox, other, 0, &mine)
        .await
        .unwrap();
    let page = maartje.session.list_drafts(mailbox, None).await.unwrap();
    assert_eq!(page.drafts.len(), 2);
    assert_eq!(page.drafts[0].content, mine);

    maartje.session.delete_draft(mailbox, draft).await.unwrap();
    let page = owner.session.list_drafts(mailbox, None).await.unwrap();
    assert_eq!(page.drafts.len(), 1);
    let opened = owner.session.open_draft(mailbox, draft).await;
    assert_eq!(reason(opened), Reason::Server(ErrorCode::NotFound));
}

#[tokio::test]
async fn what_somebody_else_did_with_a_draft_is_not_sent_over() {
    let world = World::start().await;
    let (owner, people) = world
        .organisation_of(&[("maartje", "Maartje Visser"), ("daan", "Daan de Boer")])
        .await;
    let [maartje, daan] = &people[..] else {
        panic!("two people");
    };
    let mailbox = owner.account();
    owner
        .session
        .grant_access(mailbox, maartje.account(), &maartje.address, false)
        .await
        .unwrap();
    let mine = letter(&[&daan.address], "Samen", "Van mij");
    let theirs = letter(&[&daan.address], "Samen", "Van Maartje");
    let stored = async |versions: &[(&Person, &DraftContent)]| {
        let draft = owner.session.new_draft();
        for (version, (person, content)) in (0..).zip(versions) {
            let session = &person.session;
            session
                .save_draft(mailbox, draft, version, content)
                .await
                .unwrap();
        }
        draft
    };
    let send = async |person: &Person, draft, seen| {
        let session = &person.session;
        session
            .send_draft(mailbox, draft, seen, &mine, &unwatched)
            .await
    };
    let conflict = Reason::Server(ErrorCode::Conflict);

    // Changed: their text is still there, and nothing was sent.
    let draft = stored(&[(&owner, &mine), (maartje, &theirs)]).await;
    assert_eq!(reason(send(&owner, draft, 1).await), conflict);
    let kept = owner.session.open_draft(mailbox, draft).await.unwrap();
    assert_eq!((kept.version, kept.content), (2, theirs.clone()));
    assert!(daan.inbox().await.is_empty());
    send(&owner, draft, 2).await.unwrap();
    assert_eq!(daan.inbox().await.len(), 1);

    // Deleted: whoever deleted it did not want it sent.
    let draft = stored(&[(&owner, &mine)]).await;
    maartje.session.delete_draft(mailbox, draft).await.unwrap();
    assert_eq!(reason(send(&owner, draft, 1).await), conflict);
    assert_eq!(daan.inbox().await.len(), 1);

    // Sent: it goes out once, by whomever.
    let draft = stored(&[(&owner, &mine), (maartje, &theirs)]).await;
    let session = &maartje.session;
    session
        .send_draft(mailbox, draft, 2, &theirs, &unwatched)
        .await
        .unwrap();
    let duplicate = Reason::Server(ErrorCode::DuplicateId);
    assert_eq!(reason(send(&owner, draft, 2).await), duplicate);
    assert_eq!(daan.inbox().await.len(), 2);
}

#[tokio::test]
async fn what_no_message_could_carry_is_no_draft_either() {
    let world = World::start().await;
    let maartje = world.colleague("maartje", "Maartje Visser").await;
    let save = async |content: DraftContent| {
        let failure = maartje
            .session
            .save_draft(maartje.account(), maartje.session.new_draft(), 0, &content)
            .await
            .unwrap_err();
        (failure.reason, failure.field)
    };
    let subject = DraftContent {
        subject: "x".repeat(1001),
        ..unfinished()
    };
    let text = DraftContent {
        text: "x".repeat(1024 * 1024),
        ..unfinished()
    };
    let people = DraftContent {
        to: vec!["noor@".to_owned(); 101],
        ..unfinished()
    };
    assert_eq!(save(subject).await, (Reason::TooLong, Some(Field::Subject)));
    assert_eq!(save(text).await, (Reason::TooLong, Some(Field::Text)));
    assert_eq!(
        save(people).await,
        (Reason::TooLong, Some(Field::Recipient))
    );
}

#[tokio::test]
async fn a_draft_that_this_device_keeps_opens_for_its_mailbox_only() {
    let (_world, mut maartje, daan) = pair().await;
    let draft = DraftView {
        draft: maartje.session.new_draft(),
        version: 3,
        content: unfinished(),
        edited_by: maartje.address.to_string(),
        edited_at_ms: 1_790_000_000_000,
        earlier_key: false,
    };
    let account = maartje.account();
    let kept = maartje.session.seal_kept_draft(account, &draft).unwrap();
    assert!(!kept.windows(7).any(|it| it == b"Concept"));
    maartje.reload().await;
    let opened = maartje.session.open_kept_draft(account, &kept).await;
    assert_eq!(opened.unwrap(), draft);

    let opened = daan.session.open_kept_draft(daan.account(), &kept).await;
    assert_eq!(reason(opened), Reason::NotAuthentic);
    let opened = daan.session.open_kept_draft(account, &kept).await;
    assert_eq!(reason(opened), Reason::NoAccess);
    let mut other = kept.clone();
    other[0] ^= 1;
    for broken in [&other, &kept[..20].to_vec()] {
        let opened = maartje.session.open_kept_draft(account, broken).await;
        assert_eq!(reason(opened), Reason::NotAuthentic);
    }
}
