//! Changes of who has access to an account, each one transaction.

use std::collections::HashMap;

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Expr,
};
use zegel_protocol::{AccountId, Hash, OrgId, SendKey, Timestamp};

use crate::{
    AccessRole, NewAuditEvent, NewMail, NewState, Refusal, Result, Status, Store,
    accounts::{advance, insert_mailbox_key},
    entity::{access, account, mailbox_key, organisation, roster},
    inventory,
    store::{int, ms},
};

/// A verified roster that is to follow the newest one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRoster {
    /// One more than the newest.
    pub version: u32,
    /// Hash of the statement.
    pub hash: Hash,
    /// The signed statement.
    pub statement: Vec<u8>,
}

/// A new mailbox key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMailboxKey {
    /// One more than the newest.
    pub generation: u32,
    /// It, sealed under the account key.
    pub by_account: Vec<u8>,
    /// The one before, sealed under it.
    pub history: Vec<u8>,
    /// Which list entries and drafts the mailbox has, sealed under it.
    pub inventory: Vec<u8>,
    /// Signed `SendCertificate` of the account's own send key.
    pub send_certificate: Vec<u8>,
}

/// Somebody on the new roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMember {
    /// Their account.
    pub member: AccountId,
    /// As what.
    pub role: AccessRole,
    /// Recipients see their name.
    pub visible: bool,
    /// Signs what they send.
    pub send_key: SendKey,
    /// What changes for them.
    pub change: MemberChange,
}

/// What a new roster changes for somebody on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MemberChange {
    /// Nothing: they have access, with that send key.
    Kept,
    /// They have access, and their send key is certified anew.
    Certified {
        /// Signed `SendCertificate`.
        send_certificate: Vec<u8>,
    },
    /// They get a grant, for the first time or with a new mailbox key.
    Granted {
        /// Mailbox grant.
        grant: Vec<u8>,
        /// Signed `SendCertificate`.
        send_certificate: Vec<u8>,
        /// Hash of the state that their grant key was taken from.
        state: Hash,
    },
}

/// A verified change of who has access to an account.
#[derive(Clone, Debug)]
pub struct NewAccess {
    /// The account acted as.
    pub account: AccountId,
    /// Its organisation and the hash of the manifest whose policy was followed.
    pub organisation: Option<(OrgId, Hash)>,
    /// Its next state, which names the roster.
    pub state: NewState,
    /// The roster.
    pub roster: NewRoster,
    /// Everybody on it.
    pub members: Vec<NewMember>,
    /// A new mailbox key: every member is granted anew.
    pub rotation: Option<NewMailboxKey>,
    /// What is audited.
    pub audit: Vec<NewAuditEvent>,
    /// To those who got or lost access.
    pub mails: Vec<NewMail>,
}

