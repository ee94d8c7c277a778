//! Extractors whose failures are problems like every other.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, RawPathParams, Request, rejection::BytesRejection},
    http::{header, request::Parts},
};
use serde::de::DeserializeOwned;
use zegel_api::ErrorCode;

use crate::error::{Error, Result};

/// A JSON body.
pub(crate) struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        // A form of another site can send other types without asking first.
        let is_json = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .is_some_and(|mime| mime.trim().eq_ignore_ascii_case("application/json"));
        if !is_json {
            return Err(Error::field("content-type"));
        }
        let bytes =
            Bytes::from_request(request, state)
                .await
                .map_err(|rejection| match rejection {
                    BytesRejection::FailedToBufferBody(error) if error.status().as_u16() == 413 => {
                        ErrorCode::TooLarge.into()
                    }
                    _ => Error::field("body"),
                })?;
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|_| Error::field("body"))
    }
}

/// A query string.
pub(crate) struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        axum::extract::Query::from_request_parts(parts, state)
            .await
            .map(|query| Self(query.0))
            .map_err(|_| Error::field("query"))
    }
}

/// The last placeholder of a path. What does not parse is nothing that exists.
pub(crate) struct Path<T>(pub T);

impl<S: Send + Sync, T: std::str::FromStr + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let names = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(Error::internal)?;
        let last = names.iter().last().ok_or(ErrorCode::NotFound)?;
        last.1
            .parse()
            .map(Self)
            .map_err(|_| ErrorCode::NotFound.into())
    }
}

/// The placeholder `name` of a path. What does not parse is nothing that exists.
pub(crate) async fn placeholder<S: Send + Sync, T: std::str::FromStr>(
    parts: &mut Parts,
    state: &S,
    name: &str,
) -> Result<T> {
    let names = RawPathParams::from_request_parts(parts, state)
        .await
        .map_err(Error::internal)?;
    let found = names.iter().find(|(known, _)| *known == name);
    let (_, text) = found.ok_or_else(|| Error::internal("a path without its placeholder"))?;
    text.parse().map_err(|_| ErrorCode::NotFound.into())
}

/// Checks a page's number of rows.
pub(crate) fn page_limit(limit: u16) -> Result<u16> {
    if (1..=100).contains(&limit) {
        Ok(limit)
    } else {
        Err(Error::field("limit"))
    }
}
