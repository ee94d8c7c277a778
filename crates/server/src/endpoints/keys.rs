use axum::extract::State;
use zegel_api::{AccountKeys, ErrorCode, KeysByAddressRequest};
use zegel_protocol::AccountId;
use zegel_storage::Account;

use crate::{
    actor::SignedIn,
    app::App,
    error::Result,
    extract::{Path, Query},
};

/// Public keys of the account that has an address
#[utoipa::path(get, path = "/api/keys", tag = "keys", params(KeysByAddressRequest),
    responses((status = 200, body = AccountKeys), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn keys_by_address(
    State(app): State<App>,
    signed_in: SignedIn,
    Query(request): Query<KeysByAddressRequest>,
) -> Result<axum::Json<AccountKeys>> {
    app.limits.lookups.take(signed_in.account.id, app.now())?;
    let account = app
        .store
        .find_account_by_address(&request.address)
        .await?
        .ok_or(ErrorCode::UnknownRecipient)?;
    keys(&app, account).await
}

/// Public keys of an account
#[utoipa::path(get, path = "/api/keys/{account}", tag = "keys",
    params(("account" = String, Path, description = "The account")),
    responses((status = 200, body = AccountKeys), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn keys_by_account(
    State(app): State<App>,
    _signed_in: SignedIn,
    Path(account): Path<AccountId>,
) -> Result<axum::Json<AccountKeys>> {
    // No limit of its own: an id is 128 random bits, and whoever knows one has met the account.
    let account = app
        .store
        .find_account(account)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    keys(&app, account).await
}

async fn keys(app: &App, account: Account) -> Result<axum::Json<AccountKeys>> {
    let certificate = match account.organisation {
        Some(organisation) => app
            .store
            .find_certificate(organisation, account.id)
            .await?
            .map(|certificate| (organisation, certificate)),
        None => None,
    };
    let mut manifests = Vec::new();
    if let Some((organisation, _)) = &certificate {
        let page = app
            .store
            .list_manifests(*organisation, 0, u16::MAX - 1)
            .await?;
        manifests.extend(page.rows.into_iter().map(Into::into));
    }
    Ok(axum::Json(AccountKeys {
        account: account.id,
        address: account.address,
        name: account.name,
        state: account.state.into(),
        certificate: certificate.map(|(_, certificate)| certificate.into()),
        manifests,
    }))
}
