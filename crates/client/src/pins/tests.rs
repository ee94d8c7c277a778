use getrandom::SysRng;
use rand_core::UnwrapErr;
use zegel_crypto::content::{PinnedContact, Pins, Trust};
use zegel_crypto::{AccountKey, blob};
use zegel_protocol::{AccountId, Address, Hash, IdentityKey};

use super::content::{contact, merge, put_contact};
use crate::environment::RememberedPins;
use crate::keys::SessionTiers;

const ACCOUNT: AccountId = AccountId([7; 16]);

fn person(account: u8, sequence: u32) -> PinnedContact {
    PinnedContact {
        account: AccountId([account; 16]),
        address: Address::parse(&format!("person{account}@example.org")).unwrap(),
        identity: IdentityKey([account; 32]),
        epoch: 1,
        sequence,
        state: Hash([1; 32]),
        trust: Trust::FirstUse,
    }
}

#[test]
fn two_programs_on_one_device_forget_nothing_for_each_other() {
    let mut rng = UnwrapErr(SysRng);
    let keyring = AccountKey::make(&mut rng).keyring(ACCOUNT, 1);
    let address = Address::parse("own@example.org").unwrap();
    let tiers = SessionTiers::of_keyring(ACCOUNT, address, keyring.clone());
    let mut remember = |epoch, known: &[PinnedContact]| {
        let mut pins = Pins::default();
        for known in known {
            put_contact(&mut pins, known.clone());
        }
        let sealed = blob::seal_pins(&keyring, ACCOUNT, epoch, &pins, &mut rng).unwrap();
        RememberedPins { epoch, sealed }
    };
    let one = remember(1, &[person(1, 4), person(2, 1)]);
    let other = remember(1, &[person(1, 2), person(3, 1)]);
    let later = remember(2, &[]);
    let mut altered = other.clone();
    altered.sealed[40] ^= 1;

    let mut rng = UnwrapErr(SysRng);
    for (a, b) in [(&one, &other), (&other, &one)] {
        let joined = tiers.join_pins(a, b, &mut rng).unwrap();
        let opened = blob::open_pins(&keyring, ACCOUNT, 1, &joined.sealed).unwrap();
        assert_eq!(opened.contacts.len(), 3);
        assert_eq!(contact(&opened, AccountId([1; 16])).unwrap().sequence, 4);
    }
    assert!(tiers.join_pins(&one, &altered, &mut rng).is_err());
    assert_eq!(tiers.join_pins(&one, &later, &mut rng).unwrap(), later);
    assert_eq!(tiers.join_pins(&later, &one, &mut rng).unwrap(), later);
}

#[test]
fn a_comparison_counts_for_the_address_that_it_was_made_for() {
    let compared = PinnedContact {
        trust: Trust::Compared,
        ..person(1, 1)
    };
    let moved = PinnedContact {
        address: Address::parse("alice@bank.example").unwrap(),
        ..person(1, 2)
    };
    for (newer, trust) in [(person(1, 2), Trust::Compared), (moved, Trust::Certified)] {
        let [mut a, mut b] = [Pins::default(), Pins::default()];
        put_contact(&mut a, compared.clone());
        put_contact(&mut b, newer.clone());
        b.sequence = 1;
        let merged = merge(a, b).unwrap();
        let known = contact(&merged, newer.account).unwrap();
        assert_eq!((&known.address, known.trust), (&newer.address, trust));
    }
}
