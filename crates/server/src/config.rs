use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use serde::Deserialize;
use url::Url;
use zegel_storage::S3;

use crate::{guard::PART_PATIENCE, rate::Rate};

/// The resolvers that the WebApp asks over HTTPS; the same two are compiled into it.
pub const DOH_ORIGINS: [&str; 2] = ["https://cloudflare-dns.com", "https://dns.quad9.net"];

/// Settings as they are written: in flags, in the environment, and in a TOML file with the same names.
/// A flag wins over the environment, and both over the file.
#[derive(Args, Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// Address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, env = "ZEGEL_LISTEN", value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// Folder for the database and the outbox [default: data]
    #[arg(long, env = "ZEGEL_DATA", value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// Database: `sqlite://PATH?mode=rwc` or `postgres://USER:PASSWORD@HOST/NAME` [default: zegel.db in the data folder]
    #[arg(
        long,
        env = "ZEGEL_DATABASE",
        value_name = "URL",
        hide_env_values = true
    )]
    database: Option<String>,
    /// Folder with the built WebApp; without it only the API is served
    #[arg(long, env = "ZEGEL_WEB", value_name = "FOLDER")]
    web: Option<PathBuf>,
    /// The address that browsers use. With `https` cookies are `Secure` and HSTS is sent; requests from pages of
    /// another origin are refused. Without it, pages must come from the host that the request names
    #[arg(long, env = "ZEGEL_PUBLIC_URL", value_name = "URL")]
    public_url: Option<Url>,
    /// A further origin whose pages may call the API, such as `http://127.0.0.1:8081` for `trunk serve`; may be repeated
    #[arg(
        long,
        env = "ZEGEL_ALLOW_ORIGIN",
        value_name = "ORIGIN",
        value_delimiter = ','
    )]
    #[serde(default)]
    allow_origin: Vec<String>,
    /// Address of a reverse proxy whose `X-Forwarded-For` is believed; may be repeated
    #[arg(
        long,
        env = "ZEGEL_TRUSTED_PROXY",
        value_name = "ADDRESS",
        value_delimiter = ','
    )]
    #[serde(default)]
    trusted_proxy: Vec<IpAddr>,

    /// Mail server. Without it mails are written to `outbox` in the data folder
    #[arg(long, env = "ZEGEL_SMTP_HOST", value_name = "HOST")]
    smtp_host: Option<String>,
    /// Port of the mail server [default: 465 for tls, 587 for starttls, 25 for none]
    #[arg(long, env = "ZEGEL_SMTP_PORT", value_name = "PORT")]
    smtp_port: Option<u16>,
    /// How the connection to the mail server is protected [default: starttls]
    #[arg(long, env = "ZEGEL_SMTP_TLS", value_name = "MODE")]
    smtp_tls: Option<SmtpTls>,
    /// User at the mail server
    #[arg(long, env = "ZEGEL_SMTP_USER", value_name = "NAME")]
    smtp_user: Option<String>,
    /// Password at the mail server
    #[arg(
        long,
        env = "ZEGEL_SMTP_PASSWORD",
        value_name = "PASSWORD",
        hide_env_values = true
    )]
    smtp_password: Option<String>,
    /// Sender of mails [default: Zegel <no-reply@HOST OF THE PUBLIC URL>]
    #[arg(long, env = "ZEGEL_MAIL_FROM", value_name = "MAILBOX")]
    mail_from: Option<String>,

    /// Name server for checks of domain claims, such as `9.9.9.9:53` [default: the system's]
    #[arg(long, env = "ZEGEL_DNS_SERVER", value_name = "ADDRESS:PORT")]
    dns_server: Option<SocketAddr>,
    /// Origin of a resolver that the WebApp may ask over HTTPS; may be repeated. It only opens the content security
    /// policy: the resolvers themselves are compiled into the WebApp [default: the two compiled in]
    #[arg(
        long,
        env = "ZEGEL_DOH_ORIGIN",
        value_name = "ORIGIN",
        value_delimiter = ','
    )]
    #[serde(default)]
    doh_origin: Vec<String>,

    /// Largest attachment in bytes [default: 5368709120, which is 5 GiB]
    #[arg(long, env = "ZEGEL_MAX_ATTACHMENT_BYTES", value_name = "BYTES")]
    max_attachment_bytes: Option<u64>,
    /// Bucket that speaks S3, for attachments. Without it they are in `attachments` in the data folder
    #[arg(long, env = "ZEGEL_S3_BUCKET", value_name = "NAME")]
    s3_bucket: Option<String>,
    /// URL of the S3 service, where it is not Amazon's
    #[arg(long, env = "ZEGEL_S3_ENDPOINT", value_name = "URL")]
    s3_endpoint: Option<Url>,
    /// Region of the bucket [default: us-east-1]
    #[arg(long, env = "ZEGEL_S3_REGION", value_name = "NAME")]
    s3_region: Option<String>,
    /// Name of the access key of the bucket
    #[arg(long, env = "ZEGEL_S3_ACCESS_KEY_ID", value_name = "NAME")]
    s3_access_key_id: Option<String>,
    /// Access key of the bucket
    #[arg(
        long,
        env = "ZEGEL_S3_SECRET_ACCESS_KEY",
        value_name = "KEY",
        hide_env_values = true
    )]
    s3_secret_access_key: Option<String>,

    /// Seconds that a request with its body may take, at most 89 [default: 30]
    #[arg(long, env = "ZEGEL_REQUEST_TIMEOUT", value_name = "SECONDS")]
    request_timeout: Option<u64>,
    /// Requests a minute from one network address; 0 for no limit [default: 1200]
    #[arg(long, env = "ZEGEL_RATE_REQUESTS", value_name = "NUMBER")]
    rate_requests: Option<u32>,
    /// Sign-ins and sign-up steps a minute from one network address; 0 for no limit [default: 300]
    #[arg(long, env = "ZEGEL_RATE_SIGN_INS", value_name = "NUMBER")]
    rate_sign_ins: Option<u32>,
    /// Sign-ins an hour for one account; 0 for no limit [default: 60]
    #[arg(long, env = "ZEGEL_RATE_ACCOUNT_SIGN_INS", value_name = "NUMBER")]
    rate_account_sign_ins: Option<u32>,
    /// Mails an hour to one address; 0 for no limit [default: 6]
    #[arg(long, env = "ZEGEL_RATE_MAILS", value_name = "NUMBER")]
    rate_mails: Option<u32>,
    /// Sign-up mails an hour asked for by one network address; 0 for no limit [default: 300]
    #[arg(long, env = "ZEGEL_RATE_CLIENT_MAILS", value_name = "NUMBER")]
    rate_client_mails: Option<u32>,
    /// Domain claims an hour begun by one account; 0 for no limit [default: 60]
    #[arg(long, env = "ZEGEL_RATE_CLAIMS", value_name = "NUMBER")]
    rate_claims: Option<u32>,
    /// Manifests a day published by one organisation; 0 for no limit [default: 200]
    #[arg(long, env = "ZEGEL_RATE_MANIFESTS", value_name = "NUMBER")]
    rate_manifests: Option<u32>,
    /// Addresses looked up a minute by one account; 0 for no limit [default: 120]
    #[arg(long, env = "ZEGEL_RATE_LOOKUPS", value_name = "NUMBER")]
    rate_lookups: Option<u32>,
    /// Messages a minute sent by one account; 0 for no limit [default: 120]
    #[arg(long, env = "ZEGEL_RATE_MESSAGES", value_name = "NUMBER")]
    rate_messages: Option<u32>,
}

