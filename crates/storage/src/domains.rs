use std::collections::HashMap;

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use zegel_protocol::{ClaimNonce, Domain, Hash, OrgId, Timestamp};

use crate::{
    CodeCheck, NewAuditEvent, NewCode, Refusal, Result, Status, Store,
    entity::{account, domain},
    store::{id, ms, number, parse, time},
};

/// Where a domain stands with its organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DomainState {
    /// A claim is begun.
    Pending,
    /// The manifest names it.
    Claimed,
    /// The manifest names it as adopting.
    Adopting,
}

/// A domain of an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainClaim {
    /// Its name.
    pub domain: Domain,
    /// Where it stands.
    pub state: DomainState,
    /// Where the code goes; none for a claim by TXT record.
    pub mailbox: Option<String>,
    /// Nonce of the TXT record.
    pub nonce: ClaimNonce,
    /// When it was proved, until the manifest names it.
    pub proved_at: Option<Timestamp>,
    /// Last check.
    pub checked_at: Option<Timestamp>,
    /// Epoch in the manifest, now or next.
    pub epoch: u32,
}

/// A domain with its counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainCounts {
    /// The domain.
    pub claim: DomainClaim,
    /// Members with an address in it.
    pub members: u32,
    /// Free accounts with an address in it; not counted before it is claimed.
    pub not_yet_adopted: u32,
}

/// A claim that is to be begun.
#[derive(Clone, Debug)]
pub struct NewClaim {
    /// Who claims.
    pub organisation: OrgId,
    /// What.
    pub domain: Domain,
    /// The nonce, unless the claim is pending already and keeps its own.
    pub nonce: ClaimNonce,
    /// Where the code goes, and the code; none for a claim by TXT record.
    pub code: Option<(String, NewCode)>,
    /// What is audited.
    pub audit: NewAuditEvent,
}

impl TryFrom<domain::Model> for DomainClaim {
    type Error = crate::StorageError;

    fn try_from(row: domain::Model) -> Result<Self> {
        let state = match (&row.held, row.adopting) {
            (None, _) => DomainState::Pending,
            (Some(_), false) => DomainState::Claimed,
            (Some(_), true) => DomainState::Adopting,
        };
        let next = u32::from(state == DomainState::Pending);
        Ok(Self {
            domain: parse(&row.name, "domain")?,
            state,
            mailbox: row.mailbox,
            nonce: id(&row.nonce, "nonce")?,
            proved_at: row.proved_at.map(time),
            checked_at: row.checked_at.map(time),
            epoch: number(row.epoch) + next,
        })
    }
}

