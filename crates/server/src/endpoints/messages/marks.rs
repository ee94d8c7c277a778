use axum::extract::State;
use zegel_api::{
    DeleteMessagesRequest, Empty, ErrorCode, Folder, MarkMessagesRequest, MoveMessagesRequest,
    PutListEntriesRequest,
};
use zegel_storage::{Marks, Reading};

use super::{MAX_LIST_ENTRY_BYTES, check_batch};
use crate::{
    actor::{Mailbox, MailboxRole},
    app::App,
    error::{Error, Result},
    extract::Json,
};

/// Mark messages as read or unread, starred or not
#[utoipa::path(post, path = "/api/mailboxes/{mailbox}/messages/mark", tag = "mail", request_body = MarkMessagesRequest,
    params(("mailbox" = String, Path, description = "The account acted as")),
    responses((status = 200, body = Empty), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn mark_messages(
    State(app): State<App>,
    mailbox: Mailbox,
    Json(request): Json<MarkMessagesRequest>,
) -> Result<axum::Json<Empty>> {
    check_batch("messages", &request.messages)?;
    let marks = Marks {
        read: request.read,
        starred: request.starred,
    };
    // In a mailbox that one person reads it says nothing.
    let shared = mailbox.role != MailboxRole::Owner || mailbox.state()?.statement.roster.is_some();
    let reading = shared.then(|| Reading {
        reader: mailbox.signed_in.account.id,
        at: app.now(),
    });
    app.store
        .mark_messages(mailbox.id(), &request.messages, marks, reading)
        .await?;
    app.events.mail_changed(&[mailbox.id()]);
    Ok(axum::Json(Empty {}))
}

/// Move messages
#[utoipa::path(post, path = "/api/mailboxes/{mailbox}/messages/move", tag = "mail", request_body = MoveMessagesRequest,
    params(("mailbox" = String, Path, description = "The account acted as")),
    responses((status = 200, body = Empty), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn move_messages(
    State(app): State<App>,
    mailbox: Mailbox,
    Json(request): Json<MoveMessagesRequest>,
) -> Result<axum::Json<Empty>> {
    check_batch("messages", &request.messages)?;
    let to = match request.to {
        Folder::Inbox => zegel_storage::Folder::Inbox,
        Folder::Archive => zegel_storage::Folder::Archive,
        Folder::Trash => zegel_storage::Folder::Trash,
        // What was sent comes back there by itself, and nothing else is there.
        Folder::Sent | Folder::Starred => return Err(Error::field("to")),
    };
    app.store
        .move_messages(mailbox.id(), &request.messages, to)
        .await?;
    app.events.mail_changed(&[mailbox.id()]);
    Ok(axum::Json(Empty {}))
}

/// Delete messages of the trash for good
#[utoipa::path(post, path = "/api/mailboxes/{mailbox}/messages/delete", tag = "mail", request_body = DeleteMessagesRequest,
    params(("mailbox" = String, Path, description = "The account acted as")),
    responses((status = 200, body = Empty), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn delete_messages(
    State(app): State<App>,
    mailbox: Mailbox,
    Json(request): Json<DeleteMessagesRequest>,
) -> Result<axum::Json<Empty>> {
    if mailbox.role == MailboxRole::Delegate {
        return Err(ErrorCode::Forbidden.into());
    }
    check_batch("messages", &request.messages)?;
    app.store
        .delete_messages(mailbox.id(), &request.messages)
        .await?;
    app.events.mail_changed(&[mailbox.id()]);
    Ok(axum::Json(Empty {}))
}

/// Store list entries that the client sealed
#[utoipa::path(put, path = "/api/mailboxes/{mailbox}/messages/list-entries", tag = "mail",
    request_body = PutListEntriesRequest,
    params(("mailbox" = String, Path, description = "The account acted as")),
    responses((status = 200, body = Empty), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn put_list_entries(
    State(app): State<App>,
    mailbox: Mailbox,
    Json(request): Json<PutListEntriesRequest>,
) -> Result<axum::Json<Empty>> {
    check_batch("entries", &request.entries)?;
    if request
        .entries
        .iter()
        .any(|entry| entry.sealed.0.len() > MAX_LIST_ENTRY_BYTES)
    {
        return Err(ErrorCode::TooLarge.into());
    }
    let entries = request
        .entries
        .into_iter()
        .map(|entry| (entry.message, entry.sealed.0))
        .collect();
    // No event: every open list of the mailbox would load again what it just sealed.
    app.store
        .put_list_entries(mailbox.id(), entries, app.now())
        .await?;
    Ok(axum::Json(Empty {}))
}
