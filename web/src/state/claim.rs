//! Claiming a domain: what is typed, how far the claim is, and what the check said.

use zegel_api::ErrorCode;
use zegel_client::view::{ClaimProof, DomainView, Failure, Reason};
use zegel_protocol::{Domain, DomainError};

/// Why a typed domain cannot be claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DomainProblem {
    /// Nothing was typed.
    Empty,
    /// An address, or an "@" before the name; holds what follows the "@".
    At(String),
    /// A web address; holds the name in it.
    WebAddress(String),
    /// Longer than a domain name can be.
    TooLong,
    /// No domain name.
    Malformed,
}

/// Reads a typed domain. `to_ascii` turns an internationalised name into its `xn--` form.
///
/// # Errors
/// [`DomainProblem`].
pub(crate) fn parse_domain(
    typed: &str,
    to_ascii: impl Fn(&str) -> Option<String>,
) -> Result<Domain, DomainProblem> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(DomainProblem::Empty);
    }
    if let Some((_, name)) = typed.rsplit_once('@') {
        return Err(DomainProblem::At(name.to_owned()));
    }
    let host = typed.split_once("://").map_or(typed, |(_, rest)| rest);
    let host = host.split(['/', '?', '#', ':']).next().unwrap_or_default();
    if host != typed {
        return Err(DomainProblem::WebAddress(host.to_owned()));
    }
    let name = typed.strip_suffix('.').unwrap_or(typed);
    let ascii = if name.is_ascii() {
        Some(name.to_owned())
    } else {
        to_ascii(name)
    };
    Domain::parse(&ascii.ok_or(DomainProblem::Malformed)?).map_err(|error| match error {
        DomainError::TooLong => DomainProblem::TooLong,
        _ => DomainProblem::Malformed,
    })
}

/// How the claim is going to be proved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Method {
    /// TXT record.
    #[default]
    Txt,
    /// Code by e-mail.
    Mail,
}

/// What the claim dialog holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ClaimStep {
    /// The domain and the method are chosen.
    Choose,
    /// The record has to be set, or the code typed.
    Prove(DomainView),
}

/// The proof that the method and the mailbox ask for.
pub(crate) fn proof(method: Method, mailbox: &str) -> ClaimProof {
    match method {
        Method::Txt => ClaimProof::Txt,
        Method::Mail => ClaimProof::Mail(mailbox.to_owned()),
    }
}

/// Where the code of a claim goes; none with a TXT record.
pub(crate) fn mailed_to(domain: &DomainView) -> Option<String> {
    match &domain.proof {
        ClaimProof::Txt => None,
        ClaimProof::Mail(mailbox) => Some(format!("{mailbox}@{}", domain.domain)),
    }
}

/// What a check or the start of a claim said, where it is not a claim yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClaimProblem {
    /// A public mail domain.
    PublicDomain,
    /// Another organisation holds it.
    Taken,
    /// This organisation holds it.
    OwnAlready,
    /// No TXT record there (yet).
    TxtMissing,
    /// The record names another organisation.
    TxtOther,
    /// The record is of an earlier claim.
    TxtNonce,
    /// The name servers of the domain did not answer.
    DnsFailed,
    /// The code is wrong.
    WrongCode,
    /// The code is too old, or was tried too often.
    ExpiredCode,
    /// The code could not be sent.
    MailFailed,
    /// The claim was withdrawn meanwhile.
    Withdrawn,
    /// The proof held, but the record was not signed within ten minutes.
    NotProved,
}

impl ClaimProblem {
    /// Sorts out the failures that belong to claims; none is for the general texts.
    pub(crate) fn of(failure: &Failure) -> Option<Self> {
        let Reason::Server(code) = failure.reason else {
            return None;
        };
        Some(match code {
            ErrorCode::PublicDomain => Self::PublicDomain,
            ErrorCode::DomainTaken => Self::Taken,
            ErrorCode::DomainAlreadyClaimed => Self::OwnAlready,
            ErrorCode::TxtMissing => Self::TxtMissing,
            ErrorCode::TxtOtherOrganisation => Self::TxtOther,
            ErrorCode::TxtWrongNonce => Self::TxtNonce,
            ErrorCode::DnsFailed => Self::DnsFailed,
            ErrorCode::WrongCode => Self::WrongCode,
            ErrorCode::ExpiredCode => Self::ExpiredCode,
            ErrorCode::MailFailed => Self::MailFailed,
            ErrorCode::NotFound => Self::Withdrawn,
            ErrorCode::DomainNotProved => Self::NotProved,
            _ => return None,
        })
    }

