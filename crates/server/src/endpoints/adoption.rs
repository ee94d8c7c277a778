use axum::extract::State;
use zegel_api::{AcceptAdoptionRequest, AdoptionResponse, AuditCategory, Empty, ErrorCode};
use zegel_protocol::{JoinMethod, OrgId};
use zegel_storage::NewAdoption;

use crate::{
    actor::{RecentlyAuthenticated, SignedIn},
    app::App,
    error::{Error, Result},
    extract::Json,
    verify,
};

/// The organisation that adopts accounts in the domain of the session's address
#[utoipa::path(get, path = "/api/adoption", tag = "adoption",
    responses((status = 200, body = AdoptionResponse), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn adoption(
    State(app): State<App>,
    signed_in: SignedIn,
) -> Result<axum::Json<AdoptionResponse>> {
    Ok(axum::Json(AdoptionResponse {
        organisation: adopter(&app, &signed_in).await?,
        domain: signed_in.account.address.domain().clone(),
    }))
}

/// Join, all or nothing
#[utoipa::path(post, path = "/api/adoption/accept", tag = "adoption", request_body = AcceptAdoptionRequest,
    responses((status = 200, body = Empty), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn accept_adoption(
    State(app): State<App>,
    RecentlyAuthenticated(signed_in): RecentlyAuthenticated,
    Json(request): Json<AcceptAdoptionRequest>,
) -> Result<axum::Json<Empty>> {
    let now = app.now();
    if signed_in.account.organisation.is_some() {
        return Err(ErrorCode::AlreadyMember.into());
    }
    let organisation = adopter(&app, &signed_in).await?;
    let domain = signed_in.account.address.domain();
    let (manifest, manifest_hash) = verify::newest_manifest(&app.store, organisation).await?;
    if !manifest.domain(domain).is_some_and(|held| held.adopting) {
        return Err(ErrorCode::DomainReleased.into());
    }
    let (state, joined, new_state) =
        verify::joining_state("state", &request.state, &signed_in.state()?)?;
    if joined.org_id != organisation
        || matches!(joined.method, JoinMethod::Founder | JoinMethod::Created)
    {
        return Err(Error::not_authentic("state"));
    }
    if joined.version != manifest.version || joined.manifest != manifest_hash {
        return Err(ErrorCode::StaleStatement.into());
    }
    let escrow = verify::own_escrow(
        "escrow",
        &request.escrow,
        &state.statement,
        organisation,
        (&manifest, manifest_hash),
        now,
    )?;
    let audit = signed_in.event(
        &app,
        organisation,
        AuditCategory::AccountJoinedOrganization,
        &signed_in.account.address,
        method(joined.method),
    )?;
    app.store
        .accept_adoption(NewAdoption {
            account: signed_in.account.id,
            organisation,
            manifest_hash,
            domain: domain.clone(),
            state: new_state,
            escrow,
            replaces_pins: request.replaces_pins,
            pins: verify::sealed_pins("pins", request.pins)?,
            audit,
            at: now,
        })
        .await?;
    app.events.account_changed(signed_in.account.id);
    Ok(axum::Json(Empty {}))
}

/// "Not now"
#[utoipa::path(post, path = "/api/adoption/not-now", tag = "adoption", request_body = Empty,
    responses((status = 200, body = Empty), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn defer_adoption(
    State(app): State<App>,
    signed_in: SignedIn,
    Json(Empty {}): Json<Empty>,
) -> Result<axum::Json<Empty>> {
    let organisation = adopter(&app, &signed_in).await?;
    let event = signed_in.event(
        &app,
        organisation,
        AuditCategory::AccountDeferredAdoption,
        &signed_in.account.address,
        "",
    )?;
    app.store
        .defer_adoption(
            signed_in.account.id,
            signed_in.session.token_hash,
            event,
            app.now(),
        )
        .await?;
    Ok(axum::Json(Empty {}))
}

/// The organisation that waits for the account.
async fn adopter(app: &App, signed_in: &SignedIn) -> Result<OrgId> {
    let account = &signed_in.account;
    if account.organisation.is_some() {
        return Err(ErrorCode::DomainReleased.into());
    }
    let organisation = app
        .store
        .find_adopting_organisation(account.address.domain())
        .await?;
    organisation.ok_or(ErrorCode::DomainReleased.into())
}

const fn method(method: JoinMethod) -> &'static str {
    match method {
        JoinMethod::Founder => "founder",
        JoinMethod::Link => "link",
        JoinMethod::Dns => "dns",
        JoinMethod::Number => "number",
        JoinMethod::Created => "created",
    }
}
