use zegel_protocol::{AccountId, ClaimNonce, Domain, Hash, OrgId, Timestamp};
use zegel_storage::{
    CodeCheck, DomainChange, DomainState, NewAdoption, NewCertificates, NewClaim, NewManifest,
    NewSession, Refusal, Result, Role, Store,
};

use super::{
    NOW, account, address, at, certificate, escrow, event, founding, organisation, refusal, state,
    unique,
};

fn domain() -> Domain {
    Domain::parse("vandijk.example").unwrap()
}

fn claim_of(organisation: OrgId, code: Option<Hash>) -> NewClaim {
    NewClaim {
        organisation,
        domain: domain(),
        nonce: ClaimNonce(unique()),
        code: code.map(|hash| ("postmaster".to_owned(), super::code(hash))),
        audit: event(organisation, "domain_claim_started"),
    }
}

async fn next(store: &Store, organisation: OrgId, changes: Vec<DomainChange>) -> NewManifest {
    let newest = store
        .find_organisation(organisation)
        .await
        .unwrap()
        .unwrap();
    NewManifest {
        organisation,
        version: newest.version + 1,
        previous: newest.manifest_hash,
        hash: Hash(unique()),
        issued_at: NOW,
        statement: unique::<50>().to_vec(),
        changes,
        proved_since: NOW,
        audit: vec![event(organisation, "changed")],
    }
}

async fn put(store: &Store, organisation: OrgId, changes: Vec<DomainChange>) -> Result<u32> {
    store
        .put_manifest(next(store, organisation, changes).await)
        .await
}

async fn claim(store: &Store, organisation: OrgId, epoch: u32) {
    store
        .start_claim(claim_of(organisation, None))
        .await
        .unwrap();
    store
        .note_check(organisation, &domain(), true, NOW)
        .await
        .unwrap();
    put(
        store,
        organisation,
        vec![DomainChange::Claim {
            domain: domain(),
            epoch,
        }],
    )
    .await
    .unwrap();
}

async fn adopting(store: &Store) -> (OrgId, AccountId) {
    let (org, founder) = organisation(store, "ada@vandijk.example").await;
    claim(store, org, 1).await;
    put(store, org, vec![DomainChange::Adopt(domain())])
        .await
        .unwrap();
    (org, founder)
}

async fn adoption(store: &Store, organisation: OrgId, account: AccountId) -> NewAdoption {
    NewAdoption {
        account,
        organisation,
        manifest_hash: store
            .find_organisation(organisation)
            .await
            .unwrap()
            .unwrap()
            .manifest_hash,
        domain: domain(),
        state: state(2),
        escrow: escrow(1),
        replaces_pins: 0,
        pins: vec![1],
        audit: event(organisation, "joined"),
        at: NOW,
    }
}

async fn log(store: &Store, organisation: OrgId) -> Vec<String> {
    let page = store
        .list_audit_events(organisation, &Default::default(), None, 100)
        .await
        .unwrap();
    page.rows
        .into_iter()
        .map(|row| row.event.category)
        .collect()
}

pub(crate) async fn founding_is_all_or_nothing(store: &Store) {
    let (ada, _) = account(store, "ada@vandijk.example").await;
    let (bob, _) = account(store, "bob@vandijk.example").await;
    let new = founding(ada);
    let stale = zegel_storage::NewOrganisation {
        state: state(3),
        ..new.clone()
    };
    assert_eq!(
        refusal(store.create_organisation(stale, NOW).await),
        Refusal::StaleStatement
    );
    assert_eq!(store.find_organisation(new.id).await.unwrap(), None);
    store.create_organisation(new.clone(), NOW).await.unwrap();
    let account = store.find_account(ada).await.unwrap().unwrap();
    assert_eq!(
        (account.role, account.organisation, account.joined_at),
        (Role::Administrator, Some(new.id), Some(NOW))
    );
    assert_eq!(
        (account.sequence, account.state),
        (2, new.state.statement.clone())
    );
    assert_eq!(
        store
            .find_credentials(ada)
            .await
            .unwrap()
            .unwrap()
            .recovery_seed,
        Some(b"seed".to_vec())
    );
    assert_eq!(
        store.find_certificate(new.id, ada).await.unwrap(),
        Some(new.certificate.statement.clone())
    );
    let found = store.find_organisation(new.id).await.unwrap().unwrap();
    assert_eq!((found.version, found.manifest_hash), (0, Hash(new.id.0)));
    assert_eq!(
        store.find_newest_manifest(new.id).await.unwrap(),
        Some(new.genesis.clone())
    );
    assert_eq!(
        refusal(store.create_organisation(founding(ada), NOW).await),
        Refusal::AlreadyMember
    );
    let same = zegel_storage::NewOrganisation {
        founder: bob,
        ..new
    };
    assert_eq!(
        refusal(store.create_organisation(same, NOW).await),
        Refusal::DuplicateId
    );
}

