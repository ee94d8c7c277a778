//! `cargo xtask test`: everything that has to hold, as one run.

mod binaries;
mod tally;

use std::{
    collections::BTreeSet,
    process::{Command, ExitCode},
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use serde_json::Value;
use zegel_xtask::{postgres::Postgres, programs, s3::S3};

use self::{binaries::Binaries, tally::Tally};
use crate::{
    process, setup,
    web::{self, For},
};

/// Nothing here takes as long, unless it hangs.
const STEP_LIMIT: Duration = Duration::from_secs(25 * 60);

/// Packages without a line of native code to test, left out of the native build.
const WEB_ONLY: [&str; 1] = ["zegel-crypto-wasm"];

/// Packages of the page, linted as WebAssembly too.
const WEB: [&str; 2] = ["zegel-web", "zegel-crypto-wasm"];

#[derive(Args)]
pub(crate) struct Options {
    /// Run this step alone; may be given more than once
    #[arg(long, value_name = "STEP")]
    only: Vec<Step>,
    /// Let this step, or this ignored test, be skipped without counting as failed
    #[arg(long, value_name = "NAME")]
    allow_skip: Vec<String>,
}

/// A step of the run, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Step {
    /// rustfmt would change nothing
    Format,
    /// Lints of everything that runs natively
    Clippy,
    /// Lints of everything that runs in the browser
    ClippyWasm,
    /// The ordinary tests
    Native,
    /// The storage conformance suite, on SQLite, a real PostgreSQL and a server that speaks S3
    Storage,
    /// The examples in the documentation
    Doc,
    /// The client against a server that lies
    Adversary,
    /// The tests of the crypto core in headless Chromium
    Wasm,
    /// The WebApp builds, and browsers could read its release
    Web,
    /// A person's ways through the app, in a real browser
    Journeys,
}

