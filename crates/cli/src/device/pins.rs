//! The newest pins that this device saw, a file for each account. They stay when the session ends:
//! at the next sign-in too, no server takes back what was seen.

use std::cell::RefCell;
use std::rc::Rc;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use zegel_client::{PinStore, PinStoreError, RememberedPins, SessionTiers};
use zegel_protocol::AccountId;

use super::Device;
use crate::error::Error;
use crate::session::rng;

/// Pins in their file.
#[derive(Serialize, Deserialize)]
struct Stored {
    epoch: u32,
    /// base64url.
    sealed: String,
}

/// The pins of this device.
pub(crate) struct DevicePins {
    device: Device,
    /// What joins them, once somebody is signed in.
    tiers: RefCell<Option<Rc<SessionTiers>>>,
    /// What this run read or wrote last.
    seen: RefCell<Option<RememberedPins>>,
}

impl DevicePins {
    pub(crate) fn new(device: &Device, tiers: Option<Rc<SessionTiers>>) -> Self {
        Self {
            device: device.clone(),
            tiers: RefCell::new(tiers),
            seen: RefCell::default(),
        }
    }

    /// Somebody has signed in.
    pub(crate) fn keep_tiers(&self, tiers: Rc<SessionTiers>) {
        *self.tiers.borrow_mut() = Some(tiers);
    }

    fn read(&self, account: AccountId) -> Result<Option<RememberedPins>, Error> {
        let Some(bytes) = self.device.read(&name(account))? else {
            return Ok(None);
        };
        let damaged = || {
            let path = self.device.path(&name(account));
            Error::device(format!(
                "{} is damaged. It remembers what this device saw of others' keys; without it only the server does. \
                 Delete it to go on.",
                path.display()
            ))
        };
        let stored: Stored = serde_json::from_slice(&bytes).map_err(|_| damaged())?;
        Ok(Some(RememberedPins {
            epoch: stored.epoch,
            sealed: URL_SAFE_NO_PAD
                .decode(&stored.sealed)
                .map_err(|_| damaged())?,
        }))
    }

    /// Writes pins; where another run wrote others meanwhile, what both know.
    fn write(&self, account: AccountId, pins: &RememberedPins) -> Result<(), Error> {
        let lock = self.device.lock()?;
        let there = self.read(account)?;
        let by_another_run = there.filter(|there| Some(there) != self.seen.borrow().as_ref());
        let written = match (by_another_run, self.tiers.borrow().as_ref()) {
            (Some(there), Some(tiers)) => tiers.join_pins(&there, pins, &mut rng())?,
            _ => pins.clone(),
        };
        let stored = Stored {
            epoch: written.epoch,
            sealed: URL_SAFE_NO_PAD.encode(&written.sealed),
        };
        let bytes = serde_json::to_vec(&stored)
            .map_err(|_| Error::device("What was seen of others' keys cannot be kept."))?;
        self.device.write(&name(account), &bytes)?;
        // What this run knows, not what it has joined that with: the next write joins again.
        *self.seen.borrow_mut() = Some(pins.clone());
        drop(lock);
        Ok(())
    }
}

fn name(account: AccountId) -> String {
    format!("pins-{account}")
}

/// Flows only learn that it failed; why is for the person.
fn told(error: &Error) -> PinStoreError {
    eprintln!("zegel: {error}");
    PinStoreError
}

#[async_trait(?Send)]
impl PinStore for DevicePins {
    async fn load(&self, account: AccountId) -> Result<Option<RememberedPins>, PinStoreError> {
        let pins = self.read(account).map_err(|error| told(&error))?;
        self.seen.borrow_mut().clone_from(&pins);
        Ok(pins)
    }

    async fn keep(&self, account: AccountId, pins: &RememberedPins) -> Result<(), PinStoreError> {
        self.write(account, pins).map_err(|error| told(&error))
    }
}
