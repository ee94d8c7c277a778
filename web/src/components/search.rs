use leptos::{ev, prelude::*};

use super::{Icon, IconButton};
use crate::i18n::{mail as tx, t};
use crate::state::search::MailSearch;
use crate::state::{App, browser};

/// The search field, by its id.
pub(crate) const SEARCH_FIELD: &str = "search";

/// Looks through the mail of the account that the page acts as. Nothing of it leaves the page: the browser is asked to
/// remember and to check none of it.
#[component]
pub(super) fn SearchField(search: MailSearch) -> impl IntoView {
    let app = App::expect();
    let label = move || match app.acting() {
        Some(mailbox) if mailbox.kind != zegel_client::view::MailboxKind::Own => {
            let account = crate::state::mailboxes::name_of(&mailbox);
            t!(tx::SEARCH_IN, account = account)()
        }
        _ => tx::SEARCH.get().to_owned(),
    };
    let empty = move || search.typed.with(String::is_empty);
    let clear = move |()| {
        search.clear();
        browser::focus_id(SEARCH_FIELD);
    };
    let press = move |event: ev::KeyboardEvent| match event.key().as_str() {
        "Escape" if !event.is_composing() => {
            event.prevent_default();
            let there = search.is_on() || !search.typed.with_untracked(String::is_empty);
            search.clear();
            if !there {
                browser::focus_id("list-title");
            }
        }
        "ArrowDown" if search.is_on() => {
            event.prevent_default();
            search.down.notify();
        }
        _ => {}
    };
    view! {
        <form
            class="search"
            role="search"
            on:submit=move |event: ev::SubmitEvent| {
                event.prevent_default();
                search.look(true);
            }
        >
            <Icon name="search" />
            <input
                class="input"
                id=SEARCH_FIELD
                type="search"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                enterkeyhint="search"
                maxlength="200"
                aria-label=label
                placeholder=label
                prop:value=move || search.typed.get()
                on:input=move |event| search.write(event_target_value(&event))
                on:keydown=press
            />
            <Show
                when=move || !empty()
                fallback=move || {
                    app.shortcuts
                        .get()
                        .then(|| view! { <kbd class="kbd-hint" aria-hidden="true">{"/"}</kbd> })
                }
            >
                <IconButton
                    name="x"
                    small=true
                    label=TextProp::from(t(tx::CLOSE_SEARCH))
                    on_press=clear
                />
            </Show>
        </form>
    }
}
