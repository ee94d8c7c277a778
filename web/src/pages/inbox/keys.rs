use leptos::{ev, prelude::*};
use leptos_router::hooks::use_navigate;
use wasm_bindgen::JsCast;
use zegel_api::Folder;
use zegel_protocol::MessageId;

use super::{Mailbox, list, rows};
use crate::components::SEARCH_FIELD;
use crate::routes::{self, Compose};
use crate::state::mailboxes::Acting;
use crate::state::search::MailSearch;
use crate::state::{App, browser};

/// The second of two keys counts for so long after the first.
const SECOND_KEY_MS: f64 = 1_000.0;

/// What a single key does in a folder.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Action {
    Step(isize),
    Search,
    Write,
    Reply,
    ReplyAll,
    Forward,
    Move(Folder),
    Unread,
    Star,
    Select,
}

impl Action {
    fn of(key: &str) -> Option<Self> {
        let action = match key {
            "j" => Self::Step(1),
            "k" => Self::Step(-1),
            "/" => Self::Search,
            "c" => Self::Write,
            "r" => Self::Reply,
            "a" => Self::ReplyAll,
            "f" => Self::Forward,
            "e" => Self::Move(Folder::Archive),
            "#" => Self::Move(Folder::Trash),
            "u" => Self::Unread,
            "s" => Self::Star,
            "x" => Self::Select,
            _ => return None,
        };
        Some(action)
    }
}

/// What keys do on every page of mail.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Going {
    /// To the inbox: `g`, then `i`.
    Inbox,
    /// The list of all keys.
    Keys,
}

/// `since_g`: how long ago `g` was pressed, where it was the key before, in milliseconds.
fn going(key: &str, since_g: Option<f64>) -> Option<Going> {
    match key {
        "i" if since_g.is_some_and(|since| since < SECOND_KEY_MS) => Some(Going::Inbox),
        "?" => Some(Going::Keys),
        _ => None,
    }
}

