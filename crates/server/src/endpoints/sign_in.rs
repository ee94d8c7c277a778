use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::AppendHeaders,
};
use zegel_api::{ErrorCode, Session, SignInFinishRequest, SignInStartRequest, SignInStartResponse};
use zegel_auth::{
    CredentialFinalization, CredentialRequest, RegistrationRecord, ServerLogin, ServerLoginState,
};
use zegel_protocol::{AccountId, Hash};
use zegel_storage::{Login, NewSession, Refusal, StorageError};

use super::{session::view, sign_up::SetCookie};
use crate::{
    actor::{Client, SESSION_IDLE_MS},
    app::App,
    cookie::{self, Token},
    error::{Error, Result},
    extract::Json,
    random, verify,
};

/// A sign-in has to be finished within this time.
const LOGIN_MS: u64 = 2 * 60 * 1000;

/// First OPAQUE message of a sign-in
#[utoipa::path(post, path = "/api/sign-in/start", tag = "session", request_body = SignInStartRequest,
    responses((status = 200, body = SignInStartResponse), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn sign_in_start(
    State(app): State<App>,
    client: Client,
    Json(request): Json<SignInStartRequest>,
) -> Result<axum::Json<SignInStartResponse>> {
    let now = app.now();
    app.limits.sign_ins.take(client.bucket(), now)?;
    app.limits
        .account_sign_ins
        .take(request.address.clone(), now)?;
    let first: CredentialRequest =
        verify::opaque("credential_request", &request.credential_request)?;
    // For an unknown address everything below happens in the same way, with an identifier that has no
    // record: the same look-ups, the same computation, the same bytes.
    let account = app
        .store
        .find_account_by_address(&request.address)
        .await?
        .map(|account| account.id);
    let unknown = AccountId(app.setup.identifier_of_unknown(request.address.as_str()));
    let identifier = account.unwrap_or(unknown);
    let stored = app
        .store
        .find_credentials(identifier)
        .await?
        .map(|credentials| credentials.password_record);
    let record = stored
        .as_deref()
        .map(RegistrationRecord::try_from)
        .transpose()
        .map_err(Error::internal)?;
    let (response, state) = ServerLogin::start(
        &app.setup,
        record.as_ref(),
        &first,
        identifier.as_bytes(),
        &mut random::rng(),
    )
    .map_err(|_| Error::field("credential_request"))?;
    let login = random::bytes::<16>();
    let half = Login {
        account: account.filter(|_| record.is_some()),
        record: stored.as_deref().map(Hash::of),
        state: state.as_bytes().to_vec(),
    };
    app.store
        .insert_login(login, half, now.plus_ms(LOGIN_MS))
        .await?;
    Ok(axum::Json(SignInStartResponse {
        login: login.to_vec().into(),
        credential_response: response.as_bytes().to_vec().into(),
    }))
}

/// Last OPAQUE message of a sign-in; sets the cookie
#[utoipa::path(post, path = "/api/sign-in/finish", tag = "session", request_body = SignInFinishRequest,
    responses((status = 200, body = Session), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn sign_in_finish(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    Json(request): Json<SignInFinishRequest>,
) -> Result<(SetCookie, axum::Json<Session>)> {
    let now = app.now();
    app.limits.sign_ins.take(client.bucket(), now)?;
    let last: CredentialFinalization =
        verify::opaque("credential_finalization", &request.credential_finalization)?;
    let login =
        <[u8; 16]>::try_from(request.login.0.as_slice()).map_err(|_| Error::field("login"))?;
    let login = app
        .store
        .take_login(login, now)
        .await?
        .ok_or(ErrorCode::WrongCredentials)?;
    let state = ServerLoginState::try_from(login.state.as_slice()).map_err(Error::internal)?;
    let proved = ServerLogin::finish(state, &last).is_ok();
    let (true, Some(account), Some(record)) = (proved, login.account, login.record) else {
        return Err(ErrorCode::WrongCredentials.into());
    };
    let token = Token::make();
    let session = NewSession {
        token_hash: token.hash(),
        account,
        authenticated_at: now,
        expires_at: now.plus_ms(SESSION_IDLE_MS),
    };
    // A cookie from before never becomes a signed-in one.
    app.store
        .open_session(session, record, cookie::token_hash(&app, &headers))
        .await
        .map_err(|error| match error {
            // The password was replaced since the sign-in began: the one that was typed is not it any more.
            StorageError::Refused(Refusal::Conflict) => ErrorCode::WrongCredentials.into(),
            other => Error::from(other),
        })?;
    Ok((
        AppendHeaders([(header::SET_COOKIE, cookie::set(&app, &token)?)]),
        axum::Json(view(&app, token.hash()).await?),
    ))
}
