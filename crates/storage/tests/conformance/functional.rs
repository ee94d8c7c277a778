use std::collections::HashMap;

use zegel_protocol::{AccountId, Address, Hash, OrgId};
use zegel_storage::{
    Converted, Kind, Login, MemberFilter, NewConversion, NewFunctional, NewMail, NewState, Refusal,
    Role, Status, Store,
};

use super::{
    NOW, RECORD, access, account, address, at, certificate, escrow, event,
    messages::{INBOX, list, message, send},
    organisations::{adopting, adoption, log},
    refusal,
    search::naming,
    session, sign_in, state, unique,
};

async fn manifest(store: &Store, org: OrgId) -> Hash {
    let found = store.find_organisation(org).await.unwrap().unwrap();
    found.manifest_hash
}

async fn new_functional(store: &Store, org: OrgId, text: &str) -> NewFunctional {
    let id = AccountId(unique());
    NewFunctional {
        id,
        address: address(text),
        name: "Info".to_owned(),
        language: "en".to_owned(),
        organisation: org,
        manifest: manifest(store, org).await,
        state: state(1),
        roster: access::roster(1),
        escrow: escrow(1),
        certificate: certificate(id),
        send_certificate: b"own certificate 1".to_vec(),
        mailbox_key: b"key 1".to_vec(),
        audit: event(org, "functional_account_created"),
    }
}

/// A functional account that nobody has access to.
pub(crate) async fn functional(store: &Store, org: OrgId, text: &str) -> AccountId {
    let new = new_functional(store, org, text).await;
    let id = new.id;
    store.create_functional(new, NOW).await.unwrap();
    id
}

async fn member(store: &Store, org: OrgId, text: &str) -> AccountId {
    let (account, _) = account(store, text).await;
    let new = adoption(store, org, account).await;
    store.accept_adoption(new).await.unwrap();
    account
}

pub(crate) async fn a_functional_account_is_created_whole(store: &Store) {
    let (org, _) = adopting(store).await;
    let right = new_functional(store, org, "info@vandijk.example").await;
    let stale = NewFunctional {
        manifest: Hash(unique()),
        ..right.clone()
    };
    assert_eq!(
        refusal(store.create_functional(stale, NOW).await),
        Refusal::StaleStatement
    );
    let taken = NewFunctional {
        address: address("ada@vandijk.example"),
        ..right.clone()
    };
    assert_eq!(
        refusal(store.create_functional(taken, NOW).await),
        Refusal::AddressTaken
    );
    assert_eq!(store.find_account(right.id).await.unwrap(), None);
    store.create_functional(right.clone(), at(3)).await.unwrap();
    let same_id = NewFunctional {
        address: address("other@vandijk.example"),
        ..right.clone()
    };
    assert_eq!(
        refusal(store.create_functional(same_id, NOW).await),
        Refusal::DuplicateId
    );
    let made = store.find_account(right.id).await.unwrap().unwrap();
    assert_eq!(
        (made.kind, made.status, made.role, made.organisation),
        (Kind::Functional, Status::Active, Role::Member, Some(org))
    );
    assert_eq!(made.state_hash, right.state.hash);
    assert_eq!(store.find_credentials(right.id).await.unwrap(), None);
    assert_eq!(
        store.find_roster(right.id).await.unwrap(),
        Some(right.roster.statement)
    );
    assert_eq!(
        store.find_mailbox_key(right.id).await.unwrap(),
        Some(b"key 1".to_vec())
    );
    assert_eq!(
        store.find_escrow(org, right.id, 1).await.unwrap(),
        Some(right.escrow.escrow)
    );
    let found = store.find_member(org, right.id).await.unwrap().unwrap();
    assert_eq!((found.escrow_checked, found.access), (true, 0));
    assert_eq!(found.certificate, Some(right.certificate.statement));
    assert_eq!(
        store.find_member(OrgId(unique()), right.id).await.unwrap(),
        None
    );
    // Nobody signs in to it, whatever session is made up for it.
    let made_up = session(right.id);
    let record = Hash::of(RECORD);
    assert_eq!(
        refusal(store.open_session(made_up, record, None).await),
        Refusal::Conflict
    );
    assert_eq!(
        store.find_session(made_up.token_hash, NOW).await.unwrap(),
        None
    );
    let free = store
        .list_free_accounts(right.address.domain(), None, 9)
        .await
        .unwrap();
    assert!(free.rows.is_empty(), "it is no candidate for adoption");
}