pub(crate) async fn manifests_follow_each_other(store: &Store) {
    let (org, _) = organisation(store, "ada@vandijk.example").await;
    let first = next(store, org, Vec::new()).await;
    let skipped = NewManifest {
        version: 2,
        ..first.clone()
    };
    assert_eq!(
        refusal(store.put_manifest(skipped).await),
        Refusal::StaleStatement
    );
    let forked = NewManifest {
        previous: Hash(unique()),
        ..first.clone()
    };
    assert_eq!(
        refusal(store.put_manifest(forked).await),
        Refusal::StaleStatement
    );
    store.put_manifest(first.clone()).await.unwrap();
    assert_eq!(
        refusal(store.put_manifest(first.clone()).await),
        Refusal::StaleStatement
    );
    put(store, org, Vec::new()).await.unwrap();
    let page = store.list_manifests(org, 1, 1).await.unwrap();
    assert_eq!(
        (page.rows, page.next.is_some()),
        (vec![first.statement], true)
    );
    let rest = store.list_manifests(org, 2, 1).await.unwrap();
    assert_eq!((rest.rows.len(), rest.next), (1, None));
}

pub(crate) async fn one_of_two_manifests_wins(store: &Store) {
    let (org, _) = organisation(store, "ada@vandijk.example").await;
    let (a, b) = (
        next(store, org, Vec::new()).await,
        next(store, org, Vec::new()).await,
    );
    let (a, b) = tokio::join!(store.put_manifest(a), store.put_manifest(b));
    assert_eq!(
        usize::from(a.is_ok()) + usize::from(b.is_ok()),
        1,
        "{a:?} {b:?}"
    );
    assert_eq!(
        refusal(if a.is_ok() { b } else { a }),
        Refusal::StaleStatement
    );
    assert_eq!(
        store.find_organisation(org).await.unwrap().unwrap().version,
        1
    );
}

pub(crate) async fn a_domain_has_one_holder(store: &Store) {
    let (first, _) = organisation(store, "ada@vandijk.example").await;
    let (second, _) = organisation(store, "eva@other.example").await;
    for org in [first, second] {
        store.start_claim(claim_of(org, None)).await.unwrap();
        store.note_check(org, &domain(), true, NOW).await.unwrap();
    }
    let change = || {
        vec![DomainChange::Claim {
            domain: domain(),
            epoch: 1,
        }]
    };
    let (a, b) = tokio::join!(put(store, first, change()), put(store, second, change()));
    assert_eq!(
        usize::from(a.is_ok()) + usize::from(b.is_ok()),
        1,
        "{a:?} {b:?}"
    );
    let (holder, other) = if a.is_ok() {
        (first, second)
    } else {
        (second, first)
    };
    assert_eq!(refusal(if a.is_ok() { b } else { a }), Refusal::DomainTaken);
    assert_eq!(
        store
            .find_organisation(other)
            .await
            .unwrap()
            .unwrap()
            .version,
        0,
        "nothing of it was stored"
    );
    assert_eq!(
        store.find_domain_holder(&domain()).await.unwrap(),
        Some(holder)
    );
    assert_eq!(
        refusal(store.start_claim(claim_of(other, None)).await),
        Refusal::DomainTaken
    );
    assert_eq!(
        refusal(store.start_claim(claim_of(holder, None)).await),
        Refusal::DomainAlreadyClaimed
    );
}

