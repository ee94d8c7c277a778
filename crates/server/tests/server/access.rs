//! Who may act as an account: granting, revoking, stepping down, and what the server refuses.

use zegel_api::{
    self as api, AccountKind, AccountStatus, AuditCategory, Empty, ErrorCode, Event, Language,
};
use zegel_protocol::{AccountId, Canonical as _, DelegationPolicy, DraftId, Hash, Roster, Signed};

use crate::{
    organisations::categories,
    support::{Functional, Held, Person, Server, Stream, organisation, random},
};

async fn accessible(person: &Person) -> Vec<api::AccessibleAccount> {
    let list = person.browser.call(api::Access, &Empty {}).await.ok();
    list.accounts
}

pub(crate) async fn history(person: &Person, mailbox: AccountId) -> Result<Vec<u32>, ErrorCode> {
    let answer = person
        .browser
        .call_at(api::MailboxHistory, &[&mailbox.to_string()], &Empty {})
        .await;
    match answer.body {
        Ok(history) => Ok(history.keys.iter().map(|key| key.generation).collect()),
        Err(problem) => Err(problem.code),
    }
}

pub(crate) async fn view(
    person: &Person,
    account: AccountId,
) -> super::support::Answer<api::AccountAccessResponse> {
    person
        .browser
        .call_at(api::AccountAccess, &[&account.to_string()], &Empty {})
        .await
}

async fn step_down(person: &Person, account: AccountId) -> super::support::Answer<Empty> {
    person
        .browser
        .call_at(api::StepDown, &[&account.to_string()], &Empty {})
        .await
}

async fn set_policy(
    server: &Server,
    org: &mut super::support::Org,
    admin: &Person,
    delegation: DelegationPolicy,
) {
    admin
        .put_manifest(server, org, |manifest| {
            manifest.policy.delegation = delegation;
        })
        .await;
}

/// A mail's text without the line breaks of its encoding.
fn joined(mail: &str) -> String {
    mail.replace("=\r\n", "")
}

#[tokio::test]
async fn a_delegate_gets_access_and_loses_it() {
    let server = Server::start().await;
    let (_, ada, people) = organisation(&server, &["bob", "cas"]).await;
    let [bob, cas] = &people[..] else { panic!() };
    let mut held = Held::of(bob);
    assert_eq!(view(bob, bob.account).await.ok().roster, None);
    assert_eq!(history(cas, bob.account).await, Err(ErrorCode::NotFound));

    server.clear_outbox();
    held.share(&server, bob, &[(cas, true)], false).await;
    let rows = accessible(cas).await;
    assert_eq!(rows.len(), 1);
    let row = &rows[0];
    assert_eq!(
        (row.keys.account, row.kind, row.status, row.unread),
        (bob.account, AccountKind::Person, AccountStatus::Active, 0)
    );
    let roster: Signed<Roster> = Signed::from_bytes(&row.roster.0).unwrap();
    assert_eq!(Some(roster.hash()), held.state.statement.roster);
    assert!(!row.grant.0.is_empty() && !row.send_certificate.0.is_empty());
    assert_eq!(history(cas, bob.account).await, Ok(vec![]));
    let mail = joined(&server.mail_to("cas@vandijk.example").await);
    for part in ["gave you access", "bob@vandijk.example", "on behalf of"] {
        assert!(mail.contains(part), "{part} in {mail}");
    }
    let seen = view(bob, bob.account).await.ok();
    assert_eq!(seen.members.len(), 1);
    assert_eq!(seen.members[0].keys.account, cas.account);
    assert_eq!(seen.escrow, None, "the owner needs none");

    server.clear_outbox();
    held.share(&server, bob, &[], true).await;
    assert!(accessible(cas).await.is_empty());
    assert_eq!(history(cas, bob.account).await, Err(ErrorCode::NotFound));
    assert_eq!(history(bob, bob.account).await, Ok(vec![1]));
    let mail = joined(&server.mail_to("cas@vandijk.example").await);
    assert!(mail.contains("no longer have access"), "{mail}");
    let log = categories(&ada).await;
    let newest = [
        AuditCategory::MailboxKeyRotated,
        AuditCategory::AccessRevoked,
        AuditCategory::AccessGranted,
    ];
    assert_eq!(log[..3], newest);
    let session = bob.browser.call(api::CurrentSession, &Empty {}).await.ok();
    assert_eq!(
        Signed::<zegel_protocol::AccountState>::from_bytes(&session.state.0)
            .unwrap()
            .hash(),
        held.state.hash()
    );
}

