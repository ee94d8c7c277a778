//! Somebody at work in another's mailbox.

use zegel_api::{self as api, AccountStatus, AuditCategory, Empty, ErrorCode, Folder};
use zegel_protocol::{DraftId, Name, SendCertificate};

use crate::{
    drafts,
    folders::{delete, move_to, revocation, revoke},
    messages::two,
    support::{Functional, Person, Server, organisation, random, sign},
};

/// Ada, Bob, and Eva at work as Ada, who made her a delegate.
async fn three(server: &Server, visible: bool) -> (Person, Person, Person) {
    let (mut ada, bob) = two(server).await;
    let eva = Person::sign_up(server, "eva@vandijk.example").await;
    let (_, acting) = ada.delegate(server, &eva, visible).await;
    (ada, bob, acting)
}

async fn send(who: &Person, request: &api::SendMessageRequest) -> crate::support::Answer<Empty> {
    who.browser
        .call_at(api::SendMessage, &[&who.mailbox()], request)
        .await
}

#[tokio::test]
async fn a_delegate_reads_marks_and_moves_and_deletes_nothing() {
    let server = Server::start().await;
    let (ada, bob, eva) = three(&server, false).await;
    let id = bob.send(&server, &[&ada]).await;
    assert_eq!(eva.list(Folder::Inbox).await.messages[0].message, id);
    eva.open(id).await.ok();
    let read = api::MarkMessagesRequest {
        messages: vec![id],
        read: Some(true),
        starred: Some(true),
    };
    eva.browser
        .call_at(api::MarkMessages, &[&eva.mailbox()], &read)
        .await
        .ok();
    let seen = ada.open(id).await.ok();
    assert!(seen.read && seen.starred);
    let readers: Vec<&str> = seen.readers.iter().map(|it| it.address.as_str()).collect();
    assert_eq!(readers, ["eva@vandijk.example"]);
    move_to(&eva, &[id], Folder::Trash).await.ok();
    assert_eq!(delete(&eva, &[id]).await.code(), ErrorCode::Forbidden);
    assert_eq!(ada.list(Folder::Trash).await.messages.len(), 1);
    delete(&ada, &[id]).await.ok();
}

#[tokio::test]
async fn a_delegate_sends_under_their_own_key_only() {
    let server = Server::start().await;
    let (ada, bob, eva) = three(&server, false).await;
    let question = bob.send(&server, &[&ada]).await;
    let header = || eva.header(&server, &[bob.recipient()]);
    let mut request = eva.message(header());
    request.answers = Some(question);
    let id = header().message;
    assert_ne!(id, question);
    send(&eva, &request).await.ok();
    // Sent by Ada, for everybody but those who look at her mailbox.
    assert_eq!(bob.list(Folder::Inbox).await.messages.len(), 1);
    assert_eq!(ada.list(Folder::Sent).await.messages.len(), 1);
    let answered = ada.list(Folder::Inbox).await.messages.remove(0);
    assert_eq!(answered.answered_by.as_deref(), Some("eva@vandijk.example"));

    // Ada's key in Eva's hands, Eva's in Ada's, and a name that the roster says is not shown.
    let with_adas_key = Person {
        browser: eva.browser.clone(),
        send_key: ada.send_key.clone(),
        send_certificate: ada.send_certificate.clone(),
        ..clone(&ada)
    };
    let with_evas_key = Person {
        browser: ada.browser.clone(),
        ..clone(&eva)
    };
    let shown = SendCertificate {
        shown_name: Some(Name::try_from("Eva").unwrap()),
        ..eva.send_certificate.statement.clone()
    };
    let with_a_name = Person {
        send_certificate: sign(&ada.identity, shown),
        ..clone(&eva)
    };
    for (who, refused) in [
        (with_adas_key, ErrorCode::NotAuthentic),
        (with_evas_key, ErrorCode::NotAuthentic),
        // The account signed it: it was right once, and is to be fetched anew.
        (with_a_name, ErrorCode::StaleRecipient),
    ] {
        let request = who.message(who.header(&server, &[bob.recipient()]));
        assert_eq!(send(&who, &request).await.code(), refused);
    }
    let own = ada.message(ada.header(&server, &[bob.recipient()]));
    send(&ada, &own).await.ok();
}

fn clone(person: &Person) -> Person {
    Person {
        browser: person.browser.clone(),
        account: person.account,
        address: person.address.clone(),
        identity: person.identity.clone(),
        send_key: person.send_key.clone(),
        state: person.state.clone(),
        send_certificate: person.send_certificate.clone(),
        session: person.session.clone(),
    }
}

