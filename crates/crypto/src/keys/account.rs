use zegel_protocol::{AccountId, AccountState, IdentityKey};

use super::{
    AccountEncryptionSecret, GrantSecret, IdentitySecret, MailboxKey, Role, SendSecret, derive,
    random_secret, secret, session_secret,
};
use crate::error::OpenError;

secret!(
    /// Root of an account in one epoch. Whoever has it is the account: it is sealed under each
    /// unlock method, escrowed to the organisation, and never leaves the account tier.
    AccountKey
);
random_secret!(AccountKey);

impl AccountKey {
    /// The identity: signs statements and grants.
    #[must_use]
    pub fn identity(&self, account: AccountId, epoch: u32) -> IdentitySecret {
        IdentitySecret::from_seed(&derive(&self.0, Role::Identity, account, epoch, 0))
    }

    /// The key that receives Recovery and Restore grants.
    #[must_use]
    pub fn account_encryption(&self, account: AccountId, epoch: u32) -> AccountEncryptionSecret {
        AccountEncryptionSecret::from_seed(&derive(
            &self.0,
            Role::AccountEncryption,
            account,
            epoch,
            0,
        ))
    }

    /// The root of the keyring tier.
    #[must_use]
    pub fn keyring(&self, account: AccountId, epoch: u32) -> KeyringKey {
        KeyringKey(*derive(&self.0, Role::Keyring, account, epoch, 0))
    }

    /// Checks that this key is the one behind an identity.
    ///
    /// # Errors
    /// [`OpenError`] where it recomputes another one.
    pub fn check_identity(
        &self,
        account: AccountId,
        epoch: u32,
        identity: &IdentityKey,
    ) -> Result<(), OpenError> {
        if self.identity(account, epoch).public() == *identity {
            Ok(())
        } else {
            Err(OpenError)
        }
    }

    /// Checks that this key and `mailbox` are the ones behind every public key of a state. An owner
    /// does so after each sign-in: a server that serves another state, or altered blobs, must not
    /// have others seal to keys that the owner does not hold.
    ///
    /// # Errors
    /// [`OpenError`] where one of them is another.
    pub fn check_state(&self, mailbox: &MailboxKey, state: &AccountState) -> Result<(), OpenError> {
        let (account, epoch) = (state.account, state.epoch);
        self.check_identity(account, epoch, &state.identity)?;
        let grant = self.keyring(account, epoch).grant(account, epoch);
        let mailbox = mailbox.encryption(account, state.mailbox_generation);
        if self.account_encryption(account, epoch).public() == state.account_encryption
            && grant.public() == state.grant
            && mailbox.public() == state.mailbox_encryption
        {
            Ok(())
        } else {
            Err(OpenError)
        }
    }
}

secret!(
    /// Root of the keyring tier: what lets an owner act day by day. Seals the pins.
    KeyringKey
);
session_secret!(KeyringKey);

impl KeyringKey {
    /// The key that receives Mailbox grants.
    #[must_use]
    pub fn grant(&self, account: AccountId, epoch: u32) -> GrantSecret {
        GrantSecret::from_seed(&derive(&self.0, Role::Grant, account, epoch, 0))
    }

    /// The owner's own send key of a mailbox generation.
    #[must_use]
    pub fn send(&self, account: AccountId, epoch: u32, generation: u32) -> SendSecret {
        SendSecret::from_seed(&derive(&self.0, Role::Send, account, epoch, generation))
    }
}
