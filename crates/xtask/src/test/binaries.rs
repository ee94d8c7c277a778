//! The native test binaries, built at once so that every step shares one build.

use std::{
    fmt,
    path::PathBuf,
    process::{Command, Stdio},
};

use anyhow::Result;
use serde_json::Value;

use super::{STEP_LIMIT, excluded};
use crate::process;

/// One test binary.
#[derive(Debug)]
pub(super) struct Binary {
    pub(super) package: String,
    pub(super) target: String,
    executable: PathBuf,
    folder: PathBuf,
}

impl fmt::Display for Binary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.target, self.package)
    }
}

/// All of them.
#[derive(Debug)]
pub(super) struct Binaries(Vec<Binary>);

impl Binaries {
    /// Builds the tests of the workspace, but for some packages. Those that do not compile are
    /// missing from it: then the second value is `false`.
    pub(super) fn build(without: &[&str]) -> Result<(Self, bool)> {
        let mut cargo = process::cargo();
        cargo
            .args(["test", "--workspace", "--locked"])
            .args(["--no-run", "--no-fail-fast"])
            .arg("--message-format=json-render-diagnostics")
            .args(excluded(without))
            .stderr(Stdio::inherit());
        println!("      $ {}", process::shown(&cargo));
        let mut binaries = Vec::new();
        let succeeded = process::stream(&mut cargo, STEP_LIMIT, |line| {
            binaries.extend(Binary::parse(line));
        })?;
        binaries.sort_by(|a, b| (&a.package, &a.target).cmp(&(&b.package, &b.target)));
        Ok((Self(binaries), succeeded))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Binary> {
        self.0.iter()
    }
}

impl Binary {
    /// Reads one of cargo's messages; those about other things give none.
    fn parse(message: &str) -> Option<Self> {
        let message: Value = serde_json::from_str(message).ok()?;
        if message["reason"] != "compiler-artifact" || message["profile"]["test"] != true {
            return None;
        }
        let manifest = PathBuf::from(message["manifest_path"].as_str()?);
        // "path+file:///…/crates/storage#zegel-storage@0.1.0", or "#0.1.0" where the folder has
        // the package's name.
        let (path, name) = message["package_id"].as_str()?.split_once('#')?;
        let package = match name.split_once('@') {
            Some((name, _)) => name,
            None => path.rsplit('/').next()?,
        };
        Some(Self {
            package: package.to_owned(),
            target: message["target"]["name"].as_str()?.to_owned(),
            executable: message["executable"].as_str()?.into(),
            folder: manifest.parent()?.to_owned(),
        })
    }

    /// Runs it as `cargo test` would.
    pub(super) fn command(&self, postgres_url: &str, s3_url: &str) -> Command {
        let mut command = Command::new(&self.executable);
        command
            .current_dir(&self.folder)
            .env("CARGO_MANIFEST_DIR", &self.folder)
            // An error says where it comes from by its context.
            .env("RUST_LIB_BACKTRACE", "0")
            .env("ZEGEL_TEST_POSTGRES", postgres_url)
            .env("ZEGEL_TEST_S3", s3_url);
        if self.target == "journeys" {
            // They share the two ports that the app's resolvers are compiled in with.
            command.arg("--test-threads=1");
        }
        command
    }
}