#[tokio::test]
async fn a_delegate_whom_recipients_see_says_so() {
    let server = Server::start().await;
    let (ada, bob, eva) = three(&server, true).await;
    let request = eva.message(eva.header(&server, &[bob.recipient()]));
    send(&eva, &request).await.ok();
    let hidden = SendCertificate {
        shown_name: None,
        ..eva.send_certificate.statement.clone()
    };
    let hiding = Person {
        send_certificate: sign(&ada.identity, hidden),
        ..clone(&eva)
    };
    let request = hiding.message(hiding.header(&server, &[bob.recipient()]));
    assert_eq!(
        send(&hiding, &request).await.code(),
        ErrorCode::StaleRecipient
    );
}

#[tokio::test]
async fn a_delegate_takes_back_what_they_sent_themselves() {
    let server = Server::start().await;
    let (ada, bob, eva) = three(&server, false).await;
    let evas = eva.send(&server, &[&bob]).await;
    let adas = ada.send(&server, &[&bob]).await;
    let others = revocation(&eva, &server, adas).await;
    assert_eq!(revoke(&eva, others).await.code(), ErrorCode::Forbidden);
    bob.open(adas).await.ok();
    let own = revocation(&eva, &server, evas).await;
    revoke(&eva, own).await.ok();
    assert_eq!(bob.open(evas).await.code(), ErrorCode::Gone);
    // The owner answers for all of it.
    let again = eva.send(&server, &[&bob]).await;
    let owners = revocation(&ada, &server, again).await;
    revoke(&ada, owners).await.ok();
    assert_eq!(bob.open(again).await.code(), ErrorCode::Gone);
}

#[tokio::test]
async fn somebody_else_answering_is_seen_for_ten_minutes() {
    let server = Server::start().await;
    let (ada, bob, eva) = three(&server, false).await;
    let question = bob.send(&server, &[&ada]).await;
    let draft = api::PutDraftRequest {
        answers: Some(question),
        ..drafts::draft(0)
    };
    drafts::put(&eva, DraftId(random()), &draft).await.ok();
    let answering = async |who: &Person| who.list(Folder::Inbox).await.messages.remove(0).answering;
    assert_eq!(
        answering(&ada).await.as_deref(),
        Some("eva@vandijk.example")
    );
    assert_eq!(answering(&eva).await, None, "oneself");
    server.clock.advance_ms(9 * 60_000);
    assert!(answering(&ada).await.is_some());
    server.clock.advance_ms(2 * 60_000);
    assert_eq!(answering(&ada).await, None);
}

#[tokio::test]
async fn access_that_ended_opens_nothing_and_sends_nothing() {
    let server = Server::start().await;
    let (mut ada, bob) = two(&server).await;
    let person = Person::sign_up(&server, "eva@vandijk.example").await;
    let (mut held, eva) = ada.delegate(&server, &person, false).await;
    let id = bob.send(&server, &[&ada]).await;
    let request = eva.message(eva.header(&server, &[bob.recipient()]));
    let own = ada.message(ada.header(&server, &[bob.recipient()]));
    held.share(&server, &ada, &[], true).await;
    assert_eq!(eva.open(id).await.code(), ErrorCode::NotFound);
    assert_eq!(send(&eva, &request).await.code(), ErrorCode::NotFound);
    // What was signed for the mailbox key before is worth nothing, whoever brings it: it is signed again.
    for before in [&request, &own] {
        let answer = send(&ada, before).await;
        assert_eq!(answer.code(), ErrorCode::StaleRecipient);
    }
    // And what is sealed to it is sealed again by whoever sends it.
    let stale = bob.message(bob.header(&server, &[ada.recipient()]));
    assert_eq!(send(&bob, &stale).await.code(), ErrorCode::StaleRecipient);
    ada.state = held.state.clone();
    bob.send(&server, &[&ada]).await;
}

