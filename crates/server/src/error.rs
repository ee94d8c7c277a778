use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use zegel_api::{ErrorCode, Problem};
use zegel_storage::{Refusal, StorageError};

type Source = Box<dyn std::error::Error + Send + Sync>;

/// A failed request. Every endpoint's and extractor's error is this, and this alone becomes HTTP.
#[derive(Debug)]
pub(crate) struct Error {
    code: ErrorCode,
    field: Option<&'static str>,
    retry_after_s: Option<u32>,
    source: Option<Source>,
}

pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub(crate) const fn new(code: ErrorCode) -> Self {
        Self {
            code,
            field: None,
            retry_after_s: None,
            source: None,
        }
    }

    /// A field does not parse or is out of its limits.
    pub(crate) const fn field(field: &'static str) -> Self {
        let mut error = Self::new(ErrorCode::BadRequest);
        error.field = Some(field);
        error
    }

    /// A statement or grant in a field does not verify.
    pub(crate) const fn not_authentic(field: &'static str) -> Self {
        let mut error = Self::new(ErrorCode::NotAuthentic);
        error.field = Some(field);
        error
    }

    pub(crate) const fn too_many_requests(retry_after_s: u32) -> Self {
        let mut error = Self::new(ErrorCode::TooManyRequests);
        error.retry_after_s = Some(retry_after_s);
        error
    }

    /// The server's own fault. The source is logged, not sent.
    pub(crate) fn internal(source: impl Into<Source>) -> Self {
        Self {
            source: Some(source.into()),
            ..Self::new(ErrorCode::Internal)
        }
    }
}

impl From<ErrorCode> for Error {
    fn from(code: ErrorCode) -> Self {
        Self::new(code)
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::new(match refusal {
            Refusal::DuplicateId => ErrorCode::DuplicateId,
            Refusal::AddressTaken => ErrorCode::AddressTaken,
            Refusal::Conflict => ErrorCode::Conflict,
            Refusal::NotActive => ErrorCode::NotActive,
            Refusal::NotFound => ErrorCode::NotFound,
            Refusal::Quota => ErrorCode::Quota,
            Refusal::StaleStatement => ErrorCode::StaleStatement,
            Refusal::StaleRecipient => ErrorCode::StaleRecipient,
            Refusal::StaleChain => ErrorCode::StaleChain,
            Refusal::Gone => ErrorCode::Gone,
            Refusal::AlreadyMember => ErrorCode::AlreadyMember,
            Refusal::DomainTaken => ErrorCode::DomainTaken,
            Refusal::DomainAlreadyClaimed => ErrorCode::DomainAlreadyClaimed,
            Refusal::DomainNotProved => ErrorCode::DomainNotProved,
            Refusal::DomainReleased => ErrorCode::DomainReleased,
        })
    }
}

impl From<StorageError> for Error {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Refused(refusal) => refusal.into(),
            other => Self::internal(other),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        if let Some(source) = &self.source {
            tracing::error!(error = source, error.detail = ?source, "request failed");
        }
        let problem = Problem {
            status: self.code.status(),
            code: self.code,
            title: title(self.code).to_owned(),
            field: self.field.map(str::to_owned),
            retry_after_s: self.retry_after_s,
        };
        let status =
            StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self.code);
        response
    }
}

const fn title(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::BadRequest => "The request does not parse or is out of its limits.",
        ErrorCode::SignedOut => "There is no session.",
        ErrorCode::WrongCredentials => "Address and password do not belong together.",
        ErrorCode::PasswordNeeded => "This needs a sign-in at most 15 minutes old.",
        ErrorCode::Forbidden => "The account has no right to this.",
        ErrorCode::NotFound => "There is nothing here.",
        ErrorCode::Conflict => "The state changed meanwhile.",
        ErrorCode::DuplicateId => "An identifier is in use.",
        ErrorCode::TooLarge => "The request is too large.",
        ErrorCode::TooManyRequests => "Too many requests.",
        ErrorCode::Internal => "The server failed; nothing was changed.",
        ErrorCode::Unavailable => "The server cannot answer now; nothing was changed.",
        ErrorCode::WrongCode => "The code is wrong.",
        ErrorCode::ExpiredCode => "The code is too old or was tried too often.",
        ErrorCode::ExpiredTicket => "The verification of the address is too old.",
        ErrorCode::NotAuthentic => "A signature, hash or sequence does not verify.",
        ErrorCode::StaleStatement => "A statement does not follow the newest one.",
        ErrorCode::UnknownRecipient => "No account has this address.",
        ErrorCode::StaleRecipient => "A recipient's keys changed.",
        ErrorCode::StaleChain => "The message does not follow the newest one of its chain.",
        ErrorCode::Gone => "The message was revoked or has expired.",
        ErrorCode::Quota => "Too many unfinished uploads, drafts, or segments of a search index.",
        ErrorCode::NotActive => "The account cannot be used now.",
        ErrorCode::NotAPerson => "The account is functional; access is given to people.",
        ErrorCode::AddressTaken => "The address belongs to an account already.",
        ErrorCode::DomainNotOwned => "The organisation does not hold the domain of the address.",
        ErrorCode::AlreadyMember => "The account belongs to an organisation already.",
        ErrorCode::PublicDomain => "A public mail domain cannot be claimed.",
        ErrorCode::DomainTaken => "Another organisation holds the domain.",
        ErrorCode::DomainAlreadyClaimed => "This organisation has claimed the domain already.",
        ErrorCode::TxtMissing => "The TXT record is not there.",
        ErrorCode::TxtOtherOrganisation => "The TXT record names another organisation.",
        ErrorCode::TxtWrongNonce => "The TXT record has another nonce.",
        ErrorCode::DnsFailed => "The name server did not answer.",
        ErrorCode::DomainNotProved => "The domain was not proved in the last ten minutes.",
        ErrorCode::DomainReleased => "No organisation adopts in this domain.",
        ErrorCode::MailFailed => "The mail server did not take the mail.",
    }
}
