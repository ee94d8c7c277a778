//! What every request passes before its handler.

use std::time::Instant;

use axum::{
    extract::{FromRequestParts as _, MatchedPath, Request, State},
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use url::Url;
use zegel_api::{CLIENT_HEADER, ErrorCode, UPLOAD_PART};

use crate::{
    actor::Client,
    app::App,
    error::{Error, Result},
};

/// How many times as long as any other request a part of an upload may take.
pub(crate) const PART_PATIENCE: u32 = 10;

/// Logs method, route, status and time. Nothing that a person wrote, and no address of theirs.
pub(crate) async fn observe(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map(|path| path.as_str().to_owned());
    let start = Instant::now();
    let response = next.run(request).await;
    let code = response.extensions().get::<ErrorCode>();
    tracing::debug!(
        http.method = %method,
        http.route = route.as_deref().unwrap_or("-"),
        http.status = response.status().as_u16(),
        error.code = ?code,
        duration_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX),
        "request",
    );
    response
}

/// Ends a request that takes too long: a body that trickles in, a database that hangs.
pub(crate) async fn timeout(State(app): State<App>, request: Request, next: Next) -> Response {
    let is_part = request
        .extensions()
        .get::<MatchedPath>()
        .is_some_and(|path| path.as_str() == UPLOAD_PART);
    // A part of an upload is larger than any other body, and comes from home connections.
    let patience = app.config.request_timeout * if is_part { PART_PATIENCE } else { 1 };
    match tokio::time::timeout(patience, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Error::new(ErrorCode::Unavailable).into_response(),
    }
}

/// Counts the request, and refuses one that a page of another site sent.
pub(crate) async fn admit(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Result<Response> {
    let (mut parts, body) = request.into_parts();
    let client = Client::from_request_parts(&mut parts, &app).await?;
    app.limits.requests.take(client.bucket(), app.now())?;
    if !matches!(parts.method, Method::GET | Method::HEAD) {
        check_origin(&app, &parts.headers)?;
    }
    Ok(next.run(Request::from_parts(parts, body)).await)
}

/// A cross-site form cannot set the header, and a script of another origin cannot hide its origin.
fn check_origin(app: &App, headers: &HeaderMap) -> Result<()> {
    if !headers.contains_key(CLIENT_HEADER) {
        return Err(ErrorCode::Forbidden.into());
    }
    let Some(origin) = headers.get(header::ORIGIN) else {
        return Ok(());
    };
    let origin = origin.to_str().map_err(|_| ErrorCode::Forbidden)?;
    let allowed = app
        .config
        .allow_origins
        .iter()
        .any(|allowed| allowed == origin)
        || match &app.config.public_url {
            Some(url) => url.origin().ascii_serialization() == origin,
            None => is_host(origin, headers),
        };
    if allowed {
        Ok(())
    } else {
        Err(ErrorCode::Forbidden.into())
    }
}

/// Whether the origin is that of the host that the request names.
fn is_host(origin: &str, headers: &HeaderMap) -> bool {
    let Some(host) = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
    else {
        return false;
    };
    Url::parse(origin).is_ok_and(|origin| {
        let named = Url::parse(&format!("{}://{host}", origin.scheme()));
        named.is_ok_and(|named| named.origin() == origin.origin())
    })
}

#[cfg(test)]
mod tests {
    use super::is_host;
    use axum::http::{HeaderMap, HeaderValue, header};

    #[test]
    fn an_origin_is_compared_with_host_and_port() {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("localhost:8080"));
        assert!(is_host("http://localhost:8080", &headers));
        assert!(!is_host("http://localhost:8081", &headers));
        assert!(!is_host("http://evil.example", &headers));
        assert!(!is_host("null", &headers));
    }
}
