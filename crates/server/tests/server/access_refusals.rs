//! Changes of who has access that do not fit together, or not with what is stored.

use zegel_api::{self as api, ErrorCode};
use zegel_protocol::{
    AccountId, GrantType, Kind, Role, SendKey, Statement as _, limits::MAX_INVENTORY_BLOB_BYTES,
};

use crate::{
    access::{history, view},
    support::{Change, Functional, Held, Server, kem_key, organisation, random},
};

#[tokio::test]
async fn what_does_not_fit_together_is_refused() {
    let server = Server::start().await;
    let (_, _, people) = organisation(&server, &["bob", "cas", "dirk"]).await;
    let [bob, cas, dirk] = &people[..] else {
        panic!()
    };
    let mut held = Held::of(bob);
    held.share(&server, bob, &[(dirk, false)], false).await;
    let everybody = [(dirk, false), (cas, false)];
    let try_with = async |wrong: &dyn Fn(&mut Change)| {
        let mut change = held.change(&server, &everybody, false);
        wrong(&mut change);
        held.put(bob, &held.request(&change)).await.code()
    };
    let cases: &[crate::support::NamedAltered<'_, Change>] = &[
        (
            "a state that skips one",
            &|it| it.state.sequence += 1,
            ErrorCode::StaleStatement,
        ),
        (
            "a state of another past",
            &|it| it.state.previous = it.roster.hash(),
            ErrorCode::StaleStatement,
        ),
        (
            "a state that names another roster",
            &|it| it.state.roster = Some(it.state.previous),
            ErrorCode::NotAuthentic,
        ),
        (
            "a state with another mailbox key",
            &|it| it.state.mailbox_encryption = kem_key(),
            ErrorCode::NotAuthentic,
        ),
        (
            "a state with another generation",
            &|it| {
                it.state.mailbox_generation += 1;
                it.state.mailbox_encryption = kem_key();
            },
            ErrorCode::NotAuthentic,
        ),
        (
            "a state that leaves the organisation",
            &|it| it.state.joined = None,
            ErrorCode::NotAuthentic,
        ),
        (
            "a state of another kind",
            &|it| it.state.kind = Kind::Functional,
            ErrorCode::NotAuthentic,
        ),
        (
            "a roster that skips one",
            &|it| {
                it.roster.version += 1;
                it.rehash();
            },
            ErrorCode::StaleStatement,
        ),
        (
            "a roster of another account",
            &|it| {
                it.roster.account = AccountId(random());
                it.rehash();
            },
            ErrorCode::NotAuthentic,
        ),
        (
            "a roster out of order",
            &|it| {
                it.roster.members.reverse();
                it.rehash();
            },
            ErrorCode::NotAuthentic,
        ),
        (
            "a member in the wrong role",
            &|it| {
                it.roster.members[0].role = Role::Member;
                it.rehash();
            },
            ErrorCode::NotAuthentic,
        ),
        (
            "two with one send key",
            &|it| {
                it.roster.members[1].send_key = it.roster.members[0].send_key;
                it.rehash();
            },
            ErrorCode::NotAuthentic,
        ),
        (
            "nobody for a member's new key",
            &|it| it.grants.clear(),
            ErrorCode::BadRequest,
        ),
        (
            "one grant too many",
            &|it| it.grants.extend(it.grants.clone()),
            ErrorCode::BadRequest,
        ),
        (
            "no send certificate",
            &|it| it.certificates.clear(),
            ErrorCode::BadRequest,
        ),
        (
            "a send certificate of another key",
            &|it| it.certificates[0].send_key = SendKey(random()),
            ErrorCode::NotAuthentic,
        ),
        (
            "a send certificate that shows who is hidden",
            &|it| it.certificates[0].shown_name = Some("Cas".try_into().unwrap()),
            ErrorCode::NotAuthentic,
        ),
        (
            "a send certificate of another generation",
            &|it| it.certificates[0].generation = 2,
            ErrorCode::NotAuthentic,
        ),
        (
            "a grant of another type",
            &|it| it.grants[0].grant_type = GrantType::Restore,
            ErrorCode::NotAuthentic,
        ),
        (
            "a grant to somebody else",
            &|it| it.grants[0].recipient = AccountId(random()).into(),
            ErrorCode::NotAuthentic,
        ),
        (
            "a grant to other keys",
            &|it| it.grants[0].recipient_key = it.state.previous,
            ErrorCode::StaleRecipient,
        ),
        (
            "a grant of another's mailbox",
            &|it| it.grants[0].subject = AccountId(random()),
            ErrorCode::NotAuthentic,
        ),
        (
            "a grant of another generation",
            &|it| it.grants[0].generation = 7,
            ErrorCode::NotAuthentic,
        ),
        (
            "a grant by another roster",
            &|it| it.grants[0].authority = it.state.previous,
            ErrorCode::NotAuthentic,
        ),
        (
            "a grant from tomorrow",
            &|it| it.grants[0].time = it.grants[0].time.plus_ms(86_400_000),
            ErrorCode::NotAuthentic,
        ),
        (
            "somebody gone without a new mailbox key",
            &|it| {
                let kept = it.grants[0].recipient;
                it.roster
                    .members
                    .retain(|member| kept == member.account.into());
                it.rehash();
            },
            ErrorCode::BadRequest,
        ),
    ];
    for (what, wrong, code) in cases {
        assert_eq!(try_with(wrong).await, *code, "{what}");
    }
    // A member whose identity changed meanwhile is not the one that the roster means.
    let other_identity = |it: &mut Change| {
        let new = it.grants[0].recipient;
        for member in &mut it.roster.members {
            if new == member.account.into() {
                member.identity.0 = random();
            }
        }
        it.rehash();
    };
    assert_eq!(try_with(&other_identity).await, ErrorCode::StaleRecipient);
    let mut foreign = held.request(&held.change(&server, &everybody, false));
    foreign.roster = super::support::bytes(&super::support::sign(
        &cas.identity,
        held.change(&server, &everybody, false).roster,
    ));
    assert_eq!(
        held.put(bob, &foreign).await.code(),
        ErrorCode::NotAuthentic,
        "signed by somebody else"
    );
    assert_eq!(view(bob, bob.account).await.ok().members.len(), 1);
    held.share(&server, bob, &everybody, false).await;
    assert_eq!(view(bob, bob.account).await.ok().members.len(), 2);
}

