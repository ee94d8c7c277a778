use std::collections::BTreeSet;

use zegel_api::{ChainHead, Empty, ErrorCode, GetChainHead, SendMessage, SentDraft};
use zegel_protocol::limits::MAX_RECIPIENTS;
use zegel_protocol::{AccountId, Address, DraftId, MessageHeader};

use super::kept::KeptEntry;
use super::seal::{Place, Sealed, Written, ids};
use crate::contacts::Contact;
use crate::environment::{Step, Steps};
use crate::failure::Outcome;
use crate::session::SignedIn;
use crate::view::{DraftContent, Failure, Field, Reason, Trust};

/// How often a message is sealed anew when keys or its chain change at the same time.
const MAX_TRIES: u32 = 4;

impl SignedIn {
    /// Sends a message of a mailbox: the own one, or one that this user may act as. `draft` is new,
    /// and was never stored. Recipients' keys are looked up at this moment; one that changed since
    /// this account met it stops the sending until the user has decided.
    ///
    /// A message whose sending got no answer can be sent again: it arrives once.
    ///
    /// # Errors
    /// [`Reason::KeyChanged`] with the account, [`Reason::Malformed`] and `unknown_recipient` of
    /// [`Field::Recipient`]; [`Reason::Empty`] and [`Reason::TooLong`] of the field concerned;
    /// `not_found` of [`Field::Attachment`]; `duplicate_id` where another text was sent as this
    /// draft; `conflict` where it is stored; [`Reason::NoAccess`]. Nothing was sent then.
    pub async fn send_message(
        &self,
        mailbox: AccountId,
        draft: DraftId,
        content: &DraftContent,
        steps: Steps<'_>,
    ) -> Outcome<()> {
        self.send_draft(mailbox, draft, 0, content, steps).await
    }

    /// [`SignedIn::send_message`] of a draft that may be stored, which goes in the same step.
    /// `version` is the stored one that whoever sends it saw last, 0 for none.
    ///
    /// # Errors
    /// As [`SignedIn::send_message`]. `conflict` where that version is not the stored one (any more):
    /// somebody else has changed the draft, or deleted it, and nobody looked at that here.
    pub async fn send_draft(
        &self,
        mailbox: AccountId,
        draft: DraftId,
        version: u32,
        content: &DraftContent,
        steps: Steps<'_>,
    ) -> Outcome<()> {
        let to = addresses(&content.to)?;
        self.reach(mailbox).await?;
        let attachments = self.attached(mailbox, draft, &content.attachments).await?;
        let written = self.write(SentDraft { draft, version }, content, attachments)?;
        let mut last = Reason::Internal;
        for _ in 0..MAX_TRIES {
            steps(Step::Contacting);
            let recipients = self.recipients(&to).await?;
            let place = self.place(mailbox, &written, &recipients).await?;
            steps(Step::Sealing);
            let sealed = self.seal(mailbox, &written, &recipients, place)?;
            steps(Step::Contacting);
            match self
                .call_in::<SendMessage>(mailbox, &[], &sealed.request)
                .await
            {
                Ok(_) => return self.keep_sent(mailbox, &written, &sealed),
                Err(failure) => match failure.reason {
                    Reason::Server(ErrorCode::StaleChain) => last = failure.reason,
                    // A recipient's keys; or those of the mailbox itself, which somebody replaced.
                    Reason::Server(ErrorCode::StaleRecipient) => {
                        last = failure.reason;
                        if mailbox == self.own.borrow().account {
                            self.refresh_own_to_send().await?;
                        } else {
                            self.mailboxes().await?;
                        }
                    }
                    Reason::Server(ErrorCode::DuplicateId) => {
                        return self.was_sent(mailbox, &written, &recipients).await;
                    }
                    // The message that a file was forwarded from is gone, or an upload too old.
                    Reason::Server(ErrorCode::NotFound) if !written.body.attachments.is_empty() => {
                        return Err(Failure::of(Field::Attachment, failure.reason));
                    }
                    _ => return Err(failure),
                },
            }
        }
        Err(last.into())
    }

