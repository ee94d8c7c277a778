use serde::{Deserialize, Serialize};
use zegel_api::ErrorCode;
use zegel_protocol::AccountId;

/// Why a flow stopped. The page chooses its text by `reason`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What happened.
    pub reason: Reason,
    /// The field of the form it belongs to, where one is.
    pub field: Option<Field>,
    /// Seconds to wait before another try.
    pub retry_after_s: Option<u32>,
    /// The account that it is about, such as the one whose key changed.
    pub account: Option<AccountId>,
}

/// A field of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Field {
    /// An e-mail address.
    Address,
    /// A password that is set.
    NewPassword,
    /// A password that unlocks.
    Password,
    /// A code from an e-mail.
    Code,
    /// A person's or organisation's name.
    Name,
    /// A domain.
    Domain,
    /// A typed safety number.
    SafetyNumber,
    /// A recipient of a message.
    Recipient,
    /// Subject of a message.
    Subject,
    /// Text of a message.
    Text,
    /// An attachment.
    Attachment,
}

/// What stopped a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Reason {
    /// The server could not be reached.
    Offline,
    /// The server refused.
    Server(ErrorCode),
    /// The server's answer does not parse, or is not what the protocol allows.
    Protocol,
    /// Something that the server sent is not signed or sealed by who it should be. Nothing was done.
    NotAuthentic,
    /// What the server sent is older than what this client has seen. Nothing was done.
    Rollback,
    /// No session in this browser; sign in.
    SignedOut,
    /// The account key is not in memory (any more); ask for the password.
    PasswordNeeded,
    /// The value does not parse.
    Malformed,
    /// The value is empty.
    Empty,
    /// The value is too long.
    TooLong,
    /// The password has fewer than 12 characters.
    PasswordTooShort,
    /// The password is among the commonly used ones, or is the address or name.
    PasswordTooCommon,
    /// The recovery code typed to confirm is not the one shown.
    RecoveryCodeMismatch,
    /// The typed safety number is not the expected one.
    NumberMismatch,
    /// The recipient's identity key changed since this account met them; needs a decision.
    KeyChanged,
    /// The adoption stops.
    Adoption(AdoptionStop),
    /// The person's key is only the server's word: compare safety numbers first.
    NotVerified,
    /// The person is no member of the organisation, and its policy wants one.
    NotAColleague,
    /// The organisation leaves it to its administrators.
    LeftToAdministrators,
    /// The user cancelled it.
    Cancelled,
    /// The account cannot be acted as (any more).
    NoAccess,
    /// The file cannot be read, or is not the one that the upload began with.
    FileChanged,
    /// This device cannot store the file.
    DeviceFull,
    /// An unexpected state in this client.
    Internal,
}

/// Why an adoption stops before anything is sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AdoptionStop {
    /// The account's address is not in the domain.
    AddressOutsideDomain,
    /// The organisation's record does not verify from its genesis on.
    RecordNotAuthentic,
    /// The newest record does not say that the domain is being adopted.
    DomainNotAdopting,
    /// The newest record is older than 90 days.
    RecordTooOld,
    /// This account trusts another organisation, or a newer record of this one.
    PinnedOtherwise,
    /// The adoption link is of another organisation.
    LinkOtherOrganisation,
    /// The adoption link knows a newer record than the server shows.
    LinkNewerRecord,
    /// The domain's TXT record names another organisation.
    DnsOtherOrganisation,
    /// The domain has TXT records of several organisations, or the resolvers disagree.
    DnsAmbiguous,
    /// No link, no DNS record and no safety number has authenticated the organisation yet.
    NotAuthenticated,
}
