//! Functional accounts: created, made of a person's, renamed, suspended, deleted; and the list they stand in.

use zegel_api::{
    self as api, AccountKind, AccountStatus, AuditCategory, Empty, ErrorCode, Event,
    ListMembersRequest,
};
use zegel_protocol::{AccountId, CertificateMethod, Kind, Name};

use crate::{
    organisations::categories,
    support::{Functional, Org, PASSWORD, Person, Server, Stream, organisation, random, sign_in},
};

async fn set_status(
    org: &Org,
    admin: &Person,
    account: AccountId,
    status: AccountStatus,
) -> super::support::Answer<Empty> {
    let request = api::SetAccountStatusRequest {
        status,
        organisation: org.chain.org_id(),
    };
    admin
        .browser
        .call_at(api::SetAccountStatus, &[&account.to_string()], &request)
        .await
}

async fn rename(admin: &Person, account: AccountId, name: &str) -> super::support::Answer<Empty> {
    let request = api::RenameAccountRequest {
        name: name.to_owned(),
    };
    admin
        .browser
        .call_at(api::RenameAccount, &[&account.to_string()], &request)
        .await
}

pub(crate) async fn accessible(person: &Person) -> Vec<api::AccessibleAccount> {
    let list = person.browser.call(api::Access, &Empty {}).await.ok();
    list.accounts
}

pub(crate) async fn history(
    person: &Person,
    mailbox: AccountId,
) -> super::support::Answer<api::History> {
    person
        .browser
        .call_at(api::MailboxHistory, &[&mailbox.to_string()], &Empty {})
        .await
}

/// The newest mail to a member is about an account, and says these words.
pub(crate) async fn told(server: &Server, member: &str, account: &str, words: &str) {
    let mail = server.mail_to(member).await.replace("=\r\n", "");
    assert!(mail.contains(words), "{words} in {mail}");
    assert!(mail.contains(account), "{mail}");
    server.clear_outbox();
}

#[tokio::test]
async fn an_administrator_creates_a_functional_account() {
    let server = Server::start().await;
    let (org, ada, people) = organisation(&server, &["bob"]).await;
    let new = Functional::new(&server, &org, &ada, "desk@vandijk.example");
    let request = new.request(&ada);
    let bob = &people[0].browser;
    assert_eq!(
        bob.call(api::CreateFunctional, &request).await.code(),
        ErrorCode::Forbidden
    );
    ada.browser.call(api::CreateFunctional, &request).await.ok();
    let member = ada
        .browser
        .call_at(api::GetMember, &[&new.held.account.to_string()], &Empty {})
        .await
        .ok();
    assert_eq!(
        (
            member.kind,
            member.status,
            member.access,
            member.escrow_checked
        ),
        (AccountKind::Functional, AccountStatus::Active, 0, true)
    );
    assert_eq!(
        (member.name.as_str(), member.last_sign_in_ms),
        ("Information desk", None)
    );
    assert_eq!(
        categories(&ada).await[0],
        AuditCategory::FunctionalAccountCreated
    );
    let keys = bob
        .call(
            api::KeysByAddress,
            &api::KeysByAddressRequest {
                address: new.held.address.clone(),
            },
        )
        .await
        .ok();
    assert!(keys.certificate.is_some() && keys.manifest_version.is_some());
    assert_eq!(
        sign_in(&server.browser(), &new.held.address, PASSWORD)
            .await
            .code(),
        ErrorCode::WrongCredentials,
        "nobody signs in to it"
    );
    let page = api::MembersRequest {
        after: None,
        limit: 100,
    };
    let candidates = ada
        .browser
        .call_at(api::NotYetAdopted, &["vandijk.example"], &page)
        .await
        .ok();
    assert!(candidates.accounts.is_empty());
}

