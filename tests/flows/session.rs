use zegel_api::ErrorCode;
use zegel_client::view::{Field, Reason};
use zegel_client::{ACCOUNT_TIER_MS, unwatched};

use crate::common::{PASSWORD, World, address, reason};

const NEW_PASSWORD: &str = "haven molen klomp achttien";

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_look_alike() {
    let world = World::start().await;
    let person = world.colleague("maartje", "Maartje Visser").await;
    let client = &person.browser.client;
    let sign_in = async |address, password| {
        let failure = client
            .sign_in(address, password, &unwatched)
            .await
            .unwrap_err();
        (failure.reason, failure.field)
    };
    let refused = (
        Reason::Server(ErrorCode::WrongCredentials),
        Some(Field::Password),
    );
    assert_eq!(sign_in(&person.address, "not this one").await, refused);
    assert_eq!(sign_in(&address("nobody"), PASSWORD).await, refused);
}

#[tokio::test]
async fn a_reload_keeps_the_mailbox_and_asks_for_the_password_for_more() {
    let world = World::start().await;
    let mut person = world.colleague("maartje", "Maartje Visser").await;
    let other = world.colleague("daan", "Daan de Boer").await;
    person
        .send(&other.address, "Dossier 12", "Kom je morgen?")
        .await;
    other.send(&person.address, "Re: Dossier 12", "Ja.").await;

    person.reload().await;
    assert!(!person.session.view().unlocked);
    assert_eq!(
        person.inbox().await,
        [("Re: Dossier 12".to_owned(), "Ja.".to_owned())]
    );
    person.send(&other.address, "Goed", "Tot dan.").await;
    let create = person
        .session
        .create_organisation("Visser", &unwatched)
        .await;
    assert_eq!(reason(create), Reason::PasswordNeeded);

    let wrong = person
        .session
        .confirm_password("not this one", &unwatched)
        .await;
    assert_eq!(reason(wrong), Reason::Server(ErrorCode::WrongCredentials));
    let view = person
        .session
        .confirm_password(PASSWORD, &unwatched)
        .await
        .unwrap();
    assert!(view.unlocked);
}

#[tokio::test]
async fn the_account_key_leaves_after_a_quarter_of_an_hour() {
    let world = World::start().await;
    let person = world.colleague("maartje", "Maartje Visser").await;
    world.advance_ms(ACCOUNT_TIER_MS - 60_000);
    assert!(person.session.view().unlocked);
    world.advance_ms(60_000);
    assert!(!person.session.view().unlocked);
    let create = person
        .session
        .create_organisation("Visser", &unwatched)
        .await;
    assert_eq!(reason(create), Reason::PasswordNeeded);
    assert_eq!(person.session.unlocked_until(), None);
}

#[tokio::test]
async fn a_changed_password_opens_the_same_account_and_ends_other_sessions() {
    let world = World::start().await;
    let mut person = world.colleague("maartje", "Maartje Visser").await;
    let other = world.colleague("daan", "Daan de Boer").await;
    other
        .send(&person.address, "Bewaard", "Van voor de wijziging.")
        .await;
    let elsewhere = world.browser();
    let second = elsewhere
        .client
        .sign_in(&person.address, PASSWORD, &unwatched)
        .await
        .unwrap();

    let change = async |current, new| {
        person
            .session
            .change_password(current, new, &unwatched)
            .await
    };
    assert_eq!(
        reason(change(PASSWORD, "kort").await),
        Reason::PasswordTooShort
    );
    let wrong = change("not this one", NEW_PASSWORD).await;
    assert_eq!(reason(wrong), Reason::Server(ErrorCode::WrongCredentials));
    change(PASSWORD, NEW_PASSWORD).await.unwrap();

    assert_eq!(
        reason(second.organisation().await),
        Reason::Server(ErrorCode::Forbidden)
    );
    assert_eq!(
        reason(second.find_recipient(&other.address).await),
        Reason::SignedOut
    );
    let old = person
        .browser
        .client
        .sign_in(&person.address, PASSWORD, &unwatched)
        .await;
    assert_eq!(reason(old), Reason::Server(ErrorCode::WrongCredentials));
    person.password = NEW_PASSWORD.to_owned();
    person.sign_in_again().await;
    assert_eq!(person.inbox().await[0].1, "Van voor de wijziging.");
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_session() {
    let world = World::start().await;
    let person = world.colleague("maartje", "Maartje Visser").await;
    let elsewhere = world.browser();
    let second = elsewhere
        .client
        .sign_in(&person.address, PASSWORD, &unwatched)
        .await
        .unwrap();
    person.session.sign_out(true).await.unwrap();
    assert!(!person.session.view().unlocked);
    for session in [&person.session, &second] {
        let refused = session.find_recipient(&person.address).await;
        assert_eq!(reason(refused), Reason::SignedOut);
    }
    let resumed = person
        .browser
        .client
        .resume(&person.session.session_tiers())
        .await;
    assert_eq!(reason(resumed), Reason::SignedOut);
}

#[tokio::test]
async fn letters_that_look_alike_are_the_same_password() {
    let world = World::start().await;
    let mut person = world.colleague("maartje", "Maartje Visser").await;
    let composed = "caf\u{e9} terras negen";
    let decomposed = "cafe\u{301} terras negen";
    person
        .session
        .change_password(PASSWORD, composed, &unwatched)
        .await
        .unwrap();
    person.password = decomposed.to_owned();
    person.sign_in_again().await;
}