/// How the connection to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmtpTls {
    /// TLS from the start.
    Tls,
    /// TLS after STARTTLS; refused where the server does not offer it.
    Starttls,
    /// Not at all; for a relay on the same machine.
    None,
}

/// The mail server.
#[derive(Clone)]
pub struct Smtp {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: SmtpTls,
    /// User and password, where it wants them.
    pub credentials: Option<(String, String)>,
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Smtp({}:{}, {:?})", self.host, self.port, self.tls)
    }
}

/// Where the bytes of attachments are.
#[derive(Clone, Debug)]
pub enum Attachments {
    /// In a folder of this machine.
    Folder(PathBuf),
    /// In a bucket that speaks S3.
    S3(S3),
}

/// Rate limits.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    /// All requests, by network address.
    pub requests: Rate,
    /// Sign-in and sign-up steps, by network address.
    pub sign_ins: Rate,
    /// Sign-ins, by the account's address.
    pub account_sign_ins: Rate,
    /// Mails, by recipient.
    pub mails: Rate,
    /// Sign-up mails, by network address: who asks for them is nobody yet.
    pub client_mails: Rate,
    /// Domain claims begun, by account: each may send a mail to a stranger.
    pub claims: Rate,
    /// Manifests published, by organisation: whoever meets a member reads all of them.
    pub manifests: Rate,
    /// Look-ups of addresses, by account.
    pub lookups: Rate,
    /// Messages sent, by account.
    pub messages: Rate,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            requests: Rate::per_minute(1200),
            sign_ins: Rate::per_minute(300),
            account_sign_ins: Rate::per_hour(60),
            mails: Rate::per_hour(6),
            client_mails: Rate::per_hour(300),
            claims: Rate::per_hour(60),
            manifests: Rate::per_day(200),
            lookups: Rate::per_minute(120),
            messages: Rate::per_minute(120),
        }
    }
}

