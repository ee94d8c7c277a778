use super::Context;
use crate::error::Error;
use crate::output::Status;
use crate::session::Session;

pub(super) async fn run(context: &Context) -> Result<(), Error> {
    print(context, &context.session().await?)
}

pub(super) fn print(context: &Context, session: &Session) -> Result<(), Error> {
    let view = session.signed_in.view();
    let status = Status {
        signed_in: true,
        server: session.server.to_string(),
        account: view.account.to_string(),
        address: view.address.to_string(),
        name: view.name,
        role: view.role,
        organisation: view.organisation,
        safety_number: session.signed_in.own_safety_number(),
        keyring: session.is_in_keyring(),
    };
    context.print(&status, Status::text)
}
