//! Sign-up, sign-in, sessions, password change.

use crate::support::{Browser, PASSWORD, Person, Server, code_in, random, sealed, sign_in};
use std::time::Instant;

use getrandom::SysRng;
use rand_core::UnwrapErr;
use zegel_api::{self as api, Empty, ErrorCode, Language, Role};
use zegel_auth::{ClientLogin, ClientRegistration, RegistrationResponse};
use zegel_protocol::{AccountId, Address, Canonical as _, Signed};

const ADA: &str = "ada@vandijk.example";

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

fn start(address: &Address) -> api::SignUpStartRequest {
    api::SignUpStartRequest {
        address: address.clone(),
        language: Language::En,
    }
}

/// Both requests of a sign-in, of which the first was sent.
async fn started(
    browser: &Browser,
    address: &Address,
) -> (api::SignInStartRequest, api::SignInFinishRequest) {
    let (login, first) = ClientLogin::start(PASSWORD, &mut UnwrapErr(SysRng)).unwrap();
    let start = api::SignInStartRequest {
        address: address.clone(),
        credential_request: first.as_bytes().to_vec().into(),
    };
    let answer = browser.call(api::SignInStart, &start).await.ok();
    let response = answer.credential_response.0.as_slice().try_into().unwrap();
    let last = login.finish(&response, &mut UnwrapErr(SysRng)).unwrap();
    let finish = api::SignInFinishRequest {
        login: answer.login,
        credential_finalization: last.finalization.as_bytes().to_vec().into(),
    };
    (start, finish)
}

/// The last request of a password change.
async fn new_password(person: &Person, password: &[u8]) -> api::PasswordFinishRequest {
    let (registration, first) =
        ClientRegistration::start(password, &mut UnwrapErr(SysRng)).unwrap();
    let start = api::PasswordStartRequest {
        registration_request: first.as_bytes().to_vec().into(),
    };
    let answer = person.browser.call(api::PasswordStart, &start).await.ok();
    let answer = RegistrationResponse::try_from(answer.registration_response.0.as_slice()).unwrap();
    let (record, _) = registration
        .finish(&answer, &mut UnwrapErr(SysRng))
        .unwrap();
    api::PasswordFinishRequest {
        registration_record: record.as_bytes().to_vec().into(),
        epoch: 1,
        account_key_by_password: sealed(),
    }
}

#[tokio::test]
async fn a_person_signs_up_out_and_in() {
    let server = Server::start().await;
    let mut ada = Person::sign_up(&server, ADA).await;
    assert_eq!(ada.session.role, Role::Free);
    assert_eq!(ada.session.address, ada.address);
    assert_eq!(ada.session.account, ada.account);

    ada.browser
        .call(api::SignOut, &api::SignOutRequest { everywhere: false })
        .await
        .ok();
    assert_eq!(
        ada.browser
            .call(api::CurrentSession, &Empty {})
            .await
            .code(),
        ErrorCode::SignedOut
    );

    ada.sign_in().await;
    let session = ada.browser.call(api::CurrentSession, &Empty {}).await.ok();
    assert_eq!(session.account, ada.account);
    assert_eq!(
        session.account_key_by_password,
        ada.session.account_key_by_password
    );
    server.running.shutdown().await;
}

#[tokio::test]
async fn the_cookie_is_hidden_from_scripts_and_other_sites() {
    let server = Server::start().await;
    let ada = Person::sign_up(&server, ADA).await;
    let answer = ada
        .browser
        .raw(reqwest::Method::POST, "/api/sign-out", |it| {
            it.header("x-zegel-client", "test")
                .json(&api::SignOutRequest { everywhere: false })
        })
        .await;
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(
        cookie.starts_with("zegel=; Path=/; HttpOnly; SameSite=Strict"),
        "{cookie}"
    );

    let https =
        Server::with(|config| config.public_url = Some("https://zegel.example".parse().unwrap()))
            .await;
    let answer = https
        .browser()
        .raw(reqwest::Method::POST, "/api/sign-out", |it| {
            it.header("x-zegel-client", "test")
                .json(&api::SignOutRequest { everywhere: false })
        })
        .await;
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    assert!(
        cookie.starts_with("__Host-zegel=; Path=/; HttpOnly; SameSite=Strict; Secure"),
        "{cookie}"
    );
    assert!(answer.headers().contains_key("strict-transport-security"));
}