impl Rates {
    /// No limits at all.
    pub const OFF: Self = {
        let off = Rate::per_minute(0);
        Self {
            requests: off,
            sign_ins: off,
            account_sign_ins: off,
            mails: off,
            client_mails: off,
            claims: off,
            manifests: off,
            lookups: off,
            messages: off,
        }
    };
}

/// Settings that were checked and completed.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen; port 0 for any.
    pub listen: SocketAddr,
    /// Folder for the outbox.
    pub data: PathBuf,
    /// URL of the database. It may hold a password.
    pub database: String,
    /// The built WebApp.
    pub web: Option<PathBuf>,
    /// The address that browsers use.
    pub public_url: Option<Url>,
    /// Further origins whose pages may call the API.
    pub allow_origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// The mail server.
    pub smtp: Option<Smtp>,
    /// Sender of mails.
    pub mail_from: String,
    /// Name server for checks of domain claims.
    pub dns_server: Option<SocketAddr>,
    /// Origins that the WebApp may connect to beside its own.
    pub doh_origins: Vec<String>,
    /// Where the bytes of attachments are.
    pub attachments: Attachments,
    /// Largest attachment in bytes.
    pub max_attachment_bytes: u64,
    /// How long a request with its body may take.
    pub request_timeout: Duration,
    /// How often an event stream makes up for hints that were lost.
    pub recheck: Duration,
    /// Rate limits.
    pub rates: Rates,
}

impl Config {
    /// A server for this machine alone: any free port of the loopback address, everything in `data`.
    #[must_use]
    pub fn local(data: &Path) -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            data: data.to_owned(),
            database: sqlite_in(data),
            web: None,
            public_url: None,
            allow_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            smtp: None,
            mail_from: "Zegel <no-reply@localhost>".to_owned(),
            dns_server: None,
            doh_origins: DOH_ORIGINS.map(str::to_owned).to_vec(),
            attachments: Attachments::Folder(data.join("attachments")),
            max_attachment_bytes: 5 * 1024 * 1024 * 1024,
            request_timeout: Duration::from_secs(30),
            recheck: Duration::from_secs(60),
            rates: Rates::default(),
        }
    }

    pub(crate) fn is_https(&self) -> bool {
        self.public_url
            .as_ref()
            .is_some_and(|url| url.scheme() == "https")
    }
}

