//! Founding, manifests, certificates.

use zegel_api::{self as api, AuditCategory, Bytes, Empty, ErrorCode, MembersRequest, Role};
use zegel_protocol::{
    AccountId, AccountState, Canonical as _, CertificateMethod, Domain, Grant, JoinMethod,
    KeyCertificate, Manifest, Signed, limits::DAY_MS,
};
use zegel_server::Rate;

use crate::support::{Org, Person, Server, bytes, kem_key, now, random, sign};

const PAGE: MembersRequest = MembersRequest {
    after: None,
    limit: 100,
};

pub(crate) async fn categories(admin: &Person) -> Vec<AuditCategory> {
    let request = api::AuditEventsRequest {
        limit: 100,
        ..Default::default()
    };
    let page = admin.browser.call(api::AuditEvents, &request).await.ok();
    page.events
        .into_iter()
        .map(|event| event.category)
        .collect()
}

#[tokio::test]
async fn a_founder_becomes_the_administrator() {
    let server = Server::start().await;
    let mut ada = Person::sign_up(&server, "ada@vandijk.example").await;
    let org = ada.found(&server).await;
    let session = ada.browser.call(api::CurrentSession, &Empty {}).await.ok();
    assert_eq!(session.role, Role::Administrator);
    assert_eq!(session.organisation, Some(org.chain.org_id()));
    assert!(session.recovery_seed.is_some());
    let members = ada
        .browser
        .call(
            api::Members,
            &api::ListMembersRequest {
                limit: 100,
                ..Default::default()
            },
        )
        .await
        .ok();
    assert_eq!(
        (members.total, members.members.len(), members.next),
        (1, 1, None)
    );
    assert!(members.members[0].escrow_checked && members.members[0].certificate.is_some());
    let waiting = ada.browser.call(api::MembersToCertify, &PAGE).await.ok();
    assert!(waiting.members.is_empty());
    let manifests = ada
        .browser
        .call_at(
            api::Manifests,
            &[&org.chain.org_id().to_string()],
            &api::ManifestsRequest { from: 0 },
        )
        .await
        .ok();
    assert_eq!(manifests.manifests.len(), 1);
    assert_eq!(categories(&ada).await, [AuditCategory::OrganisationCreated]);
    let again = ada.founding(&server).1;
    assert_eq!(
        ada.browser
            .call(api::CreateOrganisation, &again)
            .await
            .code(),
        ErrorCode::AlreadyMember
    );
}

#[tokio::test]
async fn founding_takes_only_what_fits_together() {
    let server = Server::start().await;
    let ada = Person::sign_up(&server, "ada@vandijk.example").await;
    let bob = Person::sign_up(&server, "bob@vandijk.example").await;
    let (org, request) = ada.founding(&server);
    let (_, others) = bob.founding(&server);
    let at = now(&server);
    let refused = async |change: &dyn Fn(&mut api::CreateOrganisationRequest)| {
        let mut changed = request.clone();
        change(&mut changed);
        ada.browser
            .call(api::CreateOrganisation, &changed)
            .await
            .code()
    };
    let state = |method: JoinMethod| bytes(&ada.joining(&org, method));
    let escrow = |change: &dyn Fn(&mut zegel_protocol::GrantHeader)| {
        let mut header = ada.escrow_header(&org, at);
        change(&mut header);
        bytes(&ada.grant(header))
    };
    let certificate = |change: &dyn Fn(&mut KeyCertificate)| {
        let mut certificate = ada.certificate(&org, &ada, CertificateMethod::Compared, at);
        change(&mut certificate);
        bytes(&sign(&ada.identity, certificate))
    };
    assert_eq!(
        refused(&|it| it.genesis = others.genesis.clone()).await,
        ErrorCode::NotAuthentic
    );
    assert_eq!(
        refused(&|it| it.escrow = others.escrow.clone()).await,
        ErrorCode::StaleStatement
    );
    assert_eq!(
        refused(&|it| it.state = others.state.clone()).await,
        ErrorCode::StaleStatement
    );
    assert_eq!(
        refused(&|it| it.state = state(JoinMethod::Dns)).await,
        ErrorCode::NotAuthentic
    );
    assert_eq!(
        refused(&|it| it.certificate = others.certificate.clone()).await,
        ErrorCode::NotAuthentic
    );
    assert_eq!(
        refused(&|it| it.escrow = escrow(&|h| h.recipient_key.0[0] ^= 1)).await,
        ErrorCode::NotAuthentic
    );
    assert_eq!(
        refused(&|it| it.escrow = escrow(&|h| h.subject = bob.account)).await,
        ErrorCode::NotAuthentic
    );
    assert_eq!(
        refused(&|it| it.escrow = escrow(&|h| h.epoch = 2)).await,
        ErrorCode::NotAuthentic
    );
    assert_eq!(
        refused(&|it| it.escrow = escrow(&|h| h.generation = 2)).await,
        ErrorCode::NotAuthentic
    );
    assert_eq!(
        refused(&|it| it.escrow = escrow(&|h| h.time = at.plus_ms(DAY_MS))).await,
        ErrorCode::NotAuthentic
    );
    assert_eq!(
        refused(&|it| it.escrow = escrow(&|h| h.grant_type = zegel_protocol::GrantType::Recovery))
            .await,
        ErrorCode::NotAuthentic
    );
    assert_eq!(
        refused(&|it| it.escrow = forged(&it.escrow)).await,
        ErrorCode::NotAuthentic
    );
    assert_eq!(
        refused(&|it| it.certificate = certificate(&|c| c.addresses.push(bob.address.clone())))
            .await,
        ErrorCode::NotAuthentic
    );
    assert_eq!(
        refused(&|it| it.certificate = certificate(&|c| c.method = CertificateMethod::Server))
            .await,
        ErrorCode::NotAuthentic
    );
    assert_eq!(
        refused(&|it| it.certificate = certificate(&|c| c.expires_at = at.plus_ms(91 * DAY_MS)))
            .await,
        ErrorCode::NotAuthentic
    );
    assert_eq!(
        refused(&|it| it.recovery_seed = Bytes(Vec::new())).await,
        ErrorCode::BadRequest
    );
    // Nothing of it left a trace.
    ada.browser
        .call(api::CreateOrganisation, &request)
        .await
        .ok();
}

