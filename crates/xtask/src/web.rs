//! Building the WebApp with trunk.

use std::{env, fs, process::Command};

use anyhow::Result;
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
            let bin = programs::node_modules().join(".bin");
            let path = env::var_os("PATH").unwrap_or_default();
            let path = env::join_paths([bin].into_iter().chain(env::split_paths(&path)))?;
            trunk.arg("--release").env("PATH", path);
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
