//! Round trip and tampering, for any content.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use zegel_protocol::{
    AccountId, BlobType, Canonical, ConversationId, Ctx, DraftId, Field, Grant, GrantHeader,
    GrantType, Hash, MessageId, ObjectId, OrgId, Owner, SearchSegmentId,
};

use super::messages::{body, seal as seal_message, summary};
use super::world::{NOW, Person, Rng};
use crate::blob::{open_draft, open_search_segment, seal_draft, seal_search_segment};
use crate::content::search::{Document, SearchSegment};
use crate::content::{Draft, Subject, Text, TypedAddress};
use crate::grant::{open_grant, seal_grant};
use crate::hazmat::{blob, hpke};
use crate::{AdoptionLink, JoinToken, OpenMessage, RecoveryCode, SafetyNumber};

fn ctx() -> impl Strategy<Value = Ctx> {
    let owner = prop_oneof![
        any::<[u8; 16]>().prop_map(|id| Owner::Account(AccountId(id))),
        any::<[u8; 32]>().prop_map(|id| Owner::Organization(OrgId(id))),
    ];
    let object = prop_oneof![
        Just(ObjectId::None),
        any::<[u8; 16]>().prop_map(ObjectId::Id),
        any::<[u8; 32]>().prop_map(|hash| ObjectId::Hash(Hash(hash))),
    ];
    (
        prop::sample::select(BlobType::ALL),
        owner,
        object,
        any::<u32>(),
        any::<u32>(),
        prop::sample::select(Field::ALL),
    )
        .prop_map(|(blob_type, owner, object, epoch, generation, field)| Ctx {
            blob_type,
            owner,
            object,
            epoch,
            generation,
            field,
        })
}

proptest! {
    #[test]
    fn blobs_open_to_what_was_sealed(
        key in any::<[u8; 32]>(),
        ctx in ctx(),
        plaintext in prop::collection::vec(any::<u8>(), 0..3000),
        seed in any::<u8>(),
    ) {
        let sealed = blob::seal(&key, &ctx, &plaintext, &mut Rng::new(seed)).unwrap();
        prop_assert_eq!(sealed.len(), plaintext.len() + blob::OVERHEAD);
        let opened = blob::open(&key, &ctx, &sealed).unwrap();
        prop_assert_eq!(opened.as_slice(), plaintext.as_slice());
    }

    #[test]
    fn tampered_blobs_do_not_open(
        key in any::<[u8; 32]>(),
        ctx in ctx(),
        plaintext in prop::collection::vec(any::<u8>(), 0..300),
        at in any::<prop::sample::Index>(),
        change in 1u8..,
    ) {
        let mut sealed = blob::seal(&key, &ctx, &plaintext, &mut Rng::new(1)).unwrap();
        let at = at.index(sealed.len());
        sealed[at] ^= change;
        prop_assert!(blob::open(&key, &ctx, &sealed).is_err());
    }

    #[test]
    fn blobs_open_under_no_other_key_or_context(
        key in any::<[u8; 32]>(),
        other_key in any::<[u8; 32]>(),
        own in ctx(),
        other in ctx(),
    ) {
        let sealed = blob::seal(&key, &own, b"text", &mut Rng::new(1)).unwrap();
        prop_assert_eq!(blob::open(&key, &other, &sealed).is_ok(), own == other);
        prop_assert_eq!(blob::open(&other_key, &own, &sealed).is_ok(), key == other_key);
    }

    #[test]
    fn opening_survives_anything(
        key in any::<[u8; 32]>(),
        ctx in ctx(),
        bytes in prop::collection::vec(any::<u8>(), 0..1500),
    ) {
        prop_assert!(blob::open(&key, &ctx, &bytes).is_err());
        let _ = hpke::open(&key, b"info", &bytes[..bytes.len().min(1120)], &bytes, b"aad");
    }

    #[test]
    fn codes_and_links_survive_anything(text in any::<String>()) {
        let _ = RecoveryCode::parse(&text);
        let _ = SafetyNumber::parse(&text);
        let _ = AdoptionLink::parse(&text);
    }

    #[test]
    fn recovery_codes_read_back(seed in any::<u8>(), lower in any::<bool>()) {
        let code = RecoveryCode::make(&mut Rng::new(seed));
        let text = code.display();
        let typed = if lower { text.to_lowercase() } else { text.replace('-', " ") };
        let read = RecoveryCode::parse(&typed).unwrap();
        prop_assert_eq!(read.bytes(), code.bytes());
    }

    #[test]
    fn links_read_back(org in any::<[u8; 32]>(), version in any::<u32>(), token in any::<[u8; 32]>()) {
        let link = AdoptionLink { org_id: OrgId(org), version, token: JoinToken::from(token) };
        let read = AdoptionLink::parse(&link.fragment()).unwrap();
        prop_assert_eq!(read.fragment(), link.fragment());
    }

    #[test]
    fn drafts_open_to_what_was_written(subject in ".{0,100}", text in "(.|\n){0,2000}", conversation in any::<Option<[u8; 16]>>(), answers in any::<Option<[u8; 16]>>(), receipt_wanted: bool, expires_after_ms: Option<u64>) {
        let person = Person::new(1);
        let draft = Draft {
            to: vec![TypedAddress::truncated("bram@vandijk.example")],
            conversation: conversation.map(ConversationId),
            answers: answers.map(MessageId),
            subject: Subject::truncated(&subject),
            text: Text::truncated(&text),
            attachments: Vec::new(),
            receipt_wanted,
            expires_after_ms,
        };
        let id = DraftId([4; 16]);
        let sealed = seal_draft(&person.mailbox, person.account, 1, id, &draft, &mut Rng::new(1)).unwrap();
        let opened = open_draft(&person.mailbox, person.account, 1, id, &sealed).unwrap();
        prop_assert_eq!(opened, draft);
    }

    #[test]
    fn search_segments_open_to_what_was_indexed(
        messages in prop::collection::vec((any::<[u8; 16]>(), prop::collection::btree_set("[a-zé0-9]{1,8}", 0..30)), 0..40),
        beginning in "[a-zé0-9]{1,2}",
        split in any::<prop::sample::Index>(),
    ) {
        let messages: Vec<(Document, BTreeSet<String>)> = BTreeMap::from_iter(messages)
            .into_iter()
            .map(|(id, words)| {
                let document = Document {
                    message: MessageId(id),
                    signed_message: Hash::of(&id),
                    sent_at: NOW,
                };
                (document, words)
            })
            .collect();
        let segment = SearchSegment::of(&messages).unwrap();
        let person = Person::new(1);
        let id = SearchSegmentId([4; 16]);
        let sealed = seal_search_segment(&person.mailbox, person.account, 1, id, &segment, &mut Rng::new(1)).unwrap();
        let opened = open_search_segment(&person.mailbox, person.account, 1, id, &sealed).unwrap();
        prop_assert_eq!(&opened, &segment);
        let found: Vec<Document> = opened.find(std::slice::from_ref(&beginning)).copied().collect();
        let expected: Vec<Document> = messages
            .iter()
            .filter(|(_, words)| words.iter().any(|word| word.starts_with(&beginning)))
            .map(|(document, _)| *document)
            .collect();
        prop_assert_eq!(found, expected);
        let (one, two) = messages.split_at(split.index(messages.len() + 1));
        let parts = [SearchSegment::of(one).unwrap(), SearchSegment::of(two).unwrap()];
        prop_assert_eq!(SearchSegment::merged(&[&parts[1], &parts[0]], |_| true).unwrap(), segment);
    }

    #[test]
    fn search_segments_of_any_bytes_are_refused_or_canonical(
        mut bytes in prop::collection::vec(any::<u8>(), 0..200),
        terms in prop::collection::vec(0u8..4, 0..40),
    ) {
        let _ = SearchSegment::from_bytes(&bytes);
        // The head of a segment of one document, then any terms.
        let document = Document { message: MessageId([1; 16]), signed_message: Hash([1; 32]), sent_at: NOW };
        let segment = SearchSegment::of(&[(document, BTreeSet::new())]).unwrap();
        bytes = segment.to_bytes();
        bytes.pop();
        bytes.extend([0x58, u8::try_from(terms.len()).unwrap()]);
        bytes.extend(&terms);
        if let Ok(read) = SearchSegment::from_bytes(&bytes) {
            prop_assert_eq!(read.to_bytes(), bytes);
        }
    }
}

