//! Functional accounts: shared mailboxes with keys of their own and nobody's password. An
//! administrator's client makes the keys, escrows them, and forgets them.

use zegel_api::{
    AccountStatus, ConvertRequest, ConvertToFunctional, CreateFunctional, CreateFunctionalRequest,
    Empty, ErrorCode, RenameAccount, RenameAccountRequest, SetAccountStatus,
    SetAccountStatusRequest,
};
use zegel_crypto::grant::{Granter, make_escrow};
use zegel_crypto::{AccountKey, MailboxKey, blob, make_id};
use zegel_protocol::encoding::Canonical as _;
use zegel_protocol::{
    AccountId, AccountState, Address, CertificateMethod, Grant, Hash, JoinMethod, Joined, Kind,
    ManifestChain, Roster, SUITE, Signed,
};

use crate::access::{Account, own_send_certificate};
use crate::contacts::Contact;
use crate::failure::Outcome;
use crate::inventory::Stock;
use crate::organisation::{Administration, parse_name};
use crate::session::{SignedIn, next_state};
use crate::view::{Failure, Field, MemberView, Reason, Trust};

/// The first epoch, sequence and generation.
const FIRST: u32 = 1;
/// How often an account is made anew when the organisation's record changes at the same time.
const MAX_TRIES: u32 = 3;

/// A functional account that the server does not know yet.
struct Made<R> {
    state: Signed<AccountState>,
    request: R,
}

impl SignedIn {
    /// Creates a functional account, all or nothing. Nobody has access to it yet; its account key is
    /// in escrow alone.
    ///
    /// # Errors
    /// [`Reason::PasswordNeeded`] without the account key; `address_taken` and `domain_not_owned` of
    /// [`Field::Address`]; a failure of [`Field::Name`].
    pub async fn create_functional(&self, address: &Address, name: &str) -> Outcome<MemberView> {
        let name = parse_name(name)?.to_string();
        self.with_account(|_, _| Ok(()))?;
        for _ in 0..MAX_TRIES {
            self.refresh_organisation().await?;
            let made = self.with_administration(|administration| {
                self.make_functional(administration, address, &name)
            })?;
            match self
                .environment
                .call::<CreateFunctional>(&made.request)
                .await
            {
                Ok(_) => {
                    let account = made.state.statement.account;
                    self.note_made(
                        &Contact {
                            account,
                            address: address.clone(),
                            name,
                            state: made.state,
                            trust: Trust::FirstMet,
                            former: Vec::new(),
                            colleague: Some(CertificateMethod::Compared),
                        },
                        None,
                    );
                    self.pin_met_if_room().await?;
                    return self.member(account).await;
                }
                Err(failure) if is_stale(&failure) => {}
                Err(failure) => return Err(failure),
            }
        }
        Err(Reason::Server(ErrorCode::StaleStatement).into())
    }

    fn make_functional(
        &self,
        administration: &Administration<'_>,
        address: &Address,
        name: &str,
    ) -> Outcome<Made<CreateFunctionalRequest>> {
        let chain = administration.chain;
        if chain.domain(address.domain()).is_none() {
            let reason = Reason::Server(ErrorCode::DomainNotOwned);
            return Err(Failure::of(Field::Address, reason));
        }
        let now = self.environment.now();
        let (account, key, mailbox) = self.environment.with_rng(|rng| {
            let account: AccountId = make_id(rng);
            (account, AccountKey::make(rng), MailboxKey::make(rng))
        });
        let identity = key.identity(account, FIRST);
        let keyring = key.keyring(account, FIRST);
        let roster = identity.sign(Roster::next(account, None, Vec::new()));
        let state = identity.sign(AccountState {
            account,
            kind: Kind::Functional,
            epoch: FIRST,
            sequence: FIRST,
            previous: Hash::ZERO,
            identity: identity.public(),
            account_encryption: key.account_encryption(account, FIRST).public(),
            grant: keyring.grant(account, FIRST).public(),
            mailbox_encryption: mailbox.encryption(account, FIRST).public(),
            mailbox_generation: FIRST,
            roster: Some(roster.hash()),
            joined: Some(created_in(chain)),
            min_suite: SUITE,
        });
        let send = keyring.send(account, FIRST, FIRST);
        let escrow = self.escrow(account, FIRST, &key, chain)?;
        let sealed = self
            .environment
            .with_rng(|rng| blob::seal_mailbox_key(&key, account, FIRST, FIRST, &mailbox, rng))?;
        let method = CertificateMethod::Compared;
        let certificate = administration.issue(&state.statement, address, method, now);
        Ok(Made {
            request: CreateFunctionalRequest {
                address: address.clone(),
                name: name.to_owned(),
                state: state.to_bytes().into(),
                roster: roster.to_bytes().into(),
                escrow: escrow.to_bytes().into(),
                certificate: certificate.to_bytes().into(),
                send_certificate: own_send_certificate(&identity, account, &send, FIRST)
                    .to_bytes()
                    .into(),
                mailbox_key: sealed.into(),
            },
            state,
        })
    }

    /// Escrows an account key that was made here, by the account itself.
    fn escrow(
        &self,
        account: AccountId,
        epoch: u32,
        key: &AccountKey,
        chain: &ManifestChain,
    ) -> Outcome<Grant> {
        let identity = key.identity(account, epoch);
        let granter = Granter {
            account,
            identity: &identity,
            time: self.environment.now(),
        };
        let escrow = self
            .environment
            .with_rng(|rng| make_escrow(&granter, account, epoch, key, chain, None, rng))?;
        Ok(escrow)
    }

