use leptos::task::spawn_local;
use leptos::{ev, html, prelude::*};
use zegel_api::AccountKind;
use zegel_client::view::MemberView;

use super::{Page, name_of};
use crate::components::{Avatar, Choice, ChoiceOption, Choices, ErrorText, SenderPreview, Working};
use crate::i18n::{Text, access as access_tx, admin, t};
use crate::routes;
use crate::state::access::{grant_problem, to_compare};
use crate::state::accounts::{marked, why_not};
use crate::state::switcher::step;
use crate::state::{Message, browser, needs_password};
use crate::worker::{
    call,
    messages::{GrantAccess, Members, Progress},
};
use zegel_protocol::AccountId;

/// After the last key, before the server is asked.
const PAUSE_MS: u64 = 200;

/// People that show at once; a longer text finds fewer.
const SHOWN: usize = 8;

const LIST: &str = "grant-list";

/// Somebody found, and why they cannot be given access.
#[derive(Clone, PartialEq)]
struct Found {
    member: MemberView,
    why_not: Option<Text>,
}

#[derive(Clone, Copy)]
struct Combobox {
    page: Page,
    input: NodeRef<html::Input>,
    typed: RwSignal<String>,
    found: RwSignal<Vec<Found>>,
    /// The text that they were found for.
    searched: StoredValue<String>,
    open: RwSignal<bool>,
    active: RwSignal<Option<usize>>,
    /// Counts what is typed: an answer to an earlier text is too late.
    asked: StoredValue<u32>,
    busy: RwSignal<bool>,
    progress: RwSignal<Option<Progress>>,
    error: RwSignal<Option<Message>>,
    compare: RwSignal<Option<AccountId>>,
    /// Recipients see the name of a delegate.
    visible: Choice<bool>,
}

impl Combobox {
    fn input(self, text: String) {
        self.typed.set(text);
        self.error.set(None);
        self.compare.set(None);
        // Who was found for the text before is not who is meant now.
        self.close();
        self.found.set(Vec::new());
        let asked = self.ask_anew();
        browser::after_ms(PAUSE_MS, move || {
            if self.asked.try_get_value() == Some(asked) {
                spawn_local(self.search(asked));
            }
        });
    }

    /// Makes an answer that is still under way too late.
    fn ask_anew(self) -> u32 {
        self.asked
            .update_value(|asked| *asked = asked.wrapping_add(1));
        self.asked.get_value()
    }

    async fn search(self, asked: u32) {
        let typed = self.typed.get_untracked().trim().to_owned();
        if typed.is_empty() {
            self.close();
            return;
        }
        let outcome = call(Members {
            after: None,
            kind: Some(AccountKind::Person),
            search: Some(typed.clone()),
        })
        .await;
        if self.asked.try_get_value() != Some(asked) {
            return;
        }
        match outcome {
            Ok(page) => {
                let found = page
                    .members
                    .into_iter()
                    .take(SHOWN)
                    .map(|member| Found {
                        why_not: why_not(
                            &member,
                            self.page.account,
                            self.page.access.has(member.account),
                        ),
                        member,
                    })
                    .collect();
                self.found.set(found);
                self.searched.set_value(typed);
                self.active.set(None);
                self.open.set(true);
            }
            Err(failure) => self.error.set(Some(failure.into())),
        }
    }

    fn close(self) {
        self.open.set(false);
        self.active.set(None);
    }

    fn key(self, event: &ev::KeyboardEvent) {
        if event.is_composing() || !self.open.get_untracked() {
            return;
        }
        match event.key().as_str() {
            "Escape" => {
                event.prevent_default();
                self.close();
            }
            "Enter" => {
                event.prevent_default();
                if let Some(at) = self.active.get_untracked().or_else(|| self.only()) {
                    self.choose(at);
                }
            }
            key @ ("ArrowDown" | "ArrowUp") => {
                event.prevent_default();
                let rows = self.found.with_untracked(Vec::len);
                self.active
                    .set(step(rows, self.active.get_untracked(), key));
            }
            _ => {}
        }
    }

