//! T32: a delegate uses what was granted to the delegator: the recovery key, functional accounts.

use ed25519_dalek::{Signer as _, SigningKey};
use getrandom::SysRng;
use rand_core::UnwrapErr;
use serde_json::json;
use zegel_api::{Folder, Method};
use zegel_client::view::{MailboxState, Reason};
use zegel_crypto::grant::open_mailbox;
use zegel_crypto::{AccountKey, Kek, blob};
use zegel_protocol::{
    AccountState, Grant, ManifestChain, Roster, Signature, Signed, Statement, signing_input,
};

use crate::common::{World, address, reason, secrets};
use crate::json::{bytes, decode, encode};

#[tokio::test]
async fn t32_a_delegate_of_an_administrator_holds_nothing_of_the_administrator() {
    let world = World::start().await;
    let (mut sanne, colleagues) = world.organisation_of(&[("daan", "Daan de Boer")]).await;
    let daan = &colleagues[0];
    let session = &sanne.session;
    let info = session
        .create_functional(&address("info"), "Receptie")
        .await
        .unwrap()
        .account;
    let account = sanne.account();
    session
        .grant_access(info, account, &sanne.address, false)
        .await
        .unwrap();
    session
        .grant_access(account, daan.account(), &daan.address, false)
        .await
        .unwrap();
    assert_eq!(sanne.row(info).await.unwrap().state, MailboxState::Ready);
    sanne
        .send(&sanne.address.clone(), "Voor de directie", "…")
        .await;

    // What Daan may: read and send as Sanne.
    assert_eq!(daan.row(account).await.unwrap().state, MailboxState::Ready);
    let subjects = daan.subjects(account, Folder::Inbox).await.unwrap();
    assert_eq!(subjects, ["Voor de directie"]);

    // The functional account is Sanne's, not her delegate's.
    for path in [
        format!("/api/mailboxes/{info}/messages"),
        format!("/api/mailboxes/{info}/history"),
        format!("/api/accounts/{info}/access"),
    ] {
        let (status, _) = daan.ask(Method::Get, &path, None).await;
        assert_eq!(
            status,
            if path.ends_with("messages") {
                404
            } else {
                status
            }
        );
        assert!(matches!(status, 403 | 404), "{path}");
    }
    for path in [
        "/api/organisation/members",
        "/api/organisation/members-to-certify",
    ] {
        assert_eq!(daan.ask(Method::Get, path, None).await.0, 403, "{path}");
    }

    // A server that shows it to Daan all the same, with the grant that is Sanne's.
    let (_, list) = sanne.ask(Method::Get, "/api/access", None).await;
    let hers = list["accounts"][0].clone();
    let entry = hers.clone();
    daan.browser.wire.lie(move |answer| {
        if answer.is("/api/access") {
            let accounts = answer.body["accounts"].as_array_mut().unwrap();
            accounts.push(entry.clone());
        }
    });
    assert_eq!(daan.row(info).await, None);
    let outcome = daan.subjects(info, Folder::Inbox).await;
    assert_eq!(reason(outcome), Reason::NoAccess);
    assert!(daan.browser.wire.be_honest() > 0);

    // Even with the raw keys: the grant is sealed to Sanne's grant key, which comes of the account
    // key; the mailbox key that Daan holds, put in its place, opens nothing.
    let grant: Grant = decode(&hers["grant"]);
    let (_, keys) = daan
        .ask(Method::Get, &format!("/api/keys/{account}"), None)
        .await;
    let state = decode::<Signed<AccountState>>(&keys["state"]).statement;
    assert_eq!(grant.header.recipient_key, state.grant.fingerprint());
    assert_ne!(
        grant.header.recipient_key,
        state.mailbox_encryption.fingerprint()
    );
    let subject = decode::<Signed<AccountState>>(&hers["keys"]["state"]).statement;
    let roster: Signed<Roster> = decode(&hers["roster"]);
    let place = *roster.statement.member(account).unwrap();
    let (_, account_key) = secrets::account_key(&world.random, account, &state.identity);
    let her_secret = account_key.keyring(account, 1).grant(account, 1);
    assert!(open_mailbox(&her_secret, &subject, &place, &grant).is_ok());
    let held = secrets::mailbox_key(
        &world.random,
        account,
        state.mailbox_generation,
        &state.mailbox_encryption,
    );
    let posing = secrets::posing_as_account_key(held.expose());
    let his_secret = posing.keyring(account, 1).grant(account, 1);
    assert!(open_mailbox(&his_secret, &subject, &place, &grant).is_err());

    // Nor the recovery seed, which is sealed under the account key.
    let kept = std::rc::Rc::new(std::cell::RefCell::new(json!(null)));
    let seen = kept.clone();
    sanne.browser.wire.lie(move |answer| {
        if answer.is("/api/sign-in/finish") {
            *seen.borrow_mut() = answer.body["recovery_seed"].clone();
        }
    });
    sanne.sign_in_again().await;
    sanne.browser.wire.be_honest();
    let sealed = bytes(&kept.take());
    sanne.session.organisation().await.unwrap();
    let manifests = sanne.browser.wire.manifests_seen();
    let chain = ManifestChain::verify(manifests.iter().map(decode).collect()).unwrap();
    let manifest = chain.latest();
    let open = |key| {
        blob::open_recovery_seed(
            key,
            1,
            chain.org_id(),
            manifest.recovery_generation,
            &manifest.recovery_key,
            &sealed,
        )
    };
    assert!(open(&account_key).is_ok());
    assert!(open(&posing).is_err());
}

