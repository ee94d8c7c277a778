//! Finding an account among many: by typing a part of it, by its first letters, by the arrows.

use zegel_client::view::{MailboxKind, MailboxView};

/// More accounts than this, and the switcher offers a field to find one.
const FILTER_FROM: usize = 8;

/// Letters typed within this time belong together.
pub(crate) const TYPE_AHEAD_MS: f64 = 800.0;

/// Whether there are so many accounts that a field helps to find one.
pub(crate) const fn wants_filter(accounts: usize) -> bool {
    accounts > FILTER_FROM
}

/// Whether every word that is typed is in the name or the address.
pub(crate) fn matches(name: &str, address: &str, typed: &str) -> bool {
    let (name, address) = (name.to_lowercase(), address.to_lowercase());
    typed
        .to_lowercase()
        .split_whitespace()
        .all(|word| name.contains(word) || address.contains(word))
}

/// The accounts of one kind that match what is typed, in their order.
pub(crate) fn group(list: &[MailboxView], kind: MailboxKind, typed: &str) -> Vec<MailboxView> {
    list.iter()
        .filter(|mailbox| mailbox.kind == kind)
        .filter(|mailbox| matches(&mailbox.name, mailbox.address.as_str(), typed))
        .cloned()
        .collect()
}

/// Where a key leads in a list of so many rows; none for keys that mean nothing here, and in an empty list.
pub(crate) fn step(rows: usize, at: Option<usize>, key: &str) -> Option<usize> {
    let last = rows.checked_sub(1)?;
    match key {
        "ArrowDown" => Some(at.map_or(0, |at| (at + 1).min(last))),
        "ArrowUp" => Some(at.map_or(last, |at| at.saturating_sub(1))),
        "Home" => Some(0),
        "End" => Some(last),
        _ => None,
    }
}

/// The row that begins with what is typed: from the one that has the focus on, and round. One letter, also typed
/// several times, goes on to the next row with it.
pub(crate) fn type_ahead(names: &[String], at: Option<usize>, typed: &str) -> Option<usize> {
    let typed = typed.to_lowercase();
    let first = typed.chars().next()?;
    let one_letter = typed.chars().all(|letter| letter == first);
    let wanted = if one_letter { first.to_string() } else { typed };
    let start = match at {
        Some(at) if one_letter => at + 1,
        Some(at) => at,
        None => 0,
    };
    (0..names.len())
        .map(|offset| (start + offset) % names.len())
        .find(|row| {
            names
                .get(*row)
                .is_some_and(|name| name.to_lowercase().starts_with(&wanted))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use zegel_client::view::MailboxState;
    use zegel_protocol::{AccountId, Address};

    fn names(list: &[&str]) -> Vec<String> {
        list.iter().map(|name| (*name).to_owned()).collect()
    }

    fn mailbox(byte: u8, kind: MailboxKind, name: &str, address: &str) -> MailboxView {
        MailboxView {
            account: AccountId::from([byte; 16]),
            address: Address::parse(address).unwrap(),
            name: name.to_owned(),
            kind,
            state: MailboxState::Ready,
            unread: 0,
            shown_name: None,
        }
    }

    #[test]
    fn a_filter_finds_words_in_names_and_addresses() {
        assert!(matches("Informatie", "info@x.example", "INFO"));
        assert!(matches("Sanne de Wit", "sanne@x.example", "wit x.ex"));
        assert!(matches("Sanne de Wit", "sanne@x.example", "  "));
        assert!(!matches("Sanne de Wit", "sanne@x.example", "wit jan"));
    }

    #[test]
    fn groups_hold_their_own_kind_only() {
        let list = [
            mailbox(1, MailboxKind::Own, "Sanne", "sanne@x.example"),
            mailbox(2, MailboxKind::Functional, "Info", "info@x.example"),
            mailbox(3, MailboxKind::Functional, "Post", "post@x.example"),
            mailbox(4, MailboxKind::Delegated, "Anouk", "anouk@x.example"),
        ];
        let found = |kind, typed| group(&list, kind, typed).len();
        assert_eq!(found(MailboxKind::Functional, ""), 2);
        assert_eq!(found(MailboxKind::Functional, "po"), 1);
        assert_eq!(found(MailboxKind::Delegated, "po"), 0);
        assert!(!wants_filter(8));
        assert!(wants_filter(9));
    }

    #[test]
    fn keys_stop_at_the_ends() {
        assert_eq!(step(3, None, "ArrowDown"), Some(0));
        assert_eq!(step(3, Some(2), "ArrowDown"), Some(2));
        assert_eq!(step(3, Some(0), "ArrowUp"), Some(0));
        assert_eq!(step(3, None, "ArrowUp"), Some(2));
        assert_eq!(step(200, Some(4), "End"), Some(199));
        assert_eq!(step(200, Some(4), "Home"), Some(0));
        assert_eq!(step(3, Some(1), "Tab"), None);
        assert_eq!(step(0, None, "Home"), None);
    }

    #[test]
    fn letters_find_the_next_name() {
        let names = names(&["Anouk", "Informatie", "Incasso", "Postkamer"]);
        assert_eq!(type_ahead(&names, None, "i"), Some(1));
        assert_eq!(type_ahead(&names, Some(1), "i"), Some(2));
        assert_eq!(type_ahead(&names, Some(2), "ii"), Some(1));
        assert_eq!(type_ahead(&names, Some(1), "inc"), Some(2));
        assert_eq!(type_ahead(&names, Some(1), "INF"), Some(1));
        assert_eq!(type_ahead(&names, Some(3), "a"), Some(0));
        assert_eq!(type_ahead(&names, Some(0), "z"), None);
        assert_eq!(type_ahead(&[], None, "a"), None);
    }
}
