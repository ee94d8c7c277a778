//! The command line, and what `--help` says of it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use url::Url;
use zegel_api::Folder;
use zegel_protocol::{Address, MessageId};

/// Zegel on the command line
///
/// Messages are sealed and opened by this program; the server cannot read them. Sign in once, then read, send,
/// download and watch, as yourself or as any account that you have access to.
#[derive(Parser)]
#[command(name = "zegel", version, after_long_help = AFTER)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Print JSON, for scripts. Times are milliseconds since 1970 (UTC)
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Folder that keeps the session between runs [default: where this system keeps data of programs]
    #[arg(long, global = true, env = "ZEGEL_STATE", value_name = "FOLDER")]
    pub(crate) state: Option<PathBuf>,
}

const AFTER: &str = "\
Exit codes:
  0  done
  1  failed; the message says why and what to do
  2  wrong usage
  3  signed out; sign in again

What is kept between runs is sealed under a key in this system's keyring or, where there is none, under a
passphrase. The passphrase is asked for, or read from the environment variable ZEGEL_PASSPHRASE.

Examples:
  zegel sign-in anna@example.org --server https://zegel.example.org
  zegel list --unread
  zegel search notary deed 2026
  zegel read Xq3kPzv0T2ecbKX9mGf0xA
  echo \"See you at ten.\" | zegel send --to daan@example.org --subject Meeting
  zegel send --as info@example.org --to daan@example.org --subject Report --attach report.pdf --text Attached.
  zegel download Xq3kPzv0T2ecbKX9mGf0xA --all --to ~/Downloads
  zegel watch --all --json";

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Sign in, and keep the session for the other commands
    SignIn(SignIn),
    /// End the session, and forget its keys
    SignOut(SignOut),
    /// Say who is signed in, and where
    Status,
    /// List the accounts that you can read and send as
    Accounts,
    /// List messages, newest first
    ///
    /// The letters before the time: N not read yet, * starred, R answered, A with attachments.
    List(List),
    /// Find messages by the words in them, in all folders, newest first
    ///
    /// A message is found where each word is the beginning of one of its words: in its subject, text, names of attachments,
    /// or people. The server does not learn what is searched for. What no program has indexed yet is opened and indexed
    /// first, which takes a while for a large mailbox, once.
    Search(Search),
    /// Verify and show a message, and mark it as read
    Read(Read),
    /// Send a message; its text is read from standard input
    Send(Send),
    /// Save attachments of a message
    Download(Download),
    /// Print a line for each new message as it arrives
    Watch(Watch),
}

#[derive(Args)]
pub(crate) struct SignIn {
    /// E-mail address of your account
    #[arg(value_name = "ADDRESS", value_parser = address)]
    pub(crate) address: Address,
    /// The server, such as https://zegel.example.org [default: the one used last]
    #[arg(long, env = "ZEGEL_SERVER", value_name = "URL", value_parser = server)]
    pub(crate) server: Option<Url>,
    /// Read the password from the first line of standard input instead of asking for it
    #[arg(long)]
    pub(crate) password_stdin: bool,
    /// Seal the session under a passphrase, even where a keyring would keep the key. Implied by ZEGEL_PASSPHRASE
    #[arg(long)]
    pub(crate) passphrase: bool,
}

#[derive(Args)]
pub(crate) struct SignOut {
    /// End the sessions of all devices
    #[arg(long, conflicts_with = "forget")]
    pub(crate) everywhere: bool,
    /// Only forget the session on this device, such as when its passphrase is lost. At the server it ends by itself
    #[arg(long)]
    pub(crate) forget: bool,
}

#[derive(Args)]
pub(crate) struct As {
    /// Act as this account: your own, a functional account, or one delegated to you
    #[arg(long = "as", value_name = "ADDRESS", value_parser = address)]
    pub(crate) account: Option<Address>,
}

#[derive(Args)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) acting: As,
    /// Which folder
    #[arg(long, value_enum, default_value_t = FolderName::Inbox)]
    pub(crate) folder: FolderName,
    /// Only what is unread
    #[arg(long)]
    pub(crate) unread: bool,
    /// At most this many messages
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) limit: u32,
}

/// A folder, as `--folder` names it.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum FolderName {
    /// What was received
    Inbox,
    /// What was sent
    Sent,
    /// What was put away
    Archive,
    /// What is to be deleted
    Trash,
    /// What is starred, in whatever folder
    Starred,
}

impl From<FolderName> for Folder {
    fn from(name: FolderName) -> Self {
        match name {
            FolderName::Inbox => Self::Inbox,
            FolderName::Sent => Self::Sent,
            FolderName::Archive => Self::Archive,
            FolderName::Trash => Self::Trash,
            FolderName::Starred => Self::Starred,
        }
    }
}

