use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait},
};
use zegel_protocol::{AccountId, Hash, Timestamp};

use crate::{
    Account, Kind, Refusal, Result, Status, Store,
    entity::{account, credential, login, session},
    store::{id, ms, time},
};

/// A session that is to be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewSession {
    /// SHA-256 of the cookie's token.
    pub token_hash: Hash,
    /// Whose.
    pub account: AccountId,
    /// When the password was checked.
    pub authenticated_at: Timestamp,
    /// When it ends unless it is used.
    pub expires_at: Timestamp,
}

/// An open session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the cookie's token.
    pub token_hash: Hash,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When the password was checked last.
    pub authenticated_at: Timestamp,
    /// When it ends unless it is used.
    pub expires_at: Timestamp,
    /// "Not now" was answered in it.
    pub deferred: bool,
}

/// The server's half of a sign-in under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// The account; none where the address is unknown.
    pub account: Option<AccountId>,
    /// SHA-256 of the account's OPAQUE record.
    pub record: Option<Hash>,
    /// OPAQUE server state.
    pub state: Vec<u8>,
}

impl Store {
    /// Opens a session after a sign-in that was begun with the OPAQUE record of the hash `record`, in the place of
    /// `replaces` where the browser had one.
    ///
    /// # Errors
    ///
    /// `Conflict`: the record was replaced or deleted meanwhile. Or the database fails.
    pub async fn open_session(
        &self,
        new: NewSession,
        record: Hash,
        replaces: Option<Hash>,
    ) -> Result<()> {
        let tx = self.begin().await?;
        // The account before its sessions, as everywhere: two transactions cannot wait for each other.
        account::Entity::update_many()
            .col_expr(
                account::Column::LastSignInAt,
                Expr::value(ms(new.authenticated_at)),
            )
            .filter(account::Column::Id.eq(new.account.0.to_vec()))
            .exec(&tx)
            .await?;
        // The account is locked now: whoever replaces the record has done so, or ends this session, too.
        let stored = credential::Entity::find_by_id(new.account.0.to_vec())
            .one(&tx)
            .await?;
        if stored.is_none_or(|it| Hash::of(&it.password_record) != record) {
            return Err(Refusal::Conflict.into());
        }
        if let Some(old) = replaces {
            session::Entity::delete_by_id(old.0.to_vec())
                .exec(&tx)
                .await?;
        }
        insert(&tx, &new).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The session with that token hash, and its account, unless it has ended or the account is not active.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn find_session(
        &self,
        token_hash: Hash,
        now: Timestamp,
    ) -> Result<Option<(Session, Account)>> {
        let row = session::Entity::find_by_id(token_hash.0.to_vec())
            .filter(session::Column::ExpiresAt.gt(ms(now)))
            .find_also_related(account::Entity)
            .filter(account::Column::Status.eq(Status::Active.as_str()))
            .filter(account::Column::Kind.eq(Kind::Person.as_str()))
            .one(&self.db)
            .await?;
        let Some((row, Some(account))) = row else {
            return Ok(None);
        };
        let session = Session {
            token_hash,
            created_at: time(row.created_at),
            authenticated_at: time(row.authenticated_at),
            expires_at: time(row.expires_at),
            deferred: row.deferred,
        };
        Ok(Some((session, account.try_into()?)))
    }

    /// Lets a session that is in use last longer.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn extend_session(&self, token_hash: Hash, until: Timestamp) -> Result<()> {
        session::Entity::update_many()
            .col_expr(session::Column::ExpiresAt, Expr::value(ms(until)))
            .filter(session::Column::TokenHash.eq(token_hash.0.to_vec()))
            .exec(&self.db)
            .await?;
        Ok(())
    }

