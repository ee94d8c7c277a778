//! Attachments: sealed parts in, sealed parts out.

use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, FromRequestParts, Request, State, rejection::BytesRejection},
    http::{HeaderValue, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use zegel_api::{Empty, ErrorCode, PART_BYTES, StartUploadRequest, Upload};
use zegel_protocol::{AttachmentId, MessageId, limits::CHUNK_BYTES};
use zegel_storage::{NewUpload, Readable};

use crate::{
    actor::Mailbox,
    app::App,
    error::{Error, Result},
    extract::{Json, Path, placeholder},
};

/// What sealing adds to a chunk; an empty file is one empty chunk.
const CHUNK_OVERHEAD: u64 = 16;
/// Shown once: what is under this address never changes.
pub(super) const IMMUTABLE: &str = "private, max-age=31536000, immutable";

/// Begin an upload, or find it as it was left
#[utoipa::path(post, path = "/api/mailboxes/{mailbox}/uploads", tag = "attachments", request_body = StartUploadRequest,
    params(("mailbox" = String, Path)),
    responses((status = 200, body = Upload), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn start_upload(
    State(app): State<App>,
    mailbox: Mailbox,
    Json(request): Json<StartUploadRequest>,
) -> Result<axum::Json<Upload>> {
    let most = sealed_bytes(app.config.max_attachment_bytes);
    if request.sealed_bytes > most {
        return Err(ErrorCode::TooLarge.into());
    }
    if request.sealed_bytes < CHUNK_OVERHEAD {
        return Err(Error::field("sealed_bytes"));
    }
    let parts = request.sealed_bytes.div_ceil(PART_BYTES as u64);
    let new = NewUpload {
        attachment: request.attachment,
        mailbox: mailbox.id(),
        sealed_bytes: request.sealed_bytes,
        parts: u32::try_from(parts).map_err(|_| ErrorCode::TooLarge)?,
    };
    let upload = app.store.start_upload(new, app.now()).await?;
    Ok(axum::Json(view(upload)))
}

/// How far an upload is
#[utoipa::path(get, path = "/api/mailboxes/{mailbox}/uploads/{attachment}", tag = "attachments",
    params(("mailbox" = String, Path), ("attachment" = String, Path)),
    responses((status = 200, body = Upload), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn get_upload(
    State(app): State<App>,
    mailbox: Mailbox,
    Path(attachment): Path<AttachmentId>,
) -> Result<axum::Json<Upload>> {
    let upload = app
        .store
        .find_upload(mailbox.id(), attachment, app.now())
        .await?
        .ok_or(ErrorCode::NotFound)?;
    Ok(axum::Json(view(upload)))
}

/// Give up an upload that is not finished
#[utoipa::path(post, path = "/api/mailboxes/{mailbox}/uploads/{attachment}/cancel", tag = "attachments",
    params(("mailbox" = String, Path), ("attachment" = String, Path)), request_body = Empty,
    responses((status = 200, body = Empty), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn cancel_upload(
    State(app): State<App>,
    mailbox: Mailbox,
    OfUpload { attachment }: OfUpload,
    Json(Empty {}): Json<Empty>,
) -> Result<axum::Json<Empty>> {
    // What is gone already is what was wanted; what is finished is forgotten by itself.
    let now = app.now();
    app.store
        .cancel_upload(mailbox.id(), attachment, now)
        .await?;
    Ok(axum::Json(Empty {}))
}

/// Store one part of an upload
#[utoipa::path(put, path = "/api/mailboxes/{mailbox}/uploads/{attachment}/parts/{part}", tag = "attachments",
    params(("mailbox" = String, Path), ("attachment" = String, Path), ("part" = u32, Path)),
    request_body(content_type = "application/octet-stream"),
    responses((status = 200, body = Empty), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn put_part(
    State(app): State<App>,
    mailbox: Mailbox,
    OfUpload { attachment }: OfUpload,
    Path(part): Path<u32>,
    RawBody(bytes): RawBody,
) -> Result<axum::Json<Empty>> {
    let upload = app
        .store
        .find_upload(mailbox.id(), attachment, app.now())
        .await?
        .ok_or(ErrorCode::NotFound)?;
    if part_len(&upload, part).ok_or(ErrorCode::NotFound)? != bytes.len() as u64 {
        return Err(Error::field("body"));
    }
    app.blobs.put(attachment, part, bytes).await?;
    app.store
        .note_part(mailbox.id(), attachment, part, app.now())
        .await?;
    Ok(axum::Json(Empty {}))
}

/// Fetch one part of an attachment
#[utoipa::path(get, path = "/api/mailboxes/{mailbox}/messages/{message}/attachments/{attachment}/parts/{part}",
    tag = "attachments",
    params(("mailbox" = String, Path), ("message" = String, Path), ("attachment" = String, Path), ("part" = u32, Path)),
    responses((status = 200, content_type = "application/octet-stream", body = [u8]),
        (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn get_part(
    State(app): State<App>,
    mailbox: Mailbox,
    OfMessage {
        message,
        attachment,
    }: OfMessage,
    Path(part): Path<u32>,
) -> Result<Response> {
    let found = app
        .store
        .find_attachment(mailbox.id(), message, attachment, app.now())
        .await?;
    match found {
        None => return Err(ErrorCode::NotFound.into()),
        Some(Readable::Gone) => return Err(ErrorCode::Gone.into()),
        Some(Readable::Parts(parts)) if part >= parts => return Err(ErrorCode::NotFound.into()),
        Some(Readable::Parts(_)) => {}
    }
    let blob = app
        .blobs
        .get(attachment, part)
        .await?
        .ok_or_else(|| Error::internal("a part that the database knows is not in the store"))?;
    let mut response = Body::from_stream(blob.bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(blob.len));
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/octet-stream"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(IMMUTABLE));
    Ok(response)
}

/// Bytes of all sealed chunks of a file.
const fn sealed_bytes(size_bytes: u64) -> u64 {
    let chunks = size_bytes.div_ceil(CHUNK_BYTES as u64);
    size_bytes + if chunks == 0 { 1 } else { chunks } * CHUNK_OVERHEAD
}

/// The length that a part has to have; none where the upload has no such part.
fn part_len(upload: &zegel_storage::Upload, part: u32) -> Option<u64> {
    let start = u64::from(part) * PART_BYTES as u64;
    (part < upload.parts).then(|| (upload.sealed_bytes - start).min(PART_BYTES as u64))
}

fn view(upload: zegel_storage::Upload) -> Upload {
    Upload {
        sealed_bytes: upload.sealed_bytes,
        parts: upload.parts,
        stored: upload.stored,
    }
}

/// The placeholders of an upload's routes.
pub(crate) struct OfUpload {
    attachment: AttachmentId,
}

impl FromRequestParts<App> for OfUpload {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        Ok(Self {
            attachment: placeholder(parts, app, "attachment").await?,
        })
    }
}

/// The placeholders of a received attachment's route.
pub(crate) struct OfMessage {
    message: MessageId,
    attachment: AttachmentId,
}

impl FromRequestParts<App> for OfMessage {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        Ok(Self {
            message: placeholder(parts, app, "message").await?,
            attachment: placeholder(parts, app, "attachment").await?,
        })
    }
}

/// A body that is no JSON.
pub(crate) struct RawBody(Bytes);

impl FromRequest<App> for RawBody {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        // What a form of another site can send without asking first is not taken.
        let raw = request
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|value| value == "application/octet-stream");
        if !raw {
            return Err(Error::field("content-type"));
        }
        Bytes::from_request(request, app)
            .await
            .map(Self)
            .map_err(|rejection| match rejection {
                BytesRejection::FailedToBufferBody(error) if error.status().as_u16() == 413 => {
                    ErrorCode::TooLarge.into()
                }
                _ => Error::field("body"),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::{PART_BYTES, part_len, sealed_bytes};

    #[test]
    fn parts_add_up() {
        for size in [0, 1, 65_536, 65_537, 4_194_304, 4_194_305, 20_000_000] {
            let sealed = sealed_bytes(size);
            let parts = sealed.div_ceil(PART_BYTES as u64);
            let upload = zegel_storage::Upload {
                sealed_bytes: sealed,
                parts: u32::try_from(parts).unwrap(),
                stored: Vec::new(),
            };
            let lengths = (0..upload.parts).map(|part| part_len(&upload, part).unwrap());
            assert_eq!(lengths.sum::<u64>(), sealed, "{size}");
            assert_eq!(part_len(&upload, upload.parts), None);
        }
    }
}
