//! Building the WebApp with trunk.

use std::{env, ffi::OsString, fs, process::Command};

use anyhow::{Context as _, Result};
use zegel_xtask::programs;

use crate::process;

/// What a web build is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum For {
    /// `dist/`, quick to build.
    Development,
    /// `dist/`, small.
    Release,
    /// A folder of its own, with the name servers of the tests compiled in.
    Journeys,
}

/// Builds the page and its crypto worker.
pub(crate) fn build(purpose: For) -> Result<()> {
    process::run(&mut command(purpose)?)
}

/// The command that builds them.
pub(crate) fn command(purpose: For) -> Result<Command> {
    let mut trunk = process::command(programs::find("trunk").unwrap_or_else(|| "trunk".into()));
    trunk
        .args(["build", "--skip-version-check", "--locked"])
        // trunk takes only "true" and "false" for it, and stops at the usual "1".
        .env_remove("NO_COLOR");
    match purpose {
        For::Development => {}
        For::Release => {
            trunk.arg("--release").env("PATH", path()?);
        }
        For::Journeys => {
            fs::create_dir_all(programs::journey_dist())?;
            trunk
                .arg("--dist")
                .arg(programs::journey_dist())
                .env("ZEGEL_DOH_RESOLVERS", programs::journey_doh_resolvers())
                .env("ZEGEL_STRIP_NAMES", "1");
        }
    }
    Ok(trunk)
}

/// The command that checks whether browsers can read what the release build makes of the journeys'.
pub(crate) fn release_check() -> Result<Command> {
    let node = programs::find("node").context("Node.js is not installed")?;
    let mut check = process::command(node);
    check
        .args(["tests/release-wasm.mjs", "index.html"])
        .arg(programs::journey_dist())
        .env("PATH", path()?);
    Ok(check)
}

/// Where programs are found, the size optimiser of package.json first.
fn path() -> Result<OsString> {
    let bin = programs::node_modules().join(".bin");
    let path = env::var_os("PATH").unwrap_or_default();
    Ok(env::join_paths(
        [bin].into_iter().chain(env::split_paths(&path)),
    )?)
}
