use axum::extract::State;
use zegel_api::{Empty, ErrorCode, RevokeMessageRequest};
use zegel_protocol::{Canonical as _, MessageId, SignedMessage, SignedRevocation};
use zegel_storage::SentMessage;

use super::is_own;
use crate::{
    actor::{Mailbox, MailboxRole},
    app::App,
    error::{Error, Result},
    extract::{Json, Path},
    verify,
};

/// Take a sent message back
#[utoipa::path(post, path = "/api/mailboxes/{mailbox}/messages/{message}/revoke", tag = "mail",
    request_body = RevokeMessageRequest,
    params(("mailbox" = String, Path, description = "The account acted as"),
        ("message" = String, Path, description = "The message")),
    responses((status = 200, body = Empty), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn revoke_message(
    State(app): State<App>,
    mailbox: Mailbox,
    Path(message): Path<MessageId>,
    Json(request): Json<RevokeMessageRequest>,
) -> Result<axum::Json<Empty>> {
    let now = app.now();
    let sent = app
        .store
        .find_sent_message(mailbox.id(), message)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    let signed: SignedRevocation = verify::decode("revocation", &request.revocation)?;
    let revocation = &signed.revocation;
    let state = mailbox.state()?.statement;
    let authentic = revocation.sender == mailbox.id()
        && revocation.message == message
        && revocation.signed_message == sent.hash
        && signed.verify(&state.identity).is_ok()
        && is_own(&mailbox, &state, &revocation.send_certificate.statement)?;
    if !authentic {
        return Err(Error::not_authentic("revocation"));
    }
    verify::not_in_the_future("revocation", revocation.revoked_at, now)?;
    if !may_revoke(&mailbox, &sent)? {
        return Err(ErrorCode::Forbidden.into());
    }
    let ended = app
        .store
        .revoke_message(mailbox.id(), message, request.revocation.0, now)
        .await?;
    app.events.mail_changed(&ended.mailboxes);
    Ok(axum::Json(Empty {}))
}

/// Taking back deletes for good, which a delegate may do with what they sent themselves and nothing else.
fn may_revoke(mailbox: &Mailbox, sent: &SentMessage) -> Result<bool> {
    let (MailboxRole::Delegate, Some(signed)) = (mailbox.role, &sent.signed) else {
        return Ok(true);
    };
    let message = SignedMessage::from_bytes(signed).map_err(Error::internal)?;
    let sender = message.header.send_certificate.statement.send_key;
    Ok(mailbox.send_key == Some(sender))
}
