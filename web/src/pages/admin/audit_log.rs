use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_api::{AuditCategory, Language};
use zegel_client::view::{AuditEventView, AuditFilter, Failure};

use super::{LoadFailure, LoadingRows};
use crate::components::{
    Button, EmptyState, ErrorText, ProgressBar, SheetPage, TableFrame, Variant, use_title,
};
use crate::i18n::{self, Text, admin, common, t};
use crate::state::audit::{FilterForm, Period, UntilBeforeFrom, category_of, details, to_csv};
use crate::state::paged::Paged;
use crate::state::{App, Message, browser};
use crate::worker::{call, messages::AuditEvents};

/// How often the log refreshes while the page is open.
const REFRESH_MS: i32 = 15_000;
/// How long typing in the actor's field rests before it filters.
const TYPING_MS: i32 = 400;

#[derive(Clone, Copy)]
struct Page {
    app: App,
    form: RwSignal<FilterForm>,
    filter: Memo<Result<AuditFilter, UntilBeforeFrom>>,
    list: RwSignal<Paged<AuditEventView>>,
    failure: RwSignal<Option<Failure>>,
    /// Rows of another filter are on their way.
    changing: RwSignal<bool>,
    more: RwSignal<bool>,
    /// Events of the export so far; none while none runs.
    exported: RwSignal<Option<usize>>,
}

impl Page {
    /// Loads what the filter lets through, as many rows as are wanted. An answer to an older filter is dropped.
    async fn load(self, wanted: usize) {
        let Some(Ok(filter)) = self.filter.try_get_untracked() else {
            return;
        };
        let mut list = Paged::default();
        loop {
            let before = list.next.take();
            let outcome = call(AuditEvents {
                filter: filter.clone(),
                before,
            })
            .await;
            if self.filter.try_get_untracked() != Some(Ok(filter.clone())) {
                return;
            }
            match outcome {
                Ok(page) => list.append(page.events, page.next),
                Err(failure) => {
                    let _ = self.changing.try_set(false);
                    let _ = self.failure.try_set(Some(failure));
                    return;
                }
            }
            if !list.wants_more(wanted) {
                break;
            }
        }
        let _ = self.changing.try_set(false);
        let _ = self.failure.try_set(None);
        let _ = self.list.try_set(list);
    }

    async fn load_more(self) {
        let Ok(filter) = self.filter.get_untracked() else {
            return;
        };
        let before = self.list.with_untracked(|list| list.next.clone());
        self.more.set(true);
        let outcome = call(AuditEvents {
            filter: filter.clone(),
            before,
        })
        .await;
        let _ = self.more.try_set(false);
        match outcome {
            Ok(page) if self.filter.try_get_untracked() == Some(Ok(filter)) => {
                let _ = self
                    .list
                    .try_update(|list| list.append(page.events, page.next));
            }
            Ok(_) => {}
            Err(failure) => self.app.toast(failure),
        }
    }

    /// Fetches every page of what is filtered, and saves it; ends early when the user stops it or leaves.
    async fn export(self) {
        let Ok(filter) = self.filter.get_untracked() else {
            return;
        };
        let mut all = Vec::new();
        let mut before = None;
        self.exported.set(Some(0));
        loop {
            match call(AuditEvents {
                filter: filter.clone(),
                before,
            })
            .await
            {
                Ok(page) => {
                    all.extend(page.events);
                    before = page.next;
                }
                Err(failure) => {
                    let _ = self.exported.try_set(None);
                    let _ = self.failure.try_set(Some(failure));
                    return;
                }
            }
            if self.exported.try_get_untracked().flatten().is_none() {
                return;
            }
            self.exported.set(Some(all.len()));
            if before.is_none() {
                break;
            }
        }
        self.exported.set(None);
        let name = format!("zegel-audit-log-{}.csv", &browser::iso_now()[..10]);
        browser::download(&name, "text/csv;charset=utf-8", &to_csv(&all, browser::iso));
        self.app.toast(Message::Filled(
            admin::EXPORT_DONE,
            vec![("count", all.len().to_string())],
        ));
    }
}

