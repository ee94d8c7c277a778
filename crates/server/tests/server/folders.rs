//! Marks, moving, deleting, taking back, receipts, and messages whose time is over.

use zegel_api::{self as api, Empty, ErrorCode, Folder};
use zegel_protocol::{
    Canonical as _, Hash, MessageId, Namespace, Revocation, SignedMessage, SignedRevocation,
};

use crate::{
    messages::two,
    support::{Answer, Person, Server, bytes, now, random, sealed, sign_hash},
};

pub(crate) async fn move_to(who: &Person, messages: &[MessageId], to: Folder) -> Answer<Empty> {
    let request = api::MoveMessagesRequest {
        messages: messages.to_vec(),
        to,
    };
    who.browser
        .call_at(api::MoveMessages, &[&who.mailbox()], &request)
        .await
}

pub(crate) async fn delete(who: &Person, messages: &[MessageId]) -> Answer<Empty> {
    let request = api::DeleteMessagesRequest {
        messages: messages.to_vec(),
    };
    who.browser
        .call_at(api::DeleteMessages, &[&who.mailbox()], &request)
        .await
}

async fn counts(who: &Person) -> api::Counts {
    who.browser
        .call_at(api::MailCounts, &[&who.mailbox()], &Empty {})
        .await
        .ok()
}

async fn receipt(who: &Person, message: MessageId) -> Answer<Empty> {
    let path = [who.mailbox(), message.to_string()];
    who.browser
        .call_at(api::SendReceipt, &[&path[0], &path[1]], &Empty {})
        .await
}

/// A revocation by who acts.
pub(crate) async fn revocation(who: &Person, server: &Server, message: MessageId) -> Revocation {
    let signed = who.open(message).await.ok().signed;
    Revocation {
        sender: who.account,
        message,
        signed_message: SignedMessage::from_bytes(&signed.0).unwrap().hash(),
        revoked_at: now(server),
        send_certificate: who.send_certificate.clone(),
    }
}

pub(crate) async fn revoke(who: &Person, revocation: Revocation) -> Answer<Empty> {
    let message = revocation.message;
    revoke_at(who, message, revocation).await
}

async fn revoke_at(who: &Person, message: MessageId, revocation: Revocation) -> Answer<Empty> {
    let hash = Hash::of(&revocation.to_bytes());
    let signed = SignedRevocation {
        signature: sign_hash(&who.send_key, Namespace::Revocation, &hash),
        revocation,
    };
    let request = api::RevokeMessageRequest {
        revocation: bytes(&signed),
    };
    let path = [who.mailbox(), message.to_string()];
    who.browser
        .call_at(api::RevokeMessage, &[&path[0], &path[1]], &request)
        .await
}

#[tokio::test]
async fn marks_change_what_they_name() {
    let server = Server::start().await;
    let (ada, bob) = two(&server).await;
    let id = ada.send(&server, &[&bob]).await;
    let mark = async |read, starred| {
        let request = api::MarkMessagesRequest {
            messages: vec![id],
            read,
            starred,
        };
        bob.browser
            .call_at(api::MarkMessages, &[&bob.mailbox()], &request)
            .await
            .ok();
        let row = bob.list(Folder::Inbox).await.messages.remove(0);
        (row.read, row.starred)
    };
    assert_eq!(mark(None, Some(true)).await, (false, true));
    assert_eq!(mark(Some(true), None).await, (true, true));
    assert_eq!(bob.list(Folder::Starred).await.messages.len(), 1);
    assert_eq!(mark(Some(false), Some(false)).await, (false, false));
    assert!(bob.list(Folder::Starred).await.messages.is_empty());
    assert_eq!(counts(&bob).await.unread, 1);
    let many = api::MarkMessagesRequest {
        messages: vec![id; 101],
        read: Some(true),
        starred: None,
    };
    let refused = bob
        .browser
        .call_at(api::MarkMessages, &[&bob.mailbox()], &many)
        .await;
    assert_eq!(refused.code(), ErrorCode::BadRequest);
}

#[tokio::test]
async fn messages_move_and_only_the_trash_is_emptied() {
    let server = Server::start().await;
    let (ada, bob) = two(&server).await;
    let received = ada.send(&server, &[&bob]).await;
    let sent = bob.send(&server, &[&ada]).await;
    let both = [received, sent];
    move_to(&bob, &both, Folder::Archive).await.ok();
    assert_eq!(bob.list(Folder::Archive).await.messages.len(), 2);
    assert_eq!(
        delete(&bob, &both).await.code(),
        ErrorCode::Conflict,
        "not in the trash"
    );
    move_to(&bob, &both, Folder::Trash).await.ok();
    assert!(bob.list(Folder::Archive).await.messages.is_empty());
    // Back to where each came from.
    move_to(&bob, &both, Folder::Inbox).await.ok();
    assert_eq!(bob.list(Folder::Inbox).await.messages[0].message, received);
    assert_eq!(bob.list(Folder::Sent).await.messages[0].message, sent);
    for nowhere in [Folder::Sent, Folder::Starred] {
        assert_eq!(
            move_to(&bob, &both, nowhere).await.code(),
            ErrorCode::BadRequest
        );
    }
    move_to(&bob, &both, Folder::Trash).await.ok();
    delete(&bob, &both).await.ok();
    assert!(bob.list(Folder::Trash).await.messages.is_empty());
    assert_eq!(bob.open(received).await.code(), ErrorCode::NotFound);
    ada.open(received).await.ok();
    assert_eq!(
        delete(&bob, &vec![received; 101]).await.code(),
        ErrorCode::BadRequest
    );
    assert_eq!(
        move_to(&bob, &vec![received; 101], Folder::Trash)
            .await
            .code(),
        ErrorCode::BadRequest
    );
}

