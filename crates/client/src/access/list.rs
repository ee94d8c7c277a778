use std::collections::{BTreeMap, BTreeSet};

use zegel_api::{Access, AccessibleAccount, AccountStatus, Empty, MailCounts};
use zegel_crypto::grant::open_mailbox;
use zegel_protocol::encoding::Canonical as _;
use zegel_protocol::{
    AccountId, AccountState, Grant, Kind, Role, Roster, RosterMember, SendCertificate, Signed,
};

use crate::contacts::Contact;
use crate::failure::Outcome;
use crate::mailbox::{MailboxTier, OpenMailbox};
use crate::messages::Remembered;
use crate::search::Index;
use crate::session::SignedIn;
use crate::view::{MailboxKind, MailboxState, MailboxView, Reason, Trust};

/// What an account that the server lists turns out to be.
enum Judged {
    /// Not on the account's signed roster: the server alone says so, and it is left out.
    Ghost,
    /// Listed, and not opened.
    Shut(MailboxKind, MailboxState),
    Open(Box<OpenMailbox>),
    /// Open already, by the very keys that are listed now.
    Known(Box<Contact>),
}

impl SignedIn {
    /// The accounts that the user can act as: the own one, then functional ones, then those of
    /// others, by address. Opens what is new, and drops what is gone.
    ///
    /// An account counts only where its newest state, as far as this client can know, names the
    /// roster, the roster names this user, and the grant opens to the very keys that both name.
    ///
    /// # Errors
    /// Only the server's; [`Reason::NotAuthentic`] and [`Reason::Rollback`] about the own account
    /// and organisation. What is wrong with another account is said in its row.
    pub async fn mailboxes(&self) -> Outcome<Vec<MailboxView>> {
        self.refresh_own().await?;
        let list = self.environment.call::<Access>(&Empty {}).await?;
        if !list.accounts.is_empty() && self.own.borrow().joined().is_some() {
            self.refresh_organisation().await?;
        }
        let own_account = self.own.borrow().account;
        let mut rows = Vec::new();
        let mut open = Vec::new();
        let mut known = BTreeSet::new();
        for listed in &list.accounts {
            if listed.keys.account == own_account || listed.status == AccountStatus::Deleted {
                continue;
            }
            let judged = match self.judge_access(listed) {
                Ok(judged) => judged,
                Err(_) => Judged::Shut(kind_of(listed), MailboxState::NotAuthentic),
            };
            match judged {
                Judged::Ghost => {}
                Judged::Shut(kind, state) => rows.push(shut(listed, kind, state)),
                Judged::Known(contact) => {
                    known.insert(contact.account);
                    let mut own = self.own.borrow_mut();
                    if let Some(mailbox) = own.mailboxes.others.get_mut(&contact.account) {
                        // What is not signed may be new: a functional account that was renamed.
                        mailbox.address = contact.address;
                        mailbox.name = contact.name;
                        mailbox.former = contact.former;
                        rows.push(ready(mailbox, listed.unread));
                    }
                }
                Judged::Open(mailbox) => {
                    rows.push(ready(&mailbox, listed.unread));
                    open.push(*mailbox);
                }
            }
        }
        self.pin_met_if_room().await?;
        self.take_mailboxes(open, &known);
        rows.sort_by(|a, b| (rank(a.kind), &a.address).cmp(&(rank(b.kind), &b.address)));
        rows.dedup_by_key(|row| row.account);
        rows.insert(0, self.own_row().await?);
        Ok(rows)
    }

    async fn own_row(&self) -> Outcome<MailboxView> {
        let account = self.own.borrow().account;
        let counts = self
            .environment
            .call_at::<MailCounts>(&[&account.to_string()], &Empty {})
            .await?;
        Ok(ready(&self.own.borrow().mailboxes.own, counts.unread))
    }

    /// Drops what is gone, and keeps what is open of those that were open before: earlier keys and
    /// list entries.
    fn take_mailboxes(&self, open: Vec<OpenMailbox>, known: &BTreeSet<AccountId>) {
        let mut own = self.own.borrow_mut();
        let (stay, mut before) = std::mem::take(&mut own.mailboxes.others)
            .into_iter()
            .partition(|(account, _)| known.contains(account));
        own.mailboxes.others = stay;
        for mailbox in open {
            let account = mailbox.account;
            let taken = match before.remove(&account) {
                Some(mut known) if known.state.statement.epoch <= mailbox.state.statement.epoch => {
                    known.renew(mailbox);
                    known
                }
                _ => mailbox,
            };
            own.mailboxes.others.insert(account, taken);
        }
    }

