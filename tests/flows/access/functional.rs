use zegel_api::{AccountKind, AccountStatus, ErrorCode, Folder, Method};
use zegel_client::unwatched;
use zegel_client::view::{
    Certification, CertifyReport, Field, MailboxKind, MailboxState, Reason, Trust,
};
use zegel_protocol::Address;

use super::{fetched, keep, opens, state_of};
use crate::common::{Person, World, address, domain, reason};

const COLLEAGUES: [(&str, &str); 2] = [("daan", "Daan de Boer"), ("noor", "Noor Bakker")];

#[tokio::test]
async fn a_shared_mailbox_is_read_and_sent_from_until_access_ends() {
    let world = World::start().await;
    let (sanne, colleagues) = world.organisation_of(&COLLEAGUES).await;
    let [daan, noor] = colleagues.as_slice() else {
        panic!("two colleagues")
    };
    let eva = world.outsider().await;
    let info_address = address("info");
    let created = sanne
        .session
        .create_functional(&info_address, "Receptie")
        .await
        .unwrap();
    let info = created.account;
    assert_eq!(created.kind, AccountKind::Functional);
    assert_eq!(created.status, AccountStatus::Active);
    assert_eq!(created.certification, Certification::Compared);
    assert!(created.escrow_checked);
    assert_eq!(created.access, 0);

    // Written before anybody has access.
    let write = async |subject: &str| {
        eva.send_as(eva.account(), &info_address, subject, "Dag receptie")
            .await
            .unwrap();
    };
    write("Eerste").await;
    assert_eq!(daan.row(info).await, None);

    let view = sanne
        .session
        .grant_access(info, daan.account(), &daan.address, true)
        .await
        .unwrap();
    assert_eq!(view.members.len(), 1);
    let view = sanne
        .session
        .grant_access(info, noor.account(), &noor.address, false)
        .await
        .unwrap();
    assert_eq!(view.members.len(), 2);
    sanne
        .session
        .set_sender_visibility(info, Some(noor.account()), false)
        .await
        .unwrap();
    assert_eq!(sanne.session.member(info).await.unwrap().access, 2);

    let row = daan.row(info).await.unwrap();
    assert_eq!(row.state, MailboxState::Ready);
    assert_eq!(row.kind, MailboxKind::Functional);
    assert_eq!(row.unread, 1);
    assert_eq!(row.shown_name.as_deref(), Some("Daan de Boer"));
    let row = noor.row(info).await.unwrap();
    assert_eq!((row.state, row.shown_name), (MailboxState::Ready, None));
    let rows = daan.session.mailboxes().await.unwrap();
    assert_eq!(rows[0].kind, MailboxKind::Own);
    assert_eq!(rows.len(), 2);

    // Members see earlier mail, and what the others did with it.
    assert_eq!(
        daan.subjects(info, Folder::Inbox).await.unwrap(),
        ["Eerste"]
    );
    daan.send_as(info, &eva.address, "Antwoord", "Wij kijken ernaar")
        .await
        .unwrap();
    assert_eq!(
        noor.subjects(info, Folder::Sent).await.unwrap(),
        ["Antwoord"]
    );
    let received = eva.opened(eva.account(), Folder::Inbox).await.unwrap();
    assert_eq!(received[0].sender.address, info_address);
    assert_eq!(received[0].sent_by.as_deref(), Some("Daan de Boer"));

    // Daan keeps every key that he holds, and the page that he has open.
    let before = state_of(&eva, info).await;
    let kept = keep(&world, &before);
    let writer = state_of(&eva, eva.account()).await;
    let earlier = fetched(noor, info).await;
    assert!(!earlier.is_empty());
    assert!(earlier.iter().all(|it| opens(&kept, info, &writer, it)));

    let view = sanne
        .session
        .revoke_access(info, daan.account())
        .await
        .unwrap();
    assert_eq!(view.members.len(), 1);
    let after = state_of(&eva, info).await;
    assert_eq!(after.mailbox_generation, before.mailbox_generation + 1);
    write("Tweede").await;
    // The page that is open finds out with the next thing it asks.
    let outcome = daan.subjects(info, Folder::Inbox).await;
    assert_eq!(reason(outcome), Reason::NoAccess);
    let late = daan.send_as(info, &eva.address, "Nog een", "…").await;
    assert!(late.is_err());
    assert_eq!(daan.row(info).await, None);
    let gone = daan.subjects(info, Folder::Inbox).await;
    assert_eq!(reason(gone), Reason::NoAccess);
    for path in [
        format!("/api/mailboxes/{info}/history"),
        format!("/api/mailboxes/{info}/counts"),
    ] {
        assert_eq!(daan.ask(Method::Get, &path, None).await.0, 404);
    }

    // Who remains goes on, with everything; the kept keys open nothing that came later.
    assert_eq!(
        noor.subjects(info, Folder::Inbox).await.unwrap(),
        ["Tweede", "Eerste"]
    );
    noor.send_as(info, &eva.address, "Vervolg", "Het is klaar")
        .await
        .unwrap();
    let mut later = 0;
    for message in fetched(noor, info).await {
        let header = &message.signed.header;
        let to = header.recipients.iter().find(|it| it.account == info);
        if to.unwrap().generation == after.mailbox_generation {
            assert!(!opens(&kept, info, &writer, &message));
            later += 1;
        }
    }
    assert!(later > 0, "something was written after the rotation");
}

