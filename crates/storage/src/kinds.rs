//! What an account is, as the databases keep it.

use crate::{Result, StorageError};

/// What an account is to its organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Belongs to none.
    Free,
    /// A member.
    Member,
    /// A member who holds the recovery key.
    Administrator,
}

impl Role {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Member => "member",
            Self::Administrator => "administrator",
        }
    }

    pub(crate) fn parse(text: &str) -> Result<Self> {
        match text {
            "free" => Ok(Self::Free),
            "member" => Ok(Self::Member),
            "administrator" => Ok(Self::Administrator),
            _ => Err(StorageError::Malformed("role")),
        }
    }
}

/// Whose an account is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A person's, with a password.
    Person,
    /// A shared mailbox.
    Functional,
}

impl Kind {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Functional => "functional",
        }
    }

    pub(crate) fn parse(text: &str) -> Result<Self> {
        match text {
            "person" => Ok(Self::Person),
            "functional" => Ok(Self::Functional),
            _ => Err(StorageError::Malformed("kind")),
        }
    }
}

/// Whether an account can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It can.
    Active,
    /// Nobody can; its mail is kept.
    Suspended,
    /// Its mail is gone; its statements stay.
    Deleted,
}

impl Status {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Deleted => "deleted",
        }
    }

    pub(crate) fn parse(text: &str) -> Result<Self> {
        match text {
            "active" => Ok(Self::Active),
            "suspended" => Ok(Self::Suspended),
            "deleted" => Ok(Self::Deleted),
            _ => Err(StorageError::Malformed("status")),
        }
    }
}
