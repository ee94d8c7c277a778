//! Sending, lists, reading.

use zegel_api::{self as api, Empty, ErrorCode, Folder};
use zegel_protocol::{
    AccountId, AttachmentId, Canonical as _, ConversationId, Hash, MessageHeader, MessageId,
    Recipient, SignedMessage,
};

use crate::support::{Answer, Person, Server, random, sealed};

fn list(folder: Folder, before: Option<String>, limit: u16) -> api::ListMessagesRequest {
    api::ListMessagesRequest {
        folder,
        unread: false,
        before,
        skip: None,
        limit,
    }
}

pub(crate) async fn two(server: &Server) -> (Person, Person) {
    (
        Person::sign_up(server, "ada@vandijk.example").await,
        Person::sign_up(server, "bob@other.example").await,
    )
}

async fn send(from: &Person, request: &api::SendMessageRequest) -> Answer<Empty> {
    from.browser
        .call_at(api::SendMessage, &[&from.mailbox()], request)
        .await
}

async fn mark(who: &Person, request: &api::MarkMessagesRequest) {
    who.browser
        .call_at(api::MarkMessages, &[&who.mailbox()], request)
        .await
        .ok();
}

fn read(message: MessageId) -> api::MarkMessagesRequest {
    api::MarkMessagesRequest {
        messages: vec![message],
        read: Some(true),
        starred: None,
    }
}

async fn put_entries(who: &Person, entries: Vec<api::ListEntry>) -> Answer<Empty> {
    let request = api::PutListEntriesRequest { entries };
    who.browser
        .call_at(api::PutListEntries, &[&who.mailbox()], &request)
        .await
}

#[tokio::test]
async fn a_message_reaches_its_recipient_and_the_senders_own_folder() {
    let server = Server::start().await;
    let (ada, bob) = two(&server).await;
    let header = ada.header(&server, &[bob.recipient()]);
    let (id, conversation) = (header.message, header.conversation);
    let request = ada.message(header);
    send(&ada, &request).await.ok();

    let page = bob.list(Folder::Inbox).await;
    assert_eq!((page.messages.len(), page.unread, page.next), (1, 1, None));
    let row = &page.messages[0];
    assert_eq!(
        (row.message, row.read, row.list_entry.is_none()),
        (id, false, true)
    );
    assert_eq!(
        (row.folder, row.conversation, row.starred, row.gone),
        (Folder::Inbox, conversation, false, false)
    );
    let hash = SignedMessage::from_bytes(&request.signed.0).unwrap().hash();
    assert_eq!(row.hash, hash);
    let message = bob.open(id).await.ok();
    assert_eq!(message.signed, request.signed);
    assert_eq!(message.body, request.body);
    assert_eq!(
        (message.stanza, message.stanza_index),
        (request.stanzas[0].sealed.clone(), 0)
    );

    let sent = ada.list(Folder::Sent).await;
    assert_eq!((sent.messages.len(), sent.unread), (1, 0));
    assert_eq!(
        sent.messages[0].list_entry,
        Some(request.list_entry.clone())
    );
    let own = ada.open(id).await.ok();
    assert_eq!(
        (own.stanza, own.stanza_index, own.folder),
        (request.stanzas[1].sealed.clone(), 1, Folder::Sent)
    );

    mark(&bob, &read(id)).await;
    let entry = api::ListEntry {
        message: id,
        sealed: sealed(),
    };
    put_entries(&bob, vec![entry.clone()]).await.ok();
    let page = bob.list(Folder::Inbox).await;
    assert_eq!((page.unread, page.messages[0].read), (0, true));
    assert_eq!(page.messages[0].list_entry, Some(entry.sealed));
    assert!(
        bob.open(id).await.ok().readers.is_empty(),
        "nobody else reads this mailbox"
    );
}

