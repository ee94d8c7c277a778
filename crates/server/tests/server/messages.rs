//! Sending, lists, reading.

use zegel_api::{self as api, Empty, ErrorCode, Folder};
use zegel_protocol::{
    AccountId, Canonical as _, ConversationId, Hash, MessageHeader, MessageId, Recipient,
    SignedMessage,
};

use crate::support::{Person, Server, random, sealed};

fn list(folder: Folder, before: Option<String>, limit: u16) -> api::ListMessagesRequest {
    api::ListMessagesRequest {
        folder,
        before,
        limit,
    }
}

async fn two(server: &Server) -> (Person, Person) {
    (
        Person::sign_up(server, "ada@vandijk.example").await,
        Person::sign_up(server, "bob@other.example").await,
    )
}

#[tokio::test]
async fn a_message_reaches_its_recipient_and_the_senders_own_folder() {
    let server = Server::start().await;
    let (ada, bob) = two(&server).await;
    let header = ada.header(&server, &[bob.recipient()]);
    let id = header.message;
    let request = ada.message(header);
    ada.browser.call(api::SendMessage, &request).await.ok();

    let page = bob
        .browser
        .call(api::ListMessages, &list(Folder::Inbox, None, 10))
        .await
        .ok();
    assert_eq!((page.messages.len(), page.unread, page.next), (1, 1, None));
    let row = &page.messages[0];
    assert_eq!(
        (row.message, row.read, row.list_entry.is_none()),
        (id, false, true)
    );
    let hash = SignedMessage::from_bytes(&request.signed.0).unwrap().hash();
    assert_eq!(row.hash, hash);
    let message = bob
        .browser
        .call_at(api::GetMessage, &[&id.to_string()], &Empty {})
        .await
        .ok();
    assert_eq!(message.signed, request.signed);
    assert_eq!(message.body, request.body);
    assert_eq!(
        (message.stanza, message.stanza_index),
        (request.stanzas[0].sealed.clone(), 0)
    );

    let sent = ada
        .browser
        .call(api::ListMessages, &list(Folder::Sent, None, 10))
        .await
        .ok();
    assert_eq!((sent.messages.len(), sent.unread), (1, 0));
    assert_eq!(
        sent.messages[0].list_entry,
        Some(request.list_entry.clone())
    );
    let own = ada
        .browser
        .call_at(api::GetMessage, &[&id.to_string()], &Empty {})
        .await
        .ok();
    assert_eq!(
        (own.stanza, own.stanza_index),
        (request.stanzas[1].sealed.clone(), 1)
    );

    let mark = api::MarkReadRequest {
        messages: vec![id],
        read: true,
    };
    bob.browser.call(api::MarkRead, &mark).await.ok();
    let entry = api::ListEntry {
        message: id,
        sealed: sealed(),
    };
    let put = api::PutListEntriesRequest {
        entries: vec![entry.clone()],
    };
    bob.browser.call(api::PutListEntries, &put).await.ok();
    let page = bob
        .browser
        .call(api::ListMessages, &list(Folder::Inbox, None, 10))
        .await
        .ok();
    assert_eq!((page.unread, page.messages[0].read), (0, true));
    assert_eq!(page.messages[0].list_entry, Some(entry.sealed));
}

#[tokio::test]
async fn nobody_else_sees_a_message() {
    let server = Server::start().await;
    let (ada, bob) = two(&server).await;
    let eve = Person::sign_up(&server, "eve@other.example").await;
    let header = ada.header(&server, &[bob.recipient()]);
    let id = header.message;
    ada.browser
        .call(api::SendMessage, &ada.message(header))
        .await
        .ok();
    let peek = eve
        .browser
        .call_at(api::GetMessage, &[&id.to_string()], &Empty {})
        .await;
    assert_eq!(peek.code(), ErrorCode::NotFound);
    let put = api::PutListEntriesRequest {
        entries: vec![api::ListEntry {
            message: id,
            sealed: sealed(),
        }],
    };
    eve.browser.call(api::PutListEntries, &put).await.ok();
    let mark = api::MarkReadRequest {
        messages: vec![id],
        read: true,
    };
    eve.browser.call(api::MarkRead, &mark).await.ok();
    let page = bob
        .browser
        .call(api::ListMessages, &list(Folder::Inbox, None, 10))
        .await
        .ok();
    assert!(!page.messages[0].read && page.messages[0].list_entry.is_none());
}