/// The grant with one bit of its ciphertext flipped.
fn forged(grant: &Bytes) -> Bytes {
    let mut grant = Grant::from_bytes(&grant.0).unwrap();
    grant.ciphertext[0] ^= 1;
    bytes(&grant)
}

#[tokio::test]
async fn a_manifest_follows_the_newest_or_not_at_all() {
    let server = Server::start().await;
    let mut ada = Person::sign_up(&server, "ada@vandijk.example").await;
    let mut org = ada.found(&server).await;
    let bob = Person::sign_up(&server, "bob@vandijk.example").await;
    let put = async |manifest: Signed<Manifest>| {
        let request = api::PutManifestRequest {
            manifest: bytes(&manifest),
        };
        ada.browser.call(api::PutManifest, &request).await
    };
    let domain = Domain::parse("vandijk.example").unwrap();
    let code = put(ada.manifest(&server, &org, |it| it.claim(domain.clone(), 1)))
        .await
        .code();
    assert_eq!(code, ErrorCode::DomainNotProved);
    let code = put(bob.manifest(&server, &org, |_| {})).await.code();
    assert_eq!(code, ErrorCode::NotAuthentic);
    let code = put(ada.manifest(&server, &org, |it| it.version = 2))
        .await
        .code();
    assert_eq!(code, ErrorCode::StaleStatement);
    let code = put(ada.manifest(&server, &org, |it| it.previous.0[0] ^= 1))
        .await
        .code();
    assert_eq!(code, ErrorCode::StaleStatement);
    let code = put(ada.manifest(&server, &org, |it| {
        it.issued_at = now(&server).plus_ms(DAY_MS);
    }))
    .await
    .code();
    assert_eq!(code, ErrorCode::NotAuthentic);
    let code = put(ada.manifest(&server, &org, |it| {
        it.recovery_key = kem_key();
        it.recovery_generation = 2;
    }))
    .await
    .code();
    assert_eq!(code, ErrorCode::BadRequest);

    ada.put_manifest(&server, &mut org, |_| {}).await;
    assert_eq!(
        categories(&ada).await[0],
        AuditCategory::OrganisationRecordRenewed
    );

    server.clock.advance_ms(16 * 60 * 1000);
    let code = put(ada.manifest(&server, &org, |_| {})).await.code();
    assert_eq!(code, ErrorCode::PasswordNeeded);
}

