//! One file a command.

mod accounts;
mod download;
mod list;
mod read;
mod search;
mod send;
mod sign_in;
mod sign_out;
mod status;
mod watch;

use serde::Serialize;

use crate::arguments::{Arguments, Command};
use crate::device::Device;
use crate::error::Error;
use crate::session::Session;
use crate::terminal::{json, print};

/// What every command runs with.
struct Context {
    device: Device,
    json: bool,
}

impl Context {
    async fn session(&self) -> Result<Session, Error> {
        Session::resume(&self.device).await
    }

    /// Prints an answer: as JSON in one line, or the text made of it.
    fn print<T: Serialize + ?Sized>(
        &self,
        answer: &T,
        text: impl FnOnce(&T) -> String,
    ) -> Result<(), Error> {
        if self.json {
            print(&format!("{}\n", json(&answer)?))
        } else {
            print(&text(answer))
        }
    }

    /// Says something beside the answer, to people.
    fn say(&self, text: &str) {
        if !self.json {
            eprintln!("{text}");
        }
    }

    /// Says something beside the answer that scripts may want to know too.
    fn note(&self, what: &str, about: &str, text: &str) {
        if self.json {
            eprintln!("{}", serde_json::json!({ what: about }));
        } else {
            eprintln!("{text}");
        }
    }
}

/// Runs a command.
pub(crate) async fn run(arguments: Arguments) -> Result<(), Error> {
    let context = Context {
        device: Device::open(arguments.state)?,
        json: arguments.json,
    };
    match arguments.command {
        Command::SignIn(it) => sign_in::run(&context, it).await,
        Command::SignOut(it) => sign_out::run(&context, it).await,
        Command::Status => status::run(&context).await,
        Command::Accounts => accounts::run(&context).await,
        Command::List(it) => list::run(&context, it).await,
        Command::Search(it) => search::run(&context, it).await,
        Command::Read(it) => read::run(&context, it).await,
        Command::Send(it) => send::run(&context, it).await,
        Command::Download(it) => download::run(&context, it).await,
        Command::Watch(it) => watch::run(&context, it).await,
    }
}