#[tokio::test]
async fn who_is_shown_from_now_on_signs_again() {
    let server = Server::start().await;
    let (org, admin, people) = organisation(&server, &["eva"]).await;
    let bob = Person::sign_up(&server, "bob@other.example").await;
    let mut held = Functional::create(&server, &org, &admin, "info@vandijk.example").await;
    held.share(&server, &admin, &[(&people[0], false)], false)
        .await;
    let before = held.acting(&people[0]);
    let hidden = before.message(before.header(&server, &[bob.recipient()]));
    held.share(&server, &admin, &[(&people[0], true)], false)
        .await;
    assert_eq!(
        send(&before, &hidden).await.code(),
        ErrorCode::StaleRecipient
    );
    let now = held.acting(&people[0]);
    let shown = now.message(now.header(&server, &[bob.recipient()]));
    send(&now, &shown).await.ok();
}

#[tokio::test]
async fn members_of_a_functional_account_do_everything_with_its_mail() {
    let server = Server::start().await;
    let (org, admin, people) = organisation(&server, &["eva", "tom"]).await;
    let [eva, tom] = people.as_slice() else {
        panic!("two members");
    };
    let bob = Person::sign_up(&server, "bob@other.example").await;
    let mut held = Functional::create(&server, &org, &admin, "info@vandijk.example").await;
    held.share(&server, &admin, &[(eva, false), (tom, true)], false)
        .await;
    let (as_eva, as_tom) = (held.acting(eva), held.acting(tom));
    let question = bob.send(&server, &[&as_eva]).await;
    let mut answer = as_tom.message(as_tom.header(&server, &[bob.recipient()]));
    answer.answers = Some(question);
    send(&as_tom, &answer).await.ok();
    // One's key is not the other's.
    let swapped = Person {
        browser: eva.browser.clone(),
        ..clone(&as_tom)
    };
    let request = swapped.message(swapped.header(&server, &[bob.recipient()]));
    assert_eq!(
        send(&swapped, &request).await.code(),
        ErrorCode::NotAuthentic
    );
    let row = as_eva.list(Folder::Inbox).await.messages.remove(0);
    assert_eq!(row.answered_by.as_deref(), Some("tom@vandijk.example"));
    let sent = as_eva.list(Folder::Sent).await.messages.remove(0).message;
    let taken_back = revocation(&as_eva, &server, sent).await;
    revoke(&as_eva, taken_back).await.ok();
    assert_eq!(bob.open(sent).await.code(), ErrorCode::Gone);
    move_to(&as_eva, &[question], Folder::Trash).await.ok();
    delete(&as_eva, &[question]).await.ok();
    assert_eq!(as_tom.open(question).await.code(), ErrorCode::NotFound);

    // The log of the organisation knows who sent it; nobody else is told.
    let events = api::AuditEventsRequest {
        limit: 9,
        category: Some(AuditCategory::SentAsAccount),
        ..Default::default()
    };
    let events = admin.browser.call(api::AuditEvents, &events).await.ok();
    let event = &events.events[0];
    assert_eq!(
        (event.actor.as_str(), event.target.as_str()),
        ("tom@vandijk.example", "info@vandijk.example")
    );
    assert_eq!(events.events.len(), 1);
}

#[tokio::test]
async fn a_suspended_account_still_gets_mail_and_a_deleted_one_does_not() {
    let server = Server::start().await;
    let (org, admin, people) = organisation(&server, &["eva"]).await;
    let bob = Person::sign_up(&server, "bob@other.example").await;
    let mut held = Functional::create(&server, &org, &admin, "info@vandijk.example").await;
    held.share(&server, &admin, &[(&people[0], false)], false)
        .await;
    let acting = held.acting(&people[0]);
    let set = async |status| {
        let request = api::SetAccountStatusRequest {
            status,
            organisation: org.chain.org_id(),
        };
        admin
            .browser
            .call_at(
                api::SetAccountStatus,
                &[&held.account.to_string()],
                &request,
            )
            .await
            .ok();
    };
    let to_bob = || acting.message(acting.header(&server, &[bob.recipient()]));
    let to_info = || bob.message(bob.header(&server, &[acting.recipient()]));
    set(AccountStatus::Suspended).await;
    assert_eq!(send(&acting, &to_bob()).await.code(), ErrorCode::NotActive);
    send(&bob, &to_info()).await.ok();
    set(AccountStatus::Active).await;
    assert_eq!(acting.list(Folder::Inbox).await.messages.len(), 1);
    send(&acting, &to_bob()).await.ok();
    set(AccountStatus::Deleted).await;
    assert_eq!(
        send(&bob, &to_info()).await.code(),
        ErrorCode::UnknownRecipient
    );
    // What it sent stays with who got it.
    let sent = bob.list(Folder::Inbox).await.messages.remove(0);
    bob.open(sent.message).await.ok();
}
