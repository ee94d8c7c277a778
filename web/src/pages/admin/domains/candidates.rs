use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_params_map;
use zegel_client::view::{CandidateView, DomainStateView, DomainView, Failure};
use zegel_protocol::Domain;

use super::super::{CertifyBanners, LoadFailure, LoadingRows};
use super::reminders::{Links, ReminderSection};
use crate::components::{
    Avatar, Banner, Button, CopyButton, EmptyState, Icon, IconSize, ProgressBar, SheetPage,
    TableFrame, Tone, use_title,
};
use crate::i18n::{self, admin, common, t};
use crate::routes;
use crate::state::App;
use crate::state::browser::sleep_ms;
use crate::state::certify::Certifier;
use crate::state::domains::Adoption;
use crate::state::paged::Paged;
use crate::worker::{
    call,
    messages::{Candidates, Domains},
};

/// How often the list refreshes while the page is open.
const REFRESH_MS: i32 = 15_000;

/// Who of a domain is still to be adopted.
#[derive(Clone, Copy)]
struct Page {
    app: App,
    domain: StoredValue<Domain>,
    /// The domain's own row; inner none where the organisation does not hold it.
    row: RwSignal<Option<Option<DomainView>>>,
    list: RwSignal<Paged<CandidateView>>,
    failure: RwSignal<Option<Failure>>,
    more: RwSignal<bool>,
}

impl Page {
    async fn fetch(self) -> Result<(), Failure> {
        let domain = self.domain.get_value();
        let row = call(Domains {})
            .await?
            .into_iter()
            .find(|row| row.domain == domain);
        let claimed = row
            .as_ref()
            .is_some_and(|row| row.state != DomainStateView::Pending);
        let _ = self.row.try_set(Some(row.filter(|_| claimed)));
        if !claimed {
            return Ok(());
        }
        let shown = self
            .list
            .try_with_untracked(|list| list.items.len())
            .unwrap_or_default();
        let mut list = Paged::default();
        loop {
            let after = list.next.take();
            let page = call(Candidates {
                domain: domain.clone(),
                after,
            })
            .await?;
            list.append(page.accounts, page.next);
            if !list.wants_more(shown) {
                break;
            }
        }
        let _ = self.list.try_set(list);
        Ok(())
    }

    /// Loads everything that is shown. A refresh that fails leaves it.
    async fn load(self) {
        // The page may have gone during the wait.
        if self.domain.try_get_value().is_none() {
            return;
        }
        match self.fetch().await {
            Ok(()) => {
                let _ = self.failure.try_set(None);
            }
            Err(failure) if self.row.try_with_untracked(Option::is_none) == Some(true) => {
                let _ = self.failure.try_set(Some(failure));
            }
            Err(_) => {}
        }
    }

    async fn load_more(self) {
        let after = self.list.with_untracked(|list| list.next.clone());
        self.more.set(true);
        let outcome = call(Candidates {
            domain: self.domain.get_value(),
            after,
        })
        .await;
        let _ = self.more.try_set(false);
        match outcome {
            Ok(page) => {
                let _ = self
                    .list
                    .try_update(|list| list.append(page.accounts, page.next));
            }
            Err(failure) => self.app.toast(failure),
        }
    }
}

#[component]
pub(crate) fn CandidatesPage() -> impl IntoView {
    let domain = use_params_map()
        .get_untracked()
        .get("domain")
        .and_then(|name| Domain::parse(&name).ok());
    match domain {
        Some(domain) => view! { <CandidatesOf domain=domain /> }.into_any(),
        None => view! { <crate::pages::NotFoundPage /> }.into_any(),
    }
}

#[component]
fn CandidatesOf(domain: Domain) -> impl IntoView {
    let name = domain.to_string();
    use_title(|| admin::CANDIDATES.get().to_owned());
    let page = Page {
        app: App::expect(),
        domain: StoredValue::new(domain),
        row: RwSignal::new(None),
        list: RwSignal::new(Paged::default()),
        failure: RwSignal::new(None),
        more: RwSignal::new(false),
    };
    let links = Links::new();
    keep_fresh(page);
    let loading = move || page.row.with(Option::is_none) && page.failure.with(Option::is_none);
    let held = Memo::new(move |_| page.row.with(|row| row.as_ref().map(Option::is_some)));
    view! {
        <SheetPage>
            <header class="page-head">
                <div class="page-title">
                    <a class="back-link" href=routes::ADMIN_DOMAINS>
                        <Icon name="left" size=IconSize::Small />
                        {t(common::DOMAINS)}
                    </a>
                    <h1>{t(admin::CANDIDATES)}</h1>
                    <p>{t!(admin::CANDIDATES_OF, domain = name)}</p>
                </div>
            </header>
            <CertifyBanners />
            <LoadFailure
                failure=page.failure
                again=move |()| spawn_local(page.load())
            />
            <Show when=loading>
                <LoadingRows />
            </Show>
            {move || match held.get() {
                None => ().into_any(),
                Some(false) => view! { <NotHeld page=page /> }.into_any(),
                Some(true) => view! { <Held page=page links=links /> }.into_any(),
            }}
        </SheetPage>
    }
}

