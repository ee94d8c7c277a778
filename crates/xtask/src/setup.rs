//! Installing what building and testing take.

use std::{fs, path::Path, process::Command};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;
use zegel_xtask::programs;

use crate::process;

const TRUNK: &str = "0.21.14";
const WASM: &str = "wasm32-unknown-unknown";

/// What is about to be done, and so what has to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Building the app and running the server.
    Build,
    /// The same with the size optimised.
    Release,
    /// Everything.
    Test,
}

/// Installs what is missing for `purpose`.
///
/// # Errors
///
/// Says what to run by hand, for all that could not be installed.
pub(crate) fn run(purpose: Purpose) -> Result<()> {
    println!("Set-up");
    let mut by_hand = Vec::new();
    for item in ITEMS {
        if item.purposes.contains(&purpose)
            && let Err(error) = item.ensure()
        {
            println!("      failed: {error:#}");
            by_hand.push((item.by_hand)());
        }
    }
    println!();
    if by_hand.is_empty() {
        return Ok(());
    }
    bail!(
        "set-up is not complete. Please run by hand, then try again:\n  {}",
        by_hand.join("\n  ")
    )
}

struct Item {
    name: &'static str,
    why: &'static str,
    purposes: &'static [Purpose],
    /// What is there, if it is what it should be.
    found: fn() -> Result<Option<String>>,
    install: fn() -> Result<()>,
    by_hand: fn() -> String,
}

impl Item {
    fn ensure(&self) -> Result<()> {
        if let Some(found) = (self.found)()? {
            println!("  ok  {}: {found}", self.name);
            return Ok(());
        }
        println!("  ..  {}: missing. {}", self.name, self.why);
        (self.install)()?;
        let found = (self.found)()?.context("installed, but still not found")?;
        println!("  ok  {}: {found}", self.name);
        Ok(())
    }
}

const ALL: &[Purpose] = &[Purpose::Build, Purpose::Release, Purpose::Test];
const TESTS: &[Purpose] = &[Purpose::Test];

const ITEMS: &[Item] = &[
    Item {
        name: "WebAssembly target",
        why: "The page and its crypto worker are compiled to WebAssembly.",
        purposes: ALL,
        found: || {
            let folder = process::output(process::command("rustc").args([
                "--print",
                "target-libdir",
                "--target",
                WASM,
            ]))?;
            Ok(Path::new(&folder).is_dir().then(|| WASM.to_owned()))
        },
        install: || process::run(process::command("rustup").args(["target", "add", WASM])),
        by_hand: || format!("rustup target add {WASM}"),
    },
    Item {
        name: "rustfmt and clippy",
        why: "The test run checks format and lints.",
        purposes: TESTS,
        found: || {
            let found = programs::find("rustfmt").is_some_and(|it| answers(&it))
                && programs::find("cargo-clippy").is_some_and(|it| answers(&it));
            Ok(found.then(|| "both answer".to_owned()))
        },
        install: || {
            process::run(process::command("rustup").args(["component", "add", "rustfmt", "clippy"]))
        },
        by_hand: || "rustup component add rustfmt clippy".to_owned(),
    },
    Item {
        name: "trunk",
        why: "It builds the page from index.html. Compiling it takes minutes, once.",
        purposes: ALL,
        found: || version_of("trunk", TRUNK),
        install: || {
            process::run(process::cargo().args(["install", "--locked", &format!("trunk@{TRUNK}")]))
        },
        by_hand: || format!("cargo install --locked trunk@{TRUNK}"),
    },
    Item {
        name: "wasm-bindgen",
        why: "It joins WebAssembly to JavaScript, and refuses any version but that of \
              Cargo.lock. Compiling it takes minutes, once.",
        purposes: ALL,
        found: || version_of("wasm-bindgen", &locked_version("wasm-bindgen")?),
        install: || {
            // Not --locked: what its own lock file names, a registry may not serve.
            process::run(process::cargo().args([
                "install",
                "--force",
                &format!("wasm-bindgen-cli@{}", locked_version("wasm-bindgen")?),
            ]))
        },
        by_hand: || {
            format!(
                "cargo install --force wasm-bindgen-cli@{}",
                locked_version("wasm-bindgen").unwrap_or_default()
            )
        },
    },
    Item {
        name: "npm packages",
        why: "Size optimiser (binaryen), accessibility checks (axe-core) and the tests' mail \
              server (smtp-server), into node_modules/.",
        purposes: &[Purpose::Release, Purpose::Test],
        found: npm_packages,
        install: || {
            process::run(process::command("npm").args([
                "ci",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
            ]))
        },
        by_hand: || "npm ci --ignore-scripts (with Node.js 20 or newer)".to_owned(),
    },
    Item {
        name: "Chromium, DNS server, PostgreSQL and Python",
        why: "The tests drive a real browser, ask a real name server, and run the storage \
              conformance suite on a real PostgreSQL and a server that speaks S3.",
        purposes: TESTS,
        found: || {
            Ok(missing_system_packages()
                .is_empty()
                .then(|| "all are there".to_owned()))
        },
        install: || {
            apt_get(&["update", "--quiet"])?;
            let mut install = vec!["install", "--yes", "--no-install-recommends"];
            install.extend(missing_system_packages());
            apt_get(&install)
        },
        by_hand: || {
            format!(
                "sudo apt-get install {}",
                missing_system_packages().join(" ")
            )
        },
    },
    Item {
        name: "S3 server",
        why: "Attachments are stored in a bucket of a server that speaks S3 (moto), in a Python \
              environment of its own in target/python.",
        purposes: TESTS,
        found: s3_server,
        install: || {
            let folder = programs::python_packages();
            process::run(
                process::command("python3")
                    .args(["-m", "venv"])
                    .arg(&folder),
            )?;
            process::run(Command::new(folder.join("bin/pip")).args([
                "install",
                "--quiet",
                "--disable-pip-version-check",
                &format!("moto[server]=={}", programs::MOTO),
            ]))
        },
        by_hand: || {
            format!(
                "python3 -m venv target/python && target/python/bin/pip install 'moto[server]=={}'",
                programs::MOTO
            )
        },
    },
];

