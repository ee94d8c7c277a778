use serde::{Deserialize, Serialize};
use zegel_api::{Language, Role};
use zegel_protocol::{AccountId, Address, Domain};

/// A signed-in account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionView {
    /// Own account.
    pub account: AccountId,
    /// Own address.
    pub address: Address,
    /// Own name.
    pub name: String,
    /// Language of e-mails.
    pub language: Language,
    /// What the account is to its organisation.
    pub role: Role,
    /// The organisation's name from its verified record.
    pub organisation: Option<String>,
    /// The account key is in memory: settings, administration and adoption do not ask for the password.
    pub unlocked: bool,
    /// An organisation waits for this account.
    pub adoption: Option<AdoptionState>,
    /// Somebody's access to the own mailbox ended, and its key waits to be replaced.
    pub rotation_pending: bool,
}

/// Whether the adoption page opens by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AdoptionState {
    /// Not asked yet in this session.
    Waiting,
    /// "Not now" in this session.
    Deferred,
}

/// How far another account's key is known to be theirs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Trust {
    /// This account itself.
    Own,
    /// This user compared the safety number.
    Verified,
    /// Certified by an organisation that this client authenticated (link or compared).
    Certified {
        /// Its name.
        organisation: String,
    },
    /// Met for the first time: only the server vouches.
    FirstMet,
    /// Met before and unchanged since, but only the server vouched at first.
    NotVerified,
    /// Another key than the one met before.
    Changed,
    /// The server names the account to nobody, or says what does not verify: no key is known, and what
    /// stands for the address is made of the account's identifier.
    Unknown,
}

/// Somebody a message is from or to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonView {
    /// The account.
    pub account: AccountId,
    /// The address.
    pub address: Address,
    /// The name; empty where none is known.
    pub name: String,
    /// How far the key is known to be theirs.
    pub trust: Trust,
}

/// Safety numbers of oneself with another account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SafetyView {
    /// The other person.
    pub person: PersonView,
    /// Own number, to read out: six groups of five digits.
    pub own_number: String,
}

/// An organisation that asks to adopt this account, as far as it is verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdoptionView {
    /// Its name, quoted from its record.
    pub organisation: String,
    /// The domain of the account's address.
    pub domain: Domain,
    /// The adoption link of this very organisation was opened in this browser.
    pub by_link: bool,
    /// What the domain's TXT record says, asked by this browser.
    pub by_dns: DnsOutcome,
    /// The typed safety number was right.
    pub by_number: bool,
}

impl AdoptionView {
    /// At least one way has authenticated the organisation.
    #[must_use]
    pub fn authenticated(&self) -> bool {
        self.by_link || self.by_number || self.by_dns == DnsOutcome::Confirmed
    }
}

/// What DNS said. A contradiction is no outcome but stops the adoption.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DnsOutcome {
    /// Both resolvers show this organisation.
    Confirmed,
    /// Both resolvers show no record: proves nothing.
    NoRecord,
    /// A resolver did not answer: proves nothing.
    NoAnswer,
}
