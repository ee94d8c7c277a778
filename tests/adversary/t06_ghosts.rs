//! T6: a ghost is added to a functional account, or to somebody's delegates.

use serde_json::{Value, json};
use zegel_api::{Folder, Method};
use zegel_client::unwatched;
use zegel_client::view::{AccessView, MailboxState, Reason};
use zegel_protocol::{AccountId, Grant, Owner, Role, Roster, RosterMember, Signed};

use crate::common::access::Office;
use crate::common::{Person, World, reason};
use crate::json::{decode, encode, requests};
use crate::mallory::Mallory;

/// Somebody as the server would list them among those with access.
async fn as_member(asking: &Person, ghost: &Person) -> Value {
    let path = format!("/api/keys/{}", ghost.account());
    let (status, keys) = asking.ask(Method::Get, &path, None).await;
    assert_eq!(status, 200);
    json!({ "keys": keys, "send_certificate": "AA", "granted_at_ms": 1 })
}

/// To whom mailbox keys were sealed.
fn sealed_to(person: &Person, path: &str) -> Vec<AccountId> {
    let exchanges = person.browser.wire.take_exchanges();
    let mut recipients = Vec::new();
    for request in requests(&exchanges, path) {
        for grant in request["grants"].as_array().unwrap() {
            let header = decode::<Grant>(grant).header;
            let Owner::Account(member) = header.recipient else {
                panic!("a mailbox is granted to accounts")
            };
            recipients.push(member);
        }
    }
    recipients
}

fn members(view: &AccessView) -> Vec<AccountId> {
    view.members.iter().map(|it| it.person.account).collect()
}

#[tokio::test]
async fn t06_a_ghost_member_is_never_shown_and_never_sealed_to() {
    let world = World::start().await;
    let office = world.office().await;
    let Office {
        sanne,
        daan,
        noor,
        bas,
        info,
        ..
    } = &office;
    let path = office.path();
    let honest = sanne.session.access(*info).await.unwrap();
    assert_eq!(members(&honest).len(), 2);

    // Bas is a genuine colleague, with a key that is certified: only the roster says no.
    let ghost = as_member(sanne, bas).await;
    let place = path.clone();
    sanne.browser.wire.lie(move |answer| {
        if answer.is(&place) && answer.body["members"].is_array() {
            answer.body["members"]
                .as_array_mut()
                .unwrap()
                .push(ghost.clone());
        }
    });
    let view = sanne.session.access(*info).await.unwrap();
    assert_eq!(members(&view), members(&honest));
    sanne.browser.wire.take_exchanges();
    let view = sanne
        .session
        .revoke_access(*info, noor.account())
        .await
        .unwrap();
    assert_eq!(members(&view), [daan.account()]);
    assert!(sanne.browser.wire.be_honest() > 0);
    assert_eq!(sealed_to(sanne, &path), [daan.account()]);
    assert_eq!(bas.row(*info).await, None);
    daan.row(*info).await.unwrap();
    daan.subjects(*info, Folder::Inbox).await.unwrap();
}

#[tokio::test]
async fn t06_a_roster_that_the_account_did_not_sign_stops_everything() {
    let world = World::start().await;
    let office = world.office().await;
    let Office {
        sanne,
        daan,
        bas,
        info,
        ..
    } = &office;
    let path = office.path();
    sanne.session.access(*info).await.unwrap();
    let (_, answer) = sanne.ask(Method::Get, &path, None).await;
    let genuine: Signed<Roster> = decode(&answer["roster"]);
    let ghost = as_member(sanne, bas).await;
    let mallory = Mallory::new();
    let mut roster = genuine.statement.clone();
    roster.members.push(RosterMember {
        account: bas.account(),
        role: Role::Member,
        ..roster.members[0]
    });
    roster.members.sort_by_key(|member| member.account);
    // The genuine signature over more names, and a signature of hers over them.
    let forged = [
        Signed {
            statement: roster.clone(),
            ..genuine
        },
        mallory.identity(*info).sign(roster),
    ];
    for forged in forged {
        let (place, ghost) = (path.clone(), ghost.clone());
        sanne.browser.wire.lie(move |answer| {
            if answer.is(&place) && answer.body["members"].is_array() {
                answer.body["roster"] = encode(&forged);
                answer.body["members"]
                    .as_array_mut()
                    .unwrap()
                    .push(ghost.clone());
            }
        });
        sanne.browser.wire.take_exchanges();
        let shown = sanne.session.access(*info).await;
        assert_eq!(reason(shown), Reason::NotAuthentic);
        let revoked = sanne.session.revoke_access(*info, daan.account()).await;
        assert_eq!(reason(revoked), Reason::NotAuthentic);
        assert!(sanne.browser.wire.be_honest() > 0);
        let exchanges = sanne.browser.wire.take_exchanges();
        assert!(requests(&exchanges, &path).is_empty(), "nothing was signed");
    }
    let view = sanne.session.access(*info).await.unwrap();
    assert_eq!(view.members.len(), 2);
}

