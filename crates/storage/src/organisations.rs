use std::collections::{BTreeSet, HashMap};

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, SqlErr,
    sea_query::{Expr, Query},
};
use zegel_protocol::{AccountId, Domain, Hash, OrgId, Timestamp};

use crate::{
    NewAuditEvent, NewCertificate, NewEscrow, NewState, Page, Refusal, Result, Role, Store,
    entity::{account, credential, domain, manifest, organisation, session},
    joining::{Joining, insert_escrow, join},
    store::{id, int, ms, number},
};

/// An organisation, as the place of its newest manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Identifies it.
    pub id: OrgId,
    /// Version of the newest manifest.
    pub version: u32,
    /// Hash of the newest manifest.
    pub manifest_hash: Hash,
}

/// An organisation that is to be created with its founder.
#[derive(Clone, Debug)]
pub struct NewOrganisation {
    /// Hash of the genesis.
    pub id: OrgId,
    /// When the genesis was signed.
    pub issued_at: Timestamp,
    /// The signed genesis.
    pub genesis: Vec<u8>,
    /// The founder.
    pub founder: AccountId,
    /// The founder's next state, joined.
    pub state: NewState,
    /// The founder's escrow, which counts as checked.
    pub escrow: NewEscrow,
    /// The founder's certificate.
    pub certificate: NewCertificate,
    /// Recovery seed sealed under the founder's account key.
    pub recovery_seed: Vec<u8>,
    /// What is audited.
    pub audit: NewAuditEvent,
}

/// A verified manifest that is to follow the newest one.
#[derive(Clone, Debug)]
pub struct NewManifest {
    /// Whose.
    pub organisation: OrgId,
    /// One more than the newest.
    pub version: u32,
    /// Hash of the newest.
    pub previous: Hash,
    /// Hash of this one.
    pub hash: Hash,
    /// When it was signed.
    pub issued_at: Timestamp,
    /// The signed manifest.
    pub statement: Vec<u8>,
    /// What it changes.
    pub changes: Vec<DomainChange>,
    /// Proofs of new domains count from here on.
    pub proved_since: Timestamp,
    /// What is audited.
    pub audit: Vec<NewAuditEvent>,
}

/// What a manifest changes about a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DomainChange {
    /// It is new.
    Claim {
        /// Its name.
        domain: Domain,
        /// Its epoch.
        epoch: u32,
    },
    /// ADOPT: its free accounts are signed out.
    Adopt(Domain),
    /// RELEASE: it is gone.
    Release(Domain),
}

/// An account's acceptance of its adoption.
#[derive(Clone, Debug)]
pub struct NewAdoption {
    /// Who joins.
    pub account: AccountId,
    /// What it joins.
    pub organisation: OrgId,
    /// Hash of the newest manifest, which escrow and state name.
    pub manifest_hash: Hash,
    /// The domain in which the organisation adopts the account.
    pub domain: Domain,
    /// Next state, joined.
    pub state: NewState,
    /// Escrow of the current epoch.
    pub escrow: NewEscrow,
    /// Version of the pins that is replaced.
    pub replaces_pins: u32,
    /// Sealed pins with the organisation.
    pub pins: Vec<u8>,
    /// What is audited.
    pub audit: NewAuditEvent,
    /// When.
    pub at: Timestamp,
}

impl Store {
    /// Creates an organisation, all or nothing.
    ///
    /// # Errors
    ///
    /// `DuplicateId`, `AlreadyMember`, `StaleStatement`. Or the database fails.
    pub async fn create_organisation(&self, new: NewOrganisation, now: Timestamp) -> Result<()> {
        let tx = self.begin().await?;
        let row = organisation::ActiveModel {
            id: Set(new.id.0.to_vec()),
            version: Set(0),
            manifest_hash: Set(new.id.0.to_vec()),
            issued_at: Set(ms(new.issued_at)),
            created_at: Set(ms(now)),
        };
        organisation::Entity::insert(row)
            .exec_without_returning(&tx)
            .await?;
        insert_manifest(&tx, new.id, 0, Hash(new.id.0), new.genesis).await?;
        let joining = Joining {
            organisation: new.id,
            role: Role::Administrator,
            at: now,
        };
        join(&tx, new.founder, &new.state, &joining).await?;
        credential::Entity::update_many()
            .col_expr(
                credential::Column::RecoverySeed,
                Expr::value(new.recovery_seed),
            )
            .filter(credential::Column::Account.eq(new.founder.0.to_vec()))
            .exec(&tx)
            .await?;
        insert_escrow(&tx, new.id, new.founder, new.escrow, true, now).await?;
        crate::members::upsert_certificate(&tx, new.id, new.certificate).await?;
        crate::audit::insert(&tx, new.audit).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The organisation.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn find_organisation(&self, organisation: OrgId) -> Result<Option<Organisation>> {
        let row = organisation::Entity::find_by_id(organisation.0.to_vec())
            .one(&self.db)
            .await?;
        row.map(|row| {
            Ok(Organisation {
                id: organisation,
                version: number(row.version),
                manifest_hash: id(&row.manifest_hash, "hash")?,
            })
        })
        .transpose()
    }

    /// Version of each organisation's newest manifest.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn find_manifest_versions(
        &self,
        organisations: impl IntoIterator<Item = OrgId>,
    ) -> Result<HashMap<OrgId, u32>> {
        let organisations: BTreeSet<OrgId> = organisations.into_iter().collect();
        if organisations.is_empty() {
            return Ok(HashMap::new());
        }
        let rows: Vec<(Vec<u8>, i32)> = organisation::Entity::find()
            .filter(organisation::Column::Id.is_in(organisations.iter().map(|org| org.0.to_vec())))
            .select_only()
            .column(organisation::Column::Id)
            .column(organisation::Column::Version)
            .into_tuple()
            .all(&self.db)
            .await?;
        rows.into_iter()
            .map(|(org, version)| Ok((id(&org, "organisation id")?, number(version))))
            .collect()
    }

