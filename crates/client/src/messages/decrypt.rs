//! From what the server gave for a message to what its sender wrote: verified, then opened.

use zegel_api::{ErrorCode, Folder, Message};
use zegel_crypto::OpenMessage;
use zegel_crypto::blob::ListEntry;
use zegel_crypto::content::{Body, Snippet};
use zegel_protocol::encoding::Canonical as _;
use zegel_protocol::{AccountId, IdentityKey, MessageId, SignedMessage};

use super::seal::names;
use crate::contacts::Contact;
use crate::failure::Outcome;
use crate::mailbox::OpenMailbox;
use crate::pins;
use crate::session::{Own, SignedIn};
use crate::view::{Failure, PersonView, Reason, Trust};

/// A message that was verified and opened.
pub(super) struct Opened {
    pub(super) signed: SignedMessage,
    pub(super) sender: Contact,
    pub(super) body: Body,
    /// Its send key was replaced before this mailbox opened it, or may have been: only the server
    /// says that it was sent earlier. Shown as not verified, and written down nowhere.
    pub(super) late: bool,
    /// Its row of the list.
    pub(super) entry: ListEntry,
}

impl OpenMailbox {
    /// The mailbox itself as a sender or recipient, whose keys nobody needs to be asked for.
    pub(super) fn as_contact(&self) -> Contact {
        Contact {
            account: self.account,
            address: self.address.clone(),
            name: self.name.clone(),
            state: self.state.clone(),
            trust: Trust::Own,
            former: self.former.clone(),
            colleague: None,
        }
    }
}

impl SignedIn {
    /// Verifies and opens what the server gave for a message that lies in `folder`.
    ///
    /// # Errors
    /// [`Reason::NotAuthentic`] where it is not signed by who it says, is another message, was
    /// altered, or does not belong there; [`Reason::KeyChanged`] where it is signed by a key of the
    /// sender that this user has not accepted; [`Reason::PasswordNeeded`] where it is sealed to a
    /// key of the own account that is newer than this session.
    pub(super) async fn open(
        &self,
        mailbox: AccountId,
        message: MessageId,
        folder: Folder,
        fetched: &Message,
    ) -> Outcome<Opened> {
        let signed = SignedMessage::from_bytes(&fetched.signed.0)?;
        let header = &signed.header;
        let received = header.recipients.iter().any(|to| to.account == mailbox);
        let sent = header.sender == mailbox;
        let belongs = match folder {
            Folder::Inbox => received,
            Folder::Sent => sent,
            Folder::Archive | Folder::Trash => received || sent,
            Folder::Starred => false,
        };
        if header.message != message || !belongs {
            return Err(Reason::NotAuthentic.into());
        }
        self.keys_for(mailbox, &signed, fetched).await?;
        let sender = self
            .contact_in(mailbox, header.sender)
            .await
            .map_err(no_such_sender)?;
        let correspondents = if sent && folder != Folder::Inbox {
            names(&self.recipients_of(mailbox, &signed).await?)
        } else {
            names(&[sender.view()])
        };
        let opened = self
            .decrypt(mailbox, &signed, &sender, fetched, &correspondents)
            .await;
        let (mut sender, (body, entry, late)) = match opened {
            Ok(opened) => (sender, opened),
            Err(failure) if sent => return Err(failure),
            // Not by the keys that this session knows: they may be newer by now.
            Err(_) => {
                let sender = self
                    .meet_account(header.sender)
                    .await
                    .map_err(no_such_sender)?;
                let opened = self
                    .decrypt(mailbox, &signed, &sender, fetched, &correspondents)
                    .await?;
                (sender, opened)
            }
        };
        if late && sender.trust != Trust::Changed {
            sender.trust = Trust::NotVerified;
        }
        Ok(Opened {
            signed,
            sender,
            body,
            late,
            entry,
        })
    }

    /// [`Own::decrypt`] with the inventory at hand where that decides.
    async fn decrypt(
        &self,
        mailbox: AccountId,
        signed: &SignedMessage,
        sender: &Contact,
        fetched: &Message,
        correspondents: &Snippet,
    ) -> Outcome<(Body, ListEntry, bool)> {
        let undecided = {
            let open = self.mailbox(mailbox)?;
            let kept = open.entries.get(&signed.header.message);
            let proven = kept.map(|kept| open.proves_verified(kept)).transpose()?;
            !has_current_send_key(signed, sender) && proven == Some(false)
        };
        if undecided {
            self.load_inventory(mailbox).await?;
        }
        let own = self.own.borrow();
        own.decrypt(mailbox, signed, sender, fetched, correspondents)
    }

    /// Notes the words of a message for the search index, unless only the server says when it was sent.
    pub(super) fn note_opened(&self, mailbox: AccountId, opened: &Opened) {
        if !opened.late {
            let subject = opened.entry.listed.subject.as_str();
            self.note_words(mailbox, &opened.signed, subject, &opened.body);
        }
    }

    /// Everybody whom a message says that it went to: whom the server does not name is there too, by
    /// their account.
    pub(super) async fn recipients_of(
        &self,
        mailbox: AccountId,
        signed: &SignedMessage,
    ) -> Outcome<Vec<PersonView>> {
        let mut recipients = Vec::new();
        for recipient in &signed.header.recipients {
            let found = self.glance_in(mailbox, recipient.account).await?;
            recipients.push(Self::named(recipient.account, found.as_ref())?);
        }
        Ok(recipients)
    }