impl Store {
    /// The organisation's domains by name, claimed and pending.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn list_domains(&self, organisation: OrgId) -> Result<Vec<DomainCounts>> {
        let rows = domain::Entity::find()
            .filter(domain::Column::Organisation.eq(organisation.0.to_vec()))
            .filter(
                domain::Column::Held
                    .is_not_null()
                    .or(domain::Column::Pending.eq(true)),
            )
            .order_by_asc(domain::Column::Name)
            .all(&self.db)
            .await?;
        let names: Vec<String> = rows.iter().map(|row| row.name.clone()).collect();
        let members = self
            .count_by_domain(
                names.clone(),
                account::Column::Organisation.eq(organisation.0.to_vec()),
            )
            .await?;
        let free = self
            .count_by_domain(names, account::Column::Organisation.is_null())
            .await?;
        rows.into_iter()
            .map(|row| {
                let claim = DomainClaim::try_from(row)?;
                let count = |counts: &HashMap<String, u32>| {
                    counts
                        .get(claim.domain.as_str())
                        .copied()
                        .unwrap_or_default()
                };
                Ok(DomainCounts {
                    members: count(&members),
                    not_yet_adopted: if claim.state == DomainState::Pending {
                        0
                    } else {
                        count(&free)
                    },
                    claim,
                })
            })
            .collect()
    }

    /// Active accounts in each of the domains that the condition holds for.
    async fn count_by_domain(
        &self,
        names: Vec<String>,
        which: Expr,
    ) -> Result<HashMap<String, u32>> {
        let counts: Vec<(String, i64)> = account::Entity::find()
            .select_only()
            .column(account::Column::Domain)
            .column_as(account::Column::Id.count(), "accounts")
            .filter(account::Column::Domain.is_in(names))
            .filter(account::Column::Status.eq(Status::Active.as_str()))
            .filter(which)
            .group_by(account::Column::Domain)
            .into_tuple()
            .all(&self.db)
            .await?;
        Ok(counts
            .into_iter()
            .map(|(domain, count)| (domain, u32::try_from(count).unwrap_or(u32::MAX)))
            .collect())
    }

    /// One of the organisation's domains, with its counts.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn find_domain(
        &self,
        organisation: OrgId,
        name: &Domain,
    ) -> Result<Option<DomainCounts>> {
        let Some(claim) = self.find_claim(organisation, name).await? else {
            return Ok(None);
        };
        let names = || vec![name.as_str().to_owned()];
        let members = self
            .count_by_domain(
                names(),
                account::Column::Organisation.eq(organisation.0.to_vec()),
            )
            .await?;
        let free = if claim.state == DomainState::Pending {
            HashMap::new()
        } else {
            self.count_by_domain(names(), account::Column::Organisation.is_null())
                .await?
        };
        Ok(Some(DomainCounts {
            members: members.into_values().sum(),
            not_yet_adopted: free.into_values().sum(),
            claim,
        }))
    }

    /// One of the organisation's domains, claimed or pending.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn find_claim(
        &self,
        organisation: OrgId,
        name: &Domain,
    ) -> Result<Option<DomainClaim>> {
        let row = domain::Entity::find_by_id((organisation.0.to_vec(), name.as_str().to_owned()))
            .filter(
                domain::Column::Held
                    .is_not_null()
                    .or(domain::Column::Pending.eq(true)),
            )
            .one(&self.db)
            .await?;
        row.map(DomainClaim::try_from).transpose()
    }

    /// The organisation that adopts accounts in the domain.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn find_adopting_organisation(&self, name: &Domain) -> Result<Option<OrgId>> {
        let row = domain::Entity::find()
            .filter(domain::Column::Held.eq(name.as_str()))
            .filter(domain::Column::Adopting.eq(true))
            .one(&self.db)
            .await?;
        row.map(|row| id(&row.organisation, "organisation id"))
            .transpose()
    }

    /// The organisation that holds the domain.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn find_domain_holder(&self, name: &Domain) -> Result<Option<OrgId>> {
        let row = domain::Entity::find()
            .filter(domain::Column::Held.eq(name.as_str()))
            .one(&self.db)
            .await?;
        row.map(|row| id(&row.organisation, "organisation id"))
            .transpose()
    }

    /// Begins a claim, or begins it anew.
    ///
    /// # Errors
    ///
    /// `DomainTaken`, `DomainAlreadyClaimed`. Or the database fails.
    pub async fn start_claim(&self, new: NewClaim) -> Result<()> {
        let tx = self.begin().await?;
        let holder = domain::Entity::find()
            .filter(domain::Column::Held.eq(new.domain.as_str()))
            .one(&tx)
            .await?;
        if let Some(holder) = holder {
            let own = holder.organisation == new.organisation.0;
            return Err(if own {
                Refusal::DomainAlreadyClaimed
            } else {
                Refusal::DomainTaken
            }
            .into());
        }
        let key = (new.organisation.0.to_vec(), new.domain.as_str().to_owned());
        let known = domain::Entity::find_by_id(key)
            .lock_exclusive()
            .one(&tx)
            .await?;
        let (mailbox, code) = match new.code {
            Some((mailbox, code)) => (Some(mailbox), Some(code)),
            None => (None, None),
        };
        let nonce = match &known {
            Some(row) if row.pending => row.nonce.clone(),
            _ => new.nonce.0.to_vec(),
        };
        let row = domain::ActiveModel {
            organisation: Set(new.organisation.0.to_vec()),
            name: Set(new.domain.as_str().to_owned()),
            held: Set(None),
            pending: Set(true),
            adopting: Set(false),
            epoch: Set(known.as_ref().map_or(0, |row| row.epoch)),
            mailbox: Set(mailbox),
            nonce: Set(nonce),
            code_hash: Set(code.map(|code| code.hash.0.to_vec())),
            tries_left: Set(code.map_or(0, |code| i32::from(code.tries))),
            code_expires_at: Set(code.map(|code| ms(code.expires_at))),
            proved_at: Set(None),
            checked_at: Set(None),
        };
        if known.is_some() {
            domain::Entity::update(row).exec(&tx).await?;
        } else {
            domain::Entity::insert(row)
                .exec_without_returning(&tx)
                .await?;
        }
        crate::audit::insert(&tx, new.audit).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Notes the outcome of a check of a pending claim's TXT record.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn note_check(
        &self,
        organisation: OrgId,
        name: &Domain,
        proved: bool,
        now: Timestamp,
    ) -> Result<()> {
        note_check(&self.db, organisation, name, proved, now).await
    }

    /// Tries the code of a pending claim, and notes the outcome.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn try_claim_code(
        &self,
        organisation: OrgId,
        name: &Domain,
        code_hash: Hash,
        now: Timestamp,
    ) -> Result<CodeCheck> {
        let tx = self.begin().await?;
        let row = domain::Entity::find_by_id((organisation.0.to_vec(), name.as_str().to_owned()))
            .filter(domain::Column::Pending.eq(true))
            .lock_exclusive()
            .one(&tx)
            .await?;
        let Some(row) = row.filter(|row| {
            row.tries_left > 0 && row.code_expires_at.is_some_and(|end| end > ms(now))
        }) else {
            return Ok(CodeCheck::Expired);
        };
        let right = row.code_hash.is_some_and(|stored| stored == code_hash.0);
        if !right {
            domain::Entity::update_many()
                .col_expr(domain::Column::TriesLeft, Expr::value(row.tries_left - 1))
                .filter(domain::Column::Organisation.eq(organisation.0.to_vec()))
                .filter(domain::Column::Name.eq(name.as_str()))
                .exec(&tx)
                .await?;
        }
        note_check(&tx, organisation, name, right, now).await?;
        tx.commit().await?;
        Ok(match (right, row.tries_left) {
            (true, _) => CodeCheck::Right,
            (false, 1) => CodeCheck::Expired,
            (false, _) => CodeCheck::Wrong,
        })
    }

    /// Forgets a pending claim; its epoch stays known. Returns whether there was one.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn withdraw_claim(
        &self,
        organisation: OrgId,
        name: &Domain,
        audit: NewAuditEvent,
    ) -> Result<bool> {
        let tx = self.begin().await?;
        let changed = domain::Entity::update_many()
            .col_expr(domain::Column::Pending, Expr::value(false))
            .col_expr(domain::Column::ProvedAt, Expr::value(Option::<i64>::None))
            .col_expr(
                domain::Column::CodeHash,
                Expr::value(Option::<Vec<u8>>::None),
            )
            .filter(domain::Column::Organisation.eq(organisation.0.to_vec()))
            .filter(domain::Column::Name.eq(name.as_str()))
            .filter(domain::Column::Pending.eq(true))
            .exec(&tx)
            .await?;
        if changed.rows_affected == 0 {
            return Ok(false);
        }
        crate::audit::insert(&tx, audit).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Active free accounts with an address in the domain.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn count_free_accounts(&self, name: &Domain) -> Result<u64> {
        Ok(account::Entity::find()
            .filter(account::Column::Domain.eq(name.as_str()))
            .filter(account::Column::Organisation.is_null())
            .filter(account::Column::Status.eq(Status::Active.as_str()))
            .count(&self.db)
            .await?)
    }
}

async fn note_check(
    db: &impl ConnectionTrait,
    organisation: OrgId,
    name: &Domain,
    proved: bool,
    now: Timestamp,
) -> Result<()> {
    let mut update = domain::Entity::update_many()
        .col_expr(domain::Column::CheckedAt, Expr::value(ms(now)))
        .filter(domain::Column::Organisation.eq(organisation.0.to_vec()))
        .filter(domain::Column::Name.eq(name.as_str()))
        .filter(domain::Column::Pending.eq(true));
    if proved {
        update = update.col_expr(domain::Column::ProvedAt, Expr::value(ms(now)));
    }
    update.exec(db).await?;
    Ok(())
}