#[tokio::test]
async fn what_a_mailbox_has_is_named_to_who_may_replace_its_key() {
    let server = Server::start().await;
    let (_, ada, people) = organisation(&server, &["bob", "cas"]).await;
    let [bob, cas] = &people[..] else { panic!() };
    for _ in 0..2 {
        bob.send(&server, &[cas]).await;
    }
    cas.send(&server, &[bob]).await;
    let named = async |asking: &Person| {
        let request = api::ListedMessagesRequest { after: None };
        let answer = asking
            .browser
            .call_at(api::ListedMessages, &[&bob.mailbox()], &request)
            .await;
        answer.body.map_err(|problem| problem.code)
    };
    let draft = crate::drafts::draft(0);
    let stored = crate::drafts::put(bob, DraftId(random()), &draft).await;
    stored.ok();
    // Nobody has opened the one from Cas.
    let sent = bob.list(api::Folder::Sent).await.messages;
    let mut expected: Vec<[u8; 32]> = sent.iter().map(|row| row.hash.0).collect();
    expected.sort_unstable();
    for keeper in [bob, &ada] {
        let page = named(keeper).await.unwrap();
        let (hashes, []) = page.hashes.0.as_chunks::<32>() else {
            panic!("no hashes")
        };
        let mut hashes = hashes.to_vec();
        hashes.sort_unstable();
        assert_eq!((hashes, page.next), (expected.clone(), None));
        assert_eq!(page.inventory, None, "before the first rotation");
        let drafts = page.drafts.unwrap().0;
        assert_eq!(drafts, Hash::of(&draft.sealed.0).0);
    }
    assert_eq!(named(cas).await.err(), Some(ErrorCode::NotFound));
    let mut held = Held::of(bob);
    held.share(&server, bob, &[(cas, false)], false).await;
    assert_eq!(named(cas).await.err(), Some(ErrorCode::Forbidden));
    held.share(&server, bob, &[], true).await;
    assert!(named(bob).await.unwrap().inventory.is_some());
}

#[tokio::test]
async fn a_free_person_delegates_across_organisations() {
    let server = Server::start().await;
    let (_, ada, _) = organisation(&server, &[]).await;
    let free = Person::sign_up(&server, "fay@other.example").await;
    let mut held = Held::of(&free);
    held.share(&server, &free, &[(&ada, false)], false).await;
    assert_eq!(accessible(&ada).await.len(), 1);
    let seen = view(&free, free.account).await.ok();
    let keys = &seen.members[0].keys;
    assert!(keys.certificate.is_some());
    assert!(
        !categories(&ada)
            .await
            .contains(&AuditCategory::AccessGranted),
        "what a free person does is no organisation's business"
    );
}

#[tokio::test]
async fn recipients_see_who_sends_or_do_not() {
    let server = Server::start().await;
    let (_, ada, people) = organisation(&server, &["bob", "cas"]).await;
    let [bob, cas] = &people[..] else { panic!() };
    let mut held = Held::of(bob);
    held.share(&server, bob, &[(cas, false)], false).await;
    let before = accessible(cas).await.remove(0);
    server.clear_outbox();
    held.share(&server, bob, &[(cas, true)], false).await;
    let after = accessible(cas).await.remove(0);
    assert_eq!(before.grant, after.grant);
    assert_ne!(before.send_certificate, after.send_certificate);
    assert_eq!(before.granted_at_ms, after.granted_at_ms);
    assert_eq!(
        categories(&ada).await[0],
        AuditCategory::SenderVisibilityChanged
    );
}

