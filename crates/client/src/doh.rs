//! The organisation that a domain's TXT record names, asked over DNS-over-HTTPS (RFC 8484) from
//! two resolvers that the Zegel server has no say in.

use std::collections::BTreeSet;

use domain::base::iana::{Class, Rcode};
use domain::base::message_builder::MessageBuilder;
use domain::base::name::{Name, ToName as _};
use domain::base::{Message, Rtype};
use domain::rdata::Txt;
use zegel_protocol::{Domain, DomainRecord, OrgId};

use crate::environment::Environment;
use crate::view::{AdoptionStop, DnsOutcome};

/// The build's resolvers, separated by a comma: `ZEGEL_DOH_RESOLVERS` at compile time. Tests and
/// organisations with resolvers of their own set it; the page's content security policy has to
/// allow the same two.
const COMPILED_IN: &str = match option_env!("ZEGEL_DOH_RESOLVERS") {
    Some(resolvers) => resolvers,
    None => "https://cloudflare-dns.com/dns-query,https://dns.quad9.net/dns-query",
};

/// Two resolvers, both of which have to agree.
#[derive(Clone, Debug)]
pub(crate) struct Resolvers([String; 2]);

impl Resolvers {
    pub(crate) fn new(first: &str, second: &str) -> Self {
        Self([first.trim().to_owned(), second.trim().to_owned()])
    }

    /// Those of the build. A build that names only one asks that one twice.
    pub(crate) fn compiled_in() -> Self {
        let (first, second) = COMPILED_IN
            .split_once(',')
            .unwrap_or((COMPILED_IN, COMPILED_IN));
        Self::new(first, second)
    }
}

/// What one resolver says.
type Answer = Result<BTreeSet<OrgId>, NoAnswer>;

/// A resolver could not be reached, failed, or answered with something that is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct NoAnswer;

/// Asks both resolvers whether `domain` names `organisation`.
///
/// # Errors
/// [`AdoptionStop::DnsOtherOrganisation`] where only another organisation is named,
/// [`AdoptionStop::DnsAmbiguous`] where several are, or the resolvers disagree.
pub(crate) async fn ask(
    environment: &Environment,
    domain: &Domain,
    organisation: OrgId,
) -> Result<DnsOutcome, AdoptionStop> {
    let [first, second] = &environment.resolvers.0;
    let (first, second) = futures_util::future::join(
        ask_one(environment, first, domain),
        ask_one(environment, second, domain),
    )
    .await;
    judge(organisation, &first, &second)
}

/// A contradiction stops even if only one resolver voices it; silence of one leaves it unproved.
fn judge(organisation: OrgId, first: &Answer, second: &Answer) -> Result<DnsOutcome, AdoptionStop> {
    for organisations in [first, second].into_iter().flatten() {
        if organisations.len() > 1 {
            return Err(AdoptionStop::DnsAmbiguous);
        }
        if organisations.iter().any(|named| *named != organisation) {
            return Err(AdoptionStop::DnsOtherOrganisation);
        }
    }
    match (first, second) {
        (Ok(first), Ok(second)) if first != second => Err(AdoptionStop::DnsAmbiguous),
        (Ok(first), Ok(_)) if first.is_empty() => Ok(DnsOutcome::NoRecord),
        (Ok(_), Ok(_)) => Ok(DnsOutcome::Confirmed),
        _ => Ok(DnsOutcome::NoAnswer),
    }
}

async fn ask_one(environment: &Environment, resolver: &str, domain: &Domain) -> Answer {
    let name = record_name(domain)?;
    let query = query(&name)?;
    let answer = environment
        .transport
        .resolve(resolver, &query)
        .await
        .map_err(|_| NoAnswer)?;
    organisations(&name, &answer)
}

fn record_name(domain: &Domain) -> Result<Name<Vec<u8>>, NoAnswer> {
    format!("{}.{domain}", DomainRecord::LABEL)
        .parse()
        .map_err(|_| NoAnswer)
}

/// A query with id 0, as RFC 8484, section 4.1, asks for caches' sake.
fn query(name: &Name<Vec<u8>>) -> Result<Vec<u8>, NoAnswer> {
    let mut message = MessageBuilder::new_vec();
    message.header_mut().set_id(0);
    message.header_mut().set_rd(true);
    let mut question = message.question();
    question.push((name, Rtype::TXT)).map_err(|_| NoAnswer)?;
    Ok(question.finish())
}

/// The organisations that an answer's TXT records name. Records of other services are passed over.
fn organisations(name: &Name<Vec<u8>>, answer: &[u8]) -> Answer {
    let message = Message::from_octets(answer).map_err(|_| NoAnswer)?;
    let question = message.sole_question().map_err(|_| NoAnswer)?;
    if !message.header().qr() || question.qtype() != Rtype::TXT || !question.qname().name_eq(name) {
        return Err(NoAnswer);
    }
    match message.header().rcode() {
        Rcode::NXDOMAIN => return Ok(BTreeSet::new()),
        Rcode::NOERROR if !message.header().tc() => {}
        _ => return Err(NoAnswer),
    }
    let mut organisations = BTreeSet::new();
    for record in message
        .answer()
        .map_err(|_| NoAnswer)?
        .limit_to_in::<Txt<_>>()
    {
        let record = record.map_err(|_| NoAnswer)?;
        if record.class() != Class::IN {
            continue;
        }
        let text: Vec<u8> = record.data().text();
        let Ok(text) = String::from_utf8(text) else {
            continue;
        };
        if let Ok(record) = text.parse::<DomainRecord>() {
            organisations.insert(record.org_id);
        }
    }
    Ok(organisations)
}

#[cfg(test)]
mod tests;