/// Every administrative event, newest first.
#[component]
pub(crate) fn AuditLogPage() -> impl IntoView {
    use_title(|| common::AUDIT_LOG.get().to_owned());
    let form = RwSignal::new(FilterForm::default());
    let page = Page {
        app: App::expect(),
        form,
        filter: Memo::new(move |_| {
            form.with(|form| form.filter(browser::today(), browser::midnight))
        }),
        list: RwSignal::new(Paged::default()),
        failure: RwSignal::new(None),
        changing: RwSignal::new(true),
        more: RwSignal::new(false),
        exported: RwSignal::new(None),
    };
    keep_fresh(page);
    let empty = Memo::new(move |_| page.list.with(Paged::is_empty));
    let loaded = Memo::new(move |_| page.list.with(|list| list.loaded));
    let exporting = Memo::new(move |_| page.exported.get().is_some());
    view! {
        <SheetPage>
            <header class="page-head">
                <div class="page-title">
                    <h1>{t(common::AUDIT_LOG)}</h1>
                    <p>{t(admin::AUDIT_INTRO)}</p>
                </div>
                <Button
                    icon="download"
                    busy=exporting
                    disabled=Signal::derive(move || empty.get() || !loaded.get())
                    on_press=Callback::new(move |()| spawn_local(page.export()))
                >
                    {t(admin::EXPORT_CSV)}
                </Button>
            </header>
            <Exporting page=page />
            <Filters page=page />
            <LoadFailure
                failure=page.failure
                again=move |()| spawn_local(page.load(0))
            />
            <Show when=move || !loaded.get() && page.failure.with(Option::is_none)>
                <LoadingRows />
            </Show>
            {move || match (loaded.get(), empty.get()) {
                (false, _) => ().into_any(),
                (true, true) => view! { <Nothing page=page /> }.into_any(),
                (true, false) => view! { <Events page=page /> }.into_any(),
            }}
        </SheetPage>
    }
}

fn keep_fresh(page: Page) {
    Effect::new(move || {
        if page.filter.get().is_ok() {
            page.changing.set(true);
            spawn_local(page.load(0));
        }
    });
    spawn_local(async move {
        loop {
            browser::sleep_ms(REFRESH_MS).await;
            let Some(shown) = page.list.try_with_untracked(|list| list.items.len()) else {
                return;
            };
            // Whoever has loaded more reads further down: nothing moves there.
            if shown > 0 && page.list.try_with_untracked(|list| list.loaded) == Some(true) {
                page.load(shown).await;
            }
        }
    });
}

/// How far the export is. Nobody knows how many events there are, so it counts.
#[component]
fn Exporting(page: Page) -> impl IntoView {
    let count = move || {
        t!(
            admin::EXPORTING,
            count = page.exported.get().unwrap_or_default()
        )()
    };
    view! {
        <Show when=move || page.exported.get().is_some()>
            <div class="stack" data-gap="small">
                <div class="spread">
                    <strong>{count}</strong>
                    <Button size="small" on_press=Callback::new(move |()| page.exported.set(None))>
                        {t(admin::EXPORT_STOP)}
                    </Button>
                </div>
                <ProgressBar label=t(admin::EXPORT_CSV) done=Signal::derive(|| None) />
            </div>
        </Show>
    }
}

const fn period_name(period: Period) -> Text {
    match period {
        Period::All => admin::PERIOD_ALL,
        Period::Today => admin::PERIOD_TODAY,
        Period::Week => admin::PERIOD_WEEK,
        Period::Month => admin::PERIOD_MONTH,
        Period::Own => admin::PERIOD_OWN,
    }
}

#[component]
fn Filters(page: Page) -> impl IntoView {
    let form = page.form;
    let own = Memo::new(move |_| form.with(|form| form.period == Period::Own));
    let open = Memo::new(move |_| form.with(|form| *form == FilterForm::default()));
    let error = Signal::derive(move || {
        page.filter.with(|filter| {
            filter
                .is_err()
                .then(|| Message::from(admin::UNTIL_BEFORE_FROM))
        })
    });
    let typed = RwSignal::new(String::new());
    let type_actor = move |event| {
        typed.set(event_target_value(&event));
        let now = typed.get_untracked();
        spawn_local(async move {
            browser::sleep_ms(TYPING_MS).await;
            if typed.try_get_untracked().as_ref() == Some(&now) {
                form.update(|form| form.actor = now);
            }
        });
    };
    // The list of categories is fixed English in every language of the page.
    let category = move || form.with(|form| form.category.map_or("", AuditCategory::label));
    view! {
        <form
            class="filters"
            role="search"
            aria-label=t(admin::FILTER)
            on:submit=|event| event.prevent_default()
        >
            <div class="field">
                <label class="field-label" for="audit-period">{t(admin::TIME)}</label>
                <span class="select">
                    <select
                        id="audit-period"
                        prop:value=move || form.with(|form| form.period.key())
                        on:change=move |event| {
                            let period = Period::from_key(&event_target_value(&event));
                            form.update(|form| form.period = period);
                        }
                    >
                        {Period::ALL
                            .map(|period| {
                                view! {
                                    <option value=period.key()>{t(period_name(period))}</option>
                                }
                            })
                            .collect_view()}
                    </select>
                </span>
            </div>
            <Show when=move || own.get()>
                <OwnPeriod page=page />
            </Show>
            <div class="field">
                <label class="field-label" for="audit-actor">{t(admin::ACTOR)}</label>
                <input
                    class="input"
                    id="audit-actor"
                    type="search"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    placeholder=t(admin::ACTOR_HINT)
                    prop:value=move || typed.get()
                    on:input=type_actor
                />
            </div>
            <div class="field">
                <label class="field-label" for="audit-category">{t(admin::CATEGORY)}</label>
                <span class="select">
                    <select
                        id="audit-category"
                        prop:value=category
                        on:change=move |event| {
                            let category = category_of(&event_target_value(&event));
                            form.update(|form| form.category = category);
                        }
                    >
                        <option value="">{t(admin::ALL_CATEGORIES)}</option>
                        {AuditCategory::ALL
                            .iter()
                            .map(|category| {
                                view! {
                                    <option value=category.label() lang="en">
                                        {category.label()}
                                    </option>
                                }
                            })
                            .collect_view()}
                    </select>
                </span>
            </div>
            <Show when=move || !open.get()>
                <Button
                    variant=Variant::Quiet
                    on_press=Callback::new(move |()| {
                        typed.set(String::new());
                        form.set(FilterForm::default());
                    })
                >
                    {t(admin::CLEAR_FILTERS)}
                </Button>
            </Show>
            <div class="filters-note" role="status">
                <ErrorText error=error id="audit-until-error".to_owned() />
            </div>
        </form>
    }
}