/// Each is a rightly signed change with one thing wrong in it.
#[tokio::test]
async fn only_who_holds_the_key_decides() {
    let server = Server::start().await;
    let (org, ada, people) = organisation(&server, &["bob", "cas", "dirk"]).await;
    let [bob, cas, dirk] = &people[..] else {
        panic!()
    };
    let mut eve = Person::sign_up(&server, "eve@other.example").await;
    eve.found(&server).await;
    let mut own = Held::of(bob);
    own.share(&server, bob, &[(cas, false)], false).await;
    let mut desk = Functional::create(&server, &org, &ada, "desk@vandijk.example").await;
    desk.share(&server, &ada, &[(cas, false)], false).await;
    let nobodys = AccountId(random());
    let (no, hidden) = (Some(ErrorCode::Forbidden), Some(ErrorCode::NotFound));
    // Who, whose account, why they may not look, why they may not change.
    let rows = [
        ("owner", bob, bob.account, None, None),
        ("delegate", cas, bob.account, no, no),
        ("colleague", dirk, bob.account, hidden, hidden),
        ("administrator", &ada, bob.account, None, no),
        ("foreign administrator", &eve, bob.account, hidden, hidden),
        ("administrator", &ada, desk.account, None, None),
        ("member", cas, desk.account, no, no),
        ("colleague", dirk, desk.account, hidden, hidden),
        ("foreign administrator", &eve, desk.account, hidden, hidden),
        ("administrator", &ada, nobodys, hidden, hidden),
    ];
    for (who, person, account, looking, expected) in rows {
        let seen = view(person, account).await.body;
        assert_eq!(seen.err().map(|it| it.code), looking, "{who} looks");
        let held = if account == desk.account { &desk } else { &own };
        let mut change = held.change(&server, &[(cas, false)], false);
        change.state.sequence += 1;
        let put = person
            .browser
            .call_at(
                api::PutAccountAccess,
                &[&account.to_string()],
                &held.request(&change),
            )
            .await;
        let expected = expected.unwrap_or(ErrorCode::StaleStatement);
        assert_eq!(put.code(), expected, "{who} changes");
    }
    let seen = view(&ada, desk.account).await.ok();
    assert!(seen.escrow.is_some(), "an administrator opens it to sign");
}

#[tokio::test]
async fn the_organisation_restricts_delegation() {
    let server = Server::start().await;
    let (mut org, ada, people) = organisation(&server, &["bob", "cas", "dirk"]).await;
    let [bob, cas, dirk] = &people[..] else {
        panic!()
    };
    let fay = Person::sign_up(&server, "fay@other.example").await;
    let mut held = Held::of(bob);
    held.share(&server, bob, &[(&fay, false)], false).await;

    set_policy(&server, &mut org, &ada, DelegationPolicy::Colleagues).await;
    assert_eq!(categories(&ada).await[0], AuditCategory::PolicyChanged);
    let mut outsider = Held::of(cas);
    let change = outsider.change(&server, &[(&fay, false)], false);
    assert_eq!(
        outsider.put(cas, &outsider.request(&change)).await.code(),
        ErrorCode::Forbidden
    );
    outsider.share(&server, cas, &[(dirk, false)], false).await;
    // Who had access before keeps it, with a new mailbox key too.
    held.share(&server, bob, &[(&fay, false)], true).await;

    set_policy(&server, &mut org, &ada, DelegationPolicy::Administrators).await;
    for (people, rotation) in [
        (vec![(cas, false), (&fay, false)], false),
        (vec![(&fay, true)], false),
        (vec![(&fay, true)], true),
    ] {
        let change = held.change(&server, &people, rotation);
        assert_eq!(
            held.put(bob, &held.request(&change)).await.code(),
            ErrorCode::Forbidden
        );
    }
    let to_outsider = outsider.change(&server, &[(dirk, false), (&fay, false)], false);
    assert_eq!(
        outsider
            .put(&ada, &outsider.request(&to_outsider))
            .await
            .code(),
        ErrorCode::Forbidden
    );
    held.share(&server, &ada, &[(cas, false), (&fay, false)], false)
        .await;
    assert_eq!(accessible(cas).await.len(), 1);
    assert!(view(&ada, bob.account).await.ok().escrow.is_some());
    // Taking away is always the owner's right.
    held.share(&server, bob, &[], true).await;
    assert!(accessible(cas).await.is_empty());
}

