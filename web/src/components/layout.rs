use leptos::prelude::*;
use leptos_router::components::{A, Outlet};
use leptos_router::hooks::use_location;
use zegel_api::{Folder, Language, Role};

use super::acting::{ActingStrip, LostNotice, OpeningAccount, Speaker};
use super::search::SearchField;
use super::switcher::{SwitcherButton, SwitcherPanel};
use super::{Brand, EmptyState, Icon, Rosette};
use crate::i18n::{self, Text, access, common, t};
use crate::routes::{self, Compose, Whose};
use crate::state::mailboxes::Acting;
use crate::state::search::MailSearch;
use crate::state::{App, Scheme, browser};

/// Names the page in the browser's title, in the page's language.
pub(crate) fn use_title(title: impl Fn() -> String + 'static) {
    Effect::new(move || {
        let page = title();
        let title = i18n::fill(common::PAGE_TITLE, &[("page", &page)]);
        browser::document().set_title(&title);
    });
}

/// The language choice, each in its own language.
#[component]
pub(crate) fn LanguageLinks() -> impl IntoView {
    let app = App::expect();
    let other = move || match i18n::language().get() {
        Language::En => Language::Nl,
        Language::Nl => Language::En,
    };
    let tag = move || match other() {
        Language::En => "en",
        Language::Nl => "nl",
    };
    let name = move || match other() {
        Language::En => common::ENGLISH.en,
        Language::Nl => common::DUTCH.nl,
    };
    view! {
        <button
            class="link-button"
            type="button"
            lang=tag
            on:click=move |_| {
                let language = match i18n::language().get_untracked() {
                    Language::En => Language::Nl,
                    Language::Nl => Language::En,
                };
                app.set_language(language);
            }
        >
            {name}
        </button>
    }
}

/// The frame of signing in and up: the form, and the identity panel with the rosette.
#[component]
pub(crate) fn AuthLayout(
    /// The other way in: a question with a link.
    #[prop(into)]
    aside: ViewFn,
    /// The promise on the panel.
    promise: Text,
    /// Its explanation.
    explanation: Text,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="entry">
            <main class="entry-form" id="main" tabindex="-1">
                <header class="spread">
                    <span class="brand">
                        <Brand />
                        <span class="brand-name">{"Zegel"}</span>
                    </span>
                    <span class="muted">{aside.run()}</span>
                </header>
                <div class="entry-body">{children()}</div>
                <div class="entry-foot">
                    <LanguageLinks />
                </div>
            </main>
            <aside class="entry-side">
                <Rosette marked=true />
                <div class="entry-words">
                    <p>{t(promise)}</p>
                    <p>{t(explanation)}</p>
                </div>
            </aside>
        </div>
    }
}

/// The frame of mail, settings and creating an organisation; the route's own page is its main part. Another account
/// is another frame: nothing that an account's pages hold outlives the switch to another one.
#[component]
pub(crate) fn MailLayout() -> impl IntoView {
    let app = App::expect();
    view! {
        <For each=move || [app.whose.get()] key=|whose| *whose let:whose>
            <MailFrame whose=whose />
        </For>
    }
}

#[component]
fn MailFrame(whose: Whose) -> impl IntoView {
    let app = App::expect();
    let search = MailSearch::new();
    provide_context(search);
    let path = use_location().pathname;
    let fixed = move || routes::fills_window(&path.get()).then_some("");
    // The address may be that of another account already, a moment before this frame goes.
    let ready = Memo::new(move |_| app.whose.get() == whose && app.acting().is_some());
    let speaker = Memo::new(move |_| {
        let mailbox = app.acting().filter(|_| ready.get())?;
        Speaker::of(&mailbox)
    });
    let strip = move || Some(view! { <ActingStrip speaker=speaker.get()? /> });
    view! {
        <div class="app" data-fixed=fixed>
            <AppBar search=search />
            {strip}
            {(whose == Whose::Own).then(|| view! { <LostNotice /> })}
            <div class="app-main">
                <MailNavigation whose=whose />
                <Show when=move || ready.get() fallback=OpeningAccount>
                    <MailContent whose=whose />
                </Show>
            </div>
        </div>
    }
}

