use zegel_api::Folder;
use zegel_protocol::{AccountId, Address, DraftId, MessageId};

pub(crate) const SIGN_IN: &str = "/sign-in";
pub(crate) const SIGN_UP: &str = "/sign-up";
pub(crate) const INBOX: &str = "/";
pub(crate) const SETTINGS: &str = "/settings";
pub(crate) const SETTINGS_ACCESS: &str = "/settings/access";
pub(crate) const ADOPTION: &str = "/adoption";
pub(crate) const NEW_ORGANISATION: &str = "/organisation/new";
pub(crate) const ADMIN_DOMAINS: &str = "/admin/domains";
pub(crate) const ADMIN_ACCOUNTS: &str = "/admin/accounts";
pub(crate) const ADMIN_AUDIT_LOG: &str = "/admin/audit-log";
pub(crate) const ADMIN_ORGANISATION: &str = "/admin/organisation";

const AS: &str = "/as/";

/// Whose mail an address shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Whose {
    /// The user's own.
    #[default]
    Own,
    /// Of an account that the user acts as.
    As(AccountId),
    /// Of what is no account: the address is mistyped.
    Nobody,
}

/// What an address of mail shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A folder.
    Folder(Folder),
    /// A message of a folder. The folder is part of the path, so that both change in one step.
    Message(Folder, MessageId),
    /// What is not sent yet.
    Drafts,
    /// Writing a message.
    Compose,
}

/// What a message is begun with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Compose {
    /// Nothing.
    New,
    /// A stored draft.
    Draft(DraftId),
    /// Somebody to write to.
    To(Address),
    /// The message that it answers.
    Reply(MessageId),
    /// The message that it answers, to everybody it was to.
    ReplyAll(MessageId),
    /// The message that it passes on.
    Forward(MessageId),
}

/// Splits a path into whose mail it is and what remains, as the path of the own mail.
fn split(path: &str) -> (Whose, &str) {
    let Some(rest) = path.strip_prefix(AS) else {
        return (Whose::Own, path);
    };
    let at = rest.find('/').unwrap_or(rest.len());
    let (account, rest) = rest.split_at(at);
    let whose = account.parse().map_or(Whose::Nobody, Whose::As);
    (whose, if rest.is_empty() { INBOX } else { rest })
}

/// Whose mail a path shows.
pub(crate) fn whose(path: &str) -> Whose {
    split(path).0
}

/// The path of an account's mail for a path of the own mail.
fn of(whose: Whose, path: &str) -> String {
    match whose {
        Whose::As(account) if path == INBOX => format!("{AS}{account}"),
        Whose::As(account) => format!("{AS}{account}{path}"),
        Whose::Own | Whose::Nobody => path.to_owned(),
    }
}

/// The first part of the path of a folder; the inbox is where everything begins.
const fn folder_word(folder: Folder) -> &'static str {
    match folder {
        Folder::Inbox => "message",
        Folder::Sent => "sent",
        Folder::Archive => "archive",
        Folder::Trash => "trash",
        Folder::Starred => "starred",
    }
}

/// What a path of mail shows; none for other pages.
pub(crate) fn place(path: &str) -> Option<Place> {
    let (_, path) = split(path);
    if path == INBOX {
        return Some(Place::Folder(Folder::Inbox));
    }
    let mut parts = path.strip_prefix('/')?.split('/');
    let (word, id, none) = (parts.next()?, parts.next(), parts.next());
    if none.is_some() {
        return None;
    }
    match (word, id) {
        ("compose", None) => return Some(Place::Compose),
        ("drafts", None) => return Some(Place::Drafts),
        _ => {}
    }
    let folder = Folder::ALL
        .iter()
        .copied()
        .find(|folder| folder_word(*folder) == word)?;
    match id {
        Some(id) => Some(Place::Message(folder, id.parse().ok()?)),
        None if folder == Folder::Inbox => None,
        None => Some(Place::Folder(folder)),
    }
}

/// The page of a folder.
pub(crate) fn folder_path(whose: Whose, folder: Folder) -> String {
    match folder {
        Folder::Inbox => of(whose, INBOX),
        _ => of(whose, &format!("/{}", folder_word(folder))),
    }
}

/// The inbox of an account.
pub(crate) fn inbox(whose: Whose) -> String {
    folder_path(whose, Folder::Inbox)
}

/// The page of a message in a folder.
pub(crate) fn message(whose: Whose, folder: Folder, message: MessageId) -> String {
    of(whose, &format!("/{}/{message}", folder_word(folder)))
}

/// The page of what is not sent yet.
pub(crate) fn drafts(whose: Whose) -> String {
    of(whose, "/drafts")
}

