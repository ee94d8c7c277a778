//! T13: a revocation is hidden: from who writes to the account, and from who was shut out.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use getrandom::SysRng;
use rand_core::UnwrapErr;
use serde_json::{Value, json};
use zegel_api::{Folder, Method};
use zegel_client::unwatched;
use zegel_client::view::{MailboxState, Reason, Trust};
use zegel_crypto::blob::seal_list_entry;
use zegel_crypto::content::{Body, Snippet, Subject, Summary};
use zegel_crypto::message::seal_message;
use zegel_crypto::{Addressee, MessageInput, SafetyNumber, SealedMessage, SendSecret, make_id};
use zegel_protocol::{AccountId, AccountState, SendCertificate, Signed, Timestamp};

use crate::common::access::Office;
use crate::common::{Person, World, reason, secrets};
use crate::json::{bytes, decode, encode, of_bytes, requests, succeed};
use crate::mallory::Mallory;

/// Every message of the mailbox as the server hands it to a reader, by path.
async fn messages(reader: &Person, office: &Office) -> BTreeMap<String, Value> {
    let kept: Rc<RefCell<BTreeMap<String, Value>>> = Rc::default();
    let seen = kept.clone();
    let place = format!("/api/mailboxes/{}/messages/", office.info);
    reader.browser.wire.lie(move |answer| {
        if answer.path.starts_with(&place) && answer.body["signed"].is_string() {
            let path = answer.path.to_owned();
            seen.borrow_mut().insert(path, answer.body.clone());
        }
    });
    reader.opened(office.info, Folder::Inbox).await.unwrap();
    reader.browser.wire.be_honest();
    kept.take()
}

#[tokio::test]
async fn t13_a_sender_who_knows_the_new_key_never_seals_to_the_old_one() {
    let world = World::start().await;
    let office = world.office().await;
    let Office {
        sanne,
        noor,
        info,
        address,
        ..
    } = &office;
    let eva = world.outsider().await;
    let write = async |subject: &str| eva.send_as(eva.account(), address, subject, "…").await;
    write("Voor").await.unwrap();
    let path = format!("/api/keys/{info}");
    let (_, old) = eva.ask(Method::Get, &path, None).await;
    sanne
        .session
        .revoke_access(*info, noor.account())
        .await
        .unwrap();
    write("Na").await.unwrap();

    let (old, place) = (old["state"].clone(), path);
    eva.browser.wire.lie(move |answer| {
        if answer.status == 200 && (answer.path == "/api/keys" || answer.path == place) {
            answer.body["state"] = old.clone();
        }
    });
    eva.browser.wire.take_exchanges();
    assert_eq!(reason(write("Verborgen").await), Reason::Rollback);
    assert!(eva.browser.wire.be_honest() > 0);
    let sent = eva.browser.wire.take_exchanges();
    let own = format!("/api/mailboxes/{}/messages", eva.account());
    assert!(sent.iter().all(|it| it.path != own), "nothing was sealed");
    write("Weer eerlijk").await.unwrap();
}

