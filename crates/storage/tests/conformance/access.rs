use zegel_protocol::{AccountId, Hash, OrgId, SendKey};
use zegel_storage::{
    AccessRole, MemberChange, NewAccess, NewMailboxKey, NewMember, NewRoster, NewState, Refusal,
    Store,
};

use super::{
    NOW, account, at, event, mail, messages::send, organisation, organisations, refusal, state,
    unique,
};

async fn hash_of(store: &Store, account: AccountId) -> Hash {
    store
        .find_account(account)
        .await
        .unwrap()
        .unwrap()
        .state_hash
}

fn named(member: AccountId, send_key: SendKey, change: MemberChange) -> NewMember {
    NewMember {
        member,
        role: AccessRole::Delegate,
        visible: false,
        send_key,
        change,
    }
}

/// A member with a grant to their newest keys.
pub(crate) async fn granted(store: &Store, member: AccountId) -> NewMember {
    let change = MemberChange::Granted {
        grant: unique::<30>().to_vec(),
        send_certificate: unique::<30>().to_vec(),
        state: hash_of(store, member).await,
    };
    named(member, SendKey(unique()), change)
}

fn kept(member: &NewMember) -> NewMember {
    named(member.member, member.send_key, MemberChange::Kept)
}

pub(crate) fn roster(version: u32) -> NewRoster {
    NewRoster {
        version,
        hash: Hash(unique()),
        statement: unique::<40>().to_vec(),
    }
}

pub(crate) fn rotation(generation: u32) -> NewMailboxKey {
    NewMailboxKey {
        generation,
        by_account: format!("key {generation}").into_bytes(),
        history: format!("history {}", generation - 1).into_bytes(),
        inventory: format!("inventory {generation}").into_bytes(),
        send_certificate: format!("own certificate {generation}").into_bytes(),
    }
}

/// The change number `version` of a free person's account.
pub(crate) fn change(account: AccountId, version: u32, members: Vec<NewMember>) -> NewAccess {
    NewAccess {
        account,
        organisation: None,
        state: state(version + 1),
        roster: roster(version),
        members,
        rotation: None,
        audit: Vec::new(),
        mails: Vec::new(),
    }
}

