//! Messages between two people.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;
use zegel_protocol::limits::{MAX_BODY_BLOB_BYTES, MAX_RECIPIENTS};
use zegel_protocol::{
    AccountState, ConversationId, MessageHeader, MessageId, Namespace, Revocation, SendCertificate,
    Signed, SignedMessage, SignedRevocation,
};

use super::world::{NOW, Person, Rng};
use crate::blob::{open_list_entry, seal_list_entry};
use crate::content::{Body, Snippet, Subject, Summary, Text};
use crate::keys::SendSecret;
use crate::message::{
    Addressee, MessageInput, OpenMessage, STANZA_LEN, SealedMessage, seal_message,
};
use crate::{OpenError, SealError};

pub(super) fn send_secret(person: &Person) -> SendSecret {
    person.key.keyring(person.account, person.epoch).send(
        person.account,
        person.epoch,
        person.generation,
    )
}

pub(super) fn send_certificate(person: &Person) -> Signed<SendCertificate> {
    person.identity().sign(SendCertificate {
        account: person.account,
        send_key: send_secret(person).public(),
        generation: person.generation,
        shown_name: None,
    })
}

fn addressee(state: &AccountState) -> Addressee<'_> {
    Addressee {
        account: state.account,
        key: &state.mailbox_encryption,
        generation: state.mailbox_generation,
    }
}

/// Takes a message back.
pub(super) fn revocation(from: &Person, message: &SealedMessage) -> SignedRevocation {
    send_secret(from).revoke(Revocation {
        sender: from.account,
        message: message.signed.header.message,
        signed_message: message.signed.hash(),
        revoked_at: NOW.plus_ms(60_000),
        send_certificate: send_certificate(from),
    })
}

pub(super) fn summary() -> Summary {
    Summary {
        subject: Subject::truncated("Offer"),
        snippet: Snippet::truncated("Dear Bram, here is"),
        attachments: 0,
    }
}

pub(super) fn body() -> Body {
    Body {
        text: Text::truncated("Dear Bram, here is the offer that we spoke of."),
        attachments: Vec::new(),
        receipt_wanted: false,
    }
}

pub(super) fn seal(
    from: &Person,
    to: &[&AccountState],
    body: &Body,
) -> Result<SealedMessage, SealError> {
    let own = from.state();
    let recipients: Vec<_> = to.iter().map(|state| addressee(state)).collect();
    let input = MessageInput {
        message: MessageId([0x11; 16]),
        conversation: ConversationId([0x22; 16]),
        send_certificate: send_certificate(from),
        sent_at: NOW,
        recipients: &recipients,
        sender: addressee(&own),
        counter: 1,
        previous: None,
        expires_at: None,
        checkpoint: None,
    };
    seal_message(
        input,
        &summary(),
        body,
        &send_secret(from),
        &mut Rng::new(0x33),
    )
}

fn anna_to_bram() -> (Person, Person, SealedMessage) {
    let (anna, bram) = (Person::new(0xa1), Person::new(0xb2));
    let message = seal(&anna, &[&bram.state()], &body()).unwrap();
    (anna, bram, message)
}

/// Signs a message again after a change, with the right key.
fn sign_again(person: &Person, mut signed: SignedMessage) -> SignedMessage {
    signed.signature = send_secret(person).sign_hash(Namespace::Message, &signed.hash());
    signed
}

#[test]
fn a_recipient_and_the_sender_read_a_message() {
    let (anna, bram, message) = anna_to_bram();
    let identity = anna.identity().public();
    for (person, stanza) in [(&bram, 0), (&anna, 1)] {
        assert_eq!(message.stanzas[stanza].len(), STANZA_LEN);
        let open = OpenMessage::from_stanza(
            &message.signed,
            &identity,
            person.account,
            &person.mailbox,
            &message.stanzas[stanza],
        )
        .unwrap();
        assert_eq!(open.summary(&message.summary), Ok(summary()));
        assert_eq!(open.body(&message.body), Ok(body()));
    }
    assert_eq!(message.open().body(&message.body), Ok(body()));
}

