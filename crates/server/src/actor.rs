//! Who asks. Each is a value that only its extractor makes: a handler that takes one cannot be reached without the right.

use std::net::{IpAddr, Ipv6Addr};

use axum::{
    extract::FromRequestParts,
    http::{Method, request::Parts},
};
use zegel_api::{AuditCategory, ErrorCode};
use zegel_protocol::{
    AccountId, AccountState, Canonical as _, DelegationPolicy, Hash, OrgId, Policy, SendKey, Signed,
};
use zegel_storage::{AccessRole, Account, Kind, NewAuditEvent, Role, Session, Status};

use crate::{
    app::App,
    cookie,
    error::{Error, Result},
    extract::placeholder,
};

/// How long after a sign-in an action that needs the password may follow.
const RECENT_MS: u64 = 15 * 60 * 1000;
/// A session ends this long after its last use.
pub(crate) const SESSION_IDLE_MS: u64 = 7 * 24 * 60 * 60 * 1000;
/// A session ends this long after its sign-in.
const SESSION_MAX_MS: u64 = 30 * 24 * 60 * 60 * 1000;
/// A session in use is written back at most this often.
const SESSION_WRITE_MS: u64 = 60 * 60 * 1000;

/// The peer's address, put there by the listener.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub IpAddr);

/// The network address that a request comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Client {
    pub address: IpAddr,
}

impl Client {
    /// What rate limits count by: one IPv6 customer has a whole /64.
    pub(crate) fn bucket(self) -> IpAddr {
        match self.address {
            IpAddr::V4(address) => address.into(),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
            }
        }
    }
}

impl FromRequestParts<App> for Client {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let Peer(peer) = *parts
            .extensions
            .get::<Peer>()
            .ok_or_else(|| Error::internal("a connection without a peer"))?;
        let trusted = |address: &IpAddr| app.config.trusted_proxies.contains(address);
        if !trusted(&peer) {
            return Ok(Self { address: peer });
        }
        // Each proxy appends whom it saw: the last one that is no proxy of ours is the client.
        let address = parts
            .headers
            .get_all("x-forwarded-for")
            .iter()
            .rev()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.rsplit(','))
            .map_while(|text| text.trim().parse::<IpAddr>().ok())
            .find(|address| !trusted(address));
        Ok(Self {
            address: address.unwrap_or(peer),
        })
    }
}

/// An active account with an open session.
pub(crate) struct SignedIn {
    pub session: Session,
    pub account: Account,
    client: Client,
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let client = Client::from_request_parts(parts, app).await?;
        let token_hash = cookie::token_hash(app, &parts.headers).ok_or(ErrorCode::SignedOut)?;
        let now = app.now();
        let (session, account) = app
            .store
            .find_session(token_hash, now)
            .await?
            .ok_or(ErrorCode::SignedOut)?;
        let until = now
            .plus_ms(SESSION_IDLE_MS)
            .min(session.created_at.plus_ms(SESSION_MAX_MS));
        if until.since_ms(session.expires_at) > SESSION_WRITE_MS {
            app.store.extend_session(token_hash, until).await?;
        }
        Ok(Self {
            session,
            account,
            client,
        })
    }
}

impl SignedIn {
    /// The newest state, which was verified before it was stored.
    pub(crate) fn state(&self) -> Result<Signed<AccountState>> {
        state_of(&self.account)
    }

    /// The password was given at most 15 minutes ago.
    fn recent(&self, app: &App) -> Result<()> {
        if app.now().since_ms(self.session.authenticated_at) > RECENT_MS {
            return Err(ErrorCode::PasswordNeeded.into());
        }
        Ok(())
    }

    /// An audit event of this account.
    pub(crate) fn event(
        &self,
        app: &App,
        organisation: OrgId,
        category: AuditCategory,
        target: &(impl std::fmt::Display + ?Sized),
        details: impl Into<String>,
    ) -> Result<NewAuditEvent> {
        Ok(NewAuditEvent {
            organisation,
            at: app.now(),
            category: crate::audit::name(category)?,
            actor: self.account.address.as_str().to_owned(),
            target: target.to_string(),
            details: details.into(),
            network_address: self.client.address.to_string(),
        })
    }
}

/// The stored state of an account.
pub(crate) fn state_of(account: &Account) -> Result<Signed<AccountState>> {
    Signed::from_bytes(&account.state).map_err(Error::internal)
}

/// Somebody who may see and decide who has access to the account `{account}` of the path: its owner, and administrators
/// of its organisation where it is functional, or where the organisation leaves delegation to them.
pub(crate) struct Keeper {
    pub signed_in: SignedIn,
    /// The account that others may act as.
    pub account: Account,
    /// Its owner, and no administrator.
    pub owner: bool,
    /// Its organisation, the hash of the newest manifest, and the policy in that.
    pub policy: Option<(OrgId, Hash, Policy)>,
}

impl FromRequestParts<App> for Keeper {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let signed_in = SignedIn::from_request_parts(parts, app).await?;
        let id: AccountId = placeholder(parts, app, "account").await?;
        let owner = id == signed_in.account.id;
        let account = if owner {
            signed_in.account.clone()
        } else {
            app.store
                .find_account(id)
                .await?
                .filter(|account| account.status != Status::Deleted)
                .ok_or(ErrorCode::NotFound)?
        };
        let policy = match account.organisation {
            Some(organisation) => {
                let chain = app.chains.newest(&app.store, organisation).await?;
                Some((organisation, chain.head_hash(), chain.latest().policy))
            }
            None => None,
        };
        let keeper = Self {
            signed_in,
            account,
            owner,
            policy,
        };
        keeper.check(app, parts.method == Method::GET).await?;
        Ok(keeper)
    }
}