#[tokio::test]
async fn a_new_mailbox_key_has_to_be_whole() {
    let server = Server::start().await;
    let (_, _, people) = organisation(&server, &["bob", "cas", "dirk"]).await;
    let [bob, cas, dirk] = &people[..] else {
        panic!()
    };
    let mut held = Held::of(bob);
    held.share(&server, bob, &[(cas, false), (dirk, false)], false)
        .await;
    let old_key = held.send_keys[&cas.account].clone();
    // Cas stays with the send key of the generation before.
    let mut change = held.change(&server, &[(cas, false)], true);
    change.roster.members[0].send_key = SendKey(old_key.verifying_key().to_bytes());
    change.certificates[0].send_key = change.roster.members[0].send_key;
    change.rehash();
    assert_eq!(
        held.put(bob, &held.request(&change)).await.code(),
        ErrorCode::NotAuthentic
    );
    let right = held.change(&server, &[(cas, false)], true);
    let wrong = |change: &dyn Fn(&mut api::Rotation)| {
        let mut request = held.request(&right);
        change(request.rotation.as_mut().unwrap());
        request
    };
    for (request, code) in [
        (
            wrong(&|it| it.mailbox_key = vec![0; 2000].into()),
            ErrorCode::TooLarge,
        ),
        (
            wrong(&|it| it.history = Vec::new().into()),
            ErrorCode::BadRequest,
        ),
        (
            wrong(&|it| it.inventory = Vec::new().into()),
            ErrorCode::BadRequest,
        ),
        (
            wrong(&|it| it.inventory = vec![0; MAX_INVENTORY_BLOB_BYTES + 1].into()),
            ErrorCode::TooLarge,
        ),
        (
            wrong(&|it| it.send_certificate = bob.session.send_certificate.clone()),
            ErrorCode::NotAuthentic,
        ),
    ] {
        assert_eq!(held.put(bob, &request).await.code(), code);
    }
    let largest = vec![7; MAX_INVENTORY_BLOB_BYTES];
    let request = wrong(&|it| it.inventory = largest.clone().into());
    held.put(bob, &request).await.ok();
    held.stored(right);
    assert_eq!(history(cas, bob.account).await, Ok(vec![1]));
    for reader in [bob, cas] {
        let inventory = reader
            .browser
            .call_at(api::MailboxInventory, &[&bob.mailbox()], &api::Empty {})
            .await
            .ok();
        assert_eq!(inventory.sealed.unwrap().0, largest);
    }
    assert_eq!(history(dirk, bob.account).await, Err(ErrorCode::NotFound));
}

#[tokio::test]
async fn access_is_granted_to_people_who_can_use_it() {
    let server = Server::start().await;
    let (org, ada, people) = organisation(&server, &["bob"]).await;
    let bob = &people[0];
    let desk = Functional::create(&server, &org, &ada, "desk@vandijk.example").await;
    let own = Held::of(bob);
    let mut change = own.change(&server, &[(&ada, false)], false);
    let mut to = |account: AccountId| {
        change.roster.members[0].account = account;
        change.grants[0].recipient = account.into();
        change.rehash();
        own.request(&change)
    };
    for (what, account, code) in [
        ("a functional account", desk.account, ErrorCode::NotAPerson),
        ("nobody", AccountId(random()), ErrorCode::NotActive),
        ("oneself", bob.account, ErrorCode::NotAuthentic),
    ] {
        let request = to(account);
        assert_eq!(own.put(bob, &request).await.code(), code, "{what}");
    }
}