#[tokio::test]
async fn a_code_can_be_tried_five_times() {
    let server = Server::start().await;
    let browser = server.browser();
    let address = address(ADA);
    browser.call(api::SignUpStart, &start(&address)).await.ok();
    let code = code_in(&server.mail_to(ADA).await, 8);
    let other = if code == "00000000" {
        "00000001"
    } else {
        "00000000"
    };
    let verify = |code: &str| api::SignUpVerifyRequest {
        address: address.clone(),
        code: code.to_owned(),
    };
    for _ in 0..4 {
        assert_eq!(
            browser.call(api::SignUpVerify, &verify(other)).await.code(),
            ErrorCode::WrongCode
        );
    }
    assert_eq!(
        browser.call(api::SignUpVerify, &verify(other)).await.code(),
        ErrorCode::ExpiredCode
    );
    assert_eq!(
        browser.call(api::SignUpVerify, &verify(&code)).await.code(),
        ErrorCode::ExpiredCode
    );
    assert_eq!(
        browser.call(api::SignUpVerify, &verify("12a")).await.code(),
        ErrorCode::BadRequest
    );
}

#[tokio::test]
async fn codes_and_tickets_end() {
    let server = Server::start().await;
    let browser = server.browser();
    let address = address(ADA);
    browser.call(api::SignUpStart, &start(&address)).await.ok();
    let code = code_in(&server.mail_to(ADA).await, 8);
    server.clock.advance_ms(30 * 60 * 1000);
    let verify = api::SignUpVerifyRequest {
        address: address.clone(),
        code,
    };
    assert_eq!(
        browser.call(api::SignUpVerify, &verify).await.code(),
        ErrorCode::ExpiredCode
    );

    server.clear_outbox();
    let ticket = Person::ticket(&server, &browser, &address).await;
    server.clock.advance_ms(60 * 60 * 1000);
    let register = api::SignUpRegisterRequest {
        ticket,
        account: AccountId(random()),
        registration_request: vec![0; 32].into(),
    };
    // Well-formed first: an element that is none is told apart from a ticket that ended.
    let (_, first) = ClientRegistration::start(b"x", &mut UnwrapErr(SysRng)).unwrap();
    let register = api::SignUpRegisterRequest {
        registration_request: first.as_bytes().to_vec().into(),
        ..register
    };
    assert_eq!(
        browser.call(api::SignUpRegister, &register).await.code(),
        ErrorCode::ExpiredTicket
    );
}

#[tokio::test]
async fn an_address_with_an_account_is_answered_like_any_other() {
    let server = Server::start().await;
    Person::sign_up(&server, ADA).await;
    server.clear_outbox();
    let browser = server.browser();
    browser
        .call(api::SignUpStart, &start(&address(ADA)))
        .await
        .ok();
    let mail = server.mail_to(ADA).await;
    assert!(mail.contains("already have a Zegel account"), "{mail}");
    let verify = api::SignUpVerifyRequest {
        address: address(ADA),
        code: "12345678".to_owned(),
    };
    assert_eq!(
        browser.call(api::SignUpVerify, &verify).await.code(),
        ErrorCode::WrongCode
    );
}

#[tokio::test]
async fn an_unknown_address_is_answered_like_a_wrong_password() {
    let server = Server::start().await;
    Person::sign_up(&server, ADA).await;
    let browser = server.browser();
    let (_, first) = ClientLogin::start(b"guess", &mut UnwrapErr(SysRng)).unwrap();
    let mut lengths = Vec::new();
    for address in [ADA, "nobody@vandijk.example"] {
        let request = api::SignInStartRequest {
            address: self::address(address),
            credential_request: first.as_bytes().to_vec().into(),
        };
        let answer = browser.call(api::SignInStart, &request).await.ok();
        lengths.push((answer.login.0.len(), answer.credential_response.0.len()));
        let failed = sign_in(&browser, &self::address(address), b"guess").await;
        assert_eq!(failed.code(), ErrorCode::WrongCredentials);
    }
    assert_eq!(lengths, [(16, 320), (16, 320)]);
}

