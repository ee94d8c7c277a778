use std::collections::HashMap;

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
    sea_query::{Expr, ExprTrait, Func, LikeExpr, OnConflict, Query, SelectStatement},
};
use zegel_protocol::{AccountId, OrgId, Timestamp};

use crate::{
    Account, Kind, NewAuditEvent, Page, Refusal, Result, Store,
    audit::escape_like,
    entity::{access, account, certificate, escrow},
    store::{int, ms, number},
};

/// A member with its certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The account.
    pub account: Account,
    /// An administrator's client checked the escrow of its current epoch.
    pub escrow_checked: bool,
    /// Newest signed `KeyCertificate`.
    pub certificate: Option<Vec<u8>>,
    /// How many have access to it now.
    pub access: u32,
}

/// Which members are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemberFilter {
    /// Only accounts of this kind.
    pub kind: Option<Kind>,
    /// Only accounts whose name or address contains this, whatever the case.
    pub search: Option<String>,
}

impl MemberFilter {
    fn of(&self, organisation: OrgId) -> Select<account::Entity> {
        let mut query = account::Entity::find()
            .filter(account::Column::Organisation.eq(organisation.0.to_vec()));
        if let Some(kind) = self.kind {
            query = query.filter(account::Column::Kind.eq(kind.as_str()));
        }
        if let Some(search) = &self.search {
            let pattern = format!("%{}%", escape_like(&search.to_lowercase()));
            let contains = |column: account::Column| {
                Expr::expr(Func::lower(Expr::col(column)))
                    .like(LikeExpr::new(pattern.as_str()).escape('\\'))
            };
            query = query
                .filter(contains(account::Column::Name).or(contains(account::Column::Address)));
        }
        query
    }
}

/// A member that waits for an administrator's client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberToCertify {
    /// The member.
    pub member: Member,
    /// Escrow grant of its current epoch.
    pub escrow: Vec<u8>,
}

/// A verified key certificate that is to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCertificate {
    /// Whose keys.
    pub account: AccountId,
    /// Epoch of the keys.
    pub epoch: u32,
    /// When it was signed.
    pub issued_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// The signed statement.
    pub statement: Vec<u8>,
}

/// What an administrator's client says after checking escrows.
#[derive(Clone, Debug)]
pub struct NewCertificates {
    /// The organisation.
    pub organisation: OrgId,
    /// For escrows that opened and recomputed the identity, with what is audited.
    pub certificates: Vec<(NewCertificate, NewAuditEvent)>,
    /// Accounts whose escrow did not, with what is audited the first time.
    pub failed: Vec<(AccountId, NewAuditEvent)>,
}

