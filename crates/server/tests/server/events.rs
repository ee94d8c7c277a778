//! Server-sent events: what a session is told of, and when its stream ends.

use std::time::Duration;

use zegel_api::{self as api, Empty, ErrorCode, Event, Folder, Problem};
use zegel_protocol::DraftId;

use crate::{
    drafts, folders,
    messages::two,
    support::{Person, Server, Stream, organisation, random},
};

fn mail(of: &Person) -> Event {
    Event::Mail {
        mailbox: of.account,
    }
}

#[tokio::test]
async fn whoever_reads_a_mailbox_is_told_that_it_changed() {
    let server = Server::start().await;
    let (ada, bob) = two(&server).await;
    let eve = Person::sign_up(&server, "eve@other.example").await;
    let mut adas = Stream::open(&ada.browser).await;
    let mut bobs = Stream::open(&bob.browser).await;
    let mut eves = Stream::open(&eve.browser).await;
    let id = ada.send(&server, &[&bob]).await;
    assert_eq!(bobs.next().await, mail(&bob));
    assert_eq!(adas.next().await, mail(&ada));

    // Each of these changes Bob's mailbox, and nobody else's.
    let read = api::MarkMessagesRequest {
        messages: vec![id],
        read: Some(true),
        starred: None,
    };
    bob.browser
        .call_at(api::MarkMessages, &[&bob.mailbox()], &read)
        .await
        .ok();
    assert_eq!(bobs.next().await, mail(&bob));
    folders::move_to(&bob, &[id], Folder::Trash).await.ok();
    assert_eq!(bobs.next().await, mail(&bob));
    let draft = DraftId(random());
    drafts::put(&bob, draft, &drafts::draft(0)).await.ok();
    assert_eq!(bobs.next().await, mail(&bob));
    let path = [bob.mailbox(), draft.to_string()];
    bob.browser
        .call_at(api::DeleteDraft, &[&path[0], &path[1]], &Empty {})
        .await
        .ok();
    assert_eq!(bobs.next().await, mail(&bob));

    // A receipt and a revocation concern both.
    let path = [bob.mailbox(), id.to_string()];
    bob.browser
        .call_at(api::SendReceipt, &[&path[0], &path[1]], &Empty {})
        .await
        .ok();
    assert_eq!(adas.next().await, mail(&ada));
    assert_eq!(bobs.next().await, mail(&bob));
    let taken_back = folders::revocation(&ada, &server, id).await;
    folders::revoke(&ada, taken_back).await.ok();
    assert_eq!(adas.next().await, mail(&ada));
    assert_eq!(bobs.next().await, mail(&bob));
    folders::delete(&bob, &[id]).await.ok();
    assert_eq!(bobs.next().await, mail(&bob));

    // Eve was told of nothing: the first that she hears of is her own.
    eve.send(&server, &[&eve]).await;
    assert_eq!(eves.next().await, mail(&eve));
}

#[tokio::test]
async fn a_delegate_is_told_as_long_as_access_lasts() {
    let server = Server::start().await;
    let (mut ada, bob) = two(&server).await;
    let eva = Person::sign_up(&server, "eva@vandijk.example").await;
    let mut stream = Stream::open(&eva.browser).await;
    bob.send(&server, &[&ada]).await;
    let (mut held, _) = ada.delegate(&server, &eva, false).await;
    assert_eq!(stream.next().await, Event::Access, "not of the mail before");
    bob.send(&server, &[&ada]).await;
    assert_eq!(stream.next().await, mail(&ada));
    held.share(&server, &ada, &[], true).await;
    assert_eq!(stream.next().await, Event::Access);
    ada.state = held.state.clone();
    bob.send(&server, &[&ada]).await;
    bob.send(&server, &[&eva]).await;
    assert_eq!(stream.next().await, mail(&eva), "nothing of Ada's any more");
}

#[tokio::test]
async fn lost_hints_are_made_up_for() {
    let server = Server::with(|config| config.recheck = Duration::from_millis(200)).await;
    let mut ada = Person::sign_up(&server, "ada@vandijk.example").await;
    let eva = Person::sign_up(&server, "eva@vandijk.example").await;
    let mut stream = Stream::open(&eva.browser).await;
    // Nothing that happens at another server on the same file is told to this one.
    let file = server.data.path().join("zegel.db");
    let other = Server::with(|config| {
        config.database = format!("sqlite://{}?mode=rwc", file.display());
    })
    .await;
    ada.browser = other.browser();
    ada.sign_in().await;
    let (mut held, _) = ada.delegate(&other, &eva, false).await;
    assert_eq!(stream.next().await, Event::Access);
    assert_eq!(stream.next().await, mail(&ada));
    held.share(&other, &ada, &[], true).await;
    assert_eq!(stream.next().await, Event::Access);
    // Nothing changed since.
    tokio::time::sleep(Duration::from_millis(600)).await;
    eva.send(&server, &[&eva]).await;
    assert_eq!(stream.next().await, mail(&eva));
}

#[tokio::test]
async fn an_account_has_so_many_streams() {
    let server = Server::start().await;
    let mut ada = Person::sign_up(&server, "ada@vandijk.example").await;
    let mut streams = Vec::new();
    for _ in 0..4 {
        for _ in 0..16 {
            streams.push(Stream::open(&ada.browser).await);
        }
        ada.browser = server.browser();
        ada.sign_in().await;
    }
    let refused = ada
        .browser
        .raw(reqwest::Method::GET, api::EVENTS, |it| it)
        .await;
    assert_eq!(refused.status(), 429);
}

