use super::Context;
use crate::error::Error;
use crate::output::Account;

pub(super) async fn run(context: &Context) -> Result<(), Error> {
    let session = context.session().await?;
    let mailboxes = session.signed_in.mailboxes().await?;
    let accounts: Vec<_> = mailboxes.iter().map(Account::of).collect();
    context.print(accounts.as_slice(), Account::text)
}