#[tokio::test]
async fn what_is_no_functional_account_is_refused() {
    let server = Server::start().await;
    let (org, ada, people) = organisation(&server, &["bob"]).await;
    let wrong = |change: &dyn Fn(&mut Functional)| {
        let mut new = Functional::new(&server, &org, &ada, "desk@vandijk.example");
        change(&mut new);
        new.request(&ada)
    };
    let foreign = people[0].account;
    let cases: &[crate::support::NamedAltered<'_, Functional>] = &[
        (
            "a person's state",
            &|it| it.state.kind = Kind::Person,
            ErrorCode::NotAuthentic,
        ),
        (
            "a later state",
            &|it| it.state.sequence = 2,
            ErrorCode::NotAuthentic,
        ),
        (
            "no membership",
            &|it| it.state.joined = None,
            ErrorCode::NotAuthentic,
        ),
        (
            "another manifest",
            &|it| it.state.joined.as_mut().unwrap().manifest.0 = random(),
            ErrorCode::NotAuthentic,
        ),
        (
            "no roster named",
            &|it| it.state.roster = None,
            ErrorCode::NotAuthentic,
        ),
        (
            "a later roster",
            &|it| it.roster.version = 2,
            ErrorCode::StaleStatement,
        ),
        (
            "another's roster",
            &|it| it.roster.account = foreign,
            ErrorCode::NotAuthentic,
        ),
        (
            "another's escrow",
            &|it| it.escrow.subject = foreign,
            ErrorCode::NotAuthentic,
        ),
        (
            "an old escrow",
            &|it| it.escrow.authority.0 = random(),
            ErrorCode::StaleStatement,
        ),
        (
            "a certificate by the server's word",
            &|it| it.certificate.method = CertificateMethod::Server,
            ErrorCode::NotAuthentic,
        ),
        (
            "a certificate of another address",
            &|it| it.certificate.addresses = vec!["bob@vandijk.example".parse().unwrap()],
            ErrorCode::NotAuthentic,
        ),
        (
            "a domain of others",
            &|it| it.held.address = "desk@other.example".parse().unwrap(),
            ErrorCode::DomainNotOwned,
        ),
        (
            "an address that is taken",
            &|it| {
                it.held.address = "bob@vandijk.example".parse().unwrap();
                it.certificate.addresses = vec![it.held.address.clone()];
            },
            ErrorCode::AddressTaken,
        ),
    ];
    for (what, change, code) in cases {
        let answer = ada
            .browser
            .call(api::CreateFunctional, &wrong(change))
            .await;
        assert_eq!(answer.code(), *code, "{what}");
    }
    let mut nameless = wrong(&|_| {});
    nameless.name = " ".to_owned();
    assert_eq!(
        ada.browser
            .call(api::CreateFunctional, &nameless)
            .await
            .code(),
        ErrorCode::BadRequest
    );
    let right = wrong(&|_| {});
    ada.browser.call(api::CreateFunctional, &right).await.ok();
    let same = api::CreateFunctionalRequest {
        address: right.address.clone(),
        ..right
    };
    assert_eq!(
        ada.browser.call(api::CreateFunctional, &same).await.code(),
        ErrorCode::AddressTaken
    );
    server.clock.advance_ms(16 * 60 * 1000);
    assert_eq!(
        ada.browser
            .call(api::CreateFunctional, &wrong(&|_| {}))
            .await
            .code(),
        ErrorCode::PasswordNeeded
    );
}

