//! T20: a signature is used in another role. The right key signs the very same hash each time; only
//! the role that it signed it for is another.

use ed25519_dalek::{Signer as _, SigningKey};
use zegel_client::unwatched;
use zegel_client::view::{AdoptionStop, Reason};
use zegel_protocol::{
    AccountState, Canonical as _, Hash, Manifest, ManifestChain, Namespace, Signature, Signed,
    signing_input,
};

use crate::common::secrets::{account_key, derive};
use crate::common::{Person, World, domain, reason};
use crate::json::{decode, encode, escrows};

/// Signs a hash in a role.
fn sign(key: &SigningKey, namespace: Namespace, hash: &Hash) -> Signature {
    Signature(key.sign(&signing_input(namespace, hash)).to_bytes())
}

fn key_of(world: &World, state: &AccountState) -> SigningKey {
    let (bytes, _) = account_key(&world.random, state.account, &state.identity);
    SigningKey::from_bytes(&derive(&bytes, "identity", state.account, 1, 0))
}

async fn state_of(person: &mut Person) -> Signed<AccountState> {
    let kept = std::rc::Rc::new(std::cell::RefCell::new(None));
    let seen = kept.clone();
    person.browser.wire.lie(move |answer| {
        if answer.is("/api/sign-in/finish") {
            *seen.borrow_mut() = Some(decode(&answer.body["state"]));
        }
    });
    person.sign_in_again().await;
    person.browser.wire.be_honest();
    kept.take().unwrap()
}

#[tokio::test]
async fn t20_a_record_counts_only_with_a_signature_for_records() {
    let world = World::start().await;
    let mut administrator = world.administrator().await;
    let mut daan = world.colleague("daan", "Daan de Boer").await;
    administrator.session.adopt(&domain()).await.unwrap();
    daan.sign_in_again().await;
    let link = administrator.link_for(&daan.address).await;
    daan.session
        .review_adoption(Some(&link), &unwatched)
        .await
        .unwrap();
    let record: Vec<Signed<Manifest>> = daan
        .browser
        .wire
        .manifests_seen()
        .iter()
        .map(decode)
        .collect();
    let chain = ManifestChain::verify(record).unwrap();
    let state = state_of(&mut administrator).await.statement;
    let key = key_of(&world, &state);
    let next = chain.draft(state.identity, world.now());

    for namespace in Namespace::ALL {
        let hash = Hash::of(&next.to_bytes());
        let forged = Signed {
            statement: next.clone(),
            signature: sign(&key, *namespace, &hash),
            cosignature: None,
        };
        daan.browser.wire.take_exchanges();
        daan.browser.wire.lie(move |answer| {
            if answer.path.ends_with("/manifests") {
                let manifests = answer.body["manifests"].as_array_mut().unwrap();
                manifests.push(encode(&forged));
            }
        });
        let review = daan.session.review_adoption(Some(&link), &unwatched).await;
        assert!(daan.browser.wire.be_honest() > 0);
        if *namespace == Namespace::Manifest {
            assert!(review.is_ok());
        } else {
            let stop = Reason::Adoption(AdoptionStop::RecordNotAuthentic);
            assert_eq!(reason(review), stop, "{namespace:?}");
            assert!(escrows(&daan.browser.wire.take_exchanges()).is_empty());
        }
    }
    daan.session
        .review_adoption(Some(&link), &unwatched)
        .await
        .unwrap();
    daan.session.accept_adoption(&unwatched).await.unwrap();
}

#[tokio::test]
async fn t20_a_state_counts_only_with_a_signature_for_states() {
    let world = World::start().await;
    let maartje = world.colleague("maartje", "Maartje Visser").await;
    let mut daan = world.colleague("daan", "Daan de Boer").await;
    let state = state_of(&mut daan).await;
    let key = key_of(&world, &state.statement);
    // A state that daan never stated, with the next sequence.
    let next = AccountState {
        sequence: state.statement.sequence + 1,
        previous: state.hash(),
        ..state.statement.clone()
    };
    for namespace in Namespace::ALL {
        let forged = Signed {
            signature: sign(&key, *namespace, &Hash::of(&next.to_bytes())),
            statement: next.clone(),
            cosignature: None,
        };
        let browser = world.browser();
        let session = browser
            .client
            .sign_in(&maartje.address, &maartje.password, &unwatched)
            .await
            .unwrap();
        session.find_recipient(&maartje.address).await.unwrap();
        browser.wire.lie(move |answer| {
            if answer.is("/api/keys") {
                answer.body["state"] = encode(&forged);
            }
        });
        let outcome = session.find_recipient(&daan.address).await;
        assert!(browser.wire.be_honest() > 0);
        if *namespace == Namespace::AccountState {
            // Taken, and remembered: the honest state is older now.
            assert!(outcome.is_ok());
            let honest = session.find_recipient(&daan.address).await;
            assert_eq!(reason(honest), Reason::Rollback);
            return;
        }
        assert_eq!(reason(outcome), Reason::NotAuthentic, "{namespace:?}");
        session.find_recipient(&daan.address).await.unwrap();
    }
}