async fn conversion(store: &Store, org: OrgId, account: AccountId) -> NewConversion {
    let row = store.find_account(account).await.unwrap().unwrap();
    NewConversion {
        account,
        organisation: org,
        manifest: manifest(store, org).await,
        state: NewState {
            epoch: 2,
            ..state(row.sequence + 1)
        },
        roster: access::roster(9),
        escrow: escrow(2),
        certificate: zegel_storage::NewCertificate {
            epoch: 2,
            ..certificate(account)
        },
        rotation: access::rotation(2),
        audit: event(org, "account_converted"),
        mails: mails(store, account).await,
    }
}

/// A mail to each who has access.
async fn mails(store: &Store, account: AccountId) -> HashMap<AccountId, NewMail> {
    let members = store.list_access_members(account).await.unwrap();
    let mail = |recipient: &Address| NewMail {
        recipient: recipient.to_string(),
        subject: "Access ended".to_owned(),
        text: String::new(),
        html: String::new(),
    };
    let to = members.into_iter().map(|it| it.account);
    to.map(|it| (it.id, mail(&it.address))).collect()
}

/// Whom mails of this module wait for.
async fn told(store: &Store) -> Vec<String> {
    let queued = store.take_mails(at(99), at(100), 9).await.unwrap();
    let mut told = Vec::new();
    for queued in queued {
        if queued.mail.subject == "Access ended" {
            store.delete_mail(queued.id).await.unwrap();
            told.push(queued.mail.recipient);
        }
    }
    told
}

pub(crate) async fn a_person_is_converted(store: &Store) {
    let (org, ada) = adopting(store).await;
    let bob = member(store, org, "bob@vandijk.example").await;
    let (cas, _) = account(store, "cas@other.example").await;
    let read = send(store, cas, &[bob]).await;
    // Cas may act as Bob, and Bob as Cas.
    let to_cas = zegel_storage::NewAccess {
        state: state(3),
        ..access::change(bob, 1, vec![access::granted(store, cas).await])
    };
    store.put_access(to_cas, NOW).await.unwrap();
    let to_bob = access::change(cas, 1, vec![access::granted(store, bob).await]);
    store.put_access(to_bob, NOW).await.unwrap();
    let bobs = session(bob);
    sign_in(store, bobs).await;
    let login = Login {
        account: Some(bob),
        record: Some(Hash::of(RECORD)),
        state: vec![1],
    };
    store.insert_login([7; 16], login, at(99)).await.unwrap();

    let administrators = conversion(store, org, ada).await;
    assert_eq!(
        refusal(store.convert_to_functional(administrators, NOW).await),
        Refusal::Conflict
    );
    let right = conversion(store, org, bob).await;
    let stale = NewConversion {
        state: state(3),
        ..right.clone()
    };
    assert_eq!(
        refusal(store.convert_to_functional(stale, NOW).await),
        Refusal::StaleStatement
    );
    let elsewhere = NewConversion {
        organisation: OrgId(unique()),
        ..right.clone()
    };
    assert_eq!(
        refusal(store.convert_to_functional(elsewhere, NOW).await),
        Refusal::Conflict
    );
    assert!(store.find_credentials(bob).await.unwrap().is_some());

    let indexed = naming(bob, &[read]);
    store.put_search_segment(indexed, 9).await.unwrap();
    let converted = store
        .convert_to_functional(right.clone(), at(8))
        .await
        .unwrap();
    let expected = Converted {
        members: vec![cas],
        left: vec![cas],
    };
    assert_eq!(converted, expected);
    assert_eq!(told(store).await, ["cas@other.example"]);
    let now = store.find_account(bob).await.unwrap().unwrap();
    assert_eq!(
        (now.kind, now.role, now.epoch, now.last_sign_in_at),
        (Kind::Functional, Role::Member, 2, None)
    );
    assert_eq!(now.send_certificate, b"own certificate 2");
    assert_eq!(store.find_credentials(bob).await.unwrap(), None);
    assert_eq!(
        store.find_session(bobs.token_hash, NOW).await.unwrap(),
        None
    );
    assert_eq!(store.take_login([7; 16], NOW).await.unwrap(), None);
    assert_eq!(store.find_pins(bob).await.unwrap(), None);
    assert_eq!(store.find_access(bob, cas).await.unwrap(), None);
    assert_eq!(store.find_access(cas, bob).await.unwrap(), None);
    let left = store.find_account(cas).await.unwrap().unwrap();
    assert_eq!(left.rotation_pending_since, Some(at(8)));
    let history = store.list_mailbox_history(bob).await.unwrap();
    assert_eq!(history.len(), 1);
    let changes = store.find_key_changes(&[cas, bob]).await.unwrap();
    assert_eq!(changes.len(), 1, "no keys of the other changed");
    assert_eq!(
        changes[&bob].len(),
        2,
        "the last state of one epoch and the first of the next"
    );
    assert_eq!(changes[&bob][1], right.state.statement);
    assert_eq!(
        store.find_escrow(org, bob, 2).await.unwrap(),
        Some(right.escrow.escrow.clone())
    );
    let mail = list(store, bob, INBOX).await;
    assert_eq!(mail.len(), 1, "the mail stays");
    assert_eq!(mail[0].id, read);
    let index = store.find_search_index(bob, NOW).await.unwrap();
    assert_eq!(index.segments.len(), 1, "and can be searched");
    let again = NewConversion {
        state: state(5),
        ..right
    };
    assert_eq!(
        refusal(store.convert_to_functional(again, NOW).await),
        Refusal::Conflict
    );
}

