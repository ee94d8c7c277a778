//! Derived keys, and the codes that people handle.

use zegel_protocol::{AccountId, ClaimNonce, DomainRecord, KemKey};

use super::model::{CodeVector, Hex, KeyVector};
use crate::keys::Kek;
use crate::padding::pad;
use crate::tests::world::{Person, Rng, World, address};
use crate::{AdoptionLink, RecoveryCode, SafetyNumber};

fn key_info(role: &str, account: AccountId, epoch: u32, generation: u32) -> Hex {
    Hex([
        b"zegel/v1/key/",
        role.as_bytes(),
        account.as_ref(),
        &epoch.to_be_bytes(),
        &generation.to_be_bytes(),
    ]
    .concat())
}

pub(super) fn keys() -> Vec<KeyVector> {
    let person = Person::new(0xb2);
    let (account, epoch, generation) = (person.account, 1, 1);
    let key = &person.key;
    let keyring = key.keyring(account, epoch);
    let identity = key.identity(account, epoch);
    let encryption = key.account_encryption(account, epoch);
    let grant = keyring.grant(account, epoch);
    let send = keyring.send(account, epoch, generation);
    let mailbox = person.mailbox.encryption(account, generation);
    let vector =
        |role: &str, parent: &[u8; 32], epoch, generation, derived: &[u8; 32], public| KeyVector {
            name: role.to_owned(),
            parent: Hex::from(parent),
            info: key_info(role, account, epoch, generation),
            derived: Hex::from(derived),
            public,
        };
    let fingerprint = |key: KemKey| Some(Hex::from(&key.fingerprint()));
    let public = |key: &[u8; 32]| Some(Hex::from(key));
    let (root, ring) = (key.bytes(), keyring.bytes());
    let mut vectors = vec![
        vector(
            "identity",
            root,
            epoch,
            0,
            identity.seed(),
            public(identity.public().as_bytes()),
        ),
        vector(
            "account-encryption",
            root,
            epoch,
            0,
            encryption.bytes(),
            fingerprint(encryption.public()),
        ),
        vector("keyring", root, epoch, 0, ring, None),
        vector(
            "grant",
            ring,
            epoch,
            0,
            grant.bytes(),
            fingerprint(grant.public()),
        ),
        vector(
            "send",
            ring,
            epoch,
            generation,
            send.seed(),
            public(send.public().as_bytes()),
        ),
        vector(
            "mailbox-encryption",
            person.mailbox.bytes(),
            0,
            generation,
            mailbox.bytes(),
            fingerprint(mailbox.public()),
        ),
    ];
    let export_key: [u8; 64] = std::array::from_fn(|index| index as u8);
    let code = RecoveryCode::make(&mut Rng::new(1));
    for (method, secret, kek) in [
        (
            "password",
            Hex::from(&export_key),
            Kek::from_password(&export_key, account, epoch),
        ),
        (
            "recovery-code",
            Hex::from(code.bytes()),
            Kek::from_recovery_code(&code, account, epoch),
        ),
    ] {
        vectors.push(KeyVector {
            name: format!("kek {method}"),
            parent: secret,
            info: Hex([
                b"zegel/v1/kek/",
                method.as_bytes(),
                account.as_ref(),
                &1u32.to_be_bytes(),
            ]
            .concat()),
            derived: Hex::from(kek.bytes()),
            public: None,
        });
    }
    vectors
}

pub(super) fn codes() -> Vec<CodeVector> {
    let world = World::new();
    let (account, identity) = (world.bram.account, world.bram.identity().public());
    let code = RecoveryCode::make(&mut Rng::new(1));
    let token = world.seed.join_token(world.org_id(), &address());
    let link = AdoptionLink {
        org_id: world.org_id(),
        version: 2,
        token: token.clone(),
    };
    let record = DomainRecord {
        org_id: world.org_id(),
        nonce: ClaimNonce([0x0d; 16]),
    };
    let vector = |name: &str, input: Vec<Hex>, output: String| CodeVector {
        name: name.to_owned(),
        input,
        output,
    };
    vec![
        vector(
            "recovery code (input: code)",
            vec![Hex::from(code.bytes())],
            code.display().to_string(),
        ),
        vector(
            "safety number of an account (input: account, identity key)",
            vec![Hex::from(&account), Hex::from(&identity)],
            SafetyNumber::of_account(account, &identity).to_string(),
        ),
        vector(
            "safety number of an organisation (input: organisation)",
            vec![Hex::from(&world.org_id())],
            SafetyNumber::of_organization(world.org_id()).to_string(),
        ),
        vector(
            "adoption link (input: recovery seed, organisation, address in UTF-8)",
            vec![
                Hex::from(world.seed.bytes()),
                Hex::from(&world.org_id()),
                Hex::from(address().as_str()),
            ],
            link.fragment().to_string(),
        ),
        vector(
            "join proof, in hexadecimal (input: recovery seed, organisation, address in UTF-8, account, identity key)",
            vec![
                Hex::from(world.seed.bytes()),
                Hex::from(&world.org_id()),
                Hex::from(address().as_str()),
                Hex::from(&account),
                Hex::from(&identity),
            ],
            hex::encode(token.proof(account, &identity).0),
        ),
        vector(
            "TXT record (input: organisation, nonce)",
            vec![Hex::from(&world.org_id()), Hex::from(&[0x0d; 16])],
            record.to_string(),
        ),
        vector(
            "padding, in hexadecimal (input: plaintext)",
            vec![Hex::from("zegel")],
            hex::encode(pad(b"zegel", 1024).unwrap().as_slice()),
        ),
    ]
}
