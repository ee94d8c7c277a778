use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_api::Role;
use zegel_client::view::{Certification, Failure, MemberView, Reason};

use super::{CertifyBanners, LoadFailure, LoadingRows};
use crate::components::{
    Avatar, Badge, Banner, Button, Dialog, Icon, NumberField, SheetPage, TableFrame, Tone, Variant,
    read_number, use_title,
};
use crate::i18n::{self, Text, admin, common, errors, t};
use crate::state::browser::sleep_ms;
use crate::state::certify::Certifier;
use crate::state::paged::Paged;
use crate::state::{App, FieldState, Message, needs_password};
use crate::worker::{
    call,
    messages::{CompareMember, Members},
};

/// How often the list refreshes while the page is open.
const REFRESH_MS: i32 = 15_000;

#[derive(Clone, Copy)]
struct Page {
    app: App,
    list: RwSignal<Paged<MemberView>>,
    total: RwSignal<u32>,
    failure: RwSignal<Option<Failure>>,
    more: RwSignal<bool>,
    /// Whose number is being compared.
    comparing: RwSignal<Option<MemberView>>,
}

impl Page {
    async fn fetch(self) -> Result<(), Failure> {
        let shown = self
            .list
            .try_with_untracked(|list| list.items.len())
            .unwrap_or_default();
        let mut list = Paged::default();
        loop {
            let page = call(Members {
                after: list.next.take(),
            })
            .await?;
            let _ = self.total.try_set(page.total);
            list.append(page.members, page.next);
            if !list.wants_more(shown) {
                break;
            }
        }
        let _ = self.list.try_set(list);
        Ok(())
    }

    /// Loads everything that is shown. A refresh that fails leaves it.
    async fn load(self) {
        let Some(loaded) = self.list.try_with_untracked(|list| list.loaded) else {
            return;
        };
        match self.fetch().await {
            Ok(()) => {
                let _ = self.failure.try_set(None);
            }
            Err(failure) if !loaded => {
                let _ = self.failure.try_set(Some(failure));
            }
            Err(_) => {}
        }
    }

    async fn load_more(self) {
        let after = self.list.with_untracked(|list| list.next.clone());
        self.more.set(true);
        let outcome = call(Members { after }).await;
        let _ = self.more.try_set(false);
        match outcome {
            Ok(page) => {
                let _ = self.total.try_set(page.total);
                let _ = self
                    .list
                    .try_update(|list| list.append(page.members, page.next));
            }
            Err(failure) => self.app.toast(failure),
        }
    }

    fn put(self, member: MemberView) {
        self.list.update(|list| {
            let place = list
                .items
                .iter_mut()
                .find(|row| row.account == member.account);
            if let Some(place) = place {
                *place = member;
            }
        });
    }
}

/// The members of the organisation, and how far their keys are checked.
#[component]
pub(crate) fn AccountsPage() -> impl IntoView {
    use_title(|| common::ACCOUNTS.get().to_owned());
    let page = Page {
        app: App::expect(),
        list: RwSignal::new(Paged::default()),
        total: RwSignal::new(0),
        failure: RwSignal::new(None),
        more: RwSignal::new(false),
        comparing: RwSignal::new(None),
    };
    keep_fresh(page);
    let loaded = Memo::new(move |_| page.list.with(|list| list.loaded));
    let total = move || match page.total.get() {
        1 => admin::ACCOUNTS_TOTAL_ONE.get().to_owned(),
        total => t!(admin::ACCOUNTS_TOTAL, count = i18n::number(total))(),
    };
    view! {
        <SheetPage>
            <header class="page-head">
                <div class="page-title">
                    <h1>{t(common::ACCOUNTS)}</h1>
                    <Show when=move || loaded.get()>
                        <p>{total}</p>
                    </Show>
                </div>
            </header>
            <CertifyBanners />
            <LoadFailure failure=page.failure again=move |()| spawn_local(page.load()) />
            <Show when=move || !loaded.get() && page.failure.with(Option::is_none)>
                <LoadingRows />
            </Show>
            <Show when=move || loaded.get()>
                <MemberTable page=page />
            </Show>
            <Meanings />
            {move || {
                page.comparing
                    .get()
                    .map(|member| view! { <CompareDialog page=page member=member /> })
            }}
        </SheetPage>
    }
}

fn keep_fresh(page: Page) {
    spawn_local(async move {
        while page.list.try_with_untracked(|_| ()).is_some() {
            page.load().await;
            sleep_ms(REFRESH_MS).await;
        }
    });
    let changes = Certifier::expect().changes;
    Effect::new(move |before: Option<u32>| {
        let now = changes.get();
        if before.is_some_and(|before| before != now) {
            spawn_local(page.load());
        }
        now
    });
}

