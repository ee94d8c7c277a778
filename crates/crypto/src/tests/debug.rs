//! `Debug` of a secret shows its type and nothing else.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::world::{NOW, Person, Rng, World, address};
use crate::blob::ListEntry;
use crate::content::{Listed, Snippet, Subject};
use crate::grant::{Granter, MailboxAccess};
use crate::keys::{AttachmentKey, DeviceKey, Kek, MessageKey, RecoverySeed, SendSecret};
use crate::{AdoptionLink, RecoveryCode};

#[test]
fn secrets_print_nothing() {
    let mut rng = Rng::new(1);
    let Person {
        account,
        epoch,
        key,
        mailbox,
        ..
    } = Person::new(1);
    let keyring = key.keyring(account, epoch);
    let identity = key.identity(account, epoch);
    let send = SendSecret::make(&mut rng);
    let world = World::new();
    let token = world.seed.join_token(world.org_id(), &address());
    let printed = [
        format!("{key:?}"),
        format!("{keyring:?}"),
        format!("{mailbox:?}"),
        format!("{identity:?}"),
        format!("{send:?}"),
        format!("{:?}", key.account_encryption(account, epoch)),
        format!("{:?}", keyring.grant(account, epoch)),
        format!("{:?}", mailbox.encryption(account, 1)),
        format!("{:?}", MessageKey::make(&mut rng)),
        format!("{:?}", AttachmentKey::make(&mut rng)),
        format!("{:?}", RecoverySeed::make(&mut rng)),
        format!("{:?}", RecoveryCode::make(&mut rng)),
        format!("{:?}", DeviceKey::make(&mut rng)),
        format!("{:?}", Kek::from_password(&[1; 64], account, epoch)),
        format!("{token:?}"),
        format!("{:?}", MailboxAccess { mailbox, send }),
    ];
    assert_eq!(
        printed,
        [
            "AccountKey(..)",
            "KeyringKey(..)",
            "MailboxKey(..)",
            "IdentitySecret(..)",
            "SendSecret(..)",
            "AccountEncryptionSecret(..)",
            "GrantSecret(..)",
            "MailboxEncryptionSecret(..)",
            "MessageKey(..)",
            "AttachmentKey(..)",
            "RecoverySeed(..)",
            "RecoveryCode(..)",
            "DeviceKey(..)",
            "Kek(..)",
            "JoinToken(..)",
            "MailboxAccess { mailbox: MailboxKey(..), send: SendSecret(..) }",
        ]
    );
}

#[test]
fn what_holds_secrets_prints_none_of_them() {
    let world = World::new();
    let link = AdoptionLink {
        org_id: world.org_id(),
        version: 2,
        token: world.seed.join_token(world.org_id(), &address()),
    };
    let printed = format!("{link:?}");
    assert!(
        printed.ends_with("version: 2, token: JoinToken(..) }"),
        "{printed}"
    );

    let identity = world.anna.identity();
    let granter = Granter {
        account: world.anna.account,
        identity: &identity,
        time: NOW,
    };
    assert!(format!("{granter:?}").contains("identity: IdentitySecret(..)"));
}

#[test]
fn what_people_write_is_not_printed() {
    let entry = ListEntry {
        listed: Listed {
            signed_message: zegel_protocol::Hash::ZERO,
            sender: zegel_protocol::AccountId([0; 16]),
            conversation: zegel_protocol::ConversationId([0; 16]),
            sent_at: NOW,
            subject: Subject::truncated("a private subject"),
            snippet: Snippet::truncated("private words"),
            attachments: 0,
            correspondents: Snippet::truncated("private people"),
        },
        key: MessageKey::make(&mut Rng::new(1)),
    };
    let printed = format!("{entry:?}");
    assert!(!printed.contains("private"), "{printed}");
    assert!(printed.contains("Text(17 bytes)"));
    assert!(printed.contains("MessageKey(..)"));
}
