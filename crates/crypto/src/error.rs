/// Something could not be opened. One error for every reason, so that whoever alters stored bytes
/// learns nothing from how it fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("could not be opened")]
pub struct OpenError;

/// Something could not be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// A recipient's public key is no X-Wing key.
    #[error("a recipient's key is not valid")]
    RecipientKey,
    /// More than the format's limit.
    #[error("too large")]
    TooLarge,
}
