use zegel_api::{
    AccountAccess, AccountAccessResponse, AccountKind, AccountStatus, Empty, ErrorCode,
};
use zegel_crypto::grant::{Subject, open_escrow};
use zegel_crypto::{AccountKey, MailboxKey, blob};
use zegel_protocol::encoding::Canonical as _;
use zegel_protocol::{
    AccountId, AccountState, Grant, Kind, Name, Role, Roster, RosterMember, SendCertificate,
    Signed, Timestamp,
};

use crate::contacts::Contact;
use crate::failure::Outcome;
use crate::session::{Own, SignedIn};
use crate::view::{AccessMemberView, AccessView, Failure, Reason, Trust};

/// An account that this user may administer: the own one, or one of the organisation. Its state is
/// the newest that it signed, as far as this user can know, and its roster the one in that state.
pub(crate) struct Account {
    pub(crate) contact: Contact,
    pub(crate) kind: AccountKind,
    pub(crate) status: AccountStatus,
    pub(crate) roster: Option<Signed<Roster>>,
    /// Who has access: on the signed roster, and not stepped down by the server's word.
    pub(crate) seats: Vec<Seat>,
    pub(crate) rotation_pending_since: Option<Timestamp>,
    /// An administrator of the own organisation has verified that the key is this account's.
    verified: bool,
    mailbox_key: Vec<u8>,
    escrow: Option<Vec<u8>>,
}

/// Somebody's place on a roster, and what their own key is now.
pub(crate) struct Seat {
    pub(crate) member: RosterMember,
    pub(crate) contact: Contact,
    /// What recipients see of them, as the account certified it. Not the name that the server gives
    /// them now: whoever granted access saw that one.
    pub(crate) shown_name: Option<Name>,
    pub(crate) granted_at: Timestamp,
}

impl Seat {
    /// Whether the person's key still is the one that access was given to.
    pub(crate) fn is_theirs(&self) -> bool {
        self.contact.state.statement.identity == self.member.identity
    }
}

impl Account {
    pub(crate) fn id(&self) -> AccountId {
        self.contact.account
    }

    pub(crate) fn state(&self) -> &AccountState {
        &self.contact.state.statement
    }

    /// What members of an account of this kind are.
    pub(crate) fn role(&self) -> Role {
        match self.state().kind {
            Kind::Functional => Role::Member,
            Kind::Person => Role::Delegate,
        }
    }

    /// Whether recipients see who sends from a functional account: that is decided for all who have
    /// access, so whoever joins them is seen as they are. None of a person's account, and where
    /// nobody has access.
    pub(crate) fn senders_visible(&self) -> Option<bool> {
        let decided = self.state().kind == Kind::Functional && !self.seats.is_empty();
        decided.then(|| self.seats.iter().any(|seat| seat.member.visible))
    }

    /// Everybody on the signed roster, stepped down or not.
    pub(crate) fn on_roster(&self) -> &[RosterMember] {
        self.roster
            .as_ref()
            .map_or(&[], |roster| roster.statement.members.as_slice())
    }

    /// How many on the signed roster the server does not list: whoever they are, the mailbox key that
    /// they have is the newest.
    pub(crate) fn unlisted(&self) -> u32 {
        let unlisted = self.on_roster().len().saturating_sub(self.seats.len());
        u32::try_from(unlisted).unwrap_or(u32::MAX)
    }

    /// Opens the newest mailbox key, and checks that both keys are those of the state.
    pub(crate) fn open_mailbox(&self, key: &AccountKey) -> Outcome<MailboxKey> {
        let state = self.state();
        let mailbox = blob::open_mailbox_key(
            key,
            state.account,
            state.epoch,
            state.mailbox_generation,
            &state.mailbox_encryption,
            &self.mailbox_key,
        )?;
        key.check_state(&mailbox, state)?;
        Ok(mailbox)
    }
}

impl SignedIn {
    /// An account with who has access to it, verified. Whoever asks pins what is new with
    /// [`SignedIn::pin_met`].
    ///
    /// # Errors
    /// `not_found`, `forbidden`; [`Reason::NotAuthentic`] or [`Reason::Rollback`].
    pub(crate) async fn account(&self, account: AccountId) -> Outcome<Account> {
        if self.own.borrow().joined().is_some() {
            self.refresh_organisation().await?;
        }
        if account == self.own.borrow().account {
            self.refresh_own().await?;
        }
        let response = self
            .environment
            .call_at::<AccountAccess>(&[&account.to_string()], &Empty {})
            .await?;
        if response.keys.account != account {
            return Err(Reason::NotAuthentic.into());
        }
        let contact = self.account_holder(&response)?;
        let state = &contact.state.statement;
        let fits = match response.kind {
            AccountKind::Person => state.kind == Kind::Person,
            AccountKind::Functional => state.kind == Kind::Functional,
        };
        if !fits {
            return Err(Reason::NotAuthentic.into());
        }
        let roster = newest_roster(state, response.roster.as_ref())?;
        let mut seats = Vec::new();
        for member in &response.members {
            // Who is not on the signed roster does not exist here.
            let place = roster
                .as_ref()
                .and_then(|roster| roster.statement.member(member.keys.account));
            let Some(place) = place else { continue };
            let contact = self.meet_member(place.account, &member.keys)?;
            seats.push(Seat {
                member: *place,
                contact,
                shown_name: shown_name(state, place, &member.send_certificate)?,
                granted_at: member.granted_at_ms,
            });
        }
        let verified = self.is_verified_member(&contact, &response.keys);
        seats.sort_by(|a, b| a.contact.address.cmp(&b.contact.address));
        seats.dedup_by_key(|seat| seat.member.account);
        Ok(Account {
            contact,
            kind: response.kind,
            status: response.status,
            roster,
            seats,
            rotation_pending_since: response.rotation_pending_since_ms,
            verified,
            mailbox_key: response.mailbox_key.0,
            escrow: response.escrow.map(|escrow| escrow.0),
        })
    }