pub(crate) async fn domains_are_claimed_released_and_claimed_again(store: &Store) {
    let (org, _) = organisation(store, "ada@vandijk.example").await;
    account(store, "bob@vandijk.example").await;
    account(store, "eva@other.example").await;
    let unproved = put(
        store,
        org,
        vec![DomainChange::Claim {
            domain: domain(),
            epoch: 1,
        }],
    )
    .await;
    assert_eq!(refusal(unproved), Refusal::DomainNotProved);
    let new = claim_of(org, None);
    store.start_claim(new.clone()).await.unwrap();
    store.start_claim(claim_of(org, None)).await.unwrap();
    let rows = store.list_domains(org).await.unwrap();
    assert_eq!(
        (rows.len(), rows[0].claim.state, rows[0].not_yet_adopted),
        (1, DomainState::Pending, 0)
    );
    assert_eq!((rows[0].claim.nonce, rows[0].claim.epoch), (new.nonce, 1));
    store
        .note_check(org, &domain(), true, Timestamp(NOW.0 - 1))
        .await
        .unwrap();
    let late = put(
        store,
        org,
        vec![DomainChange::Claim {
            domain: domain(),
            epoch: 1,
        }],
    )
    .await;
    assert_eq!(refusal(late), Refusal::DomainNotProved);
    claim(store, org, 1).await;
    let row = store.find_domain(org, &domain()).await.unwrap().unwrap();
    assert_eq!(
        (
            row.claim.state,
            row.members,
            row.not_yet_adopted,
            row.claim.epoch
        ),
        (DomainState::Claimed, 1, 1, 1)
    );
    assert_eq!(row.claim.proved_at, None);
    assert_eq!(
        store.find_adopting_organisation(&domain()).await.unwrap(),
        None
    );
    put(store, org, vec![DomainChange::Adopt(domain())])
        .await
        .unwrap();
    assert_eq!(
        store.find_adopting_organisation(&domain()).await.unwrap(),
        Some(org)
    );
    put(store, org, vec![DomainChange::Release(domain())])
        .await
        .unwrap();
    assert_eq!(
        store.find_adopting_organisation(&domain()).await.unwrap(),
        None
    );
    assert!(store.list_domains(org).await.unwrap().is_empty());
    for change in [
        DomainChange::Adopt(domain()),
        DomainChange::Release(domain()),
    ] {
        assert_eq!(
            refusal(put(store, org, vec![change]).await),
            Refusal::DomainReleased
        );
    }
    store.start_claim(claim_of(org, None)).await.unwrap();
    let again = store.find_claim(org, &domain()).await.unwrap().unwrap();
    assert_eq!((again.epoch, again.state), (2, DomainState::Pending));
    assert_ne!(again.nonce, new.nonce);
    assert!(
        store
            .withdraw_claim(org, &domain(), event(org, "withdrawn"))
            .await
            .unwrap()
    );
    assert!(
        !store
            .withdraw_claim(org, &domain(), event(org, "withdrawn"))
            .await
            .unwrap()
    );
    claim(store, org, 2).await;
    assert_eq!(
        store
            .find_claim(org, &domain())
            .await
            .unwrap()
            .unwrap()
            .epoch,
        2
    );
}

pub(crate) async fn claim_codes_can_be_tried_so_often(store: &Store) {
    let (org, _) = organisation(store, "ada@vandijk.example").await;
    let (right, wrong) = (Hash(unique()), Hash(unique()));
    let attempt = async |hash, now| {
        store
            .try_claim_code(org, &domain(), hash, now)
            .await
            .unwrap()
    };
    assert_eq!(attempt(right, NOW).await, CodeCheck::Expired);
    store.start_claim(claim_of(org, Some(right))).await.unwrap();
    assert_eq!(attempt(wrong, NOW).await, CodeCheck::Wrong);
    let claim = store.find_claim(org, &domain()).await.unwrap().unwrap();
    assert_eq!(
        (claim.checked_at, claim.proved_at, claim.mailbox.as_deref()),
        (Some(NOW), None, Some("postmaster"))
    );
    assert_eq!(attempt(right, at(5)).await, CodeCheck::Right);
    let claim = store.find_claim(org, &domain()).await.unwrap().unwrap();
    assert_eq!(
        (claim.checked_at, claim.proved_at),
        (Some(at(5)), Some(at(5)))
    );
    assert_eq!(attempt(wrong, NOW).await, CodeCheck::Wrong);
    assert_eq!(attempt(wrong, NOW).await, CodeCheck::Expired);
    assert_eq!(attempt(right, NOW).await, CodeCheck::Expired);
    store.start_claim(claim_of(org, Some(right))).await.unwrap();
    assert_eq!(attempt(right, at(1000)).await, CodeCheck::Expired);
}