    /// The only row, where it was found for the text as it is now.
    fn only(self) -> Option<usize> {
        let searched = self.searched.get_value();
        let current = self
            .typed
            .with_untracked(|typed| typed.trim() == searched.as_str());
        (current && self.found.with_untracked(Vec::len) == 1).then_some(0)
    }

    fn choose(self, at: usize) {
        let chosen = self.found.with_untracked(|found| found.get(at).cloned());
        let Some(Found {
            member,
            why_not: None,
        }) = chosen
        else {
            return;
        };
        if self.busy.get_untracked() {
            return;
        }
        self.close();
        // A late answer does not open the list again.
        self.ask_anew();
        self.busy.set(true);
        self.error.set(None);
        let functional = self.page.access.view.with_untracked(|view| {
            view.as_ref()
                .is_some_and(|view| view.kind == AccountKind::Functional)
        });
        let visible = if functional {
            self.page.senders_visible.chosen.get_untracked()
        } else {
            self.visible.chosen.get_untracked()
        };
        spawn_local(async move {
            let command = GrantAccess {
                account: self.page.account,
                person: member.account,
                address: member.address.clone(),
                visible,
            };
            let outcome = self.page.access.change(command, self.progress).await;
            let _ = self.busy.try_set(false);
            match outcome {
                Ok(()) => {
                    let _ = self.typed.try_set(String::new());
                    let name = name_of(&member);
                    self.page
                        .app
                        .toast(Message::Filled(access_tx::GRANTED, vec![("name", name)]));
                }
                Err(failure) if needs_password(&failure) => {}
                Err(failure) => {
                    let _ = self
                        .compare
                        .try_set(to_compare(&failure, Some(member.account)));
                    let problem = grant_problem(failure, member.address.as_str());
                    let _ = self.error.try_set(Some(problem));
                }
            }
            if let Some(input) = self.input.try_get_untracked().flatten() {
                browser::focus(&input);
            }
        });
    }
}

/// Finds a colleague by a part of the name or address, and gives them access.
#[component]
pub(super) fn GrantField(page: Page) -> impl IntoView {
    let combobox = Combobox {
        page,
        input: NodeRef::new(),
        typed: RwSignal::new(String::new()),
        found: RwSignal::new(Vec::new()),
        searched: StoredValue::new(String::new()),
        open: RwSignal::new(false),
        active: RwSignal::new(None),
        asked: StoredValue::new(0),
        busy: RwSignal::new(false),
        progress: RwSignal::new(None),
        error: RwSignal::new(None),
        compare: RwSignal::new(None),
        visible: Choice::new(true),
    };
    let said = move || {
        if !combobox.open.get() {
            return String::new();
        }
        match combobox.found.with(Vec::len) {
            0 => t!(admin::COLLEAGUES_NONE, typed = combobox.typed.get())(),
            1 => admin::COLLEAGUE_FOUND.get().to_owned(),
            count => t!(admin::COLLEAGUES_FOUND, count = count)(),
        }
    };
    let nobody = move || combobox.open.get() && combobox.found.with(Vec::is_empty);
    let expanded = move || combobox.open.get() && combobox.found.with(|found| !found.is_empty());
    let compare = move || {
        combobox.compare.get().map(|account| {
            view! {
                <p>
                    <a href=routes::safety(account)>{t(access_tx::COMPARE_NUMBERS)}</a>
                </p>
            }
        })
    };
    view! {
        <DelegateVisibility combobox=combobox />
        <div class="field">
            <label class="field-label" for="grant-person">
                {t(admin::GRANT_FIELD)}
            </label>
            <div class="combobox">
                <input
                    class="input"
                    id="grant-person"
                    role="combobox"
                    autocomplete="off"
                    spellcheck="false"
                    maxlength="100"
                    aria-autocomplete="list"
                    aria-controls=LIST
                    aria-expanded=move || if expanded() { "true" } else { "false" }
                    aria-activedescendant=move || {
                        combobox.active.get().map(|at| format!("{LIST}-{at}"))
                    }
                    aria-busy=move || combobox.busy.get().then_some("true")
                    aria-describedby="grant-hint grant-error"
                    aria-invalid=move || combobox.error.with(Option::is_some).then_some("true")
                    node_ref=combobox.input
                    readonly=move || combobox.busy.get()
                    prop:value=move || combobox.typed.get()
                    on:input=move |event| combobox.input(event_target_value(&event))
                    on:keydown=move |event| combobox.key(&event)
                    on:blur=move |_| combobox.close()
                />
                <Options combobox=combobox shown=Signal::derive(expanded) />
            </div>
            <p class="field-hint" id="grant-hint">
                {t(admin::GRANT_FIELD_HINT)}
            </p>
            <p class=move || if nobody() { "field-hint" } else { "visually-hidden" } role="status">
                {said}
            </p>
            <Working progress=combobox.progress />
            <ErrorText error=combobox.error id="grant-error" />
            {compare}
        </div>
    }
}

