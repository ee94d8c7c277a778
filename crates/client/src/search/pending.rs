//! Messages on their way into the index: what they say is noted when they are opened or sent, and sealed
//! into a segment by the next step in the background. Nothing is lost where that does not come: the server
//! still lists them as not indexed.

use std::collections::BTreeSet;

use zegel_crypto::content::Body;
use zegel_crypto::content::search::Document;
use zegel_protocol::{AccountId, SignedMessage};

use super::{Index, words};
use crate::failure::Outcome;
use crate::pins;
use crate::session::{Own, SignedIn};

/// Most messages that wait.
const MAX_PENDING: usize = 100;
/// Most people of a message who are asked for to know what they are called.
const MAX_ASKED: usize = 10;

/// A message with its words.
#[derive(Clone)]
pub(super) struct Pending {
    pub(super) document: Document,
    pub(super) words: BTreeSet<String>,
    /// Who took part whom this session does not know by name.
    unknown: Vec<AccountId>,
}

impl SignedIn {
    /// Notes a message for the index that was opened and verified, or sent.
    pub(crate) fn note_words(
        &self,
        mailbox: AccountId,
        signed: &SignedMessage,
        subject: &str,
        body: &Body,
    ) {
        let header = &signed.header;
        let mut of_message = BTreeSet::new();
        words::add(&mut of_message, subject);
        let mut unknown = Vec::new();
        {
            let own = self.own.borrow();
            let recipients = header.recipients.iter().map(|to| to.account);
            for account in recipients.chain([header.sender]) {
                if !own.add_person(account, &mut of_message) {
                    unknown.push(account);
                }
            }
        }
        for attachment in &body.attachments {
            words::add(&mut of_message, attachment.name.as_str());
        }
        words::add(&mut of_message, body.text.as_str());
        let pending = Pending {
            document: Document {
                message: header.message,
                signed_message: signed.hash(),
                sent_at: header.sent_at,
            },
            words: of_message,
            unknown,
        };
        // A mailbox that is closed meanwhile has no index either.
        if let Ok(mut open) = self.mailbox_mut(mailbox) {
            open.index.note(pending);
        }
    }

    /// The words of a message, those included of people whom this session has to ask for.
    pub(super) async fn words_of(
        &self,
        mailbox: AccountId,
        pending: Pending,
    ) -> Outcome<(Document, BTreeSet<String>)> {
        let mut of_message = pending.words;
        for account in pending.unknown.into_iter().take(MAX_ASKED) {
            if let Some(contact) = self.glance_in(mailbox, account).await? {
                words::add(&mut of_message, &contact.name);
                words::add(&mut of_message, contact.address.as_str());
            }
        }
        Ok((pending.document, of_message))
    }
}

impl Pending {
    #[cfg(test)]
    pub(super) fn of(document: Document, words: BTreeSet<String>) -> Self {
        Self {
            document,
            words,
            unknown: Vec::new(),
        }
    }

    /// Each of these is the beginning of one of its words; there is one at least.
    pub(super) fn has(&self, beginnings: &[String]) -> bool {
        let begins = |beginning: &String| {
            let mut from = self.words.range(beginning.clone()..);
            from.next().is_some_and(|word| word.starts_with(beginning))
        };
        !beginnings.is_empty() && beginnings.iter().all(begins)
    }
}

impl Index {
    fn note(&mut self, pending: Pending) {
        let message = pending.document.message;
        self.pending.retain(|it| it.document.message != message);
        if self.pending.len() >= MAX_PENDING {
            self.pending.pop_front();
        }
        self.pending.push_back(pending);
    }
}

impl Own {
    /// Adds what this session calls somebody; false where it does not know their name.
    fn add_person(&self, account: AccountId, words: &mut BTreeSet<String>) -> bool {
        let mut add = |name: &str, address: &str| {
            words::add(words, name);
            words::add(words, address);
            true
        };
        if let Some(open) = self.mailboxes.get(&account) {
            return add(&open.name, open.address.as_str());
        }
        let known = self.contacts.get(&account);
        if let Some(contact) = known.or_else(|| self.glanced.get(&account)) {
            return add(&contact.name, contact.address.as_str());
        }
        if let Some(pinned) = pins::contact(&self.pins.content, account) {
            add("", pinned.address.as_str());
        }
        false
    }
}
