//! The Domains page: what a row offers, and how far its adoption is.

use zegel_client::view::{DomainStateView, DomainView};

/// How far the adoption of a domain is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Adoption {
    /// The domain is not claimed yet.
    AfterClaim,
    /// Claimed; ADOPT has not been pressed.
    NotStarted {
        /// Free accounts with an address in it.
        waiting: u32,
    },
    /// ADOPT was pressed.
    Running {
        /// Members with an address in it.
        adopted: u32,
        /// Members and free accounts.
        total: u32,
    },
    /// ADOPT was pressed and nobody is left.
    Complete,
}

impl Adoption {
    /// Of a row.
    pub(crate) fn of(domain: &DomainView) -> Self {
        match domain.state {
            DomainStateView::Pending => Self::AfterClaim,
            DomainStateView::Claimed => Self::NotStarted {
                waiting: domain.not_yet_adopted,
            },
            DomainStateView::Adopting if domain.not_yet_adopted == 0 => Self::Complete,
            DomainStateView::Adopting => Self::Running {
                adopted: domain.members,
                total: domain.members.saturating_add(domain.not_yet_adopted),
            },
        }
    }
}

/// Puts a changed row in its place, by name; a new one too.
pub(crate) fn put(rows: &mut Vec<DomainView>, changed: DomainView) {
    match rows.binary_search_by(|row| row.domain.cmp(&changed.domain)) {
        Ok(index) => rows[index] = changed,
        Err(index) => rows.insert(index, changed),
    }
}

/// The order of the page: by name, so that rows keep their place while they change.
pub(crate) fn sort(rows: &mut [DomainView]) {
    rows.sort_by(|a, b| a.domain.cmp(&b.domain));
}

/// The prompt of RELEASE is answered with YES, in any case; `word` is the same in the language of the page.
pub(crate) fn is_yes(typed: &str, word: &str) -> bool {
    let typed = typed.trim().to_lowercase();
    typed == "yes" || typed == word.to_lowercase()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{Adoption, is_yes, put, sort};
    use zegel_client::view::{ClaimProof, DomainStateView, DomainView};
    use zegel_protocol::Domain;

    pub(crate) fn row(
        name: &str,
        state: DomainStateView,
        members: u32,
        waiting: u32,
    ) -> DomainView {
        DomainView {
            domain: Domain::parse(name).unwrap(),
            state,
            proof: ClaimProof::Txt,
            txt_name: format!("_zegel.{name}"),
            txt_value: "zegel=1; org=x; nonce=y".into(),
            members,
            not_yet_adopted: waiting,
            checked_at_ms: None,
        }
    }

    #[test]
    fn adoption_goes_from_the_claim_to_the_last_account() {
        let of = |state, members, waiting| Adoption::of(&row("a.example", state, members, waiting));
        assert_eq!(of(DomainStateView::Pending, 0, 0), Adoption::AfterClaim);
        assert_eq!(
            of(DomainStateView::Claimed, 1, 2),
            Adoption::NotStarted { waiting: 2 }
        );
        assert_eq!(
            of(DomainStateView::Adopting, 1, 2),
            Adoption::Running {
                adopted: 1,
                total: 3
            }
        );
        assert_eq!(of(DomainStateView::Adopting, 3, 0), Adoption::Complete);
    }

    #[test]
    fn rows_keep_their_place() {
        let mut rows = vec![
            row("c.example", DomainStateView::Pending, 0, 0),
            row("a.example", DomainStateView::Pending, 0, 0),
        ];
        sort(&mut rows);
        put(&mut rows, row("b.example", DomainStateView::Claimed, 1, 0));
        put(&mut rows, row("c.example", DomainStateView::Claimed, 2, 0));
        let shown: Vec<_> = rows
            .iter()
            .map(|r| (r.domain.as_str(), r.members))
            .collect();
        assert_eq!(
            shown,
            [("a.example", 0), ("b.example", 1), ("c.example", 2)]
        );
    }

    #[test]
    fn release_takes_yes_and_nothing_else() {
        for yes in ["YES", "yes", " Yes ", "JA"] {
            assert!(is_yes(yes, "JA"), "{yes}");
        }
        for no in ["", "Y", "NO", "YES!", "oui"] {
            assert!(!is_yes(no, "JA"), "{no}");
        }
        assert!(!is_yes("ja", "YES"));
    }
}
