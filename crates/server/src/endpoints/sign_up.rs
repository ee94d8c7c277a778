use axum::{extract::State, http::HeaderValue, http::header, response::AppendHeaders};
use zegel_api::{
    Empty, ErrorCode, RegistrationResponse, Session, SignUpFinishRequest, SignUpRegisterRequest,
    SignUpStartRequest, SignUpTicket, SignUpVerifyRequest,
};
use zegel_auth::{RegistrationRecord, RegistrationRequest, ServerRegistration};
use zegel_protocol::{Hash, Name};
use zegel_storage::{
    CodeCheck, Credentials, NewAccount, NewCode, NewSession, Refusal, StorageError,
};

use super::session::view;
use crate::{
    actor::{Client, SESSION_IDLE_MS},
    app::App,
    cookie::{self, Token},
    error::{Error, Result},
    extract::Json,
    mail::{Mail, language_code},
    random, verify,
};

/// Tries and life of a mailed code.
const CODE_DIGITS: u32 = 8;
const CODE_TRIES: u8 = 5;
const CODE_MS: u64 = 30 * 60 * 1000;
/// Life of a ticket.
const TICKET_MS: u64 = 60 * 60 * 1000;

pub(crate) type SetCookie = AppendHeaders<[(header::HeaderName, HeaderValue); 1]>;