#[tokio::test]
async fn a_member_who_joins_late_reads_everything_and_after_a_reload_too() {
    let world = World::start().await;
    let (sanne, mut colleagues) = world.organisation_of(&COLLEAGUES).await;
    let mut noor = colleagues.pop().unwrap();
    let daan = colleagues.pop().unwrap();
    let info_address = address("info");
    let info = sanne
        .session
        .create_functional(&info_address, "Receptie")
        .await
        .unwrap()
        .account;
    let mut expected = Vec::new();
    // Three generations of the mailbox key, with mail in each.
    for round in 1..=3 {
        let subject = format!("Ronde {round}");
        sanne
            .send_as(sanne.account(), &info_address, &subject, "…")
            .await
            .unwrap();
        expected.insert(0, subject);
        let session = &sanne.session;
        session
            .grant_access(info, daan.account(), &daan.address, false)
            .await
            .unwrap();
        session.revoke_access(info, daan.account()).await.unwrap();
    }
    assert_eq!(state_of(&sanne, info).await.mailbox_generation, 4);
    sanne
        .session
        .grant_access(info, noor.account(), &noor.address, false)
        .await
        .unwrap();
    noor.row(info).await.unwrap();
    assert_eq!(noor.subjects(info, Folder::Inbox).await.unwrap(), expected);
    // A reload keeps the own keys alone: the grants open the others again.
    let kept = noor.session.session_tiers().to_bytes();
    let shared = keep(&world, &state_of(&sanne, info).await);
    assert!(!kept.windows(32).any(|it| it == shared.expose()));
    noor.reload().await;
    assert_eq!(noor.subjects(info, Folder::Inbox).await.unwrap(), expected);
}