    /// The wait is normal: the record was only just added.
    pub(crate) fn is_patience(self) -> bool {
        matches!(self, Self::TxtMissing | Self::DnsFailed | Self::NotProved)
    }

    /// It belongs under the domain field.
    pub(crate) fn of_domain(self) -> bool {
        matches!(self, Self::PublicDomain | Self::Taken | Self::OwnAlready)
    }

    /// It belongs under the code field.
    pub(crate) fn of_code(self) -> bool {
        matches!(self, Self::WrongCode | Self::ExpiredCode)
    }
}

#[cfg(test)]
mod tests {
    use super::{ClaimProblem, DomainProblem, parse_domain};
    use zegel_api::ErrorCode;
    use zegel_client::view::{Failure, Reason};

    fn parse(typed: &str) -> Result<String, DomainProblem> {
        parse_domain(typed, |name| {
            (name == "münchen.example").then(|| "xn--mnchen-3ya.example".into())
        })
        .map(|domain| domain.to_string())
    }

    #[test]
    fn a_domain_is_taken_as_people_type_it() {
        assert_eq!(parse(" VanDijk.example. "), Ok("vandijk.example".into()));
        assert_eq!(
            parse("münchen.example"),
            Ok("xn--mnchen-3ya.example".into())
        );
    }

    #[test]
    fn what_is_wrong_with_a_domain_is_named() {
        assert_eq!(parse("  "), Err(DomainProblem::Empty));
        assert_eq!(
            parse("@vandijk.example"),
            Err(DomainProblem::At("vandijk.example".into()))
        );
        assert_eq!(
            parse("anna@vandijk.example"),
            Err(DomainProblem::At("vandijk.example".into()))
        );
        assert_eq!(
            parse("https://vandijk.example/x"),
            Err(DomainProblem::WebAddress("vandijk.example".into()))
        );
        assert_eq!(
            parse("vandijk.example/x"),
            Err(DomainProblem::WebAddress("vandijk.example".into()))
        );
        assert_eq!(parse("vandijk"), Err(DomainProblem::Malformed));
        assert_eq!(parse("van dijk.example"), Err(DomainProblem::Malformed));
        assert_eq!(parse("ünknown.example"), Err(DomainProblem::Malformed));
        assert_eq!(
            parse(&format!("{}.example", "a".repeat(64))),
            Err(DomainProblem::TooLong)
        );
    }

    #[test]
    fn every_error_of_a_claim_has_its_place() {
        let of = |code| {
            ClaimProblem::of(&Failure {
                reason: Reason::Server(code),
                field: None,
                retry_after_s: None,
                account: None,
            })
        };
        for code in [
            ErrorCode::PublicDomain,
            ErrorCode::DomainTaken,
            ErrorCode::DomainAlreadyClaimed,
        ] {
            assert!(of(code).is_some_and(ClaimProblem::of_domain), "{code:?}");
        }
        for code in [ErrorCode::WrongCode, ErrorCode::ExpiredCode] {
            assert!(of(code).is_some_and(ClaimProblem::of_code), "{code:?}");
        }
        for code in [
            ErrorCode::TxtMissing,
            ErrorCode::DnsFailed,
            ErrorCode::DomainNotProved,
        ] {
            assert!(of(code).is_some_and(ClaimProblem::is_patience), "{code:?}");
        }
        for code in [
            ErrorCode::TxtOtherOrganisation,
            ErrorCode::TxtWrongNonce,
            ErrorCode::MailFailed,
            ErrorCode::NotFound,
        ] {
            assert!(
                of(code).is_some_and(|p| !p.is_patience() && !p.of_code() && !p.of_domain()),
                "{code:?}"
            );
        }
        assert_eq!(of(ErrorCode::Internal), None);
    }
}