#[test]
fn another_account_or_key_does_not_read_it() {
    let (anna, bram, message) = anna_to_bram();
    let carla = Person::new(0xc4);
    let open = |identity: &Person, reader: &Person, stanza: usize| {
        OpenMessage::from_stanza(
            &message.signed,
            &identity.identity().public(),
            reader.account,
            &reader.mailbox,
            &message.stanzas[stanza],
        )
        .map(|_| ())
    };
    assert_eq!(open(&anna, &bram, 0), Ok(()));
    assert_eq!(open(&anna, &carla, 0), Err(OpenError), "not a recipient");
    assert_eq!(open(&anna, &bram, 1), Err(OpenError), "another's stanza");
    assert_eq!(open(&carla, &bram, 0), Err(OpenError), "another sender");
    let mut wrong_mailbox = bram.clone();
    wrong_mailbox.mailbox = carla.mailbox;
    assert_eq!(open(&anna, &wrong_mailbox, 0), Err(OpenError));
}

#[test]
fn a_planted_message_is_refused() {
    let (anna, bram, message) = anna_to_bram();
    let carla = Person::new(0xc4);
    // Carla signs with her own key and claims to be Anna.
    let planted = sign_again(&carla, message.signed.clone());
    let refused = OpenMessage::from_stanza(
        &planted,
        &anna.identity().public(),
        bram.account,
        &bram.mailbox,
        &message.stanzas[0],
    );
    assert_eq!(refused.unwrap_err(), OpenError);
}

#[test]
fn parts_do_not_change_places() {
    let (anna, bram, message) = anna_to_bram();
    let open = message.open();
    assert_eq!(open.summary(&message.body).unwrap_err(), OpenError);
    assert_eq!(open.body(&message.summary).unwrap_err(), OpenError);

    // The same with hashes and signature made to fit: the context still tells them apart.
    let mut swapped = message.signed.clone();
    std::mem::swap(&mut swapped.summary_hash, &mut swapped.body_hash);
    let swapped = sign_again(&anna, swapped);
    let open = OpenMessage::from_stanza(
        &swapped,
        &anna.identity().public(),
        bram.account,
        &bram.mailbox,
        &message.stanzas[0],
    )
    .unwrap();
    assert_eq!(open.summary(&message.body).unwrap_err(), OpenError);
    assert_eq!(open.body(&message.summary).unwrap_err(), OpenError);
}

#[test]
fn stanza_and_blobs_do_not_move_to_another_message() {
    let (anna, bram, message) = anna_to_bram();
    let changes: [fn(&mut MessageHeader); 5] = [
        |h| h.message = MessageId([0x99; 16]),
        |h| h.conversation = ConversationId([0x99; 16]),
        |h| h.sent_at = NOW.plus_ms(1),
        |h| h.expires_at = Some(NOW),
        |h| {
            h.counter = 2;
            h.previous = Some(zegel_protocol::Hash::ZERO);
        },
    ];
    for change in changes {
        let mut moved = message.signed.clone();
        change(&mut moved.header);
        let moved = sign_again(&anna, moved);
        assert_eq!(moved.verify(&anna.identity().public()), Ok(()));
        let refused = OpenMessage::from_stanza(
            &moved,
            &anna.identity().public(),
            bram.account,
            &bram.mailbox,
            &message.stanzas[0],
        );
        assert_eq!(refused.unwrap_err(), OpenError);
    }

    let mut moved = message.signed.clone();
    moved.header.message = MessageId([0x99; 16]);
    let open = OpenMessage {
        signed: &sign_again(&anna, moved),
        key: message.key.clone(),
    };
    assert_eq!(open.body(&message.body).unwrap_err(), OpenError);
    assert_eq!(open.summary(&message.summary).unwrap_err(), OpenError);
}

