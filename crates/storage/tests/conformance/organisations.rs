use std::collections::HashMap;

use zegel_protocol::{AccountId, ClaimNonce, Domain, Hash, OrgId};
use zegel_storage::{
    DomainChange, NewAdoption, NewClaim, NewManifest, Refusal, Result, Role, Store,
};

use super::{NOW, account, escrow, event, founding, organisation, refusal, state, unique};

pub(crate) fn domain() -> Domain {
    Domain::parse("vandijk.example").unwrap()
}

pub(crate) fn claim_of(organisation: OrgId, code: Option<Hash>) -> NewClaim {
    NewClaim {
        organisation,
        domain: domain(),
        nonce: ClaimNonce(unique()),
        code: code.map(|hash| ("postmaster".to_owned(), super::code(hash))),
        audit: event(organisation, "domain_claim_started"),
    }
}

pub(crate) async fn next(
    store: &Store,
    organisation: OrgId,
    changes: Vec<DomainChange>,
) -> NewManifest {
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

pub(crate) async fn put(
    store: &Store,
    organisation: OrgId,
    changes: Vec<DomainChange>,
) -> Result<u32> {
    store
        .put_manifest(next(store, organisation, changes).await)
        .await
}

pub(crate) async fn claim(store: &Store, organisation: OrgId, epoch: u32) {
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

pub(crate) async fn adopting(store: &Store) -> (OrgId, AccountId) {
    let (org, founder) = organisation(store, "ada@vandijk.example").await;
    claim(store, org, 1).await;
    put(store, org, vec![DomainChange::Adopt(domain())])
        .await
        .unwrap();
    (org, founder)
}

pub(crate) async fn adoption(
    store: &Store,
    organisation: OrgId,
    account: AccountId,
) -> NewAdoption {
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

pub(crate) async fn log(store: &Store, organisation: OrgId) -> Vec<String> {
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
    let (other, _) = organisation(store, "eve@other.example").await;
    let unknown = OrgId(unique());
    let versions = store.find_manifest_versions([org, other, unknown, org]);
    let expected = HashMap::from([(org, 2), (other, 0)]);
    assert_eq!(versions.await.unwrap(), expected);
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