fn sqlite_in(data: &Path) -> String {
    format!("sqlite://{}?mode=rwc", data.join("zegel.db").display())
}

impl Settings {
    /// The settings, with those of the TOML file `file` where flags and environment say nothing.
    ///
    /// # Errors
    ///
    /// The file cannot be read, does not parse, or names an unknown setting.
    pub fn with_file(self, file: &Path) -> anyhow::Result<Self> {
        let text =
            std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
        let below: Self =
            toml::from_str(&text).with_context(|| format!("in {}", file.display()))?;
        let list = |above: Vec<_>, below| if above.is_empty() { below } else { above };
        Ok(Self {
            listen: self.listen.or(below.listen),
            data: self.data.or(below.data),
            database: self.database.or(below.database),
            web: self.web.or(below.web),
            public_url: self.public_url.or(below.public_url),
            allow_origin: list(self.allow_origin, below.allow_origin),
            trusted_proxy: if self.trusted_proxy.is_empty() {
                below.trusted_proxy
            } else {
                self.trusted_proxy
            },
            smtp_host: self.smtp_host.or(below.smtp_host),
            smtp_port: self.smtp_port.or(below.smtp_port),
            smtp_tls: self.smtp_tls.or(below.smtp_tls),
            smtp_user: self.smtp_user.or(below.smtp_user),
            smtp_password: self.smtp_password.or(below.smtp_password),
            mail_from: self.mail_from.or(below.mail_from),
            dns_server: self.dns_server.or(below.dns_server),
            doh_origin: list(self.doh_origin, below.doh_origin),
            max_attachment_bytes: self.max_attachment_bytes.or(below.max_attachment_bytes),
            s3_bucket: self.s3_bucket.or(below.s3_bucket),
            s3_endpoint: self.s3_endpoint.or(below.s3_endpoint),
            s3_region: self.s3_region.or(below.s3_region),
            s3_access_key_id: self.s3_access_key_id.or(below.s3_access_key_id),
            s3_secret_access_key: self.s3_secret_access_key.or(below.s3_secret_access_key),
            request_timeout: self.request_timeout.or(below.request_timeout),
            rate_requests: self.rate_requests.or(below.rate_requests),
            rate_sign_ins: self.rate_sign_ins.or(below.rate_sign_ins),
            rate_account_sign_ins: self.rate_account_sign_ins.or(below.rate_account_sign_ins),
            rate_mails: self.rate_mails.or(below.rate_mails),
            rate_client_mails: self.rate_client_mails.or(below.rate_client_mails),
            rate_claims: self.rate_claims.or(below.rate_claims),
            rate_manifests: self.rate_manifests.or(below.rate_manifests),
            rate_lookups: self.rate_lookups.or(below.rate_lookups),
            rate_messages: self.rate_messages.or(below.rate_messages),
        })
    }
}

impl TryFrom<Settings> for Config {
    type Error = anyhow::Error;

