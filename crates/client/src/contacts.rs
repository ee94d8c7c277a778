//! Whose key is whose: what the server says of another account's keys, checked against what this
//! account has seen before, and against the certificates of organisations it has authenticated.

mod certified;
mod former;

use zegel_api::{
    AccountKeys, Empty, ErrorCode, KeysByAccount, KeysByAddress, KeysByAddressRequest,
};
use zegel_crypto::SafetyNumber;
use zegel_crypto::content::{PinnedContact, Pins, Trust as PinnedTrust};
use zegel_protocol::encoding::Canonical as _;
use zegel_protocol::{
    AccountId, AccountState, Address, CertificateMethod, IdentityKey, Signed, SignedMessage,
};

use crate::failure::Outcome;
use crate::pins;
use crate::session::{Own, SignedIn};
use crate::view::{Failure, Field, PersonView, Reason, SafetyView, Trust};

pub(crate) use certified::certifies;
use former::former_identities;

/// Domain of what stands for the address of somebody whom the server will not name. Nobody has an
/// address there (RFC 2606).
const UNKNOWN_DOMAIN: &str = "unknown.invalid";

/// Another account, its state verified as far as it can be without knowing who it is.
#[derive(Clone)]
pub(crate) struct Contact {
    pub(crate) account: AccountId,
    pub(crate) address: Address,
    pub(crate) name: String,
    pub(crate) state: Signed<AccountState>,
    pub(crate) trust: Trust,
    /// Identity keys that the account had before, newest first, as far as each vouched for the next.
    pub(crate) former: Vec<IdentityKey>,
    /// What the own organisation's certificate of this very key relies on, where there is a valid
    /// one: then this is a colleague, by an administrator's word.
    pub(crate) colleague: Option<CertificateMethod>,
}

impl Contact {
    /// The identity that a message of this account is to be verified under: the newest, or one
    /// before that vouched for it.
    pub(crate) fn signer_of(&self, signed: &SignedMessage) -> IdentityKey {
        let newest = self.state.statement.identity;
        let former = self.former.iter();
        let mut signers = former.filter(|identity| signed.verify(identity).is_ok());
        match signed.verify(&newest) {
            Ok(()) => newest,
            Err(_) => signers.next().copied().unwrap_or(newest),
        }
    }

    pub(crate) fn view(&self) -> PersonView {
        PersonView {
            account: self.account,
            address: self.address.clone(),
            name: self.name.clone(),
            trust: self.trust.clone(),
        }
    }

    fn pin(&self, trust: PinnedTrust) -> PinnedContact {
        let state = &self.state.statement;
        PinnedContact {
            account: self.account,
            address: self.address.clone(),
            identity: state.identity,
            epoch: state.epoch,
            sequence: state.sequence,
            state: self.state.hash(),
            trust,
        }
    }
}

impl PersonView {
    /// An account of which nothing is known, under an address that says so and that no message can be
    /// sent to.
    fn unknown(account: AccountId) -> Outcome<Self> {
        let id = account.as_bytes().iter();
        let id: Vec<String> = id.map(|byte| format!("{byte:02x}")).collect();
        let address = format!("{}@{UNKNOWN_DOMAIN}", id.concat());
        Ok(Self {
            account,
            address: Address::parse(&address).map_err(|_| Reason::Internal)?,
            name: String::new(),
            trust: Trust::Unknown,
        })
    }
}

impl SignedIn {
    /// Looks a recipient up, and pins a key met for the first time.
    ///
    /// # Errors
    /// `unknown_recipient`; [`Reason::NotAuthentic`] and [`Reason::Rollback`] where the server's
    /// answer contradicts itself or what was seen before.
    pub async fn find_recipient(&self, address: &Address) -> Outcome<PersonView> {
        Ok(self.contact_by_address(address).await?.view())
    }

    /// Accepts the changed key of a contact, after the user's decision: from now on it counts as
    /// met, not verified.
    ///
    /// # Errors
    /// As [`SignedIn::find_recipient`].
    pub async fn accept_changed_key(&self, account: AccountId) -> Outcome<PersonView> {
        // The key that was shown, where one was.
        let contact = self.contact(account).await?;
        self.decide(contact, PinnedTrust::FirstUse).await
    }

    /// A contact beside the own safety number.
    ///
    /// # Errors
    /// As [`SignedIn::find_recipient`].
    pub async fn safety(&self, account: AccountId) -> Outcome<SafetyView> {
        let contact = self.fresh_contact(account).await?;
        Ok(SafetyView {
            person: contact.view(),
            own_number: self.own_safety_number(),
        })
    }

