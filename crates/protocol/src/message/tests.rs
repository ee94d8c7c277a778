use super::*;
use crate::testing::{Key, account};

fn recipient(number: u8) -> Recipient {
    Recipient {
        account: account(number),
        key_fingerprint: Hash([number; 32]),
        generation: 1,
    }
}

/// From account 1 (send key 101) to accounts 3 and 2.
fn header() -> MessageHeader {
    MessageHeader {
        message: MessageId([1; 16]),
        conversation: ConversationId([2; 16]),
        sender: account(1),
        send_certificate: Key::new(1).sign(SendCertificate {
            account: account(1),
            send_key: Key::new(101).send_key(),
            generation: 1,
            shown_name: None,
        }),
        sent_at: Timestamp(1_000),
        recipients: vec![recipient(3), recipient(2)],
        sender_copy: recipient(1),
        counter: 1,
        previous: None,
        expires_at: None,
        checkpoint: None,
    }
}

fn sign(header: MessageHeader) -> SignedMessage {
    let mut message = SignedMessage {
        summary_hash: Hash([3; 32]),
        body_hash: Hash([4; 32]),
        stanza_hashes: vec![Hash([5; 32]); header.recipients.len() + 1],
        header,
        signature: Signature([0; 64]),
    };
    message.signature = Key::new(101).sign_hash(Namespace::Message, &message.hash());
    message
}

fn verify(message: &SignedMessage) -> Result<(), MessageError> {
    message.verify(&Key::new(1).identity())
}

#[test]
fn a_signed_message_verifies_and_reads_back() {
    let message = sign(header());
    assert_eq!(verify(&message), Ok(()));
    assert_eq!(
        SignedMessage::from_bytes(&message.to_bytes()),
        Ok(message.clone())
    );
    let order: Vec<_> = message
        .header
        .stanza_recipients()
        .map(|to| to.account)
        .collect();
    assert_eq!(order, [account(3), account(2), account(1)]);
}

#[test]
fn any_change_breaks_the_signature() {
    let changes: [fn(&mut SignedMessage); 9] = [
        |m| m.header.message = MessageId([9; 16]),
        |m| m.header.conversation = ConversationId([9; 16]),
        |m| m.header.sent_at = Timestamp(1_001),
        |m| m.header.recipients.swap(0, 1),
        |m| m.header.expires_at = Some(Timestamp(9_000)),
        |m| m.header.checkpoint = Some(Hash([0; 32])),
        |m| m.summary_hash = Hash([0; 32]),
        |m| m.body_hash = Hash([0; 32]),
        |m| m.stanza_hashes[2] = Hash([0; 32]),
    ];
    for (index, change) in changes.into_iter().enumerate() {
        let mut message = sign(header());
        change(&mut message);
        assert_eq!(verify(&message), Err(MessageError::Signature), "{index}");
    }
}

#[test]
fn recipients_and_stanzas_fit_together() {
    let changes: [fn(&mut MessageHeader); 3] = [
        |h| h.recipients.clear(),
        |h| h.recipients[1] = h.recipients[0],
        |h| h.sender_copy.account = account(9),
    ];
    for change in changes {
        let mut header = header();
        change(&mut header);
        assert_eq!(verify(&sign(header)), Err(MessageError::Recipients));
    }
    let mut message = sign(header());
    message.stanza_hashes.pop();
    assert_eq!(verify(&message), Err(MessageError::Recipients));
}

#[test]
fn the_chain_starts_at_one_without_a_predecessor() {
    let previous = Some(Hash([1; 32]));
    for (counter, previous, ok) in [
        (0, None, false),
        (1, previous, false),
        (2, None, false),
        (2, previous, true),
    ] {
        let header = MessageHeader {
            counter,
            previous,
            ..header()
        };
        assert_eq!(verify(&sign(header)).is_ok(), ok, "{counter} {previous:?}");
    }
}

#[test]
fn the_send_key_is_certified_by_the_sender() {
    let by_another = sign(MessageHeader {
        send_certificate: Key::new(2).sign(header().send_certificate.statement),
        ..header()
    });
    assert_eq!(verify(&by_another), Err(MessageError::SendCertificate));

    let mut of_another = header().send_certificate.statement;
    of_another.account = account(2);
    let of_another = sign(MessageHeader {
        send_certificate: Key::new(1).sign(of_another),
        ..header()
    });
    assert_eq!(verify(&of_another), Err(MessageError::SendCertificate));

    assert_eq!(
        sign(header()).verify(&Key::new(2).identity()),
        Err(MessageError::SendCertificate)
    );
}

#[test]
fn a_message_to_too_many_is_refused() {
    let mut header = header();
    header.recipients = (0..=MAX_RECIPIENTS)
        .map(|number| recipient(number as u8))
        .collect();
    assert!(MessageHeader::from_bytes(&header.to_bytes()).is_err());
    header.recipients.pop();
    let message = sign(header);
    assert!(message.to_bytes().len() <= MAX_SIGNED_MESSAGE_BYTES);
    assert!(SignedMessage::from_bytes(&message.to_bytes()).is_ok());
}
