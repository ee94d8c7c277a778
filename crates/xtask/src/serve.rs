//! `cargo xtask serve`.

use std::{env, os::unix::process::CommandExt as _, path::PathBuf, process::ExitCode};

use anyhow::{Context as _, Result};
use clap::Args;
use zegel_xtask::programs;

use crate::{
    process, setup,
    web::{self, For},
};

#[derive(Args)]
pub(crate) struct Options {
    /// Fill a new data/ with a made-up organisation to try things on, and print who can sign in
    #[arg(long)]
    demo: bool,
    /// Optimise page and server: slower to build, smaller and faster
    #[arg(long)]
    release: bool,
    /// The port to listen on
    #[arg(long, default_value_t = 8080)]
    port: u16,
}

pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let (purpose, page) = if options.release {
        (setup::Purpose::Release, For::Release)
    } else {
        (setup::Purpose::Build, For::Development)
    };
    setup::run(purpose)?;

    println!("Build");
    web::build(page)?;
    build_programs(options)?;
    if options.demo {
        // It waits for the server, which takes this process's place.
        process::command(built(options).join("zegel-demo"))
            .arg("--server")
            .arg(format!("http://localhost:{}", options.port))
            .arg("--outbox")
            .arg(programs::root().join("data/outbox"))
            .spawn()
            .context("zegel-demo")?;
    }

    println!("\nServing http://localhost:{}", options.port);
    if env::var_os("ZEGEL_SMTP_HOST").is_none() {
        println!("Mails are files in data/outbox/ until a mail server is set (ZEGEL_SMTP_HOST).");
    }
    let mut server = process::command(built(options).join("zegel-server"));
    server
        .arg("--listen")
        .arg(format!("127.0.0.1:{}", options.port))
        .arg("--data")
        .arg(programs::root().join("data"))
        .arg("--web")
        .arg(programs::root().join("dist"));
    if !options.release {
        // For the page that `trunk serve` builds anew at each change.
        server.args([
            "--allow-origin",
            "http://127.0.0.1:8081,http://localhost:8081",
        ]);
    }
    // In place of this process, so that Ctrl-C reaches it alone and it stops in good order.
    Err(server.exec()).context("zegel-server")
}

/// At once, so that they share one build of what both depend on.
fn build_programs(options: &Options) -> Result<()> {
    let mut cargo = process::cargo();
    cargo.args(["build", "--bins", "--package", "zegel-server"]);
    if options.demo {
        cargo.args(["--package", "zegel-demo"]);
    }
    if options.release {
        cargo.arg("--release");
    }
    process::run(&mut cargo)
}

fn built(options: &Options) -> PathBuf {
    let profile = if options.release { "release" } else { "debug" };
    programs::root().join("target").join(profile)
}