proptest! {
    // Public-key operations: fewer cases.
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn tampered_grants_do_not_open(at in any::<prop::sample::Index>(), change in 1u8..) {
        let person = Person::new(1);
        let seed = [7; 32];
        let header = GrantHeader {
            grant_type: GrantType::Restore,
            granter: person.account,
            granter_identity: person.identity().public(),
            recipient: Owner::Account(person.account),
            recipient_key: hpke::public_key(&seed).fingerprint(),
            subject: person.account,
            epoch: 1,
            generation: 0,
            authority: Hash([1; 32]),
            replaces: None,
            time: NOW,
        };
        let grant = seal_grant(
            header,
            &[5; 32],
            &hpke::public_key(&seed),
            &person.identity(),
            &mut Rng::new(1),
        )
        .unwrap();
        let mut bytes = grant.to_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= change;
        if let Ok(tampered) = Grant::from_bytes(&bytes) {
            prop_assert!(open_grant(&seed, &tampered).is_err());
        }
    }

    #[test]
    fn tampered_messages_do_not_open(
        part in 0usize..4,
        at in any::<prop::sample::Index>(),
        change in 1u8..,
    ) {
        let (anna, bram) = (Person::new(0xa1), Person::new(0xb2));
        let message = seal_message(&anna, &[&bram.state()], &body()).unwrap();
        let identity = anna.identity().public();
        let mut parts = [
            message.signed.to_bytes(),
            message.stanzas[0].clone(),
            message.summary.clone(),
            message.body.clone(),
        ];
        let at = at.index(parts[part].len());
        parts[part][at] ^= change;
        let [signed, stanza, sealed_summary, sealed_body] = parts;
        let opened = zegel_protocol::SignedMessage::from_bytes(&signed).ok().and_then(|signed| {
            let open = OpenMessage::from_stanza(&signed, &identity, bram.account, &bram.mailbox, &stanza).ok()?;
            Some((open.summary(&sealed_summary).ok()?, open.body(&sealed_body).ok()?))
        });
        prop_assert_eq!(opened, None);
    }

    #[test]
    fn stanzas_of_any_recipient_open_for_that_one_only(readers in 1u8..5) {
        let anna = Person::new(0xa1);
        let people: Vec<_> = (1..=readers).map(Person::new).collect();
        let states: Vec<_> = people.iter().map(Person::state).collect();
        let message = seal_message(&anna, &states.iter().collect::<Vec<_>>(), &body()).unwrap();
        let identity = anna.identity().public();
        for (stanza, bytes) in message.stanzas.iter().enumerate() {
            for (reader, person) in people.iter().enumerate() {
                let open = OpenMessage::from_stanza(&message.signed, &identity, person.account, &person.mailbox, bytes);
                prop_assert_eq!(open.is_ok(), stanza == reader);
                if let Ok(open) = open {
                    prop_assert_eq!(open.summary(&message.summary), Ok(summary()));
                }
            }
        }
    }
}