/// Mail a code to an address that wants an account
#[utoipa::path(post, path = "/api/sign-up/start", tag = "sign-up", request_body = SignUpStartRequest,
    responses((status = 200, body = Empty), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn sign_up_start(
    State(app): State<App>,
    client: Client,
    Json(request): Json<SignUpStartRequest>,
) -> Result<axum::Json<Empty>> {
    let now = app.now();
    app.limits.sign_ins.take(client.bucket(), now)?;
    app.limits.client_mails.take(client.bucket(), now)?;
    let SignUpStartRequest { address, language } = request;
    app.limits.mails.take(address.as_str().to_owned(), now)?;
    let exists = app.store.find_account_by_address(&address).await?.is_some();
    let code = random::code(CODE_DIGITS);
    // Where there is an account, the code is kept but told to nobody: the answers to what follows stay the same.
    let mail = if exists {
        Mail::AccountExists
    } else {
        Mail::Verification { code: &code }
    };
    let new = NewCode {
        hash: app.code_hash("sign-up", address.as_str().as_bytes(), &code),
        tries: CODE_TRIES,
        expires_at: now.plus_ms(CODE_MS),
    };
    app.store
        .start_sign_up(&address, new, mail.render(&address, language)?, now)
        .await?;
    app.wake.wake();
    Ok(axum::Json(Empty {}))
}

/// Trade the mailed code for a ticket
#[utoipa::path(post, path = "/api/sign-up/verify", tag = "sign-up", request_body = SignUpVerifyRequest,
    responses((status = 200, body = SignUpTicket), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn sign_up_verify(
    State(app): State<App>,
    client: Client,
    Json(request): Json<SignUpVerifyRequest>,
) -> Result<axum::Json<SignUpTicket>> {
    let now = app.now();
    app.limits.sign_ins.take(client.bucket(), now)?;
    let code = digits("code", &request.code, CODE_DIGITS)?;
    let ticket = random::bytes::<32>();
    let check = app
        .store
        .verify_sign_up(
            &request.address,
            app.code_hash("sign-up", request.address.as_str().as_bytes(), &code),
            Hash::of(&ticket),
            now.plus_ms(TICKET_MS),
            now,
        )
        .await?;
    check_code(check)?;
    Ok(axum::Json(SignUpTicket {
        ticket: ticket.to_vec().into(),
    }))
}

/// First OPAQUE registration message
#[utoipa::path(post, path = "/api/sign-up/register", tag = "sign-up", request_body = SignUpRegisterRequest,
    responses((status = 200, body = RegistrationResponse), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn sign_up_register(
    State(app): State<App>,
    client: Client,
    Json(request): Json<SignUpRegisterRequest>,
) -> Result<axum::Json<RegistrationResponse>> {
    let now = app.now();
    app.limits.sign_ins.take(client.bucket(), now)?;
    let first: RegistrationRequest =
        verify::opaque("registration_request", &request.registration_request)?;
    let ticket_hash = Hash::of(&request.ticket.0);
    app.store
        .find_sign_up(ticket_hash, now)
        .await?
        .ok_or(ErrorCode::ExpiredTicket)?;
    if app.store.find_account(request.account).await?.is_some() {
        return Err(ErrorCode::DuplicateId.into());
    }
    let response = ServerRegistration::start(&app.setup, &first, request.account.as_bytes())
        .map_err(|_| Error::field("registration_request"))?;
    app.store
        .set_sign_up_account(ticket_hash, request.account)
        .await?;
    Ok(axum::Json(RegistrationResponse {
        registration_response: response.as_bytes().to_vec().into(),
    }))
}

/// Create the account, all or nothing, and sign in
#[utoipa::path(post, path = "/api/sign-up/finish", tag = "sign-up", request_body = SignUpFinishRequest,
    responses((status = 200, body = Session), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn sign_up_finish(
    State(app): State<App>,
    client: Client,
    Json(request): Json<SignUpFinishRequest>,
) -> Result<(SetCookie, axum::Json<Session>)> {
    let now = app.now();
    app.limits.sign_ins.take(client.bucket(), now)?;
    let record: RegistrationRecord =
        verify::opaque("registration_record", &request.registration_record)?;
    ServerRegistration::finish(&record).map_err(|_| Error::field("registration_record"))?;
    let name = Name::try_from(request.name.as_str()).map_err(|_| Error::field("name"))?;
    let (state, new_state) = verify::first_state("state", &request.state, request.account)?;
    verify::own_send_certificate(
        "send_certificate",
        &request.send_certificate,
        &state.statement,
    )?;
    let ticket_hash = Hash::of(&request.ticket.0);
    let sign_up = app
        .store
        .find_sign_up(ticket_hash, now)
        .await?
        .ok_or(ErrorCode::ExpiredTicket)?;
    // The password record is bound to the account that the registration was answered for.
    if sign_up.account != Some(request.account) {
        return Err(Error::field("account"));
    }
    let token = Token::make();
    let session = NewSession {
        token_hash: token.hash(),
        account: request.account,
        authenticated_at: now,
        expires_at: now.plus_ms(SESSION_IDLE_MS),
    };
    let new = NewAccount {
        id: request.account,
        address: sign_up.address,
        name: name.as_str().to_owned(),
        language: language_code(request.language).to_owned(),
        state: new_state,
        send_certificate: request.send_certificate.0,
        credentials: Credentials {
            password_record: request.registration_record.0,
            account_key_by_password: verify::sealed_key(
                "account_key_by_password",
                request.account_key_by_password,
            )?,
            account_key_by_recovery_code: verify::sealed_key(
                "account_key_by_recovery_code",
                request.account_key_by_recovery_code,
            )?,
            recovery_seed: None,
        },
        mailbox_key: verify::sealed_key("mailbox_key", request.mailbox_key)?,
        ticket_hash,
        session,
    };
    app.store
        .create_account(new, now)
        .await
        .map_err(|error| match error {
            // The ticket was used up meanwhile, or the address has got an account through another one.
            StorageError::Refused(Refusal::Conflict | Refusal::AddressTaken) => {
                ErrorCode::ExpiredTicket.into()
            }
            other => Error::from(other),
        })?;
    Ok((
        AppendHeaders([(header::SET_COOKIE, cookie::set(&app, &token)?)]),
        axum::Json(view(&app, token.hash()).await?),
    ))
}

/// The digits of a typed code, without the spaces that people and mail programs put in.
pub(crate) fn digits(field: &'static str, text: &str, count: u32) -> Result<String> {
    let digits: String = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .take(32)
        .collect();
    if digits.len() == count as usize && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(digits)
    } else {
        Err(Error::field(field))
    }
}

pub(crate) fn check_code(check: CodeCheck) -> Result<()> {
    match check {
        CodeCheck::Right => Ok(()),
        CodeCheck::Wrong => Err(ErrorCode::WrongCode.into()),
        CodeCheck::Expired => Err(ErrorCode::ExpiredCode.into()),
    }
}
