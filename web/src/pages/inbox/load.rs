//! Loading a folder: its head, and whatever of it comes into sight.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_api::Folder;
use zegel_client::view::MessagePageView;
use zegel_protocol::MessageId;

use super::scroller::Layout;
use super::{Load, Mailbox, Work};
use crate::state::MailList;
use crate::worker::{call, messages::ListMessages};

/// Rows around those in sight that are loaded with them.
const AROUND: usize = 12;

/// Which page is fetched.
#[derive(Clone)]
enum Wanted {
    /// The newest rows.
    Head,
    /// What is below so many rows.
    After(usize),
    /// What is right below a row, by the server's word for it.
    Below(MessageId, String),
}

impl Mailbox {
    /// Brings what is shown up to date. It stays until that is done.
    pub(crate) fn refresh(self) {
        self.problem.set(None);
        if self.search.is_on() {
            self.look_again();
        } else {
            self.fetch(Wanted::Head);
        }
    }

    /// Shows the news that wait above.
    pub(crate) fn show_news(self) {
        self.scroller.to_top();
        self.refresh();
    }

    /// Loads what is in sight and not there, and what is around it.
    pub(crate) fn look(self) {
        if self.loaded.try_get_untracked() != Some(Load::Done)
            || self.loading.get_untracked()
            || self.problem.with_untracked(Option::is_some)
        {
            return;
        }
        let results = self.search.is_on();
        let (seen, wanted) = self.list.with_untracked(|list| {
            let seen = self.scroller.in_sight(&Layout::of(list, results));
            let around = seen.start.saturating_sub(AROUND)..seen.end.saturating_add(AROUND);
            let wanted = list.wanted(seen.clone()).or_else(|| list.wanted(around));
            (seen, wanted)
        });
        match wanted {
            _ if seen.is_empty() => {}
            Some(_) if results => self.more_results(),
            Some(place) => self.fetch_at(place),
            None => {}
        }
    }

    /// Loads the page from a place on.
    pub(super) fn fetch_at(self, place: usize) {
        if self.loading.get_untracked() {
            return;
        }
        let wanted = self.list.with_untracked(|list| {
            let above = place.checked_sub(1).and_then(|above| list.at(above));
            match (list.before(place), above) {
                (Some(before), Some(above)) => Wanted::Below(above.message, before.clone()),
                _ => Wanted::After(list.skip(place)),
            }
        });
        self.loading.set(true);
        self.fetch(wanted);
    }

    /// Loads the page from a place on, for something that goes on with its rows: once, with the next page that comes.
    pub(super) fn fetch_for(self, place: usize, then: impl Fn() + Send + Sync + 'static) {
        self.work
            .update_value(|work| work.then = Some(Arc::new(then)));
        self.fetch_at(place);
    }

    fn fetch(self, wanted: Wanted) {
        let Some(at) = self.work.try_update_value(Work::at) else {
            return;
        };
        let folder = self.folder.get_untracked();
        let (before, skip) = match wanted.clone() {
            Wanted::Head => (None, None),
            Wanted::After(rows) => (None, u32::try_from(rows).ok()),
            Wanted::Below(_, before) => (Some(before), None),
        };
        let command = ListMessages {
            mailbox: self.account,
            folder,
            unread: self.unread_only.get_untracked(),
            before,
            skip,
        };
        spawn_local(async move {
            let outcome = call(command).await;
            // Something else is shown meanwhile, or the page is gone.
            let Some(as_before) = self.work.try_update_value(|work| work.is_as(at)) else {
                return;
            };
            if !as_before.shown {
                return;
            }
            let mut then = None;
            if !matches!(wanted, Wanted::Head) {
                self.loading.set(false);
                then = self
                    .work
                    .try_update_value(|work| work.then.take())
                    .flatten();
            }
            match outcome {
                Ok(page) => {
                    if folder == Folder::Inbox {
                        let unread = page.unread;
                        self.app
                            .mailboxes
                            .change_counts(self.account, |counts| counts.unread = unread);
                    }
                    // Rows that a move takes away may be in the page still, or not.
                    if as_before.rows {
                        self.take_in(page, wanted);
                        self.loaded.set(Load::Done);
                        if let Some(then) = then {
                            then();
                        }
                        self.index();
                    } else if matches!(wanted, Wanted::Head) {
                        self.after_moving();
                    }
                }
                Err(failure) if self.loaded.get_untracked() == Load::Done => {
                    self.problem.set(Some(failure));
                }
                Err(failure) => self.loaded.set(Load::Failed(failure)),
            }
        });
    }

    fn take_in(self, page: MessagePageView, wanted: Wanted) {
        let keep = self.chosen.get_untracked();
        match wanted {
            Wanted::After(rows) => {
                self.rearrange(|list| list.put(rows, page, keep));
            }
            Wanted::Below(row, _) => {
                // The row may be elsewhere by now, but the page is below it still.
                self.rearrange(|list| {
                    if let Some(place) = list.place(row) {
                        list.put(list.skip(place + 1), page, keep);
                    }
                });
            }
            Wanted::Head if self.loaded.get_untracked() == Load::Done => {
                let news = self.list.with_untracked(|list| list.news(&page));
                let all = page.total.and_then(|total| usize::try_from(total).ok());
                // Rows that come above what one reads would push it away.
                let waiting = if self.scroller.is_at_top() || all.is_some_and(|all| news >= all) {
                    0
                } else {
                    news
                };
                self.rearrange(|list| list.merge(page, waiting, keep));
                self.news.set(waiting);
            }
            Wanted::Head => {
                let mut list = MailList::default();
                list.put(0, page, None);
                self.list.set(list);
            }
        }
    }

    /// Messages begin to be moved or deleted.
    pub(super) fn begin_moving(self) {
        let _ = self.work.try_update_value(|work| work.begun += 1);
    }

    /// They are, or are not.
    pub(super) fn end_moving(self) {
        let ended = self.work.try_update_value(|work| {
            work.ended += 1;
            work.ended == work.begun && std::mem::take(&mut work.overtaken)
        });
        if ended == Some(true) {
            self.refresh();
        }
    }

    /// Brings the list up to date once nothing is moved any more.
    fn after_moving(self) {
        let idle = self.work.try_update_value(|work| {
            let idle = work.ended == work.begun;
            work.overtaken = !idle;
            idle
        });
        if idle == Some(true) {
            self.refresh();
        }
    }
}

/// What was shown, and what was moved, when a page was asked for.
#[derive(Clone, Copy)]
struct At {
    shown: u32,
    ended: u32,
    begun: u32,
}

/// What is as it was when a page was asked for.
#[derive(Clone, Copy)]
struct AsBefore {
    /// The folder, filter or search.
    shown: bool,
    /// Its rows: nothing was moved meanwhile.
    rows: bool,
}

impl Work {
    fn at(&mut self) -> At {
        At {
            shown: self.shown,
            ended: self.ended,
            begun: self.begun,
        }
    }

    fn is_as(&mut self, at: At) -> AsBefore {
        AsBefore {
            shown: self.shown == at.shown,
            rows: at.ended == at.begun && self.begun == at.begun,
        }
    }
}