    /// Makes a member's account a functional one: all keys are new, co-signed by the identity that
    /// it had, so that whoever knew it goes on knowing it. Its mail stays readable for those who get
    /// access; its password, sessions and own access to other accounts end.
    ///
    /// # Errors
    /// [`Reason::PasswordNeeded`] without the account key; `forbidden` for an administrator's
    /// account; [`Reason::NotAuthentic`] where its escrow is missing or of other keys; about the
    /// account, [`Reason::NotVerified`] where only the server vouches for its key.
    pub async fn convert_to_functional(&self, account: AccountId) -> Outcome<MemberView> {
        self.with_account(|_, _| Ok(()))?;
        if account == self.own.borrow().account {
            return Err(Reason::Server(ErrorCode::Forbidden).into());
        }
        for _ in 0..MAX_TRIES {
            let target = self.account(account).await?;
            self.pin_met_if_room().await?;
            if target.state().kind != Kind::Person {
                return Err(Reason::Server(ErrorCode::Conflict).into());
            }
            let stock = self.take_stock(account).await?;
            let made = self.with_account_key(&target, |old| {
                self.with_administration(|administration| {
                    self.make_converted(administration, &target, &stock, old)
                })
            })?;
            match self
                .environment
                .call_at::<ConvertToFunctional>(&[&account.to_string()], &made.request)
                .await
            {
                Ok(_) => {
                    let before = target.state().identity;
                    let contact = Contact {
                        state: made.state,
                        ..target.contact
                    };
                    self.note_made(&contact, Some(before));
                    self.pin_met_if_room().await?;
                    return self.member(account).await;
                }
                Err(failure) if is_stale(&failure) => {}
                Err(failure) => return Err(failure),
            }
        }
        Err(Reason::Server(ErrorCode::StaleStatement).into())
    }

    fn make_converted(
        &self,
        administration: &Administration<'_>,
        target: &Account,
        stock: &Stock,
        old: &AccountKey,
    ) -> Outcome<Made<ConvertRequest>> {
        let chain = administration.chain;
        if chain.latest().administrator(target.id()).is_some() {
            return Err(Reason::Server(ErrorCode::Forbidden).into());
        }
        let now = self.environment.now();
        let before = target.state();
        let (account, old_generation) = (before.account, before.mailbox_generation);
        let old_mailbox = target.open_mailbox(old)?;
        let (key, mailbox) = self
            .environment
            .with_rng(|rng| (AccountKey::make(rng), MailboxKey::make(rng)));
        let (epoch, generation) = (before.epoch + 1, old_generation + 1);
        let identity = key.identity(account, epoch);
        let keyring = key.keyring(account, epoch);
        let roster = identity.sign(Roster::next(account, target.roster.as_ref(), Vec::new()));
        let state = identity.sign(AccountState {
            kind: Kind::Functional,
            epoch,
            identity: identity.public(),
            account_encryption: key.account_encryption(account, epoch).public(),
            grant: keyring.grant(account, epoch).public(),
            mailbox_encryption: mailbox.encryption(account, generation).public(),
            mailbox_generation: generation,
            roster: Some(roster.hash()),
            joined: Some(created_in(chain)),
            ..next_state(&target.contact.state)
        });
        let state = old.identity(account, before.epoch).cosign(state);
        AccountState::verify_successor(&target.contact.state, &state)?;
        let send = keyring.send(account, epoch, generation);
        let send_certificate = own_send_certificate(&identity, account, &send, generation);
        let rotation = self.rotation(
            &key,
            &state.statement,
            (&old_mailbox, old_generation),
            &mailbox,
            stock,
            &send_certificate,
        )?;
        let escrow = self.escrow(account, epoch, &key, chain)?;
        let method = CertificateMethod::Compared;
        let address = &target.contact.address;
        let certificate = administration.issue(&state.statement, address, method, now);
        Ok(Made {
            request: ConvertRequest {
                state: state.to_bytes().into(),
                roster: roster.to_bytes().into(),
                escrow: escrow.to_bytes().into(),
                certificate: certificate.to_bytes().into(),
                rotation,
            },
            state,
        })
    }

    /// Renames a functional account. Administrators only.
    ///
    /// # Errors
    /// A failure of [`Field::Name`]; `forbidden`.
    pub async fn rename_account(&self, account: AccountId, name: &str) -> Outcome<MemberView> {
        let request = RenameAccountRequest {
            name: parse_name(name)?.to_string(),
        };
        self.environment
            .call_at::<RenameAccount>(&[&account.to_string()], &request)
            .await?;
        self.member(account).await
    }

    /// Suspends, reactivates or deletes a functional account. Administrators only.
    ///
    /// # Errors
    /// [`Reason::PasswordNeeded`]; `forbidden`; `conflict` where it is deleted.
    pub async fn set_account_status(
        &self,
        account: AccountId,
        status: AccountStatus,
    ) -> Outcome<MemberView> {
        let organisation = self.own.borrow().require_organisation()?.org_id();
        let request = SetAccountStatusRequest {
            status,
            organisation,
        };
        let _: Empty = self
            .environment
            .call_at::<SetAccountStatus>(&[&account.to_string()], &request)
            .await?;
        self.member(account).await
    }
}

/// Membership of an account that an administrator made, under the newest record.
fn created_in(chain: &ManifestChain) -> Joined {
    Joined {
        org_id: chain.org_id(),
        version: chain.latest().version,
        manifest: chain.head_hash(),
        method: JoinMethod::Created,
        proof: None,
    }
}

fn is_stale(failure: &Failure) -> bool {
    failure.reason == Reason::Server(ErrorCode::StaleStatement)
}
