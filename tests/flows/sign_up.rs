use zegel_api::{ErrorCode, Language, Role};
use zegel_client::unwatched;
use zegel_client::view::{Field, Reason};

use crate::common::{PASSWORD, World, address, reason};

#[tokio::test]
async fn a_new_account_is_signed_in_and_free() {
    let world = World::start().await;
    let person = world.colleague("maartje", "Maartje Visser").await;
    let view = person.session.view();
    assert_eq!(view.address, person.address);
    assert_eq!(view.name, "Maartje Visser");
    assert_eq!(view.role, Role::Free);
    assert!(view.unlocked);
    assert_eq!(view.adoption, None);
    assert_eq!(person.recovery_code.split('-').count(), 7);
}

#[tokio::test]
async fn each_step_refuses_what_it_must_and_can_be_tried_again() {
    let world = World::start().await;
    let browser = world.browser();
    let client = &browser.client;
    let maartje = address("maartje");
    client.start_sign_up(&maartje, Language::Nl).await.unwrap();
    let code = world.mailed_code(&maartje, 8).await;
    let wrong = if code == "00000000" {
        "00000001"
    } else {
        "00000000"
    };
    let failure = client.verify_sign_up(&maartje, wrong).await.unwrap_err();
    assert_eq!(failure.reason, Reason::Server(ErrorCode::WrongCode));
    assert_eq!(failure.field, Some(Field::Code));
    let spaced = format!("{} {}", &code[..4], &code[4..]);
    let verified = client.verify_sign_up(&maartje, &spaced).await.unwrap();

    let prepare = async |name: &'static str, password: &'static str| {
        client
            .prepare_account(&verified, name, password, Language::Nl, &unwatched)
            .await
    };
    let short = prepare("Maartje", "kort").await.unwrap_err();
    assert_eq!(short.reason, Reason::PasswordTooShort);
    assert_eq!(short.field, Some(Field::NewPassword));
    assert_eq!(
        reason(prepare("Maartje", "welkom123456").await),
        Reason::PasswordTooCommon
    );
    assert_eq!(
        prepare("  ", PASSWORD).await.unwrap_err().field,
        Some(Field::Name)
    );

    let prepared = prepare("Maartje", PASSWORD).await.unwrap();
    let mismatch = client.finish_sign_up(&prepared, "AAAA", &unwatched).await;
    assert_eq!(reason(mismatch), Reason::RecoveryCodeMismatch);
    let recovery_code = prepared.recovery_code();
    let last_group = recovery_code.rsplit('-').next().unwrap().to_lowercase();
    let session = client
        .finish_sign_up(&prepared, &last_group, &unwatched)
        .await
        .unwrap();
    assert_eq!(session.view().language, Language::Nl);
    // The ticket is used up.
    let again = client
        .finish_sign_up(&prepared, &last_group, &unwatched)
        .await;
    assert_eq!(reason(again), Reason::Server(ErrorCode::ExpiredTicket));
}
