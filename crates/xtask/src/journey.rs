//! `cargo xtask journey`.

use std::{fs, process::ExitCode};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use zegel_xtask::programs;

use crate::{
    process, setup,
    web::{self, For},
};

#[derive(Args)]
pub(crate) struct Options {
    /// Which one; without it they are listed
    name: Option<String>,
    /// Take the web build of the last run
    #[arg(long)]
    no_build: bool,
}

pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let journeys = all()?;
    let Some(wanted) = &options.name else {
        for (name, about) in journeys {
            println!("{name:<20} {about}");
        }
        return Ok(ExitCode::SUCCESS);
    };
    if !journeys.iter().any(|(name, _)| name == wanted) {
        bail!("there is no journey {wanted}; `cargo xtask journey` lists them");
    }

    setup::run(setup::Purpose::Test)?;
    if !options.no_build {
        web::build(For::Journeys)?;
    }
    // A journey kills it, so that it has to be a program.
    process::run(process::cargo().args(["build", "--package", "zegel-server"]))?;
    process::run(
        process::cargo()
            .args(["test", "--package", "zegel-tests", "--test", "journeys"])
            .arg("--")
            .arg(format!("{}::", wanted.replace('-', "_")))
            .args(["--test-threads=1", "--nocapture"])
            .env("RUST_LIB_BACKTRACE", "0"),
    )?;
    Ok(ExitCode::SUCCESS)
}

/// Name and first line of description of every journey: one a module of `tests/journeys/`.
fn all() -> Result<Vec<(String, String)>> {
    let folder = programs::root().join("tests/journeys");
    let main = fs::read_to_string(folder.join("main.rs")).context("tests/journeys/main.rs")?;
    main.lines()
        .filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'))
        .map(|module| {
            let source = folder.join(module).with_extension("rs");
            let text = fs::read_to_string(&source).with_context(|| source.display().to_string())?;
            let about = text
                .lines()
                .find_map(|line| line.strip_prefix("//! "))
                .unwrap_or_default();
            Ok((module.replace('_', "-"), about.to_owned()))
        })
        .collect()
}
