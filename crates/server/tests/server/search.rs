//! Search indexes over HTTP: sizes, rights, headers, and what is left when messages are gone.

use reqwest::{Method, Response, StatusCode};
use zegel_api::{self as api, Empty, ErrorCode, Event, Folder, Problem, fill};
use zegel_protocol::{MessageId, SearchSegmentId, limits::MAX_SEARCH_SEGMENT_BYTES};

use crate::{
    folders::{delete, move_to, revocation, revoke},
    messages::two,
    support::{Answer, Functional, Person, Server, Stream, organisation, random, sealed},
};

fn naming(messages: &[MessageId]) -> api::PutSearchSegmentRequest {
    api::PutSearchSegmentRequest {
        sealed: sealed(),
        documents: u32::try_from(messages.len()).unwrap(),
        messages: messages.to_vec(),
        replaces: Vec::new(),
    }
}

async fn put(
    who: &Person,
    segment: SearchSegmentId,
    request: &api::PutSearchSegmentRequest,
) -> Answer<Empty> {
    let path = [who.mailbox(), segment.to_string()];
    who.browser
        .call_at(api::PutSearchSegment, &[&path[0], &path[1]], request)
        .await
}

/// Stores a segment that names these messages.
async fn stored(who: &Person, messages: &[MessageId]) -> SearchSegmentId {
    let segment = SearchSegmentId(random());
    put(who, segment, &naming(messages)).await.ok();
    segment
}

async fn index(who: &Person) -> Answer<api::SearchIndex> {
    who.browser
        .call_at(api::GetSearchIndex, &[&who.mailbox()], &Empty {})
        .await
}

async fn unindexed(who: &Person, before: Option<String>, limit: u16) -> Answer<api::UnindexedPage> {
    let request = api::ListUnindexedRequest { before, limit };
    who.browser
        .call_at(api::ListUnindexed, &[&who.mailbox()], &request)
        .await
}

async fn find(who: &Person, messages: &[MessageId]) -> Answer<api::Conversation> {
    let request = api::FindMessagesRequest {
        messages: messages.to_vec(),
    };
    who.browser
        .call_at(api::FindMessages, &[&who.mailbox()], &request)
        .await
}

async fn fetch(who: &Person, segment: SearchSegmentId) -> Response {
    let path = fill(api::SEARCH_SEGMENT, &[&who.mailbox(), &segment.to_string()]);
    who.browser.raw(Method::GET, &path, |it| it).await
}

async fn code(response: Response) -> ErrorCode {
    response.json::<Problem>().await.unwrap().code
}

#[tokio::test]
async fn an_index_is_stored_fetched_and_merged() {
    let server = Server::start().await;
    let (ada, bob) = two(&server).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(bob.send(&server, &[&ada]).await);
        server.clock.advance_ms(1000);
    }
    assert_eq!(
        index(&ada).await.ok(),
        api::SearchIndex {
            segments: Vec::new(),
            unindexed: 3
        }
    );
    let (first, request) = (SearchSegmentId(random()), naming(&ids[..1]));
    put(&ada, first, &request).await.ok();
    // The answer was lost.
    put(&ada, first, &request).await.ok();
    let other = put(&ada, first, &naming(&ids[1..2])).await;
    assert_eq!(other.code(), ErrorCode::DuplicateId);
    let second = stored(&ada, &ids[1..2]).await;
    let same = put(&ada, SearchSegmentId(random()), &naming(&ids[..1])).await;
    assert_eq!(same.code(), ErrorCode::Conflict);

    let response = fetch(&ada, first).await;
    assert_eq!(response.status(), StatusCode::OK);
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/octet-stream");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(
        header("cache-control"),
        "private, max-age=31536000, immutable"
    );
    assert_eq!(response.bytes().await.unwrap(), request.sealed.0);

    let merged = SearchSegmentId(random());
    let request = api::PutSearchSegmentRequest {
        documents: 3,
        replaces: vec![first, second],
        ..naming(&ids[2..])
    };
    put(&ada, merged, &request).await.ok();
    let again = put(&ada, SearchSegmentId(random()), &request).await;
    assert_eq!(again.code(), ErrorCode::Conflict);
    let expected = api::SearchSegment {
        segment: merged,
        size_bytes: u32::try_from(request.sealed.0.len()).unwrap(),
        messages: 3,
        stale: false,
    };
    let found = index(&ada).await.ok();
    assert_eq!((found.segments, found.unindexed), (vec![expected], 0));
    assert_eq!(code(fetch(&ada, first).await).await, ErrorCode::NotFound);
    assert_eq!(index(&bob).await.ok().unindexed, 3, "his own, as sent");
}

