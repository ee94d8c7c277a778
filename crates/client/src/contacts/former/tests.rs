use getrandom::SysRng;
use rand_core::UnwrapErr;
use zegel_crypto::{AccountKey, MailboxKey};
use zegel_protocol::{AccountId, Hash, Kind, SUITE};

use super::*;

const ACCOUNT: AccountId = AccountId([7; 16]);

/// An account in one epoch: its state with all its keys.
fn state(key: &AccountKey, epoch: u32, before: Option<&Signed<AccountState>>) -> AccountState {
    let mailbox = MailboxKey::make(&mut UnwrapErr(SysRng));
    let keyring = key.keyring(ACCOUNT, epoch);
    AccountState {
        account: ACCOUNT,
        kind: Kind::Person,
        epoch,
        sequence: before.map_or(1, |before| before.statement.sequence + 1),
        previous: before.map_or(Hash::ZERO, Signed::hash),
        identity: key.identity(ACCOUNT, epoch).public(),
        account_encryption: key.account_encryption(ACCOUNT, epoch).public(),
        grant: keyring.grant(ACCOUNT, epoch).public(),
        mailbox_encryption: mailbox.encryption(ACCOUNT, epoch).public(),
        mailbox_generation: epoch,
        roster: None,
        joined: None,
        min_suite: SUITE,
    }
}

/// Three epochs; the change to each is co-signed where it says so.
fn epochs(cosigned: [bool; 2]) -> Vec<Signed<AccountState>> {
    let keys: Vec<AccountKey> = (0..3)
        .map(|_| AccountKey::make(&mut UnwrapErr(SysRng)))
        .collect();
    let first = keys[0].identity(ACCOUNT, 1).sign(state(&keys[0], 1, None));
    let mut states = vec![first];
    for (at, epoch) in [(1, 2), (2, 3)] {
        let last = states.last().unwrap().clone();
        let next = keys[at]
            .identity(ACCOUNT, epoch)
            .sign(state(&keys[at], epoch, Some(&last)));
        let next = match cosigned[at - 1] {
            true => keys[at - 1].identity(ACCOUNT, epoch - 1).cosign(next),
            false => next,
        };
        states.push(next);
    }
    states
}

/// As the server hands them out: the last state of one epoch and the first of the next.
fn around(states: &[Signed<AccountState>]) -> Vec<Bytes> {
    states.iter().map(|it| it.to_bytes().into()).collect()
}

fn identities(states: &[Signed<AccountState>]) -> Vec<IdentityKey> {
    states.iter().map(|it| it.statement.identity).collect()
}

#[test]
fn identities_go_back_as_far_as_they_vouch_for_each_other() {
    for (cosigned, reach) in [
        ([true, true], 2),
        ([false, true], 1),
        ([true, false], 0),
        ([false, false], 0),
    ] {
        let states = epochs(cosigned);
        let former = former_identities(&states[2], &around(&states));
        let mut expected = identities(&states[..2]);
        expected.reverse();
        expected.truncate(reach);
        assert_eq!(former, expected, "{cosigned:?}");
    }
}

#[test]
fn nobody_elses_identity_comes_in() {
    let (ours, others) = (epochs([true, true]), epochs([true, true]));
    assert!(former_identities(&ours[2], &around(&others)).is_empty());
    assert!(former_identities(&ours[2], &[]).is_empty());
    // The first state after the change is another's, or was altered.
    let mixed = [others[1].clone(), ours[2].clone()];
    assert!(former_identities(&ours[2], &around(&mixed)).is_empty());
    let mut altered = ours.clone();
    altered[1].statement.mailbox_generation += 1;
    assert!(former_identities(&ours[2], &around(&altered)).is_empty());
    // Of another account, with every signature right.
    let mut elsewhere = ours[2].clone();
    elsewhere.statement.account = AccountId([8; 16]);
    assert!(former_identities(&elsewhere, &around(&ours)).is_empty());
}