pub(crate) async fn a_message_goes_with_its_last_copy_as_a_mailbox_is_deleted(store: &Store) {
    let (org, ada) = adopting(store).await;
    let info = functional(store, org, "info@vandijk.example").await;
    let mut sent = Vec::new();
    for _ in 0..20 {
        sent.push(send(store, ada, &[info]).await);
    }
    store
        .move_messages(ada, &sent, zegel_storage::Folder::Trash)
        .await
        .unwrap();
    let audit = event(org, "deleted");
    let (deleted, emptied) = tokio::join!(
        store.set_functional_status(org, info, Status::Deleted, audit, HashMap::new(), NOW),
        store.delete_messages(ada, &sent)
    );
    deleted.unwrap();
    emptied.unwrap();
    for id in sent {
        assert_eq!(store.find_sent_message(ada, id).await.unwrap(), None);
    }
}

pub(crate) async fn functional_accounts_are_renamed_suspended_and_deleted(store: &Store) {
    let (org, ada) = adopting(store).await;
    let info = functional(store, org, "info@vandijk.example").await;
    let to_ada = access::change(info, 2, vec![access::granted(store, ada).await]);
    let to_ada = zegel_storage::NewAccess {
        state: state(2),
        ..to_ada
    };
    store.put_access(to_ada, NOW).await.unwrap();
    send(store, ada, &[info]).await;
    let to_both = send(store, ada, &[info, ada]).await;
    let rename = async |org, account| {
        let audit = event(org, "account_renamed");
        store.rename_functional(org, account, "Desk", audit).await
    };
    assert_eq!(refusal(rename(org, ada).await), Refusal::Conflict);
    assert_eq!(
        refusal(rename(OrgId(unique()), info).await),
        Refusal::Conflict
    );
    rename(org, info).await.unwrap();
    let set = async |account, status| {
        let audit = event(org, "status");
        store
            .set_functional_status(
                org,
                account,
                status,
                audit,
                mails(store, account).await,
                NOW,
            )
            .await
    };
    assert_eq!(
        refusal(set(ada, Status::Suspended).await),
        Refusal::Conflict
    );
    let untold = event(org, "status");
    let untold = store
        .set_functional_status(org, info, Status::Suspended, untold, HashMap::new(), NOW)
        .await;
    assert_eq!(refusal(untold), Refusal::StaleStatement);
    assert_eq!(set(info, Status::Suspended).await.unwrap(), [ada]);
    let ada_told = [store.find_account(ada).await.unwrap().unwrap().address];
    assert_eq!(told(store).await, ada_told.each_ref().map(Address::as_str));
    let status = async || {
        let access = store.find_access(info, ada).await.unwrap();
        access.map(|access| (access.account.status, access.account.name))
    };
    let suspended = Some((Status::Suspended, "Desk".to_owned()));
    assert_eq!(status().await, suspended);
    assert_eq!(set(info, Status::Suspended).await.unwrap(), [], "no change");
    assert_eq!(set(info, Status::Active).await.unwrap(), [ada]);
    assert_eq!(told(store).await, ada_told.each_ref().map(Address::as_str));
    assert_eq!(list(store, info, INBOX).await.len(), 2, "the mail is kept");
    assert_eq!(
        log(store, org)
            .await
            .iter()
            .filter(|it| *it == "status")
            .count(),
        2
    );

    assert_eq!(set(info, Status::Deleted).await.unwrap(), [ada]);
    assert_eq!(told(store).await.len(), 1);
    assert_eq!(status().await, None);
    assert!(store.list_accessible(ada).await.unwrap().is_empty());
    assert!(list(store, info, INBOX).await.is_empty());
    assert_eq!(
        list(store, ada, INBOX).await[0].id,
        to_both,
        "others' stays"
    );
    assert_eq!(store.find_mailbox_key(info).await.unwrap(), None);
    assert_eq!(store.find_escrow(org, info, 1).await.unwrap(), None);
    let waiting = store
        .list_members_to_certify(org, at(90_001), None, 9)
        .await
        .unwrap();
    assert!(waiting.rows.iter().all(|row| row.member.account.id != info));
    let deleted = store.find_account(info).await.unwrap().unwrap();
    assert_eq!(deleted.status, Status::Deleted);
    assert!(!deleted.state.is_empty(), "what it signed can be verified");
    let again = new_functional(store, org, "info@vandijk.example").await;
    assert_eq!(
        refusal(store.create_functional(again, NOW).await),
        Refusal::AddressTaken
    );
    for status in [Status::Active, Status::Deleted] {
        assert_eq!(refusal(set(info, status).await), Refusal::Conflict);
    }
    assert_eq!(refusal(rename(org, info).await), Refusal::Conflict);
    let granting = zegel_storage::NewAccess {
        state: state(3),
        ..access::change(info, 3, Vec::new())
    };
    assert_eq!(
        refusal(store.put_access(granting, NOW).await),
        Refusal::Conflict
    );
}