#[tokio::test]
async fn nobody_else_sees_a_message() {
    let server = Server::start().await;
    let (ada, bob) = two(&server).await;
    let eve = Person::sign_up(&server, "eve@other.example").await;
    let id = ada.send(&server, &[&bob]).await;
    assert_eq!(eve.open(id).await.code(), ErrorCode::NotFound);
    let entry = api::ListEntry {
        message: id,
        sealed: sealed(),
    };
    put_entries(&eve, vec![entry]).await.ok();
    mark(&eve, &read(id)).await;
    let page = bob.list(Folder::Inbox).await;
    assert!(!page.messages[0].read && page.messages[0].list_entry.is_none());

    // Not in one's own mailbox, and nobody else's mailbox is there at all.
    let path = [bob.mailbox(), id.to_string()];
    let peek = eve
        .browser
        .call_at(api::GetMessage, &[&path[0], &path[1]], &Empty {})
        .await;
    assert_eq!(peek.code(), ErrorCode::NotFound);
    let listed = eve
        .browser
        .call_at(
            api::ListMessages,
            &[&bob.mailbox()],
            &list(Folder::Inbox, None, 9),
        )
        .await;
    assert_eq!(listed.code(), ErrorCode::NotFound);
}

#[tokio::test]
async fn folders_come_in_pages_newest_first() {
    let server = Server::start().await;
    let (ada, bob) = two(&server).await;
    let mut sent = Vec::new();
    for _ in 0..5 {
        sent.push(ada.send(&server, &[&bob]).await);
        server.clock.advance_ms(1000);
    }
    sent.reverse();
    mark(&bob, &read(sent[2])).await;
    let pages = async |unread: bool| {
        let mut seen = Vec::new();
        let mut before = None;
        loop {
            let request = api::ListMessagesRequest {
                unread,
                ..list(Folder::Inbox, before, 2)
            };
            let page = bob
                .browser
                .call_at(api::ListMessages, &[&bob.mailbox()], &request)
                .await
                .ok();
            assert!(page.messages.len() <= 2);
            assert_eq!(page.unread, 4);
            seen.extend(page.messages.into_iter().map(|row| row.message));
            before = page.next;
            if before.is_none() {
                return seen;
            }
        }
    };
    assert_eq!(pages(false).await, sent);
    sent.remove(2);
    assert_eq!(pages(true).await, sent);
    for request in [
        list(Folder::Inbox, None, 0),
        list(Folder::Inbox, Some("1".to_owned()), 1),
        list(Folder::Inbox, Some("x.y".to_owned()), 1),
        api::ListMessagesRequest {
            skip: Some(1),
            ..list(Folder::Inbox, Some(format!("1.{}", sent[0])), 1)
        },
    ] {
        let bad = bob
            .browser
            .call_at(api::ListMessages, &[&bob.mailbox()], &request)
            .await;
        assert_eq!(bad.code(), ErrorCode::BadRequest);
    }
}

#[tokio::test]
async fn a_page_may_start_anywhere_in_a_folder() {
    let server = Server::start().await;
    let (ada, bob) = two(&server).await;
    let mut sent = Vec::new();
    for _ in 0..5 {
        sent.push(ada.send(&server, &[&bob]).await);
        server.clock.advance_ms(1000);
    }
    sent.reverse();
    let page = async |unread: bool, skip: u32| {
        let request = api::ListMessagesRequest {
            unread,
            skip: Some(skip),
            ..list(Folder::Inbox, None, 2)
        };
        let page = bob
            .browser
            .call_at(api::ListMessages, &[&bob.mailbox()], &request)
            .await
            .ok();
        let rows: Vec<MessageId> = page.messages.iter().map(|row| row.message).collect();
        (rows, page.next.is_some(), page.total)
    };
    assert_eq!(page(false, 0).await, (sent[..2].to_vec(), true, Some(5)));
    assert_eq!(page(false, 2).await, (sent[2..4].to_vec(), true, Some(5)));
    assert_eq!(page(false, 4).await, (sent[4..].to_vec(), false, Some(5)));
    for beyond in [5, 6, u32::MAX] {
        assert_eq!(page(false, beyond).await, (Vec::new(), false, Some(5)));
    }
    let first = list(Folder::Inbox, None, 2);
    let mailbox = bob.mailbox();
    let list_at = async |request| {
        let path = [mailbox.as_str()];
        bob.browser
            .call_at(api::ListMessages, &path, &request)
            .await
            .ok()
    };
    let newest = list_at(first).await;
    assert_eq!(newest.total, Some(5));
    let below = list_at(list(Folder::Inbox, newest.next, 2)).await;
    assert_eq!((below.messages.len(), below.total), (2, None));
    mark(&bob, &read(sent[1])).await;
    assert_eq!(page(true, 1).await, (sent[2..4].to_vec(), true, Some(4)));
    assert_eq!(page(false, 1).await, (sent[1..3].to_vec(), true, Some(5)));
}

