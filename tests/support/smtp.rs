//! A real SMTP server that keeps the mail it receives (npm `smtp-server`).

use std::{
    collections::HashSet,
    fs,
    io::{BufRead as _, BufReader},
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::Stdio,
    sync::{Mutex, PoisonError},
};

use anyhow::{Context as _, Result};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use mail_parser::MessageParser;
use serde::Deserialize;
use tempfile::TempDir;
use zegel_xtask::programs;

use crate::{
    process::{Service, command},
    wait,
};

/// A running mail server.
#[derive(Debug)]
pub struct Smtp {
    folder: TempDir,
    address: SocketAddr,
    /// Mails that [`Smtp::next`] has returned, and to whom.
    read: Mutex<HashSet<(PathBuf, String)>>,
    _server: Service,
}

/// A received mail.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The sender of the envelope; empty for none.
    pub from: String,
    /// The recipients of the envelope.
    pub to: Vec<String>,
    /// The subject, decoded.
    pub subject: String,
    /// The text part, decoded.
    pub text: String,
    /// The HTML part, decoded; empty for none.
    pub html: String,
    /// All of it, as it came.
    pub raw: Vec<u8>,
}

#[derive(Deserialize)]
struct Stored {
    from: String,
    to: Vec<String>,
    raw: String,
}

impl Smtp {
    /// Starts it on a free port of 127.0.0.1, without encryption and without authentication.
    ///
    /// # Errors
    ///
    /// If Node.js or the npm package is missing; `cargo xtask setup` installs the package.
    pub fn start() -> Result<Self> {
        let node = programs::find("node").context("Node.js is not installed")?;
        let folder = tempfile::Builder::new().prefix("zegel-smtp-").tempdir()?;
        let mut server = Service::start(
            command(&node)
                .arg(programs::root().join("tests/support/smtp-server.mjs"))
                .arg(folder.path())
                .stdin(Stdio::piped())
                .stdout(Stdio::piped()),
        )?;
        let output = server.child().stdout.take().context("no output")?;
        let mut port = String::new();
        BufReader::new(output).read_line(&mut port)?;
        let port = port
            .trim()
            .parse()
            .context("the mail server did not start; `cargo xtask setup` installs it")?;
        Ok(Self {
            folder,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
            read: Mutex::default(),
            _server: server,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The oldest mail to that address that was not returned before; waits for it.
    ///
    /// # Errors
    ///
    /// If none comes, then also saying what else did.
    pub async fn next(&self, recipient: &str) -> Result<Mail> {
        let found = wait::until(&format!("a mail to {recipient}"), async || {
            for (file, mail) in self.stored()? {
                if mail.is_to(recipient)
                    && self
                        .read
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .insert((file, recipient.to_lowercase()))
                {
                    return Ok(Some(mail));
                }
            }
            Ok(None)
        })
        .await;
        found.with_context(|| match self.all() {
            Ok(mails) => mails
                .iter()
                .map(|mail| format!("received: {:?} to {:?}", mail.subject, mail.to))
                .collect::<Vec<_>>()
                .join("\n"),
            Err(error) => error.to_string(),
        })
    }

    /// All mails, oldest first.
    ///
    /// # Errors
    ///
    /// If one of them cannot be read.
    pub fn all(&self) -> Result<Vec<Mail>> {
        Ok(self.stored()?.into_iter().map(|(_, mail)| mail).collect())
    }

    /// The folder that holds them, for a scan.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn stored(&self) -> Result<Vec<(PathBuf, Mail)>> {
        let mut files = Vec::new();
        for entry in self.folder.path().read_dir()? {
            let file = entry?.path();
            if file.extension().is_some_and(|it| it == "json") {
                files.push(file);
            }
        }
        files.sort();
        files
            .into_iter()
            .map(|file| {
                let mail =
                    Mail::parse(&fs::read(&file)?).with_context(|| file.display().to_string())?;
                Ok((file, mail))
            })
            .collect()
    }
}

impl Mail {
    /// Whether the envelope names that recipient.
    #[must_use]
    pub fn is_to(&self, recipient: &str) -> bool {
        self.to.iter().any(|to| to.eq_ignore_ascii_case(recipient))
    }

    fn parse(stored: &[u8]) -> Result<Self> {
        let stored: Stored = serde_json::from_slice(stored)?;
        let raw = STANDARD.decode(&stored.raw)?;
        let message = MessageParser::default().parse(&raw).context("not a mail")?;
        Ok(Self {
            subject: message.subject().unwrap_or_default().to_owned(),
            text: message.body_text(0).unwrap_or_default().into_owned(),
            html: message
                .html_bodies()
                .next()
                .filter(|part| part.is_text_html())
                .and_then(|part| part.text_contents())
                .unwrap_or_default()
                .to_owned(),
            from: stored.from,
            to: stored.to,
            raw: raw.clone(),
        })
    }
}
