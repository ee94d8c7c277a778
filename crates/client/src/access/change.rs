use zegel_api::{ErrorCode, PutAccessRequest, PutAccountAccess, Rotation};
use zegel_crypto::grant::{Granter, MailboxAccess, make_mailbox};
use zegel_crypto::{AccountKey, IdentitySecret, MailboxKey, SendSecret, blob};
use zegel_protocol::encoding::Canonical as _;
use zegel_protocol::limits::{MAX_NAME_CHARS, MAX_ROSTER_MEMBERS};
use zegel_protocol::{
    AccountId, AccountState, Address, Grant, Name, Roster, RosterMember, SendCertificate, SendKey,
    Signed,
};

use super::{Account, Seat};
use crate::contacts::Contact;
use crate::failure::Outcome;
use crate::inventory::Stock;
use crate::session::{SignedIn, next_state};
use crate::view::{AccessView, Failure, Reason};

/// How often a change is signed anew when others sign at the same time.
const MAX_TRIES: u32 = 3;

/// What is to change about who has access.
pub(super) enum Change {
    Grant {
        person: AccountId,
        /// What the user chose the person by.
        address: Address,
        visible: bool,
    },
    Revoke(AccountId),
    Show {
        person: Option<AccountId>,
        visible: bool,
    },
    /// Only what somebody left to do.
    Rotate,
}

impl Change {
    fn revokes(&self, person: AccountId) -> bool {
        matches!(self, Self::Revoke(revoked) if *revoked == person)
    }

    fn leaves(&self, seat: &Seat) -> bool {
        !seat.is_theirs() || self.revokes(seat.member.account)
    }

    /// Whether somebody who is on the roster will not be any more, or left before.
    fn rotates(&self, target: &Account) -> bool {
        let stay = target
            .seats
            .iter()
            .filter(|seat| !self.leaves(seat))
            .count();
        let pending = target.rotation_pending_since.is_some();
        stay < target.on_roster().len() || (pending && matches!(self, Self::Rotate))
    }

    /// Whether recipients are to see somebody who has access already.
    fn visibility(&self, target: &Account, member: &RosterMember) -> bool {
        match self {
            Self::Grant {
                person, visible, ..
            } if *person == member.account => target.senders_visible().unwrap_or(*visible),
            Self::Show { person, visible } if person.is_none_or(|it| it == member.account) => {
                *visible
            }
            _ => member.visible,
        }
    }
}

/// A member of the next roster.
struct Place<'a> {
    contact: &'a Contact,
    visible: bool,
    /// The name that recipients see already.
    shown_name: Option<&'a Name>,
    /// The member's send key, where it stays.
    kept: Option<SendKey>,
    /// Recipients are to see another name than until now.
    changed: bool,
}

/// Everything that the next state of an account brings with it.
struct Next {
    state: Signed<AccountState>,
    request: PutAccessRequest,
    /// The new mailbox key, with the certificate of the account's own send key.
    rotated: Option<(MailboxKey, Signed<SendCertificate>)>,
}

impl SignedIn {
    /// Signs the next roster of an account with all that follows from it, and hands it in. Where
    /// somebody who was on the roster is not any more, the mailbox key is replaced in the same step.
    pub(super) async fn change_access(
        &self,
        account: AccountId,
        change: &Change,
    ) -> Outcome<AccessView> {
        let mut tries = 0;
        loop {
            let outcome = self.try_change_access(account, change).await;
            tries += 1;
            match outcome {
                Err(failure) if tries < MAX_TRIES && is_stale(failure.reason) => {}
                outcome => return outcome,
            }
        }
    }

    async fn try_change_access(&self, account: AccountId, change: &Change) -> Outcome<AccessView> {
        let target = self.account(account).await?;
        if matches!(change, Change::Grant { .. } | Change::Show { .. }) {
            self.own.borrow().check_may_give(&target)?;
        }
        let person = match change {
            Change::Grant {
                person, address, ..
            } => {
                let person = self.meet_account(*person).await?;
                // The answer that is judged has to be about the address that was chosen, or the
                // certificate of somebody else would do for it.
                if person.address != *address {
                    return Err(Failure::about(person.account, Reason::NotAuthentic));
                }
                self.own.borrow().check_may_be_granted(&target, &person)?;
                Some(person)
            }
            _ => None,
        };
        // What was met counts from now on, before anything is sealed to it.
        self.pin_met().await?;
        let stock = match change.rotates(&target) {
            true => Some(self.take_stock(account).await?),
            false => None,
        };
        let next = self.with_account_key(&target, |key| {
            self.next_access(&target, person.as_ref(), change, stock.as_ref(), key)
        })?;
        let Some(next) = next else {
            return Ok(self.own.borrow().view_access(&target));
        };
        self.environment
            .call_at::<PutAccountAccess>(&[&account.to_string()], &next.request)
            .await?;
        self.settle_access(target.contact, next).await?;
        self.access(account).await
    }

