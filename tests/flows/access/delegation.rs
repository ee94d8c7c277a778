use serde_json::json;
use zegel_api::{AccountStatus, ErrorCode, Folder, Method};
use zegel_client::unwatched;
use zegel_client::view::{MailboxKind, MailboxState, PolicyChange, PolicyView, Reason, Trust};
use zegel_protocol::DelegationPolicy;

use super::{fetched, keep, opens, state_of};
use crate::common::{Person, World, address, letter, reason};

const COLLEAGUES: [(&str, &str); 2] = [("daan", "Daan de Boer"), ("noor", "Noor Bakker")];

fn left_to(delegation: DelegationPolicy) -> PolicyChange {
    PolicyChange {
        delegation: Some(delegation),
        ..PolicyChange::default()
    }
}

async fn set_delegation(administrator: &Person, delegation: DelegationPolicy) {
    let before = administrator.session.policy().await.unwrap();
    let set = administrator.session.set_policy(left_to(delegation)).await;
    let wanted = PolicyView {
        delegation,
        ..before
    };
    assert_eq!(set.unwrap(), wanted);
}

/// Both compare each other's safety numbers.
async fn meet(a: &Person, b: &Person) {
    for (one, other) in [(a, b), (b, a)] {
        let seen = one
            .session
            .compare_safety_number(other.account(), &other.session.own_safety_number())
            .await
            .unwrap();
        assert_eq!(seen.trust, Trust::Verified);
    }
}

#[tokio::test]
async fn somebody_outside_any_organisation_delegates_after_comparing() {
    let world = World::start().await;
    let maartje = world.colleague("maartje", "Maartje Visser").await;
    let daan = world.colleague("daan", "Daan de Boer").await;
    let eva = world.outsider().await;
    let account = maartje.account();
    eva.send_as(eva.account(), &maartje.address, "Vooraf", "…")
        .await
        .unwrap();
    maartje.session.find_recipient(&daan.address).await.unwrap();
    let failure = maartje
        .session
        .grant_access(account, daan.account(), &daan.address, true)
        .await
        .unwrap_err();
    assert_eq!(failure.reason, Reason::NotVerified);
    assert_eq!(failure.account, Some(daan.account()));

    // The owner compares; the delegate has not yet.
    maartje
        .session
        .compare_safety_number(daan.account(), &daan.session.own_safety_number())
        .await
        .unwrap();
    let view = maartje
        .session
        .grant_access(account, daan.account(), &daan.address, true)
        .await
        .unwrap();
    assert_eq!(view.members[0].person.trust, Trust::Verified);
    assert!(view.members[0].visible);
    let row = daan.row(account).await.unwrap();
    assert_eq!(row.state, MailboxState::NotVerified);
    assert_eq!(
        reason(daan.subjects(account, Folder::Inbox).await),
        Reason::NoAccess
    );
    daan.session
        .compare_safety_number(account, &maartje.session.own_safety_number())
        .await
        .unwrap();
    let row = daan.row(account).await.unwrap();
    assert_eq!(row.state, MailboxState::Ready);
    assert_eq!(row.kind, MailboxKind::Delegated);

    let seen = daan.opened(account, Folder::Inbox).await.unwrap();
    assert_eq!(seen[0].subject, "Vooraf");
    daan.send_as(account, &eva.address, "Namens", "…")
        .await
        .unwrap();
    let received = eva.opened(eva.account(), Folder::Inbox).await.unwrap();
    assert_eq!(received[0].sender.address, maartje.address);
    assert_eq!(received[0].sent_by.as_deref(), Some("Daan de Boer"));
    // No permanent deletion by a delegate.
    let message = [seen[0].message];
    daan.session
        .move_messages(account, &message, Folder::Trash)
        .await
        .unwrap();
    let deleted = daan.session.delete_messages(account, &message).await;
    assert_eq!(reason(deleted), Reason::Server(ErrorCode::Forbidden));

    let before = state_of(&eva, account).await;
    let kept = keep(&world, &before);
    let view = maartje
        .session
        .revoke_access(account, daan.account())
        .await
        .unwrap();
    assert!(view.members.is_empty());
    assert_eq!(daan.row(account).await, None);
    eva.send_as(eva.account(), &maartje.address, "Achteraf", "…")
        .await
        .unwrap();
    // The owner goes on, with the mail of both generations, and sends under the new one.
    assert_eq!(
        maartje.subjects(account, Folder::Inbox).await.unwrap(),
        ["Achteraf"]
    );
    assert_eq!(
        maartje.subjects(account, Folder::Trash).await.unwrap(),
        ["Vooraf"]
    );
    maartje
        .send_as(account, &eva.address, "Zelf", "…")
        .await
        .unwrap();
    let writer = state_of(&eva, eva.account()).await;
    let messages = fetched(&maartje, account).await;
    assert!(!messages.is_empty());
    for message in &messages {
        assert!(!opens(&kept, account, &writer, message));
    }
}

