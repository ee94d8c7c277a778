use leptos::task::spawn_local;
use leptos::{html, prelude::*};
use leptos_router::components::{A, Outlet};
use leptos_router::hooks::use_location;
use zegel_api::{Language, Role};
use zegel_client::view::SessionView;

use super::{
    Avatar, AvatarSize, Badge, Brand, Button, EmptyState, ErrorText, Icon, IconSize, Rosette, Tone,
    Variant,
};
use crate::i18n::{self, Text, common, t};
use crate::routes;
use crate::state::{App, Message, Scheme, browser};
use crate::worker::{call, messages::SignOut};

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

/// The frame of mail, settings and creating an organisation; the route's own page is its main part.
#[component]
pub(crate) fn MailLayout() -> impl IntoView {
    let app = App::expect();
    let path = use_location().pathname;
    let fixed = move || routes::fills_window(&path.get()).then_some("");
    view! {
        <div class="app" data-fixed=fixed>
            <AppBar />
            <div class="app-main">
                <nav class="side" id="side" popover="auto" aria-label=t(common::MAIL_NAVIGATION)>
                    <A href=routes::COMPOSE attr:class="button" attr:data-variant="primary" attr:data-wide="">
                        <Icon name="compose" />
                        {t(common::NEW_MESSAGE)}
                    </A>
                    <ul class="side-group">
                        <SideLink href=routes::INBOX icon="inbox" label=common::INBOX count=app.unread />
                        <SideLink href=routes::SENT icon="send" label=common::SENT />
                    </ul>
                    <ul class="side-foot">
                        <SideLink href=routes::SETTINGS icon="gear" label=common::SETTINGS />
                    </ul>
                </nav>
                <Outlet />
            </div>
        </div>
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
    href: &'static str,
    icon: &'static str,
    label: Text,
    /// How many are unread; nothing where none.
    #[prop(optional, into)]
    count: Option<Signal<Option<u32>>>,
) -> impl IntoView {
    let path = use_location().pathname;
    let current = move || (routes::section(&path.get()) == href).then_some("page");
    let unread = move || {
        count
            .and_then(|count| count.get())
            .filter(|count| *count > 0)
            .map(|count| {
                view! {
                    <span class="count">
                        <span aria-hidden="true">{move || i18n::number(count)}</span>
                        <span class="visually-hidden">
                            {t!(common::UNREAD_COUNT, count = i18n::number(count))}
                        </span>
                    </span>
                }
            })
    };
    view! {
        <li>
            <a class="side-link" href=href aria-current=current on:click=|_| close_popover("side")>
                <Icon name=icon />
                {t(label)}
                {unread}
            </a>
        </li>
    }
}

#[component]
fn AppBar() -> impl IntoView {
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
            <a class="brand" href=routes::INBOX>
                <Brand />
                <span class="brand-org brand-name">
                    {"Zegel"}
                    {move || {
                        organisation().map(|name| view! { <small class="truncate">{name}</small> })
                    }}
                </span>
            </a>
            <div class="reader-gap app-bar-end">
                {move || app.session.get().map(|session| view! { <ProfileMenu session=session /> })}
            </div>
        </header>
    }
}

/// Who is signed in, and what they can go to.
#[component]
fn ProfileMenu(session: SessionView) -> impl IntoView {
    let app = App::expect();
    let panel = NodeRef::<html::Div>::new();
    let signing_out = RwSignal::new(false);
    let error = RwSignal::new(None::<Message>);
    let name = if session.name.is_empty() {
        session.address.to_string()
    } else {
        session.name.clone()
    };
    let sign_out = move |()| {
        signing_out.set(true);
        error.set(None);
        spawn_local(async move {
            let outcome = call(SignOut { everywhere: false }).await;
            signing_out.set(false);
            match outcome {
                Ok(()) => {
                    app.forget_draft();
                    app.signed_out();
                }
                Err(failure) => error.set(Some(failure.into())),
            }
        });
    };
    let link = |href: &'static str, icon: &'static str, label: Text| {
        view! {
            <li>
                <a class="menu-item" href=href on:click=|_| close_popover("profile-panel")>
                    <Icon name=icon />
                    {t(label)}
                </a>
            </li>
        }
    };
    let administrator = session.role == Role::Administrator;
    view! {
        <button
            class="switcher"
            type="button"
            popovertarget="profile-panel"
        >
            <span class="switcher-picture">
                <Avatar name=name.clone() />
            </span>
            <span class="switcher-name">
                {name.clone()} <span class="visually-hidden">{t(common::PROFILE_MENU)}</span>
            </span>
            <Icon name="down" size=IconSize::Small />
        </button>
        <div
            class="popover switcher-panel"
            id="profile-panel"
            popover="auto"
            role="dialog"
            aria-label=t(common::PROFILE_PANEL)
            node_ref=panel
        >
            <div class="menu">
                <div class="menu-item">
                    <Avatar name=name.clone() size=AvatarSize::Normal />
                    <span class="person-text">
                        <span class="person-name">{name.clone()}</span>
                        <small class="truncate">{session.address.to_string()}</small>
                    </span>
                    <span class="menu-end">
                        {administrator
                            .then(|| {
                                view! {
                                    <Badge
                                        tone=Tone::Seal
                                        text=TextProp::from(t(common::ADMINISTRATOR))
                                    />
                                }
                            })}
                    </span>
                </div>
                <hr />
                <ul>
                    {session
                        .adoption
                        .is_some()
                        .then(|| link(routes::ADOPTION, "seal", common::REVIEW_ADOPTION))}
                    {administrator
                        .then(|| link(routes::ADMIN_DOMAINS, "sliders", common::ADMINISTRATION))}
                    {(session.role == Role::Free)
                        .then(|| {
                            link(routes::NEW_ORGANISATION, "plus", common::CREATE_ORGANISATION)
                        })} {link(routes::SETTINGS, "gear", common::SETTINGS)}
                </ul>
                <hr />
                <div class="menu-item">
                    <Icon name="scheme" />
                    <SchemeChoice />
                </div>
                <ErrorText error=error />
            </div>
            <div class="switcher-foot">
                <LanguageLinks />
                <Button
                    variant=Variant::Quiet
                    icon="signout"
                    busy=signing_out
                    on_press=Callback::new(sign_out)
                >
                    {t(common::SIGN_OUT)}
                </Button>
            </div>
        </div>
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
fn close_popover(id: &str) {
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
