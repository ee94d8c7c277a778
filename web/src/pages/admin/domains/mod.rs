//! Domains: claim, adopt, release, and who is still to be adopted.

mod candidates;
mod claim;
mod confirm;
mod prove;
mod reminders;
mod row;

pub(crate) use candidates::CandidatesPage;

use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_client::view::{DomainView, Failure};
use zegel_protocol::Domain;

use self::claim::ClaimDialog;
use self::confirm::{AdoptDialog, ReleaseDialog, WithdrawDialog};
use self::row::DomainRow;
use super::{CertifyBanners, LoadFailure, LoadingRows};
use crate::components::{
    Banner, Button, EmptyState, Icon, SheetPage, TableFrame, Tone, Variant, use_title,
};
use crate::i18n::{self, admin, common, t};
use crate::state::App;
use crate::state::browser::sleep_ms;
use crate::state::certify::Certifier;
use crate::state::claim::ClaimStep;
use crate::state::domains;
use crate::worker::{call, messages::Domains};

/// How often the numbers refresh while the page is open.
const REFRESH_MS: i32 = 10_000;

/// The dialog that is open.
#[derive(Clone, PartialEq)]
enum Open {
    Claim {
        step: ClaimStep,
        /// Looks at the record at once.
        check: bool,
    },
    Adopt(DomainView),
    Release(DomainView),
    Withdraw(Domain),
}

/// What the page knows. Its dialogs and rows change it.
#[derive(Clone, Copy)]
struct Page {
    app: App,
    rows: RwSignal<Option<Vec<DomainView>>>,
    failure: RwSignal<Option<Failure>>,
    open: RwSignal<Option<Open>>,
    /// Claimed a moment ago.
    claimed: RwSignal<Option<Domain>>,
}

impl Page {
    fn new() -> Self {
        Self {
            app: App::expect(),
            rows: RwSignal::new(None),
            failure: RwSignal::new(None),
            open: RwSignal::new(None),
            claimed: RwSignal::new(None),
        }
    }

    /// Loads the rows. A refresh that fails leaves what is shown.
    async fn load(self) {
        let outcome = call(Domains {}).await;
        match outcome {
            Ok(mut rows) => {
                domains::sort(&mut rows);
                let _ = self.rows.try_set(Some(rows));
                let _ = self.failure.try_set(None);
            }
            Err(failure) if self.rows.try_with_untracked(Option::is_none) == Some(true) => {
                let _ = self.failure.try_set(Some(failure));
            }
            Err(_) => {}
        }
    }

    fn reload(self) {
        spawn_local(self.load());
    }

    /// A row as it stands now.
    fn row(self, domain: &Domain) -> Option<DomainView> {
        self.rows.with(|rows| {
            let rows = rows.as_ref()?;
            rows.iter().find(|row| row.domain == *domain).cloned()
        })
    }

    fn put(self, row: DomainView) {
        self.rows
            .update(|rows| domains::put(rows.get_or_insert_default(), row));
    }

    fn close(self) {
        self.open.set(None);
    }
}

#[component]
pub(crate) fn DomainsPage() -> impl IntoView {
    let page = Page::new();
    use_title(|| common::DOMAINS.get().to_owned());
    keep_fresh(page);
    let claim = Callback::new(move |()| {
        page.open.set(Some(Open::Claim {
            step: ClaimStep::Choose,
            check: false,
        }));
    });
    let loading = move || page.rows.with(Option::is_none) && page.failure.with(Option::is_none);
    let empty = Memo::new(move |_| page.rows.with(|rows| rows.as_ref().map(Vec::is_empty)));
    view! {
        <SheetPage>
            <header class="page-head">
                <div class="page-title">
                    <h1>{t(common::DOMAINS)}</h1>
                    <p>{t(admin::DOMAINS_INTRO)}</p>
                </div>
                <Show when=move || empty.get() == Some(false)>
                    <Button variant=Variant::Primary icon="plus" on_press=claim>
                        {t(admin::CLAIM)}
                    </Button>
                </Show>
            </header>
            <CertifyBanners />
            <ClaimedBanner page=page />
            <LoadFailure failure=page.failure again=move |()| page.reload() />
            <Show when=loading>
                <LoadingRows />
            </Show>
            {move || match empty.get() {
                None => ().into_any(),
                Some(true) => view! {
                    <EmptyState icon="globe" title=t(admin::NO_DOMAINS) text=t(admin::NO_DOMAINS_HINT)>
                        <Button variant=Variant::Primary icon="plus" on_press=claim>
                            {t(admin::CLAIM)}
                        </Button>
                    </EmptyState>
                }
                .into_any(),
                Some(false) => view! { <DomainTable page=page /> }.into_any(),
            }}
            <WhenToAdopt />
            {move || page.open.get().map(|open| dialog(page, open))}
        </SheetPage>
    }
}

