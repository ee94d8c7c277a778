//! Makes every object of the format from fixed inputs.

use zegel_protocol::encoding::Canonical;
use zegel_protocol::limits::DAY_MS;
use zegel_protocol::{
    AccountState, Address, AttachmentId, BlobType, CertificateMethod, ConversationId, Ctx, DraftId,
    Grant, Hash, IdentityKey, KeyCertificate, MessageId, Name, Namespace, Role, Roster,
    RosterMember, SearchSegmentId, Signed, Statement, signing_input,
};

use super::model::{
    BlobVector, CtxVector, GrantVector, Hex, MessageVector, RevocationVector, StanzaVector,
    StatementVector,
};
use crate::RecoveryCode;
use crate::blob::{self, ListEntry};
use crate::content::inventory::Inventory;
use crate::content::search::{Document, SearchSegment};
use crate::content::{
    Attachment, Body, Draft, PinnedContact, PinnedOrganization, Pins, Subject, Text, Trust,
    TypedAddress,
};
use crate::grant::{
    Granter, MailboxAccess, info, make_escrow, make_mailbox, make_recovery, make_restore,
};
use crate::hazmat::blob::open;
use crate::keys::{AttachmentKey, Kek, SendSecret};
use crate::message::{part_ctx, stanza_aad};
use crate::tests::messages;
use crate::tests::world::{NOW, Rng, World, address, domain};

fn blob_vector(name: &str, parent: &[u8; 32], ctx: &Ctx, sealed: &[u8]) -> BlobVector {
    BlobVector {
        name: name.to_owned(),
        parent_key: Hex::from(parent),
        ctx: CtxVector::new(ctx),
        ctx_bytes: Hex(ctx.to_bytes()),
        salt: Hex::from(&sealed[3..35]),
        plaintext: Hex::from(open(parent, ctx, sealed).unwrap().as_slice()),
        blob: Hex::from(sealed),
    }
}

fn pins(world: &World) -> Pins {
    let state = world.anna.identity().sign(world.anna.state());
    Pins {
        sequence: 3,
        contacts: vec![PinnedContact {
            account: world.anna.account,
            address: Address::parse("anna@vandijk.example").unwrap(),
            identity: state.statement.identity,
            epoch: 1,
            sequence: 1,
            state: state.hash(),
            trust: Trust::Certified,
        }],
        organizations: vec![PinnedOrganization {
            org_id: world.org_id(),
            version: 2,
            head: world.chain.head_hash(),
            method: zegel_protocol::JoinMethod::Link,
        }],
        checkpoint: None,
    }
}

fn draft() -> Draft {
    Draft {
        to: vec![TypedAddress::truncated("anna@vandijk.example")],
        conversation: Some(ConversationId([0x22; 16])),
        answers: Some(MessageId([0x11; 16])),
        subject: Subject::truncated("Re: Offer"),
        text: Text::truncated("Dear Anna,\n"),
        attachments: vec![attachment()],
        receipt_wanted: true,
        expires_after_ms: Some(7 * DAY_MS),
    }
}

/// Two messages: one word in both, and one in each alone.
fn search_segment() -> SearchSegment {
    let messages = [(0x11, ["anna", "offer"]), (0x33, ["anna", "zegel2026"])];
    let messages = messages.map(|(number, words)| {
        let document = Document {
            message: MessageId([number; 16]),
            signed_message: Hash([number + 1; 32]),
            sent_at: NOW,
        };
        (document, words.map(str::to_owned).into())
    });
    SearchSegment::of(&messages).unwrap()
}

/// Two messages that were there at a first rotation, and one that came before a second.
fn inventory() -> Inventory {
    let first = Inventory::next(
        &Inventory::default(),
        1,
        [Hash([0x34; 32]), Hash([0x12; 32])],
    );
    let now = [Hash([0x56; 32]), Hash([0x34; 32]), Hash([0x12; 32])];
    Inventory::next(&first, 2, now)
}

