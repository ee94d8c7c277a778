use zeroize::Zeroizing;

use super::Context;
use crate::arguments::SignIn;
use crate::commands::status;
use crate::device::{KeyPlace, SessionFile};
use crate::error::Error;
use crate::session::Session;
use crate::terminal::{ask_secret, can_ask};

/// Longest password that is read from standard input, in bytes.
const MAX_PASSWORD_BYTES: u64 = 4096;

pub(super) async fn run(context: &Context, arguments: SignIn) -> Result<(), Error> {
    if SessionFile::find(&context.device)?.is_some() {
        return Err(Error::device(
            "Somebody is signed in on this device already. Sign out first with `zegel sign-out`, or name another folder \
             with --state.",
        ));
    }
    let server = match arguments.server {
        Some(server) => server,
        None => context.device.last_server().ok_or_else(|| {
            Error::Usage(
                "Which server? Name it with --server https://zegel.example.org.".to_owned(),
            )
        })?,
    };
    let address = &arguments.address;
    // First: who has no place for the key is not asked for a password in vain.
    let place = KeyPlace::make(arguments.passphrase, address).await?;
    let password = if arguments.password_stdin {
        first_line()?
    } else if can_ask() {
        ask_secret(&format!("Password of {address}"))?
    } else {
        return Err(Error::Usage(
            "There is no terminal to ask for the password at. Use --password-stdin.".to_owned(),
        ));
    };
    let in_keyring = place.0.clone();
    let session = match Session::sign_in(&context.device, &server, place, address, &password).await
    {
        Ok(session) => session,
        Err(error) => {
            in_keyring.forget().await;
            return Err(error);
        }
    };
    if let Err(error) = session.keep() {
        // A session that nobody can take up again. That it stays at the server is the lesser harm.
        let _ = session.signed_in.sign_out(false).await;
        in_keyring.forget().await;
        return Err(error);
    }
    context.device.keep_server(&server)?;
    status::print(context, &session)
}

/// A password from another program: the first line, without its end.
fn first_line() -> Result<Zeroizing<String>, Error> {
    use std::io::Read as _;
    let mut text = Zeroizing::new(String::with_capacity(4096));
    std::io::stdin()
        .lock()
        .take(MAX_PASSWORD_BYTES)
        .read_to_string(&mut text)
        .map_err(|error| Error::device(format!("The password could not be read: {error}.")))?;
    Ok(Zeroizing::new(
        text.lines().next().unwrap_or_default().to_owned(),
    ))
}