#[tokio::test]
async fn t13_who_was_shut_out_reads_nothing_new_whatever_the_server_shows() {
    let world = World::start().await;
    let office = world.office().await;
    let Office {
        sanne,
        daan,
        noor,
        info,
        address,
        ..
    } = &office;
    let eva = world.outsider().await;
    let write = async |subject: &str| {
        eva.send_as(eva.account(), address, subject, "…")
            .await
            .unwrap();
    };
    write("Voor").await;
    let (_, access) = noor.ask(Method::Get, "/api/access", None).await;
    let before = messages(daan, &office).await;
    sanne
        .session
        .revoke_access(*info, noor.account())
        .await
        .unwrap();
    write("Na").await;
    daan.row(*info).await.unwrap();
    let after = messages(daan, &office).await;
    assert_eq!((before.len(), after.len()), (1, 2));
    let old = before.keys().next().unwrap();
    let new = after.keys().find(|path| *path != old).unwrap();

    // The server goes on as if nothing had happened: the same list of accounts, and the messages
    // that the others get.
    let all = after.clone();
    let place = format!("/api/mailboxes/{info}/");
    noor.browser.wire.lie(move |answer| {
        if answer.path == "/api/access" {
            answer.status = 200;
            answer.body = access.clone();
        }
        if let Some(message) = all.get(answer.path) {
            answer.status = 200;
            answer.body = message.clone();
        } else if answer.path.starts_with(&place) && answer.status == 404 {
            succeed(answer, json!({ "keys": [] }));
        }
    });
    let id = |path: &str| path.rsplit('/').next().unwrap().parse().unwrap();
    assert_eq!(noor.row(*info).await.unwrap().state, MailboxState::Ready);
    // What was hers to read she may have copied: it opens, where the server goes along.
    let session = &noor.session;
    let opened = session.open_message(*info, id(old), &unwatched).await;
    assert_eq!(opened.unwrap().subject, "Voor");
    // What came later is sealed to a key that she never got.
    let opened = session.open_message(*info, id(new), &unwatched).await;
    assert!(opened.is_err());
    assert!(noor.browser.wire.be_honest() > 0);
    assert_eq!(noor.row(*info).await, None);
    assert_eq!(
        daan.subjects(*info, Folder::Inbox).await.unwrap(),
        ["Na", "Voor"]
    );
}

#[tokio::test]
async fn t13_who_was_shut_out_sends_nothing_that_counts_as_the_accounts() {
    let world = World::start().await;
    let office = world.office().await;
    let Office {
        sanne, noor, info, ..
    } = &office;
    let eva = world.outsider().await;
    eva.session
        .compare_safety_number(*info, &number_of(&eva, *info).await)
        .await
        .unwrap();
    noor.send_as(*info, &eva.address, "Echt", "…")
        .await
        .unwrap();
    let own = eva.account();
    let honest = eva.opened(own, Folder::Inbox).await.unwrap();
    assert_eq!(honest[0].sender.trust, Trust::Verified);
    let path = format!("/api/mailboxes/{own}/messages/{}", honest[0].message);
    let (_, mut answer) = eva.ask(Method::Get, &path, None).await;

    let (certificate, send) = send_key_of(&world, noor, *info).await;
    let before = state_of(&eva, *info).await;
    sanne
        .session
        .revoke_access(*info, noor.account())
        .await
        .unwrap();
    let to = state_of(&eva, own).await;
    let forged = message_by(&before, certificate, &send, &to, world.now());
    let id = forged.signed.header.message;
    put_message(&mut answer, &forged);
    let place = format!("/api/mailboxes/{own}/messages/{id}");
    // Eva has seen the new state.
    eva.session.safety(*info).await.unwrap();
    eva.browser.wire.lie(move |asked| {
        if asked.path == place {
            succeed(asked, answer.clone());
        }
    });
    let opened = eva.session.open_message(own, id, &unwatched).await.unwrap();
    assert_eq!(opened.sender.trust, Trust::NotVerified);
    assert!(eva.browser.wire.be_honest() > 0);
    // Her own server refuses what she tries.
    let late = noor.send_as(*info, &eva.address, "Nog een", "…").await;
    assert!(late.is_err());
    let inbox = eva.opened(own, Folder::Inbox).await.unwrap();
    assert_eq!(inbox.len(), 1);
    assert_eq!(inbox[0].sender.trust, Trust::Verified);
}

