//! Functional accounts: created, made of a person's, renamed, suspended, deleted.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};
use zegel_protocol::{AccountId, Address, Hash, OrgId, Timestamp};

use crate::{
    Kind, NewAuditEvent, NewCertificate, NewEscrow, NewMail, NewMailboxKey, NewRoster, NewState,
    Refusal, Result, Role, Status, Store,
    access_changes::{await_rotation, follow_manifest, insert_roster, rotate},
    accounts::advance,
    entity::{access, account, credential, escrow, mailbox_key, pins, session},
    first_row::FirstRow,
    joining::insert_escrow,
    store::{id, ms},
};

/// A functional account that is to be created, whole.
#[derive(Clone, Debug)]
pub struct NewFunctional {
    /// Chosen by the client.
    pub id: AccountId,
    /// In a domain of the organisation.
    pub address: Address,
    /// The name it goes by.
    pub name: String,
    /// Language of e-mails to it.
    pub language: String,
    /// The organisation.
    pub organisation: OrgId,
    /// Hash of the newest manifest, which holds the domain.
    pub manifest: Hash,
    /// First state.
    pub state: NewState,
    /// First roster.
    pub roster: NewRoster,
    /// Escrow of the account key, which counts as checked.
    pub escrow: NewEscrow,
    /// Certificate of its identity key.
    pub certificate: NewCertificate,
    /// Signed `SendCertificate` of its own send key.
    pub send_certificate: Vec<u8>,
    /// Mailbox key sealed under the account key.
    pub mailbox_key: Vec<u8>,
    /// What is audited.
    pub audit: NewAuditEvent,
}

/// A member's account that is to become a functional one.
#[derive(Clone, Debug)]
pub struct NewConversion {
    /// The account.
    pub account: AccountId,
    /// Its organisation.
    pub organisation: OrgId,
    /// Hash of the newest manifest, which the escrow names.
    pub manifest: Hash,
    /// Next state, of the next epoch.
    pub state: NewState,
    /// Next roster.
    pub roster: NewRoster,
    /// Escrow of the new account key, which counts as checked.
    pub escrow: NewEscrow,
    /// Certificate of the new identity key.
    pub certificate: NewCertificate,
    /// The new mailbox key.
    pub rotation: NewMailboxKey,
    /// What is audited.
    pub audit: NewAuditEvent,
    /// To each who has access until then.
    pub mails: HashMap<AccountId, NewMail>,
}

/// Who notices a conversion.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Converted {
    /// Lost their access to the account.
    pub members: Vec<AccountId>,
    /// Accounts that it had access to.
    pub left: Vec<AccountId>,
}

