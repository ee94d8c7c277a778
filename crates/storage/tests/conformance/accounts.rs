use zegel_protocol::{AccountId, Hash};
use zegel_storage::{CodeCheck, Login, NewPassword, Refusal, Role, Store};

use super::{
    NOW, RECORD, account, address, at, code, event, mail, new_account, organisation, refusal,
    session, sign_in, ticket, unique,
};

pub(crate) async fn creating_uses_up_the_ticket(store: &Store) {
    let ada = address("ada@vandijk.example");
    let ticket = ticket(store, &ada).await;
    let sign_up = store.find_sign_up(ticket, NOW).await.unwrap().unwrap();
    assert_eq!(
        (sign_up.address.clone(), sign_up.account),
        (ada.clone(), None)
    );
    assert_eq!(store.find_sign_up(ticket, at(5000)).await.unwrap(), None);
    let new = new_account(&ada, ticket);
    store.set_sign_up_account(ticket, new.id).await.unwrap();
    assert_eq!(
        store
            .find_sign_up(ticket, NOW)
            .await
            .unwrap()
            .unwrap()
            .account,
        Some(new.id)
    );
    assert_eq!(
        refusal(store.create_account(new.clone(), at(5000)).await),
        Refusal::Conflict
    );
    store.create_account(new.clone(), NOW).await.unwrap();
    let found = store.find_account(new.id).await.unwrap().unwrap();
    assert_eq!(
        (
            found.address.clone(),
            found.role,
            found.sequence,
            found.epoch
        ),
        (ada.clone(), Role::Free, 1, 1)
    );
    assert_eq!(
        (found.state, found.state_hash),
        (new.state.statement.clone(), new.state.hash)
    );
    assert_eq!(
        store
            .find_account_by_address(&ada)
            .await
            .unwrap()
            .unwrap()
            .id,
        new.id
    );
    assert_eq!(
        store.find_credentials(new.id).await.unwrap(),
        Some(new.credentials.clone())
    );
    assert!(
        store
            .find_session(new.session.token_hash, NOW)
            .await
            .unwrap()
            .is_some()
    );
    assert_eq!(
        refusal(store.create_account(new, NOW).await),
        Refusal::Conflict
    );
    assert_eq!(store.find_account(AccountId(unique())).await.unwrap(), None);
}

pub(crate) async fn a_taken_address_is_refused(store: &Store) {
    let (id, _) = account(store, "ada@vandijk.example").await;
    let ada = address("ada@vandijk.example");
    let again = new_account(&ada, ticket(store, &ada).await);
    assert_eq!(
        refusal(store.create_account(again.clone(), NOW).await),
        Refusal::AddressTaken
    );
    assert_eq!(store.find_account(again.id).await.unwrap(), None);
    let bob = address("bob@vandijk.example");
    let same_id = zegel_storage::NewAccount {
        id,
        ..new_account(&bob, ticket(store, &bob).await)
    };
    assert_eq!(
        refusal(store.create_account(same_id, NOW).await),
        Refusal::DuplicateId
    );
    assert_eq!(store.find_account_by_address(&bob).await.unwrap(), None);
}

pub(crate) async fn sessions_open_and_end(store: &Store) {
    let (id, first) = account(store, "ada@vandijk.example").await;
    let second = session(id);
    store
        .open_session(second, Hash::of(RECORD), Some(first.token_hash))
        .await
        .unwrap();
    assert!(
        store
            .find_session(first.token_hash, NOW)
            .await
            .unwrap()
            .is_none(),
        "replaced"
    );
    let (found, owner) = store
        .find_session(second.token_hash, NOW)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (owner.id, found.authenticated_at, found.deferred),
        (id, NOW, false)
    );
    assert_eq!(owner.last_sign_in_at, Some(NOW));
    assert!(
        store
            .find_session(second.token_hash, second.expires_at)
            .await
            .unwrap()
            .is_none()
    );
    store
        .extend_session(second.token_hash, at(2_000_000))
        .await
        .unwrap();
    assert!(
        store
            .find_session(second.token_hash, at(1_999_999))
            .await
            .unwrap()
            .is_some()
    );
    store.end_session(second.token_hash).await.unwrap();
    assert!(
        store
            .find_session(second.token_hash, NOW)
            .await
            .unwrap()
            .is_none()
    );
}

