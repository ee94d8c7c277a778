use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, OnConflict},
};
use zegel_protocol::{AccountId, Address, Hash, Timestamp};

use crate::{
    NewMail, Result, Store,
    entity::sign_up,
    store::{id, ms, parse},
};

/// A verified address that waits for its account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignUp {
    /// The address.
    pub address: Address,
    /// The account that the client chose at its registration.
    pub account: Option<AccountId>,
}

/// What came of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeCheck {
    /// It is the one.
    Right,
    /// It is not; it may be tried again.
    Wrong,
    /// There is none, it is too old, or it was tried too often.
    Expired,
}

/// A mailed code, kept as its keyed hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewCode {
    /// Keyed hash of the code.
    pub hash: Hash,
    /// How often it may be tried.
    pub tries: u8,
    /// Until when.
    pub expires_at: Timestamp,
}

impl Store {
    /// Begins the verification of an address, or begins it anew, and queues its mail.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn start_sign_up(
        &self,
        address: &Address,
        code: NewCode,
        mail: NewMail,
        now: Timestamp,
    ) -> Result<()> {
        let tx = self.begin().await?;
        let row = sign_up::ActiveModel {
            address: Set(address.as_str().to_owned()),
            code_hash: Set(code.hash.0.to_vec()),
            tries_left: Set(i32::from(code.tries)),
            code_expires_at: Set(ms(code.expires_at)),
            ticket_hash: Set(None),
            ticket_expires_at: Set(None),
            account: Set(None),
        };
        sign_up::Entity::insert(row)
            .on_conflict(
                // A ticket that was won before goes on: otherwise anybody could break off another's sign-up.
                OnConflict::column(sign_up::Column::Address)
                    .update_columns([
                        sign_up::Column::CodeHash,
                        sign_up::Column::TriesLeft,
                        sign_up::Column::CodeExpiresAt,
                    ])
                    .to_owned(),
            )
            .exec_without_returning(&tx)
            .await?;
        crate::mails::insert(&tx, mail, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Tries a code. Where it is right it is used up, and the ticket takes its place.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn verify_sign_up(
        &self,
        address: &Address,
        code_hash: Hash,
        ticket_hash: Hash,
        ticket_expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<CodeCheck> {
        let tx = self.begin().await?;
        let row = sign_up::Entity::find_by_id(address.as_str().to_owned())
            .lock_exclusive()
            .one(&tx)
            .await?;
        let Some(row) = row.filter(|row| row.tries_left > 0 && row.code_expires_at > ms(now))
        else {
            return Ok(CodeCheck::Expired);
        };
        let update =
            sign_up::Entity::update_many().filter(sign_up::Column::Address.eq(address.as_str()));
        // Both are keyed hashes: a comparison that leaks its time tells nothing about the code.
        let right = row.code_hash == code_hash.0;
        let update = if right {
            update
                .col_expr(sign_up::Column::TriesLeft, Expr::value(0))
                .col_expr(
                    sign_up::Column::TicketHash,
                    Expr::value(ticket_hash.0.to_vec()),
                )
                .col_expr(
                    sign_up::Column::TicketExpiresAt,
                    Expr::value(ms(ticket_expires_at)),
                )
                .col_expr(
                    sign_up::Column::Account,
                    Expr::value(Option::<Vec<u8>>::None),
                )
        } else {
            update.col_expr(sign_up::Column::TriesLeft, Expr::value(row.tries_left - 1))
        };
        update.exec(&tx).await?;
        tx.commit().await?;
        Ok(match (right, row.tries_left) {
            (true, _) => CodeCheck::Right,
            (false, 1) => CodeCheck::Expired,
            (false, _) => CodeCheck::Wrong,
        })
    }

    /// The sign-up that a ticket belongs to.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn find_sign_up(&self, ticket_hash: Hash, now: Timestamp) -> Result<Option<SignUp>> {
        let row = sign_up::Entity::find()
            .filter(sign_up::Column::TicketHash.eq(ticket_hash.0.to_vec()))
            .filter(sign_up::Column::TicketExpiresAt.gt(ms(now)))
            .one(&self.db)
            .await?;
        row.map(|row| {
            Ok(SignUp {
                address: parse(&row.address, "address")?,
                account: row.account.map(|it| id(&it, "account id")).transpose()?,
            })
        })
        .transpose()
    }

    /// Notes the account that the client chose.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn set_sign_up_account(&self, ticket_hash: Hash, account: AccountId) -> Result<()> {
        sign_up::Entity::update_many()
            .col_expr(sign_up::Column::Account, Expr::value(account.0.to_vec()))
            .filter(sign_up::Column::TicketHash.eq(ticket_hash.0.to_vec()))
            .exec(&self.db)
            .await?;
        Ok(())
    }
}
