//! What administrators send in ordinary e-mail, so that people sign in and join.

use zegel_api::Language;
use zegel_client::view::AdoptionLinkView;
use zegel_protocol::Domain;

use super::csv::Csv;
use crate::i18n::{admin, replace};

/// Everything that stands in each reminder of a domain.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reminders {
    /// Name of the organisation.
    pub(crate) organisation: String,
    /// Domain that is being adopted.
    pub(crate) domain: Domain,
    /// Where this page is served, without a slash at the end.
    pub(crate) origin: String,
}

/// The columns of the file, as mail programs offer them for merging.
const COLUMNS: [&str; 4] = ["address", "link", "subject", "text"];

impl Reminders {
    /// The personal link as people open it. The fragment never reaches the server.
    pub(crate) fn link(&self, link: &AdoptionLinkView) -> String {
        format!("{}/#{}", self.origin, link.fragment)
    }

    /// Subject of the e-mail.
    pub(crate) fn subject(&self, language: Language) -> String {
        let text = admin::REMINDER_SUBJECT.in_language(language);
        replace(text, &[("organisation", &self.organisation)])
    }

    /// The e-mail to one person; `link` is what stands in the place of the link.
    pub(crate) fn text(&self, language: Language, address: &str, link: &str) -> String {
        replace(
            admin::REMINDER_TEXT.in_language(language),
            &[
                ("organisation", &self.organisation),
                ("domain", self.domain.as_str()),
                ("address", address),
                ("link", link),
            ],
        )
    }

    /// The file for mail merge: one row a person.
    pub(crate) fn to_csv(&self, language: Language, links: &[AdoptionLinkView]) -> String {
        let subject = self.subject(language);
        let mut csv = Csv::new(&COLUMNS);
        for link in links {
            let url = self.link(link);
            let text = self.text(language, link.address.as_str(), &url);
            csv.row(&[link.address.as_str(), &url, &subject, &text]);
        }
        csv.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zegel_protocol::Address;

    fn reminders(organisation: &str) -> Reminders {
        Reminders {
            organisation: organisation.into(),
            domain: Domain::parse("vandijk.example").unwrap(),
            origin: "https://zegel.example".into(),
        }
    }

    fn link(address: &str) -> AdoptionLinkView {
        AdoptionLinkView {
            address: Address::parse(address).unwrap(),
            fragment: "join=org.3.token".into(),
        }
    }

    #[test]
    fn every_person_gets_their_own_link_in_either_language() {
        let reminders = reminders("Van Dijk");
        let anna = link("anna@vandijk.example");
        let url = reminders.link(&anna);
        assert_eq!(url, "https://zegel.example/#join=org.3.token");
        for language in [Language::En, Language::Nl] {
            let text = reminders.text(language, anna.address.as_str(), &url);
            for part in ["Van Dijk", "anna@vandijk.example", &url] {
                assert!(text.contains(part), "{language:?}: {part}");
            }
            assert!(!text.contains('{'), "{text}");
            assert!(reminders.subject(language).contains("Van Dijk"));
        }
    }

    #[test]
    fn the_file_has_a_row_a_person_and_runs_nothing() {
        let csv = reminders("=HYPERLINK(\"x\")").to_csv(
            Language::En,
            &[link("=a@vandijk.example"), link("b@vandijk.example")],
        );
        assert_eq!(csv.matches("#join=org.3.token\",").count(), 2);
        assert!(csv.contains("\"'=a@vandijk.example\",\"https://"));
        assert!(csv.contains("\"b@vandijk.example\",\"https://"));
        assert!(!csv.contains("\"=") && !csv.contains(",="), "{csv}");
    }

    #[test]
    fn a_name_with_braces_fills_nothing_else() {
        let text = reminders("{link}").text(Language::En, "a@vandijk.example", "L");
        assert!(text.contains("{link} brings"), "{text}");
    }
}
