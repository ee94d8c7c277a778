use axum::extract::State;
use zegel_api::{
    AccountKind, AccountStatus, ErrorCode, ListMembersRequest, Member, MemberPage, MemberToCertify,
    MembersRequest, MembersToCertifyPage,
};
use zegel_protocol::{AccountId, limits::DAY_MS};
use zegel_storage::{Kind, MemberFilter, Status};

use super::session::role;
use crate::{
    actor::Admin,
    app::App,
    error::{Error, Result},
    extract::{Path, Query, page_limit},
};

/// Certificates that end this soon are renewed.
const RENEW_MS: u64 = 30 * DAY_MS;
const MAX_SEARCH_CHARS: usize = 100;

/// Members of the organisation
#[utoipa::path(get, path = "/api/organisation/members", tag = "organisation", params(ListMembersRequest),
    responses((status = 200, body = MemberPage), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn members(
    State(app): State<App>,
    admin: Admin,
    Query(request): Query<ListMembersRequest>,
) -> Result<axum::Json<MemberPage>> {
    let limit = page_limit(request.limit)?;
    let long = |search: &String| search.chars().count() > MAX_SEARCH_CHARS;
    if request.search.as_ref().is_some_and(long) {
        return Err(Error::field("search"));
    }
    let filter = MemberFilter {
        kind: request.kind.map(|kind| match kind {
            AccountKind::Person => Kind::Person,
            AccountKind::Functional => Kind::Functional,
        }),
        search: request.search,
    };
    let page = app
        .store
        .list_members(admin.organisation, &filter, request.after.as_deref(), limit)
        .await?;
    let total = app.store.count_members(admin.organisation, &filter).await?;
    Ok(axum::Json(MemberPage {
        members: page.rows.into_iter().map(view).collect(),
        next: page.next,
        total: u32::try_from(total).unwrap_or(u32::MAX),
    }))
}

/// One member of the organisation
#[utoipa::path(get, path = "/api/organisation/members/{account}", tag = "organisation",
    params(("account" = String, Path, description = "The account")),
    responses((status = 200, body = Member), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn get_member(
    State(app): State<App>,
    admin: Admin,
    Path(account): Path<AccountId>,
) -> Result<axum::Json<Member>> {
    let member = app.store.find_member(admin.organisation, account).await?;
    Ok(axum::Json(view(member.ok_or(ErrorCode::NotFound)?)))
}

fn view(row: zegel_storage::Member) -> Member {
    Member {
        account: row.account.id,
        address: row.account.address,
        name: row.account.name,
        role: role(row.account.role),
        kind: kind(row.account.kind),
        status: status(row.account.status),
        access: row.access,
        rotation_pending_since_ms: row.account.rotation_pending_since,
        joined_at_ms: row.account.joined_at.unwrap_or_default(),
        last_sign_in_ms: row.account.last_sign_in_at,
        escrow_checked: row.escrow_checked,
        state: row.account.state.into(),
        certificate: row.certificate.map(Into::into),
    }
}

pub(crate) const fn kind(kind: Kind) -> AccountKind {
    match kind {
        Kind::Person => AccountKind::Person,
        Kind::Functional => AccountKind::Functional,
    }
}

pub(crate) const fn status(status: Status) -> AccountStatus {
    match status {
        Status::Active => AccountStatus::Active,
        Status::Suspended => AccountStatus::Suspended,
        Status::Deleted => AccountStatus::Deleted,
    }
}

/// Members that wait for an administrator's client
#[utoipa::path(get, path = "/api/organisation/members-to-certify", tag = "organisation", params(MembersRequest),
    responses((status = 200, body = MembersToCertifyPage), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn members_to_certify(
    State(app): State<App>,
    admin: Admin,
    Query(request): Query<MembersRequest>,
) -> Result<axum::Json<MembersToCertifyPage>> {
    let limit = page_limit(request.limit)?;
    let after = request
        .after
        .map(|after| {
            after
                .parse::<AccountId>()
                .map_err(|_| Error::field("after"))
        })
        .transpose()?;
    let page = app
        .store
        .list_members_to_certify(
            admin.organisation,
            app.now().plus_ms(RENEW_MS),
            after,
            limit,
        )
        .await?;
    Ok(axum::Json(MembersToCertifyPage {
        members: page
            .rows
            .into_iter()
            .map(|row| MemberToCertify {
                account: row.member.account.id,
                address: row.member.account.address,
                state: row.member.account.state.into(),
                escrow: row.escrow.into(),
                escrow_checked: row.member.escrow_checked,
                certificate: row.member.certificate.map(Into::into),
            })
            .collect(),
        next: page.next.map(|account| account.to_string()),
    }))
}
