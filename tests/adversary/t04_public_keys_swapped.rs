//! T4: a recipient's public key is swapped.

use serde_json::json;
use zegel_api::{ErrorCode, Method};
use zegel_client::unwatched;
use zegel_client::view::{Field, Reason, Trust};
use zegel_crypto::IdentitySecret;
use zegel_protocol::{AccountState, KeyCertificate, Signed, SignedMessage};

use crate::common::access::Office;
use crate::common::platform::Answer;
use crate::common::{Person, World, domain, letter, reason};
use crate::json::{decode, encode, requests, serve_manifests, succeed};
use crate::mallory::Mallory;

const TEXT: &str = "Alleen voor jou.";

/// Puts Mallory's keys in the place of everybody's but one's own.
fn swap_keys(answer: &mut Answer<'_>, mallory: &Mallory, own: &str) {
    if answer.path.starts_with("/api/keys") && answer.status == 200 && answer.body["account"] != own
    {
        let state: Signed<AccountState> = decode(&answer.body["state"]);
        answer.body["state"] = encode(&mallory.state_like(&state.statement));
    }
}

async fn send(from: &Person, to: &Person) -> Result<(), (Reason, Option<Field>)> {
    let content = letter(&[&to.address], "Vertrouwelijk", TEXT);
    let sent = from.write_as(from.account(), &content).await;
    sent.map(drop).map_err(|failure| {
        // Whoever has to decide is told about whom.
        if failure.reason == Reason::KeyChanged {
            assert!(failure.account.is_some());
        }
        (failure.reason, failure.field)
    })
}

#[tokio::test]
async fn t04_a_key_met_first_is_pinned_and_the_truth_is_shown_as_a_change() {
    let world = World::start().await;
    let maartje = world.colleague("maartje", "Maartje Visser").await;
    let noor = world.colleague("noor", "Noor Bakker").await;
    let daan = world.colleague("daan", "Daan de Boer").await;
    send(&maartje, &noor).await.unwrap();
    assert_eq!(noor.inbox().await[0].1, TEXT);

    let own = maartje.session.view().account.to_string();
    let messages = maartje.mail_path("messages");
    maartje.browser.wire.lie(move |answer| {
        let mallory = Mallory::new();
        swap_keys(answer, &mallory, &own);
        // A server that wants the message takes it.
        if answer.path == messages && answer.status != 200 {
            succeed(answer, json!({}));
        }
    });
    let met = maartje.session.find_recipient(&daan.address).await.unwrap();
    assert_eq!(met.trust, Trust::FirstMet);
    // Every answer has other keys here: the second is a change already.
    let changed = (Reason::KeyChanged, Some(Field::Recipient));
    assert_eq!(send(&maartje, &daan).await, Err(changed));
    assert!(maartje.browser.wire.be_honest() > 0);

    maartje.browser.wire.take_exchanges();
    let seen = maartje.session.find_recipient(&daan.address).await.unwrap();
    assert_eq!(seen.trust, Trust::Changed);
    assert_eq!(send(&maartje, &daan).await, Err(changed));
    let exchanges = maartje.browser.wire.take_exchanges();
    assert!(requests(&exchanges, &maartje.mail_path("messages")).is_empty());

    // The user compares, decides, and goes on.
    let number = daan.session.own_safety_number();
    let verified = maartje
        .session
        .compare_safety_number(seen.account, &number)
        .await
        .unwrap();
    assert_eq!(verified.trust, Trust::Verified);
    send(&maartje, &daan).await.unwrap();
    assert_eq!(daan.inbox().await[0].1, TEXT);
}

#[tokio::test]
async fn t04_sending_to_a_first_key_is_allowed_and_shown() {
    let world = World::start().await;
    let maartje = world.colleague("maartje", "Maartje Visser").await;
    let daan = world.colleague("daan", "Daan de Boer").await;
    let mallory = Mallory::new();
    let daans = daan.session.view().account;
    let state = {
        let own = maartje.session.find_recipient(&daan.address).await.unwrap();
        assert_eq!(own.trust, Trust::FirstMet);
        send(&maartje, &daan).await.unwrap();
        own
    };
    assert_eq!(state.account, daans);

    let elsewhere = world.colleague("noor", "Noor Bakker").await;
    let own = elsewhere.session.view().account.to_string();
    let messages = elsewhere.mail_path("messages");
    elsewhere.browser.wire.lie(move |answer| {
        swap_keys(answer, &mallory, &own);
        if answer.path == messages && answer.status != 200 {
            succeed(answer, json!({}));
        }
    });
    let met = elsewhere
        .session
        .find_recipient(&daan.address)
        .await
        .unwrap();
    assert_eq!(met.trust, Trust::FirstMet);
    elsewhere.browser.wire.take_exchanges();
    send(&elsewhere, &daan).await.unwrap();
    let exchanges = elsewhere.browser.wire.take_exchanges();
    let sent = requests(&exchanges, &elsewhere.mail_path("messages"));
    let message: SignedMessage = decode(&sent[0]["signed"]);
    // To the one key that was shown as not verified, and to oneself.
    assert_eq!(message.header.recipients.len(), 1);
    assert_eq!(message.stanza_hashes.len(), 2);
    assert!(elsewhere.browser.wire.be_honest() > 0);
}

