use zegel_api::{AuditCategory, Role};
use zegel_client::unwatched;
use zegel_client::view::{
    AdoptionState, AdoptionStop, AuditFilter, ClaimProof, DnsOutcome, Field, Reason,
};
use zegel_protocol::limits::DAY_MS;

use crate::common::{Person, World, domain, reason};

/// An organisation that adopts, and somebody who has signed in since, with earlier mail.
async fn adopting(world: &World) -> (Person, Person) {
    let administrator = world.administrator().await;
    let mut daan = world.colleague("daan", "Daan de Boer").await;
    administrator
        .send(&daan.address, "Van vroeger", "Geschreven voor de adoptie.")
        .await;
    assert_eq!(administrator.session.adopt(&domain()).await.unwrap(), 1);
    daan.sign_in_again().await;
    assert_eq!(daan.session.view().adoption, Some(AdoptionState::Waiting));
    (administrator, daan)
}

async fn is_adopted(administrator: &Person, daan: &mut Person) {
    let view = daan.session.view();
    assert_eq!(view.role, Role::Member);
    assert_eq!(view.organisation.as_deref(), Some("Van Dijk Notarissen"));
    assert_eq!(view.adoption, None);
    daan.sign_in_again().await;
    assert_eq!(daan.session.view().role, Role::Member);
    assert_eq!(daan.inbox().await[0].1, "Geschreven voor de adoptie.");
    let row = &administrator.session.domains().await.unwrap()[0];
    assert_eq!((row.members, row.not_yet_adopted), (2, 0));
    let filter = AuditFilter {
        category: Some(AuditCategory::AccountJoinedOrganization),
        ..AuditFilter::default()
    };
    let events = administrator
        .session
        .audit_events(&filter, None)
        .await
        .unwrap()
        .events;
    assert_eq!(events.len(), 1);
    assert!(events[0].target.contains(daan.address.as_str()));
}

#[tokio::test]
async fn by_the_personal_link() {
    let world = World::start().await;
    let (administrator, mut daan) = adopting(&world).await;
    let link = administrator.link_for(&daan.address).await;
    let view = daan
        .session
        .review_adoption(Some(&link), &unwatched)
        .await
        .unwrap();
    assert_eq!(view.organisation, "Van Dijk Notarissen");
    assert_eq!(view.domain, domain());
    assert!(view.by_link && !view.by_number);
    assert_eq!(view.by_dns, DnsOutcome::NoAnswer);
    daan.session.accept_adoption(&unwatched).await.unwrap();
    is_adopted(&administrator, &mut daan).await;
}

#[tokio::test]
async fn by_dns() {
    let mut world = World::with_dns().await;
    let administrator = world.colleague("sanne", "Sanne van Dijk").await;
    let session = &administrator.session;
    session
        .create_organisation("Van Dijk Notarissen", &unwatched)
        .await
        .unwrap();
    let claim = session
        .start_claim(&domain(), &ClaimProof::Txt)
        .await
        .unwrap();
    let dns = world.dns.as_mut().unwrap();
    dns.set_txt(&claim.txt_name, &[&claim.txt_value, "v=spf1 -all"])
        .await
        .unwrap();
    session.check_claim(&domain(), None).await.unwrap();
    let mut daan = world.colleague("daan", "Daan de Boer").await;
    administrator
        .send(&daan.address, "Van vroeger", "Geschreven voor de adoptie.")
        .await;
    session.adopt(&domain()).await.unwrap();
    daan.sign_in_again().await;

    let view = daan
        .session
        .review_adoption(None, &unwatched)
        .await
        .unwrap();
    assert_eq!(view.by_dns, DnsOutcome::Confirmed);
    assert!(view.authenticated());
    daan.session.accept_adoption(&unwatched).await.unwrap();
    is_adopted(&administrator, &mut daan).await;
}

#[tokio::test]
async fn by_the_safety_number_after_not_now() {
    let world = World::start().await;
    let (administrator, mut daan) = adopting(&world).await;

    let view = daan.session.defer_adoption().await.unwrap();
    assert_eq!(view.adoption, Some(AdoptionState::Deferred));
    assert_eq!(view.role, Role::Free);
    assert_eq!(daan.inbox().await[0].1, "Geschreven voor de adoptie.");
    let row = &administrator
        .session
        .candidates(&domain(), None)
        .await
        .unwrap()
        .accounts[0];
    assert!(row.deferred_at_ms.is_some());

    daan.sign_in_again().await;
    assert_eq!(daan.session.view().adoption, Some(AdoptionState::Waiting));
    let view = daan
        .session
        .review_adoption(None, &unwatched)
        .await
        .unwrap();
    assert!(!view.authenticated());
    let accept = daan.session.accept_adoption(&unwatched).await;
    assert_eq!(
        reason(accept),
        Reason::Adoption(AdoptionStop::NotAuthenticated)
    );

    let own = daan.session.own_safety_number();
    let wrong = daan.session.compare_organisation_number(&own).unwrap_err();
    assert_eq!(wrong.reason, Reason::NumberMismatch);
    assert_eq!(wrong.field, Some(Field::SafetyNumber));
    let number = administrator
        .session
        .organisation()
        .await
        .unwrap()
        .safety_number;
    let view = daan.session.compare_organisation_number(&number).unwrap();
    assert!(view.by_number && view.authenticated());
    daan.session.accept_adoption(&unwatched).await.unwrap();
    is_adopted(&administrator, &mut daan).await;
}

