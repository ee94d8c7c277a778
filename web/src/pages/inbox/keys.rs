use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use zegel_api::Folder;
use zegel_protocol::MessageId;

use super::{Mailbox, list, rows};
use crate::components::SEARCH_FIELD;
use crate::routes::{self, Compose};
use crate::state::browser;

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
    match key {
        "j" => step(mailbox, 1),
        "k" => step(mailbox, -1),
        "/" => {
            browser::focus_id(SEARCH_FIELD);
            true
        }
        "c" => compose(Compose::New),
        "r" => chosen.is_some_and(|message| compose(Compose::Reply(message))),
        "a" => chosen.is_some_and(|message| compose(Compose::ReplyAll(message))),
        "f" => chosen.is_some_and(|message| compose(Compose::Forward(message))),
        "e" => move_to(mailbox, Folder::Archive),
        "#" => move_to(mailbox, Folder::Trash),
        "u" => {
            let targets = targets(mailbox);
            let any = !targets.is_empty();
            if any {
                mailbox.mark(targets, Some(false), None);
            }
            any
        }
        "s" => {
            let target = rows::focused().or(chosen);
            target.map(|message| mailbox.toggle_star(message)).is_some()
        }
        "x" => {
            let target = rows::focused().or(chosen);
            let toggle = |message| {
                let on = !mailbox
                    .selected
                    .with_untracked(|selected| selected.contains(&message));
                mailbox.select(message, on);
            };
            target.map(toggle).is_some()
        }
        _ => false,
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