#[tokio::test]
async fn a_functional_account_gets_access_to_nothing() {
    let world = World::start().await;
    let (sanne, colleagues) = world.organisation_of(&COLLEAGUES[..1]).await;
    let daan = &colleagues[0];
    let mut made = Vec::new();
    for name in ["info", "post"] {
        let address = address(name);
        let created = sanne.session.create_functional(&address, name).await;
        made.push((created.unwrap().account, address));
    }
    let [(info, at), (post, _)] = made.as_slice() else {
        panic!("two accounts")
    };
    daan.session.find_recipient(at).await.unwrap();
    for (giver, account) in [(daan, daan.account()), (&sanne, *post)] {
        let failure = giver
            .session
            .grant_access(account, *info, at, true)
            .await
            .unwrap_err();
        assert_eq!(failure.reason, Reason::Server(ErrorCode::NotAPerson));
        assert_eq!(failure.account, Some(*info));
    }
}

#[tokio::test]
async fn who_steps_down_reads_nothing_that_comes_after_the_owner_signs_in_again() {
    let world = World::start().await;
    let mut maartje = world.colleague("maartje", "Maartje Visser").await;
    let daan = world.colleague("daan", "Daan de Boer").await;
    let noor = world.colleague("noor", "Noor Bakker").await;
    let account = maartje.account();
    for delegate in [&daan, &noor] {
        meet(&maartje, delegate).await;
        maartje
            .session
            .grant_access(account, delegate.account(), &delegate.address, true)
            .await
            .unwrap();
        let row = delegate.row(account).await.unwrap();
        assert_eq!(row.state, MailboxState::Ready);
    }
    let before = state_of(&daan, account).await;
    let kept = keep(&world, &before);
    maartje.session.lock();

    daan.session.step_down(account).await.unwrap();
    assert_eq!(daan.row(account).await, None);
    let outcome = daan.subjects(account, Folder::Inbox).await;
    assert_eq!(reason(outcome), Reason::NoAccess);
    let path = format!("/api/mailboxes/{account}/messages");
    assert_eq!(daan.ask(Method::Get, &path, None).await.0, 404);

    // Without the account key nothing can be done about it but say so: after a reload, too.
    assert!(maartje.session.refresh().await.unwrap().rotation_pending);
    maartje.reload().await;
    assert!(maartje.session.view().rotation_pending);
    assert_eq!(state_of(&noor, account).await, before);
    noor.send_as(noor.account(), &maartje.address, "Ertussen", "…")
        .await
        .unwrap();
    assert!(opens(
        &kept,
        account,
        &state_of(&daan, noor.account()).await,
        &fetched(&maartje, account).await[0]
    ));

    maartje.sign_in_again().await;
    assert!(!maartje.session.view().rotation_pending);
    let after = state_of(&noor, account).await;
    assert_eq!(after.mailbox_generation, before.mailbox_generation + 1);
    let view = maartje.session.access(account).await.unwrap();
    assert_eq!(view.rotation_pending_since_ms, None);
    assert_eq!(view.members.len(), 1);
    assert_eq!(view.members[0].person.account, noor.account());

    // Everybody who stays goes on; what Daan kept opens nothing new.
    let row = noor.row(account).await.unwrap();
    assert_eq!(row.shown_name.as_deref(), Some("Noor Bakker"));
    noor.send_as(account, &noor.address, "Namens", "…")
        .await
        .unwrap();
    noor.send_as(noor.account(), &maartje.address, "Daarna", "…")
        .await
        .unwrap();
    let both = ["Daarna", "Ertussen"];
    for reader in [&maartje, &noor] {
        assert_eq!(reader.subjects(account, Folder::Inbox).await.unwrap(), both);
    }
    let writer = state_of(&daan, noor.account()).await;
    let messages = fetched(&maartje, account).await;
    let readable = messages
        .iter()
        .filter(|message| opens(&kept, account, &writer, message));
    assert_eq!((messages.len(), readable.count()), (2, 1));
}

