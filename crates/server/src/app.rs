use std::{net::IpAddr, sync::Arc};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zegel_auth::ServerSetup;
use zegel_protocol::{AccountId, Address, Hash, OrgId, Timestamp};
use zegel_storage::{Blobs, Store};

use crate::{
    chains::Chains,
    clock::Clock,
    config::{Attachments, Config, Rates},
    dns::Dns,
    events::Events,
    mail::{Mailer, Wake},
    random,
    rate::Buckets,
};

/// What every request can reach.
#[derive(Clone)]
pub(crate) struct App(Arc<Inner>);

pub(crate) struct Inner {
    pub config: Config,
    pub store: Store,
    /// The bytes of attachments.
    pub blobs: Blobs,
    pub clock: Box<dyn Clock>,
    /// OPAQUE's long-term secrets.
    pub setup: ServerSetup,
    /// Keys the hashes of mailed codes.
    secret: [u8; 32],
    pub mailer: Mailer,
    /// Wakes the mail queue.
    pub wake: Wake,
    pub dns: Dns,
    pub limits: Limits,
    pub chains: Chains,
    pub events: Events,
}

/// The rate limits' buckets.
pub(crate) struct Limits {
    pub requests: Buckets<IpAddr>,
    pub sign_ins: Buckets<IpAddr>,
    pub account_sign_ins: Buckets<Address>,
    pub mails: Buckets<String>,
    pub client_mails: Buckets<IpAddr>,
    pub claims: Buckets<AccountId>,
    pub manifests: Buckets<OrgId>,
    pub lookups: Buckets<AccountId>,
    pub messages: Buckets<AccountId>,
}

impl Limits {
    fn new(rates: &Rates) -> Self {
        Self {
            requests: Buckets::new(rates.requests),
            sign_ins: Buckets::new(rates.sign_ins),
            account_sign_ins: Buckets::new(rates.account_sign_ins),
            mails: Buckets::new(rates.mails),
            client_mails: Buckets::new(rates.client_mails),
            claims: Buckets::new(rates.claims),
            manifests: Buckets::new(rates.manifests),
            lookups: Buckets::new(rates.lookups),
            messages: Buckets::new(rates.messages),
        }
    }
}

impl std::ops::Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl App {
    /// Opens the database and loads the secrets, making them the first time.
    pub(crate) async fn open(config: Config, clock: Box<dyn Clock>) -> anyhow::Result<Self> {
        let store = Store::open(&config.database).await?;
        let blobs = match &config.attachments {
            Attachments::Folder(folder) => Blobs::folder(folder)?,
            Attachments::S3(settings) => Blobs::s3(settings)?,
        };
        let proposed = ServerSetup::make(&mut random::rng()).to_bytes();
        let setup = ServerSetup::from_bytes(&store.setting_or("opaque-setup", &proposed).await?)?;
        let secret = store
            .setting_or("server-secret", &random::bytes::<32>())
            .await?;
        let secret = <[u8; 32]>::try_from(secret.as_slice())?;
        let mailer = Mailer::new(&config)?;
        let dns = Dns::new(config.dns_server)?;
        let limits = Limits::new(&config.rates);
        Ok(Self(Arc::new(Inner {
            config,
            store,
            blobs,
            clock,
            setup,
            secret,
            mailer,
            wake: Wake::default(),
            dns,
            limits,
            chains: Chains::default(),
            events: Events::default(),
        })))
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Keyed hash of a mailed code: a code alone is too short to keep as a plain hash.
    pub(crate) fn code_hash(&self, purpose: &str, owner: &[u8], code: &str) -> Hash {
        let mut hash = [0; 32];
        // HMAC takes keys of any length, so this never takes the other branch.
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.secret) {
            for part in [purpose.as_bytes(), owner, code.as_bytes()] {
                mac.update(&(part.len() as u64).to_be_bytes());
                mac.update(part);
            }
            hash = mac.finalize().into_bytes().into();
        }
        Hash(hash)
    }
}
