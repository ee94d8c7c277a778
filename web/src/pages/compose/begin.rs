//! What a message begins with.

use leptos::prelude::*;
use zegel_client::view::{DraftContent, DraftView, Failure, MessageView, SendOptions};
use zegel_protocol::{AccountId, MessageId};

use crate::i18n::{self, fill, mail as tx};
use crate::pages::safety::display_name;
use crate::routes::Compose;
use crate::state::App;
use crate::state::drafts::{answer_addresses, passed_on, quote, with_prefix};
use crate::state::plain_text::one_line;
use crate::worker::{
    call,
    messages::{KeptDraft, NewDraft, OpenDraft, OpenMessage},
};

/// A draft to go on with.
#[derive(Clone)]
pub(super) struct Beginning {
    pub(super) draft: DraftView,
    /// What is stored of it; for a new one what it begins with.
    pub(super) stored: DraftContent,
}

/// Finds or makes what a message begins with. What was written on this page and not stored yet goes first.
pub(super) async fn begin(
    app: App,
    mailbox: AccountId,
    begin: Compose,
) -> Result<Beginning, Failure> {
    if let Some(draft) = app.draft(mailbox)
        && belongs(&draft, &begin)
    {
        return Ok(unstored(draft));
    }
    match begin {
        Compose::Draft(id) => match call(OpenDraft { mailbox, draft: id }).await {
            Ok(draft) => Ok(Beginning {
                stored: draft.content.clone(),
                draft,
            }),
            // It may never have reached the server.
            Err(failure) => match call(KeptDraft { mailbox }).await {
                Ok(Some(draft)) if draft.draft == id => Ok(unstored(draft)),
                _ => Err(failure),
            },
        },
        Compose::New => {
            // A kept draft that does not open is no reason to stop somebody from writing.
            if let Ok(Some(draft)) = call(KeptDraft { mailbox }).await {
                return Ok(unstored(draft));
            }
            new(DraftContent::default()).await
        }
        Compose::To(address) => {
            new(DraftContent {
                to: vec![address.to_string()],
                ..DraftContent::default()
            })
            .await
        }
        Compose::Reply(message) => {
            let message = open(mailbox, message).await?;
            new(answer(&message, mailbox, false)).await
        }
        Compose::ReplyAll(message) => {
            let message = open(mailbox, message).await?;
            new(answer(&message, mailbox, true)).await
        }
        Compose::Forward(message) => {
            let message = open(mailbox, message).await?;
            new(forward(&message)).await
        }
    }
}

/// An empty message, where what it should begin with cannot be had.
pub(super) async fn empty() -> Result<Beginning, Failure> {
    new(DraftContent::default()).await
}

/// Whether what was being written is what the address asks for.
fn belongs(draft: &DraftView, begin: &Compose) -> bool {
    match begin {
        Compose::New => true,
        Compose::Draft(id) => draft.draft == *id,
        Compose::Reply(message) | Compose::ReplyAll(message) => {
            draft.content.answers == Some(*message)
        }
        Compose::To(_) | Compose::Forward(_) => false,
    }
}

/// A draft of which the server has another version, or none.
fn unstored(draft: DraftView) -> Beginning {
    Beginning {
        draft,
        stored: DraftContent::default(),
    }
}

async fn new(content: DraftContent) -> Result<Beginning, Failure> {
    let draft = DraftView {
        draft: call(NewDraft {}).await?,
        version: 0,
        content: content.clone(),
        edited_by: String::new(),
        edited_at_ms: 0,
    };
    Ok(Beginning {
        draft,
        stored: content,
    })
}

async fn open(mailbox: AccountId, message: MessageId) -> Result<MessageView, Failure> {
    call(OpenMessage { mailbox, message }).await
}

fn answer(message: &MessageView, mailbox: AccountId, all: bool) -> DraftContent {
    let name = one_line(&display_name(&message.sender));
    let (line, date) = untrack(|| (tx::REPLY_QUOTE, i18n::date_time(message.sent_at_ms)));
    let line = untrack(|| fill(line, &[("name", &name), ("date", &date)]));
    DraftContent {
        to: answer_addresses(message, mailbox, all),
        conversation: Some(message.conversation),
        answers: Some(message.message),
        subject: untrack(|| with_prefix(tx::REPLY_PREFIX.get(), &one_line(&message.subject))),
        text: quote(&line, &message.text),
        attachments: Vec::new(),
        options: SendOptions::default(),
    }
}

fn forward(message: &MessageView) -> DraftContent {
    let name = one_line(&display_name(&message.sender));
    let address = message.sender.address.to_string();
    let to: Vec<String> = message
        .recipients
        .iter()
        .map(|person| one_line(&display_name(person)))
        .collect();
    let to = to.join(", ");
    untrack(|| {
        let date = i18n::date_time(message.sent_at_ms);
        let values = [
            ("name", name.as_str()),
            ("address", &address),
            ("date", &date),
            ("to", &to),
        ];
        DraftContent {
            subject: with_prefix(tx::FORWARD_PREFIX.get(), &one_line(&message.subject)),
            text: passed_on(tx::FORWARD_QUOTE, &values, &message.text),
            attachments: message.attachments.clone(),
            ..DraftContent::default()
        }
    })
}
