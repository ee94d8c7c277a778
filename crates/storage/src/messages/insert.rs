use std::collections::HashMap;

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, SqlErr, sea_query::Expr,
};
use zegel_protocol::{
    AccountId, AttachmentId, ConversationId, DraftId, Hash, MessageId, Timestamp,
};

use super::Folder;
use crate::{
    NewAuditEvent, Refusal, Result, Status, StorageError, Store,
    entity::{account, chain, content, copy, message},
    store::{id, ms},
};

/// A verified message that is to be stored.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// Identifies it.
    pub id: MessageId,
    /// The account that it is from.
    pub sender: AccountId,
    /// Who sent it: the sender itself, or somebody who acts as it.
    pub actor: AccountId,
    /// The conversation.
    pub conversation: ConversationId,
    /// Hash of conversation, sender and recipients.
    pub chain: Hash,
    /// Place in the chain, from 1.
    pub counter: u64,
    /// Hash of the message before in the chain; none for the first.
    pub previous: Option<Hash>,
    /// Hash of the signed message.
    pub hash: Hash,
    /// Canonical `SignedMessage`.
    pub signed: Vec<u8>,
    /// Sealed summary.
    pub summary: Vec<u8>,
    /// Sealed body.
    pub body: Vec<u8>,
    /// Stanzas of the recipients in order, the sender's last.
    pub stanzas: Vec<(AccountId, Vec<u8>)>,
    /// The sender's own list entry.
    pub list_entry: Vec<u8>,
    /// Hashes of the states that the recipients' keys were taken from, and of the sender's.
    pub states: HashMap<AccountId, Hash>,
    /// What the body names as attached.
    pub attachments: Vec<AttachmentId>,
    /// The message in the sender's mailbox that it answers.
    pub answers: Option<MessageId>,
    /// The draft that it was.
    pub draft: Option<SeenDraft>,
    /// When it is to disappear.
    pub expires_at: Option<Timestamp>,
    /// When the server got it.
    pub received_at: Timestamp,
    /// What is audited.
    pub audit: Option<NewAuditEvent>,
}

/// A draft as whoever sends it saw it last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeenDraft {
    /// The draft.
    pub id: DraftId,
    /// Its version, 0 where none was stored.
    pub version: u32,
}

/// The newest message of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainHead {
    /// Its place.
    pub counter: u64,
    /// Hash of the signed message.
    pub hash: Hash,
}

