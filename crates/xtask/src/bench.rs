//! `cargo xtask bench`: how fast it is, beside peers in the same run.

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use zegel_xtask::programs;

use crate::{
    process, setup,
    web::{self, For},
};

/// Name, what it measures, and how.
type Benchmark = (
    &'static str,
    &'static str,
    fn(&Options) -> Result<Vec<Round>>,
);

const ALL: &[Benchmark] = &[
    (
        "list-entries",
        "Opening the rows of a mail list, beside openpgp.js decrypting as many headers",
        list_entries,
    ),
    (
        "mailbox",
        "A mailbox in the release page: signing in, scrolling, opening, searching, memory",
        mailbox,
    ),
    (
        "attachment",
        "A large file up and down by the release page, beside the same bytes unsealed",
        attachment,
    ),
];

/// Messages in the mailboxes that are measured.
const MAILBOXES: [u32; 3] = [100, 10_000, 100_000];

#[derive(Args)]
pub(crate) struct Options {
    /// Which one; without it they are listed
    name: Option<String>,
    /// How many rows or messages [default: 10000 rows; mailboxes of 100, 10000 and 100000 messages]
    #[arg(long)]
    count: Option<u32>,
    /// How large a file, in MiB
    #[arg(long, default_value_t = 1024)]
    size_mib: u32,
    /// Take page and programs of the last run
    #[arg(long)]
    no_build: bool,
}

/// One timed round, as a benchmark prints it.
#[derive(Debug, Deserialize)]
struct Round {
    what: String,
    count: u32,
    value: f64,
    unit: String,
}

/// What all rounds of one thing come to.
#[derive(Debug, Serialize)]
struct Line {
    what: String,
    count: u32,
    rounds: usize,
    best: f64,
    median: f64,
    unit: String,
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
    report(name, measure(options)?)?;
    Ok(ExitCode::SUCCESS)
}

/// The crypto core as a release build for Node.js, whose engine is Chromium's.
fn list_entries(options: &Options) -> Result<Vec<Round>> {
    let count = options.count.unwrap_or(10_000);
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
    node(
        "list-entries",
        [package.join("zegel_crypto_wasm.js"), fixture],
    )
}

fn mailbox(options: &Options) -> Result<Vec<Round>> {
    let counts = options
        .count
        .map_or(MAILBOXES.to_vec(), |count| vec![count]);
    in_the_page("mailbox", options, json!({ "counts": counts }))
}

fn attachment(options: &Options) -> Result<Vec<Round>> {
    in_the_page(
        "attachment",
        options,
        json!({ "sizeMib": options.size_mib }),
    )
}

/// Measures in Chromium, from the release server.
fn in_the_page(name: &str, options: &Options, mut settings: Value) -> Result<Vec<Round>> {
    if !options.no_build {
        web::build(For::Release)?;
        process::run(process::cargo().args(["build", "--release", "--package=zegel-server"]))?;
        process::run(process::cargo().args([
            "build",
            "--release",
            "--package=zegel-client",
            "--features=native",
            "--example=mailbox",
        ]))?;
    }
    let built = programs::root().join("target/release");
    settings["web"] = json!(programs::root().join("dist"));
    settings["server"] = json!(built.join("zegel-server"));
    settings["seeder"] = json!(built.join("examples/mailbox"));
    settings["chromium"] = json!(programs::chromium().context("Chromium is not installed")?);
    settings["cache"] = json!(folder()?);
    node(name, [settings.to_string().into()])
}

/// Runs a benchmark of `tests/bench`, which prints a line of JSON a round.
fn node(name: &str, arguments: impl IntoIterator<Item = PathBuf>) -> Result<Vec<Round>> {
    let node = programs::find("node").context("Node.js is not installed")?;
    let printed = process::output(
        process::command(node)
            .arg(format!("tests/bench/{name}.mjs"))
            .args(arguments),
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

/// Prints the table, in the order of the first round, and writes it as `target/bench/NAME.json`.
fn report(name: &str, rounds: Vec<Round>) -> Result<()> {
    let mut things: Vec<(Round, Vec<f64>)> = Vec::new();
    for round in rounds {
        let value = round.value;
        let known = things
            .iter_mut()
            .find(|(first, _)| first.what == round.what && first.count == round.count);
        match known {
            Some((_, values)) => values.push(value),
            None => things.push((round, vec![value])),
        }
    }
    let lines: Vec<Line> = things
        .into_iter()
        .filter_map(|(first, mut values)| {
            values.sort_by(f64::total_cmp);
            // The more of something in a time, the better; the less of everything else.
            let best = if first.unit.ends_with("/s") {
                values.last()
            } else {
                values.first()
            };
            Some(Line {
                best: *best?,
                median: *values.get(values.len() / 2)?,
                rounds: values.len(),
                what: first.what,
                count: first.count,
                unit: first.unit,
            })
        })
        .collect();
    println!(
        "\n{name:<64} {:>8} {:>7} {:>10} {:>10}",
        "count", "rounds", "best", "median"
    );
    for line in &lines {
        println!(
            "{:<64} {:>8} {:>7} {:>10.1} {:>10.1} {}",
            line.what, line.count, line.rounds, line.best, line.median, line.unit
        );
    }
    let file = folder()?.join(name).with_extension("json");
    fs::write(&file, serde_json::to_string_pretty(&lines)?)?;
    println!("\n{}", file.display());
    Ok(())
}
