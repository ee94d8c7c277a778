use zegel_api::{AuditCategory, ErrorCode, Role};
use zegel_client::unwatched;
use zegel_client::view::{AuditFilter, Certification, ClaimProof, DomainStateView, Field, Reason};
use zegel_protocol::Domain;
use zegel_protocol::limits::DAY_MS;

use crate::common::{DOMAIN, PASSWORD, World, address, domain, reason};

#[tokio::test]
async fn the_founder_is_administrator_and_certified() {
    let world = World::start().await;
    let mut founder = world.colleague("sanne", "Sanne van Dijk").await;
    let empty = founder.session.create_organisation(" ", &unwatched).await;
    assert_eq!(empty.unwrap_err().field, Some(Field::Name));
    let organisation = founder
        .session
        .create_organisation("Van Dijk Notarissen", &unwatched)
        .await
        .unwrap();
    assert_eq!(organisation.role, Role::Administrator);
    assert_eq!(organisation.version, 0);
    assert_eq!(organisation.safety_number.split(' ').count(), 6);
    let again = founder
        .session
        .create_organisation("Nog een", &unwatched)
        .await;
    assert_eq!(reason(again), Reason::Server(ErrorCode::AlreadyMember));

    founder.sign_in_again().await;
    let view = founder.session.view();
    assert_eq!(view.role, Role::Administrator);
    assert_eq!(view.organisation.as_deref(), Some("Van Dijk Notarissen"));
    let members = founder.session.members(None, None, None).await.unwrap();
    assert_eq!(members.total, 1);
    assert_eq!(members.members[0].certification, Certification::Compared);
    assert!(members.members[0].escrow_checked);
    founder.reload().await;
    assert_eq!(founder.session.organisation().await.unwrap(), organisation);
}

#[tokio::test]
async fn a_domain_is_claimed_by_its_txt_record() {
    let mut world = World::with_dns().await;
    let founder = world.colleague("sanne", "Sanne van Dijk").await;
    founder
        .session
        .create_organisation("Van Dijk Notarissen", &unwatched)
        .await
        .unwrap();
    let session = &founder.session;
    let claim = session
        .start_claim(&domain(), &ClaimProof::Txt)
        .await
        .unwrap();
    assert_eq!(claim.state, DomainStateView::Pending);
    assert_eq!(claim.txt_name, format!("_zegel.{DOMAIN}"));

    let missing = session.check_claim(&domain(), None).await.unwrap_err();
    assert_eq!(missing.reason, Reason::Server(ErrorCode::TxtMissing));
    assert_eq!(missing.field, Some(Field::Domain));

    let dns = world.dns.as_mut().unwrap();
    let other = claim.txt_value.replace(
        &session
            .organisation()
            .await
            .unwrap()
            .organisation
            .to_string(),
        &zegel_protocol::OrgId([7; 32]).to_string(),
    );
    dns.set_txt(&claim.txt_name, &[&other]).await.unwrap();
    let check = session.check_claim(&domain(), None).await;
    assert_eq!(
        reason(check),
        Reason::Server(ErrorCode::TxtOtherOrganisation)
    );

    dns.set_txt(&claim.txt_name, &[&claim.txt_value])
        .await
        .unwrap();
    let claimed = session.check_claim(&domain(), None).await.unwrap();
    assert_eq!(claimed.state, DomainStateView::Claimed);
    let again = session.start_claim(&domain(), &ClaimProof::Txt).await;
    assert_eq!(
        reason(again),
        Reason::Server(ErrorCode::DomainAlreadyClaimed)
    );
}

