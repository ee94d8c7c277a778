use axum::extract::State;
use zegel_api::{
    AccessList, AccessibleAccount, AuditCategory, Empty, ErrorCode, History, HistoryKey,
    InventoryResponse,
};
use zegel_protocol::AccountId;

use super::{keys::account_keys, members};
use crate::{
    actor::{Mailbox, SignedIn},
    app::App,
    error::Result,
    extract::{Json, Path},
};

/// The accounts that the session may act as besides its own
#[utoipa::path(get, path = "/api/access", tag = "access",
    responses((status = 200, body = AccessList), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn access(
    State(app): State<App>,
    signed_in: SignedIn,
) -> Result<axum::Json<AccessList>> {
    let rows = app.store.list_accessible(signed_in.account.id).await?;
    let accounts = rows.iter().map(|row| row.access.account.clone()).collect();
    let keys = account_keys(&app, accounts).await?;
    Ok(axum::Json(AccessList {
        accounts: rows
            .into_iter()
            .zip(keys)
            .map(|(row, keys)| AccessibleAccount {
                keys,
                kind: members::kind(row.access.account.kind),
                status: members::status(row.access.account.status),
                unread: row.unread,
                roster: row.roster.into(),
                grant: row.access.grant.into(),
                send_certificate: row.access.send_certificate.into(),
                granted_at_ms: row.access.granted_at,
            })
            .collect(),
    }))
}

/// Give up access to an account
#[utoipa::path(post, path = "/api/access/{account}/step-down", tag = "access", request_body = Empty,
    params(("account" = String, Path, description = "The account")),
    responses((status = 200, body = Empty), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn step_down(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(account): Path<AccountId>,
    Json(Empty {}): Json<Empty>,
) -> Result<axum::Json<Empty>> {
    let own = signed_in.account.id;
    let access = app
        .store
        .find_access(account, own)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    let audit = access
        .account
        .organisation
        .map(|organisation| {
            signed_in.event(
                &app,
                organisation,
                AuditCategory::AccessGivenUp,
                &access.account.address,
                signed_in.account.address.as_str(),
            )
        })
        .transpose()?;
    let ended = app.store.step_down(account, own, audit, app.now()).await?;
    if !ended {
        return Err(ErrorCode::NotFound.into());
    }
    app.events.access_changed(&[own, account]);
    // Its mailbox key waits to be replaced: its owner's open page can do that at once.
    app.events.account_changed(account);
    Ok(axum::Json(Empty {}))
}

/// Mailbox keys of the generations before
#[utoipa::path(get, path = "/api/mailboxes/{mailbox}/history", tag = "access",
    params(("mailbox" = String, Path, description = "The account acted as")),
    responses((status = 200, body = History), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn mailbox_history(
    State(app): State<App>,
    mailbox: Mailbox,
) -> Result<axum::Json<History>> {
    let keys = app.store.list_mailbox_history(mailbox.account.id).await?;
    Ok(axum::Json(History {
        keys: keys
            .into_iter()
            .map(|key| HistoryKey {
                generation: key.generation,
                sealed: key.sealed.into(),
            })
            .collect(),
    }))
}

/// Which list entries and drafts the mailbox had when its newest key was made
#[utoipa::path(get, path = "/api/mailboxes/{mailbox}/inventory", tag = "access",
    params(("mailbox" = String, Path, description = "The account acted as")),
    responses((status = 200, body = InventoryResponse), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn mailbox_inventory(
    State(app): State<App>,
    mailbox: Mailbox,
) -> Result<axum::Json<InventoryResponse>> {
    let sealed = app.store.find_inventory(mailbox.account.id).await?;
    Ok(axum::Json(InventoryResponse {
        sealed: sealed.map(Into::into),
    }))
}
