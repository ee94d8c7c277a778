use std::sync::LazyLock;

use minijinja::{Environment, context};
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
    /// Somebody may act as an account from now on.
    AccessGranted {
        /// The account.
        account: &'a Account,
        /// Who decided it.
        by: &'a Account,
    },
    /// Somebody may not act as an account any more.
    AccessRevoked {
        /// The account.
        account: &'a Account,
    },
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

const SOURCES: [(&str, &str); 25] = sources!(
    "en" / "verification",
    "en" / "account_exists",
    "en" / "claim_code",
    "en" / "access_functional",
    "en" / "access_delegated",
    "en" / "access_revoked",
    "nl" / "verification",
    "nl" / "account_exists",
    "nl" / "claim_code",
    "nl" / "access_functional",
    "nl" / "access_delegated",
    "nl" / "access_revoked",
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
            Self::AccessGranted { account, by } => (
                match account.kind {
                    Kind::Functional => "access_functional",
                    Kind::Person => "access_delegated",
                },
                context! { language, name => account.name.as_str(), address => account.address.as_str(), by => by.name.as_str() },
            ),
            Self::AccessRevoked { account } => (
                "access_revoked",
                context! { language, name => account.name.as_str(), address => account.address.as_str() },
            ),
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
    use super::{Account, Kind, Language, Mail};
    use zegel_protocol::{AccountId, Address, Domain, Hash, Name};
    use zegel_storage::{Role, Status};

    fn account(kind: Kind) -> Account {
        Account {
            id: AccountId([1; 16]),
            address: Address::parse("desk@vandijk.example").unwrap(),
            name: "Desk <b>".to_owned(),
            language: "en".to_owned(),
            kind,
            status: Status::Active,
            role: Role::Member,
            organisation: None,
            joined_at: None,
            last_sign_in_at: None,
            deferred_at: None,
            epoch: 1,
            sequence: 1,
            state: Vec::new(),
            state_hash: Hash::ZERO,
            send_certificate: Vec::new(),
            rotation_pending_since: None,
        }
    }

    #[test]
    fn every_mail_renders_in_every_language() {
        let to = Address::parse("ada@vandijk.example").unwrap();
        let organisation = Name::try_from("Van Dijk & Zonen <b>").unwrap();
        let domain = Domain::parse("vandijk.example").unwrap();
        let (person, desk) = (account(Kind::Person), account(Kind::Functional));
        for language in [Language::En, Language::Nl] {
            let mails = [
                Mail::Verification { code: "12345678" },
                Mail::AccountExists,
                Mail::ClaimCode {
                    organisation: &organisation,
                    domain: &domain,
                    code: "123456",
                },
                Mail::AccessGranted {
                    account: &desk,
                    by: &person,
                },
                Mail::AccessGranted {
                    account: &person,
                    by: &person,
                },
                Mail::AccessRevoked { account: &desk },
            ];
            for mail in mails {
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
}