#[tokio::test]
async fn an_unknown_address_is_answered_as_fast_as_a_known_one() {
    let server = Server::start().await;
    Person::sign_up(&server, ADA).await;
    let browser = server.browser();
    let (_, first) = ClientLogin::start(b"guess", &mut UnwrapErr(SysRng)).unwrap();
    let addresses = [address(ADA), address("eve@vandijk.example")];
    let mut sign_in = [Vec::new(), Vec::new()];
    let mut sign_up = [Vec::new(), Vec::new()];
    // In turns, so that whatever else the machine does falls on both.
    for _ in 0..41 {
        for (which, address) in addresses.iter().enumerate() {
            let request = api::SignInStartRequest {
                address: address.clone(),
                credential_request: first.as_bytes().to_vec().into(),
            };
            let begun = Instant::now();
            browser.call(api::SignInStart, &request).await.ok();
            sign_in[which].push(begun.elapsed());
            let begun = Instant::now();
            browser.call(api::SignUpStart, &start(address)).await.ok();
            sign_up[which].push(begun.elapsed());
        }
    }
    for [known, unknown] in [sign_in, sign_up].iter_mut() {
        known.sort_unstable();
        unknown.sort_unstable();
        let (known, unknown) = (known[20], unknown[20]);
        let apart = known.max(unknown).as_secs_f64() / known.min(unknown).as_secs_f64();
        assert!(apart < 1.5, "{known:?} and {unknown:?}");
    }
}

