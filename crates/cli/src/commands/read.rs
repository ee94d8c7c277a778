use super::Context;
use crate::arguments::Read;
use crate::error::Error;
use crate::output::Opened;
use crate::session::say;
use crate::terminal::Progress;

pub(super) async fn run(context: &Context, arguments: Read) -> Result<(), Error> {
    let session = context.session().await?;
    let mailbox = session.acting(&arguments.acting).await?;
    let progress = Progress::new();
    let opened = session
        .signed_in
        .open_message(mailbox, arguments.message, &|step| say(&progress, step))
        .await?;
    drop(progress);
    context.print(&Opened::of(&opened), Opened::text)
}
