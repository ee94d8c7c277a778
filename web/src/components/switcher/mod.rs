//! The account switcher: the picture in the bar, and the panel with the accounts that the user can act as.

mod rows;

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use zegel_client::view::MailboxKind;
use zegel_protocol::AccountId;

use self::rows::{Filter, Foot, Group, More, OwnGroup};
use super::acting::LeaveDialog;
use super::layout::close_popover;
use super::{Avatar, Button, Icon, IconSize, Shape};
use crate::i18n::{self, access as tx, common, t};
use crate::state::mailboxes::name_of;
use crate::state::switcher::{TYPE_AHEAD_MS, group, step, type_ahead, wants_filter};
use crate::state::{App, browser};

/// Identifies the panel in the document.
const PANEL: &str = "switcher-panel";
const BUTTON: &str = "switcher-button";

/// What can have the focus in the panel and names an account.
const ROWS: &str = "a[data-row]";

/// Round for people, square for what several people read.
const fn shape(kind: MailboxKind) -> Shape {
    match kind {
        MailboxKind::Functional => Shape::Functional,
        MailboxKind::Own | MailboxKind::Delegated => Shape::Person,
    }
}

/// The account that the page belongs to; the own one while another one is being opened.
fn current(app: App) -> Option<(String, MailboxKind, AccountId)> {
    if let Some(mailbox) = app.acting() {
        return Some((name_of(&mailbox), mailbox.kind, mailbox.account));
    }
    app.session.with(|session| {
        session.as_ref().map(|session| {
            let name = if session.name.is_empty() {
                session.address.to_string()
            } else {
                session.name.clone()
            };
            (name, MailboxKind::Own, session.account)
        })
    })
}

/// The picture in the bar: who the page acts as, and how much is unread elsewhere.
#[component]
pub(in crate::components) fn SwitcherButton() -> impl IntoView {
    let app = App::expect();
    let now = Memo::new(move |_| current(app));
    let elsewhere = Memo::new(move |_| {
        now.get()
            .map_or(0, |(_, _, account)| app.mailboxes.unread_elsewhere(account))
    });
    let name = Signal::derive(move || now.get().map(|(name, ..)| name).unwrap_or_default());
    let kind = Memo::new(move |_| now.get().map_or(MailboxKind::Own, |(_, kind, _)| kind));
    let shown = move || match elsewhere.get() {
        0 => None,
        count if count > 99 => Some("99+".to_owned()),
        count => Some(i18n::number(count)),
    };
    let badge = move || {
        shown().map(|count| {
            view! {
                <span class="count" aria-hidden="true">
                    {count}
                </span>
            }
        })
    };
    let spoken = move || {
        (elsewhere.get() > 0).then(|| {
            let count = i18n::number(elsewhere.get());
            view! { <span>" " {t!(tx::UNREAD_ELSEWHERE, count = count)}</span> }
        })
    };
    let on_keydown = move |event: ev::KeyboardEvent| {
        if event.key() == "ArrowDown" {
            event.prevent_default();
            if let Some(button) = event.current_target() {
                button.unchecked_into::<HtmlElement>().click();
            }
        }
    };
    view! {
        <button
            class="switcher"
            type="button"
            id=BUTTON
            popovertarget=PANEL
            on:keydown=on_keydown
        >
            <span class="switcher-picture">
                {move || {
                    view! { <Avatar name=name shape=shape(kind.get()) /> }
                }}
                {badge}
            </span>
            <span class="switcher-name">
                {move || name.get()}
                <span class="visually-hidden">{t(tx::SWITCH_ACCOUNT)} {spoken}</span>
            </span>
            <Icon name="down" size=IconSize::Small />
        </button>
    }
}

/// What the panel works with.
#[derive(Clone, Copy)]
struct Panel {
    app: App,
    /// What is typed to find an account.
    typed: RwSignal<String>,
    filter: NodeRef<html::Input>,
    panel: NodeRef<html::Div>,
    /// The letters typed last on a row, and when.
    letters: StoredValue<(String, f64)>,
    /// An account that cannot be opened, and its name, while it is asked whether to leave it.
    leaving: RwSignal<Option<(AccountId, String)>>,
}