#[component]
fn MemberTable(page: Page) -> impl IntoView {
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
        )
    };
    let has_more = Memo::new(move |_| page.list.with(|list| list.next.is_some()));
    let shown = move || {
        t!(
            admin::SHOWN_OF,
            shown = page.list.with(|list| list.items.len()),
            total = i18n::number(page.total.get())
        )()
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

fn name_of(member: &MemberView) -> String {
    if member.name.is_empty() {
        member.address.to_string()
    } else {
        member.name.clone()
    }
}

/// Shape, tone and words for how a key is certified.
const fn key_badge(certification: Certification) -> (Tone, &'static str, Text) {
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
    let last = move || {
        row.last_sign_in_ms
            .map_or_else(|| admin::NEVER.get().to_owned(), i18n::short_time)
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
    let kind = match row.role {
        Role::Administrator => view! { <strong>{t(common::ADMINISTRATOR)}</strong> }.into_any(),
        Role::Member | Role::Free => view! { <span>{t(admin::REGULAR)}</span> }.into_any(),
    };
    view! {
        <tr role="row">
            <td role="cell" data-lead="">
                <span class="person">
                    <Avatar name=name.clone() />
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
                {kind}
            </td>
            <td role="cell" data-label=t(admin::KEY_AND_ESCROW)>
                <span class="row" data-gap="small">
                    <Badge tone=tone icon=icon text=t(text) />
                    {escrow}
                </span>
            </td>
            <td role="cell" data-label=t(admin::JOINED) data-spare="">
                <span class="number nowrap">{move || i18n::short_date(row.joined_at_ms)}</span>
            </td>
            <td role="cell" data-label=t(admin::LAST_SIGN_IN) data-spare="">
                <span class="number nowrap">{last}</span>
            </td>
            <td role="cell" data-label=t(admin::ACTIONS)>
                {comparable
                    .then(|| {
                        view! {
                            <div class="table-actions">
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
                            </div>
                        }
                    })}
            </td>
        </tr>
    }
}

#[component]
fn Meanings() -> impl IntoView {
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

/// The administrator types the number that the member reads out.
#[component]
fn CompareDialog(page: Page, member: MemberView) -> impl IntoView {
    let name = name_of(&member);
    let account = member.account;
    let typed = FieldState::new();
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let submit = {
        let name = name.clone();
        move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            if busy.get_untracked() {
                return;
            }
            let Some(number) = read_number(typed) else {
                return;
            };
            let name = name.clone();
            busy.set(true);
            failure.set(None);
            spawn_local(async move {
                let command = CompareMember {
                    account,
                    typed: number,
                };
                let outcome = page.app.call_unlocked(command).await;
                let _ = busy.try_set(false);
                match outcome {
                    Ok(member) => {
                        page.put(member);
                        page.app
                            .toast(Message::Filled(admin::COMPARE_DONE, vec![("name", name)]));
                        page.comparing.set(None);
                    }
                    Err(stop) if needs_password(&stop) => {}
                    Err(stop) => {
                        let _ = failure.try_set(Some(stop));
                        typed.focus();
                    }
                }
            });
        }
    };
    let close = Callback::new(move |()| page.comparing.set(None));
    let lead = name.clone();
    let outcome = {
        let name = name.clone();
        move || {
            let name = name.clone();
            failure.get().map(|failure| {
                if failure.reason == Reason::NumberMismatch {
                    view! {
                        <Banner
                            tone=Tone::Danger
                            alert=true
                            title=t(admin::COMPARE_DIFFERS)
                            text=TextProp::from(t!(admin::COMPARE_DIFFERS_HINT, name = name))
                        />
                    }
                } else {
                    view! {
                        <Banner
                            tone=Tone::Danger
                            title=t(admin::NOT_DONE)
                            text=TextProp::from(move || errors::failure(&failure))
                        />
                    }
                }
            })
        }
    };
    view! {
        <Dialog title=t!(admin::COMPARE_TITLE, name = name) busy=busy on_close=close>
            <form novalidate=true on:submit=submit>
                <div class="dialog-body">
                    <p>{t!(admin::COMPARE_LEAD, name = lead)}</p>
                    <NumberField
                        id="member-number"
                        label=t(admin::COMPARE_NUMBER)
                        state=typed
                        autofocus=true
                    />
                    {outcome}
                </div>
                <div class="dialog-foot">
                    <Button disabled=busy on_press=close>
                        {t(common::CANCEL)}
                    </Button>
                    <Button variant=Variant::Primary submit=true busy=busy>
                        {t(admin::COMPARE_BUTTON)}
                    </Button>
                </div>
            </form>
        </Dialog>
    }
}