fn answers(program: &Path) -> bool {
    Command::new(program)
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success())
}

fn version_of(program: &str, wanted: &str) -> Result<Option<String>> {
    let Some(program) = programs::find(program) else {
        return Ok(None);
    };
    let answer = process::output(Command::new(program).arg("--version"))?;
    let found = answer.split_whitespace().nth(1) == Some(wanted);
    Ok(found.then(|| wanted.to_owned()))
}

fn locked_version(package: &str) -> Result<String> {
    let lock = fs::read_to_string(programs::root().join("Cargo.lock"))?;
    let name = format!("name = \"{package}\"");
    lock.lines()
        .skip_while(|line| *line != name)
        .nth(1)
        .and_then(|line| line.strip_prefix("version = \""))
        .and_then(|line| line.strip_suffix('"'))
        .map(ToOwned::to_owned)
        .with_context(|| format!("no {package} in Cargo.lock"))
}

/// Installed packages against locked ones: npm writes what it installed in the lock file's form.
fn npm_packages() -> Result<Option<String>> {
    let locked = npm_versions(&programs::root().join("package-lock.json"))?;
    let installed = programs::node_modules().join(".package-lock.json");
    if !installed.is_file() || npm_versions(&installed)? != locked {
        return Ok(None);
    }
    Ok(Some(format!("{} as locked", locked.len())))
}

fn npm_versions(lock: &Path) -> Result<Vec<(String, String)>> {
    let lock: Value = serde_json::from_slice(&fs::read(lock)?)?;
    let packages = lock["packages"].as_object().context("no `packages`")?;
    Ok(packages
        .iter()
        .filter(|(path, _)| !path.is_empty())
        .map(|(path, package)| (path.clone(), package["version"].to_string()))
        .collect())
}

fn s3_server() -> Result<Option<String>> {
    if programs::moto_server().is_none() {
        return Ok(None);
    }
    let found = process::output(
        Command::new(programs::python_packages().join("bin/python")).args([
            "-c",
            "from importlib.metadata import version; print(version('moto'))",
        ]),
    )?;
    Ok((found == programs::MOTO).then(|| format!("moto {found}")))
}

fn missing_system_packages() -> Vec<&'static str> {
    // Ubuntu's packages of these names install the snap.
    let (chromium, driver) = if is_ubuntu() {
        ("chromium-browser", "chromium-chromedriver")
    } else {
        ("chromium", "chromium-driver")
    };
    [
        (chromium, programs::chromium()),
        (driver, programs::chromedriver()),
        ("dnsmasq-base", programs::dnsmasq()),
        ("postgresql", programs::postgres_bin()),
        ("python3-venv", python_with_venv()),
    ]
    .into_iter()
    .filter(|(_, program)| program.is_none())
    .map(|(package, _)| package)
    .collect()
}

/// Python, if it can make environments: Debian's packages have that apart.
fn python_with_venv() -> Option<std::path::PathBuf> {
    let python = programs::find("python3")?;
    let can = Command::new(&python)
        .args(["-c", "import ensurepip, venv"])
        .output()
        .is_ok_and(|output| output.status.success());
    can.then_some(python)
}

fn is_ubuntu() -> bool {
    fs::read_to_string("/etc/os-release")
        .is_ok_and(|text| text.lines().any(|line| line == "ID=ubuntu"))
}

fn apt_get(arguments: &[&str]) -> Result<()> {
    ensure!(
        programs::find("apt-get").is_some(),
        "there is no apt-get here; install the same programs by this system's own package manager"
    );
    let is_root = process::output(Command::new("id").arg("-u"))? == "0";
    let mut command = if is_root {
        process::command("apt-get")
    } else {
        let mut sudo = process::command("sudo");
        sudo.arg("apt-get");
        sudo
    };
    process::run(
        command
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )
}
