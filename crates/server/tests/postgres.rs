//! Several servers on one PostgreSQL database, the one at `ZEGEL_TEST_POSTGRES`.

#[path = "server/support/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the other tests use the rest")]
mod support;

use zegel_api::{self as api, Event};

use support::{PASSWORD, Person, Server, Stream, random, sign_in};

async fn server() -> Server {
    let url = std::env::var("ZEGEL_TEST_POSTGRES").expect(
        "ZEGEL_TEST_POSTGRES is not set: it names the PostgreSQL database that this test runs in, such as \
         postgres://user@localhost/test; `cargo xtask test` starts one",
    );
    Server::with(|config| config.database = url).await
}

/// The database may have been used before.
fn address(name: &str) -> String {
    let number = u64::from_be_bytes(random());
    format!("{name}{number}@other.example")
}

/// The next event that is about something: a server that begins to listen tells its streams to look at everything.
async fn wait_for(stream: &mut Stream, wanted: &Event) {
    while stream.next().await != *wanted {}
}

#[tokio::test]
async fn what_changes_on_one_server_is_told_by_the_other() {
    let one = server().await;
    let ada = Person::sign_up(&one, &address("ada")).await;
    let bob = Person::sign_up(&one, &address("bob")).await;
    let two = server().await;
    // Bob is signed in on both; Ada only on the first.
    let browser = two.browser();
    sign_in(&browser, &bob.address, PASSWORD).await.ok();
    let mut far = Stream::open(&browser).await;
    let mut near = Stream::open(&bob.browser).await;
    let mail = Event::Mail {
        mailbox: bob.account,
    };

    // The second server may have begun to listen meanwhile, which is an event of its own: one of three.
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(ada.send(&one, &[&bob]).await);
        wait_for(&mut far, &mail).await;
        wait_for(&mut near, &mail).await;
    }
    let read = api::MarkMessagesRequest {
        messages: ids,
        read: Some(true),
        starred: None,
    };
    browser
        .call_at(api::MarkMessages, &[&bob.mailbox()], &read)
        .await
        .ok();
    wait_for(&mut near, &mail).await;
    wait_for(&mut far, &mail).await;

    // Signing out everywhere on one server ends the streams of the other.
    bob.browser
        .call(api::SignOut, &api::SignOutRequest { everywhere: true })
        .await
        .ok();
    for mut stream in [near, far] {
        wait_for(&mut stream, &Event::SessionEnded).await;
        stream.ended().await;
    }
    one.running.shutdown().await;
    two.running.shutdown().await;
}