#[tokio::test]
async fn a_note_to_oneself_lies_in_both_folders() {
    let server = Server::start().await;
    let (ada, _) = two(&server).await;
    let header = ada.header(&server, &[ada.recipient()]);
    let id = header.message;
    let request = ada.message(header);
    send(&ada, &request).await.ok();
    for folder in [Folder::Inbox, Folder::Sent] {
        assert_eq!(ada.list(folder).await.messages.len(), 1);
    }
    let message = ada.open(id).await.ok();
    assert_eq!(
        (message.stanza, message.stanza_index),
        (request.stanzas[0].sealed.clone(), 0)
    );
}

#[tokio::test]
async fn only_authentic_messages_to_current_keys_are_stored() {
    let server = Server::start().await;
    let (ada, bob) = two(&server).await;
    let refused = async |request: &api::SendMessageRequest| send(&ada, request).await.code();
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
    let headers: [crate::support::Altered<'_, MessageHeader>; 11] = [
        (&|it| it.sender = bob.account, ErrorCode::NotAuthentic),
        (
            &|it| it.send_certificate = bob.send_certificate.clone(),
            ErrorCode::NotAuthentic,
        ),
        (&|it| it.recipients = Vec::new(), ErrorCode::NotAuthentic),
        (
            &|it| it.recipients = vec![bob.recipient(); 2],
            ErrorCode::NotAuthentic,
        ),
        (&|it| it.counter = 2, ErrorCode::NotAuthentic),
        (
            &|it| it.sent_at = it.sent_at.plus_ms(3_600_000),
            ErrorCode::NotAuthentic,
        ),
        (
            &|it| it.expires_at = Some(it.sent_at),
            ErrorCode::NotAuthentic,
        ),
        (
            &|it| it.recipients = vec![nobody],
            ErrorCode::UnknownRecipient,
        ),
        (
            &|it| it.recipients = vec![old_key],
            ErrorCode::StaleRecipient,
        ),
        (
            &|it| it.recipients = vec![old_generation],
            ErrorCode::StaleRecipient,
        ),
        (
            &|it| it.sender_copy.generation = 2,
            ErrorCode::StaleRecipient,
        ),
    ];
    for (number, (change, code)) in headers.into_iter().enumerate() {
        assert_eq!(refused(&with(change)).await, code, "header {number}");
    }
    let other = with(&|_| {});
    let twice = AttachmentId(random());
    let requests: [crate::support::Altered<'_, api::SendMessageRequest>; 12] = [
        (&|it| it.summary.0[0] ^= 1, ErrorCode::NotAuthentic),
        (&|it| it.body.0[0] ^= 1, ErrorCode::NotAuthentic),
        (
            &|it| it.stanzas[1].sealed.0[0] ^= 1,
            ErrorCode::NotAuthentic,
        ),
        (&|it| it.stanzas.swap(0, 1), ErrorCode::NotAuthentic),
        (&|it| it.stanzas.truncate(1), ErrorCode::NotAuthentic),
        (
            &|it| it.stanzas[0].account = ada.account,
            ErrorCode::NotAuthentic,
        ),
        (&|it| it.signed.0.truncate(40), ErrorCode::BadRequest),
        (
            &|it| it.list_entry = vec![0; 6000].into(),
            ErrorCode::TooLarge,
        ),
        (
            &|it| it.signed = other.signed.clone(),
            ErrorCode::NotAuthentic,
        ),
        (
            &|it| it.attachments = vec![AttachmentId(random())],
            ErrorCode::NotFound,
        ),
        (
            &|it| it.attachments = vec![twice, twice],
            ErrorCode::BadRequest,
        ),
        (
            &|it| it.attachments = (0..101).map(|_| AttachmentId(random())).collect(),
            ErrorCode::BadRequest,
        ),
    ];
    for (number, (change, code)) in requests.into_iter().enumerate() {
        assert_eq!(refused(&tampered(change)).await, code, "request {number}");
    }
    assert!(bob.list(Folder::Inbox).await.messages.is_empty());
    send(&ada, &right).await.ok();
    assert_eq!(refused(&right).await, ErrorCode::DuplicateId);
    // Nobody sends as somebody else, and to everybody else there is no such mailbox.
    let elsewhere = bob
        .browser
        .call_at(api::SendMessage, &[&ada.mailbox()], &with(&|_| {}))
        .await;
    assert_eq!(elsewhere.code(), ErrorCode::NotFound);
}