/// A statement signed with whatever key.
fn signed_with<T: Statement + Clone>(key: &SigningKey, statement: &T) -> Signed<T> {
    let signature = key.sign(&signing_input(T::NAMESPACE, &statement.hash()));
    Signed {
        statement: statement.clone(),
        signature: Signature(signature.to_bytes()),
        cosignature: None,
    }
}

/// Every secret that a delegate holds: his own keys, the owner's mailbox key, and the key that signs
/// what he sends from there.
fn held_by_delegate(
    world: &World,
    delegate: &AccountState,
    owner: &AccountState,
    roster: &Roster,
) -> Vec<[u8; 32]> {
    let (own, _) = secrets::account_key(&world.random, delegate.account, &delegate.identity);
    let mailbox_of = |state: &AccountState| {
        let (generation, public) = (state.mailbox_generation, &state.mailbox_encryption);
        let key = secrets::mailbox_key(&world.random, state.account, generation, public);
        *key.expose()
    };
    let send_key = roster.member(delegate.account).unwrap().send_key;
    let send = world.random.drawn(32).into_iter().find_map(|bytes| {
        let seed: [u8; 32] = bytes.try_into().ok()?;
        let public = SigningKey::from_bytes(&seed).verifying_key();
        (public.to_bytes() == send_key.0).then_some(seed)
    });
    vec![
        own,
        mailbox_of(delegate),
        mailbox_of(owner),
        send.expect("the send key was drawn"),
    ]
}

