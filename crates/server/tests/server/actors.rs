//! Every route, asked by every kind of actor who has no right to it.

use reqwest::Method;
use zegel_api::{self as api, CLIENT_HEADER, ErrorCode, Problem, Route};

use crate::support::{Browser, Person, Server};

/// Who may use a route.
#[derive(Clone, Copy, PartialEq)]
enum Right {
    Anybody,
    SignedIn,
    Administrator,
}
use Right::{Administrator, Anybody, SignedIn};

struct Row {
    method: Method,
    path: String,
    right: Right,
}

fn row<R: Route>(_: R, right: Right) -> Row {
    let method = match R::METHOD {
        api::Method::Get => Method::GET,
        api::Method::Post => Method::POST,
        api::Method::Put => Method::PUT,
    };
    let path = R::PATH
        .replace("{organisation}", &"A".repeat(43))
        .replace("{domain}", "vandijk.example")
        .replace("{account}", &"A".repeat(22))
        .replace("{message}", &"A".repeat(22));
    Row {
        method,
        path,
        right,
    }
}

fn table() -> Vec<Row> {
    vec![
        row(api::SignUpStart, Anybody),
        row(api::SignUpVerify, Anybody),
        row(api::SignUpRegister, Anybody),
        row(api::SignUpFinish, Anybody),
        row(api::SignInStart, Anybody),
        row(api::SignInFinish, Anybody),
        row(api::SignOut, Anybody),
        row(api::CurrentSession, SignedIn),
        row(api::PasswordStart, SignedIn),
        row(api::PasswordFinish, SignedIn),
        row(api::CreateOrganisation, SignedIn),
        row(api::Manifests, SignedIn),
        row(api::PutManifest, Administrator),
        row(api::Members, Administrator),
        row(api::MembersToCertify, Administrator),
        row(api::PutCertificates, Administrator),
        row(api::Domains, Administrator),
        row(api::StartClaim, Administrator),
        row(api::CheckClaim, Administrator),
        row(api::WithdrawClaim, Administrator),
        row(api::NotYetAdopted, Administrator),
        row(api::Adoption, SignedIn),
        row(api::AcceptAdoption, SignedIn),
        row(api::DeferAdoption, SignedIn),
        row(api::KeysByAddress, SignedIn),
        row(api::KeysByAccount, SignedIn),
        row(api::GetPins, SignedIn),
        row(api::PutPins, SignedIn),
        row(api::SendMessage, SignedIn),
        row(api::ListMessages, SignedIn),
        row(api::GetMessage, SignedIn),
        row(api::MarkRead, SignedIn),
        row(api::PutListEntries, SignedIn),
        row(api::AuditEvents, Administrator),
    ]
}

async fn ask(browser: &Browser, row: &Row) -> Option<ErrorCode> {
    let answer = browser
        .raw(row.method.clone(), &row.path, |it| {
            it.header(CLIENT_HEADER, "test")
                .header("content-type", "application/json")
                .body("{}")
        })
        .await;
    if answer.status().is_success() {
        return None;
    }
    Some(answer.json::<Problem>().await.unwrap().code)
}

#[tokio::test]
async fn each_route_is_refused_to_who_has_no_right() {
    let server = Server::start().await;
    let free = Person::sign_up(&server, "free@other.example").await;
    let mut ada = Person::sign_up(&server, "ada@vandijk.example").await;
    let mut org = ada.found(&server).await;
    ada.claim(&server, &mut org, "vandijk.example").await;
    ada.adopt(&server, &mut org, "vandijk.example").await;
    let mut member = Person::sign_up(&server, "bob@vandijk.example").await;
    member.sign_in().await;
    member
        .browser
        .call(api::AcceptAdoption, &member.accepting(&server, &org))
        .await
        .ok();
    let nobody = server.browser();
    for row in table() {
        let place = format!("{} {}", row.method, row.path);
        let anonymous = ask(&nobody, &row).await;
        if row.right == Anybody {
            assert_ne!(anonymous, Some(ErrorCode::SignedOut), "{place}");
            continue;
        }
        assert_eq!(anonymous, Some(ErrorCode::SignedOut), "{place}");
        for (who, browser) in [("free", &free.browser), ("member", &member.browser)] {
            let code = ask(browser, &row).await;
            let refused = code == Some(ErrorCode::Forbidden);
            assert_eq!(
                refused,
                row.right == Administrator,
                "{who}: {place}: {code:?}"
            );
        }
        assert_ne!(
            ask(&ada.browser, &row).await,
            Some(ErrorCode::Forbidden),
            "{place}"
        );
    }
}

#[tokio::test]
async fn one_organisations_administrator_reaches_nothing_of_another() {
    let server = Server::start().await;
    let mut ada = Person::sign_up(&server, "ada@vandijk.example").await;
    let org = ada.found(&server).await;
    let mut eve = Person::sign_up(&server, "eve@other.example").await;
    eve.found(&server).await;
    let id = org.chain.org_id().to_string();
    let manifests = eve
        .browser
        .call_at(api::Manifests, &[&id], &api::ManifestsRequest { from: 0 })
        .await;
    assert_eq!(manifests.code(), ErrorCode::NotFound);
    let certificates = api::PutCertificatesRequest {
        certificates: Vec::new(),
        failed: vec![ada.account],
        organisation: org.chain.org_id(),
    };
    assert_eq!(
        eve.browser
            .call(api::PutCertificates, &certificates)
            .await
            .code(),
        ErrorCode::Forbidden
    );
    let members = eve
        .browser
        .call(
            api::Members,
            &api::MembersRequest {
                after: None,
                limit: 10,
            },
        )
        .await
        .ok();
    assert_eq!(members.total, 1);
    let events = api::AuditEventsRequest {
        limit: 10,
        ..Default::default()
    };
    let events = eve
        .browser
        .call(api::AuditEvents, &events)
        .await
        .ok()
        .events;
    assert!(
        events
            .iter()
            .all(|event| event.actor == "eve@other.example")
    );
}

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