#[derive(Args)]
pub(crate) struct Search {
    /// What to look for. Other users of this machine may see it while the program runs
    #[arg(value_name = "WORDS", required = true)]
    pub(crate) words: Vec<String>,
    #[command(flatten)]
    pub(crate) acting: As,
    /// At most this many messages
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) limit: u32,
    /// Search only what is indexed already
    #[arg(long)]
    pub(crate) indexed: bool,
}

#[derive(Args)]
pub(crate) struct Read {
    /// The message, as `zegel list` names it
    #[arg(value_name = "ID", value_parser = message, allow_hyphen_values = true)]
    pub(crate) message: MessageId,
    #[command(flatten)]
    pub(crate) acting: As,
}

#[derive(Args)]
pub(crate) struct Send {
    /// Address of a recipient; may be repeated
    #[arg(long, value_name = "ADDRESS", required = true, value_delimiter = ',', value_parser = address)]
    pub(crate) to: Vec<Address>,
    /// Subject
    #[arg(long, value_name = "TEXT")]
    pub(crate) subject: String,
    /// The text, instead of reading it from standard input. Other users of this machine may see it while the program runs
    #[arg(long, value_name = "TEXT")]
    pub(crate) text: Option<String>,
    /// Attach a file; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) attach: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) acting: As,
}

#[derive(Args)]
pub(crate) struct Download {
    /// The message, as `zegel list` names it
    #[arg(value_name = "MESSAGE", value_parser = message, allow_hyphen_values = true)]
    pub(crate) message: MessageId,
    /// Number or name of the attachment, as `zegel read` shows it
    #[arg(
        value_name = "ATTACHMENT",
        required_unless_present = "all",
        conflicts_with = "all"
    )]
    pub(crate) attachment: Option<String>,
    /// Every attachment of the message
    #[arg(long)]
    pub(crate) all: bool,
    /// Folder to save to. A file that is there already is never overwritten
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    pub(crate) to: PathBuf,
    #[command(flatten)]
    pub(crate) acting: As,
}

#[derive(Args)]
pub(crate) struct Watch {
    #[command(flatten)]
    pub(crate) acting: As,
    /// Every account that you can read, those included that you get access to meanwhile
    #[arg(long, conflicts_with = "account")]
    pub(crate) all: bool,
}

fn address(text: &str) -> Result<Address, String> {
    Address::parse(text.trim())
        .map_err(|_| "no complete e-mail address; write it like name@domain.example".to_owned())
}

fn message(text: &str) -> Result<MessageId, String> {
    text.parse()
        .map_err(|_| "no message; copy the ID from `zegel list`".to_owned())
}

/// Whoever carries plain HTTP could take the session over, so that it may not leave the machine.
fn server(text: &str) -> Result<Url, String> {
    let url = Url::parse(text)
        .map_err(|_| "no URL; write it like https://zegel.example.org".to_owned())?;
    let loopback = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    match url.scheme() {
        "https" if url.has_host() => {}
        "http" if loopback => {}
        "http" => return Err("plain http is only for this machine; use https".to_owned()),
        _ => return Err("no URL of a server; write it like https://zegel.example.org".to_owned()),
    }
    if !matches!(url.path(), "/" | "") || url.query().is_some() || url.fragment().is_some() {
        return Err("name the server alone, without a path".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("name the server alone, without user and password".to_owned());
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::{Arguments, server};

    #[test]
    fn the_commands_hold_together() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_command_and_argument_is_documented() {
        for command in Arguments::command().get_subcommands() {
            assert!(command.get_about().is_some(), "{}", command.get_name());
            for argument in command.get_arguments() {
                let id = argument.get_id();
                assert!(
                    argument.get_help().is_some(),
                    "{}: {id}",
                    command.get_name()
                );
            }
        }
    }

    #[test]
    fn plain_http_stays_on_this_machine() {
        for accepted in [
            "https://zegel.example",
            "https://zegel.example:8443/",
            "http://localhost:8080",
            "http://127.0.0.1:1",
            "http://[::1]:1",
        ] {
            assert!(server(accepted).is_ok(), "{accepted}");
        }
        for refused in [
            "http://zegel.example",
            "http://localhost.zegel.example",
            "http://10.0.0.1",
            "ftp://zegel.example",
            "zegel.example",
            "https://zegel.example/path",
            "https://zegel.example/?x",
            "https://user:password@zegel.example",
        ] {
            assert!(server(refused).is_err(), "{refused}");
        }
    }
}
