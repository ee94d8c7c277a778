//! What went wrong, in words: what happened, then what to do.

use std::process::ExitCode;

use serde_json::json;
use zegel_api::ErrorCode;
use zegel_client::view::{Failure, Field, Reason};

use crate::terminal::in_line;

/// Why a command ended before it was done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// There is no session, or it ended.
    #[error("You are not signed in. Sign in with `zegel sign-in`.")]
    SignedOut,
    /// The arguments do not fit together in a way that only shows while running.
    #[error("{0}")]
    Usage(String),
    /// Stopped by the user.
    #[error("Stopped.")]
    Interrupted,
    /// A flow failed.
    #[error("{}", text(.0))]
    Flow(#[from] Failure),
    /// The device, or a program or file on it.
    #[error("{0}")]
    Device(String),
}

impl Error {
    /// A failure of this device: what happened, then what to do.
    pub(crate) fn device(text: impl Into<String>) -> Self {
        Self::Device(text.into())
    }

    /// A file that could not be used.
    pub(crate) fn file(
        doing: &str,
        path: &std::path::Path,
    ) -> impl FnOnce(std::io::Error) -> Self + use<> {
        let what = format!("{doing} {} failed", in_line(&path.to_string_lossy()));
        move |error| Self::Device(format!("{what}: {error}."))
    }

    /// Whether the session is over.
    pub(crate) fn is_signed_out(&self) -> bool {
        match self {
            Self::SignedOut => true,
            Self::Flow(failure) => failure.reason == Reason::SignedOut,
            _ => false,
        }
    }

    /// The program's exit code, as `--help` lists them.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::from(2),
            error if error.is_signed_out() => ExitCode::from(3),
            _ => ExitCode::FAILURE,
        }
    }

    /// Says it on standard error.
    pub(crate) fn print(&self, json: bool) {
        if json {
            eprintln!(
                "{}",
                json!({ "error": self.code(), "message": self.to_string() })
            );
        } else {
            eprintln!("zegel: {self}");
        }
    }

    /// A word for scripts.
    fn code(&self) -> String {
        match self {
            error if error.is_signed_out() => "signed_out".to_owned(),
            Self::Usage(_) => "usage".to_owned(),
            Self::Interrupted => "interrupted".to_owned(),
            Self::Device(_) => "device".to_owned(),
            Self::Flow(failure) => match failure.reason {
                Reason::Server(code) => word(&code),
                reason => word(&snake_case(&format!("{reason:?}"))),
            },
            Self::SignedOut => "signed_out".to_owned(),
        }
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::Device(format!("The system refused something: {error}."))
    }
}

/// What serialises as a string, as that string.
fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => "failed".to_owned(),
    }
}

fn snake_case(name: &str) -> String {
    let mut word = String::new();
    for c in name.chars().take_while(|c| c.is_alphanumeric()) {
        if c.is_uppercase() && !word.is_empty() {
            word.push('_');
        }
        word.extend(c.to_lowercase());
    }
    word
}