#[tokio::test]
async fn a_due_mailbox_key_is_replaced_as_soon_as_the_account_key_is_at_hand() {
    let world = World::start().await;
    let maartje = world.colleague("maartje", "Maartje Visser").await;
    let daan = world.colleague("daan", "Daan de Boer").await;
    meet(&maartje, &daan).await;
    let account = maartje.account();
    let generation = async || state_of(&daan, account).await.mailbox_generation;
    let leave = async || {
        let session = &maartje.session;
        session
            .grant_access(account, daan.account(), &daan.address, false)
            .await
            .unwrap();
        daan.session.step_down(account).await.unwrap();
    };

    // With the key in memory, at the event.
    leave().await;
    assert_eq!(generation().await, 1);
    assert!(!maartje.session.refresh().await.unwrap().rotation_pending);
    assert_eq!(generation().await, 2);

    // Without it, with the next password.
    leave().await;
    maartje.session.lock();
    maartje.browser.wire.take_exchanges();
    assert!(maartje.session.refresh().await.unwrap().rotation_pending);
    let exchanges = maartje.browser.wire.take_exchanges();
    assert!(exchanges.iter().all(|it| !it.path.ends_with("/access")));
    assert_eq!(generation().await, 2);
    let view = maartje
        .session
        .confirm_password(&maartje.password, &unwatched)
        .await
        .unwrap();
    assert!(!view.rotation_pending);
    assert_eq!(generation().await, 3);

    // Nothing is due: nothing is replaced, and nobody is asked who has access.
    maartje.browser.wire.take_exchanges();
    maartje.session.refresh().await.unwrap();
    maartje
        .session
        .confirm_password(&maartje.password, &unwatched)
        .await
        .unwrap();
    maartje.try_sign_in().await.unwrap();
    let exchanges = maartje.browser.wire.take_exchanges();
    assert!(!exchanges.is_empty());
    assert!(exchanges.iter().all(|it| !it.path.ends_with("/access")));
    assert_eq!(generation().await, 3);

    // Where it fails, signing in goes on, and it is still due.
    leave().await;
    maartje.browser.wire.lie(move |answer| {
        if answer.path.ends_with("/listed-messages") {
            answer.status = 500;
            answer.body = json!({ "status": 500, "code": "internal", "title": "" });
        }
    });
    let signed_in = maartje.try_sign_in().await.unwrap();
    assert!(signed_in.view().rotation_pending);
    assert_eq!(maartje.browser.wire.be_honest(), 1);
    assert_eq!(generation().await, 3);
    assert!(!signed_in.refresh().await.unwrap().rotation_pending);
    assert_eq!(generation().await, 4);
}

#[tokio::test]
async fn an_owner_reads_on_after_signing_in_again_and_in_another_browser() {
    let world = World::start().await;
    let mut maartje = world.colleague("maartje", "Maartje Visser").await;
    let daan = world.colleague("daan", "Daan de Boer").await;
    meet(&maartje, &daan).await;
    let account = maartje.account();
    let other_browser = world.browser();
    let other = other_browser
        .client
        .sign_in(&maartje.address, &maartje.password, &unwatched)
        .await
        .unwrap();
    daan.send_as(daan.account(), &maartje.address, "Een", "…")
        .await
        .unwrap();
    let session = &maartje.session;
    session
        .grant_access(account, daan.account(), &daan.address, false)
        .await
        .unwrap();
    session
        .revoke_access(account, daan.account())
        .await
        .unwrap();
    daan.send_as(daan.account(), &maartje.address, "Twee", "…")
        .await
        .unwrap();
    maartje.reload().await;
    let both = ["Twee", "Een"];
    let subjects = maartje.subjects(account, Folder::Inbox).await.unwrap();
    assert_eq!(subjects, both);
    maartje.sign_in_again().await;
    let subjects = maartje.subjects(account, Folder::Inbox).await.unwrap();
    assert_eq!(subjects, both);
    // The other browser has the account key still, and takes up what the first one stated.
    other.mailboxes().await.unwrap();
    let page = other
        .list_messages(account, Folder::Inbox, false, None, &unwatched)
        .await
        .unwrap();
    let subjects: Vec<_> = page.rows.into_iter().map(|row| row.subject).collect();
    assert_eq!(subjects, both);
}