#[tokio::test]
async fn t13_no_lie_about_the_sender_makes_what_a_shut_out_member_sends_count() {
    let world = World::start().await;
    let office = world.office().await;
    let Office {
        sanne, noor, info, ..
    } = &office;
    let mut eva = world.outsider().await;
    eva.session
        .compare_safety_number(*info, &number_of(&eva, *info).await)
        .await
        .unwrap();
    let other = eva.session.find_recipient(&sanne.address).await.unwrap();
    noor.send_as(*info, &eva.address, "Echt", "…")
        .await
        .unwrap();
    let own = eva.account();
    let honest = eva.opened(own, Folder::Inbox).await.unwrap();
    let path = format!("/api/mailboxes/{own}/messages/{}", honest[0].message);
    let (_, mut answer) = eva.ask(Method::Get, &path, None).await;

    let (certificate, send) = send_key_of(&world, noor, *info).await;
    let keys = format!("/api/keys/{info}");
    let (_, old) = eva.ask(Method::Get, &keys, None).await;
    let before = state_of(&eva, *info).await;
    sanne
        .session
        .revoke_access(*info, noor.account())
        .await
        .unwrap();
    eva.session.safety(*info).await.unwrap();
    let to = state_of(&eva, own).await;
    let forged = message_by(&before, certificate, &send, &to, world.now());
    let id = forged.signed.header.message;
    put_message(&mut answer, &forged);
    let place = format!("/api/mailboxes/{own}/messages/{id}");

    // Keys that nobody stated; and keys that were genuine once, with an address that is somebody
    // else's.
    let mut invented = old.clone();
    invented["state"] = encode(&Mallory::new().state_like(&before));
    let mut elsewhere = old;
    elsewhere["address"] = other.address.to_string().into();
    for (lie, expected) in [
        (Some(invented), Ok(Trust::Changed)),
        (Some(elsewhere), Err(Reason::Rollback)),
        // Whatever was said before, nothing of it stays.
        (None, Ok(Trust::NotVerified)),
    ] {
        eva.sign_in_again().await;
        let (keys, place, answer) = (keys.clone(), place.clone(), answer.clone());
        eva.browser.wire.lie(move |asked| {
            if asked.path == place {
                succeed(asked, answer.clone());
            }
            if let Some(lie) = lie.as_ref().filter(|_| asked.path == keys) {
                succeed(asked, lie.clone());
            }
        });
        eva.browser.wire.take_exchanges();
        let opened = eva.session.open_message(own, id, &unwatched).await;
        let shown = opened.map(|it| it.sender.trust);
        assert_eq!(shown.map_err(|failure| failure.reason), expected);
        assert!(eva.browser.wire.be_honest() > 0);
        let exchanges = eva.browser.wire.take_exchanges();
        let entries = format!("/api/mailboxes/{own}/messages/list-entries");
        assert!(requests(&exchanges, &entries).is_empty());
    }
}

