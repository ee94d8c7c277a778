//! Where pages live, and who may see them. Mail of another account lives under `/as/{account}`, so that two tabs can
//! act as two accounts, and links and reloads keep it.

mod places;

pub(crate) use places::{
    ADMIN_ACCOUNTS, ADMIN_AUDIT_LOG, ADMIN_DOMAINS, ADMIN_ORGANISATION, ADOPTION, Compose, INBOX,
    NEW_ORGANISATION, Place, SETTINGS, SETTINGS_ACCESS, SIGN_IN, SIGN_UP, Whose, admin_account,
    candidates, compose, compose_of, drafts, fills_window, folder_path, inbox, message, message_of,
    place, safety, section, whose,
};

use leptos::prelude::*;
use leptos_router::components::{ParentRoute, Route, Routes};
use leptos_router::hooks::{use_location, use_navigate};
use leptos_router::{MatchNestedRoutes, NavigateOptions, path};
use zegel_client::view::{AdoptionState, MailboxKind};

use crate::components::{AdminLayout, MailLayout, OwnerOnly};
use crate::pages::{
    NotFoundPage,
    admin::{
        AccountPage, AccountsPage, AuditLogPage, CandidatesPage, DomainsPage, OrganisationPage,
    },
    adoption::AdoptionPage,
    compose::ComposePage,
    inbox::MailPage,
    organisation::NewOrganisationPage,
    safety::SafetyPage,
    settings::{AccessPage, SettingsPage},
    sign_in::SignInPage,
    sign_up::SignUpPage,
};
use crate::state::{
    App, Phase,
    browser::{self, session_storage},
    join_link,
};

/// The page that was wanted before signing in.
const TARGET: &str = "zegel.target";

/// Pages without a session.
fn is_public(path: &str) -> bool {
    path == SIGN_IN || path == SIGN_UP
}

/// Every page.
#[component]
pub(crate) fn Pages() -> impl IntoView {
    view! {
        <Routes fallback=NotFoundPage>
            <Route path=path!("/sign-in") view=SignInPage />
            <Route path=path!("/sign-up") view=SignUpPage />
            <Route path=path!("/adoption") view=AdoptionPage />
            <ParentRoute path=path!("/admin") view=AdminLayout>
                <Route path=path!("domains") view=DomainsPage />
                <Route path=path!("domains/:domain") view=CandidatesPage />
                <Route path=path!("accounts") view=AccountsPage />
                <Route path=path!("accounts/:account") view=AccountPage />
                <Route path=path!("audit-log") view=AuditLogPage />
                <Route path=path!("organisation") view=OrganisationPage />
            </ParentRoute>
            <ParentRoute path=path!("/as/:account") view=MailLayout>
                <Route path=path!("compose") view=ComposePage />
                <Route path=path!("settings") view=OwnerOnly />
                <Route path=path!("settings/access") view=OwnerOnly />
                <Mail />
            </ParentRoute>
            <ParentRoute path=path!("") view=MailLayout>
                <Route path=path!("compose") view=ComposePage />
                <Route path=path!("settings") view=SettingsPage />
                <Route path=path!("settings/access") view=AccessPage />
                <Route path=path!("safety/:account") view=SafetyPage />
                <Route path=path!("organisation/new") view=NewOrganisationPage />
                <Mail />
            </ParentRoute>
        </Routes>
    }
}

/// The folders of an account.
#[component(transparent)]
fn Mail() -> impl MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("") view=MailPage>
            <Route path=path!("") view=|| () />
            <Route path=path!("message/:id") view=|| () />
            <Route path=path!("starred") view=|| () />
            <Route path=path!("starred/:id") view=|| () />
            <Route path=path!("drafts") view=|| () />
            <Route path=path!("sent") view=|| () />
            <Route path=path!("sent/:id") view=|| () />
            <Route path=path!("archive") view=|| () />
            <Route path=path!("archive/:id") view=|| () />
            <Route path=path!("trash") view=|| () />
            <Route path=path!("trash/:id") view=|| () />
        </ParentRoute>
    }
    .into_inner()
}

/// Whether the pages can be drawn: who is signed in is known, and suits the page.
pub(crate) fn may_show(app: App, path: &str) -> bool {
    let signed_in = app.session.with(Option::is_some);
    app.phase.with(|phase| *phase == Phase::Ready) && signed_in != is_public(path)
}