#[tokio::test]
async fn a_delegate_can_do_nothing_that_is_the_owners() {
    let world = World::start().await;
    let (_, colleagues) = world.organisation_of(&COLLEAGUES).await;
    let [daan, noor] = colleagues.as_slice() else {
        panic!("two colleagues")
    };
    let account = daan.account();
    daan.session
        .grant_access(account, noor.account(), &noor.address, false)
        .await
        .unwrap();
    assert_eq!(noor.row(account).await.unwrap().state, MailboxState::Ready);
    noor.send_as(account, &noor.address, "Kan ik", "…")
        .await
        .unwrap();

    // Through the client: settings are those of the own account alone.
    let grant = noor
        .session
        .grant_access(account, noor.account(), &noor.address, true)
        .await;
    assert_eq!(reason(grant), Reason::Server(ErrorCode::Forbidden));
    for outcome in [
        noor.session.revoke_access(account, noor.account()).await,
        noor.session
            .set_sender_visibility(account, None, true)
            .await,
        noor.session.rotate_mailbox(account).await,
        noor.session.access(account).await,
    ] {
        assert_eq!(reason(outcome), Reason::Server(ErrorCode::Forbidden));
    }
    let status = noor
        .session
        .set_account_status(account, AccountStatus::Suspended)
        .await;
    assert_eq!(reason(status), Reason::Server(ErrorCode::Forbidden));

    // Past the client: no route takes the account acted as for the session's.
    let empty = json!({
        "roster": "", "state": "", "send_certificates": [], "grants": [], "rotation": null
    });
    let path = format!("/api/accounts/{account}/access");
    let (status, problem) = noor.ask(Method::Post, &path, Some(empty)).await;
    assert_eq!((status, &problem["code"]), (403, &json!("forbidden")));
    let (status, _) = noor.ask(Method::Get, &path, None).await;
    assert_eq!(status, 403);
    let (_, session) = noor.ask(Method::Get, "/api/session", None).await;
    assert_eq!(session["account"], json!(noor.account()));
    // What the server hands out about the account acted as holds nothing but its public keys, the
    // roster, the grant and the send certificate: no sealed account key, no mailbox key under it.
    let (_, list) = noor.ask(Method::Get, "/api/access", None).await;
    let listed = list["accounts"][0].as_object().unwrap();
    let mut names: Vec<&str> = listed.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "grant",
            "granted_at_ms",
            "keys",
            "kind",
            "roster",
            "send_certificate",
            "status",
            "unread"
        ]
    );
    // Changing one's password touches one's own account.
    noor.session
        .change_password(&noor.password, "molen zeven wolk anker", &unwatched)
        .await
        .unwrap();
    daan.try_sign_in().await.unwrap();
}