impl Store {
    /// Stores a message for every recipient and the sender, deletes its draft and marks what it answers, all or nothing.
    ///
    /// # Errors
    ///
    /// `DuplicateId`: the id is in use. `StaleRecipient`: a state changed, or an account was deleted. `StaleChain`: it
    /// does not follow the newest of its chain. `Conflict`: the draft is not stored as its sender saw it. `NotFound`: an
    /// attachment. Or the database fails.
    pub async fn insert_message(&self, mut new: NewMessage) -> Result<()> {
        let tx = self.begin().await?;
        // First of all: who asks again after a lost answer is told that the message is there.
        let known = message::Entity::find_by_id(new.id.0.to_vec())
            .count(&tx)
            .await?;
        if known > 0 {
            return Err(Refusal::DuplicateId.into());
        }
        check_states(&tx, &new).await?;
        follow_chain(&tx, &new).await?;
        if let Some(draft) = new.draft {
            crate::drafts::take(&tx, new.sender, draft).await?;
        }
        if let Some(answered) = new.answers {
            copy::Entity::update_many()
                .col_expr(copy::Column::AnsweredBy, Expr::value(new.actor.0.to_vec()))
                .col_expr(copy::Column::AnsweredAt, Expr::value(ms(new.received_at)))
                .filter(super::copies_of(new.sender, &[answered]))
                .exec(&tx)
                .await?;
        }
        if let Some(event) = new.audit.take() {
            crate::audit::insert(&tx, event).await?;
        }
        let (id, sender, at) = (new.id, new.sender, new.received_at);
        let attachments = std::mem::take(&mut new.attachments);
        insert(&tx, new).await?;
        crate::attachments::link(&tx, sender, id, &attachments, at).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The newest message of a chain of this sender.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn find_chain_head(
        &self,
        sender: AccountId,
        chain: Hash,
    ) -> Result<Option<ChainHead>> {
        let row = chain::Entity::find_by_id(chain.0.to_vec())
            .filter(chain::Column::Sender.eq(sender.0.to_vec()))
            .one(&self.db)
            .await?;
        row.map(|row| {
            Ok(ChainHead {
                counter: row.counter.cast_unsigned(),
                hash: id(&row.hash, "hash")?,
            })
        })
        .transpose()
    }
}

/// The states are still those that the message was sealed to and signed under. They stay so until it is stored.
async fn check_states(db: &impl ConnectionTrait, new: &NewMessage) -> Result<()> {
    let rows: Vec<(Vec<u8>, Vec<u8>, String)> = account::Entity::find()
        .select_only()
        .columns([
            account::Column::Id,
            account::Column::StateHash,
            account::Column::Status,
        ])
        .filter(account::Column::Id.is_in(new.states.keys().map(|it| it.0.to_vec())))
        // In one order everywhere: two messages cannot wait for each other.
        .order_by_asc(account::Column::Id)
        .lock_shared()
        .into_tuple()
        .all(db)
        .await?;
    let mut current = 0;
    for (account, hash, status) in rows {
        let account: AccountId = id(&account, "account id")?;
        let usable = status == Status::Active.as_str()
            || (status == Status::Suspended.as_str() && account != new.sender);
        let same = new
            .states
            .get(&account)
            .is_some_and(|expected| expected.0.as_slice() == hash);
        current += usize::from(usable && same);
    }
    if current == new.states.len() {
        Ok(())
    } else {
        Err(Refusal::StaleRecipient.into())
    }
}

async fn follow_chain(db: &impl ConnectionTrait, new: &NewMessage) -> Result<()> {
    let key = new.chain.0.to_vec();
    let hash = new.hash.0.to_vec();
    let Some(previous) = new.previous else {
        let row = chain::ActiveModel {
            chain: Set(key),
            sender: Set(new.sender.0.to_vec()),
            counter: Set(new.counter.cast_signed()),
            hash: Set(hash),
        };
        return match chain::Entity::insert(row).exec_without_returning(db).await {
            Ok(_) => Ok(()),
            Err(error) => Err(match error.sql_err() {
                Some(SqlErr::UniqueConstraintViolation(_)) => Refusal::StaleChain.into(),
                _ => StorageError::from(error),
            }),
        };
    };
    let followed = chain::Entity::update_many()
        .col_expr(
            chain::Column::Counter,
            Expr::value(new.counter.cast_signed()),
        )
        .col_expr(chain::Column::Hash, Expr::value(hash))
        .filter(chain::Column::Chain.eq(key))
        .filter(chain::Column::Counter.eq(new.counter.wrapping_sub(1).cast_signed()))
        .filter(chain::Column::Hash.eq(previous.0.to_vec()))
        .exec(db)
        .await?;
    if followed.rows_affected == 1 {
        Ok(())
    } else {
        Err(Refusal::StaleChain.into())
    }
}

async fn insert(db: &impl ConnectionTrait, new: NewMessage) -> Result<()> {
    let size = [new.signed.len(), new.summary.len(), new.body.len()]
        .into_iter()
        .chain(new.stanzas.iter().map(|(_, stanza)| stanza.len()))
        .sum::<usize>();
    let row = message::ActiveModel {
        id: Set(new.id.0.to_vec()),
        sender: Set(new.sender.0.to_vec()),
        conversation: Set(new.conversation.0.to_vec()),
        chain: Set(new.chain.0.to_vec()),
        counter: Set(new.counter.cast_signed()),
        hash: Set(new.hash.0.to_vec()),
        size: Set(i32::try_from(size).unwrap_or(i32::MAX)),
        received_at: Set(ms(new.received_at)),
        expires_at: Set(new.expires_at.map(ms)),
        gone_at: Set(None),
        revocation: Set(None),
    };
    message::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    let content = content::ActiveModel {
        message: Set(new.id.0.to_vec()),
        signed: Set(new.signed),
        summary: Set(new.summary),
        body: Set(new.body),
    };
    content::Entity::insert(content)
        .exec_without_returning(db)
        .await?;
    let last = new.stanzas.len().saturating_sub(1);
    let to_oneself = new
        .stanzas
        .iter()
        .take(last)
        .any(|(account, _)| *account == new.sender);
    let copies = new
        .stanzas
        .into_iter()
        .enumerate()
        .map(|(index, (account, stanza))| {
            let own = index == last;
            let folder = if own { Folder::Sent } else { Folder::Inbox };
            copy::ActiveModel {
                account: Set(account.0.to_vec()),
                message: Set(new.id.0.to_vec()),
                direction: Set(folder.number()),
                folder: Set(folder.number()),
                conversation: Set(new.conversation.0.to_vec()),
                received_at: Set(ms(new.received_at)),
                read: Set(own),
                starred: Set(false),
                twin: Set(own && to_oneself),
                answered_by: Set(None),
                answered_at: Set(None),
                stanza_index: Set(i16::try_from(index).unwrap_or(i16::MAX)),
                stanza: Set(stanza),
                list_entry: Set(own.then(|| new.list_entry.clone())),
                search_segment: Set(None),
                unindexed: Set(!(own && to_oneself)),
            }
        });
    copy::Entity::insert_many(copies)
        .exec_without_returning(db)
        .await?;
    Ok(())
}
