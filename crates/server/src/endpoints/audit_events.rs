use axum::extract::State;
use zegel_api::{AuditEventsRequest, AuditPage};
use zegel_protocol::Timestamp;
use zegel_storage::AuditFilter;

use crate::{
    actor::Admin,
    app::App,
    audit,
    error::{Error, Result},
    extract::{Query, page_limit},
};

/// Audit events of the organisation, newest first
#[utoipa::path(get, path = "/api/organisation/audit-events", tag = "organisation", params(AuditEventsRequest),
    responses((status = 200, body = AuditPage), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn audit_events(
    State(app): State<App>,
    admin: Admin,
    Query(request): Query<AuditEventsRequest>,
) -> Result<axum::Json<AuditPage>> {
    let limit = page_limit(request.limit)?;
    let before = request
        .before
        .map(|before| before.parse().map_err(|_| Error::field("before")))
        .transpose()?;
    let filter = AuditFilter {
        category: request.category.map(audit::name).transpose()?,
        actor: request.actor.filter(|actor| !actor.is_empty()),
        from: request.from_ms.map(Timestamp),
        until: request.until_ms.map(Timestamp),
    };
    let page = app
        .store
        .list_audit_events(admin.organisation, &filter, before, limit)
        .await?;
    Ok(axum::Json(AuditPage {
        events: page
            .rows
            .into_iter()
            .map(audit::row)
            .collect::<Result<_>>()?,
        next: page.next.map(|id| id.to_string()),
    }))
}