    /// The account itself: the own one as this client knows it, or as it is judged.
    fn account_holder(&self, response: &AccountAccessResponse) -> Outcome<Contact> {
        let own = self.own.borrow().as_contact(response.keys.account);
        let Some(own) = own else {
            return self.meet(&response.keys);
        };
        let served = Signed::<AccountState>::from_bytes(&response.keys.state.0)?;
        if served.hash() == own.state.hash() {
            return Ok(own);
        }
        // Stated since this client looked a moment ago; or not at all.
        served.verify(&own.state.statement.identity)?;
        if served.statement.sequence < own.state.statement.sequence {
            return Err(Reason::Rollback.into());
        }
        Err(Reason::Server(ErrorCode::StaleStatement).into())
    }

    /// Whether an administrator of the own organisation has verified that the key is this account's,
    /// and it is the one that was known of it.
    pub(super) fn is_verified_member(
        &self,
        contact: &Contact,
        keys: &zegel_api::AccountKeys,
    ) -> bool {
        let now = self.environment.now();
        let state = &contact.state.statement;
        contact.trust != Trust::Changed && self.own.borrow().is_verified_member(keys, state, now)
    }

    fn meet_member(&self, account: AccountId, keys: &zegel_api::AccountKeys) -> Outcome<Contact> {
        let own = self.own.borrow().as_contact(account);
        match own {
            Some(own) => Ok(own),
            None => self
                .meet(keys)
                .map_err(|failure| Failure::about(account, failure.reason)),
        }
    }

    /// Runs `with` with the account key: the own one, or that of an account of the organisation,
    /// taken out of its escrow for that moment and wiped after it.
    ///
    /// # Errors
    /// [`Reason::PasswordNeeded`] without the account tier; `forbidden` for others than
    /// administrators; about the account, [`Reason::NotVerified`] where no administrator has
    /// verified that its key is its own.
    pub(crate) fn with_account_key<T>(
        &self,
        account: &Account,
        with: impl FnOnce(&AccountKey) -> Outcome<T>,
    ) -> Outcome<T> {
        if account.id() == self.own.borrow().account {
            return self.with_account(|_, tier| with(&tier.key));
        }
        self.with_administration(|administration| {
            if !account.verified {
                return Err(Failure::about(account.id(), Reason::NotVerified));
            }
            let state = account.state();
            let subject = Subject {
                account: state.account,
                epoch: state.epoch,
                identity: state.identity,
            };
            let escrow = account.escrow.as_ref().ok_or(Reason::NotAuthentic)?;
            let escrow = Grant::from_bytes(escrow)?;
            let key = open_escrow(
                &administration.recovery_seed,
                administration.chain,
                &subject,
                &escrow,
            )?;
            with(&key)
        })
    }
}

impl Own {
    /// What a user interface shows of an account's access.
    pub(crate) fn view_access(&self, account: &Account) -> AccessView {
        let policy = self.policy();
        let members: Vec<AccessMemberView> = account
            .seats
            .iter()
            .map(|seat| {
                let mut person = seat.contact.view();
                if !seat.is_theirs() {
                    person.trust = Trust::Changed;
                }
                AccessMemberView {
                    person,
                    visible: seat.member.visible,
                    granted_at_ms: seat.granted_at.0,
                }
            })
            .collect();
        let senders_visible = if members.is_empty() {
            policy.functional_senders_visible
        } else {
            members.iter().any(|member| member.visible)
        };
        AccessView {
            account: account.id(),
            address: account.contact.address.clone(),
            name: account.contact.name.clone(),
            kind: account.kind,
            status: account.status,
            members,
            senders_visible,
            rotation_pending_since_ms: account.rotation_pending_since.map(|since| since.0),
            unlisted: account.unlisted(),
            policy: policy.delegation,
        }
    }
}

/// The name that an account's certificate for a member shows.
fn shown_name(
    state: &AccountState,
    member: &RosterMember,
    served: &zegel_api::Bytes,
) -> Outcome<Option<Name>> {
    let certificate = Signed::<SendCertificate>::from_bytes(&served.0)?;
    certificate.verify(&state.identity)?;
    let said = certificate.statement;
    if said.account == state.account
        && said.send_key == member.send_key
        && said.shown_name.is_some() == member.visible
    {
        Ok(said.shown_name)
    } else {
        Err(Reason::NotAuthentic.into())
    }
}

/// The roster that a verified state names; none where it names none, whatever the server has.
fn newest_roster(
    state: &AccountState,
    served: Option<&zegel_api::Bytes>,
) -> Outcome<Option<Signed<Roster>>> {
    if state.roster.is_none() {
        return Ok(None);
    }
    let served = served.ok_or(Reason::NotAuthentic)?;
    let roster = Signed::<Roster>::from_bytes(&served.0)?;
    Roster::verify_newest(&roster, state)?;
    Ok(Some(roster))
}
