//! T5: the client is given keys, or public keys, that the server made.

use std::cell::RefCell;
use std::rc::Rc;

use serde_json::Value;
use zegel_client::view::{Failure, Reason};
use zegel_client::{SessionTiers, SignedIn, unwatched};
use zegel_protocol::{AccountState, SendCertificate, Signed};

use crate::common::{Person, World, domain, reason};
use crate::json::{decode, encode, escrows, of_bytes, requests};
use crate::mallory::Mallory;

const TEXT: &str = "Van voor de aanval.";

/// Changes a session, given another account's.
type Forgery = Box<dyn Fn(&mut Value, &Value)>;

/// What a server can put in the place of an honest session, given another account's.
fn forgeries() -> Vec<(&'static str, Forgery)> {
    vec![
        (
            "a state with keys of its own, signed by its own identity",
            Box::new(|session, _| {
                let state: Signed<AccountState> = decode(&session["state"]);
                session["state"] = encode(&Mallory::new().state_like(&state.statement));
            }),
        ),
        (
            "a state with its own mailbox key under the old signature",
            Box::new(|session, _| {
                let mut state: Signed<AccountState> = decode(&session["state"]);
                let forged = Mallory::new().state_like(&state.statement).statement;
                state.statement.mailbox_encryption = forged.mailbox_encryption;
                session["state"] = encode(&state);
            }),
        ),
        (
            "a state with its own grant key under the old signature",
            Box::new(|session, _| {
                let mut state: Signed<AccountState> = decode(&session["state"]);
                let forged = Mallory::new().state_like(&state.statement).statement;
                state.statement.grant = forged.grant;
                session["state"] = encode(&state);
            }),
        ),
        (
            "a send key of its own",
            Box::new(|session, _| {
                let certificate: Signed<SendCertificate> = decode(&session["send_certificate"]);
                let mallory = Mallory::new();
                let account = certificate.statement.account;
                let forged = SendCertificate {
                    send_key: mallory.key.keyring(account, 1).send(account, 1, 1).public(),
                    ..certificate.statement
                };
                let forged = mallory.identity(account).sign(forged);
                session["send_certificate"] = encode(&forged);
            }),
        ),
        (
            "somebody else's session with this address and account",
            Box::new(|session, other| {
                let (account, address) = (session["account"].clone(), session["address"].clone());
                *session = other.clone();
                session["account"] = account;
                session["address"] = address;
            }),
        ),
        (
            "somebody else's state",
            Box::new(|session, other| session["state"] = other["state"].clone()),
        ),
    ]
}

/// What it can do to the sealed keys of one, which a reload does not need.
fn sealed_forgeries() -> Vec<(&'static str, Forgery)> {
    vec![
        (
            "somebody else's mailbox key",
            Box::new(|session, other| session["mailbox_key"] = other["mailbox_key"].clone()),
        ),
        (
            "somebody else's account key",
            Box::new(|session, other| {
                session["account_key_by_password"] = other["account_key_by_password"].clone();
            }),
        ),
        (
            "the account key in the place of the mailbox key",
            Box::new(|session, _| {
                session["mailbox_key"] = session["account_key_by_password"].clone();
            }),
        ),
        (
            "a sealed key with one bit changed",
            Box::new(|session, _| {
                let mut bytes = crate::json::bytes(&session["mailbox_key"]);
                *bytes.last_mut().unwrap() ^= 1;
                session["mailbox_key"] = of_bytes(bytes);
            }),
        ),
        (
            "nothing",
            Box::new(|session, _| session["account_key_by_password"] = of_bytes(Vec::new())),
        ),
    ]
}

/// The session that the server gave somebody.
async fn session_of(person: &mut Person) -> Value {
    let kept = Rc::new(RefCell::new(Value::Null));
    let seen = kept.clone();
    person.browser.wire.lie(move |answer| {
        if answer.is("/api/sign-in/finish") {
            *seen.borrow_mut() = answer.body.clone();
        }
    });
    person.sign_in_again().await;
    person.browser.wire.be_honest();
    kept.take()
}

