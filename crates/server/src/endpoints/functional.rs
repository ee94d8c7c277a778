use std::collections::HashMap;

use axum::extract::State;
use zegel_api::{
    AccountStatus, AuditCategory, ConvertRequest, CreateFunctionalRequest, Empty, ErrorCode,
    RenameAccountRequest, SetAccountStatusRequest,
};
use zegel_protocol::{
    AccountId, AccountState, Address, Canonical as _, CertificateMethod, KeyCertificate,
    ManifestChain, Name, Roster, Signed, Timestamp,
};
use zegel_storage::{
    Account, Kind, NewCertificate, NewConversion, NewEscrow, NewFunctional, NewMail, Role, Status,
};

use crate::{
    actor::{Admin, RecentAdmin},
    app::App,
    error::{Error, Result},
    extract::{Json, Path},
    mail::{AccessNews, Mail, language_of},
    verify,
};

/// Create a functional account
#[utoipa::path(post, path = "/api/organisation/functional-accounts", tag = "access", request_body = CreateFunctionalRequest,
    responses((status = 200, body = Empty), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn create_functional(
    State(app): State<App>,
    RecentAdmin(admin): RecentAdmin,
    Json(request): Json<CreateFunctionalRequest>,
) -> Result<axum::Json<Empty>> {
    let now = app.now();
    let name = Name::try_from(request.name.as_str()).map_err(|_| Error::field("name"))?;
    let chain = app.chains.newest(&app.store, admin.organisation).await?;
    if chain.domain(request.address.domain()).is_none() {
        return Err(ErrorCode::DomainNotOwned.into());
    }
    let (state, new_state) = verify::first_functional_state("state", &request.state, &chain)?;
    let state = &state.statement;
    let (roster, new_roster) =
        verify::next_roster("roster", &request.roster, state.account, None, state)?;
    nobody_on(&roster.statement)?;
    verify::own_send_certificate("send_certificate", &request.send_certificate, state)?;
    let vouched = (&request.escrow, &request.certificate);
    let (escrow, certificate) =
        escrowed_and_certified(&admin, vouched, &chain, &request.address, state, now)?;
    let audit = admin.event(
        &app,
        AuditCategory::FunctionalAccountCreated,
        &request.address,
        "",
    )?;
    app.store
        .create_functional(
            NewFunctional {
                id: state.account,
                address: request.address,
                name: name.as_str().to_owned(),
                language: admin.signed_in.account.language.clone(),
                organisation: admin.organisation,
                manifest: chain.head_hash(),
                state: new_state,
                roster: new_roster,
                escrow,
                certificate,
                send_certificate: request.send_certificate.0,
                mailbox_key: verify::sealed_key("mailbox_key", request.mailbox_key)?,
                audit,
            },
            now,
        )
        .await?;
    Ok(axum::Json(Empty {}))
}

/// Make a member's account a functional one
#[utoipa::path(post, path = "/api/organisation/accounts/{account}/convert", tag = "access", request_body = ConvertRequest,
    params(("account" = String, Path, description = "The account")),
    responses((status = 200, body = Empty), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn convert_to_functional(
    State(app): State<App>,
    RecentAdmin(admin): RecentAdmin,
    Path(account): Path<AccountId>,
    Json(request): Json<ConvertRequest>,
) -> Result<axum::Json<Empty>> {
    let now = app.now();
    let account = member(&app, &admin, account).await?;
    if account.role == Role::Administrator {
        return Err(ErrorCode::Forbidden.into());
    }
    if account.kind != Kind::Person {
        return Err(ErrorCode::Conflict.into());
    }
    let chain = app.chains.newest(&app.store, admin.organisation).await?;
    let previous = crate::actor::state_of(&account)?;
    let (state, new_state) = verify::converting_state("state", &request.state, &previous, &chain)?;
    let state = &state.statement;
    let before = app
        .store
        .find_roster(account.id)
        .await?
        .map(|bytes| Signed::<Roster>::from_bytes(&bytes))
        .transpose()
        .map_err(Error::internal)?;
    let (roster, new_roster) = verify::next_roster(
        "roster",
        &request.roster,
        account.id,
        before.as_ref(),
        state,
    )?;
    nobody_on(&roster.statement)?;
    let vouched = (&request.escrow, &request.certificate);
    let (escrow, certificate) =
        escrowed_and_certified(&admin, vouched, &chain, &account.address, state, now)?;
    let rotation = verify::rotation(request.rotation, state)?;
    let audit = admin.event(&app, AuditCategory::AccountConverted, &account.address, "")?;
    let mails = mails_about(&app, &account, AccessNews::Revoked).await?;
    let converted = app
        .store
        .convert_to_functional(
            NewConversion {
                account: account.id,
                organisation: admin.organisation,
                manifest: chain.head_hash(),
                state: new_state,
                roster: new_roster,
                escrow,
                certificate,
                rotation,
                audit,
                mails,
            },
            now,
        )
        .await?;
    app.wake.wake();
    app.events.session_ended(account.id);
    app.events.access_changed(&converted.members);
    app.events.access_changed(&converted.left);
    for account in converted.left {
        // Its mailbox key waits to be replaced.
        app.events.account_changed(account);
    }
    Ok(axum::Json(Empty {}))
}

/// Rename a functional account
#[utoipa::path(post, path = "/api/organisation/accounts/{account}/name", tag = "access", request_body = RenameAccountRequest,
    params(("account" = String, Path, description = "The account")),
    responses((status = 200, body = Empty), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn rename_account(
    State(app): State<App>,
    admin: Admin,
    Path(account): Path<AccountId>,
    Json(request): Json<RenameAccountRequest>,
) -> Result<axum::Json<Empty>> {
    let name = Name::try_from(request.name.as_str()).map_err(|_| Error::field("name"))?;
    let account = functional(&app, &admin, account).await?;
    let audit = admin.event(
        &app,
        AuditCategory::AccountRenamed,
        &account.address,
        name.as_str(),
    )?;
    app.store
        .rename_functional(admin.organisation, account.id, name.as_str(), audit)
        .await?;
    let readers = app.store.find_readers(&[account.id]).await?;
    for readers in readers.values() {
        app.events.access_changed(readers);
    }
    Ok(axum::Json(Empty {}))
}

/// Suspend, reactivate or delete a functional account
#[utoipa::path(post, path = "/api/organisation/accounts/{account}/status", tag = "access", request_body = SetAccountStatusRequest,
    params(("account" = String, Path, description = "The account")),
    responses((status = 200, body = Empty), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn set_account_status(
    State(app): State<App>,
    RecentAdmin(admin): RecentAdmin,
    Path(account): Path<AccountId>,
    Json(request): Json<SetAccountStatusRequest>,
) -> Result<axum::Json<Empty>> {
    if request.organisation != admin.organisation {
        return Err(ErrorCode::Forbidden.into());
    }
    let account = functional(&app, &admin, account).await?;
    let (status, category, news) = match request.status {
        AccountStatus::Active => (
            Status::Active,
            AuditCategory::AccountReactivated,
            AccessNews::Reactivated,
        ),
        AccountStatus::Suspended => (
            Status::Suspended,
            AuditCategory::AccountSuspended,
            AccessNews::Suspended,
        ),
        AccountStatus::Deleted => (
            Status::Deleted,
            AuditCategory::AccountDeleted,
            AccessNews::Deleted,
        ),
    };
    let audit = admin.event(&app, category, &account.address, "")?;
    let mails = mails_about(&app, &account, news).await?;
    let organisation = admin.organisation;
    let members = app
        .store
        .set_functional_status(organisation, account.id, status, audit, mails, app.now())
        .await?;
    app.wake.wake();
    app.events.access_changed(&members);
    Ok(axum::Json(Empty {}))
}

/// An account of the administrator's organisation that is not deleted.
async fn member(app: &App, admin: &Admin, account: AccountId) -> Result<Account> {
    let account = app
        .store
        .find_account(account)
        .await?
        .filter(|account| account.organisation == Some(admin.organisation))
        .ok_or(ErrorCode::NotFound)?;
    if account.status == Status::Deleted {
        return Err(ErrorCode::Conflict.into());
    }
    Ok(account)
}

/// A functional account of the administrator's organisation. What a person's account is called, and whether it can be
/// used, is not decided here.
async fn functional(app: &App, admin: &Admin, account: AccountId) -> Result<Account> {
    let account = member(app, admin, account).await?;
    match account.kind {
        Kind::Functional => Ok(account),
        Kind::Person => Err(ErrorCode::Forbidden.into()),
    }
}

/// A mail to each who has access to an account, of what becomes of that.
async fn mails_about(
    app: &App,
    account: &Account,
    news: AccessNews<'_>,
) -> Result<HashMap<AccountId, NewMail>> {
    let members = app.store.list_access_members(account.id).await?;
    let mail = Mail::Access {
        news,
        account,
        server: app.config.public_url.as_ref(),
    };
    members
        .into_iter()
        .map(|access| {
            let member = access.account;
            let mail = mail.render(&member.address, language_of(&member.language))?;
            Ok((member.id, mail))
        })
        .collect()
}

fn nobody_on(roster: &Roster) -> Result<()> {
    if roster.members.is_empty() {
        Ok(())
    } else {
        Err(Error::not_authentic("roster"))
    }
}

/// The escrow and the administrator's certificate of an account whose keys they have just made.
fn escrowed_and_certified(
    admin: &Admin,
    (escrow, bytes): (&zegel_api::Bytes, &zegel_api::Bytes),
    chain: &ManifestChain,
    address: &Address,
    state: &AccountState,
    now: Timestamp,
) -> Result<(NewEscrow, NewCertificate)> {
    let escrow = verify::own_escrow(
        "escrow",
        escrow,
        state,
        admin.organisation,
        (chain.latest(), chain.head_hash()),
        now,
    )?;
    let signed: Signed<KeyCertificate> = verify::decode("certificate", bytes)?;
    let issuer = admin.signed_in.state()?.statement;
    verify::certificate(
        "certificate",
        &signed,
        chain,
        &issuer,
        (address, state),
        now,
    )?;
    if signed.statement.method != CertificateMethod::Compared {
        return Err(Error::not_authentic("certificate"));
    }
    Ok((escrow, verify::new_certificate(&signed, bytes)))
}
