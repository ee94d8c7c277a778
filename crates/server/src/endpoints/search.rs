//! Search indexes: sealed segments in, sealed segments out. What is searched for never comes here.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use zegel_api::{
    Conversation, Empty, ErrorCode, FindMessagesRequest, ListUnindexedRequest,
    PutSearchSegmentRequest, SearchIndex, SearchSegment, UnindexedPage,
};
use zegel_protocol::{SearchSegmentId, limits};
use zegel_storage::NewSearchSegment;

use super::{
    attachments::IMMUTABLE,
    messages::{check_batch, key_text, parse_key, rows},
};
use crate::{
    actor::Mailbox,
    app::App,
    error::{Error, Result},
    extract::{Json, Path, Query, page_limit},
};

/// Segments of one mailbox.
const MAX_SEGMENTS: u64 = 2000;
/// Messages that come to a segment at once.
const MAX_MESSAGES: usize = 1000;
/// Segments that become one at once.
const MAX_REPLACED: usize = 64;

/// What there is of a mailbox's search index
#[utoipa::path(get, path = "/api/mailboxes/{mailbox}/search", tag = "search",
    params(("mailbox" = String, Path, description = "The account acted as")),
    responses((status = 200, body = SearchIndex), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn get_search_index(
    State(app): State<App>,
    mailbox: Mailbox,
) -> Result<axum::Json<SearchIndex>> {
    let index = app.store.find_search_index(mailbox.id(), app.now()).await?;
    let segments = index.segments.into_iter().map(|it| SearchSegment {
        segment: it.id,
        size_bytes: it.size_bytes,
        messages: it.messages,
        stale: it.stale,
    });
    Ok(axum::Json(SearchIndex {
        segments: segments.collect(),
        unindexed: index.unindexed,
    }))
}

/// Store a segment in the place of those that it was merged from
#[utoipa::path(put, path = "/api/mailboxes/{mailbox}/search/segments/{segment}", tag = "search",
    request_body = PutSearchSegmentRequest,
    params(("mailbox" = String, Path, description = "The account acted as"),
        ("segment" = String, Path, description = "The segment")),
    responses((status = 200, body = Empty), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn put_search_segment(
    State(app): State<App>,
    mailbox: Mailbox,
    Path(segment): Path<SearchSegmentId>,
    Json(request): Json<PutSearchSegmentRequest>,
) -> Result<axum::Json<Empty>> {
    if request.sealed.0.is_empty() {
        return Err(Error::field("sealed"));
    }
    if request.sealed.0.len() > limits::MAX_SEARCH_SEGMENT_BYTES {
        return Err(ErrorCode::TooLarge.into());
    }
    if request.messages.len() > MAX_MESSAGES {
        return Err(Error::field("messages"));
    }
    if request.replaces.len() > MAX_REPLACED {
        return Err(Error::field("replaces"));
    }
    // What names no message that it could be found by would stay for ever.
    if request.messages.is_empty() && request.replaces.is_empty() {
        return Err(Error::field("messages"));
    }
    let new = NewSearchSegment {
        mailbox: mailbox.id(),
        id: segment,
        sealed: request.sealed.0,
        documents: request.documents,
        messages: request.messages,
        replaces: request.replaces,
        stored_at: app.now(),
    };
    // No event: no list of the mailbox shows anything of it.
    app.store.put_search_segment(new, MAX_SEGMENTS).await?;
    Ok(axum::Json(Empty {}))
}

/// Fetch a segment
#[utoipa::path(get, path = "/api/mailboxes/{mailbox}/search/segments/{segment}", tag = "search",
    params(("mailbox" = String, Path, description = "The account acted as"),
        ("segment" = String, Path, description = "The segment")),
    responses((status = 200, content_type = "application/octet-stream", body = [u8]),
        (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn get_search_segment(
    State(app): State<App>,
    mailbox: Mailbox,
    Path(segment): Path<SearchSegmentId>,
) -> Result<Response> {
    let sealed = app
        .store
        .find_search_segment(mailbox.id(), segment)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    // Bytes are `application/octet-stream`, with their length.
    let mut response = sealed.into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static(IMMUTABLE));
    Ok(response)
}

/// Messages that no segment names
#[utoipa::path(get, path = "/api/mailboxes/{mailbox}/search/unindexed", tag = "search",
    params(("mailbox" = String, Path, description = "The account acted as"), ListUnindexedRequest),
    responses((status = 200, body = UnindexedPage), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn list_unindexed(
    State(app): State<App>,
    mailbox: Mailbox,
    Query(request): Query<ListUnindexedRequest>,
) -> Result<axum::Json<UnindexedPage>> {
    let limit = page_limit(request.limit)?;
    let before = request.before.as_deref().map(parse_key).transpose()?;
    let page = app
        .store
        .list_unindexed(mailbox.id(), before, limit, app.now())
        .await?;
    Ok(axum::Json(UnindexedPage {
        messages: rows(&app, &mailbox, page.rows).await?,
        next: page.next.map(key_text),
    }))
}

/// The rows of messages
#[utoipa::path(post, path = "/api/mailboxes/{mailbox}/messages/find", tag = "search", request_body = FindMessagesRequest,
    params(("mailbox" = String, Path, description = "The account acted as")),
    responses((status = 200, body = Conversation), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn find_messages(
    State(app): State<App>,
    mailbox: Mailbox,
    Json(request): Json<FindMessagesRequest>,
) -> Result<axum::Json<Conversation>> {
    check_batch("messages", &request.messages)?;
    let found = app
        .store
        .find_message_rows(mailbox.id(), &request.messages, app.now())
        .await?;
    Ok(axum::Json(Conversation {
        messages: rows(&app, &mailbox, found).await?,
    }))
}