    fn try_from(settings: Settings) -> anyhow::Result<Self> {
        let data = settings.data.unwrap_or_else(|| PathBuf::from("data"));
        let mut config = Self::local(&data);
        config.listen = settings
            .listen
            .unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)));
        if let Some(database) = settings.database {
            config.database = database;
        }
        config.web = settings.web;
        if let Some(url) = &settings.public_url
            && !(matches!(url.scheme(), "http" | "https")
                && url.host().is_some()
                && url.path() == "/")
        {
            bail!("the public URL has to be http:// or https:// with a host and no path");
        }
        let host = settings
            .public_url
            .as_ref()
            .and_then(Url::host_str)
            .unwrap_or("localhost");
        config.mail_from = settings
            .mail_from
            .unwrap_or_else(|| format!("Zegel <no-reply@{host}>"));
        config.public_url = settings.public_url;
        config.allow_origins = settings
            .allow_origin
            .iter()
            .map(|it| origin(it))
            .collect::<anyhow::Result<_>>()?;
        config.trusted_proxies = settings.trusted_proxy;
        config.smtp = smtp(
            settings.smtp_host,
            settings.smtp_port,
            settings.smtp_tls,
            settings.smtp_user,
            settings.smtp_password,
        )?;
        config.dns_server = settings.dns_server;
        if !settings.doh_origin.is_empty() {
            config.doh_origins = settings
                .doh_origin
                .iter()
                .map(|it| origin(it))
                .collect::<anyhow::Result<_>>()?;
        }
        if let Some(bytes) = settings.max_attachment_bytes {
            config.max_attachment_bytes = bytes;
        }
        if let Some(bucket) = s3(
            settings.s3_bucket,
            settings.s3_endpoint,
            settings.s3_region,
            settings.s3_access_key_id,
            settings.s3_secret_access_key,
        )? {
            config.attachments = Attachments::S3(bucket);
        }
        if let Some(seconds) = settings.request_timeout {
            config.request_timeout = request_timeout(seconds)?;
        }
        let set = |rate: &mut Rate, requests: Option<u32>| {
            if let Some(requests) = requests {
                rate.requests = requests;
            }
        };
        set(&mut config.rates.requests, settings.rate_requests);
        set(&mut config.rates.sign_ins, settings.rate_sign_ins);
        set(
            &mut config.rates.account_sign_ins,
            settings.rate_account_sign_ins,
        );
        set(&mut config.rates.mails, settings.rate_mails);
        set(&mut config.rates.client_mails, settings.rate_client_mails);
        set(&mut config.rates.claims, settings.rate_claims);
        set(&mut config.rates.manifests, settings.rate_manifests);
        set(&mut config.rates.lookups, settings.rate_lookups);
        set(&mut config.rates.messages, settings.rate_messages);
        Ok(config)
    }
}

/// A part of an upload may take [`PART_PATIENCE`] times as long, and has to be stored or refused before the row of an
/// upload that was given up is gone: nobody would know of its bytes.
fn request_timeout(seconds: u64) -> anyhow::Result<Duration> {
    let longest = (zegel_storage::DOOMED_MS - 1) / 1000 / u64::from(PART_PATIENCE);
    if seconds > longest {
        bail!("a request may take {longest} seconds at most, and not {seconds}");
    }
    Ok(Duration::from_secs(seconds))
}

/// The origin (scheme, host, port) of a URL that is nothing more: it becomes part of a header.
fn origin(text: &str) -> anyhow::Result<String> {
    let url = Url::parse(text).with_context(|| format!("{text} is no origin"))?;
    let origin = url.origin();
    if !origin.is_tuple() || url.path() != "/" || url.query().is_some() {
        bail!("{text} is no origin");
    }
    Ok(origin.ascii_serialization())
}

fn s3(
    bucket: Option<String>,
    endpoint: Option<Url>,
    region: Option<String>,
    access_key_id: Option<String>,
    secret_access_key: Option<String>,
) -> anyhow::Result<Option<S3>> {
    let Some(bucket) = bucket else {
        if endpoint.is_some()
            || region.is_some()
            || access_key_id.is_some()
            || secret_access_key.is_some()
        {
            bail!("settings of an S3 service, but not its bucket");
        }
        return Ok(None);
    };
    let (Some(access_key_id), Some(secret_access_key)) = (access_key_id, secret_access_key) else {
        bail!("the S3 bucket needs an access key and its name");
    };
    Ok(Some(S3 {
        bucket,
        endpoint: endpoint.map(|url| url.as_str().trim_end_matches('/').to_owned()),
        region: region.unwrap_or_else(|| "us-east-1".to_owned()),
        access_key_id,
        secret_access_key,
    }))
}