fn keep_fresh(page: Page) {
    spawn_local(async move {
        while page.rows.try_with_untracked(|_| ()).is_some() {
            page.load().await;
            sleep_ms(REFRESH_MS).await;
        }
    });
    let changes = Certifier::expect().changes;
    Effect::new(move |before: Option<u32>| {
        let now = changes.get();
        if before.is_some_and(|before| before != now) {
            page.reload();
        }
        now
    });
}

fn dialog(page: Page, open: Open) -> AnyView {
    match open {
        Open::Claim { step, check } => {
            view! { <ClaimDialog page=page step=step check=check /> }.into_any()
        }
        Open::Adopt(domain) => view! { <AdoptDialog page=page row=domain /> }.into_any(),
        Open::Release(domain) => view! { <ReleaseDialog page=page row=domain /> }.into_any(),
        Open::Withdraw(domain) => view! { <WithdrawDialog page=page domain=domain /> }.into_any(),
    }
}

/// The domain that was claimed a moment ago, with what comes next.
#[component]
fn ClaimedBanner(page: Page) -> impl IntoView {
    let row = Memo::new(move |_| {
        let domain = page.claimed.get()?;
        page.row(&domain)
            .filter(|row| row.state == zegel_client::view::DomainStateView::Claimed)
    });
    move || {
        row.get().map(|row| {
            let count = row.not_yet_adopted;
            let domain = row.domain.clone();
            let adopt = move |()| page.open.set(Some(Open::Adopt(row.clone())));
            view! {
                <Banner
                    tone=Tone::Success
                    title=t!(admin::CLAIM_DONE, domain = domain)
                    text=TextProp::from(t!(admin::NOT_YET_ADOPTED, count = i18n::number(count)))
                >
                    <Button size="small" on_press=Callback::new(adopt)>
                        {t(admin::ADOPT)}
                    </Button>
                </Banner>
            }
        })
    }
}

#[component]
fn DomainTable(page: Page) -> impl IntoView {
    let names = move || {
        page.rows.with(|rows| {
            let rows = rows.iter().flatten();
            rows.map(|row| row.domain.clone()).collect::<Vec<_>>()
        })
    };
    let organisation = move || {
        page.app
            .session
            .with(|session| {
                session
                    .as_ref()
                    .and_then(|session| session.organisation.clone())
            })
            .unwrap_or_default()
    };
    let count = move || match names().len() {
        1 => admin::DOMAIN_COUNT_ONE.get().to_owned(),
        count => t!(admin::DOMAIN_COUNT, count = count)(),
    };
    view! {
        <TableFrame
            caption=t!(admin::DOMAINS_OF, organisation = organisation())
            foot=move || {
                view! {
                    <span>{count}</span>
                    <span>{t(admin::COUNTS_FRESH)}</span>
                }
            }
        >
            <thead role="rowgroup">
                <tr role="row">
                    <th scope="col" role="columnheader">{t(admin::DOMAIN)}</th>
                    <th scope="col" role="columnheader">{t(admin::STATUS)}</th>
                    <th scope="col" role="columnheader">{t(common::ACCOUNTS)}</th>
                    <th scope="col" role="columnheader">{t(admin::ADOPTION)}</th>
                    <th scope="col" role="columnheader" data-spare="">{t(admin::LAST_CHECK)}</th>
                    <th scope="col" role="columnheader">
                        <span class="visually-hidden">{t(admin::ACTIONS)}</span>
                    </th>
                </tr>
            </thead>
            <tbody role="rowgroup">
                <For each=names key=Clone::clone let:domain>
                    <DomainRow page=page domain=domain />
                </For>
            </tbody>
        </TableFrame>
    }
}

#[component]
fn WhenToAdopt() -> impl IntoView {
    view! {
        <details class="disclosure">
            <summary>
                <Icon name="help" />
                {t(admin::WHEN_TO_ADOPT)}
            </summary>
            <div class="disclosure-body">
                <p>{t(admin::WHEN_TO_ADOPT_1)}</p>
                <p>{t(admin::WHEN_TO_ADOPT_2)}</p>
                <p>{t(admin::WHEN_TO_ADOPT_3)}</p>
            </div>
        </details>
    }
}