/// The keys of folders and drafts alike. `listing`: the list of all keys shows.
pub(super) fn use_going(listing: RwSignal<bool>) {
    let app = App::expect();
    let whose = Acting::expect().whose;
    let search = expect_context::<MailSearch>();
    let navigate = use_navigate();
    let pressed_g = StoredValue::new(None::<f64>);
    let listener = window_event_listener(ev::keydown, move |event| {
        // Shift comes before the key that it is held for.
        if is_taken(&event) || !app.shortcuts.get_untracked() || event.key() == "Shift" {
            return;
        }
        let (key, now) = (event.key(), js_sys::Date::now());
        let before = pressed_g
            .try_update_value(|pressed| std::mem::replace(pressed, (key == "g").then_some(now)));
        match going(&key, before.flatten().map(|before| now - before)) {
            Some(Going::Inbox) => {
                // Where a search stands in the place of the inbox, the address stays the same.
                search.clear();
                navigate(
                    &routes::inbox(whose),
                    leptos_router::NavigateOptions::default(),
                );
                browser::after_render(|| browser::focus_id("list-title"));
            }
            Some(Going::Keys) => listing.set(true),
            None => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || listener.remove());
}

/// The single keys of mail; off while typing, in dialogs, and where the settings say so.
pub(super) fn use_shortcuts(mailbox: Mailbox) {
    let listener = window_event_listener(ev::keydown, move |event| {
        if is_taken(&event) {
            return;
        }
        let key = event.key();
        let letters = mailbox.app.shortcuts.get_untracked();
        if walk(mailbox, &key) || (letters && press(mailbox, &key)) {
            event.prevent_default();
        }
    });
    on_cleanup(move || listener.remove());
}

/// Keys that no setting turns off: from row to row, and out of what was found. Whether the key did something.
fn walk(mailbox: Mailbox, key: &str) -> bool {
    match key {
        "ArrowDown" => focus_beside(mailbox, 1),
        "ArrowUp" => focus_beside(mailbox, -1),
        "Escape" if mailbox.selecting.get_untracked() => {
            mailbox.stop_selecting();
            true
        }
        "Escape" if mailbox.search.is_on() => {
            mailbox.search.clear();
            browser::after_render(|| browser::focus_id("list-title"));
            true
        }
        _ => false,
    }
}

/// Moves the focus from a row to another one.
fn focus_beside(mailbox: Mailbox, steps: isize) -> bool {
    let Some(focused) = rows::focused() else {
        return false;
    };
    match beside(mailbox, Some(focused), steps) {
        Some(Ok(message)) => rows::focus_row(mailbox, message),
        // The key counts once the row is there, unless another one has the focus by then.
        Some(Err(place)) => mailbox.fetch_for(place, move || {
            if rows::focused() == Some(focused)
                && let Some(Ok(message)) = beside(mailbox, Some(focused), steps)
            {
                rows::focus_row(mailbox, message);
            }
        }),
        None => {}
    }
    true
}

/// The row above or below another one; its place where it is not loaded.
fn beside(
    mailbox: Mailbox,
    from: Option<MessageId>,
    steps: isize,
) -> Option<Result<MessageId, usize>> {
    mailbox.list.with_untracked(|list| {
        let place = list.neighbour(from, steps)?;
        Some(list.at(place).map(|row| row.message).ok_or(place))
    })
}

/// Whether the key did something.
fn press(mailbox: Mailbox, key: &str) -> bool {
    let chosen = mailbox.chosen.get_untracked();
    let compose = |begin: Compose| {
        mailbox.go(routes::compose(mailbox.whose, &begin), false);
        true
    };
    let Some(action) = Action::of(key) else {
        return false;
    };
    match action {
        Action::Step(steps) => step(mailbox, steps),
        Action::Search => {
            browser::focus_id(SEARCH_FIELD);
            true
        }
        Action::Write => compose(Compose::New),
        Action::Reply => chosen.is_some_and(|message| compose(Compose::Reply(message))),
        Action::ReplyAll => chosen.is_some_and(|message| compose(Compose::ReplyAll(message))),
        Action::Forward => chosen.is_some_and(|message| compose(Compose::Forward(message))),
        Action::Move(to) => move_to(mailbox, to),
        Action::Unread => {
            let targets = targets(mailbox);
            let any = !targets.is_empty();
            if any {
                mailbox.mark(targets, Some(false), None);
            }
            any
        }
        Action::Star => {
            let target = rows::focused().or(chosen);
            target.map(|message| mailbox.toggle_star(message)).is_some()
        }
        Action::Select => {
            let target = rows::focused().or(chosen);
            let toggle = |message| {
                let on = !mailbox
                    .selected
                    .with_untracked(|selected| selected.contains(&message));
                mailbox.select(message, on);
            };
            target.map(toggle).is_some()
        }
    }
}

/// What is ticked; else the row with the focus; else what is being read.
fn targets(mailbox: Mailbox) -> Vec<MessageId> {
    if mailbox
        .selected
        .with_untracked(std::collections::HashSet::is_empty)
        && let Some(focused) = rows::focused()
    {
        return vec![focused];
    }
    mailbox.targets()
}

fn move_to(mailbox: Mailbox, to: Folder) -> bool {
    let targets = targets(mailbox);
    let folders = untrack(|| mailbox.folders_of(&targets));
    if targets.is_empty() || folders.iter().all(|folder| *folder == to) {
        return false;
    }
    mailbox.move_to(targets, to);
    true
}

fn step(mailbox: Mailbox, steps: isize) -> bool {
    let chosen = mailbox.chosen.get_untracked();
    match beside(mailbox, chosen, steps) {
        Some(Ok(next)) => open_beside(mailbox, chosen, next),
        // The key counts once the row is there, unless something else is read by then.
        Some(Err(place)) => mailbox.fetch_for(place, move || {
            if mailbox.chosen.get_untracked() == chosen
                && let Some(Ok(next)) = beside(mailbox, chosen, steps)
            {
                open_beside(mailbox, chosen, next);
            }
        }),
        None => return false,
    }
    true
}

fn open_beside(mailbox: Mailbox, chosen: Option<MessageId>, next: MessageId) {
    let href = untrack(|| mailbox.href(next));
    mailbox.go(href, chosen.is_some());
    browser::after_render(move || {
        if list::is_visible() {
            rows::focus_row(mailbox, next);
        }
    });
}

/// The key belongs to somebody else: a field, a dialog, the browser.
fn is_taken(event: &ev::KeyboardEvent) -> bool {
    let typing = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .is_some_and(|element| match element.tag_name().as_str() {
            "INPUT" => element.get_attribute("type").as_deref() != Some("checkbox"),
            "TEXTAREA" | "SELECT" => true,
            _ => false,
        });
    let modal = browser::document()
        .query_selector("dialog[open], :popover-open:not(.toast)")
        .ok()
        .flatten()
        .is_some();
    typing
        || modal
        || event.ctrl_key()
        || event.meta_key()
        || event.alt_key()
        || event.default_prevented()
        || event.is_composing()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::SHORTCUTS;

    #[test]
    fn the_list_of_keys_names_all_of_them() {
        let listed = |keys: &[&str]| SHORTCUTS.iter().any(|shortcut| shortcut.keys == keys);
        for key in (' '..='~').map(String::from) {
            let does = Action::of(&key).is_some() || going(&key, None).is_some();
            assert_eq!(listed(&[&key]), does, "{key}");
        }
        assert!(listed(&["g", "i"]));
    }

    #[test]
    fn g_counts_for_a_second() {
        assert_eq!(going("i", Some(300.0)), Some(Going::Inbox));
        assert_eq!(going("i", Some(1_500.0)), None);
        assert_eq!(going("i", None), None);
        assert_eq!(going("e", Some(300.0)), None);
    }
}
