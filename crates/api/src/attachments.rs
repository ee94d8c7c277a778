use serde::{Deserialize, Serialize};
use zegel_protocol::AttachmentId;

use crate::{Empty, routes};

/// Bytes of a part but the last: 64 sealed chunks of 64 KiB and their 16-byte tags.
pub const PART_BYTES: usize = 64 * (64 * 1024 + 16);
/// One part of an upload, raw bytes (`application/octet-stream`): PUT to send it. A part that was stored before is
/// replaced. Errors: `not_found`, `bad_request` (another length than that of the part), `conflict` (sent already).
pub const UPLOAD_PART: &str = "/api/mailboxes/{mailbox}/uploads/{attachment}/parts/{part}";
/// One part of an attachment of a message in the mailbox, raw bytes (`application/octet-stream`): GET.
/// Errors: `not_found`, `gone`.
pub const ATTACHMENT_PART: &str =
    "/api/mailboxes/{mailbox}/messages/{message}/attachments/{attachment}/parts/{part}";

routes! {
    /// Begins an upload, or finds it as it was left: the same request twice is no error.
    /// Errors: `too_large`, `duplicate_id` (another size), `quota` (too many unfinished uploads).
    StartUpload: Post "/api/mailboxes/{mailbox}/uploads", StartUploadRequest => Upload;
    /// How far an upload is. Errors: `not_found`.
    GetUpload: Get "/api/mailboxes/{mailbox}/uploads/{attachment}", Empty => Upload;
    /// Gives up an upload that is not finished. A finished one stays: drafts may name it. Where none does, and no message,
    /// it is forgotten by itself.
    CancelUpload: Post "/api/mailboxes/{mailbox}/uploads/{attachment}/cancel", Empty => Empty;
}

/// See [`StartUpload`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct StartUploadRequest {
    /// Chosen by the client.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub attachment: AttachmentId,
    /// Bytes of all sealed chunks together.
    pub sealed_bytes: u64,
}

/// How far an upload is. Nobody fetches an attachment before all of its parts are stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Upload {
    /// Bytes of all sealed chunks together.
    pub sealed_bytes: u64,
    /// Parts in all: `sealed_bytes` divided by [`PART_BYTES`], rounded up.
    pub parts: u32,
    /// Parts stored, ascending.
    pub stored: Vec<u32>,
}