/// The names of those who may act as the account, and that they are found in every way.
async fn members(store: &Store, account: AccountId) -> Vec<String> {
    let rows = store.list_access_members(account).await.unwrap();
    let readers = store.find_readers(&[account]).await.unwrap();
    assert_eq!(readers[&account].len(), rows.len() + 1);
    for row in &rows {
        let access = store
            .find_access(account, row.account.id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(access.account.id, account);
        assert_eq!(access.send_key, row.send_key);
        let listed = store.list_accessible(row.account.id).await.unwrap();
        assert!(listed.iter().any(|it| it.access == access));
    }
    rows.into_iter()
        .map(|row| row.account.address.local_part().to_owned())
        .collect()
}

async fn three(store: &Store) -> [AccountId; 3] {
    let mut accounts = [AccountId([0; 16]); 3];
    for (place, name) in accounts.iter_mut().zip(["ada", "bob", "cas"]) {
        *place = account(store, &format!("{name}@vandijk.example")).await.0;
    }
    accounts
}

pub(crate) async fn a_roster_grants_changes_and_takes_away(store: &Store) {
    let [ada, bob, cas] = three(store).await;
    assert_eq!(store.find_roster(ada).await.unwrap(), None);
    let (to_bob, to_cas) = (granted(store, bob).await, granted(store, cas).await);
    let first = NewAccess {
        mails: vec![mail("bob@vandijk.example")],
        ..change(ada, 1, vec![to_bob.clone(), to_cas.clone()])
    };
    store.put_access(first.clone(), at(1)).await.unwrap();
    assert_eq!(members(store, ada).await, ["bob", "cas"]);
    assert_eq!(
        store.find_roster(ada).await.unwrap(),
        Some(first.roster.statement)
    );
    assert_eq!(hash_of(store, ada).await, first.state.hash);
    assert_eq!(store.take_mails(at(2), at(3), 9).await.unwrap().len(), 4);
    assert_eq!(store.find_access(ada, ada).await.unwrap(), None);
    assert_eq!(store.find_access(bob, ada).await.unwrap(), None);

    let shown = NewMember {
        visible: true,
        change: MemberChange::Certified {
            send_certificate: b"shown".to_vec(),
        },
        ..kept(&to_bob)
    };
    let second = change(ada, 2, vec![shown, kept(&to_cas)]);
    store.put_access(second, at(2)).await.unwrap();
    let bobs = store.find_access(ada, bob).await.unwrap().unwrap();
    let MemberChange::Granted { grant, .. } = to_bob.change else {
        unreachable!()
    };
    assert_eq!((bobs.visible, bobs.granted_at), (true, at(1)));
    assert_eq!(
        (bobs.grant, bobs.send_certificate),
        (grant, b"shown".into())
    );

    let third = NewAccess {
        rotation: Some(rotation(2)),
        ..change(ada, 3, vec![granted(store, cas).await])
    };
    store.put_access(third, at(3)).await.unwrap();
    assert_eq!(members(store, ada).await, ["cas"]);
    assert_eq!(store.find_access(ada, bob).await.unwrap(), None);
    assert!(store.list_accessible(bob).await.unwrap().is_empty());
    let cas = store.find_access(ada, cas).await.unwrap().unwrap();
    assert_eq!(cas.granted_at, at(1), "a new key is no new access");
    assert_eq!(
        store.find_mailbox_key(ada).await.unwrap(),
        Some(b"key 2".to_vec())
    );
    let history = store.list_mailbox_history(ada).await.unwrap();
    assert_eq!(history.len(), 1);
    assert_eq!(
        (history[0].generation, history[0].sealed.as_slice()),
        (1, b"history 1".as_slice())
    );
    let row = store.find_account(ada).await.unwrap().unwrap();
    assert_eq!(row.send_certificate, b"own certificate 2");
    let inventory = async |account| store.find_inventory(account).await.unwrap();
    assert_eq!(inventory(ada).await.unwrap(), b"inventory 2");
    assert_eq!(inventory(bob).await, None);
    let fourth = NewAccess {
        rotation: Some(rotation(3)),
        ..change(ada, 4, Vec::new())
    };
    store.put_access(fourth, at(4)).await.unwrap();
    assert_eq!(inventory(ada).await.unwrap(), b"inventory 3");
}

pub(crate) async fn accessible_accounts_are_listed_with_what_is_unread(store: &Store) {
    let [ada, bob, cas] = three(store).await;
    for (version, account) in [(1, cas), (1, bob)] {
        let new = change(account, version, vec![granted(store, ada).await]);
        store.put_access(new, NOW).await.unwrap();
    }
    let newer = change(bob, 2, vec![granted(store, ada).await]);
    store.put_access(newer.clone(), NOW).await.unwrap();
    send(store, ada, &[bob]).await;
    send(store, cas, &[bob]).await;
    let listed = store.list_accessible(ada).await.unwrap();
    let short: Vec<_> = listed
        .iter()
        .map(|row| (row.access.account.id, row.unread))
        .collect();
    assert_eq!(short, [(bob, 2), (cas, 0)]);
    assert_eq!(listed[0].roster, newer.roster.statement);
}

pub(crate) async fn a_roster_relies_on_what_is_stored(store: &Store) {
    let [ada, bob, cas] = three(store).await;
    let refused = async |new: NewAccess| {
        let before = hash_of(store, ada).await;
        let refusal = refusal(store.put_access(new, NOW).await);
        assert_eq!(hash_of(store, ada).await, before, "all or nothing");
        refusal
    };
    let right = change(ada, 1, vec![granted(store, bob).await]);
    let skipping = NewAccess {
        state: state(3),
        ..right.clone()
    };
    assert_eq!(refused(skipping).await, Refusal::StaleStatement);
    let stranger = named(
        AccountId(unique()),
        SendKey(unique()),
        right.members[0].change.clone(),
    );
    let to_nobody = NewAccess {
        members: vec![stranger],
        ..right.clone()
    };
    assert_eq!(refused(to_nobody).await, Refusal::StaleRecipient);
    let never_granted = NewAccess {
        members: vec![kept(&right.members[0])],
        ..right.clone()
    };
    assert_eq!(refused(never_granted).await, Refusal::StaleStatement);
    let wrong_generation = NewAccess {
        rotation: Some(rotation(3)),
        ..right.clone()
    };
    assert_eq!(refused(wrong_generation).await, Refusal::StaleStatement);
    assert!(members(store, ada).await.is_empty());
    assert!(store.list_mailbox_history(ada).await.unwrap().is_empty());

    // Bob's keys change after they were sealed to.
    let of_bob = change(bob, 1, Vec::new());
    store.put_access(of_bob, NOW).await.unwrap();
    assert_eq!(refused(right).await, Refusal::StaleRecipient);
    store
        .put_access(change(ada, 1, vec![granted(store, bob).await]), NOW)
        .await
        .unwrap();
    let other_key = named(bob, SendKey(unique()), MemberChange::Kept);
    assert_eq!(
        refused(change(ada, 2, vec![other_key])).await,
        Refusal::StaleStatement
    );
    assert_eq!(members(store, ada).await, ["bob"]);
    assert_eq!(store.find_access(ada, cas).await.unwrap(), None);
}

pub(crate) async fn a_roster_follows_the_newest_policy(store: &Store) {
    let (org, ada) = organisation(store, "ada@vandijk.example").await;
    let (bob, _) = account(store, "bob@vandijk.example").await;
    let newest = async || {
        let found = store.find_organisation(org).await.unwrap().unwrap();
        (org, found.manifest_hash)
    };
    let new = NewAccess {
        organisation: Some(newest().await),
        state: state(3),
        audit: vec![event(org, "access_granted")],
        ..change(ada, 1, vec![granted(store, bob).await])
    };
    organisations::put(store, org, Vec::new()).await.unwrap();
    assert_eq!(
        refusal(store.put_access(new.clone(), NOW).await),
        Refusal::StaleStatement
    );
    let new = NewAccess {
        organisation: Some(newest().await),
        ..new
    };
    store.put_access(new, NOW).await.unwrap();
    assert_eq!(members(store, ada).await, ["bob"]);
    let log = organisations::log(store, org).await;
    assert_eq!(
        log.iter().filter(|it| *it == "access_granted").count(),
        1,
        "{log:?}"
    );
}

pub(crate) async fn stepping_down_cuts_at_once(store: &Store) {
    let (org, _) = organisation(store, "eva@vandijk.example").await;
    let [ada, bob, cas] = three(store).await;
    let (to_bob, to_cas) = (granted(store, bob).await, granted(store, cas).await);
    let first = change(ada, 1, vec![to_bob.clone(), to_cas.clone()]);
    store.put_access(first, NOW).await.unwrap();
    let leave = async |member, ms| {
        let audit = Some(event(org, "given_up"));
        store.step_down(ada, member, audit, at(ms)).await.unwrap()
    };
    let pending = async || {
        let row = store.find_account(ada).await.unwrap().unwrap();
        row.rotation_pending_since
    };
    assert!(!leave(AccountId(unique()), 1).await);
    assert_eq!(pending().await, None);
    assert!(leave(bob, 5).await);
    assert!(!leave(bob, 6).await, "once");
    assert_eq!(members(store, ada).await, ["cas"]);
    assert_eq!(store.find_access(ada, bob).await.unwrap(), None);
    assert_eq!(pending().await, Some(at(5)));
    assert!(leave(cas, 7).await);
    assert_eq!(pending().await, Some(at(5)), "since the first");
    assert_eq!(count(store, org, "given_up").await, 2);

    // Being named on the next roster is no way back.
    let naming = change(ada, 2, vec![kept(&to_bob), kept(&to_cas)]);
    assert_eq!(
        refusal(store.put_access(naming, NOW).await),
        Refusal::StaleStatement
    );
    let again = granted(store, bob).await;
    let rotating = NewAccess {
        rotation: Some(rotation(2)),
        ..change(ada, 2, vec![again])
    };
    store.put_access(rotating, at(9)).await.unwrap();
    assert_eq!(pending().await, None);
    let back = store.find_access(ada, bob).await.unwrap().unwrap();
    assert_eq!(back.granted_at, at(9));
}

async fn count(store: &Store, org: OrgId, category: &str) -> usize {
    let log = organisations::log(store, org).await;
    log.iter().filter(|it| *it == category).count()
}

pub(crate) async fn one_of_two_rosters_wins(store: &Store) {
    let [ada, bob, cas] = three(store).await;
    let (to_bob, to_cas) = (granted(store, bob).await, granted(store, cas).await);
    let (one, other) = tokio::join!(
        store.put_access(change(ada, 1, vec![to_bob]), NOW),
        store.put_access(change(ada, 1, vec![to_cas]), NOW),
    );
    let lost = if one.is_ok() { other } else { one };
    assert_eq!(refusal(lost), Refusal::StaleStatement);
    assert_eq!(members(store, ada).await.len(), 1);
}

/// Two who grant each other access at the same time do not wait for each other.
pub(crate) async fn mutual_grants_do_not_wait_for_each_other(store: &Store) {
    let [ada, bob, _] = three(store).await;
    let mut sequence = [1, 1];
    for _ in 0..10 {
        let (to_bob, to_ada) = (granted(store, bob).await, granted(store, ada).await);
        let next = |account, sequence: u32, member| {
            let state: NewState = state(sequence + 1);
            NewAccess {
                state,
                ..change(account, sequence, vec![member])
            }
        };
        let (one, other) = tokio::join!(
            store.put_access(next(ada, sequence[0], to_bob), NOW),
            store.put_access(next(bob, sequence[1], to_ada), NOW),
        );
        // Whoever comes second finds the other's keys changed.
        for (result, sequence) in [one, other].into_iter().zip(&mut sequence) {
            match result {
                Ok(()) => *sequence += 1,
                refused => assert_eq!(refusal(refused), Refusal::StaleRecipient),
            }
        }
    }
    assert!(sequence[0] + sequence[1] >= 12, "{sequence:?}");
}