#[tokio::test]
async fn a_login_serves_once_and_for_two_minutes() {
    let server = Server::start().await;
    let ada = Person::sign_up(&server, ADA).await;
    let browser = server.browser();
    let (request, finish) = started(&browser, &ada.address).await;
    let late = browser.call(api::SignInStart, &request).await.ok().login;
    browser.call(api::SignInFinish, &finish).await.ok();
    assert_eq!(
        browser.call(api::SignInFinish, &finish).await.code(),
        ErrorCode::WrongCredentials
    );
    server.clock.advance_ms(2 * 60 * 1000);
    let finish = api::SignInFinishRequest {
        login: late,
        ..finish
    };
    assert_eq!(
        browser.call(api::SignInFinish, &finish).await.code(),
        ErrorCode::WrongCredentials
    );
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_session() {
    let server = Server::start().await;
    let ada = Person::sign_up(&server, ADA).await;
    let other = server.browser();
    sign_in(&other, &ada.address, PASSWORD).await.ok();
    ada.browser
        .call(api::SignOut, &api::SignOutRequest { everywhere: true })
        .await
        .ok();
    assert_eq!(
        other.call(api::CurrentSession, &Empty {}).await.code(),
        ErrorCode::SignedOut
    );
}

#[tokio::test]
async fn sessions_end_when_they_are_not_used() {
    let server = Server::start().await;
    let ada = Person::sign_up(&server, ADA).await;
    server.clock.advance_ms(6 * 24 * 3_600_000);
    ada.browser.call(api::CurrentSession, &Empty {}).await.ok();
    server.clock.advance_ms(6 * 24 * 3_600_000);
    ada.browser.call(api::CurrentSession, &Empty {}).await.ok();
    server.clock.advance_ms(8 * 24 * 3_600_000);
    assert_eq!(
        ada.browser
            .call(api::CurrentSession, &Empty {})
            .await
            .code(),
        ErrorCode::SignedOut
    );
}

#[tokio::test]
async fn an_account_is_created_only_from_right_statements() {
    let server = Server::start().await;
    let browser = server.browser();
    let ticket = Person::ticket(&server, &browser, &address(ADA)).await;
    let account = AccountId(random());
    let identity = ed25519_dalek::SigningKey::from_bytes(&random());
    let request = Person::finish_request(&browser, ticket, account, &identity, &identity).await;
    let try_with = async |change: &dyn Fn(&mut api::SignUpFinishRequest)| {
        let mut changed = request.clone();
        change(&mut changed);
        browser.call(api::SignUpFinish, &changed).await.code()
    };
    let resigned = |change: &dyn Fn(&mut zegel_protocol::AccountState)| {
        let mut signed: Signed<zegel_protocol::AccountState> =
            Signed::from_bytes(&request.state.0).unwrap();
        change(&mut signed.statement);
        crate::support::bytes(&crate::support::sign(&identity, signed.statement))
    };
    let forged = crate::support::bytes(&{
        let mut signed: Signed<zegel_protocol::AccountState> =
            Signed::from_bytes(&request.state.0).unwrap();
        signed.signature.0[3] ^= 1;
        signed
    });
    assert_eq!(
        try_with(&|it| it.state = forged.clone()).await,
        ErrorCode::NotAuthentic
    );
    assert_eq!(
        try_with(&|it| it.state = resigned(&|s| s.sequence = 2)).await,
        ErrorCode::NotAuthentic
    );
    assert_eq!(
        try_with(&|it| it.state = resigned(&|s| s.account = AccountId([9; 16]))).await,
        ErrorCode::NotAuthentic
    );
    assert_eq!(
        try_with(&|it| it.state.0.push(0)).await,
        ErrorCode::BadRequest
    );
    assert_eq!(
        try_with(&|it| it.send_certificate = it.state.clone()).await,
        ErrorCode::BadRequest
    );
    assert_eq!(
        try_with(&|it| it.account = AccountId([9; 16])).await,
        ErrorCode::NotAuthentic
    );
    assert_eq!(
        try_with(&|it| it.name = "\u{202e}da".to_owned()).await,
        ErrorCode::BadRequest
    );
    assert_eq!(
        try_with(&|it| it.registration_record.0[0] ^= 0xff).await,
        ErrorCode::BadRequest
    );
    assert_eq!(
        try_with(&|it| it.mailbox_key = vec![0; 2000].into()).await,
        ErrorCode::TooLarge
    );
    assert_eq!(
        try_with(&|it| it.ticket = vec![0; 32].into()).await,
        ErrorCode::ExpiredTicket
    );
    browser.call(api::SignUpFinish, &request).await.ok();
    assert_eq!(try_with(&|_| {}).await, ErrorCode::ExpiredTicket);
}

#[tokio::test]
async fn an_account_id_is_taken_once() {
    let server = Server::start().await;
    let ada = Person::sign_up(&server, ADA).await;
    let browser = server.browser();
    let ticket = Person::ticket(&server, &browser, &address("bob@vandijk.example")).await;
    let (_, first) = ClientRegistration::start(b"x", &mut UnwrapErr(SysRng)).unwrap();
    let register = api::SignUpRegisterRequest {
        ticket,
        account: ada.account,
        registration_request: first.as_bytes().to_vec().into(),
    };
    assert_eq!(
        browser.call(api::SignUpRegister, &register).await.code(),
        ErrorCode::DuplicateId
    );
}

#[tokio::test]
async fn a_changed_password_replaces_the_old_one_and_ends_other_sessions() {
    let server = Server::start().await;
    let ada = Person::sign_up(&server, ADA).await;
    let other = server.browser();
    sign_in(&other, &ada.address, PASSWORD).await.ok();

    let finish = new_password(&ada, b"another one").await;
    let stale = api::PasswordFinishRequest {
        epoch: 2,
        ..finish.clone()
    };
    assert_eq!(
        ada.browser.call(api::PasswordFinish, &stale).await.code(),
        ErrorCode::Conflict
    );
    ada.browser.call(api::PasswordFinish, &finish).await.ok();

    assert_eq!(
        other.call(api::CurrentSession, &Empty {}).await.code(),
        ErrorCode::SignedOut
    );
    let session = ada.browser.call(api::CurrentSession, &Empty {}).await.ok();
    assert_eq!(
        session.account_key_by_password,
        finish.account_key_by_password
    );
    assert_eq!(
        sign_in(&other, &ada.address, PASSWORD).await.code(),
        ErrorCode::WrongCredentials
    );
    sign_in(&other, &ada.address, b"another one").await.ok();
}

#[tokio::test]
async fn a_sign_in_begun_with_the_old_password_fails_after_the_change() {
    let server = Server::start().await;
    let ada = Person::sign_up(&server, ADA).await;
    let other = server.browser();
    let (_, last) = started(&other, &ada.address).await;
    let finish = new_password(&ada, b"another one").await;
    ada.browser.call(api::PasswordFinish, &finish).await.ok();
    assert_eq!(
        other.call(api::SignInFinish, &last).await.code(),
        ErrorCode::WrongCredentials
    );
    assert_eq!(
        other.call(api::CurrentSession, &Empty {}).await.code(),
        ErrorCode::SignedOut
    );
}

#[tokio::test]
async fn a_password_change_wants_a_recent_sign_in() {
    let server = Server::start().await;
    let ada = Person::sign_up(&server, ADA).await;
    server.clock.advance_ms(15 * 60 * 1000 + 60_000);
    let start = api::PasswordStartRequest {
        registration_request: vec![0; 32].into(),
    };
    assert_eq!(
        ada.browser.call(api::PasswordStart, &start).await.code(),
        ErrorCode::PasswordNeeded
    );
}