#[component]
fn Options(combobox: Combobox, shown: Signal<bool>) -> impl IntoView {
    let option = move |(at, Found { member, why_not }): (usize, Found)| {
        let name = name_of(&member);
        let typed = combobox.typed.get_untracked();
        let mark = move |(part, marked): (String, bool)| {
            if marked {
                view! { <mark>{part}</mark> }.into_any()
            } else {
                part.into_any()
            }
        };
        let name_parts = marked(&name, &typed);
        let address_parts = marked(member.address.as_str(), &typed);
        view! {
            <li
                class="menu-item"
                role="option"
                id=format!("{LIST}-{at}")
                aria-selected=move || {
                    if combobox.active.get() == Some(at) { "true" } else { "false" }
                }
                aria-disabled=why_not.is_some().then_some("true")
                // The focus stays in the field.
                on:mousedown=|event| event.prevent_default()
                on:click=move |_| combobox.choose(at)
            >
                <Avatar name=name />
                <span class="person-text">
                    <span>{name_parts.into_iter().map(mark).collect_view()}</span>
                    <small class="muted">
                        {address_parts.into_iter().map(mark).collect_view()}
                    </small>
                </span>
                {why_not.map(|why| view! { <span class="menu-end muted">{t(why)}</span> })}
            </li>
        }
    };
    view! {
        <ul
            class="listbox menu"
            id=LIST
            role="listbox"
            aria-label=t(admin::COLLEAGUES)
            hidden=move || !shown.get()
        >
            {move || {
                let found = combobox.found.get();
                found.into_iter().enumerate().map(option).collect_view()
            }}
        </ul>
    }
}

/// For a person's account: what recipients see of who sends on their behalf.
#[component]
fn DelegateVisibility(combobox: Combobox) -> impl IntoView {
    let owner = combobox.page.access.view.with_untracked(|view| {
        view.as_ref()
            .filter(|view| view.kind == AccountKind::Person)
            .map(|view| view.name.clone())
    });
    owner.map(|owner| {
        let option = |value: bool, title: Text, person: Option<Option<String>>| ChoiceOption {
            value,
            title,
            hint: None,
            preview: Some(SenderPreview {
                account: owner.clone(),
                person,
            }),
        };
        view! {
            <Choices
                name="grant-visibility"
                legend=TextProp::from(t(access_tx::RECIPIENTS_SEE))
                options=vec![
                    option(false, access_tx::ONLY_OWNERS_NAME, None),
                    option(true, access_tx::OWNERS_NAME_AND_SENDER, Some(None)),
                ]
                choice=combobox.visible
                on_choose=Callback::new(move |visible| combobox.visible.chosen.set(visible))
                disabled=combobox.busy
            />
        }
    })
}
