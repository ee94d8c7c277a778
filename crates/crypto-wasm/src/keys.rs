use wasm_bindgen::prelude::*;
use zegel_crypto as core;
use zegel_crypto::blob;
use zegel_protocol::{AccountState, Canonical, KemKey, SendCertificate, Signed};

use crate::codes::RecoveryCode;
use crate::rng;

/// Key that a password or recovery code gives.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Kek(core::Kek);

#[wasm_bindgen]
impl Kek {
    /// From OPAQUE's export key, 64 bytes.
    ///
    /// # Errors
    /// Where the export key has another length, or the account is no id.
    #[wasm_bindgen(js_name = fromPassword)]
    pub fn from_password(export_key: &[u8], account: &str, epoch: u32) -> Result<Kek, JsError> {
        let export_key = export_key.try_into()?;
        Ok(Self(core::Kek::from_password(
            export_key,
            account.parse()?,
            epoch,
        )))
    }

    /// From a recovery code.
    ///
    /// # Errors
    /// Where the account is no id.
    #[wasm_bindgen(js_name = fromRecoveryCode)]
    pub fn from_recovery_code(
        code: &RecoveryCode,
        account: &str,
        epoch: u32,
    ) -> Result<Kek, JsError> {
        Ok(Self(core::Kek::from_recovery_code(
            &code.0,
            account.parse()?,
            epoch,
        )))
    }
}

/// Root of an account in one epoch.
#[wasm_bindgen]
#[derive(Debug)]
pub struct AccountKey(pub(crate) core::AccountKey);

#[wasm_bindgen]
impl AccountKey {
    /// Makes a new one.
    #[must_use]
    pub fn make() -> AccountKey {
        Self(core::AccountKey::make(&mut rng()))
    }

    /// Seals it under an unlock method.
    ///
    /// # Errors
    /// Where the account is no id.
    pub fn seal(&self, kek: &Kek, account: &str, epoch: u32) -> Result<Vec<u8>, JsError> {
        let account = account.parse()?;
        Ok(blob::seal_account_key(
            &kek.0,
            account,
            epoch,
            &self.0,
            &mut rng(),
        )?)
    }

    /// Opens one, and checks that it recomputes the identity key.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn open(
        kek: &Kek,
        account: &str,
        epoch: u32,
        identity: &str,
        blob: &[u8],
    ) -> Result<AccountKey, JsError> {
        let (account, identity) = (account.parse()?, identity.parse()?);
        Ok(Self(blob::open_account_key(
            &kek.0, account, epoch, &identity, blob,
        )?))
    }

    /// The identity: signs statements and grants.
    ///
    /// # Errors
    /// Where the account is no id.
    pub fn identity(&self, account: &str, epoch: u32) -> Result<Identity, JsError> {
        Ok(Identity(self.0.identity(account.parse()?, epoch)))
    }

    /// Public key that receives Recovery and Restore grants, 1216 bytes.
    ///
    /// # Errors
    /// Where the account is no id.
    #[wasm_bindgen(js_name = accountEncryptionKey)]
    pub fn account_encryption_key(&self, account: &str, epoch: u32) -> Result<Vec<u8>, JsError> {
        let secret = self.0.account_encryption(account.parse()?, epoch);
        Ok(secret.public().as_bytes().to_vec())
    }

    /// Root of the keyring tier.
    ///
    /// # Errors
    /// Where the account is no id.
    pub fn keyring(&self, account: &str, epoch: u32) -> Result<KeyringKey, JsError> {
        Ok(KeyringKey(self.0.keyring(account.parse()?, epoch)))
    }

    /// Checks that this key and the mailbox key are behind every public key of a signed account
    /// state.
    ///
    /// # Errors
    /// Where one of them is another.
    #[wasm_bindgen(js_name = checkState)]
    pub fn check_state(&self, mailbox: &MailboxKey, state: &[u8]) -> Result<(), JsError> {
        let state = Signed::<AccountState>::from_bytes(state)?;
        Ok(self.0.check_state(&mailbox.0, &state.statement)?)
    }
}

/// An account's identity of one epoch.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Identity(pub(crate) core::IdentitySecret);

#[wasm_bindgen]
impl Identity {
    /// The public key.
    #[wasm_bindgen(getter, js_name = publicKey)]
    #[must_use]
    pub fn public_key(&self) -> String {
        self.0.public().to_string()
    }

    /// Signs the canonical bytes of an account state; gives the envelope.
    ///
    /// # Errors
    /// Where the bytes are no account state.
    #[wasm_bindgen(js_name = signState)]
    pub fn sign_state(&self, state: &[u8]) -> Result<Vec<u8>, JsError> {
        Ok(self.0.sign(AccountState::from_bytes(state)?).to_bytes())
    }

