use super::*;
use crate::testing::{Key, account, first_state};

fn member(number: u8) -> RosterMember {
    RosterMember {
        account: account(number),
        identity: Key::new(number).identity(),
        send_key: Key::new(number + 100).send_key(),
        role: Role::Member,
        visible: true,
    }
}

fn roster(members: Vec<RosterMember>) -> Roster {
    Roster {
        account: account(1),
        version: 1,
        previous: Hash::ZERO,
        members,
    }
}

#[test]
fn rosters_follow_one_another() {
    let key = Key::new(1);
    let first = key.sign(roster(vec![member(2)]));
    assert_eq!(Roster::verify(None, &first, &key.identity()), Ok(()));
    let second = key.sign(Roster {
        version: 2,
        previous: first.hash(),
        ..roster(vec![member(2), member(3)])
    });
    assert_eq!(
        Roster::verify(Some(&first), &second, &key.identity()),
        Ok(())
    );
    assert_eq!(
        Roster::verify(Some(&second), &first, &key.identity()),
        Err(RosterError::Sequence),
        "an old one"
    );
    assert_eq!(
        Roster::verify(None, &second, &key.identity()),
        Err(RosterError::Sequence)
    );
    assert!(second.statement.member(account(3)).is_some());
    assert!(second.statement.member(account(4)).is_none());
}

#[test]
fn a_ghost_member_breaks_the_signature() {
    let key = Key::new(1);
    let mut signed = key.sign(roster(vec![member(2)]));
    signed.statement.members.push(member(3));
    assert_eq!(
        Roster::verify(None, &signed, &key.identity()),
        Err(RosterError::Signature)
    );
}

#[test]
fn members_are_ascending_and_unique() {
    let key = Key::new(1);
    for members in [vec![member(3), member(2)], vec![member(2), member(2)]] {
        let signed = key.sign(roster(members));
        assert_eq!(
            Roster::verify(None, &signed, &key.identity()),
            Err(RosterError::Members)
        );
    }
}

#[test]
fn a_roster_of_another_account_does_not_follow() {
    let key = Key::new(1);
    let first = key.sign(roster(vec![]));
    let other = key.sign(Roster {
        account: account(2),
        version: 2,
        previous: first.hash(),
        members: vec![],
    });
    assert_eq!(
        Roster::verify(Some(&first), &other, &key.identity()),
        Err(RosterError::Account)
    );
}

#[test]
fn the_newest_roster_is_the_one_that_the_state_names() {
    let key = Key::new(1);
    let first = key.sign(roster(vec![member(2), member(3)]));
    let second = key.sign(Roster::next(account(1), Some(&first), vec![member(2)]));
    assert_eq!(
        Roster::verify(Some(&first), &second, &key.identity()),
        Ok(())
    );
    let state = AccountState {
        roster: Some(second.hash()),
        ..first_state(1)
    };
    assert_eq!(Roster::verify_newest(&second, &state), Ok(()));
    // The one before, in which somebody still was who is not any more.
    assert_eq!(
        Roster::verify_newest(&first, &state),
        Err(RosterError::State)
    );
    let nobody = AccountState {
        roster: None,
        ..state.clone()
    };
    assert_eq!(
        Roster::verify_newest(&second, &nobody),
        Err(RosterError::State)
    );
    let by_another = Key::new(2).sign(second.statement.clone());
    assert_eq!(
        Roster::verify_newest(&by_another, &state),
        Err(RosterError::Signature)
    );
    let of_another = AccountState {
        account: account(2),
        ..state
    };
    assert_eq!(
        Roster::verify_newest(&second, &of_another),
        Err(RosterError::Account)
    );
}

#[test]
fn the_next_roster_follows_and_is_in_order() {
    let key = Key::new(1);
    let first = key.sign(Roster::next(account(1), None, vec![member(3), member(2)]));
    assert_eq!(Roster::verify(None, &first, &key.identity()), Ok(()));
    let next = Roster::next(account(1), Some(&first), Vec::new());
    assert_eq!((next.version, next.previous), (2, first.hash()));
}
