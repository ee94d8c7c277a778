//! Typed calls of the server's routes.

use serde::Serialize;
use serde_json::Value;
use url::form_urlencoded;
use zegel_api::{Method, PART_BYTES, Problem, Route, fill};

use crate::environment::{Environment, HttpRequest, HttpResponse};
use crate::failure::Outcome;
use crate::view::Reason;

/// Longest response that is looked at, in bytes: a message of 1 MiB in base64 and its frame, and
/// a page of manifests, stay far below.
const MAX_RESPONSE_BYTES: usize = 32 * 1024 * 1024;

impl Environment {
    /// Calls a route without placeholders.
    pub(crate) async fn call<R: Route>(&self, request: &R::Request) -> Outcome<R::Response> {
        self.call_at::<R>(&[], request).await
    }

    /// Calls a route; `arguments` fill the placeholders of its path in order.
    pub(crate) async fn call_at<R: Route>(
        &self,
        arguments: &[&str],
        request: &R::Request,
    ) -> Outcome<R::Response> {
        let path = fill(R::PATH, arguments);
        let (query, body) = match R::METHOD {
            Method::Get => (query_string(request)?, None),
            Method::Post | Method::Put => {
                let body = serde_json::to_vec(request).map_err(|_| Reason::Internal)?;
                (None, Some(body))
            }
        };
        let request = HttpRequest {
            method: R::METHOD,
            path,
            query,
            body,
        };
        let response = self.transport.send(request).await?;
        if response.body.len() > MAX_RESPONSE_BYTES {
            return Err(Reason::Protocol.into());
        }
        if (200..300).contains(&response.status) {
            return serde_json::from_slice(&response.body).map_err(|_| Reason::Protocol.into());
        }
        let problem: Problem =
            serde_json::from_slice(&response.body).map_err(|_| Reason::Protocol)?;
        Err(problem.into())
    }
}

impl Environment {
    /// Puts raw bytes to a path.
    pub(crate) async fn put_bytes(&self, path: &str, body: Vec<u8>) -> Outcome<()> {
        let response = self.transport.put_bytes(path, body).await?;
        succeeded(response).map(drop)
    }

    /// Gets raw bytes from a path: a part of an attachment at most.
    pub(crate) async fn get_bytes(&self, path: String) -> Outcome<Vec<u8>> {
        let response = self.transport.get_bytes(&path).await?;
        let body = succeeded(response)?;
        if body.len() > PART_BYTES {
            return Err(Reason::Protocol.into());
        }
        Ok(body)
    }
}

/// The body of a success.
pub(crate) fn succeeded(response: HttpResponse) -> Outcome<Vec<u8>> {
    if (200..300).contains(&response.status) {
        return Ok(response.body);
    }
    let problem: Problem = serde_json::from_slice(&response.body).map_err(|_| Reason::Protocol)?;
    Err(problem.into())
}

/// The fields of a flat struct as a query string; absent ones are left out.
fn query_string<T: Serialize>(request: &T) -> Outcome<Option<String>> {
    let Ok(Value::Object(fields)) = serde_json::to_value(request) else {
        return Err(Reason::Internal.into());
    };
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in &fields {
        match value {
            Value::Null => {}
            Value::String(text) => {
                query.append_pair(name, text);
            }
            other => {
                query.append_pair(name, &other.to_string());
            }
        }
    }
    let query = query.finish();
    Ok((!query.is_empty()).then_some(query))
}

#[cfg(test)]
mod tests {
    use zegel_api::{Empty, Folder, ListMessagesRequest, MembersRequest};

    use super::query_string;

    #[test]
    fn a_query_leaves_absent_fields_out() {
        let request = ListMessagesRequest {
            folder: Folder::Inbox,
            unread: false,
            before: None,
            skip: None,
            limit: 20,
        };
        let query = query_string(&request).unwrap().unwrap();
        assert_eq!(query, "folder=inbox&limit=20&unread=false");
        assert_eq!(query_string(&Empty {}).unwrap(), None);
    }

    #[test]
    fn a_query_escapes_what_it_must() {
        let request = MembersRequest {
            after: Some("a&b=c d".to_owned()),
            limit: 1,
        };
        let query = query_string(&request).unwrap().unwrap();
        assert_eq!(query, "after=a%26b%3Dc+d&limit=1");
    }
}