#[tokio::test]
async fn manifests_of_one_organisation_are_limited() {
    let server = Server::with(|config| config.rates.manifests = Rate::per_day(1)).await;
    let mut ada = Person::sign_up(&server, "ada@vandijk.example").await;
    let mut org = ada.found(&server).await;
    ada.put_manifest(&server, &mut org, |_| {}).await;
    let request = api::PutManifestRequest {
        manifest: bytes(&ada.manifest(&server, &org, |_| {})),
    };
    let put = async || ada.browser.call(api::PutManifest, &request).await;
    assert_eq!(put().await.code(), ErrorCode::TooManyRequests);
}

#[tokio::test]
async fn a_long_record_comes_in_pages_and_with_no_key() {
    let server = Server::start().await;
    let mut ada = Person::sign_up(&server, "ada@vandijk.example").await;
    let mut org = ada.found(&server).await;
    let by_address = api::KeysByAddressRequest {
        address: ada.address.clone(),
    };
    let id = ada.account.to_string();
    let keys = async || {
        let by_address = ada.browser.call(api::KeysByAddress, &by_address).await.ok();
        let by_account = ada
            .browser
            .call_at(api::KeysByAccount, &[&id], &api::Empty {})
            .await
            .ok();
        assert_eq!(by_address.manifest_version, by_account.manifest_version);
        let length = |keys: &api::AccountKeys| serde_json::to_vec(keys).unwrap().len();
        assert_eq!(length(&by_address), length(&by_account));
        (by_address.manifest_version, length(&by_address))
    };
    let (version, length) = keys().await;
    assert_eq!(version, Some(0));
    for _ in 0..120 {
        ada.put_manifest(&server, &mut org, |_| {}).await;
    }
    let digits = "120".len() - "0".len();
    assert_eq!(keys().await, (Some(120), length + digits));

    let page = async |from| {
        let request = api::ManifestsRequest { from };
        let organisation = org.chain.org_id().to_string();
        let page = ada
            .browser
            .call_at(api::Manifests, &[&organisation], &request)
            .await
            .ok();
        (page.manifests, page.more)
    };
    let expected = |range: std::ops::RangeFrom<usize>| -> Vec<api::Bytes> {
        let rest = org.chain.manifests()[range].iter().take(100);
        rest.map(bytes).collect()
    };
    assert_eq!(page(0).await, (expected(0..), true));
    assert_eq!(page(100).await, (expected(100..), false));
    assert_eq!(page(21).await, (expected(21..), false), "exactly a page");
    assert_eq!(page(121).await, (Vec::new(), false));
}

#[tokio::test]
async fn a_proof_holds_for_ten_minutes() {
    let server = Server::start().await;
    let mut ada = Person::sign_up(&server, "ada@vandijk.example").await;
    let org = ada.found(&server).await;
    ada.prove(&server, "vandijk.example").await;
    server.clock.advance_ms(10 * 60 * 1000 + 1000);
    let domain = Domain::parse("vandijk.example").unwrap();
    let manifest = ada.manifest(&server, &org, |it| it.claim(domain, 1));
    let request = api::PutManifestRequest {
        manifest: bytes(&manifest),
    };
    assert_eq!(
        ada.browser.call(api::PutManifest, &request).await.code(),
        ErrorCode::DomainNotProved
    );
    let rows = ada.browser.call(api::Domains, &Empty {}).await.ok().domains;
    assert!(!rows[0].proved && rows[0].state == api::DomainState::Pending);
}

async fn adopted(server: &Server) -> (Person, Org, Person) {
    let mut ada = Person::sign_up(server, "ada@vandijk.example").await;
    let mut org = ada.found(server).await;
    ada.claim(server, &mut org, "vandijk.example").await;
    let mut bob = Person::sign_up(server, "bob@vandijk.example").await;
    ada.adopt(server, &mut org, "vandijk.example").await;
    bob.sign_in().await;
    let request = bob.accepting(server, &org);
    bob.browser.call(api::AcceptAdoption, &request).await.ok();
    bob.state = Signed::from_bytes(&request.state.0).unwrap();
    (ada, org, bob)
}