    /// The server has taken a new state.
    async fn settle_access(&self, contact: Contact, next: Next) -> Outcome<()> {
        let own = contact.account == self.own.borrow().account;
        if own {
            let mut own = self.own.borrow_mut();
            let state = &next.state.statement;
            let generation = state.mailbox_generation;
            let send = own.keyring.send(own.account, state.epoch, generation);
            let mailbox = &mut own.mailboxes.own;
            mailbox.state = next.state;
            if let Some((key, certificate)) = next.rotated {
                mailbox.tier.rotate(generation, key);
                mailbox.send = send;
                mailbox.send_certificate = certificate;
                own.rotation_pending = false;
            }
        } else {
            let identity = contact.state.statement.identity;
            let contact = Contact {
                state: next.state,
                ..contact
            };
            self.note_made(&contact, Some(identity));
        }
        if own {
            self.pin_own_state().await
        } else {
            self.pin_met_if_room().await
        }
    }

    /// None where nothing changes.
    fn next_access(
        &self,
        target: &Account,
        person: Option<&Contact>,
        change: &Change,
        stock: Option<&Stock>,
        key: &AccountKey,
    ) -> Outcome<Option<Next>> {
        let rotates = stock.is_some();
        let mut places: Vec<Place<'_>> = target
            .seats
            .iter()
            .filter(|seat| !change.leaves(seat))
            .map(|seat| {
                let visible = change.visibility(target, &seat.member);
                Place {
                    contact: &seat.contact,
                    visible,
                    shown_name: seat.shown_name.as_ref(),
                    kept: (!rotates).then_some(seat.member.send_key),
                    changed: visible != seat.member.visible,
                }
            })
            .collect();
        if let (Some(person), Change::Grant { visible, .. }) = (person, change)
            && places.iter().all(|it| it.contact.account != person.account)
        {
            places.push(Place {
                contact: person,
                visible: target.senders_visible().unwrap_or(*visible),
                shown_name: None,
                kept: None,
                changed: true,
            });
        }
        if places.len() > MAX_ROSTER_MEMBERS {
            return Err(Reason::TooLong.into());
        }
        if !rotates && places.iter().all(|place| !place.changed) {
            return Ok(None);
        }
        self.sign_access(target, &places, stock, key).map(Some)
    }

    fn sign_access(
        &self,
        target: &Account,
        places: &[Place<'_>],
        stock: Option<&Stock>,
        key: &AccountKey,
    ) -> Outcome<Next> {
        let before = target.state();
        let (account, epoch) = (before.account, before.epoch);
        let identity = key.identity(account, epoch);
        let old_mailbox = target.open_mailbox(key)?;
        let (mailbox, generation) = if stock.is_some() {
            let made = self.environment.with_rng(|rng| MailboxKey::make(rng));
            (made, before.mailbox_generation + 1)
        } else {
            (old_mailbox.clone(), before.mailbox_generation)
        };
        let seated: Vec<(RosterMember, Option<SendSecret>)> = places
            .iter()
            .map(|place| self.seat(target, place))
            .collect();
        let members = seated.iter().map(|(member, _)| *member).collect();
        let roster = identity.sign(Roster::next(account, target.roster.as_ref(), members));
        let state = identity.sign(AccountState {
            roster: Some(roster.hash()),
            mailbox_encryption: mailbox.encryption(account, generation).public(),
            mailbox_generation: generation,
            ..next_state(&target.contact.state)
        });
        AccountState::verify_successor(&target.contact.state, &state)?;

        let certify = |member: &RosterMember, place: &Place<'_>| -> Outcome<_> {
            Ok(identity.sign(SendCertificate {
                account,
                send_key: member.send_key,
                generation,
                shown_name: match (member.visible, place.shown_name) {
                    (false, _) => None,
                    (true, Some(known)) => Some(known.clone()),
                    (true, None) => Some(shown_name(place.contact)?),
                },
            }))
        };
        let mut send_certificates = Vec::new();
        let mut grants = Vec::new();
        for ((member, send), place) in seated.iter().zip(places) {
            if send.is_some() || place.changed {
                let certificate = certify(member, place)?;
                send_certificates.push(certificate.to_bytes().into());
            }
            if let Some(send) = send {
                let access = MailboxAccess {
                    mailbox: mailbox.clone(),
                    send: send.clone(),
                };
                let grant = self.grant_to(&identity, &access, &state, &roster, place.contact)?;
                grants.push(grant.to_bytes().into());
            }
        }
        let mut rotated = None;
        let mut rotation = None;
        if let Some(stock) = stock {
            let send_key = key.keyring(account, epoch).send(account, epoch, generation);
            let certificate = own_send_certificate(&identity, account, &send_key, generation);
            rotation = Some(self.rotation(
                key,
                &state.statement,
                (&old_mailbox, before.mailbox_generation),
                &mailbox,
                stock,
                &certificate,
            )?);
            rotated = Some((mailbox, certificate));
        }
        Ok(Next {
            request: PutAccessRequest {
                roster: roster.to_bytes().into(),
                state: state.to_bytes().into(),
                send_certificates,
                grants,
                rotation,
            },
            state,
            rotated,
        })
    }