    /// The own safety number, to read out.
    #[must_use]
    pub fn own_safety_number(&self) -> String {
        let own = self.own.borrow();
        SafetyNumber::of_account(own.account, &own.state().identity).to_string()
    }

    /// Compares the number that a contact read out, and marks the contact as verified.
    ///
    /// # Errors
    /// [`Reason::NumberMismatch`]; nothing changes then.
    pub async fn compare_safety_number(
        &self,
        account: AccountId,
        typed: &str,
    ) -> Outcome<PersonView> {
        let contact = self.fresh_contact(account).await?;
        compare_with(&contact.state.statement, typed)?;
        // The very state that was compared, not what the server may say the next time.
        self.decide(contact, PinnedTrust::Compared).await
    }

    /// Pins the key of a contact as it is given here.
    async fn decide(&self, contact: Contact, trust: PinnedTrust) -> Outcome<PersonView> {
        if contact.trust == Trust::Own {
            return Ok(contact.view());
        }
        let trust = match contact.trust {
            Trust::Verified => PinnedTrust::Compared,
            Trust::Certified { .. } => trust.max(PinnedTrust::Certified),
            _ => trust,
        };
        let pin = contact.pin(trust);
        self.change_pins(|known| pins::put_contact(known, pin.clone()))
            .await?;
        self.own.borrow_mut().contacts.remove(&contact.account);
        Ok(self.contact(contact.account).await?.view())
    }

    /// A contact as the server states it now, pinned.
    pub(crate) async fn contact_by_address(&self, address: &Address) -> Outcome<Contact> {
        let contact = self.meet_address(address).await?;
        self.pin_met().await?;
        Ok(contact)
    }

    /// Looks an address up. Whoever asks pins what is new with [`SignedIn::pin_met`].
    pub(crate) async fn meet_address(&self, address: &Address) -> Outcome<Contact> {
        if address.domain().as_str() == UNKNOWN_DOMAIN {
            let reason = Reason::Server(ErrorCode::UnknownRecipient);
            return Err(Failure::of(Field::Recipient, reason));
        }
        let request = KeysByAddressRequest {
            address: address.clone(),
        };
        let keys = self.environment.call::<KeysByAddress>(&request).await?;
        if keys.address != *address {
            return Err(Reason::NotAuthentic.into());
        }
        self.follow_certifying(&keys).await?;
        self.meet(&keys)
    }

    /// A contact, from this session's memory where it is there, else as [`SignedIn::meet_account`].
    pub(crate) async fn contact(&self, account: AccountId) -> Outcome<Contact> {
        let known = self.own.borrow().contacts.get(&account).cloned();
        match known {
            Some(contact) => Ok(contact),
            None => self.meet_account(account).await,
        }
    }

    /// A contact as the server states it now, pinned.
    async fn fresh_contact(&self, account: AccountId) -> Outcome<Contact> {
        let contact = self.meet_account(account).await?;
        self.pin_met().await?;
        Ok(contact)
    }

    /// Looks an account up. Whoever asks pins what is new with [`SignedIn::pin_met`].
    pub(crate) async fn meet_account(&self, account: AccountId) -> Outcome<Contact> {
        let own = self.own.borrow().as_contact(account);
        match own {
            Some(own) => Ok(own),
            None => self.meet(&self.keys_of(account).await?),
        }
    }

    /// Somebody who is only named, such as another recipient of a message: judged, not pinned, so
    /// that no stranger fills the pins with names. None where the server knows no such account, or
    /// what it says does not verify.
    ///
    /// # Errors
    /// What may be over in a moment.
    pub(crate) async fn glance(&self, account: AccountId) -> Outcome<Option<Contact>> {
        let known = {
            let own = self.own.borrow();
            let known = own.contacts.get(&account).or(own.glanced.get(&account));
            own.as_contact(account).or_else(|| known.cloned())
        };
        if known.is_some() {
            return Ok(known);
        }
        let judged = match self.keys_of(account).await {
            Ok(keys) => self.judge(&keys).map(|(contact, _)| contact),
            Err(failure) => Err(failure),
        };
        match judged {
            Ok(contact) => {
                let mut own = self.own.borrow_mut();
                own.glanced.insert(account, contact.clone());
                Ok(Some(contact))
            }
            Err(failure) if says_nothing_of_them(&failure.reason) => Err(failure),
            Err(_) => Ok(None),
        }
    }

