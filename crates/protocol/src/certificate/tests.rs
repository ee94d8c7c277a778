use super::*;
use crate::address::Domain;
use crate::limits::DAY_MS;
use crate::testing::{Key, account, administrator, genesis, kem};

const NOW: Timestamp = Timestamp(10 * DAY_MS);

/// Administrators 1 and 2, holding b.example.
fn chain() -> ManifestChain {
    let mut chain = ManifestChain::verify(vec![genesis(1)]).unwrap();
    let mut manifest = chain.draft(Key::new(1).identity(), Timestamp(2_000));
    manifest.claim(Domain::parse("b.example").unwrap(), 1);
    manifest.appoint(administrator(2));
    chain.extend(vec![Key::new(1).sign(manifest)]).unwrap();
    chain
}

fn certificate(chain: &ManifestChain) -> KeyCertificate {
    KeyCertificate {
        org_id: chain.org_id(),
        manifest_version: 1,
        account: account(5),
        addresses: vec![
            Address::parse("five@b.example").unwrap(),
            Address::parse("five@elsewhere.example").unwrap(),
        ],
        identity: Key::new(5).identity(),
        epoch: 1,
        min_sequence: 2,
        method: CertificateMethod::Compared,
        issued_at: NOW,
        expires_at: NOW.plus_ms(MAX_CERTIFICATE_AGE_MS),
        issuer: Key::new(2).identity(),
    }
}

fn verify(change: impl FnOnce(&mut KeyCertificate)) -> Result<(), CertificateError> {
    let chain = chain();
    let mut certificate = certificate(&chain);
    change(&mut certificate);
    KeyCertificate::verify(&Key::new(2).sign(certificate), &chain, NOW)
}

#[test]
fn an_administrators_certificate_counts_while_valid() {
    assert_eq!(verify(|_| ()), Ok(()));
    let chain = chain();
    let signed = Key::new(2).sign(certificate(&chain));
    let last = Timestamp(signed.statement.expires_at.0 - 1);
    assert_eq!(KeyCertificate::verify(&signed, &chain, last), Ok(()));
    assert_eq!(
        KeyCertificate::verify(&signed, &chain, signed.statement.expires_at),
        Err(CertificateError::Expired)
    );
}

#[test]
fn other_certificates_do_not_count() {
    assert_eq!(
        verify(|c| c.org_id = OrgId([9; 32])),
        Err(CertificateError::Organization)
    );
    assert_eq!(
        verify(|c| c.manifest_version = 2),
        Err(CertificateError::Manifest)
    );
    assert_eq!(
        verify(|c| c.manifest_version = 0),
        Err(CertificateError::Issuer),
        "not yet an administrator"
    );
    assert_eq!(
        verify(|c| c.issuer = Key::new(5).identity()),
        Err(CertificateError::Issuer)
    );
    assert_eq!(
        verify(|c| c.issuer = Key::new(1).identity()),
        Err(CertificateError::Signature)
    );
    assert_eq!(
        verify(|c| c.expires_at = c.expires_at.plus_ms(1)),
        Err(CertificateError::Validity)
    );
    assert_eq!(
        verify(|c| c.expires_at = c.issued_at),
        Err(CertificateError::Validity)
    );
    assert_eq!(
        verify(|c| c.issued_at = NOW.plus_ms(MAX_CLOCK_SKEW_MS + 1)),
        Err(CertificateError::Validity)
    );
}

#[test]
fn a_dismissed_administrators_certificates_stop_counting() {
    let mut chain = chain();
    let signed = Key::new(2).sign(certificate(&chain));
    let mut manifest = chain.draft(Key::new(1).identity(), NOW);
    manifest.dismiss(account(2), kem(201));
    chain.extend(vec![Key::new(1).sign(manifest)]).unwrap();
    assert_eq!(
        KeyCertificate::verify(&signed, &chain, NOW),
        Err(CertificateError::Issuer)
    );
}

#[test]
fn an_organisation_vouches_only_for_addresses_in_its_domains() {
    let mut chain = chain();
    let certificate = certificate(&chain);
    let [own, foreign] = certificate.addresses.as_slice() else {
        panic!("two addresses");
    };
    assert!(certificate.vouches_for(&chain, own));
    assert!(!certificate.vouches_for(&chain, foreign));
    let other = Address::parse("six@b.example").unwrap();
    assert!(!certificate.vouches_for(&chain, &other));

    let mut manifest = chain.draft(Key::new(1).identity(), NOW);
    manifest.release(own.domain());
    chain.extend(vec![Key::new(1).sign(manifest)]).unwrap();
    assert!(!certificate.vouches_for(&chain, own));
}
