//! Requests by `fetch`. The session cookie is the browser's: no script sees it.

use async_trait::async_trait;
use gloo_net::http::{Request, RequestBuilder, Response};
use js_sys::Uint8Array;
use web_sys::{AbortSignal, ReferrerPolicy, RequestCache, RequestCredentials, RequestRedirect};
use zegel_api::{CLIENT_HEADER, Method};
use zegel_client::{HttpRequest, HttpResponse, Transport, TransportError};

/// How long the server may take, in milliseconds.
const SERVER_PATIENCE_MS: u32 = 60_000;
/// How long a part of an attachment may take, in milliseconds.
const PART_PATIENCE_MS: u32 = 300_000;
/// How long a DNS resolver may take, in milliseconds.
const RESOLVER_PATIENCE_MS: u32 = 8_000;
/// Longest answer of a DNS resolver that is looked at, in bytes (RFC 8484, section 6).
const MAX_DNS_ANSWER_BYTES: usize = 65_535;

/// The browser's own network.
pub(super) struct Fetch;

#[async_trait(?Send)]
impl Transport for Fetch {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let url = match &request.query {
            Some(query) => format!("{}?{query}", request.path),
            None => request.path,
        };
        let builder = match request.method {
            Method::Get => Request::get(&url),
            Method::Post => Request::post(&url),
            Method::Put => Request::put(&url),
        };
        let builder = to_server(builder, SERVER_PATIENCE_MS).header("accept", "application/json");
        let response = match request.body {
            Some(body) => post(builder.header("content-type", "application/json"), &body).await?,
            None => builder.send().await.map_err(|_| TransportError)?,
        };
        whole(response).await
    }

    async fn put_bytes(&self, path: &str, body: Vec<u8>) -> Result<HttpResponse, TransportError> {
        put(path, &Uint8Array::from(body.as_slice())).await
    }

    async fn get_bytes(&self, path: &str) -> Result<HttpResponse, TransportError> {
        whole(get(path).await?).await
    }

    async fn resolve(&self, resolver: &str, message: &[u8]) -> Result<Vec<u8>, TransportError> {
        const DNS_MESSAGE: &str = "application/dns-message";
        let builder = careful(Request::post(resolver), RESOLVER_PATIENCE_MS)
            .credentials(RequestCredentials::Omit)
            .header("accept", DNS_MESSAGE)
            .header("content-type", DNS_MESSAGE);
        let response = post(builder, message).await?;
        let answer = response.binary().await.map_err(|_| TransportError)?;
        if response.status() != 200 || answer.len() > MAX_DNS_ANSWER_BYTES {
            return Err(TransportError);
        }
        Ok(answer)
    }
}

/// Puts bytes that this program does not hold, as [`Transport::put_bytes`] does its own.
pub(super) async fn put(path: &str, body: &Uint8Array) -> Result<HttpResponse, TransportError> {
    let response = to_server(Request::put(path), PART_PATIENCE_MS)
        .header("content-type", "application/octet-stream")
        .body(body.clone())
        .map_err(|_| TransportError)?
        .send()
        .await
        .map_err(|_| TransportError)?;
    whole(response).await
}

/// Gets bytes that this program need not hold.
pub(super) async fn get(path: &str) -> Result<Response, TransportError> {
    to_server(Request::get(path), PART_PATIENCE_MS)
        .send()
        .await
        .map_err(|_| TransportError)
}

/// Nothing cached, nothing followed elsewhere, nobody told where from, and not for ever.
fn careful(builder: RequestBuilder, patience_ms: u32) -> RequestBuilder {
    builder
        .cache(RequestCache::NoStore)
        .redirect(RequestRedirect::Error)
        .referrer_policy(ReferrerPolicy::NoReferrer)
        .abort_signal(Some(&AbortSignal::timeout_with_u32(patience_ms)))
}

/// To the server that the page came from, with its cookie.
fn to_server(builder: RequestBuilder, patience_ms: u32) -> RequestBuilder {
    careful(builder, patience_ms)
        .credentials(RequestCredentials::SameOrigin)
        .header(CLIENT_HEADER, "web")
}

pub(super) async fn whole(response: Response) -> Result<HttpResponse, TransportError> {
    Ok(HttpResponse {
        status: response.status(),
        body: response.binary().await.map_err(|_| TransportError)?,
    })
}

async fn post(builder: RequestBuilder, body: &[u8]) -> Result<Response, TransportError> {
    builder
        .body(Uint8Array::from(body))
        .map_err(|_| TransportError)?
        .send()
        .await
        .map_err(|_| TransportError)
}