#[tokio::test]
async fn deciding_needs_the_password_but_for_a_rotation_that_waits() {
    let server = Server::start().await;
    let (org, mut ada, people) = organisation(&server, &["bob", "cas"]).await;
    let [bob, cas] = &people[..] else { panic!() };
    let mut desk = Functional::create(&server, &org, &ada, "desk@vandijk.example").await;
    desk.share(&server, &ada, &[(bob, false), (cas, false)], false)
        .await;
    server.clock.advance_ms(16 * 60 * 1000);
    let rotating = desk.change(&server, &[(bob, false), (cas, false)], true);
    assert_eq!(
        desk.put(&ada, &desk.request(&rotating)).await.code(),
        ErrorCode::PasswordNeeded,
        "nothing waits"
    );
    step_down(cas, desk.account).await.ok();
    for people in [vec![], vec![(bob, true)]] {
        let change = desk.change(&server, &people, true);
        assert_eq!(
            desk.put(&ada, &desk.request(&change)).await.code(),
            ErrorCode::PasswordNeeded,
            "more than what waits"
        );
    }
    desk.share(&server, &ada, &[(bob, false)], true).await;
    let own = Held::of(bob);
    let change = own.change(&server, &[(cas, false)], false);
    assert_eq!(
        own.put(bob, &own.request(&change)).await.code(),
        ErrorCode::PasswordNeeded
    );
    ada.sign_in().await;
    desk.share(&server, &ada, &[(bob, true)], false).await;
}

#[tokio::test]
async fn who_steps_down_is_out_at_once() {
    let server = Server::start().await;
    let (org, ada, people) = organisation(&server, &["bob", "cas", "dirk"]).await;
    let [bob, cas, dirk] = &people[..] else {
        panic!()
    };
    let mut desk = Functional::create(&server, &org, &ada, "desk@vandijk.example").await;
    desk.share(&server, &ada, &[(bob, false), (cas, false)], false)
        .await;
    let pending = async || {
        let member = ada
            .browser
            .call_at(api::GetMember, &[&desk.account.to_string()], &Empty {})
            .await
            .ok();
        (member.access, member.rotation_pending_since_ms.is_some())
    };
    assert_eq!(pending().await, (2, false));
    assert_eq!(
        step_down(dirk, desk.account).await.code(),
        ErrorCode::NotFound
    );
    step_down(cas, desk.account).await.ok();
    assert_eq!(
        step_down(cas, desk.account).await.code(),
        ErrorCode::NotFound
    );
    assert_eq!(pending().await, (1, true));
    assert!(accessible(cas).await.is_empty());
    assert_eq!(history(cas, desk.account).await, Err(ErrorCode::NotFound));
    assert_eq!(
        view(cas, desk.account).await.code(),
        ErrorCode::NotFound,
        "and knows of nothing any more"
    );
    let seen = view(&ada, desk.account).await.ok();
    assert_eq!(seen.members.len(), 1);
    assert!(seen.rotation_pending_since_ms.is_some());
    assert_eq!(categories(&ada).await[0], AuditCategory::AccessGivenUp);
    let naming = desk.change(&server, &[(bob, false), (cas, false), (dirk, false)], false);
    assert_eq!(
        desk.put(&ada, &desk.request(&naming)).await.code(),
        ErrorCode::StaleStatement
    );
    desk.share(&server, &ada, &[(bob, false)], true).await;
    assert_eq!(
        view(&ada, desk.account)
            .await
            .ok()
            .rotation_pending_since_ms,
        None
    );
    assert_eq!(history(bob, desk.account).await, Ok(vec![1]));
}