    /// The recipients as the server states them now, each judged against what is known of them.
    async fn recipients(&self, to: &[Address]) -> Outcome<Vec<Contact>> {
        let mut recipients = Vec::with_capacity(to.len());
        for address in to {
            let contact = self.meet_address(address).await?;
            if contact.trust == Trust::Changed {
                return Err(Failure {
                    account: Some(contact.account),
                    ..Failure::of(Field::Recipient, Reason::KeyChanged)
                });
            }
            recipients.push(contact);
        }
        self.pin_met().await?;
        recipients.sort_by_key(|contact| contact.account);
        recipients.dedup_by_key(|contact| contact.account);
        Ok(recipients)
    }

    /// The place after the newest message of the chain.
    async fn place(
        &self,
        mailbox: AccountId,
        written: &Written,
        recipients: &[Contact],
    ) -> Outcome<Place> {
        if written.begins {
            return Ok(Place::FIRST);
        }
        let accounts = recipients.iter().map(|contact| contact.account);
        let chain = MessageHeader::chain_of(written.conversation, mailbox, accounts);
        let head = self
            .call_in::<GetChainHead>(mailbox, &[&chain.to_string()], &Empty {})
            .await?;
        after(head).ok_or_else(|| Reason::Protocol.into())
    }

    fn keep_sent(&self, mailbox: AccountId, written: &Written, sealed: &Sealed) -> Outcome<()> {
        let message = sealed.message.open();
        let entry = message.list_entry(&written.summary, sealed.names.clone());
        // Sent is sent, also where access ended at this very moment.
        if let Ok(mut open) = self.mailbox_mut(mailbox) {
            let kept = KeptEntry {
                entry,
                generation: open.tier.newest()?.0,
                verified_here: true,
            };
            open.keep_entry(written.message, kept);
        }
        let subject = written.summary.subject.as_str();
        self.note_words(mailbox, &sealed.message.signed, subject, &written.body);
        Ok(())
    }

    /// The server says that the identifier is in use: where this very text to these very people was
    /// sent as it, an answer was lost on the way. Else nothing was sent now.
    async fn was_sent(
        &self,
        mailbox: AccountId,
        written: &Written,
        recipients: &[Contact],
    ) -> Outcome<()> {
        let duplicate = Failure::from(Reason::Server(ErrorCode::DuplicateId));
        let fetched = match self.fetch(mailbox, written.message).await {
            Ok(fetched) => fetched,
            Err(failure) if failure.reason == Reason::Server(ErrorCode::NotFound) => {
                return Err(duplicate);
            }
            Err(failure) => return Err(failure),
        };
        let opened = self
            .open(mailbox, written.message, fetched.folder, &fetched)
            .await?;
        let header = &opened.signed.header;
        let to: BTreeSet<AccountId> = header.recipients.iter().map(|it| it.account).collect();
        let same = header.sender == mailbox
            && to == recipients.iter().map(|it| it.account).collect()
            && opened.entry.listed.subject == written.summary.subject
            && opened.body.text == written.body.text
            && ids(&opened.body.attachments) == ids(&written.body.attachments);
        if same { Ok(()) } else { Err(duplicate) }
    }
}

/// What was typed, as addresses; each once.
fn addresses(typed: &[String]) -> Outcome<Vec<Address>> {
    let mut to = typed
        .iter()
        .map(|typed| typed.trim())
        .filter(|typed| !typed.is_empty())
        .map(Address::parse)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| Failure::of(Field::Recipient, Reason::Malformed))?;
    to.sort_unstable();
    to.dedup();
    if to.is_empty() {
        return Err(Failure::of(Field::Recipient, Reason::Empty));
    }
    if to.len() > MAX_RECIPIENTS {
        return Err(Failure::of(Field::Recipient, Reason::TooLong));
    }
    Ok(to)
}

/// None where the server contradicts itself.
fn after(head: ChainHead) -> Option<Place> {
    match (head.counter, head.hash) {
        (0, None) => Some(Place::FIRST),
        (0, Some(_)) | (_, None) => None,
        (counter, previous) => Some(Place {
            counter: counter.checked_add(1)?,
            previous,
        }),
    }
}

#[cfg(test)]
mod tests;
