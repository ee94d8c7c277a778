use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_api::{AccountKind, AccountStatus, Role};
use zegel_client::view::{Certification, MemberView};

use super::{Page, name_of, shape_of};
use crate::components::{Avatar, Badge, Button, Icon, TableFrame, Tone};
use crate::i18n::{self, Text, admin, common, t};
use crate::routes;

#[component]
pub(super) fn MemberTable(page: Page) -> impl IntoView {
    let rows = move || page.list.with(|list| list.items.clone());
    let key = |row: &MemberView| {
        let administrator = row.role == Role::Administrator;
        let certification = row.certification as u8;
        (
            row.account,
            row.escrow_checked,
            certification,
            administrator,
            row.last_sign_in_ms,
            (name_of(row), row.kind, row.status, row.access),
            row.rotation_pending_since_ms.is_some(),
        )
    };
    let has_more = Memo::new(move |_| page.list.with(|list| list.next.is_some()));
    let shown = move || {
        let shown = page.list.with(|list| list.items.len());
        if page.is_open() {
            let total = i18n::number(page.total.get());
            t!(admin::SHOWN_OF, shown = shown, total = total)()
        } else if shown == 1 {
            admin::ACCOUNTS_SHOWN_ONE.get().to_owned()
        } else {
            t!(admin::ACCOUNTS_SHOWN, count = shown)()
        }
    };
    view! {
        <TableFrame
            caption=t(common::ACCOUNTS)
            foot=move || {
                view! {
                    <span role="status">{shown}</span>
                    <Show when=move || has_more.get()>
                        <Button
                            size="small"
                            busy=page.more
                            on_press=Callback::new(move |()| spawn_local(page.load_more()))
                        >
                            {t(common::LOAD_MORE)}
                        </Button>
                    </Show>
                }
            }
        >
            <thead role="rowgroup">
                <tr role="row">
                    <th scope="col" role="columnheader">{t(common::ACCOUNT)}</th>
                    <th scope="col" role="columnheader">{t(admin::ACCOUNT_TYPE)}</th>
                    <th scope="col" role="columnheader">{t(admin::STATUS)}</th>
                    <th scope="col" role="columnheader">{t(admin::KEY_AND_ESCROW)}</th>
                    <th scope="col" role="columnheader" data-spare="">{t(admin::JOINED)}</th>
                    <th scope="col" role="columnheader" data-spare="">{t(admin::LAST_SIGN_IN)}</th>
                    <th scope="col" role="columnheader">
                        <span class="visually-hidden">{t(admin::ACTIONS)}</span>
                    </th>
                </tr>
            </thead>
            <tbody role="rowgroup">
                <For each=rows key=key let:row>
                    <MemberRow page=page row=row />
                </For>
            </tbody>
        </TableFrame>
    }
}

/// Shape, tone and words for how a key is certified.
pub(in crate::pages::admin) const fn key_badge(
    certification: Certification,
) -> (Tone, &'static str, Text) {
    match certification {
        Certification::Link => (Tone::Seal, "seal", admin::CERTIFIED_LINK),
        Certification::Compared => (Tone::Seal, "seal", admin::CERTIFIED_COMPARED),
        Certification::Server => (Tone::Warn, "sealopen", admin::CERTIFIED_SERVER),
        Certification::None => (Tone::Info, "clock", admin::CERTIFIED_NONE),
    }
}

