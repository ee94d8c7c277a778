//! What happens when an account joins an organisation.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect,
    sea_query::Expr,
};
use zegel_protocol::{AccountId, Hash, OrgId, Timestamp};

use crate::{
    NewState, Refusal, Result, Role,
    accounts::advance,
    entity::{account, escrow},
    store::{int, ms},
};

/// What a state makes of the account beside itself.
pub(crate) struct Joining {
    pub organisation: OrgId,
    pub role: Role,
    pub at: Timestamp,
}

/// Appends a state that makes a free account a member.
///
/// # Errors
///
/// `AlreadyMember`, or `StaleStatement` where the newest sequence is not the one before.
pub(crate) async fn join(
    db: &impl ConnectionTrait,
    account: AccountId,
    state: &NewState,
    joining: &Joining,
) -> Result<()> {
    let row = account::Entity::find_by_id(account.0.to_vec())
        .lock_exclusive()
        .one(db)
        .await?
        .ok_or(Refusal::Conflict)?;
    if row.organisation.is_some() {
        return Err(Refusal::AlreadyMember.into());
    }
    account::Entity::update_many()
        .col_expr(
            account::Column::Organisation,
            Expr::value(joining.organisation.0.to_vec()),
        )
        .col_expr(account::Column::Role, Expr::value(joining.role.as_str()))
        .col_expr(account::Column::JoinedAt, Expr::value(ms(joining.at)))
        .col_expr(
            account::Column::DeferredAt,
            Expr::value(Option::<i64>::None),
        )
        .filter(account::Column::Id.eq(account.0.to_vec()))
        .exec(db)
        .await?;
    advance(db, &row, state).await
}

/// A verified escrow that is to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEscrow {
    /// Hash of the grant.
    pub hash: Hash,
    /// Epoch of the account key in it.
    pub epoch: u32,
    /// The grant.
    pub escrow: Vec<u8>,
}

/// Stores an escrow. `checked` where the one who made it is an administrator, and it is their own.
pub(crate) async fn insert_escrow(
    db: &impl ConnectionTrait,
    organisation: OrgId,
    account: AccountId,
    new: NewEscrow,
    checked: bool,
    now: Timestamp,
) -> Result<()> {
    let row = escrow::ActiveModel {
        organisation: Set(organisation.0.to_vec()),
        account: Set(account.0.to_vec()),
        epoch: Set(int(new.epoch)),
        hash: Set(new.hash.0.to_vec()),
        created_at: Set(ms(now)),
        checked_at: Set(checked.then_some(ms(now))),
        failed_at: Set(None),
        escrow: Set(new.escrow),
    };
    escrow::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}
