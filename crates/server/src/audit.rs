use serde_json::Value;
use zegel_api::{AuditCategory, AuditEvent};

use crate::error::{Error, Result};

/// The name under which events of the category are stored: that of the contract.
pub(crate) fn name(category: AuditCategory) -> Result<String> {
    match serde_json::to_value(category) {
        Ok(Value::String(name)) => Ok(name),
        Ok(_) => Err(Error::internal("a category that is no string")),
        Err(error) => Err(Error::internal(error)),
    }
}

pub(crate) fn row(stored: zegel_storage::AuditEvent) -> Result<AuditEvent> {
    let event = stored.event;
    Ok(AuditEvent {
        id: stored.id.to_string(),
        at_ms: event.at,
        category: serde_json::from_value(Value::String(event.category)).map_err(Error::internal)?,
        actor: event.actor,
        target: event.target,
        details: event.details,
        network_address: event.network_address,
    })
}