    /// Signed manifests from a version on, in order.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn list_manifests(
        &self,
        organisation: OrgId,
        from: u32,
        limit: u16,
    ) -> Result<Page<Vec<u8>, ()>> {
        let rows: Vec<Vec<u8>> = manifest::Entity::find()
            .filter(manifest::Column::Organisation.eq(organisation.0.to_vec()))
            .filter(manifest::Column::Version.gte(int(from)))
            .order_by_asc(manifest::Column::Version)
            .limit(u64::from(limit) + 1)
            .select_only()
            .column(manifest::Column::Statement)
            .into_tuple()
            .all(&self.db)
            .await?;
        Ok(Page::cut(rows, limit, |_| ()))
    }

    /// The newest signed manifest.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn find_newest_manifest(&self, organisation: OrgId) -> Result<Option<Vec<u8>>> {
        let row = manifest::Entity::find()
            .filter(manifest::Column::Organisation.eq(organisation.0.to_vec()))
            .order_by_desc(manifest::Column::Version)
            .limit(1)
            .one(&self.db)
            .await?;
        Ok(row.map(|row| row.statement))
    }

    /// Stores a manifest and does what it says. Returns how many accounts it signed out.
    ///
    /// # Errors
    ///
    /// `StaleStatement`, `DomainNotProved`, `DomainTaken`, `DomainReleased`. Or the database fails.
    pub async fn put_manifest(&self, new: NewManifest) -> Result<u32> {
        let tx = self.begin().await?;
        let row = lock_organisation(&tx, new.organisation).await?;
        if number(row.version).checked_add(1) != Some(new.version)
            || row.manifest_hash != new.previous.0
        {
            return Err(Refusal::StaleStatement.into());
        }
        insert_manifest(&tx, new.organisation, new.version, new.hash, new.statement).await?;
        organisation::Entity::update_many()
            .col_expr(organisation::Column::Version, Expr::value(int(new.version)))
            .col_expr(
                organisation::Column::ManifestHash,
                Expr::value(new.hash.0.to_vec()),
            )
            .col_expr(
                organisation::Column::IssuedAt,
                Expr::value(ms(new.issued_at)),
            )
            .filter(organisation::Column::Id.eq(new.organisation.0.to_vec()))
            .exec(&tx)
            .await?;
        let mut signed_out = 0;
        for change in &new.changes {
            match change {
                DomainChange::Claim { domain, epoch } => {
                    claim(&tx, new.organisation, domain, *epoch, new.proved_since).await?;
                }
                DomainChange::Adopt(domain) => {
                    signed_out += adopt(&tx, new.organisation, domain).await?;
                }
                DomainChange::Release(domain) => release(&tx, new.organisation, domain).await?,
            }
        }
        for event in new.audit {
            crate::audit::insert(&tx, event).await?;
        }
        tx.commit().await?;
        Ok(signed_out)
    }

    /// Makes a free account a member, all or nothing.
    ///
    /// # Errors
    ///
    /// `StaleStatement`: a newer manifest or state. `DomainReleased`, `AlreadyMember`. `Conflict`: other pins.
    /// Or the database fails.
    pub async fn accept_adoption(&self, new: NewAdoption) -> Result<()> {
        let tx = self.begin().await?;
        let row = lock_organisation(&tx, new.organisation).await?;
        let adopting = domain::Entity::find_by_id((
            new.organisation.0.to_vec(),
            new.domain.as_str().to_owned(),
        ))
        .filter(domain::Column::Held.is_not_null())
        .filter(domain::Column::Adopting.eq(true))
        .count(&tx)
        .await?;
        if adopting == 0 {
            return Err(Refusal::DomainReleased.into());
        }
        if row.manifest_hash != new.manifest_hash.0 {
            return Err(Refusal::StaleStatement.into());
        }
        let joining = Joining {
            organisation: new.organisation,
            role: Role::Member,
            at: new.at,
        };
        join(&tx, new.account, &new.state, &joining).await?;
        insert_escrow(
            &tx,
            new.organisation,
            new.account,
            new.escrow,
            false,
            new.at,
        )
        .await?;
        crate::pins::replace(&tx, new.account, new.replaces_pins, new.pins).await?;
        crate::audit::insert(&tx, new.audit).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Manifests and acceptances of one organisation happen one after the other.
async fn lock_organisation(
    db: &impl ConnectionTrait,
    organisation: OrgId,
) -> Result<organisation::Model> {
    let row = organisation::Entity::find_by_id(organisation.0.to_vec())
        .lock_exclusive()
        .one(db)
        .await?;
    Ok(row.ok_or(Refusal::Conflict)?)
}

async fn insert_manifest(
    db: &impl ConnectionTrait,
    organisation: OrgId,
    version: u32,
    hash: Hash,
    statement: Vec<u8>,
) -> Result<()> {
    let row = manifest::ActiveModel {
        organisation: Set(organisation.0.to_vec()),
        version: Set(int(version)),
        hash: Set(hash.0.to_vec()),
        statement: Set(statement),
    };
    manifest::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

async fn claim(
    db: &impl ConnectionTrait,
    organisation: OrgId,
    name: &Domain,
    epoch: u32,
    proved_since: Timestamp,
) -> Result<()> {
    let changed = domain::Entity::update_many()
        .col_expr(domain::Column::Held, Expr::value(name.as_str()))
        .col_expr(domain::Column::Pending, Expr::value(false))
        .col_expr(domain::Column::Adopting, Expr::value(false))
        .col_expr(domain::Column::Epoch, Expr::value(int(epoch)))
        .col_expr(domain::Column::ProvedAt, Expr::value(Option::<i64>::None))
        .col_expr(
            domain::Column::CodeHash,
            Expr::value(Option::<Vec<u8>>::None),
        )
        .filter(domain::Column::Organisation.eq(organisation.0.to_vec()))
        .filter(domain::Column::Name.eq(name.as_str()))
        .filter(domain::Column::Pending.eq(true))
        .filter(domain::Column::ProvedAt.gte(ms(proved_since)))
        .exec(db)
        .await
        .map_err(|error: DbErr| match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => Refusal::DomainTaken.into(),
            _ => crate::StorageError::from(error),
        })?;
    if changed.rows_affected == 1 {
        Ok(())
    } else {
        Err(Refusal::DomainNotProved.into())
    }
}

async fn adopt(db: &impl ConnectionTrait, organisation: OrgId, name: &Domain) -> Result<u32> {
    let changed = domain::Entity::update_many()
        .col_expr(domain::Column::Adopting, Expr::value(true))
        .filter(domain::Column::Organisation.eq(organisation.0.to_vec()))
        .filter(domain::Column::Held.eq(name.as_str()))
        .exec(db)
        .await?;
    if changed.rows_affected != 1 {
        return Err(Refusal::DomainReleased.into());
    }
    forget_deferrals(db, name).await?;
    let free = || {
        Query::select()
            .column(account::Column::Id)
            .from(account::Entity)
            .and_where(account::Column::Domain.eq(name.as_str()))
            .and_where(account::Column::Organisation.is_null())
            .take()
    };
    let signed_out = session::Entity::find()
        .select_only()
        .column(session::Column::Account)
        .filter(session::Column::Account.in_subquery(free()))
        .distinct()
        .count(db)
        .await?;
    session::Entity::delete_many()
        .filter(session::Column::Account.in_subquery(free()))
        .exec(db)
        .await?;
    Ok(u32::try_from(signed_out).unwrap_or(u32::MAX))
}

async fn release(db: &impl ConnectionTrait, organisation: OrgId, name: &Domain) -> Result<()> {
    let changed = domain::Entity::update_many()
        .col_expr(domain::Column::Held, Expr::value(Option::<String>::None))
        .col_expr(domain::Column::Adopting, Expr::value(false))
        .col_expr(domain::Column::Pending, Expr::value(false))
        .filter(domain::Column::Organisation.eq(organisation.0.to_vec()))
        .filter(domain::Column::Held.eq(name.as_str()))
        .exec(db)
        .await?;
    if changed.rows_affected != 1 {
        return Err(Refusal::DomainReleased.into());
    }
    forget_deferrals(db, name).await
}

/// "Not now" answered one order to adopt; another order asks anew.
async fn forget_deferrals(db: &impl ConnectionTrait, name: &Domain) -> Result<()> {
    account::Entity::update_many()
        .col_expr(
            account::Column::DeferredAt,
            Expr::value(Option::<i64>::None),
        )
        .filter(account::Column::Domain.eq(name.as_str()))
        .filter(account::Column::Organisation.is_null())
        .filter(account::Column::DeferredAt.is_not_null())
        .exec(db)
        .await?;
    Ok(())
}
