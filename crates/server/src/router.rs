use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    handler::Handler,
    http::{Method as HttpMethod, StatusCode, header},
    middleware,
    response::{IntoResponse as _, Response},
    routing::{MethodRouter, get, put},
};
use tower_http::catch_panic::CatchPanicLayer;
use zegel_api::{self as api, ErrorCode, Method, Route};

use crate::{
    app::App,
    endpoints as e,
    error::Error,
    guard, openapi,
    web::{self, Web},
};

/// Body of an ordinary request.
const SMALL: usize = 64 * 1024;
/// Base64url makes bytes a third longer, and JSON adds its words.
const fn body_of(bytes: usize) -> usize {
    bytes / 3 * 4 + SMALL
}
const MANIFEST: usize = body_of(zegel_protocol::limits::MAX_MANIFEST_BYTES);
const PINS: usize = body_of(zegel_protocol::limits::MAX_PINS_BLOB_BYTES);
const CERTIFICATES: usize = body_of(100 * zegel_protocol::limits::MAX_KEY_CERTIFICATE_BYTES);
const CONVERSION: usize = body_of(zegel_protocol::limits::MAX_INVENTORY_BLOB_BYTES);
/// A roster, and for each on it a grant and a send certificate; an inventory.
const ACCESS: usize = body_of(
    zegel_protocol::limits::MAX_INVENTORY_BLOB_BYTES
        + zegel_protocol::limits::MAX_ROSTER_BYTES
        + zegel_protocol::limits::MAX_ROSTER_MEMBERS
            * (zegel_protocol::limits::MAX_GRANT_BYTES
                + zegel_protocol::limits::MAX_SEND_CERTIFICATE_BYTES
                + zegel_protocol::limits::MAX_ENVELOPE_OVERHEAD_BYTES),
);
const LIST_ENTRIES: usize = body_of(100 * 5 * 1024);
const DRAFT: usize = body_of(e::MAX_DRAFT_BYTES);
const SEARCH_SEGMENT: usize = body_of(zegel_protocol::limits::MAX_SEARCH_SEGMENT_BYTES);
const MESSAGE: usize = body_of(
    zegel_protocol::limits::MAX_BODY_BLOB_BYTES
        + (zegel_protocol::limits::MAX_RECIPIENTS + 1) * 1536,
);