/// The accounts that the user can act as, to switch with one click.
#[component]
pub(in crate::components) fn SwitcherPanel() -> impl IntoView {
    let panel = Panel {
        app: App::expect(),
        typed: RwSignal::new(String::new()),
        filter: NodeRef::new(),
        panel: NodeRef::new(),
        letters: StoredValue::new((String::new(), 0.0)),
        leaving: RwSignal::new(None),
    };
    let app = panel.app;
    let all = Memo::new(move |_| app.mailboxes.all().unwrap_or_default());
    let filtered = Memo::new(move |_| all.with(|all| wants_filter(all.len())));
    let has = move |kind: MailboxKind| {
        Memo::new(move |_| {
            panel
                .typed
                .with(|typed| all.with(|all| !group(all, kind, typed).is_empty()))
        })
    };
    let (functional, delegated) = (has(MailboxKind::Functional), has(MailboxKind::Delegated));
    let failed = move || app.mailboxes.failure.with(Option::is_some);
    view! {
        <div
            class="popover switcher-panel"
            id=PANEL
            popover="auto"
            role="dialog"
            aria-label=t(tx::SWITCHER)
            node_ref=panel.panel
            on:toggle=move |event| panel.toggled(&event)
            on:keydown=move |event| panel.key(&event)
        >
            <Show when=move || filtered.get()>
                <Filter panel=panel all=all />
            </Show>
            <OwnGroup panel=panel />
            <Show when=move || functional.get()>
                <Group panel=panel all=all kind=MailboxKind::Functional title=tx::FUNCTIONAL_ACCOUNTS />
            </Show>
            <Show when=move || delegated.get()>
                <Group panel=panel all=all kind=MailboxKind::Delegated title=tx::DELEGATED_TO_ME />
            </Show>
            <Show when=failed>
                <div class="menu">
                    <p class="menu-item" role="status">
                        <Icon name="warn" />
                        <span>{t(tx::LIST_FAILED)}</span>
                        <span class="menu-end">
                            <Button size="small" on_press=move |()| app.mailboxes.reload()>
                                {t(common::TRY_AGAIN)}
                            </Button>
                        </span>
                    </p>
                </div>
            </Show>
            <More app=app />
            <Foot app=app />
        </div>
        // Beside the panel, which closes when it opens.
        {move || {
            let close = Callback::new(move |()| panel.leaving.set(None));
            panel
                .leaving
                .get()
                .map(|(account, name)| {
                    view! { <LeaveDialog account=account name=name on_close=close /> }
                })
        }}
    }
}

impl Panel {
    /// The panel opened or closed.
    fn toggled(self, event: &web_sys::Event) {
        let state = js_sys::Reflect::get(event, &"newState".into());
        if state.ok().and_then(|state| state.as_string()).as_deref() != Some("open") {
            self.typed.set(String::new());
            return;
        }
        self.app.mailboxes.reload();
        if let Some(filter) = self.filter.get_untracked() {
            browser::focus(&filter);
            return;
        }
        let rows = self.rows();
        let current = rows
            .iter()
            .find(|row| row.get_attribute("aria-current").is_some());
        if let Some(row) = current.or(rows.first()) {
            browser::focus(row);
        }
    }

    /// Asks whether to leave an account.
    fn ask_to_leave(self, account: AccountId, name: String) {
        close_popover(PANEL);
        // Where the focus goes back to: the row is out of sight by then.
        browser::focus_id(BUTTON);
        self.leaving.set(Some((account, name)));
    }

    /// The rows that can be gone to, from top to bottom.
    fn rows(self) -> Vec<HtmlElement> {
        let Some(panel) = self.panel.get_untracked() else {
            return Vec::new();
        };
        let Ok(list) = panel.query_selector_all(ROWS) else {
            return Vec::new();
        };
        (0..list.length())
            .filter_map(|at| list.get(at)?.dyn_into().ok())
            .collect()
    }

    fn key(self, event: &ev::KeyboardEvent) {
        if event.ctrl_key() || event.alt_key() || event.meta_key() || event.is_composing() {
            return;
        }
        let key = event.key();
        if key == "Escape" {
            event.prevent_default();
            if self.typed.with_untracked(String::is_empty) {
                close_popover(PANEL);
                browser::focus_id(BUTTON);
            } else {
                self.typed.set(String::new());
            }
            return;
        }
        let rows = self.rows();
        let focus = browser::document().active_element();
        // What stands beside a row belongs to it.
        let at = rows.iter().position(|row| {
            let item = row.parent_element();
            item.is_some_and(|item| item.contains(focus.as_deref()))
        });
        let typing = focus.is_some_and(|focus| focus.tag_name() == "INPUT");
        // In the field, Home and End belong to the text, and Enter goes to the first account found.
        let to = if typing && matches!(key.as_str(), "Home" | "End") {
            return;
        } else if typing && key == "Enter" {
            event.prevent_default();
            // The own account is there whatever is typed.
            let opens = |row: &&HtmlElement| {
                !row.has_attribute("data-own") && !row.has_attribute("aria-disabled")
            };
            let mut found = rows.iter().filter(opens);
            if let Some(row) = found.next()
                && self.typed.with_untracked(|typed| !typed.trim().is_empty())
            {
                row.click();
            }
            return;
        } else if at == Some(0) && key == "ArrowUp" && self.filter.get_untracked().is_some() {
            event.prevent_default();
            if let Some(filter) = self.filter.get_untracked() {
                browser::focus(&filter);
            }
            return;
        } else {
            step(rows.len(), at, &key).or_else(|| self.letter(&rows, at, typing, &key))
        };
        if let Some(row) = to.and_then(|to| rows.get(to)) {
            event.prevent_default();
            browser::focus(row);
        }
    }

    /// The row that the letters lead to which are typed on a row.
    fn letter(
        self,
        rows: &[HtmlElement],
        at: Option<usize>,
        typing: bool,
        key: &str,
    ) -> Option<usize> {
        if typing || at.is_none() || key.chars().count() != 1 || key == " " {
            return None;
        }
        let now = js_sys::Date::now();
        let (mut letters, before) = self.letters.get_value();
        if now - before > TYPE_AHEAD_MS {
            letters.clear();
        }
        letters.push_str(key);
        self.letters.set_value((letters.clone(), now));
        let names: Vec<String> = rows
            .iter()
            .map(|row| row.get_attribute("data-row").unwrap_or_default())
            .collect();
        type_ahead(&names, at, &letters)
    }
}