#[tokio::test]
async fn t06_a_ghost_delegate_gets_nothing_of_the_owner() {
    let world = World::start().await;
    let (_, colleagues) = world
        .organisation_of(&[
            ("daan", "Daan de Boer"),
            ("noor", "Noor Bakker"),
            ("bas", "Bas Mulder"),
        ])
        .await;
    let [daan, noor, bas] = colleagues.as_slice() else {
        panic!("three colleagues")
    };
    let account = daan.account();
    let path = format!("/api/accounts/{account}/access");
    let session = &daan.session;
    session
        .grant_access(account, noor.account(), &noor.address, false)
        .await
        .unwrap();
    let ghost = as_member(daan, bas).await;
    let place = path.clone();
    daan.browser.wire.lie(move |answer| {
        if answer.is(&place) && answer.body["members"].is_array() {
            answer.body["members"]
                .as_array_mut()
                .unwrap()
                .push(ghost.clone());
        }
    });
    daan.browser.wire.take_exchanges();
    let view = session.access(account).await.unwrap();
    assert_eq!(members(&view), [noor.account()]);
    let view = session
        .revoke_access(account, noor.account())
        .await
        .unwrap();
    assert!(members(&view).is_empty());
    assert!(daan.browser.wire.be_honest() > 0);
    assert!(sealed_to(daan, &path).is_empty());
}

#[tokio::test]
async fn t06_an_account_whose_roster_does_not_name_the_user_is_not_in_the_switcher() {
    let world = World::start().await;
    let office = world.office().await;
    let Office {
        sanne,
        daan,
        bas,
        info,
        ..
    } = &office;
    // Everything that makes Daan a member, genuine, shown to Bas.
    let (_, list) = daan.ask(Method::Get, "/api/access", None).await;
    let listed = list["accounts"][0].clone();
    let entry = listed.clone();
    bas.browser.wire.lie(move |answer| {
        if answer.is("/api/access") {
            answer.body["accounts"] = json!([entry]);
        }
    });
    assert_eq!(bas.row(*info).await, None);
    assert!(bas.browser.wire.be_honest() > 0);

    // With a roster that names him, by Mallory: the row says what is wrong, and opens nothing.
    let genuine: Signed<Roster> = decode(&listed["roster"]);
    let mut roster = genuine.statement;
    let (_, keys) = sanne
        .ask(Method::Get, &format!("/api/keys/{}", bas.account()), None)
        .await;
    let state: Signed<zegel_protocol::AccountState> = decode(&keys["state"]);
    roster.members = vec![RosterMember {
        account: bas.account(),
        identity: state.statement.identity,
        ..roster.members[0]
    }];
    let forged = Mallory::new().identity(*info).sign(roster);
    let mut entry = listed;
    entry["roster"] = encode(&forged);
    bas.browser.wire.lie(move |answer| {
        if answer.is("/api/access") {
            answer.body["accounts"] = json!([entry]);
        }
    });
    let row = bas.row(*info).await.unwrap();
    assert_eq!(row.state, MailboxState::NotAuthentic);
    let outcome = bas.subjects(*info, Folder::Inbox).await;
    assert_eq!(reason(outcome), Reason::NoAccess);
    assert!(bas.browser.wire.be_honest() > 0);
    assert_eq!(bas.row(*info).await, None);
}

#[tokio::test]
async fn t06_who_is_hidden_from_the_list_of_who_has_access_is_counted_and_shut_out() {
    let world = World::start().await;
    let office = world.office().await;
    let (sanne, noor, info) = (&office.sanne, &office.noor, office.info);
    assert_eq!(sanne.session.access(info).await.unwrap().unlisted, 0);

    // Nobody learns that Noor still reads along: she is left out, and no rotation is due.
    let (path, hidden) = (office.path(), json!(noor.account()));
    sanne.browser.wire.lie(move |answer| {
        if answer.is(&path)
            && let Some(members) = answer.body["members"].as_array_mut()
        {
            members.retain(|member| member["keys"]["account"] != hidden);
        }
    });
    let view = sanne.session.access(info).await.unwrap();
    assert_eq!(members(&view), [office.daan.account()]);
    assert_eq!((view.unlisted, view.rotation_pending_since_ms), (1, None));
    let round = sanne.session.certify_members(&unwatched).await.unwrap();
    assert_eq!((round.rotated, round.failed), (1, 0));
    assert!(sanne.browser.wire.be_honest() > 0);

    let view = sanne.session.access(info).await.unwrap();
    assert_eq!((members(&view).len(), view.unlisted), (1, 0));
    assert_eq!(noor.row(info).await, None);
}