#[tokio::test]
async fn stepping_down_ends_access_at_once_and_an_administrators_round_replaces_the_key() {
    let world = World::start().await;
    let (sanne, colleagues) = world.organisation_of(&COLLEAGUES).await;
    let [daan, noor] = colleagues.as_slice() else {
        panic!("two colleagues")
    };
    let info_address = address("info");
    let info = sanne
        .session
        .create_functional(&info_address, "Receptie")
        .await
        .unwrap()
        .account;
    for person in [daan, noor] {
        sanne
            .session
            .grant_access(info, person.account(), &person.address, false)
            .await
            .unwrap();
        person.row(info).await.unwrap();
    }
    let kept = keep(&world, &state_of(&sanne, info).await);
    noor.session.step_down(info).await.unwrap();
    let outcome = noor.subjects(info, Folder::Inbox).await;
    assert_eq!(reason(outcome), Reason::NoAccess);
    assert_eq!(noor.row(info).await, None);
    let again = noor.session.step_down(info).await;
    assert_eq!(reason(again), Reason::Server(ErrorCode::NotFound));

    let view = sanne.session.access(info).await.unwrap();
    assert_eq!(view.members.len(), 1);
    assert!(view.rotation_pending_since_ms.is_some());

    sanne.session.lock();
    let round = sanne.session.certify_members(&unwatched).await.unwrap();
    let waiting = CertifyReport {
        waiting: 1,
        ..CertifyReport::default()
    };
    assert_eq!(round, waiting);
    sanne
        .session
        .confirm_password(&sanne.password, &unwatched)
        .await
        .unwrap();
    let round = sanne.session.certify_members(&unwatched).await.unwrap();
    let rotated = CertifyReport {
        rotated: 1,
        ..CertifyReport::default()
    };
    assert_eq!(round, rotated);
    let round = sanne.session.certify_members(&unwatched).await.unwrap();
    assert_eq!(round, CertifyReport::default());
    let view = sanne.session.access(info).await.unwrap();
    assert_eq!(view.rotation_pending_since_ms, None);
    // Nothing is left to replace.
    let generation = state_of(&sanne, info).await.mailbox_generation;
    sanne.session.rotate_mailbox(info).await.unwrap();
    assert_eq!(state_of(&sanne, info).await.mailbox_generation, generation);

    sanne
        .send_as(sanne.account(), &info_address, "Daarna", "…")
        .await
        .unwrap();
    daan.row(info).await.unwrap();
    let writer = state_of(daan, sanne.account()).await;
    let messages = fetched(daan, info).await;
    assert!(!messages.is_empty());
    assert!(messages.iter().all(|it| !opens(&kept, info, &writer, it)));
    daan.send_as(info, &sanne.address, "Gelezen", "…")
        .await
        .unwrap();
}

#[tokio::test]
async fn what_an_administrator_does_with_a_shared_mailbox() {
    let world = World::start().await;
    let (sanne, colleagues) = world.organisation_of(&COLLEAGUES[..1]).await;
    let daan = &colleagues[0];
    let session = &sanne.session;
    let info_address = address("info");
    let failure = session
        .create_functional(&info_address, "\u{202e}")
        .await
        .unwrap_err();
    assert_eq!(failure.field, Some(Field::Name));
    let elsewhere = Address::parse("info@elders.example").unwrap();
    let failure = session
        .create_functional(&elsewhere, "Receptie")
        .await
        .unwrap_err();
    assert_eq!(failure.reason, Reason::Server(ErrorCode::DomainNotOwned));
    assert_eq!(failure.field, Some(Field::Address));
    let failure = session
        .create_functional(&daan.address, "Receptie")
        .await
        .unwrap_err();
    assert_eq!(failure.reason, Reason::Server(ErrorCode::AddressTaken));
    assert_eq!(failure.field, Some(Field::Address));
    let info = session
        .create_functional(&info_address, "Receptie")
        .await
        .unwrap()
        .account;
    session
        .grant_access(info, daan.account(), &daan.address, false)
        .await
        .unwrap();

    let renamed = session.rename_account(info, "Balie").await.unwrap();
    assert_eq!(renamed.name, "Balie");
    assert_eq!(daan.row(info).await.unwrap().name, "Balie");
    let kind = Some(AccountKind::Functional);
    let found = session.members(None, kind, None).await.unwrap();
    assert_eq!(found.members.len(), 1);
    let search = Some("DAAN".to_owned());
    let found = session.members(None, None, search).await.unwrap();
    assert_eq!(found.members[0].account, daan.account());
    assert_eq!(found.members.len(), 1);

    let suspended = session
        .set_account_status(info, AccountStatus::Suspended)
        .await
        .unwrap();
    assert_eq!(suspended.status, AccountStatus::Suspended);
    assert_eq!(daan.row(info).await.unwrap().state, MailboxState::Suspended);
    let outcome = daan.subjects(info, Folder::Inbox).await;
    assert_eq!(reason(outcome), Reason::NoAccess);
    session
        .set_account_status(info, AccountStatus::Active)
        .await
        .unwrap();
    assert_eq!(daan.row(info).await.unwrap().state, MailboxState::Ready);

    // Without the password nothing is signed in anybody's name.
    session.lock();
    let grant = session
        .grant_access(info, sanne.account(), &sanne.address, false)
        .await;
    assert_eq!(reason(grant), Reason::PasswordNeeded);
    let create = session.create_functional(&address("post"), "Post").await;
    assert_eq!(reason(create), Reason::PasswordNeeded);
    session
        .confirm_password(&sanne.password, &unwatched)
        .await
        .unwrap();
    // An administrator is no member by being one.
    assert_eq!(sanne.row(info).await, None);
    session
        .grant_access(info, sanne.account(), &sanne.address, false)
        .await
        .unwrap();
    assert_eq!(sanne.row(info).await.unwrap().state, MailboxState::Ready);

    let member = daan.session.access(info).await;
    assert_eq!(reason(member), Reason::Server(ErrorCode::Forbidden));
    session
        .set_account_status(info, AccountStatus::Deleted)
        .await
        .unwrap();
    assert_eq!(daan.row(info).await, None);
}

