use std::collections::{BTreeSet, HashMap};

use axum::extract::State;
use zegel_api::{AuditCategory, ChainHead, Empty, ErrorCode, SendMessageRequest};
use zegel_protocol::{AccountId, Hash, MessageHeader, Recipient, SignedMessage, Timestamp, limits};
use zegel_storage::{Account, NewAuditEvent, NewMessage, SeenDraft, Status};

use super::{
    MAX_LIST_ENTRY_BYTES, MAX_STANZA_BYTES, SEAL_OVERHEAD_BYTES, check_batch, is_outdated, is_own,
};
use crate::{
    actor::{Mailbox, MailboxRole},
    app::App,
    error::{Error, Result},
    extract::{Json, Path},
    verify,
};

/// Send a message
#[utoipa::path(post, path = "/api/mailboxes/{mailbox}/messages", tag = "mail", request_body = SendMessageRequest,
    params(("mailbox" = String, Path, description = "The account acted as")),
    responses((status = 200, body = Empty), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn send_message(
    State(app): State<App>,
    mailbox: Mailbox,
    Json(request): Json<SendMessageRequest>,
) -> Result<axum::Json<Empty>> {
    let now = app.now();
    let actor = mailbox.signed_in.account.id;
    app.limits.messages.take(actor, now)?;
    check_sizes(&request)?;
    check_attachments(&request)?;
    let message: SignedMessage = verify::decode("signed", &request.signed)?;
    let header = &message.header;
    check_signature(&mailbox, &message, now)?;
    check_hashes(&message, &request)?;
    let states = check_recipients(&app, &mailbox.account, header).await?;
    let mut told: Vec<AccountId> = header
        .stanza_recipients()
        .map(|recipient| recipient.account)
        .collect();
    told.sort_unstable();
    told.dedup();
    let new = NewMessage {
        id: header.message,
        sender: header.sender,
        actor,
        conversation: header.conversation,
        chain: header.chain(),
        counter: header.counter,
        previous: header.previous,
        hash: message.hash(),
        signed: request.signed.0,
        summary: request.summary.0,
        body: request.body.0,
        stanzas: request
            .stanzas
            .into_iter()
            .map(|stanza| (stanza.account, stanza.sealed.0))
            .collect(),
        list_entry: request.list_entry.0,
        states,
        attachments: request.attachments,
        answers: request.answers,
        draft: request.draft.map(|seen| SeenDraft {
            id: seen.draft,
            version: seen.version,
        }),
        expires_at: header.expires_at,
        received_at: now,
        audit: sent_as(&app, &mailbox)?,
    };
    app.store.insert_message(new).await?;
    app.events.mail_changed(&told);
    Ok(axum::Json(Empty {}))
}

/// Newest message of a chain that the mailbox sends
#[utoipa::path(get, path = "/api/mailboxes/{mailbox}/chains/{chain}", tag = "mail",
    params(("mailbox" = String, Path, description = "The account acted as"),
        ("chain" = String, Path, description = "The chain")),
    responses((status = 200, body = ChainHead), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn get_chain_head(
    State(app): State<App>,
    mailbox: Mailbox,
    Path(chain): Path<Hash>,
) -> Result<axum::Json<ChainHead>> {
    let head = app.store.find_chain_head(mailbox.id(), chain).await?;
    Ok(axum::Json(ChainHead {
        counter: head.map_or(0, |head| head.counter),
        hash: head.map(|head| head.hash),
    }))
}

/// What the log of the account's organisation says of who sent it; recipients need not see it.
fn sent_as(app: &App, mailbox: &Mailbox) -> Result<Option<NewAuditEvent>> {
    let Some(organisation) = mailbox.account.organisation else {
        return Ok(None);
    };
    if mailbox.role == MailboxRole::Owner {
        return Ok(None);
    }
    let category = AuditCategory::SentAsAccount;
    mailbox
        .signed_in
        .event(app, organisation, category, &mailbox.account.address, "")
        .map(Some)
}

fn check_sizes(request: &SendMessageRequest) -> Result<()> {
    let fits = request.signed.0.len() <= limits::MAX_SIGNED_MESSAGE_BYTES
        && request.summary.0.len() <= limits::MAX_SUMMARY_BYTES + SEAL_OVERHEAD_BYTES
        && request.body.0.len() <= limits::MAX_BODY_BLOB_BYTES
        && request.list_entry.0.len() <= MAX_LIST_ENTRY_BYTES
        && request
            .stanzas
            .iter()
            .all(|stanza| stanza.sealed.0.len() <= MAX_STANZA_BYTES);
    if fits {
        Ok(())
    } else {
        Err(ErrorCode::TooLarge.into())
    }
}

fn check_attachments(request: &SendMessageRequest) -> Result<()> {
    check_batch("attachments", &request.attachments)?;
    let different: BTreeSet<_> = request.attachments.iter().collect();
    if different.len() == request.attachments.len() {
        Ok(())
    } else {
        Err(Error::field("attachments"))
    }
}

/// The account acted as says it, now, under a key of who acts.
fn check_signature(mailbox: &Mailbox, message: &SignedMessage, now: Timestamp) -> Result<()> {
    let header = &message.header;
    let state = mailbox.state()?.statement;
    let certificate = &header.send_certificate.statement;
    let signed = header.sender == mailbox.id() && message.verify(&state.identity).is_ok();
    // Whoever did not know yet that the account changed signs again.
    if signed && is_outdated(mailbox, &state, certificate)? {
        return Err(ErrorCode::StaleRecipient.into());
    }
    let authentic = signed && is_own(mailbox, &state, certificate)?;
    // A message that is over before it begins would only be a way to fill other people's lists.
    if !authentic || header.expires_at.is_some_and(|at| at <= now) {
        return Err(Error::not_authentic("signed"));
    }
    verify::not_in_the_future("signed", header.sent_at, now)
}

/// Everything that the signature covers is what came with it, and every stanza is its recipient's.
fn check_hashes(message: &SignedMessage, request: &SendMessageRequest) -> Result<()> {
    let header = &message.header;
    let whole = message.summary_hash == Hash::of(&request.summary.0)
        && message.body_hash == Hash::of(&request.body.0);
    let stanzas = request.stanzas.len() == message.stanza_hashes.len()
        && request
            .stanzas
            .iter()
            .zip(&message.stanza_hashes)
            .zip(header.stanza_recipients())
            .all(|((stanza, hash), recipient)| {
                stanza.account == recipient.account && Hash::of(&stanza.sealed.0) == *hash
            });
    if whole && stanzas {
        Ok(())
    } else {
        Err(Error::not_authentic("signed"))
    }
}

/// The recipients exist, and their newest keys are those that were sealed to. Returns the states that say so.
async fn check_recipients(
    app: &App,
    sender: &Account,
    header: &MessageHeader,
) -> Result<HashMap<AccountId, Hash>> {
    let ids: BTreeSet<AccountId> = header
        .stanza_recipients()
        .map(|recipient| recipient.account)
        .collect();
    let ids: Vec<AccountId> = ids.into_iter().collect();
    let mut accounts = app.store.find_accounts(&ids).await?;
    // Who is suspended still gets mail, and finds it there later.
    accounts.retain(|account| account.status != Status::Deleted);
    if accounts.len() != ids.len() {
        return Err(ErrorCode::UnknownRecipient.into());
    }
    let mut keys = HashMap::with_capacity(accounts.len());
    let mut states = HashMap::with_capacity(accounts.len());
    for account in &accounts {
        let state = verify::state(account)?;
        keys.insert(
            account.id,
            (
                state.mailbox_encryption.fingerprint(),
                state.mailbox_generation,
            ),
        );
        states.insert(account.id, account.state_hash);
    }
    // The sender's own state was read before; a change in between is found by its hash.
    states.insert(sender.id, sender.state_hash);
    let newest = |recipient: &Recipient| {
        keys.get(&recipient.account) == Some(&(recipient.key_fingerprint, recipient.generation))
    };
    if header.stanza_recipients().all(newest) {
        Ok(states)
    } else {
        Err(ErrorCode::StaleRecipient.into())
    }
}
