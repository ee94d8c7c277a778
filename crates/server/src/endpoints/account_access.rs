use std::collections::HashMap;

use axum::extract::State;
use zegel_api::{
    AccessMember, AccountAccessResponse, AuditCategory, Bytes, Empty, ErrorCode,
    ListedMessagesPage, ListedMessagesRequest, PutAccessRequest,
};
use zegel_protocol::{
    AccountId, AccountState, Canonical as _, DelegationPolicy, Hash, Roster, RosterMember,
    SendCertificate, SendKey, Signed, Timestamp,
};
use zegel_storage::{
    Access, Account, Kind, MemberChange, NewAccess, NewAuditEvent, NewMail, NewMember, Role,
};

use super::{keys::account_keys, members};
use crate::{
    actor::Keeper,
    app::App,
    error::{Error, Result},
    extract::{Json, Query},
    mail::{AccessNews, Mail, language_of},
    verify::{self, Standing},
};

/// Hashes of a page of what an account has list entries of.
const LISTED_PAGE: u16 = 8192;
/// Drafts that are named with them.
const LISTED_DRAFTS: usize = 100;
/// Drafts read at once.
const DRAFTS_PAGE: u16 = 20;

/// Who has access to an account
#[utoipa::path(get, path = "/api/accounts/{account}/access", tag = "access",
    params(("account" = String, Path, description = "The account")),
    responses((status = 200, body = AccountAccessResponse), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn account_access(
    State(app): State<App>,
    keeper: Keeper,
) -> Result<axum::Json<AccountAccessResponse>> {
    let account = &keeper.account;
    let roster = app.store.find_roster(account.id).await?;
    let rows = app.store.list_access_members(account.id).await?;
    let mut accounts = vec![account.clone()];
    let mut granted = Vec::with_capacity(rows.len());
    for row in rows {
        accounts.push(row.account);
        granted.push((row.send_certificate, row.granted_at));
    }
    let mut keys = account_keys(&app, accounts).await?.into_iter();
    let own = keys
        .next()
        .ok_or_else(|| Error::internal("an account without keys"))?;
    let escrow = match account.organisation {
        Some(organisation) if !keeper.owner => {
            app.store
                .find_escrow(organisation, account.id, account.epoch)
                .await?
        }
        _ => None,
    };
    let mailbox_key = app
        .store
        .find_mailbox_key(account.id)
        .await?
        .ok_or_else(|| Error::internal("an account without a mailbox key"))?;
    Ok(axum::Json(AccountAccessResponse {
        keys: own,
        kind: members::kind(account.kind),
        status: members::status(account.status),
        roster: roster.map(Into::into),
        members: keys
            .zip(granted)
            .map(|(keys, (send_certificate, granted_at_ms))| AccessMember {
                keys,
                send_certificate: send_certificate.into(),
                granted_at_ms,
            })
            .collect(),
        mailbox_key: mailbox_key.into(),
        escrow: escrow.map(Into::into),
        rotation_pending_since_ms: account.rotation_pending_since,
    }))
}

/// A page of what an account has list entries of; its drafts with the first
#[utoipa::path(get, path = "/api/accounts/{account}/listed-messages", tag = "access",
    params(("account" = String, Path, description = "The account"), ListedMessagesRequest),
    responses((status = 200, body = ListedMessagesPage), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn listed_messages(
    State(app): State<App>,
    keeper: Keeper,
    Query(request): Query<ListedMessagesRequest>,
) -> Result<axum::Json<ListedMessagesPage>> {
    let account = keeper.account.id;
    let page = app
        .store
        .list_listed(account, request.after, LISTED_PAGE)
        .await?;
    let (mut drafts, mut inventory) = (None, None);
    if request.after.is_none() {
        drafts = Some(draft_hashes(&app, account).await?);
        inventory = app.store.find_inventory(account).await?;
    }
    Ok(axum::Json(ListedMessagesPage {
        hashes: joined(&page.rows),
        next: page.next,
        drafts,
        inventory: inventory.map(Into::into),
    }))
}

/// A page of drafts ends early where they are large.
async fn draft_hashes(app: &App, account: AccountId) -> Result<Bytes> {
    let (mut hashes, mut before) = (Vec::new(), None);
    while hashes.len() < LISTED_DRAFTS {
        let page = app.store.list_drafts(account, before, DRAFTS_PAGE).await?;
        hashes.extend(page.rows.iter().map(|draft| Hash::of(&draft.sealed)));
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    hashes.truncate(LISTED_DRAFTS);
    Ok(joined(&hashes))
}

fn joined(hashes: &[Hash]) -> Bytes {
    let bytes: Vec<u8> = hashes.iter().flat_map(|hash| hash.0).collect();
    bytes.into()
}

/// A new roster: grants, revocations, visibility, a new mailbox key
#[utoipa::path(post, path = "/api/accounts/{account}/access", tag = "access", request_body = PutAccessRequest,
    params(("account" = String, Path, description = "The account")),
    responses((status = 200, body = Empty), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn put_account_access(
    State(app): State<App>,
    keeper: Keeper,
    Json(request): Json<PutAccessRequest>,
) -> Result<axum::Json<Empty>> {
    let change = Change::read(&app, &keeper, &request).await?;
    change.allow(&app, &keeper)?;
    let audit = change.events(&app, &keeper)?;
    let mails = change.mails(&app, &keeper)?;
    let (members, rotation) = change.content(request, app.now())?;
    let concerned = change.concerned();
    let rotated = change.rotated;
    app.store
        .put_access(
            NewAccess {
                account: keeper.account.id,
                organisation: keeper
                    .policy
                    .map(|(organisation, manifest, _)| (organisation, manifest)),
                state: change.new_state,
                roster: change.new_roster,
                members,
                rotation,
                audit,
                mails,
            },
            app.now(),
        )
        .await?;
    app.wake.wake();
    app.events.access_changed(&concerned);
    if rotated {
        // The owner's other pages hold the mailbox key before.
        app.events.account_changed(keeper.account.id);
    }
    Ok(axum::Json(Empty {}))
}

/// A roster that follows the newest one, and what it changes.
struct Change {
    account: Account,
    state: AccountState,
    new_state: zegel_storage::NewState,
    new_roster: zegel_storage::NewRoster,
    roster: Roster,
    hash: Hash,
    /// In the order of the roster.
    standings: Vec<Standing>,
    /// Accounts of who is granted something.
    granted: HashMap<AccountId, Account>,
    /// Who had access before, on the roster or not.
    active: HashMap<AccountId, Access>,
    rotated: bool,
}

impl Change {
    async fn read(app: &App, keeper: &Keeper, request: &PutAccessRequest) -> Result<Self> {
        let account = keeper.account.clone();
        let previous = crate::actor::state_of(&account)?;
        let before = app
            .store
            .find_roster(account.id)
            .await?
            .map(|bytes| Signed::<Roster>::from_bytes(&bytes))
            .transpose()
            .map_err(Error::internal)?;
        let rotated = request.rotation.is_some();
        let (state, new_state) = verify::access_state("state", &request.state, &previous, rotated)?;
        let state = state.statement;
        let (roster, new_roster) = verify::next_roster(
            "roster",
            &request.roster,
            account.id,
            before.as_ref(),
            &state,
        )?;
        let hash = roster.hash();
        let roster = roster.statement;
        let before = before.map(|signed| signed.statement);
        verify::roster_members(
            "roster",
            &roster,
            state.kind,
            own_send_key(&account, request)?,
        )?;
        let active: HashMap<AccountId, Access> = app
            .store
            .list_access_members(account.id)
            .await?
            .into_iter()
            .map(|access| (access.account.id, access))
            .collect();
        let standings = roster
            .members
            .iter()
            .map(|member| verify::standing(member, before.as_ref(), active.get(&member.account)))
            .collect::<Result<Vec<_>>>()?;
        let gone = before.iter().flat_map(|before| &before.members);
        let somebody_gone = gone
            .into_iter()
            .any(|member| roster.member(member.account).is_none());
        if somebody_gone && !rotated {
            return Err(Error::field("rotation"));
        }
        // Whoever signed in the generation before must not sign in the next.
        if rotated
            && standings
                .iter()
                .any(|it| matches!(it, Standing::Kept | Standing::Shown))
        {
            return Err(Error::not_authentic("roster"));
        }
        let ids: Vec<AccountId> = roster
            .members
            .iter()
            .zip(&standings)
            .filter(|(_, standing)| standing.granted())
            .map(|(member, _)| member.account)
            .collect();
        let granted = app
            .store
            .find_accounts(&ids)
            .await?
            .into_iter()
            .map(|account| (account.id, account))
            .collect();
        Ok(Self {
            account,
            state,
            new_state,
            new_roster,
            roster,
            hash,
            standings,
            granted,
            active,
            rotated,
        })
    }

    fn members(&self) -> impl Iterator<Item = (&RosterMember, Standing)> {
        self.roster
            .members
            .iter()
            .zip(self.standings.iter().copied())
    }

    /// Who had access, and is not on the roster any more.
    fn removed(&self) -> impl Iterator<Item = &Account> {
        self.active
            .values()
            .map(|access| &access.account)
            .filter(|account| self.roster.member(account.id).is_none())
    }

    /// Who had access and goes on having it, but recipients see them from now on, or do not any more.
    fn shown(&self) -> impl Iterator<Item = (&RosterMember, &Account)> {
        self.roster
            .members
            .iter()
            .filter_map(|member| Some((member, self.active.get(&member.account)?)))
            .filter(|(member, access)| member.visible != access.visible)
            .map(|(member, access)| (member, &access.account))
    }

    /// The keeper may do this.
    fn allow(&self, app: &App, keeper: &Keeper) -> Result<()> {
        let adds = self.members().any(|(_, it)| it == Standing::Added);
        let shows = self.shown().next().is_some();
        let policy = keeper.policy.map(|(_, _, policy)| policy.delegation);
        let restricted = policy.is_some_and(|policy| policy != DelegationPolicy::Anyone);
        let outsider = |member: &RosterMember| {
            self.granted
                .get(&member.account)
                .is_some_and(|account| account.organisation != self.account.organisation)
        };
        let adds_outsider = self
            .members()
            .any(|(member, it)| it == Standing::Added && outsider(member));
        // What is left to administrators is giving; an owner may always take away.
        let left_to_administrators = policy == Some(DelegationPolicy::Administrators)
            && keeper.signed_in.account.role != Role::Administrator
            && (adds || shows);
        if left_to_administrators || (restricted && adds_outsider) {
            return Err(ErrorCode::Forbidden.into());
        }
        for (member, standing) in self.members() {
            if standing.granted() {
                verify::grantable(member, self.granted.get(&member.account))?;
            }
        }
        // A rotation that has to be made up for gives nobody anything: an administrator's client does it by itself.
        let made_up_for = !keeper.owner
            && self.account.kind == Kind::Functional
            && self.account.rotation_pending_since.is_some()
            && self.rotated
            && self.removed().next().is_none()
            && !adds
            && !shows;
        if made_up_for {
            Ok(())
        } else {
            keeper.recent(app)
        }
    }

    /// The new members' rows, with the statements that they need.
    fn content(
        &self,
        request: PutAccessRequest,
        now: Timestamp,
    ) -> Result<(Vec<NewMember>, Option<zegel_storage::NewMailboxKey>)> {
        let certified: Vec<&RosterMember> = self
            .members()
            .filter(|(_, standing)| *standing != Standing::Kept)
            .map(|(member, _)| member)
            .collect();
        let mut certificates = verify::send_certificates(
            "send_certificates",
            request.send_certificates,
            &self.state,
            &certified,
        )?;
        let granted: Vec<(&RosterMember, &Account)> = self
            .members()
            .filter(|(_, standing)| standing.granted())
            .filter_map(|(member, _)| Some((member, self.granted.get(&member.account)?)))
            .collect();
        let mut grants = verify::mailbox_grants(
            "grants",
            request.grants,
            (&self.state, self.hash),
            &granted,
            now,
        )?;
        let rotation = request
            .rotation
            .map(|rotation| verify::rotation(rotation, &self.state))
            .transpose()?;
        let mut certificate = |key: &SendKey| {
            certificates
                .remove(key)
                .ok_or(Error::field("send_certificates"))
        };
        let members = self
            .members()
            .map(|(member, standing)| {
                let change = match standing {
                    Standing::Kept => MemberChange::Kept,
                    Standing::Shown => MemberChange::Certified {
                        send_certificate: certificate(&member.send_key)?,
                    },
                    Standing::Renewed | Standing::Added => MemberChange::Granted {
                        grant: grants
                            .remove(&member.account)
                            .ok_or(Error::field("grants"))?,
                        send_certificate: certificate(&member.send_key)?,
                        state: self
                            .granted
                            .get(&member.account)
                            .ok_or(ErrorCode::NotActive)?
                            .state_hash,
                    },
                };
                Ok(NewMember {
                    member: member.account,
                    role: verify::access_role(member.role),
                    visible: member.visible,
                    send_key: member.send_key,
                    change,
                })
            })
            .collect::<Result<Vec<_>>>()?;
        Ok((members, rotation))
    }

    fn events(&self, app: &App, keeper: &Keeper) -> Result<Vec<NewAuditEvent>> {
        let mut events = Vec::new();
        let mut add = |category, details: String| -> Result<()> {
            events.extend(keeper.event(app, category, details)?);
            Ok(())
        };
        for (member, standing) in self.members() {
            if standing == Standing::Added
                && let Some(account) = self.granted.get(&member.account)
            {
                add(AuditCategory::AccessGranted, account.address.to_string())?;
            }
        }
        for (member, account) in self.shown() {
            let word = if member.visible { "visible" } else { "hidden" };
            let details = format!("{} {word}", account.address);
            add(AuditCategory::SenderVisibilityChanged, details)?;
        }
        for account in self.removed() {
            add(AuditCategory::AccessRevoked, account.address.to_string())?;
        }
        if self.rotated {
            add(
                AuditCategory::MailboxKeyRotated,
                self.state.mailbox_generation.to_string(),
            )?;
        }
        Ok(events)
    }

    fn mails(&self, app: &App, keeper: &Keeper) -> Result<Vec<NewMail>> {
        let about = |news| Mail::Access {
            news,
            account: &self.account,
            server: app.config.public_url.as_ref(),
        };
        let mut mails = Vec::new();
        for (member, standing) in self.members() {
            if standing == Standing::Added
                && let Some(account) = self.granted.get(&member.account)
            {
                let mail = about(AccessNews::Granted {
                    by: &keeper.signed_in.account,
                });
                mails.push(mail.render(&account.address, language_of(&account.language))?);
            }
        }
        for to in self.removed() {
            let mail = about(AccessNews::Revoked);
            mails.push(mail.render(&to.address, language_of(&to.language))?);
        }
        Ok(mails)
    }

    /// Whose pages have to look again: the account's own, and those of everybody whose access began, changed or ended.
    fn concerned(&self) -> Vec<AccountId> {
        self.roster
            .members
            .iter()
            .map(|member| member.account)
            .chain(self.active.keys().copied())
            .chain([self.account.id])
            .collect()
    }
}

/// The key that the account itself signs with after the change.
fn own_send_key(account: &Account, request: &PutAccessRequest) -> Result<SendKey> {
    let stored = Bytes(account.send_certificate.clone());
    let bytes = match &request.rotation {
        Some(rotation) => &rotation.send_certificate,
        None => &stored,
    };
    let signed: Signed<SendCertificate> = verify::decode("send_certificate", bytes)?;
    Ok(signed.statement.send_key)
}
