//! Where pages live, and who may see them.

use leptos::prelude::*;
use leptos_router::components::{ParentRoute, Route, Routes};
use leptos_router::hooks::{use_location, use_navigate};
use leptos_router::{NavigateOptions, path};
use zegel_api::Folder;
use zegel_client::view::AdoptionState;
use zegel_protocol::MessageId;

use crate::components::{AdminLayout, MailLayout};
use crate::pages::{
    NotFoundPage,
    admin::{AccountsPage, AuditLogPage, CandidatesPage, DomainsPage, OrganisationPage},
    adoption::AdoptionPage,
    compose::ComposePage,
    inbox::MailPage,
    organisation::NewOrganisationPage,
    safety::SafetyPage,
    settings::SettingsPage,
    sign_in::SignInPage,
    sign_up::SignUpPage,
};
use crate::state::{
    App, Phase,
    browser::{self, session_storage},
    join_link,
};

pub(crate) const SIGN_IN: &str = "/sign-in";
pub(crate) const SIGN_UP: &str = "/sign-up";
pub(crate) const INBOX: &str = "/";
pub(crate) const SENT: &str = "/sent";
pub(crate) const COMPOSE: &str = "/compose";
pub(crate) const SETTINGS: &str = "/settings";
pub(crate) const ADOPTION: &str = "/adoption";
pub(crate) const NEW_ORGANISATION: &str = "/organisation/new";
pub(crate) const ADMIN_DOMAINS: &str = "/admin/domains";
pub(crate) const ADMIN_ACCOUNTS: &str = "/admin/accounts";
pub(crate) const ADMIN_AUDIT_LOG: &str = "/admin/audit-log";
pub(crate) const ADMIN_ORGANISATION: &str = "/admin/organisation";

const MESSAGE: &str = "/message/";
const SENT_MESSAGE: &str = "/sent/";

/// The page that was wanted before signing in.
const TARGET: &str = "zegel.target";

/// The safety number page of an account.
pub(crate) fn safety(account: zegel_protocol::AccountId) -> String {
    format!("/safety/{account}")
}

/// The accounts of a domain that are not yet adopted.
pub(crate) fn candidates(domain: &zegel_protocol::Domain) -> String {
    format!("{ADMIN_DOMAINS}/{domain}")
}

/// Pages without a session.
fn is_public(path: &str) -> bool {
    path == SIGN_IN || path == SIGN_UP
}

/// Pages whose panes scroll by themselves.
pub(crate) fn fills_window(path: &str) -> bool {
    matches!(section(path), INBOX | SENT | COMPOSE)
}

/// The navigation item that a path belongs to.
pub(crate) fn section(path: &str) -> &str {
    if path.starts_with(MESSAGE) {
        INBOX
    } else if path.starts_with(SENT_MESSAGE) {
        SENT
    } else if path.starts_with("/admin/domains/") {
        ADMIN_DOMAINS
    } else {
        path
    }
}

/// The page of a folder.
pub(crate) const fn folder_path(folder: Folder) -> &'static str {
    match folder {
        Folder::Inbox => INBOX,
        Folder::Sent => SENT,
    }
}

/// The page of a message. The folder is part of the path, so that both change in one step.
pub(crate) fn message(folder: Folder, message: MessageId) -> String {
    match folder {
        Folder::Inbox => format!("{MESSAGE}{message}"),
        Folder::Sent => format!("{SENT_MESSAGE}{message}"),
    }
}

/// The message that a path shows, and the folder it lies in.
pub(crate) fn message_of(path: &str) -> Option<(Folder, MessageId)> {
    let (folder, id) = if let Some(id) = path.strip_prefix(MESSAGE) {
        (Folder::Inbox, id)
    } else {
        (Folder::Sent, path.strip_prefix(SENT_MESSAGE)?)
    };
    Some((folder, id.parse().ok()?))
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
                <Route path=path!("audit-log") view=AuditLogPage />
                <Route path=path!("organisation") view=OrganisationPage />
            </ParentRoute>
            <ParentRoute path=path!("") view=MailLayout>
                <Route path=path!("compose") view=ComposePage />
                <Route path=path!("settings") view=SettingsPage />
                <Route path=path!("safety/:account") view=SafetyPage />
                <Route path=path!("organisation/new") view=NewOrganisationPage />
                <ParentRoute path=path!("") view=MailPage>
                    <Route path=path!("") view=|| () />
                    <Route path=path!("sent") view=|| () />
                    <Route path=path!("message/:id") view=|| () />
                    <Route path=path!("sent/:id") view=|| () />
                </ParentRoute>
            </ParentRoute>
        </Routes>
    }
}

/// Whether the pages can be drawn: who is signed in is known, and suits the page.
pub(crate) fn may_show(app: App, path: &str) -> bool {
    let signed_in = app.session.with(Option::is_some);
    app.phase.with(|phase| *phase == Phase::Ready) && signed_in != is_public(path)
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

/// The focus goes to the main part when another page comes. Within mail it stays in the list.
pub(crate) fn use_focus_main() {
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let page = match path.get() {
            path if message_of(&path).is_some() => section(&path).to_owned(),
            path => path,
        };
        if before.is_some_and(|before| before != page) {
            browser::after_render(browser::focus_main);
        }
        page
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_stays_on_this_site() {
        assert!(is_own_path("/message/abc"));
        assert!(!is_own_path("//evil.example/"));
        assert!(!is_own_path("https://evil.example/"));
    }

    #[test]
    fn messages_belong_to_their_folder() {
        let id = MessageId::from([7; 16]);
        for folder in [Folder::Inbox, Folder::Sent] {
            let path = message(folder, id);
            assert_eq!(message_of(&path), Some((folder, id)));
            assert_eq!(section(&path), folder_path(folder));
        }
        assert_eq!(message_of("/message/abc"), None);
        assert_eq!(section(ADMIN_DOMAINS), ADMIN_DOMAINS);
    }
}