#[tokio::test]
async fn a_stream_ends_with_its_session() {
    let server = Server::start().await;
    let (mut ada, _) = two(&server).await;
    let first = ada.browser.clone();
    let mut own = Stream::open(&ada.browser).await;
    ada.browser = server.browser();
    ada.sign_in().await;
    let mut other = Stream::open(&ada.browser).await;

    // One session ends: the other's stream goes on.
    first
        .call(api::SignOut, &api::SignOutRequest { everywhere: false })
        .await
        .ok();
    assert_eq!(own.next().await, Event::SessionEnded);
    own.ended().await;
    ada.send(&server, &[&ada]).await;
    assert_eq!(other.next().await, mail(&ada));

    let second = ada.browser.clone();
    ada.browser = server.browser();
    ada.sign_in().await;
    ada.browser
        .call(api::SignOut, &api::SignOutRequest { everywhere: true })
        .await
        .ok();
    assert_eq!(other.next().await, Event::SessionEnded);
    other.ended().await;
    let refused = second.raw(reqwest::Method::GET, api::EVENTS, |it| it).await;
    let problem: Problem = refused.json().await.unwrap();
    assert_eq!(problem.code, ErrorCode::SignedOut);
}

#[tokio::test]
async fn an_order_to_adopt_ends_the_streams_of_who_it_signs_out() {
    let server = Server::start().await;
    let mut admin = Person::sign_up(&server, "ada@vandijk.example").await;
    let mut org = admin.found(&server).await;
    admin.claim(&server, &mut org, "vandijk.example").await;
    let mut eva = Person::sign_up(&server, "eva@vandijk.example").await;
    let bob = Person::sign_up(&server, "bob@other.example").await;
    let mut evas = Stream::open(&eva.browser).await;
    let mut bobs = Stream::open(&bob.browser).await;
    let mut admins = Stream::open(&admin.browser).await;
    admin.adopt(&server, &mut org, "vandijk.example").await;
    assert_eq!(evas.next().await, Event::SessionEnded);
    evas.ended().await;
    for (person, stream) in [(&bob, &mut bobs), (&admin, &mut admins)] {
        person.send(&server, &[person]).await;
        assert_eq!(stream.next().await, mail(person), "goes on");
    }
    eva.sign_in().await;
    let mut evas = Stream::open(&eva.browser).await;
    eva.browser
        .call(api::AcceptAdoption, &eva.accepting(&server, &org))
        .await
        .ok();
    assert_eq!(evas.next().await, Event::Account);
}

#[tokio::test]
async fn a_session_has_so_many_streams() {
    let server = Server::start().await;
    let (ada, bob) = two(&server).await;
    let mut streams = Vec::new();
    for _ in 0..16 {
        streams.push(Stream::open(&ada.browser).await);
    }
    let answer = async || {
        ada.browser
            .raw(reqwest::Method::GET, api::EVENTS, |it| it)
            .await
    };
    let refused = answer().await;
    assert_eq!(refused.status(), 429);
    assert!(refused.headers().contains_key("retry-after"));
    Stream::open(&bob.browser).await;
    streams.pop();
    // The place is free once the server notices that nobody is at the other end.
    for _ in 0..200 {
        if answer().await.status() == 200 {
            return;
        }
        ada.send(&server, &[&ada]).await;
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the place of a stream that was left is not free");
}

#[tokio::test]
async fn streams_are_not_kept_by_a_server_that_stops() {
    let server = Server::with(|config| config.request_timeout = Duration::from_millis(300)).await;
    let (ada, bob) = two(&server).await;
    let mut stream = Stream::open(&ada.browser).await;
    // A stream is no request that takes too long.
    tokio::time::sleep(Duration::from_millis(500)).await;
    bob.send(&server, &[&ada]).await;
    assert_eq!(stream.next().await, mail(&ada));
    let start = std::time::Instant::now();
    server.running.shutdown().await;
    stream.ended().await;
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn proxies_are_told_to_pass_events_on() {
    let server = Server::start().await;
    let (ada, _) = two(&server).await;
    let answer = ada
        .browser
        .raw(reqwest::Method::GET, api::EVENTS, |it| it)
        .await;
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert_eq!(answer.headers()["x-accel-buffering"], "no");
    let nobody = server.browser();
    let refused = nobody.raw(reqwest::Method::GET, api::EVENTS, |it| it).await;
    assert_eq!(refused.status(), 401);
}

#[tokio::test]
async fn founding_and_joining_are_told_to_other_pages() {
    let server = Server::start().await;
    let (_, _, people) = organisation(&server, &["eva"]).await;
    let mut eve = Person::sign_up(&server, "eve@other.example").await;
    let mut eves = Stream::open(&eve.browser).await;
    let mut evas = Stream::open(&people[0].browser).await;
    eve.found(&server).await;
    assert_eq!(eves.next().await, Event::Account);
    people[0].send(&server, &[&people[0]]).await;
    assert_eq!(evas.next().await, mail(&people[0]), "nothing of Eve's");
}
