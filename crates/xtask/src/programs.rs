//! Finding the programs that set-up installs.

use std::{
    env,
    path::{Path, PathBuf},
};

/// The two loopback ports that a web build made for the journeys asks for DNS over HTTPS.
///
/// They are fixed because the app's resolvers are compiled in. Both lie below Linux's range of
/// ephemeral ports, so that no outgoing connection can hold one.
pub const JOURNEY_DOH_PORTS: [u16; 2] = [18531, 18532];

/// The value of `ZEGEL_DOH_RESOLVERS` that a web build for the journeys is compiled with.
#[must_use]
pub fn journey_doh_resolvers() -> String {
    JOURNEY_DOH_PORTS
        .map(|port| format!("http://127.0.0.1:{port}/dns-query"))
        .join(",")
}

/// The root of the repository.
#[must_use]
pub fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest
        .ancestors()
        .nth(2)
        .map_or_else(|| manifest.to_owned(), Path::to_owned)
}

/// The web build that the journeys are served.
#[must_use]
pub fn journey_dist() -> PathBuf {
    root().join("target/journeys/dist")
}

/// The first program of that name on `PATH`, or in the system folders that an ordinary user's
/// `PATH` leaves out.
#[must_use]
pub fn find(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(["/usr/local/sbin", "/usr/sbin", "/sbin"].map(PathBuf::from))
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

/// Chromium, under the names that distributions give it.
#[must_use]
pub fn chromium() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find_map(find)
}

/// Chromium's WebDriver server.
#[must_use]
pub fn chromedriver() -> Option<PathBuf> {
    find("chromedriver")
}

/// The DNS server of the tests.
#[must_use]
pub fn dnsmasq() -> Option<PathBuf> {
    find("dnsmasq")
}

/// The folder of PostgreSQL's server programs: the newest that Debian's packages installed, or
/// wherever `initdb` is on `PATH`.
#[must_use]
pub fn postgres_bin() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = Path::new("/usr/lib/postgresql")
        .read_dir()
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, bin)| bin.join("initdb").is_file())
        .collect();
    versions.sort();
    versions.pop().map(|(_, bin)| bin).or_else(|| {
        find("initdb")?
            .parent()
            .map(Path::to_owned)
            .filter(|bin| bin.join("postgres").is_file())
    })
}

/// The version of the S3 server of the tests (PyPI `moto`).
pub const MOTO: &str = "5.2.5";

/// The folder of Python packages that set-up installs for the tests.
#[must_use]
pub fn python_packages() -> PathBuf {
    root().join("target/python")
}

/// The S3 server of the tests.
#[must_use]
pub fn moto_server() -> Option<PathBuf> {
    let program = python_packages().join("bin/moto_server");
    program.is_file().then_some(program)
}

/// The npm packages of the repository's `package-lock.json`.
#[must_use]
pub fn node_modules() -> PathBuf {
    root().join("node_modules")
}
