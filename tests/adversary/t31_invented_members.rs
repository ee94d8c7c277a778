//! T31: an account is invented in the organisation, or an account's keys are swapped before its
//! adoption, to have an administrator certify them.

use getrandom::SysRng;
use rand_core::UnwrapErr;
use serde_json::json;
use zegel_client::unwatched;
use zegel_client::view::{Certification, Reason, Trust};
use zegel_crypto::grant::{Granter, make_escrow};
use zegel_protocol::{
    AccountId, AccountState, Address, CertificateMethod, Hash, JoinMethod, Joined, KeyCertificate,
    Kind, ManifestChain, SUITE, Signed, Timestamp,
};

use crate::common::{Person, World, address, domain, reason};
use crate::json::{decode, encode, requests, succeed};
use crate::mallory::Mallory;

/// A member of Mallory's making, as an administrator's client is asked to certify it: a faultless
/// state, and an escrow that opens and holds the key it should.
fn invented(
    mallory: &Mallory,
    account: AccountId,
    address: &Address,
    proof: Option<Hash>,
    chain: &ManifestChain,
    now: Timestamp,
) -> serde_json::Value {
    let identity = mallory.identity(account);
    let blank = AccountState {
        account,
        kind: Kind::Person,
        epoch: 1,
        sequence: 2,
        previous: Hash([3; 32]),
        identity: identity.public(),
        account_encryption: mallory.key.account_encryption(account, 1).public(),
        grant: mallory.key.keyring(account, 1).grant(account, 1).public(),
        mailbox_encryption: mallory.seed.public(),
        mailbox_generation: 1,
        roster: None,
        joined: Some(Joined {
            org_id: chain.org_id(),
            version: chain.latest().version,
            manifest: chain.head_hash(),
            method: if proof.is_some() {
                JoinMethod::Link
            } else {
                JoinMethod::Dns
            },
            proof,
        }),
        min_suite: SUITE,
    };
    let granter = Granter {
        account,
        identity: &identity,
        time: now,
    };
    let mut rng = UnwrapErr(SysRng);
    let escrow = make_escrow(&granter, account, 1, &mallory.key, chain, None, &mut rng).unwrap();
    json!({
        "account": account,
        "address": address,
        "state": encode(&identity.sign(blank)),
        "escrow": encode(&escrow),
        "escrow_checked": false,
        "certificate": null,
    })
}

/// The certificates that an administrator's client handed in, by account.
fn handed_in(administrator: &Person) -> Vec<KeyCertificate> {
    let exchanges = administrator.browser.wire.take_exchanges();
    requests(&exchanges, "/api/organisation/certificates")
        .iter()
        .flat_map(|request| request["certificates"].as_array().unwrap())
        .map(|certificate| decode::<Signed<KeyCertificate>>(certificate).statement)
        .collect()
}

async fn record(person: &Person) -> ManifestChain {
    person.session.organisation().await.unwrap();
    let manifests = person.browser.wire.manifests_seen();
    ManifestChain::verify(manifests.iter().map(decode).collect()).unwrap()
}

/// An administrator, and a member who joined by link and was certified so through this network.
async fn organisation() -> (World, Person, Person) {
    let world = World::start().await;
    let mut administrator = world.administrator().await;
    let mut noor = world.colleague("noor", "Noor Bakker").await;
    administrator.session.adopt(&domain()).await.unwrap();
    let link = administrator.link_for(&noor.address).await;
    noor.sign_in_again().await;
    noor.session
        .review_adoption(Some(&link), &unwatched)
        .await
        .unwrap();
    noor.session.accept_adoption(&unwatched).await.unwrap();
    administrator.sign_in_again().await;
    administrator.browser.wire.take_exchanges();
    administrator
        .session
        .certify_members(&unwatched)
        .await
        .unwrap();
    let certificates = handed_in(&administrator);
    assert_eq!(certificates.len(), 1);
    assert_eq!(certificates[0].method, CertificateMethod::Link);
    (world, administrator, noor)
}

