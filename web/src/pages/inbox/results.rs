//! What a search found, in the place of a folder; and putting messages into the search index meanwhile.

use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_api::Folder;
use zegel_client::view::{Failure, IndexedView, MessagePageView, MessageRowView, SearchView};
use zegel_protocol::MessageId;

use super::{Load, Mailbox, list, rows};
use crate::components::{Button, SEARCH_FIELD, Skeleton};
use crate::i18n::{self, errors, mail as tx, t};
use crate::state::browser;
use crate::worker::{
    call,
    messages::{IndexMessages, Search},
};

/// Between two steps of indexing: a step is some forty requests, and the server takes so many a minute from one network
/// address, where colleagues may be too.
const INDEX_PAUSE_MS: i32 = 4000;
/// Before the first step while somebody waits for what is searched.
const SEARCH_PAUSE_MS: i32 = 100;
/// Steps of indexing after which the results are brought up to date.
const STEPS: u32 = 10;
/// Most pages of results that are brought up to date at once.
const MOST_PAGES: usize = 10;

/// What is known of the results beside their rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Results {
    /// How many messages match.
    found: u32,
    /// How many results come before the next page.
    next: Option<u32>,
    /// How much was searched.
    pub(super) indexed: IndexedView,
    /// Why no more is put into the index.
    stopped: Option<Failure>,
}

/// One page of results after the other.
#[derive(Default)]
struct Pages {
    rows: Vec<MessageRowView>,
    last: SearchView,
}

impl Pages {
    /// As many pages as it takes for so many rows.
    async fn load(mailbox: Mailbox, query: &str, least: usize) -> Result<Self, Failure> {
        let mut pages = Self::default();
        for _ in 0..MOST_PAGES {
            let page = call(Search {
                mailbox: mailbox.account,
                query: query.to_owned(),
                skip: pages.last.next.unwrap_or_default(),
            })
            .await?;
            pages.rows.extend(page.rows.iter().cloned());
            pages.last = page;
            if pages.last.next.is_none() || pages.rows.len() >= least {
                break;
            }
        }
        Ok(pages)
    }
}

/// Rows as a page of a list of which more is to come, or nothing.
fn page(rows: Vec<MessageRowView>, above: usize, found: &SearchView) -> MessagePageView {
    let left = found
        .next
        .map_or(0, |next| found.found.saturating_sub(next).min(30));
    let there = u32::try_from(above + rows.len()).unwrap_or(u32::MAX);
    MessagePageView {
        rows,
        next: found.next.map(|next| next.to_string()),
        unread: 0,
        total: Some(there.saturating_add(left)),
    }
}

impl Mailbox {
    /// Looks for the query that there is now.
    pub(super) fn look_for(self) {
        if self.chosen.get_untracked().is_some() && !list::is_visible() {
            self.go(untrack(|| self.folder_href()), true);
        }
        if self.loaded.get_untracked() != Load::Done {
            self.loaded.set(Load::Waiting);
        }
        self.search_for(1, true);
    }

    /// Brings the results up to date.
    pub(super) fn look_again(self) {
        let there = self.list.with_untracked(|list| list.loaded().count());
        let first = self.loaded.get_untracked() != Load::Done;
        self.search_for(there.max(1), first);
    }

    fn search_for(self, least: usize, anew: bool) {
        let Some(query) = self.search.query.get_untracked() else {
            return;
        };
        let shown = self.work.with_value(|work| work.shown);
        spawn_local(async move {
            let outcome = Pages::load(self, &query, least).await;
            if self.work.try_with_value(|work| work.shown) != Some(shown) {
                return;
            }
            let pages = match outcome {
                Ok(pages) => pages,
                Err(failure) if !anew => {
                    self.problem.set(Some(failure));
                    return;
                }
                Err(failure) => {
                    self.loaded.set(Load::Failed(failure));
                    return;
                }
            };
            self.results.update(|results| {
                results.found = pages.last.found;
                results.next = pages.last.next;
                results.indexed = pages.last.indexed;
            });
            if pages.last.indexed.more {
                self.work.update_value(|work| work.indexed = false);
            }
            let page = page(pages.rows, 0, &pages.last);
            if anew {
                self.scroller.to_top();
                self.list.update(|list| {
                    *list = crate::state::MailList::default();
                    list.put(0, page, None);
                });
            } else {
                let keep = self.chosen.get_untracked();
                self.rearrange(|list| list.put(0, page, keep));
            }
            self.loaded.set(Load::Done);
            if anew {
                self.enter_results();
            }
            self.index();
        });
    }

    /// Moves the focus to the first result, where that was asked for and nobody has typed on or gone elsewhere since.
    fn enter_results(self) {
        browser::after_render(move || {
            if self.search.enter.try_get_value() == Some(true) {
                self.search.enter.set_value(false);
                if browser::is_focus_free(SEARCH_FIELD) {
                    self.focus_first();
                }
            }
        });
    }

    /// Moves the focus to the first row; to the list's heading where there is none.
    pub(super) fn focus_first(self) {
        let first = self
            .list
            .with_untracked(|list| list.at(0).map(|row| row.message));
        match first {
            Some(first) => rows::focus_row(self, first),
            None => browser::focus_id("list-title"),
        }
    }