#[tokio::test]
async fn a_functional_account_is_renamed_suspended_and_deleted() {
    let server = Server::start().await;
    let (org, ada, people) = organisation(&server, &["bob"]).await;
    let bob = &people[0];
    let mut desk = Functional::create(&server, &org, &ada, "desk@vandijk.example").await;
    desk.share(&server, &ada, &[(bob, false)], false).await;
    let account = desk.account;
    let row = async || accessible(bob).await.into_iter().next();

    let mut bobs = Stream::open(&bob.browser).await;
    rename(&ada, account, "Front office").await.ok();
    assert_eq!(bobs.next().await, Event::Access);
    assert_eq!(row().await.unwrap().keys.name, "Front office");
    assert_eq!(
        rename(&ada, account, "").await.code(),
        ErrorCode::BadRequest
    );
    assert_eq!(
        rename(&ada, bob.account, "Robert").await.code(),
        ErrorCode::Forbidden,
        "people name themselves"
    );

    server.mail_to("bob@vandijk.example").await;
    server.clear_outbox();
    let bob_is_told = async |words| {
        told(&server, bob.address.as_str(), desk.address.as_str(), words).await;
    };
    set_status(&org, &ada, account, AccountStatus::Suspended)
        .await
        .ok();
    bob_is_told("For now nobody can read").await;
    assert_eq!(row().await.unwrap().status, AccountStatus::Suspended);
    assert_eq!(history(bob, account).await.code(), ErrorCode::NotActive);
    set_status(&org, &ada, account, AccountStatus::Active)
        .await
        .ok();
    bob_is_told("is no longer suspended").await;
    history(bob, account).await.ok();
    assert_eq!(
        set_status(&org, &ada, bob.account, AccountStatus::Suspended)
            .await
            .code(),
        ErrorCode::Forbidden
    );
    assert_eq!(
        set_status(&org, bob, account, AccountStatus::Deleted)
            .await
            .code(),
        ErrorCode::Forbidden
    );

    // Deleted as it is suspended: that it is gone is told as well.
    set_status(&org, &ada, account, AccountStatus::Suspended)
        .await
        .ok();
    bob_is_told("For now nobody can read").await;
    set_status(&org, &ada, account, AccountStatus::Deleted)
        .await
        .ok();
    bob_is_told("Its mailbox is gone").await;
    assert!(row().await.is_none());
    assert_eq!(history(bob, account).await.code(), ErrorCode::NotFound);
    let by_address = api::KeysByAddressRequest {
        address: desk.address.clone(),
    };
    assert_eq!(
        bob.browser
            .call(api::KeysByAddress, &by_address)
            .await
            .code(),
        ErrorCode::UnknownRecipient
    );
    bob.browser
        .call_at(api::KeysByAccount, &[&account.to_string()], &Empty {})
        .await
        .ok();
    for answer in [
        set_status(&org, &ada, account, AccountStatus::Active).await,
        rename(&ada, account, "Again").await,
    ] {
        assert_eq!(answer.code(), ErrorCode::Conflict);
    }
    let again = Functional::new(&server, &org, &ada, "desk@vandijk.example");
    assert_eq!(
        ada.browser
            .call(api::CreateFunctional, &again.request(&ada))
            .await
            .code(),
        ErrorCode::AddressTaken,
        "the address stays its"
    );
    let log = categories(&ada).await;
    let newest = [
        AuditCategory::AccountDeleted,
        AuditCategory::AccountSuspended,
        AuditCategory::AccountReactivated,
        AuditCategory::AccountSuspended,
        AuditCategory::AccountRenamed,
    ];
    assert_eq!(log[..5], newest);
    server.clock.advance_ms(16 * 60 * 1000);
    assert_eq!(
        set_status(&org, &ada, account, AccountStatus::Deleted)
            .await
            .code(),
        ErrorCode::PasswordNeeded
    );
}

