//! Grants between people: what a lying server could hand over in place of the right one.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;
use zegel_protocol::{
    AccountId, AccountState, Administrator, Grant, GrantHeader, Hash, Role, RosterMember, Signed,
};

use super::world::{NOW, Person, Rng, World};
use crate::grant::{
    Granter, MailboxAccess, Subject, make_escrow, make_mailbox, make_recovery, make_restore,
    open_escrow, open_mailbox, open_recovery, open_restore, seal_grant,
};
use crate::keys::{AccountKey, IdentitySecret, MailboxKey, RecoverySeed, SendSecret};
use crate::{OpenError, SealError};

fn granter<'a>(person: &Person, identity: &'a IdentitySecret) -> Granter<'a> {
    Granter {
        account: person.account,
        identity,
        time: NOW,
    }
}

fn subject(person: &Person) -> Subject {
    Subject {
        account: person.account,
        epoch: person.epoch,
        identity: person.identity().public(),
    }
}

fn escrow(world: &World) -> Grant {
    let bram = &world.bram;
    make_escrow(
        &granter(bram, &bram.identity()),
        bram.account,
        bram.epoch,
        &bram.key,
        &world.chain,
        None,
        &mut Rng::new(1),
    )
    .unwrap()
}

/// The same header and payload under another's key, signed by `identity`.
fn forge(world: &World, header: GrantHeader, payload: &AccountKey, by: &IdentitySecret) -> Grant {
    seal_grant(
        header,
        payload.bytes(),
        &world.seed.public(),
        by,
        &mut Rng::new(2),
    )
    .unwrap()
}

#[test]
fn an_escrow_opens_to_the_key_that_recomputes_the_identity() {
    let world = World::new();
    let key = open_escrow(
        &world.seed,
        &world.chain,
        &subject(&world.bram),
        &escrow(&world),
    )
    .unwrap();
    assert_eq!(key.bytes(), world.bram.key.bytes());
}

#[test]
fn an_escrow_of_another_key_is_refused() {
    let world = World::new();
    let header = escrow(&world).header;
    let other = AccountKey::make(&mut Rng::new(9));
    let forged = forge(&world, header, &other, &world.bram.identity());
    assert_eq!(
        open_escrow(&world.seed, &world.chain, &subject(&world.bram), &forged).unwrap_err(),
        OpenError
    );
}

#[test]
fn an_escrow_signed_by_a_stranger_is_refused() {
    let world = World::new();
    let mallory = Person::new(0x66);
    let header = GrantHeader {
        granter: mallory.account,
        granter_identity: mallory.identity().public(),
        ..escrow(&world).header
    };
    let forged = forge(&world, header, &world.bram.key, &mallory.identity());
    assert!(open_escrow(&world.seed, &world.chain, &subject(&world.bram), &forged).is_err());
}

#[test]
fn an_administrator_may_escrow_again() {
    let world = World::new();
    let anna = world.anna.identity();
    let first = escrow(&world);
    let again = make_escrow(
        &granter(&world.anna, &anna),
        world.bram.account,
        world.bram.epoch,
        &world.bram.key,
        &world.chain,
        Some(first.hash()),
        &mut Rng::new(3),
    )
    .unwrap();
    assert_eq!(again.header.replaces, Some(first.hash()));
    assert!(open_escrow(&world.seed, &world.chain, &subject(&world.bram), &again).is_ok());
}

#[test]
fn an_escrow_under_an_unknown_manifest_is_refused() {
    let world = World::new();
    let header = GrantHeader {
        authority: Hash([1; 32]),
        ..escrow(&world).header
    };
    let forged = forge(&world, header, &world.bram.key, &world.bram.identity());
    assert!(open_escrow(&world.seed, &world.chain, &subject(&world.bram), &forged).is_err());
}

#[test]
fn an_escrow_does_not_open_with_another_recovery_key() {
    let world = World::new();
    let other = RecoverySeed::make(&mut Rng::new(5));
    assert!(open_escrow(&other, &world.chain, &subject(&world.bram), &escrow(&world)).is_err());
}

#[test]
fn an_old_escrow_still_opens_after_the_chain_has_grown() {
    let mut world = World::new();
    let escrow = escrow(&world);
    let next = world.chain.draft(world.anna.identity().public(), NOW);
    world
        .chain
        .extend(vec![world.anna.identity().sign(next)])
        .unwrap();
    assert!(open_escrow(&world.seed, &world.chain, &subject(&world.bram), &escrow).is_ok());
}

