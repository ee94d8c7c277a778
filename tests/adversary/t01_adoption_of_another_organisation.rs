//! T1: the organisation's recovery key, or the whole record, is swapped at adoption.

use zegel_api::Role;
use zegel_client::unwatched;
use zegel_client::view::{AdoptionStop, Reason};
use zegel_protocol::{Manifest, Signed};

use crate::common::platform::Answer;
use crate::common::{Person, World, domain, reason};
use crate::json::{decode, encode, escrows, serve_manifests};
use crate::mallory::Mallory;

const TEXT: &str = "Geschreven voor de adoptie.";

/// An organisation that adopts, somebody who accepted through an honest network, and somebody who
/// is asked through a lying one.
async fn asked() -> (World, Person, Person) {
    let world = World::start().await;
    let administrator = world.administrator().await;
    let mut noor = world.colleague("noor", "Noor Bakker").await;
    let mut daan = world.colleague("daan", "Daan de Boer").await;
    administrator.send(&daan.address, "Van vroeger", TEXT).await;
    administrator.session.adopt(&domain()).await.unwrap();

    noor.sign_in_again().await;
    let link = administrator.link_for(&noor.address).await;
    noor.session
        .review_adoption(Some(&link), &unwatched)
        .await
        .unwrap();
    noor.session.accept_adoption(&unwatched).await.unwrap();
    let sealed = escrows(&noor.browser.wire.take_exchanges());
    assert_eq!(sealed.len(), 1);

    daan.sign_in_again().await;
    daan.browser.wire.take_exchanges();
    (world, administrator, daan)
}

/// Nothing was sealed; and through an honest network all is as it was, and adoption goes on.
async fn nothing_happened(administrator: &Person, daan: &mut Person) {
    assert!(daan.browser.wire.be_honest() > 0, "no lie was told");
    assert!(escrows(&daan.browser.wire.take_exchanges()).is_empty());
    assert_eq!(daan.session.view().role, Role::Free);
    assert_eq!(daan.inbox().await[0].1, TEXT);

    let link = administrator.link_for(&daan.address).await;
    daan.session
        .review_adoption(Some(&link), &unwatched)
        .await
        .unwrap();
    daan.session.accept_adoption(&unwatched).await.unwrap();
    let sealed = escrows(&daan.browser.wire.take_exchanges());
    assert_eq!(sealed.len(), 1);
    let organisation = administrator.session.organisation().await.unwrap();
    assert_eq!(sealed[0].header.recipient, organisation.organisation.into());
    let report = administrator
        .session
        .certify_members(&unwatched)
        .await
        .unwrap();
    assert_eq!((report.certified, report.failed), (2, 0));
    daan.sign_in_again().await;
    assert_eq!(daan.inbox().await[0].1, TEXT);
}

/// Changes the newest manifest of every page.
fn change_newest(
    answer: &mut Answer<'_>,
    change: impl FnOnce(Signed<Manifest>) -> Signed<Manifest>,
) {
    if !answer.path.ends_with("/manifests") {
        return;
    }
    if let Some(newest) = answer.body["manifests"].as_array_mut().unwrap().last_mut() {
        *newest = encode(&change(decode(newest)));
    }
}

#[tokio::test]
async fn t01_another_recovery_key_in_the_record_stops_the_adoption() {
    let (_world, administrator, mut daan) = asked().await;
    let link = administrator.link_for(&daan.address).await;
    let recovery_key = Mallory::new().seed.public();
    daan.browser.wire.lie(move |answer| {
        let recovery_key = recovery_key.clone();
        change_newest(answer, |mut newest| {
            newest.statement.recovery_key = recovery_key;
            newest
        });
    });
    let review = daan.session.review_adoption(Some(&link), &unwatched).await;
    assert_eq!(
        reason(review),
        Reason::Adoption(AdoptionStop::RecordNotAuthentic)
    );
    let accept = daan.session.accept_adoption(&unwatched).await;
    assert_eq!(
        reason(accept),
        Reason::Adoption(AdoptionStop::NotAuthenticated)
    );
    nothing_happened(&administrator, &mut daan).await;
}