pub(crate) async fn sessions_of_one_account(store: &Store) {
    let (ada, first) = account(store, "ada@vandijk.example").await;
    let (_, bobs) = account(store, "bob@vandijk.example").await;
    let second = session(ada);
    sign_in(store, second).await;
    store.end_sessions(ada).await.unwrap();
    for ended in [first, second] {
        assert!(
            store
                .find_session(ended.token_hash, NOW)
                .await
                .unwrap()
                .is_none()
        );
    }
    assert!(
        store
            .find_session(bobs.token_hash, NOW)
            .await
            .unwrap()
            .is_some()
    );

    let (org, _) = organisation(store, "eva@other.example").await;
    store
        .defer_adoption(bobs.account, bobs.token_hash, event(org, "deferred"), at(7))
        .await
        .unwrap();
    let (session, account) = store
        .find_session(bobs.token_hash, NOW)
        .await
        .unwrap()
        .unwrap();
    assert!(session.deferred && account.deferred_at == Some(at(7)));
}

pub(crate) async fn a_login_serves_once(store: &Store) {
    let (id, _) = account(store, "ada@vandijk.example").await;
    let known = Login {
        account: Some(id),
        record: Some(Hash::of(RECORD)),
        state: b"state".to_vec(),
    };
    let unknown = Login {
        account: None,
        record: None,
        state: b"state".to_vec(),
    };
    let (a, b, late) = (unique(), unique(), unique());
    store.insert_login(a, known.clone(), at(10)).await.unwrap();
    store
        .insert_login(b, unknown.clone(), at(10))
        .await
        .unwrap();
    store
        .insert_login(late, known.clone(), at(10))
        .await
        .unwrap();
    assert_eq!(store.take_login(a, NOW).await.unwrap(), Some(known));
    assert_eq!(store.take_login(a, NOW).await.unwrap(), None);
    assert_eq!(store.take_login(b, NOW).await.unwrap(), Some(unknown));
    assert_eq!(store.take_login(late, at(10)).await.unwrap(), None);
    assert_eq!(store.take_login(late, NOW).await.unwrap(), None);
}

pub(crate) async fn codes_can_be_tried_so_often(store: &Store) {
    let ada = address("ada@vandijk.example");
    let (right, wrong) = (Hash(unique()), Hash(unique()));
    let attempt = async |hash, now| {
        store
            .verify_sign_up(&ada, hash, Hash(unique()), at(5000), now)
            .await
            .unwrap()
    };
    assert_eq!(attempt(right, NOW).await, CodeCheck::Expired, "never begun");
    store
        .start_sign_up(&ada, code(right), mail(ada.as_str()), NOW)
        .await
        .unwrap();
    assert_eq!(attempt(right, at(1000)).await, CodeCheck::Expired);
    assert_eq!(attempt(wrong, NOW).await, CodeCheck::Wrong);
    assert_eq!(attempt(wrong, NOW).await, CodeCheck::Wrong);
    assert_eq!(attempt(wrong, NOW).await, CodeCheck::Expired);
    assert_eq!(attempt(right, NOW).await, CodeCheck::Expired);
    store
        .start_sign_up(&ada, code(right), mail(ada.as_str()), NOW)
        .await
        .unwrap();
    assert_eq!(attempt(right, NOW).await, CodeCheck::Right);
    assert_eq!(attempt(right, NOW).await, CodeCheck::Expired, "used up");
    assert_eq!(store.take_mails(NOW, at(1), 10).await.unwrap().len(), 2);
}

pub(crate) async fn a_new_code_keeps_the_ticket(store: &Store) {
    let ada = address("ada@vandijk.example");
    let ticket = ticket(store, &ada).await;
    store
        .start_sign_up(&ada, code(Hash(unique())), mail(ada.as_str()), NOW)
        .await
        .unwrap();
    assert!(store.find_sign_up(ticket, NOW).await.unwrap().is_some());
}

