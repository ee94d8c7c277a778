//! Messages of a chain that the server keeps back.

use zegel_api::MessageRow;
use zegel_protocol::{AccountId, SignedMessage};

use super::list::said_of_the_message;
use crate::failure::Outcome;
use crate::session::SignedIn;

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
        let rows = self
            .conversation(mailbox, header.conversation, Some(previous))
            .await?;
        // No message comes before itself.
        let row = rows.iter().find(|row| {
            row.hash == previous
                && row.message != header.message
                && row.conversation == header.conversation
        });
        match row {
            Some(row) => Ok(!self.holds(mailbox, row).await?),
            None => Ok(true),
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