#[tokio::test]
async fn what_is_gone_is_neither_found_nor_indexed() {
    let server = Server::start().await;
    let (ada, bob) = two(&server).await;
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(bob.send(&server, &[&ada]).await);
        server.clock.advance_ms(1000);
    }
    let [deleted, revoked, archived, left] = ids[..] else {
        panic!()
    };
    let segment = stored(&ada, &[deleted, revoked, archived]).await;
    move_to(&ada, &[deleted], Folder::Trash).await.ok();
    move_to(&ada, &[archived], Folder::Archive).await.ok();
    let rows = find(&ada, &ids).await.ok().messages;
    assert_eq!(rows.len(), 4, "in every folder");
    delete(&ada, &[deleted]).await.ok();
    let statement = revocation(&bob, &server, revoked).await;
    revoke(&bob, statement).await.ok();

    let found = find(&ada, &ids).await.ok().messages;
    let mut found: Vec<MessageId> = found.into_iter().map(|row| row.message).collect();
    found.sort_unstable();
    let mut expected = vec![archived, left];
    expected.sort_unstable();
    assert_eq!(found, expected);
    assert!(
        find(&ada, &[MessageId(random())])
            .await
            .ok()
            .messages
            .is_empty()
    );
    let index_now = index(&ada).await.ok();
    assert_eq!(index_now.unindexed, 1);
    let shown = &index_now.segments[0];
    assert_eq!((shown.messages, shown.stale), (1, true));
    let page = unindexed(&ada, None, 100).await.ok();
    assert_eq!(page.messages.len(), 1);
    assert_eq!(page.messages[0].message, left);

    move_to(&ada, &[archived], Folder::Trash).await.ok();
    delete(&ada, &[archived]).await.ok();
    assert!(index(&ada).await.ok().segments.is_empty());
    assert_eq!(code(fetch(&ada, segment).await).await, ErrorCode::NotFound);
}