#[tokio::test]
async fn a_delegate_who_steps_down_is_out_at_once_and_the_owner_is_told() {
    let server = Server::start().await;
    let (_, ada, people) = organisation(&server, &["bob", "cas", "dirk"]).await;
    let [bob, cas, dirk] = &people[..] else {
        panic!()
    };
    let mut held = Held::of(bob);
    held.share(&server, bob, &[(cas, false), (dirk, true)], false)
        .await;
    let pending = async |person: &Person| {
        let session = person.browser.call(api::CurrentSession, &Empty {}).await;
        session.ok().rotation_pending_since_ms.is_some()
    };
    assert!(!pending(bob).await);
    let mut bobs = Stream::open(&bob.browser).await;
    let mut cass = Stream::open(&cas.browser).await;
    step_down(cas, bob.account).await.ok();
    assert_eq!(bobs.next().await, Event::Access);
    assert_eq!(bobs.next().await, Event::Account);
    assert_eq!(cass.next().await, Event::Access);

    assert!(accessible(cas).await.is_empty());
    assert_eq!(history(cas, bob.account).await, Err(ErrorCode::NotFound));
    let counts = cas
        .browser
        .call_at(api::MailCounts, &[&bob.mailbox()], &Empty {})
        .await;
    assert_eq!(counts.code(), ErrorCode::NotFound);
    assert_eq!(
        step_down(cas, bob.account).await.code(),
        ErrorCode::NotFound
    );
    assert_eq!(categories(&ada).await[0], AuditCategory::AccessGivenUp);

    // The owner alone is told that the key waits: not who left, nor who stays.
    assert!(pending(bob).await && !pending(cas).await && !pending(dirk).await);
    let seen = view(bob, bob.account).await.ok();
    assert_eq!(seen.members.len(), 1);
    assert!(seen.rotation_pending_since_ms.is_some());
    let naming = held.change(&server, &[(cas, false), (dirk, true)], false);
    assert_eq!(
        held.put(bob, &held.request(&naming)).await.code(),
        ErrorCode::StaleStatement,
        "on the roster is not back in"
    );
    held.share(&server, bob, &[(dirk, true)], true).await;
    assert!(!pending(bob).await);
    assert_eq!(history(dirk, bob.account).await, Ok(vec![1]));
    assert_eq!(bobs.next().await, Event::Access);
    assert_eq!(bobs.next().await, Event::Account);
}

#[tokio::test]
async fn mails_about_access_say_who_gave_it_and_where_in_the_members_language() {
    let server = Server::with(|config| {
        config.public_url = Some("http://post.vandijk.example/".parse().unwrap());
    })
    .await;
    let (org, ada, people) = organisation(&server, &["bob"]).await;
    let bob = &people[0];
    let fay = Person::sign_up_in(&server, "fay@other.example", Language::Nl).await;
    let mut desk = Functional::create(&server, &org, &ada, "desk@vandijk.example").await;
    let mut own = Held::of(bob);
    server.clear_outbox();
    desk.share(&server, &ada, &[(bob, false)], false).await;
    own.share(&server, bob, &[(&fay, false)], false).await;
    let english = joined(&server.mail_to("bob@vandijk.example").await);
    let dutch = joined(&server.mail_to("fay@other.example").await);
    for (mail, part) in [
        (&english, "Subject: Access to desk@vandijk.example in Zegel"),
        (&english, "functional account Information desk"),
        (&english, "Sign in at http://post.vandijk.example."),
        (&english, "Content-Type: text/html; charset=utf-8"),
        (
            &dutch,
            "Subject: Ada de Boer heeft je toegang gegeven in Zegel",
        ),
        (&dutch, "Log in op http://post.vandijk.example."),
        (&dutch, "Dit account verlaten"),
        (&dutch, "Content-Type: text/html; charset=utf-8"),
    ] {
        assert!(mail.contains(part), "{part} in {mail}");
    }
}
