//! What people write to each other, and what they do with it.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use zegel_api::Folder;
use zegel_client::{
    SignedIn, unwatched,
    view::{DraftContent, MessageRowView, SendOptions},
};
use zegel_protocol::AccountId;

use crate::people::{
    ANOUK, FATIMA, JORIS, LETTERS, Letter, PERMITS, QUESTION, QUESTION_ANSWER, REFERRAL,
    TO_SECRETARIAT, WELCOME,
};

/// Everybody's session, by address.
pub(crate) type People = BTreeMap<&'static str, SignedIn>;

/// Writes what is not there yet of what was written before there was an organisation.
pub(crate) async fn write_first(people: &People) -> Result<()> {
    for letter in &LETTERS {
        write(people, letter).await?;
    }
    let joris = &people[JORIS.address];
    let own = joris.view().account;
    if let Some(row) = find(joris, own, Folder::Inbox, REFERRAL).await? {
        joris
            .mark_messages(own, &[row.message], Some(true), Some(true))
            .await?;
    }
    let fatima = &people[FATIMA.address];
    let own = fatima.view().account;
    if let Some(row) = find(fatima, own, Folder::Inbox, PERMITS).await? {
        fatima
            .move_messages(own, &[row.message], Folder::Archive)
            .await?;
    }
    Ok(())
}

/// Writes what came to the functional account and what it answered, and last Sanne's welcome.
pub(crate) async fn write_to_secretariat(people: &People, secretariat: AccountId) -> Result<()> {
    for letter in &TO_SECRETARIAT {
        write(people, letter).await?;
    }
    let anouk = &people[ANOUK.address];
    let question = find(anouk, secretariat, Folder::Inbox, QUESTION)
        .await?
        .context("nothing came to the functional account")?;
    if question.answered_by.is_none() {
        let content = answer(anouk, secretariat, &question, QUESTION_ANSWER).await?;
        send(anouk, secretariat, &content).await?;
    }
    anouk
        .mark_messages(secretariat, &[question.message], None, Some(true))
        .await?;
    write(people, &WELCOME).await
}

/// Whether a letter lies in its writer's sent mail.
pub(crate) async fn was_sent(from: &SignedIn, letter: &Letter) -> Result<bool> {
    let own = from.view().account;
    let rows = rows(from, own, Folder::Sent).await?;
    let snippet = letter.text.split_whitespace().next().unwrap_or_default();
    Ok(rows
        .iter()
        .any(|row| row.subject == letter.subject && row.snippet.starts_with(snippet)))
}

async fn write(people: &People, letter: &Letter) -> Result<()> {
    let from = people
        .get(letter.from.address)
        .context("nobody writes this letter")?;
    if was_sent(from, letter).await? {
        return Ok(());
    }
    let own = from.view().account;
    let content = match letter.answers {
        Some(subject) => {
            let row = find(from, own, Folder::Inbox, subject)
                .await?
                .context("nothing to answer")?;
            answer(from, own, &row, letter.text).await?
        }
        None => DraftContent {
            to: vec![letter.to.to_owned()],
            subject: letter.subject.to_owned(),
            text: letter.text.to_owned(),
            ..DraftContent::default()
        },
    };
    send(from, own, &content).await
}

/// An answer to a message of a mailbox, as the page begins it.
async fn answer(
    by: &SignedIn,
    mailbox: AccountId,
    row: &MessageRowView,
    text: &str,
) -> Result<DraftContent> {
    let message = by.open_message(mailbox, row.message, &unwatched).await?;
    let subject = match message.subject.strip_prefix("Re: ") {
        Some(_) => message.subject,
        None => format!("Re: {}", message.subject),
    };
    Ok(DraftContent {
        to: vec![message.sender.address.to_string()],
        conversation: Some(message.conversation),
        answers: Some(message.message),
        subject,
        text: text.to_owned(),
        attachments: Vec::new(),
        options: SendOptions::default(),
    })
}

async fn send(by: &SignedIn, mailbox: AccountId, content: &DraftContent) -> Result<()> {
    by.send_message(mailbox, by.new_draft(), content, &unwatched)
        .await?;
    Ok(())
}

async fn find(
    by: &SignedIn,
    mailbox: AccountId,
    folder: Folder,
    subject: &str,
) -> Result<Option<MessageRowView>> {
    let rows = rows(by, mailbox, folder).await?;
    Ok(rows.into_iter().find(|row| row.subject == subject))
}

async fn rows(by: &SignedIn, mailbox: AccountId, folder: Folder) -> Result<Vec<MessageRowView>> {
    let page = by
        .list_messages(mailbox, folder, false, None, &unwatched)
        .await?;
    Ok(page.rows)
}
