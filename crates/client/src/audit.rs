//! The organisation's audit log, by the server's word.

use zegel_api::{AuditEvents, AuditEventsRequest};

use crate::failure::Outcome;
use crate::session::SignedIn;
use crate::view::{AuditEventView, AuditFilter, AuditPageView};

/// Rows asked for at once.
const PAGE: u16 = 50;

impl SignedIn {
    /// A page of the audit log, newest first. Administrators only.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn audit_events(
        &self,
        filter: &AuditFilter,
        before: Option<String>,
    ) -> Outcome<AuditPageView> {
        let request = AuditEventsRequest {
            before,
            limit: PAGE,
            category: filter.category,
            actor: filter.actor.clone(),
            from_ms: filter.from_ms,
            until_ms: filter.until_ms,
        };
        let page = self.environment.call::<AuditEvents>(&request).await?;
        let events = page.events.into_iter().map(|event| AuditEventView {
            id: event.id,
            at_ms: event.at_ms.0,
            category: event.category,
            actor: event.actor,
            target: event.target,
            details: event.details,
            network_address: event.network_address,
        });
        Ok(AuditPageView {
            events: events.collect(),
            next: page.next,
        })
    }
}
