use serde::{Deserialize, Serialize};

/// A failed request, as problem details (RFC 9457), media type `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// HTTP status.
    pub status: u16,
    /// Stable code; clients choose their text by it.
    pub code: ErrorCode,
    /// One sentence for developers and logs, never shown to users by Zegel's own client.
    pub title: String,
    /// The request's field that is wrong, where one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Seconds to wait before another try, with [`ErrorCode::TooManyRequests`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u32>,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $status:literal,)+) => {
        /// Stable error codes. Each belongs to one HTTP status.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum ErrorCode { $($(#[$doc])* $name,)+ }

        impl ErrorCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The HTTP status of the code.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)+ }
            }
        }
    };
}

codes! {
    /// The body, query or a field does not parse or is out of its limits; `field` says which.
    BadRequest = 400,
    /// No session, or it ended.
    SignedOut = 401,
    /// Address and password do not belong together. The same for unknown addresses.
    WrongCredentials = 401,
    /// The action needs a sign-in at most 15 minutes old.
    PasswordNeeded = 403,
    /// The session's account has no right to it.
    Forbidden = 403,
    /// Nothing there, or nothing that the account may know of.
    NotFound = 404,
    /// The state changed meanwhile; load it again.
    Conflict = 409,
    /// A chosen identifier is in use.
    DuplicateId = 409,
    /// Body over the route's limit.
    TooLarge = 413,
    /// Rate limit; see `retry_after_s`.
    TooManyRequests = 429,
    /// The server failed; nothing was changed.
    Internal = 500,
    /// The server is shutting down or its database does not answer; nothing was changed.
    Unavailable = 503,

    /// A code from an e-mail is wrong.
    WrongCode = 422,
    /// A code from an e-mail is too old or was tried too often; ask for a new one.
    ExpiredCode = 410,
    /// The verification of the address is too old; start the sign-up again.
    ExpiredTicket = 410,
    /// A signature, hash or sequence does not verify.
    NotAuthentic = 422,
    /// A statement does not follow the newest one stored.
    StaleStatement = 409,

    /// No account has this address.
    UnknownRecipient = 404,
    /// The recipient's keys changed; fetch them and seal again.
    StaleRecipient = 409,

    /// A message does not follow the newest one of its chain; ask for that and sign again.
    StaleChain = 409,
    /// The message was revoked or has expired.
    Gone = 410,
    /// Too many unfinished uploads, drafts, or segments of a search index.
    Quota = 429,
    /// The account has no keys yet, or is suspended or deleted.
    NotActive = 422,
    /// The account is functional; access is given to people.
    NotAPerson = 422,
    /// The address belongs to an account already.
    AddressTaken = 409,
    /// The organisation does not hold the domain of the address.
    DomainNotOwned = 422,

    /// The account belongs to an organisation already.
    AlreadyMember = 409,
    /// A public mail domain, which no organisation can claim.
    PublicDomain = 422,
    /// Another organisation holds the domain.
    DomainTaken = 409,
    /// This organisation has claimed the domain already.
    DomainAlreadyClaimed = 409,
    /// The domain's TXT record is not there (yet).
    TxtMissing = 422,
    /// The domain's TXT record names another organisation, or there are two.
    TxtOtherOrganisation = 422,
    /// The domain's TXT record names this organisation with another nonce.
    TxtWrongNonce = 422,
    /// The name server of the domain did not answer.
    DnsFailed = 502,
    /// The manifest names a domain whose proof is missing or older than ten minutes.
    DomainNotProved = 422,
    /// The organisation does not claim this domain (any more), or does not adopt in it.
    DomainReleased = 409,
    /// The mail could not be handed to the mail server.
    MailFailed = 502,
}