#[tokio::test]
async fn the_organisations_policy_says_who_delegates_to_whom() {
    let world = World::start().await;
    let (sanne, colleagues) = world.organisation_of(&COLLEAGUES).await;
    let [daan, noor] = colleagues.as_slice() else {
        panic!("two colleagues")
    };
    let eva = world.outsider().await;
    meet(daan, &eva).await;
    let account = daan.account();
    let grant = async |person: &Person| {
        daan.session
            .grant_access(account, person.account(), &person.address, false)
            .await
    };

    // Anyone: the key has to be known, the person need not be a colleague.
    assert_eq!(
        daan.session.policy().await.unwrap().delegation,
        DelegationPolicy::Anyone
    );
    grant(&eva).await.unwrap();
    assert_eq!(eva.row(account).await.unwrap().state, MailboxState::Ready);
    daan.session
        .revoke_access(account, eva.account())
        .await
        .unwrap();

    set_delegation(&sanne, DelegationPolicy::Colleagues).await;
    let failure = grant(&eva).await.unwrap_err();
    assert_eq!(failure.reason, Reason::NotAColleague);
    assert_eq!(failure.account, Some(eva.account()));
    grant(noor).await.unwrap();
    assert_eq!(noor.row(account).await.unwrap().state, MailboxState::Ready);

    set_delegation(&sanne, DelegationPolicy::Administrators).await;
    let failure = grant(noor).await.unwrap_err();
    assert_eq!(failure.reason, Reason::LeftToAdministrators);
    let shown = daan
        .session
        .set_sender_visibility(account, None, true)
        .await;
    assert_eq!(reason(shown), Reason::LeftToAdministrators);
    assert_eq!(
        daan.session.access(account).await.unwrap().policy,
        DelegationPolicy::Administrators
    );
    // An administrator gives, also access to their own account.
    let own = sanne.account();
    sanne
        .session
        .grant_access(own, noor.account(), &noor.address, false)
        .await
        .unwrap();
    assert_eq!(noor.row(own).await.unwrap().state, MailboxState::Ready);
    // Taking away stays the owner's.
    daan.session
        .revoke_access(account, noor.account())
        .await
        .unwrap();
    assert_eq!(noor.row(account).await, None);
    // An administrator gives it, with the key from the escrow.
    sanne
        .session
        .grant_access(account, noor.account(), &noor.address, true)
        .await
        .unwrap();
    assert_eq!(noor.row(account).await.unwrap().state, MailboxState::Ready);
    sanne
        .session
        .revoke_access(account, noor.account())
        .await
        .unwrap();
    // The owner's open browser follows, and still sends and reads.
    daan.session.mailboxes().await.unwrap();
    daan.send_as(account, &daan.address, "Gaat door", "…")
        .await
        .unwrap();
    assert_eq!(
        daan.subjects(account, Folder::Inbox).await.unwrap(),
        ["Gaat door"]
    );

    // Whoever is no administrator changes no policy.
    let outcome = noor.session.set_policy(left_to(DelegationPolicy::Anyone));
    let outcome = outcome.await;
    assert_eq!(reason(outcome), Reason::Server(ErrorCode::Forbidden));
}

#[tokio::test]
async fn a_changed_policy_leaves_alone_what_another_administrator_changed_meanwhile() {
    let world = World::start().await;
    let (sanne, _) = world.organisation_of(&[]).await;
    let other = world.browser();
    let other = other
        .client
        .sign_in(&sanne.address, &sanne.password, &unwatched)
        .await
        .unwrap();
    // Both look at the same policy; one changes the one half, the other the other.
    let seen = sanne.session.policy().await.unwrap();
    assert_eq!(other.policy().await.unwrap(), seen);
    assert_eq!(seen.delegation, DelegationPolicy::Anyone);
    let visible = !seen.functional_senders_visible;
    set_delegation(&sanne, DelegationPolicy::Administrators).await;
    let change = PolicyChange {
        functional_senders_visible: Some(visible),
        ..PolicyChange::default()
    };
    let both = PolicyView {
        functional_senders_visible: visible,
        delegation: DelegationPolicy::Administrators,
    };
    assert_eq!(other.set_policy(change).await.unwrap(), both);
    assert_eq!(sanne.session.policy().await.unwrap(), both);
}

#[tokio::test]
async fn another_browser_of_the_owner_asks_for_the_password_before_it_sends_under_a_new_key() {
    let world = World::start().await;
    let maartje = world.colleague("maartje", "Maartje Visser").await;
    let daan = world.colleague("daan", "Daan de Boer").await;
    meet(&maartje, &daan).await;
    let account = maartje.account();
    let other = world.browser();
    let other = other
        .client
        .sign_in(&maartje.address, &maartje.password, &unwatched)
        .await
        .unwrap();
    other.lock();
    let session = &maartje.session;
    session
        .grant_access(account, daan.account(), &daan.address, false)
        .await
        .unwrap();
    session
        .revoke_access(account, daan.account())
        .await
        .unwrap();

    // Reading goes on without it.
    other.mailboxes().await.unwrap();
    let content = letter(&[&daan.address], "Na de wissel", "…");
    let draft = other.new_draft();
    let sent = other
        .send_message(account, draft, &content, &unwatched)
        .await;
    assert_eq!(reason(sent), Reason::PasswordNeeded);
    other
        .confirm_password(&maartje.password, &unwatched)
        .await
        .unwrap();
    other
        .send_message(account, draft, &content, &unwatched)
        .await
        .unwrap();
    assert_eq!(
        daan.subjects(daan.account(), Folder::Inbox).await.unwrap(),
        ["Na de wissel"]
    );
}
