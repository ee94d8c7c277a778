use serde::{Deserialize, Serialize};
use zegel_protocol::Timestamp;

use crate::routes;

routes! {
    /// Audit events of the organisation, newest first. Administrators only.
    AuditEvents: Get "/api/organisation/audit-events", AuditEventsRequest => AuditPage;
}

/// See [`AuditEvents`].
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct AuditEventsRequest {
    /// The `next` of the page before; absent for the newest.
    pub before: Option<String>,
    /// Rows wanted, 1 to 100.
    pub limit: u16,
    /// Only this category.
    pub category: Option<AuditCategory>,
    /// Only events whose actor's address contains this.
    pub actor: Option<String>,
    /// Only events at or after this time, milliseconds since the Unix epoch.
    pub from_ms: Option<u64>,
    /// Only events before this time, milliseconds since the Unix epoch.
    pub until_ms: Option<u64>,
}

macro_rules! categories {
    ($($(#[$doc:meta])* $name:ident = $label:literal,)+) => {
        /// What kind of event it is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum AuditCategory { $($(#[$doc])* $name,)+ }

        impl AuditCategory {
            /// Every category.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The category's fixed English name, as administrators' other tools know it.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Self::$name => $label,)+ }
            }
        }
    };
}

categories! {
    /// An organisation was created.
    OrganisationCreated = "Organization created",
    /// A claim was begun.
    DomainClaimStarted = "Domain claim started",
    /// A claim was withdrawn.
    DomainClaimWithdrawn = "Domain claim withdrawn",
    /// A manifest named a new domain.
    DomainClaimed = "Domain claimed",
    /// ADOPT.
    JoinAccountsToOrganization = "Join accounts to organization",
    /// RELEASE.
    DomainReleased = "Domain released",
    /// An account was adopted.
    AccountJoinedOrganization = "Account joined organization",
    /// "Not now".
    AccountDeferredAdoption = "Account deferred adoption",
    /// An administrator's client checked the escrow and certified the account's keys.
    AccountKeyCertified = "Account key certified",
    /// An escrow did not open, or is of other keys.
    EscrowCheckFailed = "Escrow check failed",
    /// A functional account was created.
    FunctionalAccountCreated = "Functional account created",
    /// A member's account became a functional one.
    AccountConverted = "Account converted to functional",
    /// A functional account was renamed.
    AccountRenamed = "Account renamed",
    /// A functional account was suspended.
    AccountSuspended = "Account suspended",
    /// A functional account can be used again.
    AccountReactivated = "Account reactivated",
    /// A functional account was deleted.
    AccountDeleted = "Account deleted",
    /// Somebody got access to an account.
    AccessGranted = "Access granted",
    /// Somebody's access to an account was ended.
    AccessRevoked = "Access revoked",
    /// Somebody gave up their access to an account.
    AccessGivenUp = "Access given up",
    /// Whether recipients see who sends from an account was changed.
    SenderVisibilityChanged = "Sender visibility changed",
    /// An account's mailbox key was replaced.
    MailboxKeyRotated = "Mailbox key rotated",
    /// Somebody sent a message as another account.
    SentAsAccount = "Message sent as another account",
    /// The organisation's policy was changed.
    PolicyChanged = "Policy changed",
    /// The organisation's record was signed anew.
    OrganisationRecordRenewed = "Organization record renewed",
}

/// See [`AuditEvents`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditPage {
    /// Newest first.
    pub events: Vec<AuditEvent>,
    /// Where the next page starts; absent at the end.
    pub next: Option<String>,
}

/// One audit event.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEvent {
    /// Identifies the event.
    pub id: String,
    /// When.
    #[cfg_attr(feature = "openapi", schema(value_type = u64))]
    pub at_ms: Timestamp,
    /// Kind of event.
    pub category: AuditCategory,
    /// Address of who did it.
    pub actor: String,
    /// Account or domain it was done to.
    pub target: String,
    /// Fixed words and numbers, such as a count or a method; empty where there is nothing to add.
    pub details: String,
    /// Network address of the actor.
    pub network_address: String,
}
