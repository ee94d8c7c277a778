use axum::extract::State;
use zegel_api::{Draft, DraftPage, Empty, ErrorCode, ListDraftsRequest, PutDraftRequest};
use zegel_protocol::{DraftId, Timestamp, limits};
use zegel_storage::{DraftKey, NewDraft};

use crate::{
    actor::Mailbox,
    app::App,
    error::{Error, Result},
    extract::{Json, Path, Query, page_limit},
};

/// A sealed draft: what a body may hold, and what padding and sealing add.
pub(crate) const MAX_DRAFT_BYTES: usize = limits::MAX_BODY_BLOB_BYTES / 8 * 9 + 1024;
/// Drafts of one mailbox.
const MAX_DRAFTS: u64 = 1000;

/// A page of drafts
#[utoipa::path(get, path = "/api/mailboxes/{mailbox}/drafts", tag = "mail",
    params(("mailbox" = String, Path, description = "The account acted as"), ListDraftsRequest),
    responses((status = 200, body = DraftPage), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn list_drafts(
    State(app): State<App>,
    mailbox: Mailbox,
    Query(request): Query<ListDraftsRequest>,
) -> Result<axum::Json<DraftPage>> {
    let limit = page_limit(request.limit)?;
    let before = request.before.as_deref().map(parse_key).transpose()?;
    let page = app.store.list_drafts(mailbox.id(), before, limit).await?;
    Ok(axum::Json(DraftPage {
        drafts: page.rows.into_iter().map(view).collect(),
        next: page
            .next
            .map(|key| format!("{}.{}", key.edited_at.0, key.id)),
    }))
}

/// One draft
#[utoipa::path(get, path = "/api/mailboxes/{mailbox}/drafts/{draft}", tag = "mail",
    params(("mailbox" = String, Path, description = "The account acted as"),
        ("draft" = String, Path, description = "The draft")),
    responses((status = 200, body = Draft), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn get_draft(
    State(app): State<App>,
    mailbox: Mailbox,
    Path(draft): Path<DraftId>,
) -> Result<axum::Json<Draft>> {
    let found = app
        .store
        .find_draft(mailbox.id(), draft)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    Ok(axum::Json(view(found)))
}

/// Store a draft
#[utoipa::path(put, path = "/api/mailboxes/{mailbox}/drafts/{draft}", tag = "mail", request_body = PutDraftRequest,
    params(("mailbox" = String, Path, description = "The account acted as"),
        ("draft" = String, Path, description = "The draft")),
    responses((status = 200, body = Empty), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn put_draft(
    State(app): State<App>,
    mailbox: Mailbox,
    Path(draft): Path<DraftId>,
    Json(request): Json<PutDraftRequest>,
) -> Result<axum::Json<Empty>> {
    if request.sealed.0.is_empty() {
        return Err(Error::field("sealed"));
    }
    if request.sealed.0.len() > MAX_DRAFT_BYTES {
        return Err(ErrorCode::TooLarge.into());
    }
    let new = NewDraft {
        mailbox: mailbox.id(),
        id: draft,
        replaces: request.replaces,
        sealed: request.sealed.0,
        answers: request.answers,
        edited_by: mailbox.signed_in.account.id,
        edited_at: app.now(),
    };
    app.store.put_draft(new, MAX_DRAFTS).await?;
    app.events.mail_changed(&[mailbox.id()]);
    Ok(axum::Json(Empty {}))
}

/// Forget a draft
#[utoipa::path(post, path = "/api/mailboxes/{mailbox}/drafts/{draft}/delete", tag = "mail", request_body = Empty,
    params(("mailbox" = String, Path, description = "The account acted as"),
        ("draft" = String, Path, description = "The draft")),
    responses((status = 200, body = Empty), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn delete_draft(
    State(app): State<App>,
    mailbox: Mailbox,
    Path(draft): Path<DraftId>,
    Json(Empty {}): Json<Empty>,
) -> Result<axum::Json<Empty>> {
    app.store.delete_draft(mailbox.id(), draft).await?;
    app.events.mail_changed(&[mailbox.id()]);
    Ok(axum::Json(Empty {}))
}

fn view(draft: zegel_storage::Draft) -> Draft {
    Draft {
        draft: draft.id,
        version: draft.version,
        sealed: draft.sealed.into(),
        edited_by: draft.edited_by,
        edited_at_ms: draft.edited_at,
    }
}

fn parse_key(text: &str) -> Result<DraftKey> {
    text.split_once('.')
        .and_then(|(at, id)| {
            Some(DraftKey {
                edited_at: Timestamp(at.parse().ok()?),
                id: id.parse().ok()?,
            })
        })
        .ok_or(Error::field("before"))
}