#[component]
fn MailContent(whose: Whose) -> impl IntoView {
    let app = App::expect();
    untrack(|| app.acting()).map(|mailbox| {
        app.mailboxes.reload_counts(mailbox.account);
        provide_context(Acting::new(app, whose, mailbox));
        // Where the account had to be opened first, the main part that had the focus is gone.
        browser::after_render(|| {
            let focus = browser::document().active_element();
            if focus.is_none_or(|focus| focus.tag_name() == "BODY") {
                browser::focus_main();
            }
        });
        view! { <Outlet /> }
    })
}

#[component]
fn MailNavigation(whose: Whose) -> impl IntoView {
    let app = App::expect();
    let counts = Memo::new(move |_| {
        app.acting()
            .map(|mailbox| app.mailboxes.counts(mailbox.account))
            .unwrap_or_default()
    });
    let unread = Signal::derive(move || counts.with(|counts| counts.unread));
    let drafts = Signal::derive(move || counts.with(|counts| counts.drafts));
    let folder = move |folder: Folder, icon: &'static str, label: Text| {
        view! { <SideLink href=routes::folder_path(whose, folder) icon=icon label=label /> }
    };
    view! {
        <nav class="side" id="side" popover="auto" aria-label=t(common::MAIL_NAVIGATION)>
            <a
                class="button"
                data-variant="primary"
                data-wide=""
                href=routes::compose(whose, &Compose::New)
                on:click=|_| close_popover("side")
            >
                <Icon name="compose" />
                {t(common::NEW_MESSAGE)}
            </a>
            <ul class="side-group">
                <SideLink
                    href=routes::inbox(whose)
                    icon="inbox"
                    label=common::INBOX
                    count=unread
                    counted=common::UNREAD_COUNT
                />
                {folder(Folder::Starred, "star", common::STARRED)}
                <SideLink
                    href=routes::drafts(whose)
                    icon="file"
                    label=common::DRAFTS
                    count=drafts
                    counted=common::DRAFT_COUNT
                    quiet=true
                />
                {folder(Folder::Sent, "send", common::SENT)}
                {folder(Folder::Archive, "archive", common::ARCHIVE)}
                {folder(Folder::Trash, "trash", common::TRASH)}
            </ul>
            <ul class="side-foot">
                {(whose == Whose::Own)
                    .then(|| {
                        view! {
                            <SideLink
                                href=routes::SETTINGS
                                icon="gear"
                                label=common::SETTINGS
                                count=app.waits_in_settings()
                                counted=access::WAITS
                            />
                        }
                    })}
            </ul>
        </nav>
    }
}

/// The frame of administration; only for administrators.
#[component]
pub(crate) fn AdminLayout() -> impl IntoView {
    let app = App::expect();
    let administrator = move || app.role() == Role::Administrator;
    view! {
        <div class="app">
            <AppBar />
            <div class="app-main">
                <nav class="side" id="side" popover="auto" aria-label=t(common::ADMINISTRATION)>
                    <ul class="side-group">
                        <li class="side-title">{t(common::ADMINISTRATION)}</li>
                        <SideLink href=routes::ADMIN_ACCOUNTS icon="users" label=common::ACCOUNTS />
                        <SideLink href=routes::ADMIN_DOMAINS icon="globe" label=common::DOMAINS />
                        <SideLink href=routes::ADMIN_AUDIT_LOG icon="log" label=common::AUDIT_LOG />
                        <SideLink href=routes::ADMIN_ORGANISATION icon="key" label=common::ORGANISATION />
                    </ul>
                    <ul class="side-foot">
                        <SideLink href=routes::INBOX icon="mail" label=common::BACK_TO_MAIL />
                    </ul>
                </nav>
                <Show when=administrator fallback=AdministratorsOnly>
                    <Outlet />
                </Show>
            </div>
        </div>
    }
}

#[component]
fn AdministratorsOnly() -> impl IntoView {
    view! {
        <SheetPage>
            <EmptyState
                icon="lock"
                title=TextProp::from(t(common::ADMINISTRATORS_ONLY))
                text=TextProp::from(t(common::ADMINISTRATORS_ONLY_HINT))
            >
                <A href=routes::INBOX attr:class="button">
                    {t(common::TO_INBOX)}
                </A>
            </EmptyState>
        </SheetPage>
    }
}

