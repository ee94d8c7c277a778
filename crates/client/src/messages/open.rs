use zegel_api::{Empty, ErrorCode, GetMessage, Message, Reader};
use zegel_crypto::content::{Attachment, Listed};
use zegel_protocol::encoding::Canonical as _;
use zegel_protocol::{AccountId, AttachmentId, MessageId, SignedMessage};

use super::attached;
use super::decrypt::Opened;
use crate::environment::{Step, Steps};
use crate::failure::Outcome;
use crate::session::SignedIn;
use crate::view::{Failure, MessageView, PersonView, ReaderView, Reason};

impl SignedIn {
    /// Opens a message, verifies it, and marks it as read.
    ///
    /// # Errors
    /// [`Reason::NotAuthentic`] where it is not signed by who it says, is not the message asked
    /// for, or was altered; [`Reason::KeyChanged`] with the account where it is signed by a key of
    /// the sender that this user has not accepted; `gone` where its sender took it back or its time
    /// is over; [`Reason::PasswordNeeded`] where it is sealed to an own key that is newer than this
    /// session; [`Reason::NoAccess`]. Nothing of it is shown then.
    pub async fn open_message(
        &self,
        mailbox: AccountId,
        message: MessageId,
        steps: Steps<'_>,
    ) -> Outcome<MessageView> {
        let outcome = self.open_and_note(mailbox, message, steps).await;
        match &outcome {
            Ok(view) => self.mailbox_mut(mailbox)?.remembered.keep(view),
            Err(failure) if failure.reason == Reason::Offline => {}
            Err(_) => self.forget_opened(mailbox, &[message]),
        }
        outcome
    }

    async fn open_and_note(
        &self,
        mailbox: AccountId,
        message: MessageId,
        steps: Steps<'_>,
    ) -> Outcome<MessageView> {
        steps(Step::Contacting);
        let fetched = self.fetch(mailbox, message).await?;
        steps(Step::Opening);
        let opened = self.open_fetched(mailbox, message, &fetched).await;
        self.pin_met_if_room().await?;
        let opened = opened?;
        let header = &opened.signed.header;
        if header
            .expires_at
            .is_some_and(|at| at <= self.environment.now())
        {
            self.forget_entries(mailbox, &[message]);
            return Err(Reason::Server(ErrorCode::Gone).into());
        }
        let (kept, newest) = {
            let open = self.mailbox(mailbox)?;
            (open.entries.get(&message).cloned(), open.tier.newest()?.0)
        };
        if kept.is_none() {
            self.note_opened(mailbox, &opened);
        }
        let altered = kept
            .as_ref()
            .is_some_and(|kept| !says_the_same(&kept.entry.listed, &opened.entry.listed));
        // Under an earlier mailbox key it proves nothing once the sender's keys are replaced.
        let outdated = kept.is_none_or(|kept| {
            kept.entry.listed != opened.entry.listed || kept.generation < newest
        });
        if outdated && !opened.late {
            self.put_list_entries(mailbox, &[(message, opened.entry.clone())])
                .await?;
        }
        self.mailbox_mut(mailbox)?
            .note_attachments(&opened.body.attachments);
        if !fetched.read {
            self.mark_messages(mailbox, &[message], Some(true), None)
                .await?;
        }
        let gap = self.is_after_a_gap(mailbox, &opened.signed).await?;
        let recipients = self.recipients_of(mailbox, &opened.signed).await?;
        Ok(view(mailbox, &fetched, &opened, recipients, altered, gap))
    }

    pub(crate) async fn fetch(&self, mailbox: AccountId, message: MessageId) -> Outcome<Message> {
        self.call_in::<GetMessage>(mailbox, &[&message.to_string()], &Empty {})
            .await
    }

    /// What a message says of an attachment: opened and verified, and remembered by nobody.
    pub(crate) async fn attachment_of(
        &self,
        mailbox: AccountId,
        message: MessageId,
        attachment: AttachmentId,
    ) -> Outcome<Attachment> {
        let fetched = self.fetch(mailbox, message).await?;
        let opened = self.open_fetched(mailbox, message, &fetched).await?;
        let mut attachments = opened.body.attachments.into_iter();
        attachments
            .find(|it| it.id == attachment)
            .ok_or_else(|| Reason::Server(ErrorCode::NotFound).into())
    }

    /// Opens a message, with the help of its list entry where that is needed and this session has
    /// not seen it.
    async fn open_fetched(
        &self,
        mailbox: AccountId,
        message: MessageId,
        fetched: &Message,
    ) -> Outcome<Opened> {
        let opened = self.open(mailbox, message, fetched.folder, fetched).await;
        let seen = self.mailbox(mailbox)?.entries.contains_key(&message);
        match opened {
            Err(Failure {
                reason: Reason::NotAuthentic,
                ..
            })
            | Ok(Opened { late: true, .. })
                if !seen =>
            {
                if !self.look_for_entry(mailbox, message, fetched).await? {
                    return opened;
                }
                self.open(mailbox, message, fetched.folder, fetched).await
            }
            opened => opened,
        }
    }

    /// Whether the conversation that a message says it is of has an entry of it.
    async fn look_for_entry(
        &self,
        mailbox: AccountId,
        message: MessageId,
        fetched: &Message,
    ) -> Outcome<bool> {
        let Ok(signed) = SignedMessage::from_bytes(&fetched.signed.0) else {
            return Ok(false);
        };
        let (conversation, hash) = (signed.header.conversation, signed.hash());
        let rows = self.conversation(mailbox, conversation, Some(hash)).await?;
        let mut open = self.mailbox_mut(mailbox)?;
        let found = rows
            .iter()
            .filter(|row| row.message == message && row.hash == hash)
            .any(|row| open.take_entry(row).is_some());
        Ok(found)
    }
}

/// Whether a row said what the message says. Names of people change; they are nobody's signed word.
fn says_the_same(row: &Listed, message: &Listed) -> bool {
    let correspondents = message.correspondents.clone();
    Listed {
        correspondents,
        ..row.clone()
    } == *message
}

fn view(
    mailbox: AccountId,
    fetched: &Message,
    opened: &Opened,
    recipients: Vec<PersonView>,
    altered: bool,
    gap: bool,
) -> MessageView {
    let header = &opened.signed.header;
    let listed = &opened.entry.listed;
    let own = header.sender == mailbox;
    let certificate = &header.send_certificate.statement;
    MessageView {
        message: header.message,
        conversation: header.conversation,
        sender: opened.sender.view(),
        sent_by: certificate.shown_name.as_ref().map(ToString::to_string),
        recipients,
        subject: listed.subject.as_str().to_owned(),
        text: opened.body.text.as_str().to_owned(),
        attachments: attached::views(&opened.body.attachments),
        sent_at_ms: listed.sent_at.0,
        expires_at_ms: header.expires_at.map(|at| at.0),
        folder: fetched.folder,
        own,
        starred: fetched.starred,
        altered,
        gap,
        receipt_wanted: opened.body.receipt_wanted && !fetched.receipt_sent && !own,
        readers: readers(&fetched.readers),
        receipts: readers(&fetched.receipts),
    }
}

fn readers(readers: &[Reader]) -> Vec<ReaderView> {
    readers
        .iter()
        .map(|reader| ReaderView {
            address: reader.address.clone(),
            at_ms: reader.at_ms.0,
        })
        .collect()
}
