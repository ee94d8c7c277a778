//! Drafts: versions, pages, sizes.

use zegel_api::{self as api, Empty, ErrorCode, Folder};
use zegel_protocol::{DraftId, MessageId};

use crate::{
    messages::two,
    support::{Answer, Person, Server, random, sealed},
};

pub(crate) fn draft(replaces: u32) -> api::PutDraftRequest {
    api::PutDraftRequest {
        replaces,
        sealed: sealed(),
        answers: None,
    }
}

pub(crate) async fn put(
    who: &Person,
    draft: DraftId,
    request: &api::PutDraftRequest,
) -> Answer<Empty> {
    let path = [who.mailbox(), draft.to_string()];
    who.browser
        .call_at(api::PutDraft, &[&path[0], &path[1]], request)
        .await
}

async fn get(who: &Person, draft: DraftId) -> Answer<api::Draft> {
    let path = [who.mailbox(), draft.to_string()];
    who.browser
        .call_at(api::GetDraft, &[&path[0], &path[1]], &Empty {})
        .await
}

async fn page(who: &Person, before: Option<String>, limit: u16) -> Answer<api::DraftPage> {
    let request = api::ListDraftsRequest { before, limit };
    who.browser
        .call_at(api::ListDrafts, &[&who.mailbox()], &request)
        .await
}

async fn count(who: &Person) -> u32 {
    who.browser
        .call_at(api::MailCounts, &[&who.mailbox()], &Empty {})
        .await
        .ok()
        .drafts
}

#[tokio::test]
async fn a_draft_is_kept_by_version() {
    let server = Server::start().await;
    let (ada, bob) = two(&server).await;
    let id = DraftId(random());
    assert_eq!(get(&ada, id).await.code(), ErrorCode::NotFound);
    assert_eq!(put(&ada, id, &draft(1)).await.code(), ErrorCode::Conflict);
    let first = draft(0);
    put(&ada, id, &first).await.ok();
    put(&ada, id, &first).await.ok();
    assert_eq!(put(&ada, id, &draft(0)).await.code(), ErrorCode::Conflict);
    let second = draft(1);
    put(&ada, id, &second).await.ok();
    let found = get(&ada, id).await.ok();
    assert_eq!(
        (found.version, found.sealed, found.edited_by.as_str()),
        (2, second.sealed, "ada@vandijk.example")
    );
    assert_eq!((count(&ada).await, count(&bob).await), (1, 0));
    assert_eq!(get(&bob, id).await.code(), ErrorCode::NotFound);

    let path = [ada.mailbox(), id.to_string()];
    ada.browser
        .call_at(api::DeleteDraft, &[&path[0], &path[1]], &Empty {})
        .await
        .ok();
    assert_eq!(get(&ada, id).await.code(), ErrorCode::NotFound);
    let elsewhere = bob
        .browser
        .call_at(api::PutDraft, &[&path[0], &path[1]], &draft(0))
        .await;
    assert_eq!(elsewhere.code(), ErrorCode::NotFound);
}

#[tokio::test]
async fn a_draft_is_not_of_any_size() {
    let server = Server::start().await;
    let (ada, _) = two(&server).await;
    let of = |bytes: usize| api::PutDraftRequest {
        sealed: vec![7; bytes].into(),
        ..draft(0)
    };
    let code = async |bytes| put(&ada, DraftId(random()), &of(bytes)).await.code();
    assert_eq!(code(0).await, ErrorCode::BadRequest);
    assert_eq!(code(1_200_000).await, ErrorCode::TooLarge);
    // The largest text that a message may have can be a draft.
    put(&ada, DraftId(random()), &of(1024 * 1024)).await.ok();
}

#[tokio::test]
async fn drafts_come_in_pages_last_edited_first() {
    let server = Server::start().await;
    let (ada, _) = two(&server).await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        let id = DraftId(random());
        put(&ada, id, &draft(0)).await.ok();
        ids.push(id);
        server.clock.advance_ms(1000);
    }
    put(&ada, ids[0], &draft(1)).await.ok();
    ids.rotate_left(1);
    ids.reverse();
    let (mut seen, mut before) = (Vec::new(), None);
    loop {
        let page = page(&ada, before, 2).await.ok();
        seen.extend(page.drafts.into_iter().map(|draft| draft.draft));
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(seen, ids);
    assert_eq!(page(&ada, None, 0).await.code(), ErrorCode::BadRequest);
    assert_eq!(
        page(&ada, Some("x".to_owned()), 1).await.code(),
        ErrorCode::BadRequest
    );
}

#[tokio::test]
async fn a_draft_ends_when_it_is_sent() {
    let server = Server::start().await;
    let (ada, bob) = two(&server).await;
    let id: [u8; 16] = random();
    put(&ada, DraftId(id), &draft(0)).await.ok();
    let mut header = ada.header(&server, &[bob.recipient()]);
    header.message = MessageId(id);
    let mut request = ada.message(header);
    let seen = |version| {
        Some(api::SentDraft {
            draft: DraftId(id),
            version,
        })
    };
    for not_stored in [0, 2] {
        request.draft = seen(not_stored);
        let refused = ada
            .browser
            .call_at(api::SendMessage, &[&ada.mailbox()], &request)
            .await;
        assert_eq!(refused.code(), ErrorCode::Conflict);
    }
    assert_eq!(count(&ada).await, 1);
    assert!(bob.list(Folder::Inbox).await.messages.is_empty());
    request.draft = seen(1);
    let send = async || {
        ada.browser
            .call_at(api::SendMessage, &[&ada.mailbox()], &request)
            .await
    };
    send().await.ok();
    assert_eq!(count(&ada).await, 0);
    assert_eq!(send().await.code(), ErrorCode::DuplicateId);
    assert_eq!(
        put(&ada, DraftId(id), &draft(0)).await.code(),
        ErrorCode::DuplicateId,
        "a late write does not bring it back"
    );
    assert_eq!(bob.list(Folder::Inbox).await.messages.len(), 1);
}
