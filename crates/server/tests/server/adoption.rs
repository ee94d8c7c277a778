//! ADOPT, acceptance, "Not now", RELEASE.

use zegel_api::{self as api, AuditCategory, Empty, ErrorCode, MembersRequest, Role};
use zegel_protocol::{Canonical as _, Domain, JoinMethod, Signed};

use crate::{
    organisations::categories,
    support::{Org, Person, Server, bytes},
};

const PAGE: MembersRequest = MembersRequest {
    after: None,
    limit: 100,
};
const DOMAIN: &str = "vandijk.example";

struct Scene {
    server: Server,
    ada: Person,
    org: Org,
    bob: Person,
    eva: Person,
}

async fn scene() -> Scene {
    let server = Server::start().await;
    let mut ada = Person::sign_up(&server, "ada@vandijk.example").await;
    let bob = Person::sign_up(&server, "bob@vandijk.example").await;
    let eva = Person::sign_up(&server, "eva@vandijk.example").await;
    let mut org = ada.found(&server).await;
    ada.claim(&server, &mut org, DOMAIN).await;
    Scene {
        server,
        ada,
        org,
        bob,
        eva,
    }
}

impl Scene {
    async fn row(&self) -> api::DomainRow {
        let mut rows = self
            .ada
            .browser
            .call(api::Domains, &Empty {})
            .await
            .ok()
            .domains;
        assert_eq!(rows.len(), 1);
        rows.remove(0)
    }
}

#[tokio::test]
async fn adopted_accounts_are_signed_out_and_join_at_their_next_sign_in() {
    let mut scene = scene().await;
    let row = scene.row().await;
    assert_eq!(
        (row.state, row.members, row.not_yet_adopted, row.epoch),
        (api::DomainState::Claimed, 1, 2, 1)
    );
    let waiting = scene
        .ada
        .browser
        .call_at(api::NotYetAdopted, &[DOMAIN], &PAGE)
        .await
        .ok();
    let addresses: Vec<_> = waiting
        .accounts
        .iter()
        .map(|it| it.address.as_str())
        .collect();
    assert_eq!(addresses, ["bob@vandijk.example", "eva@vandijk.example"]);
    let org_id = scene.org.chain.org_id().to_string();
    let chain = scene
        .bob
        .browser
        .call_at(
            api::Manifests,
            &[&org_id],
            &api::ManifestsRequest { from: 0 },
        )
        .await;
    assert_eq!(chain.code(), ErrorCode::NotFound);

    assert_eq!(
        scene.ada.adopt(&scene.server, &mut scene.org, DOMAIN).await,
        2
    );
    assert_eq!(
        scene
            .bob
            .browser
            .call(api::CurrentSession, &Empty {})
            .await
            .code(),
        ErrorCode::SignedOut
    );
    scene
        .ada
        .browser
        .call(api::CurrentSession, &Empty {})
        .await
        .ok();

    scene.bob.sign_in().await;
    let offer = scene.bob.session.adoption.clone().unwrap();
    assert_eq!(
        (offer.organisation, offer.deferred),
        (scene.org.chain.org_id(), false)
    );
    let chain = scene
        .bob
        .browser
        .call_at(
            api::Manifests,
            &[&org_id],
            &api::ManifestsRequest { from: 0 },
        )
        .await
        .ok();
    assert_eq!((chain.manifests.len(), chain.more), (3, false));

    let request = scene.bob.accepting(&scene.server, &scene.org);
    scene
        .bob
        .browser
        .call(api::AcceptAdoption, &request)
        .await
        .ok();
    let session = scene
        .bob
        .browser
        .call(api::CurrentSession, &Empty {})
        .await
        .ok();
    assert_eq!((session.role, session.adoption), (Role::Member, None));
    assert_eq!(
        scene
            .bob
            .browser
            .call(api::GetPins, &Empty {})
            .await
            .ok()
            .version,
        1
    );
    let row = scene.row().await;
    assert_eq!(
        (row.state, row.members, row.not_yet_adopted),
        (api::DomainState::Adopting, 2, 1)
    );
    let audited = categories(&scene.ada).await;
    assert_eq!(
        audited[..2],
        [
            AuditCategory::AccountJoinedOrganization,
            AuditCategory::JoinAccountsToOrganization
        ]
    );
    let again = scene.bob.accepting(&scene.server, &scene.org);
    assert_eq!(
        scene
            .bob
            .browser
            .call(api::AcceptAdoption, &again)
            .await
            .code(),
        ErrorCode::AlreadyMember
    );
}

