use axum::extract::State;
use zegel_api::{Empty, ErrorCode, Message, Reader};
use zegel_protocol::MessageId;

use super::list::folder;
use crate::{
    actor::Mailbox,
    app::App,
    error::Result,
    extract::{Json, Path},
};

/// One message whole
#[utoipa::path(get, path = "/api/mailboxes/{mailbox}/messages/{message}", tag = "mail",
    params(("mailbox" = String, Path, description = "The account acted as"),
        ("message" = String, Path, description = "The message")),
    responses((status = 200, body = Message), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn get_message(
    State(app): State<App>,
    mailbox: Mailbox,
    Path(message): Path<MessageId>,
) -> Result<axum::Json<Message>> {
    let found = app
        .store
        .find_message(mailbox.id(), message, app.now())
        .await?
        .ok_or(ErrorCode::NotFound)?
        .ok_or(ErrorCode::Gone)?;
    Ok(axum::Json(Message {
        signed: found.signed.into(),
        summary: found.summary.into(),
        body: found.body.into(),
        stanza: found.stanza.into(),
        stanza_index: found.stanza_index,
        read: found.read,
        starred: found.starred,
        folder: folder(found.folder),
        readers: people(found.readers),
        receipts: people(found.receipts),
        receipt_sent: found.receipt_sent,
        received_at_ms: found.received_at,
    }))
}

/// Tell the sender that the message was read
#[utoipa::path(post, path = "/api/mailboxes/{mailbox}/messages/{message}/receipt", tag = "mail", request_body = Empty,
    params(("mailbox" = String, Path, description = "The account acted as"),
        ("message" = String, Path, description = "The message")),
    responses((status = 200, body = Empty), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn send_receipt(
    State(app): State<App>,
    mailbox: Mailbox,
    Path(message): Path<MessageId>,
    Json(Empty {}): Json<Empty>,
) -> Result<axum::Json<Empty>> {
    let sender = app
        .store
        .insert_receipt(mailbox.id(), message, app.now())
        .await?;
    app.events.mail_changed(&[sender, mailbox.id()]);
    Ok(axum::Json(Empty {}))
}

fn people(readers: Vec<zegel_storage::Reader>) -> Vec<Reader> {
    readers
        .into_iter()
        .map(|reader| Reader {
            address: reader.address,
            at_ms: reader.at,
        })
        .collect()
}