#[tokio::test]
async fn unindexed_messages_come_in_pages() {
    let server = Server::start().await;
    let (ada, bob) = two(&server).await;
    let mut ids = Vec::new();
    for number in 0..5 {
        ids.push(bob.send(&server, &[&ada]).await);
        if number % 2 == 0 {
            server.clock.advance_ms(1000);
        }
    }
    stored(&ada, &ids[1..2]).await;
    let (mut seen, mut before) = (Vec::new(), None);
    loop {
        let page = unindexed(&ada, before, 2).await.ok();
        assert!(page.messages.len() <= 2);
        seen.extend(
            page.messages
                .into_iter()
                .map(|row| (row.received_at_ms, row.message)),
        );
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    assert!(
        seen.is_sorted_by(|above, below| above > below),
        "newest first"
    );
    let mut seen: Vec<MessageId> = seen.into_iter().map(|(_, id)| id).collect();
    seen.sort_unstable();
    ids.remove(1);
    ids.sort_unstable();
    assert_eq!(seen, ids);
    for limit in [0, 101] {
        assert_eq!(
            unindexed(&ada, None, limit).await.code(),
            ErrorCode::BadRequest
        );
    }
    let key = Some("x".to_owned());
    assert_eq!(unindexed(&ada, key, 1).await.code(), ErrorCode::BadRequest);
}

#[tokio::test]
async fn requests_have_limits() {
    let server = Server::start().await;
    let (ada, bob) = two(&server).await;
    let id = bob.send(&server, &[&ada]).await;
    let answer = async |request: api::PutSearchSegmentRequest| {
        put(&ada, SearchSegmentId(random()), &request).await
    };
    let of = |bytes: usize| api::PutSearchSegmentRequest {
        sealed: vec![7; bytes].into(),
        ..naming(&[id])
    };
    let code = async |request| answer(request).await.code();
    assert_eq!(code(of(0)).await, ErrorCode::BadRequest);
    // The first is read whole, the second is not.
    for bytes in [MAX_SEARCH_SEGMENT_BYTES + 1, 2 * MAX_SEARCH_SEGMENT_BYTES] {
        assert_eq!(code(of(bytes)).await, ErrorCode::TooLarge);
    }
    let many = |messages, replaced| api::PutSearchSegmentRequest {
        messages: (0..messages).map(|_| MessageId(random())).collect(),
        replaces: (0..replaced).map(|_| SearchSegmentId(random())).collect(),
        ..of(10)
    };
    assert_eq!(code(many(0, 0)).await, ErrorCode::BadRequest);
    assert_eq!(code(many(1001, 0)).await, ErrorCode::BadRequest);
    assert_eq!(code(many(0, 65)).await, ErrorCode::BadRequest);
    assert_eq!(code(many(1000, 64)).await, ErrorCode::Conflict);
    assert!(index(&ada).await.ok().segments.is_empty());
    // The largest that there may be, with the longest lists.
    let mut messages = many(999, 0).messages;
    messages.push(id);
    let largest = api::PutSearchSegmentRequest {
        messages,
        ..of(MAX_SEARCH_SEGMENT_BYTES)
    };
    answer(largest).await.ok();
    let found = index(&ada).await.ok().segments;
    assert_eq!(found[0].size_bytes as usize, MAX_SEARCH_SEGMENT_BYTES);

    let too_many: Vec<MessageId> = (0..101).map(|_| MessageId(random())).collect();
    assert_eq!(find(&ada, &too_many).await.code(), ErrorCode::BadRequest);
    find(&ada, &too_many[..100]).await.ok();
}

#[tokio::test]
async fn who_reads_a_mailbox_searches_it_and_nobody_else() {
    let server = Server::start().await;
    let (org, ada, people) = organisation(&server, &["bob", "cas", "dirk"]).await;
    let [mut bob, cas, dirk] = <[Person; 3]>::try_from(people).unwrap_or_else(|_| panic!());
    let (_, delegate) = bob.delegate(&server, &cas, false).await;
    let mut desk = Functional::create(&server, &org, &ada, "desk@vandijk.example").await;
    desk.share(&server, &ada, &[(&dirk, false)], false).await;
    let member = desk.acting(&dirk);
    let header = ada.header(&server, &[bob.recipient(), desk.recipient()]);
    let id = header.message;
    ada.browser
        .call_at(api::SendMessage, &[&ada.mailbox()], &ada.message(header))
        .await
        .ok();

    // What one of them stored is the other's.
    let segment = stored(&delegate, &[id]).await;
    for reader in [&bob, &delegate] {
        assert_eq!(index(reader).await.ok().segments.len(), 1);
        assert_eq!(fetch(reader, segment).await.status(), StatusCode::OK);
        assert_eq!(find(reader, &[id]).await.ok().messages.len(), 1);
    }
    let desks = stored(&member, &[id]).await;
    assert_eq!(fetch(&member, desks).await.status(), StatusCode::OK);
    assert!(
        index(&ada).await.ok().segments.is_empty(),
        "the sender's copy is another"
    );

    // To everybody else the mailbox does not exist, an administrator and a colleague among them.
    for browser in [&ada.browser, &dirk.browser] {
        let path = [bob.mailbox(), segment.to_string()];
        let looked = browser
            .call_at(api::GetSearchIndex, &[&path[0]], &Empty {})
            .await;
        assert_eq!(looked.code(), ErrorCode::NotFound);
        let path = [path[0].as_str(), path[1].as_str()];
        let written = browser
            .call_at(api::PutSearchSegment, &path, &naming(&[id]))
            .await;
        assert_eq!(written.code(), ErrorCode::NotFound);
        let url = fill(api::SEARCH_SEGMENT, &path);
        let fetched = browser.raw(Method::GET, &url, |it| it).await;
        assert_eq!(code(fetched).await, ErrorCode::NotFound);
    }
    // Nor is one mailbox's segment another's.
    assert_eq!(code(fetch(&bob, desks).await).await, ErrorCode::NotFound);
    let stealing = api::PutSearchSegmentRequest {
        replaces: vec![desks],
        ..naming(&[])
    };
    let stolen = put(&bob, SearchSegmentId(random()), &stealing).await;
    assert_eq!(stolen.code(), ErrorCode::Conflict);
    assert_eq!(index(&member).await.ok().segments.len(), 1);
}

#[tokio::test]
async fn nobody_is_told_of_a_segment() {
    let server = Server::start().await;
    let (ada, bob) = two(&server).await;
    let id = bob.send(&server, &[&ada]).await;
    let mut stream = Stream::open(&ada.browser).await;
    stored(&ada, &[id]).await;
    ada.browser
        .call(api::SignOut, &api::SignOutRequest { everywhere: false })
        .await
        .ok();
    assert_eq!(stream.next().await, Event::SessionEnded);
    stream.ended().await;
}