    /// Certifies a send key of a mailbox generation; gives the envelope.
    ///
    /// # Errors
    /// Where account or key are malformed.
    #[wasm_bindgen(js_name = certifySendKey)]
    pub fn certify_send_key(
        &self,
        account: &str,
        send_key: &str,
        generation: u32,
    ) -> Result<Vec<u8>, JsError> {
        let certificate = SendCertificate {
            account: account.parse()?,
            send_key: send_key.parse()?,
            generation,
            shown_name: None,
        };
        Ok(self.0.sign(certificate).to_bytes())
    }
}

/// Root of the keyring tier.
#[wasm_bindgen]
#[derive(Debug)]
pub struct KeyringKey(pub(crate) core::KeyringKey);

#[wasm_bindgen]
impl KeyringKey {
    /// Public key that receives Mailbox grants, 1216 bytes.
    ///
    /// # Errors
    /// Where the account is no id.
    #[wasm_bindgen(js_name = grantKey)]
    pub fn grant_key(&self, account: &str, epoch: u32) -> Result<Vec<u8>, JsError> {
        let secret = self.0.grant(account.parse()?, epoch);
        Ok(secret.public().as_bytes().to_vec())
    }

    /// The owner's public send key of a mailbox generation.
    ///
    /// # Errors
    /// Where the account is no id.
    #[wasm_bindgen(js_name = sendKey)]
    pub fn send_key(&self, account: &str, epoch: u32, generation: u32) -> Result<String, JsError> {
        let secret = self.0.send(account.parse()?, epoch, generation);
        Ok(secret.public().to_string())
    }
}

/// Root of the mailbox tier in one generation.
#[wasm_bindgen]
#[derive(Debug)]
pub struct MailboxKey(pub(crate) core::MailboxKey);

#[wasm_bindgen]
impl MailboxKey {
    /// Makes a new one.
    #[must_use]
    pub fn make() -> MailboxKey {
        Self(core::MailboxKey::make(&mut rng()))
    }

    /// Public key that receives messages, 1216 bytes.
    ///
    /// # Errors
    /// Where the account is no id.
    #[wasm_bindgen(js_name = encryptionKey)]
    pub fn encryption_key(&self, account: &str, generation: u32) -> Result<Vec<u8>, JsError> {
        let secret = self.0.encryption(account.parse()?, generation);
        Ok(secret.public().as_bytes().to_vec())
    }

    /// Seals it under the account key.
    ///
    /// # Errors
    /// Where the account is no id.
    pub fn seal(
        &self,
        account_key: &AccountKey,
        account: &str,
        epoch: u32,
        generation: u32,
    ) -> Result<Vec<u8>, JsError> {
        let account = account.parse()?;
        Ok(blob::seal_mailbox_key(
            &account_key.0,
            account,
            epoch,
            generation,
            &self.0,
            &mut rng(),
        )?)
    }

    /// Opens one, and checks that it recomputes the public key.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn open(
        account_key: &AccountKey,
        account: &str,
        epoch: u32,
        generation: u32,
        public_key: &[u8],
        blob: &[u8],
    ) -> Result<MailboxKey, JsError> {
        let account = account.parse()?;
        let public = KemKey::try_from(public_key)?;
        Ok(Self(blob::open_mailbox_key(
            &account_key.0,
            account,
            epoch,
            generation,
            &public,
            blob,
        )?))
    }
}

/// Seed of an organisation's recovery key.
#[wasm_bindgen]
#[derive(Debug)]
pub struct RecoverySeed(pub(crate) core::RecoverySeed);

#[wasm_bindgen]
impl RecoverySeed {
    /// Makes a new one.
    #[must_use]
    pub fn make() -> RecoverySeed {
        Self(core::RecoverySeed::make(&mut rng()))
    }

    /// Public recovery key, 1216 bytes.
    #[wasm_bindgen(getter, js_name = publicKey)]
    #[must_use]
    pub fn public_key(&self) -> Vec<u8> {
        self.0.public().as_bytes().to_vec()
    }

    /// Seals it under an administrator's account key of `epoch`.
    ///
    /// # Errors
    /// Where the organisation is no id.
    pub fn seal(
        &self,
        account_key: &AccountKey,
        epoch: u32,
        org_id: &str,
        generation: u32,
    ) -> Result<Vec<u8>, JsError> {
        let org_id = org_id.parse()?;
        Ok(blob::seal_recovery_seed(
            &account_key.0,
            epoch,
            org_id,
            generation,
            &self.0,
            &mut rng(),
        )?)
    }

    /// Opens one, and checks that it recomputes the public key.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn open(
        account_key: &AccountKey,
        epoch: u32,
        org_id: &str,
        generation: u32,
        public_key: &[u8],
        blob: &[u8],
    ) -> Result<RecoverySeed, JsError> {
        let org_id = org_id.parse()?;
        let public = KemKey::try_from(public_key)?;
        Ok(Self(blob::open_recovery_seed(
            &account_key.0,
            epoch,
            org_id,
            generation,
            &public,
            blob,
        )?))
    }
}