impl Store {
    /// Stores a roster and does what it says.
    ///
    /// # Errors
    ///
    /// `StaleStatement`: a newer state or manifest, or somebody kept on the roster has no access any more.
    /// `StaleRecipient`: a member's keys changed. `NotActive`: a member cannot be used. `Conflict`: the account is deleted.
    /// Or the database fails.
    pub async fn put_access(&self, new: NewAccess, now: Timestamp) -> Result<()> {
        let tx = self.begin().await?;
        if let Some((organisation, manifest)) = new.organisation {
            follow_manifest(&tx, organisation, manifest).await?;
        }
        let granted: HashMap<AccountId, Hash> = new
            .members
            .iter()
            .filter_map(|member| match &member.change {
                MemberChange::Granted { state, .. } => Some((member.member, *state)),
                _ => None,
            })
            .collect();
        let ids: Vec<AccountId> = granted.keys().copied().collect();
        let (row, members) = lock_accounts(&tx, new.account, &ids).await?;
        if row.status == Status::Deleted.as_str() {
            return Err(Refusal::Conflict.into());
        }
        advance(&tx, &row, &new.state).await?;
        check_members(&granted, &members)?;
        let before = access::Entity::find()
            .filter(access::Column::Account.eq(new.account.0.to_vec()))
            .all(&tx)
            .await?;
        let rows = next_rows(new.account, new.members, before, now)?;
        access::Entity::delete_many()
            .filter(access::Column::Account.eq(new.account.0.to_vec()))
            .exec(&tx)
            .await?;
        if !rows.is_empty() {
            access::Entity::insert_many(rows)
                .exec_without_returning(&tx)
                .await?;
        }
        insert_roster(&tx, new.account, new.roster).await?;
        if let Some(rotation) = new.rotation {
            rotate(&tx, new.account, rotation).await?;
        }
        for event in new.audit {
            crate::audit::insert(&tx, event).await?;
        }
        for mail in new.mails {
            crate::mails::insert(&tx, mail, now).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Ends a member's access at once; the account's mailbox key is to be replaced. False where they have none.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn step_down(
        &self,
        account: AccountId,
        member: AccountId,
        audit: Option<NewAuditEvent>,
        now: Timestamp,
    ) -> Result<bool> {
        let tx = self.begin().await?;
        lock_accounts(&tx, account, &[]).await?;
        let ended = access::Entity::update_many()
            .col_expr(access::Column::EndedAt, Expr::value(ms(now)))
            .filter(access::Column::Account.eq(account.0.to_vec()))
            .filter(access::Column::Member.eq(member.0.to_vec()))
            .filter(access::Column::EndedAt.is_null())
            .exec(&tx)
            .await?;
        if ended.rows_affected == 0 {
            return Ok(false);
        }
        await_rotation(&tx, &[account.0.to_vec()], now).await?;
        if let Some(event) = audit {
            crate::audit::insert(&tx, event).await?;
        }
        tx.commit().await?;
        Ok(true)
    }
}

/// The organisation's newest manifest is the one that was followed, and stays so until the transaction ends.
pub(crate) async fn follow_manifest(
    db: &impl ConnectionTrait,
    organisation: OrgId,
    manifest: Hash,
) -> Result<()> {
    let row = organisation::Entity::find_by_id(organisation.0.to_vec())
        .lock_shared()
        .one(db)
        .await?
        .ok_or(Refusal::Conflict)?;
    if row.manifest_hash == manifest.0 {
        Ok(())
    } else {
        Err(Refusal::StaleStatement.into())
    }
}

/// Locks the account for a change and the others against one. Always in the order of their ids, so that two changes
/// cannot wait for each other.
async fn lock_accounts(
    db: &impl ConnectionTrait,
    changed: AccountId,
    others: &[AccountId],
) -> Result<(account::Model, Vec<account::Model>)> {
    let shared = |ids: Vec<Vec<u8>>| {
        account::Entity::find()
            .filter(account::Column::Id.is_in(ids))
            .order_by_asc(account::Column::Id)
            .lock_shared()
    };
    let (below, above): (Vec<AccountId>, Vec<AccountId>) = others
        .iter()
        .filter(|it| **it != changed)
        .partition(|it| **it < changed);
    let bytes = |ids: Vec<AccountId>| ids.iter().map(|it| it.0.to_vec()).collect::<Vec<_>>();
    let mut rows = match below.is_empty() {
        true => Vec::new(),
        false => shared(bytes(below)).all(db).await?,
    };
    let row = account::Entity::find_by_id(changed.0.to_vec())
        .lock_exclusive()
        .one(db)
        .await?
        .ok_or(Refusal::Conflict)?;
    if !above.is_empty() {
        rows.extend(shared(bytes(above)).all(db).await?);
    }
    Ok((row, rows))
}

/// Everybody who is granted something is active, with the keys that it was sealed to.
fn check_members(granted: &HashMap<AccountId, Hash>, members: &[account::Model]) -> Result<()> {
    let current = |row: &&account::Model| {
        AccountId::try_from(row.id.as_slice())
            .ok()
            .and_then(|member| granted.get(&member))
            .is_some_and(|state| state.0.as_slice() == row.state_hash)
    };
    if members.iter().filter(current).count() != granted.len() {
        return Err(Refusal::StaleRecipient.into());
    }
    if members
        .iter()
        .any(|row| row.status != Status::Active.as_str())
    {
        return Err(Refusal::NotActive.into());
    }
    Ok(())
}

fn next_rows(
    account: AccountId,
    members: Vec<NewMember>,
    before: Vec<access::Model>,
    now: Timestamp,
) -> Result<Vec<access::ActiveModel>> {
    let mut before: HashMap<Vec<u8>, access::Model> = before
        .into_iter()
        .filter(|row| row.ended_at.is_none())
        .map(|row| (row.member.clone(), row))
        .collect();
    members
        .into_iter()
        .map(|new| {
            let known = before.remove(new.member.0.as_slice());
            let granted_at = known.as_ref().map_or(ms(now), |row| row.granted_at);
            // What is not granted now relies on what was.
            let kept = known.filter(|row| row.send_key == new.send_key.0);
            let (grant, send_certificate) = match (new.change, kept) {
                (MemberChange::Kept, Some(kept)) => (kept.grant, kept.send_certificate),
                (MemberChange::Certified { send_certificate }, Some(kept)) => {
                    (kept.grant, send_certificate)
                }
                (
                    MemberChange::Granted {
                        grant,
                        send_certificate,
                        ..
                    },
                    _,
                ) => (grant, send_certificate),
                (MemberChange::Kept | MemberChange::Certified { .. }, None) => {
                    return Err(Refusal::StaleStatement.into());
                }
            };
            Ok(access::ActiveModel {
                account: Set(account.0.to_vec()),
                member: Set(new.member.0.to_vec()),
                role: Set(new.role.as_str().to_owned()),
                visible: Set(new.visible),
                send_key: Set(new.send_key.0.to_vec()),
                grant: Set(grant),
                send_certificate: Set(send_certificate),
                granted_at: Set(granted_at),
                ended_at: Set(None),
            })
        })
        .collect()
}

pub(crate) async fn insert_roster(
    db: &impl ConnectionTrait,
    account: AccountId,
    new: NewRoster,
) -> Result<()> {
    let row = roster::ActiveModel {
        account: Set(account.0.to_vec()),
        version: Set(int(new.version)),
        hash: Set(new.hash.0.to_vec()),
        statement: Set(new.statement),
    };
    roster::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Replaces the mailbox key; nobody's access waits for it any more.
pub(crate) async fn rotate(
    db: &impl ConnectionTrait,
    account: AccountId,
    new: NewMailboxKey,
) -> Result<()> {
    let before = mailbox_key::Entity::update_many()
        .col_expr(
            mailbox_key::Column::ByAccount,
            Expr::value(Option::<Vec<u8>>::None),
        )
        .col_expr(mailbox_key::Column::ByNext, Expr::value(new.history))
        .filter(mailbox_key::Column::Account.eq(account.0.to_vec()))
        .filter(mailbox_key::Column::Generation.eq(int(new.generation) - 1))
        .exec(db)
        .await?;
    if before.rows_affected != 1 {
        return Err(Refusal::StaleStatement.into());
    }
    insert_mailbox_key(db, account, new.generation, new.by_account).await?;
    inventory::put(db, account, new.inventory).await?;
    account::Entity::update_many()
        .col_expr(
            account::Column::SendCertificate,
            Expr::value(new.send_certificate),
        )
        .col_expr(
            account::Column::RotationPendingSince,
            Expr::value(Option::<i64>::None),
        )
        .filter(account::Column::Id.eq(account.0.to_vec()))
        .exec(db)
        .await?;
    Ok(())
}

/// Notes that the accounts' mailbox keys are to be replaced, where that is not noted yet.
pub(crate) async fn await_rotation(
    db: &impl ConnectionTrait,
    accounts: &[Vec<u8>],
    now: Timestamp,
) -> Result<()> {
    account::Entity::update_many()
        .col_expr(account::Column::RotationPendingSince, Expr::value(ms(now)))
        .filter(account::Column::Id.is_in(accounts.to_vec()))
        .filter(account::Column::RotationPendingSince.is_null())
        .exec(db)
        .await?;
    Ok(())
}
