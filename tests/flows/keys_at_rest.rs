//! No key of anybody is anywhere that the server writes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zegel_api::{
    ManifestPage, Manifests, Method, Route, Session, SignInFinish, SignInFinishRequest,
    SignInStart, SignInStartRequest, SignInStartResponse, fill,
};
use zegel_auth::{ClientLogin, CredentialResponse};
use zegel_client::native::HttpTransport;
use zegel_client::{HttpRequest, Transport as _, unwatched};
use zegel_protocol::{AccountState, Address, Canonical as _, Manifest, Signed};
use zegel_tests::scan::Scan;
use zegel_tests::server::log_folder;

use crate::common::secrets::{account_key, derive, hkdf, recovery_seed};
use crate::common::{PASSWORD, Person, World, domain};

const SUBJECT: &str = "Onderwerp dat nergens staat";
const TEXT: &str = "Tekst die nergens staat, ook niet in stukken.";

#[tokio::test]
async fn no_key_is_stored_mailed_or_logged() {
    let mut world = World::start().await;
    let administrator = world.administrator().await;
    let mut daan = world.colleague("daan", "Daan de Boer").await;
    // Met before, so that the pins are sealed before and not in between.
    let met = administrator.session.find_recipient(&daan.address).await;
    assert!(met.is_ok());
    let before = world.random.drawn(32).len();
    administrator.send(&daan.address, SUBJECT, TEXT).await;
    let drawn = world.random.drawn(32).split_off(before);
    // A message draws its key first, then the salt of its first blob.
    let (message_key, salt) = (drawn[0].clone(), drawn[1].clone());

    administrator.session.adopt(&domain()).await.unwrap();
    daan.sign_in_again().await;
    let links = administrator
        .session
        .adoption_links(&domain(), &unwatched)
        .await
        .unwrap();
    let link = administrator.link_for(&daan.address).await;
    daan.session
        .review_adoption(Some(&link), &unwatched)
        .await
        .unwrap();
    daan.session.accept_adoption(&unwatched).await.unwrap();
    let report = administrator
        .session
        .certify_members(&unwatched)
        .await
        .unwrap();
    assert_eq!(report.certified, 1);
    assert_eq!(daan.inbox().await[0].1, TEXT);

    let mut scan = Scan::default()
        .text("password", PASSWORD)
        .text("subject", SUBJECT)
        .text("text", TEXT)
        .bytes("message key", &message_key);
    for person in [&administrator, &daan] {
        scan = keys_of(&world, person, scan).await;
    }
    for encapsulation in world.random.drawn(64) {
        scan = scan.bytes("randomness of an encapsulation", &encapsulation);
    }
    let recovery_key = newest_manifest(&administrator).await.recovery_key;
    scan = scan.bytes(
        "recovery seed",
        &recovery_seed(&world.random, &recovery_key),
    );
    for link in links {
        let token = link.fragment.rsplit('.').next().unwrap();
        scan = scan
            .text("adoption link", &link.fragment)
            .bytes("join token", &URL_SAFE_NO_PAD.decode(token).unwrap());
    }

    let logs = log_folder();
    for running in [true, false] {
        if !running {
            world.server.stop().await;
        }
        let folders = [world.smtp.folder(), logs.as_path(), world.server.data()];
        assert_eq!(scan.run_proven(&folders).unwrap(), []);
        // What is stored is found: the scan looks where it should.
        let stored = Scan::default().bytes("salt", &salt).run(&folders).unwrap();
        assert!(!stored.is_empty());
    }
}

/// Adds every secret of a person, under its name.
async fn keys_of(world: &World, person: &Person, scan: Scan) -> Scan {
    let (session, export_key) = sign_in_by_hand(world, &person.address).await;
    let state = Signed::<AccountState>::from_bytes(&session.state.0).unwrap();
    let identity = state.statement.identity;
    let account = session.account;
    let (key, _) = account_key(&world.random, account, &identity);
    let keyring = derive(&key, "keyring", account, 1, 0);
    let tiers = person.session.session_tiers().to_bytes();
    let mailbox = world
        .random
        .drawn(32)
        .into_iter()
        .find(|drawn| tiers.windows(32).any(|part| part == drawn.as_slice()))
        .expect("the mailbox key was drawn");
    assert!(
        tiers.windows(32).any(|part| part == keyring),
        "the keyring key is derived as it was"
    );
    let kek = hkdf(
        &export_key,
        &[
            b"zegel/v1/kek/",
            b"password",
            account.as_bytes(),
            &1u32.to_be_bytes(),
        ],
    );
    let code: String = person.recovery_code.replace('-', "");
    scan.bytes("account key", &key)
        .bytes("identity", &derive(&key, "identity", account, 1, 0))
        .bytes(
            "account encryption",
            &derive(&key, "account-encryption", account, 1, 0),
        )
        .bytes("keyring key", &keyring)
        .bytes("grant", &derive(&keyring, "grant", account, 1, 0))
        .bytes("send", &derive(&keyring, "send", account, 1, 1))
        .bytes("mailbox key", &mailbox)
        .bytes(
            "mailbox encryption",
            &derive(&mailbox, "mailbox-encryption", account, 0, 1),
        )
        .bytes("export key", &export_key)
        .bytes("key-encryption key", &kek)
        .text("recovery code", &person.recovery_code)
        .text("recovery code in one", &code)
}

/// Signs in with nothing but OPAQUE, to learn what the password unlocks.
async fn sign_in_by_hand(world: &World, address: &Address) -> (Session, [u8; 64]) {
    let http = HttpTransport::new(&world.server.url()).unwrap();
    let mut random = world.random.clone();
    let (login, request) = ClientLogin::start(PASSWORD.as_bytes(), &mut random).unwrap();
    let start: SignInStartResponse = post::<SignInStart>(
        &http,
        &SignInStartRequest {
            address: address.clone(),
            credential_request: request.as_bytes().to_vec().into(),
        },
    )
    .await;
    let response = CredentialResponse::try_from(start.credential_response.0.as_slice()).unwrap();
    let proved = login.finish(&response, &mut random).unwrap();
    let session = post::<SignInFinish>(
        &http,
        &SignInFinishRequest {
            login: start.login,
            credential_finalization: proved.finalization.as_bytes().to_vec().into(),
        },
    )
    .await;
    (session, *proved.export_key.expose())
}

async fn post<R: Route>(http: &HttpTransport, request: &R::Request) -> R::Response {
    let response = http
        .send(HttpRequest {
            method: Method::Post,
            path: R::PATH.to_owned(),
            query: None,
            body: Some(serde_json::to_vec(request).unwrap()),
        })
        .await
        .unwrap();
    assert_eq!(response.status, 200);
    serde_json::from_slice(&response.body).unwrap()
}

/// The newest manifest, as any member gets it.
async fn newest_manifest(administrator: &Person) -> Manifest {
    let view = administrator.session.organisation().await.unwrap();
    let request = HttpRequest {
        method: Method::Get,
        path: fill(Manifests::PATH, &[&view.organisation.to_string()]),
        query: Some(format!("from={}", view.version)),
        body: None,
    };
    let response = administrator.browser.wire.send(request).await.unwrap();
    let page: ManifestPage = serde_json::from_slice(&response.body).unwrap();
    let newest = page.manifests.last().unwrap();
    Signed::<Manifest>::from_bytes(&newest.0).unwrap().statement
}
