//! T2: the recovery key is swapped at a later sign-in, password change or rotation.

use serde_json::Value;
use zegel_api::Role;
use zegel_client::unwatched;
use zegel_client::view::{Reason, Trust};
use zegel_crypto::RecoverySeed;
use zegel_protocol::{Manifest, ManifestChain, Signed};

use crate::common::platform::Answer;
use crate::common::secrets::account_key;
use crate::common::{Person, World, domain, reason};
use crate::json::{decode, encode, escrows, from, serve_manifests};
use crate::mallory::Mallory;

const TEXT: &str = "Geschreven voor de adoptie.";
const NEW_PASSWORD: &str = "haven molen klomp achttien";

/// A member, who has signed in again through an honest network.
async fn member() -> (World, Person, Person) {
    let world = World::start().await;
    let administrator = world.administrator().await;
    let mut daan = world.colleague("daan", "Daan de Boer").await;
    administrator.send(&daan.address, "Van vroeger", TEXT).await;
    administrator.session.adopt(&domain()).await.unwrap();
    daan.sign_in_again().await;
    let link = administrator.link_for(&daan.address).await;
    daan.session
        .review_adoption(Some(&link), &unwatched)
        .await
        .unwrap();
    daan.session.accept_adoption(&unwatched).await.unwrap();
    daan.browser.wire.take_exchanges();
    daan.sign_in_again().await;
    assert_eq!(daan.session.view().role, Role::Member);
    (world, administrator, daan)
}

/// Everything was refused, nothing was sealed to anybody, and through an honest network all is as
/// it was.
async fn nothing_happened(daan: &mut Person) {
    assert!(daan.browser.wire.be_honest() > 0, "no lie was told");
    assert!(escrows(&daan.browser.wire.take_exchanges()).is_empty());
    daan.sign_in_again().await;
    assert_eq!(daan.session.view().role, Role::Member);
    assert_eq!(daan.inbox().await[0].1, TEXT);
}

fn manifests<'a>(answer: &'a mut Answer<'_>) -> Option<&'a mut Vec<Value>> {
    if answer.path.ends_with("/manifests") {
        answer.body["manifests"].as_array_mut()
    } else {
        None
    }
}

#[tokio::test]
async fn t02_a_swapped_recovery_key_ends_the_sign_in() {
    let (_world, _administrator, mut daan) = member().await;
    let recovery_key = Mallory::new().seed.public();
    daan.browser.wire.lie(move |answer| {
        if let Some(newest) = manifests(answer).and_then(|manifests| manifests.last_mut()) {
            let mut manifest: Signed<Manifest> = decode(newest);
            manifest.statement.recovery_key = recovery_key.clone();
            *newest = encode(&manifest);
        }
    });
    assert_eq!(reason(daan.try_sign_in().await), Reason::NotAuthentic);
    nothing_happened(&mut daan).await;
}

#[tokio::test]
async fn t02_a_version_signed_by_somebody_else_ends_the_sign_in() {
    let (_world, _administrator, mut daan) = member().await;
    let mallory = Mallory::new();
    daan.browser.wire.lie(move |answer| {
        if let Some(manifests) = manifests(answer) {
            let chain: Vec<Signed<Manifest>> = manifests.iter().map(decode).collect();
            manifests.push(encode(&mallory.next_version_of(&chain)));
        }
    });
    assert_eq!(reason(daan.try_sign_in().await), Reason::NotAuthentic);
    nothing_happened(&mut daan).await;
}

#[tokio::test]
async fn t02_an_older_record_ends_the_sign_in() {
    let (_world, _administrator, mut daan) = member().await;
    daan.browser.wire.lie(|answer| {
        if let Some(manifests) = manifests(answer) {
            manifests.pop();
        }
    });
    assert_eq!(reason(daan.try_sign_in().await), Reason::Rollback);
    nothing_happened(&mut daan).await;
}

#[tokio::test]
async fn t02_another_organisation_or_none_ends_the_sign_in() {
    let (world, _administrator, mut daan) = member().await;
    let theirs = Mallory::new().organisation("Van Dijk Notarissen", &domain(), world.now());
    for organisation in [Value::from(theirs.org_id().to_string()), Value::Null] {
        let theirs = theirs.clone();
        daan.browser.wire.lie(move |answer| {
            if answer.is("/api/sign-in/finish") {
                answer.body["organisation"] = organisation.clone();
            }
            serve_manifests(answer, theirs.manifests());
        });
        assert_eq!(reason(daan.try_sign_in().await), Reason::NotAuthentic);
        nothing_happened(&mut daan).await;
    }
}