#[tokio::test]
async fn an_administrator_certifies_what_the_escrow_proved() {
    let server = Server::start().await;
    let (ada, org, bob) = adopted(&server).await;
    let at = now(&server);
    let waiting = ada.browser.call(api::MembersToCertify, &PAGE).await.ok();
    assert_eq!(waiting.members.len(), 1);
    assert_eq!(waiting.members[0].account, bob.account);
    assert!(!waiting.members[0].escrow_checked && waiting.members[0].certificate.is_none());

    let put = async |signer: &Person, certificate: KeyCertificate| {
        let request = api::PutCertificatesRequest {
            certificates: vec![bytes(&sign(&signer.identity, certificate))],
            failed: Vec::new(),
            organisation: org.chain.org_id(),
        };
        ada.browser.call(api::PutCertificates, &request).await
    };
    let right = ada.certificate(&org, &bob, CertificateMethod::Link, at);
    assert_eq!(
        put(&bob, right.clone()).await.code(),
        ErrorCode::NotAuthentic
    );
    let code = put(
        &bob,
        KeyCertificate {
            issuer: crate::support::key_of(&bob.identity),
            ..right.clone()
        },
    )
    .await
    .code();
    assert_eq!(code, ErrorCode::NotAuthentic);
    let code = put(
        &ada,
        KeyCertificate {
            epoch: 2,
            ..right.clone()
        },
    )
    .await
    .code();
    assert_eq!(code, ErrorCode::StaleStatement);
    let code = put(
        &ada,
        KeyCertificate {
            min_sequence: 9,
            ..right.clone()
        },
    )
    .await
    .code();
    assert_eq!(code, ErrorCode::StaleStatement);
    let code = put(
        &ada,
        KeyCertificate {
            account: AccountId(random()),
            ..right.clone()
        },
    )
    .await
    .code();
    assert_eq!(code, ErrorCode::Forbidden);
    let code = put(
        &ada,
        KeyCertificate {
            addresses: vec![ada.address.clone()],
            ..right.clone()
        },
    )
    .await
    .code();
    assert_eq!(code, ErrorCode::NotAuthentic);
    put(&ada, right).await.ok();

    let members = ada
        .browser
        .call(
            api::Members,
            &api::ListMembersRequest {
                limit: 100,
                ..Default::default()
            },
        )
        .await
        .ok();
    let row = members
        .members
        .iter()
        .find(|member| member.account == bob.account)
        .unwrap();
    assert!(row.escrow_checked && row.certificate.is_some());
    assert!(
        ada.browser
            .call(api::MembersToCertify, &PAGE)
            .await
            .ok()
            .members
            .is_empty()
    );
    assert_eq!(
        categories(&ada).await[0],
        AuditCategory::AccountKeyCertified
    );

    // It comes up again 30 days before its end.
    server.clock.advance_ms(61 * DAY_MS);
    let mut ada = ada;
    ada.sign_in().await;
    assert_eq!(
        ada.browser
            .call(api::MembersToCertify, &PAGE)
            .await
            .ok()
            .members
            .len(),
        2
    );
}

#[tokio::test]
async fn a_failed_escrow_is_audited_once() {
    let server = Server::start().await;
    let (ada, org, bob) = adopted(&server).await;
    let request = api::PutCertificatesRequest {
        certificates: Vec::new(),
        failed: vec![bob.account],
        organisation: org.chain.org_id(),
    };
    ada.browser.call(api::PutCertificates, &request).await.ok();
    ada.browser.call(api::PutCertificates, &request).await.ok();
    let failed = categories(&ada)
        .await
        .into_iter()
        .filter(|it| *it == AuditCategory::EscrowCheckFailed);
    assert_eq!(failed.count(), 1);
    assert_eq!(
        ada.browser
            .call(api::MembersToCertify, &PAGE)
            .await
            .ok()
            .members
            .len(),
        1
    );
}

#[tokio::test]
async fn a_certificate_by_link_needs_the_proof_of_a_link() {
    let server = Server::start().await;
    let mut ada = Person::sign_up(&server, "ada@vandijk.example").await;
    let mut org = ada.found(&server).await;
    ada.claim(&server, &mut org, "vandijk.example").await;
    ada.adopt(&server, &mut org, "vandijk.example").await;
    let mut bob = Person::sign_up(&server, "bob@vandijk.example").await;
    bob.sign_in().await;
    let mut request = bob.accepting(&server, &org);
    request.state = bytes(&bob.joining(&org, JoinMethod::Number));
    bob.browser.call(api::AcceptAdoption, &request).await.ok();
    bob.state = Signed::<AccountState>::from_bytes(&request.state.0).unwrap();
    let put = async |method| {
        let certificate = ada.certificate(&org, &bob, method, now(&server));
        let request = api::PutCertificatesRequest {
            certificates: vec![bytes(&sign(&ada.identity, certificate))],
            failed: Vec::new(),
            organisation: org.chain.org_id(),
        };
        ada.browser.call(api::PutCertificates, &request).await
    };
    assert_eq!(
        put(CertificateMethod::Link).await.code(),
        ErrorCode::NotAuthentic
    );
    put(CertificateMethod::Server).await.ok();
}
