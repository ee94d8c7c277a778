//! The audit log.

use zegel_api as api;

use crate::support::{Person, Server};

#[tokio::test]
async fn audit_events_can_be_filtered() {
    let server = Server::start().await;
    let mut ada = Person::sign_up(&server, "ada@vandijk.example").await;
    let mut org = ada.found(&server).await;
    server.clock.advance_ms(60_000);
    ada.claim(&server, &mut org, "vandijk.example").await;
    let list = async |request: api::AuditEventsRequest| {
        ada.browser.call(api::AuditEvents, &request).await.ok()
    };
    let all = list(api::AuditEventsRequest {
        limit: 2,
        ..Default::default()
    })
    .await;
    assert_eq!(all.events.len(), 2);
    let rest = list(api::AuditEventsRequest {
        limit: 2,
        before: all.next,
        ..Default::default()
    })
    .await;
    assert_eq!((rest.events.len(), rest.next), (1, None));
    assert_eq!(rest.events[0].network_address, "127.0.0.1");
    let claimed = Some(api::AuditCategory::DomainClaimed);
    let filtered = list(api::AuditEventsRequest {
        limit: 9,
        category: claimed,
        ..Default::default()
    })
    .await;
    assert_eq!(filtered.events.len(), 1);
    assert_eq!(filtered.events[0].target, "vandijk.example");
    let until_ms = Some(filtered.events[0].at_ms.0 - 30_000);
    let early = list(api::AuditEventsRequest {
        limit: 9,
        until_ms,
        ..Default::default()
    })
    .await;
    assert_eq!(early.events.len(), 1);
    let late = list(api::AuditEventsRequest {
        limit: 9,
        from_ms: until_ms,
        ..Default::default()
    })
    .await;
    assert_eq!(late.events.len(), 2);
    for (actor, count) in [("vandijk", 3), ("%", 0), ("_", 0), ("eve", 0)] {
        let found = list(api::AuditEventsRequest {
            limit: 9,
            actor: Some(actor.to_owned()),
            ..Default::default()
        })
        .await;
        assert_eq!(found.events.len(), count, "{actor}");
    }
}
