use std::time::Duration;

use zegel_api::ErrorCode;
use zegel_client::view::Reason;
use zegel_protocol::AccountId;

use super::Context;
use crate::arguments::Search;
use crate::error::Error;
use crate::output::{Found, Row};
use crate::session::{Session, say};
use crate::terminal::Progress;

pub(super) async fn run(context: &Context, arguments: Search) -> Result<(), Error> {
    let session = context.session().await?;
    let mailbox = session.acting(&arguments.acting).await?;
    let progress = Progress::new();
    if !arguments.indexed {
        index(&session, mailbox, &progress).await?;
    }
    let query = arguments.words.join(" ");
    let limit = usize::try_from(arguments.limit).unwrap_or(usize::MAX);
    let mut rows = Vec::new();
    let mut skip = 0;
    let found = loop {
        let page = session
            .signed_in
            .search(mailbox, &query, skip, &|step| say(&progress, step))
            .await?;
        rows.extend(page.rows.iter().map(Row::of));
        match page.next {
            Some(next) if rows.len() < limit => skip = next,
            _ => break page,
        }
    };
    rows.truncate(limit);
    drop(progress);
    let found = Found {
        messages: rows,
        found: found.found,
        searched: found.indexed.searched,
        total: found.indexed.total,
    };
    context.print(&found, Found::text)?;
    context.say(&found.note());
    Ok(())
}

/// Puts into the index what is not in it, as fast as the server lets.
async fn index(session: &Session, mailbox: AccountId, progress: &Progress) -> Result<(), Error> {
    loop {
        let step = session
            .signed_in
            .index_messages(mailbox, &|step| say(progress, step))
            .await;
        let indexed = match step {
            Ok(indexed) => indexed,
            Err(failure) if failure.reason == Reason::Server(ErrorCode::TooManyRequests) => {
                progress.say("Waiting for the server…");
                let seconds = failure.retry_after_s.unwrap_or(1).max(1);
                tokio::time::sleep(Duration::from_secs(seconds.into())).await;
                continue;
            }
            Err(failure) => return Err(failure.into()),
        };
        progress.say(&format!(
            "Indexed: {} of {} messages…",
            indexed.searched, indexed.total
        ));
        if !indexed.more {
            return Ok(());
        }
    }
}