#[tokio::test]
async fn t01_a_version_signed_by_somebody_else_stops_the_adoption() {
    let (_world, administrator, mut daan) = asked().await;
    let link = administrator.link_for(&daan.address).await;
    let mallory = Mallory::new();
    daan.browser.wire.lie(move |answer| {
        if answer.path.ends_with("/manifests") {
            let manifests = answer.body["manifests"].as_array_mut().unwrap();
            let chain: Vec<Signed<Manifest>> = manifests.iter().map(decode).collect();
            manifests.push(encode(&mallory.next_version_of(&chain)));
        }
    });
    let review = daan.session.review_adoption(Some(&link), &unwatched).await;
    assert_eq!(
        reason(review),
        Reason::Adoption(AdoptionStop::RecordNotAuthentic)
    );
    nothing_happened(&administrator, &mut daan).await;
}

#[tokio::test]
async fn t01_another_record_under_the_same_id_stops_the_adoption() {
    let (world, administrator, mut daan) = asked().await;
    let link = administrator.link_for(&daan.address).await;
    let theirs = Mallory::new().organisation("Van Dijk Notarissen", &domain(), world.now());
    daan.browser
        .wire
        .lie(move |answer| serve_manifests(answer, theirs.manifests()));
    let review = daan.session.review_adoption(Some(&link), &unwatched).await;
    assert_eq!(
        reason(review),
        Reason::Adoption(AdoptionStop::RecordNotAuthentic)
    );
    nothing_happened(&administrator, &mut daan).await;
}

#[tokio::test]
async fn t01_a_faultless_other_organisation_is_found_out_by_link_and_without_proof_goes_nowhere() {
    let (world, administrator, mut daan) = asked().await;
    let link = administrator.link_for(&daan.address).await;
    let number = administrator
        .session
        .organisation()
        .await
        .unwrap()
        .safety_number;
    let theirs = Mallory::new().organisation("Van Dijk Notarissen", &domain(), world.now());
    daan.browser.wire.lie(move |answer| {
        if answer.is("/api/adoption") {
            answer.body["organisation"] = theirs.org_id().to_string().into();
        }
        serve_manifests(answer, theirs.manifests());
    });
    let review = daan.session.review_adoption(Some(&link), &unwatched).await;
    assert_eq!(
        reason(review),
        Reason::Adoption(AdoptionStop::LinkOtherOrganisation)
    );

    let view = daan
        .session
        .review_adoption(None, &unwatched)
        .await
        .unwrap();
    assert_eq!(view.organisation, "Van Dijk Notarissen");
    assert!(!view.authenticated());
    let compare = daan.session.compare_organisation_number(&number);
    assert_eq!(reason(compare), Reason::NumberMismatch);
    let accept = daan.session.accept_adoption(&unwatched).await;
    assert_eq!(
        reason(accept),
        Reason::Adoption(AdoptionStop::NotAuthenticated)
    );
    nothing_happened(&administrator, &mut daan).await;
}

#[tokio::test]
async fn t01_a_record_that_changes_between_review_and_acceptance_is_verified_again() {
    let (_world, administrator, mut daan) = asked().await;
    let link = administrator.link_for(&daan.address).await;
    daan.session
        .review_adoption(Some(&link), &unwatched)
        .await
        .unwrap();

    let mallory = Mallory::new();
    let reviewed = daan.browser.wire.manifests_seen();
    daan.browser.wire.lie(move |answer| {
        if answer.path.ends_with("/manifests") {
            let chain: Vec<Signed<Manifest>> = reviewed.iter().map(decode).collect();
            let next = mallory.next_version_of(&chain);
            let manifests = answer.body["manifests"].as_array_mut().unwrap();
            manifests.push(encode(&next));
        }
    });
    let accept = daan.session.accept_adoption(&unwatched).await;
    assert_eq!(
        reason(accept),
        Reason::Adoption(AdoptionStop::RecordNotAuthentic)
    );
    nothing_happened(&administrator, &mut daan).await;
}

#[tokio::test]
async fn t01_a_record_from_before_the_order_stops_the_adoption() {
    let (_world, administrator, mut daan) = asked().await;
    let link = administrator.link_for(&daan.address).await;
    daan.browser.wire.lie(|answer| {
        if answer.path.ends_with("/manifests") {
            answer.body["manifests"].as_array_mut().unwrap().pop();
        }
    });
    let review = daan.session.review_adoption(Some(&link), &unwatched).await;
    assert_eq!(
        reason(review),
        Reason::Adoption(AdoptionStop::DomainNotAdopting)
    );
    nothing_happened(&administrator, &mut daan).await;
}