pub(crate) async fn a_password_change_checks_the_epoch(store: &Store) {
    let (id, first) = account(store, "ada@vandijk.example").await;
    let second = session(id);
    sign_in(store, second).await;
    let new = NewPassword {
        account: id,
        epoch: 2,
        password_record: b"new record".to_vec(),
        account_key_by_password: b"new key".to_vec(),
        session: second.token_hash,
    };
    assert_eq!(
        refusal(store.change_password(new.clone()).await),
        Refusal::Conflict
    );
    store
        .change_password(NewPassword { epoch: 1, ..new })
        .await
        .unwrap();
    let credentials = store.find_credentials(id).await.unwrap().unwrap();
    assert_eq!(credentials.password_record, b"new record");
    assert_eq!(credentials.account_key_by_password, b"new key");
    assert_eq!(credentials.account_key_by_recovery_code, b"by code");
    assert!(
        store
            .find_session(first.token_hash, NOW)
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        store
            .find_session(second.token_hash, NOW)
            .await
            .unwrap()
            .is_some()
    );
}

pub(crate) async fn a_sign_in_ends_with_the_password_it_began_with(store: &Store) {
    let (id, first) = account(store, "ada@vandijk.example").await;
    let login = Login {
        account: Some(id),
        record: Some(Hash::of(RECORD)),
        state: vec![1],
    };
    let waiting = unique();
    store.insert_login(waiting, login, at(10)).await.unwrap();
    let new = NewPassword {
        account: id,
        epoch: 1,
        password_record: b"new record".to_vec(),
        account_key_by_password: b"new key".to_vec(),
        session: first.token_hash,
    };
    store.change_password(new).await.unwrap();
    assert_eq!(store.take_login(waiting, NOW).await.unwrap(), None);
    // It was taken before, or kept after, the change.
    let late = session(id);
    assert_eq!(
        refusal(store.open_session(late, Hash::of(RECORD), None).await),
        Refusal::Conflict
    );
    assert_eq!(
        store.find_session(late.token_hash, NOW).await.unwrap(),
        None
    );
    store
        .open_session(late, Hash::of(b"new record"), None)
        .await
        .unwrap();
    assert!(
        store
            .find_session(late.token_hash, NOW)
            .await
            .unwrap()
            .is_some()
    );
}

pub(crate) async fn pins_are_replaced_in_order(store: &Store) {
    let (id, _) = account(store, "ada@vandijk.example").await;
    assert_eq!(store.find_pins(id).await.unwrap(), None);
    assert_eq!(
        refusal(store.replace_pins(id, 1, vec![1]).await),
        Refusal::Conflict
    );
    store.replace_pins(id, 0, vec![1]).await.unwrap();
    assert_eq!(
        refusal(store.replace_pins(id, 0, vec![2]).await),
        Refusal::Conflict
    );
    store.replace_pins(id, 1, vec![2]).await.unwrap();
    let pins = store.find_pins(id).await.unwrap().unwrap();
    assert_eq!((pins.version, pins.sealed), (2, vec![2]));
}

pub(crate) async fn one_of_two_writers_of_pins_wins(store: &Store) {
    let (id, _) = account(store, "ada@vandijk.example").await;
    for replaces in [0, 1] {
        let (a, b) = tokio::join!(
            store.replace_pins(id, replaces, vec![1]),
            store.replace_pins(id, replaces, vec![2])
        );
        assert_eq!(
            usize::from(a.is_ok()) + usize::from(b.is_ok()),
            1,
            "{a:?} {b:?}"
        );
    }
}

pub(crate) async fn what_ended_is_deleted(store: &Store) {
    let (id, session) = account(store, "ada@vandijk.example").await;
    let login = Login {
        account: Some(id),
        record: Some(Hash::of(RECORD)),
        state: vec![1],
    };
    store.insert_login(unique(), login, at(10)).await.unwrap();
    let bob = address("bob@vandijk.example");
    let open = ticket(store, &bob).await;
    assert_eq!(store.delete_expired(NOW).await.unwrap(), 0);
    assert_eq!(
        store.delete_expired(at(1000)).await.unwrap(),
        1,
        "the login"
    );
    assert!(store.find_sign_up(open, at(1000)).await.unwrap().is_some());
    assert_eq!(
        store.delete_expired(session.expires_at).await.unwrap(),
        2,
        "the session and the sign-up"
    );
}