    /// Ends one session.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn end_session(&self, token_hash: Hash) -> Result<()> {
        session::Entity::delete_by_id(token_hash.0.to_vec())
            .exec(&self.db)
            .await?;
        Ok(())
    }

    /// Ends every session of an account.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn end_sessions(&self, account: AccountId) -> Result<()> {
        session::Entity::delete_many()
            .filter(session::Column::Account.eq(account.0.to_vec()))
            .exec(&self.db)
            .await?;
        Ok(())
    }

    /// Keeps the server's half of a sign-in.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn insert_login(
        &self,
        id: [u8; 16],
        login: Login,
        expires_at: Timestamp,
    ) -> Result<()> {
        let row = login::ActiveModel {
            id: Set(id.to_vec()),
            account: Set(login.account.map(|it| it.0.to_vec())),
            record: Set(login.record.map(|it| it.0.to_vec())),
            state: Set(login.state),
            expires_at: Set(ms(expires_at)),
        };
        login::Entity::insert(row)
            .exec_without_returning(&self.db)
            .await?;
        Ok(())
    }

    /// Takes out the server's half of a sign-in: it serves once.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn take_login(&self, login: [u8; 16], now: Timestamp) -> Result<Option<Login>> {
        let row = login::Entity::delete_by_id(login.to_vec())
            .exec_with_returning(&self.db)
            .await?;
        row.filter(|row| row.expires_at > ms(now))
            .map(|row| {
                Ok(Login {
                    account: row.account.map(|it| id(&it, "account id")).transpose()?,
                    record: row.record.map(|it| id(&it, "hash")).transpose()?,
                    state: row.state,
                })
            })
            .transpose()
    }

    /// Deletes sessions, sign-ins and sign-ups that ended. Returns how many.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn delete_expired(&self, now: Timestamp) -> Result<u64> {
        use crate::entity::sign_up;
        let sessions = session::Entity::delete_many()
            .filter(session::Column::ExpiresAt.lte(ms(now)))
            .exec(&self.db)
            .await?;
        let logins = login::Entity::delete_many()
            .filter(login::Column::ExpiresAt.lte(ms(now)))
            .exec(&self.db)
            .await?;
        let sign_ups = sign_up::Entity::delete_many()
            .filter(sign_up::Column::CodeExpiresAt.lte(ms(now)))
            .filter(
                sign_up::Column::TicketExpiresAt
                    .is_null()
                    .or(sign_up::Column::TicketExpiresAt.lte(ms(now))),
            )
            .exec(&self.db)
            .await?;
        Ok(sessions.rows_affected + logins.rows_affected + sign_ups.rows_affected)
    }
}

pub(crate) async fn insert(db: &impl ConnectionTrait, new: &NewSession) -> Result<()> {
    let row = session::ActiveModel {
        token_hash: Set(new.token_hash.0.to_vec()),
        account: Set(new.account.0.to_vec()),
        created_at: Set(ms(new.authenticated_at)),
        authenticated_at: Set(ms(new.authenticated_at)),
        expires_at: Set(ms(new.expires_at)),
        deferred: Set(false),
    };
    session::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

pub(crate) async fn end_others(
    db: &impl ConnectionTrait,
    account: AccountId,
    kept: Hash,
) -> Result<()> {
    session::Entity::delete_many()
        .filter(session::Column::Account.eq(account.0.to_vec()))
        .filter(session::Column::TokenHash.ne(kept.0.to_vec()))
        .exec(db)
        .await?;
    Ok(())
}

/// Ends the sign-ins of an account that are under way.
pub(crate) async fn forget_logins(db: &impl ConnectionTrait, account: AccountId) -> Result<()> {
    login::Entity::delete_many()
        .filter(login::Column::Account.eq(account.0.to_vec()))
        .exec(db)
        .await?;
    Ok(())
}

pub(crate) async fn mark_deferred(db: &impl ConnectionTrait, session: Hash) -> Result<()> {
    session::Entity::update_many()
        .col_expr(session::Column::Deferred, Expr::value(true))
        .filter(session::Column::TokenHash.eq(session.0.to_vec()))
        .exec(db)
        .await?;
    Ok(())
}