#[tokio::test]
async fn t13_who_lost_two_mailboxes_vouches_for_nothing_of_the_one_in_the_other() {
    let world = World::start().await;
    let Office {
        sanne,
        mut daan,
        noor,
        info,
        ..
    } = world.office().await;
    // Noor sends as the reception and reads Daan's mail.
    let own = daan.account();
    daan.session
        .grant_access(own, noor.account(), &noor.address, false)
        .await
        .unwrap();
    assert_eq!(noor.row(own).await.unwrap().state, MailboxState::Ready);
    daan.session
        .compare_safety_number(info, &number_of(&daan, info).await)
        .await
        .unwrap();
    noor.send_as(info, &daan.address, "Echt", "…")
        .await
        .unwrap();
    let honest = daan.opened(own, Folder::Inbox).await.unwrap();
    assert_eq!(honest[0].sender.trust, Trust::Verified);
    let path = format!("/api/mailboxes/{own}/messages/{}", honest[0].message);
    let (_, mut answer) = daan.ask(Method::Get, &path, None).await;

    let (certificate, send) = send_key_of(&world, &noor, info).await;
    let (sender, reader) = (state_of(&daan, info).await, state_of(&daan, own).await);
    let generation = reader.mailbox_generation;
    let key = secrets::mailbox_key(&world.random, own, generation, &reader.mailbox_encryption);
    for (session, mailbox) in [(&sanne.session, info), (&daan.session, own)] {
        session
            .revoke_access(mailbox, noor.account())
            .await
            .unwrap();
    }
    let to = state_of(&daan, own).await;
    assert_eq!(to.mailbox_generation, generation + 1);
    let forged = message_by(&sender, certificate, &send, &to, world.now());
    let header = forged.signed.header.clone();
    put_message(&mut answer, &forged);
    let entry = forged
        .open()
        .list_entry(&summary(), Snippet::truncated("Receptie"));
    let sealed = seal_list_entry(
        &key,
        own,
        generation,
        header.message,
        &entry,
        &mut UnwrapErr(SysRng),
    );
    let row = json!({
        "message": header.message,
        "hash": forged.signed.hash(),
        "folder": "inbox",
        "conversation": header.conversation,
        "read": true,
        "starred": false,
        "gone": false,
        "answered_by": null,
        "answering": null,
        "received_at_ms": world.now().0,
        "size_bytes": 2000,
        "list_entry": of_bytes(sealed.unwrap()),
    });
    let place = daan.mail_path(&format!("messages/{}", header.message));
    let listed = daan.mail_path(&format!("conversations/{}", header.conversation));
    let lie = move |asked: &mut crate::common::platform::Answer<'_>| {
        if asked.path == place {
            succeed(asked, answer.clone());
        }
        if asked.path == listed {
            succeed(asked, json!({ "messages": [row.clone()] }));
        }
    };
    daan.session.safety(info).await.unwrap();
    daan.browser.wire.lie(lie.clone());
    daan.browser.wire.take_exchanges();
    let opened = daan.open(header.message).await.unwrap();
    assert_eq!(opened.sender.trust, Trust::NotVerified);
    assert!(daan.browser.wire.be_honest() > 1);
    let exchanges = daan.browser.wire.take_exchanges();
    assert!(requests(&exchanges, &daan.mail_path("messages/list-entries")).is_empty());
    // What this session verified itself it still knows.
    let opened = daan.open(honest[0].message).await.unwrap();
    assert_eq!(opened.sender.trust, Trust::Verified);

    // Named to the next who replaces the key, it is not of the key before that.
    let grant = daan
        .session
        .grant_access(own, sanne.account(), &sanne.address, false);
    grant.await.unwrap();
    let hash = forged.signed.hash();
    let place = format!("/api/accounts/{own}/listed-messages");
    daan.browser.wire.lie(move |asked| {
        if asked.path == place {
            let named: Vec<u8> = bytes(&asked.body["hashes"]);
            asked.body["hashes"] = of_bytes([named.as_slice(), &hash.0].concat());
        }
    });
    let revoke = daan.session.revoke_access(own, sanne.account());
    revoke.await.unwrap();
    assert_eq!(daan.browser.wire.be_honest(), 1);
    daan.sign_in_again().await;
    daan.session.safety(info).await.unwrap();
    daan.browser.wire.lie(lie);
    let opened = daan.open(header.message).await.unwrap();
    assert_eq!(opened.sender.trust, Trust::NotVerified);
    assert!(daan.browser.wire.be_honest() > 1);
    let opened = daan.open(honest[0].message).await.unwrap();
    assert_eq!(opened.sender.trust, Trust::Verified);
}

#[tokio::test]
async fn t13_what_was_verified_stays_so_when_both_sides_replace_their_keys() {
    let world = World::start().await;
    let Office {
        sanne,
        mut daan,
        noor,
        info,
        ..
    } = world.office().await;
    let own = daan.account();
    daan.session
        .grant_access(own, noor.account(), &noor.address, false)
        .await
        .unwrap();
    daan.session
        .compare_safety_number(info, &number_of(&daan, info).await)
        .await
        .unwrap();
    let to = daan.address.clone();
    let write = async |subject: &str| {
        let sent = noor.send_as(info, &to, subject, "…").await;
        sent.unwrap();
    };
    write("Geopend").await;
    write("Gesloten").await;
    let honest = daan.opened(own, Folder::Inbox).await.unwrap();
    assert!(honest.iter().all(|it| it.sender.trust == Trust::Verified));
    let find = |subject: &str| honest.iter().find(|it| it.subject == subject);
    let opened = find("Geopend").unwrap().message;
    let closed = find("Gesloten").unwrap().message;

    let revoke = daan.session.revoke_access(own, noor.account());
    revoke.await.unwrap();
    daan.sign_in_again().await;
    assert_eq!(daan.rows(Folder::Inbox).await.len(), 2);
    // Its entry is written anew under Daan's new key, while the reception's keys are the same.
    let shown = daan.open(opened).await.unwrap();
    assert_eq!(shown.sender.trust, Trust::Verified);
    write("Ongezien").await;
    let revoke = sanne.session.revoke_access(info, noor.account());
    revoke.await.unwrap();

    // The inventory tells what was there. Without one, or with another, the entry under the earlier
    // key shows nothing; nothing else is worse for it.
    let place = daan.mail_path("inventory");
    let (_, served) = daan.ask(Method::Get, &place, None).await;
    let mut altered = bytes(&served["sealed"]);
    *altered.last_mut().unwrap() ^= 1;
    for lie in [
        json!({ "sealed": null }),
        json!({ "sealed": of_bytes(altered) }),
    ] {
        daan.sign_in_again().await;
        let place = place.clone();
        daan.browser.wire.lie(move |asked| {
            if asked.path == place {
                succeed(asked, lie.clone());
            }
        });
        let shown = daan.open(opened).await.unwrap();
        assert_eq!(shown.sender.trust, Trust::Verified);
        let shown = daan.open(closed).await.unwrap();
        assert_eq!(shown.sender.trust, Trust::NotVerified);
        assert_eq!((shown.subject.as_str(), shown.altered), ("Gesloten", false));
        assert_eq!(daan.browser.wire.be_honest(), 1);
    }
    for _ in 0..2 {
        daan.sign_in_again().await;
        for shown in daan.opened(own, Folder::Inbox).await.unwrap() {
            // Of the one that nobody opened only the server can say that it came before.
            let expected = match shown.subject.as_str() {
                "Ongezien" => Trust::NotVerified,
                _ => Trust::Verified,
            };
            assert_eq!((shown.sender.trust, shown.altered), (expected, false));
        }
    }
}

