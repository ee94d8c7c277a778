use zegel_protocol::{AccountId, Timestamp};
use zegel_storage::{MemberFilter, NewCertificates, Refusal, Store};

use super::{
    NOW, account, at, certificate, event, organisation,
    organisations::{adopting, adoption, log},
    refusal, unique,
};

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
        let page = store
            .list_members(org, &MemberFilter::default(), after.as_deref(), 2)
            .await
            .unwrap();
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
    assert_eq!(
        store
            .count_members(org, &MemberFilter::default())
            .await
            .unwrap(),
        5
    );
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
