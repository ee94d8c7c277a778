//! T32: a delegate uses what was granted to the delegator: the recovery key, functional accounts.

use serde_json::json;
use zegel_api::{Folder, Method};
use zegel_client::view::{MailboxState, Reason};
use zegel_crypto::blob;
use zegel_crypto::grant::open_mailbox;
use zegel_protocol::{AccountState, Grant, ManifestChain, Roster, Signed};

use crate::common::{World, address, reason, secrets};
use crate::json::{bytes, decode};

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
