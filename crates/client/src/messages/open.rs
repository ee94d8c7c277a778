use zegel_api::{Empty, ErrorCode, Folder, GetMessage, Message};
use zegel_crypto::OpenMessage;
use zegel_crypto::blob::ListEntry;
use zegel_crypto::content::{Body, Snippet};
use zegel_protocol::encoding::Canonical as _;
use zegel_protocol::{IdentityKey, MessageId, SignedMessage};

use super::send::names;
use crate::contacts::Contact;
use crate::environment::{Step, Steps};
use crate::failure::Outcome;
use crate::pins;
use crate::session::{Own, SignedIn};
use crate::view::{Failure, MessageView, Reason, Trust};

/// A message that was verified and opened.
pub(super) struct Opened {
    pub(super) signed: SignedMessage,
    pub(super) sender: Contact,
    pub(super) body: Body,
    /// Its row of the list.
    pub(super) entry: ListEntry,
}

impl SignedIn {
    /// Opens a message, verifies it, and marks it as read.
    ///
    /// # Errors
    /// [`Reason::NotAuthentic`] where it is not signed by who it says, is not the message asked
    /// for, or was altered; [`Reason::KeyChanged`] where it is signed by a key of the sender that
    /// this user has not accepted. Nothing of it is shown then.
    pub async fn open_message(
        &self,
        message: MessageId,
        folder: Folder,
        steps: Steps<'_>,
    ) -> Outcome<MessageView> {
        steps(Step::Contacting);
        let fetched = self.fetch(message).await?;
        steps(Step::Opening);
        let opened = self.open(message, folder, &fetched).await;
        self.pin_met_if_room().await?;
        let opened = opened?;
        let known = self.own.borrow().entries.get(&message).cloned();
        if known.is_none_or(|known| known.listed != opened.entry.listed) {
            self.put_list_entries(&[(message, opened.entry.clone())])
                .await?;
        }
        if !fetched.read {
            self.mark_read(&[message], true).await?;
        }
        let mut recipients = Vec::new();
        for recipient in &opened.signed.header.recipients {
            if let Some(contact) = self.glance(recipient.account).await? {
                recipients.push(contact.view());
            }
        }
        let listed = &opened.entry.listed;
        Ok(MessageView {
            message,
            sender: opened.sender.view(),
            recipients,
            subject: listed.subject.as_str().to_owned(),
            text: opened.body.text.as_str().to_owned(),
            sent_at_ms: listed.sent_at.0,
            folder,
        })
    }

    pub(super) async fn fetch(&self, message: MessageId) -> Outcome<Message> {
        self.environment
            .call_at::<GetMessage>(&[&message.to_string()], &Empty {})
            .await
    }

    /// Verifies and opens what the server gave for a message.
    pub(super) async fn open(
        &self,
        message: MessageId,
        folder: Folder,
        fetched: &Message,
    ) -> Outcome<Opened> {
        let signed = SignedMessage::from_bytes(&fetched.signed.0)?;
        let header = &signed.header;
        let own_account = self.own.borrow().account;
        let received = header.recipients.iter().any(|to| to.account == own_account);
        let belongs = match folder {
            Folder::Inbox => received,
            Folder::Sent => header.sender == own_account,
        };
        if header.message != message || !belongs {
            return Err(Reason::NotAuthentic.into());
        }
        let sender = self.contact(header.sender).await.map_err(no_such_sender)?;
        let correspondents = match folder {
            Folder::Inbox => names(std::slice::from_ref(&sender)),
            Folder::Sent => {
                let mut recipients = Vec::new();
                for recipient in &header.recipients {
                    recipients.extend(self.glance(recipient.account).await?);
                }
                names(&recipients)
            }
        };
        let opened = {
            let own = self.own.borrow();
            own.decrypt(&signed, &sender, fetched, correspondents.clone())
        };
        let (sender, (body, entry)) = match opened {
            Ok(opened) => (sender, opened),
            // Not by the keys that this session knows: they may be newer by now.
            Err(_) => {
                let sender = self
                    .meet_account(header.sender)
                    .await
                    .map_err(no_such_sender)?;
                let own = self.own.borrow();
                let opened = own.decrypt(&signed, &sender, fetched, correspondents)?;
                (sender, opened)
            }
        };
        Ok(Opened {
            signed,
            sender,
            body,
            entry,
        })
    }
}

/// A message of an account that does not exist is nobody's.
fn no_such_sender(failure: Failure) -> Failure {
    match failure.reason {
        Reason::Server(ErrorCode::NotFound) => Reason::NotAuthentic.into(),
        _ => failure,
    }
}

impl Own {
    /// Verifies under the sender's identity and opens: by the message key of the list entry where
    /// that is of this very message, else by the own stanza.
    fn decrypt(
        &self,
        signed: &SignedMessage,
        sender: &Contact,
        fetched: &Message,
        correspondents: Snippet,
    ) -> Outcome<(Body, ListEntry)> {
        let identity = self.accepted_identity(signed, sender)?;
        let by_entry = self
            .entries
            .get(&signed.header.message)
            .and_then(|entry| OpenMessage::from_list_entry(signed, &identity, entry).ok());
        let message = match by_entry {
            Some(message) => message,
            None => self.decapsulate(signed, &identity, sender, fetched)?,
        };
        let summary = message.summary(&fetched.summary.0)?;
        let body = message.body(&fetched.body.0)?;
        let entry = message.list_entry(&summary, correspondents);
        Ok((body, entry))
    }

    fn decapsulate<'a>(
        &self,
        signed: &'a SignedMessage,
        identity: &IdentityKey,
        sender: &Contact,
        fetched: &Message,
    ) -> Outcome<OpenMessage<'a>> {
        // A send key of an older generation may be one that was revoked.
        let certificate = &signed.header.send_certificate.statement;
        if certificate.generation < sender.state.statement.mailbox_generation {
            return Err(Reason::NotAuthentic.into());
        }
        let generation = signed
            .header
            .stanza_recipients()
            .nth(usize::from(fetched.stanza_index))
            .filter(|to| to.account == self.account)
            .map(|to| to.generation)
            .ok_or(Reason::NotAuthentic)?;
        let mailbox = self
            .mailbox
            .of_generation(generation)
            .ok_or(Reason::NotAuthentic)?;
        let message =
            OpenMessage::from_stanza(signed, identity, self.account, mailbox, &fetched.stanza.0)?;
        Ok(message)
    }

    /// The identity that a message has to be signed under: of somebody whose key changed, the one
    /// that this user accepted.
    fn accepted_identity(
        &self,
        signed: &SignedMessage,
        sender: &Contact,
    ) -> Result<IdentityKey, Failure> {
        if sender.trust != Trust::Changed {
            return Ok(sender.state.statement.identity);
        }
        let pinned = pins::contact(&self.pins.content, sender.account)
            .map(|pinned| pinned.identity)
            .filter(|identity| signed.verify(identity).is_ok());
        pinned.ok_or_else(|| {
            let by_new_key = signed.verify(&sender.state.statement.identity).is_ok();
            if by_new_key {
                Reason::KeyChanged.into()
            } else {
                Reason::NotAuthentic.into()
            }
        })
    }
}
