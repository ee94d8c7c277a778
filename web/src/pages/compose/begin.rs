//! What a message begins with.

use leptos::prelude::*;
use zegel_client::view::{DraftContent, DraftView, Failure, MessageView, SendOptions};
use zegel_protocol::{AccountId, DraftId, MessageId};

use super::clash::is_gone;
use super::saving::forget_kept;
use crate::i18n::{self, fill, mail as tx};
use crate::pages::safety::display_name;
use crate::routes::Compose;
use crate::state::App;
use crate::state::drafts::{answer_addresses, passed_on, quote, with_prefix};
use crate::state::plain_text::one_line;
use crate::worker::{
    call,
    messages::{KeptDraft, KeptDrafts, NewDraft, OpenDraft, OpenMessage},
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
        Compose::Draft(draft) => go_on(mailbox, draft).await,
        Compose::New => match left_over(mailbox).await {
            Some(draft) => Ok(unstored(draft)),
            None => new(DraftContent::default()).await,
        },
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

/// Goes on with a draft: with what this browser keeps of it, where the server has something else.
async fn go_on(mailbox: AccountId, draft: DraftId) -> Result<Beginning, Failure> {
    // What does not open is no reason to keep the server's version from somebody.
    let kept = call(KeptDraft { mailbox, draft }).await.ok().flatten();
    let had = kept.is_some();
    let stored = call(OpenDraft { mailbox, draft }).await;
    let beginning = newest(kept, stored)?;
    if had && beginning.draft.content == beginning.stored {
        // Kept any longer it would contradict what somebody stores later.
        forget_kept(mailbox, draft).await;
    }
    Ok(beginning)
}

/// Kept text goes first: it was written last here. Its version says what it replaces, so that somebody else's is
/// noticed.
fn newest(
    kept: Option<DraftView>,
    stored: Result<DraftView, Failure>,
) -> Result<Beginning, Failure> {
    match (kept, stored) {
        (Some(kept), Ok(stored)) if kept.content != stored.content => Ok(Beginning {
            draft: DraftView {
                // It goes on from that.
                earlier_key: stored.earlier_key,
                ..kept
            },
            stored: stored.content,
        }),
        (_, Ok(stored)) => Ok(Beginning {
            stored: stored.content.clone(),
            draft: stored,
        }),
        // It may never have reached the server.
        (Some(kept), Err(_)) => Ok(unstored(kept)),
        (None, Err(failure)) => Err(failure),
    }
}

/// A draft that only this browser has. One that does not open is no reason to stop somebody from writing.
async fn left_over(mailbox: AccountId) -> Option<DraftView> {
    for kept in call(KeptDrafts { mailbox }).await.unwrap_or_default() {
        let draft = kept.draft;
        let stored = call(OpenDraft { mailbox, draft }).await;
        if is_only_here(&kept, stored.as_ref()) {
            return Some(kept);
        }
    }
    None
}

/// Whether the server does not have a draft; where it cannot be asked, whether it never had.
fn is_only_here(kept: &DraftView, stored: Result<&DraftView, &Failure>) -> bool {
    stored.is_err_and(|failure| is_gone(failure) || kept.version == 0)
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
        earlier_key: false,
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

#[cfg(test)]
mod tests {
    use zegel_api::ErrorCode;
    use zegel_client::view::Reason;

    use super::*;

    fn draft(version: u32, text: &str) -> DraftView {
        DraftView {
            draft: [7; 16].into(),
            version,
            content: DraftContent {
                text: text.to_owned(),
                ..DraftContent::default()
            },
            edited_by: String::new(),
            edited_at_ms: 0,
            earlier_key: false,
        }
    }

    #[test]
    fn kept_text_goes_before_what_the_server_has() {
        let begun = newest(Some(draft(3, "more")), Ok(draft(3, "some"))).expect("a draft");
        assert_eq!(begun.draft, draft(3, "more"));
        assert_eq!(begun.stored.text, "some", "so that it is stored");

        let begun = newest(Some(draft(3, "more")), Ok(draft(4, "theirs"))).expect("a draft");
        assert_eq!(begun.draft, draft(3, "more"), "so that the versions clash");

        let begun = newest(Some(draft(3, "some")), Ok(draft(4, "some"))).expect("a draft");
        assert_eq!(begun.draft, draft(4, "some"));

        let old = DraftView {
            earlier_key: true,
            ..draft(3, "some")
        };
        let begun = newest(Some(draft(3, "more")), Ok(old)).expect("a draft");
        assert!(begun.draft.earlier_key, "to be looked at all the same");

        let offline = Failure::from(Reason::Offline);
        let begun = newest(Some(draft(3, "more")), Err(offline.clone())).expect("a draft");
        assert_eq!(begun.draft, draft(3, "more"));
        assert_eq!(newest(None, Err(offline.clone())).err(), Some(offline));
    }

    #[test]
    fn a_new_message_takes_up_what_the_server_does_not_have() {
        let gone = Failure::from(Reason::Server(ErrorCode::NotFound));
        let offline = Failure::from(Reason::Offline);
        assert!(is_only_here(&draft(0, "a"), Err(&gone)));
        assert!(is_only_here(&draft(3, "a"), Err(&gone)));
        assert!(is_only_here(&draft(0, "a"), Err(&offline)));
        assert!(!is_only_here(&draft(3, "a"), Err(&offline)));
        assert!(!is_only_here(&draft(3, "a"), Ok(&draft(3, "b"))));
    }
}
