use std::{
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use anyhow::Context as _;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{Header, HeaderName, HeaderValue},
    },
    transport::smtp::authentication::Credentials,
};
use time::{OffsetDateTime, macros::format_description};
use zegel_storage::NewMail;

use crate::{
    config::{Config, Smtp, SmtpTls},
    random,
};

/// Hands mails to the mail server, or writes them to the outbox.
pub(crate) struct Mailer {
    from: Mailbox,
    transport: Transport,
}

enum Transport {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Outbox { folder: PathBuf, written: AtomicU32 },
}

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SendError {
    /// It never will be.
    #[error("the mail cannot be sent")]
    Permanent(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It may be later.
    #[error("the mail cannot be sent now")]
    Transient(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Mailer {
    pub(crate) fn new(config: &Config) -> anyhow::Result<Self> {
        let from = config
            .mail_from
            .parse()
            .context("the sender of mails is no mailbox")?;
        let transport = match &config.smtp {
            Some(smtp) => Transport::Smtp(connect(smtp)?),
            None => {
                let folder = config.data.join("outbox");
                std::fs::create_dir_all(&folder)
                    .with_context(|| format!("making {}", folder.display()))?;
                Transport::Outbox {
                    folder,
                    written: AtomicU32::new(0),
                }
            }
        };
        Ok(Self { from, transport })
    }

    pub(crate) async fn send(&self, mail: &NewMail) -> Result<(), SendError> {
        let message = self.compose(mail)?;
        match &self.transport {
            Transport::Smtp(smtp) => match smtp.send(message).await {
                Ok(_) => {
                    tracing::info!("mail handed to the mail server");
                    Ok(())
                }
                Err(error) if error.is_permanent() => {
                    Err(SendError::Permanent(without_text(error)))
                }
                Err(error) => Err(SendError::Transient(without_text(error))),
            },
            Transport::Outbox { folder, written } => {
                let number = written.fetch_add(1, Ordering::Relaxed);
                let stamp = OffsetDateTime::now_utc()
                    .format(format_description!(
                        "[year][month][day]T[hour][minute][second][subsecond digits:3]"
                    ))
                    .map_err(|error| SendError::Permanent(error.into()))?;
                let file = folder.join(format!("{stamp}-{number:04}.eml"));
                // Readers of the folder never see half a mail.
                let half = file.with_extension("part");
                let write = async {
                    tokio::fs::write(&half, message.formatted()).await?;
                    tokio::fs::rename(&half, &file).await
                };
                write
                    .await
                    .map_err(|error| SendError::Transient(error.into()))?;
                tracing::info!(mail.file = %file.display(), "mail written; no mail server is set");
                Ok(())
            }
        }
    }

    /// An id under the sender's domain: the machine's own name is nobody's business.
    fn message_id(&self) -> String {
        let unique = URL_SAFE_NO_PAD.encode(random::bytes::<16>());
        format!("<{unique}@{}>", self.from.email.domain())
    }

    fn compose(&self, mail: &NewMail) -> Result<Message, SendError> {
        let to = mail
            .recipient
            .parse()
            .map_err(|error: lettre::address::AddressError| SendError::Permanent(error.into()))?;
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(&mail.subject)
            .message_id(Some(self.message_id()))
            .header(AutoSubmitted)
            .multipart(MultiPart::alternative_plain_html(
                mail.text.clone(),
                mail.html.clone(),
            ))
            .map_err(|error| SendError::Permanent(error.into()))
    }
}

/// What a mail server answers may name the recipient, which does not belong into a log: of an answer
/// the code is kept.
fn without_text(error: lettre::transport::smtp::Error) -> Box<dyn std::error::Error + Send + Sync> {
    match error.status() {
        Some(code) => format!("the mail server answered {code}").into(),
        None => error.into(),
    }
}

/// Keeps holiday replies away (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

fn connect(smtp: &Smtp) -> anyhow::Result<AsyncSmtpTransport<Tokio1Executor>> {
    type Smtp = AsyncSmtpTransport<Tokio1Executor>;
    let builder = match smtp.tls {
        SmtpTls::Tls => Smtp::relay(&smtp.host)?,
        SmtpTls::Starttls => Smtp::starttls_relay(&smtp.host)?,
        SmtpTls::None => Smtp::builder_dangerous(&smtp.host),
    };
    let builder = builder
        .port(smtp.port)
        .timeout(Some(Duration::from_secs(15)));
    Ok(match &smtp.credentials {
        Some((user, password)) => builder
            .credentials(Credentials::new(user.clone(), password.clone()))
            .build(),
        None => builder.build(),
    })
}