    /// [`SignedIn::glance`] for somebody whom a signed header names: one entry in any case.
    pub(crate) fn named(account: AccountId, found: Option<&Contact>) -> Outcome<PersonView> {
        match found {
            Some(contact) => Ok(contact.view()),
            None => PersonView::unknown(account),
        }
    }

    async fn keys_of(&self, account: AccountId) -> Outcome<AccountKeys> {
        let keys = self
            .environment
            .call_at::<KeysByAccount>(&[&account.to_string()], &Empty {})
            .await?;
        if keys.account != account {
            return Err(Reason::NotAuthentic.into());
        }
        self.follow_certifying(&keys).await?;
        Ok(keys)
    }

    /// Judges what the server says of an account, and notes what is new.
    pub(crate) fn meet(&self, keys: &AccountKeys) -> Outcome<Contact> {
        let (contact, known) = self.judge(keys)?;
        let mut own = self.own.borrow_mut();
        match known {
            Known::Own | Known::Changed => {}
            Known::Never => {
                own.first_met.insert(contact.account);
                own.met.push(Met {
                    pin: contact.pin(PinnedTrust::FirstUse),
                    follows: None,
                });
            }
            Known::As(pinned) => own.met.push(Met {
                pin: contact.pin(pins::trust_at(&pinned, &contact.address)),
                follows: Some(pinned.identity),
            }),
        }
        own.contacts.insert(contact.account, contact.clone());
        Ok(contact)
    }

    fn judge(&self, keys: &AccountKeys) -> Outcome<(Contact, Known)> {
        let now = self.environment.now();
        let state = Signed::<AccountState>::from_bytes(&keys.state.0)?;
        if state.statement.account != keys.account {
            return Err(Reason::NotAuthentic.into());
        }
        state.verify(&state.statement.identity)?;
        let own = self.own.borrow();
        let colleague = own.certified_here(keys, &state.statement, now);
        let certified_by = own.certified_by(colleague);
        let former = former_identities(&state, &keys.changes);
        let (trust, known) = own.judge(&keys.address, &state, &former, certified_by)?;
        let contact = Contact {
            account: keys.account,
            address: keys.address.clone(),
            name: keys.name.clone(),
            state,
            trust,
            former,
            colleague,
        };
        Ok((contact, known))
    }

    /// Notes a state that was signed here, so that no server takes it back. `before` is the identity
    /// that the account had until now, if it had one.
    pub(crate) fn note_made(&self, contact: &Contact, before: Option<IdentityKey>) {
        let mut own = self.own.borrow_mut();
        let trust = own
            .known(contact.account)
            .map_or(PinnedTrust::Certified, |known| {
                pins::trust_at(known, &contact.address)
            });
        own.met.push(Met {
            pin: contact.pin(trust),
            follows: before,
        });
        // Judged anew when it is met the next time.
        own.contacts.remove(&contact.account);
    }

    /// Pins everybody who was met since the last time, in one write.
    pub(crate) async fn pin_met(&self) -> Outcome<()> {
        let met = std::mem::take(&mut self.own.borrow_mut().met);
        if met.is_empty() {
            return Ok(());
        }
        let outcome = self
            .change_pins(|known| met.iter().for_each(|met| put_if_newer(known, met)))
            .await;
        if outcome.is_err() {
            // Met all the same; tried again with the next.
            self.own.borrow_mut().met.extend(met);
        }
        outcome
    }

    /// [`SignedIn::pin_met`] for flows that read: pins that are full are no reason not to read.
    pub(crate) async fn pin_met_if_room(&self) -> Outcome<()> {
        match self.pin_met().await {
            Err(Failure {
                reason: Reason::TooLong | Reason::Server(ErrorCode::TooLarge),
                ..
            }) => Ok(()),
            outcome => outcome,
        }
    }
}

/// Whether a failure to look somebody up is about the way to the server, this session, or may be over
/// in a moment.
fn says_nothing_of_them(reason: &Reason) -> bool {
    use ErrorCode::{Internal, SignedOut, TooManyRequests, Unavailable};
    matches!(
        reason,
        Reason::Offline
            | Reason::SignedOut
            | Reason::Server(Internal | SignedOut | TooManyRequests | Unavailable)
    )
}

