//! What is written, and how it is sealed to everybody.

use zegel_api::{SendMessageRequest, SentDraft, Stanza};
use zegel_crypto::content::{Attachment, Body, Snippet, Subject, Summary};
use zegel_crypto::message::seal_message;
use zegel_crypto::{Addressee, MessageInput, SealedMessage, make_id};
use zegel_protocol::encoding::Canonical as _;
use zegel_protocol::{AccountId, AccountState, AttachmentId, ConversationId, Hash, MessageId};

use crate::contacts::Contact;
use crate::failure::Outcome;
use crate::session::SignedIn;
use crate::view::{DraftContent, Failure, Field, PersonView, Reason};

/// Characters of the text that a list shows.
const SNIPPET_CHARS: usize = 140;

/// What is sent, whoever it is sealed to.
pub(super) struct Written {
    /// The draft that it was, as it was seen last.
    pub(super) draft: SentDraft,
    /// The draft's identifier, so that it is sent once however often that is tried.
    pub(super) message: MessageId,
    pub(super) conversation: ConversationId,
    /// The conversation begins here: nothing can have been sent in it.
    pub(super) begins: bool,
    pub(super) answers: Option<MessageId>,
    pub(super) summary: Summary,
    pub(super) body: Body,
    pub(super) expires_after_ms: Option<u64>,
}

/// Place of a message in its chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) counter: u64,
    pub(super) previous: Option<Hash>,
}

impl Place {
    pub(super) const FIRST: Self = Self {
        counter: 1,
        previous: None,
    };
}

/// A message ready to go, and how the own list calls its recipients.
pub(super) struct Sealed {
    pub(super) request: SendMessageRequest,
    pub(super) message: SealedMessage,
    pub(super) names: Snippet,
}

impl SignedIn {
    pub(super) fn write(
        &self,
        draft: SentDraft,
        content: &DraftContent,
        attachments: Vec<Attachment>,
    ) -> Outcome<Written> {
        let too_long = |field| Failure::of(field, Reason::TooLong);
        let subject = content.subject.trim().to_owned();
        if subject.is_empty() && content.text.trim().is_empty() && attachments.is_empty() {
            return Err(Failure::of(Field::Text, Reason::Empty));
        }
        Ok(Written {
            draft,
            message: MessageId(draft.draft.0),
            conversation: content
                .conversation
                .unwrap_or_else(|| self.environment.with_rng(|rng| make_id(rng))),
            begins: content.conversation.is_none(),
            answers: content.answers,
            summary: Summary {
                subject: Subject::try_from(subject).map_err(|_| too_long(Field::Subject))?,
                snippet: Snippet::truncated(&snippet(&content.text)),
                attachments: u32::try_from(attachments.len()).unwrap_or(u32::MAX),
            },
            body: Body {
                text: content
                    .text
                    .clone()
                    .try_into()
                    .map_err(|_| too_long(Field::Text))?,
                attachments,
                receipt_wanted: content.options.receipt,
            },
            expires_after_ms: content.options.expires_after_ms,
        })
    }

    pub(super) fn seal(
        &self,
        mailbox: AccountId,
        written: &Written,
        recipients: &[Contact],
        place: Place,
    ) -> Outcome<Sealed> {
        let open = self.mailbox(mailbox)?;
        let now = self.environment.now();
        let addressees: Vec<Addressee<'_>> = recipients
            .iter()
            .map(|contact| addressee(&contact.state.statement))
            .collect();
        let input = MessageInput {
            message: written.message,
            conversation: written.conversation,
            send_certificate: open.send_certificate.clone(),
            sent_at: now,
            recipients: &addressees,
            sender: addressee(&open.state.statement),
            counter: place.counter,
            previous: place.previous,
            expires_at: written.expires_after_ms.map(|after| now.plus_ms(after)),
            checkpoint: None,
        };
        let message = self.environment.with_rng(|rng| {
            seal_message(input, &written.summary, &written.body, &open.send, rng)
        })?;
        let shown: Vec<PersonView> = recipients.iter().map(Contact::view).collect();
        let names = names(&shown);
        let entry = message.open().list_entry(&written.summary, names.clone());
        let accounts = recipients.iter().map(|contact| contact.account);
        let stanzas = accounts.chain([mailbox]).zip(&message.stanzas);
        let request = SendMessageRequest {
            signed: message.signed.to_bytes().into(),
            summary: message.summary.clone().into(),
            body: message.body.clone().into(),
            stanzas: stanzas
                .map(|(account, stanza)| Stanza {
                    account,
                    sealed: stanza.clone().into(),
                })
                .collect(),
            list_entry: self.seal_list_entry(&open, written.message, &entry)?.into(),
            attachments: ids(&written.body.attachments),
            answers: written.answers,
            draft: Some(written.draft),
        };
        Ok(Sealed {
            request,
            message,
            names,
        })
    }
}

fn addressee(state: &AccountState) -> Addressee<'_> {
    Addressee {
        account: state.account,
        key: &state.mailbox_encryption,
        generation: state.mailbox_generation,
    }
}

/// What attachments are called on the server.
pub(super) fn ids(attachments: &[Attachment]) -> Vec<AttachmentId> {
    attachments.iter().map(|it| it.id).collect()
}

/// The first words of a text in one line.
fn snippet(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().take(SNIPPET_CHARS).collect();
    words.join(" ").chars().take(SNIPPET_CHARS).collect()
}

/// What a list calls people.
pub(super) fn names(people: &[PersonView]) -> Snippet {
    let names: Vec<&str> = people
        .iter()
        .map(|person| match person.name.trim() {
            "" => person.address.as_str(),
            name => name,
        })
        .collect();
    Snippet::truncated(&names.join(", "))
}
