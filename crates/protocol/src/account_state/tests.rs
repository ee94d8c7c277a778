use super::*;
use crate::testing::{Key, account, first_state, kem};

/// A change of a good state, and what it is refused for.
type Case = (fn(&mut AccountState), AccountStateError);

fn first() -> Signed<AccountState> {
    Key::new(1).sign(first_state(1))
}

/// The next state in the same epoch, before it is signed.
fn follow(previous: &Signed<AccountState>) -> AccountState {
    AccountState {
        sequence: previous.statement.sequence + 1,
        previous: previous.hash(),
        ..previous.statement.clone()
    }
}

/// The next state in a new epoch with the identity of key 2, before it is signed.
fn follow_in_new_epoch(previous: &Signed<AccountState>) -> AccountState {
    AccountState {
        epoch: previous.statement.epoch + 1,
        identity: Key::new(2).identity(),
        account_encryption: kem(50),
        grant: kem(51),
        mailbox_encryption: kem(52),
        mailbox_generation: previous.statement.mailbox_generation + 1,
        ..follow(previous)
    }
}

fn joined(org: u8, version: u32) -> Joined {
    Joined {
        org_id: OrgId([org; 32]),
        version,
        manifest: Hash([version as u8; 32]),
        method: JoinMethod::Link,
        proof: None,
    }
}

fn verify(next: &Signed<AccountState>) -> Result<Succession, AccountStateError> {
    AccountState::verify_successor(&first(), next)
}

#[test]
fn a_first_state_starts_everything_at_one() {
    assert_eq!(AccountState::verify_first(&first()), Ok(()));
    let changes: [Case; 5] = [
        (|s| s.sequence = 2, AccountStateError::Sequence),
        (|s| s.previous = Hash([1; 32]), AccountStateError::Sequence),
        (|s| s.epoch = 2, AccountStateError::Keys),
        (|s| s.mailbox_generation = 2, AccountStateError::Mailbox),
        (|s| s.min_suite = 2, AccountStateError::Suite),
    ];
    for (change, error) in changes {
        let mut state = first_state(1);
        change(&mut state);
        let signed = Key::new(1).sign(state);
        assert_eq!(AccountState::verify_first(&signed), Err(error));
    }
    let forged = Key::new(2).sign(first_state(1));
    assert_eq!(
        AccountState::verify_first(&forged),
        Err(AccountStateError::Signature)
    );
}

#[test]
fn a_state_follows_in_the_same_epoch() {
    let mut state = follow(&first());
    state.joined = Some(joined(1, 3));
    assert_eq!(verify(&Key::new(1).sign(state)), Ok(Succession::SameEpoch));
}

#[test]
fn a_reset_starts_a_new_epoch() {
    let state = follow_in_new_epoch(&first());
    assert_eq!(verify(&Key::new(2).sign(state)), Ok(Succession::NewEpoch));
}

#[test]
fn a_cosigned_epoch_is_vouched_for_by_the_old_identity() {
    let signed = Key::new(2).sign(follow_in_new_epoch(&first()));
    let cosigned = Key::new(1).cosign(signed.clone());
    assert_eq!(verify(&cosigned), Ok(Succession::CosignedEpoch));
    let by_itself = Key::new(2).cosign(signed);
    assert_eq!(verify(&by_itself), Err(AccountStateError::Signature));
}

#[test]
fn a_signature_is_no_cosignature() {
    let signed = Key::new(2).sign(follow_in_new_epoch(&first()));
    let plain = Key::new(1).sign(signed.statement.clone()).signature;
    let confused = Signed {
        cosignature: Some(plain),
        ..signed
    };
    assert_eq!(verify(&confused), Err(AccountStateError::Signature));
}

#[test]
fn another_identity_cannot_sign_the_next_state() {
    let forged = Key::new(2).sign(follow(&first()));
    assert_eq!(verify(&forged), Err(AccountStateError::Signature));
}