/// Leaves the mail of an account that cannot be acted as (any more); the inbox says why. The colours say at once
/// whether the page acts as another account.
pub(crate) fn use_acting(app: App) {
    let navigate = use_navigate();
    Effect::new(move || {
        let whose = app.whose.get();
        let leave = app.session.with(|session| {
            let session = session.as_ref();
            session.is_some_and(|session| app.mailboxes.must_leave(whose, session))
        });
        if leave {
            let replace = NavigateOptions {
                replace: true,
                ..NavigateOptions::default()
            };
            navigate(INBOX, replace);
        }
    });
    Effect::new(move || {
        browser::set_root_attribute(
            "data-acting",
            match app.acting_kind() {
                Some(MailboxKind::Functional) => Some("functional"),
                Some(MailboxKind::Delegated) => Some("delegated"),
                Some(MailboxKind::Own) | None => None,
            },
        );
    });
    // What was said about one account is not said beside another one.
    Effect::new(move |before: Option<Whose>| {
        let whose = app.whose.get();
        if before.is_some_and(|before| before != whose) {
            app.dismiss_toast();
            if whose != Whose::Own {
                app.mailboxes.lost.set(None);
            }
        }
        whose
    });
}

/// Sends people where they may be: to sign in, remembering what they wanted, and from there to it.
/// An organisation that waits for the account goes first, once.
pub(crate) fn use_guard(app: App) {
    let location = use_location();
    let navigate = use_navigate();
    let was_signed_in = StoredValue::new(false);
    Effect::new(move || {
        if app.phase.with(|phase| *phase != Phase::Ready) {
            return;
        }
        let path = location.pathname.get();
        let signed_in = app.session.with(Option::is_some);
        let just_signed_in = signed_in && !was_signed_in.get_value();
        let just_left = !signed_in && was_signed_in.get_value();
        was_signed_in.set_value(signed_in);
        let replace = NavigateOptions {
            replace: true,
            ..NavigateOptions::default()
        };
        if !signed_in {
            if !is_public(&path) {
                // Who signs out leaves nothing to the next person.
                if !just_left || app.ended.get_untracked() {
                    remember_target(&format!(
                        "{path}{}",
                        search(&location.search.get_untracked())
                    ));
                }
                navigate(SIGN_IN, replace);
            }
            return;
        }
        let adoption = app
            .session
            .with_untracked(|session| session.as_ref().and_then(|session| session.adoption));
        let consent_first = adoption == Some(AdoptionState::Waiting)
            || adoption.is_some() && join_link::kept().is_some();
        if just_signed_in && consent_first && path != ADOPTION {
            if !is_public(&path) {
                remember_target(&path);
            }
            navigate(ADOPTION, replace);
        } else if is_public(&path) {
            navigate(&take_target(), replace);
        }
    });
}

fn search(query: &str) -> String {
    if query.is_empty() {
        String::new()
    } else {
        format!("?{}", query.trim_start_matches('?'))
    }
}

fn remember_target(target: &str) {
    if let Some(storage) = session_storage() {
        // Without storage signing in just ends in the inbox.
        let _ = storage.set_item(TARGET, target);
    }
}

/// The page that was wanted before signing in or joining; the inbox where there was none.
pub(crate) fn take_target() -> String {
    let target = session_storage().and_then(|storage| {
        let target = storage.get_item(TARGET).ok().flatten();
        let _ = storage.remove_item(TARGET);
        target
    });
    target
        .filter(|target| is_own_path(target))
        .unwrap_or_else(|| INBOX.to_owned())
}

/// A path of this page, not an address elsewhere.
fn is_own_path(target: &str) -> bool {
    target.starts_with('/') && !target.starts_with("//")
}

/// The focus goes to the first field or the main part when another page comes. Within mail it stays in the list.
pub(crate) fn use_page_focus() {
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let page = match path.get() {
            path if message_of(&path).is_some() => section(&path),
            path => path,
        };
        if before.is_some_and(|before| before != page) {
            browser::after_render(browser::focus_page);
        }
        page
    });
}

#[cfg(test)]
mod tests {
    use super::is_own_path;

    #[test]
    fn a_target_stays_on_this_site() {
        assert!(is_own_path("/message/abc"));
        assert!(!is_own_path("//evil.example/"));
        assert!(!is_own_path("https://evil.example/"));
    }
}