pub(super) fn blobs() -> Vec<BlobVector> {
    let world = World::new();
    let bram = &world.bram;
    let (account, epoch, generation) = (bram.account, bram.epoch, bram.generation);
    let identity = bram.identity().public();
    let keyring = bram.key.keyring(account, epoch);
    let mut rng = Rng::new(0x77);
    let mut vectors = Vec::new();

    let password = Kek::from_password(&[7; 64], account, epoch);
    let by_code = Kek::from_recovery_code(&RecoveryCode::make(&mut rng), account, epoch);
    for (name, kek) in [
        ("account key under a password", password),
        ("account key under a recovery code", by_code),
    ] {
        let sealed = blob::seal_account_key(&kek, account, epoch, &bram.key, &mut rng).unwrap();
        let ctx = blob::account_key_ctx(&kek, account, epoch, &identity);
        vectors.push(blob_vector(name, kek.bytes(), &ctx, &sealed));
    }

    let sealed = blob::seal_mailbox_key(
        &bram.key,
        account,
        epoch,
        generation,
        &bram.mailbox,
        &mut rng,
    )
    .unwrap();
    let public = bram.mailbox.encryption(account, generation).public();
    let ctx = blob::mailbox_key_ctx(account, epoch, generation, &public);
    vectors.push(blob_vector("mailbox key", bram.key.bytes(), &ctx, &sealed));

    let next = bram.reset().mailbox;
    let sealed =
        blob::seal_mailbox_history(&next, account, generation, &bram.mailbox, &mut rng).unwrap();
    let ctx = blob::mailbox_history_ctx(account, generation);
    vectors.push(blob_vector("mailbox history", next.bytes(), &ctx, &sealed));

    let sealed = blob::seal_pins(&keyring, account, epoch, &pins(&world), &mut rng).unwrap();
    let ctx = blob::pins_ctx(account, epoch);
    vectors.push(blob_vector("pins", keyring.bytes(), &ctx, &sealed));

    let sealed =
        blob::seal_recovery_seed(&world.anna.key, 1, world.org_id(), 1, &world.seed, &mut rng)
            .unwrap();
    let ctx = blob::recovery_seed_ctx(world.org_id(), 1, 1, &world.seed.public());
    vectors.push(blob_vector(
        "recovery seed",
        world.anna.key.bytes(),
        &ctx,
        &sealed,
    ));

    let message = sealed_message(&world);
    for (name, blob_type, sealed) in [
        ("summary", BlobType::Summary, &message.summary),
        ("body", BlobType::Body, &message.body),
    ] {
        let ctx = part_ctx(&message.signed.header, blob_type);
        vectors.push(blob_vector(name, message.key.bytes(), &ctx, sealed));
    }

    let id = message.signed.header.message;
    let entry: ListEntry = message.open().list_entry(
        &messages::summary(),
        crate::content::Snippet::truncated("Anna"),
    );
    let sealed =
        blob::seal_list_entry(&bram.mailbox, account, generation, id, &entry, &mut rng).unwrap();
    let ctx = blob::list_entry_ctx(account, generation, id);
    vectors.push(blob_vector(
        "list entry",
        bram.mailbox.bytes(),
        &ctx,
        &sealed,
    ));

    let id = DraftId([0x44; 16]);
    let sealed =
        blob::seal_draft(&bram.mailbox, account, generation, id, &draft(), &mut rng).unwrap();
    let ctx = blob::draft_ctx(account, generation, id);
    vectors.push(blob_vector("draft", bram.mailbox.bytes(), &ctx, &sealed));

    let id = SearchSegmentId([0x55; 16]);
    let segment = search_segment();
    let sealed =
        blob::seal_search_segment(&bram.mailbox, account, generation, id, &segment, &mut rng)
            .unwrap();
    let ctx = blob::search_segment_ctx(account, generation, id);
    vectors.push(blob_vector(
        "search segment",
        bram.mailbox.bytes(),
        &ctx,
        &sealed,
    ));

    let sealed = blob::seal_inventory(
        &bram.mailbox,
        account,
        generation + 2,
        &inventory(),
        &mut rng,
    )
    .unwrap();
    let ctx = blob::inventory_ctx(account, generation + 2);
    vectors.push(blob_vector(
        "inventory",
        bram.mailbox.bytes(),
        &ctx,
        &sealed,
    ));

    let mut types: Vec<_> = vectors.iter().map(|vector| vector.ctx.blob_type).collect();
    types.dedup();
    let all: Vec<_> = BlobType::ALL.iter().map(|kind| kind.number()).collect();
    assert_eq!(types, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    assert_eq!(types, all, "a blob type without a vector");
    vectors
}

fn statement_vector<T: Statement>(
    name: &str,
    signed: &Signed<T>,
    signer: &IdentityKey,
    cosigner: Option<&IdentityKey>,
) -> StatementVector {
    StatementVector {
        name: name.to_owned(),
        namespace: T::NAMESPACE.as_str().to_owned(),
        statement: Hex(signed.statement.to_bytes()),
        hash: Hex::from(&signed.hash()),
        signing_input: Hex(signing_input(T::NAMESPACE, &signed.hash())),
        signer: Hex::from(signer),
        signature: Hex::from(&signed.signature),
        cosigner: cosigner.map(Hex::from),
        cosignature: signed.cosignature.as_ref().map(Hex::from),
        envelope: Hex(signed.to_bytes()),
    }
}

fn certificate(world: &World) -> Signed<KeyCertificate> {
    world.anna.identity().sign(KeyCertificate {
        org_id: world.org_id(),
        manifest_version: 2,
        account: world.bram.account,
        addresses: vec![address()],
        identity: world.bram.identity().public(),
        epoch: 1,
        min_sequence: 2,
        method: CertificateMethod::Link,
        issued_at: NOW,
        expires_at: NOW.plus_ms(90 * DAY_MS),
        issuer: world.anna.identity().public(),
    })
}

fn roster(world: &World) -> Signed<Roster> {
    world.bram.identity().sign(Roster {
        account: world.bram.account,
        version: 1,
        previous: Hash::ZERO,
        members: vec![RosterMember {
            account: world.anna.account,
            identity: world.anna.identity().public(),
            send_key: delegate_send().public(),
            role: Role::Delegate,
            visible: true,
        }],
    })
}

fn delegate_send() -> SendSecret {
    SendSecret::make(&mut Rng::new(0x55))
}

/// Bram's state after joining, and the co-signed one of his next epoch.
fn states(world: &World) -> (Signed<AccountState>, Signed<AccountState>) {
    let joined = world.bram.identity().sign(world.joined_state());
    let renewed = world.bram.reset();
    let next = renewed.identity().sign(AccountState {
        sequence: 3,
        previous: joined.hash(),
        joined: joined.statement.joined.clone(),
        ..renewed.state()
    });
    let next = world.bram.identity().cosign(next);
    AccountState::verify_successor(&joined, &next).unwrap();
    (joined, next)
}

pub(super) fn statements() -> Vec<StatementVector> {
    let world = World::new();
    let anna = world.anna.identity().public();
    let bram = world.bram.identity().public();
    assert!(world.chain.domain(&domain()).is_some());
    let [genesis, .., latest] = world.chain.manifests() else {
        panic!("a chain of several");
    };
    let (joined, cosigned) = states(&world);
    let mut send = messages::send_certificate(&world.bram).statement;
    send.shown_name = Some(Name::try_from("Bram de Wit").unwrap());
    let send = world.bram.identity().sign(send);
    vec![
        statement_vector("manifest, genesis", genesis, &anna, None),
        statement_vector("manifest, version 2", latest, &anna, None),
        statement_vector("account state, joined", &joined, &bram, None),
        statement_vector(
            "account state, co-signed",
            &cosigned,
            &cosigned.statement.identity,
            Some(&bram),
        ),
        statement_vector("key certificate", &certificate(&world), &anna, None),
        statement_vector("roster", &roster(&world), &bram, None),
        statement_vector("send certificate", &send, &bram, None),
    ]
}

fn grant_vector(
    name: &str,
    grant: &Grant,
    seed: &[u8; 32],
    payload: &[u8],
    randomness: &[u8],
) -> GrantVector {
    assert_eq!(randomness.len(), 64);
    let namespace = Namespace::Grant(grant.header.grant_type);
    GrantVector {
        name: name.to_owned(),
        recipient_seed: Hex::from(seed),
        header: Hex(grant.header.to_bytes()),
        header_hash: Hex::from(&grant.header.hash()),
        info: String::from_utf8(info(grant.header.grant_type)).unwrap(),
        randomness: Hex::from(randomness),
        payload: Hex::from(payload),
        signing_input: Hex(signing_input(namespace, &grant.hash())),
        signer: Hex::from(&grant.header.granter_identity),
        signature: Hex::from(&grant.signature),
        grant: Hex(grant.to_bytes()),
    }
}

pub(super) fn grants() -> Vec<GrantVector> {
    let world = World::new();
    let (anna, bram) = (&world.anna, &world.bram);
    let (anna_identity, bram_identity) = (anna.identity(), bram.identity());
    let by_anna = Granter {
        account: anna.account,
        identity: &anna_identity,
        time: NOW,
    };
    let by_bram = Granter {
        account: bram.account,
        identity: &bram_identity,
        time: NOW,
    };
    let mut vectors = Vec::new();

    let mut rng = Rng::new(0x81);
    let replaces = Some(Hash([0x0e; 32]));
    let grant = make_escrow(
        &by_bram,
        bram.account,
        bram.epoch,
        &bram.key,
        &world.chain,
        replaces,
        &mut rng,
    )
    .unwrap();
    vectors.push(grant_vector(
        "escrow",
        &grant,
        world.seed.bytes(),
        bram.key.bytes(),
        &rng.drawn,
    ));

    let mut rng = Rng::new(0x82);
    let secret = anna.key.account_encryption(anna.account, anna.epoch);
    let state = anna.state();
    let grant = make_recovery(&by_anna, &world.seed, &world.chain, &state, &mut rng).unwrap();
    vectors.push(grant_vector(
        "recovery",
        &grant,
        secret.bytes(),
        world.seed.bytes(),
        &rng.drawn,
    ));

    let mut rng = Rng::new(0x83);
    let renewed = bram.reset();
    let secret = renewed
        .key
        .account_encryption(renewed.account, renewed.epoch);
    let grant = make_restore(
        &by_anna,
        bram.epoch,
        &bram.key,
        &renewed.state(),
        &world.chain,
        &mut rng,
    )
    .unwrap();
    vectors.push(grant_vector(
        "restore",
        &grant,
        secret.bytes(),
        bram.key.bytes(),
        &rng.drawn,
    ));

    let mut rng = Rng::new(0x84);
    let secret = anna
        .key
        .keyring(anna.account, anna.epoch)
        .grant(anna.account, anna.epoch);
    let access = MailboxAccess {
        mailbox: bram.mailbox.clone(),
        send: delegate_send(),
    };
    let grant = make_mailbox(
        &by_bram,
        &access,
        &bram.state(),
        roster(&world).hash(),
        anna.account,
        &secret.public(),
        &mut rng,
    )
    .unwrap();
    let payload = [*access.mailbox.bytes(), *access.send.seed()].concat();
    vectors.push(grant_vector(
        "mailbox",
        &grant,
        secret.bytes(),
        &payload,
        &rng.drawn,
    ));
    vectors
}

fn attachment() -> Attachment {
    Attachment {
        id: AttachmentId([0x66; 16]),
        key: AttachmentKey::make(&mut Rng::new(0x67)),
        name: Text::truncated("offer.pdf"),
        media_type: Text::truncated("application/pdf"),
        size_bytes: 100_000,
        chunks: 2,
        hash: Hash([0x68; 32]),
    }
}

fn sealed_message(world: &World) -> crate::SealedMessage {
    let body = Body {
        attachments: vec![attachment()],
        receipt_wanted: true,
        ..messages::body()
    };
    messages::seal(&world.anna, &[&world.bram.state()], &body).unwrap()
}

pub(super) fn message() -> Vec<MessageVector> {
    let world = World::new();
    let message = sealed_message(&world);
    let header = &message.signed.header;
    assert_eq!(header.message, MessageId([0x11; 16]));
    let stanzas = [&world.bram, &world.anna]
        .into_iter()
        .zip(&message.stanzas)
        .map(|(person, stanza)| StanzaVector {
            account: Hex::from(&person.account),
            recipient_seed: Hex::from(
                person
                    .mailbox
                    .encryption(person.account, person.generation)
                    .bytes(),
            ),
            aad: Hex(stanza_aad(header.hash(), person.account)),
            stanza: Hex::from(stanza),
        })
        .collect();
    vec![MessageVector {
        name: "message from one account to another".to_owned(),
        sender_identity: Hex::from(&world.anna.identity().public()),
        send_key: Hex::from(&messages::send_secret(&world.anna).public()),
        message_key: Hex::from(message.key.bytes()),
        header: Hex(header.to_bytes()),
        summary: Hex::from(&message.summary),
        body: Hex::from(&message.body),
        stanzas,
        signing_input: Hex(signing_input(Namespace::Message, &message.signed.hash())),
        signed_message: Hex(message.signed.to_bytes()),
    }]
}

pub(super) fn revocations() -> Vec<RevocationVector> {
    let world = World::new();
    let signed = messages::revocation(&world.anna, &sealed_message(&world));
    let hash = signed.revocation.hash();
    vec![RevocationVector {
        name: "the message of message.json, taken back a minute later".to_owned(),
        sender_identity: Hex::from(&world.anna.identity().public()),
        send_key: Hex::from(&messages::send_secret(&world.anna).public()),
        revocation: Hex(signed.revocation.to_bytes()),
        signing_input: Hex(signing_input(Namespace::Revocation, &hash)),
        signed_revocation: Hex(signed.to_bytes()),
    }]
}
