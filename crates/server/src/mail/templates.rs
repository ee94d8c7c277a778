use std::sync::LazyLock;

use minijinja::{Environment, context};
use url::Url;
use zegel_api::Language;
use zegel_protocol::{Address, Domain, Name};
use zegel_storage::{Account, Kind, NewMail};

use crate::error::{Error, Result};

/// A mail's kind with what it says. None holds a message's content or a secret key.
pub(crate) enum Mail<'a> {
    /// The code that verifies an address.
    Verification { code: &'a str },
    /// Somebody, mostly the owner, tried to sign up with an address that has an account.
    AccountExists,
    /// The code that proves a domain claim.
    ClaimCode {
        organisation: &'a Name,
        domain: &'a Domain,
        code: &'a str,
    },
    /// What changed for somebody who may act as an account, or could until now.
    Access {
        /// What changed.
        news: AccessNews<'a>,
        /// The account.
        account: &'a Account,
        /// The address that browsers use, where that is configured: what a request names is no place to send people to.
        server: Option<&'a Url>,
    },
}

/// What changed for somebody about an account that is not their own.
#[derive(Clone, Copy)]
pub(crate) enum AccessNews<'a> {
    /// They may act as it from now on.
    Granted {
        /// Who decided it.
        by: &'a Account,
    },
    /// They may not any more.
    Revoked,
    /// Nobody can use it for now.
    Suspended,
    /// It can be used again.
    Reactivated,
    /// It is gone.
    Deleted,
}

impl AccessNews<'_> {
    const fn template(self, kind: Kind) -> &'static str {
        match (self, kind) {
            (Self::Granted { .. }, Kind::Functional) => "access_functional",
            (Self::Granted { .. }, Kind::Person) => "access_delegated",
            (Self::Revoked, _) => "access_revoked",
            (Self::Suspended, _) => "access_suspended",
            (Self::Reactivated, _) => "access_reactivated",
            (Self::Deleted, _) => "access_deleted",
        }
    }
}

macro_rules! sources {
    ($($language:literal / $name:literal),+ $(,)?) => {
        [
            ("layout.html", include_str!("../../templates/layout.html")),
            $(
                (concat!($language, "/", $name, ".txt"), include_str!(concat!("../../templates/", $language, "/", $name, ".txt"))),
                (concat!($language, "/", $name, ".html"), include_str!(concat!("../../templates/", $language, "/", $name, ".html"))),
            )+
        ]
    };
}

const SOURCES: [(&str, &str); 37] = sources!(
    "en" / "verification",
    "en" / "account_exists",
    "en" / "claim_code",
    "en" / "access_functional",
    "en" / "access_delegated",
    "en" / "access_revoked",
    "en" / "access_suspended",
    "en" / "access_reactivated",
    "en" / "access_deleted",
    "nl" / "verification",
    "nl" / "account_exists",
    "nl" / "claim_code",
    "nl" / "access_functional",
    "nl" / "access_delegated",
    "nl" / "access_revoked",
    "nl" / "access_suspended",
    "nl" / "access_reactivated",
    "nl" / "access_deleted",
);

/// Compiled once; a template that does not compile fails the tests of this module.
static TEMPLATES: LazyLock<Result<Environment<'static>, minijinja::Error>> = LazyLock::new(|| {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    for (name, source) in SOURCES {
        templates.add_template(name, source)?;
    }
    Ok(templates)
});

impl Mail<'_> {
    /// The mail in the recipient's language. The first line of the text template is the subject.
    pub(crate) fn render(&self, to: &Address, language: Language) -> Result<NewMail> {
        let templates = TEMPLATES
            .as_ref()
            .map_err(|error| Error::internal(error.to_string()))?;
        let language = language_code(language);
        let (name, values) = match self {
            Self::Verification { code } => ("verification", context! { language, code => *code }),
            Self::AccountExists => (
                "account_exists",
                context! { language, address => to.as_str() },
            ),
            Self::ClaimCode {
                organisation,
                domain,
                code,
            } => (
                "claim_code",
                context! { language, code => *code, organisation => organisation.as_str(), domain => domain.as_str() },
            ),
            Self::Access {
                news,
                account,
                server,
            } => {
                let by = match news {
                    AccessNews::Granted { by } => Some(by.name.as_str()),
                    _ => None,
                };
                let server = server.map(|url| url.as_str().trim_end_matches('/'));
                (
                    news.template(account.kind),
                    context! { language, name => account.name.as_str(), address => account.address.as_str(), by, server },
                )
            }
        };
        let render = |extension: &str| {
            templates
                .get_template(&format!("{language}/{name}.{extension}"))
                .and_then(|template| template.render(&values))
                .map_err(Error::internal)
        };
        let text = render("txt")?;
        let (subject, text) = text
            .split_once("\n\n")
            .ok_or_else(|| Error::internal("a mail without a subject"))?;
        Ok(NewMail {
            recipient: to.as_str().to_owned(),
            subject: subject.to_owned(),
            text: text.to_owned(),
            html: render("html")?,
        })
    }
}

