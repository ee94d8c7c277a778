use serde::{Deserialize, Serialize};
use zegel_protocol::{AccountId, Address, OrgId, Timestamp};

use crate::{Bytes, Empty, routes};

routes! {
    /// Mails a code to an address that wants an account. The same answer whether or not the address has one.
    SignUpStart: Post "/api/sign-up/start", SignUpStartRequest => Empty;
    /// Trades the mailed code for a ticket. Errors: `wrong_code`, `expired_code`.
    SignUpVerify: Post "/api/sign-up/verify", SignUpVerifyRequest => SignUpTicket;
    /// First OPAQUE registration message. Errors: `expired_ticket`, `duplicate_id`.
    SignUpRegister: Post "/api/sign-up/register", SignUpRegisterRequest => RegistrationResponse;
    /// Creates the account, all or nothing, and signs in. Errors: `expired_ticket`, `duplicate_id`, `not_authentic`.
    SignUpFinish: Post "/api/sign-up/finish", SignUpFinishRequest => Session;

    /// First OPAQUE message. Unknown addresses get an answer of the same form in the same time.
    SignInStart: Post "/api/sign-in/start", SignInStartRequest => SignInStartResponse;
    /// Last OPAQUE message; sets the cookie. Errors: `wrong_credentials`.
    SignInFinish: Post "/api/sign-in/finish", SignInFinishRequest => Session;
    /// Ends the session, or all of the account's.
    SignOut: Post "/api/sign-out", SignOutRequest => Empty;
    /// The session of the cookie. Errors: `signed_out`.
    CurrentSession: Get "/api/session", Empty => Session;

    /// First OPAQUE message of a password change. Errors: `password_needed`.
    PasswordStart: Post "/api/password/start", PasswordStartRequest => RegistrationResponse;
    /// Replaces the password record and the account key sealed under it in one step; ends all other sessions.
    /// Errors: `password_needed`, `conflict` (the epoch changed).
    PasswordFinish: Post "/api/password/finish", PasswordFinishRequest => Empty;
}

/// The language of e-mails to an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Dutch.
    Nl,
}

/// See [`SignUpStart`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignUpStartRequest {
    /// The address that wants an account.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub address: Address,
    /// Language of the mail.
    pub language: Language,
}

/// See [`SignUpVerify`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignUpVerifyRequest {
    /// The address that got the code.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub address: Address,
    /// Eight digits.
    pub code: String,
}

/// Proof, for one hour, that the address was verified.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignUpTicket {
    /// 32 random bytes.
    pub ticket: Bytes,
}

/// See [`SignUpRegister`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignUpRegisterRequest {
    /// From [`SignUpVerify`].
    pub ticket: Bytes,
    /// Chosen by the client; the OPAQUE credential identifier.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub account: AccountId,
    /// OPAQUE `RegistrationRequest`, 32 bytes.
    pub registration_request: Bytes,
}

/// OPAQUE `RegistrationResponse`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RegistrationResponse {
    /// 64 bytes.
    pub registration_response: Bytes,
}

/// See [`SignUpFinish`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignUpFinishRequest {
    /// From [`SignUpVerify`].
    pub ticket: Bytes,
    /// As in [`SignUpRegister`].
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub account: AccountId,
    /// The person's name, at most 100 characters.
    pub name: String,
    /// Language of e-mails.
    pub language: Language,
    /// OPAQUE `RegistrationRecord`, 192 bytes.
    pub registration_record: Bytes,
    /// Signed `AccountState`, sequence 1, not joined.
    pub state: Bytes,
    /// Signed `SendCertificate` of the owner's own send key.
    pub send_certificate: Bytes,
    /// Account key sealed under the password's key.
    pub account_key_by_password: Bytes,
    /// Account key sealed under the recovery code's key.
    pub account_key_by_recovery_code: Bytes,
    /// Mailbox key sealed under the account key.
    pub mailbox_key: Bytes,
}

/// See [`SignInStart`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignInStartRequest {
    /// The account's address.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub address: Address,
    /// OPAQUE `KE1`, 96 bytes.
    pub credential_request: Bytes,
}

/// See [`SignInStart`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignInStartResponse {
    /// Names the server's half of the login, 16 bytes; valid for two minutes.
    pub login: Bytes,
    /// OPAQUE `KE2`, 320 bytes.
    pub credential_response: Bytes,
}

/// See [`SignInFinish`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignInFinishRequest {
    /// From [`SignInStart`].
    pub login: Bytes,
    /// OPAQUE `KE3`, 64 bytes.
    pub credential_finalization: Bytes,
}

/// See [`SignOut`].
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignOutRequest {
    /// End every session of the account, not only this one.
    pub everywhere: bool,
}

/// What an account is to its organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Belongs to no organisation.
    Free,
    /// A member.
    Member,
    /// A member who holds the recovery key.
    Administrator,
}

/// A signed-in account, with what its browser needs to unlock and check its own keys.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// Own account.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub account: AccountId,
    /// Verified address.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub address: Address,
    /// Own name.
    pub name: String,
    /// Language of e-mails.
    pub language: Language,
    /// What the account is to its organisation.
    pub role: Role,
    /// The organisation, where the account has joined one.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub organisation: Option<OrgId>,
    /// Newest signed `AccountState`.
    pub state: Bytes,
    /// Signed `SendCertificate` of the owner's own send key.
    pub send_certificate: Bytes,
    /// Account key sealed under the password's key.
    pub account_key_by_password: Bytes,
    /// Newest mailbox key sealed under the account key.
    pub mailbox_key: Bytes,
    /// Recovery seed of the organisation sealed under the account key (administrators).
    pub recovery_seed: Option<Bytes>,
    /// The organisation that waits for this account, by the server's word.
    pub adoption: Option<AdoptionOffer>,
    /// Since when somebody's access to the account's mailbox has ended without a rotation.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u64>))]
    pub rotation_pending_since_ms: Option<Timestamp>,
    /// When the session was authenticated last.
    #[cfg_attr(feature = "openapi", schema(value_type = u64))]
    pub authenticated_at_ms: Timestamp,
}

/// An organisation adopts accounts in the domain of the account's address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AdoptionOffer {
    /// By the server's word; the client verifies.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub organisation: OrgId,
    /// "Not now" was answered in this session.
    pub deferred: bool,
}

/// See [`PasswordStart`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PasswordStartRequest {
    /// OPAQUE `RegistrationRequest`, 32 bytes.
    pub registration_request: Bytes,
}

/// See [`PasswordFinish`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PasswordFinishRequest {
    /// OPAQUE `RegistrationRecord`, 192 bytes.
    pub registration_record: Bytes,
    /// The epoch whose account key is sealed.
    pub epoch: u32,
    /// Account key sealed under the new password's key.
    pub account_key_by_password: Bytes,
}