#[tokio::test]
async fn t02_a_record_that_skips_repeats_or_never_ends_ends_the_sign_in() {
    /// The version that is served where one is asked for.
    type Served = fn(usize) -> usize;

    let (_world, _administrator, mut daan) = member().await;
    // Each is of a server that gives one version at a time.
    let one_at_a_time: [(&str, Served, usize); 4] = [
        ("skips", |from| if from == 1 { 2 } else { from }, 2),
        ("repeats", |from| from.saturating_sub(1), 2),
        ("starts anew", |_| 0, 2),
        ("starts late", |from| from + 1, 1),
    ];
    for (what, served, requests) in one_at_a_time {
        let record = daan.browser.wire.manifests_seen();
        assert!(record.len() >= 3);
        daan.browser.wire.lie(move |answer| {
            if answer.path.ends_with("/manifests") {
                let place = served(from(answer)).min(record.len() - 1);
                answer.body["manifests"] = Value::from(vec![record[place].clone()]);
                answer.body["more"] = true.into();
            }
        });
        daan.browser.wire.take_exchanges();
        let refused = reason(daan.try_sign_in().await);
        assert_eq!(refused, Reason::NotAuthentic, "{what}");
        let exchanges = daan.browser.wire.take_exchanges();
        let asked = exchanges
            .iter()
            .filter(|it| it.path.ends_with("/manifests"));
        assert_eq!(asked.count(), requests, "{what}");
        nothing_happened(&mut daan).await;
    }

    // The whole record, and then nothing, for ever.
    daan.browser.wire.lie(|answer| {
        if answer.path.ends_with("/manifests") {
            answer.body["more"] = true.into();
        }
    });
    assert_eq!(reason(daan.try_sign_in().await), Reason::Protocol);
    nothing_happened(&mut daan).await;
}

#[tokio::test]
async fn t02_a_record_that_is_said_to_go_on_and_does_not_costs_a_request_and_no_trust() {
    let (_world, administrator, daan) = member().await;
    let certified = async || {
        let seen = daan.session.find_recipient(&administrator.address).await;
        assert!(matches!(seen.unwrap().trust, Trust::Certified { .. }));
    };
    certified().await;
    let mallory = Mallory::new();
    let record = daan.browser.wire.manifests_seen();
    for planted in [false, true] {
        let chain: Vec<Signed<Manifest>> = record.iter().map(decode).collect();
        let next = encode(&mallory.next_version_of(&chain));
        daan.browser.wire.lie(move |answer| {
            if answer.is("/api/keys") {
                answer.body["manifest_version"] = u32::MAX.into();
            }
            if answer.path.ends_with("/manifests") && planted {
                answer.body["manifests"] = Value::from(vec![next.clone()]);
                answer.body["more"] = true.into();
            }
        });
        daan.browser.wire.take_exchanges();
        certified().await;
        let exchanges = daan.browser.wire.take_exchanges();
        let asked = exchanges
            .iter()
            .filter(|it| it.path.ends_with("/manifests"));
        assert_eq!(asked.count(), 1);
        assert!(daan.browser.wire.be_honest() > 0);
    }
    certified().await;
}

#[tokio::test]
async fn t02_a_password_change_asks_for_no_record_and_seals_to_no_recovery_key() {
    let (_world, _administrator, mut daan) = member().await;
    daan.session
        .change_password(&daan.password, NEW_PASSWORD, &unwatched)
        .await
        .unwrap();
    let honest = daan.password.clone();
    daan.password = NEW_PASSWORD.to_owned();
    daan.sign_in_again().await;

    let theirs = Mallory::new().seed.public();
    daan.browser.wire.lie(move |answer| {
        if let Some(newest) = manifests(answer).and_then(|manifests| manifests.last_mut()) {
            let mut manifest: Signed<Manifest> = decode(newest);
            manifest.statement.recovery_key = theirs.clone();
            *newest = encode(&manifest);
        }
    });
    daan.browser.wire.take_exchanges();
    daan.session
        .change_password(NEW_PASSWORD, &honest, &unwatched)
        .await
        .unwrap();
    let exchanges = daan.browser.wire.take_exchanges();
    assert!(exchanges.iter().any(|it| it.path == "/api/password/finish"));
    assert!(exchanges.iter().all(|it| !it.path.ends_with("/manifests")));
    assert!(escrows(&exchanges).is_empty());
    daan.password = honest;
    assert_eq!(reason(daan.try_sign_in().await), Reason::NotAuthentic);
    nothing_happened(&mut daan).await;
}

#[tokio::test]
async fn t02_a_new_recovery_key_is_followed_only_along_the_chain() {
    let (world, administrator, mut daan) = member().await;
    // What the organisation's own administrator would sign at a rotation.
    let chain: Vec<Signed<Manifest>> = daan
        .browser
        .wire
        .manifests_seen()
        .iter()
        .map(decode)
        .collect();
    let chain = ManifestChain::verify(chain).unwrap();
    let founder = chain.latest().administrators[0];
    let (_, key) = account_key(&world.random, founder.account, &founder.identity);
    let identity = key.identity(founder.account, 1);
    let mut next = chain.draft(founder.identity, world.now());
    next.recovery_key = RecoverySeed::make(&mut world.random.clone()).public();
    next.recovery_generation += 1;
    let next = identity.sign(next);

    let lie = |next: Signed<Manifest>| {
        move |answer: &mut Answer<'_>| {
            let whole = answer.query == Some("from=0");
            if let Some(manifests) = manifests(answer).filter(|_| whole) {
                manifests.push(encode(&next));
            }
        }
    };
    let mut forged = next.clone();
    forged.statement.recovery_key = Mallory::new().seed.public();
    daan.browser.wire.lie(lie(forged));
    assert_eq!(reason(daan.try_sign_in().await), Reason::NotAuthentic);
    nothing_happened(&mut daan).await;

    daan.browser.wire.lie(lie(next));
    daan.sign_in_again().await;
    assert_eq!(
        daan.session.organisation().await.unwrap().version,
        administrator.session.organisation().await.unwrap().version + 1
    );
    assert!(escrows(&daan.browser.wire.take_exchanges()).is_empty());
    // From then on there is no way back.
    daan.browser.wire.be_honest();
    assert_eq!(reason(daan.try_sign_in().await), Reason::Rollback);
}