#[tokio::test]
async fn nobody_gets_in_whose_key_only_the_server_vouches_for() {
    let world = World::start().await;
    let (sanne, _) = world.organisation_of(&[]).await;
    let session = &sanne.session;
    let info = session
        .create_functional(&address("info"), "Receptie")
        .await
        .unwrap()
        .account;
    let eva = world.outsider().await;
    let failure = session
        .grant_access(info, eva.account(), &eva.address, false)
        .await
        .unwrap_err();
    assert_eq!(failure.reason, Reason::NotVerified);
    assert_eq!(failure.account, Some(eva.account()));
    // Compared, and still no colleague.
    session
        .compare_safety_number(eva.account(), &eva.session.own_safety_number())
        .await
        .unwrap();
    let failure = session
        .grant_access(info, eva.account(), &eva.address, false)
        .await
        .unwrap_err();
    assert_eq!(failure.reason, Reason::NotAColleague);
    assert_eq!(failure.account, Some(eva.account()));

    // A member whose certificate is only the server's word.
    let mut noor = world.colleague("noor", "Noor Bakker").await;
    noor.sign_in_again().await;
    noor.session
        .review_adoption(None, &unwatched)
        .await
        .unwrap();
    let number = session.organisation().await.unwrap().safety_number;
    noor.session.compare_organisation_number(&number).unwrap();
    noor.session.accept_adoption(&unwatched).await.unwrap();
    session.certify_members(&unwatched).await.unwrap();
    let member = session.member(noor.account()).await.unwrap();
    assert_eq!(member.certification, Certification::Server);
    let failure = session
        .grant_access(info, noor.account(), &noor.address, false)
        .await
        .unwrap_err();
    assert_eq!(failure.reason, Reason::NotVerified);
    assert_eq!(failure.account, Some(noor.account()));
    session
        .compare_member(noor.account(), &noor.session.own_safety_number())
        .await
        .unwrap();
    session
        .grant_access(info, noor.account(), &noor.address, false)
        .await
        .unwrap();
    assert_eq!(noor.row(info).await.unwrap().state, MailboxState::Ready);
    let twice = session
        .grant_access(info, info, &address("info"), false)
        .await;
    assert_eq!(reason(twice), Reason::Server(ErrorCode::Conflict));
}

#[tokio::test]
async fn what_was_sent_before_somebody_left_is_not_lost_on_who_opens_it_later() {
    let world = World::start().await;
    let (sanne, colleagues) = world.organisation_of(&COLLEAGUES).await;
    let [daan, noor] = colleagues.as_slice() else {
        panic!("two colleagues")
    };
    let info = sanne
        .session
        .create_functional(&address("info"), "Receptie")
        .await
        .unwrap()
        .account;
    for person in [daan, noor] {
        sanne
            .session
            .grant_access(info, person.account(), &person.address, false)
            .await
            .unwrap();
        person.row(info).await.unwrap();
    }
    let reader = &sanne;
    daan.send_as(info, &reader.address, "Gelezen", "…")
        .await
        .unwrap();
    let own = reader.account();
    let read = reader.opened(own, Folder::Inbox).await.unwrap();
    assert_eq!(read[0].sender.address, address("info"));
    let trusted = read[0].sender.trust.clone();
    daan.send_as(info, &reader.address, "Ongelezen", "…")
        .await
        .unwrap();
    sanne
        .session
        .revoke_access(info, noor.account())
        .await
        .unwrap();
    // Opened before: as it was. Opened for the first time: there, and only the server's word for
    // when it was sent. Opening it again makes it no better.
    for _ in 0..2 {
        let opened = reader.opened(own, Folder::Inbox).await.unwrap();
        let seen: Vec<_> = opened
            .into_iter()
            .map(|it| (it.subject, it.sender.trust))
            .collect();
        assert_eq!(
            seen,
            [
                ("Ongelezen".to_owned(), Trust::NotVerified),
                ("Gelezen".to_owned(), trusted.clone())
            ]
        );
    }
}

