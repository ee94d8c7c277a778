use zegel_crypto::content::{PinnedContact, PinnedOrganization, Pins, Trust};
use zegel_protocol::{AccountId, Address, Hash, IdentityKey, JoinMethod, OrgId};

use super::{contact, merge, other_holder, put_contact, same};
use crate::view::Reason;

fn person(account: u8, sequence: u8) -> PinnedContact {
    PinnedContact {
        account: AccountId([account; 16]),
        address: Address::parse(&format!("person{account}@example.org")).unwrap(),
        identity: IdentityKey([account; 32]),
        epoch: 1,
        sequence: sequence.into(),
        state: Hash([sequence; 32]),
        trust: Trust::FirstUse,
    }
}

fn organization(version: u8, head: u8) -> PinnedOrganization {
    PinnedOrganization {
        org_id: OrgId([9; 32]),
        version: version.into(),
        head: Hash([head; 32]),
        method: JoinMethod::Link,
    }
}

fn pins(sequence: u64, contacts: &[PinnedContact]) -> Pins {
    let mut pins = Pins {
        sequence,
        ..Pins::default()
    };
    for contact in contacts {
        put_contact(&mut pins, contact.clone());
    }
    pins
}

#[test]
fn merging_keeps_the_newer_of_everything_in_either_order() {
    let compared = PinnedContact {
        trust: Trust::Compared,
        ..person(1, 1)
    };
    let mut a = pins(5, &[compared, person(2, 5)]);
    a.organizations.push(organization(3, 3));
    let mut b = pins(4, &[person(1, 4), person(3, 1)]);
    b.organizations.push(organization(7, 7));

    let merged = merge(a.clone(), b.clone()).unwrap();
    assert!(same(&merged, &merge(b, a).unwrap()));
    assert_eq!(merged.contacts.len(), 3);
    let first = contact(&merged, AccountId([1; 16])).unwrap();
    assert_eq!((first.trust, first.sequence), (Trust::Compared, 4));
    assert_eq!(merged.organizations, [organization(7, 7)]);
}

#[test]
fn two_histories_of_one_thing_do_not_merge() {
    let mut a = pins(1, &[]);
    a.organizations.push(organization(3, 3));
    let mut b = pins(2, &[]);
    b.organizations.push(organization(3, 4));
    assert_eq!(merge(a, b).unwrap_err().reason, Reason::NotAuthentic);

    let forked = PinnedContact {
        state: Hash([8; 32]),
        ..person(1, 1)
    };
    let failure = merge(pins(1, &[person(1, 1)]), pins(2, &[forked])).unwrap_err();
    assert_eq!(failure.reason, Reason::NotAuthentic);
}

#[test]
fn the_later_decision_about_an_identity_counts() {
    let changed = PinnedContact {
        identity: IdentityKey([7; 32]),
        ..person(1, 2)
    };
    let changed = std::slice::from_ref(&changed);
    let before = pins(1, &[person(1, 9)]);
    let after = pins(2, changed);
    let merged = merge(before.clone(), after.clone()).unwrap();
    assert_eq!(merged.contacts, changed);
    assert_eq!(merge(after, before).unwrap().contacts, changed);
}

#[test]
fn an_address_belongs_to_one_contact() {
    let successor = PinnedContact {
        account: AccountId([5; 16]),
        ..person(1, 1)
    };
    let before = pins(1, &[person(1, 1)]);
    assert!(other_holder(&before, &successor.address, successor.account));
    let mut after = before.clone();
    after.sequence = 2;
    put_contact(&mut after, successor.clone());
    let successor = std::slice::from_ref(&successor);
    assert_eq!(after.contacts, successor);
    let merged = merge(before.clone(), after.clone()).unwrap();
    assert_eq!(merged.contacts, successor);
    assert_eq!(merge(after, before).unwrap().contacts, successor);
}
