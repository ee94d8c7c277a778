//! Context confusion, generated: every object under every other context, with the *right key* and,
//! where there is a signature, a newly made valid one, so that the context alone has to stop it.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;
use zegel_protocol::{
    AccountId, BlobType, Ctx, Field, GrantHeader, GrantType, Hash, MessageId, Namespace, ObjectId,
    OrgId, Owner, Revocation, Timestamp,
};

use super::world::{NOW, Person, Rng};
use crate::grant::{open_grant, seal_grant};
use crate::hazmat::blob;
use crate::hazmat::hpke;
use crate::message::{STANZA_INFO, stanza_aad};

fn owners() -> [Owner; 4] {
    // The last two begin alike: a short id must not pass for the start of a long one.
    [
        Owner::Account(AccountId([1; 16])),
        Owner::Account(AccountId([2; 16])),
        Owner::Organization(OrgId([1; 32])),
        Owner::Organization(OrgId([2; 32])),
    ]
}

fn objects() -> [ObjectId; 5] {
    [
        ObjectId::None,
        ObjectId::Id([1; 16]),
        ObjectId::Id([2; 16]),
        ObjectId::Hash(Hash([1; 32])),
        ObjectId::Hash(Hash([2; 32])),
    ]
}

const NUMBERS: [u32; 3] = [0, 1, 256];

/// 11 types × 4 owners × 5 objects × 3 epochs × 3 generations × 3 fields.
fn contexts() -> Vec<Ctx> {
    let mut contexts = Vec::new();
    for blob_type in BlobType::ALL {
        for owner in owners() {
            for object in objects() {
                for epoch in NUMBERS {
                    for generation in NUMBERS {
                        for field in Field::ALL {
                            contexts.push(Ctx {
                                blob_type: *blob_type,
                                owner,
                                object,
                                epoch,
                                generation,
                                field: *field,
                            });
                        }
                    }
                }
            }
        }
    }
    contexts
}

#[test]
fn no_two_contexts_have_the_same_bytes() {
    let mut bytes: Vec<_> = contexts().iter().map(Ctx::to_bytes).collect();
    let all = bytes.len();
    bytes.sort();
    bytes.dedup();
    assert_eq!(bytes.len(), all);
    assert_eq!(all, 11 * 4 * 5 * 3 * 3 * 3);
}

#[test]
fn a_blob_opens_under_its_own_context_only() {
    let key = [7; 32];
    let contexts = contexts();
    let mut rng = Rng::new(1);
    // One blob a type, each at another place; opened under every context there is.
    for (index, blob_type) in BlobType::ALL.iter().enumerate() {
        let own = contexts
            .iter()
            .filter(|ctx| ctx.blob_type == *blob_type)
            .nth(index * 53)
            .unwrap();
        let sealed = blob::seal(&key, own, b"text", &mut rng).unwrap();
        for ctx in &contexts {
            // The type in the header is made to fit, or it would stop the blob by itself.
            let mut moved = sealed.clone();
            moved[2] = ctx.blob_type.number();
            assert_eq!(
                blob::open(&key, ctx, &moved).is_ok(),
                ctx == own,
                "{own:?} as {ctx:?}"
            );
        }
    }
}

fn header(person: &Person) -> GrantHeader {
    GrantHeader {
        grant_type: GrantType::Escrow,
        granter: person.account,
        granter_identity: person.identity().public(),
        recipient: Owner::Account(AccountId([1; 16])),
        recipient_key: Hash([1; 32]),
        subject: AccountId([1; 16]),
        epoch: 1,
        generation: 1,
        authority: Hash([1; 32]),
        replaces: None,
        time: NOW,
    }
}

