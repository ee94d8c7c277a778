use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Func, Query},
};
use zegel_protocol::{AccountId, OrgId, SendKey, Timestamp};

use crate::{
    Account, Result, Status, StorageError, Store,
    entity::{access, account, certificate, escrow, mailbox_key, roster},
    store::{id, int, number, time},
};

/// As what somebody has access to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessRole {
    /// Member of a functional account.
    Member,
    /// Delegate of a person.
    Delegate,
}

impl AccessRole {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Delegate => "delegate",
        }
    }

    pub(crate) fn parse(text: &str) -> Result<Self> {
        match text {
            "member" => Ok(Self::Member),
            "delegate" => Ok(Self::Delegate),
            _ => Err(StorageError::Malformed("role")),
        }
    }
}

/// Somebody's access to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// The account acted as, whatever its status; in a list of who has access to one account, who has it.
    pub account: Account,
    /// As what.
    pub role: AccessRole,
    /// Recipients see the member's name.
    pub visible: bool,
    /// The key that signs what the member sends from the mailbox.
    pub send_key: SendKey,
    /// Mailbox grant of the newest generation.
    pub grant: Vec<u8>,
    /// Signed `SendCertificate` of the member's send key.
    pub send_certificate: Vec<u8>,
    /// When access was granted.
    pub granted_at: Timestamp,
}

impl Access {
    fn new(row: access::Model, account: account::Model) -> Result<Self> {
        Ok(Self {
            account: account.try_into()?,
            role: AccessRole::parse(&row.role)?,
            visible: row.visible,
            send_key: id(&row.send_key, "send key")?,
            grant: row.grant,
            send_certificate: row.send_certificate,
            granted_at: time(row.granted_at),
        })
    }
}

/// An account that somebody may act as, with the roster that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessibleAccount {
    /// The access.
    pub access: Access,
    /// Newest signed `Roster`.
    pub roster: Vec<u8>,
    /// Unread messages in its inbox.
    pub unread: u32,
}

/// A mailbox key of a generation before the newest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryKey {
    /// Its generation.
    pub generation: u32,
    /// Sealed under the mailbox key of the next generation.
    pub sealed: Vec<u8>,
}