#[tokio::test]
async fn t04_a_known_contacts_key_that_changes_stops_the_message() {
    let world = World::start().await;
    let mut maartje = world.colleague("maartje", "Maartje Visser").await;
    let daan = world.colleague("daan", "Daan de Boer").await;
    send(&maartje, &daan).await.unwrap();
    maartje.sign_in_again().await;

    for verified in [false, true] {
        let seen = maartje.session.find_recipient(&daan.address).await.unwrap();
        if verified {
            let number = daan.session.own_safety_number();
            maartje
                .session
                .compare_safety_number(seen.account, &number)
                .await
                .unwrap();
        }
        let own = maartje.session.view().account.to_string();
        let mallory = Mallory::new();
        maartje
            .browser
            .wire
            .lie(move |answer| swap_keys(answer, &mallory, &own));
        maartje.browser.wire.take_exchanges();
        let changed = (Reason::KeyChanged, Some(Field::Recipient));
        assert_eq!(send(&maartje, &daan).await, Err(changed));
        let seen = maartje.session.find_recipient(&daan.address).await.unwrap();
        assert_eq!(seen.trust, Trust::Changed);
        assert!(maartje.browser.wire.be_honest() > 0);
        let exchanges = maartje.browser.wire.take_exchanges();
        assert!(requests(&exchanges, &maartje.mail_path("messages")).is_empty());
        assert!(requests(&exchanges, "/api/pins").is_empty());

        send(&maartje, &daan).await.unwrap();
        let trust = maartje
            .session
            .find_recipient(&daan.address)
            .await
            .unwrap()
            .trust;
        let expected = if verified {
            Trust::Verified
        } else {
            Trust::NotVerified
        };
        assert_eq!(trust, expected);
    }
    assert_eq!(daan.inbox().await.len(), 3);
}

#[tokio::test]
async fn t04_a_known_address_that_becomes_somebody_elses_stops_the_message() {
    let world = World::start().await;
    let maartje = world.colleague("maartje", "Maartje Visser").await;
    let daan = world.colleague("daan", "Daan de Boer").await;
    let eva = world.colleague("eva", "Eva Smit").await;
    send(&maartje, &daan).await.unwrap();

    let evas = {
        let browser = world.browser();
        let session = browser
            .client
            .sign_in(&eva.address, &eva.password, &unwatched)
            .await
            .unwrap();
        browser.wire.take_exchanges();
        let kept = std::rc::Rc::new(std::cell::RefCell::new(json!(null)));
        let seen = kept.clone();
        browser.wire.lie(move |answer| {
            if answer.is("/api/keys") {
                *seen.borrow_mut() = answer.body.clone();
            }
        });
        session.find_recipient(&eva.address).await.unwrap();
        kept.take()
    };
    let daans = daan.address.to_string();
    maartje.browser.wire.lie(move |answer| {
        if answer.is("/api/keys") {
            answer.body = evas.clone();
            answer.body["address"] = daans.clone().into();
        }
    });
    maartje.browser.wire.take_exchanges();
    let changed = (Reason::KeyChanged, Some(Field::Recipient));
    assert_eq!(send(&maartje, &daan).await, Err(changed));
    assert!(maartje.browser.wire.be_honest() > 0);
    let exchanges = maartje.browser.wire.take_exchanges();
    assert!(requests(&exchanges, &maartje.mail_path("messages")).is_empty());
    send(&maartje, &daan).await.unwrap();
    assert_eq!(eva.inbox().await, []);
}

