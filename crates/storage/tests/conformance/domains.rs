use zegel_protocol::{Hash, Timestamp};
use zegel_storage::{CodeCheck, DomainChange, DomainState, NewSession, Refusal, Store};

use super::{
    NOW, account, address, at, event, organisation,
    organisations::{claim, claim_of, domain, put},
    refusal, sign_in, unique,
};

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
    sign_in(store, founders).await;
    sign_in(store, second).await;
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