async fn is_refused(
    person: &mut Person,
    other: &Value,
    forgery: Forgery,
    name: &str,
    path: &'static str,
    take_up: impl AsyncFn(&Person) -> Result<SignedIn, Failure>,
) {
    let other = other.clone();
    person.browser.wire.lie(move |answer| {
        if answer.is(path) {
            forgery(&mut answer.body, &other);
        }
    });
    person.browser.wire.take_exchanges();
    let outcome = take_up(person).await;
    assert_eq!(reason(outcome), Reason::NotAuthentic, "{name} at {path}");
    assert!(person.browser.wire.be_honest() > 0, "{name} was not told");
    // Nothing was written with such keys.
    let exchanges = person.browser.wire.take_exchanges();
    assert!(escrows(&exchanges).is_empty());
    let messages = person.mail_path("messages");
    for path in ["/api/pins", &messages, "/api/password/finish"] {
        assert!(requests(&exchanges, path).is_empty(), "{name}: {path}");
    }
}

#[tokio::test]
async fn t05_no_sign_in_and_no_reload_takes_up_keys_that_are_not_ones_own() {
    let world = World::start().await;
    let mut maartje = world.colleague("maartje", "Maartje Visser").await;
    let mut other = world.colleague("daan", "Daan de Boer").await;
    other.send(&maartje.address, "Van vroeger", TEXT).await;
    let others = session_of(&mut other).await;
    maartje.sign_in_again().await;
    maartje.reload().await;

    for (name, forgery) in forgeries() {
        maartje.sign_in_again().await;
        let reload = async |person: &Person| {
            let kept = person.session.session_tiers().to_bytes();
            let tiers = SessionTiers::from_bytes(&kept)?;
            person.browser.client.resume(&tiers).await
        };
        is_refused(&mut maartje, &others, forgery, name, "/api/session", reload).await;
    }
    for (name, forgery) in forgeries().into_iter().chain(sealed_forgeries()) {
        let sign_in = Person::try_sign_in;
        is_refused(
            &mut maartje,
            &others,
            forgery,
            name,
            "/api/sign-in/finish",
            sign_in,
        )
        .await;
    }
    maartje.sign_in_again().await;
    assert_eq!(maartje.inbox().await[0].1, TEXT);
}

#[tokio::test]
async fn t05_an_administrator_uses_no_recovery_seed_but_that_of_the_record() {
    let world = World::start().await;
    let mut administrator = world.administrator().await;
    let daan = world.colleague("daan", "Daan de Boer").await;
    let mut rival = world
        .sign_up(
            &zegel_protocol::Address::parse("eva@rival.example").unwrap(),
            "Eva Smit",
        )
        .await;
    rival
        .session
        .create_organisation("Rival", &unwatched)
        .await
        .unwrap();
    let rivals = session_of(&mut rival).await;
    administrator.sign_in_again().await;
    let honest = administrator.link_for(&daan.address).await;

    for seed in [rivals["recovery_seed"].clone(), Value::Null] {
        administrator.browser.wire.lie(move |answer| {
            if answer.is("/api/sign-in/finish") {
                answer.body["recovery_seed"] = seed.clone();
            }
        });
        administrator.sign_in_again().await;
        let links = administrator
            .session
            .adoption_links(&domain(), &unwatched)
            .await;
        assert_eq!(reason(links), Reason::NotAuthentic);
        let certify = administrator.session.certify_members(&unwatched).await;
        assert_eq!(reason(certify), Reason::NotAuthentic);
        assert!(administrator.browser.wire.be_honest() > 0);
    }
    administrator.sign_in_again().await;
    let again = administrator.link_for(&daan.address).await;
    assert_eq!(again.fragment(), honest.fragment());
}