#[tokio::test]
async fn t04_what_was_compared_is_what_is_verified() {
    let world = World::start().await;
    let maartje = world.colleague("maartje", "Maartje Visser").await;
    let daan = world.colleague("daan", "Daan de Boer").await;
    let noor = world.colleague("noor", "Noor Bakker").await;
    let compare = async |with: &Person| {
        let account = with.session.view().account;
        let number = with.session.own_safety_number();
        maartje
            .session
            .compare_safety_number(account, &number)
            .await
    };
    assert_eq!(compare(&noor).await.unwrap().trust, Trust::Verified);

    // The truth while the number is compared, and other keys in every answer after it.
    let own = maartje.session.view().account.to_string();
    let mallory = Mallory::new();
    let mut answers = 0;
    maartje.browser.wire.lie(move |answer| {
        if answer.path.starts_with("/api/keys") {
            answers += 1;
            if answers > 1 {
                swap_keys(answer, &mallory, &own);
            }
        }
    });
    assert_eq!(compare(&daan).await.unwrap().trust, Trust::Changed);
    let changed = (Reason::KeyChanged, Some(Field::Recipient));
    assert_eq!(send(&maartje, &daan).await, Err(changed));
    assert!(maartje.browser.wire.be_honest() > 0);
    let seen = maartje.session.find_recipient(&daan.address).await.unwrap();
    assert_eq!(seen.trust, Trust::Verified);
    send(&maartje, &daan).await.unwrap();
    assert_eq!(daan.inbox().await[0].1, TEXT);
}

#[tokio::test]
async fn t04_who_was_verified_is_not_verified_under_another_address() {
    let world = World::start().await;
    let mut maartje = world.colleague("maartje", "Maartje Visser").await;
    let daan = world.colleague("daan", "Daan de Boer").await;
    let noor = world.colleague("noor", "Noor Bakker").await;
    let (account, number) = (daan.account(), daan.session.own_safety_number());
    let compare = maartje.session.compare_safety_number(account, &number);
    assert_eq!(compare.await.unwrap().trust, Trust::Verified);

    // Daan's genuine keys, as if Noor's address were his. Maartje never met her.
    let path = format!("/api/keys/{account}");
    let (_, genuine) = maartje.ask(Method::Get, &path, None).await;
    let mut moved = genuine;
    moved["address"] = noor.address.to_string().into();
    let messages = maartje.mail_path("messages");
    for _ in 0..2 {
        maartje.sign_in_again().await;
        let (path, moved, own) = (path.clone(), moved.clone(), messages.clone());
        maartje.browser.wire.lie(move |answer| {
            if answer.is("/api/keys") || answer.is(&path) {
                answer.body = moved.clone();
            }
            if answer.path == own && answer.status != 200 {
                succeed(answer, json!({}));
            }
        });
        maartje.browser.wire.take_exchanges();
        let changed = (Reason::KeyChanged, Some(Field::Recipient));
        assert_eq!(send(&maartje, &noor).await, Err(changed));
        let seen = maartje.session.find_recipient(&noor.address).await.unwrap();
        assert_eq!(seen.trust, Trust::Changed);
        let by_account = maartje.session.safety(account).await.unwrap();
        assert_eq!(by_account.person.trust, Trust::Changed);
        let exchanges = maartje.browser.wire.take_exchanges();
        assert!(requests(&exchanges, &messages).is_empty());
        assert!(requests(&exchanges, "/api/pins").is_empty());
        assert!(maartje.browser.wire.be_honest() > 0);
    }
    let seen = maartje.session.find_recipient(&daan.address).await.unwrap();
    assert_eq!(seen.trust, Trust::Verified);

    // Who accepts it has met somebody anew.
    let (place, lie) = (path.clone(), moved.clone());
    maartje.sign_in_again().await;
    maartje.browser.wire.lie(move |answer| {
        if answer.is(&place) {
            answer.body = lie.clone();
        }
    });
    let accepted = maartje.session.accept_changed_key(account).await.unwrap();
    assert_eq!(accepted.trust, Trust::NotVerified);
    assert!(maartje.browser.wire.be_honest() > 0);
}

/// A certificate of the genuine organisation, for other keys, signed by somebody else.
fn forge(certificate: &Signed<KeyCertificate>, by: &IdentitySecret) -> Signed<KeyCertificate> {
    by.sign(KeyCertificate {
        identity: by.public(),
        ..certificate.statement.clone()
    })
}