#[test]
fn faults_within_an_epoch_are_refused() {
    let changes: [Case; 11] = [
        (|s| s.account = account(9), AccountStateError::Account),
        (|s| s.sequence = 1, AccountStateError::Sequence),
        (|s| s.sequence = 3, AccountStateError::Sequence),
        (|s| s.previous = Hash::ZERO, AccountStateError::Sequence),
        (|s| s.grant = kem(99), AccountStateError::Keys),
        (|s| s.account_encryption = kem(99), AccountStateError::Keys),
        (
            |s| s.mailbox_encryption = kem(99),
            AccountStateError::Mailbox,
        ),
        (|s| s.mailbox_generation = 2, AccountStateError::Mailbox),
        (
            |s| {
                s.mailbox_generation = 3;
                s.mailbox_encryption = kem(99);
            },
            AccountStateError::Mailbox,
        ),
        (|s| s.kind = Kind::Functional, AccountStateError::Kind),
        (|s| s.min_suite = 0, AccountStateError::Suite),
    ];
    for (index, (change, error)) in changes.into_iter().enumerate() {
        let mut state = follow(&first());
        change(&mut state);
        assert_eq!(verify(&Key::new(1).sign(state)), Err(error), "{index}");
    }
}

#[test]
fn faults_in_a_new_epoch_are_refused() {
    let changes: [Case; 6] = [
        (|s| s.epoch = 3, AccountStateError::Keys),
        (|s| s.epoch = 0, AccountStateError::Keys),
        (|s| s.grant = kem(2), AccountStateError::Keys),
        (|s| s.account_encryption = kem(1), AccountStateError::Keys),
        (|s| s.mailbox_generation = 1, AccountStateError::Mailbox),
        (
            |s| s.mailbox_encryption = kem(3),
            AccountStateError::Mailbox,
        ),
    ];
    for (index, (change, error)) in changes.into_iter().enumerate() {
        let mut state = follow_in_new_epoch(&first());
        change(&mut state);
        assert_eq!(verify(&Key::new(2).sign(state)), Err(error), "{index}");
    }
    let mut same_identity = follow_in_new_epoch(&first());
    same_identity.identity = Key::new(1).identity();
    assert_eq!(
        verify(&Key::new(1).sign(same_identity)),
        Err(AccountStateError::Keys)
    );
}

#[test]
fn a_person_becomes_functional_only_with_the_old_identitys_word() {
    let mut state = follow_in_new_epoch(&first());
    state.kind = Kind::Functional;
    let signed = Key::new(2).sign(state);
    assert_eq!(verify(&signed), Err(AccountStateError::Kind));
    let cosigned = Key::new(1).cosign(signed.clone());
    assert_eq!(verify(&cosigned), Ok(Succession::CosignedEpoch));

    let mut back = follow(&cosigned);
    back.kind = Kind::Person;
    assert_eq!(
        AccountState::verify_successor(&cosigned, &Key::new(2).sign(back)),
        Err(AccountStateError::Kind)
    );
}

#[test]
fn a_membership_is_forgotten_only_by_a_reset() {
    let mut member = first_state(1);
    member.joined = Some(joined(1, 3));
    let member = Key::new(1).sign(member);
    let next = |joined: Option<Joined>| {
        let mut state = follow(&member);
        state.joined = joined;
        AccountState::verify_successor(&member, &Key::new(1).sign(state))
    };
    assert_eq!(next(Some(joined(1, 4))), Ok(Succession::SameEpoch));
    for other in [None, Some(joined(2, 3)), Some(joined(1, 2))] {
        assert_eq!(next(other), Err(AccountStateError::Membership));
    }
    let mut reset = follow_in_new_epoch(&member);
    reset.joined = None;
    assert_eq!(
        AccountState::verify_successor(&member, &Key::new(2).sign(reset)),
        Ok(Succession::NewEpoch)
    );
}

#[test]
fn a_replayed_state_is_refused() {
    let second = Key::new(1).sign(follow(&first()));
    assert_eq!(
        AccountState::verify_successor(&second, &first()),
        Err(AccountStateError::Sequence)
    );
    assert_eq!(
        AccountState::verify_successor(&second, &second),
        Err(AccountStateError::Sequence)
    );
}