    /// The entry of the roster, with the send key where it is a new one.
    fn seat(&self, target: &Account, place: &Place<'_>) -> (RosterMember, Option<SendSecret>) {
        let (send_key, made) = match place.kept {
            Some(kept) => (kept, None),
            None => {
                let made = self.environment.with_rng(|rng| SendSecret::make(rng));
                (made.public(), Some(made))
            }
        };
        let member = RosterMember {
            account: place.contact.account,
            identity: place.contact.state.statement.identity,
            send_key,
            role: target.role(),
            visible: place.visible,
        };
        (member, made)
    }

    fn grant_to(
        &self,
        identity: &IdentitySecret,
        access: &MailboxAccess,
        state: &Signed<AccountState>,
        roster: &Signed<Roster>,
        contact: &Contact,
    ) -> Outcome<Grant> {
        let granter = Granter {
            account: state.statement.account,
            identity,
            time: self.environment.now(),
        };
        let grant = self.environment.with_rng(|rng| {
            make_mailbox(
                &granter,
                access,
                &state.statement,
                roster.hash(),
                contact.account,
                &contact.state.statement.grant,
                rng,
            )
        })?;
        Ok(grant)
    }

    /// A new mailbox key as the server stores it: under the account key; and under it, the one before
    /// and what the mailbox has.
    pub(crate) fn rotation(
        &self,
        key: &AccountKey,
        state: &AccountState,
        (old, old_generation): (&MailboxKey, u32),
        mailbox: &MailboxKey,
        stock: &Stock,
        certificate: &Signed<SendCertificate>,
    ) -> Outcome<Rotation> {
        let (account, generation) = (state.account, state.mailbox_generation);
        let inventory = stock.inventory(account, (old, old_generation));
        let (mailbox_key, history, inventory) = self.environment.with_rng(|rng| {
            let sealed =
                blob::seal_mailbox_key(key, account, state.epoch, generation, mailbox, rng)?;
            let history = blob::seal_mailbox_history(mailbox, account, old_generation, old, rng)?;
            let inventory = blob::seal_inventory(mailbox, account, generation, &inventory, rng)?;
            Ok::<_, zegel_crypto::SealError>((sealed, history, inventory))
        })?;
        Ok(Rotation {
            mailbox_key: mailbox_key.into(),
            history: history.into(),
            inventory: inventory.into(),
            send_certificate: certificate.to_bytes().into(),
        })
    }
}

/// The certificate of an account's own send key: its name is the account's, and nobody else's.
pub(crate) fn own_send_certificate(
    identity: &IdentitySecret,
    account: AccountId,
    send: &SendSecret,
    generation: u32,
) -> Signed<SendCertificate> {
    identity.sign(SendCertificate {
        account,
        send_key: send.public(),
        generation,
        shown_name: None,
    })
}

/// What recipients see of a member: the name that whoever grants was shown, else the address.
fn shown_name(contact: &Contact) -> Outcome<Name> {
    let address: String = contact
        .address
        .as_str()
        .chars()
        .take(MAX_NAME_CHARS)
        .collect();
    Name::try_from(contact.name.trim())
        .or_else(|_| Name::try_from(address.as_str()))
        .map_err(|_| Reason::Internal.into())
}

fn is_stale(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::Server(ErrorCode::StaleStatement | ErrorCode::StaleRecipient)
    )
}
