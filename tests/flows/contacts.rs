use zegel_client::unwatched;
use zegel_client::view::{Field, PolicyChange, Reason, Trust};

use crate::common::{Person, World};

#[tokio::test]
async fn a_contact_is_first_met_then_known_then_verified() {
    let world = World::start().await;
    let mut maartje = world.colleague("maartje", "Maartje Visser").await;
    let daan = world.colleague("daan", "Daan de Boer").await;

    let met = maartje.session.find_recipient(&daan.address).await.unwrap();
    assert_eq!(met.trust, Trust::FirstMet);
    maartje.sign_in_again().await;
    let known = maartje.session.find_recipient(&daan.address).await.unwrap();
    assert_eq!(known.trust, Trust::NotVerified);

    let mut wrong = daan.session.own_safety_number();
    let last = if wrong.ends_with('0') { "1" } else { "0" };
    wrong.replace_range(wrong.len() - 1.., last);
    let compare = async |typed: &str| {
        maartje
            .session
            .compare_safety_number(known.account, typed)
            .await
    };
    let mismatch = compare(&wrong).await.unwrap_err();
    assert_eq!(mismatch.reason, Reason::NumberMismatch);
    assert_eq!(mismatch.field, Some(Field::SafetyNumber));
    assert_eq!(
        compare("12345").await.unwrap_err().reason,
        Reason::Malformed
    );
    let typed = daan.session.own_safety_number().replace(' ', "-");
    assert_eq!(compare(&typed).await.unwrap().trust, Trust::Verified);

    // It is pinned: another browser of hers knows it too.
    let elsewhere = world.browser();
    let second = elsewhere
        .client
        .sign_in(&maartje.address, &maartje.password, &unwatched)
        .await
        .unwrap();
    let known = second.find_recipient(&daan.address).await.unwrap();
    assert_eq!(known.trust, Trust::Verified);
    let safety = second.safety(known.account).await.unwrap();
    assert_eq!(safety.own_number, maartje.session.own_safety_number());
}

#[tokio::test]
async fn two_browsers_writing_pins_at_once_lose_nothing() {
    let world = World::start().await;
    let maartje = world.colleague("maartje", "Maartje Visser").await;
    let daan = world.colleague("daan", "Daan de Boer").await;
    let noor = world.colleague("noor", "Noor Bakker").await;
    let elsewhere = world.browser();
    let second = elsewhere
        .client
        .sign_in(&maartje.address, &maartje.password, &unwatched)
        .await
        .unwrap();
    // Each starts from the same version.
    maartje.session.find_recipient(&daan.address).await.unwrap();
    second.find_recipient(&noor.address).await.unwrap();

    let third = world
        .browser()
        .client
        .sign_in(&maartje.address, &maartje.password, &unwatched)
        .await
        .unwrap();
    for address in [&daan.address, &noor.address] {
        let known = third.find_recipient(address).await.unwrap();
        assert_eq!(known.trust, Trust::NotVerified);
    }
}

/// How often an organisation's record was asked for since the last time.
fn records_fetched(person: &Person) -> usize {
    let exchanges = person.browser.wire.take_exchanges();
    let records = exchanges
        .iter()
        .filter(|it| it.path.ends_with("/manifests"));
    records.count()
}

/// Signs new versions of the organisation's record.
async fn change_record(administrator: &Person, times: u32) {
    for _ in 0..times {
        let now = administrator.session.policy().await.unwrap();
        let change = PolicyChange {
            functional_senders_visible: Some(!now.functional_senders_visible),
            ..PolicyChange::default()
        };
        administrator.session.set_policy(change).await.unwrap();
    }
}

#[tokio::test]
async fn a_record_of_several_pages_is_fetched_once_in_a_session() {
    let world = World::start().await;
    let people = [
        ("daan", "Daan de Boer"),
        ("noor", "Noor Bakker"),
        ("bas", "Bas Mulder"),
    ];
    let (sanne, colleagues) = world.organisation_of(&people).await;
    let Ok([daan, mut noor, bas]) = <[Person; 3]>::try_from(colleagues) else {
        panic!("three colleagues")
    };
    change_record(&sanne, 110).await;
    noor.browser.wire.take_exchanges();
    noor.sign_in_again().await;
    assert_eq!(
        records_fetched(&noor),
        2,
        "a page of a hundred, and the rest"
    );
    let version = noor.session.organisation().await.unwrap().version;
    assert!(version > 110);
    noor.browser.wire.take_exchanges();

    let certified = async |person: &Person| {
        let seen = noor.session.find_recipient(&person.address).await.unwrap();
        assert!(matches!(seen.trust, Trust::Certified { .. }));
    };
    certified(&daan).await;
    certified(&bas).await;
    assert_eq!(records_fetched(&noor), 0, "known since the sign-in");

    change_record(&sanne, 1).await;
    certified(&daan).await;
    assert_eq!(records_fetched(&noor), 1, "what is newer");
    certified(&bas).await;
    certified(&sanne).await;
    assert_eq!(records_fetched(&noor), 0);
}
