//! Where the key is that the session is sealed under: in the system's keyring, or in somebody's
//! head.

use std::time::Duration;

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use keyring::Entry;
use rand_core::Rng as _;
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use zegel_client::passwords;
use zegel_crypto::DeviceKey;
use zegel_protocol::Address;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::session::rng;
use crate::terminal::{ask_secret, can_ask};

const PASSPHRASE: &str = "ZEGEL_PASSPHRASE";
/// What the entries in keyrings are of.
const SERVICE: &str = "zegel";
/// How long a keyring may take; it may ask the user to unlock it.
const KEYRING_PATIENCE: Duration = Duration::from_secs(60);
/// RFC 9106, section 4, the second recommended option, on one lane.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;

/// Where the key is. This stands in the file, before what is sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum KeyPlace {
    /// In the keyring, under this name.
    Keyring(String),
    /// Argon2id (m = 64 MiB, t = 3, p = 1) of a passphrase with this salt, 16 bytes in base64url.
    Passphrase(String),
}

impl KeyPlace {
    /// A place for a new session, and its new key: the keyring where one answers and nobody wants a
    /// passphrase.
    pub(crate) async fn make(
        passphrase: bool,
        address: &Address,
    ) -> Result<(Self, DeviceKey), Error> {
        let given = given_passphrase();
        if !passphrase && given.is_none() {
            let (name, key) = (random_name(), DeviceKey::make(&mut rng()));
            if set_in_keyring(&name, &key).await.is_ok() {
                return Ok((Self::Keyring(name), key));
            }
        }
        let chosen = match given {
            Some(given) => given,
            None => choose_passphrase()?,
        };
        passwords::check_new(&chosen, address, "")?;
        let salt = random_name();
        let key = stretch(&chosen, &salt)?;
        Ok((Self::Passphrase(salt), key))
    }

    /// The key; asks for the passphrase where that is needed.
    pub(crate) async fn key(&self) -> Result<DeviceKey, Error> {
        match self {
            Self::Keyring(name) => from_keyring(name).await,
            Self::Passphrase(salt) => {
                let passphrase = match given_passphrase() {
                    Some(given) => given,
                    None if can_ask() => ask_secret("Passphrase of this device")?,
                    None => return Err(no_passphrase()),
                };
                stretch(&passphrase, salt)
            }
        }
    }

    /// Forgets the key where it is kept.
    pub(crate) async fn forget(&self) {
        if let Self::Keyring(name) = self {
            let name = name.clone();
            // What it sealed is deleted: the key opens nothing any more, if it stays.
            let _ = with_keyring(move || entry(&name)?.delete_credential()).await;
        }
    }
}

fn given_passphrase() -> Option<Zeroizing<String>> {
    let given = std::env::var(PASSPHRASE).ok().map(Zeroizing::new)?;
    (!given.is_empty()).then_some(given)
}

fn choose_passphrase() -> Result<Zeroizing<String>, Error> {
    if !can_ask() {
        return Err(no_passphrase());
    }
    eprintln!(
        "The keys of the session are kept on this device, sealed under a passphrase of their own. Choose one of at least \
         {} characters.",
        passwords::MIN_PASSWORD_CHARS
    );
    let chosen = ask_secret("New passphrase of this device")?;
    if *chosen != *ask_secret("The same passphrase again")? {
        return Err(Error::device(
            "These are two different passphrases. Sign in again.",
        ));
    }
    Ok(chosen)
}

fn no_passphrase() -> Error {
    Error::device(format!(
        "The session is kept under a passphrase, and nobody can be asked for it. Set {PASSPHRASE}."
    ))
}

fn random_name() -> String {
    let mut bytes = [0; 16];
    rng().fill_bytes(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

fn stretch(passphrase: &str, salt: &str) -> Result<DeviceKey, Error> {
    let stretched = || {
        let salt = URL_SAFE_NO_PAD.decode(salt).ok()?;
        let params = Params::new(MEMORY_KIB, PASSES, 1, Some(32)).ok()?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.as_bytes(), &salt, key.as_mut_slice())
            .ok()?;
        Some(DeviceKey::from_exposed(*key))
    };
    stretched().ok_or_else(|| {
        Error::device(
            "The passphrase could not be made into a key: not enough memory, or a damaged file.",
        )
    })
}

async fn set_in_keyring(name: &str, key: &DeviceKey) -> Result<(), Error> {
    let (name, key) = (name.to_owned(), key.clone());
    with_keyring(move || {
        let entry = entry(&name)?;
        entry.set_secret(key.expose())?;
        // A keyring that takes a key and does not give it back is none.
        match Zeroizing::new(entry.get_secret()?).as_slice() == key.expose() {
            true => Ok(()),
            false => Err(keyring::Error::NoEntry),
        }
    })
    .await
}

async fn from_keyring(name: &str) -> Result<DeviceKey, Error> {
    let name = name.to_owned();
    let secret = with_keyring(move || entry(&name)?.get_secret()).await?;
    let secret = Zeroizing::new(secret);
    <[u8; 32]>::try_from(secret.as_slice())
        .map(DeviceKey::from_exposed)
        .map_err(|_| keyring_failed("it gave another secret than a key"))
}

fn entry(name: &str) -> keyring::Result<Entry> {
    Entry::new(SERVICE, name)
}

/// Talks to the keyring in a thread of its own: it waits by itself, perhaps for ever.
async fn with_keyring<T: Send + 'static>(
    talk: impl FnOnce() -> keyring::Result<T> + Send + 'static,
) -> Result<T, Error> {
    let (answer, waiting) = oneshot::channel();
    std::thread::spawn(move || answer.send(talk()));
    match tokio::time::timeout(KEYRING_PATIENCE, waiting).await {
        Ok(Ok(outcome)) => outcome.map_err(|error| keyring_failed(&error.to_string())),
        Ok(Err(_)) => Err(keyring_failed("it could not be asked")),
        Err(_) => Err(keyring_failed("it did not answer")),
    }
}

fn keyring_failed(why: &str) -> Error {
    Error::device(format!(
        "The key of the session is in this system's keyring, which does not give it: {why}. Unlock the keyring, or \
         forget the session with `zegel sign-out --forget` and sign in again."
    ))
}

#[cfg(test)]
mod tests {
    use super::stretch;

    #[test]
    fn another_passphrase_or_salt_is_another_key() {
        let salt = "AAAAAAAAAAAAAAAAAAAAAA";
        let key = stretch("tulp fiets regen", salt).unwrap();
        assert_eq!(
            key.expose(),
            stretch("tulp fiets regen", salt).unwrap().expose()
        );
        assert_ne!(
            key.expose(),
            stretch("tulp fiets Regen", salt).unwrap().expose()
        );
        let other = "AAAAAAAAAAAAAAAAAAAAAQ";
        assert_ne!(
            key.expose(),
            stretch("tulp fiets regen", other).unwrap().expose()
        );
        assert!(stretch("tulp fiets regen", "no salt").is_err());
    }
}
