use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, LikeExpr},
};
use zegel_protocol::{OrgId, Timestamp};

use crate::{
    Page, Result, Store,
    entity::audit_event,
    store::{ms, time},
};

/// An audit event that is to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAuditEvent {
    /// Whose log.
    pub organisation: OrgId,
    /// When.
    pub at: Timestamp,
    /// Stable name of the kind of event.
    pub category: String,
    /// Address of who did it.
    pub actor: String,
    /// Account or domain it was done to.
    pub target: String,
    /// Fixed words and numbers.
    pub details: String,
    /// Network address of the actor.
    pub network_address: String,
}

/// A stored audit event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    /// Counts upwards.
    pub id: i64,
    /// The event.
    pub event: NewAuditEvent,
}

/// Which audit events are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Only this category.
    pub category: Option<String>,
    /// Only events whose actor's address contains this.
    pub actor: Option<String>,
    /// Only events at or after this time.
    pub from: Option<Timestamp>,
    /// Only events before this time.
    pub until: Option<Timestamp>,
}

impl Store {
    /// Audit events of the organisation, newest first, below the id `before`.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn list_audit_events(
        &self,
        organisation: OrgId,
        filter: &AuditFilter,
        before: Option<i64>,
        limit: u16,
    ) -> Result<Page<AuditEvent, i64>> {
        let mut query = audit_event::Entity::find()
            .filter(audit_event::Column::Organisation.eq(organisation.0.to_vec()));
        if let Some(before) = before {
            query = query.filter(audit_event::Column::Id.lt(before));
        }
        if let Some(category) = &filter.category {
            query = query.filter(audit_event::Column::Category.eq(category.as_str()));
        }
        if let Some(actor) = &filter.actor {
            let pattern = LikeExpr::new(format!("%{}%", escape_like(actor))).escape('\\');
            query = query.filter(Expr::col(audit_event::Column::Actor).like(pattern));
        }
        if let Some(from) = filter.from {
            query = query.filter(audit_event::Column::At.gte(ms(from)));
        }
        if let Some(until) = filter.until {
            query = query.filter(audit_event::Column::At.lt(ms(until)));
        }
        let rows = query
            .order_by_desc(audit_event::Column::Id)
            .limit(u64::from(limit) + 1)
            .all(&self.db)
            .await?;
        let rows = rows
            .into_iter()
            .map(|row| AuditEvent {
                id: row.id,
                event: NewAuditEvent {
                    organisation,
                    at: time(row.at),
                    category: row.category,
                    actor: row.actor,
                    target: row.target,
                    details: row.details,
                    network_address: row.network_address,
                },
            })
            .collect();
        Ok(Page::cut(rows, limit, |row| row.id))
    }
}

/// The text as a literal part of a `LIKE` pattern with `\` as its escape.
pub(crate) fn escape_like(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

pub(crate) async fn insert(db: &impl ConnectionTrait, new: NewAuditEvent) -> Result<()> {
    let row = audit_event::ActiveModel {
        organisation: Set(new.organisation.0.to_vec()),
        at: Set(ms(new.at)),
        category: Set(new.category),
        actor: Set(new.actor),
        target: Set(new.target),
        details: Set(new.details),
        network_address: Set(new.network_address),
        ..Default::default()
    };
    audit_event::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}
