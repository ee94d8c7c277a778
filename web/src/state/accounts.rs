//! Which accounts of the organisation are shown, and who of them can be given access.

use zegel_api::{AccountKind, AccountStatus, Role};
use zegel_client::view::{Certification, MemberView};
use zegel_protocol::{AccountId, Address, Domain};

use crate::i18n::{Text, admin};

/// The type of the accounts shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum TypeFilter {
    #[default]
    All,
    /// People who are no administrators.
    Regular,
    Administrator,
    Functional,
}

impl TypeFilter {
    /// Every choice, in the order of the list.
    pub(crate) const ALL: [Self; 4] = [
        Self::All,
        Self::Regular,
        Self::Administrator,
        Self::Functional,
    ];

    /// The value in the form.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Regular => "regular",
            Self::Administrator => "administrator",
            Self::Functional => "functional",
        }
    }

    /// From the value in the form; anything else is everything.
    pub(crate) fn from_key(key: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|filter| filter.key() == key)
            .unwrap_or_default()
    }

    /// What the server can leave out.
    pub(crate) const fn kind(self) -> Option<AccountKind> {
        match self {
            Self::All => None,
            Self::Regular | Self::Administrator => Some(AccountKind::Person),
            Self::Functional => Some(AccountKind::Functional),
        }
    }

    /// Whether an account is shown.
    pub(crate) fn keeps(self, member: &MemberView) -> bool {
        let administrator = member.role == Role::Administrator;
        match self {
            Self::All => true,
            Self::Regular => member.kind == AccountKind::Person && !administrator,
            Self::Administrator => administrator,
            Self::Functional => member.kind == AccountKind::Functional,
        }
    }
}

/// Why somebody cannot be given access now; none where they can.
pub(crate) fn why_not(member: &MemberView, account: AccountId, has_access: bool) -> Option<Text> {
    if member.account == account {
        Some(admin::WHY_ITSELF)
    } else if has_access {
        Some(admin::WHY_HAS_ACCESS)
    } else if member.status != AccountStatus::Active {
        Some(admin::WHY_SUSPENDED)
    } else {
        match member.certification {
            Certification::Link | Certification::Compared => None,
            Certification::Server => Some(admin::WHY_NOT_VERIFIED),
            Certification::None => Some(admin::WHY_NO_KEY),
        }
    }
}

/// A text in parts, those that match what is typed marked.
pub(crate) fn marked(text: &str, typed: &str) -> Vec<(String, bool)> {
    let typed = typed.trim();
    let found = (!typed.is_empty())
        .then(|| find_ignoring_case(text, typed))
        .flatten();
    let Some((from, to)) = found else {
        return vec![(text.to_owned(), false)];
    };
    [
        (text.get(..from), false),
        (text.get(from..to), true),
        (text.get(to..), false),
    ]
    .into_iter()
    .filter_map(|(part, mark)| Some((part?.to_owned(), mark)))
    .filter(|(part, _)| !part.is_empty())
    .collect()
}

/// Where a text begins and ends in another one, whatever the case. Letters whose case changes their length match only
/// as they are.
fn find_ignoring_case(text: &str, wanted: &str) -> Option<(usize, usize)> {
    let wanted = wanted.to_lowercase();
    text.char_indices().find_map(|(from, _)| {
        let rest = text.get(from..)?;
        let mut lower = String::new();
        for (at, letter) in rest.char_indices() {
            lower.extend(letter.to_lowercase());
            if lower == wanted {
                return Some((from, from + at + letter.len_utf8()));
            }
            if !wanted.starts_with(&lower) {
                return None;
            }
        }
        None
    })
}

/// Why the first part of an address and a domain are no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LocalProblem {
    Empty,
    /// The whole address was typed.
    At,
    Malformed,
}

/// The address of a functional account that is created.
///
/// # Errors
/// [`LocalProblem`].
pub(crate) fn functional_address(local: &str, domain: &Domain) -> Result<Address, LocalProblem> {
    let local = local.trim();
    if local.is_empty() {
        Err(LocalProblem::Empty)
    } else if local.contains('@') {
        Err(LocalProblem::At)
    } else {
        Address::parse(&format!("{local}@{domain}")).map_err(|_| LocalProblem::Malformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(kind: AccountKind, role: Role, certification: Certification) -> MemberView {
        MemberView {
            account: AccountId::from([1; 16]),
            address: Address::parse("jan@x.example").unwrap(),
            name: "Jan".to_owned(),
            role,
            kind,
            status: AccountStatus::Active,
            access: 0,
            rotation_pending_since_ms: None,
            joined_at_ms: 0,
            last_sign_in_ms: None,
            escrow_checked: true,
            certification,
        }
    }

    #[test]
    fn every_account_is_of_one_type() {
        for (kind, role, only) in [
            (AccountKind::Person, Role::Member, TypeFilter::Regular),
            (
                AccountKind::Person,
                Role::Administrator,
                TypeFilter::Administrator,
            ),
            (
                AccountKind::Functional,
                Role::Member,
                TypeFilter::Functional,
            ),
        ] {
            let member = member(kind, role, Certification::Link);
            for filter in TypeFilter::ALL {
                let kept = filter == TypeFilter::All || filter == only;
                assert_eq!(filter.keeps(&member), kept, "{filter:?} {only:?}");
                assert!(!kept || filter.kind().is_none_or(|wanted| wanted == kind));
                assert_eq!(TypeFilter::from_key(filter.key()), filter);
            }
        }
    }

    #[test]
    fn only_certified_people_get_access() {
        let other = AccountId::from([2; 16]);
        let why = |certification| {
            let member = member(AccountKind::Person, Role::Member, certification);
            why_not(&member, other, false)
        };
        assert_eq!(why(Certification::Link), None);
        assert_eq!(why(Certification::Compared), None);
        assert_eq!(why(Certification::Server), Some(admin::WHY_NOT_VERIFIED));
        assert_eq!(why(Certification::None), Some(admin::WHY_NO_KEY));
        let mut jan = member(AccountKind::Person, Role::Member, Certification::Link);
        assert_eq!(why_not(&jan, other, true), Some(admin::WHY_HAS_ACCESS));
        assert_eq!(why_not(&jan, jan.account, false), Some(admin::WHY_ITSELF));
        jan.status = AccountStatus::Suspended;
        assert_eq!(why_not(&jan, other, false), Some(admin::WHY_SUSPENDED));
    }

    #[test]
    fn what_is_typed_is_marked_once() {
        let parts = |text, typed| {
            marked(text, typed)
                .into_iter()
                .map(|(part, mark)| if mark { format!("[{part}]") } else { part })
                .collect::<String>()
        };
        assert_eq!(parts("Mila Jansen", "jan"), "Mila [Jan]sen");
        assert_eq!(parts("Mila Jansen", "nsen "), "Mila Ja[nsen]");
        assert_eq!(parts("Mila", ""), "Mila");
        assert_eq!(parts("Mila", "x"), "Mila");
        assert_eq!(parts("Éva Ébner", "éb"), "Éva [Éb]ner");
    }

    #[test]
    fn addresses_are_put_together() {
        let domain = Domain::parse("x.example").unwrap();
        let address = |local| functional_address(local, &domain).map(|a| a.to_string());
        assert_eq!(address(" info "), Ok("info@x.example".to_owned()));
        assert_eq!(address(""), Err(LocalProblem::Empty));
        assert_eq!(address("info@x.example"), Err(LocalProblem::At));
        assert_eq!(address("in fo"), Err(LocalProblem::Malformed));
    }
}
