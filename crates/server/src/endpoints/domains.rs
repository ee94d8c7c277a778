use axum::extract::State;
use zegel_api::{
    AuditCategory, CLAIM_MAILBOXES, CheckClaimRequest, ClaimMethod, DomainList, DomainRow,
    DomainState, Empty, ErrorCode, MembersRequest, NotYetAdoptedAccount, NotYetAdoptedPage,
    StartClaimRequest,
};
use zegel_protocol::{Address, ClaimNonce, Domain};
use zegel_storage::{DomainCounts, NewClaim, NewCode};

use super::{
    manifests::PROOF_MS,
    sign_up::{check_code, digits},
};
use crate::{
    actor::Admin,
    app::App,
    error::{Error, Result},
    extract::{Json, Path, Query, page_limit},
    mail::{Mail, SendError, language_of},
    public_domains, random, verify,
};

const CODE_DIGITS: u32 = 6;
const CODE_TRIES: u8 = 5;
const CODE_MS: u64 = 30 * 60 * 1000;

/// The organisation's domains, claimed and pending
#[utoipa::path(get, path = "/api/organisation/domains", tag = "domains",
    responses((status = 200, body = DomainList), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn domains(
    State(app): State<App>,
    admin: Admin,
) -> Result<axum::Json<DomainList>> {
    let domains = app.store.list_domains(admin.organisation).await?;
    Ok(axum::Json(DomainList {
        domains: domains
            .into_iter()
            .map(|domain| row(&app, domain))
            .collect(),
    }))
}

/// Begin a claim
#[utoipa::path(post, path = "/api/organisation/domains", tag = "domains", request_body = StartClaimRequest,
    responses((status = 200, body = DomainRow), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn start_claim(
    State(app): State<App>,
    admin: Admin,
    Json(request): Json<StartClaimRequest>,
) -> Result<axum::Json<DomainRow>> {
    let now = app.now();
    app.limits.claims.take(admin.signed_in.account.id, now)?;
    let StartClaimRequest { domain, proof } = request;
    if public_domains::is_public(&domain) {
        return Err(ErrorCode::PublicDomain.into());
    }
    let mailbox = match proof {
        ClaimMethod::Txt => None,
        ClaimMethod::Mail { mailbox } if CLAIM_MAILBOXES.contains(&mailbox.as_str()) => {
            Some(mailbox)
        }
        ClaimMethod::Mail { .. } => return Err(Error::field("proof")),
    };
    let code = random::code(CODE_DIGITS);
    let new_code = NewCode {
        hash: app.code_hash("claim", &code_owner(&admin, &domain), &code),
        tries: CODE_TRIES,
        expires_at: now.plus_ms(CODE_MS),
    };
    let to = match &mailbox {
        Some(mailbox) => {
            let to = Address::parse(&format!("{mailbox}@{domain}"))
                .map_err(|_| Error::field("domain"))?;
            app.limits.mails.take(to.as_str().to_owned(), now)?;
            Some(to)
        }
        None => None,
    };
    app.store
        .start_claim(NewClaim {
            organisation: admin.organisation,
            domain: domain.clone(),
            nonce: ClaimNonce(random::bytes()),
            audit: admin.event(
                &app,
                AuditCategory::DomainClaimStarted,
                &domain,
                to.as_ref().map_or("txt", Address::local_part),
            )?,
            code: mailbox.map(|mailbox| (mailbox, new_code)),
        })
        .await?;
    if let Some(to) = to {
        send_code(&app, &admin, &to, &domain, &code).await?;
    }
    find(&app, &admin, &domain).await
}

/// Sends the code at once: the administrator waits for it, and has to hear if the mail server refuses.
async fn send_code(
    app: &App,
    admin: &Admin,
    to: &Address,
    domain: &Domain,
    code: &str,
) -> Result<()> {
    let (manifest, _) = verify::newest_manifest(&app.store, admin.organisation).await?;
    let mail = Mail::ClaimCode {
        organisation: &manifest.name,
        domain,
        code,
    };
    let mail = mail.render(to, language_of(&admin.signed_in.account.language))?;
    app.mailer.send(&mail).await.map_err(|error| {
        let (SendError::Permanent(source) | SendError::Transient(source)) = error;
        tracing::warn!(error = source, "the mail server did not take a claim code");
        ErrorCode::MailFailed.into()
    })
}

/// Check the proof of a claim
#[utoipa::path(post, path = "/api/organisation/domains/{domain}/check", tag = "domains", request_body = CheckClaimRequest,
    params(("domain" = String, Path, description = "The domain")),
    responses((status = 200, body = DomainRow), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn check_claim(
    State(app): State<App>,
    admin: Admin,
    Path(domain): Path<Domain>,
    Json(request): Json<CheckClaimRequest>,
) -> Result<axum::Json<DomainRow>> {
    let claim = app
        .store
        .find_claim(admin.organisation, &domain)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    if claim.state != zegel_storage::DomainState::Pending {
        return Err(ErrorCode::DomainAlreadyClaimed.into());
    }
    if app.store.find_domain_holder(&domain).await?.is_some() {
        return Err(ErrorCode::DomainTaken.into());
    }
    if claim.mailbox.is_some() {
        let code = digits(
            "code",
            request.code.as_deref().unwrap_or_default(),
            CODE_DIGITS,
        )?;
        let hash = app.code_hash("claim", &code_owner(&admin, &domain), &code);
        check_code(
            app.store
                .try_claim_code(admin.organisation, &domain, hash, app.now())
                .await?,
        )?;
    } else {
        let answer = app
            .dns
            .check(&domain, admin.organisation, claim.nonce)
            .await;
        app.store
            .note_check(admin.organisation, &domain, answer.is_ok(), app.now())
            .await?;
        answer?;
    }
    find(&app, &admin, &domain).await
}

/// Forget a pending claim
#[utoipa::path(post, path = "/api/organisation/domains/{domain}/withdraw", tag = "domains",
    params(("domain" = String, Path, description = "The domain")), request_body = Empty,
    responses((status = 200, body = Empty), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn withdraw_claim(
    State(app): State<App>,
    admin: Admin,
    Path(domain): Path<Domain>,
    Json(Empty {}): Json<Empty>,
) -> Result<axum::Json<Empty>> {
    let event = admin.event(&app, AuditCategory::DomainClaimWithdrawn, &domain, "")?;
    if app
        .store
        .withdraw_claim(admin.organisation, &domain, event)
        .await?
    {
        Ok(axum::Json(Empty {}))
    } else {
        Err(ErrorCode::NotFound.into())
    }
}

/// Free accounts with an address in a claimed domain
#[utoipa::path(get, path = "/api/organisation/domains/{domain}/accounts", tag = "domains",
    params(("domain" = String, Path, description = "The domain"), MembersRequest),
    responses((status = 200, body = NotYetAdoptedPage), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn not_yet_adopted(
    State(app): State<App>,
    admin: Admin,
    Path(domain): Path<Domain>,
    Query(request): Query<MembersRequest>,
) -> Result<axum::Json<NotYetAdoptedPage>> {
    let limit = page_limit(request.limit)?;
    // Only the holder may know who has an account.
    if app.store.find_domain_holder(&domain).await? != Some(admin.organisation) {
        return Err(ErrorCode::NotFound.into());
    }
    let page = app
        .store
        .list_free_accounts(&domain, request.after.as_deref(), limit)
        .await?;
    Ok(axum::Json(NotYetAdoptedPage {
        accounts: page
            .rows
            .into_iter()
            .map(|row| NotYetAdoptedAccount {
                account: row.id,
                address: row.address,
                last_sign_in_ms: row.last_sign_in_at,
                deferred_at_ms: row.deferred_at,
            })
            .collect(),
        next: page.next,
    }))
}

/// What a claim's code is bound to.
fn code_owner(admin: &Admin, domain: &Domain) -> Vec<u8> {
    [
        admin.organisation.as_bytes().as_slice(),
        domain.as_str().as_bytes(),
    ]
    .concat()
}

async fn find(app: &App, admin: &Admin, domain: &Domain) -> Result<axum::Json<DomainRow>> {
    let found = app
        .store
        .find_domain(admin.organisation, domain)
        .await?
        .ok_or(ErrorCode::Conflict)?;
    Ok(axum::Json(row(app, found)))
}

fn row(app: &App, counts: DomainCounts) -> DomainRow {
    let claim = counts.claim;
    DomainRow {
        state: match claim.state {
            zegel_storage::DomainState::Pending => DomainState::Pending,
            zegel_storage::DomainState::Claimed => DomainState::Claimed,
            zegel_storage::DomainState::Adopting => DomainState::Adopting,
        },
        proof: claim
            .mailbox
            .map_or(ClaimMethod::Txt, |mailbox| ClaimMethod::Mail { mailbox }),
        nonce: claim.nonce.0.to_vec().into(),
        proved: claim
            .proved_at
            .is_some_and(|at| app.now().since_ms(at) < PROOF_MS),
        epoch: claim.epoch,
        members: counts.members,
        not_yet_adopted: counts.not_yet_adopted,
        checked_at_ms: claim.checked_at,
        domain: claim.domain,
    }
}