#[tokio::test]
async fn a_message_that_is_taken_back_is_gone_for_everybody() {
    let server = Server::start().await;
    let (ada, bob) = two(&server).await;
    let id = ada.send(&server, &[&bob]).await;
    let entry = api::PutListEntriesRequest {
        entries: vec![api::ListEntry {
            message: id,
            sealed: sealed(),
        }],
    };
    let put = async || {
        bob.browser
            .call_at(api::PutListEntries, &[&bob.mailbox()], &entry)
            .await
            .ok();
    };
    put().await;
    let right = revocation(&ada, &server, id).await;
    let other = ada.send(&server, &[&bob]).await;
    let changed = |change: &dyn Fn(&mut Revocation)| {
        let mut revocation = right.clone();
        change(&mut revocation);
        revocation
    };
    let wrong: [&dyn Fn(&mut Revocation); 5] = [
        &|it| it.sender = bob.account,
        &|it| it.signed_message = Hash(random()),
        &|it| it.revoked_at = it.revoked_at.plus_ms(3_600_000),
        &|it| it.send_certificate = bob.send_certificate.clone(),
        &|it| it.message = other,
    ];
    for (number, change) in wrong.into_iter().enumerate() {
        assert_eq!(
            revoke_at(&ada, id, changed(change)).await.code(),
            ErrorCode::NotAuthentic,
            "{number}"
        );
    }
    let forged = Person {
        send_key: ed25519_dalek::SigningKey::from_bytes(&random()),
        ..Person::sign_up(&server, "eve@other.example").await
    };
    assert_eq!(
        revoke(&forged, right.clone()).await.code(),
        ErrorCode::NotFound,
        "not what she sent"
    );
    assert_eq!(
        revoke(&bob, changed(&|it| it.sender = bob.account))
            .await
            .code(),
        ErrorCode::NotFound,
        "a recipient"
    );
    assert_eq!(
        revoke_at(&ada, MessageId(random()), right.clone())
            .await
            .code(),
        ErrorCode::NotFound
    );
    bob.open(id).await.ok();

    revoke(&ada, right.clone()).await.ok();
    revoke(&ada, right).await.ok();
    put().await;
    assert_eq!(bob.open(id).await.code(), ErrorCode::Gone);
    assert_eq!(ada.open(id).await.code(), ErrorCode::Gone);
    assert_eq!(receipt(&bob, id).await.code(), ErrorCode::Gone);
    let page = bob.list(Folder::Inbox).await;
    let row = page.messages.iter().find(|row| row.message == id).unwrap();
    assert!(row.gone && row.list_entry.is_none());
    assert_eq!(page.unread, 1, "the other one");
    bob.open(other).await.ok();
}

#[tokio::test]
async fn the_sender_learns_of_receipts_and_nobody_else() {
    let server = Server::start().await;
    let (ada, bob) = two(&server).await;
    let eve = Person::sign_up(&server, "eve@other.example").await;
    let id = ada.send(&server, &[&bob, &eve]).await;
    assert!(!bob.open(id).await.ok().receipt_sent);
    receipt(&bob, id).await.ok();
    receipt(&bob, id).await.ok();
    assert!(bob.open(id).await.ok().receipt_sent);
    let receipts = ada.open(id).await.ok().receipts;
    let addresses: Vec<&str> = receipts.iter().map(|it| it.address.as_str()).collect();
    assert_eq!(addresses, ["bob@other.example"]);
    let evas = eve.open(id).await.ok();
    assert!(evas.receipts.is_empty() && !evas.receipt_sent);
    assert_eq!(receipt(&ada, id).await.code(), ErrorCode::NotFound);
    assert_eq!(
        receipt(&bob, MessageId(random())).await.code(),
        ErrorCode::NotFound
    );
}

#[tokio::test]
async fn a_message_whose_time_is_over_is_hidden_at_once() {
    let server = Server::start().await;
    let (ada, bob) = two(&server).await;
    let mut header = ada.header(&server, &[bob.recipient()]);
    header.expires_at = Some(header.sent_at.plus_ms(60_000));
    let id = header.message;
    ada.browser
        .call_at(api::SendMessage, &[&ada.mailbox()], &ada.message(header))
        .await
        .ok();
    bob.open(id).await.ok();
    server.clock.advance_ms(61_000);
    for who in [&ada, &bob] {
        assert_eq!(who.open(id).await.code(), ErrorCode::Gone);
    }
    let sent = ada.list(Folder::Sent).await.messages.remove(0);
    assert!(sent.gone && sent.list_entry.is_none());
    assert_eq!(receipt(&bob, id).await.code(), ErrorCode::Gone);
}