/// Runs the steps. The last line it prints is the count, whatever the outcome.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let start = Instant::now();
    let mut run = Run {
        allowed: options.allow_skip.iter().cloned().collect(),
        tally: Tally::default(),
        binaries: None,
        postgres: None,
        s3: None,
        web_built: false,
    };
    let mut summary = Vec::new();
    if let Err(error) = setup::run(setup::Purpose::Test) {
        println!("  failed: {error:#}");
        run.tally.failed += 1;
    }
    for step in Step::value_variants() {
        if !options.only.is_empty() && !options.only.contains(step) {
            continue;
        }
        let name = step.name();
        println!("\n{name}");
        let before = run.tally;
        let begun = Instant::now();
        if run.allowed.contains(&name) {
            println!("  skipped, as allowed");
            continue;
        }
        if let Err(error) = run.step(*step) {
            println!("  failed: {error:#}");
            run.tally.failed += 1;
        }
        let done = run.tally.since(before);
        let line = format!("  {name:<12} {done}, {:.0?}", begun.elapsed());
        println!("{line}");
        summary.push(line);
    }

    println!("\nAll, {:.0?}\n{}", start.elapsed(), summary.join("\n"));
    println!("\n{}", run.tally);
    Ok(if run.tally.failed > 0 {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

struct Run {
    allowed: BTreeSet<String>,
    tally: Tally,
    binaries: Option<Binaries>,
    postgres: Option<Postgres>,
    s3: Option<S3>,
    /// The journeys' web build is of this run.
    web_built: bool,
}

impl Run {
    fn step(&mut self, step: Step) -> Result<()> {
        match step {
            Step::Format => self.check(process::cargo().args(["fmt", "--all", "--check"])),
            Step::Clippy => self.check(
                process::cargo()
                    .args(["clippy", "--workspace", "--all-targets", "--locked"])
                    .args(excluded(&WEB_ONLY))
                    .args(["--", "--deny=warnings"]),
            ),
            Step::ClippyWasm => self.check(
                process::cargo()
                    .args(["clippy", "--target=wasm32-unknown-unknown", "--locked"])
                    .args(packages(&WEB))
                    .args(["--", "--deny=warnings"]),
            ),
            Step::Native => self.native(|binary| {
                binary.package != "zegel-storage" && binary.package != "zegel-tests"
                    || binary.package == "zegel-tests"
                        && !["journeys", "adversary"].contains(&binary.target.as_str())
            }),
            Step::Storage => self.native(|binary| binary.package == "zegel-storage"),
            Step::Adversary => self.native(|binary| binary.target == "adversary"),
            Step::Doc => {
                let mut cargo = process::cargo();
                cargo
                    .args(["test", "--doc", "--workspace", "--locked", "--no-fail-fast"])
                    .args(excluded(&WEB_ONLY));
                println!("      $ {}", process::shown(&cargo));
                self.tests(&mut cargo, AtLeast::None)
            }
            Step::Wasm => {
                let packages = browser_tested()?;
                let names: Vec<_> = packages.iter().map(String::as_str).collect();
                let mut cargo = process::cargo();
                cargo
                    .args(["test", "--target=wasm32-unknown-unknown", "--locked"])
                    .args(["--no-fail-fast", "--tests"])
                    .args(self::packages(&names))
                    .env(
                        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
                        "wasm-bindgen-test-runner",
                    )
                    .env("CHROMEDRIVER", programs::chromedriver().unwrap_or_default());
                println!("      $ {}", process::shown(&cargo));
                self.tests(&mut cargo, AtLeast::One)
            }
            Step::Web => {
                self.check(&mut web::command(For::Journeys)?)?;
                self.web_built = true;
                self.check(&mut web::release_check()?)
            }
            Step::Journeys => {
                if !self.web_built {
                    web::build(For::Journeys)?;
                }
                self.native(|binary| binary.target == "journeys")
            }
        }
    }

    /// One check that holds or does not.
    fn check(&mut self, command: &mut Command) -> Result<()> {
        println!("      $ {}", process::shown(command));
        if !process::stream(command, STEP_LIMIT, |line| println!("{line}"))? {
            bail!("`{}`", process::shown(command));
        }
        self.tally.passed += 1;
        Ok(())
    }

    /// Test binaries of the one native build.
    fn native(&mut self, wanted: impl Fn(&binaries::Binary) -> bool) -> Result<()> {
        if self.binaries.is_none() {
            let (binaries, complete) = Binaries::build(&WEB_ONLY)?;
            self.binaries = Some(binaries);
            if !complete {
                println!("  failed: not all tests compile");
                self.tally.failed += 1;
            }
        }
        if self.postgres.is_none() {
            self.postgres = Some(Postgres::start()?);
        }
        if self.s3.is_none() {
            self.s3 = Some(S3::start()?);
        }
        let s3_url = self.s3.as_ref().map(S3::url).unwrap_or_default();
        let url = self
            .postgres
            .as_ref()
            .map(Postgres::url)
            .unwrap_or_default();
        let commands: Vec<_> = self
            .binaries
            .iter()
            .flat_map(Binaries::iter)
            .filter(|binary| wanted(binary))
            .map(|binary| (binary.to_string(), binary.command(&url, &s3_url)))
            .collect();
        if commands.is_empty() {
            bail!("no test binary belongs to this step");
        }
        for (name, mut command) in commands {
            println!("  {name}");
            self.tests(&mut command, AtLeast::None)?;
        }
        Ok(())
    }

    /// Tests that report as Rust's harness does.
    fn tests(&mut self, command: &mut Command, expected: AtLeast) -> Result<()> {
        let mut counted = tally::Reader::default();
        let succeeded = process::stream(command, STEP_LIMIT, |line| {
            println!("{line}");
            counted.line(line);
        })?;
        let skipped = counted
            .ignored
            .iter()
            .filter(|test| !self.allowed.contains(*test))
            .inspect(|test| println!("  skipped: {test}, which counts as failed"))
            .count();
        let mut tally = counted.tally;
        tally.failed += u32::try_from(skipped)?;
        if !succeeded && tally.failed == 0 {
            println!("  ended with an error before it could say which test failed");
            tally.failed += 1;
        }
        if expected == AtLeast::One && tally.passed + tally.failed == 0 {
            bail!("there was no test");
        }
        self.tally += tally;
        Ok(())
    }
}

/// How many tests a command has to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AtLeast {
    None,
    One,
}

impl Step {
    fn name(self) -> String {
        self.to_possible_value()
            .map(|value| value.get_name().to_owned())
            .unwrap_or_default()
    }
}

/// The packages that have tests for the browser.
fn browser_tested() -> Result<Vec<String>> {
    let metadata = process::output(process::cargo().args([
        "metadata",
        "--no-deps",
        "--format-version=1",
        "--locked",
    ]))?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    let depends = |package: &&Value| {
        package["dependencies"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|dependency| dependency["name"] == "wasm-bindgen-test")
    };
    Ok(metadata["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(depends)
        .filter_map(|package| Some(package["name"].as_str()?.to_owned()))
        .collect())
}

fn packages<'a>(names: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
    names.iter().flat_map(|name| ["--package", *name])
}

fn excluded<'a>(names: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
    names.iter().flat_map(|name| ["--exclude", *name])
}