#[tokio::test]
async fn t04_no_certificate_of_the_servers_making_counts() {
    let world = World::start().await;
    let administrator = world.administrator().await;
    let mut daan = world.colleague("daan", "Daan de Boer").await;
    let mut piet = world.colleague("piet", "Piet Bos").await;
    let mut noor = world.colleague("noor", "Noor Bakker").await;
    administrator.session.adopt(&domain()).await.unwrap();
    for person in [&mut daan, &mut piet, &mut noor] {
        let link = administrator.link_for(&person.address).await;
        person.sign_in_again().await;
        person
            .session
            .review_adoption(Some(&link), &unwatched)
            .await
            .unwrap();
        person.session.accept_adoption(&unwatched).await.unwrap();
    }
    administrator
        .session
        .certify_members(&unwatched)
        .await
        .unwrap();
    let seen = noor.session.find_recipient(&daan.address).await.unwrap();
    assert!(matches!(seen.trust, Trust::Certified { .. }));

    let mallory = Mallory::new();
    let theirs = mallory.organisation("Van Dijk Notarissen", &domain(), world.now());
    for with_record in [false, true] {
        let (mallory, theirs) = (Mallory::new(), theirs.clone());
        let now = world.now();
        noor.browser.wire.lie(move |answer| {
            if with_record {
                serve_manifests(answer, theirs.manifests());
            }
            if !answer.is("/api/keys") {
                return;
            }
            let state: Signed<AccountState> = decode(&answer.body["state"]);
            let forged = mallory.state_like(&state.statement);
            let identity = mallory.identity(forged.statement.account);
            let genuine: Signed<KeyCertificate> = decode(&answer.body["certificate"]);
            let mut certificate = forge(&genuine, &identity);
            if with_record {
                // A whole organisation of hers, in which the certificate is faultless.
                certificate.statement.org_id = theirs.org_id();
                certificate.statement.manifest_version = 2;
                certificate.statement.issued_at = now;
                certificate = identity.sign(certificate.statement);
                answer.body["manifest_version"] = theirs.latest().version.into();
            }
            answer.body["certificate"] = encode(&certificate);
            answer.body["state"] = encode(&forged);
        });
        let seen = noor.session.find_recipient(&piet.address).await.unwrap();
        let expected = if with_record {
            // Met before, with other keys.
            Trust::Changed
        } else {
            Trust::FirstMet
        };
        assert_eq!(seen.trust, expected);
        assert!(noor.browser.wire.be_honest() > 0);
    }
    // What is true now is not what was met: the user is asked, and nothing is sent before.
    noor.browser.wire.take_exchanges();
    let changed = (Reason::KeyChanged, Some(Field::Recipient));
    assert_eq!(send(&noor, &piet).await, Err(changed));
    let exchanges = noor.browser.wire.take_exchanges();
    assert!(requests(&exchanges, &noor.mail_path("messages")).is_empty());
    let account = piet.session.view().account;
    let accepted = noor.session.accept_changed_key(account).await.unwrap();
    assert!(matches!(accepted.trust, Trust::Certified { .. }));
    send(&noor, &piet).await.unwrap();
    assert_eq!(piet.inbox().await[0].1, TEXT);
    let unknown = noor
        .session
        .find_recipient(&crate::common::address("nobody"))
        .await;
    assert_eq!(
        unknown.unwrap_err().reason,
        Reason::Server(ErrorCode::UnknownRecipient)
    );
}

#[tokio::test]
async fn t04_access_goes_to_the_address_that_was_typed_and_to_nobody_else() {
    let world = World::start().await;
    let Office {
        daan, noor, bas, ..
    } = world.office().await;
    // Noor is a genuine colleague with a genuine certificate, for an address of her own.
    let (wanted, own) = (bas.address.clone(), daan.account());
    let path = format!("/api/keys/{}", noor.account());
    let (_, keys) = daan.ask(Method::Get, &path, None).await;
    let mut as_bas = keys;
    as_bas["address"] = json!(wanted);
    let (by_address, answer_for) = (as_bas.clone(), wanted.clone());
    daan.browser.wire.lie(move |answer| {
        if answer.path == "/api/keys" {
            succeed(answer, by_address.clone());
        }
    });
    let found = daan.session.find_recipient(&answer_for).await.unwrap();
    assert_eq!(found.account, noor.account());

    // The server tells the truth from now on, or goes on lying.
    for lies_on in [false, true] {
        let (place, lie) = (path.clone(), as_bas.clone());
        daan.browser.wire.lie(move |answer| {
            if lies_on && answer.is(&place) {
                answer.body = lie.clone();
            }
        });
        daan.browser.wire.take_exchanges();
        let granted = daan
            .session
            .grant_access(own, found.account, &wanted, false)
            .await;
        let expected = if lies_on {
            Reason::NotVerified
        } else {
            Reason::NotAuthentic
        };
        assert_eq!(reason(granted), expected);
        let exchanges = daan.browser.wire.take_exchanges();
        let place = format!("/api/accounts/{own}/access");
        assert!(
            requests(&exchanges, &place).is_empty(),
            "nothing was signed"
        );
        daan.browser.wire.be_honest();
    }
    assert!(daan.session.access(own).await.unwrap().members.is_empty());
    assert_eq!(noor.row(own).await, None);
}