/// Headers that differ from `header` in exactly one field, and in it by every way there is.
fn other_headers(header: &GrantHeader) -> Vec<GrantHeader> {
    let mut others = Vec::new();
    for grant_type in GrantType::ALL {
        others.push(GrantHeader {
            grant_type: *grant_type,
            ..*header
        });
    }
    others.push(GrantHeader {
        granter: AccountId([9; 16]),
        ..*header
    });
    for recipient in owners() {
        others.push(GrantHeader {
            recipient,
            ..*header
        });
    }
    for number in NUMBERS {
        others.push(GrantHeader {
            epoch: number,
            ..*header
        });
        others.push(GrantHeader {
            generation: number,
            ..*header
        });
    }
    others.push(GrantHeader {
        subject: AccountId([2; 16]),
        ..*header
    });
    for hash in [Hash([2; 32]), Hash::ZERO] {
        others.push(GrantHeader {
            recipient_key: hash,
            ..*header
        });
        others.push(GrantHeader {
            authority: hash,
            ..*header
        });
        others.push(GrantHeader {
            replaces: Some(hash),
            ..*header
        });
    }
    others.push(GrantHeader {
        time: Timestamp(NOW.0 + 1),
        ..*header
    });
    others.retain(|other| other != header);
    others
}

#[test]
fn a_grant_opens_under_its_own_header_only() {
    let person = Person::new(1);
    let identity = person.identity();
    let seed = [7; 32];
    let public = hpke::public_key(&seed);
    for grant_type in GrantType::ALL {
        let own = GrantHeader {
            grant_type: *grant_type,
            ..header(&person)
        };
        let grant = seal_grant(own, b"key", &public, &identity, &mut Rng::new(1)).unwrap();
        assert_eq!(open_grant(&seed, &grant).unwrap().as_slice(), b"key");
        let others = other_headers(&own);
        assert_eq!(others.len(), 19);
        for other in others {
            let mut moved = grant.clone();
            moved.header = other;
            assert!(open_grant(&seed, &moved).is_err(), "unsigned: {other:?}");
            moved.signature = identity.sign_hash(Namespace::Grant(other.grant_type), &moved.hash());
            assert_eq!(moved.verify_signature(), Ok(()));
            assert!(open_grant(&seed, &moved).is_err(), "{own:?} as {other:?}");
        }
    }
}

#[test]
fn a_grant_is_no_stanza_and_a_stanza_is_no_grant() {
    let person = Person::new(1);
    let identity = person.identity();
    let seed = [7; 32];
    let public = hpke::public_key(&seed);
    let own = header(&person);
    let grant = seal_grant(own, &[1; 32], &public, &identity, &mut Rng::new(1)).unwrap();
    for aad in [
        own.hash().as_bytes().to_vec(),
        stanza_aad(own.hash(), person.account),
    ] {
        let opened = hpke::open(
            &seed,
            STANZA_INFO,
            grant.enc.as_slice(),
            &grant.ciphertext,
            &aad,
        );
        assert!(opened.is_err());
    }

    let aad = own.hash();
    let stanza = hpke::seal(
        &public,
        STANZA_INFO,
        &[1; 32],
        aad.as_bytes(),
        &mut Rng::new(1),
    )
    .unwrap();
    let mut posing = grant;
    posing.enc = stanza.enc;
    posing.ciphertext = stanza.ciphertext;
    posing.signature = identity.sign_hash(Namespace::Grant(own.grant_type), &posing.hash());
    assert!(open_grant(&seed, &posing).is_err());
}

#[test]
fn a_stanza_opens_for_its_own_header_and_account_only() {
    let seed = [7; 32];
    let public = hpke::public_key(&seed);
    let (header, account) = (Hash([1; 32]), AccountId([1; 16]));
    let stanza = hpke::seal(
        &public,
        STANZA_INFO,
        &[1; 32],
        &stanza_aad(header, account),
        &mut Rng::new(1),
    )
    .unwrap();
    for (header, account, ok) in [
        (header, account, true),
        (Hash([2; 32]), account, false),
        (header, AccountId([2; 16]), false),
    ] {
        let opened = hpke::open(
            &seed,
            STANZA_INFO,
            stanza.enc.as_slice(),
            &stanza.ciphertext,
            &stanza_aad(header, account),
        );
        assert_eq!(opened.is_ok(), ok);
    }
}

