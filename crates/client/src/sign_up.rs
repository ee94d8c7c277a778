//! Sign-up, step by step: each step is a value that only the one before gives.

use zegel_api::{
    Language, SignUpFinish, SignUpFinishRequest, SignUpRegister, SignUpRegisterRequest,
    SignUpStart, SignUpStartRequest, SignUpTicket, SignUpVerify, SignUpVerifyRequest,
};
use zegel_auth::ExportKey;
use zegel_crypto::{AccountKey, Kek, MailboxKey, RecoveryCode, blob, make_id};
use zegel_protocol::encoding::Canonical as _;
use zegel_protocol::{AccountId, AccountState, Address, Hash, Kind, SUITE, SendCertificate};
use zeroize::Zeroizing;

use crate::client::Client;
use crate::environment::{Environment, Step, Steps};
use crate::failure::Outcome;
use crate::keys;
use crate::login::Registration;
use crate::organisation::{digits, parse_name};
use crate::passwords;
use crate::session::SignedIn;
use crate::view::Reason;

/// The first epoch, sequence and generation.
const FIRST: u32 = 1;

/// An address whose owner typed the code that was mailed to it.
#[derive(Clone, Debug)]
pub struct VerifiedAddress {
    address: Address,
    ticket: SignUpTicket,
}

/// An account with all its keys, which the server does not know yet.
pub struct PreparedAccount {
    request: SignUpFinishRequest,
    recovery_code: RecoveryCode,
    export_key: ExportKey,
}

impl std::fmt::Debug for PreparedAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PreparedAccount(..)")
    }
}

impl Client {
    /// Mails a code to an address that wants an account.
    ///
    /// # Errors
    /// Only the server's; it does not tell whether the address has an account.
    pub async fn start_sign_up(&self, address: &Address, language: Language) -> Outcome<()> {
        let request = SignUpStartRequest {
            address: address.clone(),
            language,
        };
        self.environment.call::<SignUpStart>(&request).await?;
        Ok(())
    }

    /// Checks the mailed code.
    ///
    /// # Errors
    /// `wrong_code`, `expired_code`.
    pub async fn verify_sign_up(&self, address: &Address, code: &str) -> Outcome<VerifiedAddress> {
        let request = SignUpVerifyRequest {
            address: address.clone(),
            code: digits(code),
        };
        let ticket = self.environment.call::<SignUpVerify>(&request).await?;
        Ok(VerifiedAddress {
            address: address.clone(),
            ticket,
        })
    }

    /// Makes all keys of a new account here, and registers its password.
    ///
    /// # Errors
    /// What [`passwords::check_new`] says; a failure of [`Field::Name`](crate::view::Field::Name);
    /// `expired_ticket`.
    pub async fn prepare_account(
        &self,
        verified: &VerifiedAddress,
        name: &str,
        password: &str,
        language: Language,
        steps: Steps<'_>,
    ) -> Outcome<PreparedAccount> {
        let name = parse_name(name)?;
        passwords::check_new(password, &verified.address, name.as_str())?;
        let environment = &self.environment;
        let account: AccountId = environment.with_rng(|rng| make_id(rng));
        let registration = Registration::start(environment, password)?;
        steps(Step::Contacting);
        let request = SignUpRegisterRequest {
            ticket: verified.ticket.ticket.clone(),
            account,
            registration_request: registration.request.clone().into(),
        };
        let response = environment.call::<SignUpRegister>(&request).await?;
        steps(Step::DerivingKeys);
        let (record, export_key) = registration.finish(environment, &response)?;
        steps(Step::Sealing);
        let secrets = Secrets::make(environment, account);
        let sealed = secrets.seal(environment, &export_key)?;
        Ok(PreparedAccount {
            request: SignUpFinishRequest {
                ticket: verified.ticket.ticket.clone(),
                account,
                name: name.to_string(),
                language,
                registration_record: record.as_bytes().to_vec().into(),
                state: sealed.state.into(),
                send_certificate: sealed.send_certificate.into(),
                account_key_by_password: sealed.by_password.into(),
                account_key_by_recovery_code: sealed.by_recovery_code.into(),
                mailbox_key: sealed.mailbox_key.into(),
            },
            recovery_code: secrets.recovery_code,
            export_key,
        })
    }