/// Bram becomes an administrator.
fn promoted(mut world: World) -> (World, Signed<AccountState>) {
    let state = world.bram.identity().sign(world.joined_state());
    let anna = world.anna.identity();
    let mut manifest = world.chain.draft(anna.public(), NOW);
    manifest.appoint(Administrator {
        account: world.bram.account,
        identity: world.bram.identity().public(),
    });
    world.chain.extend(vec![anna.sign(manifest)]).unwrap();
    (world, state)
}

#[test]
fn a_recovery_seed_reaches_a_new_administrator() {
    let (world, state) = promoted(World::new());
    let anna = world.anna.identity();
    let grant = make_recovery(
        &granter(&world.anna, &anna),
        &world.seed,
        &world.chain,
        &state.statement,
        &mut Rng::new(1),
    )
    .unwrap();
    let bram = &world.bram;
    let secret = bram.key.account_encryption(bram.account, bram.epoch);
    let seed = open_recovery(&secret, &world.chain, bram.account, bram.epoch, &grant).unwrap();
    assert_eq!(seed.public(), world.seed.public());

    assert!(open_recovery(&secret, &world.chain, bram.account, 2, &grant).is_err());
    assert!(open_recovery(&secret, &world.chain, world.anna.account, 1, &grant).is_err());

    let mallory = Person::new(0x66);
    let header = GrantHeader {
        granter: mallory.account,
        granter_identity: mallory.identity().public(),
        ..grant.header
    };
    let forged = seal_grant(
        header,
        world.seed.bytes(),
        &secret.public(),
        &mallory.identity(),
        &mut Rng::new(1),
    )
    .unwrap();
    assert!(open_recovery(&secret, &world.chain, bram.account, bram.epoch, &forged).is_err());

    let another_seed = seal_grant(
        grant.header,
        RecoverySeed::make(&mut Rng::new(7)).bytes(),
        &secret.public(),
        &anna,
        &mut Rng::new(1),
    )
    .unwrap();
    assert!(
        open_recovery(
            &secret,
            &world.chain,
            bram.account,
            bram.epoch,
            &another_seed
        )
        .is_err()
    );
}

#[test]
fn a_recovery_seed_is_sealed_only_to_administrators_of_the_manifest() {
    let world = World::new();
    let anna = world.anna.identity();
    let refused = make_recovery(
        &granter(&world.anna, &anna),
        &world.seed,
        &world.chain,
        &world.joined_state(),
        &mut Rng::new(1),
    );
    assert_eq!(refused.unwrap_err(), SealError::RecipientKey);

    let (world, state) = promoted(world);
    let other = RecoverySeed::make(&mut Rng::new(5));
    let refused = make_recovery(
        &granter(&world.anna, &anna),
        &other,
        &world.chain,
        &state.statement,
        &mut Rng::new(1),
    );
    assert_eq!(refused.unwrap_err(), SealError::RecipientKey);
}

#[test]
fn an_old_account_key_returns_to_its_owner() {
    let world = World::new();
    let anna = world.anna.identity();
    let renewed = world.bram.reset();
    let grant = make_restore(
        &granter(&world.anna, &anna),
        world.bram.epoch,
        &world.bram.key,
        &renewed.state(),
        &world.chain,
        &mut Rng::new(1),
    )
    .unwrap();
    let secret = renewed
        .key
        .account_encryption(renewed.account, renewed.epoch);
    let key = open_restore(&secret, &world.chain, &subject(&world.bram), &grant).unwrap();
    assert_eq!(key.bytes(), world.bram.key.bytes());

    let other = AccountKey::make(&mut Rng::new(9));
    let forged = seal_grant(
        grant.header,
        other.bytes(),
        &secret.public(),
        &anna,
        &mut Rng::new(1),
    )
    .unwrap();
    assert!(open_restore(&secret, &world.chain, &subject(&world.bram), &forged).is_err());

    let by_itself = seal_grant(
        GrantHeader {
            granter: world.bram.account,
            granter_identity: world.bram.identity().public(),
            ..grant.header
        },
        world.bram.key.bytes(),
        &secret.public(),
        &world.bram.identity(),
        &mut Rng::new(1),
    )
    .unwrap();
    assert!(open_restore(&secret, &world.chain, &subject(&world.bram), &by_itself).is_err());
}

