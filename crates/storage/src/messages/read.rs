use sea_orm::{
    ColumnTrait, EntityTrait, JoinType, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    RelationTrait,
};
use zegel_protocol::{AccountId, Hash, MessageId, Timestamp};

use super::Folder;
use crate::{
    Result, Store,
    entity::{account, content, copy, message, reading, receipt},
    store::{id, ms, time},
};

/// One message with one account's stanza.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Canonical `SignedMessage`.
    pub signed: Vec<u8>,
    /// Sealed summary.
    pub summary: Vec<u8>,
    /// Sealed body.
    pub body: Vec<u8>,
    /// The account's stanza.
    pub stanza: Vec<u8>,
    /// Its place in the list of stanza hashes.
    pub stanza_index: u16,
    /// Where it lies.
    pub folder: Folder,
    /// Read, by whoever reads the mailbox.
    pub read: bool,
    /// Starred.
    pub starred: bool,
    /// Who read it in this mailbox, where several people do; the first first.
    pub readers: Vec<Reader>,
    /// Recipients who told the account, its sender, that they read it; the first first.
    pub receipts: Vec<Reader>,
    /// The account has told the sender that it was read.
    pub receipt_sent: bool,
    /// When the server got it.
    pub received_at: Timestamp,
}

/// Somebody who read a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    /// Their address.
    pub address: String,
    /// When, for the first time.
    pub at: Timestamp,
}

/// A message by the account that sent it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentMessage {
    /// Hash of the signed message.
    pub hash: Hash,
    /// Canonical `SignedMessage`; none once it is gone.
    pub signed: Option<Vec<u8>>,
}

impl Store {
    /// A message of which the account has a copy; the received one, where it sent it to itself. The inner value is none
    /// where the message is gone.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn find_message(
        &self,
        mailbox: AccountId,
        wanted: MessageId,
        now: Timestamp,
    ) -> Result<Option<Option<Message>>> {
        let row = copy::Entity::find()
            .find_also_related(message::Entity)
            .filter(super::copies_of(mailbox, &[wanted]))
            .order_by_asc(copy::Column::Direction)
            .one(&self.db)
            .await?;
        let Some((copy, Some(message))) = row else {
            return Ok(None);
        };
        let over = message.expires_at.is_some_and(|at| at <= ms(now));
        let content = content::Entity::find_by_id(wanted.0.to_vec())
            .one(&self.db)
            .await?;
        let Some(content) = content.filter(|_| message.gone_at.is_none() && !over) else {
            return Ok(Some(None));
        };
        let is_sender = message.sender == mailbox.0;
        let receipts = if is_sender {
            self.receipts(wanted).await?
        } else {
            Vec::new()
        };
        let receipt_sent = !is_sender && self.has_receipt(mailbox, wanted).await?;
        Ok(Some(Some(Message {
            signed: content.signed,
            summary: content.summary,
            body: content.body,
            stanza: copy.stanza,
            stanza_index: u16::try_from(copy.stanza_index).unwrap_or_default(),
            folder: Folder::parse(copy.folder)?,
            read: copy.read,
            starred: copy.starred,
            readers: self.readers(mailbox, wanted).await?,
            receipts,
            receipt_sent,
            received_at: time(copy.received_at),
        })))
    }

    /// A message that the account sent, whether it still has a copy of it or not.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn find_sent_message(
        &self,
        sender: AccountId,
        wanted: MessageId,
    ) -> Result<Option<SentMessage>> {
        let hash: Option<Vec<u8>> = message::Entity::find_by_id(wanted.0.to_vec())
            .select_only()
            .column(message::Column::Hash)
            .filter(message::Column::Sender.eq(sender.0.to_vec()))
            .into_tuple()
            .one(&self.db)
            .await?;
        let Some(hash) = hash else {
            return Ok(None);
        };
        let signed: Option<Vec<u8>> = content::Entity::find_by_id(wanted.0.to_vec())
            .select_only()
            .column(content::Column::Signed)
            .into_tuple()
            .one(&self.db)
            .await?;
        Ok(Some(SentMessage {
            hash: id(&hash, "hash")?,
            signed,
        }))
    }

    async fn readers(&self, mailbox: AccountId, message: MessageId) -> Result<Vec<Reader>> {
        let rows: Vec<(String, i64)> = reading::Entity::find()
            .join(JoinType::InnerJoin, reading::Relation::Reader.def())
            .select_only()
            .column(account::Column::Address)
            .column(reading::Column::At)
            .filter(reading::Column::Mailbox.eq(mailbox.0.to_vec()))
            .filter(reading::Column::Message.eq(message.0.to_vec()))
            .order_by_asc(reading::Column::At)
            .order_by_asc(account::Column::Address)
            .into_tuple()
            .all(&self.db)
            .await?;
        Ok(people(rows))
    }

    async fn receipts(&self, message: MessageId) -> Result<Vec<Reader>> {
        let rows: Vec<(String, i64)> = receipt::Entity::find()
            .join(JoinType::InnerJoin, receipt::Relation::Mailbox.def())
            .select_only()
            .column(account::Column::Address)
            .column(receipt::Column::At)
            .filter(receipt::Column::Message.eq(message.0.to_vec()))
            .order_by_asc(receipt::Column::At)
            .order_by_asc(account::Column::Address)
            .into_tuple()
            .all(&self.db)
            .await?;
        Ok(people(rows))
    }

    async fn has_receipt(&self, mailbox: AccountId, message: MessageId) -> Result<bool> {
        let count = receipt::Entity::find_by_id((message.0.to_vec(), mailbox.0.to_vec()))
            .count(&self.db)
            .await?;
        Ok(count > 0)
    }
}

fn people(rows: Vec<(String, i64)>) -> Vec<Reader> {
    rows.into_iter()
        .map(|(address, at)| Reader {
            address,
            at: time(at),
        })
        .collect()
}
