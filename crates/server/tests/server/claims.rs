//! Claims of domains: public and taken ones, codes, TXT records from a name server.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::net::UdpSocket;
use zegel_api::{self as api, AuditCategory, ClaimMethod, DomainState, Empty, ErrorCode};
use zegel_protocol::{ClaimNonce, Domain, DomainRecord, OrgId};
use zegel_server::Rate;

use crate::{
    organisations::categories,
    support::{Person, Server, code_in},
};

const DOMAIN: &str = "vandijk.example";

fn start(domain: &str, proof: ClaimMethod) -> api::StartClaimRequest {
    api::StartClaimRequest {
        domain: Domain::parse(domain).unwrap(),
        proof,
    }
}

fn by_mail() -> ClaimMethod {
    ClaimMethod::Mail {
        mailbox: "postmaster".to_owned(),
    }
}

fn code(code: &str) -> api::CheckClaimRequest {
    api::CheckClaimRequest {
        code: Some(code.to_owned()),
    }
}

#[tokio::test]
async fn public_and_odd_claims_are_refused() {
    let server = Server::start().await;
    let mut ada = Person::sign_up(&server, "ada@vandijk.example").await;
    ada.found(&server).await;
    let refused = async |domain: &str, proof| {
        ada.browser
            .call(api::StartClaim, &start(domain, proof))
            .await
            .code()
    };
    assert_eq!(
        refused("gmail.com", ClaimMethod::Txt).await,
        ErrorCode::PublicDomain
    );
    assert_eq!(
        refused("outlook.com", by_mail()).await,
        ErrorCode::PublicDomain
    );
    let mailbox = ClaimMethod::Mail {
        mailbox: "ada".to_owned(),
    };
    assert_eq!(refused(DOMAIN, mailbox).await, ErrorCode::BadRequest);
    let check = ada
        .browser
        .call_at(api::CheckClaim, &[DOMAIN], &code("123456"))
        .await;
    assert_eq!(check.code(), ErrorCode::NotFound);
}

#[tokio::test]
async fn claims_of_one_account_are_limited() {
    let server = Server::with(|config| config.rates.claims = Rate::per_hour(1)).await;
    let mut ada = Person::sign_up(&server, "ada@vandijk.example").await;
    ada.found(&server).await;
    let begin = async |domain: &str| {
        let request = start(domain, ClaimMethod::Txt);
        ada.browser.call(api::StartClaim, &request).await
    };
    begin("vandijk.example").await.ok();
    assert_eq!(
        begin("other.example").await.code(),
        ErrorCode::TooManyRequests
    );
}

#[tokio::test]
async fn a_code_proves_after_wrong_ones_and_not_after_its_time() {
    let server = Server::start().await;
    let mut ada = Person::sign_up(&server, "ada@vandijk.example").await;
    ada.found(&server).await;
    ada.browser
        .call(api::StartClaim, &start(DOMAIN, by_mail()))
        .await
        .ok();
    let mail = server.mail_to("postmaster@vandijk.example").await;
    assert!(mail.contains("Van Dijk"));
    let right = code_in(&mail, 6);
    let wrong = if right == "000000" {
        "000001"
    } else {
        "000000"
    };
    let check = async |digits: &str| {
        ada.browser
            .call_at(api::CheckClaim, &[DOMAIN], &code(digits))
            .await
    };
    assert_eq!(check(wrong).await.code(), ErrorCode::WrongCode);
    let row = check(&right).await.ok();
    assert!(row.proved && row.checked_at_ms.is_some() && row.state == DomainState::Pending);
    server.clock.advance_ms(31 * 60 * 1000);
    assert_eq!(check(&right).await.code(), ErrorCode::ExpiredCode);

    server.clear_outbox();
    ada.browser
        .call(api::StartClaim, &start(DOMAIN, by_mail()))
        .await
        .ok();
    let right = code_in(&server.mail_to("postmaster@vandijk.example").await, 6);
    let wrong = if right == "000000" {
        "000001"
    } else {
        "000000"
    };
    for _ in 0..4 {
        assert_eq!(check(wrong).await.code(), ErrorCode::WrongCode);
    }
    assert_eq!(check(wrong).await.code(), ErrorCode::ExpiredCode);
    assert_eq!(check(&right).await.code(), ErrorCode::ExpiredCode);
}

#[tokio::test]
async fn a_held_domain_is_taken() {
    let server = Server::start().await;
    let mut ada = Person::sign_up(&server, "ada@vandijk.example").await;
    let mut org = ada.found(&server).await;
    let mut eve = Person::sign_up(&server, "eve@other.example").await;
    eve.found(&server).await;
    eve.browser
        .call(api::StartClaim, &start(DOMAIN, ClaimMethod::Txt))
        .await
        .ok();
    ada.claim(&server, &mut org, DOMAIN).await;
    let again = ada
        .browser
        .call(api::StartClaim, &start(DOMAIN, by_mail()))
        .await;
    assert_eq!(again.code(), ErrorCode::DomainAlreadyClaimed);
    let taken = eve
        .browser
        .call(api::StartClaim, &start(DOMAIN, by_mail()))
        .await;
    assert_eq!(taken.code(), ErrorCode::DomainTaken);
    let taken = eve
        .browser
        .call_at(
            api::CheckClaim,
            &[DOMAIN],
            &api::CheckClaimRequest { code: None },
        )
        .await;
    assert_eq!(taken.code(), ErrorCode::DomainTaken);
    let accounts = api::MembersRequest {
        after: None,
        limit: 10,
    };
    let curious = eve
        .browser
        .call_at(api::NotYetAdopted, &[DOMAIN], &accounts)
        .await;
    assert_eq!(curious.code(), ErrorCode::NotFound);
}