/// A member's send key of an account that they may act as, and its certificate.
async fn send_key_of(
    world: &World,
    member: &Person,
    account: AccountId,
) -> (Signed<SendCertificate>, SendSecret) {
    let (_, access) = member.ask(Method::Get, "/api/access", None).await;
    let accounts = access["accounts"].as_array().unwrap().iter();
    let certificate = accounts
        .map(|it| decode::<Signed<SendCertificate>>(&it["send_certificate"]))
        .find(|it| it.statement.account == account)
        .unwrap();
    let send = secrets::send_secret(&world.random, &certificate.statement.send_key);
    (certificate, send)
}

/// Puts a message in the place of another one in an answer.
fn put_message(answer: &mut Value, forged: &SealedMessage) {
    answer["signed"] = encode(&forged.signed);
    answer["summary"] = of_bytes(forged.summary.clone());
    answer["body"] = of_bytes(forged.body.clone());
    answer["stanza"] = of_bytes(forged.stanzas[0].clone());
}

fn summary() -> Summary {
    Summary {
        subject: Subject::truncated("Namens de receptie"),
        snippet: Snippet::truncated("Met spoed."),
        attachments: 0,
    }
}

async fn state_of(asking: &Person, account: AccountId) -> AccountState {
    let path = format!("/api/keys/{account}");
    let (_, keys) = asking.ask(Method::Get, &path, None).await;
    decode::<Signed<AccountState>>(&keys["state"]).statement
}

/// What somebody at the account would read out.
async fn number_of(asking: &Person, account: AccountId) -> String {
    let state = state_of(asking, account).await;
    SafetyNumber::of_account(account, &state.identity).to_string()
}

/// A faultless message of an account to somebody, by a send key of it.
fn message_by(
    from: &AccountState,
    send_certificate: Signed<SendCertificate>,
    send: &SendSecret,
    to: &AccountState,
    now: Timestamp,
) -> SealedMessage {
    let mut rng = UnwrapErr(SysRng);
    let input = MessageInput {
        message: make_id(&mut rng),
        conversation: make_id(&mut rng),
        send_certificate,
        sent_at: now,
        recipients: &[Addressee {
            account: to.account,
            key: &to.mailbox_encryption,
            generation: to.mailbox_generation,
        }],
        sender: Addressee {
            account: from.account,
            key: &from.mailbox_encryption,
            generation: from.mailbox_generation,
        },
        counter: 1,
        previous: None,
        expires_at: None,
        checkpoint: None,
    };
    let body = Body {
        text: "Met spoed.".to_owned().try_into().unwrap(),
        attachments: Vec::new(),
        receipt_wanted: false,
    };
    seal_message(input, &summary(), &body, send, &mut rng).unwrap()
}
