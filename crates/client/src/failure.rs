//! The one place where errors become what a user is told. Nothing secret, and nothing about which
//! part of an opening failed, passes through here.

use zegel_api::{ErrorCode, Problem};
use zegel_auth::AuthError;
use zegel_crypto::{OpenError, SealError};
use zegel_protocol::{
    AccountId, AccountStateError, CertificateError, ChainError, DecodeError, MessageError,
    RosterError, SignatureError,
};

use crate::environment::{PinStoreError, TransportError};
use crate::view::{AdoptionStop, Failure, Field, Reason};

/// Result of a flow.
pub type Outcome<T> = Result<T, Failure>;

impl Failure {
    /// The failure of a form's field.
    #[must_use]
    pub fn of(field: Field, reason: Reason) -> Self {
        Self {
            reason,
            field: Some(field),
            retry_after_s: None,
            account: None,
        }
    }

    /// A failure about somebody's account.
    #[must_use]
    pub fn about(account: AccountId, reason: Reason) -> Self {
        Self {
            account: Some(account),
            ..reason.into()
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.reason)
    }
}

impl std::error::Error for Failure {}

impl From<Reason> for Failure {
    fn from(reason: Reason) -> Self {
        Self {
            reason,
            field: None,
            retry_after_s: None,
            account: None,
        }
    }
}

impl From<AdoptionStop> for Failure {
    fn from(stop: AdoptionStop) -> Self {
        Reason::Adoption(stop).into()
    }
}

impl From<TransportError> for Failure {
    fn from(_: TransportError) -> Self {
        Reason::Offline.into()
    }
}

impl From<PinStoreError> for Failure {
    fn from(_: PinStoreError) -> Self {
        Reason::Internal.into()
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        let reason = match problem.code {
            ErrorCode::SignedOut => Reason::SignedOut,
            ErrorCode::PasswordNeeded => Reason::PasswordNeeded,
            code => Reason::Server(code),
        };
        let field = match problem.code {
            ErrorCode::WrongCode | ErrorCode::ExpiredCode => Some(Field::Code),
            ErrorCode::WrongCredentials => Some(Field::Password),
            ErrorCode::UnknownRecipient => Some(Field::Recipient),
            ErrorCode::AddressTaken | ErrorCode::DomainNotOwned => Some(Field::Address),
            ErrorCode::PublicDomain
            | ErrorCode::DomainTaken
            | ErrorCode::DomainAlreadyClaimed
            | ErrorCode::TxtMissing
            | ErrorCode::TxtOtherOrganisation
            | ErrorCode::TxtWrongNonce
            | ErrorCode::DnsFailed => Some(Field::Domain),
            _ => None,
        };
        Self {
            reason,
            field,
            retry_after_s: problem.retry_after_s,
            account: None,
        }
    }
}

/// Everything that fails to decode, verify or open is one reason.
macro_rules! not_authentic {
    ($($error:ty),+) => {$(
        impl From<$error> for Failure {
            fn from(_: $error) -> Self {
                Reason::NotAuthentic.into()
            }
        }
    )+};
}
not_authentic!(
    AccountStateError,
    CertificateError,
    ChainError,
    DecodeError,
    MessageError,
    OpenError,
    RosterError,
    SignatureError
);

impl From<SealError> for Failure {
    fn from(error: SealError) -> Self {
        match error {
            SealError::TooLarge => Reason::TooLong.into(),
            _ => Reason::NotAuthentic.into(),
        }
    }
}

impl From<AuthError> for Failure {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Denied => {
                Self::of(Field::Password, Reason::Server(ErrorCode::WrongCredentials))
            }
            AuthError::Malformed => Reason::Protocol.into(),
            _ => Reason::Internal.into(),
        }
    }
}