#[tokio::test]
async fn a_message_follows_the_newest_of_its_chain() {
    let server = Server::start().await;
    let (ada, bob) = two(&server).await;
    let conversation = ConversationId(random());
    let message = |counter: u64, previous: Option<Hash>| {
        let mut header = ada.header(&server, &[bob.recipient()]);
        (header.conversation, header.counter, header.previous) = (conversation, counter, previous);
        ada.message(header)
    };
    let chain = MessageHeader::chain_of(conversation, ada.account, [bob.account]);
    let head = async |who: &Person| {
        let path = [who.mailbox(), chain.to_string()];
        let head = who
            .browser
            .call_at(api::GetChainHead, &[&path[0], &path[1]], &Empty {})
            .await
            .ok();
        (head.counter, head.hash)
    };
    assert_eq!(head(&ada).await, (0, None));
    let first = message(1, None);
    send(&ada, &first).await.ok();
    let hash = SignedMessage::from_bytes(&first.signed.0).unwrap().hash();
    assert_eq!(head(&ada).await, (1, Some(hash)));
    assert_eq!(head(&bob).await, (0, None), "another's chain");
    for stale in [
        message(1, None),
        message(2, Some(Hash(random()))),
        message(3, Some(hash)),
    ] {
        assert_eq!(send(&ada, &stale).await.code(), ErrorCode::StaleChain);
    }
    send(&ada, &message(2, Some(hash))).await.ok();
    assert_eq!(
        send(&ada, &message(2, Some(hash))).await.code(),
        ErrorCode::StaleChain
    );
    // Who asks again after a lost answer is told that the message is there.
    assert_eq!(send(&ada, &first).await.code(), ErrorCode::DuplicateId);
}

#[tokio::test]
async fn a_conversation_is_shown_from_every_folder() {
    let server = Server::start().await;
    let (ada, bob) = two(&server).await;
    let conversation = ConversationId(random());
    let mut ids = Vec::new();
    for (from, to) in [(&ada, &bob), (&bob, &ada), (&ada, &bob)] {
        let mut header = from.header(&server, &[to.recipient()]);
        header.conversation = conversation;
        if ids.len() == 2 {
            let first = ada.open(ids[0]).await.ok().signed;
            header.previous = Some(SignedMessage::from_bytes(&first.0).unwrap().hash());
            header.counter = 2;
        }
        ids.push(header.message);
        let mut request = from.message(header);
        request.answers = ids.len().checked_sub(2).map(|before| ids[before]);
        send(from, &request).await.ok();
        server.clock.advance_ms(1000);
    }
    ada.send(&server, &[&bob]).await;
    let find = async |who: &Person, hash| {
        let path = [who.mailbox(), conversation.to_string()];
        let request = api::GetConversationRequest { hash };
        who.browser
            .call_at(api::GetConversation, &[&path[0], &path[1]], &request)
            .await
            .ok()
            .messages
    };
    let read = async |who: &Person| find(who, None).await;
    let rows = read(&ada).await;
    let one = find(&ada, Some(rows[0].hash)).await;
    assert_eq!((one.len(), one[0].message), (1, ids[0]));
    assert!(
        find(&ada, Some(zegel_protocol::Hash::ZERO))
            .await
            .is_empty()
    );
    assert_eq!(rows.iter().map(|row| row.message).collect::<Vec<_>>(), ids);
    let folders: Vec<Folder> = rows.iter().map(|row| row.folder).collect();
    assert_eq!(folders, [Folder::Sent, Folder::Inbox, Folder::Sent]);
    let answered: Vec<_> = rows.iter().map(|row| row.answered_by.as_deref()).collect();
    assert_eq!(answered, [None, Some("ada@vandijk.example"), None]);
    let eve = Person::sign_up(&server, "eve@other.example").await;
    assert!(read(&eve).await.is_empty());
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
