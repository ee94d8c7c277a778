use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, LockType},
};
use zegel_protocol::{AccountId, Address, Domain, Hash, OrgId, Timestamp};

use crate::{
    Kind, NewSession, Page, Refusal, Result, Role, Status, StorageError, Store,
    entity::{account, account_state, credential, mailbox_key, sign_up},
    first_row::FirstRow,
    store::{id, int, ms, number, parse, time},
};

/// An account with the newest of its public statements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Identifies it.
    pub id: AccountId,
    /// Its verified address.
    pub address: Address,
    /// The name it goes by.
    pub name: String,
    /// Language of e-mails to it, such as `en`.
    pub language: String,
    /// A person's or a functional one.
    pub kind: Kind,
    /// Whether it can be used.
    pub status: Status,
    /// What it is to its organisation.
    pub role: Role,
    /// The organisation it joined.
    pub organisation: Option<OrgId>,
    /// When it joined.
    pub joined_at: Option<Timestamp>,
    /// When it signed in last.
    pub last_sign_in_at: Option<Timestamp>,
    /// When it answered "Not now" to the adoption at hand.
    pub deferred_at: Option<Timestamp>,
    /// Epoch of the newest state.
    pub epoch: u32,
    /// Sequence of the newest state.
    pub sequence: u32,
    /// Newest signed `AccountState`.
    pub state: Vec<u8>,
    /// Hash of the newest state.
    pub state_hash: Hash,
    /// Signed `SendCertificate` of the owner's own send key.
    pub send_certificate: Vec<u8>,
    /// Since when somebody's access has ended without a new mailbox key.
    pub rotation_pending_since: Option<Timestamp>,
}

impl TryFrom<account::Model> for Account {
    type Error = StorageError;

    fn try_from(row: account::Model) -> Result<Self> {
        Ok(Self {
            id: id(&row.id, "account id")?,
            address: parse(&row.address, "address")?,
            name: row.name,
            language: row.language,
            kind: Kind::parse(&row.kind)?,
            status: Status::parse(&row.status)?,
            role: Role::parse(&row.role)?,
            organisation: row
                .organisation
                .map(|it| id(&it, "organisation id"))
                .transpose()?,
            joined_at: row.joined_at.map(time),
            last_sign_in_at: row.last_sign_in_at.map(time),
            deferred_at: row.deferred_at.map(time),
            epoch: number(row.epoch),
            sequence: number(row.sequence),
            state: row.state,
            state_hash: id(&row.state_hash, "hash")?,
            send_certificate: row.send_certificate,
            rotation_pending_since: row.rotation_pending_since.map(time),
        })
    }
}

/// A verified `AccountState` that is to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewState {
    /// Hash of the statement.
    pub hash: Hash,
    /// Its epoch.
    pub epoch: u32,
    /// Its sequence; the one before is the newest stored.
    pub sequence: u32,
    /// The signed statement.
    pub statement: Vec<u8>,
}

/// What only the owner's browser can use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// OPAQUE `RegistrationRecord`.
    pub password_record: Vec<u8>,
    /// Account key sealed under the password's key.
    pub account_key_by_password: Vec<u8>,
    /// Account key sealed under the recovery code's key.
    pub account_key_by_recovery_code: Vec<u8>,
    /// Recovery seed of the organisation sealed under the account key.
    pub recovery_seed: Option<Vec<u8>>,
}

/// An account that is to be created, whole.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Chosen by the client.
    pub id: AccountId,
    /// Verified.
    pub address: Address,
    /// The name it goes by.
    pub name: String,
    /// Language of e-mails to it.
    pub language: String,
    /// Sequence 0.
    pub state: NewState,
    /// Signed `SendCertificate` of the owner's own send key.
    pub send_certificate: Vec<u8>,
    /// What only the owner's browser can use.
    pub credentials: Credentials,
    /// Mailbox key, generation 1, sealed under the account key.
    pub mailbox_key: Vec<u8>,
    /// SHA-256 of the ticket, which is used up.
    pub ticket_hash: Hash,
    /// First session.
    pub session: NewSession,
}

/// A password change.
#[derive(Clone, Debug)]
pub struct NewPassword {
    /// Whose.
    pub account: AccountId,
    /// The epoch whose account key is sealed.
    pub epoch: u32,
    /// OPAQUE `RegistrationRecord`.
    pub password_record: Vec<u8>,
    /// Account key sealed under the new password's key.
    pub account_key_by_password: Vec<u8>,
    /// The only session that goes on.
    pub session: Hash,
}