pub(crate) const fn language_code(language: Language) -> &'static str {
    match language {
        Language::En => "en",
        Language::Nl => "nl",
    }
}

pub(crate) fn language_of(code: &str) -> Language {
    if code == "nl" {
        Language::Nl
    } else {
        Language::En
    }
}

#[cfg(test)]
mod tests {
    use url::Url;
    use zegel_protocol::{Address, Domain, Name};
    use zegel_storage::NewMail;

    use super::{AccessNews, Kind, Language, Mail};
    use crate::testing::account;

    const LANGUAGES: [Language; 2] = [Language::En, Language::Nl];

    /// The mail in both languages.
    fn both(mail: &Mail<'_>) -> [NewMail; 2] {
        let to = Address::parse("ada@vandijk.example").unwrap();
        LANGUAGES.map(|language| mail.render(&to, language).unwrap())
    }

    #[test]
    fn every_mail_renders_in_every_language() {
        let to = Address::parse("ada@vandijk.example").unwrap();
        let organisation = Name::try_from("Van Dijk & Zonen <b>").unwrap();
        let domain = Domain::parse("vandijk.example").unwrap();
        let (person, desk) = (account(Kind::Person), account(Kind::Functional));
        for language in LANGUAGES {
            let mails = [
                Mail::Verification { code: "12345678" },
                Mail::AccountExists,
                Mail::ClaimCode {
                    organisation: &organisation,
                    domain: &domain,
                    code: "123456",
                },
            ];
            let news = [
                AccessNews::Granted { by: &person },
                AccessNews::Revoked,
                AccessNews::Suspended,
                AccessNews::Reactivated,
                AccessNews::Deleted,
            ];
            let access = news.into_iter().flat_map(|news| {
                [&person, &desk].map(|account| Mail::Access {
                    news,
                    account,
                    server: None,
                })
            });
            for mail in mails.into_iter().chain(access) {
                let rendered = mail.render(&to, language).unwrap();
                assert!(!rendered.subject.contains('\n') && !rendered.subject.is_empty());
                assert!(rendered.text.len() > 80, "{}", rendered.text);
                assert!(rendered.html.starts_with("<!doctype html>"));
                assert!(!rendered.html.contains("<b>"), "names are escaped");
                if let Mail::Verification { code } | Mail::ClaimCode { code, .. } = mail {
                    assert!(rendered.text.contains(code) && rendered.html.contains(code));
                    assert!(
                        !rendered.subject.contains(code),
                        "subjects show on locked screens"
                    );
                }
            }
        }
    }

    #[test]
    fn mails_about_access_say_who_did_it_and_where_to_sign_in() {
        let server = Url::parse("https://post.vandijk.example/").unwrap();
        let mut owner = account(Kind::Person);
        owner.name = "Bob".to_owned();
        let mut administrator = account(Kind::Person);
        administrator.name = "Ada".to_owned();
        let desk = account(Kind::Functional);
        let granted = |account| Mail::Access {
            news: AccessNews::Granted { by: &administrator },
            account,
            server: Some(&server),
        };
        for mail in both(&granted(&owner)) {
            assert!(mail.subject.starts_with("Ada "), "{}", mail.subject);
            assert!(mail.text.contains("Bob (desk@vandijk.example)"));
        }
        let leave = ["Leave this account", "Dit account verlaten"];
        for account in [&owner, &desk] {
            for (mail, leave) in both(&granted(account)).iter().zip(leave) {
                assert!(mail.text.contains(leave) && mail.html.contains(leave));
            }
        }
        let mut subjects = std::collections::BTreeSet::new();
        for news in [
            AccessNews::Granted { by: &administrator },
            AccessNews::Revoked,
            AccessNews::Suspended,
            AccessNews::Reactivated,
            AccessNews::Deleted,
        ] {
            let about = |server| Mail::Access {
                news,
                account: &desk,
                server,
            };
            for mail in both(&about(Some(&server))) {
                let named = "https://post.vandijk.example";
                assert!(mail.text.contains(named), "{}", mail.text);
                assert!(!mail.text.contains("example/"), "{}", mail.text);
                assert!(mail.html.contains("<a href="), "{}", mail.html);
                subjects.insert(mail.subject);
            }
            for mail in both(&about(None)) {
                assert!(!mail.text.contains("://"), "{}", mail.text);
                assert!(!mail.html.contains("<a "), "{}", mail.html);
            }
        }
        assert_eq!(subjects.len(), 10, "each says another thing");
    }

    #[test]
    fn dutch_mails_address_people_as_the_page_does() {
        for (name, source) in super::SOURCES {
            if name.starts_with("nl/") {
                let formal = source
                    .split(|letter: char| !letter.is_alphabetic())
                    .find(|word| ["u", "uw", "uzelf"].contains(&word.to_lowercase().as_str()));
                assert_eq!(formal, None, "{name}");
            }
        }
    }
}