#[test]
fn derived_keys_differ_in_every_part_of_their_context() {
    let person = Person::new(1);
    let key = &person.key;
    let (one, two) = (AccountId([1; 16]), AccountId([2; 16]));
    let mut secrets = Vec::new();
    for (account, epoch) in [(one, 1), (one, 2), (two, 1)] {
        let keyring = key.keyring(account, epoch);
        secrets.push(*key.identity(account, epoch).seed());
        secrets.push(*key.account_encryption(account, epoch).bytes());
        secrets.push(*keyring.bytes());
        secrets.push(*keyring.grant(account, epoch).bytes());
        for generation in [1, 2] {
            secrets.push(*keyring.send(account, epoch, generation).seed());
        }
    }
    for (account, generation) in [(one, 1), (one, 2), (two, 1)] {
        secrets.push(*person.mailbox.encryption(account, generation).bytes());
    }
    let all = secrets.len();
    secrets.sort_unstable();
    secrets.dedup();
    assert_eq!(secrets.len(), all);
}

/// Every kind of thing that a send key or an identity signs, read as every other kind: the right
/// key, a valid signature over the very hash that is asked for, and only the role is another.
#[test]
fn a_signature_counts_in_its_own_role_only() {
    let person = Person::new(1);
    let identity = person.identity();
    let send = super::messages::send_secret(&person);
    let hash = Hash([3; 32]);
    for made in Namespace::ALL {
        let by_identity = identity.sign_hash(*made, &hash);
        let by_send_key = send.sign_hash(*made, &hash);
        for read in Namespace::ALL {
            let own = made == read;
            let verified = identity.public().verify(*read, &hash, &by_identity);
            assert_eq!(verified.is_ok(), own, "{made:?} as {read:?}");
            let verified = send.public().verify(*read, &hash, &by_send_key);
            assert_eq!(verified.is_ok(), own, "{made:?} as {read:?}");
        }
    }
    assert_eq!(Namespace::ALL.len(), 12);
}

/// A revocation under every other namespace, and every field of it changed with a signature that is
/// made anew: by the right key it counts for what it now says, never for what it said.
#[test]
fn a_revocation_is_of_one_message_and_sender() {
    let (anna, bram) = (Person::new(0xa1), Person::new(0xb2));
    let message = super::messages::seal(&anna, &[&bram.state()], &super::messages::body()).unwrap();
    let own = super::messages::revocation(&anna, &message);
    let identity = anna.identity().public();
    let send = super::messages::send_secret(&anna);
    for namespace in Namespace::ALL {
        let mut signed = own.clone();
        signed.signature = send.sign_hash(*namespace, &signed.revocation.hash());
        let counts = signed.verify(&identity).is_ok();
        assert_eq!(counts, *namespace == Namespace::Revocation, "{namespace:?}");
    }
    let changes: [fn(&mut Revocation); 4] = [
        |it| it.sender = AccountId([9; 16]),
        |it| it.message = MessageId([9; 16]),
        |it| it.signed_message = Hash([9; 32]),
        |it| it.revoked_at = Timestamp(NOW.0 + 1),
    ];
    for change in changes {
        let mut moved = own.clone();
        change(&mut moved.revocation);
        assert!(moved.verify(&identity).is_err());
        let again = send.revoke(moved.revocation);
        // Another sender is refused whoever signs: the certificate is not theirs.
        let same_sender = again.revocation.sender == anna.account;
        assert_eq!(again.verify(&identity).is_ok(), same_sender);
        assert_ne!(again.revocation, own.revocation);
    }
    // The message's own signature takes nothing back, and a revocation's is no message's.
    let mut posing = own;
    posing.signature = message.signed.signature;
    assert!(posing.verify(&identity).is_err());
}