#[tokio::test]
async fn t31_an_invented_account_gets_no_more_than_not_verified() {
    let (world, administrator, noor) = organisation().await;
    let chain = record(&administrator).await;
    let account = AccountId([9; 16]);
    let ghost = address("spook");
    // Its own proof, none, and the one that a genuine member's state shows to the world.
    let genuine: Signed<AccountState> = {
        let kept = std::rc::Rc::new(std::cell::RefCell::new(None));
        let seen = kept.clone();
        administrator.browser.wire.lie(move |answer| {
            if answer.is("/api/keys") {
                *seen.borrow_mut() = Some(decode(&answer.body["state"]));
            }
        });
        administrator
            .session
            .find_recipient(&noor.address)
            .await
            .unwrap();
        administrator.browser.wire.be_honest();
        kept.take().unwrap()
    };
    let shown = genuine.statement.joined.unwrap().proof;
    assert!(shown.is_some());
    for proof in [Some(Hash([5; 32])), None, shown] {
        let mallory = Mallory::new();
        let member = invented(&mallory, account, &ghost, proof, &chain, world.now());
        administrator.browser.wire.lie(move |answer| {
            if answer.is("/api/organisation/members-to-certify") {
                answer.body["members"] = json!([member]);
            }
            // A server that invented it takes its certificate.
            if answer.path == "/api/organisation/certificates" {
                succeed(answer, json!({}));
            }
        });
        administrator.browser.wire.take_exchanges();
        administrator
            .session
            .certify_members(&unwatched)
            .await
            .unwrap();
        let certificates = handed_in(&administrator);
        assert_eq!(certificates.len(), 1);
        assert_eq!(certificates[0].method, CertificateMethod::Server);
        assert!(administrator.browser.wire.be_honest() > 0);
    }
}

#[tokio::test]
async fn t31_keys_swapped_before_adoption_get_no_more_than_not_verified() {
    let (world, administrator, noor) = organisation().await;
    let daan = world.colleague("daan", "Daan de Boer").await;
    let chain = record(&administrator).await;
    let account = daan.session.view().account;
    let mallory = Mallory::new();
    let proof = Some(Hash([5; 32]));
    let member = invented(&mallory, account, &daan.address, proof, &chain, world.now());
    let page = member.clone();
    administrator.browser.wire.lie(move |answer| {
        if answer.is("/api/organisation/members-to-certify") {
            answer.body["members"] = json!([page.clone()]);
        }
        if answer.path == "/api/organisation/certificates" {
            succeed(answer, json!({}));
        }
        // The row of a member that he is not.
        if answer.path == format!("/api/organisation/members/{account}") {
            let mut row = page.clone();
            for (name, value) in [
                ("name", json!("Daan de Boer")),
                ("role", json!("member")),
                ("kind", json!("person")),
                ("status", json!("active")),
                ("access", json!(0)),
                ("joined_at_ms", json!(1)),
            ] {
                row[name] = value;
            }
            succeed(answer, row);
        }
    });
    administrator.browser.wire.take_exchanges();
    administrator
        .session
        .certify_members(&unwatched)
        .await
        .unwrap();
    let certificates = handed_in(&administrator);
    assert_eq!(certificates[0].method, CertificateMethod::Server);

    // The number that Daan reads out is not that of these keys.
    let number = daan.session.own_safety_number();
    let compare = administrator.session.compare_member(account, &number).await;
    assert_eq!(reason(compare), Reason::NumberMismatch);
    assert!(handed_in(&administrator).is_empty());
    assert!(administrator.browser.wire.be_honest() > 0);

    // A colleague who is shown such a certificate, on these keys, sees that nobody verified them.
    let certificate = encode(&sign_again(&world, &chain, &certificates[0]));
    noor.browser.wire.lie(move |answer| {
        if answer.is("/api/keys") {
            answer.body["state"] = member["state"].clone();
            answer.body["certificate"] = certificate.clone();
            answer.body["manifest_version"] = chain.latest().version.into();
        }
    });
    let seen = noor.session.find_recipient(&daan.address).await.unwrap();
    assert_eq!(seen.trust, Trust::FirstMet);
    assert!(noor.browser.wire.be_honest() > 0);

    // Nothing is lost: Daan himself joins by his link and is certified by it.
    let mut daan = daan;
    let link = administrator.link_for(&daan.address).await;
    daan.sign_in_again().await;
    daan.session
        .review_adoption(Some(&link), &unwatched)
        .await
        .unwrap();
    daan.session.accept_adoption(&unwatched).await.unwrap();
    administrator
        .session
        .certify_members(&unwatched)
        .await
        .unwrap();
    let page = administrator
        .session
        .members(None, None, None)
        .await
        .unwrap();
    let member = page
        .members
        .iter()
        .find(|it| it.address == daan.address)
        .unwrap();
    assert_eq!(member.certification, Certification::Link);
}

/// The certificate as the administrator signed it: with a signature, as the request had it.
fn sign_again(
    world: &World,
    chain: &ManifestChain,
    certificate: &KeyCertificate,
) -> Signed<KeyCertificate> {
    let founder = chain.latest().administrators[0];
    let (_, key) =
        crate::common::secrets::account_key(&world.random, founder.account, &founder.identity);
    key.identity(founder.account, 1).sign(certificate.clone())
}
