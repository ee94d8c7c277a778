//! A session from one run to the next.

use std::rc::Rc;

use getrandom::SysRng;
use rand_core::UnwrapErr;
use url::Url;
use zegel_client::view::{Failure, MailboxState, MailboxView, Reason};
use zegel_client::{Client, Clock, Environment, SignedIn, Step};
use zegel_crypto::DeviceKey;
use zegel_protocol::{AccountId, Address, Timestamp};
use zeroize::Zeroizing;

use crate::arguments::As;
use crate::device::{Device, DevicePins, Kept, KeyPlace, SessionFile};
use crate::error::Error;
use crate::http::Http;
use crate::terminal::{Progress, in_line};

/// The system's randomness.
pub(crate) fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

/// The system's clock.
struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = std::time::UNIX_EPOCH.elapsed().unwrap_or_default();
        Timestamp(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }
}

/// Somebody signed in on this device.
pub(crate) struct Session {
    pub(crate) signed_in: SignedIn,
    pub(crate) http: Rc<Http>,
    pub(crate) server: Url,
    device: Device,
    place: KeyPlace,
    key: DeviceKey,
}

impl Session {
    /// Signs in. Nothing is kept yet.
    pub(crate) async fn sign_in(
        device: &Device,
        server: &Url,
        (place, key): (KeyPlace, DeviceKey),
        address: &Address,
        password: &str,
    ) -> Result<Self, Error> {
        let http = Rc::new(Http::new(server, None));
        let pins = Rc::new(DevicePins::new(device, None));
        let progress = Progress::new();
        let signed_in = client(&http, &pins)
            .sign_in(address, password, &|step| say(&progress, step))
            .await?;
        pins.keep_tiers(Rc::new(signed_in.session_tiers()));
        Ok(Self {
            signed_in,
            http,
            server: server.clone(),
            device: device.clone(),
            place,
            key,
        })
    }

    /// Takes up the session that is kept on this device.
    ///
    /// # Errors
    /// [`Error::SignedOut`] where there is none. One that has ended is forgotten.
    pub(crate) async fn resume(device: &Device) -> Result<Self, Error> {
        let file = SessionFile::find(device)?.ok_or(Error::SignedOut)?;
        let key = file.place().key().await?;
        let kept = file.open(&key)?;
        let place = file.place().clone();
        let server = Url::parse(&kept.server).map_err(|_| Error::SignedOut)?;
        let cookie = Zeroizing::new(kept.cookie.clone());
        let http = Rc::new(Http::new(&server, Some(cookie)));
        match Self::take_up(device, &kept, http.clone(), server, place.clone(), key).await {
            Err(error) if error.is_signed_out() => {
                // At the server it may go on, with keys that this device does not have.
                http.end_session().await;
                place.forget().await;
                SessionFile::remove(device)?;
                Err(error)
            }
            outcome => outcome,
        }
    }

    async fn take_up(
        device: &Device,
        kept: &Kept,
        http: Rc<Http>,
        server: Url,
        place: KeyPlace,
        key: DeviceKey,
    ) -> Result<Self, Error> {
        let tiers = Rc::new(kept.tiers()?);
        let pins = Rc::new(DevicePins::new(device, Some(tiers.clone())));
        let signed_in = client(&http, &pins).resume(&tiers).await?;
        let session = Self {
            signed_in,
            http,
            server,
            device: device.clone(),
            place,
            key,
        };
        if !session.kept()?.is(kept) {
            session.keep()?;
        }
        Ok(session)
    }

    fn kept(&self) -> Result<Kept, Error> {
        let cookie = self.http.cookie().ok_or(Error::SignedOut)?;
        let tiers = self.signed_in.session_tiers();
        Ok(Kept::new(self.server.as_str(), &cookie, &tiers))
    }

    /// Whether the key of the session is in the system's keyring.
    pub(crate) fn is_in_keyring(&self) -> bool {
        matches!(self.place, KeyPlace::Keyring(_))
    }

    /// Keeps the session on this device.
    pub(crate) fn keep(&self) -> Result<(), Error> {
        SessionFile::write(&self.device, &self.place, &self.key, &self.kept()?)
    }

    /// The account to act as: the own one where none is named.
    ///
    /// # Errors
    /// [`Reason::NoAccess`] where it is none of this user's; else why it cannot be opened.
    pub(crate) async fn acting(&self, acting: &As) -> Result<AccountId, Error> {
        let own = self.signed_in.view();
        match &acting.account {
            None => Ok(own.account),
            Some(address) if *address == own.address => Ok(own.account),
            Some(address) => {
                let mailboxes = self.signed_in.mailboxes().await?;
                let named = mailboxes.iter().find(|it| it.address == *address);
                let mailbox = named.ok_or_else(|| Failure::from(Reason::NoAccess))?;
                check_ready(mailbox)?;
                Ok(mailbox.account)
            }
        }
    }
}

/// Refuses what cannot be opened, and says why.
pub(crate) fn check_ready(mailbox: &MailboxView) -> Result<(), Error> {
    let address = in_line(mailbox.address.as_str());
    let why = match mailbox.state {
        MailboxState::Ready => return Ok(()),
        MailboxState::Suspended => "is suspended. Ask an administrator of your organisation.",
        MailboxState::NotVerified => {
            "cannot be opened yet: only the server says whose key it is. Compare safety numbers with its owner in the WebApp."
        }
        MailboxState::NotAuthentic => {
            "is not opened: what the server says of it is not signed by who it should be. Tell your administrator."
        }
    };
    Err(Error::device(format!("{address} {why}")))
}

fn client(http: &Rc<Http>, pins: &Rc<DevicePins>) -> Client {
    Client::new(Environment::new(
        http.clone(),
        Rc::new(SystemClock),
        pins.clone(),
        rng(),
    ))
}

/// Shows a step of a flow.
pub(crate) fn say(progress: &Progress, step: Step) {
    match step {
        Step::DerivingKeys => progress.say("Turning your password into a key…"),
        Step::Contacting | Step::AskingDns => progress.say("Contacting the server…"),
        Step::Sealing => progress.say("Sealing and signing…"),
        Step::Opening => progress.say("Opening and checking seals…"),
        Step::Waiting => progress.say("Waiting for the server…"),
        Step::Batch { done, total } => progress.say(&format!("{done} of {total} done…")),
        Step::Bytes { done, total } => progress.transfer("Done:", done, total),
    }
}