#[component]
fn MemberRow(page: Page, row: MemberView) -> impl IntoView {
    let own = untrack(|| {
        page.app.session.with(|session| {
            session
                .as_ref()
                .is_some_and(|session| session.account == row.account)
        })
    });
    let member = StoredValue::new(row.clone());
    let name = name_of(&row);
    let named = !row.name.is_empty();
    let last_sign_in_ms = row.last_sign_in_ms;
    let joined_at_ms = row.joined_at_ms;
    // Nobody signs in to a functional account.
    let person = row.kind == AccountKind::Person;
    let last = move || {
        person.then(|| {
            last_sign_in_ms.map_or_else(|| admin::NEVER.get().to_owned(), i18n::short_time)
        })
    };
    let (tone, icon, text) = key_badge(row.certification);
    let comparable = !own
        && matches!(
            row.certification,
            Certification::Server | Certification::None
        );
    let escrow = if row.escrow_checked {
        view! { <Badge tone=Tone::Seal icon="seal" text=t(admin::ESCROW_CHECKED) /> }
    } else {
        view! { <Badge tone=Tone::Info icon="clock" text=t(admin::ESCROW_NOT_CHECKED) /> }
    };
    let kind = kind_text(&row);
    let administrator = row.role == Role::Administrator;
    let (state_tone, state_text) = status_badge(row.status);
    let edit = TextProp::from({
        let name = name.clone();
        t!(admin::EDIT_NAMED, name = name)
    });
    let edit_title = edit.clone();
    let rotation = row.rotation_pending_since_ms.is_some();
    view! {
        <tr role="row">
            <td role="cell" data-lead="">
                <span class="person">
                    <Avatar name=name.clone() shape=shape_of(&row) />
                    <span class="person-text">
                        <span class="person-name">
                            {name.clone()}
                            {own.then(|| view! { " (" {t(admin::YOU)} ")" })}
                        </span>
                        {named.then(|| view! { <small>{row.address.to_string()}</small> })}
                    </span>
                </span>
            </td>
            <td role="cell" data-label=t(admin::ACCOUNT_TYPE)>
                {if administrator {
                    view! { <strong>{kind}</strong> }.into_any()
                } else {
                    view! { <span>{kind}</span> }.into_any()
                }}
            </td>
            <td role="cell" data-label=t(admin::STATUS)>
                <span class="row" data-gap="small">
                    <Badge tone=state_tone text=t(state_text) />
                    {rotation
                        .then(|| {
                            view! {
                                <Badge tone=Tone::Warn icon="key" text=t(admin::ROTATION_WAITS) />
                            }
                        })}
                </span>
            </td>
            <td role="cell" data-label=t(admin::KEY_AND_ESCROW)>
                <span class="row" data-gap="small">
                    <Badge tone=tone icon=icon text=t(text) />
                    {escrow}
                </span>
            </td>
            <td role="cell" data-label=t(admin::JOINED) data-spare="">
                <span class="number nowrap">{move || i18n::short_date(joined_at_ms)}</span>
            </td>
            <td role="cell" data-label=t(admin::LAST_SIGN_IN) data-spare="">
                <span class="number nowrap">{last}</span>
            </td>
            <td role="cell" data-label=t(admin::ACTIONS)>
                <div class="table-actions">
                    {comparable
                        .then(|| {
                            view! {
                                <Button
                                    size="small"
                                    aria_label=TextProp::from(
                                        t!(admin::COMPARE_NAMED, name = name.clone()),
                                    )
                                    on_press=Callback::new(move |()| {
                                        page.comparing.set(Some(member.get_value()));
                                    })
                                >
                                    {t(admin::COMPARE)}
                                </Button>
                            }
                        })}
                    <a
                        class="icon-button"
                        href=routes::admin_account(row.account)
                        aria-label=move || edit.get()
                        title=move || edit_title.get()
                    >
                        <Icon name="edit" />
                    </a>
                </div>
            </td>
        </tr>
    }
}

/// The account's type in words.
fn kind_text(row: &MemberView) -> impl Fn() -> String + Send + Sync + 'static {
    let (kind, role, access) = (row.kind, row.role, row.access);
    move || match (kind, role) {
        (AccountKind::Functional, _) if access == 1 => admin::FUNCTIONAL_PERSON.get().to_owned(),
        (AccountKind::Functional, _) => {
            t!(admin::FUNCTIONAL_PEOPLE, count = i18n::number(access))()
        }
        (AccountKind::Person, Role::Administrator) => common::ADMINISTRATOR.get().to_owned(),
        (AccountKind::Person, Role::Member | Role::Free) => admin::REGULAR.get().to_owned(),
    }
}

/// Tone and words for whether an account can be used.
pub(in crate::pages::admin) const fn status_badge(status: AccountStatus) -> (Tone, Text) {
    match status {
        AccountStatus::Active => (Tone::Success, admin::ACTIVE),
        AccountStatus::Suspended => (Tone::Danger, admin::SUSPENDED),
        AccountStatus::Deleted => (Tone::Danger, admin::DELETED),
    }
}

#[component]
pub(super) fn Meanings() -> impl IntoView {
    let meaning = |tone: Tone, icon: &'static str, word: Text, text: Text| {
        view! {
            <dt>
                <Badge tone=tone icon=icon text=t(word) />
            </dt>
            <dd>{t(text)}</dd>
        }
    };
    view! {
        <details class="disclosure">
            <summary>
                <Icon name="help" />
                {t(admin::WHAT_BADGES_MEAN)}
            </summary>
            <div class="disclosure-body">
                <dl class="facts">
                    {meaning(Tone::Seal, "seal", admin::ESCROW_CHECKED, admin::MEANS_ESCROW)}
                    {meaning(Tone::Seal, "seal", admin::CERTIFIED_LINK, admin::MEANS_LINK)}
                    {meaning(Tone::Seal, "seal", admin::CERTIFIED_COMPARED, admin::MEANS_COMPARED)}
                    {meaning(Tone::Warn, "sealopen", admin::CERTIFIED_SERVER, admin::MEANS_SERVER)}
                </dl>
            </div>
        </details>
    }
}
