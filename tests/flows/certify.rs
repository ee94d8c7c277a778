use zegel_client::adoption::AdoptionLink;
use zegel_client::unwatched;
use zegel_client::view::{Certification, CertifyReport, Reason, Trust};

use crate::common::{Person, World, domain, reason};

async fn join(administrator: &Person, person: &mut Person, link: Option<&AdoptionLink>) {
    person.sign_in_again().await;
    person
        .session
        .review_adoption(link, &unwatched)
        .await
        .unwrap();
    let number = administrator
        .session
        .organisation()
        .await
        .unwrap()
        .safety_number;
    person.session.compare_organisation_number(&number).unwrap();
    person.session.accept_adoption(&unwatched).await.unwrap();
}

async fn certification(administrator: &Person, person: &Person) -> (Certification, bool) {
    let page = administrator
        .session
        .members(None, None, None)
        .await
        .unwrap();
    let member = page
        .members
        .into_iter()
        .find(|member| member.address == person.address)
        .unwrap();
    (member.certification, member.escrow_checked)
}

#[tokio::test]
async fn escrows_are_checked_and_keys_certified_by_what_proves_them() {
    let world = World::start().await;
    let administrator = world.administrator().await;
    let mut daan = world.colleague("daan", "Daan de Boer").await;
    let mut noor = world.colleague("noor", "Noor Bakker").await;
    administrator.session.adopt(&domain()).await.unwrap();
    let link = administrator.link_for(&daan.address).await;
    join(&administrator, &mut daan, Some(&link)).await;
    join(&administrator, &mut noor, None).await;
    let session = &administrator.session;
    for person in [&daan, &noor] {
        assert_eq!(
            certification(&administrator, person).await,
            (Certification::None, false)
        );
    }

    session.lock();
    let waiting = CertifyReport {
        waiting: 2,
        ..CertifyReport::default()
    };
    assert_eq!(session.certify_members(&unwatched).await.unwrap(), waiting);
    session
        .confirm_password(&administrator.password, &unwatched)
        .await
        .unwrap();
    let done = CertifyReport {
        certified: 2,
        ..CertifyReport::default()
    };
    assert_eq!(session.certify_members(&unwatched).await.unwrap(), done);
    assert_eq!(
        session.certify_members(&unwatched).await.unwrap(),
        CertifyReport::default()
    );
    assert_eq!(
        certification(&administrator, &daan).await,
        (Certification::Link, true)
    );
    assert_eq!(
        certification(&administrator, &noor).await,
        (Certification::Server, true)
    );

    // Colleagues see what the organisation vouches for.
    let certified = Trust::Certified {
        organisation: "Van Dijk Notarissen".to_owned(),
    };
    let seen = noor.session.find_recipient(&daan.address).await.unwrap();
    assert_eq!(seen.trust, certified);
    let seen = daan.session.find_recipient(&noor.address).await.unwrap();
    assert_eq!(seen.trust, Trust::FirstMet);

    let account = noor.session.view().account;
    let wrong = session
        .compare_member(account, &daan.session.own_safety_number())
        .await;
    assert_eq!(reason(wrong), Reason::NumberMismatch);
    let member = session
        .compare_member(account, &noor.session.own_safety_number())
        .await
        .unwrap();
    assert_eq!(member.certification, Certification::Compared);
    let seen = daan.session.find_recipient(&noor.address).await.unwrap();
    assert_eq!(seen.trust, certified);
}

#[tokio::test]
async fn a_comparison_checks_the_escrow_too() {
    let world = World::start().await;
    let administrator = world.administrator().await;
    let mut noor = world.colleague("noor", "Noor Bakker").await;
    administrator.session.adopt(&domain()).await.unwrap();
    join(&administrator, &mut noor, None).await;
    let account = noor.session.view().account;
    let member = administrator
        .session
        .compare_member(account, &noor.session.own_safety_number())
        .await
        .unwrap();
    assert_eq!(member.certification, Certification::Compared);
    assert!(member.escrow_checked);
}
