//! Pins: what this account relies on, sealed under the keyring key, the same on all its devices.
//! Neither the server's copy nor this device's may take anything back; whichever knows more counts.

mod content;

use rand_core::CryptoRng;
use zegel_api::{Empty, ErrorCode, GetPins, PutPins, PutPinsRequest};
use zegel_crypto::content::Pins;
use zegel_crypto::{KeyringKey, blob};
use zegel_protocol::Address;

pub(crate) use content::{
    check_chain, check_state, contact, organization, other_holder, put_contact, put_organization,
    put_own, trust_at,
};

use crate::environment::{Environment, RememberedPins};
use crate::failure::Outcome;
use crate::keys::{OwnKeys, SessionTiers};
use crate::session::SignedIn;
use crate::view::Reason;

/// How often a write is tried again when other devices write at the same time.
const MAX_TRIES: u32 = 5;

/// The pins of a signed-in account.
pub(crate) struct PinBook {
    pub(crate) content: Pins,
    /// The server's version.
    version: u32,
    /// The content says more than the server's.
    ahead: bool,
}

/// Pins ready to be written by a request of its own or as part of another.
pub(crate) struct NextPins {
    content: Pins,
    pub(crate) replaces: u32,
    pub(crate) sealed: Vec<u8>,
}

impl PinBook {
    /// Joins the server's pins and this device's.
    ///
    /// # Errors
    /// [`Reason::NotAuthentic`] where pins do not open or contradict each other,
    /// [`Reason::Rollback`] where the own state is older than the one pinned.
    pub(crate) async fn load(
        environment: &Environment,
        keys: &OwnKeys,
        address: &Address,
    ) -> Outcome<Self> {
        let own = &keys.mailbox.state;
        let account = own.statement.account;
        let place = Place::of(keys);
        let (version, remote) = place.fetch(environment).await?;
        let local = match environment.pin_store.load(account).await? {
            // What another epoch's keyring key sealed is no use any more.
            Some(kept) if kept.epoch == place.epoch => Some(place.open(&kept.sealed)?),
            _ => None,
        };
        let content = match (remote.clone(), local.clone()) {
            (Some(remote), Some(local)) => content::merge(remote, local)?,
            (Some(known), None) | (None, Some(known)) => known,
            (None, None) => content::first(own, address),
        };
        if let Some(pinned) = contact(&content, account) {
            check_state(pinned, own)?;
        }
        let says_more = |copy: &Option<Pins>| {
            copy.as_ref()
                .is_none_or(|copy| !content::same(copy, &content))
        };
        if says_more(&local) {
            place.remember(environment, &content).await?;
        }
        Ok(Self {
            version,
            ahead: says_more(&remote),
            content,
        })
    }
}

impl SignedIn {
    /// Changes the pins here, on this device and on the server. A change that changes nothing
    /// writes nothing. `change` runs again on what other devices wrote meanwhile.
    pub(crate) async fn change_pins(&self, change: impl Fn(&mut Pins)) -> Outcome<()> {
        for _ in 0..MAX_TRIES {
            let Some(next) = self.next_pins(&change)? else {
                return Ok(());
            };
            let request = PutPinsRequest {
                replaces: next.replaces,
                sealed: next.sealed.clone().into(),
            };
            match self.environment.call::<PutPins>(&request).await {
                Ok(_) => return self.settle_pins(next).await,
                Err(failure) if failure.reason == Reason::Server(ErrorCode::Conflict) => {
                    self.reload_pins().await?;
                }
                Err(failure) => return Err(failure),
            }
        }
        Err(Reason::Server(ErrorCode::Conflict).into())
    }

    /// Pins with a change, sealed as the server's next version; none where nothing would change.
    pub(crate) fn next_pins(&self, change: impl Fn(&mut Pins)) -> Outcome<Option<NextPins>> {
        let own = self.own.borrow();
        let mut content = own.pins.content.clone();
        change(&mut content);
        if content::same(&content, &own.pins.content) && !own.pins.ahead {
            return Ok(None);
        }
        let replaces = own.pins.version;
        // The version that the server counts, and never less than what was seen anywhere.
        content.sequence = content.sequence.max(u64::from(replaces)) + 1;
        let sealed = Place::of_own(&own).seal(&self.environment, &content)?;
        Ok(Some(NextPins {
            content,
            replaces,
            sealed,
        }))
    }

