use axum::extract::State;
use zegel_api::{Empty, PasswordFinishRequest, PasswordStartRequest, RegistrationResponse};
use zegel_auth::{RegistrationRecord, RegistrationRequest, ServerRegistration};
use zegel_storage::NewPassword;

use crate::{
    actor::RecentlyAuthenticated,
    app::App,
    error::{Error, Result},
    extract::Json,
    verify,
};

/// First OPAQUE message of a password change
#[utoipa::path(post, path = "/api/password/start", tag = "session", request_body = PasswordStartRequest,
    responses((status = 200, body = RegistrationResponse), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn password_start(
    State(app): State<App>,
    RecentlyAuthenticated(signed_in): RecentlyAuthenticated,
    Json(request): Json<PasswordStartRequest>,
) -> Result<axum::Json<RegistrationResponse>> {
    let first: RegistrationRequest =
        verify::opaque("registration_request", &request.registration_request)?;
    let response = ServerRegistration::start(&app.setup, &first, signed_in.account.id.as_bytes())
        .map_err(|_| Error::field("registration_request"))?;
    Ok(axum::Json(RegistrationResponse {
        registration_response: response.as_bytes().to_vec().into(),
    }))
}

/// Replace the password, and end all other sessions
#[utoipa::path(post, path = "/api/password/finish", tag = "session", request_body = PasswordFinishRequest,
    responses((status = 200, body = Empty), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn password_finish(
    State(app): State<App>,
    RecentlyAuthenticated(signed_in): RecentlyAuthenticated,
    Json(request): Json<PasswordFinishRequest>,
) -> Result<axum::Json<Empty>> {
    let record: RegistrationRecord =
        verify::opaque("registration_record", &request.registration_record)?;
    ServerRegistration::finish(&record).map_err(|_| Error::field("registration_record"))?;
    app.store
        .change_password(NewPassword {
            account: signed_in.account.id,
            epoch: request.epoch,
            password_record: request.registration_record.0,
            account_key_by_password: verify::sealed_key(
                "account_key_by_password",
                request.account_key_by_password,
            )?,
            session: signed_in.session.token_hash,
        })
        .await?;
    app.events.session_ended(signed_in.account.id);
    Ok(axum::Json(Empty {}))
}