#[test]
fn a_list_entry_opens_its_message_without_the_stanza() {
    let (anna, bram, message) = anna_to_bram();
    let identity = anna.identity().public();
    let entry = message
        .open()
        .list_entry(&summary(), Snippet::truncated("Anna"));
    let sealed = seal_list_entry(
        &bram.mailbox,
        bram.account,
        bram.generation,
        message.signed.header.message,
        &entry,
        &mut Rng::new(1),
    )
    .unwrap();
    let entry = open_list_entry(
        &bram.mailbox,
        bram.account,
        bram.generation,
        message.signed.header.message,
        &sealed,
    )
    .unwrap();
    assert_eq!(entry.listed.subject.as_str(), "Offer");
    let open = OpenMessage::from_list_entry(&message.signed, &identity, &entry).unwrap();
    assert_eq!(open.body(&message.body), Ok(body()));
}

#[test]
fn a_falsified_list_entry_is_noticed() {
    let (anna, _, message) = anna_to_bram();
    let identity = anna.identity().public();
    let entry = message
        .open()
        .list_entry(&summary(), Snippet::truncated("Anna"));
    let mut hash = entry.clone();
    hash.listed.signed_message = zegel_protocol::Hash::ZERO;
    let mut sender = entry.clone();
    sender.listed.sender = zegel_protocol::AccountId([9; 16]);
    let mut time = entry.clone();
    time.listed.sent_at = NOW.plus_ms(1);
    let mut conversation = entry.clone();
    conversation.listed.conversation = zegel_protocol::ConversationId([9; 16]);
    for altered in [hash, sender, time, conversation] {
        assert!(OpenMessage::from_list_entry(&message.signed, &identity, &altered).is_err());
    }
    // A false subject opens, and is seen to differ from the message's own.
    let mut subject = entry;
    subject.listed.subject = Subject::truncated("Invoice");
    let open = OpenMessage::from_list_entry(&message.signed, &identity, &subject).unwrap();
    assert_ne!(
        open.summary(&message.summary).unwrap().subject,
        subject.listed.subject
    );
}

#[test]
fn bodies_are_padded_and_limited() {
    let (anna, bram) = (Person::new(0xa1), Person::new(0xb2));
    let state = bram.state();
    let size = |text: usize| {
        let body = Body {
            text: Text::try_from("x".repeat(text)).unwrap(),
            attachments: Vec::new(),
            receipt_wanted: false,
        };
        seal(&anna, &[&state], &body).unwrap().body.len()
    };
    assert_eq!(size(1), size(200));
    assert_eq!(size(10_000), size(10_100));
    assert!(size(900 * 1024) <= MAX_BODY_BLOB_BYTES);
    assert!(Text::<10>::try_from("12345678901".to_owned()).is_err());
}

#[test]
fn a_message_to_too_many_is_refused() {
    let (anna, bram) = (Person::new(0xa1), Person::new(0xb2));
    let state = bram.state();
    let many = vec![&state; MAX_RECIPIENTS + 1];
    assert_eq!(
        seal(&anna, &many, &body()).unwrap_err(),
        SealError::TooLarge
    );
}

#[test]
fn a_sender_takes_a_message_back_and_nobody_else_does() {
    let (anna, bram, message) = anna_to_bram();
    let identity = anna.identity().public();
    assert_eq!(revocation(&anna, &message).verify(&identity), Ok(()));
    let by_the_recipient = revocation(&bram, &message);
    assert!(by_the_recipient.verify(&identity).is_err());
    let mut in_her_name = by_the_recipient;
    in_her_name.revocation.sender = anna.account;
    assert!(in_her_name.verify(&identity).is_err());
}

#[test]
fn texts_are_cut_between_characters() {
    assert_eq!(Text::<5>::truncated("ééé").as_str(), "éé");
    assert_eq!(Text::<5>::truncated("abc").as_str(), "abc");
}
