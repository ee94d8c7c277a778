//! `cargo xtask bench`: how fast it is, beside peers in the same run.

use std::{collections::BTreeMap, fs, path::PathBuf, process::ExitCode};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use serde::{Deserialize, Serialize};
use zegel_xtask::programs;

use crate::{process, setup};

/// Name, what it measures, and how.
type Benchmark = (&'static str, &'static str, fn(u32) -> Result<Vec<Round>>);

const ALL: &[Benchmark] = &[(
    "list-entries",
    "Opening the rows of a mail list, beside openpgp.js decrypting as many headers",
    list_entries,
)];

#[derive(Args)]
pub(crate) struct Options {
    /// Which one; without it they are listed
    name: Option<String>,
    /// How many rows
    #[arg(long, default_value_t = 10_000)]
    count: u32,
}

/// One timed round, as a benchmark prints it.
#[derive(Debug, Deserialize)]
struct Round {
    what: String,
    count: u32,
    ms: f64,
}

/// What all rounds of one thing come to.
#[derive(Debug, Serialize)]
struct Line {
    what: String,
    count: u32,
    rounds: usize,
    best_ms: f64,
    median_ms: f64,
    median_us_each: f64,
}

pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let Some(name) = &options.name else {
        for (name, about, _) in ALL {
            println!("{name:<20} {about}");
        }
        return Ok(ExitCode::SUCCESS);
    };
    let Some((_, _, measure)) = ALL.iter().find(|(known, ..)| known == name) else {
        bail!("there is no benchmark {name}; `cargo xtask bench` lists them");
    };
    setup::run(setup::Purpose::Test)?;
    report(name, measure(options.count)?)?;
    Ok(ExitCode::SUCCESS)
}

/// The crypto core as a release build for Node.js, whose engine is Chromium's.
fn list_entries(count: u32) -> Result<Vec<Round>> {
    process::run(process::cargo().args([
        "build",
        "--package=zegel-crypto-wasm",
        "--profile=web-release",
        "--target=wasm32-unknown-unknown",
    ]))?;
    let package = folder()?.join("crypto-wasm");
    let built = "target/wasm32-unknown-unknown/web-release/zegel_crypto_wasm.wasm";
    let bindgen = programs::find("wasm-bindgen").context("wasm-bindgen is not installed")?;
    process::run(
        process::command(bindgen)
            .args(["--target=nodejs", "--no-typescript", "--out-dir"])
            .arg(&package)
            .arg(programs::root().join(built)),
    )?;
    let mailbox = process::output(
        process::cargo()
            .args([
                "run",
                "--quiet",
                "--package=zegel-crypto",
                "--example=list_entries",
            ])
            .args(["--", &count.to_string()]),
    )?;
    let fixture = folder()?.join("mailbox.json");
    fs::write(&fixture, mailbox)?;
    let node = programs::find("node").context("Node.js is not installed")?;
    let printed = process::output(
        process::command(node)
            .arg("tests/bench/list-entries.mjs")
            .arg(package.join("zegel_crypto_wasm.js"))
            .arg(fixture),
    )?;
    printed
        .lines()
        .map(|line| serde_json::from_str(line).with_context(|| line.to_owned()))
        .collect()
}

fn folder() -> Result<PathBuf> {
    let folder = programs::root().join("target/bench");
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Prints the table, and writes it as `target/bench/NAME.json`.
fn report(name: &str, rounds: Vec<Round>) -> Result<()> {
    let mut things: BTreeMap<String, (u32, Vec<f64>)> = BTreeMap::new();
    for round in rounds {
        let (_, times) = things
            .entry(round.what)
            .or_insert_with(|| (round.count, Vec::new()));
        times.push(round.ms);
    }
    let lines: Vec<Line> = things
        .into_iter()
        .filter_map(|(what, (count, mut times))| {
            times.sort_by(f64::total_cmp);
            let (best_ms, median_ms) = (*times.first()?, *times.get(times.len() / 2)?);
            Some(Line {
                what,
                count,
                rounds: times.len(),
                best_ms,
                median_ms,
                median_us_each: median_ms * 1000.0 / f64::from(count),
            })
        })
        .collect();
    println!(
        "\n{:<48} {:>8} {:>10} {:>10} {:>10}",
        name, "count", "best ms", "median ms", "µs each"
    );
    for line in &lines {
        println!(
            "{:<48} {:>8} {:>10.1} {:>10.1} {:>10.1}",
            line.what, line.count, line.best_ms, line.median_ms, line.median_us_each
        );
    }
    let file = folder()?.join(name).with_extension("json");
    fs::write(&file, serde_json::to_string_pretty(&lines)?)?;
    println!("\n{}", file.display());
    Ok(())
}
