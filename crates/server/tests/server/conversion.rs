//! A colleague's account becomes a functional one.

use zegel_api::{self as api, AccountKind, AuditCategory, Empty, ErrorCode};
use zegel_protocol::{AccountId, CertificateMethod, Kind};

use crate::{
    functional::{accessible, history, told},
    organisations::categories,
    support::{Conversion, Held, PASSWORD, Person, Server, organisation, sign_in},
};

async fn convert(
    admin: &Person,
    account: AccountId,
    request: &api::ConvertRequest,
) -> super::support::Answer<Empty> {
    admin
        .browser
        .call_at(api::ConvertToFunctional, &[&account.to_string()], request)
        .await
}

#[tokio::test]
async fn a_colleagues_account_becomes_functional() {
    let server = Server::start().await;
    let (org, ada, people) = organisation(&server, &["bob", "cas"]).await;
    let [bob, cas] = &people[..] else { panic!() };
    // Cas may act as Bob, and Bob as Cas.
    let mut bobs = Held::of(bob);
    bobs.share(&server, bob, &[(cas, false)], false).await;
    let mut cass = Held::of(cas);
    cass.share(&server, cas, &[(bob, false)], false).await;
    let account = bob.account;
    let mut conversion = Conversion::new(&server, &org, &ada, bobs);
    let right = conversion.request(&ada);
    assert_eq!(
        convert(cas, account, &right).await.code(),
        ErrorCode::Forbidden
    );
    let not_cosigned = api::ConvertRequest {
        state: super::support::bytes(&super::support::sign(
            &conversion.identity,
            conversion.state.clone(),
        )),
        ..right.clone()
    };
    assert_eq!(
        convert(&ada, account, &not_cosigned).await.code(),
        ErrorCode::NotAuthentic,
        "a reset is no conversion"
    );
    server.mail_to("cas@vandijk.example").await;
    server.mail_to("bob@vandijk.example").await;
    server.clear_outbox();
    convert(&ada, account, &right).await.ok();
    told(
        &server,
        "cas@vandijk.example",
        "bob@vandijk.example",
        "no longer have access",
    )
    .await;
    assert_eq!(
        bob.browser
            .call(api::CurrentSession, &Empty {})
            .await
            .code(),
        ErrorCode::SignedOut
    );
    assert_eq!(
        sign_in(&server.browser(), &bob.address, PASSWORD)
            .await
            .code(),
        ErrorCode::WrongCredentials
    );
    assert!(accessible(cas).await.is_empty(), "it is granted anew");
    let seen = cas
        .browser
        .call_at(api::AccountAccess, &[&cas.account.to_string()], &Empty {})
        .await
        .ok();
    assert!(seen.members.is_empty() && seen.rotation_pending_since_ms.is_some());
    assert_eq!(categories(&ada).await[0], AuditCategory::AccountConverted);
    assert_eq!(
        convert(&ada, account, &right).await.code(),
        ErrorCode::Conflict,
        "once"
    );

    conversion.held.identity = conversion.identity.clone();
    let mut desk = Held {
        state: super::support::sign(&conversion.identity, conversion.state.clone()),
        roster: Some(super::support::sign(
            &conversion.identity,
            conversion.roster.clone(),
        )),
        send_keys: Default::default(),
        ..conversion.held
    };
    let mut cas = Person {
        state: cass.state.clone(),
        ..people.into_iter().nth(1).unwrap()
    };
    desk.share(&server, &ada, &[(&cas, false)], false).await;
    let rows = accessible(&cas).await;
    assert_eq!(rows[0].kind, AccountKind::Functional);
    let keys = history(&cas, account).await.ok().keys;
    assert_eq!(keys.len(), 1, "the mail of before stays readable");
    cas.sign_in().await;
}

#[tokio::test]
async fn what_is_no_conversion_is_refused() {
    let server = Server::start().await;
    let (org, ada, people) = organisation(&server, &["bob"]).await;
    let bob = &people[0];
    let wrong = |change: &dyn Fn(&mut Conversion)| {
        let mut conversion = Conversion::new(&server, &org, &ada, Held::of(bob));
        change(&mut conversion);
        conversion.request(&ada)
    };
    let cases: &[crate::support::NamedAltered<'_, Conversion>] = &[
        (
            "a person's state",
            &|it| it.state.kind = Kind::Person,
            ErrorCode::NotAuthentic,
        ),
        (
            "a state that skips one",
            &|it| it.state.sequence += 1,
            ErrorCode::StaleStatement,
        ),
        (
            "the mailbox key of before",
            &|it| it.state.mailbox_generation -= 1,
            ErrorCode::NotAuthentic,
        ),
        (
            "no membership",
            &|it| it.state.joined = None,
            ErrorCode::NotAuthentic,
        ),
        (
            "an escrow of before",
            &|it| it.escrow.epoch = 1,
            ErrorCode::NotAuthentic,
        ),
        (
            "a certificate of before",
            &|it| it.certificate.epoch = 1,
            ErrorCode::StaleStatement,
        ),
        (
            "a certificate by link",
            &|it| it.certificate.method = CertificateMethod::Link,
            ErrorCode::NotAuthentic,
        ),
        (
            "a roster that skips one",
            &|it| it.roster.version += 1,
            ErrorCode::StaleStatement,
        ),
    ];
    for (what, change, code) in cases {
        let answer = convert(&ada, bob.account, &wrong(change)).await;
        assert_eq!(answer.code(), *code, "{what}");
    }
    let own = Conversion::new(&server, &org, &ada, Held::of(&ada)).request(&ada);
    assert_eq!(
        convert(&ada, ada.account, &own).await.code(),
        ErrorCode::Forbidden,
        "an administrator's account"
    );
    let mut eve = Person::sign_up(&server, "eve@other.example").await;
    let foreign = eve.found(&server).await;
    let theirs = Conversion::new(&server, &foreign, &eve, Held::of(bob)).request(&eve);
    assert_eq!(
        convert(&eve, bob.account, &theirs).await.code(),
        ErrorCode::NotFound,
        "another organisation's account"
    );
    bob.browser.call(api::CurrentSession, &Empty {}).await.ok();
    server.clock.advance_ms(16 * 60 * 1000);
    assert_eq!(
        convert(&ada, bob.account, &wrong(&|_| {})).await.code(),
        ErrorCode::PasswordNeeded
    );
}
