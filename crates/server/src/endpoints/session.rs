use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::AppendHeaders,
};
use zegel_api::{AdoptionOffer, Empty, ErrorCode, Role, Session, SignOutRequest};
use zegel_protocol::Hash;

use super::sign_up::SetCookie;
use crate::{actor::SignedIn, app::App, cookie, error::Result, extract::Json, mail::language_of};

/// The session of the cookie
#[utoipa::path(get, path = "/api/session", tag = "session",
    responses((status = 200, body = Session), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn current_session(
    State(app): State<App>,
    signed_in: SignedIn,
) -> Result<axum::Json<Session>> {
    Ok(axum::Json(view(&app, signed_in.session.token_hash).await?))
}

/// End the session, or all of the account's
#[utoipa::path(post, path = "/api/sign-out", tag = "session", request_body = SignOutRequest,
    responses((status = 200, body = Empty), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn sign_out(
    State(app): State<App>,
    headers: HeaderMap,
    Json(request): Json<SignOutRequest>,
) -> Result<(SetCookie, axum::Json<Empty>)> {
    // Who has no session any more is signed out already.
    if let Some(token_hash) = cookie::token_hash(&app, &headers) {
        let session = app.store.find_session(token_hash, app.now()).await?;
        let account = session.map(|(_, account)| account.id);
        if let (true, Some(account)) = (request.everywhere, account) {
            app.store.end_sessions(account).await?;
        }
        app.store.end_session(token_hash).await?;
        if let Some(account) = account {
            app.events.session_ended(account);
        }
    }
    Ok((
        AppendHeaders([(header::SET_COOKIE, cookie::clear(&app)?)]),
        axum::Json(Empty {}),
    ))
}

pub(crate) const fn role(role: zegel_storage::Role) -> Role {
    match role {
        zegel_storage::Role::Free => Role::Free,
        zegel_storage::Role::Member => Role::Member,
        zegel_storage::Role::Administrator => Role::Administrator,
    }
}

/// A session with what its browser needs to unlock and check its own keys.
pub(crate) async fn view(app: &App, token_hash: Hash) -> Result<Session> {
    let (session, account) = app
        .store
        .find_session(token_hash, app.now())
        .await?
        .ok_or(ErrorCode::SignedOut)?;
    let credentials = app
        .store
        .find_credentials(account.id)
        .await?
        .ok_or(ErrorCode::SignedOut)?;
    let mailbox_key = app
        .store
        .find_mailbox_key(account.id)
        .await?
        .ok_or(ErrorCode::SignedOut)?;
    let adoption = if account.organisation.is_none() {
        app.store
            .find_adopting_organisation(account.address.domain())
            .await?
    } else {
        None
    };
    Ok(Session {
        account: account.id,
        address: account.address,
        name: account.name,
        language: language_of(&account.language),
        role: role(account.role),
        organisation: account.organisation,
        state: account.state.into(),
        send_certificate: account.send_certificate.into(),
        account_key_by_password: credentials.account_key_by_password.into(),
        mailbox_key: mailbox_key.into(),
        recovery_seed: credentials.recovery_seed.map(Into::into),
        adoption: adoption.map(|organisation| AdoptionOffer {
            organisation,
            deferred: session.deferred,
        }),
        rotation_pending_since_ms: account.rotation_pending_since,
        authenticated_at_ms: session.authenticated_at,
    })
}