#[tokio::test]
async fn not_now_leaves_the_account_outside_until_the_next_sign_in() {
    let mut scene = scene().await;
    scene.ada.adopt(&scene.server, &mut scene.org, DOMAIN).await;
    scene.eva.sign_in().await;
    scene
        .eva
        .browser
        .call(api::DeferAdoption, &Empty {})
        .await
        .ok();
    let session = scene
        .eva
        .browser
        .call(api::CurrentSession, &Empty {})
        .await
        .ok();
    assert!(session.adoption.unwrap().deferred);
    let waiting = scene
        .ada
        .browser
        .call_at(api::NotYetAdopted, &[DOMAIN], &PAGE)
        .await
        .ok();
    assert!(
        waiting
            .accounts
            .iter()
            .any(|it| it.account == scene.eva.account && it.deferred_at_ms.is_some())
    );
    assert_eq!(
        categories(&scene.ada).await[0],
        AuditCategory::AccountDeferredAdoption
    );
    scene.eva.sign_in().await;
    assert!(!scene.eva.session.adoption.clone().unwrap().deferred);
}

#[tokio::test]
async fn a_release_between_sign_in_and_acceptance_stops_it() {
    let mut scene = scene().await;
    scene.ada.adopt(&scene.server, &mut scene.org, DOMAIN).await;
    scene.bob.sign_in().await;
    scene.eva.sign_in().await;
    scene
        .eva
        .browser
        .call(
            api::AcceptAdoption,
            &scene.eva.accepting(&scene.server, &scene.org),
        )
        .await
        .ok();
    let request = scene.bob.accepting(&scene.server, &scene.org);
    let domain = Domain::parse(DOMAIN).unwrap();
    scene
        .ada
        .put_manifest(&scene.server, &mut scene.org, |it| {
            assert!(it.release(&domain));
        })
        .await;
    assert_eq!(
        scene
            .bob
            .browser
            .call(api::AcceptAdoption, &request)
            .await
            .code(),
        ErrorCode::DomainReleased
    );
    assert_eq!(
        scene
            .bob
            .browser
            .call(api::Adoption, &Empty {})
            .await
            .code(),
        ErrorCode::DomainReleased
    );
    assert_eq!(
        scene
            .bob
            .browser
            .call(api::DeferAdoption, &Empty {})
            .await
            .code(),
        ErrorCode::DomainReleased
    );
    // The adopted one stays, the other is free.
    let eva = scene
        .eva
        .browser
        .call(api::CurrentSession, &Empty {})
        .await
        .ok();
    assert_eq!(eva.role, Role::Member);
    let bob = scene
        .bob
        .browser
        .call(api::CurrentSession, &Empty {})
        .await
        .ok();
    assert_eq!((bob.role, bob.adoption), (Role::Free, None));
    assert!(
        scene
            .ada
            .browser
            .call(api::Domains, &Empty {})
            .await
            .ok()
            .domains
            .is_empty()
    );
    assert_eq!(
        categories(&scene.ada).await[0],
        AuditCategory::DomainReleased
    );

    // Claimed again, it has the next epoch and waits for a new order.
    scene.server.clear_outbox();
    scene.ada.claim(&scene.server, &mut scene.org, DOMAIN).await;
    let row = scene.row().await;
    assert_eq!(
        (row.state, row.epoch, row.not_yet_adopted),
        (api::DomainState::Claimed, 2, 1)
    );
    let bob = scene
        .bob
        .browser
        .call(api::CurrentSession, &Empty {})
        .await
        .ok();
    assert_eq!(bob.adoption, None);
    scene.ada.adopt(&scene.server, &mut scene.org, DOMAIN).await;
    scene.bob.sign_in().await;
    scene
        .bob
        .browser
        .call(
            api::AcceptAdoption,
            &scene.bob.accepting(&scene.server, &scene.org),
        )
        .await
        .ok();
}