#[tokio::test]
async fn a_pending_claim_counts_nobody_and_can_be_withdrawn() {
    let server = Server::start().await;
    let mut ada = Person::sign_up(&server, "ada@vandijk.example").await;
    Person::sign_up(&server, "bob@vandijk.example").await;
    ada.found(&server).await;
    let first = ada
        .browser
        .call(api::StartClaim, &start(DOMAIN, ClaimMethod::Txt))
        .await
        .ok();
    assert_eq!(
        (first.not_yet_adopted, first.epoch, first.nonce.0.len()),
        (0, 1, 16)
    );
    let again = ada
        .browser
        .call(api::StartClaim, &start(DOMAIN, ClaimMethod::Txt))
        .await
        .ok();
    assert_eq!(
        again.nonce, first.nonce,
        "a record that is set already stays right"
    );
    ada.browser
        .call_at(api::WithdrawClaim, &[DOMAIN], &Empty {})
        .await
        .ok();
    assert!(
        ada.browser
            .call(api::Domains, &Empty {})
            .await
            .ok()
            .domains
            .is_empty()
    );
    let gone = ada
        .browser
        .call_at(api::WithdrawClaim, &[DOMAIN], &Empty {})
        .await;
    assert_eq!(gone.code(), ErrorCode::NotFound);
    assert_eq!(
        categories(&ada).await[0],
        AuditCategory::DomainClaimWithdrawn
    );
}

#[tokio::test]
async fn a_txt_record_is_looked_up() {
    let zone: Zone = Arc::default();
    let dns = name_server(zone.clone()).await;
    let server = Server::with(|config| config.dns_server = Some(dns)).await;
    let mut ada = Person::sign_up(&server, "ada@vandijk.example").await;
    let mut org = ada.found(&server).await;
    let row = ada
        .browser
        .call(api::StartClaim, &start(DOMAIN, ClaimMethod::Txt))
        .await
        .ok();
    let nonce = ClaimNonce::try_from(row.nonce.0.as_slice()).unwrap();
    let check = async || {
        ada.browser
            .call_at(
                api::CheckClaim,
                &[DOMAIN],
                &api::CheckClaimRequest { code: None },
            )
            .await
    };
    let record = |org_id, nonce| DomainRecord { org_id, nonce }.to_string();
    let org_id = org.chain.org_id();
    let set = |texts: &[String]| *zone.lock().unwrap() = Some(texts.to_vec());

    assert_eq!(check().await.code(), ErrorCode::DnsFailed);
    set(&[]);
    assert_eq!(check().await.code(), ErrorCode::TxtMissing);
    set(&["v=spf1 -all".to_owned()]);
    assert_eq!(check().await.code(), ErrorCode::TxtMissing);
    set(&[record(OrgId([7; 32]), nonce)]);
    assert_eq!(check().await.code(), ErrorCode::TxtOtherOrganisation);
    set(&[record(org_id, nonce), record(OrgId([7; 32]), nonce)]);
    assert_eq!(check().await.code(), ErrorCode::TxtOtherOrganisation);
    set(&[record(org_id, ClaimNonce([7; 16]))]);
    assert_eq!(check().await.code(), ErrorCode::TxtWrongNonce);
    set(&["v=spf1 -all".to_owned(), record(org_id, nonce)]);
    let row = check().await.ok();
    assert!(row.proved && row.proof == ClaimMethod::Txt);
    let domain = Domain::parse(DOMAIN).unwrap();
    ada.put_manifest(&server, &mut org, |it| it.claim(domain, 1))
        .await;
    let rows = ada.browser.call(api::Domains, &Empty {}).await.ok().domains;
    assert_eq!(
        (rows[0].state, rows[0].proved),
        (DomainState::Claimed, false)
    );
}

/// TXT records of every name; without a zone the server fails.
type Zone = Arc<Mutex<Option<Vec<String>>>>;

/// A name server (RFC 1035, section 4) that answers each question with the zone's texts.
async fn name_server(zone: Zone) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut buffer = [0; 1500];
        loop {
            let (length, peer) = socket.recv_from(&mut buffer).await.unwrap();
            let answer = answer(&buffer[..length], zone.lock().unwrap().as_deref());
            socket.send_to(&answer, peer).await.unwrap();
        }
    });
    address
}

fn answer(query: &[u8], texts: Option<&[String]>) -> Vec<u8> {
    // The question ends after its labels, type and class; what follows (EDNS) is left out.
    let labels = query[12..].iter().position(|byte| *byte == 0).unwrap();
    let question = &query[12..12 + labels + 5];
    let code: u8 = match texts {
        None => 2,
        Some([]) => 3,
        Some(_) => 0,
    };
    let texts = texts.unwrap_or_default();
    let mut answer = Vec::new();
    answer.extend_from_slice(&query[..2]);
    answer.extend_from_slice(&[
        0x85,
        0x80 | code,
        0,
        1,
        0,
        u8::try_from(texts.len()).unwrap(),
        0,
        0,
        0,
        0,
    ]);
    answer.extend_from_slice(question);
    for text in texts {
        // A pointer to the question's name, TXT, IN, 1 s.
        answer.extend_from_slice(&[0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 1]);
        let length = u8::try_from(text.len()).unwrap();
        answer.extend_from_slice(&[0, length + 1, length]);
        answer.extend_from_slice(text.as_bytes());
    }
    answer
}
