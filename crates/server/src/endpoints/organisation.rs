use axum::extract::State;
use zegel_api::{AuditCategory, CreateOrganisationRequest, Empty, ErrorCode};
use zegel_protocol::{
    CertificateMethod, JoinMethod, KeyCertificate, Manifest, ManifestChain, Signed,
};
use zegel_storage::NewOrganisation;

use crate::{
    actor::RecentlyAuthenticated,
    app::App,
    error::{Error, Result},
    extract::Json,
    verify,
};

/// Create an organisation with its founder as administrator
#[utoipa::path(post, path = "/api/organisations", tag = "organisation", request_body = CreateOrganisationRequest,
    responses((status = 200, body = Empty), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn create_organisation(
    State(app): State<App>,
    RecentlyAuthenticated(founder): RecentlyAuthenticated,
    Json(request): Json<CreateOrganisationRequest>,
) -> Result<axum::Json<Empty>> {
    let now = app.now();
    if founder.account.organisation.is_some() {
        return Err(ErrorCode::AlreadyMember.into());
    }
    let before = founder.state()?;
    let genesis: Signed<Manifest> = verify::decode("genesis", &request.genesis)?;
    let chain =
        ManifestChain::verify(vec![genesis]).map_err(|_| Error::not_authentic("genesis"))?;
    let manifest = chain.latest();
    let organisation = chain.org_id();
    verify::not_in_the_future("genesis", manifest.issued_at, now)?;
    let own = manifest
        .administrator(founder.account.id)
        .is_some_and(|administrator| administrator.identity == before.statement.identity);
    if !own {
        return Err(Error::not_authentic("genesis"));
    }
    let (state, joined, new_state) = verify::joining_state("state", &request.state, &before)?;
    let state = &state.statement;
    if joined.org_id != organisation
        || joined.version != 0
        || joined.manifest != chain.head_hash()
        || joined.method != JoinMethod::Founder
    {
        return Err(Error::not_authentic("state"));
    }
    let escrow = verify::own_escrow(
        "escrow",
        &request.escrow,
        state,
        organisation,
        (manifest, chain.head_hash()),
        now,
    )?;
    let certificate: Signed<KeyCertificate> = verify::decode("certificate", &request.certificate)?;
    verify::certificate(
        "certificate",
        &certificate,
        &chain,
        state,
        (&founder.account.address, state),
        now,
    )?;
    if certificate.statement.method != CertificateMethod::Compared {
        return Err(Error::not_authentic("certificate"));
    }
    app.store
        .create_organisation(
            NewOrganisation {
                id: organisation,
                issued_at: manifest.issued_at,
                founder: founder.account.id,
                state: new_state,
                escrow,
                certificate: verify::new_certificate(&certificate, &request.certificate),
                recovery_seed: verify::sealed_key("recovery_seed", request.recovery_seed)?,
                audit: founder.event(
                    &app,
                    organisation,
                    AuditCategory::OrganisationCreated,
                    &manifest.name,
                    "",
                )?,
                genesis: request.genesis.0,
            },
            now,
        )
        .await?;
    app.events.account_changed(founder.account.id);
    Ok(axum::Json(Empty {}))
}