#[tokio::test]
async fn acceptance_takes_only_what_fits_together() {
    let mut scene = scene().await;
    scene.ada.adopt(&scene.server, &mut scene.org, DOMAIN).await;
    scene.bob.sign_in().await;
    scene.eva.sign_in().await;
    let (server, org, bob, eva) = (&scene.server, &scene.org, &scene.bob, &scene.eva);
    let request = bob.accepting(server, org);
    let refused = async |change: &dyn Fn(&mut api::AcceptAdoptionRequest)| {
        let mut changed = request.clone();
        change(&mut changed);
        bob.browser.call(api::AcceptAdoption, &changed).await.code()
    };
    let state = |change: &dyn Fn(&mut zegel_protocol::AccountState)| {
        let mut state = bob.joining(org, JoinMethod::Number).statement;
        change(&mut state);
        bytes(&crate::support::sign(&bob.identity, state))
    };
    let joined = |change: &dyn Fn(&mut zegel_protocol::Joined)| {
        state(&|it| change(it.joined.as_mut().unwrap()))
    };
    assert_eq!(
        refused(&|it| it.state = state(&|s| s.joined = None)).await,
        ErrorCode::NotAuthentic
    );
    assert_eq!(
        refused(&|it| it.state = state(&|s| s.sequence = 5)).await,
        ErrorCode::StaleStatement
    );
    assert_eq!(
        refused(&|it| it.state = state(&|s| s.grant = crate::support::kem_key())).await,
        ErrorCode::NotAuthentic
    );
    assert_eq!(
        refused(&|it| it.state = joined(&|j| j.method = JoinMethod::Founder)).await,
        ErrorCode::NotAuthentic
    );
    assert_eq!(
        refused(&|it| it.state = joined(&|j| j.method = JoinMethod::Link)).await,
        ErrorCode::NotAuthentic
    );
    assert_eq!(
        refused(&|it| it.state = joined(&|j| j.org_id.0[0] ^= 1)).await,
        ErrorCode::NotAuthentic
    );
    assert_eq!(
        refused(&|it| it.state = joined(&|j| j.version = 0)).await,
        ErrorCode::StaleStatement
    );
    let others = eva.accepting(server, org);
    assert_eq!(
        refused(&|it| it.escrow = others.escrow.clone()).await,
        ErrorCode::NotAuthentic
    );
    assert_eq!(
        refused(&|it| it.state = others.state.clone()).await,
        ErrorCode::StaleStatement
    );
    assert_eq!(
        refused(&|it| it.replaces_pins = 7).await,
        ErrorCode::Conflict
    );
    let session = bob.browser.call(api::CurrentSession, &Empty {}).await.ok();
    assert_eq!(
        session.role,
        Role::Free,
        "a refused acceptance leaves nothing behind"
    );
    assert_eq!(
        bob.browser.call(api::GetPins, &Empty {}).await.ok().version,
        0
    );
    bob.browser.call(api::AcceptAdoption, &request).await.ok();
}

#[tokio::test]
async fn acceptance_names_the_newest_manifest() {
    let mut scene = scene().await;
    scene.ada.adopt(&scene.server, &mut scene.org, DOMAIN).await;
    scene.bob.sign_in().await;
    let request = scene.bob.accepting(&scene.server, &scene.org);
    scene
        .ada
        .put_manifest(&scene.server, &mut scene.org, |_| {})
        .await;
    assert_eq!(
        scene
            .bob
            .browser
            .call(api::AcceptAdoption, &request)
            .await
            .code(),
        ErrorCode::StaleStatement
    );
    scene
        .bob
        .browser
        .call(
            api::AcceptAdoption,
            &scene.bob.accepting(&scene.server, &scene.org),
        )
        .await
        .ok();
}

#[tokio::test]
async fn acceptance_wants_a_recent_sign_in() {
    let mut scene = scene().await;
    scene.ada.adopt(&scene.server, &mut scene.org, DOMAIN).await;
    scene.bob.sign_in().await;
    scene.server.clock.advance_ms(16 * 60 * 1000);
    let request = scene.bob.accepting(&scene.server, &scene.org);
    assert_eq!(
        scene
            .bob
            .browser
            .call(api::AcceptAdoption, &request)
            .await
            .code(),
        ErrorCode::PasswordNeeded
    );
}

#[tokio::test]
async fn members_keys_come_with_their_certificate() {
    let mut scene = scene().await;
    scene.ada.adopt(&scene.server, &mut scene.org, DOMAIN).await;
    scene.bob.sign_in().await;
    let by_address = api::KeysByAddressRequest {
        address: scene.ada.address.clone(),
    };
    let keys = scene
        .bob
        .browser
        .call(api::KeysByAddress, &by_address)
        .await
        .ok();
    assert_eq!(keys.account, scene.ada.account);
    assert_eq!(keys.manifest_version, Some(2));
    assert!(keys.certificate.is_some());
    let state: Signed<zegel_protocol::AccountState> = Signed::from_bytes(&keys.state.0).unwrap();
    assert_eq!(
        state.statement.identity,
        crate::support::key_of(&scene.ada.identity)
    );
    let id = scene.eva.account.to_string();
    let keys = scene
        .bob
        .browser
        .call_at(api::KeysByAccount, &[&id], &Empty {})
        .await
        .ok();
    assert!(keys.certificate.is_none() && keys.manifest_version.is_none());
    let nobody = api::KeysByAddressRequest {
        address: "nobody@vandijk.example".parse().unwrap(),
    };
    assert_eq!(
        scene
            .bob
            .browser
            .call(api::KeysByAddress, &nobody)
            .await
            .code(),
        ErrorCode::UnknownRecipient
    );
}