#[tokio::test]
async fn t32_what_a_delegate_holds_signs_nothing_for_the_owner() {
    let world = World::start().await;
    let colleagues = [("daan", "Daan de Boer"), ("noor", "Noor Bakker")];
    let (_, mut colleagues) = world.organisation_of(&colleagues).await;
    let (mut noor, daan) = (colleagues.pop().unwrap(), colleagues.pop().unwrap());
    let account = noor.account();
    noor.session
        .grant_access(account, daan.account(), &daan.address, true)
        .await
        .unwrap();
    assert_eq!(daan.row(account).await.unwrap().state, MailboxState::Ready);
    let path = format!("/api/accounts/{account}/access");
    let (_, access) = noor.ask(Method::Get, &path, None).await;
    let state: Signed<AccountState> = decode(&access["keys"]["state"]);
    let roster: Signed<Roster> = decode(&access["roster"]);
    let his = decode::<Signed<AccountState>>(&access["members"][0]["keys"]["state"]).statement;
    let identity = state.statement.identity;

    // What he would have the owner say next: he stays, under a roster of his making.
    let next_roster = Roster::next(account, Some(&roster), roster.statement.members.clone());
    let next_state = AccountState {
        sequence: state.statement.sequence + 1,
        previous: state.hash(),
        roster: Some(next_roster.hash()),
        ..state.statement.clone()
    };
    let (hers, her_key) = secrets::account_key(&world.random, account, &identity);
    let identity_of = |secret: &[u8; 32]| {
        SigningKey::from_bytes(&secrets::derive(secret, "identity", account, 1, 0))
    };
    let right = identity_of(&hers);
    let request = |state: &SigningKey, roster: &SigningKey| {
        json!({
            "roster": encode(&signed_with(roster, &next_roster)),
            "state": encode(&signed_with(state, &next_state)),
            "send_certificates": [],
            "grants": [],
            "rotation": null,
        })
    };
    let kek = Kek::from_password(&[7; 64], account, 1);
    let password_record = |key: &AccountKey| {
        let sealed = blob::seal_account_key(&kek, account, 1, key, &mut UnwrapErr(SysRng));
        blob::open_account_key(&kek, account, 1, &identity, &sealed.unwrap())
    };
    for secret in held_by_delegate(&world, &his, &state.statement, &roster.statement) {
        // As it is, and as if it were the key that the owner's identity comes of.
        for forger in [SigningKey::from_bytes(&secret), identity_of(&secret)] {
            let forged_roster = signed_with(&forger, &next_roster);
            let forged_state = signed_with(&forger, &next_state);
            assert!(Roster::verify(Some(&roster), &forged_roster, &identity).is_err());
            assert!(Roster::verify_newest(&forged_roster, &next_state).is_err());
            assert!(AccountState::verify_successor(&state, &forged_state).is_err());
            // Even with the owner's own session, and even where the other half were the owner's.
            for (state, roster) in [(&forger, &forger), (&forger, &right), (&right, &forger)] {
                let body = Some(request(state, roster));
                let (status, problem) = noor.ask(Method::Post, &path, body).await;
                assert_eq!((status, &problem["code"]), (422, &json!("not_authentic")));
            }
            // Nor does the owner's client take it from a server that does.
            noor.browser.wire.lie(move |answer| {
                if answer.path.ends_with("/access") {
                    answer.body["keys"]["state"] = encode(&forged_state);
                    answer.body["roster"] = encode(&forged_roster);
                }
            });
            let outcome = noor.session.access(account).await;
            assert_eq!(reason(outcome), Reason::NotAuthentic);
            assert!(noor.browser.wire.be_honest() > 0);
        }
        // Under a password of his choice it opens as nothing of the owner's.
        assert!(password_record(&secrets::posing_as_account_key(&secret)).is_err());
    }

    // Changing a password changes his own.
    let new = "molen zeven wolk anker";
    daan.session
        .change_password(&daan.password, new, &zegel_client::unwatched)
        .await
        .unwrap();
    let with_his = daan
        .browser
        .client
        .sign_in(&noor.address, new, &zegel_client::unwatched)
        .await;
    assert_eq!(
        reason(with_his),
        Reason::Server(zegel_api::ErrorCode::WrongCredentials)
    );
    noor.sign_in_again().await;

    // The owner's key does all of it.
    let signed_roster = signed_with(&right, &next_roster);
    assert!(Roster::verify(Some(&roster), &signed_roster, &identity).is_ok());
    assert!(Roster::verify_newest(&signed_roster, &next_state).is_ok());
    let signed_state = signed_with(&right, &next_state);
    assert!(AccountState::verify_successor(&state, &signed_state).is_ok());
    assert!(password_record(&her_key).is_ok());
    let body = Some(request(&right, &right));
    let (status, _) = noor.ask(Method::Post, &path, body).await;
    assert_eq!(status, 200);
    noor.session.access(account).await.unwrap();
    assert_eq!(daan.row(account).await.unwrap().state, MailboxState::Ready);
}
