//! A server in the same process, and people who talk to it. Their secret keys are real where the
//! server verifies (Ed25519, OPAQUE) and made up where it cannot look (sealed objects).

mod acting;
mod browser;
mod held;
mod person;
mod stream;

use std::{path::PathBuf, sync::Arc};

use tempfile::TempDir;
use zegel_server::{Config, Rates, Running, ShiftedClock};

pub(crate) use browser::{Answer, Browser};
pub(crate) use held::{Change, Conversion, Functional, Held, organisation};
pub(crate) use person::{
    Org, PASSWORD, Person, bytes, kem_key, key_of, now, random, sealed, sign, sign_hash, sign_in,
};
pub(crate) use stream::Stream;

/// What is altered, and how the server answers that.
pub(crate) type Altered<'a, T> = (&'a dyn Fn(&mut T), zegel_api::ErrorCode);
/// The same with a name.
pub(crate) type NamedAltered<'a, T> = (&'a str, &'a dyn Fn(&mut T), zegel_api::ErrorCode);

pub(crate) struct Server {
    pub(crate) running: Running,
    pub(crate) clock: Arc<ShiftedClock>,
    pub(crate) data: TempDir,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut config = Config::local(data.path());
        config.rates = Rates::OFF;
        change(&mut config);
        let clock = Arc::new(ShiftedClock::default());
        let running = zegel_server::start(config, clock.clone()).await.unwrap();
        Self {
            running,
            clock,
            data,
        }
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(format!("http://{}", self.running.addr))
    }

    /// The newest mail to the address, waited for.
    pub(crate) async fn mail_to(&self, address: &str) -> String {
        let outbox = self.data.path().join("outbox");
        for _ in 0..200 {
            if let Some(mail) = newest(&outbox, address) {
                return mail;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        panic!("no mail to {address}");
    }

    /// Takes all mails out of the outbox.
    pub(crate) fn clear_outbox(&self) {
        for entry in std::fs::read_dir(self.data.path().join("outbox")).unwrap() {
            std::fs::remove_file(entry.unwrap().path()).unwrap();
        }
    }
}

fn newest(outbox: &PathBuf, address: &str) -> Option<String> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(outbox)
        .ok()?
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "eml"))
        .collect();
    files.sort();
    files
        .iter()
        .rev()
        .map(|path| std::fs::read_to_string(path).unwrap())
        .find(|mail| mail.contains(&format!("To: {address}\r\n")))
}

/// The code of so many digits in a mail's text part.
pub(crate) fn code_in(mail: &str, digits: usize) -> String {
    mail.split("\r\n")
        .map(str::trim)
        .find(|line| line.len() == digits && line.bytes().all(|byte| byte.is_ascii_digit()))
        .unwrap_or_else(|| panic!("no code in {mail}"))
        .to_owned()
}