impl Store {
    /// Creates a functional account.
    ///
    /// # Errors
    ///
    /// `AddressTaken`, `DuplicateId`. `StaleStatement`: a newer manifest. Or the database fails.
    pub async fn create_functional(&self, new: NewFunctional, now: Timestamp) -> Result<()> {
        let tx = self.begin().await?;
        follow_manifest(&tx, new.organisation, new.manifest).await?;
        let row = FirstRow {
            id: new.id,
            address: &new.address,
            name: new.name,
            language: new.language,
            kind: Kind::Functional,
            organisation: Some(new.organisation),
            state: &new.state,
            send_certificate: new.send_certificate,
            mailbox_key: new.mailbox_key,
        };
        row.insert(&tx, now).await?;
        insert_roster(&tx, new.id, new.roster).await?;
        insert_escrow(&tx, new.organisation, new.id, new.escrow, true, now).await?;
        crate::members::upsert_certificate(&tx, new.organisation, new.certificate).await?;
        crate::audit::insert(&tx, new.audit).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Makes a member's account a functional one: nobody can sign in to it any more, nobody has access yet, and its
    /// access to others ends.
    ///
    /// # Errors
    ///
    /// `StaleStatement`: a newer manifest or state. `Conflict`: no person's active account, or an administrator's.
    /// Or the database fails.
    pub async fn convert_to_functional(
        &self,
        new: NewConversion,
        now: Timestamp,
    ) -> Result<Converted> {
        let tx = self.begin().await?;
        follow_manifest(&tx, new.organisation, new.manifest).await?;
        let left = accessible(&tx, new.account).await?;
        let row = lock_all(&tx, new.account, &left).await?;
        let convertible = row.organisation.as_deref() == Some(new.organisation.0.as_slice())
            && row.kind == Kind::Person.as_str()
            && row.status == Status::Active.as_str()
            && row.role == Role::Member.as_str();
        if !convertible {
            return Err(Refusal::Conflict.into());
        }
        advance(&tx, &row, &new.state).await?;
        let members = end_access(&tx, new.account).await?;
        tell(&tx, &members, new.mails, now).await?;
        // What was granted between the look-up and the locks is not left out: it is looked up again.
        let left = match accessible(&tx, new.account).await? {
            newer if newer == left => left,
            _ => return Err(Refusal::StaleStatement.into()),
        };
        access::Entity::update_many()
            .col_expr(access::Column::EndedAt, Expr::value(ms(now)))
            .filter(access::Column::Member.eq(row.id.clone()))
            .filter(access::Column::EndedAt.is_null())
            .exec(&tx)
            .await?;
        if !left.is_empty() {
            await_rotation(&tx, &left, now).await?;
        }
        forget_person(&tx, &row.id).await?;
        insert_roster(&tx, new.account, new.roster).await?;
        rotate(&tx, new.account, new.rotation).await?;
        insert_escrow(&tx, new.organisation, new.account, new.escrow, true, now).await?;
        crate::members::upsert_certificate(&tx, new.organisation, new.certificate).await?;
        crate::audit::insert(&tx, new.audit).await?;
        tx.commit().await?;
        let left = left
            .iter()
            .map(|account| id(account, "account id"))
            .collect::<Result<_>>()?;
        Ok(Converted { members, left })
    }

    /// Renames a functional account of an organisation.
    ///
    /// # Errors
    ///
    /// `Conflict`: there is none, or it is deleted. Or the database fails.
    pub async fn rename_functional(
        &self,
        organisation: OrgId,
        account: AccountId,
        name: &str,
        audit: NewAuditEvent,
    ) -> Result<()> {
        let tx = self.begin().await?;
        lock_functional(&tx, organisation, account).await?;
        account::Entity::update_many()
            .col_expr(account::Column::Name, Expr::value(name))
            .filter(account::Column::Id.eq(account.0.to_vec()))
            .exec(&tx)
            .await?;
        crate::audit::insert(&tx, audit).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Suspends, reactivates or deletes a functional account of an organisation. Deleting forgets its mail, its keys
    /// and who had access; its address and its statements stay. `mails` tell those who have access. Returns who
    /// had it.
    ///
    /// # Errors
    ///
    /// `Conflict`: there is none, or it is deleted. `StaleStatement`: somebody without a mail was granted access
    /// meanwhile. Or the database fails.
    pub async fn set_functional_status(
        &self,
        organisation: OrgId,
        account: AccountId,
        status: Status,
        audit: NewAuditEvent,
        mails: HashMap<AccountId, NewMail>,
        now: Timestamp,
    ) -> Result<Vec<AccountId>> {
        let tx = self.begin().await?;
        let row = lock_functional(&tx, organisation, account).await?;
        if row.status == status.as_str() {
            return Ok(Vec::new());
        }
        account::Entity::update_many()
            .col_expr(account::Column::Status, Expr::value(status.as_str()))
            .filter(account::Column::Id.eq(row.id.clone()))
            .exec(&tx)
            .await?;
        let members = if status == Status::Deleted {
            let members = end_access(&tx, account).await?;
            forget_contents(&tx, account).await?;
            members
        } else {
            members_of(&tx, account).await?
        };
        tell(&tx, &members, mails, now).await?;
        crate::audit::insert(&tx, audit).await?;
        tx.commit().await?;
        Ok(members)
    }
}

/// Ids of the accounts that a member may act as, ascending.
async fn accessible(db: &impl ConnectionTrait, member: AccountId) -> Result<Vec<Vec<u8>>> {
    Ok(access::Entity::find()
        .select_only()
        .column(access::Column::Account)
        .filter(access::Column::Member.eq(member.0.to_vec()))
        .filter(access::Column::EndedAt.is_null())
        .order_by_asc(access::Column::Account)
        .into_tuple()
        .all(db)
        .await?)
}

/// Locks all of the accounts for a change, in the order of their ids. Returns the first named.
async fn lock_all(
    db: &impl ConnectionTrait,
    account: AccountId,
    others: &[Vec<u8>],
) -> Result<account::Model> {
    let ids = others.iter().cloned().chain([account.0.to_vec()]);
    let rows = account::Entity::find()
        .filter(account::Column::Id.is_in(ids))
        .order_by_asc(account::Column::Id)
        .lock_exclusive()
        .all(db)
        .await?;
    let row = rows.into_iter().find(|row| row.id == account.0);
    Ok(row.ok_or(Refusal::Conflict)?)
}

async fn lock_functional(
    db: &impl ConnectionTrait,
    organisation: OrgId,
    account: AccountId,
) -> Result<account::Model> {
    let row = account::Entity::find_by_id(account.0.to_vec())
        .filter(account::Column::Organisation.eq(organisation.0.to_vec()))
        .filter(account::Column::Kind.eq(Kind::Functional.as_str()))
        .filter(account::Column::Status.ne(Status::Deleted.as_str()))
        .lock_exclusive()
        .one(db)
        .await?;
    Ok(row.ok_or(Refusal::Conflict)?)
}

async fn members_of(db: &impl ConnectionTrait, account: AccountId) -> Result<Vec<AccountId>> {
    let members: Vec<Vec<u8>> = access::Entity::find()
        .select_only()
        .column(access::Column::Member)
        .filter(access::Column::Account.eq(account.0.to_vec()))
        .filter(access::Column::EndedAt.is_null())
        .into_tuple()
        .all(db)
        .await?;
    members
        .iter()
        .map(|member| id(member, "account id"))
        .collect()
}

/// Nobody may act as the account any more. Returns who might.
async fn end_access(db: &impl ConnectionTrait, account: AccountId) -> Result<Vec<AccountId>> {
    let members = members_of(db, account).await?;
    access::Entity::delete_many()
        .filter(access::Column::Account.eq(account.0.to_vec()))
        .exec(db)
        .await?;
    Ok(members)
}

/// Queues each member's mail. Who has none was granted access between the look-up and the lock.
async fn tell(
    db: &impl ConnectionTrait,
    members: &[AccountId],
    mut mails: HashMap<AccountId, NewMail>,
    now: Timestamp,
) -> Result<()> {
    for member in members {
        let mail = mails.remove(member).ok_or(Refusal::StaleStatement)?;
        crate::mails::insert(db, mail, now).await?;
    }
    Ok(())
}

/// What a person signs in with, and what only a person has.
async fn forget_person(db: &impl ConnectionTrait, account: &[u8]) -> Result<()> {
    credential::Entity::delete_by_id(account.to_vec())
        .exec(db)
        .await?;
    session::Entity::delete_many()
        .filter(session::Column::Account.eq(account.to_vec()))
        .exec(db)
        .await?;
    crate::sessions::forget_logins(db, id(account, "account id")?).await?;
    pins::Entity::delete_by_id(account.to_vec())
        .exec(db)
        .await?;
    account::Entity::update_many()
        .col_expr(
            account::Column::Kind,
            Expr::value(Kind::Functional.as_str()),
        )
        .col_expr(
            account::Column::LastSignInAt,
            Expr::value(Option::<i64>::None),
        )
        .filter(account::Column::Id.eq(account.to_vec()))
        .exec(db)
        .await?;
    Ok(())
}

/// What could be read, and what it could be read with.
async fn forget_contents(db: &impl ConnectionTrait, account: AccountId) -> Result<()> {
    crate::messages::forget_mailbox(db, account).await?;
    mailbox_key::Entity::delete_many()
        .filter(mailbox_key::Column::Account.eq(account.0.to_vec()))
        .exec(db)
        .await?;
    crate::inventory::forget(db, account).await?;
    escrow::Entity::delete_many()
        .filter(escrow::Column::Account.eq(account.0.to_vec()))
        .exec(db)
        .await?;
    account::Entity::update_many()
        .col_expr(
            account::Column::RotationPendingSince,
            Expr::value(Option::<i64>::None),
        )
        .filter(account::Column::Id.eq(account.0.to_vec()))
        .exec(db)
        .await?;
    Ok(())
}
