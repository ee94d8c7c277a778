use super::*;
use crate::testing::{Key, account};

/// By a send key of account 1 (key 101) that its identity (key 1) certifies.
fn revocation() -> Revocation {
    Revocation {
        sender: account(1),
        message: MessageId([1; 16]),
        signed_message: Hash([2; 32]),
        revoked_at: Timestamp(1_000),
        send_certificate: Key::new(1).sign(SendCertificate {
            account: account(1),
            send_key: Key::new(101).send_key(),
            generation: 3,
            shown_name: None,
        }),
    }
}

fn sign(revocation: Revocation, key: u8) -> SignedRevocation {
    SignedRevocation {
        signature: Key::new(key).sign_hash(Namespace::Revocation, &revocation.hash()),
        revocation,
    }
}

fn verify(signed: &SignedRevocation) -> Result<(), MessageError> {
    signed.verify(&Key::new(1).identity())
}

#[test]
fn a_revocation_verifies_and_reads_back() {
    let signed = sign(revocation(), 101);
    assert_eq!(verify(&signed), Ok(()));
    let bytes = signed.to_bytes();
    assert!(bytes.len() <= SignedRevocation::MAX_LEN);
    assert_eq!(SignedRevocation::from_bytes(&bytes), Ok(signed));
}

#[test]
fn any_change_breaks_the_signature() {
    let changes: [fn(&mut Revocation); 3] = [
        |it| it.message = MessageId([9; 16]),
        |it| it.signed_message = Hash([9; 32]),
        |it| it.revoked_at = Timestamp(1_001),
    ];
    for (index, change) in changes.into_iter().enumerate() {
        let mut signed = sign(revocation(), 101);
        change(&mut signed.revocation);
        assert_eq!(verify(&signed), Err(MessageError::Signature), "{index}");
    }
}

#[test]
fn the_send_key_is_certified_by_the_sender() {
    assert_eq!(
        verify(&sign(revocation(), 102)),
        Err(MessageError::Signature),
        "another key"
    );
    assert_eq!(
        sign(revocation(), 101).verify(&Key::new(2).identity()),
        Err(MessageError::SendCertificate)
    );
    let of_another = Revocation {
        sender: account(2),
        ..revocation()
    };
    assert_eq!(
        verify(&sign(of_another, 101)),
        Err(MessageError::SendCertificate)
    );
    let mut by_another = revocation();
    by_another.send_certificate = Key::new(2).sign(by_another.send_certificate.statement);
    assert_eq!(
        verify(&sign(by_another, 101)),
        Err(MessageError::SendCertificate)
    );
}

#[test]
fn what_was_signed_as_a_message_takes_nothing_back() {
    let revocation = revocation();
    for namespace in Namespace::ALL {
        let signed = SignedRevocation {
            signature: Key::new(101).sign_hash(*namespace, &revocation.hash()),
            revocation: revocation.clone(),
        };
        assert_eq!(
            verify(&signed).is_ok(),
            *namespace == Namespace::Revocation,
            "{namespace:?}"
        );
    }
}
