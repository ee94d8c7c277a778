use zegel_client::unwatched;
use zegel_client::view::{Field, Reason, Trust};

use crate::common::World;

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
