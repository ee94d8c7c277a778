use std::collections::{BTreeSet, HashMap};

use axum::extract::State;
use zegel_api::{
    Empty, ErrorCode, Folder, ListMessagesRequest, MarkReadRequest, Message, MessagePage,
    MessageRow, PutListEntriesRequest, SendMessageRequest,
};
use zegel_protocol::{
    AccountId, Hash, MessageHeader, MessageId, Recipient, SignedMessage, Timestamp, limits,
};
use zegel_storage::{Account, MessageKey, NewMessage};

use crate::{
    actor::SignedIn,
    app::App,
    error::{Error, Result},
    extract::{Json, Path, Query, page_limit},
    verify,
};

/// What sealing adds to a plaintext: header, salt, commitment, tag.
const SEAL_OVERHEAD_BYTES: usize = 256;
/// A list entry holds no more than a summary and a few hashes and keys.
const MAX_LIST_ENTRY_BYTES: usize = limits::MAX_SUMMARY_BYTES + 1024;
/// HPKE `enc` and a small ciphertext.
const MAX_STANZA_BYTES: usize = limits::KEM_ENC_BYTES + limits::MAX_GRANT_CIPHERTEXT_BYTES;
const MAX_BATCH: usize = 100;

/// Send a message
#[utoipa::path(post, path = "/api/messages", tag = "messages", request_body = SendMessageRequest,
    responses((status = 200, body = Empty), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn send_message(
    State(app): State<App>,
    sender: SignedIn,
    Json(request): Json<SendMessageRequest>,
) -> Result<axum::Json<Empty>> {
    let now = app.now();
    app.limits.messages.take(sender.account.id, now)?;
    check_sizes(&request)?;
    let message: SignedMessage = verify::decode("signed", &request.signed)?;
    let header = &message.header;
    let state = sender.state()?.statement;
    if header.sender != sender.account.id || message.verify(&state.identity).is_err() {
        return Err(Error::not_authentic("signed"));
    }
    if header.send_certificate.statement.generation != state.mailbox_generation {
        return Err(Error::not_authentic("signed"));
    }
    verify::not_in_the_future("signed", header.sent_at, now)?;
    check_hashes(&message, &request)?;
    let states = check_recipients(&app, &sender.account, header).await?;
    let new = NewMessage {
        id: header.message,
        sender: header.sender,
        conversation: header.conversation,
        chain: chain(header),
        counter: header.counter,
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
        received_at: now,
    };
    app.store.insert_message(new).await?;
    Ok(axum::Json(Empty {}))
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
    let accounts = app.store.find_accounts(&ids).await?;
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

/// Names the chain that a message's counter is unique in: conversation, sender, recipient set.
fn chain(header: &MessageHeader) -> Hash {
    let recipients: BTreeSet<AccountId> = header
        .recipients
        .iter()
        .map(|recipient| recipient.account)
        .collect();
    let mut parts = vec![
        header.conversation.as_bytes().as_slice(),
        header.sender.as_bytes().as_slice(),
    ];
    parts.extend(
        recipients
            .iter()
            .map(|account| account.as_bytes().as_slice()),
    );
    Hash::of_parts(&parts)
}

/// A page of a folder
#[utoipa::path(get, path = "/api/messages", tag = "messages", params(ListMessagesRequest),
    responses((status = 200, body = MessagePage), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn list_messages(
    State(app): State<App>,
    signed_in: SignedIn,
    Query(request): Query<ListMessagesRequest>,
) -> Result<axum::Json<MessagePage>> {
    let limit = page_limit(request.limit)?;
    let folder = match request.folder {
        Folder::Inbox => zegel_storage::Folder::Inbox,
        Folder::Sent => zegel_storage::Folder::Sent,
    };
    let before = request.before.as_deref().map(parse_key).transpose()?;
    let account = signed_in.account.id;
    let page = app
        .store
        .list_messages(account, folder, before, limit)
        .await?;
    let unread = app.store.count_unread(account, folder).await?;
    Ok(axum::Json(MessagePage {
        messages: page
            .rows
            .into_iter()
            .map(|row| MessageRow {
                message: row.id,
                hash: row.hash,
                read: row.read,
                received_at_ms: row.received_at,
                size_bytes: row.size_bytes,
                list_entry: row.list_entry.map(Into::into),
            })
            .collect(),
        next: page
            .next
            .map(|key| format!("{}.{}", key.received_at.0, key.id)),
        unread: u32::try_from(unread).unwrap_or(u32::MAX),
    }))
}

fn parse_key(text: &str) -> Result<MessageKey> {
    text.split_once('.')
        .and_then(|(at, id)| {
            Some(MessageKey {
                received_at: Timestamp(at.parse().ok()?),
                id: id.parse().ok()?,
            })
        })
        .ok_or(Error::field("before"))
}

/// One message whole
#[utoipa::path(get, path = "/api/messages/{message}", tag = "messages",
    params(("message" = String, Path, description = "The message")),
    responses((status = 200, body = Message), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn get_message(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(message): Path<MessageId>,
) -> Result<axum::Json<Message>> {
    let found = app
        .store
        .find_message(signed_in.account.id, message)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    Ok(axum::Json(Message {
        signed: found.signed.into(),
        summary: found.summary.into(),
        body: found.body.into(),
        stanza: found.stanza.into(),
        stanza_index: found.stanza_index,
        read: found.read,
        received_at_ms: found.received_at,
    }))
}

/// Mark messages as read or unread
#[utoipa::path(post, path = "/api/messages/read", tag = "messages", request_body = MarkReadRequest,
    responses((status = 200, body = Empty), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn mark_read(
    State(app): State<App>,
    signed_in: SignedIn,
    Json(request): Json<MarkReadRequest>,
) -> Result<axum::Json<Empty>> {
    if request.messages.len() > MAX_BATCH {
        return Err(Error::field("messages"));
    }
    app.store
        .mark_read(signed_in.account.id, &request.messages, request.read)
        .await?;
    Ok(axum::Json(Empty {}))
}

/// Store list entries that the client sealed
#[utoipa::path(put, path = "/api/messages/list-entries", tag = "messages", request_body = PutListEntriesRequest,
    responses((status = 200, body = Empty), (status = "default", body = zegel_api::Problem)))]
pub(crate) async fn put_list_entries(
    State(app): State<App>,
    signed_in: SignedIn,
    Json(request): Json<PutListEntriesRequest>,
) -> Result<axum::Json<Empty>> {
    if request.entries.len() > MAX_BATCH {
        return Err(Error::field("entries"));
    }
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
    app.store
        .put_list_entries(signed_in.account.id, entries)
        .await?;
    Ok(axum::Json(Empty {}))
}