    /// Loads the next page of results.
    pub(super) fn more_results(self) {
        let next = self.results.with_untracked(|results| results.next);
        let (Some(skip), Some(query)) = (next, self.search.query.get_untracked()) else {
            return;
        };
        self.loading.set(true);
        let shown = self.work.with_value(|work| work.shown);
        spawn_local(async move {
            let command = Search {
                mailbox: self.account,
                query,
                skip,
            };
            let outcome = call(command).await;
            if self.work.try_with_value(|work| work.shown) != Some(shown) {
                return;
            }
            self.loading.set(false);
            match outcome {
                // Otherwise the results were brought up to date meanwhile, and this page is another one.
                Ok(found) if self.results.with_untracked(|it| it.next) == Some(skip) => {
                    self.results.update(|results| results.next = found.next);
                    let rows = found.rows.clone();
                    let keep = self.chosen.get_untracked();
                    self.rearrange(|list| {
                        let above = list.loaded().count();
                        list.put(above, page(rows, above, &found), keep);
                    });
                }
                Ok(_) => {}
                Err(failure) => self.problem.set(Some(failure)),
            }
        });
    }

    /// Puts messages into the search index, step by step, until all are in it: after a rest while mail is read, at once
    /// while results wait for it.
    pub(super) fn index(self) {
        let begun = self.work.try_update_value(|work| {
            let begins = work.indexing != Some(work.shown) && !work.indexed;
            if begins {
                work.indexing = Some(work.shown);
            }
            begins.then_some(work.shown)
        });
        if let Some(shown) = begun.flatten() {
            spawn_local(self.index_on(shown));
        }
    }

    async fn index_on(self, shown: u32) {
        let mut steps = 0_u32;
        let mut pause_ms = None;
        loop {
            let Some(searching) = self.search.query.try_with_untracked(Option::is_some) else {
                return;
            };
            let first_ms = if searching {
                SEARCH_PAUSE_MS
            } else {
                INDEX_PAUSE_MS
            };
            browser::sleep_ms(pause_ms.replace(INDEX_PAUSE_MS).unwrap_or(first_ms)).await;
            if self.work.try_with_value(|work| work.shown) != Some(shown) {
                return;
            }
            // Nobody looks, or somebody waits for what they look at.
            if browser::document().hidden() || self.loading.get_untracked() {
                continue;
            }
            let mailbox = self.account;
            let outcome = call(IndexMessages { mailbox }).await;
            if self.work.try_with_value(|work| work.shown) != Some(shown) {
                return;
            }
            steps += 1;
            let more = outcome.as_ref().is_ok_and(|indexed| indexed.more);
            if searching {
                let searched = self.results.with_untracked(|it| it.indexed.searched);
                let grown = self.take_progress(outcome, searched);
                if grown && (!more || steps.is_multiple_of(STEPS)) {
                    self.look_again();
                }
            }
            if !more {
                self.work.update_value(|work| {
                    work.indexing = None;
                    work.indexed = true;
                });
                return;
            }
        }
    }

    /// Says how much is searched by now; answers whether that is more than before.
    fn take_progress(self, outcome: Result<IndexedView, Failure>, before: u32) -> bool {
        let mut grown = false;
        self.results.update(|results| match outcome {
            Ok(indexed) => {
                grown = indexed.searched != before;
                results.indexed = indexed;
                results.stopped = None;
            }
            Err(failure) => results.stopped = Some(failure),
        });
        grown
    }

    /// Whether messages are left that were not searched.
    pub(super) fn is_all_searched(self) -> bool {
        self.results
            .with(|it| !it.indexed.more && it.indexed.searched >= it.indexed.total)
    }

    /// Where the messages lie that something is done with.
    pub(super) fn folders_of(self, messages: &[MessageId]) -> Vec<Folder> {
        let folder = self.folder.get();
        if !self.results_shown.get() {
            return vec![folder];
        }
        self.list.with(|list| {
            let rows = messages.iter().filter_map(|message| list.row(*message));
            rows.map(|row| row.folder).collect()
        })
    }
}

/// How much was found, and in how much of the mail; in the place of the filter.
#[component]
pub(super) fn ResultsStatus(mailbox: Mailbox) -> impl IntoView {
    let results = mailbox.results;
    let there = move || mailbox.loaded.get() == Load::Done;
    let found = move || match results.with(|it| it.found) {
        1 => tx::FOUND_ONE.get().to_owned(),
        count => t!(tx::FOUND_MANY, count = i18n::number(count))(),
    };
    let searched = move || {
        let indexed = results.with(|it| it.indexed);
        let (searched, total) = (
            i18n::number(indexed.searched),
            i18n::number(indexed.total.max(indexed.searched)),
        );
        t!(tx::SEARCHED, searched = searched, total = total)()
    };
    let stopped = move || results.with(|it| it.stopped.as_ref().map(errors::failure));
    let again = move |()| {
        results.update(|results| results.stopped = None);
        mailbox.work.update_value(|work| work.indexed = false);
        mailbox.refresh();
        mailbox.index();
    };
    view! {
        <div class="list-tools list-found">
            <p role="status">
                <Show when=there fallback=move || view! { <Skeleton width="half" /> }>
                    <span>{found}</span>
                    " · "
                    <span>{searched}</span>
                </Show>
            </p>
            <Show when=move || stopped().is_some()>
                <p class="field-error">{stopped}</p>
                <Button size="small" on_press=Callback::new(again)>
                    {t(tx::SEARCH_AGAIN)}
                </Button>
            </Show>
        </div>
    }
}

/// Nothing matches, or nothing of what was searched so far.
#[component]
pub(super) fn NothingFound(mailbox: Mailbox) -> impl IntoView {
    let text = move || {
        if mailbox.is_all_searched() {
            tx::NOTHING_FOUND_HINT.get()
        } else {
            tx::NOTHING_FOUND_YET.get()
        }
    };
    view! {
        <crate::components::EmptyState
            icon="search"
            title=TextProp::from(t(tx::NOTHING_FOUND))
            text=TextProp::from(text)
        >
            <Button on_press=Callback::new(move |()| mailbox.search.clear())>
                {t(tx::CLOSE_SEARCH)}
            </Button>
        </crate::components::EmptyState>
    }
}