fn text(failure: &Failure) -> String {
    if let (Reason::Server(ErrorCode::TooManyRequests), Some(seconds)) =
        (failure.reason, failure.retry_after_s)
    {
        return format!("Too many attempts. Try again in {seconds} s.");
    }
    let text = match (failure.reason, failure.field) {
        (Reason::Offline, _) => {
            "The server cannot be reached. Check your connection and the server's address, and try again."
        }
        (Reason::Server(code), field) => return server(code, field),
        (Reason::Protocol, _) => {
            "The server gave an answer that this version of zegel does not understand. Install the newest version."
        }
        (Reason::NotAuthentic, _) => {
            "What the server sent is not signed by who it should be. Nothing of it is shown, and nothing was done. Tell \
             your administrator."
        }
        (Reason::Rollback, _) => {
            "The server showed something older than this device has seen before. Nothing was done. Tell your administrator."
        }
        (Reason::SignedOut, _) => "Your session has ended. Sign in again with `zegel sign-in`.",
        (Reason::PasswordNeeded, _) => {
            "This needs a key that is newer than this session. Sign out and sign in again."
        }
        (Reason::Empty, Some(Field::Text)) => "The message is empty. Nothing was sent.",
        (Reason::Empty, Some(Field::Password)) => "The password is empty.",
        (Reason::Empty, _) => "Something that is needed is empty.",
        (Reason::Malformed, Some(Field::Address | Field::Recipient)) => {
            "This is no complete e-mail address. Write it like name@domain.example."
        }
        (Reason::Malformed, _) => "Something is not in the form that is needed.",
        (Reason::TooLong, Some(Field::Subject)) => {
            "The subject is too long. Move part of it into the message."
        }
        (Reason::TooLong, Some(Field::Text)) => {
            "The message is too long. Split it into two messages, or attach it as a file."
        }
        (Reason::TooLong, Some(Field::Recipient)) => {
            "A message goes to at most 100 people. Send it in two parts."
        }
        (Reason::TooLong, Some(Field::Attachment)) => {
            "This is larger, or has a longer name, than what can be attached; or there are too many attachments."
        }
        (Reason::TooLong, _) => "This is too long. Shorten it.",
        (Reason::PasswordTooShort, _) => {
            "Use at least 12 characters. Three or four words work well."
        }
        (Reason::PasswordTooCommon, _) => {
            "This is easy to guess. Choose something that is not a common word, your name or your address."
        }
        (Reason::KeyChanged, _) => {
            "The key of this person changed. Nothing was sent or shown. Compare safety numbers and decide about the new key \
             in the WebApp first."
        }
        (Reason::NotVerified, _) => {
            "Only the server says that this key is theirs. Compare safety numbers in the WebApp first."
        }
        (Reason::NoAccess, _) => {
            "You have no access to this account, or not any more. `zegel accounts` lists those that you have."
        }
        (Reason::Cancelled, _) => "Stopped; nothing was changed.",
        (Reason::FileChanged, _) => {
            "The file could not be read, or changed while it was sent. Nothing was sent. Try again."
        }
        (Reason::DeviceFull, _) => {
            "The file could not be written. Make room on this device, or name another folder with --to."
        }
        (Reason::Internal, _) => {
            "Something unexpected happened on this device. Try again; if it stays, sign out and sign in again."
        }
        (
            Reason::Adoption(_)
            | Reason::NotAColleague
            | Reason::LeftToAdministrators
            | Reason::RecoveryCodeMismatch
            | Reason::NumberMismatch,
            _,
        ) => "This can be done in the WebApp only.",
    };
    text.to_owned()
}

fn server(code: ErrorCode, field: Option<Field>) -> String {
    let text = match (code, field) {
        (ErrorCode::WrongCredentials, _) => {
            "This e-mail address and password do not belong together. Check the password; capitals count."
        }
        (ErrorCode::SignedOut, _) => "Your session has ended. Sign in again with `zegel sign-in`.",
        (ErrorCode::UnknownRecipient, _) => {
            "No Zegel account has this address. Nothing was sent. Check the address."
        }
        (ErrorCode::NotFound, Some(Field::Attachment)) => "An attachment is not there any more.",
        (ErrorCode::NotFound, _) => {
            "It is not there, or not in this account. Look at `zegel list`, and at the account that --as names."
        }
        (ErrorCode::Gone, _) => "Its sender took this message back, or its time is over.",
        (ErrorCode::Forbidden, _) => "Your account may not do this.",
        (ErrorCode::Conflict | ErrorCode::StaleStatement | ErrorCode::StaleChain, _) => {
            "Something changed meanwhile. Try again."
        }
        (ErrorCode::StaleRecipient, _) => "A recipient got new keys just now. Send again.",
        (ErrorCode::DuplicateId, _) => "This exists already.",
        (ErrorCode::TooLarge, _) => "This is larger than the server accepts. Make it smaller.",
        (ErrorCode::Quota, _) => {
            "Too many uploads are unfinished. Wait until they are done, or remove one in the WebApp."
        }
        (ErrorCode::TooManyRequests, _) => "Too many attempts. Wait a moment before trying again.",
        (ErrorCode::NotActive, _) => {
            "This account cannot be used now: it has no keys yet, or an administrator suspended it."
        }
        (ErrorCode::Internal, _) => {
            "The server failed; nothing was changed. Try again in a moment."
        }
        (ErrorCode::Unavailable, _) => {
            "The server is not available right now; nothing was changed. Try again in a moment."
        }
        (code, _) => return format!("The server refused this ({}).", word(&code)),
    };
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use zegel_api::ErrorCode;
    use zegel_client::view::{Failure, Reason};

    use super::Error;

    #[test]
    fn scripts_get_a_word() {
        let word = |reason: Reason| Error::from(Failure::from(reason)).code();
        assert_eq!(word(Reason::KeyChanged), "key_changed");
        assert_eq!(word(Reason::Server(ErrorCode::Gone)), "gone");
        assert_eq!(word(Reason::SignedOut), "signed_out");
        assert_eq!(Error::SignedOut.code(), "signed_out");
    }
}
