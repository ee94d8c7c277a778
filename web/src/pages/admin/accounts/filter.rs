use leptos::prelude::*;

use super::Page;
use crate::components::Icon;
use crate::i18n::{Text, admin, t};
use crate::state::accounts::TypeFilter;
use crate::state::browser;

/// After the last key, before the server is asked.
const PAUSE_MS: u64 = 250;

/// Which accounts show.
#[component]
pub(super) fn Filters(page: Page) -> impl IntoView {
    let newest = StoredValue::new(0_u32);
    let typed = move |event| {
        page.search.set(event_target_value(&event));
        newest.update_value(|newest| *newest = newest.wrapping_add(1));
        let this = newest.get_value();
        browser::after_ms(PAUSE_MS, move || {
            if newest.try_get_value() == Some(this) {
                page.filter_changed();
            }
        });
    };
    let option = |filter: TypeFilter| {
        view! { <option value=filter.key()>{t(name(filter))}</option> }
    };
    view! {
        <form
            class="filters"
            role="search"
            aria-label=t(admin::FILTER_ACCOUNTS)
            on:submit=move |event: web_sys::SubmitEvent| {
                event.prevent_default();
                page.filter_changed();
            }
        >
            <div class="search">
                <Icon name="search" />
                <input
                    class="input"
                    type="search"
                    autocomplete="off"
                    maxlength="100"
                    aria-label=t(admin::SEARCH_ACCOUNTS)
                    placeholder=t(admin::SEARCH_ACCOUNTS)
                    prop:value=move || page.search.get()
                    on:input=typed
                />
            </div>
            <div class="field">
                <label class="field-label visually-hidden" for="account-type">
                    {t(admin::ACCOUNT_TYPE)}
                </label>
                <span class="select">
                    <select
                        id="account-type"
                        prop:value=move || page.kind.get().key()
                        on:change=move |event| {
                            page.kind.set(TypeFilter::from_key(&event_target_value(&event)));
                            page.filter_changed();
                        }
                    >
                        {TypeFilter::ALL.map(option)}
                    </select>
                </span>
            </div>
        </form>
    }
}

const fn name(filter: TypeFilter) -> Text {
    match filter {
        TypeFilter::All => admin::ALL_TYPES,
        TypeFilter::Regular => admin::REGULAR,
        TypeFilter::Administrator => crate::i18n::common::ADMINISTRATOR,
        TypeFilter::Functional => admin::FUNCTIONAL,
    }
}