/// A free account in a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreeAccount {
    /// Identifies it.
    pub id: AccountId,
    /// Its address.
    pub address: Address,
    /// When it signed in last.
    pub last_sign_in_at: Option<Timestamp>,
    /// When it answered "Not now".
    pub deferred_at: Option<Timestamp>,
}

/// Id, address, last sign-in, "Not now".
type FreeColumns = (Vec<u8>, String, Option<i64>, Option<i64>);

impl Store {
    /// Creates an account, uses up the ticket and opens the first session.
    ///
    /// # Errors
    ///
    /// `Conflict`: the ticket is gone or older than `now`. `AddressTaken`, `DuplicateId`. Or the database fails.
    pub async fn create_account(&self, new: NewAccount, now: Timestamp) -> Result<()> {
        let tx = self.begin().await?;
        let used = sign_up::Entity::delete_many()
            .filter(sign_up::Column::TicketHash.eq(new.ticket_hash.0.to_vec()))
            .filter(sign_up::Column::TicketExpiresAt.gt(ms(now)))
            .filter(sign_up::Column::Address.eq(new.address.as_str()))
            .exec(&tx)
            .await?;
        if used.rows_affected != 1 {
            return Err(Refusal::Conflict.into());
        }
        let row = FirstRow {
            id: new.id,
            address: &new.address,
            name: new.name,
            language: new.language,
            kind: Kind::Person,
            organisation: None,
            state: &new.state,
            send_certificate: new.send_certificate,
            mailbox_key: new.mailbox_key,
        };
        row.insert(&tx, now).await?;
        let credentials = credential::ActiveModel {
            account: Set(new.id.0.to_vec()),
            password_record: Set(new.credentials.password_record),
            account_key_by_password: Set(new.credentials.account_key_by_password),
            account_key_by_recovery_code: Set(new.credentials.account_key_by_recovery_code),
            recovery_seed: Set(new.credentials.recovery_seed),
        };
        credential::Entity::insert(credentials)
            .exec_without_returning(&tx)
            .await?;
        crate::sessions::insert(&tx, &new.session).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The account.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn find_account(&self, account: AccountId) -> Result<Option<Account>> {
        let row = account::Entity::find_by_id(account.0.to_vec())
            .one(&self.db)
            .await?;
        row.map(Account::try_from).transpose()
    }

    /// The account that has the address.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn find_account_by_address(&self, address: &Address) -> Result<Option<Account>> {
        let row = account::Entity::find()
            .filter(account::Column::Address.eq(address.as_str()))
            .one(&self.db)
            .await?;
        row.map(Account::try_from).transpose()
    }

