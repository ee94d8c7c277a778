//! What a mailbox had when its key was replaced: who replaces it writes that down, and who reads
//! relies on it where the sender's keys were replaced since.

use zegel_api::{Bytes, Empty, ListedMessages, ListedMessagesRequest, MailboxInventory};
use zegel_crypto::content::inventory::Inventory;
use zegel_crypto::{MailboxKey, blob};
use zegel_protocol::limits::MAX_INVENTORY_HASHES;
use zegel_protocol::{AccountId, Hash};

use crate::failure::Outcome;
use crate::mailbox::OpenMailbox;
use crate::session::SignedIn;
use crate::view::Reason;

/// Most pages that are asked for: a full inventory fits in a tenth of them.
const MAX_PAGES: u32 = 200;

/// What a server lists of a mailbox whose key is to be replaced.
pub(crate) struct Stock {
    hashes: Vec<Hash>,
    /// Made when the key was made that is to be replaced, and sealed under that.
    before: Option<Vec<u8>>,
}

impl Stock {
    fn add(&mut self, hashes: &Bytes) -> Outcome<()> {
        let (hashes, []) = hashes.0.as_chunks::<32>() else {
            return Err(Reason::Protocol.into());
        };
        self.hashes.extend(hashes.iter().copied().map(Hash));
        Ok(())
    }

    /// The inventory that goes with the key that follows `ended`. One of before that does not open is
    /// none: what only that says counts no more.
    pub(crate) fn inventory(
        &self,
        account: AccountId,
        (ended, generation): (&MailboxKey, u32),
    ) -> Inventory {
        let before = self
            .before
            .as_ref()
            .and_then(|sealed| blob::open_inventory(ended, account, generation, sealed).ok());
        Inventory::next(
            &before.unwrap_or_default(),
            generation,
            self.hashes.iter().copied(),
        )
    }
}

impl OpenMailbox {
    /// The inventory that goes with the newest key, where it is at hand.
    fn newest_inventory(&self) -> Option<&Inventory> {
        let (newest, _) = self.tier.newest().ok()?;
        let (generation, inventory) = self.inventory.as_ref()?;
        (*generation == newest).then_some(inventory)
    }

    /// Whether the mailbox had a message or draft when its newest key was made, by the inventory at
    /// hand, so that what is sealed of it under the key of `generation` counts.
    pub(crate) fn had(&self, hash: &Hash, generation: u32) -> bool {
        self.newest_inventory()
            .is_some_and(|inventory| inventory.counts(hash, generation))
    }
}

impl SignedIn {
    /// Asks which list entries and drafts the server has, before the key that they are sealed under
    /// is replaced: what it adds later counts for nothing.
    ///
    /// # Errors
    /// [`Reason::Protocol`] where it answers with something else; the server's.
    pub(crate) async fn take_stock(&self, account: AccountId) -> Outcome<Stock> {
        let mut stock = Stock {
            hashes: Vec::new(),
            before: None,
        };
        let mut after = None;
        for _ in 0..MAX_PAGES {
            let page = self
                .environment
                .call_at::<ListedMessages>(
                    &[&account.to_string()],
                    &ListedMessagesRequest { after },
                )
                .await?;
            stock.add(&page.hashes)?;
            if after.is_none() {
                stock.add(&page.drafts.unwrap_or_default())?;
                stock.before = page.inventory.map(|sealed| sealed.0);
            }
            // Endless pages are of no use: an inventory has an end.
            if page.next.is_none() || stock.hashes.len() >= 2 * MAX_INVENTORY_HASHES {
                break;
            }
            after = page.next;
        }
        Ok(stock)
    }

    /// Opens what the mailbox had when its newest key was made, once: nothing where the server has
    /// none that opens.
    ///
    /// # Errors
    /// [`Reason::NoAccess`]; the server's.
    pub(crate) async fn load_inventory(&self, mailbox: AccountId) -> Outcome<()> {
        let asked = {
            let open = self.mailbox(mailbox)?;
            if open.newest_inventory().is_some() {
                return Ok(());
            }
            open.tier.newest()?.0
        };
        let response = self
            .environment
            .call_at::<MailboxInventory>(&[&mailbox.to_string()], &Empty {})
            .await?;
        let mut open = self.mailbox_mut(mailbox)?;
        // What was asked for goes with that key, whatever came meanwhile.
        let key = open.tier.of_generation(asked).ok_or(Reason::Internal)?;
        let inventory = response
            .sealed
            .and_then(|sealed| blob::open_inventory(key, mailbox, asked, &sealed.0).ok());
        open.inventory = Some((asked, inventory.unwrap_or_default()));
        Ok(())
    }
}