/// Every route, in the contract's order.
pub(crate) fn router(app: App, web: &Arc<Web>) -> Router {
    let routes = Routes(Router::new())
        .add(api::SignUpStart, SMALL, e::sign_up_start)
        .add(api::SignUpVerify, SMALL, e::sign_up_verify)
        .add(api::SignUpRegister, SMALL, e::sign_up_register)
        .add(api::SignUpFinish, SMALL, e::sign_up_finish)
        .add(api::SignInStart, SMALL, e::sign_in_start)
        .add(api::SignInFinish, SMALL, e::sign_in_finish)
        .add(api::SignOut, SMALL, e::sign_out)
        .add(api::CurrentSession, SMALL, e::current_session)
        .add(api::PasswordStart, SMALL, e::password_start)
        .add(api::PasswordFinish, SMALL, e::password_finish)
        .add(api::CreateOrganisation, SMALL, e::create_organisation)
        .add(api::Manifests, SMALL, e::manifests)
        .add(api::PutManifest, MANIFEST, e::put_manifest)
        .add(api::Members, SMALL, e::members)
        .add(api::GetMember, SMALL, e::get_member)
        .add(api::MembersToCertify, SMALL, e::members_to_certify)
        .add(api::PutCertificates, CERTIFICATES, e::put_certificates)
        .add(api::Access, SMALL, e::access)
        .add(api::StepDown, SMALL, e::step_down)
        .add(api::MailboxHistory, SMALL, e::mailbox_history)
        .add(api::MailboxInventory, SMALL, e::mailbox_inventory)
        .add(api::AccountAccess, SMALL, e::account_access)
        .add(api::ListedMessages, SMALL, e::listed_messages)
        .add(api::PutAccountAccess, ACCESS, e::put_account_access)
        .add(api::CreateFunctional, SMALL, e::create_functional)
        .add(
            api::ConvertToFunctional,
            CONVERSION,
            e::convert_to_functional,
        )
        .add(api::RenameAccount, SMALL, e::rename_account)
        .add(api::SetAccountStatus, SMALL, e::set_account_status)
        .add(api::Domains, SMALL, e::domains)
        .add(api::StartClaim, SMALL, e::start_claim)
        .add(api::CheckClaim, SMALL, e::check_claim)
        .add(api::WithdrawClaim, SMALL, e::withdraw_claim)
        .add(api::NotYetAdopted, SMALL, e::not_yet_adopted)
        .add(api::Adoption, SMALL, e::adoption)
        .add(api::AcceptAdoption, PINS, e::accept_adoption)
        .add(api::DeferAdoption, SMALL, e::defer_adoption)
        .add(api::KeysByAddress, SMALL, e::keys_by_address)
        .add(api::KeysByAccount, SMALL, e::keys_by_account)
        .add(api::GetPins, SMALL, e::get_pins)
        .add(api::PutPins, PINS, e::put_pins)
        .add(api::SendMessage, MESSAGE, e::send_message)
        .add(api::ListMessages, SMALL, e::list_messages)
        .add(api::GetMessage, SMALL, e::get_message)
        .add(api::GetConversation, SMALL, e::get_conversation)
        .add(api::GetChainHead, SMALL, e::get_chain_head)
        .add(api::MarkMessages, SMALL, e::mark_messages)
        .add(api::MoveMessages, SMALL, e::move_messages)
        .add(api::DeleteMessages, SMALL, e::delete_messages)
        .add(api::PutListEntries, LIST_ENTRIES, e::put_list_entries)
        .add(api::RevokeMessage, SMALL, e::revoke_message)
        .add(api::SendReceipt, SMALL, e::send_receipt)
        .add(api::MailCounts, SMALL, e::mail_counts)
        .add(api::ListDrafts, SMALL, e::list_drafts)
        .add(api::GetDraft, SMALL, e::get_draft)
        .add(api::PutDraft, DRAFT, e::put_draft)
        .add(api::DeleteDraft, SMALL, e::delete_draft)
        .add(api::GetSearchIndex, SMALL, e::get_search_index)
        .add(api::PutSearchSegment, SEARCH_SEGMENT, e::put_search_segment)
        .add(api::ListUnindexed, SMALL, e::list_unindexed)
        .add(api::FindMessages, SMALL, e::find_messages)
        .add(api::AuditEvents, SMALL, e::audit_events)
        .add(api::StartUpload, SMALL, e::start_upload)
        .add(api::GetUpload, SMALL, e::get_upload)
        .add(api::CancelUpload, SMALL, e::cancel_upload)
        .0
        .route(
            api::UPLOAD_PART,
            put(e::put_part).layer(DefaultBodyLimit::max(api::PART_BYTES)),
        )
        .route(api::ATTACHMENT_PART, get(e::get_part))
        .route(api::SEARCH_SEGMENT, get(e::get_search_segment))
        .route(api::EVENTS, get(e::events))
        .route("/api/health", get(e::health))
        .route("/api/openapi.json", get(openapi_json))
        .route("/api", get(nothing))
        .route("/api/{*rest}", MethodRouter::new().fallback(nothing))
        .method_not_allowed_fallback(nothing);
    let api = routes
        .layer(middleware::from_fn_with_state(app.clone(), guard::admit))
        .layer(middleware::from_fn_with_state(app.clone(), guard::timeout))
        .layer(middleware::from_fn(guard::observe))
        .with_state(app)
        .layer(CatchPanicLayer::custom(panicked));
    let whole = api.merge(web::router(web));
    web::with_security_headers(whole, web.clone())
}

struct Routes(Router<App>);

impl Routes {
    fn add<R, H, T>(self, _: R, body_limit: usize, handler: H) -> Self
    where
        R: Route,
        H: Handler<T, App>,
        T: 'static,
    {
        let filter = match R::METHOD {
            Method::Get => HttpMethod::GET,
            Method::Post => HttpMethod::POST,
            Method::Put => HttpMethod::PUT,
        };
        let method = axum::routing::MethodFilter::try_from(filter)
            .unwrap_or(axum::routing::MethodFilter::GET);
        let endpoint = MethodRouter::new()
            .on(method, handler)
            .layer(DefaultBodyLimit::max(body_limit));
        Self(self.0.route(R::PATH, endpoint))
    }
}

async fn nothing() -> Error {
    Error::new(ErrorCode::NotFound)
}

async fn openapi_json() -> Response {
    match openapi::document() {
        Ok(json) => ([(header::CONTENT_TYPE, "application/json")], json).into_response(),
        Err(error) => Error::internal(error).into_response(),
    }
}

/// A defect ends one request, not the server. What the panic says may hold what a person wrote: only its place is
/// logged, by the panic hook.
fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    let mut response = Error::new(ErrorCode::Internal).into_response();
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}