impl Store {
    /// The access that `member` has to `account` now. None for the owner, who needs none.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn find_access(
        &self,
        account: AccountId,
        member: AccountId,
    ) -> Result<Option<Access>> {
        let row = access::Entity::find_by_id((account.0.to_vec(), member.0.to_vec()))
            .filter(access::Column::EndedAt.is_null())
            .find_also_related(account::Entity)
            .one(&self.db)
            .await?;
        match row {
            Some((row, Some(account))) => Access::new(row, account).map(Some),
            _ => Ok(None),
        }
    }

    /// The accounts that `member` may act as now, in no particular order.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn list_accessible_ids(&self, member: AccountId) -> Result<Vec<AccountId>> {
        let rows: Vec<Vec<u8>> = access::Entity::find()
            .select_only()
            .column(access::Column::Account)
            .filter(access::Column::Member.eq(member.0.to_vec()))
            .filter(access::Column::EndedAt.is_null())
            .into_tuple()
            .all(&self.db)
            .await?;
        rows.iter().map(|it| id(it, "account id")).collect()
    }

    /// The accounts that `member` may act as now, by address; none that is deleted.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn list_accessible(&self, member: AccountId) -> Result<Vec<AccessibleAccount>> {
        let rows = access::Entity::find()
            .filter(access::Column::Member.eq(member.0.to_vec()))
            .filter(access::Column::EndedAt.is_null())
            .find_also_related(account::Entity)
            .filter(account::Column::Status.ne(Status::Deleted.as_str()))
            .order_by_asc(account::Column::Address)
            .all(&self.db)
            .await?;
        let ids: Vec<Vec<u8>> = rows.iter().map(|(row, _)| row.account.clone()).collect();
        let newest = Query::select()
            .column(roster::Column::Account)
            .expr(Func::max(Expr::col(roster::Column::Version)))
            .from(roster::Entity)
            .and_where(roster::Column::Account.is_in(ids.clone()))
            .add_group_by([Expr::col(roster::Column::Account)])
            .take();
        let rosters = roster::Entity::find()
            .filter(
                Expr::tuple([
                    Expr::col(roster::Column::Account),
                    Expr::col(roster::Column::Version),
                ])
                .in_subquery(newest),
            )
            .all(&self.db)
            .await?;
        let mut rosters: HashMap<Vec<u8>, Vec<u8>> = rosters
            .into_iter()
            .map(|row| (row.account, row.statement))
            .collect();
        let unread = self.count_unread_each(ids).await?;
        rows.into_iter()
            .filter_map(|(row, account)| Some((row, account?)))
            .map(|(row, account)| {
                Ok(AccessibleAccount {
                    roster: rosters
                        .remove(&row.account)
                        .ok_or(StorageError::Malformed("access without a roster"))?,
                    unread: unread.get(&row.account).copied().unwrap_or_default(),
                    access: Access::new(row, account)?,
                })
            })
            .collect()
    }

    /// Who has access to an account now, by address: in each row the account is theirs.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn list_access_members(&self, account: AccountId) -> Result<Vec<Access>> {
        let rows = access::Entity::find()
            .filter(access::Column::Account.eq(account.0.to_vec()))
            .filter(access::Column::EndedAt.is_null())
            .find_also_linked(access::ToMember)
            .all(&self.db)
            .await?;
        let mut rows = rows
            .into_iter()
            .filter_map(|(row, account)| Some((row, account?)))
            .map(|(row, account)| Access::new(row, account))
            .collect::<Result<Vec<_>>>()?;
        rows.sort_by(|a, b| a.account.address.as_str().cmp(b.account.address.as_str()));
        Ok(rows)
    }

    /// The newest signed roster of an account.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn find_roster(&self, account: AccountId) -> Result<Option<Vec<u8>>> {
        let row = roster::Entity::find()
            .filter(roster::Column::Account.eq(account.0.to_vec()))
            .order_by_desc(roster::Column::Version)
            .one(&self.db)
            .await?;
        Ok(row.map(|row| row.statement))
    }

    /// The newest mailbox key sealed under the account key.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn find_mailbox_key(&self, account: AccountId) -> Result<Option<Vec<u8>>> {
        let row = mailbox_key::Entity::find()
            .filter(mailbox_key::Column::Account.eq(account.0.to_vec()))
            .order_by_desc(mailbox_key::Column::Generation)
            .one(&self.db)
            .await?;
        Ok(row.and_then(|row| row.by_account))
    }

    /// The mailbox keys of the generations before, newest first.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn list_mailbox_history(&self, account: AccountId) -> Result<Vec<HistoryKey>> {
        let rows = mailbox_key::Entity::find()
            .filter(mailbox_key::Column::Account.eq(account.0.to_vec()))
            .filter(mailbox_key::Column::ByNext.is_not_null())
            .order_by_desc(mailbox_key::Column::Generation)
            .all(&self.db)
            .await?;
        Ok(rows
            .into_iter()
            .filter_map(|row| {
                Some(HistoryKey {
                    generation: number(row.generation),
                    sealed: row.by_next?,
                })
            })
            .collect())
    }

    /// The escrow of an account's current epoch to an organisation.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn find_escrow(
        &self,
        organisation: OrgId,
        account: AccountId,
        epoch: u32,
    ) -> Result<Option<Vec<u8>>> {
        let key = (organisation.0.to_vec(), account.0.to_vec(), int(epoch));
        let row = escrow::Entity::find_by_id(key).one(&self.db).await?;
        Ok(row.map(|row| row.escrow))
    }

    /// The newest certificate of each of the accounts, by the organisation that issued it.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn find_certificates(
        &self,
        accounts: &[AccountId],
    ) -> Result<HashMap<(AccountId, OrgId), Vec<u8>>> {
        let rows = certificate::Entity::find()
            .filter(certificate::Column::Account.is_in(accounts.iter().map(|it| it.0.to_vec())))
            .all(&self.db)
            .await?;
        rows.into_iter()
            .map(|row| {
                let account = id(&row.account, "account id")?;
                let organisation = id(&row.organisation, "organisation id")?;
                Ok(((account, organisation), row.statement))
            })
            .collect()
    }

    /// Who reads each of the mailboxes: the account itself, and those with access.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn find_readers(
        &self,
        mailboxes: &[AccountId],
    ) -> Result<HashMap<AccountId, Vec<AccountId>>> {
        let rows: Vec<(Vec<u8>, Vec<u8>)> = access::Entity::find()
            .select_only()
            .columns([access::Column::Account, access::Column::Member])
            .filter(access::Column::Account.is_in(mailboxes.iter().map(|it| it.0.to_vec())))
            .filter(access::Column::EndedAt.is_null())
            .into_tuple()
            .all(&self.db)
            .await?;
        let mut readers: HashMap<AccountId, Vec<AccountId>> =
            mailboxes.iter().map(|it| (*it, vec![*it])).collect();
        for (account, member) in rows {
            readers
                .entry(id(&account, "account id")?)
                .or_default()
                .push(id(&member, "account id")?);
        }
        Ok(readers)
    }
}
