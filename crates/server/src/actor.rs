//! Who asks. Each is a value that only its extractor makes: a handler that takes one cannot be reached without the right.

use std::net::{IpAddr, Ipv6Addr};

use axum::{extract::FromRequestParts, http::request::Parts};
use zegel_api::{AuditCategory, ErrorCode};
use zegel_protocol::{AccountState, Canonical as _, OrgId, Signed};
use zegel_storage::{Account, NewAuditEvent, Role, Session};

use crate::{
    app::App,
    cookie,
    error::{Error, Result},
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

/// An account that gave its password at most 15 minutes ago.
pub(crate) struct RecentlyAuthenticated(pub SignedIn);

impl FromRequestParts<App> for RecentlyAuthenticated {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let signed_in = SignedIn::from_request_parts(parts, app).await?;
        if app.now().since_ms(signed_in.session.authenticated_at) > RECENT_MS {
            return Err(ErrorCode::PasswordNeeded.into());
        }
        Ok(Self(signed_in))
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
        if app.now().since_ms(admin.signed_in.session.authenticated_at) > RECENT_MS {
            return Err(ErrorCode::PasswordNeeded.into());
        }
        Ok(Self(admin))
    }
}