/// Compares a typed safety number with an account's.
///
/// # Errors
/// [`Reason::Malformed`] or [`Reason::NumberMismatch`] of [`Field::SafetyNumber`].
pub(crate) fn compare_with(state: &AccountState, typed: &str) -> Outcome<()> {
    let typed = SafetyNumber::parse(typed)
        .map_err(|_| Failure::of(Field::SafetyNumber, Reason::Malformed))?;
    if SafetyNumber::of_account(state.account, &state.identity) == typed {
        Ok(())
    } else {
        Err(Failure::of(Field::SafetyNumber, Reason::NumberMismatch))
    }
}

/// What the pins know of an account.
enum Known {
    Own,
    Never,
    As(PinnedContact),
    Changed,
}

/// Somebody met who is not in the pins yet, or not so.
pub(crate) struct Met {
    pin: PinnedContact,
    /// The identity that they were pinned with before: the same, or the one that signed the new
    /// one.
    follows: Option<IdentityKey>,
}

/// Leaves alone what another device has decided meanwhile.
fn put_if_newer(known: &mut Pins, met: &Met) {
    let mut pin = met.pin.clone();
    if let Some(known) = pins::contact(known, pin.account) {
        let same = known.identity == pin.identity;
        let moved = known.address != pin.address;
        let outdated = if same {
            known.sequence < pin.sequence || (moved && known.sequence == pin.sequence)
        } else {
            met.follows == Some(known.identity)
        };
        if !outdated {
            return;
        }
        if moved {
            pin.trust = pin.trust.min(PinnedTrust::Certified);
        }
    }
    pins::put_contact(known, pin);
}

impl Own {
    /// Oneself, whose keys nobody needs to be asked for.
    pub(crate) fn as_contact(&self, account: AccountId) -> Option<Contact> {
        (account == self.account).then(|| Contact {
            account,
            address: self.address.clone(),
            name: self.mailboxes.own.name.clone(),
            state: self.mailboxes.own.state.clone(),
            trust: Trust::Own,
            former: Vec::new(),
            colleague: self.joined().map(|_| CertificateMethod::Compared),
        })
    }

    /// What is known of an account: pinned, or met in a flow that has not pinned it yet.
    fn known(&self, account: AccountId) -> Option<&PinnedContact> {
        let met = self.met.iter().rev().map(|met| &met.pin);
        pins::contact(&self.pins.content, account)
            .or_else(|| met.into_iter().find(|pin| pin.account == account))
    }

    /// Compares a verified state with the pins. A key that changed is never pinned here: that is
    /// the user's decision.
    fn judge(
        &self,
        address: &Address,
        state: &Signed<AccountState>,
        former: &[IdentityKey],
        certified_by: Option<String>,
    ) -> Outcome<(Trust, Known)> {
        let account = state.statement.account;
        if account == self.account {
            // The own identity signs nothing but what a client of this account stated; another
            // browser may have stated more than this one knows.
            let ours = self.state();
            let theirs = &state.statement;
            let same_keys = theirs.identity == ours.identity
                && theirs.mailbox_encryption == ours.mailbox_encryption;
            return if same_keys && theirs.sequence >= ours.sequence {
                Ok((Trust::Own, Known::Own))
            } else {
                Err(Reason::NotAuthentic.into())
            };
        }
        let other_holder = pins::other_holder(&self.pins.content, address, account);
        let Some(pin) = self.known(account) else {
            if other_holder {
                return Ok((Trust::Changed, Known::Changed));
            }
            let trust = match certified_by {
                Some(organisation) => Trust::Certified { organisation },
                None => Trust::FirstMet,
            };
            return Ok((trust, Known::Never));
        };
        let same_identity = pin.identity == state.statement.identity;
        let vouched =
            former.contains(&pin.identity) || state.verify_cosigned(&pin.identity).is_ok();
        if !same_identity && !vouched {
            return Ok((Trust::Changed, Known::Changed));
        }
        // Before anything is said of the address: no address makes an old state count.
        pins::check_state(pin, state)?;
        // Whose key it is was decided for one address. Of another one only a certificate says so.
        let moved = pin.address != *address;
        if other_holder || (moved && certified_by.is_none()) {
            return Ok((Trust::Changed, Known::Changed));
        }
        let trust = match certified_by {
            _ if pins::trust_at(pin, address) == PinnedTrust::Compared => Trust::Verified,
            Some(organisation) => Trust::Certified { organisation },
            None if self.first_met.contains(&account) => Trust::FirstMet,
            None => Trust::NotVerified,
        };
        Ok((trust, Known::As(pin.clone())))
    }
}
