use axum::extract::State;
use zegel_api::{AccountKeys, ErrorCode, KeysByAddressRequest};
use zegel_protocol::AccountId;
use zegel_storage::{Account, Status};

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
        .filter(|account| account.status != Status::Deleted)
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
    // A deleted account's too: what it sent can still be verified. No limit of its own: an id is 128 random bits, and whoever knows one has met the account.
    let account = app
        .store
        .find_account(account)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    keys(&app, account).await
}

async fn keys(app: &App, account: Account) -> Result<axum::Json<AccountKeys>> {
    let mut keys = account_keys(app, vec![account]).await?;
    Ok(axum::Json(keys.pop().ok_or(ErrorCode::NotFound)?))
}

/// Public keys of accounts, in the same order.
pub(crate) async fn account_keys(app: &App, accounts: Vec<Account>) -> Result<Vec<AccountKeys>> {
    let ids: Vec<AccountId> = accounts.iter().map(|account| account.id).collect();
    let mut certificates = app.store.find_certificates(&ids).await?;
    let changed: Vec<AccountId> = accounts
        .iter()
        .filter(|account| account.epoch > 1)
        .map(|account| account.id)
        .collect();
    let mut changes = app.store.find_key_changes(&changed).await?;
    let versions = app
        .store
        .find_manifest_versions(certificates.keys().map(|(_, organisation)| *organisation))
        .await?;
    let mut keys = Vec::with_capacity(accounts.len());
    for account in accounts {
        let certified = account.organisation.and_then(|organisation| {
            let statement = certificates.remove(&(account.id, organisation))?;
            Some((statement, versions.get(&organisation).copied()))
        });
        let (certificate, manifest_version) = certified.unzip();
        keys.push(AccountKeys {
            account: account.id,
            address: account.address,
            name: account.name,
            state: account.state.into(),
            certificate: certificate.map(Into::into),
            manifest_version: manifest_version.flatten(),
            changes: changes
                .remove(&account.id)
                .unwrap_or_default()
                .into_iter()
                .map(Into::into)
                .collect(),
        });
    }
    Ok(keys)
}