    /// Verifies one account that the server lists, and opens it.
    ///
    /// # Errors
    /// Where anything of it does not verify, is older than what was seen before, or does not agree.
    fn judge_access(&self, listed: &AccessibleAccount) -> Outcome<Judged> {
        let state = Signed::<AccountState>::from_bytes(&listed.keys.state.0)?;
        let roster = Signed::<Roster>::from_bytes(&listed.roster.0)?;
        Roster::verify_newest(&roster, &state.statement)?;
        let Some(member) = self.place_on(&roster.statement) else {
            return Ok(Judged::Ghost);
        };
        // Remembered from here on: a stranger's account is not worth a pin.
        let contact = self.meet(&listed.keys)?;
        let state = &contact.state.statement;
        let (kind, role) = match state.kind {
            Kind::Functional => (MailboxKind::Functional, Role::Member),
            Kind::Person => (MailboxKind::Delegated, Role::Delegate),
        };
        if kind != kind_of(listed) {
            return Err(Reason::NotAuthentic.into());
        }
        if member.role != role {
            return Err(Reason::NotAuthentic.into());
        }
        if !self.may_act_as(&contact, listed) {
            return Ok(Judged::Shut(kind, MailboxState::NotVerified));
        }
        if listed.status == AccountStatus::Suspended {
            return Ok(Judged::Shut(kind, MailboxState::Suspended));
        }
        if self.is_open(&contact, &member, listed) {
            return Ok(Judged::Known(Box::new(contact)));
        }
        let mailbox = self.open_access(contact, kind, member, listed)?;
        Ok(Judged::Open(Box::new(mailbox)))
    }

    /// Whether the account is who it says, as far as reading and sending as it asks for: a functional
    /// one by the own organisation's word, whether or not its domain is still held; a person's by a
    /// certificate of the address, or by comparison.
    fn may_act_as(&self, contact: &Contact, listed: &AccessibleAccount) -> bool {
        match contact.state.statement.kind {
            Kind::Functional => self.is_verified_member(contact, &listed.keys),
            Kind::Person => matches!(contact.trust, Trust::Verified | Trust::Certified { .. }),
        }
    }

    /// Whether the account is open by this very state, send key and certificate: nothing to open
    /// again each time the list is looked at.
    fn is_open(
        &self,
        contact: &Contact,
        member: &RosterMember,
        listed: &AccessibleAccount,
    ) -> bool {
        let own = self.own.borrow();
        own.mailboxes
            .others
            .get(&contact.account)
            .is_some_and(|open| {
                open.state.hash() == contact.state.hash()
                    && open.send.public() == member.send_key
                    && open.send_certificate.to_bytes() == listed.send_certificate.0
            })
    }

    /// The own entry of a roster: of this account, with the identity that it has now.
    fn place_on(&self, roster: &Roster) -> Option<RosterMember> {
        let own = self.own.borrow();
        let member = roster.member(own.account)?;
        (member.identity == own.state().identity).then_some(*member)
    }

    fn open_access(
        &self,
        contact: Contact,
        kind: MailboxKind,
        member: RosterMember,
        listed: &AccessibleAccount,
    ) -> Outcome<OpenMailbox> {
        let state = &contact.state.statement;
        let secret = {
            let own = self.own.borrow();
            own.keyring.grant(own.account, own.state().epoch)
        };
        let grant = Grant::from_bytes(&listed.grant.0)?;
        let access = open_mailbox(&secret, state, &member, &grant)?;
        let certificate = Signed::<SendCertificate>::from_bytes(&listed.send_certificate.0)?;
        certificate.verify(&state.identity)?;
        let said = &certificate.statement;
        let fits = said.account == state.account
            && said.generation == state.mailbox_generation
            && said.send_key == member.send_key
            && said.shown_name.is_some() == member.visible;
        if !fits {
            return Err(Reason::NotAuthentic.into());
        }
        Ok(OpenMailbox {
            account: contact.account,
            address: contact.address,
            name: contact.name,
            kind,
            tier: MailboxTier::new(state.mailbox_generation, access.mailbox),
            send: access.send,
            send_certificate: certificate,
            entries: BTreeMap::new(),
            inventory: None,
            remembered: Remembered::default(),
            attachments: BTreeMap::new(),
            index: Index::default(),
            state: contact.state,
            former: contact.former,
        })
    }
}

/// As what the server lists an account.
fn kind_of(listed: &AccessibleAccount) -> MailboxKind {
    match listed.kind {
        zegel_api::AccountKind::Functional => MailboxKind::Functional,
        zegel_api::AccountKind::Person => MailboxKind::Delegated,
    }
}

fn rank(kind: MailboxKind) -> u8 {
    match kind {
        MailboxKind::Own => 0,
        MailboxKind::Functional => 1,
        MailboxKind::Delegated => 2,
    }
}

fn ready(mailbox: &OpenMailbox, unread: u32) -> MailboxView {
    let shown = mailbox.send_certificate.statement.shown_name.as_ref();
    MailboxView {
        account: mailbox.account,
        address: mailbox.address.clone(),
        name: mailbox.name.clone(),
        kind: mailbox.kind,
        state: MailboxState::Ready,
        unread,
        shown_name: shown.map(|name| name.as_str().to_owned()),
    }
}

/// A row of which only the server's word is shown.
fn shut(listed: &AccessibleAccount, kind: MailboxKind, state: MailboxState) -> MailboxView {
    MailboxView {
        account: listed.keys.account,
        address: listed.keys.address.clone(),
        name: listed.keys.name.clone(),
        kind,
        state,
        unread: listed.unread,
        shown_name: None,
    }
}