#[component]
fn OwnPeriod(page: Page) -> impl IntoView {
    let form = page.form;
    let wrong = move || page.filter.with(Result::is_err);
    view! {
        <div class="field">
            <label class="field-label" for="audit-from">{t(admin::FROM_DAY)}</label>
            <input
                class="input"
                id="audit-from"
                type="date"
                prop:value=move || form.with(|form| form.from.clone())
                on:change=move |event| form.update(|form| form.from = event_target_value(&event))
            />
        </div>
        <div class="field">
            <label class="field-label" for="audit-until">{t(admin::UNTIL_DAY)}</label>
            <input
                class="input"
                id="audit-until"
                type="date"
                aria-invalid=move || wrong().then_some("true")
                aria-describedby=move || wrong().then_some("audit-until-error")
                prop:value=move || form.with(|form| form.until.clone())
                on:change=move |event| form.update(|form| form.until = event_target_value(&event))
            />
        </div>
    }
}

/// Nothing yet, or nothing that matches.
#[component]
fn Nothing(page: Page) -> impl IntoView {
    let open = Memo::new(move |_| page.form.with(FilterForm::is_open));
    move || {
        if open.get() {
            view! {
                <EmptyState icon="log" title=t(admin::NO_EVENTS) text=t(admin::NO_EVENTS_HINT) />
            }
            .into_any()
        } else {
            view! {
                <EmptyState icon="search" title=t(admin::NO_MATCH) text=t(admin::NO_MATCH_HINT) />
            }
            .into_any()
        }
    }
}

#[component]
fn Events(page: Page) -> impl IntoView {
    let rows = move || page.list.with(|list| list.items.clone());
    let has_more = Memo::new(move |_| page.list.with(|list| list.next.is_some()));
    let shown = move || match page.list.with(|list| list.items.len()) {
        1 => admin::EVENTS_SHOWN_ONE.get().to_owned(),
        count => t!(admin::EVENTS_SHOWN, count = count)(),
    };
    view! {
        <div aria-busy=move || page.changing.get().then_some("true")>
            <TableFrame
                caption=t(admin::AUDIT_CAPTION)
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
                        <th scope="col" role="columnheader" aria-sort="descending">
                            {t(admin::TIME)}
                        </th>
                        <th scope="col" role="columnheader">{t(admin::CATEGORY)}</th>
                        <th scope="col" role="columnheader">{t(admin::ACTOR)}</th>
                        <th scope="col" role="columnheader">{t(admin::TARGET)}</th>
                        <th scope="col" role="columnheader" data-spare="">
                            {t(admin::NETWORK_ADDRESS)}
                        </th>
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    <For each=rows key=|row| row.id.clone() let:row>
                        <EventRow row=row />
                    </For>
                </tbody>
            </TableFrame>
        </div>
    }
}

#[component]
fn EventRow(row: AuditEventView) -> impl IntoView {
    let category = row.category;
    let translated = move || {
        (i18n::language().get() == Language::Nl)
            .then(|| view! { <span class="muted">{admin::category(category).nl}</span> })
    };
    let details = details(category, &row.details)
        .map(|message| view! { <span class="muted">{move || message.text()}</span> });
    view! {
        <tr role="row">
            <td role="cell" data-lead="">
                <time class="number nowrap" datetime=browser::iso(row.at_ms)>
                    {move || i18n::date_time_seconds(row.at_ms)}
                </time>
            </td>
            <td role="cell" data-label=t(admin::CATEGORY)>
                <span class="event">
                    <strong lang="en">{category.label()}</strong>
                    {translated}
                    {details}
                </span>
            </td>
            <td role="cell" data-label=t(admin::ACTOR)>
                <span class="address">{row.actor}</span>
            </td>
            <td role="cell" data-label=t(admin::TARGET)>
                <span class="address">{row.target}</span>
            </td>
            <td role="cell" data-label=t(admin::NETWORK_ADDRESS) data-spare="">
                <span class="number muted">{row.network_address}</span>
            </td>
        </tr>
    }
}