fn smtp(
    host: Option<String>,
    port: Option<u16>,
    tls: Option<SmtpTls>,
    user: Option<String>,
    password: Option<String>,
) -> anyhow::Result<Option<Smtp>> {
    let Some(host) = host else {
        if port.is_some() || tls.is_some() || user.is_some() || password.is_some() {
            bail!("settings of a mail server, but not its host");
        }
        return Ok(None);
    };
    let tls = tls.unwrap_or(SmtpTls::Starttls);
    let credentials = match (user, password) {
        (Some(user), Some(password)) => Some((user, password)),
        (None, None) => None,
        _ => bail!("the mail server needs both user and password, or neither"),
    };
    if credentials.is_some() && tls == SmtpTls::None {
        bail!("a password is not sent to a mail server without TLS");
    }
    let port = port.unwrap_or(match tls {
        SmtpTls::Tls => 465,
        SmtpTls::Starttls => 587,
        SmtpTls::None => 25,
    });
    Ok(Some(Smtp {
        host,
        port,
        tls,
        credentials,
    }))
}

#[cfg(test)]
mod tests {
    use super::{Config, Settings};

    #[test]
    fn flags_win_over_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("zegel.toml");
        std::fs::write(
            &file,
            "listen = \"0.0.0.0:80\"\nmail-from = \"Post <post@vandijk.example>\"\n",
        )
        .unwrap();
        let flags = Settings {
            listen: Some("127.0.0.1:9".parse().unwrap()),
            ..Settings::default()
        };
        let config = Config::try_from(flags.with_file(&file).unwrap()).unwrap();
        assert_eq!(config.listen, "127.0.0.1:9".parse().unwrap());
        assert_eq!(config.mail_from, "Post <post@vandijk.example>");
    }

    #[test]
    fn unknown_settings_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("zegel.toml");
        std::fs::write(&file, "listn = \"0.0.0.0:80\"\n").unwrap();
        assert!(Settings::default().with_file(&file).is_err());
    }

    #[test]
    fn origins_cannot_carry_more_than_an_origin() {
        let policy = Settings {
            doh_origin: vec!["https://dns.example/; script-src *".to_owned()],
            ..Settings::default()
        };
        assert!(Config::try_from(policy).is_err());
    }

    #[test]
    fn a_bucket_is_named_with_its_keys() {
        let settings = Settings {
            s3_bucket: Some("zegel".to_owned()),
            s3_access_key_id: Some("key".to_owned()),
            ..Settings::default()
        };
        assert!(Config::try_from(settings.clone()).is_err());
        let whole = Settings {
            s3_secret_access_key: Some("secret".to_owned()),
            ..settings.clone()
        };
        let config = Config::try_from(whole).unwrap();
        assert!(matches!(config.attachments, super::Attachments::S3(_)));
        assert!(!format!("{config:?}").contains("secret"));
        let nameless = Settings {
            s3_bucket: None,
            ..settings
        };
        assert!(Config::try_from(nameless).is_err());
    }

    #[test]
    fn no_part_of_an_upload_outlasts_what_is_known_of_it() {
        let with = |seconds| {
            let settings = Settings {
                request_timeout: Some(seconds),
                ..Settings::default()
            };
            Config::try_from(settings)
        };
        let longest = with(89).unwrap().request_timeout;
        let part = longest * super::PART_PATIENCE;
        assert!(part.as_millis() < u128::from(zegel_storage::DOOMED_MS));
        let refused = with(90).unwrap_err().to_string();
        assert!(refused.contains("89 seconds"), "{refused}");
        assert!(with(u64::MAX).is_err());
    }

    #[test]
    fn a_password_is_not_sent_in_the_clear() {
        let settings = Settings {
            smtp_host: Some("mail.vandijk.example".to_owned()),
            smtp_tls: Some(super::SmtpTls::None),
            smtp_user: Some("zegel".to_owned()),
            smtp_password: Some("secret".to_owned()),
            ..Settings::default()
        };
        assert!(Config::try_from(settings).is_err());
    }
}
