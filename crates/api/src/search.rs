use serde::{Deserialize, Serialize};
use zegel_protocol::{MessageId, SearchSegmentId};

use crate::{Bytes, Conversation, Empty, routes};

/// One sealed segment of a mailbox's search index, raw bytes (`application/octet-stream`): GET. It never changes.
/// Errors: `not_found`.
pub const SEARCH_SEGMENT: &str = "/api/mailboxes/{mailbox}/search/segments/{segment}";

routes! {
    /// What there is of a mailbox's search index, and how many messages are in it.
    GetSearchIndex: Get "/api/mailboxes/{mailbox}/search", Empty => SearchIndex;
    /// Stores a segment, and forgets those that it was merged from, in one step.
    /// Errors: `conflict` (one of those is not there any more, or another segment names one of the messages: what there is
    /// of the index has to be looked at again), `duplicate_id`, `too_large`, `quota`.
    PutSearchSegment: Put "/api/mailboxes/{mailbox}/search/segments/{segment}", PutSearchSegmentRequest => Empty;
    /// Messages that no segment names, newest first: at most 100.
    ListUnindexed: Get "/api/mailboxes/{mailbox}/search/unindexed", ListUnindexedRequest => UnindexedPage;
    /// The rows of these messages, those that lie in the mailbox, in no order. What is revoked, over or deleted is left out.
    FindMessages: Post "/api/mailboxes/{mailbox}/messages/find", FindMessagesRequest => Conversation;
}

/// See [`GetSearchIndex`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchIndex {
    /// The segments, oldest first.
    pub segments: Vec<SearchSegment>,
    /// Messages that no segment names: neither revoked nor over.
    pub unindexed: u32,
}

/// A segment of a search index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchSegment {
    /// The segment.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub segment: SearchSegmentId,
    /// Bytes of it, sealed.
    pub size_bytes: u32,
    /// Messages that it names and that are still in the mailbox, neither revoked nor over.
    pub messages: u32,
    /// It names messages that are gone: a client should replace it by one without them.
    pub stale: bool,
}

/// See [`PutSearchSegment`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PutSearchSegmentRequest {
    /// Sealed under the mailbox key; at most `MAX_SEARCH_SEGMENT_BYTES`.
    pub sealed: Bytes,
    /// Messages that it names in all: `messages`, and those that it took over from the segments that it replaces. The
    /// server cannot count them itself, and once fewer are left it is stale.
    pub documents: u32,
    /// Messages of the mailbox that it names and that none of the replaced segments does; at most 1000. One that is
    /// not in the mailbox (any more) is passed over.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub messages: Vec<MessageId>,
    /// Segments that it was merged from; at most 64.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub replaces: Vec<SearchSegmentId>,
}

/// See [`ListUnindexed`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct ListUnindexedRequest {
    /// The `next` of the page before; absent for the newest.
    pub before: Option<String>,
    /// Rows wanted, 1 to 100.
    pub limit: u16,
}

/// A page of messages that no segment names.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnindexedPage {
    /// Newest first.
    pub messages: Vec<crate::MessageRow>,
    /// Where the next page starts; absent at the end.
    pub next: Option<String>,
}

/// See [`FindMessages`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FindMessagesRequest {
    /// At most 100.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub messages: Vec<MessageId>,
}