#[tokio::test]
async fn folders_come_in_pages_newest_first() {
    let server = Server::start().await;
    let (ada, bob) = two(&server).await;
    let mut sent = Vec::new();
    for _ in 0..5 {
        let header = ada.header(&server, &[bob.recipient()]);
        sent.push(header.message);
        ada.browser
            .call(api::SendMessage, &ada.message(header))
            .await
            .ok();
        server.clock.advance_ms(1000);
    }
    sent.reverse();
    let mut seen = Vec::new();
    let mut before = None;
    loop {
        let page = bob
            .browser
            .call(api::ListMessages, &list(Folder::Inbox, before, 2))
            .await
            .ok();
        assert!(page.messages.len() <= 2);
        seen.extend(page.messages.into_iter().map(|row| row.message));
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(seen, sent);
    let bad = bob
        .browser
        .call(api::ListMessages, &list(Folder::Inbox, None, 0))
        .await;
    assert_eq!(bad.code(), ErrorCode::BadRequest);
}

#[tokio::test]
async fn a_note_to_oneself_lies_in_both_folders() {
    let server = Server::start().await;
    let (ada, _) = two(&server).await;
    let header = ada.header(&server, &[ada.recipient()]);
    let id = header.message;
    let request = ada.message(header);
    ada.browser.call(api::SendMessage, &request).await.ok();
    for folder in [Folder::Inbox, Folder::Sent] {
        let page = ada
            .browser
            .call(api::ListMessages, &list(folder, None, 10))
            .await
            .ok();
        assert_eq!(page.messages.len(), 1);
    }
    let message = ada
        .browser
        .call_at(api::GetMessage, &[&id.to_string()], &Empty {})
        .await
        .ok();
    assert_eq!(
        (message.stanza, message.stanza_index),
        (request.stanzas[0].sealed.clone(), 0)
    );
}

#[tokio::test]
async fn only_authentic_messages_to_current_keys_are_stored() {
    let server = Server::start().await;
    let (ada, bob) = two(&server).await;
    let send = async |request: &api::SendMessageRequest| {
        ada.browser.call(api::SendMessage, request).await.code()
    };
    let with = |change: &dyn Fn(&mut MessageHeader)| {
        let mut header = ada.header(&server, &[bob.recipient()]);
        change(&mut header);
        ada.message(header)
    };
    let right = with(&|_| {});
    let tampered = |change: &dyn Fn(&mut api::SendMessageRequest)| {
        let mut request = right.clone();
        change(&mut request);
        request
    };
    let nobody = Recipient {
        account: AccountId(random()),
        ..bob.recipient()
    };
    let old_key = Recipient {
        key_fingerprint: Hash(random()),
        ..bob.recipient()
    };
    let old_generation = Recipient {
        generation: 2,
        ..bob.recipient()
    };
    assert_eq!(
        send(&with(&|it| it.sender = bob.account)).await,
        ErrorCode::NotAuthentic
    );
    assert_eq!(
        send(&with(
            &|it| it.send_certificate = bob.send_certificate.clone()
        ))
        .await,
        ErrorCode::NotAuthentic
    );
    assert_eq!(
        send(&with(&|it| it.recipients = Vec::new())).await,
        ErrorCode::NotAuthentic
    );
    assert_eq!(
        send(&with(&|it| it.recipients = vec![bob.recipient(); 2])).await,
        ErrorCode::NotAuthentic
    );
    assert_eq!(
        send(&with(&|it| it.counter = 2)).await,
        ErrorCode::NotAuthentic
    );
    assert_eq!(
        send(&with(&|it| it.sent_at = it.sent_at.plus_ms(3_600_000))).await,
        ErrorCode::NotAuthentic
    );
    assert_eq!(
        send(&with(&|it| it.recipients = vec![nobody])).await,
        ErrorCode::UnknownRecipient
    );
    assert_eq!(
        send(&with(&|it| it.recipients = vec![old_key])).await,
        ErrorCode::StaleRecipient
    );
    assert_eq!(
        send(&with(&|it| it.recipients = vec![old_generation])).await,
        ErrorCode::StaleRecipient
    );
    assert_eq!(
        send(&with(&|it| it.sender_copy.generation = 2)).await,
        ErrorCode::StaleRecipient
    );
    assert_eq!(
        send(&tampered(&|it| it.summary.0[0] ^= 1)).await,
        ErrorCode::NotAuthentic
    );
    assert_eq!(
        send(&tampered(&|it| it.body.0[0] ^= 1)).await,
        ErrorCode::NotAuthentic
    );
    assert_eq!(
        send(&tampered(&|it| it.stanzas[1].sealed.0[0] ^= 1)).await,
        ErrorCode::NotAuthentic
    );
    assert_eq!(
        send(&tampered(&|it| it.stanzas.swap(0, 1))).await,
        ErrorCode::NotAuthentic
    );
    assert_eq!(
        send(&tampered(&|it| it.stanzas.truncate(1))).await,
        ErrorCode::NotAuthentic
    );
    assert_eq!(
        send(&tampered(&|it| it.stanzas[0].account = ada.account)).await,
        ErrorCode::NotAuthentic
    );
    assert_eq!(
        send(&tampered(&|it| it.signed.0.truncate(40))).await,
        ErrorCode::BadRequest
    );
    assert_eq!(
        send(&tampered(&|it| it.list_entry = vec![0; 6000].into())).await,
        ErrorCode::TooLarge
    );
    let other = with(&|_| {});
    assert_eq!(
        send(&tampered(&|it| it.signed = other.signed.clone())).await,
        ErrorCode::NotAuthentic
    );
    ada.browser.call(api::SendMessage, &right).await.ok();
    assert_eq!(send(&right).await, ErrorCode::DuplicateId);
}

#[tokio::test]
async fn a_place_in_a_chain_is_taken_once() {
    let server = Server::start().await;
    let (ada, bob) = two(&server).await;
    let conversation = ConversationId(random());
    let send = async |counter: u64, previous: Option<Hash>| {
        let mut header = ada.header(&server, &[bob.recipient()]);
        header.message = MessageId(random());
        (header.conversation, header.counter, header.previous) = (conversation, counter, previous);
        ada.browser
            .call(api::SendMessage, &ada.message(header))
            .await
    };
    send(1, None).await.ok();
    assert_eq!(send(1, None).await.code(), ErrorCode::DuplicateId);
    send(2, Some(Hash(random()))).await.ok();
    assert_eq!(
        send(2, Some(Hash(random()))).await.code(),
        ErrorCode::DuplicateId
    );
}

#[tokio::test]
async fn pins_are_replaced_in_order() {
    let server = Server::start().await;
    let (ada, _) = two(&server).await;
    let put = async |replaces| {
        ada.browser
            .call(
                api::PutPins,
                &api::PutPinsRequest {
                    replaces,
                    sealed: sealed(),
                },
            )
            .await
    };
    assert_eq!(
        ada.browser.call(api::GetPins, &Empty {}).await.ok().version,
        0
    );
    put(0).await.ok();
    put(1).await.ok();
    assert_eq!(put(0).await.code(), ErrorCode::Conflict);
    assert_eq!(put(1).await.code(), ErrorCode::Conflict);
    assert_eq!(
        ada.browser.call(api::GetPins, &Empty {}).await.ok().version,
        2
    );
}
