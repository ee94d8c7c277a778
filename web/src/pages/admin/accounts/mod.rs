//! The accounts of the organisation: people and functional accounts.

mod compare;
mod create;
mod filter;
mod functional_settings;
mod table;

use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_api::AccountKind;
use zegel_client::view::{Failure, MemberView};

use self::compare::CompareDialog;
use self::create::CreateDialog;
use self::filter::Filters;
use self::functional_settings::FunctionalSettings;
use self::table::{Meanings, MemberTable};
pub(super) use self::table::{key_badge, status_badge};
use super::{CertifyBanners, LoadFailure, LoadingRows};
use crate::components::{Button, EmptyState, SheetPage, Variant, use_title};
use crate::i18n::{self, admin, common, t};
use crate::state::App;
use crate::state::accounts::TypeFilter;
use crate::state::browser::sleep_ms;
use crate::state::certify::Certifier;
use crate::state::paged::Paged;
use crate::worker::{call, messages::Members};

/// How often the list refreshes while the page is open.
const REFRESH_MS: i32 = 15_000;

/// Rows that show before "Load more", where there are as many.
const ROWS: usize = 50;

/// What the page knows. Its parts change it.
#[derive(Clone, Copy)]
struct Page {
    app: App,
    list: RwSignal<Paged<MemberView>>,
    /// Accounts in the organisation, while nothing is filtered.
    total: RwSignal<u32>,
    failure: RwSignal<Option<Failure>>,
    more: RwSignal<bool>,
    kind: RwSignal<TypeFilter>,
    search: RwSignal<String>,
    /// Counts the filters: an answer to an earlier one is too late.
    asked: StoredValue<u32>,
    /// Whose number is being compared.
    comparing: RwSignal<Option<MemberView>>,
    creating: RwSignal<bool>,
}

impl Page {
    fn new() -> Self {
        Self {
            app: App::expect(),
            list: RwSignal::new(Paged::default()),
            total: RwSignal::new(0),
            failure: RwSignal::new(None),
            more: RwSignal::new(false),
            kind: RwSignal::new(TypeFilter::All),
            search: RwSignal::new(String::new()),
            asked: StoredValue::new(0),
            comparing: RwSignal::new(None),
            creating: RwSignal::new(false),
        }
    }

    /// Nothing is left out. Followed.
    fn is_open(self) -> bool {
        self.kind.get() == TypeFilter::All && self.search.with(|search| search.trim().is_empty())
    }

    /// Pages from one on, until there are as many rows as wanted, or none left.
    async fn pages(
        self,
        mut list: Paged<MemberView>,
        wanted: usize,
    ) -> Result<Paged<MemberView>, Failure> {
        let filter = self.kind.try_get_untracked().unwrap_or_default();
        let search = self.search.try_get_untracked().unwrap_or_default();
        let search = search.trim().to_owned();
        let open = filter == TypeFilter::All && search.is_empty();
        loop {
            let page = call(Members {
                after: list.next.take(),
                kind: filter.kind(),
                search: (!search.is_empty()).then(|| search.clone()),
            })
            .await?;
            if open {
                let _ = self.total.try_set(page.total);
            }
            let rows = page.members.into_iter();
            let rows = rows.filter(|row| filter.keeps(row)).collect();
            list.append(rows, page.next);
            if list.next.is_none() || list.items.len() >= wanted {
                return Ok(list);
            }
        }
    }

    /// Loads everything that is shown. A refresh that fails leaves it.
    async fn load(self) {
        let shown = self
            .list
            .try_with_untracked(|list| (list.loaded, list.items.len()));
        let Some((loaded, rows)) = shown else {
            return;
        };
        let asked = self.asked.get_value();
        let outcome = self.pages(Paged::default(), rows.max(ROWS)).await;
        if self.asked.try_get_value() != Some(asked) {
            return;
        }
        match outcome {
            Ok(list) => {
                let _ = self.failure.try_set(None);
                let _ = self.list.try_set(list);
            }
            Err(failure) if !loaded => {
                let _ = self.failure.try_set(Some(failure));
            }
            Err(_) => {}
        }
    }

    /// Other rows are wanted now.
    fn filter_changed(self) {
        self.asked
            .update_value(|asked| *asked = asked.wrapping_add(1));
        spawn_local(async move {
            let asked = self.asked.get_value();
            let outcome = self.pages(Paged::default(), ROWS).await;
            if self.asked.try_get_value() != Some(asked) {
                return;
            }
            match outcome {
                Ok(list) => {
                    let _ = self.list.try_set(list);
                }
                Err(failure) => self.app.toast(failure),
            }
        });
    }

    async fn load_more(self) {
        let asked = self.asked.get_value();
        let list = self.list.get_untracked();
        let wanted = list.items.len() + ROWS;
        self.more.set(true);
        let outcome = self.pages(list, wanted).await;
        let _ = self.more.try_set(false);
        if self.asked.try_get_value() != Some(asked) {
            return;
        }
        match outcome {
            Ok(list) => {
                let _ = self.list.try_set(list);
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

/// The accounts of the organisation, and how far their keys are checked.
#[component]
pub(crate) fn AccountsPage() -> impl IntoView {
    use_title(|| common::ACCOUNTS.get().to_owned());
    let page = Page::new();
    keep_fresh(page);
    let loaded = Memo::new(move |_| page.list.with(|list| list.loaded));
    let total = move || match page.total.get() {
        1 => admin::ACCOUNTS_TOTAL_ONE.get().to_owned(),
        total => t!(admin::ACCOUNTS_TOTAL, count = i18n::number(total))(),
    };
    let none = Memo::new(move |_| page.list.with(Paged::is_empty));
    view! {
        <SheetPage>
            <header class="page-head">
                <div class="page-title">
                    <h1>{t(common::ACCOUNTS)}</h1>
                    <Show when=move || loaded.get()>
                        <p>{total}</p>
                    </Show>
                </div>
                <Button
                    variant=Variant::Primary
                    icon="plus"
                    on_press=Callback::new(move |()| page.creating.set(true))
                >
                    {t(admin::CREATE_FUNCTIONAL)}
                </Button>
            </header>
            <CertifyBanners />
            <LoadFailure failure=page.failure again=move |()| spawn_local(page.load()) />
            <Show when=move || !loaded.get() && page.failure.with(Option::is_none)>
                <LoadingRows />
            </Show>
            <Show when=move || loaded.get()>
                <Filters page=page />
                <Show
                    when=move || !none.get()
                    fallback=move || {
                        view! {
                            <EmptyState
                                icon="search"
                                title=TextProp::from(t(admin::NO_ACCOUNT_MATCHES))
                                text=TextProp::from(t(admin::NO_ACCOUNT_MATCHES_HINT))
                            />
                        }
                    }
                >
                    <MemberTable page=page />
                </Show>
                <FunctionalSettings app=page.app />
            </Show>
            <Meanings />
            {move || {
                page.comparing
                    .get()
                    .map(|member| view! { <CompareDialog page=page member=member /> })
            }}
            <Show when=move || page.creating.get()>
                <CreateDialog page=page />
            </Show>
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

/// The name, or the address where there is none.
pub(super) fn name_of(member: &MemberView) -> String {
    if member.name.is_empty() {
        member.address.to_string()
    } else {
        member.name.clone()
    }
}

/// Round for people, square for what several people read.
pub(super) const fn shape_of(member: &MemberView) -> crate::components::Shape {
    match member.kind {
        AccountKind::Person => crate::components::Shape::Person,
        AccountKind::Functional => crate::components::Shape::Functional,
    }
}