#[tokio::test]
async fn at_sign_up_while_the_domain_is_adopting() {
    let world = World::start().await;
    let administrator = world.administrator().await;
    administrator.session.adopt(&domain()).await.unwrap();
    let noor = world.colleague("noor", "Noor Bakker").await;
    assert_eq!(noor.session.view().adoption, Some(AdoptionState::Waiting));
    let link = administrator.link_for(&noor.address).await;
    noor.session
        .review_adoption(Some(&link), &unwatched)
        .await
        .unwrap();
    let view = noor.session.accept_adoption(&unwatched).await.unwrap();
    assert_eq!(view.role, Role::Member);
}

#[tokio::test]
async fn a_link_or_a_record_of_another_organisation_stops() {
    let mut world = World::with_dns().await;
    let (administrator, daan) = adopting(&world).await;
    let rival = world
        .sign_up(
            &zegel_protocol::Address::parse("eva@rival.example").unwrap(),
            "Eva",
        )
        .await;
    let rivals = rival
        .session
        .create_organisation("Rival", &unwatched)
        .await
        .unwrap();
    let link = administrator.link_for(&daan.address).await;
    let others = zegel_client::adoption::AdoptionLink {
        org_id: rivals.organisation,
        ..link.clone()
    };
    let review = daan
        .session
        .review_adoption(Some(&others), &unwatched)
        .await;
    assert_eq!(
        reason(review),
        Reason::Adoption(AdoptionStop::LinkOtherOrganisation)
    );
    // What a review refused cannot be accepted.
    let accept = daan.session.accept_adoption(&unwatched).await;
    assert_eq!(
        reason(accept),
        Reason::Adoption(AdoptionStop::NotAuthenticated)
    );

    let newer = zegel_client::adoption::AdoptionLink {
        version: 999,
        ..link.clone()
    };
    let review = daan.session.review_adoption(Some(&newer), &unwatched).await;
    assert_eq!(
        reason(review),
        Reason::Adoption(AdoptionStop::LinkNewerRecord)
    );

    let record = |org_id| {
        let nonce = zegel_protocol::ClaimNonce([1; 16]);
        zegel_protocol::DomainRecord { org_id, nonce }.to_string()
    };
    let ours = administrator
        .session
        .organisation()
        .await
        .unwrap()
        .organisation;
    let name = format!("_zegel.{}", domain());
    for (records, stop) in [
        (
            vec![record(rivals.organisation)],
            AdoptionStop::DnsOtherOrganisation,
        ),
        (
            vec![record(ours), record(rivals.organisation)],
            AdoptionStop::DnsAmbiguous,
        ),
    ] {
        let records: Vec<&str> = records.iter().map(String::as_str).collect();
        world
            .dns
            .as_mut()
            .unwrap()
            .set_txt(&name, &records)
            .await
            .unwrap();
        // Also where the link is right.
        let review = daan.session.review_adoption(Some(&link), &unwatched).await;
        assert_eq!(reason(review), Reason::Adoption(stop));
    }
    let requests = daan.browser.wire.take_exchanges();
    assert!(requests.iter().all(|it| it.path != "/api/adoption/accept"));
}

#[tokio::test]
async fn a_domain_released_between_sign_in_and_acceptance_stops() {
    let world = World::start().await;
    let (administrator, daan) = adopting(&world).await;
    let link = administrator.link_for(&daan.address).await;
    daan.session
        .review_adoption(Some(&link), &unwatched)
        .await
        .unwrap();
    administrator.session.release(&domain()).await.unwrap();
    let accept = daan.session.accept_adoption(&unwatched).await.unwrap_err();
    assert!(
        matches!(
            accept.reason,
            Reason::Adoption(AdoptionStop::DomainNotAdopting)
                | Reason::Server(
                    zegel_api::ErrorCode::NotFound | zegel_api::ErrorCode::DomainReleased
                )
        ),
        "{accept:?}"
    );
    assert_eq!(daan.session.view().role, Role::Free);
}

#[tokio::test]
async fn a_record_older_than_ninety_days_stops() {
    let world = World::start().await;
    let (administrator, mut daan) = adopting(&world).await;
    let link = administrator.link_for(&daan.address).await;
    world.advance_ms(91 * DAY_MS);
    daan.sign_in_again().await;
    let review = daan.session.review_adoption(Some(&link), &unwatched).await;
    assert_eq!(reason(review), Reason::Adoption(AdoptionStop::RecordTooOld));
}

#[tokio::test]
async fn accepting_needs_the_password_after_a_reload() {
    let world = World::start().await;
    let (administrator, mut daan) = adopting(&world).await;
    let link = administrator.link_for(&daan.address).await;
    daan.reload().await;
    daan.session
        .review_adoption(Some(&link), &unwatched)
        .await
        .unwrap();
    let accept = daan.session.accept_adoption(&unwatched).await;
    assert_eq!(reason(accept), Reason::PasswordNeeded);
    let password = daan.password.clone();
    daan.session
        .confirm_password(&password, &unwatched)
        .await
        .unwrap();
    // The review still stands.
    daan.session.accept_adoption(&unwatched).await.unwrap();
    is_adopted(&administrator, &mut daan).await;
}