    /// The server has taken these pins.
    pub(crate) async fn settle_pins(&self, next: NextPins) -> Outcome<()> {
        let (account, epoch) = {
            let mut own = self.own.borrow_mut();
            own.pins = PinBook {
                content: next.content,
                version: next.replaces + 1,
                ahead: false,
            };
            (own.account, own.state().epoch)
        };
        let pins = RememberedPins {
            epoch,
            sealed: next.sealed,
        };
        self.environment.pin_store.keep(account, &pins).await?;
        Ok(())
    }

    /// Joins what another device wrote with what is known here.
    pub(crate) async fn reload_pins(&self) -> Outcome<()> {
        let place = Place::of_own(&self.own.borrow());
        let (version, remote) = place.fetch(&self.environment).await?;
        let mut own = self.own.borrow_mut();
        let known = own.pins.content.clone();
        let merged = match remote.clone() {
            Some(remote) => content::merge(known, remote)?,
            None => known,
        };
        own.pins = PinBook {
            version,
            ahead: remote.is_none_or(|remote| !content::same(&remote, &merged)),
            content: merged,
        };
        Ok(())
    }

    /// Remembers the own state that was just verified.
    pub(crate) async fn pin_own_state(&self) -> Outcome<()> {
        let (state, address) = {
            let own = self.own.borrow();
            (own.mailboxes.own.state.clone(), own.address.clone())
        };
        self.change_pins(|pins| {
            let known = contact(pins, state.statement.account);
            if known.is_none_or(|known| known.sequence < state.statement.sequence) {
                put_own(pins, &state, &address);
            }
        })
        .await
    }
}

impl SessionTiers {
    /// Joins pins that two programs remembered on one device, so that neither takes back what the
    /// other saw. Those of an earlier epoch are no use any more.
    ///
    /// # Errors
    /// [`Reason::NotAuthentic`] where either does not open, or they contradict each other.
    pub fn join_pins(
        &self,
        a: &RememberedPins,
        b: &RememberedPins,
        rng: &mut impl CryptoRng,
    ) -> Outcome<RememberedPins> {
        if a.epoch != b.epoch {
            return Ok(if a.epoch > b.epoch { a } else { b }.clone());
        }
        let place = Place {
            keyring: self.keyring().clone(),
            account: self.account(),
            epoch: a.epoch,
        };
        let joined = content::merge(place.open(&a.sealed)?, place.open(&b.sealed)?)?;
        Ok(RememberedPins {
            epoch: a.epoch,
            sealed: blob::seal_pins(&place.keyring, place.account, place.epoch, &joined, rng)?,
        })
    }
}

/// Whose pins, and what opens them.
struct Place {
    keyring: KeyringKey,
    account: zegel_protocol::AccountId,
    epoch: u32,
}

impl Place {
    fn of(keys: &OwnKeys) -> Self {
        Self {
            keyring: keys.keyring.clone(),
            account: keys.mailbox.account,
            epoch: keys.mailbox.state.statement.epoch,
        }
    }

    fn of_own(own: &crate::session::Own) -> Self {
        Self {
            keyring: own.keyring.clone(),
            account: own.account,
            epoch: own.state().epoch,
        }
    }

    fn open(&self, sealed: &[u8]) -> Outcome<Pins> {
        let pins = blob::open_pins(&self.keyring, self.account, self.epoch, sealed)?;
        Ok(pins)
    }

    fn seal(&self, environment: &Environment, content: &Pins) -> Outcome<Vec<u8>> {
        let sealed = environment.with_rng(|rng| {
            blob::seal_pins(&self.keyring, self.account, self.epoch, content, rng)
        })?;
        Ok(sealed)
    }

    async fn fetch(&self, environment: &Environment) -> Outcome<(u32, Option<Pins>)> {
        let pins = environment.call::<GetPins>(&Empty {}).await?;
        let content = match pins.sealed {
            Some(sealed) => Some(self.open(&sealed.0)?),
            None => None,
        };
        Ok((pins.version, content))
    }

    async fn remember(&self, environment: &Environment, content: &Pins) -> Outcome<()> {
        let pins = RememberedPins {
            epoch: self.epoch,
            sealed: self.seal(environment, content)?,
        };
        environment.pin_store.keep(self.account, &pins).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
