use super::*;
use crate::manifest::Administrator;
use crate::testing::{Key, account, administrator, genesis, kem};

/// What is changed, and the change of a good manifest.
type Case = (&'static str, fn(&mut Manifest));

fn domain(text: &str) -> Domain {
    Domain::parse(text).unwrap()
}

fn chain() -> ManifestChain {
    ManifestChain::verify(vec![genesis(1)]).unwrap()
}

/// Signs a change of the newest manifest by administrator 1.
fn next(chain: &ManifestChain, change: impl FnOnce(&mut Manifest)) -> Signed<Manifest> {
    next_by(1, chain, change)
}

fn next_by(
    number: u8,
    chain: &ManifestChain,
    change: impl FnOnce(&mut Manifest),
) -> Signed<Manifest> {
    let key = Key::new(number);
    let mut manifest = chain.draft(key.identity(), Timestamp(2_000));
    change(&mut manifest);
    key.sign(manifest)
}

fn fault(chain: &ManifestChain, next: Signed<Manifest>) -> ChainFault {
    let mut extended = chain.clone();
    let error = extended.extend(vec![next]).unwrap_err();
    assert_eq!(&extended, chain, "a refused manifest changes nothing");
    error.fault
}

fn extended(chain: &ManifestChain, change: impl FnOnce(&mut Manifest)) -> ManifestChain {
    let mut extended = chain.clone();
    extended.extend(vec![next(chain, change)]).unwrap();
    extended
}

#[test]
fn a_chain_grows_from_its_genesis() {
    let chain = chain();
    assert_eq!(chain.org_id().0, genesis(1).hash().0);
    let chain = extended(&chain, |m| m.claim(domain("b.example"), 1));
    let chain = extended(&chain, |m| assert!(m.adopt(&domain("b.example"))));
    let chain = extended(&chain, |m| m.appoint(administrator(2)));
    assert_eq!(chain.latest().version, 3);
    assert!(chain.domain(&domain("b.example")).unwrap().adopting);
    let again = ManifestChain::verify(chain.manifests().to_vec()).unwrap();
    assert_eq!(again, chain);
    for version in 0..=3 {
        let manifest = chain.at(version).unwrap();
        assert_eq!(chain.find(&manifest.hash()), Some(manifest));
    }
    assert_eq!(chain.at(4), None);
    assert_eq!(chain.find(&Hash::ZERO), None);
}

#[test]
fn an_empty_chain_is_refused() {
    let error = ManifestChain::verify(Vec::new()).unwrap_err();
    assert_eq!(error.fault, ChainFault::Empty);
}

#[test]
fn a_genesis_of_another_shape_is_refused() {
    let changes: [Case; 7] = [
        ("organisation", |m| m.org_id = OrgId([1; 32])),
        ("version", |m| m.version = 1),
        ("previous", |m| m.previous = Hash([1; 32])),
        ("domains", |m| m.claim(domain("b.example"), 1)),
        ("recovery generation", |m| m.recovery_generation = 2),
        ("second administrator", |m| m.appoint(administrator(2))),
        ("issuer", |m| m.issuer = Key::new(2).identity()),
    ];
    for (what, change) in changes {
        let mut manifest = genesis(1).statement;
        change(&mut manifest);
        let signed = Key::new(1).sign(manifest);
        let error = ManifestChain::verify(vec![signed]).unwrap_err();
        assert_eq!(error.fault, ChainFault::Genesis, "{what}");
    }
}

#[test]
fn a_genesis_signed_by_another_is_refused() {
    let signed = Key::new(2).sign(genesis(1).statement);
    let error = ManifestChain::verify(vec![signed]).unwrap_err();
    assert_eq!(error.fault, ChainFault::Signature);
}

#[test]
fn a_swapped_recovery_key_makes_another_organisation() {
    let mut manifest = genesis(1).statement;
    manifest.recovery_key = kem(9);
    let other = ManifestChain::verify(vec![Key::new(1).sign(manifest)]).unwrap();
    assert_ne!(other.org_id(), chain().org_id());
}

#[test]
fn a_manifest_of_another_organisation_is_refused() {
    let chain = chain();
    let other = next(&chain, |m| m.org_id = OrgId([9; 32]));
    assert_eq!(fault(&chain, other), ChainFault::Organization);
}

#[test]
fn a_version_out_of_sequence_is_refused() {
    let chain = chain();
    assert_eq!(
        fault(&chain, next(&chain, |m| m.version = 2)),
        ChainFault::Version
    );
    assert_eq!(fault(&chain, genesis(1)), ChainFault::Organization);
}

#[test]
fn a_fork_is_refused() {
    let before = chain();
    let left = extended(&before, |m| m.claim(domain("a.example"), 1));
    let right = next(&before, |m| m.version = 2);
    assert_eq!(fault(&left, right), ChainFault::Previous);
}

#[test]
fn only_an_administrator_of_the_version_before_signs() {
    let chain = chain();
    let appoints_itself = next_by(2, &chain, |m| m.appoint(administrator(2)));
    assert_eq!(fault(&chain, appoints_itself), ChainFault::Issuer);

    let mut forged = next(&chain, |m| m.appoint(administrator(2)));
    forged.signature = Key::new(2).sign(forged.statement.clone()).signature;
    assert_eq!(fault(&chain, forged), ChainFault::Signature);
}

#[test]
fn a_dismissed_administrator_signs_no_more() {
    let chain = extended(&chain(), |m| m.appoint(administrator(2)));
    let chain = extended(&chain, |m| assert!(m.dismiss(account(2), kem(201))));
    let theirs = next_by(2, &chain, |m| m.claim(domain("b.example"), 1));
    assert_eq!(fault(&chain, theirs), ChainFault::Issuer);
}

#[test]
fn time_does_not_go_back() {
    let chain = extended(&chain(), |_| ());
    let earlier = next(&chain, |m| m.issued_at = Timestamp(1_999));
    assert_eq!(fault(&chain, earlier), ChainFault::IssuedAt);
}

#[test]
fn the_lowest_suite_only_rises_and_stays_known() {
    let chain = chain();
    for suite in [0, 2] {
        let other = next(&chain, |m| m.min_suite = suite);
        assert_eq!(fault(&chain, other), ChainFault::Suite);
    }
}

#[test]
fn administrators_are_ascending_unique_and_some() {
    let chain = extended(&chain(), |m| m.appoint(administrator(2)));
    let changes: [Case; 4] = [
        ("none", |m| m.administrators.clear()),
        ("descending", |m| m.administrators.reverse()),
        ("twice", |m| m.administrators.push(administrator(2))),
        ("one identity for two", |m| {
            m.administrators.push(Administrator {
                account: account(3),
                ..administrator(2)
            });
        }),
    ];
    for (what, change) in changes {
        assert_eq!(
            fault(&chain, next(&chain, change)),
            ChainFault::Administrators,
            "{what}"
        );
    }
}

#[test]
fn a_recovery_key_changes_only_with_its_generation() {
    let chain = extended(&chain(), |m| m.appoint(administrator(2)));
    let changes: [Case; 5] = [
        ("key alone", |m| m.recovery_key = kem(9)),
        ("generation alone", |m| m.recovery_generation = 2),
        ("two generations", |m| {
            m.recovery_key = kem(9);
            m.recovery_generation = 3;
        }),
        ("back", |m| {
            m.recovery_key = kem(9);
            m.recovery_generation = 0;
        }),
        ("somebody left who knows it", |m| {
            m.administrators.retain(|a| a.account != account(2));
        }),
    ];
    for (what, change) in changes {
        assert_eq!(
            fault(&chain, next(&chain, change)),
            ChainFault::RecoveryKey,
            "{what}"
        );
    }
}

#[test]
fn a_domain_keeps_its_epoch_while_held() {
    let chain = extended(&chain(), |m| m.claim(domain("b.example"), 1));
    let other = next(&chain, |m| m.domains[0].epoch = 2);
    assert_eq!(fault(&chain, other), ChainFault::Domains);
}

#[test]
fn a_domain_claimed_again_gets_the_next_epoch_and_forgets_adopt() {
    let b = domain("b.example");
    let chain = extended(&chain(), |m| m.claim(domain("b.example"), 1));
    let chain = extended(&chain, |m| assert!(m.adopt(&domain("b.example"))));
    let chain = extended(&chain, |m| assert!(m.release(&domain("b.example"))));
    assert_eq!(chain.next_domain_epoch(&b), 2);

    let same_epoch = next(&chain, |m| m.claim(domain("b.example"), 1));
    assert_eq!(fault(&chain, same_epoch), ChainFault::Domains);
    let adopting = next(&chain, |m| {
        m.claim(domain("b.example"), 2);
        m.adopt(&domain("b.example"));
    });
    assert_eq!(fault(&chain, adopting), ChainFault::Domains);

    let chain = extended(&chain, |m| m.claim(domain("b.example"), 2));
    assert!(!chain.domain(&b).unwrap().adopting);
    assert_eq!(chain.next_domain_epoch(&b), 3);
}

#[test]
fn a_domain_twice_or_out_of_order_is_refused() {
    let chain = chain();
    let twice = next(&chain, |m| {
        m.claim(domain("b.example"), 1);
        m.domains.push(m.domains[0].clone());
    });
    assert_eq!(fault(&chain, twice), ChainFault::Domains);
    let descending = next(&chain, |m| {
        m.claim(domain("b.example"), 1);
        m.claim(domain("a.example"), 1);
        m.domains.reverse();
    });
    assert_eq!(fault(&chain, descending), ChainFault::Domains);
}

#[test]
fn the_error_names_the_place() {
    let chain = chain();
    let good = next(&chain, |_| ());
    let bad = next(&chain, |m| m.version = 7);
    let error = ManifestChain::verify(vec![genesis(1), good, bad]).unwrap_err();
    assert_eq!(error.version, 2);
}