/// The main part of an ordinary page: the white sheet with a column of content.
#[component]
pub(crate) fn SheetPage(
    /// A narrower column, for reading and forms.
    #[prop(optional)]
    text: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <main class="sheet" id="main" tabindex="-1">
            <div class="page" data-width=text.then_some("text")>
                {children()}
            </div>
        </main>
    }
}

#[component]
fn SideLink(
    #[prop(into)] href: String,
    icon: &'static str,
    label: Text,
    /// How many there are; nothing where none.
    #[prop(optional)]
    count: Option<Signal<u32>>,
    /// What the number says, for those who do not see where it stands.
    #[prop(optional)]
    counted: Option<Text>,
    /// Nothing that waits for anybody.
    #[prop(optional)]
    quiet: bool,
) -> impl IntoView {
    let path = use_location().pathname;
    let current = {
        let href = href.clone();
        move || (routes::section(&path.get()) == href).then_some("page")
    };
    let number = move || {
        let count = i18n::number(count.map(|count| count.get()).filter(|count| *count > 0)?);
        let spoken = count.clone();
        let text = counted.unwrap_or(common::UNREAD_COUNT);
        Some(view! {
            <span class="count" data-variant=quiet.then_some("quiet")>
                <span aria-hidden="true">{count}</span>
                <span class="visually-hidden">{t!(text, count = spoken)}</span>
            </span>
        })
    };
    let search = use_context::<MailSearch>();
    let go = move |_| {
        close_popover("side");
        // Where a search stands in the place of this folder, the address stays the same.
        if let Some(search) = search {
            search.clear();
        }
    };
    view! {
        <li>
            <a class="side-link" href=href aria-current=current on:click=go>
                <Icon name=icon />
                {t(label)}
                {number}
            </a>
        </li>
    }
}

/// The bar above every page, and the panel that its account switcher opens.
#[component]
fn AppBar(
    /// The search of the account that the page acts as.
    #[prop(optional)]
    search: Option<MailSearch>,
) -> impl IntoView {
    let app = App::expect();
    let organisation = move || {
        app.session
            .with(|session| session.as_ref().and_then(|s| s.organisation.clone()))
    };
    view! {
        <header class="app-bar">
            <button
                class="icon-button menu-button"
                type="button"
                popovertarget="side"
                aria-label=t(common::OPEN_NAVIGATION)
            >
                <Icon name="menu" />
            </button>
            <a class="brand" href=move || routes::inbox(app.whose.get())>
                <Brand />
                <span class="brand-org brand-name">
                    {"Zegel"}
                    {move || {
                        organisation().map(|name| view! { <small class="truncate">{name}</small> })
                    }}
                </span>
            </a>
            {search
                .map(|search| {
                    view! {
                        <Show when=move || search.there.get()>
                            <SearchField search=search />
                        </Show>
                    }
                })}
            <div class="reader-gap app-bar-end">
                <SwitcherButton />
            </div>
        </header>
        <SwitcherPanel />
    }
}

/// Light, dark, or as the system says.
#[component]
pub(crate) fn SchemeChoice() -> impl IntoView {
    let app = App::expect();
    let choice = move |scheme: Scheme, label: Text| {
        view! {
            <button
                type="button"
                aria-pressed=move || if app.scheme.get() == scheme { "true" } else { "false" }
                on:click=move |_| app.set_scheme(scheme)
            >
                {t(label)}
            </button>
        }
    };
    view! {
        <div class="segmented" role="group" aria-label=t(common::APPEARANCE)>
            {choice(Scheme::System, common::AS_SYSTEM)} {choice(Scheme::Light, common::LIGHT)}
            {choice(Scheme::Dark, common::DARK)}
        </div>
    }
}

/// Closes a popover after a choice in it; navigation alone would leave it open.
pub(crate) fn close_popover(id: &str) {
    use wasm_bindgen::JsCast;
    let Some(element) = browser::document().get_element_by_id(id) else {
        return;
    };
    let hide = js_sys::Reflect::get(&element, &"hidePopover".into());
    if let Some(hide) = hide
        .ok()
        .and_then(|hide| hide.dyn_into::<js_sys::Function>().ok())
    {
        // Throws for a popover that is a plain part of the page just now.
        let _ = hide.call0(&element);
    }
}
