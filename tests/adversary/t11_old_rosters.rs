//! T11: an old roster, state or grant of a shared mailbox is served again.

use std::collections::BTreeMap;

use serde_json::Value;
use zegel_api::{Folder, Method};
use zegel_client::view::{MailboxState, Reason};

use crate::common::access::Office;
use crate::common::{Person, World, reason};
use crate::json::requests;

/// What the server says to somebody now.
async fn said(person: &Person, path: &str) -> Value {
    let (status, body) = person.ask(Method::Get, path, None).await;
    assert_eq!(status, 200);
    body
}

#[tokio::test]
async fn t11_an_old_roster_does_not_come_back_to_who_administers_it() {
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
    sanne.session.access(*info).await.unwrap();
    let old = said(sanne, &path).await;
    sanne
        .session
        .revoke_access(*info, noor.account())
        .await
        .unwrap();
    let new = said(sanne, &path).await;

    // Everything old; the old roster under the new state; the old state over the new roster.
    let mut old_roster = new.clone();
    old_roster["roster"] = old["roster"].clone();
    old_roster["members"] = old["members"].clone();
    let mut old_state = new.clone();
    old_state["keys"]["state"] = old["keys"]["state"].clone();
    let lies = BTreeMap::from([
        ("everything", (old, Reason::Rollback)),
        ("roster", (old_roster, Reason::NotAuthentic)),
        ("state", (old_state, Reason::Rollback)),
    ]);
    for (name, (lie, expected)) in lies {
        let place = path.clone();
        sanne.browser.wire.lie(move |answer| {
            if answer.is(&place) && answer.body["members"].is_array() {
                answer.body = lie.clone();
            }
        });
        sanne.browser.wire.take_exchanges();
        let shown = sanne.session.access(*info).await;
        assert_eq!(reason(shown), expected, "{name}");
        let session = &sanne.session;
        let granted = session
            .grant_access(*info, bas.account(), &bas.address, false)
            .await;
        assert_eq!(reason(granted), expected, "{name}");
        assert!(sanne.browser.wire.be_honest() > 0);
        let exchanges = sanne.browser.wire.take_exchanges();
        assert!(
            requests(&exchanges, &path).is_empty(),
            "{name}: nothing was signed"
        );
    }
    // Nothing is lost.
    let view = sanne.session.access(*info).await.unwrap();
    assert_eq!(view.members.len(), 1);
    sanne
        .session
        .grant_access(*info, bas.account(), &bas.address, false)
        .await
        .unwrap();
    for member in [daan, bas] {
        assert_eq!(member.row(*info).await.unwrap().state, MailboxState::Ready);
    }
}

#[tokio::test]
async fn t11_an_old_roster_or_grant_does_not_come_back_to_a_member() {
    let world = World::start().await;
    let office = world.office().await;
    let Office {
        sanne,
        daan,
        noor,
        info,
        ..
    } = &office;
    let old = said(daan, "/api/access").await;
    sanne
        .session
        .revoke_access(*info, noor.account())
        .await
        .unwrap();
    assert_eq!(daan.row(*info).await.unwrap().state, MailboxState::Ready);
    let new = said(daan, "/api/access").await;
    let mut lies = vec![old.clone()];
    for field in ["roster", "grant", "send_certificate"] {
        let mut lie = new.clone();
        lie["accounts"][0][field] = old["accounts"][0][field].clone();
        lies.push(lie);
    }
    let mut old_state = new.clone();
    old_state["accounts"][0]["keys"] = old["accounts"][0]["keys"].clone();
    lies.push(old_state);
    for lie in lies {
        daan.browser.wire.lie(move |answer| {
            if answer.is("/api/access") {
                answer.body = lie.clone();
            }
        });
        let row = daan.row(*info).await.unwrap();
        assert_eq!(row.state, MailboxState::NotAuthentic);
        let opened = daan.subjects(*info, Folder::Inbox).await;
        assert_eq!(reason(opened), Reason::NoAccess);
        assert!(daan.browser.wire.be_honest() > 0);
    }
    // Nothing is lost.
    assert_eq!(daan.row(*info).await.unwrap().state, MailboxState::Ready);
    daan.subjects(*info, Folder::Inbox).await.unwrap();
}