impl Keeper {
    /// `reading`: administrators may look at any account of theirs, since converting one starts from its escrow and
    /// mailbox key.
    async fn check(&self, app: &App, reading: bool) -> Result<()> {
        let own = &self.signed_in.account;
        let colleague = own.organisation.is_some() && own.organisation == self.account.organisation;
        let left_to_administrators = self
            .policy
            .is_some_and(|(_, _, policy)| policy.delegation == DelegationPolicy::Administrators);
        if self.owner {
            Ok(())
        } else if colleague && own.role == Role::Administrator {
            match reading || self.account.kind == Kind::Functional || left_to_administrators {
                true => Ok(()),
                false => Err(ErrorCode::Forbidden.into()),
            }
        } else if app
            .store
            .find_access(self.account.id, own.id)
            .await?
            .is_some()
        {
            // Who may act as the account knows of it, and may not open its settings.
            Err(ErrorCode::Forbidden.into())
        } else {
            Err(ErrorCode::NotFound.into())
        }
    }

    /// The password was given at most 15 minutes ago.
    pub(crate) fn recent(&self, app: &App) -> Result<()> {
        self.signed_in.recent(app)
    }

    /// An audit event of the account's organisation, where it has one.
    pub(crate) fn event(
        &self,
        app: &App,
        category: AuditCategory,
        details: impl Into<String>,
    ) -> Result<Option<NewAuditEvent>> {
        self.account
            .organisation
            .map(|organisation| {
                self.signed_in
                    .event(app, organisation, category, &self.account.address, details)
            })
            .transpose()
    }
}

/// An account that gave its password at most 15 minutes ago.
pub(crate) struct RecentlyAuthenticated(pub SignedIn);

impl FromRequestParts<App> for RecentlyAuthenticated {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let signed_in = SignedIn::from_request_parts(parts, app).await?;
        signed_in.recent(app)?;
        Ok(Self(signed_in))
    }
}

/// What somebody is to a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MailboxRole {
    /// Its owner.
    Owner,
    /// A member of the functional account that it is.
    Member,
    /// A delegate of its owner.
    Delegate,
}

/// Somebody who may act as the account `{mailbox}` of the path. To everybody else it does not exist.
pub(crate) struct Mailbox {
    pub signed_in: SignedIn,
    /// The account acted as.
    pub account: Account,
    pub role: MailboxRole,
    /// The key that signs what they send from it; none for the owner, whose key only the owner's certificate names.
    pub send_key: Option<SendKey>,
    /// Recipients see who they are.
    pub visible: bool,
}

impl FromRequestParts<App> for Mailbox {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let signed_in = SignedIn::from_request_parts(parts, app).await?;
        let id: AccountId = placeholder(parts, app, "mailbox").await?;
        if id == signed_in.account.id {
            let account = signed_in.account.clone();
            return Ok(Self {
                signed_in,
                account,
                role: MailboxRole::Owner,
                send_key: None,
                visible: false,
            });
        }
        let access = app
            .store
            .find_access(id, signed_in.account.id)
            .await?
            .ok_or(ErrorCode::NotFound)?;
        match access.account.status {
            Status::Active => {}
            Status::Suspended => return Err(ErrorCode::NotActive.into()),
            Status::Deleted => return Err(ErrorCode::NotFound.into()),
        }
        Ok(Self {
            signed_in,
            account: access.account,
            role: match access.role {
                AccessRole::Member => MailboxRole::Member,
                AccessRole::Delegate => MailboxRole::Delegate,
            },
            send_key: Some(access.send_key),
            visible: access.visible,
        })
    }
}

impl Mailbox {
    /// The newest state of the account acted as, which was verified before it was stored.
    pub(crate) fn state(&self) -> Result<Signed<AccountState>> {
        state_of(&self.account)
    }

    /// The account acted as.
    pub(crate) const fn id(&self) -> AccountId {
        self.account.id
    }
}

/// An administrator.
pub(crate) struct Admin {
    pub signed_in: SignedIn,
    pub organisation: OrgId,
}

impl Admin {
    fn new(signed_in: SignedIn) -> Result<Self> {
        match (signed_in.account.role, signed_in.account.organisation) {
            (Role::Administrator, Some(organisation)) => Ok(Self {
                signed_in,
                organisation,
            }),
            _ => Err(ErrorCode::Forbidden.into()),
        }
    }

    /// An audit event of this administrator in their organisation.
    pub(crate) fn event(
        &self,
        app: &App,
        category: AuditCategory,
        target: &(impl std::fmt::Display + ?Sized),
        details: impl Into<String>,
    ) -> Result<NewAuditEvent> {
        self.signed_in
            .event(app, self.organisation, category, target, details)
    }
}

impl FromRequestParts<App> for Admin {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        Self::new(SignedIn::from_request_parts(parts, app).await?)
    }
}

/// An administrator who gave the password at most 15 minutes ago.
pub(crate) struct RecentAdmin(pub Admin);

impl FromRequestParts<App> for RecentAdmin {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        // The right first: who has none is not asked for a password.
        let admin = Admin::from_request_parts(parts, app).await?;
        admin.signed_in.recent(app)?;
        Ok(Self(admin))
    }
}
