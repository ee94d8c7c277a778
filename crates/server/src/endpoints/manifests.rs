use std::sync::Arc;

use axum::extract::State;
use zegel_api::{
    AuditCategory, ErrorCode, ManifestPage, ManifestsRequest, PutManifestRequest,
    PutManifestResponse,
};
use zegel_protocol::{DelegationPolicy, Domain, Manifest, OrgId, Policy, Signed};
use zegel_storage::{DomainChange, NewAuditEvent, NewManifest};

use crate::{
    actor::{Admin, RecentAdmin, SignedIn},
    app::App,
    error::{Error, Result},
    extract::{Json, Path, Query},
    verify,
};

/// A proof of a domain holds so long.
pub(crate) const PROOF_MS: u64 = 10 * 60 * 1000;
const PAGE: u16 = 100;

/// Signed manifests of an organisation
#[utoipa::path(get, path = "/api/organisations/{organisation}/manifests", tag = "organisation",
    params(("organisation" = String, Path, description = "The organisation"), ManifestsRequest),
    responses((status = 200, body = ManifestPage), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn manifests(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(organisation): Path<OrgId>,
    Query(request): Query<ManifestsRequest>,
) -> Result<axum::Json<ManifestPage>> {
    let account = &signed_in.account;
    let allowed = match account.organisation {
        Some(own) => own == organisation,
        None => {
            app.store
                .find_adopting_organisation(account.address.domain())
                .await?
                == Some(organisation)
        }
    };
    if !allowed {
        return Err(ErrorCode::NotFound.into());
    }
    let page = app
        .store
        .list_manifests(organisation, request.from, PAGE)
        .await?;
    Ok(axum::Json(ManifestPage {
        manifests: page.rows.into_iter().map(Into::into).collect(),
        more: page.next.is_some(),
    }))
}

/// A new manifest: claim, ADOPT, RELEASE, policy or renewal
#[utoipa::path(post, path = "/api/organisation/manifests", tag = "organisation", request_body = PutManifestRequest,
    responses((status = 200, body = PutManifestResponse), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn put_manifest(
    State(app): State<App>,
    RecentAdmin(admin): RecentAdmin,
    Json(request): Json<PutManifestRequest>,
) -> Result<axum::Json<PutManifestResponse>> {
    let now = app.now();
    let signed: Signed<Manifest> = verify::decode("manifest", &request.manifest)?;
    // Whoever is signed in signed it: one administrator's session does not carry another's manifest.
    if signed.statement.issuer != admin.signed_in.state()?.statement.identity {
        return Err(Error::not_authentic("manifest"));
    }
    verify::not_in_the_future("manifest", signed.statement.issued_at, now)?;
    app.limits.manifests.take(admin.organisation, now)?;
    let stored = app.chains.newest(&app.store, admin.organisation).await?;
    let mut chain = Arc::unwrap_or_clone(stored);
    let before = chain.latest().clone();
    let previous = chain.head_hash();
    verify::follow("manifest", &mut chain, signed)?;
    let next = chain.latest();
    if !only_domains_and_policy_differ(&before, next) {
        return Err(Error::field("manifest"));
    }
    let changes = domain_changes(&before, next)?;
    let policy = (next.policy != before.policy).then_some(next.policy);
    let audit = events(&app, &admin, &changes, policy).await?;
    let adopting = adopting(&changes);
    let signed_out = app
        .store
        .put_manifest(NewManifest {
            organisation: admin.organisation,
            version: next.version,
            previous,
            hash: chain.head_hash(),
            issued_at: next.issued_at,
            statement: request.manifest.0,
            changes,
            proved_since: minus(now, PROOF_MS),
            audit,
        })
        .await?;
    for domain in &adopting {
        app.events.sessions_ended_in(domain);
    }
    Ok(axum::Json(PutManifestResponse { signed_out }))
}

/// Domains whose free accounts are signed out.
fn adopting(changes: &[DomainChange]) -> Vec<Domain> {
    changes
        .iter()
        .filter_map(|change| match change {
            DomainChange::Adopt(domain) => Some(domain.clone()),
            DomainChange::Claim { .. } | DomainChange::Release(_) => None,
        })
        .collect()
}

fn minus(time: zegel_protocol::Timestamp, ms: u64) -> zegel_protocol::Timestamp {
    zegel_protocol::Timestamp(time.0.saturating_sub(ms))
}

/// Promotion, demotion and renaming have routes of their own, which check what each needs.
fn only_domains_and_policy_differ(before: &Manifest, next: &Manifest) -> bool {
    next.name == before.name
        && next.administrators == before.administrators
        && next.recovery_key == before.recovery_key
        && next.recovery_generation == before.recovery_generation
        && next.min_suite == before.min_suite
}

fn domain_changes(before: &Manifest, next: &Manifest) -> Result<Vec<DomainChange>> {
    let mut changes = Vec::new();
    for held in &before.domains {
        if next.domain(&held.domain).is_none() {
            changes.push(DomainChange::Release(held.domain.clone()));
        }
    }
    for held in &next.domains {
        match before.domain(&held.domain) {
            None => changes.push(DomainChange::Claim {
                domain: held.domain.clone(),
                epoch: held.epoch,
            }),
            Some(known) if held.adopting && !known.adopting => {
                changes.push(DomainChange::Adopt(held.domain.clone()));
            }
            // An order to adopt ends with a release, which the people concerned can see.
            Some(known) if known.adopting && !held.adopting => {
                return Err(Error::field("manifest"));
            }
            Some(_) => {}
        }
    }
    Ok(changes)
}

async fn events(
    app: &App,
    admin: &Admin,
    changes: &[DomainChange],
    policy: Option<Policy>,
) -> Result<Vec<NewAuditEvent>> {
    let mut events = Vec::new();
    for change in changes {
        let event = match change {
            DomainChange::Claim { domain, .. } => {
                admin.event(app, AuditCategory::DomainClaimed, domain, "")?
            }
            DomainChange::Adopt(domain) => {
                let accounts = app.store.count_free_accounts(domain).await?;
                admin.event(
                    app,
                    AuditCategory::JoinAccountsToOrganization,
                    domain,
                    accounts.to_string(),
                )?
            }
            DomainChange::Release(domain) => {
                admin.event(app, AuditCategory::DomainReleased, domain, "")?
            }
        };
        events.push(event);
    }
    if let Some(policy) = policy {
        events.push(admin.event(app, AuditCategory::PolicyChanged, "", words(policy))?);
    }
    if events.is_empty() {
        events.push(admin.event(app, AuditCategory::OrganisationRecordRenewed, "", "")?);
    }
    Ok(events)
}

/// The whole policy, so that the log tells what held at a time.
fn words(policy: Policy) -> String {
    let yes = |yes: bool| if yes { "yes" } else { "no" };
    format!(
        "delegation: {}, functional senders visible: {}, server certificates: {}",
        match policy.delegation {
            DelegationPolicy::Anyone => "anyone",
            DelegationPolicy::Colleagues => "colleagues",
            DelegationPolicy::Administrators => "administrators",
        },
        yes(policy.functional_senders_visible),
        yes(policy.server_certificates_for_mailbox_grants),
    )
}