#[test]
fn a_delegate_gets_the_mailbox_tier_and_a_send_key() {
    let world = World::new();
    let (anna, bram) = (&world.anna, &world.bram);
    let state = bram.state();
    let roster = Hash([7; 32]);
    let access = MailboxAccess {
        mailbox: bram.mailbox.clone(),
        send: SendSecret::make(&mut Rng::new(4)),
    };
    let member = RosterMember {
        account: anna.account,
        identity: anna.identity().public(),
        send_key: access.send.public(),
        role: Role::Delegate,
        visible: true,
    };
    let secret = anna
        .key
        .keyring(anna.account, anna.epoch)
        .grant(anna.account, anna.epoch);
    let identity = bram.identity();
    let make = |access: &MailboxAccess| {
        make_mailbox(
            &granter(bram, &identity),
            access,
            &state,
            roster,
            anna.account,
            &secret.public(),
            &mut Rng::new(1),
        )
        .unwrap()
    };
    let grant = make(&access);
    let opened = open_mailbox(&secret, &state, &member, &grant).unwrap();
    assert_eq!(opened.mailbox.expose(), bram.mailbox.expose());
    assert_eq!(opened.send.public(), member.send_key);

    let ghost = RosterMember {
        account: AccountId([9; 16]),
        ..member
    };
    assert!(open_mailbox(&secret, &state, &ghost, &grant).is_err());

    let other_mailbox = make(&MailboxAccess {
        mailbox: MailboxKey::make(&mut Rng::new(5)),
        ..access.clone()
    });
    assert!(open_mailbox(&secret, &state, &member, &other_mailbox).is_err());
    let other_send_key = make(&MailboxAccess {
        send: SendSecret::make(&mut Rng::new(5)),
        ..access
    });
    assert!(open_mailbox(&secret, &state, &member, &other_send_key).is_err());

    // Rosters changed around it: the grant goes on, as long as the newest has the same send key...
    let changed = RosterMember {
        visible: false,
        ..member
    };
    assert!(open_mailbox(&secret, &state, &changed, &grant).is_ok());
    // ...and not after it was replaced, nor once the mailbox key was.
    let replaced = RosterMember {
        send_key: SendSecret::make(&mut Rng::new(6)).public(),
        ..member
    };
    assert!(open_mailbox(&secret, &state, &replaced, &grant).is_err());
    let rotated = AccountState {
        mailbox_generation: 2,
        mailbox_encryption: bram.reset().state().mailbox_encryption,
        ..state.clone()
    };
    assert!(open_mailbox(&secret, &rotated, &member, &grant).is_err());
    // Nobody but the account itself grants: not a member, not an administrator in their own name.
    let by_anna = make_mailbox(
        &granter(anna, &anna.identity()),
        &opened,
        &state,
        roster,
        anna.account,
        &secret.public(),
        &mut Rng::new(1),
    )
    .unwrap();
    assert!(open_mailbox(&secret, &state, &member, &by_anna).is_err());
}

#[test]
fn nothing_is_sealed_to_what_is_no_key() {
    let world = World::new();
    let mut state = world.bram.reset().state();
    // Coefficients of an ML-KEM key are below 3329; 12 bits of ones are not.
    state.account_encryption = zegel_protocol::KemKey::from([0xff; 1216]);
    let anna = world.anna.identity();
    let refused = make_restore(
        &granter(&world.anna, &anna),
        1,
        &world.bram.key,
        &state,
        &world.chain,
        &mut Rng::new(1),
    );
    assert_eq!(refused.unwrap_err(), SealError::RecipientKey);
}

#[test]
fn an_owner_notices_public_keys_that_are_not_its_own() {
    let bram = Person::new(0xb2);
    let check = |change: fn(&mut AccountState)| {
        let mut state = bram.state();
        change(&mut state);
        bram.key.check_state(&bram.mailbox, &state)
    };
    assert_eq!(check(|_| ()), Ok(()));
    let changes: [fn(&mut AccountState); 6] = [
        |s| s.identity = Person::new(0x66).state().identity,
        |s| s.account_encryption = s.grant.clone(),
        |s| s.grant = s.account_encryption.clone(),
        |s| s.mailbox_encryption = s.grant.clone(),
        |s| s.epoch = 2,
        |s| s.mailbox_generation = 2,
    ];
    for change in changes {
        assert_eq!(check(change), Err(OpenError));
    }
}