fn keep_fresh(page: Page) {
    spawn_local(async move {
        while page.domain.try_get_value().is_some() {
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
fn NotHeld(page: Page) -> impl IntoView {
    view! {
        <EmptyState
            icon="globe"
            title=t!(admin::NO_SUCH_DOMAIN, domain = page.domain.get_value())
            text=t(admin::NO_SUCH_DOMAIN_HINT)
        >
            <a class="button" href=routes::ADMIN_DOMAINS>
                {t(admin::TO_DOMAINS)}
            </a>
        </EmptyState>
    }
}

#[component]
fn Held(page: Page, links: Links) -> impl IntoView {
    let adoption = Memo::new(move |_| {
        page.row
            .with(|row| row.as_ref().and_then(Option::as_ref).map(Adoption::of))
    });
    let started = move || {
        matches!(
            adoption.get(),
            Some(Adoption::Running { .. } | Adoption::Complete)
        )
    };
    let running = Memo::new(move |_| match adoption.get() {
        Some(Adoption::Running { adopted, total }) => Some((adopted, total)),
        _ => None,
    });
    let empty = move || page.list.with(Paged::is_empty);
    let first = Signal::derive(move || {
        page.list.with(|list| {
            list.items
                .first()
                .map(|account| account.address.to_string())
        })
    });
    let counts = move || {
        running.get().map(|(adopted, total)| {
            t!(
                admin::ADOPTED_OF,
                adopted = i18n::number(adopted),
                total = i18n::number(total)
            )()
        })
    };
    let done = Signal::derive(move || {
        running
            .get()
            .map(|(adopted, total)| f64::from(adopted) / f64::from(total.max(1)))
    });
    let label = t!(admin::ADOPTED_PROGRESS, domain = page.domain.get_value());
    view! {
        <Show when=move || !started()>
            <Banner
                tone=Tone::Info
                title=t(admin::NOT_ADOPTING)
                text=TextProp::from(t(admin::NOT_ADOPTING_HINT))
            >
                <a class="button" data-size="small" href=routes::ADMIN_DOMAINS>
                    {t(admin::TO_DOMAINS)}
                </a>
            </Banner>
        </Show>
        <Show when=move || running.get().is_some()>
            <div class="stack" data-gap="small">
                <p>
                    <strong>{counts}</strong>
                </p>
                <ProgressBar label=TextProp::from(label) done=done />
            </div>
        </Show>
        <Show
            when=move || !empty()
            fallback=move || {
                view! {
                    <EmptyState
                        icon="done"
                        title=t!(admin::NO_CANDIDATES, domain = page.domain.get_value())
                        text=t(admin::NO_CANDIDATES_HINT)
                    />
                }
            }
        >
            <CandidateTable page=page links=links />
        </Show>
        <Show when=move || started() && !empty()>
            <ReminderSection domain=page.domain links=links example=first />
        </Show>
    }
}

#[component]
fn CandidateTable(page: Page, links: Links) -> impl IntoView {
    let rows = move || page.list.with(|list| list.items.clone());
    let key = |row: &CandidateView| (row.account, row.last_sign_in_ms, row.deferred_at_ms);
    let total = move || {
        page.row.with(|row| {
            row.as_ref()
                .and_then(Option::as_ref)
                .map_or(0, |row| row.not_yet_adopted)
        })
    };
    let shown = move || t!(admin::NOT_YET_ADOPTED, count = i18n::number(total()))();
    let has_more = Memo::new(move |_| page.list.with(|list| list.next.is_some()));
    view! {
        <TableFrame
            caption=t!(admin::CANDIDATES_OF, domain = page.domain.get_value())
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
                    <th scope="col" role="columnheader">{t(admin::LAST_SIGN_IN)}</th>
                    <th scope="col" role="columnheader">{t(admin::ANSWER)}</th>
                    <th scope="col" role="columnheader">
                        <span class="visually-hidden">{t(admin::ACTIONS)}</span>
                    </th>
                </tr>
            </thead>
            <tbody role="rowgroup">
                <For each=rows key=key let:row>
                    <CandidateRow row=row links=links domain=page.domain />
                </For>
            </tbody>
        </TableFrame>
    }
}

#[component]
fn CandidateRow(row: CandidateView, links: Links, domain: StoredValue<Domain>) -> impl IntoView {
    let address = StoredValue::new(row.address.to_string());
    let last = move || {
        row.last_sign_in_ms
            .map_or_else(|| admin::NEVER.get().to_owned(), i18n::date_time)
    };
    let answer = move || match row.deferred_at_ms {
        None => view! { <span class="muted">{t(admin::ANSWER_NONE)}</span> }.into_any(),
        Some(at) => {
            view! { <span>{t!(admin::ANSWER_NOT_NOW, date = i18n::date(at))}</span> }.into_any()
        }
    };
    let link = Memo::new(move |_| address.with_value(|address| links.link(address, domain)));
    let text = Signal::derive(move || address.with_value(|address| links.text(address, domain)));
    view! {
        <tr role="row">
            <td role="cell" data-lead="">
                <span class="person">
                    <Avatar name=address.get_value() />
                    <span class="person-text">
                        <span class="person-name">{address.get_value()}</span>
                    </span>
                </span>
            </td>
            <td role="cell" data-label=t(admin::LAST_SIGN_IN)>
                <span class="number nowrap">{last}</span>
            </td>
            <td role="cell" data-label=t(admin::ANSWER)>
                {answer}
            </td>
            <td role="cell" data-label=t(admin::ACTIONS)>
                <Show when=move || link.get().is_some()>
                    <div class="table-actions">
                        <CopyButton
                            text=Signal::derive(move || link.get().unwrap_or_default())
                            label=admin::COPY_LINK
                            aria_label=TextProp::from(
                                t!(admin::COPY_LINK_OF, address = address.get_value()),
                            )
                        />
                        <CopyButton
                            text=text
                            label=admin::COPY_TEXT
                            aria_label=TextProp::from(
                                t!(admin::COPY_TEXT_OF, address = address.get_value()),
                            )
                        />
                    </div>
                </Show>
            </td>
        </tr>
    }
}
