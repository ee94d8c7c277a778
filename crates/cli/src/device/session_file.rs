//! The session as a file:
//!
//! ```text
//! {"zegel_session":1,"key":…}\n ‖ sealed under the device key, bound to that line
//! ```

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use zegel_client::SessionTiers;
use zegel_crypto::DeviceKey;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{Device, KeyPlace};
use crate::error::Error;
use crate::session::rng;

const NAME: &str = "session";
const FORMAT: u32 = 1;
/// Room for the plaintext, so that it is not moved about in memory while it is written.
const ROOM: usize = 128 * 1024;

/// What stands before what is sealed.
#[derive(Serialize, Deserialize)]
struct Header {
    zegel_session: u32,
    key: KeyPlace,
}

/// What a session needs to go on.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub(crate) struct Kept {
    /// URL of the server.
    pub(crate) server: String,
    /// `name=value`.
    pub(crate) cookie: String,
    /// [`SessionTiers`] in base64url.
    tiers: String,
}

impl Kept {
    pub(crate) fn new(server: &str, cookie: &str, tiers: &SessionTiers) -> Self {
        Self {
            server: server.to_owned(),
            cookie: cookie.to_owned(),
            tiers: URL_SAFE_NO_PAD.encode(tiers.to_bytes().as_slice()),
        }
    }

    pub(crate) fn tiers(&self) -> Result<SessionTiers, Error> {
        let bytes = URL_SAFE_NO_PAD.decode(&self.tiers).map(Zeroizing::new);
        let bytes = bytes.map_err(|_| damaged())?;
        Ok(SessionTiers::from_bytes(&bytes)?)
    }

    /// Whether it says the same.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.server == other.server && self.cookie == other.cookie && self.tiers == other.tiers
    }
}

/// The session that is kept on this device, still sealed.
pub(crate) struct SessionFile {
    place: KeyPlace,
    /// The line with its end.
    header: Vec<u8>,
    sealed: Vec<u8>,
}

impl SessionFile {
    /// The session of this device, if there is one.
    pub(crate) fn find(device: &Device) -> Result<Option<Self>, Error> {
        let Some(bytes) = device.read(NAME)? else {
            return Ok(None);
        };
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let (line, sealed) = bytes.split_at(end.ok_or_else(damaged)? + 1);
        let header: Header = serde_json::from_slice(line).map_err(|_| damaged())?;
        if header.zegel_session != FORMAT {
            return Err(Error::device(
                "The session on this device was kept by another version of zegel. Forget it with `zegel sign-out \
                 --forget`, and sign in again.",
            ));
        }
        Ok(Some(Self {
            place: header.key,
            header: line.to_vec(),
            sealed: sealed.to_vec(),
        }))
    }

    /// Where its key is.
    pub(crate) fn place(&self) -> &KeyPlace {
        &self.place
    }

    /// Opens it with the key of its place.
    pub(crate) fn open(&self, key: &DeviceKey) -> Result<Kept, Error> {
        let opened = key.open(&self.header, &self.sealed).map_err(|_| {
            let what = match self.place {
                KeyPlace::Passphrase(_) => "This is not the passphrase of this device",
                KeyPlace::Keyring(_) => "The key in the keyring is not that of the session",
            };
            Error::device(format!(
                "{what}, or the file was altered. Try again, or forget the session with `zegel sign-out --forget` and \
                 sign in again."
            ))
        })?;
        serde_json::from_slice(&opened).map_err(|_| damaged())
    }

    /// Keeps a session on this device, in place of any other.
    pub(crate) fn write(
        device: &Device,
        place: &KeyPlace,
        key: &DeviceKey,
        kept: &Kept,
    ) -> Result<(), Error> {
        let header = Header {
            zegel_session: FORMAT,
            key: place.clone(),
        };
        let mut file = serde_json::to_vec(&header).map_err(|_| damaged())?;
        file.push(b'\n');
        let mut plain = Zeroizing::new(Vec::with_capacity(ROOM));
        serde_json::to_writer(&mut *plain, kept).map_err(|_| damaged())?;
        let sealed = key
            .seal(&file, &plain, &mut rng())
            .map_err(|_| Error::device("The session is too large to be kept."))?;
        file.extend(sealed);
        device.write(NAME, &file)
    }

    /// Forgets the session of this device.
    pub(crate) fn remove(device: &Device) -> Result<(), Error> {
        device.remove(NAME)
    }
}

fn damaged() -> Error {
    Error::device(
        "The session on this device is damaged. Forget it with `zegel sign-out --forget`, and sign in again.",
    )
}