    /// Somebody as a reader of `mailbox` knows them.
    async fn contact_in(&self, mailbox: AccountId, account: AccountId) -> Outcome<Contact> {
        if account == mailbox {
            return Ok(self.mailbox(mailbox)?.as_contact());
        }
        self.contact(account).await
    }

    /// [`SignedIn::glance`] of a reader of `mailbox`.
    pub(crate) async fn glance_in(
        &self,
        mailbox: AccountId,
        account: AccountId,
    ) -> Outcome<Option<Contact>> {
        if account == mailbox {
            return Ok(Some(self.mailbox(mailbox)?.as_contact()));
        }
        self.glance(account).await
    }

    /// Makes sure that the key is at hand which a message is sealed to: it may be older than what
    /// this session has opened, or newer than what it has heard of.
    async fn keys_for(
        &self,
        mailbox: AccountId,
        signed: &SignedMessage,
        fetched: &Message,
    ) -> Outcome<()> {
        let generation = stanza_generation(signed, mailbox, fetched)?;
        let newest = {
            let open = self.mailbox(mailbox)?;
            if open.tier.of_generation(generation).is_some() {
                return Ok(());
            }
            open.tier.newest()?.0
        };
        if generation < newest {
            return self.load_history(mailbox).await;
        }
        if mailbox == self.own.borrow().account {
            return Err(Reason::PasswordNeeded.into());
        }
        self.mailboxes().await?;
        self.mailbox(mailbox).map(drop)
    }
}

/// The generation of the mailbox key that the stanza given for a message is sealed to.
fn stanza_generation(
    signed: &SignedMessage,
    mailbox: AccountId,
    fetched: &Message,
) -> Outcome<u32> {
    let generation = signed
        .header
        .stanza_recipients()
        .nth(usize::from(fetched.stanza_index))
        .filter(|to| to.account == mailbox)
        .map(|to| to.generation);
    generation.ok_or_else(|| Reason::NotAuthentic.into())
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
    /// that is of this very message and fits, else by the mailbox's stanza. An entry is what anybody
    /// with access wrote: one that is wrong must not keep others from reading.
    fn decrypt(
        &self,
        mailbox: AccountId,
        signed: &SignedMessage,
        sender: &Contact,
        fetched: &Message,
        correspondents: &Snippet,
    ) -> Outcome<(Body, ListEntry, bool)> {
        let open = self.mailbox(mailbox)?;
        let identity = self.accepted_identity(signed, sender)?;
        let current = has_current_send_key(signed, sender);
        if let Some(kept) = open.entries.get(&signed.header.message) {
            let late = !current && !open.proves_verified(kept)?;
            let by_entry = OpenMessage::from_list_entry(signed, &identity, &kept.entry)
                .ok()
                .and_then(|message| parts(&message, fetched, correspondents).ok());
            if let Some((body, entry)) = by_entry {
                return Ok((body, entry, late));
            }
        }
        let message = decapsulate(open, signed, &identity, fetched)?;
        let (body, entry) = parts(&message, fetched, correspondents)?;
        Ok((body, entry, !current))
    }

    /// The identity that a message has to be signed under: of somebody whose key changed, the one
    /// that this user accepted.
    fn accepted_identity(
        &self,
        signed: &SignedMessage,
        sender: &Contact,
    ) -> Result<IdentityKey, Failure> {
        if sender.trust != Trust::Changed {
            return Ok(sender.signer_of(signed));
        }
        let pinned = pins::contact(&self.pins.content, sender.account)
            .map(|pinned| pinned.identity)
            .filter(|identity| signed.verify(identity).is_ok());
        pinned.ok_or_else(|| {
            let by_new_key = signed.verify(&sender.state.statement.identity).is_ok();
            if by_new_key {
                Failure::about(sender.account, Reason::KeyChanged)
            } else {
                Reason::NotAuthentic.into()
            }
        })
    }
}

/// Whether a message is signed by a send key of the sender's present generation: one of before may
/// have been revoked. A state that this user has not accepted does not say which one that is.
fn has_current_send_key(signed: &SignedMessage, sender: &Contact) -> bool {
    let certificate = &signed.header.send_certificate.statement;
    sender.trust != Trust::Changed
        && certificate.generation >= sender.state.statement.mailbox_generation
}

fn parts(
    message: &OpenMessage<'_>,
    fetched: &Message,
    correspondents: &Snippet,
) -> Outcome<(Body, ListEntry)> {
    let summary = message.summary(&fetched.summary.0)?;
    let body = message.body(&fetched.body.0)?;
    let entry = message.list_entry(&summary, correspondents.clone());
    Ok((body, entry))
}

fn decapsulate<'a>(
    open: &OpenMailbox,
    signed: &'a SignedMessage,
    identity: &IdentityKey,
    fetched: &Message,
) -> Outcome<OpenMessage<'a>> {
    let generation = stanza_generation(signed, open.account, fetched)?;
    let key = open
        .tier
        .of_generation(generation)
        .ok_or(Reason::NotAuthentic)?;
    let message = OpenMessage::from_stanza(signed, identity, open.account, key, &fetched.stanza.0)?;
    Ok(message)
}