pub(crate) async fn only_active_accounts_are_granted_access(store: &Store) {
    let (org, ada) = adopting(store).await;
    let info = functional(store, org, "info@vandijk.example").await;
    let audit = event(org, "status");
    store
        .set_functional_status(org, info, Status::Suspended, audit, HashMap::new(), NOW)
        .await
        .unwrap();
    let new = zegel_storage::NewAccess {
        state: state(3),
        ..access::change(ada, 1, vec![access::granted(store, info).await])
    };
    assert_eq!(
        refusal(store.put_access(new, NOW).await),
        Refusal::NotActive
    );
}

pub(crate) async fn members_are_found_by_kind_and_text(store: &Store) {
    let (org, _) = adopting(store).await;
    for name in ["bob", "cas_100%"] {
        member(store, org, &format!("{name}@vandijk.example")).await;
    }
    functional(store, org, "info@vandijk.example").await;
    let find = async |kind: Option<Kind>, search: Option<&str>| {
        let filter = MemberFilter {
            kind,
            search: search.map(str::to_owned),
        };
        let page = store.list_members(org, &filter, None, 9).await.unwrap();
        assert_eq!(
            store.count_members(org, &filter).await.unwrap(),
            page.rows.len() as u64
        );
        page.rows
            .into_iter()
            .map(|row| row.account.address.local_part().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(find(None, None).await.len(), 4);
    assert_eq!(find(Some(Kind::Functional), None).await, ["info"]);
    assert_eq!(find(Some(Kind::Person), Some("INFO")).await, [""; 0]);
    assert_eq!(
        find(None, Some("INFO")).await,
        ["info"],
        "by name or address"
    );
    assert_eq!(find(None, Some("bOb@van")).await, ["bob"]);
    for literal in ["_1", "0%", "%@"] {
        assert_eq!(find(None, Some(literal)).await, ["cas_100%"], "{literal}");
    }
    assert_eq!(find(None, Some("\\")).await, [""; 0]);
}

/// A message to a mailbox that others read does not change who may act as it.
pub(crate) async fn a_new_mailbox_key_refuses_messages_to_the_old_one(store: &Store) {
    let (org, ada) = adopting(store).await;
    let info = functional(store, org, "info@vandijk.example").await;
    let sealed_before = message(store, ada, &[info]).await;
    let rotating = zegel_storage::NewAccess {
        state: state(2),
        rotation: Some(access::rotation(2)),
        ..access::change(info, 2, Vec::new())
    };
    store.put_access(rotating, NOW).await.unwrap();
    assert_eq!(
        refusal(store.insert_message(sealed_before).await),
        Refusal::StaleRecipient
    );
    send(store, ada, &[info]).await;
}
