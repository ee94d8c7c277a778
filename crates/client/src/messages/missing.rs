//! Messages of a chain that the server keeps back.

use std::collections::BTreeSet;

use zegel_api::MessageRow;
use zegel_protocol::{AccountId, Hash, MessageId, SignedMessage};

use super::list::said_of_the_message;
use crate::failure::Outcome;
use crate::session::SignedIn;

/// A conversation of so many messages may have more that are not listed.
const LISTED: usize = 100;

impl SignedIn {
    /// Whether the message before this one in its chain is missing from the mailbox. The chain's
    /// sender names it by its hash; a row counts only where that very message opens, or is gone by
    /// the server's word, which the conversation shows.
    pub(super) async fn is_after_a_gap(
        &self,
        mailbox: AccountId,
        signed: &SignedMessage,
    ) -> Outcome<bool> {
        let header = &signed.header;
        let Some(previous) = header.previous else {
            return Ok(false);
        };
        let rows = self.conversation(mailbox, header.conversation).await?;
        let fitting: Vec<&MessageRow> = rows
            .iter()
            .filter(|row| row.conversation == header.conversation)
            .collect();
        match before(&fitting, header.message, previous) {
            Before::Unlisted => Ok(false),
            Before::Missing => Ok(true),
            Before::Row(row) => Ok(!self.holds(mailbox, row).await?),
        }
    }

    async fn holds(&self, mailbox: AccountId, row: &MessageRow) -> Outcome<bool> {
        if row.gone || self.mailbox_mut(mailbox)?.take_entry(row).is_some() {
            return Ok(true);
        }
        let opened = match self.fetch(mailbox, row.message).await {
            Ok(fetched) => self.open(mailbox, row.message, row.folder, &fetched).await,
            Err(failure) => Err(failure),
        };
        match opened {
            Ok(opened) => Ok(opened.signed.hash() == row.hash),
            Err(failure) if said_of_the_message(&failure).is_some() => Ok(false),
            Err(failure) => Err(failure),
        }
    }
}

/// Where the message before another one is.
enum Before<'a> {
    /// Listed.
    Row(&'a MessageRow),
    /// Perhaps among those that are too many to list.
    Unlisted,
    /// Not there.
    Missing,
}

/// Among the rows of one conversation. A row that is listed again makes the conversation no longer.
fn before<'a>(rows: &[&'a MessageRow], message: MessageId, previous: Hash) -> Before<'a> {
    let row = rows
        .iter()
        .find(|row| row.hash == previous && row.message != message);
    let messages: BTreeSet<MessageId> = rows.iter().map(|row| row.message).collect();
    let hashes: BTreeSet<Hash> = rows.iter().map(|row| row.hash).collect();
    match row {
        Some(row) => Before::Row(row),
        None if messages.len().min(hashes.len()) >= LISTED => Before::Unlisted,
        None => Before::Missing,
    }
}

#[cfg(test)]
mod tests;
