#![doc = env!("CARGO_PKG_DESCRIPTION")]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool speaks through its terminal"
)]

mod bench;
mod journey;
mod process;
mod serve;
mod setup;
mod test;
mod web;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Builds, runs and tests Zegel")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Installs what building and testing take, where it is missing
    Setup,
    /// Builds everything and starts the server, with SQLite in data/
    Serve(serve::Options),
    /// Checks everything; ends with the line "N passed, N failed"
    Test(test::Options),
    /// Runs one browser journey, or lists them
    Journey(journey::Options),
    /// Measures, beside peers in the same run, or lists what
    Bench(bench::Options),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().task {
        Task::Setup => setup::run(setup::Purpose::Test).map(|()| ExitCode::SUCCESS),
        Task::Serve(options) => serve::run(&options),
        Task::Test(options) => test::run(&options),
        Task::Journey(options) => journey::run(&options),
        Task::Bench(options) => bench::run(&options),
    };
    done.unwrap_or_else(|error| {
        eprintln!("{error:#}");
        ExitCode::FAILURE
    })
}