pub(crate) async fn adopting_signs_free_accounts_out(store: &Store) {
    let (org, founder) = organisation(store, "ada@vandijk.example").await;
    let (bob, bobs) = account(store, "bob@vandijk.example").await;
    let (_, evas) = account(store, "eva@other.example").await;
    let founders = super::session(founder);
    let second = NewSession {
        token_hash: Hash(unique()),
        ..bobs
    };
    store.open_session(founders, None).await.unwrap();
    store.open_session(second, None).await.unwrap();
    store
        .defer_adoption(bob, bobs.token_hash, event(org, "deferred"), NOW)
        .await
        .unwrap();
    claim(store, org, 1).await;
    let signed_out = put(store, org, vec![DomainChange::Adopt(domain())])
        .await
        .unwrap();
    assert_eq!(signed_out, 1, "accounts, not sessions");
    for ended in [bobs, second] {
        assert!(
            store
                .find_session(ended.token_hash, NOW)
                .await
                .unwrap()
                .is_none()
        );
    }
    for open in [evas, founders] {
        assert!(
            store
                .find_session(open.token_hash, NOW)
                .await
                .unwrap()
                .is_some()
        );
    }
    assert_eq!(
        store.find_account(bob).await.unwrap().unwrap().deferred_at,
        None
    );
}

pub(crate) async fn acceptance_is_all_or_nothing(store: &Store) {
    let (bob, _) = account(store, "bob@vandijk.example").await;
    let (org, _) = adopting(store).await;
    let right = adoption(store, org, bob).await;
    let events = log(store, org).await.len();
    for (wrong, expected) in [
        (
            NewAdoption {
                manifest_hash: Hash(unique()),
                ..right.clone()
            },
            Refusal::StaleStatement,
        ),
        (
            NewAdoption {
                domain: Domain::parse("other.example").unwrap(),
                ..right.clone()
            },
            Refusal::DomainReleased,
        ),
        (
            NewAdoption {
                state: state(3),
                ..right.clone()
            },
            Refusal::StaleStatement,
        ),
        (
            NewAdoption {
                replaces_pins: 4,
                ..right.clone()
            },
            Refusal::Conflict,
        ),
    ] {
        assert_eq!(refusal(store.accept_adoption(wrong).await), expected);
    }
    let free = store.find_account(bob).await.unwrap().unwrap();
    assert_eq!(
        (free.role, free.organisation, free.sequence),
        (Role::Free, None, 1)
    );
    assert_eq!(log(store, org).await.len(), events);
    store.accept_adoption(right.clone()).await.unwrap();
    let member = store.find_account(bob).await.unwrap().unwrap();
    assert_eq!(
        (member.role, member.organisation, member.sequence),
        (Role::Member, Some(org), 2)
    );
    assert_eq!(store.find_pins(bob).await.unwrap().unwrap().sealed, [1]);
    assert_eq!(log(store, org).await[0], "joined");
    assert_eq!(
        refusal(store.accept_adoption(right).await),
        Refusal::AlreadyMember
    );
    put(store, org, vec![DomainChange::Release(domain())])
        .await
        .unwrap();
    assert_eq!(
        store.find_account(bob).await.unwrap().unwrap().organisation,
        Some(org),
        "adopted accounts stay"
    );
}

pub(crate) async fn acceptance_and_release_exclude_each_other(store: &Store) {
    let (bob, _) = account(store, "bob@vandijk.example").await;
    let (org, _) = adopting(store).await;
    let accept = adoption(store, org, bob).await;
    let (accepted, released) = tokio::join!(
        store.accept_adoption(accept),
        put(store, org, vec![DomainChange::Release(domain())])
    );
    released.unwrap();
    let role = store.find_account(bob).await.unwrap().unwrap().role;
    match accepted {
        Ok(()) => assert_eq!(role, Role::Member),
        Err(error) => {
            assert_eq!(refusal::<()>(Err(error)), Refusal::DomainReleased);
            assert_eq!(role, Role::Free);
        }
    }
}

pub(crate) async fn members_come_in_pages(store: &Store) {
    let mut accounts = Vec::new();
    for name in ["bob", "cas", "dirk", "eva"] {
        accounts.push(account(store, &format!("{name}@vandijk.example")).await.0);
    }
    let (org, _) = adopting(store).await;
    for account in accounts {
        store
            .accept_adoption(adoption(store, org, account).await)
            .await
            .unwrap();
    }
    organisation(store, "zoe@other.example").await;
    let mut seen = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let page = store.list_members(org, after.as_deref(), 2).await.unwrap();
        seen.extend(
            page.rows
                .into_iter()
                .map(|row| row.account.address.local_part().to_owned()),
        );
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, ["ada", "bob", "cas", "dirk", "eva"]);
    assert_eq!(store.count_members(org).await.unwrap(), 5);
}