    /// Those of the accounts that exist, in no particular order.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn find_accounts(&self, accounts: &[AccountId]) -> Result<Vec<Account>> {
        let rows = account::Entity::find()
            .filter(account::Column::Id.is_in(accounts.iter().map(|it| it.0.to_vec())))
            .all(&self.db)
            .await?;
        rows.into_iter().map(Account::try_from).collect()
    }

    /// What only the account's owner can use.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn find_credentials(&self, account: AccountId) -> Result<Option<Credentials>> {
        let row = credential::Entity::find_by_id(account.0.to_vec())
            .one(&self.db)
            .await?;
        Ok(row.map(|row| Credentials {
            password_record: row.password_record,
            account_key_by_password: row.account_key_by_password,
            account_key_by_recovery_code: row.account_key_by_recovery_code,
            recovery_seed: row.recovery_seed,
        }))
    }

    /// Replaces the password, and ends all other sessions and the sign-ins under way.
    ///
    /// # Errors
    ///
    /// `Conflict`: the epoch changed. Or the database fails.
    pub async fn change_password(&self, new: NewPassword) -> Result<()> {
        let tx = self.begin().await?;
        let account = account::Entity::find_by_id(new.account.0.to_vec())
            .lock_exclusive()
            .one(&tx)
            .await?
            .ok_or(Refusal::Conflict)?;
        if number(account.epoch) != new.epoch {
            return Err(Refusal::Conflict.into());
        }
        credential::Entity::update_many()
            .col_expr(
                credential::Column::PasswordRecord,
                Expr::value(new.password_record),
            )
            .col_expr(
                credential::Column::AccountKeyByPassword,
                Expr::value(new.account_key_by_password),
            )
            .filter(credential::Column::Account.eq(new.account.0.to_vec()))
            .exec(&tx)
            .await?;
        crate::sessions::end_others(&tx, new.account, new.session).await?;
        crate::sessions::forget_logins(&tx, new.account).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Free accounts with an address in the domain, by address.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn list_free_accounts(
        &self,
        domain: &Domain,
        after: Option<&str>,
        limit: u16,
    ) -> Result<Page<FreeAccount, String>> {
        let mut query = account::Entity::find()
            .filter(account::Column::Domain.eq(domain.as_str()))
            .filter(account::Column::Organisation.is_null())
            .filter(account::Column::Status.eq(Status::Active.as_str()));
        if let Some(after) = after {
            query = query.filter(account::Column::Address.gt(after));
        }
        let rows: Vec<FreeColumns> = query
            .order_by_asc(account::Column::Address)
            .limit(u64::from(limit) + 1)
            .select_only()
            .columns([
                account::Column::Id,
                account::Column::Address,
                account::Column::LastSignInAt,
                account::Column::DeferredAt,
            ])
            .into_tuple()
            .all(&self.db)
            .await?;
        let rows = rows
            .into_iter()
            .map(|(account, address, last, deferred)| {
                Ok(FreeAccount {
                    id: id(&account, "account id")?,
                    address: parse(&address, "address")?,
                    last_sign_in_at: last.map(time),
                    deferred_at: deferred.map(time),
                })
            })
            .collect::<Result<Vec<_>>>()?;
        Ok(Page::cut(rows, limit, |row| {
            row.address.as_str().to_owned()
        }))
    }

    /// Notes "Not now" in the session and at the account.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn defer_adoption(
        &self,
        account: AccountId,
        session: Hash,
        audit: crate::NewAuditEvent,
        now: Timestamp,
    ) -> Result<()> {
        let tx = self.begin().await?;
        account::Entity::update_many()
            .col_expr(account::Column::DeferredAt, Expr::value(ms(now)))
            .filter(account::Column::Id.eq(account.0.to_vec()))
            .exec(&tx)
            .await?;
        crate::sessions::mark_deferred(&tx, session).await?;
        crate::audit::insert(&tx, audit).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Locks a mailbox for something that is stored in it: one that is deleted at the same time leaves nothing of that behind.
/// A shared lock lets others store beside it; `LockType::NoKeyUpdate` has even a message that is sent from it wait.
///
/// # Errors
///
/// `NotFound`: it is deleted. Or the database fails.
pub(crate) async fn lock_mailbox(
    tx: &DatabaseTransaction,
    mailbox: AccountId,
    lock: LockType,
) -> Result<()> {
    let status: Option<String> = account::Entity::find_by_id(mailbox.0.to_vec())
        .select_only()
        .column(account::Column::Status)
        .lock(lock)
        .into_tuple()
        .one(tx)
        .await?;
    match status {
        Some(status) if status != Status::Deleted.as_str() => Ok(()),
        _ => Err(Refusal::NotFound.into()),
    }
}

/// Stores the mailbox key of a new generation.
pub(crate) async fn insert_mailbox_key(
    db: &impl ConnectionTrait,
    account: AccountId,
    generation: u32,
    sealed: Vec<u8>,
) -> Result<()> {
    let row = mailbox_key::ActiveModel {
        account: Set(account.0.to_vec()),
        generation: Set(int(generation)),
        by_account: Set(Some(sealed)),
        by_next: Set(None),
    };
    mailbox_key::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Appends a state.
pub(crate) async fn insert_state(
    db: &impl ConnectionTrait,
    account: AccountId,
    state: &NewState,
) -> Result<()> {
    let row = account_state::ActiveModel {
        account: Set(account.0.to_vec()),
        sequence: Set(int(state.sequence)),
        hash: Set(state.hash.0.to_vec()),
        epoch: Set(int(state.epoch)),
        statement: Set(state.statement.clone()),
    };
    account_state::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Makes a state the newest one of the locked account.
///
/// # Errors
///
/// `StaleStatement`: it does not follow the newest one.
pub(crate) async fn advance(
    db: &impl ConnectionTrait,
    row: &account::Model,
    state: &NewState,
) -> Result<()> {
    if number(row.sequence).checked_add(1) != Some(state.sequence) {
        return Err(Refusal::StaleStatement.into());
    }
    account::Entity::update_many()
        .col_expr(account::Column::Epoch, Expr::value(int(state.epoch)))
        .col_expr(account::Column::Sequence, Expr::value(int(state.sequence)))
        .col_expr(account::Column::State, Expr::value(state.statement.clone()))
        .col_expr(
            account::Column::StateHash,
            Expr::value(state.hash.0.to_vec()),
        )
        .filter(account::Column::Id.eq(row.id.clone()))
        .exec(db)
        .await?;
    insert_state(db, id(&row.id, "account id")?, state).await
}
