use axum::extract::State;
use zegel_api::{
    Conversation, Counts, Folder, GetConversationRequest, ListMessagesRequest, MessagePage,
    MessageRow,
};
use zegel_protocol::{ConversationId, MessageId, Timestamp};
use zegel_storage::{List, MessageKey};

use crate::{
    actor::Mailbox,
    app::App,
    error::{Error, Result},
    extract::{Path, Query, page_limit},
};

/// A draft edited this long ago still says that somebody is answering.
const ANSWERING_MS: u64 = 10 * 60 * 1000;
/// Below every row of a list.
const END: MessageKey = MessageKey {
    received_at: Timestamp(0),
    id: MessageId([0; 16]),
};
/// Messages of a conversation that are shown.
const CONVERSATION: u16 = 100;

/// A page of a folder
#[utoipa::path(get, path = "/api/mailboxes/{mailbox}/messages", tag = "mail",
    params(("mailbox" = String, Path, description = "The account acted as"), ListMessagesRequest),
    responses((status = 200, body = MessagePage), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn list_messages(
    State(app): State<App>,
    mailbox: Mailbox,
    Query(request): Query<ListMessagesRequest>,
) -> Result<axum::Json<MessagePage>> {
    let limit = page_limit(request.limit)?;
    let list = list_of(request.folder);
    let only = request.unread;
    let (before, total) = match (&request.before, request.skip) {
        (Some(_), Some(_)) => return Err(Error::field("skip")),
        (Some(before), None) => (Some(parse_key(before)?), None),
        (None, skip) => {
            let total = app.store.count_messages(mailbox.id(), list, only).await?;
            // Whoever jumps below the end gets an empty page: what lies below a key that sorts before all others.
            let skip = skip.unwrap_or_default();
            let key = if u64::from(skip) < total {
                app.store
                    .find_page_after(mailbox.id(), list, only, skip)
                    .await?
            } else {
                (skip > 0).then_some(END)
            };
            (key, Some(total))
        }
    };
    let page = app
        .store
        .list_messages(mailbox.id(), list, only, before, limit, app.now())
        .await?;
    let unread = match total.filter(|_| only) {
        Some(unread) => unread,
        None => app.store.count_unread(mailbox.id(), list).await?,
    };
    Ok(axum::Json(MessagePage {
        messages: rows(&app, &mailbox, page.rows).await?,
        next: page.next.map(key_text),
        unread: count(unread),
        total: total.map(count),
    }))
}

/// The newest messages of a conversation
#[utoipa::path(get, path = "/api/mailboxes/{mailbox}/conversations/{conversation}", tag = "mail",
    params(("mailbox" = String, Path, description = "The account acted as"),
        ("conversation" = String, Path, description = "The conversation"), GetConversationRequest),
    responses((status = 200, body = Conversation), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn get_conversation(
    State(app): State<App>,
    mailbox: Mailbox,
    Path(conversation): Path<ConversationId>,
    Query(request): Query<GetConversationRequest>,
) -> Result<axum::Json<Conversation>> {
    let found = app
        .store
        .list_conversation(
            mailbox.id(),
            conversation,
            request.hash,
            CONVERSATION,
            app.now(),
        )
        .await?;
    Ok(axum::Json(Conversation {
        messages: rows(&app, &mailbox, found).await?,
    }))
}

/// Unread messages and drafts
#[utoipa::path(get, path = "/api/mailboxes/{mailbox}/counts", tag = "mail",
    params(("mailbox" = String, Path, description = "The account acted as")),
    responses((status = 200, body = Counts), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn mail_counts(
    State(app): State<App>,
    mailbox: Mailbox,
) -> Result<axum::Json<Counts>> {
    let inbox = List::Folder(zegel_storage::Folder::Inbox);
    Ok(axum::Json(Counts {
        unread: count(app.store.count_unread(mailbox.id(), inbox).await?),
        drafts: count(app.store.count_drafts(mailbox.id()).await?),
    }))
}

/// The rows, with who is answering any of them at the moment.
pub(in crate::endpoints) async fn rows(
    app: &App,
    mailbox: &Mailbox,
    rows: Vec<zegel_storage::MessageRow>,
) -> Result<Vec<MessageRow>> {
    let since = Timestamp(app.now().0.saturating_sub(ANSWERING_MS));
    let reader = mailbox.signed_in.account.id;
    let mut answering = app
        .store
        .find_answering(mailbox.id(), reader, since)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| MessageRow {
            message: row.id,
            hash: row.hash,
            folder: folder(row.folder),
            conversation: row.conversation,
            read: row.read,
            starred: row.starred,
            gone: row.gone,
            answered_by: row.answered_by,
            answering: answering.remove(&row.id),
            received_at_ms: row.received_at,
            size_bytes: row.size_bytes,
            list_entry: row.list_entry.map(Into::into),
        })
        .collect())
}

pub(super) const fn folder(folder: zegel_storage::Folder) -> Folder {
    match folder {
        zegel_storage::Folder::Inbox => Folder::Inbox,
        zegel_storage::Folder::Sent => Folder::Sent,
        zegel_storage::Folder::Archive => Folder::Archive,
        zegel_storage::Folder::Trash => Folder::Trash,
    }
}

const fn list_of(folder: Folder) -> List {
    match folder {
        Folder::Inbox => List::Folder(zegel_storage::Folder::Inbox),
        Folder::Sent => List::Folder(zegel_storage::Folder::Sent),
        Folder::Archive => List::Folder(zegel_storage::Folder::Archive),
        Folder::Trash => List::Folder(zegel_storage::Folder::Trash),
        Folder::Starred => List::Starred,
    }
}

fn count(rows: u64) -> u32 {
    u32::try_from(rows).unwrap_or(u32::MAX)
}

pub(in crate::endpoints) fn key_text(key: MessageKey) -> String {
    format!("{}.{}", key.received_at.0, key.id)
}

pub(in crate::endpoints) fn parse_key(text: &str) -> Result<MessageKey> {
    text.split_once('.')
        .and_then(|(at, id)| {
            Some(MessageKey {
                received_at: Timestamp(at.parse().ok()?),
                id: id.parse().ok()?,
            })
        })
        .ok_or(Error::field("before"))
}