/// The page of a message that is written. What it begins with is in the query.
pub(crate) fn compose(whose: Whose, begin: &Compose) -> String {
    let path = of(whose, "/compose");
    match begin {
        Compose::New => path,
        Compose::Draft(draft) => format!("{path}?draft={draft}"),
        Compose::To(address) => {
            let address: String = js_sys::encode_uri_component(&address.to_string()).into();
            format!("{path}?to={address}")
        }
        Compose::Reply(message) => format!("{path}?reply={message}"),
        Compose::ReplyAll(message) => format!("{path}?reply-all={message}"),
        Compose::Forward(message) => format!("{path}?forward={message}"),
    }
}

/// What a message begins with, by the query's parameters; nothing where they do not parse.
pub(crate) fn compose_of(parameter: impl Fn(&str) -> Option<String>) -> Compose {
    let message = |name: &str| parameter(name).and_then(|id| id.parse::<MessageId>().ok());
    None.or_else(|| {
        let draft = parameter("draft")?.parse().ok()?;
        Some(Compose::Draft(draft))
    })
    .or_else(|| message("reply").map(Compose::Reply))
    .or_else(|| message("reply-all").map(Compose::ReplyAll))
    .or_else(|| message("forward").map(Compose::Forward))
    .or_else(|| Address::parse(&parameter("to")?).ok().map(Compose::To))
    .unwrap_or(Compose::New)
}

/// The safety number page of an account.
pub(crate) fn safety(account: AccountId) -> String {
    format!("/safety/{account}")
}

/// The accounts of a domain that are not yet adopted.
pub(crate) fn candidates(domain: &zegel_protocol::Domain) -> String {
    format!("{ADMIN_DOMAINS}/{domain}")
}

/// The page on which administrators change an account.
pub(crate) fn admin_account(account: AccountId) -> String {
    format!("{ADMIN_ACCOUNTS}/{account}")
}

/// Pages whose panes scroll by themselves.
pub(crate) fn fills_window(path: &str) -> bool {
    place(path).is_some()
}

/// The navigation item that a path belongs to.
pub(crate) fn section(path: &str) -> String {
    match place(path) {
        Some(Place::Message(folder, _)) => folder_path(whose(path), folder),
        Some(_) => path.to_owned(),
        None => [ADMIN_DOMAINS, ADMIN_ACCOUNTS, SETTINGS]
            .into_iter()
            .find(|page| {
                path.strip_prefix(page)
                    .is_some_and(|rest| rest.starts_with('/'))
            })
            .unwrap_or(path)
            .to_owned(),
    }
}

/// The message that a path shows, and the folder it lies in.
pub(crate) fn message_of(path: &str) -> Option<(Folder, MessageId)> {
    match place(path)? {
        Place::Message(folder, message) => Some((folder, message)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn other() -> Whose {
        Whose::As(AccountId::from([9; 16]))
    }

    #[test]
    fn every_place_of_every_account_is_found_again() {
        let id = MessageId::from([7; 16]);
        for whose in [Whose::Own, other()] {
            for folder in Folder::ALL.iter().copied() {
                let list = folder_path(whose, folder);
                assert_eq!(super::whose(&list), whose);
                assert_eq!(place(&list), Some(Place::Folder(folder)));
                let path = message(whose, folder, id);
                assert_eq!(super::whose(&path), whose);
                assert_eq!(message_of(&path), Some((folder, id)));
                assert_eq!(section(&path), list);
            }
            assert_eq!(place(&drafts(whose)), Some(Place::Drafts));
            assert_eq!(place(&compose(whose, &Compose::New)), Some(Place::Compose));
        }
    }

    #[test]
    fn what_is_no_place_of_mail_is_none() {
        for path in ["/message", "/message/abc", "/settings", "/sent/x/y", "/as/"] {
            assert_eq!(message_of(path), None, "{path}");
            assert!(!matches!(place(path), Some(Place::Message(..))), "{path}");
        }
        assert_eq!(place("/message"), None);
        assert_eq!(whose("/assets"), Whose::Own);
        assert_eq!(whose("/as/nobody/sent"), Whose::Nobody);
        assert_eq!(section("/admin/accounts/x"), ADMIN_ACCOUNTS);
        assert_eq!(section(SETTINGS_ACCESS), SETTINGS);
    }

    #[test]
    fn a_message_begins_with_what_the_query_says() {
        let id = MessageId::from([7; 16]);
        for begin in [
            Compose::New,
            Compose::Reply(id),
            Compose::ReplyAll(id),
            Compose::Forward(id),
        ] {
            let path = compose(other(), &begin);
            let query = path.split_once('?').map(|(_, query)| query.to_owned());
            let found = compose_of(|name| {
                let (key, value) = query.as_deref()?.split_once('=')?;
                (key == name).then(|| value.to_owned())
            });
            assert_eq!(found, begin);
        }
    }
}
