use super::Context;
use crate::arguments::SignOut;
use crate::device::SessionFile;
use crate::error::Error;

pub(super) async fn run(context: &Context, arguments: SignOut) -> Result<(), Error> {
    let place = match SessionFile::find(&context.device) {
        Ok(Some(file)) => Some(file.place().clone()),
        Ok(None) => return Err(Error::SignedOut),
        Err(_) if arguments.forget => None,
        Err(error) => return Err(error),
    };
    if !arguments.forget {
        match context.session().await {
            Ok(session) => session.signed_in.sign_out(arguments.everywhere).await?,
            // It ended already.
            Err(error) if error.is_signed_out() => {}
            Err(error) => return Err(error),
        }
    }
    if let Some(place) = place {
        place.forget().await;
    }
    SessionFile::remove(&context.device)?;
    context.say(if arguments.forget {
        "The session is forgotten on this device."
    } else if arguments.everywhere {
        "Signed out, on every device."
    } else {
        "Signed out."
    });
    Ok(())
}
