//! Statements and sealed bytes in answers and requests.

use serde_json::{Value, json};
use zegel_api::Bytes;
use zegel_protocol::{Canonical, Grant};

use crate::common::platform::{Answer, Exchange};

/// The bytes at a place.
pub(crate) fn bytes(value: &Value) -> Vec<u8> {
    let bytes: Bytes = serde_json::from_value(value.clone()).expect("base64url");
    bytes.0
}

/// Bytes as JSON has them.
pub(crate) fn of_bytes(bytes: Vec<u8>) -> Value {
    serde_json::to_value(Bytes(bytes)).expect("JSON")
}

/// The canonical object at a place.
pub(crate) fn decode<T: Canonical>(value: &Value) -> T {
    T::from_bytes(&bytes(value)).expect("canonical")
}

/// A canonical object as JSON has it.
pub(crate) fn encode<T: Canonical>(object: &T) -> Value {
    of_bytes(object.to_bytes())
}

/// Puts a success in the place of whatever the server answered.
pub(crate) fn succeed(answer: &mut Answer<'_>, body: Value) {
    answer.status = 200;
    answer.body = body;
}

/// A page of manifests, in place of whatever the server answered. Nothing more after it.
pub(crate) fn serve_manifests<T: Canonical>(answer: &mut Answer<'_>, manifests: &[T]) {
    if !answer.path.ends_with("/manifests") {
        return;
    }
    let rest = manifests.get(from(answer)..).unwrap_or_default();
    let rest: Vec<Value> = rest.iter().map(encode).collect();
    succeed(answer, json!({ "manifests": rest, "more": false }));
}

/// The version from which a page of manifests was asked for.
pub(crate) fn from(answer: &Answer<'_>) -> usize {
    answer
        .query
        .and_then(|query| query.strip_prefix("from="))
        .and_then(|from| from.parse().ok())
        .expect("from")
}

/// Every account key that was sealed to an organisation by these requests.
pub(crate) fn escrows(exchanges: &[Exchange]) -> Vec<Grant> {
    exchanges
        .iter()
        .filter_map(|exchange| exchange.request.as_ref()?.get("escrow"))
        .map(decode)
        .collect()
}

/// Requests of a route.
pub(crate) fn requests<'a>(exchanges: &'a [Exchange], path: &str) -> Vec<&'a Value> {
    exchanges
        .iter()
        .filter(|exchange| exchange.path == path)
        .filter_map(|exchange| exchange.request.as_ref())
        .collect()
}