#[tokio::test]
async fn a_domain_is_claimed_by_a_mailed_code() {
    let world = World::start().await;
    let founder = world.colleague("sanne", "Sanne van Dijk").await;
    founder
        .session
        .create_organisation("Van Dijk Notarissen", &unwatched)
        .await
        .unwrap();
    let session = &founder.session;
    let public = Domain::parse("gmail.com").unwrap();
    let refused = session
        .start_claim(&public, &ClaimProof::Txt)
        .await
        .unwrap_err();
    assert_eq!(refused.reason, Reason::Server(ErrorCode::PublicDomain));
    assert_eq!(refused.field, Some(Field::Domain));

    let proof = ClaimProof::Mail("postmaster".to_owned());
    session.start_claim(&domain(), &proof).await.unwrap();
    let code = world.mailed_code(&address("postmaster"), 6).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let refused = session
        .check_claim(&domain(), Some(wrong))
        .await
        .unwrap_err();
    assert_eq!(refused.reason, Reason::Server(ErrorCode::WrongCode));
    assert_eq!(refused.field, Some(Field::Code));
    session.withdraw_claim(&domain()).await.unwrap();
    assert!(session.domains().await.unwrap().is_empty());
    world.claim_by_code(&founder).await;

    let rival = world
        .sign_up(
            &zegel_protocol::Address::parse("eva@rival.example").unwrap(),
            "Eva",
        )
        .await;
    rival
        .session
        .create_organisation("Rival", &unwatched)
        .await
        .unwrap();
    let taken = rival.session.start_claim(&domain(), &ClaimProof::Txt).await;
    assert_eq!(reason(taken), Reason::Server(ErrorCode::DomainTaken));
}

#[tokio::test]
async fn release_voids_the_order_to_adopt_until_the_domain_is_claimed_again() {
    let world = World::start().await;
    let administrator = world.administrator().await;
    let daan = world.colleague("daan", "Daan de Boer").await;
    let session = &administrator.session;

    assert_eq!(session.adopt(&domain()).await.unwrap(), 1);
    assert_eq!(
        session.domains().await.unwrap()[0].state,
        DomainStateView::Adopting
    );
    assert_eq!(
        reason(daan.session.find_recipient(&daan.address).await),
        Reason::SignedOut
    );
    session.release(&domain()).await.unwrap();
    assert!(session.domains().await.unwrap().is_empty());
    let gone = session.adopt(&domain()).await;
    assert_eq!(reason(gone), Reason::Server(ErrorCode::DomainReleased));

    world.claim_by_code(&administrator).await;
    let claimed = &session.domains().await.unwrap()[0];
    assert_eq!(claimed.state, DomainStateView::Claimed);
    assert_eq!(claimed.not_yet_adopted, 1);
    let candidates = session.candidates(&domain(), None).await.unwrap();
    assert_eq!(candidates.accounts[0].address, daan.address);

    let filter = AuditFilter::default();
    let events = session.audit_events(&filter, None).await.unwrap().events;
    let categories: Vec<AuditCategory> = events.iter().map(|event| event.category).collect();
    for category in [
        AuditCategory::OrganisationCreated,
        AuditCategory::DomainClaimed,
        AuditCategory::JoinAccountsToOrganization,
        AuditCategory::DomainReleased,
    ] {
        assert!(categories.contains(&category), "{category:?}");
    }
    let filter = AuditFilter {
        category: Some(AuditCategory::DomainReleased),
        ..AuditFilter::default()
    };
    let events = session.audit_events(&filter, None).await.unwrap().events;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].actor, administrator.address.to_string());
    assert!(events[0].target.contains(DOMAIN));
}

#[tokio::test]
async fn an_old_record_is_renewed_by_an_administrators_client() {
    let world = World::start().await;
    let mut administrator = world.administrator().await;
    let before = administrator.session.organisation().await.unwrap();
    world.advance_ms(31 * DAY_MS);
    administrator.sign_in_again().await;
    administrator
        .session
        .certify_members(&unwatched)
        .await
        .unwrap();
    let after = administrator.session.organisation().await.unwrap();
    assert_eq!(after.version, before.version + 1);
    assert!(after.issued_at_ms > before.issued_at_ms + 30 * DAY_MS);
}

#[tokio::test]
async fn administration_needs_the_password_and_the_role() {
    let world = World::start().await;
    let administrator = world.administrator().await;
    let daan = world.colleague("daan", "Daan de Boer").await;
    assert_eq!(
        reason(daan.session.members(None, None, None).await),
        Reason::Server(ErrorCode::Forbidden)
    );
    let session = &administrator.session;
    session.lock();
    assert_eq!(
        reason(session.adopt(&domain()).await),
        Reason::PasswordNeeded
    );
    assert_eq!(
        reason(session.adoption_links(&domain(), &unwatched).await),
        Reason::PasswordNeeded
    );
    session
        .confirm_password(PASSWORD, &unwatched)
        .await
        .unwrap();
    assert_eq!(session.adopt(&domain()).await.unwrap(), 1);
}