impl Store {
    /// Members by address.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn list_members(
        &self,
        organisation: OrgId,
        filter: &MemberFilter,
        after: Option<&str>,
        limit: u16,
    ) -> Result<Page<Member, String>> {
        let mut query = filter.of(organisation);
        if let Some(after) = after {
            query = query.filter(account::Column::Address.gt(after));
        }
        let rows = query
            .order_by_asc(account::Column::Address)
            .limit(u64::from(limit) + 1)
            .all(&self.db)
            .await?;
        let members = self.with_certificates(organisation, rows).await?;
        let members = members.into_iter().map(|(member, _)| member).collect();
        Ok(Page::cut(members, limit, |row: &Member| {
            row.account.address.as_str().to_owned()
        }))
    }

    /// How many such members the organisation has.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn count_members(&self, organisation: OrgId, filter: &MemberFilter) -> Result<u64> {
        Ok(filter.of(organisation).count(&self.db).await?)
    }

    /// One member of the organisation.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn find_member(
        &self,
        organisation: OrgId,
        member: AccountId,
    ) -> Result<Option<Member>> {
        let rows = account::Entity::find_by_id(member.0.to_vec())
            .filter(account::Column::Organisation.eq(organisation.0.to_vec()))
            .all(&self.db)
            .await?;
        let members = self.with_certificates(organisation, rows).await?;
        Ok(members.into_iter().next().map(|(member, _)| member))
    }

    /// Members whose escrow is unchecked, or whose certificate is missing, of another epoch, or ends before `ending`.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn list_members_to_certify(
        &self,
        organisation: OrgId,
        ending: Timestamp,
        after: Option<AccountId>,
        limit: u16,
    ) -> Result<Page<MemberToCertify, AccountId>> {
        let checked = current_escrow(organisation)
            .and_where(escrow::Column::CheckedAt.is_not_null())
            .take();
        let certified = Query::select()
            .expr(Expr::val(1))
            .from(certificate::Entity)
            .and_where(certificate::Column::Organisation.eq(organisation.0.to_vec()))
            .and_where(
                Expr::col((certificate::Entity, certificate::Column::Account))
                    .equals((account::Entity, account::Column::Id)),
            )
            .and_where(
                Expr::col((certificate::Entity, certificate::Column::Epoch))
                    .equals((account::Entity, account::Column::Epoch)),
            )
            .and_where(certificate::Column::ExpiresAt.gte(ms(ending)))
            .take();
        let mut query = account::Entity::find()
            .filter(account::Column::Organisation.eq(organisation.0.to_vec()))
            .filter(Expr::exists(current_escrow(organisation)))
            .filter(
                Expr::exists(checked)
                    .not()
                    .or(Expr::exists(certified).not()),
            );
        if let Some(after) = after {
            query = query.filter(account::Column::Id.gt(after.0.to_vec()));
        }
        let rows = query
            .order_by_asc(account::Column::Id)
            .limit(u64::from(limit) + 1)
            .all(&self.db)
            .await?;
        let members = self.with_certificates(organisation, rows).await?;
        let members = members
            .into_iter()
            .filter_map(|(member, escrow)| {
                let escrow = escrow?.escrow;
                Some(MemberToCertify { member, escrow })
            })
            .collect();
        Ok(Page::cut(members, limit, |row: &MemberToCertify| {
            row.member.account.id
        }))
    }

    /// The accounts with their certificates and the escrows of their current epochs, in the same order.
    async fn with_certificates(
        &self,
        organisation: OrgId,
        rows: Vec<account::Model>,
    ) -> Result<Vec<(Member, Option<escrow::Model>)>> {
        let ids: Vec<Vec<u8>> = rows.iter().map(|row| row.id.clone()).collect();
        let certificates = certificate::Entity::find()
            .filter(certificate::Column::Organisation.eq(organisation.0.to_vec()))
            .filter(certificate::Column::Account.is_in(ids.clone()))
            .all(&self.db)
            .await?;
        let mut certificates: HashMap<_, _> = certificates
            .into_iter()
            .map(|row| (row.account, row.statement))
            .collect();
        let escrows = escrow::Entity::find()
            .filter(escrow::Column::Organisation.eq(organisation.0.to_vec()))
            .filter(escrow::Column::Account.is_in(ids.clone()))
            .all(&self.db)
            .await?;
        let mut escrows: HashMap<_, _> = escrows
            .into_iter()
            .map(|row| ((row.account.clone(), row.epoch), row))
            .collect();
        let access: Vec<(Vec<u8>, i64)> = access::Entity::find()
            .select_only()
            .column(access::Column::Account)
            .column_as(access::Column::Member.count(), "members")
            .filter(access::Column::Account.is_in(ids))
            .filter(access::Column::EndedAt.is_null())
            .group_by(access::Column::Account)
            .into_tuple()
            .all(&self.db)
            .await?;
        let access: HashMap<Vec<u8>, i64> = access.into_iter().collect();
        rows.into_iter()
            .map(|row| {
                let escrow = escrows.remove(&(row.id.clone(), row.epoch));
                let certificate = certificates.remove(&row.id);
                let members = access.get(&row.id).copied().unwrap_or_default();
                let member = Member {
                    access: u32::try_from(members).unwrap_or(u32::MAX),
                    account: row.try_into()?,
                    escrow_checked: escrow
                        .as_ref()
                        .is_some_and(|escrow| escrow.checked_at.is_some()),
                    certificate,
                };
                Ok((member, escrow))
            })
            .collect()
    }

    /// The newest certificate of an account by its organisation.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn find_certificate(
        &self,
        organisation: OrgId,
        account: AccountId,
    ) -> Result<Option<Vec<u8>>> {
        let row = certificate::Entity::find_by_id((organisation.0.to_vec(), account.0.to_vec()))
            .one(&self.db)
            .await?;
        Ok(row.map(|row| row.statement))
    }

    /// Stores certificates and the outcomes of escrow checks, all or nothing.
    ///
    /// # Errors
    ///
    /// `StaleStatement`: the epoch changed, or a newer certificate is stored. `Conflict`: not a member with an escrow.
    /// Or the database fails.
    pub async fn put_certificates(&self, mut new: NewCertificates, now: Timestamp) -> Result<()> {
        // Rows are locked in one order, so that two administrators cannot wait for each other.
        new.certificates.sort_by_key(|(it, _)| it.account);
        new.failed.sort_by_key(|(account, _)| *account);
        let tx = self.begin().await?;
        for (certificate, event) in new.certificates {
            let row = lock_member(&tx, new.organisation, certificate.account).await?;
            if number(row.epoch) != certificate.epoch {
                return Err(Refusal::StaleStatement.into());
            }
            let checked = escrow::Entity::update_many()
                .col_expr(escrow::Column::CheckedAt, Expr::value(ms(now)))
                .col_expr(escrow::Column::FailedAt, Expr::value(Option::<i64>::None))
                .filter(escrow::Column::Organisation.eq(new.organisation.0.to_vec()))
                .filter(escrow::Column::Account.eq(certificate.account.0.to_vec()))
                .filter(escrow::Column::Epoch.eq(int(certificate.epoch)))
                .exec(&tx)
                .await?;
            if checked.rows_affected != 1 {
                return Err(Refusal::Conflict.into());
            }
            upsert_certificate(&tx, new.organisation, certificate).await?;
            crate::audit::insert(&tx, event).await?;
        }
        for (failed, event) in new.failed {
            let row = lock_member(&tx, new.organisation, failed).await?;
            let first = escrow::Entity::update_many()
                .col_expr(escrow::Column::FailedAt, Expr::value(ms(now)))
                .col_expr(escrow::Column::CheckedAt, Expr::value(Option::<i64>::None))
                .filter(escrow::Column::Organisation.eq(new.organisation.0.to_vec()))
                .filter(escrow::Column::Account.eq(failed.0.to_vec()))
                .filter(escrow::Column::Epoch.eq(row.epoch))
                .filter(escrow::Column::FailedAt.is_null())
                .exec(&tx)
                .await?;
            // A client that comes back to the same escrow finds the same: one entry is enough.
            if first.rows_affected == 1 {
                crate::audit::insert(&tx, event).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }
}

async fn lock_member(
    db: &impl ConnectionTrait,
    organisation: OrgId,
    member: AccountId,
) -> Result<account::Model> {
    let row = account::Entity::find_by_id(member.0.to_vec())
        .filter(account::Column::Organisation.eq(organisation.0.to_vec()))
        .lock_exclusive()
        .one(db)
        .await?;
    Ok(row.ok_or(Refusal::Conflict)?)
}

/// Escrows of the outer query's account in its current epoch.
fn current_escrow(organisation: OrgId) -> SelectStatement {
    Query::select()
        .expr(Expr::val(1))
        .from(escrow::Entity)
        .and_where(escrow::Column::Organisation.eq(organisation.0.to_vec()))
        .and_where(
            Expr::col((escrow::Entity, escrow::Column::Account))
                .equals((account::Entity, account::Column::Id)),
        )
        .and_where(
            Expr::col((escrow::Entity, escrow::Column::Epoch))
                .equals((account::Entity, account::Column::Epoch)),
        )
        .take()
}

pub(crate) async fn upsert_certificate(
    db: &impl ConnectionTrait,
    organisation: OrgId,
    new: NewCertificate,
) -> Result<()> {
    let row = certificate::ActiveModel {
        organisation: Set(organisation.0.to_vec()),
        account: Set(new.account.0.to_vec()),
        epoch: Set(int(new.epoch)),
        issued_at: Set(ms(new.issued_at)),
        expires_at: Set(ms(new.expires_at)),
        statement: Set(new.statement),
    };
    let known = certificate::Entity::find_by_id((organisation.0.to_vec(), new.account.0.to_vec()))
        .one(db)
        .await?;
    if known.is_some_and(|known| known.issued_at > ms(new.issued_at)) {
        return Err(Refusal::StaleStatement.into());
    }
    certificate::Entity::insert(row)
        .on_conflict(
            OnConflict::columns([
                certificate::Column::Organisation,
                certificate::Column::Account,
            ])
            .update_columns([
                certificate::Column::Epoch,
                certificate::Column::IssuedAt,
                certificate::Column::ExpiresAt,
                certificate::Column::Statement,
            ])
            .to_owned(),
        )
        .exec_without_returning(db)
        .await?;
    Ok(())
}