#[tokio::test]
async fn who_remains_notices_nothing_of_what_was_sent_and_read_before_somebody_left() {
    let world = World::start().await;
    let mut office = world.office().await;
    let info = office.info;
    let (sanne, noor) = (&office.sanne, &office.noor);
    let eva = world.outsider().await;
    office
        .daan
        .send_as(info, &eva.address, "Van Daan", "…")
        .await
        .unwrap();
    noor.send_as(info, &eva.address, "Van Noor", "…")
        .await
        .unwrap();
    eva.send_as(eva.account(), &office.address, "Van Eva", "…")
        .await
        .unwrap();
    let seen = async |person: &Person, folder| {
        let opened = person.opened(info, folder).await.unwrap();
        let each = opened
            .into_iter()
            .map(|it| (it.subject, it.sender.trust, it.altered));
        each.collect::<Vec<_>>()
    };
    let daan = &mut office.daan;
    daan.session.find_recipient(&eva.address).await.unwrap();
    daan.session
        .compare_safety_number(eva.account(), &eva.session.own_safety_number())
        .await
        .unwrap();
    let before = (
        seen(daan, Folder::Inbox).await,
        seen(daan, Folder::Sent).await,
    );
    assert_eq!((before.0.len(), before.1.len()), (1, 2));
    for _ in 0..2 {
        // The second time nobody leaves who has sent anything; what was known stays known.
        let revoked = sanne.session.revoke_access(info, noor.account());
        revoked.await.unwrap();
        daan.sign_in_again().await;
        assert_eq!(daan.row(info).await.unwrap().state, MailboxState::Ready);
        let now = (
            seen(daan, Folder::Inbox).await,
            seen(daan, Folder::Sent).await,
        );
        assert_eq!(now, before);
        let granted = sanne
            .session
            .grant_access(info, noor.account(), &noor.address, false);
        granted.await.unwrap();
    }
}

#[tokio::test]
async fn a_released_domain_shuts_nobody_out_and_keeps_nobody_in() {
    let world = World::start().await;
    let office = world.office().await;
    let (sanne, daan, info) = (&office.sanne, &office.daan, office.info);
    sanne.session.release(&domain()).await.unwrap();

    // Members go on, in a session that knew the account and in one that did not.
    assert_eq!(daan.row(info).await.unwrap().state, MailboxState::Ready);
    let row = office.noor.row(info).await.unwrap();
    assert_eq!(row.state, MailboxState::Ready);
    let mut daan = office.daan;
    daan.sign_in_again().await;
    assert_eq!(daan.row(info).await.unwrap().state, MailboxState::Ready);
    daan.send_as(info, &sanne.address, "Nog steeds", "…")
        .await
        .unwrap();

    // What an administrator takes away is taken away, with a new mailbox key.
    let before = state_of(sanne, info).await.mailbox_generation;
    let view = sanne
        .session
        .revoke_access(info, office.noor.account())
        .await
        .unwrap();
    assert_eq!(view.members.len(), 1);
    assert_eq!(office.noor.row(info).await, None);
    let after = state_of(sanne, info).await.mailbox_generation;
    assert_eq!(after, before + 1);
    daan.session.step_down(info).await.unwrap();
    let view = sanne.session.rotate_mailbox(info).await.unwrap();
    assert_eq!(view.rotation_pending_since_ms, None);
    let last = state_of(sanne, info).await.mailbox_generation;
    assert_eq!(last, after + 1);
}
