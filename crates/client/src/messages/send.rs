use zegel_api::{ErrorCode, SendMessage, SendMessageRequest, Stanza};
use zegel_crypto::content::{Body, Snippet, Subject, Summary};
use zegel_crypto::message::seal_message;
use zegel_crypto::{Addressee, MessageInput, SealedMessage, make_id};
use zegel_protocol::encoding::Canonical as _;
use zegel_protocol::limits::MAX_RECIPIENTS;
use zegel_protocol::{Address, ConversationId, MessageId};

use crate::contacts::Contact;
use crate::environment::{Step, Steps};
use crate::failure::Outcome;
use crate::session::SignedIn;
use crate::view::{Failure, Field, Reason, Trust};

/// How often a message is sealed anew when recipients' keys change at the same time.
const MAX_TRIES: u32 = 3;
/// Characters of the text that a list shows.
const SNIPPET_CHARS: usize = 140;

/// What is sent, whoever it is sealed to.
struct Written {
    message: MessageId,
    conversation: ConversationId,
    summary: Summary,
    body: Body,
}

impl SignedIn {
    /// Sends a message. Recipients' keys are looked up at this moment; one that changed since this
    /// account met it stops the sending until the user has decided.
    ///
    /// # Errors
    /// [`Reason::KeyChanged`] and `unknown_recipient` of [`Field::Recipient`]; [`Reason::Empty`]
    /// and [`Reason::TooLong`] of the field concerned. Nothing was sent then.
    pub async fn send_message(
        &self,
        to: &[Address],
        subject: &str,
        text: &str,
        steps: Steps<'_>,
    ) -> Outcome<()> {
        let mut to = to.to_vec();
        to.sort_unstable();
        to.dedup();
        if to.is_empty() {
            return Err(Failure::of(Field::Recipient, Reason::Empty));
        }
        if to.len() > MAX_RECIPIENTS {
            return Err(Failure::of(Field::Recipient, Reason::TooLong));
        }
        let written = self.write(subject, text)?;
        for _ in 0..MAX_TRIES {
            steps(Step::Contacting);
            let recipients = self.recipients(&to).await?;
            steps(Step::Sealing);
            let (request, sealed, names) = self.seal(&written, &recipients)?;
            steps(Step::Contacting);
            match self.environment.call::<SendMessage>(&request).await {
                Ok(_) => {
                    let entry = sealed.open().list_entry(&written.summary, names);
                    self.own.borrow_mut().keep_entry(written.message, entry);
                    return Ok(());
                }
                Err(failure) if failure.reason == Reason::Server(ErrorCode::StaleRecipient) => {}
                Err(failure) => return Err(failure),
            }
        }
        Err(Reason::Server(ErrorCode::StaleRecipient).into())
    }

    fn write(&self, subject: &str, text: &str) -> Outcome<Written> {
        let too_long = |field| Failure::of(field, Reason::TooLong);
        let subject = subject.trim().to_owned();
        if subject.is_empty() && text.trim().is_empty() {
            return Err(Failure::of(Field::Text, Reason::Empty));
        }
        let summary = Summary {
            subject: Subject::try_from(subject).map_err(|_| too_long(Field::Subject))?,
            snippet: Snippet::truncated(&snippet(text)),
            attachments: 0,
        };
        let body = Body {
            text: text
                .to_owned()
                .try_into()
                .map_err(|_| too_long(Field::Text))?,
            attachments: Vec::new(),
        };
        Ok(self.environment.with_rng(|rng| Written {
            message: make_id(rng),
            conversation: make_id(rng),
            summary,
            body,
        }))
    }

    /// The recipients as the server states them now, each judged against what is known of them.
    async fn recipients(&self, to: &[Address]) -> Outcome<Vec<Contact>> {
        let mut recipients = Vec::with_capacity(to.len());
        for address in to {
            let contact = self.meet_address(address).await?;
            if contact.trust == Trust::Changed {
                return Err(Failure::of(Field::Recipient, Reason::KeyChanged));
            }
            recipients.push(contact);
        }
        self.pin_met().await?;
        recipients.sort_by_key(|contact| contact.account);
        recipients.dedup_by_key(|contact| contact.account);
        Ok(recipients)
    }

    fn seal(
        &self,
        written: &Written,
        recipients: &[Contact],
    ) -> Outcome<(SendMessageRequest, SealedMessage, Snippet)> {
        let own = self.own.borrow();
        let addressees: Vec<Addressee<'_>> = recipients
            .iter()
            .map(|contact| Addressee {
                account: contact.account,
                key: &contact.state.statement.mailbox_encryption,
                generation: contact.state.statement.mailbox_generation,
            })
            .collect();
        let state = &own.state.statement;
        let input = MessageInput {
            message: written.message,
            conversation: written.conversation,
            send_certificate: own.send_certificate.clone(),
            sent_at: self.environment.now(),
            recipients: &addressees,
            sender: Addressee {
                account: own.account,
                key: &state.mailbox_encryption,
                generation: state.mailbox_generation,
            },
            counter: 1,
            previous: None,
            expires_at: None,
            checkpoint: None,
        };
        let sealed = self.environment.with_rng(|rng| {
            seal_message(
                input,
                &written.summary,
                &written.body,
                &own.keyring.send,
                rng,
            )
        })?;
        let names = names(recipients);
        let entry = sealed.open().list_entry(&written.summary, names.clone());
        let accounts = recipients.iter().map(|contact| contact.account);
        let stanzas = accounts.chain([own.account]).zip(&sealed.stanzas);
        let request = SendMessageRequest {
            signed: sealed.signed.to_bytes().into(),
            summary: sealed.summary.clone().into(),
            body: sealed.body.clone().into(),
            stanzas: stanzas
                .map(|(account, stanza)| Stanza {
                    account,
                    sealed: stanza.clone().into(),
                })
                .collect(),
            list_entry: self.seal_list_entry(written.message, &entry)?.into(),
        };
        Ok((request, sealed, names))
    }
}

/// The first words of a text in one line.
fn snippet(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().take(SNIPPET_CHARS).collect();
    words.join(" ").chars().take(SNIPPET_CHARS).collect()
}

/// What a list calls people.
pub(super) fn names(people: &[Contact]) -> Snippet {
    let names: Vec<&str> = people
        .iter()
        .map(|contact| match contact.name.trim() {
            "" => contact.address.as_str(),
            name => name,
        })
        .collect();
    Snippet::truncated(&names.join(", "))
}
