use sea_orm::{DbErr, SqlErr};

/// Why a request to the storage did not happen. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The state that the request relies on is not (any more) what is stored.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// A row does not parse.
    #[error("the database holds a malformed {0}")]
    Malformed(&'static str),
    /// The database failed.
    #[error("the database failed")]
    Database(#[source] DbErr),
    /// The store of attachments failed.
    #[error("the store of attachments failed")]
    Blobs(#[from] object_store::Error),
}

/// What the stored state does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A chosen identifier is in use.
    #[error("an identifier is in use")]
    DuplicateId,
    /// The address has an account.
    #[error("the address has an account")]
    AddressTaken,
    /// There is no such thing, or none that the account may know of.
    #[error("there is nothing")]
    NotFound,
    /// The row was changed or removed meanwhile.
    #[error("the state changed meanwhile")]
    Conflict,
    /// A statement does not follow the newest one.
    #[error("a newer statement is stored")]
    StaleStatement,
    /// A recipient's keys changed.
    #[error("a recipient's keys changed")]
    StaleRecipient,
    /// A message does not follow the newest of its chain.
    #[error("a message is not the next of its chain")]
    StaleChain,
    /// The message was revoked, or its time is over.
    #[error("the message is gone")]
    Gone,
    /// An account cannot be used now.
    #[error("an account cannot be used now")]
    NotActive,
    /// The account belongs to an organisation.
    #[error("the account belongs to an organisation")]
    AlreadyMember,
    /// Another organisation holds the domain.
    #[error("another organisation holds the domain")]
    DomainTaken,
    /// The domain is claimed already.
    #[error("the domain is claimed already")]
    DomainAlreadyClaimed,
    /// The proof of the domain is missing or too old.
    #[error("the domain is not proved")]
    DomainNotProved,
    /// The organisation does not hold the domain, or does not adopt in it.
    #[error("the domain is released")]
    DomainReleased,
    /// Too many uploads that no message names, or segments of a search index.
    #[error("there are too many")]
    Quota,
}

impl From<DbErr> for StorageError {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => Refusal::DuplicateId.into(),
            Some(SqlErr::ForeignKeyConstraintViolation(_)) => Refusal::Conflict.into(),
            _ => Self::Database(error),
        }
    }
}

/// What the functions of this crate return.
pub type Result<T> = std::result::Result<T, StorageError>;
