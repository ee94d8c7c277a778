//! The invariants of `docs/ARCHITECTURE.md`, held over what cargo knows of the workspace.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

/// What each package may name as a dependency of its own, of the packages in the workspace.
/// Dependencies of tests are free: a test may stand above what it tests.
const MAY_USE: [(&str, &[&str]); 12] = [
    ("zegel-protocol", &[]),
    ("zegel-crypto", &["zegel-protocol"]),
    ("zegel-auth", &["zegel-protocol"]),
    ("zegel-api", &["zegel-protocol"]),
    (
        "zegel-client",
        &["zegel-protocol", "zegel-crypto", "zegel-auth", "zegel-api"],
    ),
    ("zegel-crypto-wasm", &["zegel-protocol", "zegel-crypto"]),
    ("zegel-storage", &["zegel-protocol"]),
    (
        "zegel-server",
        &["zegel-protocol", "zegel-auth", "zegel-api", "zegel-storage"],
    ),
    (
        "zegel-web",
        &[
            "zegel-protocol",
            "zegel-crypto",
            "zegel-auth",
            "zegel-api",
            "zegel-client",
        ],
    ),
    (
        "zegel-demo",
        &[
            "zegel-protocol",
            "zegel-crypto",
            "zegel-client",
            "zegel-api",
        ],
    ),
    (
        "zegel-cli",
        &[
            "zegel-protocol",
            "zegel-crypto",
            "zegel-client",
            "zegel-api",
        ],
    ),
    ("zegel-xtask", &[]),
];

/// Libraries that one package alone may know, and which.
const ONLY: [(&[&str], &str); 4] = [
    (
        &["sea-orm", "sea-orm-migration", "sqlx", "object_store"],
        "zegel-storage",
    ),
    (
        &["axum", "tower-http", "lettre", "hickory-resolver"],
        "zegel-server",
    ),
    (&["leptos", "leptos_router"], "zegel-web"),
    (&["hpke", "chacha20poly1305", "hkdf"], "zegel-crypto"),
];

/// Test support stands outside: it starts everything.
const OUTSIDE: &str = "zegel-tests";

fn metadata() -> Metadata {
    MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"))
        .no_deps()
        .exec()
        .unwrap()
}

/// Every package of the workspace but [`OUTSIDE`], with the dependencies it is built with.
fn dependencies(metadata: &Metadata) -> BTreeMap<String, BTreeSet<String>> {
    metadata
        .workspace_packages()
        .into_iter()
        .filter(|package| package.name != OUTSIDE)
        .map(|package| {
            let names = package
                .dependencies
                .iter()
                .filter(|dependency| dependency.kind != DependencyKind::Development)
                .map(|dependency| dependency.name.clone())
                .collect();
            (package.name.to_string(), names)
        })
        .collect()
}

#[test]
fn dependencies_point_down() {
    for (package, names) in dependencies(&metadata()) {
        let (_, allowed) = MAY_USE
            .iter()
            .find(|(name, _)| *name == package)
            .unwrap_or_else(|| panic!("{package} has no place in the layers yet"));
        for name in names.iter().filter(|name| name.starts_with("zegel-")) {
            assert!(
                allowed.contains(&name.as_str()),
                "{package} must not depend on {name}"
            );
        }
    }
}

#[test]
fn the_server_never_reaches_the_secrets() {
    let metadata = metadata();
    let dependencies = dependencies(&metadata);
    let mut reached = BTreeSet::from(["zegel-server".to_owned()]);
    let mut open: Vec<_> = reached.iter().cloned().collect();
    while let Some(package) = open.pop() {
        for name in dependencies.get(&package).into_iter().flatten() {
            if reached.insert(name.clone()) {
                open.push(name.clone());
            }
        }
    }
    assert!(reached.contains("zegel-protocol"), "the walk went nowhere");
    assert!(!reached.contains("zegel-crypto"));
    assert!(!reached.contains("zegel-client"));
}

#[test]
fn each_framework_is_known_to_one_package() {
    for (package, names) in dependencies(&metadata()) {
        for (libraries, owner) in ONLY {
            for library in libraries.iter().filter(|_| package != owner) {
                assert!(
                    !names.contains(*library),
                    "{library} belongs to {owner}, and {package} depends on it"
                );
            }
        }
    }
}

#[test]
fn nothing_is_linked_to_openssl_or_fetched_outside_the_registry() {
    let lock = include_str!("../Cargo.lock");
    let values = |key: &str| {
        let start = format!("{key} = \"");
        lock.lines()
            .filter_map(|line| Some(line.strip_prefix(&start)?.trim_end_matches('"').to_owned()))
            .collect::<BTreeSet<_>>()
    };
    let names = values("name");
    assert!(names.contains("zegel-tests"), "the lock file was not read");
    for name in ["openssl", "openssl-sys", "native-tls"] {
        assert!(!names.contains(name), "{name} is in the tree");
    }
    assert_eq!(
        values("source"),
        BTreeSet::from(["registry+https://github.com/rust-lang/crates.io-index".to_owned()])
    );
}

#[test]
fn every_package_keeps_the_lints_of_the_workspace() {
    for package in metadata().workspace_packages() {
        let manifest = std::fs::read_to_string(&package.manifest_path).unwrap();
        assert!(
            manifest.contains("[lints]\nworkspace = true"),
            "{} has lints of its own",
            package.name
        );
    }
}