pub(crate) async fn certificates_are_wanted_and_stored(store: &Store) {
    let (bob, _) = account(store, "bob@vandijk.example").await;
    let (org, ada) = adopting(store).await;
    let accept = adoption(store, org, bob).await;
    store.accept_adoption(accept.clone()).await.unwrap();
    let wanted = async |ending| {
        let page = store
            .list_members_to_certify(org, ending, None, 10)
            .await
            .unwrap();
        page.rows
            .into_iter()
            .map(|row| (row.member.account.id, row.escrow))
            .collect::<Vec<_>>()
    };
    assert_eq!(wanted(NOW).await, [(bob, accept.escrow.escrow.clone())]);
    let outcome = |certificates: Vec<zegel_storage::NewCertificate>, failed: Vec<AccountId>| {
        NewCertificates {
            organisation: org,
            certificates: certificates
                .into_iter()
                .map(|it| (it, event(org, "certified")))
                .collect(),
            failed: failed
                .into_iter()
                .map(|it| (it, event(org, "failed")))
                .collect(),
        }
    };
    store
        .put_certificates(outcome(Vec::new(), vec![bob]), NOW)
        .await
        .unwrap();
    store
        .put_certificates(outcome(Vec::new(), vec![bob]), NOW)
        .await
        .unwrap();
    assert_eq!(
        log(store, org)
            .await
            .iter()
            .filter(|it| *it == "failed")
            .count(),
        1
    );
    assert_eq!(wanted(NOW).await.len(), 1);
    let other_epoch = zegel_storage::NewCertificate {
        epoch: 2,
        ..certificate(bob)
    };
    assert_eq!(
        refusal(
            store
                .put_certificates(outcome(vec![other_epoch], vec![]), NOW)
                .await
        ),
        Refusal::StaleStatement
    );
    let stranger = certificate(AccountId(unique()));
    let mixed = outcome(vec![certificate(bob), stranger], vec![]);
    assert_eq!(
        refusal(store.put_certificates(mixed, NOW).await),
        Refusal::Conflict
    );
    assert_eq!(
        store.find_certificate(org, bob).await.unwrap(),
        None,
        "all or nothing"
    );
    let right = certificate(bob);
    store
        .put_certificates(outcome(vec![right.clone()], vec![]), NOW)
        .await
        .unwrap();
    assert_eq!(
        store.find_certificate(org, bob).await.unwrap(),
        Some(right.statement)
    );
    let older = zegel_storage::NewCertificate {
        issued_at: Timestamp(NOW.0 - 1),
        ..certificate(bob)
    };
    assert_eq!(
        refusal(
            store
                .put_certificates(outcome(vec![older], vec![]), NOW)
                .await
        ),
        Refusal::StaleStatement
    );
    assert!(wanted(at(90_000)).await.is_empty());
    let mut ending: Vec<_> = wanted(at(90_001))
        .await
        .into_iter()
        .map(|(id, _)| id)
        .collect();
    ending.sort_unstable();
    let mut both = vec![ada, bob];
    both.sort_unstable();
    assert_eq!(ending, both);
    let first = store
        .list_members_to_certify(org, at(90_001), None, 1)
        .await
        .unwrap();
    let rest = store
        .list_members_to_certify(org, at(90_001), first.next, 1)
        .await
        .unwrap();
    assert_eq!(
        (
            first.rows[0].member.account.id,
            rest.rows[0].member.account.id
        ),
        (both[0], both[1])
    );
    assert_eq!(rest.next, None);
}

pub(crate) async fn free_accounts_come_in_pages(store: &Store) {
    organisation(store, "ada@vandijk.example").await;
    for name in [
        "bob@vandijk.example",
        "eva@vandijk.example",
        "zoe@other.example",
        "x@sub.vandijk.example",
    ] {
        account(store, name).await;
    }
    let page = store.list_free_accounts(&domain(), None, 1).await.unwrap();
    assert_eq!(
        (page.rows[0].address.clone(), page.next.is_some()),
        (address("bob@vandijk.example"), true)
    );
    let page = store
        .list_free_accounts(&domain(), page.next.as_deref(), 1)
        .await
        .unwrap();
    assert_eq!(
        (page.rows[0].address.clone(), page.next),
        (address("eva@vandijk.example"), None)
    );
    assert_eq!(page.rows[0].last_sign_in_at, Some(NOW));
    assert_eq!(store.count_free_accounts(&domain()).await.unwrap(), 2);
}