    /// Creates the account once its owner typed the last group of the recovery code, and signs in.
    /// After a failure the prepared account can be handed in again.
    ///
    /// # Errors
    /// [`Reason::RecoveryCodeMismatch`]; `expired_ticket`.
    pub async fn finish_sign_up(
        &self,
        prepared: &PreparedAccount,
        confirmation: &str,
        steps: Steps<'_>,
    ) -> Outcome<SignedIn> {
        prepared.confirm(confirmation)?;
        steps(Step::Contacting);
        let session = self
            .environment
            .call::<SignUpFinish>(&prepared.request)
            .await?;
        if session.account != prepared.request.account {
            return Err(Reason::NotAuthentic.into());
        }
        steps(Step::Opening);
        let now = self.environment.now();
        let keys = keys::unlock(&session, &prepared.export_key, now)?;
        SignedIn::take_up(self.environment.clone(), session, keys).await
    }
}

impl PreparedAccount {
    /// The recovery code, to be shown once: seven groups separated by "-".
    #[must_use]
    pub fn recovery_code(&self) -> Zeroizing<String> {
        self.recovery_code.display()
    }

    /// The new account.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.request.account
    }

    fn confirm(&self, typed: &str) -> Outcome<()> {
        let code = self.recovery_code.display();
        let last_group = code.rsplit('-').next().unwrap_or_default();
        let typed: Zeroizing<String> = Zeroizing::new(
            typed
                .chars()
                .filter(|c| !c.is_whitespace() && *c != '-')
                .map(|c| match c.to_ascii_uppercase() {
                    'O' => '0',
                    'I' | 'L' => '1',
                    other => other,
                })
                .collect(),
        );
        if typed.as_str() == last_group {
            Ok(())
        } else {
            Err(Reason::RecoveryCodeMismatch.into())
        }
    }
}

/// Everything of a new account that is made at random.
struct Secrets {
    account: AccountId,
    account_key: AccountKey,
    mailbox: MailboxKey,
    recovery_code: RecoveryCode,
}

/// What the server gets of it.
struct Sealed {
    state: Vec<u8>,
    send_certificate: Vec<u8>,
    by_password: Vec<u8>,
    by_recovery_code: Vec<u8>,
    mailbox_key: Vec<u8>,
}

impl Secrets {
    fn make(environment: &Environment, account: AccountId) -> Self {
        environment.with_rng(|rng| Self {
            account,
            account_key: AccountKey::make(rng),
            mailbox: MailboxKey::make(rng),
            recovery_code: RecoveryCode::make(rng),
        })
    }

    fn seal(&self, environment: &Environment, export_key: &ExportKey) -> Outcome<Sealed> {
        let (account, key) = (self.account, &self.account_key);
        let identity = key.identity(account, FIRST);
        let keyring = key.keyring(account, FIRST);
        let state = identity.sign(AccountState {
            account,
            kind: Kind::Person,
            epoch: FIRST,
            sequence: FIRST,
            previous: Hash::ZERO,
            identity: identity.public(),
            account_encryption: key.account_encryption(account, FIRST).public(),
            grant: keyring.grant(account, FIRST).public(),
            mailbox_encryption: self.mailbox.encryption(account, FIRST).public(),
            mailbox_generation: FIRST,
            roster: None,
            joined: None,
            min_suite: SUITE,
        });
        let send_certificate = identity.sign(SendCertificate {
            account,
            send_key: keyring.send(account, FIRST, FIRST).public(),
            generation: FIRST,
            shown_name: None,
        });
        let by_password = Kek::from_password(export_key.expose(), account, FIRST);
        let by_code = Kek::from_recovery_code(&self.recovery_code, account, FIRST);
        environment.with_rng(|rng| {
            Ok(Sealed {
                state: state.to_bytes(),
                send_certificate: send_certificate.to_bytes(),
                by_password: blob::seal_account_key(&by_password, account, FIRST, key, rng)?,
                by_recovery_code: blob::seal_account_key(&by_code, account, FIRST, key, rng)?,
                mailbox_key: blob::seal_mailbox_key(
                    key,
                    account,
                    FIRST,
                    FIRST,
                    &self.mailbox,
                    rng,
                )?,
            })
        })
    }
}
