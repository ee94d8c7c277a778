use super::Context;
use crate::arguments::List;
use crate::error::Error;
use crate::output::Row;
use crate::session::say;
use crate::terminal::Progress;

pub(super) async fn run(context: &Context, arguments: List) -> Result<(), Error> {
    let session = context.session().await?;
    let mailbox = session.acting(&arguments.acting).await?;
    let progress = Progress::new();
    let limit = usize::try_from(arguments.limit).unwrap_or(usize::MAX);
    let mut rows = Vec::new();
    let mut before = None;
    loop {
        let page = session
            .signed_in
            .list_messages(
                mailbox,
                arguments.folder.into(),
                arguments.unread,
                before,
                &|step| say(&progress, step),
            )
            .await?;
        rows.extend(page.rows.iter().map(Row::of));
        before = page.next;
        if before.is_none() || rows.len() >= limit {
            break;
        }
    }
    rows.truncate(limit);
    drop(progress);
    if rows.is_empty() && !context.json {
        context.say("No messages.");
        return Ok(());
    }
    context.print(rows.as_slice(), Row::text)
}
