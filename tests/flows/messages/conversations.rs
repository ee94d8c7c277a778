use zegel_api::Folder;
use zegel_client::unwatched;
use zegel_client::view::{DraftContent, MessageRowView, MessageView, SendOptions};
use zegel_protocol::{ConversationId, MessageId};

use super::pair;
use crate::common::{Person, World, letter};

/// What a page begins an answer with: to everybody, and to the sender.
fn answer(to: &MessageView, text: &str) -> DraftContent {
    let people = to.recipients.iter().chain([&to.sender]);
    DraftContent {
        to: people.map(|person| person.address.to_string()).collect(),
        conversation: Some(to.conversation),
        answers: Some(to.message),
        subject: format!("Re: {}", to.subject),
        text: text.to_owned(),
        attachments: Vec::new(),
        options: SendOptions::default(),
    }
}

async fn conversation(person: &Person, id: ConversationId) -> Vec<MessageRowView> {
    person
        .session
        .open_conversation(person.account(), id, &unwatched)
        .await
        .unwrap()
}

async fn reply(person: &Person, to: MessageId, text: &str) -> MessageId {
    let message = person.open(to).await.unwrap();
    let content = answer(&message, text);
    person.write_as(person.account(), &content).await.unwrap()
}

#[tokio::test]
async fn answers_make_a_conversation() {
    let (world, maartje, daan) = pair().await;
    let noor = world.colleague("noor", "Noor Bakker").await;
    let to = [&daan.address, &noor.address];
    let first = maartje
        .write_as(maartje.account(), &letter(&to, "Zitting", "Donderdag?"))
        .await
        .unwrap();
    let second = reply(&daan, first, "Donderdag kan.").await;
    let third = reply(&noor, second, "Bij mij ook.").await;
    let fourth = reply(&daan, third, "Mooi.").await;

    let id = maartje.open(first).await.unwrap().conversation;
    for person in [&maartje, &daan, &noor] {
        let rows = conversation(person, id).await;
        let messages: Vec<MessageId> = rows.iter().map(|row| row.message).collect();
        assert_eq!(messages, [first, second, third, fourth]);
        assert!(rows.iter().all(|row| row.conversation == id));
        for row in rows {
            let message = person.open(row.message).await.unwrap();
            assert_eq!(message.conversation, id);
            assert!(!message.gap, "{}", message.text);
            // Answering everybody writes to nobody twice, oneself included.
            let mut accounts: Vec<_> = message.recipients.iter().map(|it| it.account).collect();
            accounts.sort_unstable();
            accounts.dedup();
            assert_eq!(accounts.len(), message.recipients.len());
        }
    }
    let rows = daan.rows(Folder::Inbox).await;
    let answered = rows.iter().find(|row| row.message == third).unwrap();
    assert_eq!(answered.answered_by.as_deref(), Some(daan.address.as_str()));
}

#[tokio::test]
async fn a_chain_counts_what_was_sent_to_the_same_people() {
    let (_world, maartje, daan) = pair().await;
    let first = maartje.send(&daan.address, "Akte", "Een").await;
    let id = maartje.open(first).await.unwrap().conversation;
    let content = DraftContent {
        conversation: Some(id),
        ..letter(&[&daan.address], "Akte", "Twee")
    };
    let second = maartje.write_as(maartje.account(), &content).await.unwrap();

    // Another browser of the same person goes on where the first one was.
    let world = _world;
    let browser = world.browser();
    let session = browser
        .client
        .sign_in(&maartje.address, &maartje.password, &unwatched)
        .await
        .unwrap();
    let content = DraftContent {
        conversation: Some(id),
        ..letter(&[&daan.address], "Akte", "Drie")
    };
    let draft = session.new_draft();
    session
        .send_message(maartje.account(), draft, &content, &unwatched)
        .await
        .unwrap();
    let rows = conversation(&daan, id).await;
    let messages: Vec<MessageId> = rows.iter().map(|row| row.message).collect();
    assert_eq!(messages, [first, second, MessageId(draft.0)]);
    for row in rows {
        assert!(!daan.open(row.message).await.unwrap().gap);
    }
}

#[tokio::test]
async fn who_writes_an_answer_is_no_secret_of_the_mailbox() {
    let world = World::start().await;
    let (administrator, people) = world
        .organisation_of(&[("maartje", "Maartje Visser"), ("daan", "Daan de Boer")])
        .await;
    let [maartje, daan] = people.try_into().ok().unwrap();
    let owner = &administrator;
    owner
        .session
        .grant_access(owner.account(), maartje.account(), &maartje.address, true)
        .await
        .unwrap();
    let message = daan.send(&owner.address, "Vraag", "Kan het vandaag?").await;

    let mailbox = owner.account();
    let asked = maartje
        .session
        .open_message(mailbox, message, &unwatched)
        .await
        .unwrap();
    let draft = maartje.session.new_draft();
    let content = answer(&asked, "Ja.");
    maartje
        .session
        .save_draft(mailbox, draft, 0, &content)
        .await
        .unwrap();
    let rows = owner.rows(Folder::Inbox).await;
    assert_eq!(rows[0].answering.as_deref(), Some(maartje.address.as_str()));
    assert_eq!(rows[0].answered_by, None);
    let answers = async || owner.session.answers_to(mailbox, message).await.unwrap();
    let name = Some(maartje.address.to_string());
    assert_eq!(
        (answers().await.by, answers().await.now),
        (None, name.clone())
    );

    maartje
        .session
        .send_draft(mailbox, draft, 1, &content, &unwatched)
        .await
        .unwrap();
    let rows = owner.rows(Folder::Inbox).await;
    let row = rows.iter().find(|row| row.message == message).unwrap();
    assert_eq!(row.answering, None);
    assert_eq!(row.answered_by.as_deref(), Some(maartje.address.as_str()));
    assert_eq!((answers().await.by, answers().await.now), (name, None));
    // Everybody who reads the mailbox sees what it sent, and who read what it got.
    let sent = owner.rows(Folder::Sent).await;
    assert_eq!(sent[0].subject, "Re: Vraag");
    let seen = owner.open(message).await.unwrap();
    let readers: Vec<&str> = seen.readers.iter().map(|it| it.address.as_str()).collect();
    assert!(readers.contains(&maartje.address.as_str()), "{readers:?}");

    let rows = daan.rows(Folder::Inbox).await;
    let answered = daan.open(rows[0].message).await.unwrap();
    assert_eq!(answered.sender.account, mailbox);
    assert_eq!(answered.sent_by.as_deref(), Some("Maartje Visser"));
}
