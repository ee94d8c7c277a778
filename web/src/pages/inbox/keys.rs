use leptos::{ev, prelude::*};
use leptos_router::NavigateOptions;
use wasm_bindgen::JsCast;

use super::{Mailbox, list, replacing};
use crate::routes;
use crate::state::{App, browser};

/// j and k move through the list, c starts a message; off while typing, in dialogs, and where the
/// settings say so.
pub(super) fn use_shortcuts(
    mailbox: Mailbox,
    navigate: impl Fn(&str, NavigateOptions) + Clone + 'static,
) {
    let app = App::expect();
    let listener = window_event_listener(ev::keydown, move |event| {
        if !app.shortcuts.get_untracked() || is_taken(&event) {
            return;
        }
        let steps = match event.key().as_str() {
            "j" => 1,
            "k" => -1,
            "c" => {
                event.prevent_default();
                navigate(routes::COMPOSE, NavigateOptions::default());
                return;
            }
            _ => return,
        };
        let chosen = mailbox.chosen.get_untracked();
        let next = mailbox
            .list
            .with_untracked(|list| list.neighbour(chosen, steps));
        if let Some(next) = next {
            event.prevent_default();
            let options = if chosen.is_some() {
                replacing()
            } else {
                NavigateOptions::default()
            };
            let href = untrack(|| mailbox.href(next));
            navigate(&href, options);
            browser::after_render(move || {
                if list::is_visible() {
                    list::focus_row(next);
                }
            });
        }
    });
    on_cleanup(move || listener.remove());
}

/// The key belongs to somebody else: a field, a dialog, the browser.
fn is_taken(event: &ev::KeyboardEvent) -> bool {
    let typing = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .is_some_and(|element| {
            matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
        });
    let modal = browser::document()
        .query_selector("dialog[open], :popover-open")
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
