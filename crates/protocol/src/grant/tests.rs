use super::*;
use crate::ids::OrgId;
use crate::testing::{Key, account};

fn grant() -> Grant {
    let key = Key::new(1);
    let header = GrantHeader {
        grant_type: GrantType::Escrow,
        granter: account(1),
        granter_identity: key.identity(),
        recipient: Owner::Organization(OrgId([7; 32])),
        recipient_key: Hash([8; 32]),
        subject: account(1),
        epoch: 1,
        generation: 1,
        authority: Hash([9; 32]),
        replaces: None,
        time: Timestamp(1_000),
    };
    let enc = Box::new([3; KEM_ENC_BYTES]);
    let ciphertext = vec![4; 48];
    let hash = Grant::signed_hash(&header, &enc, &ciphertext);
    Grant {
        signature: key.sign_hash(Namespace::Grant(GrantType::Escrow), &hash),
        header,
        enc,
        ciphertext,
    }
}

#[test]
fn grants_read_back_and_verify() {
    let grant = grant();
    assert_eq!(Grant::from_bytes(&grant.to_bytes()), Ok(grant.clone()));
    assert_eq!(grant.verify_signature(), Ok(()));
    let json = serde_json::to_string(&grant).unwrap();
    assert_eq!(serde_json::from_str::<Grant>(&json).unwrap(), grant);
}

#[test]
fn any_change_breaks_the_signature() {
    let changes: [fn(&mut Grant); 13] = [
        |g| g.header.grant_type = GrantType::Restore,
        |g| g.header.granter = account(2),
        |g| g.header.granter_identity = Key::new(2).identity(),
        |g| g.header.recipient = Owner::Account(account(7)),
        |g| g.header.recipient_key = Hash([0; 32]),
        |g| g.header.subject = account(2),
        |g| g.header.epoch = 2,
        |g| g.header.generation = 2,
        |g| g.header.authority = Hash([0; 32]),
        |g| g.header.replaces = Some(Hash([0; 32])),
        |g| g.header.time = Timestamp(1_001),
        |g| g.enc[0] ^= 1,
        |g| g.ciphertext[0] ^= 1,
    ];
    for (index, change) in changes.into_iter().enumerate() {
        let mut grant = grant();
        change(&mut grant);
        assert_eq!(grant.verify_signature(), Err(SignatureError), "{index}");
    }
}

#[test]
fn a_long_ciphertext_is_refused() {
    let mut grant = grant();
    grant.ciphertext = vec![0; MAX_GRANT_CIPHERTEXT_BYTES];
    assert!(Grant::from_bytes(&grant.to_bytes()).is_ok());
    grant.ciphertext.push(0);
    assert_eq!(
        Grant::from_bytes(&grant.to_bytes()),
        Err(DecodeError::TooLong {
            actual: MAX_GRANT_CIPHERTEXT_BYTES + 1,
            max: MAX_GRANT_CIPHERTEXT_BYTES
        })
    );
}

#[test]
fn a_short_encapsulated_key_is_refused() {
    let grant = grant();
    let mut writer = Writer::new();
    writer.array(4);
    grant.header.write(&mut writer);
    writer.bytes(&grant.enc[1..]);
    writer.bytes(&grant.ciphertext);
    grant.signature.write(&mut writer);
    assert_eq!(
        Grant::from_bytes(&writer.into_bytes()),
        Err(DecodeError::Length {
            actual: KEM_ENC_BYTES - 1,
            expected: KEM_ENC_BYTES
        })
    );
}

#[test]
fn a_recipient_of_another_length_is_refused() {
    let mut bytes = grant().header.to_bytes();
    let at = bytes
        .windows(34)
        .position(|window| window[..2] == [0x58, 32] && window[2..] == [7; 32])
        .unwrap();
    bytes.splice(at..at + 34, [&[0x58, 31][..], &[7; 31]].concat());
    assert_eq!(GrantHeader::from_bytes(&bytes), Err(DecodeError::Value));
}
