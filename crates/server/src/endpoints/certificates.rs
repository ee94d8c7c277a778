use std::collections::HashMap;

use axum::extract::State;
use zegel_api::{AuditCategory, Empty, ErrorCode, PutCertificatesRequest};
use zegel_protocol::{AccountId, CertificateMethod, KeyCertificate, Signed};
use zegel_storage::{Account, NewCertificates};

use crate::{
    actor::Admin,
    app::App,
    error::{Error, Result},
    extract::Json,
    verify,
};

const MAX: usize = 100;

/// Store certificates that an administrator issued after checking the escrows
#[utoipa::path(post, path = "/api/organisation/certificates", tag = "organisation", request_body = PutCertificatesRequest,
    responses((status = 200, body = Empty), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn put_certificates(
    State(app): State<App>,
    admin: Admin,
    Json(request): Json<PutCertificatesRequest>,
) -> Result<axum::Json<Empty>> {
    let now = app.now();
    if request.organisation != admin.organisation {
        return Err(ErrorCode::Forbidden.into());
    }
    if request.certificates.len() > MAX {
        return Err(Error::field("certificates"));
    }
    if request.failed.len() > MAX {
        return Err(Error::field("failed"));
    }
    let signed = request
        .certificates
        .iter()
        .map(|bytes| verify::decode::<Signed<KeyCertificate>>("certificates", bytes))
        .collect::<Result<Vec<_>>>()?;
    let accounts = members(&app, &admin, &signed, &request.failed).await?;
    let member = |account: &AccountId| accounts.get(account).ok_or(ErrorCode::Forbidden);
    let issuer = admin.signed_in.state()?.statement;
    let chain = app.chains.newest(&app.store, admin.organisation).await?;
    let mut certificates = Vec::with_capacity(signed.len());
    for (signed, bytes) in signed.iter().zip(&request.certificates) {
        let account = member(&signed.statement.account)?;
        let state = verify::state(account)?;
        verify::certificate(
            "certificates",
            signed,
            &chain,
            &issuer,
            (&account.address, &state),
            now,
        )?;
        let event = admin.event(
            &app,
            AuditCategory::AccountKeyCertified,
            &account.address,
            method(signed.statement.method),
        )?;
        certificates.push((verify::new_certificate(signed, bytes), event));
    }
    let mut failed = Vec::with_capacity(request.failed.len());
    for account in &request.failed {
        let event = admin.event(
            &app,
            AuditCategory::EscrowCheckFailed,
            &member(account)?.address,
            "",
        )?;
        failed.push((*account, event));
    }
    app.store
        .put_certificates(
            NewCertificates {
                organisation: admin.organisation,
                certificates,
                failed,
            },
            now,
        )
        .await?;
    Ok(axum::Json(Empty {}))
}

/// The members that the request speaks of.
async fn members(
    app: &App,
    admin: &Admin,
    signed: &[Signed<KeyCertificate>],
    failed: &[AccountId],
) -> Result<HashMap<AccountId, Account>> {
    let mut ids: Vec<AccountId> = signed
        .iter()
        .map(|certificate| certificate.statement.account)
        .chain(failed.iter().copied())
        .collect();
    ids.sort_unstable();
    let count = ids.len();
    ids.dedup();
    if ids.len() != count {
        return Err(Error::field("certificates"));
    }
    let accounts = app.store.find_accounts(&ids).await?;
    Ok(accounts
        .into_iter()
        .filter(|account| account.organisation == Some(admin.organisation))
        .map(|account| (account.id, account))
        .collect())
}

const fn method(method: CertificateMethod) -> &'static str {
    match method {
        CertificateMethod::Link => "link",
        CertificateMethod::Compared => "compared",
        CertificateMethod::Server => "server",
    }
}