#[tokio::test]
async fn another_organisations_administrator_decides_nothing() {
    let server = Server::start().await;
    let (org, ada, people) = organisation(&server, &["bob"]).await;
    let bob = &people[0];
    let mut desk = Functional::create(&server, &org, &ada, "desk@vandijk.example").await;
    desk.share(&server, &ada, &[(bob, false)], false).await;
    let mut eve = Person::sign_up(&server, "eve@other.example").await;
    let foreign = eve.found(&server).await;
    let before = accessible(bob).await.remove(0);
    let log = categories(&ada).await;
    server.mail_to("bob@vandijk.example").await;
    server.clear_outbox();

    assert_eq!(
        rename(&eve, desk.account, "Mine").await.code(),
        ErrorCode::NotFound
    );
    for status in [
        AccountStatus::Suspended,
        AccountStatus::Active,
        AccountStatus::Deleted,
    ] {
        // As its own organisation's, and as if it were the account's.
        for (named, code) in [
            (&foreign, ErrorCode::NotFound),
            (&org, ErrorCode::Forbidden),
        ] {
            let answer = set_status(named, &eve, desk.account, status).await;
            assert_eq!(answer.code(), code, "{status:?}");
        }
    }
    let after = accessible(bob).await.remove(0);
    assert_eq!(
        (after.status, &after.keys.name),
        (AccountStatus::Active, &before.keys.name)
    );
    assert_eq!(categories(&ada).await, log);
    history(bob, desk.account).await.ok();
    // The same, by who may.
    rename(&ada, desk.account, "Ours").await.ok();
    set_status(&org, &ada, desk.account, AccountStatus::Deleted)
        .await
        .ok();
    told(
        &server,
        "bob@vandijk.example",
        "desk@vandijk.example",
        "Its mailbox is gone",
    )
    .await;
}

#[tokio::test]
async fn accounts_are_listed_by_kind_and_text() {
    let server = Server::start().await;
    let (org, ada, people) = organisation(&server, &["bob"]).await;
    Functional::create(&server, &org, &ada, "desk@vandijk.example").await;
    let list = async |kind, search: Option<&str>| {
        let request = ListMembersRequest {
            after: None,
            limit: 10,
            kind,
            search: search.map(str::to_owned),
        };
        ada.browser.call(api::Members, &request).await
    };
    let found = async |kind, search| {
        let page = list(kind, search).await.ok();
        assert_eq!(page.total as usize, page.members.len());
        page.members
            .iter()
            .map(|member| member.address.local_part().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(found(None, None).await, ["ada", "bob", "desk"]);
    assert_eq!(found(Some(AccountKind::Functional), None).await, ["desk"]);
    assert_eq!(found(Some(AccountKind::Person), None).await, ["ada", "bob"]);
    assert_eq!(found(None, Some("INFORMATION")).await, ["desk"]);
    assert_eq!(found(None, Some("bob@")).await, ["bob"]);
    assert!(found(None, Some("%")).await.is_empty());
    let long = "a".repeat(101);
    assert_eq!(list(None, Some(&long)).await.code(), ErrorCode::BadRequest);
    let mut eve = Person::sign_up(&server, "eve@other.example").await;
    eve.found(&server).await;
    let theirs = eve
        .browser
        .call_at(api::GetMember, &[&people[0].account.to_string()], &Empty {})
        .await;
    assert_eq!(theirs.code(), ErrorCode::NotFound);
}

#[tokio::test]
async fn the_policy_changes_and_nothing_else_with_it() {
    let server = Server::start().await;
    let (mut org, ada, _) = organisation(&server, &[]).await;
    ada.put_manifest(&server, &mut org, |manifest| {
        manifest.policy.functional_senders_visible = true;
    })
    .await;
    let events = api::AuditEventsRequest {
        limit: 1,
        ..Default::default()
    };
    let newest = ada
        .browser
        .call(api::AuditEvents, &events)
        .await
        .ok()
        .events;
    assert_eq!(newest[0].category, AuditCategory::PolicyChanged);
    assert_eq!(
        newest[0].details,
        "delegation: anyone, functional senders visible: yes, server certificates: no"
    );
    let renamed = ada.manifest(&server, &org, |manifest| {
        manifest.name = Name::try_from("Other").unwrap();
        manifest.policy.functional_senders_visible = false;
    });
    let request = api::PutManifestRequest {
        manifest: super::support::bytes(&renamed),
    };
    assert_eq!(
        ada.browser.call(api::PutManifest, &request).await.code(),
        ErrorCode::BadRequest
    );
}
